// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ICouncil} from "./interfaces/ICouncil.sol";
import {IMembers} from "./interfaces/IMembers.sol";

/// @title Seats: who sits in the council, and for which ownership group
/// @dev A seat is known by the number of its grant, so that nothing that it did revives with a new one. It belongs to an
/// account, and whoever signs for the account speaks for it.
abstract contract Seats is ICouncil {
    uint256 public constant GROUPS_MIN = 4;
    /// @notice Seats are walked through whenever groups are counted.
    uint256 public constant SEATS_MAX = 32;
    uint40 public constant NEW_GROUP_PAUSE = 30 days;

    struct Seat {
        bytes32 group;
        uint32 grant;
    }

    address[] private _seated;
    mapping(address seat => Seat) private _seats;
    mapping(uint32 grant => address seat) private _seatOfGrant; // 0 once the seat is taken
    uint32 private _grants;
    uint32 private _changes; // of who sits
    uint40 private _newGroupAt;

    /// @inheritdoc ICouncil
    address public members;

    /// @inheritdoc ICouncil
    function groupOf(address seat) external view returns (bytes32) {
        return _voiceOf(seat);
    }

    /// @inheritdoc ICouncil
    function seatOf(address signer) public view returns (address seat) {
        if (_isRegistered(signer) || _seats[signer].grant == 0) seat = _accountOf(signer);
        else seat = signer; // a founding seat
        if (_seats[seat].grant == 0) return address(0);
    }

    /// @inheritdoc ICouncil
    function groupCount() public view returns (uint256 count) {
        (, count) = _groups(_voiceOf);
    }

    function _found(address[] memory seats, bytes32[] memory groups) internal {
        if (seats.length != groups.length) revert LengthMismatch(seats.length, groups.length);
        for (uint256 i = 0; i < seats.length; ++i) {
            _seat(seats[i], groups[i]);
        }
        _requireGroups();
    }

    function _nameMembers(address members_) internal {
        if (members_.code.length == 0) revert MembersUnknown(members_);
        members = members_;
        ++_changes;
        emit MembersNamed(members_);
    }

    function _grant(address seat) internal {
        if (members == address(0)) revert MembersUnknown(members);
        bytes32 group = IMembers(members).groupOf(IMembers(members).organisationOf(seat));
        if (!_isSeated(group)) _admit(group);
        _seat(seat, group);
    }

    function _take(address seat) internal {
        Seat memory taken = _seats[seat];
        if (taken.grant == 0) revert NotSeated(seat);
        delete _seats[seat];
        delete _seatOfGrant[taken.grant];
        _unlist(seat);
        ++_changes;
        emit SeatTaken(seat, taken.group);
    }

    /// The caller's seat, if its group still is the one that it was granted for and its account is a member's.
    function _requireSeat() internal view returns (bytes32 group, uint32 grant) {
        address caller = seatOf(msg.sender);
        Seat memory seat = _seats[caller];
        if (seat.grant == 0) revert NotSeated(msg.sender);
        if (_isRegistered(caller) && !IMembers(members).stands(caller)) revert IMembers.NotActive(msg.sender);
        group = _voiceOf(caller);
        if (group == bytes32(0)) revert SeatSilent(caller, seat.group);
        grant = seat.grant;
    }

    /// Of seated groups, those whose organisations are suspended among them: a suspension closes no council.
    function _requireGroups() internal view {
        (, uint256 groups) = _groups(_grantedVoiceOf);
        if (groups < GROUPS_MIN) revert TooFewGroups(groups, GROUPS_MIN);
    }

    /// The group that a grant speaks for; 0 once its seat is taken or silent.
    function _voiceOfGrant(uint32 grant) internal view returns (bytes32) {
        return _voiceOf(_seatOfGrant[grant]);
    }

    function _isSeated(bytes32 group) internal view returns (bool) {
        for (uint256 i = 0; i < _seated.length; ++i) {
            if (_voiceOf(_seated[i]) == group) return true;
        }
        return false;
    }

    /// Each group that a seat speaks for, once: the first `count` of the list.
    function _speakingGroups() internal view returns (bytes32[] memory groups, uint256 count) {
        return _groups(_voiceOf);
    }

    /// The account that somebody signs for; 0 for nobody.
    function _accountOf(address signer) internal view returns (address) {
        return members == address(0) ? address(0) : IMembers(members).accountOf(signer);
    }

    /// Whether the register knows the address as an account.
    function _isRegistered(address seat) internal view returns (bool) {
        return members != address(0) && IMembers(members).organisationOf(seat) != bytes32(0);
    }

    /// Whether a seat belongs to an account of the organisation.
    function _isOfSeat(bytes32 organisation) internal view returns (bool) {
        for (uint256 i = 0; i < _seated.length; ++i) {
            if (IMembers(members).organisationOf(_seated[i]) == organisation) return true;
        }
        return false;
    }

    function _groups(function(address) view returns (bytes32) voiceOf)
        private
        view
        returns (bytes32[] memory groups, uint256 count)
    {
        groups = new bytes32[](_seated.length);
        for (uint256 i = 0; i < groups.length; ++i) {
            bytes32 group = voiceOf(_seated[i]);
            if (group != bytes32(0) && !_isAmong(groups, count, group)) groups[count++] = group;
        }
    }

    function _grantedGroupOf(address seat) internal view returns (bytes32) {
        return _seats[seat].group;
    }

    /// Changes with everything that a majority is counted by: who sits, who speaks, and who belongs to whom.
    function _composition() internal view returns (bytes32 composition) {
        uint32 moved = members == address(0) ? 0 : IMembers(members).groupChanges();
        composition = keccak256(abi.encode(_changes, moved));
        for (uint256 i = 0; i < _seated.length; ++i) {
            composition = keccak256(abi.encode(composition, _voiceOf(_seated[i])));
        }
    }

    function _seat(address seat, bytes32 group) private {
        if (seat == address(0) || group == bytes32(0)) revert SeatInvalid(seat, group);
        if (_seats[seat].grant != 0) revert AlreadySeated(seat);
        if (_seated.length == SEATS_MAX) revert TooManySeats(SEATS_MAX);
        _seats[seat] = Seat(group, ++_grants);
        _seatOfGrant[_grants] = seat;
        _seated.push(seat);
        ++_changes;
        emit SeatGranted(seat, group);
    }

    /// A group more a month, so that those who sit are never outvoted by a crowd of new ones.
    function _admit(bytes32 group) private {
        uint40 next = _newGroupAt + NEW_GROUP_PAUSE;
        if (_newGroupAt != 0 && block.timestamp < next) revert GroupTooSoon(group, next, block.timestamp);
        _newGroupAt = uint40(block.timestamp);
    }

    function _unlist(address seat) private {
        uint256 last = _seated.length - 1;
        for (uint256 i = 0; i < last; ++i) {
            if (_seated[i] == seat) _seated[i] = _seated[last];
        }
        _seated.pop();
    }

    /// A suspended organisation and a removed account neither decide nor count.
    function _voiceOf(address seat) private view returns (bytes32) {
        if (_isRegistered(seat) && !IMembers(members).stands(seat)) return bytes32(0);
        return _grantedVoiceOf(seat);
    }

    /// A founding seat speaks for its founding group until its account is registered. A seat whose organisation went
    /// to another group is silent until it is granted anew: no count grows by a sale.
    function _grantedVoiceOf(address seat) private view returns (bytes32 group) {
        group = _seats[seat].group;
        if (group == bytes32(0) || !_isRegistered(seat)) return group;
        if (IMembers(members).groupOf(IMembers(members).organisationOf(seat)) != group) return bytes32(0);
    }

    function _isAmong(bytes32[] memory groups, uint256 count, bytes32 group) private pure returns (bool) {
        for (uint256 i = 0; i < count; ++i) {
            if (groups[i] == group) return true;
        }
        return false;
    }
}
