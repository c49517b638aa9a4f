// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IRuns} from "../interfaces/IRuns.sol";
import {Materials} from "../interfaces/Materials.sol";
import {CustodyModel, RunKind} from "../interfaces/Types.sol";
import {LotTraits} from "../types/LotTraits.sol";
import {Tags} from "./Tags.sol";
import {UnitCounts} from "./UnitCounts.sol";

/// @title RunInputs: what the inputs of a run have in common, gathered lot by lot
library RunInputs {
    struct Inputs {
        bytes32[] commitments;
        uint16 element;
        uint8 schema;
        uint16 material; // of the first
        bytes32 highest; // the lot whose material has the highest rank
        uint16 highestMaterial;
        CustodyModel weakest;
        uint256 units;
        bytes32 latest; // the lot with the latest time
        uint40 time;
        bytes32 lastHeld; // the lot that was held last
        uint40 heldSince;
        bytes32 birthplace; // the first of metal that has not changed hands
        uint32 root; // of the first
        uint8 index;
        bytes32 stranger; // the first lot of another root, 0 where all are of one
        uint32 strangeRoot;
        bool charge; // one of them is
        bool mixed; // one of them is, or they are of several roots
        bool reworked; // one of them is
        bool young; // one of them is
    }

    function create(uint256 size) internal pure returns (Inputs memory inputs) {
        inputs.commitments = new bytes32[](size);
    }

    function add(Inputs memory inputs, uint256 place, bytes32 id, LotTraits lot, RunKind kind) internal pure {
        if (place == 0) _begin(inputs, lot);
        _addMetal(inputs, id, lot);
        _requireMaterial(id, lot.material(), inputs.material, kind);
        _addRoot(inputs, id, lot, kind);
        if (lot.isReworked() && kind == RunKind.Rework) revert IRuns.ReworkedBefore(id);
        inputs.reworked = inputs.reworked || lot.isReworked();
        inputs.young = inputs.young || lot.isYoung();
    }

    /// @param heldSince when the lot's holder got it
    function addTimes(Inputs memory inputs, bytes32 id, LotTraits lot, uint40 heldSince) internal pure {
        if (lot.time() >= inputs.time) (inputs.latest, inputs.time) = (id, lot.time());
        if (heldSince >= inputs.heldSince) (inputs.lastHeld, inputs.heldSince) = (id, heldSince);
    }

    /// @notice Nothing that a site does begins before its inputs were made, nor did others hold them when it ended.
    /// @param limit by when the inputs had to be held
    function requireTimes(Inputs memory inputs, uint40 from, uint40 limit) internal pure {
        if (from < inputs.time) revert IRuns.BeforeParent(inputs.latest, inputs.time, from);
        if (inputs.heldSince > limit) revert IRuns.HeldTooLate(inputs.lastHeld, inputs.heldSince, limit);
    }

    /// @notice Models never improve.
    function requireModel(Inputs memory inputs, CustodyModel requested) internal pure {
        if (requested < inputs.weakest) revert IRuns.ModelStrengthened(inputs.weakest, requested);
    }

    /// @notice What is booked on paper or settled gains no units and loses none; of what was lost, none are gained.
    function requireUnits(Inputs memory inputs, IRuns.Output[] calldata outputs, RunKind kind) internal pure {
        if (!UnitCounts.comesInUnits(inputs.material)) return;
        uint256 unitsOut = 0;
        for (uint256 i = 0; i < outputs.length; ++i) {
            unitsOut += outputs[i].count;
        }
        bool kept = kind == RunKind.Loss ? unitsOut <= inputs.units : unitsOut == inputs.units;
        if (!kept) revert IRuns.UnitsMismatch(inputs.units, unitsOut);
    }

    /// @notice Whether metal that is recovered of them was in use: retired products, none of them young.
    function isPostConsumer(Inputs memory inputs) internal pure returns (bool) {
        return inputs.material == Materials.RETIRED && !inputs.young;
    }

    function isOneRoot(Inputs memory inputs) internal pure returns (bool) {
        return inputs.stranger == bytes32(0);
    }

    /// @notice Whether outputs keep root and index: lots of one root that are no charge are split and joined freely, and
    /// neither a loss nor a settlement changes where a lot comes from.
    function keepsRoot(Inputs memory inputs, RunKind kind) internal pure returns (bool) {
        if (kind == RunKind.Rebook) return isOneRoot(inputs) && !inputs.charge;
        return kind == RunKind.Settle || kind == RunKind.Loss || kind == RunKind.EndOfLife;
    }

    /// @notice What never met is put together on paper under mass balance only, products and charges not at all; a loss
    /// puts nothing together and takes no charge apart.
    function requireRoots(Inputs memory inputs, RunKind kind, CustodyModel model, uint256 outputs) internal pure {
        if (kind == RunKind.Loss) {
            if (!isOneRoot(inputs)) revert IRuns.RootMismatch(inputs.stranger, inputs.root, inputs.strangeRoot);
            if (inputs.charge && outputs != 1) revert IRuns.SlotCount(inputs.commitments.length, outputs);
        } else if (kind == RunKind.Rebook && !keepsRoot(inputs, kind)) {
            bool pooled = model == CustodyModel.MassBalance && !UnitCounts.comesInUnits(inputs.material);
            if (!pooled) revert IRuns.PoolNotAllowed(inputs.material, model);
        }
    }

    function _begin(Inputs memory inputs, LotTraits lot) private pure {
        (inputs.element, inputs.schema, inputs.material) = (lot.element(), lot.schema(), lot.material());
        (inputs.root, inputs.index) = (lot.root(), lot.index());
    }

    function _addMetal(Inputs memory inputs, bytes32 id, LotTraits lot) private pure {
        (uint16 element, uint8 schema, uint16 material) = (lot.element(), lot.schema(), lot.material());
        if (element != inputs.element) revert IRuns.ElementMismatch(id, inputs.element, element);
        if (schema != inputs.schema) revert IRuns.SchemaMismatch(id, inputs.schema, schema);
        if (lot.format() != Tags.FORMAT) revert IRuns.FormatMismatch(id, Tags.FORMAT, lot.format());
        if (inputs.highest == bytes32(0) || Materials.rankOf(material) > Materials.rankOf(inputs.highestMaterial)) {
            (inputs.highest, inputs.highestMaterial) = (id, material);
        }
        if (lot.model() > inputs.weakest) inputs.weakest = lot.model();
        inputs.units += lot.count();
    }

    /// Units of two batches of one document never met: no paper makes them alike.
    function _addRoot(Inputs memory inputs, bytes32 id, LotTraits lot, RunKind kind) private pure {
        (uint32 root, uint8 index) = (lot.root(), lot.index());
        if (root != inputs.root && isOneRoot(inputs)) (inputs.stranger, inputs.strangeRoot) = (id, root);
        bool paper = kind == RunKind.Rebook || kind == RunKind.Loss;
        if (paper && root == inputs.root && index != inputs.index && UnitCounts.comesInUnits(inputs.material)) {
            revert IRuns.IndexMismatch(id, inputs.index, index);
        }
        inputs.charge = inputs.charge || lot.isCharge();
        inputs.mixed = inputs.mixed || lot.isMixed() || root != inputs.root;
    }

    function _requireMaterial(bytes32 id, uint16 material, uint16 first, RunKind kind) private pure {
        bool waste = Materials.isWaste(material);
        if (waste && (kind == RunKind.Process || kind == RunKind.Rework)) revert IRuns.NotProcessable(id, material);
        if (kind == RunKind.Recover && !waste) revert IRuns.NotRecoverable(id, material);
        if (kind != RunKind.Process && material != first) revert IRuns.MaterialMismatch(id, first, material);
    }
}
