// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title Settings: what the council sets for all registers
interface ISettings {
    event RecordingWindowSet(uint40 window);

    error WindowTooLong(uint40 window, uint40 limit);

    /// @notice How far what speaks for a site or place may reach back before its recording, where nothing spoke
    /// against it. A fact keeps the window that was in force when it was recorded.
    /// @dev Only the council; at most 30 days (WindowTooLong).
    function setRecordingWindow(uint40 window) external;

    /// @notice Seconds; seven days until the council sets another.
    function recordingWindow() external view returns (uint40);
}
