// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Governed} from "./Governed.sol";
import {ILotBook} from "./interfaces/ILotBook.sol";
import {CustodyModel, Lot, LotState} from "./interfaces/Types.sol";
import {Batches} from "./libraries/Batches.sol";

/// @title LotBook
/// @dev A lot fills two slots: what moves with custody, and what it is. Places are numbered, so that a birthplace
/// fits in.
contract LotBook is ILotBook, Governed {
    using Batches for Batches.Sizes;

    struct Entry {
        address account;
        LotState state;
        uint8 revision;
        uint32 sequence;
        uint40 until;
        CustodyModel model;
        // second slot
        uint32 count;
        uint40 bornAt;
        uint40 time;
        uint16 element;
        uint8 schema;
        uint16 material;
        uint80 batch;
        uint24 birthplace; // number of the place; 0 once the metal has changed hands
    }

    mapping(bytes32 id => Entry) private _lots;
    mapping(bytes32 id => bytes32 commitment) private _restated;
    mapping(address writer => bool) private _writers;
    Batches.Sizes private _batches;
    uint24 private _placeCount;
    mapping(uint24 number => bytes32 place) private _places; // nothing at 0
    mapping(bytes32 place => uint24 number) private _placeNumbers;

    modifier onlyWriter() {
        _requireWriter();
        _;
    }

    constructor(address council) Governed(council) {}

    /// @inheritdoc ILotBook
    function setWriter(address writer, bool allowed) external onlyCouncil {
        _writers[writer] = allowed;
        emit WriterSet(writer, allowed);
    }

    /// @inheritdoc ILotBook
    function create(NewLot calldata lot) external onlyWriter {
        if (lot.id == bytes32(0)) revert LotEmptyId();
        if (_lots[lot.id].state != LotState.None) revert LotExists(lot.id);
        if (lot.count == 0) revert CountInvalid(lot.count);
        _lots[lot.id] = Entry({
            account: lot.account,
            state: lot.heldUntil == 0 ? LotState.Active : LotState.Held,
            revision: 0,
            sequence: 1,
            until: lot.heldUntil,
            model: lot.model,
            count: lot.count,
            bornAt: uint40(block.timestamp),
            time: lot.time,
            element: lot.element,
            schema: lot.schema,
            material: lot.material,
            batch: lot.batch,
            birthplace: _numberOf(lot.birthplace)
        });
        _batches.add(lot.batch);
    }

    /// @inheritdoc ILotBook
    function move(bytes32 id, address to, bool sold) external onlyWriter returns (uint32 sequence) {
        Entry storage lot = _open(id);
        lot.account = to;
        sequence = _write(lot, LotState.Active, 0);
        if (sold) lot.birthplace = 0;
    }

    /// @inheritdoc ILotBook
    function setState(bytes32 id, LotState state, uint40 until) external onlyWriter returns (uint32 sequence) {
        if (state == LotState.None || _isEnd(state)) revert StateInvalid(id, state);
        return _write(_open(id), state, until);
    }

    /// @inheritdoc ILotBook
    function setMaterial(bytes32 id, uint16 material) external onlyWriter returns (uint32 sequence) {
        Entry storage lot = _open(id);
        lot.material = material;
        return _write(lot, LotState.Active, 0);
    }

    /// @inheritdoc ILotBook
    function end(bytes32 id, LotState state) external onlyWriter returns (uint32 sequence) {
        if (!_isEnd(state)) revert StateInvalid(id, state);
        Entry storage lot = _open(id);
        _batches.remove(lot.batch);
        return _write(lot, state, 0);
    }

    /// @inheritdoc ILotBook
    function touch(bytes32 id) external onlyWriter returns (uint32 sequence) {
        return ++_known(id).sequence;
    }

    /// @inheritdoc ILotBook
    function restate(bytes32 id, bytes32 commitment)
        external
        onlyWriter
        returns (uint8 revision, uint32 sequence)
    {
        if (commitment == bytes32(0)) revert LotEmptyId();
        Entry storage lot = _known(id);
        _restated[id] = commitment;
        return (++lot.revision, ++lot.sequence);
    }

    /// @inheritdoc ILotBook
    function commitmentOf(bytes32 id) external view returns (bytes32) {
        return _known(id).revision == 0 ? id : _restated[id];
    }

    /// @inheritdoc ILotBook
    function birthplaceOf(bytes32 id) external view returns (bytes32 place) {
        return _places[_lots[id].birthplace];
    }

    /// @inheritdoc ILotBook
    function holderOf(bytes32 id) external view returns (address account, uint32 sequence) {
        Entry storage lot = _lots[id];
        return (lot.account, lot.sequence);
    }

    /// @inheritdoc ILotBook
    function requireFree(bytes32 id, address account) external view returns (Lot memory lot, bytes32 birthplace) {
        lot = lotOf(id);
        if (lot.state == LotState.None) revert LotUnknown(id);
        if (lot.account != account) revert NotHolder(id, account, lot.account);
        if (!_isFree(lot)) revert LotNotFree(id, lot.state, lot.until);
        return (lot, _places[_lots[id].birthplace]);
    }

    /// @inheritdoc ILotBook
    function batchSize(uint80 batch) external view returns (uint32) {
        return _batches.sizeOf(batch);
    }

    /// @inheritdoc ILotBook
    function sequenceOf(bytes32 id) external view returns (uint32) {
        return _lots[id].sequence;
    }

    /// @inheritdoc ILotBook
    function lotOf(bytes32 id) public view returns (Lot memory) {
        Entry memory lot = _lots[id];
        return Lot({
            account: lot.account,
            state: lot.state,
            revision: lot.revision,
            sequence: lot.sequence,
            until: lot.until,
            model: lot.model,
            count: lot.count,
            bornAt: lot.bornAt,
            time: lot.time,
            element: lot.element,
            schema: lot.schema,
            material: lot.material,
            batch: lot.batch
        });
    }

    function _write(Entry storage lot, LotState state, uint40 until) private returns (uint32 sequence) {
        sequence = lot.sequence + 1;
        (lot.state, lot.until, lot.sequence) = (state, until, sequence);
    }

    function _numberOf(bytes32 place) private returns (uint24 number) {
        if (place == bytes32(0)) return 0;
        number = _placeNumbers[place];
        if (number != 0) return number;
        number = ++_placeCount;
        (_places[number], _placeNumbers[place]) = (place, number);
    }

    function _known(bytes32 id) private view returns (Entry storage lot) {
        lot = _lots[id];
        if (lot.state == LotState.None) revert LotUnknown(id);
    }

    function _open(bytes32 id) private view returns (Entry storage lot) {
        lot = _known(id);
        if (_isEnd(lot.state)) revert LotEnded(id, lot.state);
    }

    function _requireWriter() private view {
        if (!_writers[msg.sender]) revert NotWriter(msg.sender);
    }

    function _isFree(Lot memory lot) private view returns (bool) {
        if (lot.state == LotState.Active) return true;
        bool lapses = lot.state == LotState.Offered || lot.state == LotState.Held || lot.state == LotState.Disputed;
        return lapses && block.timestamp > lot.until;
    }

    function _isEnd(LotState state) private pure returns (bool) {
        return state == LotState.Consumed || state == LotState.WrittenOff;
    }
}
