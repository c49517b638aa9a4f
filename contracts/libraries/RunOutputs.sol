// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IRuns} from "../interfaces/IRuns.sol";
import {Materials} from "../interfaces/Materials.sol";
import {RunKind} from "../interfaces/Types.sol";
import {RunInputs} from "./RunInputs.sol";
import {RunKinds} from "./RunKinds.sol";
import {UnitCounts} from "./UnitCounts.sol";

/// @title RunOutputs: of which material and in which units a run makes its outputs
library RunOutputs {
    using RunInputs for RunInputs.Inputs;

    /// @param unitMaterial of the event; without meaning where nothing happened at a site
    function requireValid(
        IRuns.Output[] calldata outputs,
        RunKind kind,
        RunInputs.Inputs memory inputs,
        uint16 unitMaterial
    ) internal pure {
        for (uint256 i = 0; i < outputs.length; ++i) {
            UnitCounts.requireValid(outputs[i].material, outputs[i].count);
            _requireMaterial(kind, inputs, outputs[i].id, outputs[i].material);
        }
        if (RunKinds.isAtSite(kind)) _requireCounted(outputs, unitMaterial);
        if (!RunKinds.makes(kind)) inputs.requireUnits(outputs, kind);
    }

    /// @notice What lies in a continuous plant at the end of its period, 0 where nothing does. Reverts (MaterialNotMade)
    /// where there is more than one such lot, or one of anything but a period by mass balance.
    function stockOf(IRuns.Output[] calldata outputs, bool allowed) internal pure returns (bytes32 stock) {
        for (uint256 i = 0; i < outputs.length; ++i) {
            if (outputs[i].material != Materials.IN_PROCESS) continue;
            if (!allowed || stock != bytes32(0)) revert IRuns.MaterialNotMade(Materials.IN_PROCESS);
            stock = outputs[i].id;
        }
    }

    function _requireMaterial(RunKind kind, RunInputs.Inputs memory inputs, bytes32 id, uint16 material) private pure {
        bool makesNew = kind == RunKind.Process || kind == RunKind.Recover;
        if (!makesNew) {
            if (material != inputs.material) revert IRuns.MaterialMismatch(id, inputs.material, material);
            return;
        }
        if (material == Materials.RETIRED) revert IRuns.MaterialNotMade(material);
        if (kind != RunKind.Process || material == Materials.SCRAP || material == Materials.IN_PROCESS) return;
        _requireHigher(inputs, material);
    }

    function _requireHigher(RunInputs.Inputs memory inputs, uint16 material) private pure {
        uint16 highest = inputs.highestMaterial;
        if (Materials.rankOf(material) > Materials.rankOf(highest)) return;
        revert IRuns.MaterialNotHigher(inputs.highest, highest, material);
    }

    /// What comes in units is what the event counts, and what the event counts comes out.
    function _requireCounted(IRuns.Output[] calldata outputs, uint16 unitMaterial) private pure {
        bool found = unitMaterial == 0;
        for (uint256 i = 0; i < outputs.length; ++i) {
            uint16 material = outputs[i].material;
            if (material == unitMaterial) found = true;
            else if (UnitCounts.comesInUnits(material)) revert UnitCounts.UnitMaterialMismatch(unitMaterial, material);
        }
        if (!found) revert UnitCounts.UnitMaterialMismatch(unitMaterial, 0);
    }
}
