// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title Bitemporal: what was so at a time, as known at another
/// @notice A fact says something, for or against a subject, about the times `from` … `to` (both included), and is
/// never rewritten. Of the facts about one time the last recorded counts. Facts lie in the order of their recording.
/// @dev A fact fills one storage slot.
library Bitemporal {
    /// Stretches that an interval may be pieced together from: bounds the gas of a question.
    uint256 internal constant STRETCH_LIMIT = 16;
    uint40 internal constant FOREVER = type(uint40).max;

    struct Fact {
        uint40 from;
        uint40 to;
        uint40 recordedAt;
        bool positive; // speaks for the subject
        uint8 detail; // the caller's own code
    }

    /// @notice Until when facts must have been recorded to count: those that speak for the subject, and those against
    /// it.
    struct Known {
        uint40 positive;
        uint40 negative;
    }

    /// @notice Everything recorded until `time`.
    function knownAt(uint40 time) internal pure returns (Known memory) {
        return Known(time, time);
    }

    /// @return positive what counts at `time`; false where no known fact speaks of it
    /// @return until the last second for which the same fact (or the same silence) counts, if not longer
    function at(Fact[] storage facts, uint40 time, Known memory known)
        internal
        view
        returns (bool positive, uint40 until)
    {
        until = FOREVER;
        for (uint256 i = facts.length; i > 0; --i) {
            Fact memory fact = facts[i - 1];
            if (!isKnown(fact, known)) continue;
            if (fact.from > time) until = earlier(until, fact.from - 1);
            else if (fact.to >= time) return (fact.positive, earlier(until, fact.to));
        }
    }

    /// @notice Whether facts speak for the subject during the whole of `from` … `to`.
    function holds(Fact[] storage facts, uint40 from, uint40 to, Known memory known) internal view returns (bool) {
        uint40 time = from;
        for (uint256 i = 0; i < STRETCH_LIMIT; ++i) {
            (bool positive, uint40 until) = at(facts, time, known);
            if (!positive) return false;
            if (until >= to) return true;
            time = until + 1;
        }
        return false;
    }

    function isKnown(Fact memory fact, Known memory known) internal pure returns (bool) {
        return fact.recordedAt <= (fact.positive ? known.positive : known.negative);
    }

    function earlier(uint40 a, uint40 b) internal pure returns (uint40) {
        return a < b ? a : b;
    }
}
