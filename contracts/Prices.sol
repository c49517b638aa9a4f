// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Governed} from "./Governed.sol";
import {Journaled} from "./Journaled.sol";
import {IJournal} from "./interfaces/IJournal.sol";
import {ILotBook} from "./interfaces/ILotBook.sol";
import {IMembers} from "./interfaces/IMembers.sol";
import {IPrices} from "./interfaces/IPrices.sol";
import {IVerifier5} from "./interfaces/IVerifiers.sol";
import {Roles} from "./interfaces/Roles.sol";
import {Lot, PriceStatus, RowKind} from "./interfaces/Types.sol";
import {Ctx} from "./libraries/Ctx.sol";
import {Entries} from "./libraries/Entries.sol";
import {SealedBoxes} from "./libraries/SealedBoxes.sol";
import {Tags} from "./libraries/Tags.sol";

/// @title Prices
/// @dev No writer of the LotBook: a check reads the open offer and changes nothing of the lot.
contract Prices is IPrices, Governed, Journaled {
    uint256 public constant NOTICE_TIME = 28 days;
    /// @notice Of one account about one offer: a check is noted in the lot's row, which nobody fills for another.
    uint8 public constant CHECK_LIMIT = 8;

    IMembers public immutable MEMBERS;
    ILotBook public immutable LOT_BOOK;
    IVerifier5 public immutable PRICE_IN_RANGE_VERIFIER;
    bytes32 private immutable PRICE_KEY_HASH;

    /// @inheritdoc IPrices
    mapping(bytes32 record => address) public releaserOf;
    /// @inheritdoc IPrices
    mapping(bytes32 commodity => mapping(uint32 day => bytes32 record)) public currentOf;

    mapping(bytes32 commodity => Commodity) private _commodities;
    mapping(bytes32 commodity => Methodology[]) private _methodologies;
    mapping(bytes32 record => PublishedPrice) private _prices;
    mapping(bytes32 checkId => Check) private _checks;
    mapping(bytes32 lot => mapping(uint32 offer => mapping(address account => uint8))) private _checked;

    constructor(address council, address members, address lotBook, address priceInRangeVerifier)
        Governed(council)
        Journaled(IMembers(members).JOURNAL())
    {
        MEMBERS = IMembers(members);
        LOT_BOOK = ILotBook(lotBook);
        PRICE_IN_RANGE_VERIFIER = IVerifier5(priceInRangeVerifier);
        PRICE_KEY_HASH = PRICE_IN_RANGE_VERIFIER.VERIFYING_KEY_HASH();
    }

    /// @inheritdoc IPrices
    function registerCommodity(bytes32 commodity, bytes32 administrator, uint16 element, uint16 material)
        external
        onlyCouncil
    {
        if (commodity == bytes32(0) || element == 0 || material == 0) revert CommodityInvalid(commodity);
        if (_commodities[commodity].sequence != 0) revert CommodityExists(commodity);
        MEMBERS.groupOf(administrator); // reverts for an unknown organisation
        _commodities[commodity] = Commodity(administrator, element, material, 1);
        bytes memory data = abi.encode(uint256(1), administrator, element, material);
        _noteAlways(RowKind.Commodity, commodity, Entries.log2(CommodityRegistered.selector, commodity, data));
    }

    /// @inheritdoc IPrices
    function noticeMethodology(bytes32 commodity, bytes32 methodology, uint32 appliesFrom) external onlyCouncil {
        _known(commodity);
        uint256 earliest = _earliest(_methodologies[commodity]);
        if (methodology == bytes32(0) || appliesFrom < earliest) {
            revert MethodologyTooEarly(methodology, appliesFrom, earliest);
        }
        _methodologies[commodity].push(Methodology(methodology, appliesFrom, uint40(block.timestamp)));
        bytes memory data = abi.encode(_nextSequence(commodity), appliesFrom);
        bytes32 digest = Entries.log3(MethodologyNoticed.selector, commodity, methodology, data);
        _noteAlways(RowKind.Commodity, commodity, digest);
    }

    /// @inheritdoc IPrices
    function prepare(Publication calldata publication, address releaser, bytes calldata sealedToReleaser)
        external
        returns (bytes32 record)
    {
        address account = _administrator(publication.commodity);
        SealedBoxes.requireValid(sealedToReleaser);
        record = recordIdOf(publication);
        _requirePublishable(record, publication);
        _requireReleaser(record, publication.commodity, account, releaser);
        releaserOf[record] = releaser;
        bytes memory data =
            abi.encode(_nextSequence(publication.commodity), account, publication, sealedToReleaser);
        bytes32 digest = Entries.log4(
            PricePrepared.selector, record, publication.commodity, Entries.topic(releaser), data
        );
        _note(RowKind.PriceRecord, record, digest);
    }

    /// @inheritdoc IPrices
    function release(Publication calldata publication) external returns (bytes32 record) {
        address account = _administrator(publication.commodity);
        record = recordIdOf(publication);
        if (releaserOf[record] != account) revert NotReleaser(record, account, releaserOf[record]);
        _requirePublishable(record, publication);
        _prices[record] = PublishedPrice(publication, uint40(block.timestamp), bytes32(0));
        currentOf[publication.commodity][publication.day] = record;
        if (publication.corrects != bytes32(0)) _prices[publication.corrects].correctedBy = record;
        _noteReleased(record, account, publication);
    }

    /// @inheritdoc IPrices
    function deliver(bytes32 record, address[] calldata subscribers, bytes[] calldata boxes) external {
        bytes32 commodity = _released(record).publication.commodity;
        _administrator(commodity);
        if (subscribers.length != boxes.length) revert BoxCount(subscribers.length, boxes.length);
        SealedBoxes.requireValid(boxes);
        for (uint256 i = 0; i < subscribers.length; ++i) {
            if (!MEMBERS.isActive(subscribers[i])) revert SubscriberInactive(subscribers[i]);
            emit OpeningDelivered(record, subscribers[i], _nextSequence(commodity), boxes[i]);
        }
    }

    /// @inheritdoc IPrices
    function check(CheckRequest calldata request) external returns (bytes32 checkId) {
        (address account,) = MEMBERS.resolve(msg.sender);
        SealedBoxes.requireValid(request.sealedToCounterparty);
        Transfer memory transfer = _openTransfer(request.lot, account);
        bytes32 correctedBy = _released(request.record).correctedBy;
        if (correctedBy != bytes32(0)) revert PriceSuperseded(request.record, correctedBy);
        checkId = keccak256(abi.encode(request.lot, transfer.offer, account, request.record));
        if (_checks[checkId].checkedAt != 0) revert CheckExists(checkId);
        if (++_checked[request.lot][transfer.offer][account] > CHECK_LIMIT) revert TooManyChecks(request.lot, account);
        uint256[5] memory signals = _verify(account, transfer, request);
        _checks[checkId] = Check(request.price, uint40(block.timestamp), request.inside);
        _noteChecked(checkId, account, transfer, signals, request);
    }

    /// @inheritdoc IPrices
    function verify(address account, Transfer calldata transfer, CheckRequest calldata request) external view {
        _verify(account, transfer, request);
    }

    /// @inheritdoc IPrices
    function commodityOf(bytes32 commodity) external view returns (Commodity memory) {
        return _known(commodity);
    }

    /// @inheritdoc IPrices
    function methodologiesOf(bytes32 commodity) external view returns (Methodology[] memory) {
        return _methodologies[commodity];
    }

    /// @inheritdoc IPrices
    function priceOf(bytes32 record) external view returns (PublishedPrice memory) {
        return _released(record);
    }

    /// @inheritdoc IPrices
    function checkOf(bytes32 checkId) external view returns (Check memory) {
        return _checks[checkId];
    }

    /// @inheritdoc IPrices
    function checkCtxOf(address account, Transfer calldata transfer, CheckRequest calldata request)
        external
        view
        returns (uint256)
    {
        return _ctx(account, transfer, request);
    }

    /// @inheritdoc IPrices
    function sequenceOf(bytes32 commodity) external view returns (uint32) {
        return _commodities[commodity].sequence;
    }

    /// @inheritdoc IPrices
    function methodologyOn(bytes32 commodity, uint32 day) public view returns (bytes32) {
        Methodology[] storage versions = _methodologies[commodity];
        for (uint256 i = versions.length; i > 0; --i) {
            if (versions[i - 1].appliesFrom <= day) return versions[i - 1].id;
        }
        return bytes32(0);
    }

    /// @inheritdoc IPrices
    function recordIdOf(Publication calldata publication) public pure returns (bytes32) {
        return keccak256(abi.encode(publication));
    }

    /// In the row of the record, and of the one that it corrects.
    function _noteReleased(bytes32 record, address account, Publication calldata publication) private {
        (bytes32 commodity, bytes32 day) = (publication.commodity, bytes32(uint256(publication.day)));
        bytes memory data = abi.encode(_nextSequence(commodity), account, publication);
        bytes32 digest = Entries.log4(PriceReleased.selector, record, commodity, day, data);
        bytes32 corrected = publication.corrects;
        if (corrected == bytes32(0)) return _noteAlways(RowKind.PriceRecord, record, digest);
        IJournal.Row memory other = IJournal.Row(RowKind.PriceRecord, corrected);
        _noteBoth(IJournal.Row(RowKind.PriceRecord, record), other, digest, true);
    }

    function _nextSequence(bytes32 commodity) private returns (uint32) {
        return ++_commodities[commodity].sequence;
    }

    /// @return account of the caller, who administers the commodity
    function _administrator(bytes32 commodity) private view returns (address account) {
        account = MEMBERS.resolveWithRole(msg.sender, Roles.PRICE_ADMINISTRATOR);
        bool own = MEMBERS.organisationOf(account) == _known(commodity).administrator;
        if (!own) revert NotAdministrator(commodity, account);
    }

    /// @return transfer the open offer of the lot, of which `account` is a party
    function _openTransfer(bytes32 lot, address account) private view returns (Transfer memory transfer) {
        ILotBook.Offered memory offered = LOT_BOOK.offerOf(lot);
        if (offered.to == address(0)) revert ILotBook.NotOffered(lot);
        if (block.timestamp > offered.until) revert ILotBook.OfferExpired(lot, offered.until, block.timestamp);
        if (account != offered.from && account != offered.to) revert NotParty(lot, account);
        return Transfer(offered.from, offered.to, offered.sequence);
    }

    /// @return signals of the circuit, in its order
    function _verify(address account, Transfer memory transfer, CheckRequest calldata request)
        private
        view
        returns (uint256[5] memory signals)
    {
        Publication memory published = _released(request.record).publication;
        Commodity memory commodity = _commodities[published.commodity];
        Lot memory lot = LOT_BOOK.lotOf(request.lot);
        if (lot.element != commodity.element || lot.material != commodity.material) {
            revert NotPriced(request.lot, lot.element, lot.material);
        }
        signals = [
            _ctx(account, transfer, request),
            Tags.ofPrice(commodity.element),
            uint256(published.commitment),
            uint256(request.price),
            request.inside ? 1 : 0
        ];
        bool holds = PRICE_IN_RANGE_VERIFIER.verify(request.proof.words, signals);
        if (!holds) revert ProofRefused("price_in_range");
    }

    function _noteChecked(
        bytes32 checkId,
        address account,
        Transfer memory transfer,
        uint256[5] memory signals,
        CheckRequest calldata request
    ) private {
        bytes memory data = abi.encode(
            request.record,
            transfer,
            request.price,
            request.inside,
            signals,
            request.sealedToCounterparty,
            request.proof
        );
        bytes32 lot = request.lot;
        _note(RowKind.Lot, lot, Entries.log4(PriceChecked.selector, checkId, lot, Entries.topic(account), data));
    }

    function _ctx(address account, Transfer memory transfer, CheckRequest calldata request)
        private
        view
        returns (uint256)
    {
        bytes32 body = keccak256(
            abi.encode(
                request.record,
                request.lot,
                transfer.offer,
                transfer.seller,
                transfer.buyer,
                request.price,
                request.inside,
                keccak256(request.sealedToCounterparty)
            )
        );
        return Ctx.make(Ctx.PRICE, PRICE_KEY_HASH, account, body);
    }

    function _known(bytes32 commodity) private view returns (Commodity memory known) {
        known = _commodities[commodity];
        if (known.sequence == 0) revert CommodityUnknown(commodity);
    }

    function _released(bytes32 record) private view returns (PublishedPrice memory price) {
        price = _prices[record];
        if (price.releasedAt == 0) revert PriceUnknown(record);
    }

    /// @return day from which on a next version may apply
    function _earliest(Methodology[] storage versions) private view returns (uint256 day) {
        if (versions.length == 0) return 0;
        uint256 noticed = (block.timestamp + NOTICE_TIME + 1 days - 1) / 1 days; // the first whole day after it
        uint256 next = uint256(versions[versions.length - 1].appliesFrom) + 1;
        return noticed > next ? noticed : next;
    }

    function _requireReleaser(bytes32 record, bytes32 commodity, address account, address releaser) private view {
        bool other = releaser != account && MEMBERS.isActive(releaser)
            && MEMBERS.organisationOf(releaser) == _commodities[commodity].administrator;
        if (!other) revert ReleaserInvalid(record, releaser);
    }

    function _requirePublishable(bytes32 record, Publication calldata publication) private view {
        bool whole = publication.commitment != bytes32(0) && publication.document != bytes32(0)
            && publication.assessment != bytes32(0) && publication.status != PriceStatus.None;
        if (!whole) revert PublicationInvalid(record);
        if (uint256(publication.day) * 1 days > block.timestamp) revert DayInFuture(publication.day, block.timestamp);
        bytes32 inForce = methodologyOn(publication.commodity, publication.day);
        if (inForce == bytes32(0) || inForce != publication.methodology) {
            revert MethodologyNotInForce(publication.methodology, publication.day);
        }
        _requireInOrder(publication);
    }

    /// The first record of a day corrects nothing, each further one the day's last word.
    function _requireInOrder(Publication calldata publication) private view {
        bytes32 current = currentOf[publication.commodity][publication.day];
        bool corrects = publication.status == PriceStatus.Corrected;
        if (!corrects && current != bytes32(0)) {
            revert DayPublished(publication.commodity, publication.day, current);
        }
        bool fits = publication.corrects == current && corrects == (current != bytes32(0));
        if (!fits) revert CorrectionInvalid(publication.corrects, current);
    }
}
