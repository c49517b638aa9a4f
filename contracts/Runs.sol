// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IAttestations} from "./interfaces/IAttestations.sol";
import {ICustody} from "./interfaces/ICustody.sol";
import {IGates} from "./interfaces/IGates.sol";
import {ILotBook} from "./interfaces/ILotBook.sol";
import {IMembers} from "./interfaces/IMembers.sol";
import {IPlaces} from "./interfaces/IPlaces.sol";
import {IRuns} from "./interfaces/IRuns.sol";
import {ISites} from "./interfaces/ISites.sol";
import {IVerifier13, IVerifier9} from "./interfaces/IVerifiers.sol";
import {Materials} from "./interfaces/Materials.sol";
import {Roles} from "./interfaces/Roles.sol";
import {CustodyModel, Lot, LotState, Proof, RunKind, SealedOpening} from "./interfaces/Types.sol";
import {Batches} from "./libraries/Batches.sol";
import {Ctx} from "./libraries/Ctx.sol";
import {RunInputs} from "./libraries/RunInputs.sol";
import {RunRules} from "./libraries/RunRules.sol";
import {RunSignals} from "./libraries/RunSignals.sol";
import {Tags} from "./libraries/Tags.sol";
import {UnitCounts} from "./libraries/UnitCounts.sol";

/// @title Runs
/// @dev A run in five steps: who and which lots, under which event, by which rule, proven, written down.
contract Runs is IRuns {
    using RunInputs for RunInputs.Inputs;
    using RunSignals for uint256[];

    uint40 private constant WITHOUT_END = type(uint40).max;

    /// A run on its way.
    struct Making {
        uint256 width; // slots of the circuit on each side
        bytes32 runId;
        address account;
        CustodyModel model;
        bool held;
        uint40 time; // of the outputs
        uint80 batch; // of the output that is made next
        RunInputs.Inputs inputs;
        IAttestations.Standing standing;
    }

    IMembers public immutable MEMBERS;
    ISites public immutable SITES;
    IAttestations public immutable ATTESTATIONS;
    IGates public immutable GATES;
    IPlaces public immutable PLACES;
    ILotBook public immutable LOT_BOOK;
    ICustody public immutable CUSTODY;
    IVerifier9 public immutable RUN2_VERIFIER;
    IVerifier13 public immutable RUN4_VERIFIER;
    bytes32 private immutable KEY_HASH_2;
    bytes32 private immutable KEY_HASH_4;

    mapping(bytes32 lot => bytes32 born) private _origins; // of identity-preserved lots that a run made

    constructor(
        address members,
        address sites,
        address attestations,
        address gates,
        address places,
        address lotBook,
        address custody,
        address run2Verifier,
        address run4Verifier
    ) {
        MEMBERS = IMembers(members);
        SITES = ISites(sites);
        ATTESTATIONS = IAttestations(attestations);
        GATES = IGates(gates);
        PLACES = IPlaces(places);
        LOT_BOOK = ILotBook(lotBook);
        CUSTODY = ICustody(custody);
        RUN2_VERIFIER = IVerifier9(run2Verifier);
        RUN4_VERIFIER = IVerifier13(run4Verifier);
        KEY_HASH_2 = RUN2_VERIFIER.VERIFYING_KEY_HASH();
        KEY_HASH_4 = RUN4_VERIFIER.VERIFYING_KEY_HASH();
    }

    /// @inheritdoc IRuns
    function run(Request calldata request) external returns (bytes32 runId) {
        Making memory making;
        making.width = RunRules.width(request);
        making.account = MEMBERS.resolveWithRole(msg.sender, RunRules.roleFor(request.kind));
        making.inputs = _inputs(making.account, request);
        making.standing = _useEvent(making.account, making.inputs, request);
        _requireOutputs(making.inputs, making.standing.site, request);
        uint256[] memory signals = _signals(making, request);
        _verify(signals, request.proof);
        return _record(making, signals, request);
    }

    /// @inheritdoc IRuns
    function writeOff(bytes32 lot, bytes32 reason) external {
        address account = MEMBERS.resolveWithRole(msg.sender, Roles.TRADER);
        LOT_BOOK.requireFree(lot, account);
        uint32 sequence = LOT_BOOK.end(lot, LotState.WrittenOff);
        emit LotWrittenOff(lot, account, sequence, reason);
    }

    /// @inheritdoc IRuns
    function ruleOf(Request calldata request) external view returns (uint256) {
        uint16 material = request.inputs.length == 0 ? 0 : LOT_BOOK.lotOf(request.inputs[0]).material;
        return _rule(ATTESTATIONS.standingOf(request.eventId), material, request);
    }

    /// @inheritdoc IRuns
    function ctxOf(address account, Request calldata request) public view returns (uint256) {
        bytes32 keyHash = RunRules.width(request) == 2 ? KEY_HASH_2 : KEY_HASH_4;
        return Ctx.make(Ctx.RUN, keyHash, account, _body(request));
    }

    /// @inheritdoc IRuns
    function originOf(bytes32 lot) public view returns (bytes32) {
        bytes32 born = _origins[lot];
        return born == bytes32(0) ? lot : born;
    }

    function _useEvent(address account, RunInputs.Inputs memory inputs, Request calldata request)
        private
        returns (IAttestations.Standing memory standing)
    {
        if (request.kind == RunKind.Rebook) {
            if (request.eventId != bytes32(0)) revert EventNotAllowed(request.eventId);
            return standing;
        }
        standing = ATTESTATIONS.use(request.eventId, RunRules.eventKind(request.kind));
        if (standing.element != inputs.element) {
            revert ElementMismatch(request.inputs[0], standing.element, inputs.element);
        }
        RunRules.requireAfter(standing, inputs.latest, inputs.time);
        if (RunRules.isMade(request.kind)) {
            SITES.requireOperator(standing.site, MEMBERS.organisationOf(account), standing.element);
        }
    }

    function _record(Making memory making, uint256[] memory signals, Request calldata request)
        private
        returns (bytes32 runId)
    {
        runId = keccak256(abi.encode(block.chainid, address(this), request.outputs[0].id));
        (making.runId, making.model, making.held) = (runId, request.model, !request.inBand);
        making.time = request.kind == RunKind.Rebook ? making.inputs.time : making.standing.to;
        emit RunRecorded(
            runId,
            making.account,
            request.eventId,
            request.kind,
            request.model,
            request.inBand,
            signals,
            request.proof
        );
        for (uint256 i = 0; i < request.inputs.length; ++i) {
            uint32 sequence = LOT_BOOK.end(request.inputs[i], LotState.Consumed);
            emit LotConsumed(request.inputs[i], runId, sequence);
        }
        for (uint256 i = 0; i < request.outputs.length; ++i) {
            making.batch = _batch(making, i, request.kind);
            _make(making, request.outputs[i], request.sealedToOwner[i]);
        }
    }

    function _make(Making memory making, Output calldata output, SealedOpening calldata sealedToOwner) private {
        LOT_BOOK.create(
            ILotBook.NewLot({
                id: output.id,
                account: making.account,
                model: making.model,
                count: output.count,
                time: making.time,
                element: making.inputs.element,
                schema: making.inputs.schema,
                material: output.material,
                batch: making.batch,
                birthplace: making.inputs.birthplace,
                heldUntil: making.held ? WITHOUT_END : 0
            })
        );
        if (making.model == CustodyModel.IdentityPreserved) _origins[output.id] = making.inputs.origin;
        emit LotMade(
            output.id,
            making.runId,
            making.account,
            output.count,
            output.material,
            making.inputs.element,
            making.model,
            making.batch,
            making.time,
            making.held,
            sealedToOwner
        );
    }

    function _inputs(address account, Request calldata request)
        private
        view
        returns (RunInputs.Inputs memory inputs)
    {
        inputs = RunInputs.create(request.inputs.length);
        bytes32 previous = bytes32(0);
        for (uint256 i = 0; i < request.inputs.length; ++i) {
            bytes32 id = request.inputs[i];
            if (id <= previous) revert InputsNotIncreasing(previous, id);
            (Lot memory lot, bytes32 birthplace) = _takeable(account, id, request);
            inputs.add(i, id, lot, request.kind);
            inputs.commitments[i] = lot.revision == 0 ? id : LOT_BOOK.commitmentOf(id);
            _keepBirthplace(inputs, birthplace);
            previous = id;
        }
        inputs.requireModel(request.model);
        if (request.model == CustodyModel.IdentityPreserved) inputs.origin = _commonOrigin(request.inputs);
    }

    /// A lot that the account may take into the run: free, or disputed with an approved settlement.
    function _takeable(address account, bytes32 id, Request calldata request)
        private
        view
        returns (Lot memory lot, bytes32 birthplace)
    {
        if (request.kind != RunKind.Settle) return LOT_BOOK.requireFree(id, account);
        lot = LOT_BOOK.lotOf(id);
        if (lot.account != account) revert ILotBook.NotHolder(id, account, lot.account);
        bytes32 approved = CUSTODY.settlementOf(id);
        if (approved == bytes32(0) || approved != request.eventId) revert SettlementNotApproved(id, request.eventId);
        return (lot, LOT_BOOK.birthplaceOf(id));
    }

    function _keepBirthplace(RunInputs.Inputs memory inputs, bytes32 birthplace) private view {
        if (birthplace == bytes32(0) || birthplace == inputs.birthplace) return;
        if (inputs.birthplace == bytes32(0)) {
            inputs.birthplace = birthplace;
        } else if (!PLACES.isDetermined(birthplace, uint40(block.timestamp))) {
            revert PlaceNotDetermined(birthplace);
        }
    }

    function _commonOrigin(bytes32[] calldata lots) private view returns (bytes32 origin) {
        origin = originOf(lots[0]);
        for (uint256 i = 1; i < lots.length; ++i) {
            if (originOf(lots[i]) != origin) revert OriginMismatch(lots[i], origin, originOf(lots[i]));
        }
    }

    function _requireOutputs(RunInputs.Inputs memory inputs, bytes32 site, Request calldata request) private view {
        if (request.outputs.length != request.sealedToOwner.length) {
            revert SealedCount(request.outputs.length, request.sealedToOwner.length);
        }
        bool made = RunRules.isMade(request.kind);
        for (uint256 i = 0; i < request.outputs.length; ++i) {
            Output calldata output = request.outputs[i];
            for (uint256 j = 0; j < i; ++j) {
                if (request.outputs[j].id == output.id) revert OutputsEqual(output.id);
            }
            UnitCounts.requireValid(output.material, output.count);
            if (made) _requireMade(site, output.material);
            else if (output.material != inputs.material) {
                revert MaterialMismatch(output.id, inputs.material, output.material);
            }
        }
        if (!made) inputs.requireUnits(request.outputs);
    }

    function _requireMade(bytes32 site, uint16 material) private view {
        if (material == Materials.RETIRED) revert MaterialNotMade(material);
        if (material != Materials.SCRAP) SITES.requireMakes(site, material);
    }

    function _signals(Making memory making, Request calldata request) private view returns (uint256[] memory signals) {
        signals = RunSignals.create(making.width, making.inputs.commitments, request.outputs);
        signals.setHead(
            request.inBand,
            ctxOf(making.account, request),
            Tags.ofLot(making.inputs.element, making.inputs.schema),
            making.standing.commitment,
            _rule(making.standing, making.inputs.material, request)
        );
    }

    function _verify(uint256[] memory signals, Proof calldata proof) private view {
        if (signals.length == RunSignals.NARROW) {
            if (!RUN2_VERIFIER.verify(proof.words, signals.asNine())) revert ProofRefused("run2");
        } else {
            if (!RUN4_VERIFIER.verify(proof.words, signals.asThirteen())) revert ProofRefused("run4");
        }
    }

    /// @param material of the inputs
    function _rule(IAttestations.Standing memory standing, uint16 material, Request calldata request)
        private
        view
        returns (uint256)
    {
        return RunRules.word(request.model, _terms(standing, material, request.kind));
    }

    function _terms(IAttestations.Standing memory standing, uint16 material, RunKind kind)
        private
        view
        returns (RunRules.Terms memory terms)
    {
        if (kind == RunKind.Rebook) return RunRules.ofRebook();
        if (kind == RunKind.Settle) return RunRules.ofSettlement();
        terms.gates = GATES.atProcessing(standing) & RunRules.ALL_GATES;
        if (kind == RunKind.Recover) terms.grants = GATES.atBirth(standing) & RunRules.recycledCredit(material);
        (terms.tolerance, terms.lossFrom, terms.lossTo) = SITES.bandOf(standing.site);
    }

    function _batch(Making memory making, uint256 index, RunKind kind) private pure returns (uint80) {
        if (kind == RunKind.Settle) return making.inputs.batches[0];
        if (kind == RunKind.Rebook) return Batches.ofBatches(making.inputs.batches, index);
        return Batches.ofDocument(making.standing.site, making.standing.document, index);
    }

    function _body(Request calldata request) private pure returns (bytes32) {
        uint256 size = request.outputs.length;
        bytes32[] memory ids = new bytes32[](size);
        uint32[] memory counts = new uint32[](size);
        uint16[] memory materials = new uint16[](size);
        for (uint256 i = 0; i < size; ++i) {
            Output calldata output = request.outputs[i];
            (ids[i], counts[i], materials[i]) = (output.id, output.count, output.material);
        }
        return keccak256(
            abi.encode(
                request.kind,
                request.eventId,
                request.inputs,
                ids,
                counts,
                materials,
                request.model,
                Ctx.hashOf(request.sealedToOwner)
            )
        );
    }
}
