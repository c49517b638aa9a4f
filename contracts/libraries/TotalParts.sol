// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IClaims} from "../interfaces/IClaims.sol";

/// @title TotalParts: the public signals of a total, part by part (zk_circuits/SPEC.md, section 8)
library TotalParts {
    uint256 internal constant LIMIT = 16;
    uint256 private constant TOTALS_AT = 3; // after ctx, tag, total
    uint256 private constant WEIGHTS_AT = 4;
    uint256 private constant PARTS_AT = 8;
    uint256 private constant WEIGHTS_PER_WORD = 4;
    uint256 private constant WEIGHT_BITS = 32;

    /// @notice A previous total weighs 1: it has the same scale.
    function putTotal(uint256[24] memory signals, uint256 index, bytes32 total) internal pure {
        signals[TOTALS_AT] |= 1 << index;
        put(signals, index, total, 1);
    }

    function put(uint256[24] memory signals, uint256 index, bytes32 commitment, uint32 weight) internal pure {
        signals[PARTS_AT + index] = uint256(commitment);
        uint256 shift = WEIGHT_BITS * (index % WEIGHTS_PER_WORD);
        signals[WEIGHTS_AT + index / WEIGHTS_PER_WORD] |= uint256(weight) << shift;
    }

    /// @notice What brings `units` of a lot of `count` units to the scale: a whole number of 32 bits, at least 1.
    function weightOf(bytes32 lot, uint32 units, uint32 count, uint32 scale) internal pure returns (uint32) {
        uint256 scaled = uint256(units) * scale;
        if (scaled == 0 || scaled % count != 0) revert IClaims.ScaleInvalid(lot, count, scale);
        return uint32(scaled / count); // at most the scale, as units never exceed the count
    }

    /// @notice As the event has them.
    function asList(uint256[24] memory signals) internal pure returns (uint256[] memory list) {
        list = new uint256[](signals.length);
        for (uint256 i = 0; i < signals.length; ++i) {
            list[i] = signals[i];
        }
    }
}
