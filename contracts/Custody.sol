// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IAttestations} from "./interfaces/IAttestations.sol";
import {ICustody} from "./interfaces/ICustody.sol";
import {ILotBook} from "./interfaces/ILotBook.sol";
import {IMembers} from "./interfaces/IMembers.sol";
import {IPlaces} from "./interfaces/IPlaces.sol";
import {IRuns} from "./interfaces/IRuns.sol";
import {Roles} from "./interfaces/Roles.sol";
import {EventKind, LotState} from "./interfaces/Types.sol";
import {Consents} from "./libraries/Consents.sol";
import {Reasons} from "./libraries/Reasons.sol";
import {SealedBoxes} from "./libraries/SealedBoxes.sol";

/// @title Custody
/// @dev Offers lie in the book, so that whatever else is written about a lot ends its offer, and a later version of
/// this contract goes on with the open ones.
contract Custody is ICustody {
    using Consents for Consents.Consent;

    uint40 private constant OFFER_TIME_MAX = 90 days;
    uint40 public constant DISPUTE_TIME = 30 days;
    uint32 private constant JUDGES = Roles.RISK | Roles.AUDITOR;

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

    mapping(bytes32 lot => Consents.Consent) private _consents;

    constructor(address members, address lotBook, address attestations, address places) {
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
        Group memory group;
        _offer(group, lot, from, to, expiry, sealedToReceiver);
        _requireComplete(group);
    }

    /// @inheritdoc ICustody
    function offerMany(bytes32[] calldata lots, address to, uint40 expiry, bytes[] calldata sealedToReceiver)
        external
    {
        if (lots.length != sealedToReceiver.length) revert LengthMismatch(lots.length, sealedToReceiver.length);
        address from = _trader();
        _requireReceiver(lots.length == 0 ? bytes32(0) : lots[0], from, to);
        _requireExpiry(expiry);
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
        Reasons.requireValid(reason);
        address to = _trader();
        for (uint256 i = 0; i < lots.length; ++i) {
            address from = _requireOpenTo(lots[i], to).from;
            uint32 next = LOT_BOOK.setState(lots[i], LotState.Active, 0);
            emit LotRejected(lots[i], from, to, next, reason);
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
            uint32 next = LOT_BOOK.setState(lots[i], LotState.Active, 0);
            emit OfferCancelled(lots[i], from, offered.to, next);
        }
    }

    /// @inheritdoc ICustody
    // slither-disable-next-line reentrancy-no-eth -- LotBook is immutable, of the council, and calls nobody back
    function dispute(bytes32[] calldata lots, bytes32 reason) external {
        Reasons.requireValid(reason);
        address to = _trader();
        uint40 until = uint40(block.timestamp) + DISPUTE_TIME;
        for (uint256 i = 0; i < lots.length; ++i) {
            ILotBook.Offered memory offered = _requireOpenTo(lots[i], to);
            if (offered.disputed) revert AlreadyDisputed(lots[i], offered.until);
            uint32 next = LOT_BOOK.dispute(lots[i], until);
            emit LotDisputed(lots[i], offered.from, to, next, until, reason);
        }
    }

    /// @inheritdoc ICustody
    function approveSettlement(bytes32 lot, bytes32 eventId) external {
        address umpire = MEMBERS.resolveWithRole(msg.sender, Roles.UMPIRE);
        ILotBook.Offered memory offered = LOT_BOOK.offerOf(lot);
        if (!_isDisputed(offered)) revert NotDisputed(lot);
        _requireIndependent(lot, umpire, offered);
        _requireMeasurement(lot, eventId);
        uint32 next = LOT_BOOK.approveSettlement(lot, eventId);
        emit SettlementApproved(lot, eventId, umpire, next);
    }

    /// @inheritdoc ICustody
    function consentTo(bytes32 lot) external {
        (address by, uint32 roles) = MEMBERS.resolve(msg.sender);
        if (roles & JUDGES == 0) revert IMembers.RoleMissing(msg.sender, JUDGES, roles);
        ILotBook.Offered memory offered = LOT_BOOK.offerOf(lot);
        _requireOffered(lot, offered);
        _requireOpen(lot, offered);
        if (MEMBERS.isActive(offered.from)) revert ConsentNotNeeded(lot, offered.from);
        _requireThird(lot, by, offered);
        bool given = _consents[lot].add(MEMBERS, lot, offered.sequence, MEMBERS.organisationOf(by));
        emit ArrivalConsented(lot, by, LOT_BOOK.consent(lot), given);
    }

    /// @inheritdoc ICustody
    function disclose(bytes32 lot, address to, bytes calldata sealedToReader) external {
        (address from,) = MEMBERS.resolve(msg.sender);
        address holder = LOT_BOOK.holderOf(lot);
        if (holder != from) revert ILotBook.NotHolder(lot, from, holder);
        _requireActive(to);
        SealedBoxes.requireValid(sealedToReader);
        uint32 next = LOT_BOOK.touch(lot);
        emit OpeningDisclosed(lot, from, to, next, sealedToReader);
    }

    /// @inheritdoc ICustody
    function settlementOf(bytes32 lot) external view returns (bytes32 eventId) {
        return _isDisputed(LOT_BOOK.offerOf(lot)) ? LOT_BOOK.settlementOf(lot) : bytes32(0);
    }

    /// @inheritdoc ICustody
    function offerOf(bytes32 lot) external view returns (Offer memory) {
        ILotBook.Offered memory offered = LOT_BOOK.offerOf(lot);
        return Offer(offered.to, offered.sequence, offered.until);
    }

    function _offer(
        Group memory group,
        bytes32 lot,
        address from,
        address to,
        uint40 expiry,
        bytes calldata sealedToReceiver
    ) private {
        SealedBoxes.requireValid(sealedToReceiver);
        (uint32 sequence, uint80 batch, uint32 size, bytes32 birthplace) = LOT_BOOK.offer(lot, from, to, expiry);
        _join(group, batch, size);
        _requireDetermined(birthplace);
        emit LotOffered(lot, from, to, sequence, expiry, sealedToReceiver);
    }

    function _accept(Group memory group, bytes32 lot, uint32 sequence, address to) private {
        (address from, uint32 next, bool guarded) = LOT_BOOK.accept(lot, to, sequence);
        bool arrives = MEMBERS.isActive(from) || _consents[lot].covers(sequence);
        if (!arrives) revert SenderInactive(lot, from);
        if (guarded) _leave(group, lot, from, to);
        emit LotAccepted(lot, from, to, next);
    }

    /// A guarded lot: joins its batch, and leaves its birthplace if another ownership group buys it.
    function _leave(Group memory group, bytes32 lot, address from, address to) private {
        uint80 batch = LOT_BOOK.lotOf(lot).batch;
        _join(group, batch, LOT_BOOK.batchSize(batch));
        bytes32 birthplace = LOT_BOOK.birthplaceOf(lot);
        if (birthplace == bytes32(0)) return;
        _requireDetermined(birthplace);
        bool sold = _groupOf(from) != _groupOf(to);
        if (sold) LOT_BOOK.leaveBirthplace(lot);
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

    function _requireMeasurement(bytes32 lot, bytes32 eventId) private view {
        IAttestations.Standing memory standing = ATTESTATIONS.standingOf(eventId);
        if (standing.standingSince == 0) revert IAttestations.NotStanding(eventId);
        if (standing.used) revert ILotBook.AlreadyUsed(eventId);
        if (standing.withdrawn) revert IAttestations.AlreadyWithdrawn(eventId, standing.document);
        if (standing.kind != EventKind.Measurement) {
            revert IAttestations.EventKindMismatch(eventId, EventKind.Measurement, standing.kind);
        }
        uint16 element = LOT_BOOK.lotOf(lot).element;
        if (standing.element != element) revert IRuns.ElementMismatch(lot, element, standing.element);
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

    /// A lot of another batch begins another group.
    function _join(Group memory group, uint80 batch, uint32 size) private pure {
        if (batch == 0 || batch != group.batch) {
            _requireComplete(group);
            (group.batch, group.given, group.size) = (batch, 0, size);
        }
        ++group.given;
    }

    function _requireComplete(Group memory group) private pure {
        if (group.batch == 0 || group.given == group.size) return;
        revert BatchIncomplete(group.batch, group.given, group.size);
    }
}
