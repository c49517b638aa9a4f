// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {SubjectKind} from "./Types.sol";

/// @title Directory: which contract is which
/// @notice For discovery, never in a hot path. Names are ASCII in bytes32 ("LotBook", "Runs" …); versions count from 1.
interface IDirectory {
    event ContractRegistered(bytes32 indexed name, uint32 indexed version, address at, bytes32 codeHash);
    /// @notice One receipt that states the current counters: a reader proves by it that no event was withheld, not
    /// even the last.
    event CountersStated(SubjectKind indexed kind, bytes32[] subjects, uint32[] sequences);

    error NameUnknown(bytes32 name);
    error NoCode(address at);
    error CodeDiffers(address at, bytes32 expected, bytes32 actual);

    /// @dev Only the council. The next version of the name.
    function register(bytes32 name, address target) external;

    function current(bytes32 name) external view returns (address target, uint32 version);

    function at(bytes32 name, uint32 version) external view returns (address);

    /// @notice Anyone may have the counters of given subjects stated, by the current LotBook, Certificates, Members,
    /// Sites or Places.
    function stateCounters(SubjectKind kind, bytes32[] calldata subjects) external;

    /// @notice The name of the contract that counts the events about subjects of a kind.
    function bookOf(SubjectKind kind) external pure returns (bytes32 name);
}
