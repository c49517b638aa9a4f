// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Seats} from "./Seats.sol";
import {ICouncil} from "./interfaces/ICouncil.sol";
import {IMembers} from "./interfaces/IMembers.sol";

/// @title Guardian: a third of the council's groups pauses the network at once
abstract contract Guardian is Seats {
    uint40 public constant PAUSE_VOTE_TIME = 1 days;
    uint256 private constant PAUSE_VOTES_MIN = 2;

    mapping(bytes32 group => uint40 until) private _pauseVotes;

    /// @inheritdoc ICouncil
    function votePause() external {
        (bytes32 group,) = _requireSeat();
        if (members == address(0)) revert MembersUnknown(members);
        _pauseVotes[group] = uint40(block.timestamp) + PAUSE_VOTE_TIME;
        uint256 votes = _countVotes();
        uint256 needed = pauseVotesNeeded();
        emit PauseVoted(msg.sender, group, votes, needed);
        if (votes >= needed) IMembers(members).pause();
    }

    /// @inheritdoc ICouncil
    function pauseVotesNeeded() public view returns (uint256 needed) {
        needed = (groupCount() + 2) / 3;
        if (needed < PAUSE_VOTES_MIN) needed = PAUSE_VOTES_MIN;
    }

    function _countVotes() private view returns (uint256 votes) {
        (bytes32[] memory groups, uint256 count) = _speakingGroups();
        for (uint256 i = 0; i < count; ++i) {
            if (block.timestamp <= _pauseVotes[groups[i]]) ++votes;
        }
    }
}
