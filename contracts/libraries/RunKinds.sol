// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IRuns} from "../interfaces/IRuns.sol";
import {Roles} from "../interfaces/Roles.sol";
import {EventKind, RunKind} from "../interfaces/Types.sol";

/// @title RunKinds: what kind of a run needs which event, role and circuit
library RunKinds {
    uint256 private constant NARROW = 2; // slots of the circuit `rebook2` on each side
    uint256 private constant WIDE = 4; // and of `run4`

    /// @notice The kind of event that a run needs; None for what is booked on paper.
    function eventKind(RunKind kind) internal pure returns (EventKind) {
        if (kind == RunKind.Process) return EventKind.Processing;
        if (kind == RunKind.Recover) return EventKind.Recovery;
        if (kind == RunKind.Rework) return EventKind.Rework;
        if (kind == RunKind.Loss) return EventKind.Loss;
        return kind == RunKind.Settle ? EventKind.Measurement : EventKind.None;
    }

    /// @notice Whether it happened at a site of the sender, to the lots that the event names.
    function isAtSite(RunKind kind) internal pure returns (bool) {
        return makes(kind) || kind == RunKind.Loss;
    }

    /// @notice Whether a site makes something, within its band of loss and scrap.
    function makes(RunKind kind) internal pure returns (bool) {
        return kind == RunKind.Process || kind == RunKind.Recover || kind == RunKind.Rework;
    }

    /// @notice Rebook and Charge: without an event.
    function isOnPaper(RunKind kind) internal pure returns (bool) {
        return kind == RunKind.Rebook || kind == RunKind.Charge;
    }

    /// @notice Of whoever sends it to Runs, which retires nothing (IProducts); none where that depends on the lot (Settle).
    function roleFor(RunKind kind) internal pure returns (uint32) {
        if (kind == RunKind.None || kind == RunKind.EndOfLife) revert IRuns.RunKindInvalid(kind);
        if (kind == RunKind.Settle) return 0;
        return isAtSite(kind) ? Roles.OPERATOR : Roles.TRADER;
    }

    /// @notice Whether the circuit `rebook2` takes it, not `run4`. Reverts (SlotCount) where none does.
    function isNarrow(RunKind kind, uint256 inputs, uint256 outputs) internal pure returns (bool) {
        uint256 most = inputs > outputs ? inputs : outputs;
        if (inputs == 0 || outputs == 0 || most > WIDE || !_fits(kind, inputs, outputs)) {
            revert IRuns.SlotCount(inputs, outputs);
        }
        return isOnPaper(kind) && most <= NARROW;
    }

    function _fits(RunKind kind, uint256 inputs, uint256 outputs) private pure returns (bool) {
        if (kind == RunKind.Settle) return inputs == 1 && outputs == 1;
        return kind != RunKind.Charge || outputs == 1;
    }
}
