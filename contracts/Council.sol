// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Bindings} from "./Bindings.sol";
import {ICouncil} from "./interfaces/ICouncil.sol";
import {IMembers} from "./interfaces/IMembers.sol";
import {Reasons} from "./libraries/Reasons.sol";

/// @title Council
/// @dev Approvals name grants of seats, so an approval stops counting once its seat is taken or silent. A group
/// approves an act once among standing approvals.
contract Council is Bindings {
    /// @notice Seconds; a longer delay would be a way to close the council.
    uint40 public constant DELAY_MAX = 30 days;
    /// @notice Constitutional acts wait this many times the delay.
    uint40 public constant CONSTITUTIONAL_DELAYS = 2;
    /// @notice An act that affects a member waits at least this long: the member is heard.
    uint40 public constant HEARING = 7 days;
    /// @notice From its proposal on; longer than every delay.
    uint40 public constant ACT_TERM = 120 days;
    /// @notice Groups that decide at least, also while so many are suspended that fewer would be a majority.
    uint256 private constant APPROVALS_MIN = 3;

    struct Act {
        uint40 expiresAt; // 0: not proposed
        uint40 executableAt;
        bool constitutional;
        bool executed;
        bool heard;
        bytes32 affected;
        bytes32 composition; // of the council when it was decided
        uint32[] approvals; // numbers of grants
    }

    mapping(bytes32 actId => Act) private _acts;

    /// @inheritdoc ICouncil
    uint40 public delay;

    modifier onlyCouncil() {
        if (msg.sender != address(this)) revert OnlyCouncil(msg.sender);
        _;
    }

    constructor(address[] memory seats, bytes32[] memory groups, uint40 delay_) {
        _found(seats, groups);
        _setDelay(delay_);
    }

    /// @inheritdoc ICouncil
    function propose(Call[] calldata calls, bytes32 salt) external returns (bytes32 actId) {
        (bytes32 group, uint32 grant) = _requireSeat();
        actId = actIdOf(calls, salt);
        Act storage act = _acts[actId];
        if (act.expiresAt != 0) revert ActExists(actId);
        act.expiresAt = uint40(block.timestamp) + ACT_TERM;
        (act.constitutional, act.affected) = _bindings(calls);
        emit ActProposed(actId, msg.sender, calls, salt, act.constitutional, act.affected, act.expiresAt);
        _approve(actId, act, group, grant);
    }

    /// @inheritdoc ICouncil
    function approve(bytes32 actId) external {
        (bytes32 group, uint32 grant) = _requireSeat();
        Act storage act = _pending(actId);
        _approve(actId, act, group, grant);
    }

    /// @inheritdoc ICouncil
    function revoke(bytes32 actId) external {
        (bytes32 group,) = _requireSeat();
        Act storage act = _pending(actId);
        _strike(actId, act, group);
        uint256 left = _standing(act);
        if (left < _needed(act)) act.executableAt = 0;
        emit ApprovalRevoked(actId, msg.sender, group, left);
    }

    /// @inheritdoc ICouncil
    function decide(bytes32 actId) external {
        Act storage act = _pending(actId);
        if (_isDecided(act)) revert ActIsDecided(actId, act.executableAt);
        uint256 approvals = _standing(act);
        uint256 needed = _needed(act);
        if (approvals < needed) revert ActUndecided(actId, approvals, needed);
        _decide(actId, act);
    }

    /// @inheritdoc ICouncil
    function objectTo(bytes32 actId, bytes32 words) external {
        Act storage act = _pending(actId);
        bytes32 group = act.affected;
        if (group == bytes32(0) || !_speaksFor(group)) revert NotAffected(actId, msg.sender, group);
        if (act.heard) revert ObjectionExists(actId);
        Reasons.requireValid(words);
        act.heard = true;
        emit ObjectionRaised(actId, msg.sender, group, words);
    }

    /// @inheritdoc ICouncil
    function execute(Call[] calldata calls, bytes32 salt) external {
        bytes32 actId = actIdOf(calls, salt);
        Act storage act = _pending(actId);
        _requireExecutable(actId, act);
        (bool constitutional, bytes32 affected) = _bindings(calls);
        if (constitutional != act.constitutional || affected != act.affected) revert ActBindsOtherwise(actId);
        act.executed = true; // before the calls: an act that calls back executes once all the same
        emit ActExecuted(actId);
        for (uint256 i = 0; i < calls.length; ++i) {
            _call(i, calls[i]);
        }
        _requireGroups();
    }

    /// @inheritdoc ICouncil
    function grantSeat(address seat) external onlyCouncil {
        _grant(seat);
    }

    /// @inheritdoc ICouncil
    function takeSeat(address seat) external onlyCouncil {
        _take(seat);
    }

    /// @inheritdoc ICouncil
    function nameMembers(address members_) external onlyCouncil {
        _nameMembers(members_);
    }

    /// @inheritdoc ICouncil
    function setDelay(uint40 delay_) external onlyCouncil {
        _setDelay(delay_);
    }

    /// @inheritdoc ICouncil
    function actOf(bytes32 actId) external view returns (ActState memory state) {
        Act storage act = _acts[actId];
        state.approvals = _standing(act);
        state.needed = _needed(act);
        if (act.executed || _isDecided(act)) state.executableAt = act.executableAt;
        state.expiresAt = act.expiresAt;
        state.constitutional = act.constitutional;
        state.executed = act.executed;
        state.affected = act.affected;
    }

    /// @inheritdoc ICouncil
    function approvalsNeeded() public view returns (uint256) {
        return _atLeast(groupCount() / 2 + 1);
    }

    /// @inheritdoc ICouncil
    function constitutionalApprovalsNeeded(bytes32 affected) public view returns (uint256) {
        uint256 groups = groupCount();
        if (affected != bytes32(0) && _isSeated(affected)) --groups;
        return _atLeast((2 * groups + 2) / 3);
    }

    /// @inheritdoc ICouncil
    function actIdOf(Call[] calldata calls, bytes32 salt) public pure returns (bytes32) {
        return keccak256(abi.encode(calls, salt));
    }

    function _approve(bytes32 actId, Act storage act, bytes32 group, uint32 grant) private {
        if (_hasApproved(act, group)) revert GroupHasApproved(actId, group);
        act.approvals.push(grant);
        uint256 approvals = _standing(act);
        emit ActApproved(actId, msg.sender, group, approvals);
        if (approvals >= _needed(act) && !_isDecided(act)) _decide(actId, act);
    }

    /// A decision is of those who sit then. When that changes, or an approval is revoked, the act is decided anew
    /// and waits anew.
    function _decide(bytes32 actId, Act storage act) private {
        act.executableAt = uint40(block.timestamp) + _delayOf(act);
        act.composition = _composition();
        emit ActDecided(actId, act.executableAt);
    }

    function _strike(bytes32 actId, Act storage act, bytes32 group) private {
        uint32[] storage approvals = act.approvals;
        for (uint256 i = 0; i < approvals.length; ++i) {
            if (_voiceOfGrant(approvals[i]) != group) continue;
            approvals[i] = approvals[approvals.length - 1];
            approvals.pop();
            return;
        }
        revert NotApproved(actId, group);
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

    /// Neither executed nor expired.
    function _pending(bytes32 actId) private view returns (Act storage act) {
        act = _acts[actId];
        if (act.expiresAt == 0) revert ActUnknown(actId);
        if (act.executed) revert ActAlreadyExecuted(actId);
        if (block.timestamp > act.expiresAt) revert ActExpired(actId, act.expiresAt, block.timestamp);
    }

    function _requireExecutable(bytes32 actId, Act storage act) private view {
        uint256 approvals = _standing(act);
        uint256 needed = _needed(act);
        if (approvals < needed) revert ActUndecided(actId, approvals, needed);
        if (!_isDecided(act)) revert DecisionOutdated(actId);
        if (block.timestamp < act.executableAt) revert ActTooEarly(actId, act.executableAt, block.timestamp);
    }

    function _isDecided(Act storage act) private view returns (bool) {
        bool standing = act.executableAt != 0 && act.composition == _composition();
        return standing && _standing(act) >= _needed(act);
    }

    function _needed(Act storage act) private view returns (uint256) {
        return act.constitutional ? constitutionalApprovalsNeeded(act.affected) : approvalsNeeded();
    }

    function _delayOf(Act storage act) private view returns (uint40 wait) {
        wait = act.constitutional ? CONSTITUTIONAL_DELAYS * delay : delay;
        if (act.affected != bytes32(0) && wait < HEARING) wait = HEARING;
    }

    /// Groups whose approval counts: seated and speaking, and not the one that the act affects.
    function _standing(Act storage act) private view returns (uint256 count) {
        for (uint256 i = 0; i < act.approvals.length; ++i) {
            bytes32 group = _voiceOfGrant(act.approvals[i]);
            if (group != bytes32(0) && group != act.affected) ++count;
        }
    }

    function _hasApproved(Act storage act, bytes32 group) private view returns (bool) {
        for (uint256 i = 0; i < act.approvals.length; ++i) {
            if (_voiceOfGrant(act.approvals[i]) == group) return true;
        }
        return false;
    }

    /// Whether the caller is of a group: by a member's account, suspended or not, or by a seat that was granted for it,
    /// whose account is no member's yet, or is one that was sold but not suspended.
    function _speaksFor(bytes32 group) private view returns (bool) {
        address account = _accountOf(msg.sender);
        if (account != address(0) && _groupOf(IMembers(members).organisationOf(account)) == group) return true;
        address seat = seatOf(msg.sender);
        if (_isRegistered(seat) && !IMembers(members).stands(seat)) return false;
        return _grantedGroupOf(seat) == group;
    }

    function _atLeast(uint256 needed) private pure returns (uint256) {
        return needed < APPROVALS_MIN ? APPROVALS_MIN : needed;
    }
}
