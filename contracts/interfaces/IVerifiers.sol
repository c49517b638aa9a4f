// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

// What the generated verifiers answer, by the number of their public signals (zk_circuits/SPEC.md, sections 5 to 12).
// `verify` is false, or reverts, for a proof that does not hold: callers gate with a revert of their own.

interface IKeyed {
    /// @notice Identifies circuit and key (zk_circuits/SPEC.md, section 4).
    function VERIFYING_KEY_HASH() external view returns (bytes32);
}

/// Circuits `origin` and `price_in_range`.
interface IVerifier5 is IKeyed {
    function verify(uint256[8] calldata proof, uint256[5] calldata inputs) external view returns (bool);
}

/// Circuit `rebook2`.
interface IVerifier7 is IKeyed {
    function verify(uint256[8] calldata proof, uint256[7] calldata inputs) external view returns (bool);
}

/// Circuit `run4`.
interface IVerifier13 is IKeyed {
    function verify(uint256[8] calldata proof, uint256[13] calldata inputs) external view returns (bool);
}

/// Circuit `total`.
interface IVerifier24 is IKeyed {
    function verify(uint256[8] calldata proof, uint256[24] calldata inputs) external view returns (bool);
}

/// Circuit `claim`.
interface IVerifier4 is IKeyed {
    function verify(uint256[8] calldata proof, uint256[4] calldata inputs) external view returns (bool);
}
