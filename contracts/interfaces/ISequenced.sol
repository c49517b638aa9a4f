// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title Sequenced: a contract whose events number themselves by subject
interface ISequenced {
    /// @notice Events about the subject so far; 0 for an unknown one.
    function sequenceOf(bytes32 subject) external view returns (uint32);
}
