// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title Settings: what the council sets for all registers
interface ISettings {
    event RecordingWindowSet(uint40 window);
    event GraceSet(uint40 grace);
    event QuorumSet(uint8 quorum);

    error WindowTooLong(uint40 window, uint40 limit);
    error GraceTooLong(uint40 grace, uint40 limit);
    error QuorumInvalid(uint8 quorum);

    /// @notice How far what speaks for a site or place may reach back before its recording, where nothing spoke
    /// against it. A fact keeps the window that was in force when it was recorded.
    /// @dev Only the council; at most 30 days (WindowTooLong).
    function setRecordingWindow(uint40 window) external;

    /// @notice How long after the end of an event its inputs may still come into the holder's custody.
    /// @dev Only the council; at most 14 days (GraceTooLong).
    function setGrace(uint40 grace_) external;

    /// @notice How many ownership groups of inspectors make an event stand.
    /// @dev Only the council, a constitutional act; at least 1 (QuorumInvalid). It counts for attestations from then on.
    function setQuorum(uint8 quorum_) external;

    /// @notice Seconds; seven days until the council sets another.
    function recordingWindow() external view returns (uint40);

    /// @notice Seconds; 72 hours until the council sets another.
    function grace() external view returns (uint40);

    /// @notice 0 until the council sets the first one: nothing stands before.
    function quorum() external view returns (uint8);
}
