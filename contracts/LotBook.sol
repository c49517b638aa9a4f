// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Governed} from "./Governed.sol";
import {ILotBook} from "./interfaces/ILotBook.sol";
import {Lot, LotState} from "./interfaces/Types.sol";
import {Batches} from "./libraries/Batches.sol";
import {Code} from "./libraries/Code.sol";
import {EventIds} from "./libraries/EventIds.sol";
import {Holding, Holdings} from "./libraries/Holding.sol";
import {Nature, Natures} from "./libraries/Nature.sol";
import {Numbers} from "./libraries/Numbers.sol";

/// @title LotBook
/// @dev A lot fills two slots: what custody reads and writes (Holding), and what it is (Nature). Accounts that lots
/// are offered to, and places of birth, are numbered, so that an offer and a birthplace fit in: a hand-over opens no
/// slot.
contract LotBook is ILotBook, Governed {
    using Batches for Batches.Sizes;
    using Numbers for Numbers.Book;

    struct Entry {
        Holding holding;
        Nature nature;
    }

    mapping(bytes32 id => Entry) private _lots;
    mapping(bytes32 id => bytes32 commitment) private _restated;
    mapping(address writer => bool) private _writers;
    Batches.Sizes private _batches;
    Numbers.Book private _receivers;
    Numbers.Book private _places;
    mapping(bytes32 eventId => address by) private _users;
    mapping(bytes32 id => uint32 units) private _assigned;
    mapping(bytes32 id => bytes32 born) private _origins; // of identity-preserved lots that a run made
    mapping(bytes32 id => bytes32 eventId) private _settlements; // of the last dispute

    modifier onlyWriter() {
        _requireWriter();
        _;
    }

    constructor(address council) Governed(council) {}

    /// @inheritdoc ILotBook
    function setWriter(address writer, bytes32 codeHash) external onlyCouncil {
        if (codeHash != bytes32(0)) Code.require_(writer, codeHash);
        _writers[writer] = codeHash != bytes32(0);
        emit WriterSet(writer, codeHash);
    }

    /// @inheritdoc ILotBook
    function useEvent(bytes32 site, uint32 sequence, uint16 element) external onlyWriter returns (bytes32 eventId) {
        eventId = eventIdOf(site, sequence, element);
        if (_users[eventId] != address(0)) revert AlreadyUsed(eventId);
        _users[eventId] = msg.sender;
        emit EventUsed(eventId, msg.sender);
    }

    /// @inheritdoc ILotBook
    function create(
        bytes32 id,
        address account,
        Nature nature,
        bytes32 birthplace,
        bytes32 origin,
        uint40 heldUntil
    ) external onlyWriter {
        if (id == bytes32(0)) revert LotEmptyId();
        Entry storage lot = _lots[id];
        if (lot.holding.isKnown()) revert LotExists(id);
        if (nature.count() == 0) revert CountInvalid(0);
        LotState first = heldUntil == 0 ? LotState.Active : LotState.Held;
        lot.holding = Holdings.create(account, first, heldUntil);
        lot.nature = nature.bear(_places.numberOf(birthplace, Natures.PLACE_MAX));
        _batches.add(nature.batch());
        if (origin != bytes32(0)) _origins[id] = origin;
    }

    /// @inheritdoc ILotBook
    function offer(bytes32 id, address from, address to, uint40 until)
        external
        onlyWriter
        returns (uint32 sequence, uint80 batch, uint32 size, bytes32 birthplace)
    {
        (Entry storage lot, Holding holding) = _free(id, from);
        Nature nature = lot.nature;
        batch = nature.batch();
        size = _batches.sizeOf(batch);
        birthplace = _places.at(nature.birthplace());
        uint256 receiver = _receivers.numberOf(bytes32(uint256(uint160(to))), Holdings.RECEIVER_MAX);
        bool guarded = size > 1 || birthplace != bytes32(0);
        sequence = _write(lot, holding.offerTo(receiver, until, guarded));
    }

    /// @inheritdoc ILotBook
    function accept(bytes32 id, address to, uint32 sequence)
        external
        onlyWriter
        returns (address from, uint32 next, bool guarded)
    {
        Entry storage lot = _lots[id];
        Holding holding = lot.holding;
        address receiver = _receiverOf(holding);
        if (receiver == address(0)) revert NotOffered(id);
        if (receiver != to) revert OfferOfAnother(id, receiver, to);
        if (holding.offeredAt() != sequence) revert OfferSuperseded(id, holding.offeredAt(), sequence);
        if (!holding.isOpen()) revert OfferExpired(id, holding.until(), block.timestamp);
        return (holding.account(), _write(lot, holding.moveTo(to)), holding.guarded());
    }

    /// @inheritdoc ILotBook
    function leaveBirthplace(bytes32 id) external onlyWriter {
        (Entry storage lot,) = _going(id);
        lot.nature = lot.nature.leaveBirthplace();
    }

    /// @inheritdoc ILotBook
    function dispute(bytes32 id, uint40 until) external onlyWriter returns (uint32 sequence) {
        (Entry storage lot, Holding holding) = _going(id);
        if (holding.receiver() == 0) revert NotOffered(id);
        delete _settlements[id];
        return _write(lot, holding.dispute(until));
    }

    /// @inheritdoc ILotBook
    function approveSettlement(bytes32 id, bytes32 eventId) external onlyWriter returns (uint32 sequence) {
        _settlements[id] = eventId;
        return _touch(id, Holdings.LATER_MAX - 1); // room for one dispute is left
    }

    /// @inheritdoc ILotBook
    function assign(bytes32 id, address account, uint32 units)
        external
        onlyWriter
        returns (uint32 sequence, Nature nature)
    {
        (Entry storage lot, Holding holding) = _held(id, account);
        bool free = holding.state() == LotState.Assigned || holding.isFree();
        if (!free) revert LotNotFree(id, holding.state(), holding.until());
        nature = lot.nature;
        (uint32 assigned, uint32 count) = (_assigned[id], nature.count());
        if (units == 0) revert CountInvalid(units);
        if (units > count - assigned) revert UnitsExceeded(id, assigned, units, count);
        _assigned[id] = assigned + units;
        return (_write(lot, holding.bind(LotState.Assigned, 0)), nature);
    }

    /// @inheritdoc ILotBook
    function setState(bytes32 id, LotState state, uint40 until) external onlyWriter returns (uint32 sequence) {
        bool valid = state == LotState.Active || state == LotState.Held;
        if (!valid) revert StateInvalid(id, state);
        (Entry storage lot, Holding holding) = _going(id);
        return _write(lot, holding.bind(state, until));
    }

    /// @inheritdoc ILotBook
    function setMaterial(bytes32 id, uint16 material) external onlyWriter returns (uint32 sequence) {
        (Entry storage lot, Holding holding) = _going(id);
        lot.nature = lot.nature.turnInto(material);
        return _write(lot, holding.bind(LotState.Active, 0));
    }

    /// @inheritdoc ILotBook
    function take(bytes32 id, address account, LotState state)
        external
        onlyWriter
        returns (uint32 sequence, Nature nature, bytes32 birthplace)
    {
        (Entry storage lot, Holding holding) = _free(id, account);
        return _end(id, lot, holding, state);
    }

    /// @inheritdoc ILotBook
    function takeDisputed(bytes32 id, address account, LotState state)
        external
        onlyWriter
        returns (uint32 sequence, Nature nature, bytes32 birthplace)
    {
        (Entry storage lot, Holding holding) = _held(id, account);
        if (holding.state() != LotState.Disputed) revert StateInvalid(id, holding.state());
        return _end(id, lot, holding, state);
    }

    /// @inheritdoc ILotBook
    function touch(bytes32 id) external onlyWriter returns (uint32 sequence) {
        return _touch(id, Holdings.TOUCHED_MAX);
    }

    /// @inheritdoc ILotBook
    function consent(bytes32 id) external onlyWriter returns (uint32 sequence) {
        return _touch(id, Holdings.LATER_MAX - 1); // beyond what a sender's disclosures fill
    }

    /// @inheritdoc ILotBook
    function restate(bytes32 id, bytes32 commitment) external onlyWriter returns (uint8 revision, uint32 sequence) {
        if (commitment == bytes32(0)) revert LotEmptyId();
        (Entry storage lot, Holding holding) = _known(id);
        Nature nature = lot.nature.revise();
        lot.nature = nature;
        _restated[id] = commitment;
        return (nature.revision(), _write(lot, holding.rename()));
    }

    /// @inheritdoc ILotBook
    function lotOf(bytes32 id) external view returns (Lot memory) {
        return _lotOf(id);
    }

    /// @inheritdoc ILotBook
    function commitmentOf(bytes32 id) external view returns (bytes32) {
        (Entry storage lot,) = _known(id);
        return lot.nature.revision() == 0 ? id : _restated[id];
    }

    /// @inheritdoc ILotBook
    function birthplaceOf(bytes32 id) external view returns (bytes32 place) {
        return _places.at(_lots[id].nature.birthplace());
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
    function settlementOf(bytes32 id) external view returns (bytes32 eventId) {
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
        bool disputed = holding.state() == LotState.Disputed;
        return Offered(holding.account(), _receiverOf(holding), holding.offeredAt(), holding.until(), disputed);
    }

    /// @inheritdoc ILotBook
    function requireFree(bytes32 id, address account) external view returns (Lot memory lot) {
        _free(id, account);
        return _lotOf(id);
    }

    /// @inheritdoc ILotBook
    function batchSize(uint80 batch) external view returns (uint32) {
        return _batches.sizeOf(batch);
    }

    /// @inheritdoc ILotBook
    function sequenceOf(bytes32 id) external view returns (uint32) {
        return _lots[id].holding.sequence();
    }

    /// @inheritdoc ILotBook
    function eventIdOf(bytes32 site, uint32 sequence, uint16 element) public pure returns (bytes32) {
        return EventIds.make(site, sequence, element);
    }

    function _touch(bytes32 id, uint256 limit) private returns (uint32 sequence) {
        (Entry storage lot, Holding holding) = _known(id);
        if (!holding.isOpen()) return _write(lot, holding.forget());
        if (holding.later() >= limit) revert LimitReached(limit);
        return _write(lot, holding.touch());
    }

    function _write(Entry storage lot, Holding holding) private returns (uint32 sequence) {
        lot.holding = holding;
        return holding.sequence();
    }

    function _end(bytes32 id, Entry storage lot, Holding holding, LotState state)
        private
        returns (uint32 sequence, Nature nature, bytes32 birthplace)
    {
        bool valid = state == LotState.Consumed || state == LotState.WrittenOff;
        if (!valid) revert StateInvalid(id, state);
        nature = lot.nature;
        _batches.remove(nature.batch());
        return (_write(lot, holding.bind(state, 0)), nature, _places.at(nature.birthplace()));
    }

    function _lotOf(bytes32 id) private view returns (Lot memory) {
        Entry storage lot = _lots[id];
        (Holding holding, Nature nature) = (lot.holding, lot.nature);
        return Lot({
            account: holding.account(),
            state: holding.state(),
            revision: nature.revision(),
            sequence: holding.sequence(),
            until: holding.until(),
            model: nature.model(),
            count: nature.count(),
            bornAt: nature.bornAt(),
            time: nature.time(),
            element: nature.element(),
            schema: nature.schema(),
            material: nature.material(),
            batch: nature.batch()
        });
    }

    function _known(bytes32 id) private view returns (Entry storage lot, Holding holding) {
        lot = _lots[id];
        holding = lot.holding;
        if (!holding.isKnown()) revert LotUnknown(id);
    }

    function _going(bytes32 id) private view returns (Entry storage lot, Holding holding) {
        (lot, holding) = _known(id);
        if (holding.hasEnded()) revert LotEnded(id, holding.state());
    }

    function _held(bytes32 id, address account) private view returns (Entry storage lot, Holding holding) {
        (lot, holding) = _known(id);
        if (holding.account() != account) revert NotHolder(id, account, holding.account());
    }

    function _free(bytes32 id, address account) private view returns (Entry storage lot, Holding holding) {
        (lot, holding) = _held(id, account);
        if (!holding.isFree()) revert LotNotFree(id, holding.state(), holding.until());
    }

    function _receiverOf(Holding holding) private view returns (address) {
        return address(uint160(uint256(_receivers.at(holding.receiver()))));
    }

    function _requireWriter() private view {
        if (!_writers[msg.sender]) revert NotWriter(msg.sender);
    }
}
