// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title HoldKeys: what a hold is on, the lots of one root that one ownership group has
library HoldKeys {
    function make(uint32 root, bytes32 group) internal pure returns (bytes32) {
        return keccak256(abi.encode(root, group));
    }
}
