// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Governed} from "./Governed.sol";
import {IMembers} from "./interfaces/IMembers.sol";
import {IPlaces} from "./interfaces/IPlaces.sol";
import {ISettings} from "./interfaces/ISettings.sol";
import {Roles} from "./interfaces/Roles.sol";
import {Bitemporal} from "./libraries/Bitemporal.sol";

/// @title Places
/// @dev A determination is a bitemporal fact: positive when no criterion is met, the criteria as its detail.
contract Places is IPlaces, Governed {
    using Bitemporal for Bitemporal.Fact[];

    uint256 public constant DETERMINATION_LIMIT = 128;
    uint40 public constant VALIDITY_MAX = 366 days;
    uint40 private constant AHEAD_MAX = 30 days;
    uint8 private constant CONFLICT = 1;
    uint8 private constant GOVERNANCE = 2;
    uint8 private constant HUMAN_RIGHTS = 4;

    IMembers public immutable MEMBERS;
    ISettings public immutable SETTINGS;

    mapping(bytes32 place => Bitemporal.Fact[]) private _facts;
    mapping(bytes32 place => bytes32[]) private _documents;

    constructor(address council, address members, address settings) Governed(council) {
        MEMBERS = IMembers(members);
        SETTINGS = ISettings(settings);
    }

    /// @inheritdoc IPlaces
    function determine(
        bytes32 place,
        uint40 from,
        uint40 to,
        bool conflict,
        bool governance,
        bool humanRights,
        bytes32 document
    ) external {
        MEMBERS.resolveWithRole(msg.sender, Roles.RISK);
        if (place == bytes32(0)) revert PlaceMissing();
        if (from >= to || to - from > VALIDITY_MAX) revert DeterminationInvalid(from, to);
        if (from > block.timestamp + AHEAD_MAX) revert DeterminationTooEarly(from, block.timestamp);
        uint8 criteria = _criteria(conflict, governance, humanRights);
        uint40 since = criteria == 0 ? _since(from) : from;
        uint40 time = uint40(block.timestamp);
        uint32 sequence = _record(place, Bitemporal.Fact(from, to, time, since, criteria == 0, criteria), document);
        emit PlaceDetermined(place, sequence, from, to, since, conflict, governance, humanRights, document);
    }

    /// @inheritdoc IPlaces
    function excuseLateRecording(bytes32 place, uint32 number) external onlyCouncil {
        Bitemporal.Fact[] storage facts = _facts[place];
        if (number == 0 || number > facts.length) revert DeterminationUnknown(place, number);
        Bitemporal.Fact memory fact = facts[number - 1];
        if (!fact.positive) revert DeterminationNotFavourable(place, number);
        uint40 time = uint40(block.timestamp);
        (fact.to, fact.recordedAt, fact.since) = (Bitemporal.earlier(fact.to, time), time, fact.from);
        uint32 sequence = _record(place, fact, _documents[place][number - 1]);
        emit DeterminationExcused(place, sequence, number);
    }

    /// @inheritdoc IPlaces
    function isCahra(bytes32 place, uint40 from, uint40 to, uint40 knownAt) external view returns (bool) {
        return from > to || !_facts[place].holds(from, to, knownAt);
    }

    /// @inheritdoc IPlaces
    function isDetermined(bytes32 place, uint40 time) external view returns (bool) {
        Bitemporal.Fact[] storage facts = _facts[place];
        for (uint256 i = facts.length; i > 0; --i) {
            if (facts[i - 1].from <= time && time <= facts[i - 1].to) return true;
        }
        return false;
    }

    /// @inheritdoc IPlaces
    function determinationsOf(bytes32 place) external view returns (Determination[] memory determinations) {
        Bitemporal.Fact[] storage facts = _facts[place];
        determinations = new Determination[](facts.length);
        for (uint256 i = 0; i < facts.length; ++i) {
            determinations[i] = _determination(facts[i], _documents[place][i]);
        }
    }

    /// @inheritdoc IPlaces
    function sequenceOf(bytes32 place) external view returns (uint32) {
        return uint32(_facts[place].length);
    }

    function _record(bytes32 place, Bitemporal.Fact memory fact, bytes32 document)
        private
        returns (uint32 sequence)
    {
        Bitemporal.Fact[] storage facts = _facts[place];
        if (facts.length == DETERMINATION_LIMIT) revert TooManyDeterminations(place, DETERMINATION_LIMIT);
        facts.push(fact);
        _documents[place].push(document);
        return uint32(facts.length);
    }

    /// What speaks for a place reaches back by the window at most.
    function _since(uint40 from) private view returns (uint40) {
        return Bitemporal.later(from, uint40(block.timestamp) - SETTINGS.recordingWindow());
    }

    function _criteria(bool conflict, bool governance, bool humanRights) private pure returns (uint8) {
        return (conflict ? CONFLICT : 0) | (governance ? GOVERNANCE : 0) | (humanRights ? HUMAN_RIGHTS : 0);
    }

    function _determination(Bitemporal.Fact memory fact, bytes32 document)
        private
        pure
        returns (Determination memory)
    {
        return Determination({
            from: fact.from,
            to: fact.to,
            recordedAt: fact.recordedAt,
            since: fact.since,
            conflict: fact.detail & CONFLICT != 0,
            governance: fact.detail & GOVERNANCE != 0,
            humanRights: fact.detail & HUMAN_RIGHTS != 0,
            document: document
        });
    }
}
