// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Governed} from "./Governed.sol";
import {Journaled} from "./Journaled.sol";
import {IEmergency} from "./interfaces/IEmergency.sol";
import {RowKind} from "./interfaces/Types.sol";
import {Entries} from "./libraries/Entries.sol";

/// @title Emergency
abstract contract Emergency is IEmergency, Governed, Journaled {
    uint40 public constant PAUSE_TIME = 72 hours;
    uint40 public constant PAUSE_AGAIN = 30 days;
    uint40 public constant FREEZE_TIME = 7 days;
    uint40 public constant FREEZE_AGAIN = 90 days;
    uint40 public constant FREEZE_PROPOSAL_TIME = 3 days;

    struct Proposal {
        bytes32 judge; // organisation
        uint40 until;
    }

    mapping(bytes32 group => Proposal) private _proposals;

    /// @inheritdoc IEmergency
    uint40 public pausedUntil;
    /// @inheritdoc IEmergency
    mapping(bytes32 group => uint40) public frozenUntil;

    /// @inheritdoc IEmergency
    function pause() external onlyCouncil {
        uint40 next = pausedUntil + PAUSE_AGAIN - PAUSE_TIME;
        if (pausedUntil != 0 && block.timestamp < next) revert PauseTooSoon(next, block.timestamp);
        pausedUntil = uint40(block.timestamp) + PAUSE_TIME;
        _noteAlways(RowKind.Settings, bytes32(0), Entries.log1(Paused.selector, abi.encode(pausedUntil)));
    }

    /// @inheritdoc IEmergency
    function freeze(bytes32 group) external {
        (address by, bytes32 judge) = _requireJudge();
        if (_belongs(judge, group)) revert FreezeNotIndependent(group, judge);
        _requireThawed(group);
        bytes32 first = _proposerOf(group);
        if (first == bytes32(0)) return _propose(group, by, judge);
        if (judge == first || _groupOf(judge) == _groupOf(first)) revert SecondGroupRequired(group, judge);
        uint40 until = uint40(block.timestamp) + FREEZE_TIME;
        delete _proposals[group];
        frozenUntil[group] = until;
        _freeze(group);
        bytes32 digest = Entries.log3(GroupFrozen.selector, group, Entries.topic(by), abi.encode(until));
        _noteAlways(RowKind.Group, group, digest);
    }

    /// @inheritdoc IEmergency
    function requireRunning() external view {
        if (block.timestamp <= pausedUntil) revert PauseInForce(pausedUntil);
    }

    /// Writes the freeze into every account of the group.
    function _freeze(bytes32 group) internal virtual;

    /// The caller's account and organisation; refuses whoever may not judge.
    function _requireJudge() internal view virtual returns (address account, bytes32 organisation);

    /// The ownership group that an organisation is of now.
    function _groupOf(bytes32 organisation) internal view virtual returns (bytes32);

    /// Nobody comes or goes while a group is frozen.
    function _requireNotFrozen(bytes32 group) internal view {
        uint40 until = frozenUntil[group];
        if (block.timestamp <= until) revert GroupIsFrozen(group, until);
    }

    function _propose(bytes32 group, address by, bytes32 judge) private {
        _proposals[group] = Proposal(judge, uint40(block.timestamp) + FREEZE_PROPOSAL_TIME);
        emit FreezeProposed(group, by);
    }

    /// The organisation whose proposal stands; 0 for none, and for one that the group came to own.
    function _proposerOf(bytes32 group) private view returns (bytes32) {
        Proposal memory first = _proposals[group];
        bool stands = block.timestamp <= first.until && !_belongs(first.judge, group);
        return stands ? first.judge : bytes32(0);
    }

    function _belongs(bytes32 organisation, bytes32 group) private view returns (bool) {
        return _groupOf(organisation) == group;
    }

    function _requireThawed(bytes32 group) private view {
        uint40 until = frozenUntil[group];
        if (until == 0) return;
        _requireNotFrozen(group);
        uint40 next = until - FREEZE_TIME + FREEZE_AGAIN;
        if (block.timestamp < next) revert FreezeTooSoon(group, next, block.timestamp);
    }
}
