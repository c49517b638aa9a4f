// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Holding} from "../types/Holding.sol";
import {LotTraits} from "../types/LotTraits.sol";
import {Lot, LotState} from "./Types.sol";

/// @title LotBook: the permanent, minimal book of lots
/// @notice Holds what must outlive every rule: id, commitment, account, offer, state, count, root, revision,
/// birthplace, origin, approved settlement, units assigned, and which site events were used. Rule contracts that the
/// council admits as writers decide; the book itself guarantees that ids are unique and non-zero, that ended lots stay
/// ended, that a site event makes lots once and a unit enters a product once whichever versions of the rules are
/// admitted, and that every write raises the lot's sequence by 1 (it is 1 at creation), which the writer puts into its
/// event.
///
/// Roots: a number for the document of a site, or for the inputs of a run over several roots, given once and for ever.
/// What comes in units and has one document for a root is a batch, (root, index): its lots of all the metals in that
/// document are one physical thing, and move together (ICustody). A mixed lot rests for 24 hours where it was made, and
/// a charge is never offered or put into a product. Nor is the stock in process of a continuous site, one lot for each
/// element, which is used up by the site's next event alone.
///
/// Named: the lot went into an event that stands. It waits for the run of that event, until the event is withdrawn or
/// lapses.
///
/// Holds: on a root and an ownership group, the group of a lot's holder. While one is in force no lot of that root in
/// those hands is offered, accepted, rebooked, put into a charge, a run, a loss or a product, named by an event or
/// retired (LotOnHold), whatever was begun before; offers, disputes and locks run on and end as they would. Offers are
/// rejected and cancelled, disputes raised and ended, and a disputed lot is settled: that moves no metal. An
/// organisation that leaves a group takes the holds along that were in force then. A pool or charge has a root of its
/// own: a hold on a source stops it from being made, not what was made before.
/// @dev Not guaranteed: that a writer is right. That an id is a field element follows from the proof that made the
/// lot.
interface ILotBook {
    /// @notice An offer as it lies in the book, open or lapsed.
    struct Offered {
        address from;
        address to; // 0 without an offer
        uint32 sequence; // of the lot, when the offer was made
        uint40 until;
        bool disputed; // now
        bool wasDisputed; // now, or before the offer was opened again
    }

    /// @notice How the last dispute about a lot is settled.
    struct Settlement {
        bytes32 eventId; // the approved measurement; 0 without one
        address umpire; // its account
        uint40 approvedAt;
        uint40 expiry; // of the offer, before it was disputed
    }

    /// @notice A hold on a root in the hands of a group; it binds in the second `until` itself, too.
    /// @param since when it began: the first of its ends was set
    struct Hold {
        uint40 since;
        uint40 until;
    }

    /// @notice The last period of a continuous site that was booked, for one element.
    struct Period {
        uint40 end;
        uint32 since; // as ISites.continuousSince at that event
        bytes32 stock; // lot that lay in the plant at the end; 0 where nothing did, or where it was used up
    }

    /// @param codeHash of the code that may write; 0 where the right is taken
    event WriterSet(address indexed writer, bytes32 codeHash);

    error NotWriter(address caller);
    error LotUnknown(bytes32 id);
    error LotExists(bytes32 id);
    error LotEmptyId();
    error LotEnded(bytes32 id, LotState state);
    error LotNotFree(bytes32 id, LotState state, uint40 until);
    /// @notice A hold on this root and group is in force.
    error LotOnHold(bytes32 id, uint32 root, bytes32 group, uint40 until);
    error RootUnknown(uint32 root);
    error NotHolder(bytes32 id, address account, address holder);
    error CountInvalid(uint32 count);
    error StateInvalid(bytes32 id, LotState state);
    error NotOffered(bytes32 lot);
    error OfferOfAnother(bytes32 lot, address to, address account);
    /// @notice The lot was offered again since; `current` names the offer that counts.
    error OfferSuperseded(bytes32 lot, uint32 current, uint32 given);
    error OfferExpired(bytes32 lot, uint40 expiry, uint256 time);
    /// @notice So many accounts or places in the book, and no more.
    error LimitReached(uint256 limit);
    /// @notice A mixed lot stays where it was made until then.
    error LotResting(bytes32 id, uint40 until);
    /// @notice A charge is processed, or broken up by a rebook.
    error ChargeBound(bytes32 id);
    /// @notice No event that still counts names the lot.
    error LotNotNamed(bytes32 id, LotState state);
    /// @notice Stock in process stays in its plant until the site's next period.
    error StockBound(bytes32 id);
    /// @notice The last booked period of the site ended then: the next one begins with that second. What lies between
    /// is left out, or the period before is not booked yet.
    error PeriodGap(bytes32 site, uint16 element, uint40 end, uint40 from);
    error AlreadyUsed(bytes32 eventId);
    /// @notice More units than are in products.
    error UnitsNotAssigned(bytes32 lot, uint32 assigned, uint32 units);
    error UnitsExceeded(bytes32 lot, uint32 assigned, uint32 units, uint32 count);

    /// @dev Only the council. The act names the hash of the writer's code (CodeDiffers); 0 takes the right. A key has
    /// no code (NoCode).
    function setWriter(address writer, bytes32 codeHash) external;

    /// @notice Lots are made of a site event: once (AlreadyUsed), for ever, by whichever version of a rule.
    /// @return eventId as eventIdOf
    function useEvent(bytes32 site, uint32 sequence, uint16 element) external returns (bytes32 eventId);

    /// @notice The root of a site's document: keccak256(abi.encode(site, sequence)), numbered.
    /// @param elements atomic numbers as bits: all metals of the document, where something comes in units; else 0.
    /// Those told before are kept beside them
    function rootOfDocument(bytes32 site, uint32 sequence, uint256 elements) external returns (uint32 root);

    /// @notice The root of a run over several roots: keccak256(abi.encode(ids)), numbered.
    /// @param ids inputs of the run, strictly increasing
    function rootOfInputs(bytes32[] calldata ids) external returns (uint32 root);

    /// @notice A period of a continuous site is booked (as requireNext), and with it what lies in the plant now. A site
    /// that is continuous no more uses its stock up in the same way.
    /// @param from begin of the period; `period` has its end
    function closePeriod(bytes32 site, uint16 element, uint40 from, Period calldata period) external;

    /// @param traits with count, time, element, schema, format, material, model, root, index and marks
    /// @param birthplace place of birth (Places) while the metal has not changed hands, else 0
    /// @param origin as originOf; 0 for a lot that is its own
    /// @param heldSince since when the account has the metal, in seconds; kept in whole hours, rounded up
    /// @param heldUntil 0: born active
    function create(
        bytes32 id,
        address account,
        LotTraits traits,
        bytes32 birthplace,
        bytes32 origin,
        uint40 heldSince,
        uint40 heldUntil
    ) external;

    /// @notice A free lot (LotNotFree) went into an event: it is Named until then.
    /// @return sequence of it
    /// @return account that holds the lot
    /// @return traits of the lot
    function name(bytes32 id, uint40 until) external returns (uint32 sequence, address account, LotTraits traits);

    /// @notice The event is taken back: its lot (LotNotNamed otherwise) is Active.
    function unname(bytes32 id) external returns (uint32 sequence);

    /// @notice Offers a lot that `from` holds free (as requireFree): no charge (ChargeBound), no stock in process
    /// (StockBound), and no mixed lot of less than 24 hours (LotResting).
    /// @return sequence that names the offer
    /// @return traits of the lot
    /// @return birthplace as birthplaceOf
    function offer(bytes32 id, address from, address to, uint40 until)
        external
        returns (uint32 sequence, LotTraits traits, bytes32 birthplace);

    /// @notice Binds an offered lot until then; the offer stays open, and no settlement is approved. NotOffered without
    /// an offer.
    function dispute(bytes32 id, uint40 until) external returns (uint32 sequence);

    /// @notice Keeps the measurement by which a dispute is settled, and binds the lot until then, if that is later.
    /// StateInvalid unless it is disputed. A later approval replaces an earlier one.
    function approveSettlement(bytes32 id, bytes32 eventId, address umpire, uint40 until)
        external
        returns (uint32 sequence);

    /// @notice A disputed lot (StateInvalid otherwise) is Offered again: until the offer's expiry, or `least` if that
    /// is later. It cannot be disputed again.
    /// @return sequence of it
    /// @return until when the offer ends now
    function endDispute(bytes32 id, uint40 least) external returns (uint32 sequence, uint40 until);

    /// @notice Gives the lot to the receiver of its open offer; state becomes Active.
    /// @param sequence that names the offer
    /// @param heldSince since when the receiver has the metal, in seconds; 0: as long as the holder before
    /// @return from the holder before
    /// @return next sequence, of the acceptance
    /// @return traits of a lot that is part of a batch, or was not sold since its birth; else 0
    function accept(bytes32 id, address to, uint32 sequence, uint40 heldSince)
        external
        returns (address from, uint32 next, LotTraits traits);

    /// @notice Part of an acceptance, whose sequence counts: the metal was sold to another ownership group.
    function leaveBirthplace(bytes32 id) external;

    /// @notice Takes units (at least 1, CountInvalid) of a lot into a product: `account` holds it free, or it was
    /// assigned in part before; movable, as for offer. More units than are
    /// left are refused (UnitsExceeded); state becomes Assigned.
    /// @return sequence of the assignment
    /// @return traits of the lot
    function assign(bytes32 id, address account, uint32 units) external returns (uint32 sequence, LotTraits traits);

    /// @notice Ends what binds the lot; no offer is left. An event's lock is ended by unname alone (StateInvalid).
    function setActive(bytes32 id) external returns (uint32 sequence);

    /// @notice Counts an event about a lot that changes nothing else; an open offer is then named by its sequence.
    function touch(bytes32 id) external returns (uint32 sequence);

    /// @notice When the hold on a root (RootUnknown) in the hands of a group ends; 0 ends it at once.
    function setHold(uint32 root, bytes32 group, uint40 until) external;

    /// @notice Consumes a lot that `account` holds free (as requireFree), but no stock in process (StockBound).
    /// @return sequence of the end
    /// @return traits of the lot
    /// @return birthplace as birthplaceOf
    /// @return heldSince since when the account has the metal, in seconds
    function take(bytes32 id, address account)
        external
        returns (uint32 sequence, LotTraits traits, bytes32 birthplace, uint40 heldSince);

    /// @notice As take, but of a lot that an event named and nothing holds: Consumed or Lost (StateInvalid otherwise).
    /// Stock in process belongs to its site: whoever operates that takes it, and need not be its holder.
    /// Which event it is follows from the inputs of the event (IAttestations): of all that stand, are unused and have
    /// not lapsed, at most one names a lot.
    function takeNamed(bytes32 id, address account, LotState state)
        external
        returns (uint32 sequence, LotTraits traits, bytes32 birthplace, uint40 heldSince);

    /// @notice As take, but of a disputed lot; also after `until`.
    function takeDisputed(bytes32 id, address account)
        external
        returns (uint32 sequence, LotTraits traits, bytes32 birthplace, uint40 heldSince);

    /// @notice As take, but of an assigned lot (StateInvalid otherwise), of which so many units (at least 1,
    /// CountInvalid) leave their products: no more than are in products (UnitsNotAssigned).
    /// @return sequence of the end
    /// @return traits of the lot
    /// @return birthplace as birthplaceOf
    /// @return heldSince since when the account has the metal, in seconds
    /// @return left units that stay in products
    function takeAssigned(bytes32 id, address account, uint32 units)
        external
        returns (uint32 sequence, LotTraits traits, bytes32 birthplace, uint40 heldSince, uint32 left);

    /// @notice A later proof restates a past run: same id, new commitment, state as it was; of ended lots too. An
    /// open offer is then named by this sequence: who accepts it has seen the restatement.
    function restate(bytes32 id, bytes32 commitment) external returns (uint8 revision, uint32 sequence);

    /// @notice All zeros (state None) for an unknown lot. A hold on its root is told by holdOn.
    function lotOf(bytes32 id) external view returns (Lot memory);

    /// @notice Where a lot is, and what binds it: its first slot; 0 for an unknown one.
    function holdingOf(bytes32 id) external view returns (Holding);

    /// @notice What a lot is: its second slot; 0 for an unknown one.
    function traitsOf(bytes32 id) external view returns (LotTraits);

    /// @notice The id, until the lot is restated; reverts (LotUnknown) for an unknown lot.
    function commitmentOf(bytes32 id) external view returns (bytes32);

    /// @notice Where the metal was born, while it has not changed hands since; else 0.
    function birthplaceOf(bytes32 id) external view returns (bytes32 place);

    /// @notice Of an identity-preserved lot: the lot that was born from the one event that all its metal comes from.
    function originOf(bytes32 id) external view returns (bytes32);

    /// @notice Units of the lot that are in products; of an ended one those that were, until it ended.
    function assignedUnits(bytes32 id) external view returns (uint32);

    /// @notice Of the lot's last dispute, open or not.
    function settlementOf(bytes32 id) external view returns (Settlement memory);

    /// @notice keccak256(abi.encode(site, sequence, element)): the name of a site event about an element, for ever.
    function eventIdOf(bytes32 site, uint32 sequence, uint16 element) external pure returns (bytes32);

    /// @notice All zeros for a site without booked periods of the element.
    function periodOf(bytes32 site, uint16 element) external view returns (Period memory);

    /// @notice Reverts (PeriodGap) unless a period that begins at `from` follows the last booked one: at once, or, since
    /// an act made the site continuous anew, not before its end.
    function requireNext(bytes32 site, uint16 element, uint32 since, uint40 from) external view;

    /// @notice Whether lots were made of the site event.
    function isUsed(bytes32 eventId) external view returns (bool);

    /// @notice Holder (of an ended lot the last one); 0 for an unknown lot.
    function holderOf(bytes32 id) external view returns (address account);

    /// @notice All zeros without an offer: before the first, and after an acceptance, rejection or cancellation.
    function offerOf(bytes32 id) external view returns (Offered memory);

    /// @notice The lot, if `account` holds it and it is Active, or Offered, Held, Disputed or Named with `until` passed
    /// (in the second `until` itself it is still bound), and on no hold; reverts otherwise.
    function requireFree(bytes32 id, address account) external view returns (Lot memory lot);

    /// @notice All zeros where there never was one.
    function holdOf(uint32 root, bytes32 group) external view returns (Hold memory);

    /// @notice The hold that binds a lot (LotUnknown): the group that it is on, and when it ends. Where none is in force,
    /// the holder's group, and when the last one on it ended.
    function holdOn(bytes32 id) external view returns (bytes32 group, uint40 until);

    /// @notice keccak256(abi.encode(root, group)): the name of a hold, for ever.
    function holdKeyOf(uint32 root, bytes32 group) external pure returns (bytes32);

    /// @notice The metals that a batch of the root has, as bits; 0 where nothing of it comes in units.
    function elementsOf(uint32 root) external view returns (uint256 elements);

    /// @notice Events about the lot so far; 0 for an unknown one.
    function sequenceOf(bytes32 id) external view returns (uint32);
}
