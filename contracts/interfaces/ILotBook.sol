// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {CustodyModel, Lot, LotState} from "./Types.sol";

/// @title LotBook: the permanent, minimal book of lots
/// @notice Holds what must outlive every rule: id, commitment, account, state, count, batch, revision. Rule contracts that the
/// council admits as writers decide; the book itself guarantees that ids are unique and non-zero, that ended lots stay ended,
/// and that every write raises the lot's sequence by 1, which the writer puts into its event.
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
        uint80 batch;
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

    function setWriter(address writer, bool allowed) external;

    function create(NewLot calldata lot) external;

    /// @notice Gives the lot to another account; state becomes Active.
    function move(bytes32 id, address to) external returns (uint32 sequence);

    function setState(bytes32 id, LotState state, uint40 until) external returns (uint32 sequence);

    function setMaterial(bytes32 id, uint16 material) external returns (uint32 sequence);

    /// @notice Ends the lot (Consumed or WrittenOff).
    function end(bytes32 id, LotState state) external returns (uint32 sequence);

    /// @notice A later proof restates a past run: same id, new commitment.
    function restate(bytes32 id, bytes32 commitment) external returns (uint8 revision, uint32 sequence);

    function lotOf(bytes32 id) external view returns (Lot memory);

    function commitmentOf(bytes32 id) external view returns (bytes32);

    /// @notice The lot, if `account` holds it and it is Active, or Offered, Held or Disputed with `until` passed; reverts otherwise.
    function requireFree(bytes32 id, address account) external view returns (Lot memory);

    /// @notice How many lots of a physical batch have not ended.
    function batchSize(uint80 batch) external view returns (uint32);

    function sequenceOf(bytes32 id) external view returns (uint32);
}
