// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Filings} from "./Filings.sol";
import {Governed} from "./Governed.sol";
import {IAttestations} from "./interfaces/IAttestations.sol";
import {IJournal} from "./interfaces/IJournal.sol";
import {ILotBook} from "./interfaces/ILotBook.sol";
import {IRuns} from "./interfaces/IRuns.sol";
import {ISettings} from "./interfaces/ISettings.sol";
import {Materials} from "./interfaces/Materials.sol";
import {EventKind, LotState, RowKind, SiteEvent, Withdrawal} from "./interfaces/Types.sol";
import {ElementSet} from "./libraries/ElementSet.sol";
import {Entries} from "./libraries/Entries.sol";
import {EventIds} from "./libraries/EventIds.sol";
import {Groups} from "./libraries/Groups.sol";
import {Independence} from "./libraries/Independence.sol";
import {Reasons} from "./libraries/Reasons.sol";
import {UnitCounts} from "./libraries/UnitCounts.sol";
import {Holding} from "./types/Holding.sol";
import {LotTraits} from "./types/LotTraits.sol";

/// @title Attestations
contract Attestations is IAttestations, Filings, Governed {
    using Groups for bytes32[];

    /// Order of the BN254 scalar field: a commitment is an element of it.
    uint256 private constant FIELD = 21888242871839275222246405745257275088548364400416034343698204186575808495617;
    uint256 public constant INPUT_LIMIT = 4;
    /// @notice Statements about one event, and withdrawals of it that one ownership group attests: nobody fills its row.
    uint16 public constant REVISION_MAX = 15;
    uint8 public constant WITHDRAWAL_LIMIT = 16;
    uint16 private constant DISMANTLER_KIND = 11;
    /// @notice How long an event that stands is usable, and binds the lots that it names.
    uint40 public constant NAMED_TERM = 180 days;
    uint40 public constant PERIOD_MAX = 31 days;

    /// @notice How long a site's own word is waited for once a quorum attested a withdrawal.
    uint40 public constant CONSENT_TERM = 14 days;

    ILotBook public immutable LOT_BOOK;

    mapping(bytes32 eventId => Standing) private _standings;
    // slither-disable-next-line uninitialized-state -- written through a storage pointer
    mapping(bytes32 eventId => mapping(uint16 revision => bytes32[] organisations)) private _attested;
    mapping(bytes32 eventId => mapping(bytes32 document => bool)) private _withdrawn;
    // slither-disable-next-line uninitialized-state -- written through a storage pointer
    mapping(bytes32 withdrawal => bytes32[] organisations) private _withdrew;
    mapping(bytes32 eventId => mapping(bytes32 group => uint8)) private _withdrawals; // that it attested
    mapping(bytes32 statement => uint256) private _places; // bit i: place i of _attested said so
    mapping(bytes32 withdrawal => uint40) private _agreedAt; // at quorum, of those whose site had not filed

    constructor(address council, address members, address sites, address settings, address lotBook)
        Governed(council)
        Filings(members, sites, settings)
    {
        LOT_BOOK = ILotBook(lotBook);
    }

    /// @inheritdoc IAttestations
    function attest(SiteEvent calldata statement) external {
        _attest(_oracle(), statement);
    }

    /// @inheritdoc IAttestations
    function attestMany(SiteEvent[] calldata statements) external {
        bytes32 organisation = _oracle();
        for (uint256 i = 0; i < statements.length; ++i) {
            _attest(organisation, statements[i]);
        }
    }

    /// @inheritdoc IAttestations
    function withdraw(Withdrawal calldata withdrawal) external {
        _withdraw(_oracle(), withdrawal);
    }

    /// @inheritdoc IAttestations
    function withdrawMany(Withdrawal[] calldata withdrawals) external {
        bytes32 organisation = _oracle();
        for (uint256 i = 0; i < withdrawals.length; ++i) {
            _withdraw(organisation, withdrawals[i]);
        }
    }

    /// @inheritdoc IAttestations
    function conclude(Withdrawal calldata withdrawal) external {
        bytes32 eventId = eventIdOf(withdrawal.site, withdrawal.sequence, withdrawal.element);
        _requireNotWithdrawn(eventId, withdrawal.document);
        bytes32 digest = withdrawalDigestOf(withdrawal);
        uint40 agreed = _agreedAt[digest];
        if (agreed == 0) revert WithdrawalUndecided(eventId, digest);
        if (msg.sender != COUNCIL) _requireFiled(withdrawal.site, withdrawal.sequence, withdrawal.declaration);
        else if (block.timestamp < agreed + CONSENT_TERM) revert ConsentAwaited(eventId, digest, agreed + CONSENT_TERM);
        _end(eventId, digest, withdrawal);
    }

    /// @inheritdoc IAttestations
    function excuseLateFiling(bytes32 eventId) external onlyCouncil {
        _usable(eventId).excused = true;
        _noteAlways(RowKind.Event, eventId, Entries.log2(LateFilingExcused.selector, eventId, ""));
    }

    /// @inheritdoc IAttestations
    function usable(bytes32 eventId, EventKind kind) external view returns (Standing memory) {
        Standing storage standing = _usable(eventId);
        if (standing.kind != kind) revert EventKindMismatch(eventId, kind, standing.kind);
        return standing;
    }

    /// @inheritdoc IAttestations
    function standingOf(bytes32 eventId) external view returns (Standing memory) {
        return _standings[eventId];
    }

    /// @inheritdoc IAttestations
    function isWithdrawn(bytes32 eventId, bytes32 document) external view returns (bool) {
        return _withdrawn[eventId][document];
    }

    /// @inheritdoc IAttestations
    function agreedAt(bytes32 digest) external view returns (uint40) {
        return _agreedAt[digest];
    }

    /// @inheritdoc IAttestations
    function eventIdOf(bytes32 site, uint32 sequence, uint16 element) public pure returns (bytes32) {
        return EventIds.make(site, sequence, element);
    }

    /// @inheritdoc IAttestations
    function digestOf(SiteEvent calldata statement) public pure returns (bytes32) {
        return keccak256(abi.encode(statement));
    }

    /// @inheritdoc IAttestations
    function withdrawalDigestOf(Withdrawal calldata withdrawal) public pure returns (bytes32) {
        return keccak256(abi.encode(withdrawal));
    }

    // slither-disable-next-line reentrancy-no-eth -- Journal is immutable, of the council, and calls nobody back
    function _attest(bytes32 organisation, SiteEvent calldata statement) private {
        bytes32 eventId = eventIdOf(statement.site, statement.sequence, statement.element);
        _requireStatement(eventId, statement);
        _requireSite(organisation, statement);
        _requireNotWithdrawn(eventId, statement.document);
        _requireOpen(eventId, statement.revision);
        if (statement.kind == EventKind.Processing) _requirePeriod(statement);
        bytes32[] storage before = _attested[eventId][statement.revision];
        bytes32 group = MEMBERS.groupOf(organisation);
        if (_isAmong(before, group)) revert AlreadyAttested(eventId, statement.revision, organisation);
        _requireVoice(statement.site, statement.sequence, statement.document, before, group);
        if (before.length == 0) _requireOneAccount(statement);
        bytes32 digest = digestOf(statement);
        uint256 places = _places[digest] | (1 << before.length);
        _places[digest] = places;
        before.push(organisation);
        uint256 attestations = _voices(statement.site, before, places);
        bytes memory data = abi.encode(statement.revision, attestations, statement);
        _noteVoice(Attested.selector, eventId, organisation, digest, data);
        if (attestations >= SETTINGS.quorum()) _stand(eventId, digest, statement);
    }

    function _stand(bytes32 eventId, bytes32 digest, SiteEvent calldata statement) private {
        _requireFiled(statement.site, statement.sequence, statement.document);
        _standings[eventId] = Standing({
            site: statement.site,
            document: statement.document,
            commitment: statement.commitment,
            inputsHash: keccak256(abi.encode(statement.inputs)),
            elements: statement.unitMaterial == 0 ? 0 : ElementSet.from(statement.elements),
            sequence: statement.sequence,
            revision: statement.revision,
            kind: statement.kind,
            element: statement.element,
            from: statement.from,
            to: statement.to,
            standingSince: uint40(block.timestamp),
            excused: false,
            withdrawn: false,
            model: statement.model,
            unitMaterial: statement.unitMaterial,
            noOutput: statement.noOutput,
            units: statement.units,
            continuousSince: uint16(_continuousSince(statement))
        });
        _noteStanding(eventId, digest, statement);
        if (statement.kind == EventKind.Measurement) _requireMeasurable(statement);
        else if (statement.kind == EventKind.EndOfLife) _requireAssigned(statement);
        else _name(eventId, statement);
    }

    /// The lots that went in wait for the run, all with one account of the operator's.
    function _name(bytes32 eventId, SiteEvent calldata statement) private {
        bytes32 operator = SITES.operatorOf(statement.site);
        _requireOneAccount(statement);
        uint40 until = uint40(block.timestamp) + NAMED_TERM;
        for (uint256 i = 0; i < statement.inputs.length; ++i) {
            bytes32 lot = statement.inputs[i];
            (uint32 sequence, address account, LotTraits traits) = LOT_BOOK.name(lot, until);
            _requireElement(lot, statement.element, traits.element());
            if (traits.isInProcess()) _requireStock(statement, lot);
            else _requireHeld(lot, MEMBERS.organisationOf(account), operator);
            emit LotNamed(lot, eventId, sequence, until);
        }
    }

    /// An event that counts no more names nothing: its lots are free, if they have not been since it lapsed.
    function _unname(bytes32 eventId, Standing storage standing, bytes32[] calldata inputs) private {
        if (keccak256(abi.encode(inputs)) != standing.inputsHash) revert WithdrawalInvalid(eventId);
        bool binds = _binds(standing.kind) && block.timestamp <= _lapsesAt(standing);
        for (uint256 i = 0; binds && i < inputs.length; ++i) {
            bytes memory data = abi.encode(LOT_BOOK.unname(inputs[i]));
            _noteAlways(RowKind.Lot, inputs[i], Entries.log3(LotUnnamed.selector, inputs[i], eventId, data));
        }
    }

    // slither-disable-next-line reentrancy-no-eth -- Journal is immutable, of the council, and calls nobody back
    function _withdraw(bytes32 organisation, Withdrawal calldata withdrawal) private {
        bytes32 eventId = eventIdOf(withdrawal.site, withdrawal.sequence, withdrawal.element);
        _requireWithdrawal(eventId, withdrawal);
        Independence.requireIndependent(MEMBERS, SITES, withdrawal.site, organisation);
        _requireNotWithdrawn(eventId, withdrawal.document);
        bytes32 digest = withdrawalDigestOf(withdrawal);
        bytes32[] storage before = _withdrew[digest];
        bytes32 group = MEMBERS.groupOf(organisation);
        if (_isAmong(before, group)) revert WithdrawalAlreadyAttested(eventId, digest, organisation);
        _requireVoice(withdrawal.site, withdrawal.sequence, withdrawal.declaration, before, group);
        if (++_withdrawals[eventId][group] > WITHDRAWAL_LIMIT) revert TooManyWithdrawals(eventId, group);
        before.push(organisation);
        uint256 attestations = _voices(withdrawal.site, before, type(uint256).max);
        _noteVoice(
            WithdrawalAttested.selector, eventId, organisation, digest, abi.encode(attestations, withdrawal)
        );
        if (attestations < SETTINGS.quorum()) return;
        bool filed = filedAt(withdrawal.site, withdrawal.sequence, withdrawal.declaration) != 0;
        if (filed) _end(eventId, digest, withdrawal);
        else if (_agreedAt[digest] == 0) _agreedAt[digest] = uint40(block.timestamp);
    }

    function _end(bytes32 eventId, bytes32 digest, Withdrawal calldata withdrawal) private {
        _withdrawn[eventId][withdrawal.document] = true;
        Standing storage standing = _standings[eventId];
        bool stood = standing.document == withdrawal.document;
        bool used = stood && LOT_BOOK.isUsed(eventId);
        if (stood) standing.withdrawn = true;
        if (stood && !used) _unname(eventId, standing, withdrawal.inputs);
        bytes memory data = abi.encode(digest, withdrawal.declaration, withdrawal.reason, used);
        _noteAlways(
            RowKind.Event,
            eventId,
            Entries.log4(EventWithdrawn.selector, eventId, withdrawal.site, withdrawal.document, data)
        );
    }

    /// What one organisation says of an event, for it or against it.
    function _noteVoice(bytes32 topic0, bytes32 eventId, bytes32 organisation, bytes32 digest, bytes memory data)
        private
    {
        _noteAlways(RowKind.Event, eventId, Entries.log4(topic0, eventId, organisation, digest, data));
    }

    /// In the rows of the event and of the lots that it names, which wait for its run, or are looked at.
    function _noteStanding(bytes32 eventId, bytes32 digest, SiteEvent calldata statement) private {
        bytes32[] calldata lots = statement.inputs;
        IJournal.Row[] memory rows = new IJournal.Row[](lots.length + 1);
        rows[0] = IJournal.Row(RowKind.Event, eventId);
        for (uint256 i = 0; i < lots.length; ++i) {
            rows[i + 1] = IJournal.Row(RowKind.Lot, lots[i]);
        }
        bytes memory data = abi.encode(digest, statement);
        JOURNAL.noteAll(rows, Entries.log3(EventStanding.selector, eventId, statement.site, data), true);
    }

    /// How many ownership groups of now gave their word, without the one that operates the site by now.
    /// @param places bit i: of those in place i; nobody asks for the 257th
    function _voices(bytes32 site, bytes32[] storage organisations, uint256 places) private view returns (uint256) {
        bytes32 own = _operatingGroup(site);
        bytes32[] memory groups = _groupsOf(organisations);
        for (uint256 i = 0; i < groups.length; ++i) {
            if ((places >> i) & 1 == 0) groups[i] = own;
        }
        return groups.distinct(own);
    }

    /// The organisation of the calling oracle node, once there is a quorum.
    function _oracle() private view returns (bytes32) {
        if (SETTINGS.quorum() == 0) revert ISettings.QuorumInvalid(0);
        return _inspector();
    }

    function _usable(bytes32 eventId) private view returns (Standing storage standing) {
        standing = _standings[eventId];
        if (standing.standingSince == 0) revert NotStanding(eventId);
        if (LOT_BOOK.isUsed(eventId)) revert ILotBook.AlreadyUsed(eventId);
        if (standing.withdrawn) revert AlreadyWithdrawn(eventId, standing.document);
        uint40 last = _lapsesAt(standing);
        if (block.timestamp > last) revert EventLapsed(eventId, last);
    }

    /// The last second in which it can be used.
    function _lapsesAt(Standing storage standing) private view returns (uint40) {
        return standing.standingSince + NAMED_TERM;
    }

    /// A laboratory measures what others dispute about.
    function _requireMeasurable(SiteEvent calldata statement) private view {
        bytes32 id = statement.inputs[0];
        Holding holding = LOT_BOOK.holdingOf(id);
        bool disputed = holding.state() == LotState.Disputed && block.timestamp <= holding.until();
        if (!disputed) revert NotMeasurable(id);
        _requireElement(id, statement.element, LOT_BOOK.traitsOf(id).element());
        bytes32 laboratory = _operatingGroup(statement.site);
        if (laboratory == MEMBERS.groupOf(MEMBERS.organisationOf(holding.account()))) revert NotMeasurable(id);
    }

    /// Units of it are in products. Which product they leave, its maker says (IProducts).
    function _requireAssigned(SiteEvent calldata statement) private view {
        bytes32 id = statement.inputs[0];
        LotState state = LOT_BOOK.holdingOf(id).state();
        if (state != LotState.Assigned) revert NotAssigned(id, state);
        LotTraits traits = LOT_BOOK.traitsOf(id);
        _requireElement(id, statement.element, traits.element());
        if (traits.material() != statement.unitMaterial) {
            revert UnitCounts.UnitMaterialMismatch(statement.unitMaterial, traits.material());
        }
    }

    /// Only one account can run the event. Stock in process is its plant's, whichever account runs it.
    function _requireOneAccount(SiteEvent calldata statement) private view {
        if (statement.inputs.length < 2) return;
        bytes32 stock = LOT_BOOK.periodOf(statement.site, statement.element).stock;
        address first;
        for (uint256 i = 0; i < statement.inputs.length; ++i) {
            bytes32 lot = statement.inputs[i];
            if (lot == stock) continue;
            address account = LOT_BOOK.holderOf(lot);
            if (first == address(0)) first = account;
            else if (account != first) revert InputsOfAccounts(lot, account, first);
        }
    }

    /// The event does not stand, or what stands was withdrawn unused and is replaced by a later revision.
    function _requireOpen(bytes32 eventId, uint16 revision) private view {
        Standing storage standing = _standings[eventId];
        if (standing.standingSince == 0) return;
        bool replaced = standing.withdrawn && standing.kind != EventKind.Measurement && !LOT_BOOK.isUsed(eventId);
        if (!replaced) revert AlreadyStanding(eventId);
        if (revision <= standing.revision) revert RevisionNotLater(eventId, revision, standing.revision);
    }

    function _requireNotWithdrawn(bytes32 eventId, bytes32 document) private view {
        if (_withdrawn[eventId][document]) revert AlreadyWithdrawn(eventId, document);
    }

    function _requireSite(bytes32 organisation, SiteEvent calldata statement) private view {
        SITES.requireOperator(statement.site, SITES.operatorOf(statement.site), statement.element);
        if (statement.kind == EventKind.EndOfLife) _requireDismantler(statement.site);
        Independence.requireIndependent(MEMBERS, SITES, statement.site, organisation);
    }

    /// Periods of a continuous site leave no time out, and what lies in a plant goes into what it makes next.
    function _requirePeriod(SiteEvent calldata statement) private view {
        (bytes32 site, uint16 element, uint40 from) = (statement.site, statement.element, statement.from);
        uint32 since = _continuousSince(statement);
        if (since != 0) {
            if (from == statement.to || statement.to - from > PERIOD_MAX) revert PeriodInvalid(from, statement.to);
            LOT_BOOK.requireNext(site, element, since, from);
        }
        bytes32 stock = LOT_BOOK.periodOf(site, element).stock;
        if (stock == bytes32(0)) return;
        for (uint256 i = 0; i < statement.inputs.length; ++i) {
            if (statement.inputs[i] == stock) return;
        }
        revert StockNotNamed(site, element, stock);
    }

    /// A site has one lot of stock, and only what it processes next takes it.
    function _requireStock(SiteEvent calldata statement, bytes32 lot) private view {
        bytes32 stock = LOT_BOOK.periodOf(statement.site, statement.element).stock;
        bool next = statement.kind == EventKind.Processing && lot == stock;
        if (!next) revert StockNotAtSite(lot, statement.site);
    }

    function _continuousSince(SiteEvent calldata statement) private view returns (uint32) {
        return statement.kind == EventKind.Processing ? SITES.continuousSince(statement.site) : 0;
    }

    function _requireDismantler(bytes32 site) private view {
        uint16 kind = SITES.siteOf(site).kind;
        if (kind != DISMANTLER_KIND) revert NotDismantler(site, kind);
    }

    function _requireStatement(bytes32 eventId, SiteEvent calldata statement) private view {
        uint256 commitment = uint256(statement.commitment);
        bool valid = statement.kind != EventKind.None && statement.revision <= REVISION_MAX && statement.sequence != 0
            && statement.document != bytes32(0) && commitment != 0 && commitment < FIELD && _hasElements(statement)
            && _saysWhatCameOut(statement) && _countsUnits(statement);
        if (!valid) revert StatementInvalid(eventId);
        _requireInputs(eventId, statement);
        if (statement.from > statement.to || statement.to > block.timestamp) {
            revert TimeInvalid(statement.from, statement.to, block.timestamp);
        }
    }

    function _requireHeld(bytes32 lot, bytes32 organisation, bytes32 operator) private pure {
        if (organisation != operator) revert InputNotAtSite(lot, organisation, operator);
    }

    function _requireElement(bytes32 lot, uint16 expected, uint16 actual) private pure {
        if (expected != actual) revert IRuns.ElementMismatch(lot, expected, actual);
    }

    /// As many lots as the kind of event has, each once.
    function _requireInputs(bytes32 eventId, SiteEvent calldata statement) private pure {
        uint256 count = statement.inputs.length;
        bytes32 previous = bytes32(0);
        bool valid = _namesSoMany(statement.kind, count);
        for (uint256 i = 0; valid && i < count; ++i) {
            valid = statement.inputs[i] > previous;
            previous = statement.inputs[i];
        }
        if (!valid) revert InputsInvalid(eventId);
    }

    /// Whether the lots that an event of the kind names wait for its run: it looks at them only, otherwise.
    function _binds(EventKind kind) private pure returns (bool) {
        return kind != EventKind.Measurement && kind != EventKind.EndOfLife;
    }

    function _namesSoMany(EventKind kind, uint256 count) private pure returns (bool) {
        if (kind == EventKind.Birth || kind == EventKind.Outside) return count == 0;
        if (!_binds(kind)) return count == 1;
        return count != 0 && count <= INPUT_LIMIT;
    }

    /// The metals of the document in increasing order, the event's among them.
    function _hasElements(SiteEvent calldata statement) private pure returns (bool found) {
        uint16 previous = 0;
        for (uint256 i = 0; i < statement.elements.length; ++i) {
            uint16 element = statement.elements[i];
            if (element <= previous || element > ElementSet.LARGEST) return false;
            if (element == statement.element) found = true;
            previous = element;
        }
    }

    /// Batches came out, or it was a loss of everything, or a measurement, which makes nothing.
    function _saysWhatCameOut(SiteEvent calldata statement) private pure returns (bool) {
        bool counted = statement.unitMaterial == 0 || UnitCounts.comesInUnits(statement.unitMaterial);
        bool named = statement.batches != bytes32(0);
        if (statement.kind == EventKind.Measurement) return counted && !named;
        if (statement.noOutput) return counted && statement.kind == EventKind.Loss;
        return counted && named;
    }

    /// An end of life is of so many units of a product's parts; nothing else is.
    function _countsUnits(SiteEvent calldata statement) private pure returns (bool) {
        if (statement.kind != EventKind.EndOfLife) return statement.units == 0;
        return statement.units != 0 && Materials.retires(statement.unitMaterial);
    }

    function _requireWithdrawal(bytes32 eventId, Withdrawal calldata withdrawal) private pure {
        bool valid = withdrawal.sequence != 0 && withdrawal.document != bytes32(0)
            && withdrawal.declaration != bytes32(0) && withdrawal.declaration != withdrawal.document;
        if (!valid) revert WithdrawalInvalid(eventId);
        Reasons.requireValid(withdrawal.reason);
    }
}
