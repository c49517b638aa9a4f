// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Governed} from "./Governed.sol";
import {IDirectory} from "./interfaces/IDirectory.sol";
import {IJournal} from "./interfaces/IJournal.sol";
import {RowKind} from "./interfaces/Types.sol";
import {Code} from "./libraries/Code.sol";
import {Entries} from "./libraries/Entries.sol";

/// @title Directory
contract Directory is IDirectory, Governed {
    bytes32 private constant JOURNAL = "Journal";

    mapping(bytes32 name => address[] versions) private _versions; // version v at index v - 1
    mapping(bytes32 name => bytes32[] versions) private _hashes; // the same

    constructor(address council) Governed(council) {}

    /// @inheritdoc IDirectory
    function register(bytes32 name, address target) external onlyCouncil {
        if (name == bytes32(0)) revert NameUnknown(name);
        Code.requireOwn(target);
        _versions[name].push(target);
        _noteVersion(ContractRegistered.selector, name, _versions[name].length, abi.encode(target, target.codehash));
    }

    /// @inheritdoc IDirectory
    function registerHash(bytes32 name, bytes32 hash) external onlyCouncil {
        if (name == bytes32(0)) revert NameUnknown(name);
        if (hash == bytes32(0)) revert HashMissing(name);
        _hashes[name].push(hash);
        _noteVersion(HashRegistered.selector, name, _hashes[name].length, abi.encode(hash));
    }

    /// @inheritdoc IDirectory
    function at(bytes32 name, uint32 version) external view returns (address) {
        address[] storage versions = _versions[name];
        if (version == 0 || version > versions.length) revert NameUnknown(name);
        return versions[version - 1];
    }

    /// @inheritdoc IDirectory
    function currentHash(bytes32 name) external view returns (bytes32 hash, uint32 version) {
        version = uint32(_hashes[name].length);
        hash = hashAt(name, version);
    }

    /// @inheritdoc IDirectory
    function hashAt(bytes32 name, uint32 version) public view returns (bytes32) {
        bytes32[] storage versions = _hashes[name];
        if (version == 0 || version > versions.length) revert NameUnknown(name);
        return versions[version - 1];
    }

    /// @inheritdoc IDirectory
    function current(bytes32 name) public view returns (address target, uint32 version) {
        address[] storage versions = _versions[name];
        version = uint32(versions.length);
        if (version == 0) revert NameUnknown(name);
        target = versions[version - 1];
    }

    /// The journal is the first one that the Directory names, for ever: nothing is named before it.
    function _noteVersion(bytes32 topic0, bytes32 name, uint256 version, bytes memory data) private {
        address[] storage journals = _versions[JOURNAL];
        if (journals.length == 0) revert NameUnknown(JOURNAL);
        bytes32 digest = Entries.log3(topic0, name, bytes32(version), data);
        IJournal(journals[0]).note(RowKind.Directory, bytes32(0), digest, true);
    }
}
