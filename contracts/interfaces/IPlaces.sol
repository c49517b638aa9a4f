// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title Places: the consortium's determinations of conflict-affected and high-risk areas (CAHRA)
/// @notice One determination speaks on three criteria (conflict, governance, human rights) and holds for at most 12
/// months. Where no valid determination exists, a place counts as a CAHRA. Both ends of from … to belong to the
/// interval.
interface IPlaces {
    struct Determination {
        uint40 from; // at most recordedAt + 30 days
        uint40 to; // at most from + 366 days
        uint40 recordedAt;
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
        bool conflict,
        bool governance,
        bool humanRights,
        bytes32 document
    );

    error DeterminationInvalid(uint40 from, uint40 to);
    error DeterminationTooEarly(uint40 from, uint256 time);
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

    /// @notice False only if determinations known at `knownAt` cover the whole of [from, to] and none of them finds a
    /// criterion met. Of two determinations for the same time the later recorded one counts. An interval pieced
    /// together from more than 16 parts counts as a CAHRA.
    function isCahra(bytes32 place, uint40 from, uint40 to, uint40 knownAt) external view returns (bool);

    /// @notice Whether some determination, of either outcome, is valid at `time`.
    function isDetermined(bytes32 place, uint40 time) external view returns (bool);

    function determinationsOf(bytes32 place) external view returns (Determination[] memory);

    function sequenceOf(bytes32 place) external view returns (uint32);
}
