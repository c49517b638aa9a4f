// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Journaled} from "./Journaled.sol";
import {IAttestations} from "./interfaces/IAttestations.sol";
import {ICustody} from "./interfaces/ICustody.sol";
import {IGates} from "./interfaces/IGates.sol";
import {IJournal} from "./interfaces/IJournal.sol";
import {ILotBook} from "./interfaces/ILotBook.sol";
import {IMembers} from "./interfaces/IMembers.sol";
import {IPlaces} from "./interfaces/IPlaces.sol";
import {IRuns} from "./interfaces/IRuns.sol";
import {ISettings} from "./interfaces/ISettings.sol";
import {ISites} from "./interfaces/ISites.sol";
import {IVerifier13, IVerifier7} from "./interfaces/IVerifiers.sol";
import {Materials} from "./interfaces/Materials.sol";
import {Roles} from "./interfaces/Roles.sol";
import {CustodyModel, EventKind, LotState, Proof, RowKind, RunKind} from "./interfaces/Types.sol";
import {Ancestry} from "./libraries/Ancestry.sol";
import {Ctx} from "./libraries/Ctx.sol";
import {Entries} from "./libraries/Entries.sol";
import {RunBodies} from "./libraries/RunBodies.sol";
import {RunInputs} from "./libraries/RunInputs.sol";
import {RunKinds} from "./libraries/RunKinds.sol";
import {RunLots} from "./libraries/RunLots.sol";
import {RunOutputs} from "./libraries/RunOutputs.sol";
import {RunRows} from "./libraries/RunRows.sol";
import {RunRules} from "./libraries/RunRules.sol";
import {RunSignals} from "./libraries/RunSignals.sol";
import {SealedBoxes} from "./libraries/SealedBoxes.sol";
import {Tags} from "./libraries/Tags.sol";
import {LotTraits} from "./types/LotTraits.sol";

/// @title Runs
/// @dev A run in five steps: who and under which event, which lots, by which rule, proven, written down.
contract Runs is IRuns, Journaled {
    using RunInputs for RunInputs.Inputs;
    using RunOutputs for Output[];
    using RunSignals for uint256[];

    uint40 private constant WITHOUT_END = type(uint40).max;

    /// A run on its way.
    struct RunContext {
        RunKind kind;
        bool narrow; // proven by `rebook2`
        address sender;
        address holder; // of the inputs, and of what is made of them
        bytes32 runId;
        RunInputs.Inputs inputs;
        IAttestations.Standing standing;
    }

    /// What the outputs have in common.
    struct OutputDefaults {
        bytes32 runId;
        address account;
        bytes32 origin;
        bytes32 birthplace;
        bool numbered; // each output has an index of its own
        uint16 fed; // the highest material that went in
        LotTraits traits;
        Made made;
    }

    IMembers public immutable MEMBERS;
    ISites public immutable SITES;
    IAttestations public immutable ATTESTATIONS;
    IGates public immutable GATES;
    IPlaces public immutable PLACES;
    ILotBook public immutable LOT_BOOK;
    ICustody public immutable CUSTODY;
    ISettings public immutable SETTINGS;
    IVerifier7 public immutable REBOOK2_VERIFIER;
    IVerifier13 public immutable RUN4_VERIFIER;
    bytes32 private immutable REBOOK2_KEY_HASH;
    bytes32 private immutable RUN4_KEY_HASH;

    constructor(
        address members,
        address sites,
        address attestations,
        address gates,
        address places,
        address lotBook,
        address custody,
        address settings,
        address rebook2Verifier,
        address run4Verifier
    ) Journaled(IMembers(members).JOURNAL()) {
        MEMBERS = IMembers(members);
        SITES = ISites(sites);
        ATTESTATIONS = IAttestations(attestations);
        GATES = IGates(gates);
        PLACES = IPlaces(places);
        LOT_BOOK = ILotBook(lotBook);
        CUSTODY = ICustody(custody);
        SETTINGS = ISettings(settings);
        REBOOK2_VERIFIER = IVerifier7(rebook2Verifier);
        RUN4_VERIFIER = IVerifier13(run4Verifier);
        REBOOK2_KEY_HASH = REBOOK2_VERIFIER.VERIFYING_KEY_HASH();
        RUN4_KEY_HASH = RUN4_VERIFIER.VERIFYING_KEY_HASH();
    }

    /// @inheritdoc IRuns
    function run(Request calldata request) external returns (bytes32 runId) {
        MEMBERS.requireRunning();
        RunContext memory context = _begin(request);
        context.standing = _useEvent(context, request);
        context.inputs = _consume(context, request.inputs);
        _requireInputs(context, request);
        _requireOutputs(context, request.outputs, request.sealedToOwner);
        uint256[] memory signals = _signals(context, request);
        _verify(signals, request);
        OutputDefaults memory defaults = _outputDefaults(context, request);
        _noteRecord(context, defaults.made, signals, request);
        _createOutputs(defaults, request.outputs, request.sealedToOwner);
        _closePeriod(context, request);
        return context.runId;
    }

    /// @inheritdoc IRuns
    function recordLoss(bytes32 eventId, bytes32[] calldata inputs) external {
        MEMBERS.requireRunning();
        address account = MEMBERS.resolveWithRole(msg.sender, Roles.OPERATOR);
        IAttestations.Standing memory standing = ATTESTATIONS.usable(eventId, EventKind.Loss);
        if (!standing.noOutput) revert EventWithOutput(eventId);
        _useNamed(eventId, standing, inputs);
        SITES.requireOperator(standing.site, MEMBERS.organisationOf(account), standing.element);
        RunInputs.Inputs memory lost = RunInputs.create(0);
        for (uint256 i = 0; i < inputs.length; ++i) {
            _lose(lost, inputs[i], account, eventId);
        }
        lost.requireTimes(standing.from, standing.to + SETTINGS.grace());
    }

    /// @inheritdoc IRuns
    function ruleOf(Request calldata request) external view returns (uint256) {
        RunKinds.isNarrow(request.kind, request.inputs.length, request.outputs.length);
        RunInputs.Inputs memory inputs = RunInputs.create(0);
        for (uint256 i = 0; i < request.inputs.length; ++i) {
            LotTraits lot = LOT_BOOK.traitsOf(request.inputs[i]);
            if (i == 0) inputs.material = lot.material();
            inputs.young = inputs.young || lot.isYoung();
            inputs.addTimes(request.inputs[i], lot, 0);
        }
        return _rule(ATTESTATIONS.standingOf(request.eventId), inputs, request);
    }

    /// @inheritdoc IRuns
    function ctxOf(address account, Request calldata request) external view returns (uint256) {
        bool narrow = RunKinds.isNarrow(request.kind, request.inputs.length, request.outputs.length);
        return _ctx(account, narrow, request);
    }

    function _useEvent(RunContext memory context, Request calldata request)
        private
        returns (IAttestations.Standing memory standing)
    {
        bytes32 eventId = request.eventId;
        if (RunKinds.isOnPaper(context.kind)) {
            if (eventId != bytes32(0)) revert EventNotAllowed(eventId);
            return standing;
        }
        standing = ATTESTATIONS.usable(eventId, RunKinds.eventKind(context.kind));
        if (standing.noOutput) revert EventWithoutOutput(eventId);
        _useNamed(eventId, standing, request.inputs);
        if (RunKinds.isAtSite(context.kind)) {
            SITES.requireOperator(standing.site, MEMBERS.organisationOf(context.sender), standing.element);
        }
    }

    function _useNamed(bytes32 eventId, IAttestations.Standing memory standing, bytes32[] calldata inputs) private {
        if (keccak256(abi.encode(inputs)) != standing.inputsHash) revert InputsNotNamed(eventId);
        LOT_BOOK.useEvent(standing.site, standing.sequence, standing.element);
    }

    /// Inputs are consumed first: if anything is refused later, they are as they were.
    function _consume(RunContext memory context, bytes32[] calldata lots)
        private
        returns (RunInputs.Inputs memory inputs)
    {
        inputs = RunInputs.create(lots.length);
        bytes32 previous = bytes32(0);
        for (uint256 i = 0; i < lots.length; ++i) {
            bytes32 id = lots[i];
            if (id <= previous) revert InputsNotIncreasing(previous, id);
            _consumeOne(context, inputs, i, id);
            previous = id;
        }
    }

    function _consumeOne(RunContext memory context, RunInputs.Inputs memory inputs, uint256 place, bytes32 id)
        private
    {
        (uint32 sequence, LotTraits lot, bytes32 birthplace, uint40 heldSince) = _take(context, id);
        emit LotConsumed(id, context.runId, sequence);
        inputs.add(place, id, lot, context.kind);
        inputs.addTimes(id, lot, heldSince);
        inputs.commitments[place] = lot.revision() == 0 ? id : LOT_BOOK.commitmentOf(id);
        if (birthplace != bytes32(0)) Ancestry.keepBirthplace(inputs, birthplace, PLACES);
    }

    /// A lot that is free on paper, that the event has named, or that is in dispute.
    function _take(RunContext memory context, bytes32 id)
        private
        returns (uint32 sequence, LotTraits lot, bytes32 birthplace, uint40 heldSince)
    {
        if (RunKinds.isOnPaper(context.kind)) return LOT_BOOK.take(id, context.holder);
        if (context.kind == RunKind.Settle) return LOT_BOOK.takeDisputed(id, context.holder);
        return LOT_BOOK.takeNamed(id, context.holder, LotState.Consumed);
    }

    function _lose(RunInputs.Inputs memory lost, bytes32 id, address account, bytes32 eventId) private {
        (uint32 sequence, LotTraits lot,, uint40 heldSince) = LOT_BOOK.takeNamed(id, account, LotState.Lost);
        lost.addTimes(id, lot, heldSince);
        bytes32 digest =
            Entries.log4(LotLost.selector, id, eventId, Entries.topic(account), abi.encode(sequence));
        _noteBoth(IJournal.Row(RowKind.Lot, id), IJournal.Row(RowKind.Event, eventId), digest, true);
    }

    function _createOutputs(OutputDefaults memory defaults, Output[] calldata outputs, bytes[] calldata sealedToOwner)
        private
    {
        Made memory made = defaults.made;
        for (uint256 i = 0; i < outputs.length; ++i) {
            (made.count, made.material) = (outputs[i].count, outputs[i].material);
            if (defaults.numbered) made.index = uint8(i);
            _createOutput(defaults, outputs[i].id);
            emit LotMade(outputs[i].id, defaults.runId, defaults.account, made, sealedToOwner[i]);
        }
    }

    function _createOutput(OutputDefaults memory defaults, bytes32 id) private {
        Made memory made = defaults.made;
        LotTraits traits = defaults.traits.forOutput(made.count, made.material, made.index);
        if (made.material == Materials.IN_PROCESS) traits = traits.asFed(defaults.fed);
        uint40 heldUntil = made.held ? WITHOUT_END : 0;
        LOT_BOOK.create(
            id, defaults.account, traits, defaults.birthplace, defaults.origin, made.heldSince, heldUntil
        );
    }

    function _outputDefaults(RunContext memory context, Request calldata request)
        private
        returns (OutputDefaults memory defaults)
    {
        (defaults.runId, defaults.account) = (context.runId, context.holder);
        (defaults.birthplace, defaults.fed) = (context.inputs.birthplace, context.inputs.highestMaterial);
        if (request.model == CustodyModel.IdentityPreserved) {
            defaults.origin = Ancestry.commonOrigin(request.inputs, LOT_BOOK);
        }
        defaults.made = RunLots.madeOf(context.kind, context.inputs, context.standing.to, request);
        _setRoot(defaults, context, request.inputs);
        defaults.traits = RunLots.traitsOf(defaults.made, context.kind, context.inputs);
    }

    /// Where the outputs come from: what was attested is of its document, what was not is of its inputs.
    function _setRoot(OutputDefaults memory defaults, RunContext memory context, bytes32[] calldata lots) private {
        RunInputs.Inputs memory inputs = context.inputs;
        Made memory made = defaults.made;
        if (inputs.keepsRoot(context.kind)) {
            (made.root, made.index) = (inputs.root, inputs.index);
            (made.mixed, made.charge, made.reworked) = (inputs.mixed, inputs.charge, inputs.reworked);
        } else if (RunKinds.isOnPaper(context.kind)) {
            made.root = LOT_BOOK.rootOfInputs(lots);
            (made.mixed, made.charge, made.reworked) = (true, context.kind == RunKind.Charge, inputs.reworked);
        } else {
            IAttestations.Standing memory standing = context.standing;
            made.root = LOT_BOOK.rootOfDocument(standing.site, standing.sequence, standing.elements);
            (made.reworked, defaults.numbered) = (context.kind == RunKind.Rework, true);
        }
    }

    /// What lies in the plant now is what its next period begins with; one that is continuous no more uses it up.
    function _closePeriod(RunContext memory context, Request calldata request) private {
        IAttestations.Standing memory standing = context.standing;
        bool period = standing.continuousSince != 0;
        bytes32 stock = request.outputs.stockOf(period && request.model == CustodyModel.MassBalance);
        if (!period && !context.inputs.inProcess) return;
        ILotBook.Period memory closed = ILotBook.Period(standing.to, standing.continuousSince, stock);
        LOT_BOOK.closePeriod(standing.site, standing.element, standing.from, closed);
    }

    function _noteRecord(
        RunContext memory context,
        Made memory made,
        uint256[] memory signals,
        Request calldata request
    ) private {
        (made.count, made.material) = (request.outputs[0].count, request.outputs[0].material);
        bytes memory data = RunRows.dataOf(context.holder, made, signals, request);
        bytes32 digest = Entries.log4(
            RunRecorded.selector, context.runId, Entries.topic(context.sender), request.eventId, data
        );
        JOURNAL.noteAll(RunRows.rowsOf(request), digest, true);
    }

    function _begin(Request calldata request) private view returns (RunContext memory context) {
        context.kind = request.kind;
        context.narrow = RunKinds.isNarrow(request.kind, request.inputs.length, request.outputs.length);
        context.runId = keccak256(abi.encode(block.chainid, address(this), request.outputs[0].id));
        if (context.kind == RunKind.Settle) {
            (context.sender,) = MEMBERS.resolve(msg.sender);
            context.holder = CUSTODY.settledBy(request.inputs[0], request.eventId, context.sender);
        } else {
            context.sender = MEMBERS.resolveWithRole(msg.sender, RunKinds.roleFor(context.kind));
            context.holder = context.sender;
        }
    }

    function _requireInputs(RunContext memory context, Request calldata request) private view {
        RunInputs.Inputs memory inputs = context.inputs;
        inputs.requireModel(request.model);
        inputs.requireRoots(context.kind, request.model, request.outputs.length);
        if (RunKinds.isOnPaper(context.kind)) return;
        IAttestations.Standing memory standing = context.standing;
        if (standing.element != inputs.element) {
            revert ElementMismatch(request.inputs[0], standing.element, inputs.element);
        }
        if (!RunKinds.isAtSite(context.kind)) return;
        uint40 begin = standing.continuousSince == 0 ? standing.from : standing.to;
        inputs.requireTimes(begin, standing.to + SETTINGS.grace());
        _requireModel(context, request.model);
    }

    /// A loss, and a rework of one root, puts nothing together that was apart.
    function _requireModel(RunContext memory context, CustodyModel model) private view {
        IAttestations.Standing memory standing = context.standing;
        if (model < standing.model) revert ModelNotAttested(standing.model, model);
        bool alone = context.kind == RunKind.Loss || (context.kind == RunKind.Rework && context.inputs.isOneRoot());
        if (model == CustodyModel.MassBalance || alone) return;
        if (!GATES.keepsApart(standing, model)) revert NotKeptApart(standing.site, model);
    }

    function _requireOutputs(RunContext memory context, Output[] calldata outputs, bytes[] calldata boxes) private view {
        if (outputs.length != boxes.length) revert SealedCount(outputs.length, boxes.length);
        SealedBoxes.requireValid(boxes);
        outputs.requireValid(context.kind, context.inputs, context.standing.unitMaterial);
        if (!RunKinds.makes(context.kind)) return;
        for (uint256 i = 0; i < outputs.length; ++i) {
            uint16 material = outputs[i].material;
            bool declared = material != Materials.SCRAP && material != Materials.IN_PROCESS;
            if (declared) SITES.requireMakes(context.standing.site, material);
        }
    }

    function _signals(RunContext memory context, Request calldata request)
        private
        view
        returns (uint256[] memory signals)
    {
        RunInputs.Inputs memory inputs = context.inputs;
        signals = RunSignals.create(context.narrow, inputs.commitments, request.outputs);
        signals.setHead(
            _ctx(context.sender, context.narrow, request),
            Tags.ofLot(inputs.element, inputs.schema),
            _rule(context.standing, inputs, request)
        );
        if (!context.narrow) signals.setEvent(request.inBand, context.standing.commitment);
    }

    function _ctx(address account, bool narrow, Request calldata request) private view returns (uint256) {
        bytes32 keyHash = narrow ? REBOOK2_KEY_HASH : RUN4_KEY_HASH;
        return Ctx.make(Ctx.RUN, keyHash, account, RunBodies.hashOf(request));
    }

    /// The small circuit says nothing of a band: nothing is lost, so the run is in it.
    function _verify(uint256[] memory signals, Request calldata request) private view {
        Proof calldata proof = request.proof;
        if (signals.isNarrow()) {
            bool holds = request.inBand && REBOOK2_VERIFIER.verify(proof.words, signals.asSeven());
            if (!holds) revert ProofRefused("rebook2");
        } else if (!RUN4_VERIFIER.verify(proof.words, signals.asThirteen())) {
            revert ProofRefused("run4");
        }
    }

    function _rule(IAttestations.Standing memory standing, RunInputs.Inputs memory inputs, Request calldata request)
        private
        view
        returns (uint256)
    {
        uint256 terms = _terms(standing, inputs, request.kind);
        return RunRules.word(request.kind, request.model, terms, request.outputs, standing.unitMaterial);
    }

    function _terms(IAttestations.Standing memory standing, RunInputs.Inputs memory inputs, RunKind kind)
        private
        view
        returns (uint256)
    {
        if (RunKinds.isOnPaper(kind)) return RunRules.ofRebook();
        if (kind == RunKind.Settle) return RunRules.ofSettlement();
        return GATES.ofRun(standing, kind, inputs.oldest, inputs.isPostConsumer());
    }
}
