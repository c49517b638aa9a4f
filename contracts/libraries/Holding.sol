// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {LotState} from "../interfaces/Types.sol";

/// Who holds a lot, and what binds it: the first slot of a lot, all that custody reads and writes.
///
/// | bits    | field    |                                                                       |
/// |---------|----------|-----------------------------------------------------------------------|
/// | 0–159   | account  | holder; of an ended lot the last one                                  |
/// | 160–163 | state    |                                                                       |
/// | 164–172 | later    | events since the offer that left it open                              |
/// | 173     | guarded  | whoever accepts the offer looks at batch and birthplace first         |
/// | 174–191 | receiver | number of the account that the lot is offered to; 0 without an offer  |
/// | 192–215 | sequence | events about the lot so far                                           |
/// | 216–255 | until    | when Offered, Held or Disputed ends                                   |
type Holding is uint256;

using Holdings for Holding global;

/// @title Holdings: reads a Holding, and makes the next one after an event
/// @dev Every next one has the sequence raised by 1. Sequences end at 16 million: the write is refused then.
library Holdings {
    uint256 private constant STATE_AT = 160;
    uint256 private constant LATER_AT = 164;
    uint256 private constant GUARDED_AT = 173;
    uint256 private constant RECEIVER_AT = 174;
    uint256 private constant SEQUENCE_AT = 192;
    uint256 private constant UNTIL_AT = 216;
    uint256 private constant ACCOUNT_MASK = (1 << STATE_AT) - 1;
    uint256 private constant STATE_MASK = (1 << 4) - 1;
    uint256 private constant SEQUENCE_MASK = (1 << 24) - 1;
    uint256 private constant OFFER_MASK = ((1 << (SEQUENCE_AT - LATER_AT)) - 1) << LATER_AT; // later, guarded, receiver
    uint256 private constant ONE_EVENT = 1 << SEQUENCE_AT;
    uint256 internal constant LATER_MAX = (1 << 9) - 1;
    uint256 internal constant TOUCHED_MAX = 500; // the rest is for a dispute and the umpires' approvals
    uint256 internal constant RECEIVER_MAX = (1 << 18) - 1;

    error SequenceExhausted();

    function create(address holder, LotState first, uint40 end) internal pure returns (Holding) {
        return _make(uint160(holder) | ONE_EVENT, first, end);
    }

    /// @notice Another state; no offer is left.
    function bind(Holding holding, LotState next, uint40 end) internal pure returns (Holding) {
        return _make(_counted(holding) & (ACCOUNT_MASK | (SEQUENCE_MASK << SEQUENCE_AT)), next, end);
    }

    function moveTo(Holding holding, address next) internal pure returns (Holding) {
        uint256 sequence_ = _counted(holding) & (SEQUENCE_MASK << SEQUENCE_AT);
        return _make(uint160(next) | sequence_, LotState.Active, 0);
    }

    function offerTo(Holding holding, uint256 number, uint40 end, bool isGuarded) internal pure returns (Holding) {
        uint256 offered = Holding.unwrap(bind(holding, LotState.Offered, end)) | (number << RECEIVER_AT);
        return Holding.wrap(isGuarded ? offered | (1 << GUARDED_AT) : offered);
    }

    /// @notice The offer stays open, until the dispute ends.
    function dispute(Holding holding, uint40 end) internal pure returns (Holding) {
        uint256 word = Holding.unwrap(touch(holding));
        word &= ~(STATE_MASK << STATE_AT) & ((1 << UNTIL_AT) - 1);
        return _make(word, LotState.Disputed, end);
    }

    /// @notice Nothing changes; an offer stays and keeps its name.
    function touch(Holding holding) internal pure returns (Holding) {
        return Holding.wrap(_counted(holding) + (1 << LATER_AT));
    }

    /// @notice Nothing changes, but an offer is named anew.
    function rename(Holding holding) internal pure returns (Holding) {
        return Holding.wrap(_counted(holding));
    }

    /// @notice Nothing changes, but an offer that has lapsed is forgotten.
    function forget(Holding holding) internal pure returns (Holding) {
        return Holding.wrap(_counted(holding) & ~OFFER_MASK);
    }

    function account(Holding holding) internal pure returns (address) {
        return address(uint160(Holding.unwrap(holding)));
    }

    function state(Holding holding) internal pure returns (LotState) {
        return LotState((Holding.unwrap(holding) >> STATE_AT) & STATE_MASK);
    }

    function later(Holding holding) internal pure returns (uint32) {
        return uint32((Holding.unwrap(holding) >> LATER_AT) & LATER_MAX);
    }

    function guarded(Holding holding) internal pure returns (bool) {
        return (Holding.unwrap(holding) >> GUARDED_AT) & 1 == 1;
    }

    function receiver(Holding holding) internal pure returns (uint256 number) {
        return (Holding.unwrap(holding) >> RECEIVER_AT) & RECEIVER_MAX;
    }

    function sequence(Holding holding) internal pure returns (uint32) {
        return uint32((Holding.unwrap(holding) >> SEQUENCE_AT) & SEQUENCE_MASK);
    }

    /// @notice The sequence that names the offer.
    function offeredAt(Holding holding) internal pure returns (uint32) {
        return sequence(holding) - later(holding);
    }

    function until(Holding holding) internal pure returns (uint40) {
        return uint40(Holding.unwrap(holding) >> UNTIL_AT);
    }

    function isKnown(Holding holding) internal pure returns (bool) {
        return Holding.unwrap(holding) != 0;
    }

    function hasEnded(Holding holding) internal pure returns (bool) {
        LotState now_ = state(holding);
        return now_ == LotState.Consumed || now_ == LotState.WrittenOff;
    }

    /// @notice Active, or bound by what has lapsed: in the second `until` itself it still binds.
    function isFree(Holding holding) internal view returns (bool) {
        LotState now_ = state(holding);
        if (now_ == LotState.Active) return true;
        bool lapses = now_ == LotState.Offered || now_ == LotState.Held || now_ == LotState.Disputed;
        return lapses && block.timestamp > until(holding);
    }

    /// @notice Whether an offer waits for its answer.
    function isOpen(Holding holding) internal view returns (bool) {
        return receiver(holding) != 0 && block.timestamp <= until(holding);
    }

    function _counted(Holding holding) private pure returns (uint256) {
        if (sequence(holding) == SEQUENCE_MASK) revert SequenceExhausted();
        return Holding.unwrap(holding) + ONE_EVENT;
    }

    function _make(uint256 rest, LotState next, uint40 end) private pure returns (Holding) {
        return Holding.wrap(rest | (uint256(next) << STATE_AT) | (uint256(end) << UNTIL_AT));
    }
}
