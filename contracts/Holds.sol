// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Governed} from "./Governed.sol";
import {IHolds} from "./interfaces/IHolds.sol";
import {ILotBook} from "./interfaces/ILotBook.sol";
import {IMembers} from "./interfaces/IMembers.sol";
import {Roles} from "./interfaces/Roles.sol";
import {Lot, LotState} from "./interfaces/Types.sol";
import {Deciders} from "./libraries/Deciders.sol";
import {Reasons} from "./libraries/Reasons.sol";
import {Voices} from "./libraries/Voices.sol";

/// @title Holds
/// @dev Decisions name organisations. Whose voice they are is asked when the next one is given.
contract Holds is IHolds, Governed {
    using Deciders for Deciders.List;

    uint40 public constant FIRST_TIME = 14 days;
    uint40 public constant RENEWED_TIME = 90 days;
    /// @notice After which an act may release what was born held.
    uint40 public constant RELEASE_BY_ACT_AFTER = 30 days;
    uint32 private constant HOLDING_ROLES = Roles.RISK | Roles.AUDITOR;
    uint40 private constant WITHOUT_END = type(uint40).max;

    /// Who decided, as what, and the lot's sequence then.
    struct Decision {
        bytes32 organisation;
        uint32 role;
        uint32 sequence;
    }

    IMembers public immutable MEMBERS;
    ILotBook public immutable LOT_BOOK;

    mapping(bytes32 lot => Decision) private _holds; // or their last renewal
    mapping(bytes32 lot => Decision) private _proposals; // of a release
    // slither-disable-next-line uninitialized-state -- written through a storage pointer
    mapping(bytes32 lot => Deciders.List) private _deciders;

    constructor(address council, address members, address lotBook) Governed(council) {
        MEMBERS = IMembers(members);
        LOT_BOOK = ILotBook(lotBook);
    }

    /// @inheritdoc IHolds
    // slither-disable-next-line reentrancy-no-eth -- LotBook is immutable, of the council, and calls nobody back
    function hold(bytes32 lot, bytes32 reason) external {
        Reasons.requireValid(reason);
        (address by, bytes32 organisation, uint32 roles) = _decider(lot);
        _requireHoldable(lot);
        _requireNotBarred(lot, organisation);
        uint40 until = _endIn(FIRST_TIME);
        uint32 sequence = LOT_BOOK.setState(lot, LotState.Held, until);
        _holds[lot] = Decision(organisation, _firstRole(roles), sequence);
        _deciders[lot].begin();
        _deciders[lot].add(organisation, uint40(block.timestamp) + RENEWED_TIME);
        emit LotHeld(lot, by, sequence, until, reason);
    }

    /// @inheritdoc IHolds
    // slither-disable-next-line reentrancy-no-eth -- LotBook is immutable, of the council, and calls nobody back
    function renew(bytes32 lot) external {
        (address by, bytes32 organisation, uint32 roles) = _decider(lot);
        if (_requireHeld(lot) == WITHOUT_END) revert NotHoldable(lot);
        uint32 role = _requireSecond(lot, organisation, roles, _holds[lot]);
        _requireNotBarred(lot, organisation);
        uint40 until = _endIn(RENEWED_TIME);
        uint32 sequence = LOT_BOOK.setState(lot, LotState.Held, until);
        _holds[lot] = Decision(organisation, role, sequence);
        _deciders[lot].add(organisation, until + RENEWED_TIME);
        emit HoldRenewed(lot, by, sequence, until);
    }

    /// @inheritdoc IHolds
    function release(bytes32 lot) external {
        (address by, bytes32 organisation, uint32 roles) = _decider(lot);
        uint40 until = _requireHeld(lot);
        Decision memory proposal = _proposals[lot];
        if (!_isOpen(lot, proposal)) return _propose(lot, by, organisation, roles, until);
        _requireSecond(lot, organisation, roles, proposal);
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

    function _propose(bytes32 lot, address by, bytes32 organisation, uint32 roles, uint40 until) private {
        uint32 sequence = LOT_BOOK.setState(lot, LotState.Held, until);
        _proposals[lot] = Decision(organisation, _firstRole(roles), sequence);
        emit ReleaseProposed(lot, by, sequence);
    }

    /// Whoever decides; nobody does about the metal of his own ownership group.
    function _decider(bytes32 lot) private view returns (address account, bytes32 organisation, uint32 roles) {
        (account, roles) = MEMBERS.resolveWithAny(msg.sender, HOLDING_ROLES);
        organisation = MEMBERS.organisationOf(account);
        if (_isOfHolder(lot, organisation)) revert DeciderNotIndependent(lot, organisation);
    }

    /// Whether an organisation is of the group that holds the lot.
    function _isOfHolder(bytes32 lot, bytes32 organisation) private view returns (bool) {
        return Voices.same(MEMBERS, organisation, MEMBERS.organisationOf(LOT_BOOK.holderOf(lot)));
    }

    /// The last word about the lot proposes a release, and who gave it has not come to the holder's group since.
    function _isOpen(bytes32 lot, Decision memory proposal) private view returns (bool) {
        return proposal.sequence == LOT_BOOK.sequenceOf(lot) && !_isOfHolder(lot, proposal.organisation);
    }

    /// A hold ends on the hour: so it fits beside the name of a lot that waits for its run.
    function _endIn(uint40 time) private view returns (uint40) {
        return (uint40(block.timestamp) + time + 1 hours - 1) / 1 hours * 1 hours;
    }

    function _requireHoldable(bytes32 id) private view {
        Lot memory lot = LOT_BOOK.lotOf(id);
        bool lapsed = block.timestamp > lot.until;
        bool holdable = lot.state == LotState.Active || lot.state == LotState.Offered
            || lot.state == LotState.Disputed || lot.state == LotState.Named
            || (lot.state == LotState.Held && lapsed);
        if (!holdable) revert NotHoldable(id);
    }

    /// A group decides once about a hold, and not again soon: two friends do not take turns for years.
    function _requireNotBarred(bytes32 lot, bytes32 organisation) private view {
        if (_deciders[lot].bars(MEMBERS, organisation)) revert SecondRoleRequired(lot, organisation);
    }

    /// @return until when the hold in force ends
    function _requireHeld(bytes32 id) private view returns (uint40 until) {
        Lot memory lot = LOT_BOOK.lotOf(id);
        if (lot.state != LotState.Held || block.timestamp > lot.until) revert NotHeld(id);
        return lot.until;
    }

    /// @return role the other one than that of the first decision
    function _requireSecond(bytes32 lot, bytes32 organisation, uint32 roles, Decision memory first)
        private
        view
        returns (uint32 role)
    {
        role = HOLDING_ROLES ^ first.role;
        bool second = roles & role != 0 && !Voices.same(MEMBERS, organisation, first.organisation);
        if (!second) revert SecondRoleRequired(lot, organisation);
    }

    /// The role that somebody decides as: risk, if he has both.
    function _firstRole(uint32 roles) private pure returns (uint32) {
        return roles & Roles.RISK != 0 ? Roles.RISK : Roles.AUDITOR;
    }
}
