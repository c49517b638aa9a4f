// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ILotBook} from "./ILotBook.sol";

/// @title Custody: offer and acceptance
/// @notice Custody moves only on the receiver's acceptance of that very offer, named by the lot's sequence at which
/// it was made. An offer carries the opening sealed to the receiver's viewing key; the chain cannot check it, the
/// receiver's client must. An offer lasts at most 90 days, lapses when its expiry has passed, and ends as soon as the
/// lot is held. Offers lie in the LotBook; that an offer is missing, another's, superseded or expired, is its error
/// (NotOffered, OfferOfAnother, OfferSuperseded, OfferExpired).
///
/// Batches: cathodes, cells, modules and packs of one document's output (root and index, ILotBook) are one physical
/// thing of several metals. One call offers, or accepts, equal counts of every metal in it, next to each other
/// (BatchIncomplete). The rule is about counts: lots of a batch may be split and sold in parts.
///
/// A lot whose metal has not changed hands since its birth is offered and accepted only while its birthplace has a
/// valid determination (PlaceNotDetermined): nobody buys new metal from a place that was not looked at for 12 months.
/// Hands are ownership groups: a sale to a sister organisation leaves the birthplace with the lot.
/// A receiver of another ownership group holds the lot since its acceptance, a sister as long as the holder before.
/// @dev Callers need the trader role unless said otherwise. Not guaranteed: that the sealed opening opens the lot.
interface ICustody {
    struct Offer {
        address to;
        uint32 sequence; // of the lot, when the offer was made
        uint40 expiry; // last second in which it can be accepted; during a dispute its deadline
    }

    event LotOffered(
        bytes32 indexed lot,
        address indexed from,
        address indexed to,
        uint32 sequence,
        uint40 expiry,
        bytes sealedToReceiver
    );
    event LotAccepted(bytes32 indexed lot, address indexed from, address indexed to, uint32 sequence);
    event LotRejected(bytes32 indexed lot, address indexed from, address indexed to, uint32 sequence, bytes32 reason);
    event OfferCancelled(bytes32 indexed lot, address indexed from, address indexed to, uint32 sequence);
    event LotDisputed(
        bytes32 indexed lot,
        address indexed from,
        address indexed to,
        uint32 sequence,
        uint40 until,
        bytes32 reason,
        bytes32 receivingDocument
    );
    event SettlementApproved(
        bytes32 indexed lot, bytes32 indexed eventId, address indexed umpire, uint32 sequence, uint40 until
    );
    /// @notice The lot is no less than booked: it is offered again as before.
    event DisputeEnded(bytes32 indexed lot, bytes32 indexed eventId, uint32 sequence, uint40 expiry);
    /// @param offer sequence that names the offer
    /// @param given whether two ownership groups now let the offer be accepted
    event ArrivalConsented(bytes32 indexed lot, address indexed by, uint32 offer, bool given);
    event OpeningDisclosed(bytes32 indexed lot, address indexed from, address indexed to, bytes sealedToReader);

    error ExpiryInvalid(uint40 expiry, uint256 time);
    error OfferToSelf(bytes32 lot);
    error ReceiverInactive(address to);
    error SenderInactive(bytes32 lot, address from);
    error ConsentNotNeeded(bytes32 lot, address from);
    error ConsentExists(bytes32 lot, bytes32 group);
    error ConsentNotIndependent(bytes32 lot, bytes32 group);
    /// @param element first metal of the batch of which fewer units than of another are given
    error BatchIncomplete(uint32 root, uint8 index, uint16 element);
    error LengthMismatch(uint256 lots, uint256 others);
    error ReceivingDocumentMissing();
    error NotDisputed(bytes32 lot);
    error AlreadyDisputed(bytes32 lot, uint40 until);
    error NotSettled(bytes32 lot);
    /// @notice Once a dispute: nobody prolongs one by approving the same again.
    error AlreadyApproved(bytes32 lot, bytes32 eventId);
    error UmpireNotIndependent(bytes32 lot, address umpire);
    error PlaceNotDetermined(bytes32 place);

    /// @param expiry after the time of the block, at most 90 days (ExpiryInvalid)
    function offer(bytes32 lot, address to, uint40 expiry, bytes calldata sealedToReceiver) external;

    function offerMany(bytes32[] calldata lots, address to, uint40 expiry, bytes[] calldata sealedToReceiver)
        external;

    /// @notice Also ends a dispute: the receiver takes the lot as it is. A sender that was suspended or frozen
    /// meanwhile hands nothing over (SenderInactive), unless two judges consented.
    /// @param sequence that names the offer (offerOf): at which the lot was offered, also after a dispute
    function accept(bytes32 lot, uint32 sequence) external;

    function acceptMany(bytes32[] calldata lots, uint32[] calldata sequences) external;

    /// @notice The receiver returns the lot; also ends a dispute.
    function reject(bytes32[] calldata lots, bytes32 reason) external;

    /// @notice The sender withdraws offers that are not disputed.
    function cancel(bytes32[] calldata lots) external;

    /// @notice The receiver found a difference outside tolerance. The lot is blocked until it is accepted, returned,
    /// settled, or for 10 days, after which it is the sender's again. Once an offer.
    /// @param receivingDocument hash of the receiver's own signed record of what arrived (ReceivingDocumentMissing for
    /// 0): who disputes has weighed
    function dispute(bytes32[] calldata lots, bytes32 receivingDocument, bytes32 reason) external;

    /// @notice An umpire (role, of neither party's ownership group) approves the settlement of a disputed lot by a
    /// Measurement event of this very lot (IRuns.InputsNotNamed) that stands and is unused. The dispute does not lapse
    /// for 100 days from then on: the sender carries the settlement out, and from 7 days after the approval on the
    /// receiver or the umpire (IRuns). A later approval, by another event (AlreadyApproved), replaces an earlier one.
    function approveSettlement(bytes32 lot, bytes32 eventId) external;

    /// @notice Anybody, where the approved measurement says that the lot is no less than booked (noOutput; NotSettled
    /// otherwise): the event is used up, and the lot is offered as before, for 7 days at least.
    function endDispute(bytes32 lot) external;

    /// @notice Of a dispute that is open; zeros if none is approved, or the dispute is over.
    function settlementOf(bytes32 lot) external view returns (ILotBook.Settlement memory);

    /// @notice Whose lot it is that the account may settle by the event now: the holder at once, the receiver and the
    /// umpire from 7 days after the approval on. Reverts otherwise (IRuns.SettlementNotApproved, IRuns.SettlerNotYet,
    /// ILotBook.NotHolder).
    function settledBy(bytes32 lot, bytes32 eventId, address account) external view returns (address holder);

    /// @notice Goods at sea when their sender was suspended: two RISK or AUDITOR accounts of two ownership groups,
    /// neither of them a party's, let this offer be accepted. The first call proposes, the second consents.
    function consentTo(bytes32 lot) external;

    /// @notice The holder hands the opening to a reader, sealed; custody does not move and an open offer stays open.
    /// Lots that have ended can be disclosed by their last holder. Any active account of the holder's, whatever its
    /// roles.
    function disclose(bytes32 lot, address to, bytes calldata sealedToReader) external;

    /// @notice The offer that lies in the book; zeros without one. It may have lapsed by time.
    function offerOf(bytes32 lot) external view returns (Offer memory);
}
