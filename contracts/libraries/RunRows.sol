// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IJournal} from "../interfaces/IJournal.sol";
import {IRuns} from "../interfaces/IRuns.sol";
import {RowKind} from "../interfaces/Types.sol";
import {Ctx} from "./Ctx.sol";

/// @title RunRows: what is noted of a run, and in which rows
library RunRows {
    /// @notice Those of its inputs, of its outputs, and of its event, if it has one.
    function rowsOf(IRuns.Request calldata request) internal pure returns (IJournal.Row[] memory rows) {
        (bytes32[] calldata inputs, IRuns.Output[] calldata outputs) = (request.inputs, request.outputs);
        uint256 lots = inputs.length + outputs.length;
        rows = new IJournal.Row[](request.eventId == bytes32(0) ? lots : lots + 1);
        for (uint256 i = 0; i < lots; ++i) {
            bytes32 lot = i < inputs.length ? inputs[i] : outputs[i - inputs.length].id;
            rows[i] = IJournal.Row(RowKind.Lot, lot);
        }
        if (rows.length != lots) rows[lots] = IJournal.Row(RowKind.Event, request.eventId);
    }

    /// @notice What RunRecorded says beside its topics.
    function dataOf(
        address holder,
        IRuns.Made memory made,
        uint256[] memory signals,
        IRuns.Request calldata request
    ) internal pure returns (bytes memory) {
        bytes32 boxes = Ctx.hashOf(request.sealedToOwner);
        return abi.encode(
            request.kind,
            request.model,
            request.inBand,
            signals,
            request.proof,
            holder,
            request.inputs,
            request.outputs,
            made,
            boxes
        );
    }
}
