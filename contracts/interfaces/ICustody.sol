// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {SealedOpening} from "./Types.sol";

/// @title Custody: offer and acceptance
/// @notice Custody moves only on the receiver's acceptance of that very offer, named by the lot's sequence at which it was made.
/// An offer carries the opening sealed to the receiver's viewing key; the chain cannot check it, the receiver's client must.
/// Lots of one physical batch are offered and answered in one call, next to each other.
interface ICustody {
    struct Offer {
        address to;
        uint32 sequence; // of the lot, when the offer was made
        uint40 expiry;
    }

    event LotOffered(
        bytes32 indexed lot, address indexed from, address indexed to, uint32 sequence, uint40 expiry, SealedOpening sealedToReceiver
    );
    event LotAccepted(bytes32 indexed lot, address indexed from, address indexed to, uint32 sequence);
    event LotRejected(bytes32 indexed lot, address indexed from, address indexed to, uint32 sequence, bytes32 reason);
    event OfferCancelled(bytes32 indexed lot, address indexed from, address indexed to, uint32 sequence);
    event LotDisputed(bytes32 indexed lot, address indexed from, address indexed to, uint32 sequence, uint40 until, bytes32 reason);
    event SettlementApproved(bytes32 indexed lot, bytes32 indexed eventId, address indexed umpire, uint32 sequence);
    event OpeningDisclosed(bytes32 indexed lot, address indexed from, address indexed to, uint32 sequence, SealedOpening sealedToReader);

    error NotOffered(bytes32 lot);
    error OfferOfAnother(bytes32 lot, address to, address account);
    error OfferSuperseded(bytes32 lot, uint32 current, uint32 given);
    error OfferExpired(bytes32 lot, uint40 expiry, uint256 time);
    error ExpiryInvalid(uint40 expiry, uint256 time);
    error OfferToSelf(bytes32 lot);
    error ReceiverInactive(address to);
    error BatchIncomplete(uint80 batch, uint32 given, uint32 size);
    error LengthMismatch(uint256 lots, uint256 others);
    error NotDisputed(bytes32 lot);
    error UmpireNotIndependent(bytes32 lot, address umpire);

    function offer(bytes32 lot, address to, uint40 expiry, SealedOpening calldata sealedToReceiver) external;

    function offerMany(bytes32[] calldata lots, address to, uint40 expiry, SealedOpening[] calldata sealedToReceiver) external;

    /// @notice Also ends a dispute: the receiver takes the lot as it is.
    function accept(bytes32 lot, uint32 sequence) external;

    function acceptMany(bytes32[] calldata lots, uint32[] calldata sequences) external;

    /// @notice The receiver returns the lot; also ends a dispute.
    function reject(bytes32[] calldata lots, bytes32 reason) external;

    function cancel(bytes32[] calldata lots) external;

    /// @notice The receiver found a difference outside tolerance. The lot is blocked until it is accepted, returned, settled, or for
    /// 30 days, after which it is the sender's again.
    function dispute(bytes32[] calldata lots, bytes32 reason) external;

    /// @notice An umpire (role, of neither party's ownership group) approves the settlement of a disputed lot by a Measurement event.
    function approveSettlement(bytes32 lot, bytes32 eventId) external;

    /// @notice The approved Measurement event of a disputed lot, 0 if there is none.
    function settlementOf(bytes32 lot) external view returns (bytes32 eventId);

    /// @notice The holder hands the opening to a reader, sealed; custody does not move.
    function disclose(bytes32 lot, address to, SealedOpening calldata sealedToReader) external;

    function offerOf(bytes32 lot) external view returns (Offer memory);
}
