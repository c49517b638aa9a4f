// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {RowKind} from "./Types.sol";

/// @title Journal: one word for everything that was said about a subject
/// @notice Beside every event that says something about a subject, its contract notes the event here. A word holds how
/// many events were noted and a running hash over them: who shows events that add up to the word shows all of them, in
/// their order, and nothing else. Words stay when contracts are replaced: the next version notes into the same rows.
///
/// word = count (32 bits) | hash (224 bits); 0 where nothing was noted. An event moves the word of each of its subjects:
///
///     digest = keccak256(topics ‖ data)
///     hash'  = keccak256(word ‖ writer ‖ block ‖ time ‖ place ‖ digest), each in 32 bytes, without its last 4 bytes
///
/// place is one number for the whole chain, from 1: the order of everything.
///
/// | row          | subject                            | at most |
/// |--------------|------------------------------------|---------|
/// | Settings     | 0: all settings                    | 4,096   |
/// | Directory    | 0: versions, files, who writes     | 4,096   |
/// | Lot          | id                                 | 512     |
/// | Root         | number of a root: holds on it      | 4,096   |
/// | Event        | IAttestations.eventIdOf; with      | 256     |
/// |              | element 0 what is said of all      |         |
/// |              | metals of a site's document        |         |
/// | Site         | id                                 | 512     |
/// | Certificate  | id                                 | 32      |
/// | Place        | id                                 | 128     |
/// | Member       | organisation                       | 1,024   |
/// | Group        | ownership group                    | 4,096   |
/// | Account      | account: whose it is               | 4,096   |
/// | Product      | id                                 | 4,096   |
/// | Total        | id                                 | 4,096   |
/// | Commodity    | id                                 | 4,096   |
/// | PriceRecord  | id                                 | 4,096   |
///
/// The last quarter of a row is for what it cannot refuse: words against the subject, acts of the council, and what
/// happens to a subject once. Such a word is noted even where the row is full, so nobody fills a row to keep one out.
interface IJournal {
    struct Row {
        RowKind kind;
        bytes32 subject;
    }

    /// @param kinds of rows that the writer may write, bit k for kind k; 0 where the right is taken
    /// @param codeHash of the writer's code; 0 where the right is taken
    event JournalWriterSet(address indexed writer, uint256 kinds, bytes32 codeHash);

    error RowNotAllowed(address writer, RowKind kind);
    /// @notice Three quarters of the row are written: what is left is for words that it cannot refuse.
    error RowFull(RowKind kind, bytes32 subject, uint256 count);

    /// @dev Only the council. The act names the hash of the writer's code (CodeDiffers); 0 takes the right. A key has
    /// no code (NoCode).
    function setWriter(address writer, uint256 kinds, bytes32 codeHash) external;

    /// @notice An event about one subject.
    /// @dev Only a writer of the kind (RowNotAllowed).
    /// @param digest of the event
    /// @param always also where the row is full (RowFull otherwise)
    function note(RowKind kind, bytes32 subject, bytes32 digest, bool always) external;

    /// @notice An event about several subjects, each named once: one entry, with one place.
    /// @dev As `note`, for each.
    function noteAll(Row[] calldata rows, bytes32 digest, bool always) external;

    function wordOf(RowKind kind, bytes32 subject) external view returns (uint256);

    /// @notice Kinds of rows that a contract may write, bit k for kind k.
    function kindsOf(address writer) external view returns (uint256);

    /// @notice Number of the last entry.
    function place() external view returns (uint256);
}
