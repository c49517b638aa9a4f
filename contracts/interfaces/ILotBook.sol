// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {CustodyModel, Lot, LotState} from "./Types.sol";

/// @title LotBook: the permanent, minimal book of lots
/// @notice Holds what must outlive every rule: id, commitment, account, state, count, batch, revision, birthplace.
/// Rule contracts that the council admits as writers decide; the book itself guarantees that ids are unique and non-
/// zero, that ended lots stay ended, and that every write raises the lot's sequence by 1 (it is 1 at creation), which
/// the writer puts into its event.
/// @dev Not guaranteed: that a writer is right. That an id is a field element follows from the proof that made the
/// lot.
interface ILotBook {
    struct NewLot {
        bytes32 id; // its first commitment
        address account;
        CustodyModel model;
        uint32 count;
        uint40 time;
        uint16 element;
        uint8 schema;
        uint16 material;
        uint80 batch; // 0, or as Batches.sol makes it: the two lowest bits are the output's index
        bytes32 birthplace; // place of birth (Places) while the metal has not changed hands, else 0
        uint40 heldUntil; // 0: born active
    }

    event WriterSet(address indexed writer, bool allowed);

    error NotWriter(address caller);
    error LotUnknown(bytes32 id);
    error LotExists(bytes32 id);
    error LotEmptyId();
    error LotEnded(bytes32 id, LotState state);
    error LotNotFree(bytes32 id, LotState state, uint40 until);
    error NotHolder(bytes32 id, address account, address holder);
    error CountInvalid(uint32 count);
    error StateInvalid(bytes32 id, LotState state);

    /// @dev Only the council.
    function setWriter(address writer, bool allowed) external;

    function create(NewLot calldata lot) external;

    /// @notice Gives the lot to another account; state becomes Active.
    /// @param sold to another organisation: the lot leaves its birthplace
    function move(bytes32 id, address to, bool sold) external returns (uint32 sequence);

    /// @notice Active, Offered, Held, Disputed or Assigned; any other state is refused (StateInvalid).
    function setState(bytes32 id, LotState state, uint40 until) external returns (uint32 sequence);

    /// @notice Gives the lot another material; state becomes Active.
    function setMaterial(bytes32 id, uint16 material) external returns (uint32 sequence);

    /// @notice Ends the lot (Consumed or WrittenOff; StateInvalid otherwise).
    function end(bytes32 id, LotState state) external returns (uint32 sequence);

    /// @notice Counts an event about the lot that changes nothing in the book; of ended lots too.
    function touch(bytes32 id) external returns (uint32 sequence);

    /// @notice A later proof restates a past run: same id, new commitment, state as it was; of ended lots too.
    function restate(bytes32 id, bytes32 commitment) external returns (uint8 revision, uint32 sequence);

    /// @notice All zeros (state None) for an unknown lot.
    function lotOf(bytes32 id) external view returns (Lot memory);

    /// @notice The id, until the lot is restated; reverts (LotUnknown) for an unknown lot.
    function commitmentOf(bytes32 id) external view returns (bytes32);

    /// @notice Where the metal was born, while it has not changed hands since; else 0.
    function birthplaceOf(bytes32 id) external view returns (bytes32 place);

    /// @notice Holder (of an ended lot the last one) and events so far; zeros for an unknown lot.
    function holderOf(bytes32 id) external view returns (address account, uint32 sequence);

    /// @notice The lot, if `account` holds it and it is Active, or Offered, Held or Disputed with `until` passed (in
    /// the second `until` itself it is still bound); reverts otherwise.
    /// @return lot as in the book
    /// @return birthplace as birthplaceOf
    function requireFree(bytes32 id, address account) external view returns (Lot memory lot, bytes32 birthplace);

    /// @notice How many lots of a physical batch have not ended; 0 for batch 0.
    function batchSize(uint80 batch) external view returns (uint32);

    /// @notice Events about the lot so far; 0 for an unknown one.
    function sequenceOf(bytes32 id) external view returns (uint32);
}
