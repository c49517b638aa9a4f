// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Governed} from "./Governed.sol";
import {IHolds} from "./interfaces/IHolds.sol";
import {ILotBook} from "./interfaces/ILotBook.sol";
import {IMembers} from "./interfaces/IMembers.sol";
import {Roles} from "./interfaces/Roles.sol";
import {Lot, LotState} from "./interfaces/Types.sol";
import {Hours} from "./libraries/Hours.sol";
import {Reasons} from "./libraries/Reasons.sol";

/// @title Holds
contract Holds is IHolds, Governed {
    uint40 public constant FIRST_TIME = 14 days;
    uint40 public constant RENEWED_TIME = 90 days;
    /// @notice After which an act may release what was born held.
    uint40 public constant RELEASE_BY_ACT_AFTER = 30 days;
    uint32 private constant HOLDING_ROLES = Roles.RISK | Roles.AUDITOR;
    uint40 private constant WITHOUT_END = type(uint40).max;

    /// Who decided, as what, and the lot's sequence then.
    struct Decision {
        bytes32 group; // ownership group
        uint32 role;
        uint32 sequence;
        uint40 time;
    }

    IMembers public immutable MEMBERS;
    ILotBook public immutable LOT_BOOK;

    mapping(bytes32 lot => Decision) private _holds; // or their last renewal
    mapping(bytes32 lot => Decision) private _proposals; // of a release
    mapping(bytes32 lot => bytes32[] groups) private _deciders; // of the last hold and its renewals
    mapping(bytes32 lot => mapping(bytes32 group => uint40)) private _barredUntil;

    constructor(address council, address members, address lotBook) Governed(council) {
        MEMBERS = IMembers(members);
        LOT_BOOK = ILotBook(lotBook);
    }

    /// @inheritdoc IHolds
    // slither-disable-next-line reentrancy-no-eth -- LotBook is immutable, of the council, and calls nobody back
    function hold(bytes32 lot, bytes32 reason) external {
        Reasons.requireValid(reason);
        (address by, uint32 role,) = _holder();
        _requireHoldable(lot);
        (bytes32 organisation, bytes32 group) = _requireIndependent(lot, by);
        _requireNotBarred(lot, organisation, group);
        uint40 until = _endIn(FIRST_TIME);
        uint32 sequence = LOT_BOOK.setState(lot, LotState.Held, until);
        _holds[lot] = Decision(group, role, sequence, uint40(block.timestamp));
        delete _deciders[lot];
        _deciders[lot].push(group);
        _bar(lot, uint40(block.timestamp));
        emit LotHeld(lot, by, sequence, until, reason);
    }

    /// @inheritdoc IHolds
    // slither-disable-next-line reentrancy-no-eth -- LotBook is immutable, of the council, and calls nobody back
    function renew(bytes32 lot) external {
        (address by,, uint32 roles) = _holder();
        if (_requireHeld(lot) == WITHOUT_END) revert NotHoldable(lot);
        (bytes32 organisation, bytes32 group) = _requireIndependent(lot, by);
        uint32 role = _requireSecond(lot, organisation, group, roles, _holds[lot]);
        _requireNotBarred(lot, organisation, group);
        uint40 until = _endIn(RENEWED_TIME);
        uint32 sequence = LOT_BOOK.setState(lot, LotState.Held, until);
        _holds[lot] = Decision(group, role, sequence, uint40(block.timestamp));
        _deciders[lot].push(group);
        _bar(lot, until);
        emit HoldRenewed(lot, by, sequence, until);
    }

    /// @inheritdoc IHolds
    function release(bytes32 lot) external {
        (address by, uint32 role, uint32 roles) = _holder();
        uint40 until = _requireHeld(lot);
        (bytes32 organisation, bytes32 group) = _requireIndependent(lot, by);
        Decision memory proposal = _proposals[lot];
        if (proposal.sequence != LOT_BOOK.sequenceOf(lot)) return _propose(lot, by, group, role, until);
        _requireSecond(lot, organisation, group, roles, proposal);
        uint32 sequence = LOT_BOOK.setState(lot, LotState.Active, 0);
        emit LotReleased(lot, by, sequence);
    }

    /// @inheritdoc IHolds
    // slither-disable-next-line reentrancy-no-eth -- LotBook is immutable, of the council, and calls nobody back
    function releaseByAct(bytes32 lot) external onlyCouncil {
        bool endless = _requireHeld(lot) == WITHOUT_END;
        uint40 from = LOT_BOOK.lotOf(lot).bornAt + RELEASE_BY_ACT_AFTER;
        if (!endless || block.timestamp < from) revert ReleaseTooEarly(lot, from, block.timestamp);
        emit LotReleasedByAct(lot, LOT_BOOK.setState(lot, LotState.Active, 0));
    }

    function _bar(bytes32 lot, uint40 from) private {
        bytes32[] storage groups = _deciders[lot];
        for (uint256 i = 0; i < groups.length; ++i) {
            _barredUntil[lot][groups[i]] = from + RENEWED_TIME;
        }
    }

    function _propose(bytes32 lot, address by, bytes32 group, uint32 role, uint40 until) private {
        uint32 sequence = LOT_BOOK.setState(lot, LotState.Held, until);
        _proposals[lot] = Decision(group, role, sequence, uint40(block.timestamp));
        emit ReleaseProposed(lot, by, sequence);
    }

    /// A hold ends on the hour: so it fits beside the name of a lot that waits for its run.
    function _endIn(uint40 time) private view returns (uint40) {
        return Hours.roundedUp(uint40(block.timestamp) + time);
    }

    /// @return account of the caller
    /// @return role that it decides as: risk, if it has both
    /// @return roles all that it has
    function _holder() private view returns (address account, uint32 role, uint32 roles) {
        (account, roles) = MEMBERS.resolve(msg.sender);
        if (roles & HOLDING_ROLES == 0) revert IMembers.RoleMissing(msg.sender, HOLDING_ROLES, roles);
        role = roles & Roles.RISK != 0 ? Roles.RISK : Roles.AUDITOR;
    }

    function _requireHoldable(bytes32 id) private view {
        Lot memory lot = LOT_BOOK.lotOf(id);
        bool lapsed = block.timestamp > lot.until;
        bool holdable = lot.state == LotState.Active || lot.state == LotState.Offered
            || lot.state == LotState.Disputed || lot.state == LotState.Named
            || (lot.state == LotState.Held && lapsed);
        if (!holdable) revert NotHoldable(id);
    }

    /// Nobody decides about the metal of his own ownership group.
    function _requireIndependent(bytes32 lot, address by) private view returns (bytes32 organisation, bytes32 group) {
        organisation = MEMBERS.organisationOf(by);
        group = MEMBERS.groupOf(organisation);
        bytes32 holder = MEMBERS.organisationOf(LOT_BOOK.holderOf(lot));
        if (group == MEMBERS.groupOf(holder)) revert DeciderNotIndependent(lot, organisation);
    }

    /// A group decides once about a hold, and not again soon: two friends do not take turns for years.
    function _requireNotBarred(bytes32 lot, bytes32 organisation, bytes32 group) private view {
        if (block.timestamp <= _barredUntil[lot][group]) revert SecondRoleRequired(lot, organisation);
    }

    /// @return until when the hold in force ends
    function _requireHeld(bytes32 id) private view returns (uint40 until) {
        Lot memory lot = LOT_BOOK.lotOf(id);
        if (lot.state != LotState.Held || block.timestamp > lot.until) revert NotHeld(id);
        return lot.until;
    }

    /// @return role the other one than that of the first decision
    function _requireSecond(
        bytes32 lot,
        bytes32 organisation,
        bytes32 group,
        uint32 roles,
        Decision memory first
    ) private pure returns (uint32 role) {
        role = HOLDING_ROLES ^ first.role;
        bool second = roles & role != 0 && group != first.group;
        if (!second) revert SecondRoleRequired(lot, organisation);
    }
}
