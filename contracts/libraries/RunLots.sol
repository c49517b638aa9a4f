// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IRuns} from "../interfaces/IRuns.sol";
import {RunKind} from "../interfaces/Types.sol";
import {LotTraits, LotTraitsLib} from "../types/LotTraits.sol";
import {Hours} from "./Hours.sol";
import {RunInputs} from "./RunInputs.sol";
import {RunKinds} from "./RunKinds.sol";
import {Tags} from "./Tags.sol";

/// @title RunLots: what the lots that a run makes have in common
library RunLots {
    /// @notice All but where they come from. What a site has made is as old as its event, and in custody since then;
    /// all else is as old as its inputs were, and what a loss has left is older by the event alone.
    /// @param to end of the event, without meaning for what is booked on paper or settled
    function madeOf(RunKind kind, RunInputs.Inputs memory inputs, uint40 to, IRuns.Request calldata request)
        internal
        pure
        returns (IRuns.Made memory made)
    {
        bool makes = RunKinds.makes(kind);
        (made.element, made.model) = (inputs.element, request.model);
        made.time = RunKinds.isAtSite(kind) ? to : inputs.time;
        made.heldSince = Hours.roundedUp(makes ? to : inputs.heldSince);
        made.held = makes && !request.inBand;
        made.young = !makes && inputs.young;
    }

    function traitsOf(IRuns.Made memory made, uint8 schema) internal pure returns (LotTraits traits) {
        traits = LotTraitsLib.create(made.model, made.time, made.element, schema, Tags.FORMAT).ofRoot(made.root);
        if (made.mixed) traits = traits.asMixed();
        if (made.charge) traits = traits.asCharge();
        if (made.reworked) traits = traits.asReworked();
        if (made.young) traits = traits.asYoung();
    }
}
