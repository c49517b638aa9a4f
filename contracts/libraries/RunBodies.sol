// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IRuns} from "../interfaces/IRuns.sol";
import {Ctx} from "./Ctx.sol";

/// @title RunBodies: what the proof of a run is bound to (zk_circuits/SPEC.md, section 4)
library RunBodies {
    function hashOf(IRuns.Request calldata request) internal pure returns (bytes32) {
        (bytes32[] memory ids, uint32[] memory counts, uint16[] memory materials) = _columns(request.outputs);
        return keccak256(
            abi.encode(
                request.kind,
                request.eventId,
                request.inputs,
                ids,
                counts,
                materials,
                request.model,
                Ctx.hashOf(request.sealedToOwner)
            )
        );
    }

    function _columns(IRuns.Output[] calldata outputs)
        private
        pure
        returns (bytes32[] memory ids, uint32[] memory counts, uint16[] memory materials)
    {
        uint256 size = outputs.length;
        (ids, counts, materials) = (new bytes32[](size), new uint32[](size), new uint16[](size));
        for (uint256 i = 0; i < size; ++i) {
            IRuns.Output calldata output = outputs[i];
            (ids[i], counts[i], materials[i]) = (output.id, output.count, output.material);
        }
    }
}
