// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Governed} from "./Governed.sol";
import {IJournal} from "./interfaces/IJournal.sol";
import {RowKind} from "./interfaces/Types.sol";
import {Code} from "./libraries/Code.sol";
import {Entries} from "./libraries/Entries.sol";

/// @title Journal
contract Journal is IJournal, Governed {
    uint256 private constant HASH_BITS = 224;
    uint256 private constant DROPPED_BITS = 32; // of the hash
    uint256 private constant COMMON_LIMIT = 4_096;

    mapping(bytes32 key => uint256 word) private _words;
    mapping(address writer => uint256 kinds) private _kinds;

    /// @inheritdoc IJournal
    uint256 public place;

    constructor(address council) Governed(council) {}

    /// @inheritdoc IJournal
    function setWriter(address writer, uint256 kinds, bytes32 codeHash) external onlyCouncil {
        if (codeHash == bytes32(0)) kinds = 0;
        else Code.require_(writer, codeHash);
        _kinds[writer] = kinds;
        bytes32 digest =
            Entries.log2(JournalWriterSet.selector, Entries.topic(writer), abi.encode(kinds, codeHash));
        _write(RowKind.Directory, bytes32(0), _next(address(this), digest), true);
    }

    /// @inheritdoc IJournal
    function note(RowKind kind, bytes32 subject, bytes32 digest, bool always) external {
        _requireAllowed(_kinds[msg.sender], kind);
        _write(kind, subject, _next(msg.sender, digest), always);
    }

    /// @inheritdoc IJournal
    function noteAll(Row[] calldata rows, bytes32 digest, bool always) external {
        uint256 kinds = _kinds[msg.sender];
        bytes memory entry = _next(msg.sender, digest);
        for (uint256 i = 0; i < rows.length; ++i) {
            _requireAllowed(kinds, rows[i].kind);
            _write(rows[i].kind, rows[i].subject, entry, always);
        }
    }

    /// @inheritdoc IJournal
    function wordOf(RowKind kind, bytes32 subject) external view returns (uint256) {
        return _words[_keyOf(kind, subject)];
    }

    /// @inheritdoc IJournal
    function kindsOf(address writer) external view returns (uint256) {
        return _kinds[writer];
    }

    /// An entry with the next place, and room before it for a word.
    function _next(address writer, bytes32 digest) private returns (bytes memory entry) {
        return abi.encode(uint256(0), writer, block.number, block.timestamp, ++place, digest);
    }

    function _write(RowKind kind, bytes32 subject, bytes memory entry, bool always) private {
        bytes32 key = _keyOf(kind, subject);
        uint256 word = _words[key];
        uint256 count = word >> HASH_BITS;
        if (!always && count >= _limitOf(kind) * 3 / 4) revert RowFull(kind, subject, count);
        assembly ("memory-safe") {
            mstore(add(entry, 0x20), word)
        }
        _words[key] = ((count + 1) << HASH_BITS) | (uint256(keccak256(entry)) >> DROPPED_BITS);
    }

    function _requireAllowed(uint256 kinds, RowKind kind) private view {
        if ((kinds >> uint256(kind)) & 1 == 0) revert RowNotAllowed(msg.sender, kind);
    }

    function _limitOf(RowKind kind) private pure returns (uint256) {
        if (kind == RowKind.Lot || kind == RowKind.Site) return 512;
        if (kind == RowKind.Event) return 256;
        if (kind == RowKind.Member) return 1_024;
        if (kind == RowKind.Place) return 128;
        return kind == RowKind.Certificate ? 32 : COMMON_LIMIT;
    }

    function _keyOf(RowKind kind, bytes32 subject) private pure returns (bytes32) {
        return keccak256(abi.encode(kind, subject));
    }
}
