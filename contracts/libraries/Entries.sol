// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title Entries: writes a log and gives its digest, both of the same bytes
/// @notice digest = keccak256(topics ‖ data).
/// @dev The topics are laid in front of the data for the hash, over its length and what lies before that, which are put
/// back afterwards: nothing is copied, and what is hashed is what was logged. `data` is the ABI encoding of what is not
/// indexed.
library Entries {
    function log1(bytes32 topic0, bytes memory data) internal returns (bytes32 digest) {
        assembly ("memory-safe") {
            let size := mload(data)
            log1(add(data, 0x20), size, topic0)
            mstore(data, topic0)
            digest := keccak256(data, add(size, 0x20))
            mstore(data, size)
        }
    }

    function log2(bytes32 topic0, bytes32 topic1, bytes memory data) internal returns (bytes32 digest) {
        assembly ("memory-safe") {
            let size := mload(data)
            let start := sub(data, 0x20)
            let first := mload(start)
            log2(add(data, 0x20), size, topic0, topic1)
            mstore(start, topic0)
            mstore(data, topic1)
            digest := keccak256(start, add(size, 0x40))
            mstore(start, first)
            mstore(data, size)
        }
    }

    function log3(bytes32 topic0, bytes32 topic1, bytes32 topic2, bytes memory data)
        internal
        returns (bytes32 digest)
    {
        assembly ("memory-safe") {
            let size := mload(data)
            let start := sub(data, 0x40)
            let first := mload(start)
            let second := mload(sub(data, 0x20))
            log3(add(data, 0x20), size, topic0, topic1, topic2)
            mstore(start, topic0)
            mstore(sub(data, 0x20), topic1)
            mstore(data, topic2)
            digest := keccak256(start, add(size, 0x60))
            mstore(start, first)
            mstore(sub(data, 0x20), second)
            mstore(data, size)
        }
    }

    function log4(bytes32 topic0, bytes32 topic1, bytes32 topic2, bytes32 topic3, bytes memory data)
        internal
        returns (bytes32 digest)
    {
        assembly ("memory-safe") {
            let size := mload(data)
            let start := sub(data, 0x60)
            let first := mload(start)
            let second := mload(sub(data, 0x40))
            let third := mload(sub(data, 0x20))
            log4(add(data, 0x20), size, topic0, topic1, topic2, topic3)
            mstore(start, topic0)
            mstore(sub(data, 0x40), topic1)
            mstore(sub(data, 0x20), topic2)
            mstore(data, topic3)
            digest := keccak256(start, add(size, 0x80))
            mstore(start, first)
            mstore(sub(data, 0x40), second)
            mstore(sub(data, 0x20), third)
            mstore(data, size)
        }
    }

    /// @notice An account as an indexed parameter.
    function topic(address account) internal pure returns (bytes32) {
        return bytes32(uint256(uint160(account)));
    }
}
