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
import {CustodyModel, LotState, Proof, RunKind} from "./interfaces/Types.sol";
import {Batches} from "./libraries/Batches.sol";
import {Ctx} from "./libraries/Ctx.sol";
import {Nature, Natures} from "./libraries/Nature.sol";
import {Reasons} from "./libraries/Reasons.sol";
import {RunInputs} from "./libraries/RunInputs.sol";
import {RunRules} from "./libraries/RunRules.sol";
import {RunSignals} from "./libraries/RunSignals.sol";
import {SealedBoxes} from "./libraries/SealedBoxes.sol";
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
        RunKind kind;
        uint256 width; // slots of the circuit on each side
        bytes32 runId;
        address account;
        RunInputs.Inputs inputs;
        IAttestations.Standing standing;
    }

    /// What its outputs have in common, and the batch of the one that is made next.
    struct Made {
        bytes32 runId;
        address account;
        CustodyModel model;
        bool held;
        uint16 element;
        uint40 time;
        uint80 batch;
        bytes32 origin;
        bytes32 birthplace;
        Nature common;
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
        MEMBERS.requireRunning();
        (bytes32[] calldata inputs, Output[] calldata outputs) = (request.inputs, request.outputs);
        Making memory making;
        making.kind = request.kind;
        making.width = RunRules.width(making.kind, inputs.length, outputs.length);
        making.account = MEMBERS.resolveWithRole(msg.sender, RunRules.roleFor(making.kind));
        making.runId = _runId(outputs[0].id);
        making.inputs = _consume(making, inputs, request.eventId);
        making.inputs.requireModel(request.model);
        making.standing = _useEvent(making, inputs[0], request.eventId);
        _requireOutputs(making, outputs, request.sealedToOwner);
        uint256[] memory signals = _signals(making, request);
        _verify(signals, request.proof);
        _emitRecord(making, signals, request);
        _make(_made(making, request), outputs, request.sealedToOwner);
        return making.runId;
    }

    /// @inheritdoc IRuns
    function writeOff(bytes32 lot, bytes32 reason) external {
        Reasons.requireValid(reason);
        address account = MEMBERS.resolveWithRole(msg.sender, Roles.TRADER);
        (uint32 sequence,,) = LOT_BOOK.take(lot, account, LotState.WrittenOff);
        emit LotWrittenOff(lot, account, sequence, reason);
    }

    /// @inheritdoc IRuns
    function ruleOf(Request calldata request) external view returns (uint256) {
        uint16 material = request.inputs.length == 0 ? 0 : LOT_BOOK.lotOf(request.inputs[0]).material;
        return _rule(ATTESTATIONS.standingOf(request.eventId), material, request);
    }

    /// @inheritdoc IRuns
    function ctxOf(address account, Request calldata request) external view returns (uint256) {
        uint256 width = RunRules.width(request.kind, request.inputs.length, request.outputs.length);
        return _ctx(account, width, request);
    }

    function _useEvent(Making memory making, bytes32 firstInput, bytes32 eventId)
        private
        returns (IAttestations.Standing memory standing)
    {
        RunInputs.Inputs memory inputs = making.inputs;
        if (making.kind == RunKind.Rebook) {
            if (eventId != bytes32(0)) revert EventNotAllowed(eventId);
            return standing;
        }
        standing = ATTESTATIONS.usable(eventId, RunRules.eventKind(making.kind));
        LOT_BOOK.useEvent(standing.site, standing.sequence, standing.element);
        if (standing.element != inputs.element) revert ElementMismatch(firstInput, standing.element, inputs.element);
        RunRules.requireAfter(standing, inputs.latest, inputs.time);
        if (RunRules.isMade(making.kind)) {
            SITES.requireOperator(standing.site, MEMBERS.organisationOf(making.account), standing.element);
        }
    }

    /// Inputs are consumed first: if anything is refused later, they are as they were.
    function _consume(Making memory making, bytes32[] calldata lots, bytes32 eventId)
        private
        returns (RunInputs.Inputs memory inputs)
    {
        inputs = RunInputs.create(lots.length);
        bytes32 previous = bytes32(0);
        for (uint256 i = 0; i < lots.length; ++i) {
            bytes32 id = lots[i];
            if (id <= previous) revert InputsNotIncreasing(previous, id);
            (uint32 sequence, Nature lot, bytes32 birthplace) = _take(making, id, eventId);
            emit LotConsumed(id, making.runId, sequence);
            inputs.add(i, id, lot, making.kind);
            inputs.commitments[i] = lot.revision() == 0 ? id : LOT_BOOK.commitmentOf(id);
            if (birthplace != bytes32(0)) _keepBirthplace(inputs, birthplace);
            previous = id;
        }
    }

    /// A lot that the account holds free, or disputed with an approved settlement.
    function _take(Making memory making, bytes32 id, bytes32 eventId)
        private
        returns (uint32 sequence, Nature lot, bytes32 birthplace)
    {
        if (making.kind != RunKind.Settle) return LOT_BOOK.take(id, making.account, LotState.Consumed);
        bytes32 approved = CUSTODY.settlementOf(id);
        if (approved == bytes32(0) || approved != eventId) revert SettlementNotApproved(id, eventId);
        return LOT_BOOK.takeDisputed(id, making.account, LotState.Consumed);
    }

    function _make(Made memory made, Output[] calldata outputs, bytes[] calldata sealedToOwner) private {
        uint80 first = made.batch;
        for (uint256 i = 0; i < outputs.length; ++i) {
            made.batch = Batches.at(first, i);
            _makeOne(made, outputs[i]);
            _emitMade(made, outputs[i], sealedToOwner[i]);
        }
    }

    function _makeOne(Made memory made, Output calldata output) private {
        Nature nature = made.common.complete(output.count, output.material, made.batch);
        uint40 heldUntil = made.held ? WITHOUT_END : 0;
        LOT_BOOK.create(output.id, made.account, nature, made.birthplace, made.origin, heldUntil);
    }

    function _emitMade(Made memory made, Output calldata output, bytes calldata sealedToOwner) private {
        emit LotMade(
            output.id,
            made.runId,
            made.account,
            output.count,
            output.material,
            made.element,
            made.model,
            made.batch,
            made.time,
            made.held,
            sealedToOwner
        );
    }

    function _emitRecord(Making memory making, uint256[] memory signals, Request calldata request) private {
        emit RunRecorded(
            making.runId,
            making.account,
            request.eventId,
            request.kind,
            request.model,
            request.inBand,
            signals,
            request.proof
        );
    }

    function _runId(bytes32 firstOutput) private view returns (bytes32) {
        return keccak256(abi.encode(block.chainid, address(this), firstOutput));
    }

    function _keepBirthplace(RunInputs.Inputs memory inputs, bytes32 birthplace) private view {
        if (inputs.birthplace == bytes32(0)) inputs.birthplace = birthplace;
        if (birthplace != inputs.birthplace && !PLACES.isDetermined(birthplace, uint40(block.timestamp))) {
            revert PlaceNotDetermined(birthplace);
        }
    }

    /// Of identity-preserved lots: all their metal comes from one event.
    function _commonOrigin(bytes32[] calldata lots) private view returns (bytes32 origin) {
        origin = LOT_BOOK.originOf(lots[0]);
        for (uint256 i = 1; i < lots.length; ++i) {
            bytes32 other = LOT_BOOK.originOf(lots[i]);
            if (other != origin) revert OriginMismatch(lots[i], origin, other);
        }
    }

    function _requireOutputs(Making memory making, Output[] calldata outputs, bytes[] calldata boxes) private view {
        if (outputs.length != boxes.length) revert SealedCount(outputs.length, boxes.length);
        SealedBoxes.requireValid(boxes);
        bool made = RunRules.isMade(making.kind);
        for (uint256 i = 0; i < outputs.length; ++i) {
            (uint16 material, uint16 kept) = (outputs[i].material, making.inputs.material);
            UnitCounts.requireValid(material, outputs[i].count);
            if (made) _requireMade(making.standing.site, material);
            else if (material != kept) revert MaterialMismatch(outputs[i].id, kept, material);
        }
        if (!made) making.inputs.requireUnits(outputs);
    }

    function _requireMade(bytes32 site, uint16 material) private view {
        if (material == Materials.RETIRED) revert MaterialNotMade(material);
        if (material != Materials.SCRAP) SITES.requireMakes(site, material);
    }

    function _signals(Making memory making, Request calldata request) private view returns (uint256[] memory signals) {
        signals = RunSignals.create(making.width, making.inputs.commitments, request.outputs);
        signals.setHead(
            request.inBand,
            _ctx(making.account, making.width, request),
            Tags.ofLot(making.inputs.element, making.inputs.schema),
            making.standing.commitment,
            _rule(making.standing, making.inputs.material, request)
        );
    }

    function _ctx(address account, uint256 width, Request calldata request) private view returns (uint256) {
        bytes32 keyHash = width == 2 ? KEY_HASH_2 : KEY_HASH_4;
        return Ctx.make(Ctx.RUN, keyHash, account, _body(request));
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
        return RunRules.word(request.kind, request.model, _terms(standing, material, request.kind));
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

    function _made(Making memory making, Request calldata request) private view returns (Made memory made) {
        RunInputs.Inputs memory inputs = making.inputs;
        (made.runId, made.account) = (making.runId, making.account);
        (made.model, made.held, made.element) = (request.model, !request.inBand, inputs.element);
        made.time = making.kind == RunKind.Rebook ? inputs.time : making.standing.to;
        (made.batch, made.birthplace) = (_batch(making), inputs.birthplace);
        if (made.model == CustodyModel.IdentityPreserved) made.origin = _commonOrigin(request.inputs);
        made.common = Natures.create(made.model, made.time, made.element, inputs.schema);
    }

    /// @return batch of the first output
    function _batch(Making memory making) private pure returns (uint80 batch) {
        if (making.kind == RunKind.Settle) return making.inputs.batches[0];
        if (making.kind == RunKind.Rebook) return Batches.ofBatches(making.inputs.batches);
        return Batches.ofDocument(making.standing.site, making.standing.document);
    }

    function _body(Request calldata request) private pure returns (bytes32) {
        (bytes32[] memory ids, uint32[] memory counts, uint16[] memory materials) = _columns(request.outputs);
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

    function _columns(Output[] calldata outputs)
        private
        pure
        returns (bytes32[] memory ids, uint32[] memory counts, uint16[] memory materials)
    {
        uint256 size = outputs.length;
        (ids, counts, materials) = (new bytes32[](size), new uint32[](size), new uint16[](size));
        for (uint256 i = 0; i < size; ++i) {
            Output calldata output = outputs[i];
            (ids[i], counts[i], materials[i]) = (output.id, output.count, output.material);
        }
    }
}
