// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ILotBook} from "../interfaces/ILotBook.sol";
import {Materials} from "../interfaces/Materials.sol";
import {LotTraits} from "../types/LotTraits.sol";

/// @title UnitCounts: which lots may be a series of equal units
library UnitCounts {
    /// @notice Units of a batch of cathode, so that it can be split and sold in parts.
    uint32 internal constant CATHODE_SHARES = 1_000_000;

    /// @notice Reverts unless the count is 1, or more of a material that comes in units.
    function requireValid(uint16 material, uint32 count) internal pure {
        if (count == 0 || (count > 1 && !comesInUnits(material))) revert ILotBook.CountInvalid(count);
    }

    /// @notice What moves as one, and what it becomes at its end of life.
    function comesInUnits(uint16 material) internal pure returns (bool) {
        return isGuarded(material) || material == Materials.RETIRED;
    }

    /// @notice Whether a lot is part of a batch that moves as one. What was mixed of several roots lies in no batch.
    function isBatch(LotTraits traits) internal pure returns (bool) {
        return isGuarded(traits.material()) && !traits.isMixed();
    }

    /// @notice Cathodes, cells, modules and packs: one physical thing of several metals, whose lots move together. A
    /// unit of cathode is a share of its batch: CATHODE_SHARES make up the whole.
    function isGuarded(uint16 material) internal pure returns (bool) {
        return material == Materials.CATHODE || material == Materials.CELL || material == Materials.MODULE
            || material == Materials.PACK;
    }
}
