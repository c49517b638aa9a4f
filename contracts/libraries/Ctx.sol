// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {SealedOpening} from "../interfaces/Types.sol";

/// @title Ctx: binds a proof to chain, contract, circuit, account and request (zk_circuits/SPEC.md, section 4)
library Ctx {
    bytes32 internal constant ORIGIN = keccak256("lodetrace/origin/1");
    bytes32 internal constant RUN = keccak256("lodetrace/run/1");
    bytes32 internal constant TOTAL = keccak256("lodetrace/total/1");
    bytes32 internal constant CLAIM = keccak256("lodetrace/claim/1");
    bytes32 internal constant PRICE = keccak256("lodetrace/price/1");
    uint256 private constant SEALED_BYTES = 160;

    /// @return 248 bits: below the order of the field
    function make(bytes32 kind, bytes32 verifyingKeyHash, address account, bytes32 body)
        internal
        view
        returns (uint256)
    {
        bytes32 hash = keccak256(abi.encode(kind, block.chainid, address(this), verifyingKeyHash, account, body));
        return uint256(hash) >> 8;
    }

    function hashOf(SealedOpening calldata sealedOpening) internal pure returns (bytes32) {
        return keccak256(abi.encode(sealedOpening));
    }

    /// @notice Of all ciphertexts joined.
    function hashOf(SealedOpening[] calldata sealedOpenings) internal pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            let joined := mload(0x40) // scratch beyond what is allocated
            let size := mul(sealedOpenings.length, SEALED_BYTES)
            calldatacopy(joined, sealedOpenings.offset, size)
            hash := keccak256(joined, size)
        }
    }
}
