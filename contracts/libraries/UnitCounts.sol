// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ILotBook} from "../interfaces/ILotBook.sol";
import {Materials} from "../interfaces/Materials.sol";
import {LotTraits} from "../types/LotTraits.sol";

/// @title UnitCounts: which lots may be a series of equal units
library UnitCounts {
    /// @notice What is made in units is of the one material whose units the event counts, and that is made.
    /// @param attested 0 where nothing comes in units
    /// @param made material of a lot in units; 0 where none is
    error UnitMaterialMismatch(uint16 attested, uint16 made);

    /// @notice Reverts unless the count is 1, or more of a material that comes in units.
    function requireValid(uint16 material, uint32 count) internal pure {
        if (count == 0 || (count > 1 && !comesInUnits(material))) revert ILotBook.CountInvalid(count);
    }

    /// @notice Cathode in shares of a batch, cells, modules, packs, and what they become at their end of life.
    function comesInUnits(uint16 material) internal pure returns (bool) {
        return isProduct(material) || material == Materials.RETIRED;
    }

    /// @notice Whether a lot is part of a batch that moves as one. What was mixed of several roots lies in no batch.
    function isBatch(LotTraits traits) internal pure returns (bool) {
        return isProduct(traits.material()) && !traits.isMixed();
    }

    /// @notice Cathode, cell, module or pack: several metals in one body, which are sold together.
    function isProduct(uint16 material) internal pure returns (bool) {
        return material >= Materials.CATHODE && material <= Materials.PACK;
    }
}
