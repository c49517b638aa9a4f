// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title Holds: a lot is stopped while a critical question is open
/// @notice A hold lasts 14 days unless the other role (risk, auditor) of another ownership group renews it; then 90
/// days: 104 days by two groups. Each further renewal takes another group than all before. Release takes both roles
/// of two ownership groups. Whoever holds, renews, proposes or releases is of another ownership group than the lot's
/// holder (DeciderNotIndependent). What ends by itself ends on the hour. A lot that an event named may be held too: its
/// run waits, and when the hold has passed the lot waits for its run again. Lots born outside their site's band of loss
/// or scrap are held without end until released.
/// @dev A hold outranks offers and disputes, which lapse. An assigned lot is in a product already and cannot be held;
/// what a later finding reaches there is for readers to compute. Not guaranteed: that two ownership groups are of two
/// owners; the council says who belongs to which.
interface IHolds {
    event LotHeld(bytes32 indexed lot, address indexed by, uint32 sequence, uint40 until, bytes32 reason);
    event HoldRenewed(bytes32 indexed lot, address indexed by, uint32 sequence, uint40 until);
    event ReleaseProposed(bytes32 indexed lot, address indexed by, uint32 sequence);
    event LotReleased(bytes32 indexed lot, address indexed by, uint32 sequence);
    event LotReleasedByAct(bytes32 indexed lot, uint32 sequence);

    error NotHeld(bytes32 lot);
    error SecondRoleRequired(bytes32 lot, bytes32 organisation);
    error DeciderNotIndependent(bytes32 lot, bytes32 organisation);
    error NotHoldable(bytes32 lot);
    error ReleaseTooEarly(bytes32 lot, uint40 from, uint256 time);

    /// @notice Only the risk or the auditor role; a lot that is not Held, Assigned or ended (NotHoldable). An
    /// ownership group holds a lot once in 90 days: prolonging takes a second role, not a second hold
    /// (SecondRoleRequired).
    function hold(bytes32 lot, bytes32 reason) external;

    /// @notice Of a hold in force that has an end; a proposed release lapses. Whoever decided about the hold, or about
    /// a former one that ended less than 90 days ago, does not renew it (SecondRoleRequired).
    function renew(bytes32 lot) external;

    /// @notice The first call proposes, a call by the other role of another ownership group releases.
    function release(bytes32 lot) external;

    /// @dev Only the council: of a lot that was born held, 30 days after its birth (ReleaseTooEarly). A judge who does
    /// not answer locks no metal for ever.
    function releaseByAct(bytes32 lot) external;
}
