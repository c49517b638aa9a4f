// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Governed} from "./Governed.sol";
import {Journaled} from "./Journaled.sol";
import {IHolds} from "./interfaces/IHolds.sol";
import {ILotBook} from "./interfaces/ILotBook.sol";
import {IMembers} from "./interfaces/IMembers.sol";
import {Roles} from "./interfaces/Roles.sol";
import {Lot, LotState, RowKind} from "./interfaces/Types.sol";
import {Deciders} from "./libraries/Deciders.sol";
import {Entries} from "./libraries/Entries.sol";
import {HoldKeys} from "./libraries/HoldKeys.sol";
import {Reasons} from "./libraries/Reasons.sol";
import {Voices} from "./libraries/Voices.sol";

/// @title Holds
/// @dev Decisions name organisations. Whose voice they are is asked when the next one is given. When a hold ends lies in
/// the book.
contract Holds is IHolds, Governed, Journaled {
    using Deciders for Deciders.List;

    uint40 public constant FIRST_TIME = 14 days;
    uint40 public constant RENEWED_TIME = 90 days;
    /// @notice After which an act may release what was born held.
    uint40 public constant RELEASE_BY_ACT_AFTER = 30 days;
    uint32 private constant HOLDING_ROLES = Roles.RISK | Roles.AUDITOR;

    /// Who decided, as what, and the sequence then: of the hold, or of the lot.
    struct Decision {
        bytes32 organisation;
        uint32 role;
        uint32 sequence;
    }

    /// All that was decided about a root in the hands of a group. last: of the hold, or of its last renewal.
    struct Matter {
        uint32 sequence;
        Decision last;
        Decision proposal;
        Deciders.List deciders;
    }

    IMembers public immutable MEMBERS;
    ILotBook public immutable LOT_BOOK;

    // slither-disable-next-line uninitialized-state -- written through a storage pointer
    mapping(bytes32 key => Matter) private _matters;
    mapping(bytes32 lot => Decision) private _lotProposals;

    constructor(address council, address members, address lotBook)
        Governed(council)
        Journaled(IMembers(members).JOURNAL())
    {
        MEMBERS = IMembers(members);
        LOT_BOOK = ILotBook(lotBook);
    }

    /// @inheritdoc IHolds
    // slither-disable-next-line reentrancy-no-eth -- LotBook is immutable, of the council, and calls nobody back
    function hold(uint32 root, bytes32 group, bytes32 reason) external {
        Reasons.requireValid(reason);
        (address by, bytes32 organisation, uint32 roles) = _decider(group);
        uint40 end = LOT_BOOK.holdOf(root, group).until;
        if (block.timestamp <= end) revert HoldInForce(root, group, end);
        bytes32 key = HoldKeys.make(root, group);
        Matter storage matter = _matters[key];
        _requireNotBarred(matter, organisation);
        uint40 until = uint40(block.timestamp) + FIRST_TIME;
        LOT_BOOK.setHold(root, group, until);
        uint32 sequence = ++matter.sequence;
        matter.last = Decision(organisation, _firstRole(roles), sequence);
        matter.deciders.begin();
        matter.deciders.add(organisation, uint40(block.timestamp) + RENEWED_TIME);
        _noteHold(HoldPlaced.selector, root, group, abi.encode(by, sequence, until, reason));
    }

    /// @inheritdoc IHolds
    // slither-disable-next-line reentrancy-no-eth -- LotBook is immutable, of the council, and calls nobody back
    function renew(uint32 root, bytes32 group) external {
        (address by, bytes32 organisation, uint32 roles) = _decider(group);
        _requireInForce(root, group);
        bytes32 key = HoldKeys.make(root, group);
        Matter storage matter = _matters[key];
        uint32 role = _requireSecond(organisation, roles, matter.last);
        _requireNotBarred(matter, organisation);
        uint40 until = uint40(block.timestamp) + RENEWED_TIME;
        LOT_BOOK.setHold(root, group, until);
        uint32 sequence = ++matter.sequence;
        matter.last = Decision(organisation, role, sequence);
        matter.deciders.add(organisation, until + RENEWED_TIME);
        _noteHold(HoldRenewed.selector, root, group, abi.encode(by, sequence, until));
    }

    /// @inheritdoc IHolds
    // slither-disable-next-line reentrancy-no-eth -- LotBook is immutable, of the council, and calls nobody back
    function release(uint32 root, bytes32 group) external {
        (address by, bytes32 organisation, uint32 roles) = _decider(group);
        _requireInForce(root, group);
        bytes32 key = HoldKeys.make(root, group);
        Matter storage matter = _matters[key];
        bool proposes = !_stands(matter.proposal, matter.sequence, group);
        if (!proposes) _requireSecond(organisation, roles, matter.proposal);
        uint32 sequence = ++matter.sequence;
        if (proposes) {
            matter.proposal = Decision(organisation, _firstRole(roles), sequence);
            _noteHold(HoldReleaseProposed.selector, root, group, abi.encode(by, sequence));
        } else {
            LOT_BOOK.setHold(root, group, 0);
            _noteHold(HoldReleased.selector, root, group, abi.encode(by, sequence));
        }
    }

    /// @inheritdoc IHolds
    // slither-disable-next-line reentrancy-no-eth -- LotBook is immutable, of the council, and calls nobody back
    function releaseLot(bytes32 lot) external {
        bytes32 group = _requireBornHeld(lot);
        (address by, bytes32 organisation, uint32 roles) = _decider(group);
        Decision memory proposal = _lotProposals[lot];
        if (!_stands(proposal, LOT_BOOK.sequenceOf(lot), group)) {
            uint32 proposed = LOT_BOOK.touch(lot);
            _lotProposals[lot] = Decision(organisation, _firstRole(roles), proposed);
            _noteRelease(LotReleaseProposed.selector, lot, by, proposed);
        } else {
            _requireSecond(organisation, roles, proposal);
            _noteRelease(LotReleased.selector, lot, by, LOT_BOOK.setActive(lot));
        }
    }

    /// @inheritdoc IHolds
    // slither-disable-next-line reentrancy-no-eth -- LotBook is immutable, of the council, and calls nobody back
    function releaseLotByAct(bytes32 lot) external onlyCouncil {
        _requireBornHeld(lot);
        uint40 from = LOT_BOOK.lotOf(lot).bornAt + RELEASE_BY_ACT_AFTER;
        if (block.timestamp < from) revert ReleaseTooEarly(lot, from, block.timestamp);
        bytes memory data = abi.encode(LOT_BOOK.setActive(lot));
        _noteAlways(RowKind.Lot, lot, Entries.log2(LotReleasedByAct.selector, lot, data));
    }

    /// @inheritdoc IHolds
    function sequenceOf(bytes32 key) external view returns (uint32) {
        return _matters[key].sequence;
    }

    /// Two groups speak about a hold in turns, each of them seldom: no row fills up with it.
    function _noteHold(bytes32 topic0, uint32 root, bytes32 group, bytes memory data) private {
        bytes32 number = bytes32(uint256(root));
        _noteAlways(RowKind.Root, number, Entries.log4(topic0, HoldKeys.make(root, group), number, group, data));
    }

    function _noteRelease(bytes32 topic0, bytes32 lot, address by, uint32 sequence) private {
        _noteAlways(RowKind.Lot, lot, Entries.log3(topic0, lot, Entries.topic(by), abi.encode(sequence)));
    }

    /// Whoever decides; nobody does about the metal of his own ownership group.
    function _decider(bytes32 group) private view returns (address account, bytes32 organisation, uint32 roles) {
        (account, roles) = MEMBERS.resolveWithAny(msg.sender, HOLDING_ROLES);
        organisation = MEMBERS.organisationOf(account);
        if (MEMBERS.groupOf(organisation) == group) revert DeciderNotIndependent(organisation, group);
    }

    /// The last word proposes a release, and who gave it has not come to the group that has the metal since.
    function _stands(Decision memory proposal, uint32 last, bytes32 group) private view returns (bool) {
        bool proposed = proposal.sequence != 0 && proposal.sequence == last;
        return proposed && MEMBERS.groupOf(proposal.organisation) != group;
    }

    function _requireInForce(uint32 root, bytes32 group) private view {
        if (block.timestamp > LOT_BOOK.holdOf(root, group).until) revert HoldNotInForce(root, group);
    }

    /// @return group that has the lot
    function _requireBornHeld(bytes32 id) private view returns (bytes32 group) {
        Lot memory lot = LOT_BOOK.lotOf(id);
        if (lot.state != LotState.Held || block.timestamp > lot.until) revert LotNotBornHeld(id);
        (group,) = MEMBERS.groupOfAccount(lot.account);
    }

    /// A group decides once about a hold, and not again soon: two friends do not take turns for years.
    function _requireNotBarred(Matter storage matter, bytes32 organisation) private view {
        if (matter.deciders.bars(MEMBERS, organisation)) revert SecondRoleRequired(organisation);
    }

    /// @return role the other one than that of the first decision
    function _requireSecond(bytes32 organisation, uint32 roles, Decision memory first)
        private
        view
        returns (uint32 role)
    {
        role = HOLDING_ROLES ^ first.role;
        bool second = roles & role != 0 && !Voices.same(MEMBERS, organisation, first.organisation);
        if (!second) revert SecondRoleRequired(organisation);
    }

    /// The role that somebody decides as: risk, if he has both.
    function _firstRole(uint32 roles) private pure returns (uint32) {
        return roles & Roles.RISK != 0 ? Roles.RISK : Roles.AUDITOR;
    }
}
