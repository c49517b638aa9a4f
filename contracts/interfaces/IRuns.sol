// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {CustodyModel, Proof, RunKind, SealedOpening} from "./Types.sol";

/// @title Runs: lots are consumed, lots are made, with one proof
/// @notice process needs a standing Processing event, recover a Recovery event, settle a Measurement event and an umpire's
/// approval (Custody); rebook needs none. Ids of inputs strictly increase. The model of outputs is never stronger than that of the
/// weakest input. Outside the site's loss band the outputs are born held, without end, until two roles release them.
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
        SealedOpening[] sealedToOwner; // one per output
        Proof proof;
    }

    /// @notice The run with everything needed to verify it again: public signals in the circuit's order.
    event RunRecorded(
        bytes32 indexed runId, address indexed account, bytes32 indexed eventId, RunKind kind, CustodyModel model, bool inBand,
        uint256[] publicSignals, Proof proof
    );
    event LotConsumed(bytes32 indexed lot, bytes32 indexed runId, uint32 sequence);
    event LotMade(
        bytes32 indexed lot, bytes32 indexed runId, address indexed account, uint32 count, uint16 material, uint16 element,
        CustodyModel model, uint80 batch, uint40 time, bool held, SealedOpening sealedToOwner
    );
    event LotWrittenOff(bytes32 indexed lot, address indexed account, uint32 sequence, bytes32 reason);

    error ProofRefused(bytes32 circuit);
    error SlotCount(uint256 inputs, uint256 outputs);
    error InputsNotIncreasing(bytes32 previous, bytes32 next);
    error OutputsEqual(bytes32 id);
    error ModelStrengthened(CustodyModel weakest, CustodyModel requested);
    error ModelNotAllowed(CustodyModel model);
    error ElementMismatch(bytes32 lot, uint16 expected, uint16 actual);
    error MaterialMismatch(bytes32 lot, uint16 expected, uint16 actual);
    error BatchMismatch(bytes32 lot, uint80 expected, uint80 actual);
    error BeforeParent(bytes32 lot, uint40 lotTime, uint40 eventFrom);
    error NotRecoverable(bytes32 lot, uint16 material);
    error SettlementNotApproved(bytes32 lot, bytes32 eventId);
    error PlaceNotDetermined(bytes32 place);
    error RunKindInvalid(RunKind kind);

    /// @return runId keccak256(abi.encode(chain id, this contract, first output id)): every lot is made once
    function run(Request calldata request) external returns (bytes32 runId);

    function writeOff(bytes32 lot, bytes32 reason) external;

    function ctxOf(address account, Request calldata request) external view returns (uint256);

    /// @notice The word `rule` of zk_circuits/SPEC.md, section 6, that a request would be verified with now.
    function ruleOf(Request calldata request) external view returns (uint256);
}
