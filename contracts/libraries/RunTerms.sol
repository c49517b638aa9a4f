// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IAttestations} from "../interfaces/IAttestations.sol";
import {IGates} from "../interfaces/IGates.sol";
import {ISites} from "../interfaces/ISites.sol";
import {RunKind} from "../interfaces/Types.sol";
import {RunKinds} from "./RunKinds.sol";
import {RunRules} from "./RunRules.sol";

/// @title RunTerms: what site and certificates say about a run
library RunTerms {
    /// @param postConsumer whether the inputs are retired products, none of them young
    function termsOf(
        ISites sites,
        IGates gates,
        IAttestations.Standing memory standing,
        bool postConsumer,
        RunKind kind
    ) internal view returns (RunRules.Terms memory terms) {
        if (RunKinds.isOnPaper(kind)) return RunRules.ofRebook();
        if (kind == RunKind.Settle) return RunRules.ofSettlement();
        (terms.tolerance, terms.lossFrom, terms.lossTo, terms.scrapTo) = sites.bandOf(standing.site);
        terms.gates = gates.atProcessing(standing);
        if (kind == RunKind.Loss) return RunRules.ofLoss(terms.gates, terms.tolerance);
        if (kind == RunKind.Recover) terms.grants = gates.atBirth(standing) & RunRules.recycledCredit(postConsumer);
    }
}
