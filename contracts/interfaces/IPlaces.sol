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
        uint40 lapsesAt; // known later, it counts no longer: what one group alone says against a place far back
        bool conflict;
        bool governance;
        bool humanRights;
        bytes32 document; // method and sources
    }

    /// @param by who recorded it. proposer: of another ownership group, if no criterion is met
    event PlaceDetermined(
        bytes32 indexed place, uint32 sequence, address by, address proposer, Determination determination
    );
    event DeterminationProposed(bytes32 indexed place, uint40 from, uint40 to, address by, bytes32 document);
    event DeterminationExcused(bytes32 indexed place, uint32 sequence, uint32 number);

    error DeterminationInvalid(uint40 from, uint40 to);
    error DeterminationTooEarly(uint40 from, uint256 time);
    error DeterminationNotFavourable(bytes32 place, uint32 number);
    error DeterminationUnknown(bytes32 place, uint32 number);
    error PlaceMissing();
    error ConfirmingGroupRequired(bytes32 place, address by);
    error TooManyDeterminations(bytes32 place, uint256 limit);

    /// @notice What speaks against a place (a criterion is met) counts at once. If it begins more than 30 days before
    /// its recording, it lapses 30 days after it, unless it joins what another ownership group says against the whole
    /// of its time and has not lapsed.
    ///
    /// What speaks for it takes two: the first call proposes, and the same call by another ownership group
    /// (ConfirmingGroupRequired) records it. A proposal stands as long as its proposer has the role.
    /// @dev Only a member with the risk role (Roles.sol). At most 128 determinations a place: two a year for six
    /// decades. What speaks for it is refused once there are 96 (IJournal.RowFull); at most 32 are warnings of one
    /// ownership group (TooManyDeterminations).
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

    /// @notice Who proposed a determination that no criterion is met; the zero address for nobody.
    function proposerOf(bytes32 place, uint40 from, uint40 to, bytes32 document) external view returns (address);

    /// @notice False only if determinations known at `knownAt` cover the whole of [from, to] and none of them finds a
    /// criterion met. Of two determinations for the same time the later recorded one counts. An interval pieced
    /// together from more than 16 parts counts as a CAHRA.
    /// @param operator organisation in whose matter it is asked: what its own ownership group says for the place does
    /// not count; 0 for nobody's
    function isCahra(bytes32 place, uint40 from, uint40 to, uint40 knownAt, bytes32 operator)
        external
        view
        returns (bool);

    /// @notice Whether some determination, of either outcome, is valid at `time`.
    function isDetermined(bytes32 place, uint40 time) external view returns (bool);

    function determinationsOf(bytes32 place) external view returns (Determination[] memory);

    function sequenceOf(bytes32 place) external view returns (uint32);
}
