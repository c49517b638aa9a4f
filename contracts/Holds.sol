// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IHolds} from "./interfaces/IHolds.sol";
import {ILotBook} from "./interfaces/ILotBook.sol";
import {IMembers} from "./interfaces/IMembers.sol";
import {Roles} from "./interfaces/Roles.sol";
import {Lot, LotState} from "./interfaces/Types.sol";
import {Reasons} from "./libraries/Reasons.sol";

/// @title Holds
contract Holds is IHolds {
    uint40 public constant FIRST_TIME = 14 days;
    uint40 public constant RENEWED_TIME = 90 days;
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
    mapping(bytes32 lot => mapping(bytes32 group => uint40)) private _heldAt;

    constructor(address members, address lotBook) {
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
        _requireFirst(lot, organisation, group);
        uint40 until = uint40(block.timestamp) + FIRST_TIME;
        uint32 sequence = LOT_BOOK.setState(lot, LotState.Held, until);
        _holds[lot] = Decision(group, role, sequence, uint40(block.timestamp));
        _heldAt[lot][group] = uint40(block.timestamp);
        emit LotHeld(lot, by, sequence, until, reason);
    }

    /// @inheritdoc IHolds
    // slither-disable-next-line reentrancy-no-eth -- LotBook is immutable, of the council, and calls nobody back
    function renew(bytes32 lot) external {
        (address by,, uint32 roles) = _holder();
        if (_requireHeld(lot) == WITHOUT_END) revert NotHoldable(lot);
        (bytes32 organisation, bytes32 group) = _requireIndependent(lot, by);
        uint32 role = _requireSecond(lot, organisation, group, roles, _holds[lot]);
        uint40 until = uint40(block.timestamp) + RENEWED_TIME;
        uint32 sequence = LOT_BOOK.setState(lot, LotState.Held, until);
        _holds[lot] = Decision(group, role, sequence, uint40(block.timestamp));
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

    function _propose(bytes32 lot, address by, bytes32 group, uint32 role, uint40 until) private {
        uint32 sequence = LOT_BOOK.setState(lot, LotState.Held, until);
        _proposals[lot] = Decision(group, role, sequence, uint40(block.timestamp));
        emit ReleaseProposed(lot, by, sequence);
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
            || lot.state == LotState.Disputed || (lot.state == LotState.Held && lapsed);
        if (!holdable) revert NotHoldable(id);
    }

    /// Nobody decides about the metal of his own ownership group.
    function _requireIndependent(bytes32 lot, address by) private view returns (bytes32 organisation, bytes32 group) {
        organisation = MEMBERS.organisationOf(by);
        group = MEMBERS.groupOf(organisation);
        bytes32 holder = MEMBERS.organisationOf(LOT_BOOK.holderOf(lot));
        if (group == MEMBERS.groupOf(holder)) revert DeciderNotIndependent(lot, organisation);
    }

    /// A group that let its hold lapse does not prolong it by holding again.
    function _requireFirst(bytes32 lot, bytes32 organisation, bytes32 group) private view {
        uint40 heldAt = _heldAt[lot][group];
        if (heldAt != 0 && block.timestamp <= heldAt + RENEWED_TIME) revert SecondRoleRequired(lot, organisation);
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
