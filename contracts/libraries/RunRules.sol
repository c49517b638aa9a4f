// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IAttestations} from "../interfaces/IAttestations.sol";
import {IRuns} from "../interfaces/IRuns.sol";
import {Materials} from "../interfaces/Materials.sol";
import {Roles} from "../interfaces/Roles.sol";
import {CustodyModel, EventKind, RunKind} from "../interfaces/Types.sol";

/// @title RunRules: what each kind of run needs and may do
library RunRules {
    uint256 private constant CREDITS = 5;
    uint256 internal constant ALL_GATES = (1 << CREDITS) - 1;
    uint256 private constant POST_CONSUMER = 1 << 1; // credit 2
    uint256 private constant MANUFACTURING = 1 << 2; // credit 3
    uint24 private constant WHOLE_PPM = 1_000_000;

    /// @notice The contract's part of the word `rule`: gates and grants have bit k - 1 for credit k, the rest is ppm
    /// of metal in.
    struct Terms {
        uint256 gates;
        uint256 grants;
        uint24 tolerance;
        uint24 lossFrom;
        uint24 lossTo;
    }

    /// @notice Nothing is lost, every credit passes.
    function ofRebook() internal pure returns (Terms memory) {
        return Terms(ALL_GATES, 0, 0, 0, 0);
    }

    /// @notice An umpire's measurement speaks of the metal that was found: any loss is in band, and what the event
    /// says of metal in counts for nothing (booked weight is what is disputed). Outputs stay at or below what was
    /// measured.
    function ofSettlement() internal pure returns (Terms memory) {
        return Terms(ALL_GATES, 0, WHOLE_PPM, 0, WHOLE_PPM);
    }

    /// @notice The credit that recovered metal may bear, as a bit, by what it is recovered from.
    function recycledCredit(uint16 material) internal pure returns (uint256) {
        return material == Materials.RETIRED ? POST_CONSUMER : MANUFACTURING;
    }

    /// @notice zk_circuits/SPEC.md, section 6. Credits are assigned freely under mass balance only, and only where a
    /// site's event says that metal met; a run on paper shares them by metal.
    function word(RunKind kind, CustodyModel model, Terms memory terms) internal pure returns (uint256) {
        bool proportional = model != CustodyModel.MassBalance || !isMade(kind);
        bool whole = model == CustodyModel.IdentityPreserved || model == CustodyModel.Segregated;
        return (proportional ? 1 : 0) | (whole ? 2 : 0) | (terms.gates << 2) | (terms.grants << 7)
            | (uint256(terms.tolerance) << 12) | (uint256(terms.lossFrom) << 32) | (uint256(terms.lossTo) << 52);
    }

    function roleFor(RunKind kind) internal pure returns (uint32) {
        if (kind == RunKind.None) revert IRuns.RunKindInvalid(kind);
        return isMade(kind) ? Roles.OPERATOR : Roles.TRADER;
    }

    /// @notice The kind of event that a run needs; None for a rebook.
    function eventKind(RunKind kind) internal pure returns (EventKind) {
        if (kind == RunKind.Process) return EventKind.Processing;
        if (kind == RunKind.Recover) return EventKind.Recovery;
        return kind == RunKind.Settle ? EventKind.Measurement : EventKind.None;
    }

    /// @notice Whether a site makes something new: process and recover. The others only write down anew what is
    /// there.
    function isMade(RunKind kind) internal pure returns (bool) {
        return kind == RunKind.Process || kind == RunKind.Recover;
    }

    /// @notice How many slots the circuit has on each side. Reverts where none fits.
    function width(RunKind kind, uint256 inputs, uint256 outputs) internal pure returns (uint256) {
        uint256 most = inputs > outputs ? inputs : outputs;
        bool fits = inputs != 0 && outputs != 0 && most <= (kind == RunKind.Settle ? 1 : 4);
        if (!fits) revert IRuns.SlotCount(inputs, outputs);
        return most <= 2 ? 2 : 4;
    }

    /// @notice Nothing that a run makes begins before what it is made of has ended.
    function requireAfter(IAttestations.Standing memory standing, bytes32 lot, uint40 lotTime) internal pure {
        if (standing.from < lotTime) revert IRuns.BeforeParent(lot, lotTime, standing.from);
    }
}
