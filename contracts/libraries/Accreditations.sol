// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title Accreditations: for which schemes an organisation certifies, from when to when
/// @dev An organisation certifies a scheme while it is active, has the certifier role and the accreditation. When it
/// ceases to, what it certified counts on for a time of grace, then no longer, until it certifies again. What lapsed
/// is not made good: the days between the end of the grace and its return stay without it.
library Accreditations {
    /// In which another certifier may take the certificates over.
    uint40 internal constant GRACE = 90 days;
    uint40 private constant FOREVER = type(uint40).max;

    /// One slot. From `time` on the organisation certifies these schemes, bit s: scheme s.
    struct Standing {
        uint40 time;
        uint64 schemes;
    }

    /// The schemes from now on, if they are others than before.
    function record(Standing[] storage standings, uint64 schemes) internal {
        uint256 count = standings.length;
        uint64 before = count == 0 ? 0 : standings[count - 1].schemes;
        if (before != schemes) standings.push(Standing(uint40(block.timestamp), schemes));
    }

    function includes(uint64 schemes, uint16 scheme) internal pure returns (bool) {
        return (schemes >> scheme) & 1 == 1;
    }

    /// @param knownAt standings recorded later do not count
    /// @return vouched whether certificates of the scheme count at `time`
    /// @return until if so, a second until which they surely do
    function at(Standing[] storage standings, uint16 scheme, uint40 time, uint40 knownAt)
        internal
        view
        returns (bool vouched, uint40 until)
    {
        bool certified = false;
        uint40 end = FOREVER; // of the grace; none runs while it certifies
        for (uint256 i = 0; i < standings.length; ++i) {
            Standing memory standing = standings[i];
            if (standing.time > knownAt) break;
            if (!includes(standing.schemes, scheme)) {
                if (certified) end = standing.time + GRACE;
                certified = false;
                continue;
            }
            if (end < standing.time && time < standing.time) break; // in the silence, or before it
            (certified, end) = (true, FOREVER);
        }
        return (time < end, end == FOREVER ? FOREVER : end - 1);
    }
}
