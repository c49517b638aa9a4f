// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IRuns} from "../interfaces/IRuns.sol";
import {Materials} from "../interfaces/Materials.sol";
import {RunKind} from "../interfaces/Types.sol";
import {RunInputs} from "./RunInputs.sol";
import {RunRules} from "./RunRules.sol";
import {SealedBoxes} from "./SealedBoxes.sol";
import {UnitCounts} from "./UnitCounts.sol";

/// @title Retirements: what a run of the kind end of life makes of a lot
library Retirements {
    using RunInputs for RunInputs.Inputs;

    /// @notice One lot goes in; the retired units come out, and what is left.
    function requireShape(IRuns.Request calldata request) internal pure {
        if (request.kind != RunKind.EndOfLife) revert IRuns.RunKindInvalid(request.kind);
        (uint256 inputs, uint256 outputs) = (request.inputs.length, request.outputs.length);
        if (inputs != 1 || outputs == 0 || outputs > 2) revert IRuns.SlotCount(inputs, outputs);
        if (request.sealedToOwner.length != outputs) {
            revert IRuns.SealedCount(outputs, request.sealedToOwner.length);
        }
        SealedBoxes.requireValid(request.sealedToOwner);
    }

    /// @notice As many retired units as were attested, and all others in the rest.
    function requireOutputs(RunInputs.Inputs memory inputs, uint32 units, IRuns.Request calldata request)
        internal
        pure
    {
        IRuns.Output[] calldata outputs = request.outputs;
        _requireMaterial(outputs[0], Materials.RETIRED);
        if (outputs[0].count != units) revert IRuns.UnitsMismatch(units, outputs[0].count);
        if (outputs.length == 2) {
            _requireMaterial(outputs[1], inputs.material);
            UnitCounts.requireValid(inputs.material, outputs[1].count);
        }
        inputs.requireUnits(outputs, request.kind);
    }

    /// @notice As of a rebook: nothing is lost, every credit passes.
    function ruleOf(IRuns.Request calldata request) internal pure returns (uint256) {
        return RunRules.word(request.kind, request.model, RunRules.ofRebook(), request.outputs, 0);
    }

    function _requireMaterial(IRuns.Output calldata output, uint16 material) private pure {
        if (output.material != material) revert IRuns.MaterialMismatch(output.id, material, output.material);
    }
}
