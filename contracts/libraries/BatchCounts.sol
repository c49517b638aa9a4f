// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ICustody} from "../interfaces/ICustody.sol";
import {ILotBook} from "../interfaces/ILotBook.sol";
import {LotTraits} from "../types/LotTraits.sol";
import {ElementSet} from "./ElementSet.sol";
import {UnitCounts} from "./UnitCounts.sol";

/// @title BatchCounts: as many units of every metal of a batch, while a list of lots is walked through
library BatchCounts {
    /// Of adjacent lots of one batch.
    struct Counts {
        uint32 root;
        uint8 index;
        uint256 elements; // of the batch, as bits; 0 between two batches
        uint256[] units; // by atomic number
    }

    /// @notice A lot of another batch begins a new count. A lot of no batch counts nothing.
    function add(Counts memory counts, ILotBook book, LotTraits traits) internal view {
        if (!UnitCounts.isBatch(traits)) return requireComplete(counts);
        bool same = counts.elements != 0 && counts.root == traits.root() && counts.index == traits.index();
        if (!same) _begin(counts, book, traits);
        if (counts.elements != 0) counts.units[traits.element()] += traits.count();
    }

    /// @notice Reverts (ICustody.BatchIncomplete) where of one metal there are fewer units than of another.
    function requireComplete(Counts memory counts) internal pure {
        uint256 most = _most(counts);
        for (uint16 element = 1; counts.elements >> element != 0; ++element) {
            bool incomplete = _has(counts, element) && counts.units[element] != most;
            if (incomplete) revert ICustody.BatchIncomplete(counts.root, counts.index, element);
            if (most != 0) counts.units[element] = 0;
        }
        counts.elements = 0;
    }

    function _begin(Counts memory counts, ILotBook book, LotTraits traits) private view {
        requireComplete(counts);
        (counts.root, counts.index) = (traits.root(), traits.index());
        counts.elements = book.elementsOf(counts.root);
        if (counts.units.length == 0) counts.units = new uint256[](uint256(ElementSet.LARGEST) + 1);
    }

    function _most(Counts memory counts) private pure returns (uint256 most) {
        for (uint16 element = 1; counts.elements >> element != 0; ++element) {
            if (counts.units[element] > most) most = counts.units[element];
        }
    }

    function _has(Counts memory counts, uint16 element) private pure returns (bool) {
        return (counts.elements >> element) & 1 == 1;
    }
}
