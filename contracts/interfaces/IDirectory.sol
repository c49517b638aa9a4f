// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title Directory: which contract is which, and which file is which
/// @notice For discovery, never in a hot path. Names are ASCII in bytes32 ("LotBook", "Runs" …); versions count from 1.
/// What is no contract is named by the hash of its bytes: a release of the program, the transcript of a ceremony.
/// The first contract that it names is the Journal (NameUnknown otherwise), in whose first version it notes for ever
/// what it names.
interface IDirectory {
    event ContractRegistered(bytes32 indexed name, uint32 indexed version, address at, bytes32 codeHash);
    /// @notice What is no contract: keccak-256 of its bytes. Its versions count by themselves.
    event HashRegistered(bytes32 indexed name, uint32 indexed version, bytes32 hash);

    error NameUnknown(bytes32 name);
    error HashMissing(bytes32 name);
    error NoCode(address at);
    error CodeDiffers(address at, bytes32 expected, bytes32 actual);

    /// @dev Only the council. The next version of the name.
    function register(bytes32 name, address target) external;

    /// @notice Names a file by its hash: the next version of the name.
    /// @dev Only the council.
    function registerHash(bytes32 name, bytes32 hash) external;

    /// @notice The last hash of the name; reverts (NameUnknown) where there is none.
    function currentHash(bytes32 name) external view returns (bytes32 hash, uint32 version);

    function hashAt(bytes32 name, uint32 version) external view returns (bytes32);

    function current(bytes32 name) external view returns (address target, uint32 version);

    function at(bytes32 name, uint32 version) external view returns (address);
}
