// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title Places: the consortium's determinations of conflict-affected and high-risk areas (CAHRA)
/// @notice One determination speaks on three criteria (conflict, governance, human rights) and holds for at most 12
/// months. Where no valid determination exists, a place counts as a CAHRA. One that finds no criterion met counts by
/// itself for times an hour or more after its recording; for earlier ones, back to `since`, it bridges silence and
/// never what was found against the place. Both ends of from … to belong to the interval.
interface IPlaces {
    struct Determination {
        uint40 from; // at most recordedAt + 30 days
        uint40 to; // at most from + 366 days
        uint40 recordedAt;
        uint40 since; // from when on it counts: `from`, or a window before recordedAt if no criterion is met
        bool conflict;
        bool governance;
        bool humanRights;
        bytes32 document; // method and sources
    }

    event PlaceDetermined(
        bytes32 indexed place,
        uint32 sequence,
        uint40 from,
        uint40 to,
        uint40 since,
        bool conflict,
        bool governance,
        bool humanRights,
        bytes32 document
    );
    event DeterminationExcused(bytes32 indexed place, uint32 sequence, uint32 number);

    error DeterminationInvalid(uint40 from, uint40 to);
    error DeterminationTooEarly(uint40 from, uint256 time);
    error DeterminationNotFavourable(bytes32 place, uint32 number);
    error DeterminationUnknown(bytes32 place, uint32 number);
    error PlaceMissing();
    error TooManyDeterminations(bytes32 place, uint256 limit);

    /// @dev Only a member with the risk role (Roles.sol). At most 128 determinations a place: two a year for six
    /// decades.
    /// @param from at most 30 days after the time of the block (DeterminationTooEarly): nobody determines years ahead
    /// @param to later than `from`, at most 366 days (DeterminationInvalid)
    function determine(
        bytes32 place,
        uint40 from,
        uint40 to,
        bool conflict,
        bool governance,
        bool humanRights,
        bytes32 document
    ) external;

    /// @notice A determination that finds no criterion met and was recorded late counts from its `from` on. The excuse is
    /// a determination of its own, until now at most; it bridges silence, and never what was found against the place.
    /// @dev Only the council (DeterminationNotFavourable, DeterminationUnknown).
    /// @param number of the determination, from 1, in the order of determinationsOf
    function excuseLateRecording(bytes32 place, uint32 number) external;

    /// @notice False only if determinations known at `knownAt` cover the whole of [from, to] and none of them finds a
    /// criterion met. Of two determinations for the same time the later recorded one counts. An interval pieced
    /// together from more than 16 parts counts as a CAHRA.
    function isCahra(bytes32 place, uint40 from, uint40 to, uint40 knownAt) external view returns (bool);

    /// @notice Whether some determination, of either outcome, is valid at `time`.
    function isDetermined(bytes32 place, uint40 time) external view returns (bool);

    function determinationsOf(bytes32 place) external view returns (Determination[] memory);

    function sequenceOf(bytes32 place) external view returns (uint32);
}
