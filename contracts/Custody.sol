// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IAttestations} from "./interfaces/IAttestations.sol";
import {ICustody} from "./interfaces/ICustody.sol";
import {ILotBook} from "./interfaces/ILotBook.sol";
import {IMembers} from "./interfaces/IMembers.sol";
import {IPlaces} from "./interfaces/IPlaces.sol";
import {IRuns} from "./interfaces/IRuns.sol";
import {Roles} from "./interfaces/Roles.sol";
import {EventKind, Lot, LotState, SealedOpening} from "./interfaces/Types.sol";

/// @title Custody
/// @dev An offer is open exactly while the lot's sequence is the one it was made at, plus the events that leave it
/// open: whatever else is written about the lot (a hold, another offer) voids it without a word to this contract.
contract Custody is ICustody {
    uint40 public constant DISPUTE_TIME = 30 days;

    /// One slot.
    struct Pending {
        address to;
        uint32 sequence;
        uint40 expiry;
        uint16 later; // events about the lot since then that left the offer open
        bool guarded; // of a batch of several lots, or unsold: acceptance looks at both
    }

    /// Adjacent lots of one batch, while a list is walked through.
    struct Group {
        uint80 batch;
        uint32 given;
        uint32 size;
    }

    IMembers public immutable MEMBERS;
    ILotBook public immutable LOT_BOOK;
    IAttestations public immutable ATTESTATIONS;
    IPlaces public immutable PLACES;

    mapping(bytes32 lot => Pending) private _offers;
    mapping(bytes32 lot => bytes32 eventId) private _settlements; // of the last dispute

    constructor(address members, address lotBook, address attestations, address places) {
        MEMBERS = IMembers(members);
        LOT_BOOK = ILotBook(lotBook);
        ATTESTATIONS = IAttestations(attestations);
        PLACES = IPlaces(places);
    }

    /// @inheritdoc ICustody
    function offer(bytes32 lot, address to, uint40 expiry, SealedOpening calldata sealedToReceiver) external {
        address from = _trader();
        _requireReceiver(lot, from, to);
        _requireFuture(expiry);
        Group memory group;
        _offer(group, lot, from, to, expiry, sealedToReceiver);
        _requireComplete(group);
    }

    /// @inheritdoc ICustody
    function offerMany(bytes32[] calldata lots, address to, uint40 expiry, SealedOpening[] calldata sealedToReceiver)
        external
    {
        if (lots.length != sealedToReceiver.length) revert LengthMismatch(lots.length, sealedToReceiver.length);
        address from = _trader();
        _requireReceiver(lots.length == 0 ? bytes32(0) : lots[0], from, to);
        _requireFuture(expiry);
        Group memory group;
        for (uint256 i = 0; i < lots.length; ++i) {
            _offer(group, lots[i], from, to, expiry, sealedToReceiver[i]);
        }
        _requireComplete(group);
    }

    /// @inheritdoc ICustody
    function accept(bytes32 lot, uint32 sequence) external {
        address to = _trader();
        Group memory group;
        _accept(group, lot, sequence, to);
        _requireComplete(group);
    }

    /// @inheritdoc ICustody
    function acceptMany(bytes32[] calldata lots, uint32[] calldata sequences) external {
        if (lots.length != sequences.length) revert LengthMismatch(lots.length, sequences.length);
        address to = _trader();
        Group memory group;
        for (uint256 i = 0; i < lots.length; ++i) {
            _accept(group, lots[i], sequences[i], to);
        }
        _requireComplete(group);
    }

    /// @inheritdoc ICustody
    function reject(bytes32[] calldata lots, bytes32 reason) external {
        address to = _trader();
        for (uint256 i = 0; i < lots.length; ++i) {
            (address from,) = _requireOpenTo(lots[i], to);
            delete _offers[lots[i]];
            uint32 next = LOT_BOOK.setState(lots[i], LotState.Active, 0);
            emit LotRejected(lots[i], from, to, next, reason);
        }
    }

    /// @inheritdoc ICustody
    function cancel(bytes32[] calldata lots) external {
        address from = _trader();
        for (uint256 i = 0; i < lots.length; ++i) {
            Pending memory pending = _offers[lots[i]];
            address holder = _requireOpen(lots[i], pending);
            if (holder != from) revert ILotBook.NotHolder(lots[i], from, holder);
            _requireUndisputed(lots[i]);
            delete _offers[lots[i]];
            uint32 next = LOT_BOOK.setState(lots[i], LotState.Active, 0);
            emit OfferCancelled(lots[i], from, pending.to, next);
        }
    }

    /// @inheritdoc ICustody
    function dispute(bytes32[] calldata lots, bytes32 reason) external {
        address to = _trader();
        uint40 until = uint40(block.timestamp) + DISPUTE_TIME;
        for (uint256 i = 0; i < lots.length; ++i) {
            (address from, Pending memory pending) = _requireOpenTo(lots[i], to);
            _requireUndisputed(lots[i]);
            (pending.expiry, pending.later) = (until, pending.later + 1);
            _offers[lots[i]] = pending;
            delete _settlements[lots[i]];
            uint32 next = LOT_BOOK.setState(lots[i], LotState.Disputed, until);
            emit LotDisputed(lots[i], from, to, next, until, reason);
        }
    }

    /// @inheritdoc ICustody
    function approveSettlement(bytes32 lot, bytes32 eventId) external {
        address umpire = MEMBERS.resolveWithRole(msg.sender, Roles.UMPIRE);
        Pending storage pending = _offers[lot];
        Lot memory disputed = LOT_BOOK.lotOf(lot);
        if (!_isDisputed(disputed, pending)) revert NotDisputed(lot);
        _requireIndependent(lot, umpire, disputed.account, pending.to);
        _requireMeasurement(lot, disputed.element, eventId);
        ++pending.later;
        _settlements[lot] = eventId;
        uint32 next = LOT_BOOK.setState(lot, LotState.Disputed, disputed.until);
        emit SettlementApproved(lot, eventId, umpire, next);
    }

    /// @inheritdoc ICustody
    function disclose(bytes32 lot, address to, SealedOpening calldata sealedToReader) external {
        (address from,) = MEMBERS.resolve(msg.sender);
        (address holder, uint32 current) = LOT_BOOK.holderOf(lot);
        if (holder != from) revert ILotBook.NotHolder(lot, from, holder);
        _requireActive(to);
        Pending storage pending = _offers[lot];
        if (_sequenceOf(pending) == current) ++pending.later;
        uint32 next = LOT_BOOK.touch(lot);
        emit OpeningDisclosed(lot, from, to, next, sealedToReader);
    }

    /// @inheritdoc ICustody
    function settlementOf(bytes32 lot) external view returns (bytes32 eventId) {
        return _isDisputed(LOT_BOOK.lotOf(lot), _offers[lot]) ? _settlements[lot] : bytes32(0);
    }

    /// @inheritdoc ICustody
    function offerOf(bytes32 lot) external view returns (Offer memory) {
        Pending memory pending = _offers[lot];
        return Offer(pending.to, pending.sequence, pending.expiry);
    }

    function _offer(
        Group memory group,
        bytes32 id,
        address from,
        address to,
        uint40 expiry,
        SealedOpening calldata sealedToReceiver
    ) private {
        (Lot memory lot, bytes32 birthplace) = LOT_BOOK.requireFree(id, from);
        uint32 size = _join(group, lot.batch);
        _requireDetermined(birthplace);
        uint32 sequence = LOT_BOOK.setState(id, LotState.Offered, expiry);
        _offers[id] = Pending(to, sequence, expiry, 0, size > 1 || birthplace != bytes32(0));
        emit LotOffered(id, from, to, sequence, expiry, sealedToReceiver);
    }

    function _accept(Group memory group, bytes32 lot, uint32 sequence, address to) private {
        Pending memory pending = _offers[lot];
        _requireTo(lot, pending.to, to);
        if (pending.sequence != sequence) revert OfferSuperseded(lot, pending.sequence, sequence);
        address from = _requireOpen(lot, pending);
        bool sold = pending.guarded && _leave(group, lot, from, to);
        delete _offers[lot];
        uint32 next = LOT_BOOK.move(lot, to, sold);
        emit LotAccepted(lot, from, to, next);
    }

    /// A guarded lot: joins its batch, and leaves its birthplace if another organisation buys it.
    function _leave(Group memory group, bytes32 lot, address from, address to) private view returns (bool sold) {
        _join(group, LOT_BOOK.lotOf(lot).batch);
        bytes32 birthplace = LOT_BOOK.birthplaceOf(lot);
        if (birthplace == bytes32(0)) return false;
        _requireDetermined(birthplace);
        return MEMBERS.organisationOf(from) != MEMBERS.organisationOf(to);
    }

    /// @return size of the lot's batch
    function _join(Group memory group, uint80 batch) private view returns (uint32 size) {
        if (batch == 0 || batch != group.batch) {
            _requireComplete(group);
            (group.batch, group.given, group.size) = (batch, 0, LOT_BOOK.batchSize(batch));
        }
        ++group.given;
        return group.size;
    }

    function _trader() private view returns (address) {
        return MEMBERS.resolveWithRole(msg.sender, Roles.TRADER);
    }

    function _requireReceiver(bytes32 lot, address from, address to) private view {
        if (to == from) revert OfferToSelf(lot);
        _requireActive(to);
    }

    function _requireActive(address to) private view {
        if (!MEMBERS.isActive(to)) revert ReceiverInactive(to);
    }

    function _requireFuture(uint40 expiry) private view {
        if (expiry <= block.timestamp) revert ExpiryInvalid(expiry, block.timestamp);
    }

    function _requireDetermined(bytes32 birthplace) private view {
        if (birthplace == bytes32(0) || PLACES.isDetermined(birthplace, uint40(block.timestamp))) return;
        revert PlaceNotDetermined(birthplace);
    }

    function _requireOpenTo(bytes32 lot, address account)
        private
        view
        returns (address from, Pending memory pending)
    {
        pending = _offers[lot];
        _requireTo(lot, pending.to, account);
        return (_requireOpen(lot, pending), pending);
    }

    /// @return from the holder who made the offer
    function _requireOpen(bytes32 lot, Pending memory pending) private view returns (address from) {
        if (pending.to == address(0)) revert NotOffered(lot);
        uint32 current;
        (from, current) = LOT_BOOK.holderOf(lot);
        if (current != _sequenceOf(pending)) revert OfferSuperseded(lot, current, pending.sequence);
        if (block.timestamp > pending.expiry) revert OfferExpired(lot, pending.expiry, block.timestamp);
    }

    function _requireUndisputed(bytes32 id) private view {
        Lot memory lot = LOT_BOOK.lotOf(id);
        if (lot.state == LotState.Disputed) revert AlreadyDisputed(id, lot.until);
    }

    function _requireIndependent(bytes32 lot, address umpire, address from, address to) private view {
        bytes32 group = _groupOf(umpire);
        if (group == _groupOf(from) || group == _groupOf(to)) revert UmpireNotIndependent(lot, umpire);
    }

    function _requireMeasurement(bytes32 lot, uint16 element, bytes32 eventId) private view {
        IAttestations.Standing memory standing = ATTESTATIONS.standingOf(eventId);
        if (standing.standingSince == 0) revert IAttestations.NotStanding(eventId);
        if (standing.used) revert IAttestations.AlreadyUsed(eventId);
        if (standing.kind != EventKind.Measurement) {
            revert IAttestations.EventKindMismatch(eventId, EventKind.Measurement, standing.kind);
        }
        if (standing.element != element) revert IRuns.ElementMismatch(lot, element, standing.element);
    }

    function _isDisputed(Lot memory lot, Pending memory pending) private view returns (bool) {
        return lot.state == LotState.Disputed && lot.sequence == _sequenceOf(pending) && block.timestamp <= lot.until;
    }

    function _groupOf(address account) private view returns (bytes32) {
        return MEMBERS.groupOf(MEMBERS.organisationOf(account));
    }

    function _requireTo(bytes32 lot, address to, address account) private pure {
        if (to == address(0)) revert NotOffered(lot);
        if (to != account) revert OfferOfAnother(lot, to, account);
    }

    /// The lot's sequence while the offer is open.
    function _sequenceOf(Pending memory pending) private pure returns (uint32) {
        return pending.sequence + pending.later;
    }

    function _requireComplete(Group memory group) private pure {
        if (group.batch == 0 || group.given == group.size) return;
        revert BatchIncomplete(group.batch, group.given, group.size);
    }
}
