// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title Holds: a lot is stopped while a critical question is open
/// @notice A hold lasts 14 days unless a second role of another organisation renews it (90 days). Release takes two roles of two
/// organisations. Lots born outside their site's loss band are held without end until released.
interface IHolds {
    event LotHeld(bytes32 indexed lot, address indexed by, uint32 sequence, uint40 until, bytes32 reason);
    event HoldRenewed(bytes32 indexed lot, address indexed by, uint32 sequence, uint40 until);
    event ReleaseProposed(bytes32 indexed lot, address indexed by, uint32 sequence);
    event LotReleased(bytes32 indexed lot, address indexed by, uint32 sequence);

    error NotHeld(bytes32 lot);
    error SecondRoleRequired(bytes32 lot, bytes32 organisation);
    error NotHoldable(bytes32 lot);

    /// @dev Only the risk or the auditor role.
    function hold(bytes32 lot, bytes32 reason) external;

    function renew(bytes32 lot) external;

    /// @notice The first call proposes, a call by the other role of another organisation releases.
    function release(bytes32 lot) external;
}
