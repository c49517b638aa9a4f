// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {CustodyModel, Proof, RunKind} from "./Types.sol";

/// @title Runs: lots are consumed, lots are made, with one proof
/// @notice Inputs are lots of one element and schema that the sender holds free, their ids strictly increasing. The
/// model of outputs is never stronger than that of the weakest input; identity preserved needs one origin.
///
/// | kind    | role     | event                                  | materials                                     |
/// |---------|----------|----------------------------------------|-----------------------------------------------|
/// | process | operator | Processing, of a site of the sender    | in: neither scrap nor retired products        |
/// | recover | operator | Recovery, of a site of the sender      | in: all scrap, or all retired products        |
/// | rebook  | trader   | none                                   | in and out the same                           |
/// | settle  | trader   | Measurement, approved by an umpire     | in and out the same; one disputed lot, one lot |
///
/// process and recover make what the site makes, or scrap. Scrap goes through recover, so that its metal is credited
/// where that is attested. Recovered metal may bear credit 3 (scrap) or 2 (retired) if that credit's gate is open at
/// the event. Outside the site's loss band the outputs are born held, without end, until two roles release them.
///
/// Counts: only materials of units (UnitCounts.sol) have a count above 1; rebook and settle keep the sum of units.
/// How metal is shared over them is not checked: the shares of a lot are those of all its units.
///
/// Batches (Batches.sol): an output is of the batch of the event's document and the output's index, so that the runs
/// of one document over several metals make batches that move as one; a rebook makes them of the inputs' batches, a
/// settlement keeps its input's.
///
/// Metal that has not changed hands keeps its birthplace. Where such metal of several birthplaces goes into one run,
/// the outputs keep the first, and the others need a valid determination now (PlaceNotDetermined).
interface IRuns {
    struct Output {
        bytes32 id; // = commitment
        uint32 count;
        uint16 material;
    }

    struct Request {
        RunKind kind;
        bytes32 eventId; // 0 for rebook
        bytes32[] inputs; // at most 2 (run2) or 4 (run4)
        Output[] outputs;
        CustodyModel model;
        bool inBand;
        bytes[] sealedToOwner; // one per output
        Proof proof;
    }

    /// @notice The run with everything needed to verify it again: public signals in the circuit's order.
    event RunRecorded(
        bytes32 indexed runId,
        address indexed account,
        bytes32 indexed eventId,
        RunKind kind,
        CustodyModel model,
        bool inBand,
        uint256[] publicSignals,
        Proof proof
    );
    event LotConsumed(bytes32 indexed lot, bytes32 indexed runId, uint32 sequence);
    event LotMade(
        bytes32 indexed lot,
        bytes32 indexed runId,
        address indexed account,
        uint32 count,
        uint16 material,
        uint16 element,
        CustodyModel model,
        uint80 batch,
        uint40 time,
        bool held,
        bytes sealedToOwner
    );
    event LotWrittenOff(bytes32 indexed lot, address indexed account, uint32 sequence, bytes32 reason);

    error ProofRefused(bytes32 circuit);
    error SlotCount(uint256 inputs, uint256 outputs);
    error SealedCount(uint256 outputs, uint256 sealedOpenings);
    error InputsNotIncreasing(bytes32 previous, bytes32 next);
    error OutputsEqual(bytes32 id);
    error ModelStrengthened(CustodyModel weakest, CustodyModel requested);
    error OriginMismatch(bytes32 lot, bytes32 expected, bytes32 actual);
    error ElementMismatch(bytes32 lot, uint16 expected, uint16 actual);
    error SchemaMismatch(bytes32 lot, uint8 expected, uint8 actual);
    error MaterialMismatch(bytes32 lot, uint16 expected, uint16 actual);
    error UnitsMismatch(uint256 unitsIn, uint256 unitsOut);
    error BeforeParent(bytes32 lot, uint40 lotTime, uint40 eventFrom);
    /// @notice recover takes scrap or retired products only.
    error NotRecoverable(bytes32 lot, uint16 material);
    /// @notice process takes no scrap and no retired products: recover does.
    error NotProcessable(bytes32 lot, uint16 material);
    /// @notice Retired products are made by Products alone.
    error MaterialNotMade(uint16 material);
    error SettlementNotApproved(bytes32 lot, bytes32 eventId);
    error PlaceNotDetermined(bytes32 place);
    error RunKindInvalid(RunKind kind);
    /// @notice A rebook names no event.
    error EventNotAllowed(bytes32 eventId);

    /// @return runId keccak256(abi.encode(chain id, this contract, first output id)): every lot is made once
    function run(Request calldata request) external returns (bytes32 runId);

    /// @notice The holder (trader) ends a free lot: lost, spilt, disposed of.
    function writeOff(bytes32 lot, bytes32 reason) external;

    /// @notice The public input that binds the proof (zk_circuits/SPEC.md, section 4).
    function ctxOf(address account, Request calldata request) external view returns (uint256);

    /// @notice The word `rule` of zk_circuits/SPEC.md, section 6, that a request would be verified with now.
    function ruleOf(Request calldata request) external view returns (uint256);
}
