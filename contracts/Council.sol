// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ICouncil} from "./interfaces/ICouncil.sol";

/// @title Council
/// @dev A seat is known by the number of its grant. Approvals name grants, so an approval stops counting once its
/// seat is taken and never revives, even if the same address is seated again. A group approves an act once among
/// standing approvals.
contract Council is ICouncil {
    uint256 public constant GROUPS_MIN = 2;
    /// @notice Seconds; a longer delay would be a way to close the council.
    uint40 public constant DELAY_MAX = 30 days;

    struct Seat {
        bytes32 group;
        uint32 grant;
    }

    struct Act {
        bool proposed;
        bool executed;
        uint40 executableAt;
        uint32[] approvals; // numbers of grants
    }

    mapping(address seat => Seat) private _seats;
    mapping(uint32 grant => bytes32 group) private _groupOfGrant; // 0 once the seat is taken
    mapping(bytes32 group => uint256 seats) private _seatsOfGroup;
    mapping(bytes32 actId => Act) private _acts;
    uint32 private _grants;

    /// @inheritdoc ICouncil
    uint256 public groupCount;
    /// @inheritdoc ICouncil
    uint40 public delay;

    modifier onlyCouncil() {
        if (msg.sender != address(this)) revert OnlyCouncil(msg.sender);
        _;
    }

    constructor(address[] memory seats, bytes32[] memory groups, uint40 delay_) {
        if (seats.length != groups.length) revert LengthMismatch(seats.length, groups.length);
        for (uint256 i = 0; i < seats.length; ++i) {
            _grant(seats[i], groups[i]);
        }
        if (groupCount < GROUPS_MIN) revert TooFewGroups(groupCount);
        _setDelay(delay_);
    }

    /// @inheritdoc ICouncil
    function propose(Call[] calldata calls, bytes32 salt) external returns (bytes32 actId) {
        if (_seats[msg.sender].grant == 0) revert NotSeated(msg.sender);
        actId = actIdOf(calls, salt);
        Act storage act = _acts[actId];
        if (act.proposed) revert ActExists(actId);
        act.proposed = true;
        emit ActProposed(actId, msg.sender, calls, salt);
        _approve(actId, act);
    }

    /// @inheritdoc ICouncil
    function approve(bytes32 actId) external {
        if (_seats[msg.sender].grant == 0) revert NotSeated(msg.sender);
        Act storage act = _acts[actId];
        if (!act.proposed) revert ActUnknown(actId);
        if (act.executed) revert ActAlreadyExecuted(actId);
        _approve(actId, act);
    }

    /// @inheritdoc ICouncil
    function execute(Call[] calldata calls, bytes32 salt) external {
        bytes32 actId = actIdOf(calls, salt);
        _requireExecutable(actId, _acts[actId]);
        _acts[actId].executed = true; // before the calls: an act that calls back executes once all the same
        emit ActExecuted(actId);
        for (uint256 i = 0; i < calls.length; ++i) {
            _call(i, calls[i]);
        }
    }

    /// @inheritdoc ICouncil
    function grantSeat(address seat, bytes32 group) external onlyCouncil {
        _grant(seat, group);
    }

    /// @inheritdoc ICouncil
    function takeSeat(address seat) external onlyCouncil {
        Seat memory taken = _seats[seat];
        if (taken.grant == 0) revert NotSeated(seat);
        bool last = _seatsOfGroup[taken.group] == 1;
        if (last && groupCount == GROUPS_MIN) revert TooFewGroups(groupCount - 1);
        delete _seats[seat];
        delete _groupOfGrant[taken.grant];
        --_seatsOfGroup[taken.group];
        if (last) --groupCount;
        emit SeatTaken(seat, taken.group);
    }

    /// @inheritdoc ICouncil
    function setDelay(uint40 delay_) external onlyCouncil {
        _setDelay(delay_);
    }

    /// @inheritdoc ICouncil
    function groupOf(address seat) external view returns (bytes32) {
        return _seats[seat].group;
    }

    /// @inheritdoc ICouncil
    function actOf(bytes32 actId) external view returns (uint256 approvals, uint40 executableAt, bool executed) {
        Act storage act = _acts[actId];
        approvals = _standing(act);
        if (act.executed || approvals >= approvalsNeeded()) executableAt = act.executableAt;
        executed = act.executed;
    }

    /// @inheritdoc ICouncil
    function approvalsNeeded() public view returns (uint256) {
        return groupCount / 2 + 1; // at least two, because the groups are at least two
    }

    /// @inheritdoc ICouncil
    function actIdOf(Call[] calldata calls, bytes32 salt) public pure returns (bytes32) {
        return keccak256(abi.encode(calls, salt));
    }

    function _approve(bytes32 actId, Act storage act) private {
        Seat memory seat = _seats[msg.sender];
        uint256 before = _standingWithout(actId, act, seat.group);
        act.approvals.push(seat.grant);
        emit ActApproved(actId, msg.sender, seat.group, before + 1);
        uint256 needed = approvalsNeeded();
        // An act that lost its majority with a taken seat is decided anew, with a new delay.
        if (before + 1 >= needed && (before < needed || act.executableAt == 0)) {
            act.executableAt = uint40(block.timestamp) + delay;
            emit ActDecided(actId, act.executableAt);
        }
    }

    function _grant(address seat, bytes32 group) private {
        if (seat == address(0) || group == bytes32(0)) revert SeatInvalid(seat, group);
        if (_seats[seat].grant != 0) revert AlreadySeated(seat);
        _seats[seat] = Seat(group, ++_grants);
        _groupOfGrant[_grants] = group;
        if (++_seatsOfGroup[group] == 1) ++groupCount;
        emit SeatGranted(seat, group);
    }

    function _setDelay(uint40 delay_) private {
        if (delay_ > DELAY_MAX) revert DelayTooLong(delay_, DELAY_MAX);
        delay = delay_;
        emit DelaySet(delay_);
    }

    function _call(uint256 index, Call calldata call) private {
        // A call to an address without code would succeed and do nothing.
        if (call.target.code.length == 0) revert CallFailed(index, call.target, "");
        // solhint-disable-next-line avoid-low-level-calls
        (bool success, bytes memory reason) = call.target.call(call.data);
        if (!success) revert CallFailed(index, call.target, reason);
    }

    function _requireExecutable(bytes32 actId, Act storage act) private view {
        if (!act.proposed) revert ActUnknown(actId);
        if (act.executed) revert ActAlreadyExecuted(actId);
        uint256 approvals = _standing(act);
        uint256 needed = approvalsNeeded();
        if (approvals < needed || act.executableAt == 0) revert ActUndecided(actId, approvals, needed);
        if (block.timestamp < act.executableAt) revert ActTooEarly(actId, act.executableAt, block.timestamp);
    }

    /// Approvals whose seat was not taken. Two of them are never of one group.
    function _standing(Act storage act) private view returns (uint256 count) {
        for (uint256 i = 0; i < act.approvals.length; ++i) {
            if (_groupOfGrant[act.approvals[i]] != bytes32(0)) ++count;
        }
    }

    /// As _standing, and refuses a group that is among them.
    function _standingWithout(bytes32 actId, Act storage act, bytes32 group) private view returns (uint256 count) {
        for (uint256 i = 0; i < act.approvals.length; ++i) {
            bytes32 approving = _groupOfGrant[act.approvals[i]];
            if (approving == group) revert GroupHasApproved(actId, group);
            if (approving != bytes32(0)) ++count;
        }
    }
}
