// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title Bitemporal: what was so at a time, as known at another
/// @notice A fact says something, for or against a subject, about the times `from` … `to` (both included), and is
/// never rewritten. Of the facts about one time the last recorded counts. What speaks for a subject counts by itself
/// for times that came when it had been recorded. For times before, back to `since`, it bridges silence, but never
/// what speaks against the subject. Facts lie in the order of their recording.
/// @dev A fact fills one storage slot.
library Bitemporal {
    /// Stretches that an interval may be pieced together from: bounds the gas of a question.
    uint256 internal constant STRETCH_LIMIT = 16;
    uint40 internal constant FOREVER = type(uint40).max;
    /// What was recorded this long before a time was known by then: a block's time may lag behind everybody's.
    uint40 internal constant LAG = 1 hours;

    struct Fact {
        uint40 from;
        uint40 to;
        uint40 recordedAt;
        uint40 since; // from when on it may bridge silence; of a fact against the subject it is `from`
        uint40 lapsesAt; // known later than that, it counts no longer
        bool positive; // speaks for the subject
        uint8 detail; // the caller's own code
        uint16 first; // the caller's own numbers of those who say it, 0 for none
        uint16 second;
    }

    /// @notice What counts of the facts.
    struct Known {
        uint40 time; // facts recorded later do not
        uint16 without; // nor those that one of this number says for the subject; 0 for none
    }

    /// @param known what counts of the facts
    /// @return positive what counts at `time`; false where no known fact speaks of it
    /// @return until if positive, a second until which the answer stays so
    function at(Fact[] storage facts, uint40 time, Known memory known)
        internal
        view
        returns (bool positive, uint40 until)
    {
        until = FOREVER;
        for (uint256 i = facts.length; i > 0; --i) {
            Fact memory fact = facts[i - 1];
            if (fact.to < time || !isKnown(fact, known)) continue;
            if (fact.since > time) {
                if (!fact.positive) until = earlier(until, fact.since - 1);
                continue;
            }
            if (!fact.positive) return (false, 0);
            if (fact.recordedAt + LAG <= time) return (true, earlier(until, fact.to));
            if (!positive) until = earlier(until, fact.to);
            positive = true;
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
        if (known.time < fact.recordedAt || fact.lapsesAt < known.time) return false;
        bool own = known.without != 0 && (fact.first == known.without || fact.second == known.without);
        return !(own && fact.positive);
    }

    function earlier(uint40 a, uint40 b) internal pure returns (uint40) {
        return a < b ? a : b;
    }

    function later(uint40 a, uint40 b) internal pure returns (uint40) {
        return a > b ? a : b;
    }
}
