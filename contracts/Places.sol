// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Governed} from "./Governed.sol";
import {Journaled} from "./Journaled.sol";
import {IMembers} from "./interfaces/IMembers.sol";
import {IPlaces} from "./interfaces/IPlaces.sol";
import {ISettings} from "./interfaces/ISettings.sol";
import {Roles} from "./interfaces/Roles.sol";
import {RowKind} from "./interfaces/Types.sol";
import {Bitemporal} from "./libraries/Bitemporal.sol";
import {Entries} from "./libraries/Entries.sol";
import {Voices} from "./libraries/Voices.sol";

/// @title Places
/// @dev A determination is a bitemporal fact: positive when no criterion is met, the criteria as its detail, the
/// numbers of the ownership groups that say it.
contract Places is IPlaces, Governed, Journaled {
    using Bitemporal for Bitemporal.Fact[];

    uint256 public constant DETERMINATION_LIMIT = 128;
    /// @notice Of them, warnings of one ownership group: nobody fills a place alone.
    uint256 public constant GROUP_LIMIT = 32;
    uint40 public constant VALIDITY_MAX = 366 days;
    uint40 private constant AHEAD_MAX = 30 days;
    uint40 private constant ALONE_MAX = 30 days; // back, and until it lapses
    uint8 private constant CONFLICT = 1;
    uint8 private constant GOVERNANCE = 2;
    uint8 private constant HUMAN_RIGHTS = 4;

    IMembers public immutable MEMBERS;
    ISettings public immutable SETTINGS;

    mapping(bytes32 place => Bitemporal.Fact[]) private _facts;
    mapping(bytes32 place => bytes32[]) private _documents;
    mapping(bytes32 proposal => address) private _proposers;
    mapping(bytes32 group => uint16) private _numbers;
    uint16 private _groups;
    mapping(bytes32 place => mapping(uint16 group => uint256)) private _warnings;
    mapping(bytes32 place => mapping(uint256 index => bytes32 organisation)) private _warners;

    constructor(address council, address members, address settings)
        Governed(council)
        Journaled(IMembers(members).JOURNAL())
    {
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
        address by = MEMBERS.resolveWithRole(msg.sender, Roles.RISK);
        if (place == bytes32(0)) revert PlaceMissing();
        if (from >= to || to - from > VALIDITY_MAX) revert DeterminationInvalid(from, to);
        if (from > block.timestamp + AHEAD_MAX) revert DeterminationTooEarly(from, block.timestamp);
        uint8 criteria = (conflict ? CONFLICT : 0) | (governance ? GOVERNANCE : 0) | (humanRights ? HUMAN_RIGHTS : 0);
        if (criteria == 0) _clear(place, from, to, by, document);
        else _warn(place, from, to, criteria, by, document);
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
        bytes32 digest = Entries.log2(DeterminationExcused.selector, place, abi.encode(sequence, number));
        _noteAlways(RowKind.Place, place, digest);
    }

    /// @inheritdoc IPlaces
    function isCahra(bytes32 place, uint40 from, uint40 to, uint40 knownAt, bytes32 operator)
        external
        view
        returns (bool)
    {
        uint16 own = operator == bytes32(0) ? 0 : _numbers[MEMBERS.groupOf(operator)];
        return from > to || !_facts[place].holds(from, to, Bitemporal.Known(knownAt, own));
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
    function proposerOf(bytes32 place, uint40 from, uint40 to, bytes32 document) external view returns (address) {
        return _proposers[keccak256(abi.encode(place, from, to, document))];
    }

    /// @inheritdoc IPlaces
    function sequenceOf(bytes32 place) external view returns (uint32) {
        return uint32(_facts[place].length);
    }

    /// What speaks for a place takes two groups: one proposes, another one confirms.
    function _clear(bytes32 place, uint40 from, uint40 to, address by, bytes32 document) private {
        bytes32 proposal = keccak256(abi.encode(place, from, to, document));
        address proposer = _proposers[proposal];
        if (!_mayPropose(proposer)) {
            _proposers[proposal] = by;
            emit DeterminationProposed(place, from, to, by, document);
            return;
        }
        (uint16 first, uint16 second) = (_numberOf(proposer), _numberOf(by)); // the groups of now
        if (first == second) revert ConfirmingGroupRequired(place, by);
        delete _proposers[proposal];
        uint40 since = Bitemporal.later(from, uint40(block.timestamp) - SETTINGS.recordingWindow());
        Bitemporal.Fact memory fact = _fact(from, to, since, 0, second);
        fact.first = first;
        _determine(place, fact, by, proposer, document);
    }

    /// What speaks against a place counts at once. One group that goes far back stands alone for a while only.
    function _warn(bytes32 place, uint40 from, uint40 to, uint8 criteria, address by, bytes32 document) private {
        Bitemporal.Fact memory fact = _fact(from, to, from, criteria, _numberOf(by));
        _warners[place][_facts[place].length] = MEMBERS.organisationOf(by);
        if (++_warnings[place][fact.second] > GROUP_LIMIT) revert TooManyDeterminations(place, GROUP_LIMIT);
        if (fact.recordedAt > from + ALONE_MAX) {
            fact.first = _joined(place, fact, MEMBERS.organisationOf(by));
            if (fact.first == 0) fact.lapsesAt = fact.recordedAt + ALONE_MAX;
        }
        _determine(place, fact, by, address(0), document);
    }

    function _determine(
        bytes32 place,
        Bitemporal.Fact memory fact,
        address by,
        address proposer,
        bytes32 document
    ) private {
        uint32 sequence = _record(place, fact, document);
        bytes memory data = abi.encode(sequence, by, proposer, _determination(fact, document));
        bytes32 digest = Entries.log2(PlaceDetermined.selector, place, data);
        JOURNAL.note(RowKind.Place, place, digest, !fact.positive);
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

    /// The number of a caller's ownership group; its first word gives it one.
    function _numberOf(address account) private returns (uint16 number) {
        bytes32 group = MEMBERS.groupOf(MEMBERS.organisationOf(account));
        number = _numbers[group];
        if (number == 0) {
            number = ++_groups;
            _numbers[group] = number;
        }
    }

    /// Whether a proposal stands: whoever made it still has the role, and has not taken it into another group of late.
    function _mayPropose(address proposer) private view returns (bool) {
        if (proposer == address(0) || !MEMBERS.isActive(proposer)) return false;
        (uint32 waiting,) = MEMBERS.seasonOf(MEMBERS.organisationOf(proposer));
        return MEMBERS.account(proposer).roles & ~waiting & Roles.RISK != 0;
    }

    /// The group of a warning about the same times that has not lapsed, and whose organisation is now of another group
    /// than this one; 0 for none.
    function _joined(bytes32 place, Bitemporal.Fact memory fact, bytes32 organisation) private view returns (uint16) {
        Bitemporal.Fact[] storage facts = _facts[place];
        for (uint256 i = facts.length; i > 0; --i) {
            Bitemporal.Fact memory other = facts[i - 1];
            if (other.positive || other.lapsesAt < fact.recordedAt) continue;
            if (Voices.same(MEMBERS, _warners[place][i - 1], organisation)) continue;
            if (other.from <= fact.from && other.to >= fact.to) return other.second;
        }
        return 0;
    }

    function _fact(uint40 from, uint40 to, uint40 since, uint8 criteria, uint16 second)
        private
        view
        returns (Bitemporal.Fact memory)
    {
        return Bitemporal.Fact({
            from: from,
            to: to,
            recordedAt: uint40(block.timestamp),
            since: since,
            lapsesAt: Bitemporal.FOREVER,
            positive: criteria == 0,
            detail: criteria,
            first: 0,
            second: second
        });
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
            lapsesAt: fact.lapsesAt,
            conflict: fact.detail & CONFLICT != 0,
            governance: fact.detail & GOVERNANCE != 0,
            humanRights: fact.detail & HUMAN_RIGHTS != 0,
            document: document
        });
    }
}
