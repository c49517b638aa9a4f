// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title Ctx: binds a proof to chain, contract, circuit, account and request (zk_circuits/SPEC.md, section 4)
library Ctx {
    bytes32 internal constant ORIGIN = keccak256("lodetrace/origin/2");
    bytes32 internal constant RUN = keccak256("lodetrace/run/2");
    bytes32 internal constant TOTAL = keccak256("lodetrace/total/2");
    bytes32 internal constant CLAIM = keccak256("lodetrace/claim/2");
    bytes32 internal constant PRICE = keccak256("lodetrace/price/1");

    /// @return 248 bits: below the order of the field
    function make(bytes32 kind, bytes32 verifyingKeyHash, address account, bytes32 body)
        internal
        view
        returns (uint256)
    {
        bytes32 hash = keccak256(abi.encode(kind, block.chainid, address(this), verifyingKeyHash, account, body));
        return uint256(hash) >> 8;
    }

    /// @notice As of a list with one box.
    function hashOf(bytes calldata box) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(keccak256(box)));
    }

    /// @notice Of the hashes of all boxes, in their order: joined boxes of several lengths would have several readings.
    function hashOf(bytes[] calldata boxes) internal pure returns (bytes32) {
        bytes32[] memory hashes = new bytes32[](boxes.length);
        for (uint256 i = 0; i < boxes.length; ++i) {
            hashes[i] = keccak256(boxes[i]);
        }
        return keccak256(abi.encodePacked(hashes));
    }
}
