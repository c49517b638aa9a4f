// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Governed} from "./Governed.sol";
import {Journaled} from "./Journaled.sol";
import {IJournal} from "./interfaces/IJournal.sol";
import {ISettings} from "./interfaces/ISettings.sol";
import {RowKind} from "./interfaces/Types.sol";
import {Entries} from "./libraries/Entries.sol";

/// @title Settings
contract Settings is ISettings, Governed, Journaled {
    uint40 public constant WINDOW_MAX = 30 days;
    uint40 public constant GRACE_MAX = 14 days;

    /// @inheritdoc ISettings
    uint40 public recordingWindow = 7 days;
    /// @inheritdoc ISettings
    uint40 public grace = 72 hours;
    /// @inheritdoc ISettings
    uint8 public quorum;

    constructor(address council, address journal) Governed(council) Journaled(IJournal(journal)) {}

    /// @inheritdoc ISettings
    function setRecordingWindow(uint40 window) external onlyCouncil {
        if (window > WINDOW_MAX) revert WindowTooLong(window, WINDOW_MAX);
        recordingWindow = window;
        _noteSetting(RecordingWindowSet.selector, window);
    }

    /// @inheritdoc ISettings
    function setGrace(uint40 grace_) external onlyCouncil {
        if (grace_ > GRACE_MAX) revert GraceTooLong(grace_, GRACE_MAX);
        grace = grace_;
        _noteSetting(GraceSet.selector, grace_);
    }

    /// @inheritdoc ISettings
    function setQuorum(uint8 quorum_) external onlyCouncil {
        if (quorum_ == 0) revert QuorumInvalid(quorum_);
        quorum = quorum_;
        _noteSetting(QuorumSet.selector, quorum_);
    }

    function _noteSetting(bytes32 topic0, uint256 value) private {
        _noteAlways(RowKind.Settings, bytes32(0), Entries.log1(topic0, abi.encode(value)));
    }
}
