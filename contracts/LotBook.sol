// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Governed} from "./Governed.sol";
import {Journaled} from "./Journaled.sol";
import {ILotBook} from "./interfaces/ILotBook.sol";
import {IMembers} from "./interfaces/IMembers.sol";
import {Lot, LotState, RowKind} from "./interfaces/Types.sol";
import {Code} from "./libraries/Code.sol";
import {Entries} from "./libraries/Entries.sol";
import {EventIds} from "./libraries/EventIds.sol";
import {HoldKeys} from "./libraries/HoldKeys.sol";
import {Numbers} from "./libraries/Numbers.sol";
import {UnitCounts} from "./libraries/UnitCounts.sol";
import {Holding, HoldingLib} from "./types/Holding.sol";
import {LotTraits, LotTraitsLib} from "./types/LotTraits.sol";

/// @title LotBook
/// @dev A lot fills two slots: what custody reads and writes (Holding), and what it is (LotTraits). Accounts that lots
/// are offered to, and places of birth, are numbered, so that an offer and a birthplace fit in: a hand-over opens no
/// slot. Whose lots a hold binds is asked of Members here, not of the writers: no version of a rule forgets it.
contract LotBook is ILotBook, Governed, Journaled {
    using Numbers for Numbers.Book;

    uint40 public constant MIXED_REST = 24 hours;

    struct Entry {
        Holding holding;
        LotTraits traits;
    }

    mapping(bytes32 id => Entry) private _lots;
    mapping(bytes32 id => bytes32 commitment) private _restated;
    mapping(address writer => bool) private _writers;
    Numbers.Book private _receivers;
    Numbers.Book private _places;
    mapping(bytes32 eventId => address by) private _users;
    mapping(bytes32 id => uint32 units) private _assigned;
    mapping(bytes32 id => bytes32 born) private _origins; // of identity-preserved lots that a run made
    mapping(bytes32 id => Settlement) private _settlements; // of the last dispute
    mapping(bytes32 key => uint32 root) private _roots;
    mapping(uint32 root => uint256 elements) private _elements;
    uint32 private _lastRoot;
    mapping(bytes32 key => Hold) private _holds;
    mapping(bytes32 site => mapping(uint16 element => Period)) private _periods;

    IMembers public immutable MEMBERS;

    modifier onlyWriter() {
        _requireWriter();
        _;
    }

    constructor(address council, address members) Governed(council) Journaled(IMembers(members).JOURNAL()) {
        MEMBERS = IMembers(members);
    }

    /// @inheritdoc ILotBook
    function setWriter(address writer, bytes32 codeHash) external onlyCouncil {
        if (codeHash != bytes32(0)) Code.require_(writer, codeHash);
        _writers[writer] = codeHash != bytes32(0);
        bytes32 digest = Entries.log2(WriterSet.selector, Entries.topic(writer), abi.encode(codeHash));
        _noteAlways(RowKind.Directory, bytes32(0), digest);
    }

    /// @inheritdoc ILotBook
    function useEvent(bytes32 site, uint32 sequence, uint16 element) external onlyWriter returns (bytes32 eventId) {
        eventId = eventIdOf(site, sequence, element);
        if (_users[eventId] != address(0)) revert AlreadyUsed(eventId);
        _users[eventId] = msg.sender;
    }

    /// @inheritdoc ILotBook
    function rootOfDocument(bytes32 site, uint32 sequence, uint256 elements)
        external
        onlyWriter
        returns (uint32 root)
    {
        root = _rootOf(keccak256(abi.encode(site, sequence)));
        uint256 known = _elements[root];
        if (elements & ~known != 0) _elements[root] = known | elements;
    }

    /// @inheritdoc ILotBook
    function rootOfInputs(bytes32[] calldata ids) external onlyWriter returns (uint32) {
        return _rootOf(keccak256(abi.encode(ids)));
    }

    /// @inheritdoc ILotBook
    function closePeriod(bytes32 site, uint16 element, uint40 from, Period calldata period) external onlyWriter {
        requireNext(site, element, period.since, from);
        _periods[site][element] = period;
    }

    /// @inheritdoc ILotBook
    function create(
        bytes32 id,
        address account,
        LotTraits traits,
        bytes32 birthplace,
        bytes32 origin,
        uint40 heldSince,
        uint40 heldUntil
    ) external onlyWriter {
        if (id == bytes32(0)) revert LotEmptyId();
        Entry storage lot = _lots[id];
        if (lot.holding.isKnown()) revert LotExists(id);
        if (traits.count() == 0) revert CountInvalid(0);
        LotState first = heldUntil == 0 ? LotState.Active : LotState.Held;
        lot.holding = HoldingLib.create(account, first, heldUntil, heldSince);
        lot.traits = traits.atBirth(_places.numberOf(birthplace, LotTraitsLib.PLACE_MAX));
        if (origin != bytes32(0)) _origins[id] = origin;
    }

    /// @inheritdoc ILotBook
    function name(bytes32 id, uint40 until)
        external
        onlyWriter
        returns (uint32 sequence, address account, LotTraits traits)
    {
        (Entry storage lot, Holding holding) = _requireKnown(id);
        _requireUnbound(id, holding);
        traits = lot.traits;
        _requireUnheld(id, holding, traits);
        return (_write(lot, holding.enter(LotState.Named, until)), holding.account(), traits);
    }

    /// @inheritdoc ILotBook
    function unname(bytes32 id) external onlyWriter returns (uint32 sequence) {
        (Entry storage lot, Holding holding) = _requireKnown(id);
        if (!holding.isNamed()) revert LotNotNamed(id, holding.state());
        return _write(lot, holding.enter(LotState.Active, 0));
    }

    /// @inheritdoc ILotBook
    function offer(bytes32 id, address from, address to, uint40 until)
        external
        onlyWriter
        returns (uint32 sequence, LotTraits traits, bytes32 birthplace)
    {
        Entry storage lot;
        Holding holding;
        (lot, holding, traits) = _requireFree(id, from);
        _requireMovable(id, traits);
        birthplace = _places.at(traits.birthplace());
        uint256 receiver = _receivers.numberOf(bytes32(uint256(uint160(to))), HoldingLib.RECEIVER_MAX);
        bool guarded = UnitCounts.isBatch(traits) || birthplace != bytes32(0);
        sequence = _write(lot, holding.offerTo(receiver, until, guarded));
    }

    /// @inheritdoc ILotBook
    function accept(bytes32 id, address to, uint32 sequence, uint40 heldSince)
        external
        onlyWriter
        returns (address from, uint32 next, LotTraits traits)
    {
        Entry storage lot = _lots[id];
        Holding holding = lot.holding;
        address receiver = _receiverOf(holding);
        if (receiver == address(0)) revert NotOffered(id);
        if (receiver != to) revert OfferOfAnother(id, receiver, to);
        if (holding.offeredAt() != sequence) revert OfferSuperseded(id, holding.offeredAt(), sequence);
        if (!holding.isOpen()) revert OfferExpired(id, holding.until(), block.timestamp);
        LotTraits all = lot.traits;
        _requireUnheld(id, holding, all);
        if (holding.guarded()) traits = all;
        return (holding.account(), _write(lot, holding.moveTo(to, heldSince)), traits);
    }

    /// @inheritdoc ILotBook
    function leaveBirthplace(bytes32 id) external onlyWriter {
        (Entry storage lot,) = _requireNotEnded(id);
        lot.traits = lot.traits.withoutBirthplace();
    }

    /// @inheritdoc ILotBook
    function dispute(bytes32 id, uint40 until) external onlyWriter returns (uint32 sequence) {
        (Entry storage lot, Holding holding) = _requireNotEnded(id);
        if (holding.receiver() == 0) revert NotOffered(id);
        _settlements[id] = Settlement(bytes32(0), address(0), 0, holding.until());
        return _write(lot, holding.countEvent(LotState.Disputed, until));
    }

    /// @inheritdoc ILotBook
    function approveSettlement(bytes32 id, bytes32 eventId, address umpire, uint40 until)
        external
        onlyWriter
        returns (uint32 sequence)
    {
        (Entry storage lot, Holding holding) = _requireDisputed(id);
        Settlement storage settlement = _settlements[id];
        settlement.eventId = eventId;
        (settlement.umpire, settlement.approvedAt) = (umpire, uint40(block.timestamp));
        return _write(lot, holding.countEvent(LotState.Disputed, _later(until, holding.until())));
    }

    /// @inheritdoc ILotBook
    function endDispute(bytes32 id, uint40 least) external onlyWriter returns (uint32 sequence, uint40 until) {
        (Entry storage lot, Holding holding) = _requireDisputed(id);
        until = _later(least, _settlements[id].expiry);
        return (_write(lot, holding.countEvent(LotState.Offered, until)), until);
    }

    /// @inheritdoc ILotBook
    function assign(bytes32 id, address account, uint32 units)
        external
        onlyWriter
        returns (uint32 sequence, LotTraits traits)
    {
        (Entry storage lot, Holding holding) = _requireHolder(id, account);
        if (holding.state() != LotState.Assigned) _requireUnbound(id, holding);
        traits = lot.traits;
        _requireUnheld(id, holding, traits);
        _requireMovable(id, traits);
        (uint32 assigned, uint32 count) = (_assigned[id], traits.count());
        if (units == 0) revert CountInvalid(units);
        if (units > count - assigned) revert UnitsExceeded(id, assigned, units, count);
        _assigned[id] = assigned + units;
        return (_write(lot, holding.enter(LotState.Assigned, 0)), traits);
    }

    /// @inheritdoc ILotBook
    function setActive(bytes32 id) external onlyWriter returns (uint32 sequence) {
        (Entry storage lot, Holding holding) = _requireNotEnded(id);
        if (holding.isNamed()) revert StateInvalid(id, LotState.Named);
        return _write(lot, holding.enter(LotState.Active, 0));
    }

    /// @inheritdoc ILotBook
    function touch(bytes32 id) external onlyWriter returns (uint32 sequence) {
        (Entry storage lot, Holding holding) = _requireNotEnded(id);
        return _write(lot, holding.renewOffer());
    }

    /// @inheritdoc ILotBook
    function setHold(uint32 root, bytes32 group, uint40 until) external onlyWriter {
        if (root == 0 || root > _lastRoot) revert RootUnknown(root);
        Hold storage placed = _holds[HoldKeys.make(root, group)];
        if (block.timestamp > placed.until) placed.since = uint40(block.timestamp);
        placed.until = until;
    }

    /// @inheritdoc ILotBook
    function take(bytes32 id, address account)
        external
        onlyWriter
        returns (uint32 sequence, LotTraits traits, bytes32 birthplace, uint40 heldSince)
    {
        (Entry storage lot, Holding holding,) = _requireFree(id, account);
        _requireNotInProcess(id, lot.traits);
        return _end(lot, holding, LotState.Consumed);
    }

    /// @inheritdoc ILotBook
    function takeNamed(bytes32 id, address account, LotState state)
        external
        onlyWriter
        returns (uint32 sequence, LotTraits traits, bytes32 birthplace, uint40 heldSince)
    {
        bool valid = state == LotState.Consumed || state == LotState.Lost;
        if (!valid) revert StateInvalid(id, state);
        (Entry storage lot, Holding holding) = _requireKnown(id);
        if (!lot.traits.isInProcess()) _requireHolder(id, account);
        if (!holding.isNamed()) revert LotNotNamed(id, holding.state());
        _requireUnheld(id, holding, lot.traits);
        return _end(lot, holding, state);
    }

    /// @inheritdoc ILotBook
    function takeDisputed(bytes32 id, address account)
        external
        onlyWriter
        returns (uint32 sequence, LotTraits traits, bytes32 birthplace, uint40 heldSince)
    {
        _requireHolder(id, account);
        (Entry storage lot, Holding holding) = _requireDisputed(id);
        return _end(lot, holding, LotState.Consumed);
    }

    /// @inheritdoc ILotBook
    function takeAssigned(bytes32 id, address account, uint32 units)
        external
        onlyWriter
        returns (uint32 sequence, LotTraits traits, bytes32 birthplace, uint40 heldSince, uint32 left)
    {
        (Entry storage lot, Holding holding) = _requireHolder(id, account);
        if (holding.state() != LotState.Assigned) revert StateInvalid(id, holding.state());
        _requireUnheld(id, holding, lot.traits);
        uint32 assigned = _assigned[id];
        if (units == 0) revert CountInvalid(units);
        if (units > assigned) revert UnitsNotAssigned(id, assigned, units);
        left = assigned - units;
        (sequence, traits, birthplace, heldSince) = _end(lot, holding, LotState.Consumed);
    }

    /// @inheritdoc ILotBook
    function restate(bytes32 id, bytes32 commitment) external onlyWriter returns (uint8 revision, uint32 sequence) {
        if (commitment == bytes32(0)) revert LotEmptyId();
        (Entry storage lot, Holding holding) = _requireKnown(id);
        LotTraits traits = lot.traits.nextRevision();
        lot.traits = traits;
        _restated[id] = commitment;
        return (traits.revision(), _write(lot, holding.renewOffer()));
    }

    /// @inheritdoc ILotBook
    function lotOf(bytes32 id) external view returns (Lot memory) {
        return _lotOf(id);
    }

    /// @inheritdoc ILotBook
    function holdingOf(bytes32 id) external view returns (Holding) {
        return _lots[id].holding;
    }

    /// @inheritdoc ILotBook
    function traitsOf(bytes32 id) external view returns (LotTraits) {
        return _lots[id].traits;
    }

    /// @inheritdoc ILotBook
    function commitmentOf(bytes32 id) external view returns (bytes32) {
        (Entry storage lot,) = _requireKnown(id);
        return lot.traits.revision() == 0 ? id : _restated[id];
    }

    /// @inheritdoc ILotBook
    function birthplaceOf(bytes32 id) external view returns (bytes32 place) {
        return _places.at(_lots[id].traits.birthplace());
    }

    /// @inheritdoc ILotBook
    function originOf(bytes32 id) external view returns (bytes32) {
        bytes32 born = _origins[id];
        return born == bytes32(0) ? id : born;
    }

    /// @inheritdoc ILotBook
    function assignedUnits(bytes32 id) external view returns (uint32) {
        return _assigned[id];
    }

    /// @inheritdoc ILotBook
    function settlementOf(bytes32 id) external view returns (Settlement memory) {
        return _settlements[id];
    }

    /// @inheritdoc ILotBook
    function isUsed(bytes32 eventId) external view returns (bool) {
        return _users[eventId] != address(0);
    }

    /// @inheritdoc ILotBook
    function holderOf(bytes32 id) external view returns (address account) {
        return _lots[id].holding.account();
    }

    /// @inheritdoc ILotBook
    function offerOf(bytes32 id) external view returns (Offered memory offered) {
        Holding holding = _lots[id].holding;
        if (holding.receiver() == 0) return offered;
        return Offered({
            from: holding.account(),
            to: _receiverOf(holding),
            sequence: holding.offeredAt(),
            until: holding.until(),
            disputed: holding.state() == LotState.Disputed,
            wasDisputed: holding.eventsSinceOffer() != 0
        });
    }

    /// @inheritdoc ILotBook
    function requireFree(bytes32 id, address account) external view returns (Lot memory lot) {
        _requireFree(id, account);
        return _lotOf(id);
    }

    /// @inheritdoc ILotBook
    function periodOf(bytes32 site, uint16 element) external view returns (Period memory) {
        return _periods[site][element];
    }

    /// @inheritdoc ILotBook
    function elementsOf(uint32 root) external view returns (uint256) {
        return _elements[root];
    }

    /// @inheritdoc ILotBook
    function sequenceOf(bytes32 id) external view returns (uint32) {
        return _lots[id].holding.sequence();
    }

    /// @inheritdoc ILotBook
    function holdOf(uint32 root, bytes32 group) external view returns (Hold memory) {
        return _holds[HoldKeys.make(root, group)];
    }

    /// @inheritdoc ILotBook
    function holdOn(bytes32 id) external view returns (bytes32 group, uint40 until) {
        (Entry storage lot, Holding holding) = _requireKnown(id);
        return _holdOn(holding.account(), lot.traits.root());
    }

    /// @inheritdoc ILotBook
    function holdKeyOf(uint32 root, bytes32 group) external pure returns (bytes32) {
        return HoldKeys.make(root, group);
    }

    /// @inheritdoc ILotBook
    function requireNext(bytes32 site, uint16 element, uint32 since, uint40 from) public view {
        Period storage last = _periods[site][element];
        bool next = since == last.since ? from == last.end : from >= last.end;
        if (!next) revert PeriodGap(site, element, last.end, from);
    }

    /// @inheritdoc ILotBook
    function eventIdOf(bytes32 site, uint32 sequence, uint16 element) public pure returns (bytes32) {
        return EventIds.make(site, sequence, element);
    }

    /// The number of a key, the next one where it has none yet.
    function _rootOf(bytes32 key) private returns (uint32 root) {
        root = _roots[key];
        if (root != 0) return root;
        root = ++_lastRoot;
        _roots[key] = root;
    }

    function _write(Entry storage lot, Holding holding) private returns (uint32 sequence) {
        lot.holding = holding;
        return holding.sequence();
    }

    function _end(Entry storage lot, Holding holding, LotState state)
        private
        returns (uint32 sequence, LotTraits traits, bytes32 birthplace, uint40 heldSince)
    {
        traits = lot.traits;
        sequence = _write(lot, holding.enter(state, 0));
        return (sequence, traits, _places.at(traits.birthplace()), holding.heldSince());
    }

    function _lotOf(bytes32 id) private view returns (Lot memory lot) {
        (Holding holding, LotTraits traits) = (_lots[id].holding, _lots[id].traits);
        (lot.state, lot.until) = (holding.state(), holding.until());
        (lot.account, lot.sequence, lot.heldSince) = (holding.account(), holding.sequence(), holding.heldSince());
        (lot.revision, lot.bornAt, lot.time) = (traits.revision(), traits.bornAt(), traits.time());
        (lot.count, lot.material, lot.model) = (traits.count(), traits.material(), traits.model());
        (lot.element, lot.schema, lot.format) = (traits.element(), traits.schema(), traits.format());
        (lot.root, lot.index) = (traits.root(), traits.index());
        (lot.mixed, lot.charge, lot.reworked) = (traits.isMixed(), traits.isCharge(), traits.isReworked());
        lot.young = traits.isYoung();
        lot.oldest = traits.oldest();
    }

    function _requireKnown(bytes32 id) private view returns (Entry storage lot, Holding holding) {
        lot = _lots[id];
        holding = lot.holding;
        if (!holding.isKnown()) revert LotUnknown(id);
    }

    function _requireNotEnded(bytes32 id) private view returns (Entry storage lot, Holding holding) {
        (lot, holding) = _requireKnown(id);
        if (holding.hasEnded()) revert LotEnded(id, holding.state());
    }

    function _requireHolder(bytes32 id, address account) private view returns (Entry storage lot, Holding holding) {
        (lot, holding) = _requireKnown(id);
        if (holding.account() != account) revert NotHolder(id, account, holding.account());
    }

    function _requireFree(bytes32 id, address account)
        private
        view
        returns (Entry storage lot, Holding holding, LotTraits traits)
    {
        (lot, holding) = _requireHolder(id, account);
        _requireUnbound(id, holding);
        traits = lot.traits;
        _requireUnheld(id, holding, traits);
    }

    function _requireDisputed(bytes32 id) private view returns (Entry storage lot, Holding holding) {
        (lot, holding) = _requireKnown(id);
        if (holding.state() != LotState.Disputed) revert StateInvalid(id, holding.state());
    }

    function _requireUnbound(bytes32 id, Holding holding) private view {
        if (!holding.isFree()) revert LotNotFree(id, holding.state(), holding.until());
    }

    function _requireUnheld(bytes32 id, Holding holding, LotTraits traits) private view {
        (bytes32 group, uint40 until) = _holdOn(holding.account(), traits.root());
        if (block.timestamp <= until) revert LotOnHold(id, traits.root(), group, until);
    }

    /// The hold in force on a root in the hands of an account, or the last one on its group: also a hold on a group that
    /// its organisation has left since.
    function _holdOn(address account, uint32 root) private view returns (bytes32 group, uint40 until) {
        bool moved;
        (group, moved) = MEMBERS.groupOfAccount(account);
        until = _holds[HoldKeys.make(root, group)].until;
        if (!moved || block.timestamp <= until) return (group, until);
        IMembers.FormerGroup[] memory former = MEMBERS.formerGroupsOf(MEMBERS.organisationOf(account));
        for (uint256 i = 0; i < former.length; ++i) {
            Hold memory placed = _holds[HoldKeys.make(root, former[i].group)];
            bool binds = placed.since <= former[i].leftAt && block.timestamp <= placed.until;
            if (binds) return (former[i].group, placed.until);
        }
    }

    /// What may leave its holder, or go into a product.
    function _requireMovable(bytes32 id, LotTraits traits) private view {
        if (traits.isCharge()) revert ChargeBound(id);
        _requireNotInProcess(id, traits);
        uint40 rested = traits.bornAt() + MIXED_REST;
        if (traits.isMixed() && block.timestamp < rested) revert LotResting(id, rested);
    }

    function _receiverOf(Holding holding) private view returns (address) {
        return address(uint160(uint256(_receivers.at(holding.receiver()))));
    }

    function _requireWriter() private view {
        if (!_writers[msg.sender]) revert NotWriter(msg.sender);
    }

    function _requireNotInProcess(bytes32 id, LotTraits traits) private pure {
        if (traits.isInProcess()) revert StockBound(id);
    }

    function _later(uint40 one, uint40 other) private pure returns (uint40) {
        return one > other ? one : other;
    }
}
