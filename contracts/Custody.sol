// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Journaled} from "./Journaled.sol";
import {IAttestations} from "./interfaces/IAttestations.sol";
import {ICustody} from "./interfaces/ICustody.sol";
import {IJournal} from "./interfaces/IJournal.sol";
import {ILotBook} from "./interfaces/ILotBook.sol";
import {IMembers} from "./interfaces/IMembers.sol";
import {IPlaces} from "./interfaces/IPlaces.sol";
import {IRuns} from "./interfaces/IRuns.sol";
import {Roles} from "./interfaces/Roles.sol";
import {EventKind, RowKind} from "./interfaces/Types.sol";
import {BatchCounts} from "./libraries/BatchCounts.sol";
import {Consents} from "./libraries/Consents.sol";
import {Entries} from "./libraries/Entries.sol";
import {Reasons} from "./libraries/Reasons.sol";
import {SealedBoxes} from "./libraries/SealedBoxes.sol";
import {Settlements} from "./libraries/Settlements.sol";
import {LotTraits} from "./types/LotTraits.sol";

/// @title Custody
/// @dev Offers lie in the book, so that whatever else is written about a lot ends its offer, and a later version of
/// this contract goes on with the open ones.
contract Custody is ICustody, Journaled {
    using BatchCounts for BatchCounts.Counts;
    using Consents for Consents.Consent;

    uint40 private constant OFFER_TIME_MAX = 90 days;
    uint40 public constant DISPUTE_TIME = 10 days;
    /// @notice How long an approved settlement keeps a dispute open.
    uint40 public constant SETTLEMENT_TIME = 100 days;
    /// @notice How long an offer lasts at least, after a dispute that ended with nothing to settle.
    uint40 public constant OFFER_TIME_AGAIN = 7 days;
    uint32 private constant JUDGES = Roles.RISK | Roles.AUDITOR;

    /// Who takes lots, and who hands the present one over; a list mostly comes from one hand.
    struct Handover {
        address to;
        address from;
        bool sold; // to another ownership group
        bool active; // the sender
        BatchCounts.Counts counts;
    }

    IMembers public immutable MEMBERS;
    ILotBook public immutable LOT_BOOK;
    IAttestations public immutable ATTESTATIONS;
    IPlaces public immutable PLACES;

    mapping(bytes32 lot => Consents.Consent) private _consents;

    constructor(address members, address lotBook, address attestations, address places)
        Journaled(IMembers(members).JOURNAL())
    {
        MEMBERS = IMembers(members);
        LOT_BOOK = ILotBook(lotBook);
        ATTESTATIONS = IAttestations(attestations);
        PLACES = IPlaces(places);
    }

    /// @inheritdoc ICustody
    function offer(bytes32 lot, address to, uint40 expiry, bytes calldata sealedToReceiver) external {
        address from = _trader();
        _requireReceiver(lot, from, to);
        _requireExpiry(expiry);
        BatchCounts.Counts memory counts;
        _offer(counts, lot, from, to, expiry, sealedToReceiver);
        counts.requireComplete();
    }

    /// @inheritdoc ICustody
    function offerMany(bytes32[] calldata lots, address to, uint40 expiry, bytes[] calldata sealedToReceiver)
        external
    {
        if (lots.length != sealedToReceiver.length) revert LengthMismatch(lots.length, sealedToReceiver.length);
        address from = _trader();
        _requireReceiver(lots.length == 0 ? bytes32(0) : lots[0], from, to);
        _requireExpiry(expiry);
        BatchCounts.Counts memory counts;
        for (uint256 i = 0; i < lots.length; ++i) {
            _offer(counts, lots[i], from, to, expiry, sealedToReceiver[i]);
        }
        counts.requireComplete();
    }

    /// @inheritdoc ICustody
    function accept(bytes32 lot, uint32 sequence) external {
        Handover memory handover;
        handover.to = _trader();
        _accept(handover, lot, sequence);
        handover.counts.requireComplete();
    }

    /// @inheritdoc ICustody
    function acceptMany(bytes32[] calldata lots, uint32[] calldata sequences) external {
        if (lots.length != sequences.length) revert LengthMismatch(lots.length, sequences.length);
        Handover memory handover;
        handover.to = _trader();
        for (uint256 i = 0; i < lots.length; ++i) {
            _accept(handover, lots[i], sequences[i]);
        }
        handover.counts.requireComplete();
    }

    /// @inheritdoc ICustody
    function reject(bytes32[] calldata lots, bytes32 reason) external {
        Reasons.requireValid(reason);
        address to = _trader();
        for (uint256 i = 0; i < lots.length; ++i) {
            address from = _requireOpenTo(lots[i], to).from;
            uint32 next = LOT_BOOK.setActive(lots[i]);
            _noteHands(LotRejected.selector, lots[i], from, to, abi.encode(next, reason));
        }
    }

    /// @inheritdoc ICustody
    function cancel(bytes32[] calldata lots) external {
        address from = _trader();
        for (uint256 i = 0; i < lots.length; ++i) {
            ILotBook.Offered memory offered = LOT_BOOK.offerOf(lots[i]);
            _requireOffered(lots[i], offered);
            _requireOpen(lots[i], offered);
            if (offered.from != from) revert ILotBook.NotHolder(lots[i], from, offered.from);
            if (offered.disputed) revert AlreadyDisputed(lots[i], offered.until);
            uint32 next = LOT_BOOK.setActive(lots[i]);
            _noteHands(OfferCancelled.selector, lots[i], from, offered.to, abi.encode(next));
        }
    }

    /// @inheritdoc ICustody
    // slither-disable-next-line reentrancy-no-eth -- LotBook is immutable, of the council, and calls nobody back
    function dispute(bytes32[] calldata lots, bytes32 receivingDocument, bytes32 reason) external {
        Reasons.requireValid(reason);
        if (receivingDocument == bytes32(0)) revert ReceivingDocumentMissing();
        address to = _trader();
        uint40 until = uint40(block.timestamp) + DISPUTE_TIME;
        for (uint256 i = 0; i < lots.length; ++i) {
            ILotBook.Offered memory offered = _requireOpenTo(lots[i], to);
            if (offered.wasDisputed) revert AlreadyDisputed(lots[i], offered.until);
            uint32 next = LOT_BOOK.dispute(lots[i], until);
            bytes memory data = abi.encode(next, until, reason, receivingDocument);
            _noteHands(LotDisputed.selector, lots[i], offered.from, to, data);
        }
    }

    /// @inheritdoc ICustody
    function approveSettlement(bytes32 lot, bytes32 eventId) external {
        address umpire = MEMBERS.resolveWithRole(msg.sender, Roles.UMPIRE);
        ILotBook.Offered memory offered = LOT_BOOK.offerOf(lot);
        if (!_isDisputed(offered)) revert NotDisputed(lot);
        _requireIndependent(lot, umpire, offered);
        if (LOT_BOOK.settlementOf(lot).eventId == eventId) revert AlreadyApproved(lot, eventId);
        _requireMeasurement(lot, eventId);
        uint40 until = uint40(block.timestamp) + SETTLEMENT_TIME;
        uint32 next = LOT_BOOK.approveSettlement(lot, eventId, umpire, until);
        bytes32 digest = Entries.log4(
            SettlementApproved.selector, lot, eventId, Entries.topic(umpire), abi.encode(next, until)
        );
        _note(RowKind.Lot, lot, digest);
    }

    /// @inheritdoc ICustody
    // slither-disable-next-line reentrancy-no-eth -- LotBook is immutable, of the council, and calls nobody back
    function endDispute(bytes32 lot) external {
        bytes32 eventId = settlementOf(lot).eventId;
        if (eventId == bytes32(0)) revert NotSettled(lot);
        IAttestations.Standing memory standing = ATTESTATIONS.usable(eventId, EventKind.Measurement);
        if (!standing.noOutput) revert NotSettled(lot);
        LOT_BOOK.useEvent(standing.site, standing.sequence, standing.element);
        (uint32 next, uint40 expiry) = LOT_BOOK.endDispute(lot, uint40(block.timestamp) + OFFER_TIME_AGAIN);
        bytes32 digest = Entries.log3(DisputeEnded.selector, lot, eventId, abi.encode(next, expiry));
        _noteBoth(IJournal.Row(RowKind.Lot, lot), IJournal.Row(RowKind.Event, eventId), digest, true);
    }

    /// @inheritdoc ICustody
    function consentTo(bytes32 lot) external {
        (address by,) = MEMBERS.resolveWithAny(msg.sender, JUDGES);
        ILotBook.Offered memory offered = LOT_BOOK.offerOf(lot);
        _requireOffered(lot, offered);
        _requireOpen(lot, offered);
        if (MEMBERS.isActive(offered.from)) revert ConsentNotNeeded(lot, offered.from);
        _requireThird(lot, by, offered);
        bool given = _consents[lot].add(MEMBERS, lot, offered.sequence, MEMBERS.organisationOf(by));
        bytes memory data = abi.encode(offered.sequence, given);
        _note(RowKind.Lot, lot, Entries.log3(ArrivalConsented.selector, lot, Entries.topic(by), data));
    }

    /// @inheritdoc ICustody
    function disclose(bytes32 lot, address to, bytes calldata sealedToReader) external {
        (address from,) = MEMBERS.resolve(msg.sender);
        address holder = LOT_BOOK.holderOf(lot);
        if (holder != from) revert ILotBook.NotHolder(lot, from, holder);
        _requireActive(to);
        SealedBoxes.requireValid(sealedToReader);
        emit OpeningDisclosed(lot, from, to, sealedToReader);
    }

    /// @inheritdoc ICustody
    function offerOf(bytes32 lot) external view returns (Offer memory) {
        ILotBook.Offered memory offered = LOT_BOOK.offerOf(lot);
        return Offer(offered.to, offered.sequence, offered.until);
    }

    /// @inheritdoc ICustody
    function settledBy(bytes32 lot, bytes32 eventId, address account) external view returns (address) {
        return Settlements.holderOf(settlementOf(lot), LOT_BOOK.offerOf(lot), lot, eventId, account);
    }

    /// @inheritdoc ICustody
    function settlementOf(bytes32 lot) public view returns (ILotBook.Settlement memory settlement) {
        if (_isDisputed(LOT_BOOK.offerOf(lot))) settlement = LOT_BOOK.settlementOf(lot);
    }

    function _offer(
        BatchCounts.Counts memory counts,
        bytes32 lot,
        address from,
        address to,
        uint40 expiry,
        bytes calldata sealedToReceiver
    ) private {
        SealedBoxes.requireValid(sealedToReceiver);
        (uint32 sequence, LotTraits traits, bytes32 birthplace) = LOT_BOOK.offer(lot, from, to, expiry);
        counts.add(LOT_BOOK, traits);
        _requireDetermined(birthplace);
        _noteHands(LotOffered.selector, lot, from, to, abi.encode(sequence, expiry, sealedToReceiver));
    }

    function _accept(Handover memory handover, bytes32 lot, uint32 sequence) private {
        address from = LOT_BOOK.holderOf(lot);
        if (from != handover.from) _lookAt(handover, from);
        uint40 heldSince = handover.sold ? uint40(block.timestamp) : 0;
        (, uint32 next, LotTraits traits) = LOT_BOOK.accept(lot, handover.to, sequence, heldSince);
        bool arrives = handover.active || _consents[lot].covers(sequence);
        if (!arrives) revert SenderInactive(lot, from);
        handover.counts.add(LOT_BOOK, traits);
        if (traits.birthplace() != 0) _leaveBirthplace(lot, handover.sold);
        _noteHands(LotAccepted.selector, lot, from, handover.to, abi.encode(next));
    }

    /// An event about a lot between two accounts.
    function _noteHands(bytes32 topic0, bytes32 lot, address from, address to, bytes memory data) private {
        _note(RowKind.Lot, lot, Entries.log4(topic0, lot, Entries.topic(from), Entries.topic(to), data));
    }

    /// New metal: from a place that somebody looked at, which it leaves if another ownership group buys it.
    function _leaveBirthplace(bytes32 lot, bool sold) private {
        _requireDetermined(LOT_BOOK.birthplaceOf(lot));
        if (sold) LOT_BOOK.leaveBirthplace(lot);
    }

    function _trader() private view returns (address) {
        return MEMBERS.resolveWithRole(msg.sender, Roles.TRADER);
    }

    function _lookAt(Handover memory handover, address from) private view {
        handover.from = from;
        handover.sold = !MEMBERS.areSisters(from, handover.to);
        handover.active = MEMBERS.isActive(from);
    }

    function _requireReceiver(bytes32 lot, address from, address to) private view {
        if (to == from) revert OfferToSelf(lot);
        _requireActive(to);
    }

    function _requireActive(address to) private view {
        if (!MEMBERS.isActive(to)) revert ReceiverInactive(to);
    }

    function _requireExpiry(uint40 expiry) private view {
        bool valid = expiry > block.timestamp && expiry <= block.timestamp + OFFER_TIME_MAX;
        if (!valid) revert ExpiryInvalid(expiry, block.timestamp);
    }

    function _requireDetermined(bytes32 birthplace) private view {
        if (birthplace == bytes32(0) || PLACES.isDetermined(birthplace, uint40(block.timestamp))) return;
        revert PlaceNotDetermined(birthplace);
    }

    function _requireOpenTo(bytes32 lot, address account) private view returns (ILotBook.Offered memory offered) {
        offered = LOT_BOOK.offerOf(lot);
        _requireOffered(lot, offered);
        if (offered.to != account) revert ILotBook.OfferOfAnother(lot, offered.to, account);
        _requireOpen(lot, offered);
    }

    function _requireIndependent(bytes32 lot, address umpire, ILotBook.Offered memory offered) private view {
        bytes32 group = _groupOf(umpire);
        bool independent = group != _groupOf(offered.from) && group != _groupOf(offered.to);
        if (!independent) revert UmpireNotIndependent(lot, umpire);
    }

    /// Whoever consents is of neither party's ownership group.
    function _requireThird(bytes32 lot, address by, ILotBook.Offered memory offered) private view {
        bytes32 group = _groupOf(by);
        bool third = group != _groupOf(offered.from) && group != _groupOf(offered.to);
        if (!third) revert ConsentNotIndependent(lot, group);
    }

    /// The measurement is of this very lot.
    function _requireMeasurement(bytes32 lot, bytes32 eventId) private view {
        bytes32[] memory inputs = new bytes32[](1);
        inputs[0] = lot;
        bytes32 named = ATTESTATIONS.usable(eventId, EventKind.Measurement).inputsHash;
        if (named != keccak256(abi.encode(inputs))) revert IRuns.InputsNotNamed(eventId);
    }

    function _requireOpen(bytes32 lot, ILotBook.Offered memory offered) private view {
        if (block.timestamp > offered.until) revert ILotBook.OfferExpired(lot, offered.until, block.timestamp);
    }

    function _isDisputed(ILotBook.Offered memory offered) private view returns (bool) {
        return offered.disputed && block.timestamp <= offered.until;
    }

    function _requireOffered(bytes32 lot, ILotBook.Offered memory offered) private pure {
        if (offered.to == address(0)) revert ILotBook.NotOffered(lot);
    }

    function _groupOf(address account) private view returns (bytes32) {
        return MEMBERS.groupOf(MEMBERS.organisationOf(account));
    }
}
