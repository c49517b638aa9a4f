// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Governed} from "./Governed.sol";
import {ISettings} from "./interfaces/ISettings.sol";

/// @title Settings
contract Settings is ISettings, Governed {
    uint40 public constant WINDOW_MAX = 30 days;
    uint40 public constant GRACE_MAX = 14 days;

    /// @inheritdoc ISettings
    uint40 public recordingWindow = 7 days;
    /// @inheritdoc ISettings
    uint40 public grace = 72 hours;
    /// @inheritdoc ISettings
    uint8 public quorum;

    constructor(address council) Governed(council) {}

    /// @inheritdoc ISettings
    function setRecordingWindow(uint40 window) external onlyCouncil {
        if (window > WINDOW_MAX) revert WindowTooLong(window, WINDOW_MAX);
        recordingWindow = window;
        emit RecordingWindowSet(window);
    }

    /// @inheritdoc ISettings
    function setGrace(uint40 grace_) external onlyCouncil {
        if (grace_ > GRACE_MAX) revert GraceTooLong(grace_, GRACE_MAX);
        grace = grace_;
        emit GraceSet(grace_);
    }

    /// @inheritdoc ISettings
    function setQuorum(uint8 quorum_) external onlyCouncil {
        if (quorum_ == 0) revert QuorumInvalid(quorum_);
        quorum = quorum_;
        emit QuorumSet(quorum_);
    }
}
