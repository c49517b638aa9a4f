// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IJournal} from "./interfaces/IJournal.sol";
import {IJournaled} from "./interfaces/IJournaled.sol";
import {RowKind} from "./interfaces/Types.sol";

/// @title Journaled: notes events in the rows of what they are about (Entries.sol writes them)
/// @dev The journal's address never changes: it is the one thing that every version writes on.
abstract contract Journaled is IJournaled {
    /// @inheritdoc IJournaled
    IJournal public immutable JOURNAL;

    constructor(IJournal journal) {
        JOURNAL = journal;
    }

    /// What a full row refuses.
    function _note(RowKind kind, bytes32 subject, bytes32 digest) internal {
        JOURNAL.note(kind, subject, digest, false);
    }

    /// About two subjects at once.
    function _noteBoth(IJournal.Row memory one, IJournal.Row memory other, bytes32 digest, bool always) internal {
        IJournal.Row[] memory rows = new IJournal.Row[](2);
        (rows[0], rows[1]) = (one, other);
        JOURNAL.noteAll(rows, digest, always);
    }

    /// What no row refuses: against the subject, of the council, or once in a subject's life.
    function _noteAlways(RowKind kind, bytes32 subject, bytes32 digest) internal {
        JOURNAL.note(kind, subject, digest, true);
    }
}
