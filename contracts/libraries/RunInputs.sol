// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IRuns} from "../interfaces/IRuns.sol";
import {Materials} from "../interfaces/Materials.sol";
import {CustodyModel, RunKind} from "../interfaces/Types.sol";
import {Nature} from "./Nature.sol";
import {UnitCounts} from "./UnitCounts.sol";

/// @title RunInputs: what the inputs of a run have in common, gathered lot by lot
library RunInputs {
    struct Inputs {
        bytes32[] commitments;
        uint80[] batches;
        uint16 element;
        uint8 schema;
        uint16 material; // of the first
        CustodyModel weakest;
        uint256 units;
        bytes32 latest; // the lot with the latest time
        uint40 time;
        bytes32 birthplace; // the first of metal that has not changed hands
    }

    function create(uint256 size) internal pure returns (Inputs memory inputs) {
        inputs.commitments = new bytes32[](size);
        inputs.batches = new uint80[](size);
    }

    function add(Inputs memory inputs, uint256 index, bytes32 id, Nature lot, RunKind kind) internal pure {
        (uint16 element, uint8 schema, uint16 material) = (lot.element(), lot.schema(), lot.material());
        if (index == 0) (inputs.element, inputs.schema, inputs.material) = (element, schema, material);
        if (element != inputs.element) revert IRuns.ElementMismatch(id, inputs.element, element);
        if (schema != inputs.schema) revert IRuns.SchemaMismatch(id, inputs.schema, schema);
        _requireMaterial(id, material, inputs.material, kind);
        (CustodyModel model, uint40 time) = (lot.model(), lot.time());
        if (model > inputs.weakest) inputs.weakest = model;
        if (time > inputs.time || index == 0) (inputs.latest, inputs.time) = (id, time);
        inputs.batches[index] = lot.batch();
        inputs.units += lot.count();
    }

    /// @notice Models never improve.
    function requireModel(Inputs memory inputs, CustodyModel requested) internal pure {
        if (requested < inputs.weakest) revert IRuns.ModelStrengthened(inputs.weakest, requested);
    }

    /// @notice A rebook or settlement makes no units and loses none.
    function requireUnits(Inputs memory inputs, IRuns.Output[] calldata outputs) internal pure {
        if (!UnitCounts.comesInUnits(inputs.material)) return;
        uint256 unitsOut = 0;
        for (uint256 i = 0; i < outputs.length; ++i) {
            unitsOut += outputs[i].count;
        }
        if (unitsOut != inputs.units) revert IRuns.UnitsMismatch(inputs.units, unitsOut);
    }

    function _requireMaterial(bytes32 id, uint16 material, uint16 first, RunKind kind) private pure {
        bool recoverable = material == Materials.SCRAP || material == Materials.RETIRED;
        if (kind == RunKind.Process) {
            if (recoverable) revert IRuns.NotProcessable(id, material);
            return;
        }
        if (kind == RunKind.Recover && !recoverable) revert IRuns.NotRecoverable(id, material);
        if (material != first) revert IRuns.MaterialMismatch(id, first, material);
    }
}
