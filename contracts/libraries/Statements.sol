// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IClaims} from "../interfaces/IClaims.sol";
import {Measure} from "../interfaces/Types.sol";

/// @title Statements: what a claim says, as the word `statement` (zk_circuits/SPEC.md, section 9)
library Statements {
    uint256 private constant MASK_AT = 64;
    uint256 private constant DIRECT = 1 << 68;
    uint256 private constant CAHRA = 1 << 69;
    uint256 private constant CARBON = 1 << 70;
    uint256 private constant METAL_PER_UNIT = 1 << 71;
    uint8 private constant MASK_LIMIT = 1 << 4; // four credits
    uint8 private constant RECYCLED = 6; // credits 2 and 3, which exclude each other

    struct Grid {
        uint64 step;
        uint64 limit;
    }

    function word(Measure measure, uint8 creditMask, uint64 threshold) internal pure returns (uint256) {
        if (measure == Measure.CahraShare) return threshold | CAHRA;
        if (measure == Measure.CarbonIntensity) return threshold | CARBON;
        if (measure == Measure.DirectIntensity) return threshold | DIRECT;
        if (measure == Measure.MetalPerUnit) return threshold | METAL_PER_UNIT;
        return threshold | (uint256(creditMask) << MASK_AT);
    }

    /// @notice A single credit, or two that never count the same metal.
    function requireMask(Measure measure, uint8 creditMask) internal pure {
        bool single = creditMask != 0 && creditMask & (creditMask - 1) == 0 && creditMask < MASK_LIMIT;
        bool valid = measure == Measure.CreditShare ? single || creditMask == RECYCLED : creditMask == 0;
        if (!valid) revert IClaims.MaskInvalid(measure, creditMask);
    }

    function requireOn(Grid memory grid, Measure measure, uint64 threshold) internal pure {
        bool on = grid.step != 0 && threshold % grid.step == 0 && threshold <= grid.limit;
        if (!on) revert IClaims.OffGrid(measure, threshold, grid.step, grid.limit);
    }
}
