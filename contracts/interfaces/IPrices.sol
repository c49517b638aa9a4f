// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {PriceStatus, Proof} from "./Types.sol";

/// @title Prices: licensed daily price ranges, and settlement prices against them
/// @notice One record for a commodity and trading day: a commitment to (low, high) in fen (0.01 CNY) per metric ton
/// including VAT, its status, and the hashes of the assessment and of the methodology. Values never appear. A
/// correction is a new record that names the one it corrects; nothing is overwritten. Two accounts of the
/// administrator publish: one prepares, the other releases. Subscribers get the opening sealed to their viewing keys;
/// every other member sees that a price exists.
///
/// A trading day is a date, counted in days since 1970-01-01 (day 0). Its calendar belongs to the methodology.
/// @dev Not guaranteed: that a range was assessed well, nor that a settlement price was paid. A check is the statement
/// of one party; that both speak of one price shows when both record the same price commitment.
interface IPrices {
    struct Commodity {
        bytes32 administrator; // organisation (Members)
        uint16 element; // atomic number
        uint16 material; // Materials.sol: lots of it are settled at this price
        uint32 sequence;
    }

    struct Methodology {
        bytes32 id; // hash of its text
        uint32 appliesFrom; // first trading day
        uint40 noticedAt;
    }

    struct Publication {
        bytes32 commodity;
        uint32 day;
        PriceStatus status;
        bytes32 commitment; // zk_circuits/SPEC.md, section 11
        bytes32 document; // hash of the administrator's price record
        bytes32 assessment; // hash of the assessment
        bytes32 methodology;
        bytes32 corrects; // 0, or the record that this one corrects
    }

    struct PublishedPrice {
        Publication publication;
        uint40 releasedAt;
        bytes32 correctedBy; // 0 while it is the day's last word
    }

    /// One open offer of a lot.
    struct Transfer {
        address seller;
        address buyer;
        uint32 offer; // sequence of the lot that names the offer
    }

    struct CheckRequest {
        bytes32 lot;
        bytes32 record;
        bytes32 price; // commitment of the settlement price
        bool inside; // of the range, both ends included
        bytes sealedToCounterparty;
        Proof proof;
    }

    struct Check {
        bytes32 price;
        uint40 checkedAt;
        bool inside;
    }

    event CommodityRegistered(
        bytes32 indexed commodity, uint32 sequence, bytes32 administrator, uint16 element, uint16 material
    );
    event MethodologyNoticed(
        bytes32 indexed commodity, bytes32 indexed methodology, uint32 sequence, uint32 appliesFrom
    );
    event PricePrepared(
        bytes32 indexed record,
        bytes32 indexed commodity,
        address indexed releaser,
        uint32 sequence,
        address preparer,
        Publication publication,
        bytes sealedToReleaser
    );
    event PriceReleased(
        bytes32 indexed record,
        bytes32 indexed commodity,
        uint32 indexed day,
        uint32 sequence,
        address releaser,
        Publication publication
    );
    event OpeningDelivered(
        bytes32 indexed record, address indexed subscriber, uint32 sequence, bytes sealedToSubscriber
    );
    /// @param publicSignals of the proof, in the circuit's order
    event PriceChecked(
        bytes32 indexed checkId,
        bytes32 indexed lot,
        address indexed account,
        bytes32 record,
        Transfer transfer,
        bytes32 price,
        bool inside,
        uint256[5] publicSignals,
        bytes sealedToCounterparty,
        Proof proof
    );

    error ProofRefused(bytes32 circuit);
    error CommodityUnknown(bytes32 commodity);
    error CommodityExists(bytes32 commodity);
    error CommodityInvalid(bytes32 commodity);
    /// @notice The notice is too short, or the version before applies as late.
    error MethodologyTooEarly(bytes32 methodology, uint32 appliesFrom, uint256 earliest);
    error MethodologyNotInForce(bytes32 methodology, uint32 day);
    error NotAdministrator(bytes32 commodity, address account);
    error ReleaserInvalid(bytes32 record, address releaser);
    error NotReleaser(bytes32 record, address account, address releaser);
    error PublicationInvalid(bytes32 record);
    error DayInFuture(uint32 day, uint256 time);
    error DayPublished(bytes32 commodity, uint32 day, bytes32 record);
    error CorrectionInvalid(bytes32 corrects, bytes32 current);
    error PriceUnknown(bytes32 record);
    error PriceSuperseded(bytes32 record, bytes32 correctedBy);
    error BoxCount(uint256 subscribers, uint256 boxes);
    error SubscriberInactive(address subscriber);
    error NotPriced(bytes32 lot, uint16 element, uint16 material);
    error NotParty(bytes32 lot, address account);
    error CheckExists(bytes32 checkId);
    /// @notice An account checks one offer of a lot against 8 records at most.
    error TooManyChecks(bytes32 lot, address account);

    /// @notice Names who publishes the price of a commodity and which lots it is of. Never changed: another
    /// administrator is another commodity.
    /// @dev Only the council.
    function registerCommodity(bytes32 commodity, bytes32 administrator, uint16 element, uint16 material) external;

    /// @notice Gives notice of a methodology: it applies to trading days from `appliesFrom` on. The first one of a
    /// commodity applies from any day; a later one from a day that begins (UTC) 28 days after its notice at the
    /// earliest, and after the one before.
    /// @dev Only the council.
    function noticeMethodology(bytes32 commodity, bytes32 methodology, uint32 appliesFrom) external;

    /// @notice An account of the administrator (price administrator role) prepares a record and names the other
    /// account that may release it; prepared again, the last named counts.
    /// @param sealedToReleaser the opening of the range, which the releaser compares with what was assessed
    /// @return record as recordIdOf
    function prepare(Publication calldata publication, address releaser, bytes calldata sealedToReleaser)
        external
        returns (bytes32 record);

    /// @notice The named account (price administrator role) releases the record: it is the day's price from now on.
    /// The first record of a day corrects nothing and is Normal, Carried or Delayed; every further one is Corrected
    /// and names the day's last word. The methodology is the one that applies on the day; the day has begun (UTC).
    function release(Publication calldata publication) external returns (bytes32 record);

    /// @notice An account of the administrator hands the opening of a released record to subscribers, now or later.
    /// @param subscribers accounts of active members
    /// @dev Not guaranteed: that a box opens. The subscriber's client checks it against the commitment.
    function deliver(bytes32 record, address[] calldata subscribers, bytes[] calldata boxes) external;

    /// @notice Seller or buyer of a lot's open offer records a proof that the settlement price lies inside the range
    /// of a record, or outside. Outside is a red flag for readers, and is never refused. Once for an account, offer and
    /// record. The record is its day's last word; which day counts is agreed between the parties.
    /// @return checkId keccak256(abi.encode(lot, offer, account, record))
    function check(CheckRequest calldata request) external returns (bytes32 checkId);

    /// @notice Anyone verifies a check made by `account`, also of an offer that has ended and of a record that was
    /// corrected since; reverts unless the proof holds. Whether it was recorded is told by checkOf.
    function verify(address account, Transfer calldata transfer, CheckRequest calldata request) external view;

    /// @notice Reverts (CommodityUnknown) for an unknown commodity.
    function commodityOf(bytes32 commodity) external view returns (Commodity memory);

    /// @notice In the order of their notice, which is that of their days.
    function methodologiesOf(bytes32 commodity) external view returns (Methodology[] memory);

    /// @notice The methodology that applies on a trading day; 0 before the first.
    function methodologyOn(bytes32 commodity, uint32 day) external view returns (bytes32 methodology);

    /// @notice Reverts (PriceUnknown) unless the record was released.
    function priceOf(bytes32 record) external view returns (PublishedPrice memory);

    /// @notice The day's last word; 0 while nothing was released.
    function currentOf(bytes32 commodity, uint32 day) external view returns (bytes32 record);

    /// @notice The account that may release a prepared record; 0 if nobody prepared it.
    function releaserOf(bytes32 record) external view returns (address);

    /// @notice All zeros if it was not recorded.
    function checkOf(bytes32 checkId) external view returns (Check memory);

    /// @notice The public input that binds the proof (zk_circuits/SPEC.md, sections 4 and 12).
    function checkCtxOf(address account, Transfer calldata transfer, CheckRequest calldata request)
        external
        view
        returns (uint256);

    /// @notice Events about the commodity so far; 0 for an unknown one.
    function sequenceOf(bytes32 commodity) external view returns (uint32);

    /// @return record keccak256(abi.encode(publication))
    function recordIdOf(Publication calldata publication) external pure returns (bytes32 record);
}
