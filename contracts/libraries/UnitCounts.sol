// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ILotBook} from "../interfaces/ILotBook.sol";
import {Materials} from "../interfaces/Materials.sol";
import {LotTraits} from "../types/LotTraits.sol";

/// @title UnitCounts: which lots may be a series of equal units
library UnitCounts {
    /// @notice Of an event: the material whose units it counts, and one that is made under it. 0: nothing in units.
    error UnitMaterialMismatch(uint16 attested, uint16 made);

    /// @notice Reverts unless the count is 1, or more of a material that comes in units.
    function requireValid(uint16 material, uint32 count) internal pure {
        if (count == 0 || (count > 1 && !comesInUnits(material))) revert ILotBook.CountInvalid(count);
    }

    /// @notice A material in units is made only where its units were counted.
    function requireCounted(uint16 attested, uint16 made) internal pure {
        if (comesInUnits(made) && made != attested) revert UnitMaterialMismatch(attested, made);
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
