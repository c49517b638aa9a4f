// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title Holds: lots are stopped while a critical question is open
/// @notice A hold is on a root and an ownership group: on all lots of that document, or pool, that the group has. It is
/// not shed by a rebook or a sale to a sister, and stops nobody else's lots of the root. What it binds, and what it
/// leaves free, says ILotBook.
///
/// A hold lasts 14 days unless the other role (risk, auditor) of another ownership group renews it; then 90 days: 104
/// days by two groups. Each further renewal takes another group than all before. Release takes both roles of two
/// ownership groups. Whoever holds, renews, proposes or releases is of another ownership group than the one that has the
/// lots (DeciderNotIndependent). Lots born outside their site's band of loss or scrap are held, each by itself, without
/// end until released.
/// @dev Every event about a hold carries the hold's sequence, numbered by its key; events about a lot that was born held
/// carry the lot's. Not guaranteed: that two ownership groups are of two owners; the council says who belongs to which.
interface IHolds {
    /// @param key of root and group, as ILotBook.holdKeyOf; so in all events about a hold
    event HoldPlaced(
        bytes32 indexed key,
        uint32 indexed root,
        bytes32 indexed group,
        address by,
        uint32 sequence,
        uint40 until,
        bytes32 reason
    );
    event HoldRenewed(
        bytes32 indexed key,
        uint32 indexed root,
        bytes32 indexed group,
        address by,
        uint32 sequence,
        uint40 until
    );
    event HoldReleaseProposed(
        bytes32 indexed key, uint32 indexed root, bytes32 indexed group, address by, uint32 sequence
    );
    event HoldReleased(bytes32 indexed key, uint32 indexed root, bytes32 indexed group, address by, uint32 sequence);
    event LotReleaseProposed(bytes32 indexed lot, address indexed by, uint32 sequence);
    event LotReleased(bytes32 indexed lot, address indexed by, uint32 sequence);
    event LotReleasedByAct(bytes32 indexed lot, uint32 sequence);

    error HoldNotInForce(uint32 root, bytes32 group);
    error HoldInForce(uint32 root, bytes32 group, uint40 until);
    /// @notice Whoever decides has the role, or is of an ownership group, that decided before.
    error SecondRoleRequired(bytes32 organisation);
    error DeciderNotIndependent(bytes32 organisation, bytes32 group);
    error LotNotBornHeld(bytes32 lot);
    error ReleaseTooEarly(bytes32 lot, uint40 from, uint256 time);

    /// @notice Only the risk or the auditor role; of a root in the book (RootUnknown), where no hold is in force
    /// (HoldInForce). An ownership group places a hold on the same root and group once in 90 days: prolonging takes a
    /// second role, not a second hold (SecondRoleRequired).
    function hold(uint32 root, bytes32 group, bytes32 reason) external;

    /// @notice Of a hold in force (HoldNotInForce); a proposed release lapses. Whoever decided about the hold, or about
    /// a former one that ended less than 90 days ago, does not renew it (SecondRoleRequired).
    function renew(uint32 root, bytes32 group) external;

    /// @notice Of a hold in force. The first call proposes, a call by the other role of another ownership group
    /// releases.
    function release(uint32 root, bytes32 group) external;

    /// @notice As release, of one lot that was born held (LotNotBornHeld).
    function releaseLot(bytes32 lot) external;

    /// @dev Only the council: of a lot that was born held, 30 days after its birth (ReleaseTooEarly). A judge who does
    /// not answer locks no metal for ever.
    function releaseLotByAct(bytes32 lot) external;

    /// @notice Events about the hold of a key so far; 0 where there was none.
    function sequenceOf(bytes32 key) external view returns (uint32);
}
