// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title Groups: lists of ownership groups
library Groups {
    function has(bytes32[] memory groups, bytes32 group) internal pure returns (bool) {
        for (uint256 i = 0; i < groups.length; ++i) {
            if (groups[i] == group) return true;
        }
        return false;
    }

    /// How many different ones there are, without one of them.
    function distinct(bytes32[] memory groups, bytes32 without) internal pure returns (uint256 count) {
        for (uint256 i = 0; i < groups.length; ++i) {
            bytes32 group = groups[i];
            if (group == without) continue;
            ++count;
            for (uint256 j = i + 1; j < groups.length; ++j) {
                if (groups[j] == group) groups[j] = without;
            }
        }
    }
}
