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
}
