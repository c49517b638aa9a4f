// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {CustodyModel, Proof, RunKind} from "./Types.sol";

/// @title Runs: lots are consumed, lots are made, with one proof
/// @notice Inputs are lots of one element, schema and format, their ids strictly increasing: those that the event named
/// (InputsNotNamed), or lots that the sender holds free. The model of outputs is never stronger than that of the weakest
/// input; identity preserved needs one origin.
///
/// | kind    | role     | event                               | materials                                         |
/// |---------|----------|-------------------------------------|---------------------------------------------------|
/// | process | operator | Processing, of a site of the sender | out: higher than all that goes in, scrap, or stock |
/// | recover | operator | Recovery, of a site of the sender   | in: all scrap, or all retired products            |
/// | rework  | operator | Rework, of a site of the sender     | in and out the same, once, no scrap               |
/// | loss    | operator | Loss, of a site of the sender       | in and out the same, of one root                  |
/// | rebook  | trader   | none                                | in and out the same                               |
/// | charge  | trader   | none                                | in and out the same; one output, only processed   |
/// | settle  | trader   | Measurement, approved by an umpire  | in and out the same; one disputed lot, one lot    |
///
/// At a site (process, recover, rework, loss) the inputs are those that the event named and the book has bound to it.
/// Each was made before the event began, and was in custody when it ended, or within the grace after it (ISettings).
/// The model is no stronger than what the site kept apart; stronger than mass balance takes certificates of it
/// (ICertificates.keepsApart), but for a loss and for the rework of one root, which put nothing together.
///
/// A period of a continuous site (IAttestations) takes what was made until it ended, not only what was made before it
/// began, and closes with its stock in process (Materials.sol), under mass balance and with credits shared by metal: the
/// next period begins with it.
///
/// process, recover and rework make what the site makes; process and recover scrap as well. Scrap goes through recover,
/// so that its metal is credited where that is attested. Recovered metal may bear credit 3 (scrap) or 2 (retired) if
/// that credit's gate is open at the event. Outside the site's bounds of loss and scrap the outputs are born held,
/// without end, until two roles release them.
///
/// retired: of products (IProducts.retire), which makes them of units in a run of the kind end of life. Credit 3 it is of
/// those that are young, and of all that is recovered beside them.
///
/// settle: the holder carries out what an umpire approved; from seven days after the approval on the buyer and the
/// umpire may as well, with any role (SettlerNotYet before). What is made is the holder's.
///
/// Counts: only materials of units (UnitCounts.sol) have a count above 1. At a site they are of the material whose units
/// the event counts, as many as attested; rebook, charge and settle keep the sum of units, and a loss adds none. The
/// proof shares metal over units evenly.
///
/// Roots (ILotBook): an output is of the root of the event's document, with the output's index, so that the runs of one
/// document over several metals make batches that move as one. A rebook of one root (none a charge), a loss and a
/// settlement keep root, index and marks. A rebook of several roots or of charges, which is for mass balance and never
/// for what comes in units, and a charge make a root of their own, marked as mixed. What was reworked stays so marked
/// until it is processed.
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
        bytes32 eventId; // 0 for rebook and charge
        bytes32[] inputs; // at most 4; without an event, up to 2 and 2 are proved by rebook2
        Output[] outputs;
        CustodyModel model;
        bool inBand; // as the proof says; true for rebook and charge
        bytes[] sealedToOwner; // one per output
        Proof proof;
    }

    /// @notice What a lot is that a run made.
    struct Made {
        uint32 count;
        uint16 material;
        uint16 element;
        CustodyModel model;
        uint32 root;
        uint8 index;
        bool mixed;
        bool charge;
        bool reworked;
        uint40 time;
        uint40 heldSince; // whole hours, rounded up
        bool held;
        bool young;
    }

    /// @notice The run with everything needed to verify it again: public signals in the circuit's order. It is noted in
    /// the rows of its lots and of its event (IJournal), and says there all that LotConsumed and LotMade say, which readers find by lot.
    /// @param account that sent it: of a settlement not always the holder
    /// @param holder of the inputs, and of what is made of them
    /// @param made what the outputs have in common, with the first one's count, material and index. What a site makes has
    /// an index for each. The rest of a lot whose units were retired is as old and as young as that lot.
    /// @param boxes hash of the sealed boxes' hashes, as the proof is bound to them
    event RunRecorded(
        bytes32 indexed runId,
        address indexed account,
        bytes32 indexed eventId,
        RunKind kind,
        CustodyModel model,
        bool inBand,
        uint256[] publicSignals,
        Proof proof,
        address holder,
        bytes32[] inputs,
        Output[] outputs,
        Made made,
        bytes32 boxes
    );
    event LotConsumed(bytes32 indexed lot, bytes32 indexed runId, uint32 sequence);
    event LotMade(
        bytes32 indexed lot,
        bytes32 indexed runId,
        address indexed account,
        Made made,
        bytes sealedToOwner
    );
    event LotLost(bytes32 indexed lot, bytes32 indexed eventId, address indexed account, uint32 sequence);

    error ProofRefused(bytes32 circuit);
    error SlotCount(uint256 inputs, uint256 outputs);
    error SealedCount(uint256 outputs, uint256 sealedOpenings);
    error InputsNotIncreasing(bytes32 previous, bytes32 next);
    error OutputsEqual(bytes32 id);
    error ModelStrengthened(CustodyModel weakest, CustodyModel requested);
    error OriginMismatch(bytes32 lot, bytes32 expected, bytes32 actual);
    error ElementMismatch(bytes32 lot, uint16 expected, uint16 actual);
    error SchemaMismatch(bytes32 lot, uint8 expected, uint8 actual);
    error FormatMismatch(bytes32 lot, uint8 expected, uint8 actual);
    error MaterialMismatch(bytes32 lot, uint16 expected, uint16 actual);
    error UnitsMismatch(uint256 unitsIn, uint256 unitsOut);
    error BeforeParent(bytes32 lot, uint40 lotTime, uint40 eventFrom);
    /// @notice recover takes scrap or retired products only.
    error NotRecoverable(bytes32 lot, uint16 material);
    /// @notice process and rework take no scrap and no retired products: recover does.
    error NotProcessable(bytes32 lot, uint16 material);
    /// @notice Retired products are made by Products alone; stock in process by a period of a continuous site under mass
    /// balance, one lot at most.
    error MaterialNotMade(uint16 material);
    error SettlementNotApproved(bytes32 lot, bytes32 eventId);
    error PlaceNotDetermined(bytes32 place);
    error RunKindInvalid(RunKind kind);
    /// @notice A rebook and a charge name no event.
    error EventNotAllowed(bytes32 eventId);
    /// @notice The inputs are not those that the event named.
    error InputsNotNamed(bytes32 eventId);
    /// @notice The holder got the lot later than the end of the event and the grace (ISettings) allow.
    error HeldTooLate(bytes32 lot, uint40 heldSince, uint40 latest);
    /// @notice Before `from` only the holder carries out the settlement.
    error SettlerNotYet(bytes32 lot, address account, uint40 from);
    error ModelNotAttested(CustodyModel attested, CustodyModel requested);
    /// @notice No certificate for the time of the event says that the site keeps metal apart like that.
    error NotKeptApart(bytes32 site, CustodyModel model);
    /// @notice A process makes what is of a higher rank (Materials.sol) than all that goes in.
    error MaterialNotHigher(bytes32 lot, uint16 material, uint16 made);
    error ReworkedBefore(bytes32 lot);
    /// @notice A loss is of lots of one root.
    error RootMismatch(bytes32 lot, uint32 expected, uint32 actual);
    /// @notice Units of two batches of one document are not made alike on paper.
    error IndexMismatch(bytes32 lot, uint8 expected, uint8 actual);
    /// @notice Lots of several roots, and charges, are pooled under mass balance only, and never of what comes in units.
    error PoolNotAllowed(uint16 material, CustodyModel model);
    /// @notice Of a loss of everything there is no run: recordLoss ends its lots.
    error EventWithoutOutput(bytes32 eventId);
    error EventWithOutput(bytes32 eventId);

    /// @return runId keccak256(abi.encode(chain id, this contract, first output id)): every lot is made once
    function run(Request calldata request) external returns (bytes32 runId);

    /// @notice Ends the lots that a Loss event names of which nothing was found (EventWithOutput otherwise).
    /// @param inputs those of the event (InputsNotNamed)
    function recordLoss(bytes32 eventId, bytes32[] calldata inputs) external;

    /// @notice The public input that binds the proof (zk_circuits/SPEC.md, section 4).
    function ctxOf(address account, Request calldata request) external view returns (uint256);

    /// @notice The word `rule` of zk_circuits/SPEC.md, section 6, that a request would be verified with now.
    function ruleOf(Request calldata request) external view returns (uint256);
}
