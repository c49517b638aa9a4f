// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Journaled} from "./Journaled.sol";
import {IAttestations} from "./interfaces/IAttestations.sol";
import {IJournal} from "./interfaces/IJournal.sol";
import {ILotBook} from "./interfaces/ILotBook.sol";
import {IMembers} from "./interfaces/IMembers.sol";
import {IProducts} from "./interfaces/IProducts.sol";
import {IRuns} from "./interfaces/IRuns.sol";
import {IVerifier7} from "./interfaces/IVerifiers.sol";
import {Materials} from "./interfaces/Materials.sol";
import {Roles} from "./interfaces/Roles.sol";
import {CustodyModel, EventKind, RowKind} from "./interfaces/Types.sol";
import {Ctx} from "./libraries/Ctx.sol";
import {Entries} from "./libraries/Entries.sol";
import {Retirements} from "./libraries/Retirements.sol";
import {RunBodies} from "./libraries/RunBodies.sol";
import {RunInputs} from "./libraries/RunInputs.sol";
import {RunLots} from "./libraries/RunLots.sol";
import {RunRows} from "./libraries/RunRows.sol";
import {RunSignals} from "./libraries/RunSignals.sol";
import {ScopedIds} from "./libraries/ScopedIds.sol";
import {Tags} from "./libraries/Tags.sol";
import {LotTraits} from "./types/LotTraits.sol";

/// @title Products
contract Products is IProducts, Journaled {
    using RunInputs for RunInputs.Inputs;
    using RunSignals for uint256[];

    /// @notice What is retired within it after its product was sealed is young.
    uint40 public constant LEAST_AGE = 180 days;

    struct Product {
        address owner;
        uint40 sealedAt; // 0 while it is open
        mapping(uint16 element => Part[]) parts;
        mapping(bytes32 series => uint32 units) retired;
    }

    /// A retirement on its way.
    struct Ending {
        address account;
        bytes32 runId;
        bytes32 lot;
        bytes32 birthplace;
        uint32 units;
        uint32 left; // units of the lot that stay in products
        bool young;
        uint40 from; // of the event
        uint40 to;
        RunInputs.Inputs inputs;
    }

    IMembers public immutable MEMBERS;
    ILotBook public immutable LOT_BOOK;
    IAttestations public immutable ATTESTATIONS;
    IVerifier7 public immutable REBOOK2_VERIFIER;
    bytes32 private immutable KEY_HASH;

    mapping(bytes32 id => Product) private _products;
    mapping(bytes32 lot => bytes32 first) private _series; // of rests

    constructor(address members, address lotBook, address attestations, address rebook2Verifier)
        Journaled(IMembers(members).JOURNAL())
    {
        MEMBERS = IMembers(members);
        LOT_BOOK = ILotBook(lotBook);
        ATTESTATIONS = IAttestations(attestations);
        REBOOK2_VERIFIER = IVerifier7(rebook2Verifier);
        KEY_HASH = REBOOK2_VERIFIER.VERIFYING_KEY_HASH();
    }

    /// @inheritdoc IProducts
    function declare(bytes32 label) external returns (bytes32 product) {
        address account = _maker();
        product = ScopedIds.idOf(account, label);
        if (_products[product].owner != address(0)) revert ProductExists(product);
        _products[product].owner = account;
        bytes memory data = abi.encode(label);
        _note(RowKind.Product, product, Entries.log3(ProductDeclared.selector, product, Entries.topic(account), data));
    }

    /// @inheritdoc IProducts
    function assign(bytes32 product, bytes32 lot, uint32 units) external {
        address account = _maker();
        _requireOpen(product, account);
        (uint32 sequence, LotTraits traits) = LOT_BOOK.assign(lot, account, units);
        _requireAssignable(lot, traits.material());
        uint16 element = traits.element();
        Part[] storage parts = _products[product].parts[element];
        parts.push(Part(lot, units));
        bytes memory data = abi.encode(sequence, element, units, parts.length - 1);
        bytes32 digest = Entries.log3(UnitsAssigned.selector, product, lot, data);
        // as often as the lot has units, at most
        _noteBoth(IJournal.Row(RowKind.Product, product), IJournal.Row(RowKind.Lot, lot), digest, true);
    }

    /// @inheritdoc IProducts
    function seal(bytes32 product) external {
        _requireOpen(product, _maker());
        _products[product].sealedAt = uint40(block.timestamp);
        _noteAlways(RowKind.Product, product, Entries.log2(ProductSealed.selector, product, ""));
    }

    /// @inheritdoc IProducts
    // slither-disable-next-line reentrancy-no-eth -- Journal is immutable, of the council, and calls nobody back
    function retire(bytes32 product, IRuns.Request calldata request) external returns (bytes32 runId) {
        MEMBERS.requireRunning();
        Ending memory ending;
        ending.account = _maker();
        _useEvent(ending, request);
        _consume(ending, request);
        _leaveProduct(ending, product);
        Retirements.requireOutputs(ending.inputs, ending.units, request);
        _createLots(ending, _prove(ending, request), request);
        return ending.runId;
    }

    /// @inheritdoc IProducts
    function isSealed(bytes32 product) external view returns (bool) {
        return _products[product].sealedAt != 0;
    }

    /// @inheritdoc IProducts
    function sealedAt(bytes32 product) external view returns (uint40) {
        return _products[product].sealedAt;
    }

    /// @inheritdoc IProducts
    function retiredUnits(bytes32 product, bytes32 series) external view returns (uint32) {
        return _products[product].retired[series];
    }

    /// @inheritdoc IProducts
    function ownerOf(bytes32 product) external view returns (address) {
        return _products[product].owner;
    }

    /// @inheritdoc IProducts
    function partsOf(bytes32 product, uint16 element) external view returns (Part[] memory) {
        return _products[product].parts[element];
    }

    /// @inheritdoc IProducts
    function ruleOf(IRuns.Request calldata request) external pure returns (uint256) {
        return Retirements.ruleOf(request);
    }

    /// @inheritdoc IProducts
    function ctxOf(address account, IRuns.Request calldata request) public view returns (uint256) {
        return Ctx.make(Ctx.RUN, KEY_HASH, account, RunBodies.hashOf(request));
    }

    /// @inheritdoc IProducts
    function seriesOf(bytes32 lot) public view returns (bytes32) {
        bytes32 first = _series[lot];
        return first == bytes32(0) ? lot : first;
    }

    /// The event says which lot, and how many of its units.
    function _useEvent(Ending memory ending, IRuns.Request calldata request) private {
        Retirements.requireShape(request);
        IAttestations.Standing memory standing = ATTESTATIONS.usable(request.eventId, EventKind.EndOfLife);
        if (keccak256(abi.encode(request.inputs)) != standing.inputsHash) revert IRuns.InputsNotNamed(request.eventId);
        LOT_BOOK.useEvent(standing.site, standing.sequence, standing.element);
        (ending.lot, ending.units) = (request.inputs[0], standing.units);
        (ending.from, ending.to) = (standing.from, standing.to);
        ending.runId = keccak256(abi.encode(block.chainid, address(this), request.outputs[0].id));
    }

    function _consume(Ending memory ending, IRuns.Request calldata request) private {
        bytes32 lot = ending.lot;
        (uint32 sequence, LotTraits traits, bytes32 birthplace, uint40 heldSince, uint32 left) =
            LOT_BOOK.takeAssigned(lot, ending.account, ending.units);
        emit IRuns.LotConsumed(lot, ending.runId, sequence);
        RunInputs.Inputs memory inputs = RunInputs.create(1);
        inputs.add(0, lot, traits, request.kind);
        inputs.addTimes(lot, traits, heldSince);
        inputs.requireTimes(ending.from, type(uint40).max); // since when it is held does not matter
        inputs.requireModel(request.model);
        inputs.commitments[0] = LOT_BOOK.commitmentOf(lot);
        (ending.inputs, ending.birthplace, ending.left) = (inputs, birthplace, left);
    }

    /// Each unit of the product once.
    function _leaveProduct(Ending memory ending, bytes32 id) private {
        Product storage product = _products[id];
        if (product.owner == address(0)) revert ProductUnknown(id);
        if (product.owner != ending.account) revert NotProductOwner(id, ending.account);
        if (product.sealedAt == 0) revert ProductNotSealed(id);
        bytes32 series = seriesOf(ending.lot);
        uint32 retired = product.retired[series];
        (uint32 units, bytes32 first) = _unitsOf(product.parts[ending.inputs.element], series);
        uint32 left = units - retired;
        if (ending.units > left) revert UnitsNotInProduct(id, ending.lot, left, ending.units);
        product.retired[series] = retired + ending.units;
        ending.young = ending.to < product.sealedAt + LEAST_AGE;
        bytes32 digest = Entries.log4(UnitsRetired.selector, id, first, ending.runId, abi.encode(ending.units));
        _noteAlways(RowKind.Product, id, digest);
    }

    function _createLots(Ending memory ending, uint256[] memory signals, IRuns.Request calldata request) private {
        RunInputs.Inputs memory inputs = ending.inputs;
        IRuns.Made memory made = RunLots.madeOf(request.kind, inputs, 0, request);
        (made.root, made.index) = (inputs.root, inputs.index);
        (made.mixed, made.reworked) = (inputs.mixed, inputs.reworked);
        (made.young, made.time) = (ending.young, ending.to);
        _noteRecord(ending, made, signals, request);
        _createLot(ending, made, request, 0);
        if (request.outputs.length == 1) return;
        (made.young, made.time) = (inputs.young, inputs.time);
        _createLot(ending, made, request, 1);
        _keep(ending, request.outputs[1].id);
    }

    function _createLot(Ending memory ending, IRuns.Made memory made, IRuns.Request calldata request, uint8 place)
        private
    {
        IRuns.Output calldata output = request.outputs[place];
        (made.count, made.material) = (output.count, output.material);
        LotTraits traits =
            RunLots.traitsOf(made, request.kind, ending.inputs).forOutput(made.count, made.material, made.index);
        bytes32 origin =
            made.model == CustodyModel.IdentityPreserved ? LOT_BOOK.originOf(ending.lot) : bytes32(0);
        LOT_BOOK.create(output.id, ending.account, traits, ending.birthplace, origin, made.heldSince, 0);
        emit IRuns.LotMade(output.id, ending.runId, ending.account, made, request.sealedToOwner[place]);
    }

    /// The rest goes on where the lot ended.
    function _keep(Ending memory ending, bytes32 rest) private {
        _series[rest] = seriesOf(ending.lot);
        if (ending.left == 0) return;
        (uint32 sequence,) = LOT_BOOK.assign(rest, ending.account, ending.left);
        bytes memory data = abi.encode(sequence, ending.left);
        _noteAlways(RowKind.Lot, rest, Entries.log3(UnitsKept.selector, rest, ending.runId, data));
    }

    function _noteRecord(
        Ending memory ending,
        IRuns.Made memory made,
        uint256[] memory signals,
        IRuns.Request calldata request
    ) private {
        (made.count, made.material) = (request.outputs[0].count, request.outputs[0].material);
        bytes memory data = RunRows.dataOf(ending.account, made, signals, request);
        bytes32 digest = Entries.log4(
            RunRecorded.selector, ending.runId, Entries.topic(ending.account), request.eventId, data
        );
        JOURNAL.noteAll(RunRows.rowsOf(request), digest, true);
    }

    function _prove(Ending memory ending, IRuns.Request calldata request)
        private
        view
        returns (uint256[] memory signals)
    {
        RunInputs.Inputs memory inputs = ending.inputs;
        signals = RunSignals.create(true, inputs.commitments, request.outputs);
        uint256 tag = Tags.ofLot(inputs.element, inputs.schema);
        signals.setHead(ctxOf(ending.account, request), tag, Retirements.ruleOf(request));
        bool holds = request.inBand && REBOOK2_VERIFIER.verify(request.proof.words, signals.asSeven());
        if (!holds) revert IRuns.ProofRefused("rebook2");
    }

    function _maker() private view returns (address) {
        return MEMBERS.resolveWithRole(msg.sender, Roles.MAKER);
    }

    function _requireOpen(bytes32 id, address account) private view {
        Product storage product = _products[id];
        if (product.owner == address(0)) revert ProductUnknown(id);
        if (product.owner != account) revert NotProductOwner(id, account);
        if (product.sealedAt != 0) revert ProductIsSealed(id);
    }

    /// Units of a series among the parts, and the first of its lots there.
    function _unitsOf(Part[] storage parts, bytes32 series) private view returns (uint32 units, bytes32 first) {
        for (uint256 i = 0; i < parts.length; ++i) {
            if (seriesOf(parts[i].lot) != series) continue;
            if (units == 0) first = parts[i].lot;
            units += parts[i].units;
        }
    }

    function _requireAssignable(bytes32 lot, uint16 material) private pure {
        if (material == Materials.SCRAP || material == Materials.RETIRED) revert NotAssignable(lot, material);
    }
}
