// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title Holds: a lot is stopped while a critical question is open
/// @notice A hold lasts 14 days unless the other role (risk, auditor) of another ownership group renews it; then 90
/// days, and each further renewal is by the other role of another ownership group than the one before. Release takes
/// both roles of two ownership groups. Whoever holds, renews, proposes or releases is of another ownership group than
/// the lot's holder (DeciderNotIndependent). Lots born outside their site's loss band are held without end until
/// released.
/// @dev A hold outranks offers and disputes, which lapse. An assigned lot is in a product already and cannot be held;
/// what a later finding reaches there is for readers to compute. Not guaranteed: that two ownership groups are of two
/// owners; the council says who belongs to which.
interface IHolds {
    event LotHeld(bytes32 indexed lot, address indexed by, uint32 sequence, uint40 until, bytes32 reason);
    event HoldRenewed(bytes32 indexed lot, address indexed by, uint32 sequence, uint40 until);
    event ReleaseProposed(bytes32 indexed lot, address indexed by, uint32 sequence);
    event LotReleased(bytes32 indexed lot, address indexed by, uint32 sequence);

    error NotHeld(bytes32 lot);
    error SecondRoleRequired(bytes32 lot, bytes32 organisation);
    error DeciderNotIndependent(bytes32 lot, bytes32 organisation);
    error NotHoldable(bytes32 lot);

    /// @notice Only the risk or the auditor role; a lot that is not Held, Assigned or ended (NotHoldable). An
    /// ownership group holds a lot once in 90 days: prolonging takes a second role, not a second hold
    /// (SecondRoleRequired).
    function hold(bytes32 lot, bytes32 reason) external;

    /// @notice Of a hold in force that has an end; a proposed release lapses.
    function renew(bytes32 lot) external;

    /// @notice The first call proposes, a call by the other role of another ownership group releases.
    function release(bytes32 lot) external;
}
