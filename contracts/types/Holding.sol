// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {LotState} from "../interfaces/Types.sol";

/// Who holds a lot, and what binds it: the first slot of a lot, all that custody reads and writes.
///
/// | bits    | field            |                                                                      |
/// |---------|------------------|----------------------------------------------------------------------|
/// | 0–159   | account          | holder; of an ended lot the last one                                 |
/// | 160–163 | state            |                                                                      |
/// | 164     | guarded          | whoever accepts the offer looks at batch and birthplace first        |
/// | 165–182 | receiver         | number of the account that the lot is offered to; 0 without an offer |
/// | 183–184 | eventsSinceOffer | that left it open: the dispute and what came of it                   |
/// | 185–203 | sequence         | events about the lot so far                                          |
/// | 204–235 | until            | when Offered, Held, Disputed or Named ends; all ones: never          |
/// | 236–255 | heldSince        | when the holder got it: hours since 1970, rounded up; until 2089     |
type Holding is uint256;

using HoldingLib for Holding global;

/// @title HoldingLib: reads a Holding, and makes the next one after an event
/// @dev Every next one has the sequence raised by 1. Sequences end at 524,287: the write is refused then.
library HoldingLib {
    uint256 private constant STATE_AT = 160;
    uint256 private constant GUARDED_AT = 164;
    uint256 private constant RECEIVER_AT = 165;
    uint256 private constant SINCE_OFFER_AT = 183;
    uint256 private constant SEQUENCE_AT = 185;
    uint256 private constant UNTIL_AT = 204;
    uint256 private constant HELD_SINCE_AT = 236;
    uint256 private constant STATE_MASK = (1 << 4) - 1;
    uint256 private constant SEQUENCE_MASK = (1 << 19) - 1;
    uint256 private constant SINCE_OFFER_MAX = (1 << 2) - 1;
    uint256 private constant NEVER = type(uint32).max;
    uint256 private constant HOURS_MAX = (1 << 20) - 1;
    /// Account, sequence and heldSince: what a change of state keeps.
    uint256 private constant LASTING =
        ((1 << STATE_AT) - 1) | (SEQUENCE_MASK << SEQUENCE_AT) | (HOURS_MAX << HELD_SINCE_AT);
    uint256 private constant ONE_EVENT = 1 << SEQUENCE_AT;
    uint256 internal constant RECEIVER_MAX = (1 << 18) - 1;

    error SequenceExhausted();
    /// @notice A time that the book cannot count in hours any more.
    error TimeExhausted(uint40 time);

    /// @param since when the holder got it, in seconds
    function create(address holder, LotState first, uint40 end, uint40 since) internal pure returns (Holding) {
        return _make(uint160(holder) | ONE_EVENT | (_hours(since) << HELD_SINCE_AT), first, end);
    }

    /// @notice Another state; no offer is left.
    function enter(Holding holding, LotState next, uint40 end) internal pure returns (Holding) {
        return _make(_counted(holding) & LASTING, next, end);
    }

    /// @param since 0: as long as the holder before
    function moveTo(Holding holding, address next, uint40 since) internal pure returns (Holding) {
        uint256 hoursSince = since == 0 ? Holding.unwrap(holding) >> HELD_SINCE_AT : _hours(since);
        uint256 sequence_ = _counted(holding) & (SEQUENCE_MASK << SEQUENCE_AT);
        return _make(uint160(next) | sequence_ | (hoursSince << HELD_SINCE_AT), LotState.Active, 0);
    }

    function offerTo(Holding holding, uint256 number, uint40 end, bool isGuarded) internal pure returns (Holding) {
        uint256 offered = Holding.unwrap(enter(holding, LotState.Offered, end)) | (number << RECEIVER_AT);
        return Holding.wrap(isGuarded ? offered | (1 << GUARDED_AT) : offered);
    }

    /// @notice The offer stays open until then, and keeps its name: Disputed, or Offered again after it. Only the first
    /// three such events since the offer leave it its name; each further one renames it, as renewOffer does.
    function countEvent(Holding holding, LotState next, uint40 end) internal pure returns (Holding) {
        uint256 word = _counted(holding) & ~(STATE_MASK << STATE_AT) & ~(uint256(type(uint32).max) << UNTIL_AT);
        if (eventsSinceOffer(holding) != SINCE_OFFER_MAX) word += 1 << SINCE_OFFER_AT;
        return _make(word, next, end);
    }

    /// @notice Nothing changes, but an open offer has another name.
    function renewOffer(Holding holding) internal pure returns (Holding) {
        return Holding.wrap(_counted(holding));
    }

    function account(Holding holding) internal pure returns (address) {
        return address(uint160(Holding.unwrap(holding)));
    }

    function state(Holding holding) internal pure returns (LotState) {
        return LotState((Holding.unwrap(holding) >> STATE_AT) & STATE_MASK);
    }

    function guarded(Holding holding) internal pure returns (bool) {
        return (Holding.unwrap(holding) >> GUARDED_AT) & 1 == 1;
    }

    function receiver(Holding holding) internal pure returns (uint256 number) {
        return (Holding.unwrap(holding) >> RECEIVER_AT) & RECEIVER_MAX;
    }

    function eventsSinceOffer(Holding holding) internal pure returns (uint32) {
        return uint32((Holding.unwrap(holding) >> SINCE_OFFER_AT) & SINCE_OFFER_MAX);
    }

    function sequence(Holding holding) internal pure returns (uint32) {
        return uint32((Holding.unwrap(holding) >> SEQUENCE_AT) & SEQUENCE_MASK);
    }

    /// @notice The sequence that names the offer.
    function offeredAt(Holding holding) internal pure returns (uint32) {
        return sequence(holding) - eventsSinceOffer(holding);
    }

    function until(Holding holding) internal pure returns (uint40) {
        uint32 end = uint32(Holding.unwrap(holding) >> UNTIL_AT);
        return end == NEVER ? type(uint40).max : end;
    }

    /// @notice In seconds; a whole hour.
    function heldSince(Holding holding) internal pure returns (uint40) {
        return uint40((Holding.unwrap(holding) >> HELD_SINCE_AT) * 1 hours);
    }

    function isKnown(Holding holding) internal pure returns (bool) {
        return Holding.unwrap(holding) != 0;
    }

    function hasEnded(Holding holding) internal pure returns (bool) {
        LotState now_ = state(holding);
        return now_ == LotState.Consumed || now_ == LotState.Lost;
    }

    /// @notice Active, or bound by what has lapsed: in the second `until` itself it still binds.
    function isFree(Holding holding) internal view returns (bool) {
        LotState now_ = state(holding);
        if (now_ == LotState.Active) return true;
        bool lapses = now_ == LotState.Offered || now_ == LotState.Held || now_ == LotState.Disputed
            || now_ == LotState.Named;
        return lapses && block.timestamp > until(holding);
    }

    /// @notice Named by an event that has not lapsed.
    function isNamed(Holding holding) internal view returns (bool) {
        return state(holding) == LotState.Named && block.timestamp <= until(holding);
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
        uint256 last = end > NEVER ? NEVER : end;
        return Holding.wrap(rest | (uint256(next) << STATE_AT) | (last << UNTIL_AT));
    }

    function _hours(uint40 time) private pure returns (uint256 count) {
        count = (uint256(time) + 1 hours - 1) / 1 hours;
        if (count > HOURS_MAX) revert TimeExhausted(time);
    }
}
