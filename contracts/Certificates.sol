// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Governed} from "./Governed.sol";
import {Journaled} from "./Journaled.sol";
import {ICertificates} from "./interfaces/ICertificates.sol";
import {IJournal} from "./interfaces/IJournal.sol";
import {IMembers} from "./interfaces/IMembers.sol";
import {ISettings} from "./interfaces/ISettings.sol";
import {ISites} from "./interfaces/ISites.sol";
import {Roles} from "./interfaces/Roles.sol";
import {CertificateStatus, CustodyModel, RowKind} from "./interfaces/Types.sol";
import {Bitemporal} from "./libraries/Bitemporal.sol";
import {Entries} from "./libraries/Entries.sol";
import {Independence} from "./libraries/Independence.sol";
import {Reasons} from "./libraries/Reasons.sol";
import {ScopedIds} from "./libraries/ScopedIds.sol";

/// @title Certificates
/// @dev A status is a bitemporal fact without end: positive when InForce, the status as its detail. A question reads
/// one slot per certificate of the site (its term), of those that matter the facts, where there are more than the
/// first, and the standing of the certifier.
contract Certificates is ICertificates, Governed, Journaled {
    using Bitemporal for Bitemporal.Fact[];

    uint256 public constant CERTIFICATE_LIMIT = 64; // a site
    uint256 public constant GROUP_LIMIT = 32; // of them by certifiers of one ownership group
    uint256 public constant STATUS_LIMIT = 32; // a certificate
    uint256 public constant STATUS_RESERVE = 8; // of them only for Withdrawn
    uint40 private constant TERM_MAX = 1_098 days; // three years
    uint40 private constant RENEWAL_WINDOW = 90 days;
    uint16 public constant SCHEME_MAX = 63; // bits of a rule
    uint8 public constant CREDIT_MAX = 4;

    /// One slot.
    struct Term {
        uint16 scheme;
        uint16 element;
        uint40 validFrom;
        uint40 validTo;
        uint40 recordedAt;
        uint40 since; // from when on its first status may count
        bool changed; // has more than its first fact
    }

    struct Record {
        bytes32 site;
        address certifier; // who vouches now
        uint32 sequence;
        uint32 index; // among the terms of its site
        bool takenOver;
        bytes32 document;
        bytes32[] reasons; // one per fact
        Bitemporal.Fact[] facts;
        Predecessor[] predecessors; // in order
    }

    /// Who vouched for a certificate until another one took it over. One slot.
    struct Predecessor {
        address certifier;
        uint40 until; // when it was taken over
    }

    /// What a question asks of every certificate.
    struct Question {
        uint256 schemes;
        uint16 element;
        uint40 knownAt;
    }

    IMembers public immutable MEMBERS;
    ISites public immutable SITES;
    ISettings public immutable SETTINGS;

    mapping(bytes32 certificate => Record) private _records;
    mapping(bytes32 site => bytes32[] certificates) private _certificates;
    mapping(bytes32 site => Term[]) private _terms;
    mapping(uint8 credit => CreditRule) private _rules;
    mapping(CustodyModel model => uint256 schemes) private _modelRules;
    mapping(bytes32 site => mapping(bytes32 group => uint256)) private _issued;

    constructor(address council, address members, address sites, address settings)
        Governed(council)
        Journaled(IMembers(members).JOURNAL())
    {
        MEMBERS = IMembers(members);
        SITES = ISites(sites);
        SETTINGS = ISettings(settings);
    }

    /// @inheritdoc ICertificates
    function issue(
        bytes32 label,
        bytes32 site,
        uint16 scheme,
        uint16 element,
        uint40 validFrom,
        uint40 validTo,
        bytes32 document
    ) external returns (bytes32 certificate) {
        if (scheme == 0 || scheme > SCHEME_MAX) revert SchemeInvalid(scheme);
        Term memory term = Term(scheme, element, validFrom, validTo, uint40(block.timestamp), 0, false);
        return _issue(label, site, term, document);
    }

    /// @inheritdoc ICertificates
    function takeOver(bytes32 certificate, bytes32 document) external {
        Record storage record = _known(certificate);
        uint16 scheme = _terms[record.site][record.index].scheme;
        address certifier = _requireAccredited(record.site, scheme);
        _requireOrphaned(certificate, record.certifier, certifier, scheme);
        record.predecessors.push(Predecessor(record.certifier, uint40(block.timestamp)));
        (record.certifier, record.takenOver) = (certifier, true);
        _say(CertificateTakenOver.selector, certificate, abi.encode(++record.sequence, certifier, document), false);
    }

    /// @inheritdoc ICertificates
    function setStatus(bytes32 certificate, CertificateStatus status, uint40 effectiveFrom, bytes32 reason) external {
        Reasons.requireValid(reason);
        Record storage record = _known(certificate);
        address account = MEMBERS.resolveWithRole(msg.sender, Roles.CERTIFIER);
        if (account != record.certifier) revert NotCertifier(certificate, account);
        if (status == CertificateStatus.InForce) {
            _requireAccredited(record.site, _terms[record.site][record.index].scheme);
        }
        _requireEffective(status, effectiveFrom);
        _requireOwnTime(certificate, record, effectiveFrom);
        _requireRoom(certificate, record.facts.length, status);
        _setStatus(certificate, record, status, effectiveFrom, reason);
        bytes memory data = abi.encode(++record.sequence, status, effectiveFrom, block.timestamp, reason);
        _say(CertificateStatusSet.selector, certificate, data, status != CertificateStatus.InForce);
    }

    /// @inheritdoc ICertificates
    function withdraw(bytes32 certificate, uint40 effectiveFrom, bytes32 reason) external onlyCouncil {
        Reasons.requireValid(reason);
        Record storage record = _known(certificate);
        _requireEffective(CertificateStatus.Withdrawn, effectiveFrom);
        _setStatus(certificate, record, CertificateStatus.Withdrawn, effectiveFrom, reason);
        bytes memory data = abi.encode(++record.sequence, effectiveFrom, block.timestamp, reason);
        _say(CertificateWithdrawn.selector, certificate, data, true);
    }

    /// @inheritdoc ICertificates
    function excuseLateRecording(bytes32 certificate) external onlyCouncil {
        Record storage record = _known(certificate);
        Term storage term = _terms[record.site][record.index];
        if (term.changed) revert NotExcusable(certificate);
        (uint40 from, uint40 time) = (term.validFrom, uint40(block.timestamp));
        record.facts.push(_fact(from, time, from, CertificateStatus.InForce));
        record.reasons.push(bytes32(0));
        term.changed = true;
        _say(CertificateExcused.selector, certificate, abi.encode(++record.sequence), true);
    }

    /// @inheritdoc ICertificates
    function setCreditRule(uint8 credit, uint64 schemes, bool passGated) external onlyCouncil {
        if (credit == 0 || credit > CREDIT_MAX) revert CreditInvalid(credit);
        _rules[credit] = CreditRule(schemes, passGated);
        _noteRule(CreditRuleSet.selector, credit, abi.encode(schemes, passGated));
    }

    /// @inheritdoc ICertificates
    function setModelRule(CustodyModel model, uint256 schemes) external onlyCouncil {
        if (model == CustodyModel.MassBalance) revert ModelInvalid(model);
        _modelRules[model] = schemes;
        _noteRule(ModelRuleSet.selector, uint256(model), abi.encode(schemes));
    }

    /// @inheritdoc ICertificates
    function inForceAt(bytes32 site, uint16 element, uint8 credit, uint40 from, uint40 to, uint40 knownAt)
        external
        view
        returns (bool)
    {
        return _covered(site, from, to, Question(_rules[credit].schemes, element, knownAt));
    }

    /// @inheritdoc ICertificates
    function keepsApart(bytes32 site, uint16 element, CustodyModel model, uint40 from, uint40 to, uint40 knownAt)
        external
        view
        returns (bool)
    {
        return _covered(site, from, to, Question(_modelRules[model], element, knownAt));
    }

    /// @inheritdoc ICertificates
    function modelRule(CustodyModel model) external view returns (uint256 schemes) {
        return _modelRules[model];
    }

    /// @inheritdoc ICertificates
    function creditRule(uint8 credit) external view returns (CreditRule memory) {
        return _rules[credit];
    }

    /// @inheritdoc ICertificates
    function certificateOf(bytes32 certificate) external view returns (Certificate memory) {
        Record storage record = _known(certificate);
        Term memory term = _terms[record.site][record.index];
        return Certificate({
            site: record.site,
            scheme: term.scheme,
            element: term.element,
            validFrom: term.validFrom,
            validTo: term.validTo,
            recordedAt: term.recordedAt,
            since: term.since,
            certifier: record.certifier,
            document: record.document,
            sequence: record.sequence
        });
    }

    /// @inheritdoc ICertificates
    function historyOf(bytes32 certificate) external view returns (Status[] memory history) {
        Record storage record = _records[certificate];
        history = new Status[](record.facts.length);
        for (uint256 i = 0; i < history.length; ++i) {
            Bitemporal.Fact memory fact = record.facts[i];
            history[i] = Status(CertificateStatus(fact.detail), fact.from, fact.recordedAt, record.reasons[i]);
        }
    }

    /// @inheritdoc ICertificates
    function predecessorsOf(bytes32 certificate) external view returns (address[] memory certifiers) {
        Predecessor[] storage predecessors = _records[certificate].predecessors;
        certifiers = new address[](predecessors.length);
        for (uint256 i = 0; i < certifiers.length; ++i) {
            certifiers[i] = predecessors[i].certifier;
        }
    }

    /// @inheritdoc ICertificates
    function certificatesOf(bytes32 site) external view returns (bytes32[] memory) {
        return _certificates[site];
    }

    /// @inheritdoc ICertificates
    function sequenceOf(bytes32 certificate) external view returns (uint32) {
        return _records[certificate].sequence;
    }

    function _issue(bytes32 label, bytes32 site, Term memory term, bytes32 document)
        private
        returns (bytes32 certificate)
    {
        address certifier = _requireAccredited(site, term.scheme);
        certificate = ScopedIds.idOf(certifier, label);
        if (_records[certificate].sequence != 0) revert CertificateExists(certificate);
        _requireTerm(term.validFrom, term.validTo);
        term.since = _since(site, certifier, term);
        _addRecord(certificate, site, certifier, document, term);
        _noteIssued(certificate, label, term);
    }

    function _noteIssued(bytes32 certificate, bytes32 label, Term memory term) private {
        Record storage record = _records[certificate];
        bytes memory data = abi.encode(
            uint256(1),
            term.scheme,
            term.element,
            term.validFrom,
            term.validTo,
            term.since,
            record.certifier,
            record.document,
            label
        );
        bytes32 digest = Entries.log3(CertificateIssued.selector, certificate, record.site, data);
        IJournal.Row memory site = IJournal.Row(RowKind.Site, record.site);
        _noteBoth(IJournal.Row(RowKind.Certificate, certificate), site, digest, true);
    }

    /// @param always what speaks against its site, or is of the council
    function _say(bytes32 topic0, bytes32 certificate, bytes memory data, bool always) private {
        bytes32 digest = Entries.log3(topic0, certificate, _records[certificate].site, data);
        JOURNAL.note(RowKind.Certificate, certificate, digest, always);
    }

    function _noteRule(bytes32 topic0, uint256 of_, bytes memory data) private {
        _noteAlways(RowKind.Settings, bytes32(0), Entries.log2(topic0, bytes32(of_), data));
    }

    function _setStatus(
        bytes32 certificate,
        Record storage record,
        CertificateStatus status,
        uint40 effectiveFrom,
        bytes32 reason
    ) private {
        _requireTransition(certificate, record.facts, status, effectiveFrom);
        _addStatus(record, status, effectiveFrom, effectiveFrom, reason);
        _terms[record.site][record.index].changed = true;
    }

    function _addRecord(bytes32 certificate, bytes32 site, address certifier, bytes32 document, Term memory term)
        private
    {
        uint256 index = _terms[site].length;
        if (index == CERTIFICATE_LIMIT) revert TooManyCertificates(site, CERTIFICATE_LIMIT);
        bytes32 group = MEMBERS.groupOf(MEMBERS.organisationOf(certifier));
        if (++_issued[site][group] > GROUP_LIMIT) revert TooManyCertificates(site, GROUP_LIMIT);
        _terms[site].push(term);
        _certificates[site].push(certificate);
        Record storage record = _records[certificate];
        (record.site, record.certifier, record.document) = (site, certifier, document);
        (record.sequence, record.index) = (1, uint32(index));
        _addStatus(record, CertificateStatus.InForce, term.validFrom, term.since, bytes32(0));
    }

    function _addStatus(
        Record storage record,
        CertificateStatus status,
        uint40 effectiveFrom,
        uint40 since,
        bytes32 reason
    ) private {
        record.facts.push(_fact(effectiveFrom, Bitemporal.FOREVER, since, status));
        record.reasons.push(reason);
    }

    function _fact(uint40 from, uint40 to, uint40 since, CertificateStatus status)
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
            positive: status == CertificateStatus.InForce,
            detail: uint8(status),
            first: 0,
            second: 0
        });
    }

    /// From when on a certificate that is issued now may count: it reaches back by the window, by a longer one if it
    /// renews a certificate that ran to its end, and never into a time that another certificate of the site speaks
    /// against.
    function _since(bytes32 site, address certifier, Term memory term) private view returns (uint40 since) {
        uint40 time = term.recordedAt;
        uint40 window = SETTINGS.recordingWindow();
        since = term.validFrom;
        Term[] storage terms = _terms[site];
        for (uint256 i = 0; i < terms.length; ++i) {
            Term memory other = terms[i];
            if (other.changed) {
                since = Bitemporal.later(since, _afterAgainst(site, i, other));
            } else if (_isRenewed(other, term) && _records[_certificates[site][i]].certifier == certifier) {
                window = RENEWAL_WINDOW;
            }
        }
        return Bitemporal.later(since, time > window ? time - window : 0);
    }

    /// The first second after all that a certificate's statuses said against its site, now at the latest.
    function _afterAgainst(bytes32 site, uint256 index, Term memory term) private view returns (uint40) {
        Bitemporal.Fact[] storage facts = _records[_certificates[site][index]].facts;
        Bitemporal.Fact memory last = facts[facts.length - 1];
        if (last.positive && facts.length == 2) return 0; // excused, and nothing else
        uint40 time = uint40(block.timestamp);
        return last.positive ? Bitemporal.earlier(last.from, time) : Bitemporal.earlier(term.validTo, time - 1) + 1;
    }

    /// Whether certificates together cover `from` … `to` without a gap.
    function _covered(bytes32 site, uint40 from, uint40 to, Question memory question) private view returns (bool) {
        if (from > to || question.schemes == 0) return false;
        uint40 time = from;
        for (uint256 i = 0; i < Bitemporal.STRETCH_LIMIT; ++i) {
            (bool covered, uint40 until) = _coveredFrom(site, time, question);
            if (!covered) return false;
            if (until >= to) return true;
            time = until + 1;
        }
        return false;
    }

    /// The longest stretch from `time` on that a single certificate covers.
    function _coveredFrom(bytes32 site, uint40 time, Question memory question)
        private
        view
        returns (bool covered, uint40 until)
    {
        Term[] storage terms = _terms[site];
        for (uint256 i = 0; i < terms.length; ++i) {
            Term memory term = terms[i];
            if (!_answers(term, time, question)) continue;
            (bool inForce, uint40 end) = _inForceFrom(site, i, term, time, question.knownAt);
            if (!inForce || end < until) continue;
            (bool vouched, uint40 last) = _vouchedFrom(site, i, term.scheme, time, question.knownAt);
            if (!vouched || last < until) continue;
            (covered, until) = (true, Bitemporal.earlier(end, last));
        }
    }

    /// Whether whoever vouches for a certificate at `time` does so then, and if so, until when he surely does.
    function _vouchedFrom(bytes32 site, uint256 index, uint16 scheme, uint40 time, uint40 knownAt)
        private
        view
        returns (bool vouched, uint40 until)
    {
        Record storage record = _records[_certificates[site][index]];
        if (!record.takenOver) return MEMBERS.vouches(record.certifier, scheme, time, knownAt);
        Predecessor[] storage predecessors = record.predecessors;
        for (uint256 i = 0; i < predecessors.length; ++i) {
            Predecessor memory one = predecessors[i];
            bool isKnown = one.until <= knownAt;
            if (isKnown && one.until <= time) continue;
            (vouched, until) = MEMBERS.vouches(one.certifier, scheme, time, knownAt);
            return (vouched, isKnown ? Bitemporal.earlier(until, one.until - 1) : until);
        }
        return MEMBERS.vouches(record.certifier, scheme, time, knownAt);
    }

    function _inForceFrom(bytes32 site, uint256 index, Term memory term, uint40 time, uint40 knownAt)
        private
        view
        returns (bool inForce, uint40 until)
    {
        if (!term.changed) return (term.since <= time, term.validTo);
        (inForce, until) = _records[_certificates[site][index]].facts.at(time, Bitemporal.Known(knownAt, 0));
        until = Bitemporal.earlier(until, term.validTo);
    }

    function _known(bytes32 certificate) private view returns (Record storage record) {
        record = _records[certificate];
        if (record.sequence == 0) revert CertificateUnknown(certificate);
    }

    function _requireTransition(
        bytes32 certificate,
        Bitemporal.Fact[] storage facts,
        CertificateStatus status,
        uint40 effectiveFrom
    ) private view {
        Bitemporal.Fact memory last = facts[facts.length - 1];
        CertificateStatus current = CertificateStatus(last.detail);
        bool corrects = status == current && effectiveFrom < last.from;
        bool follows = status != current && current != CertificateStatus.Withdrawn;
        if (status == CertificateStatus.None || !(corrects || follows)) {
            revert TransitionInvalid(certificate, current, status);
        }
    }

    function _requireRoom(bytes32 certificate, uint256 count, CertificateStatus status) private pure {
        uint256 limit = STATUS_LIMIT - (status == CertificateStatus.Withdrawn ? 0 : STATUS_RESERVE);
        if (count >= limit) revert TooManyStatuses(certificate, limit);
    }

    /// A certifier for the scheme, who is of another ownership group than the site's operator.
    function _requireAccredited(bytes32 site, uint16 scheme) private view returns (address certifier) {
        certifier = MEMBERS.resolveWithRole(msg.sender, Roles.CERTIFIER);
        bytes32 organisation = MEMBERS.organisationOf(certifier);
        Independence.requireIndependent(MEMBERS, SITES, site, organisation);
        if (!MEMBERS.certifies(certifier, scheme)) {
            revert NotAccredited(organisation, scheme, MEMBERS.accreditationOf(organisation));
        }
    }

    /// Its certifier certifies no longer, his grace runs, and whoever takes it over is of another group.
    function _requireOrphaned(bytes32 certificate, address certifier, address successor, uint16 scheme) private view {
        if (MEMBERS.certifies(certifier, scheme)) revert CertifierStands(certificate, certifier);
        uint40 time = uint40(block.timestamp);
        (bool vouched,) = MEMBERS.vouches(certifier, scheme, time, time);
        if (!vouched) revert GraceOver(certificate, certifier);
        if (MEMBERS.areSisters(certifier, successor)) revert CertifiersAreSisters(certificate, certifier, successor);
    }

    /// Whoever took a certificate over says nothing about the time before.
    function _requireOwnTime(bytes32 certificate, Record storage record, uint40 effectiveFrom) private view {
        if (!record.takenOver) return;
        uint40 since = record.predecessors[record.predecessors.length - 1].until;
        if (effectiveFrom < since) revert EffectiveBeforeTakeOver(certificate, effectiveFrom, since);
    }

    /// What speaks for a site begins now or later, what speaks against it now or earlier.
    function _requireEffective(CertificateStatus status, uint40 effectiveFrom) private view {
        if (status == CertificateStatus.InForce) {
            if (effectiveFrom < block.timestamp) revert EffectiveInPast(effectiveFrom, block.timestamp);
        } else if (effectiveFrom > block.timestamp) {
            revert EffectiveInFuture(effectiveFrom, block.timestamp);
        }
    }

    function _requireTerm(uint40 validFrom, uint40 validTo) private pure {
        if (validFrom >= validTo) revert ValidityInvalid(validFrom, validTo);
        if (validTo - validFrom > TERM_MAX) revert TermTooLong(validFrom, validTo);
    }

    /// Whether the certificate of `other` ran to its end, and that of `term` goes on without a gap.
    function _isRenewed(Term memory other, Term memory term) private pure returns (bool) {
        if (other.scheme != term.scheme || other.element != term.element) return false;
        return other.validTo < term.recordedAt && term.validFrom <= other.validTo + 1 && other.validTo < term.validTo;
    }

    /// Whether the certificate is of a recognised scheme and in scope, valid at `time` and known.
    function _answers(Term memory term, uint40 time, Question memory question) private pure returns (bool) {
        if ((question.schemes >> term.scheme) & 1 == 0) return false;
        if (term.element != 0 && term.element != question.element) return false;
        if (term.recordedAt > question.knownAt) return false;
        return term.validFrom <= time && time <= term.validTo;
    }
}
