// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ILotBook} from "../interfaces/ILotBook.sol";
import {Materials} from "../interfaces/Materials.sol";

/// @title UnitCounts: which lots may be a series of equal units
library UnitCounts {
    /// @notice Reverts unless the count is 1, or more of a material that comes in units.
    function requireValid(uint16 material, uint32 count) internal pure {
        if (count == 0 || (count > 1 && !comesInUnits(material))) revert ILotBook.CountInvalid(count);
    }

    /// @notice Cells, modules, packs, and what they become at their end of life.
    function comesInUnits(uint16 material) internal pure returns (bool) {
        return material == Materials.CELL || material == Materials.MODULE || material == Materials.PACK
            || material == Materials.RETIRED;
    }
}
