// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Nature} from "../libraries/Nature.sol";
import {Lot, LotState} from "./Types.sol";

/// @title LotBook: the permanent, minimal book of lots
/// @notice Holds what must outlive every rule: id, commitment, account, offer, state, count, batch, revision,
/// birthplace, origin, approved settlement, units assigned, and which site events were used. Rule contracts that the
/// council admits as writers decide; the book itself guarantees that ids are unique and non-zero, that ended lots stay
/// ended, that a site event makes lots once and a unit enters a product once whichever versions of the rules are
/// admitted, and that every write raises the lot's sequence by 1 (it is 1 at creation), which the writer puts into its
/// event.
/// @dev Not guaranteed: that a writer is right. That an id is a field element follows from the proof that made the
/// lot.
interface ILotBook {
    /// @notice An offer as it lies in the book, open or lapsed.
    struct Offered {
        address from;
        address to; // 0 without an offer
        uint32 sequence; // of the lot, when the offer was made
        uint40 until;
        bool disputed;
    }

    /// @param codeHash of the code that may write; 0 where the right is taken
    event WriterSet(address indexed writer, bytes32 codeHash);
    /// @notice Lots were made of a site event; `by` is the rule contract that made them.
    event EventUsed(bytes32 indexed eventId, address indexed by);

    error NotWriter(address caller);
    error LotUnknown(bytes32 id);
    error LotExists(bytes32 id);
    error LotEmptyId();
    error LotEnded(bytes32 id, LotState state);
    error LotNotFree(bytes32 id, LotState state, uint40 until);
    error NotHolder(bytes32 id, address account, address holder);
    error CountInvalid(uint32 count);
    error StateInvalid(bytes32 id, LotState state);
    error NotOffered(bytes32 lot);
    error OfferOfAnother(bytes32 lot, address to, address account);
    /// @notice The lot was offered again since; `current` names the offer that counts.
    error OfferSuperseded(bytes32 lot, uint32 current, uint32 given);
    error OfferExpired(bytes32 lot, uint40 expiry, uint256 time);
    /// @notice So many events about a lot while one offer is open, or so many accounts or places in the book, and no
    /// more.
    error LimitReached(uint256 limit);
    error AlreadyUsed(bytes32 eventId);
    error UnitsExceeded(bytes32 lot, uint32 assigned, uint32 units, uint32 count);

    /// @dev Only the council. The act names the hash of the writer's code (CodeDiffers); 0 takes the right. A key has
    /// no code (NoCode).
    function setWriter(address writer, bytes32 codeHash) external;

    /// @notice Lots are made of a site event: once (AlreadyUsed), for ever, by whichever version of a rule.
    /// @return eventId as eventIdOf
    function useEvent(bytes32 site, uint32 sequence, uint16 element) external returns (bytes32 eventId);

    /// @param nature with count, time, element, schema, material, model and batch (0, or as Batches.sol makes it)
    /// @param birthplace place of birth (Places) while the metal has not changed hands, else 0
    /// @param origin as originOf; 0 for a lot that is its own
    /// @param heldUntil 0: born active
    function create(
        bytes32 id,
        address account,
        Nature nature,
        bytes32 birthplace,
        bytes32 origin,
        uint40 heldUntil
    ) external;

    /// @notice Offers a lot that `from` holds free (as requireFree).
    /// @return sequence that names the offer
    /// @return batch of the lot
    /// @return size of that batch
    /// @return birthplace as birthplaceOf
    function offer(bytes32 id, address from, address to, uint40 until)
        external
        returns (uint32 sequence, uint80 batch, uint32 size, bytes32 birthplace);

    /// @notice Binds an offered lot until then; the offer stays open, and no settlement is approved. NotOffered without
    /// an offer.
    function dispute(bytes32 id, uint40 until) external returns (uint32 sequence);

    /// @notice Keeps the measurement by which a dispute is settled, and counts it: an open offer bears ten approvals
    /// more than events of touch, so that nobody shuts the umpire out.
    function approveSettlement(bytes32 id, bytes32 eventId) external returns (uint32 sequence);

    /// @notice Gives the lot to the receiver of its open offer; state becomes Active.
    /// @param sequence that names the offer
    /// @return from the holder before
    /// @return next sequence, of the acceptance
    /// @return guarded of a batch of several lots, or not sold since its birth
    function accept(bytes32 id, address to, uint32 sequence)
        external
        returns (address from, uint32 next, bool guarded);

    /// @notice Part of an acceptance, whose sequence counts: the metal was sold to another ownership group.
    function leaveBirthplace(bytes32 id) external;

    /// @notice Takes units (at least 1, CountInvalid) of a lot into a product: `account` holds it free, or it was
    /// assigned in part before. More units than are left are refused (UnitsExceeded); state becomes Assigned.
    /// @return sequence of the assignment
    /// @return nature of the lot
    function assign(bytes32 id, address account, uint32 units) external returns (uint32 sequence, Nature nature);

    /// @notice Active or Held; any other state is refused (StateInvalid). No offer is left.
    function setState(bytes32 id, LotState state, uint40 until) external returns (uint32 sequence);

    /// @notice Gives the lot another material; state becomes Active.
    function setMaterial(bytes32 id, uint16 material) external returns (uint32 sequence);

    /// @notice Ends a lot that `account` holds free (as requireFree): Consumed or WrittenOff (StateInvalid
    /// otherwise).
    /// @return sequence of the end
    /// @return nature of the lot
    /// @return birthplace as birthplaceOf
    function take(bytes32 id, address account, LotState state)
        external
        returns (uint32 sequence, Nature nature, bytes32 birthplace);

    /// @notice As take, but of a disputed lot.
    function takeDisputed(bytes32 id, address account, LotState state)
        external
        returns (uint32 sequence, Nature nature, bytes32 birthplace);

    /// @notice Counts an event about the lot that changes nothing in the book; of ended lots too. An open offer stays
    /// open, and bears 500 such events (LimitReached); one that has lapsed is forgotten.
    function touch(bytes32 id) external returns (uint32 sequence);

    /// @notice As touch, for a judge who lets goods arrive: an open offer bears 10 such events more, whatever its
    /// sender has disclosed.
    function consent(bytes32 id) external returns (uint32 sequence);

    /// @notice A later proof restates a past run: same id, new commitment, state as it was; of ended lots too. An
    /// open offer is then named by this sequence: who accepts it has seen the restatement.
    function restate(bytes32 id, bytes32 commitment) external returns (uint8 revision, uint32 sequence);

    /// @notice All zeros (state None) for an unknown lot.
    function lotOf(bytes32 id) external view returns (Lot memory);

    /// @notice The id, until the lot is restated; reverts (LotUnknown) for an unknown lot.
    function commitmentOf(bytes32 id) external view returns (bytes32);

    /// @notice Where the metal was born, while it has not changed hands since; else 0.
    function birthplaceOf(bytes32 id) external view returns (bytes32 place);

    /// @notice Of an identity-preserved lot: the lot that was born from the one event that all its metal comes from.
    function originOf(bytes32 id) external view returns (bytes32);

    /// @notice Units of the lot that are in products.
    function assignedUnits(bytes32 id) external view returns (uint32);

    /// @notice The measurement approved for the lot's last dispute, open or not; 0 without one.
    function settlementOf(bytes32 id) external view returns (bytes32 eventId);

    /// @notice keccak256(abi.encode(site, sequence, element)): the name of a site event about an element, for ever.
    function eventIdOf(bytes32 site, uint32 sequence, uint16 element) external pure returns (bytes32);

    /// @notice Whether lots were made of the site event.
    function isUsed(bytes32 eventId) external view returns (bool);

    /// @notice Holder (of an ended lot the last one); 0 for an unknown lot.
    function holderOf(bytes32 id) external view returns (address account);

    /// @notice All zeros without an offer: before the first, and after an acceptance, rejection, cancellation or
    /// hold.
    function offerOf(bytes32 id) external view returns (Offered memory);

    /// @notice The lot, if `account` holds it and it is Active, or Offered, Held or Disputed with `until` passed (in
    /// the second `until` itself it is still bound); reverts otherwise.
    function requireFree(bytes32 id, address account) external view returns (Lot memory lot);

    /// @notice How many lots of a physical batch have not ended; 0 for batch 0.
    function batchSize(uint80 batch) external view returns (uint32);

    /// @notice Events about the lot so far; 0 for an unknown one.
    function sequenceOf(bytes32 id) external view returns (uint32);
}
