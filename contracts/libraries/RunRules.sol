// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IRuns} from "../interfaces/IRuns.sol";
import {Materials} from "../interfaces/Materials.sol";
import {CustodyModel, RunKind} from "../interfaces/Types.sol";
import {RunKinds} from "./RunKinds.sol";
import {UnitCounts} from "./UnitCounts.sol";

/// @title RunRules: the word `rule` of a run (zk_circuits/SPEC.md, section 6)
library RunRules {
    uint256 private constant CREDITS = 4;
    uint256 internal constant ALL_GATES = (1 << CREDITS) - 1;
    uint256 private constant POST_CONSUMER = 1 << 1; // credit 2
    uint256 private constant MANUFACTURING = 1 << 2; // credit 3
    uint24 private constant WHOLE_PPM = 1_000_000;

    uint256 private constant COUNT_BITS = 32;
    uint256 private constant PROPORTIONAL = 1 << 128;
    uint256 private constant WHOLE = 1 << 129;
    uint256 private constant SETTLES = 1 << 130;
    uint256 private constant GATES_AT = 131;
    uint256 private constant GRANTS_AT = 135;
    uint256 private constant SCRAP_AT = 139;
    uint256 private constant UNITS_AT = 143;
    uint256 private constant TOLERANCE_AT = 147;
    uint256 private constant LOSS_FROM_AT = 167;
    uint256 private constant LOSS_TO_AT = 187;
    uint256 private constant SCRAP_TO_AT = 207;

    /// @notice What site and certificates say: gates and grants have bit k - 1 for credit k, the tolerance is ppm of the
    /// metal of one input, the rest ppm of all metal in.
    struct Terms {
        uint256 gates;
        uint256 grants;
        uint24 tolerance;
        uint24 lossFrom;
        uint24 lossTo;
        uint24 scrapTo;
    }

    /// @notice Nothing is lost, every credit passes.
    function ofRebook() internal pure returns (uint256) {
        return ALL_GATES << GATES_AT;
    }

    /// @notice Whatever was measured: the circuit books the lesser of lot and measurement.
    function ofSettlement() internal pure returns (uint256) {
        return (ALL_GATES << GATES_AT) | (uint256(WHOLE_PPM) << TOLERANCE_AT);
    }

    /// @notice A loss has no band: it was attested as one.
    function ofLoss(uint256 gates, uint24 tolerance) internal pure returns (Terms memory) {
        return Terms(gates, 0, tolerance, 0, WHOLE_PPM, WHOLE_PPM);
    }

    /// @notice The credit that recovered metal may bear, as a bit, by what it is recovered from.
    function recycledCredit(bool postConsumer) internal pure returns (uint256) {
        return postConsumer ? POST_CONSUMER : MANUFACTURING;
    }

    /// @notice Their bits of the word.
    function ofTerms(Terms memory terms) internal pure returns (uint256) {
        return (terms.gates << GATES_AT) | (terms.grants << GRANTS_AT) | (uint256(terms.tolerance) << TOLERANCE_AT)
            | (uint256(terms.lossFrom) << LOSS_FROM_AT) | (uint256(terms.lossTo) << LOSS_TO_AT)
            | (uint256(terms.scrapTo) << SCRAP_TO_AT);
    }

    /// @param terms of ofTerms, ofRebook or ofSettlement
    /// @param unitMaterial of the event
    function word(
        RunKind kind,
        CustodyModel model,
        uint256 terms,
        IRuns.Output[] calldata outputs,
        uint16 unitMaterial
    ) internal pure returns (uint256) {
        return _ofOutputs(kind, outputs, unitMaterial) | _ofModel(kind, model) | terms;
    }

    /// @notice Whether an output comes in units: of the event's material, or, where nothing is made, of its own.
    function isInUnits(RunKind kind, uint16 material, uint16 unitMaterial) internal pure returns (bool) {
        if (RunKinds.isAtSite(kind)) return material != 0 && material == unitMaterial;
        return UnitCounts.comesInUnits(material);
    }

    function _ofOutputs(RunKind kind, IRuns.Output[] calldata outputs, uint16 unitMaterial)
        private
        pure
        returns (uint256 bits)
    {
        bool sorted = kind == RunKind.Process || kind == RunKind.Recover;
        for (uint256 i = 0; i < outputs.length; ++i) {
            uint16 material = outputs[i].material;
            bits |= uint256(outputs[i].count) << (COUNT_BITS * i);
            if (sorted && material == Materials.SCRAP) bits |= 1 << (SCRAP_AT + i);
            if (material == Materials.IN_PROCESS) bits |= PROPORTIONAL;
            if (isInUnits(kind, material, unitMaterial)) bits |= 1 << (UNITS_AT + i);
        }
    }

    /// Credits are assigned freely under mass balance only, and only where a site's event says that metal met; all
    /// else shares them by metal. So does a period that leaves stock: what is sold of it takes no more than its share.
    function _ofModel(RunKind kind, CustodyModel model) private pure returns (uint256 bits) {
        bool free = model == CustodyModel.MassBalance && (kind == RunKind.Process || kind == RunKind.Recover);
        if (!free) bits |= PROPORTIONAL;
        if (model == CustodyModel.IdentityPreserved || model == CustodyModel.Segregated) bits |= WHOLE;
        if (kind == RunKind.Settle) bits |= SETTLES;
    }
}
