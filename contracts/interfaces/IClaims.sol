// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Measure, Proof} from "./Types.sol";

/// @title Claims: totals and threshold statements with proofs
/// @notice A claim speaks of one lot or of one complete total. Thresholds lie on a registered grid, so that nobody
/// narrows an amount down by asking ever finer questions. A carbon claim speaks of the tracked metal's chain, not of
/// a product footprint.
/// @dev Not guaranteed: that a lot is still free, or its past in good standing; readers compute what a later finding
/// reaches.
interface IClaims {
    struct Total {
        bytes32 product;
        uint16 element;
        uint32 parts; // covered so far
        uint32 scale;
        uint40 recordedAt;
        bool complete; // when it was recorded it covered all parts of a sealed product
    }

    struct TotalRequest {
        bytes32 product;
        uint16 element;
        uint32 firstPart;
        uint32 partCount; // 1 to 16, or to 15 after a previous total
        uint32 scale;
        bytes32 previous; // 0, or the total of the parts before
        bytes32 total; // the new commitment
        Proof proof;
    }

    struct ClaimRequest {
        bytes32 subject; // lot id or total
        Measure measure;
        uint8 creditMask; // bit k - 1: credit k; 0 unless CreditShare
        uint64 threshold;
        Proof proof;
    }

    event TotalRecorded(
        bytes32 indexed total,
        bytes32 indexed product,
        address indexed account,
        uint16 element,
        uint32 firstPart,
        uint32 parts,
        uint32 scale,
        bytes32 previous,
        bool complete,
        uint256[] publicSignals,
        Proof proof
    );
    event ClaimRecorded(
        bytes32 indexed claimId,
        bytes32 indexed subject,
        address indexed account,
        Measure measure,
        uint8 creditMask,
        uint64 threshold,
        uint8 revision,
        uint256[4] publicSignals,
        Proof proof
    );
    event GridSet(Measure indexed measure, uint64 step, uint64 limit);
    event DirectBoundarySet(uint16 indexed element, uint16 indexed material, bool known);

    error ProofRefused(bytes32 circuit);
    error SubjectUnknown(bytes32 subject);
    error TotalExists(bytes32 total);
    error TotalIncomplete(bytes32 total);
    error PartsMismatch(bytes32 product, uint32 firstPart, uint32 partCount);
    error ScaleInvalid(bytes32 lot, uint32 count, uint32 scale);
    error FormatMismatch(bytes32 lot, uint8 expected, uint8 actual);
    error SchemaMismatch(bytes32 lot, uint8 expected, uint8 actual);
    error OffGrid(Measure measure, uint64 threshold, uint64 step, uint64 limit);
    error MaskInvalid(Measure measure, uint8 creditMask);
    /// @notice Nobody has laid down which processes emit directly for this metal and material.
    error BoundaryUnknown(uint16 element, uint16 material);
    error ClaimExists(bytes32 claimId);

    /// @notice Multiples of `step` up to `limit`, in the measure's unit; step 0 refuses the measure.
    /// @dev Only the council.
    function setGrid(Measure measure, uint64 step, uint64 limit) external;

    /// @notice Direct emissions (Measure.DirectIntensity) are claimed only where it is known which processes of a chain
    /// they are counted of.
    /// @dev Only the council.
    /// @param material of lots; 0 for totals
    function setDirectBoundary(uint16 element, uint16 material, bool known) external;

    /// @notice The product's owner (maker) proves that `total` opens to the sum of parts `firstPart` … `firstPart +
    /// partCount - 1` of one element, after a previous total of the parts before. In the proof the previous total, if
    /// any, is part 0 with weight 1, and the lots follow in their order: units * scale / count, which must be whole
    /// (ScaleInvalid). Lots count with the commitment that they have now. `parts` of the event are those covered by
    /// then, from part 0 on.
    function recordTotal(TotalRequest calldata request) external;

    /// @notice The lot's holder, or the owner of the total's product, has a claim recorded; any active account. Nothing
    /// is claimed of a charge (ILotBook.ChargeBound), nor direct emissions without a boundary (BoundaryUnknown).
    /// @return claimId keccak256(abi.encode(subject, revision of the lot or 0, measure, creditMask, threshold))
    function record(ClaimRequest calldata request) external returns (bytes32 claimId);

    /// @notice Anyone verifies a claim made by `account` without recording it; reverts unless it holds.
    function verify(address account, ClaimRequest calldata request) external view;

    /// @notice As setDirectBoundary.
    function hasDirectBoundary(uint16 element, uint16 material) external view returns (bool);

    /// @notice 0 if it was recorded neither here nor in a version before.
    function claimedAt(bytes32 claimId) external view returns (uint40);

    /// @notice Recorded here or in a version before (`PARENT`), whose totals are gone on with; all zeros for an unknown
    /// one, and for one that a version before recorded after this one was deployed: nothing ends that version, and its
    /// circuit or key may be why there is this one.
    function totalOf(bytes32 total) external view returns (Total memory);

    /// @notice The public input that binds the proof (zk_circuits/SPEC.md, section 4).
    function claimCtxOf(address account, ClaimRequest calldata request) external view returns (uint256);

    function totalCtxOf(address account, TotalRequest calldata request) external view returns (uint256);
}
