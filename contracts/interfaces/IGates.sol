// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IAttestations} from "./IAttestations.sol";
import {CustodyModel, RunKind} from "./Types.sol";

/// @title Gates: what sites, certificates and places let in or through, as public bits for the proofs
/// @dev Answers by what is known at the time of the block. Callers have required the site to be active
/// (ISites.requireOperator).
interface IGates {
    /// @notice Bits 0–3: credits 1 … 4 at a birth or recovery; bit 4: the place counts as a CAHRA. Late filing (the
    /// document was filed, and the event stood, later than 30 days after its end) closes 0–3 unless excused. Metal from
    /// outside the consortium (EventKind.Outside) has no credits and counts as from a CAHRA, whatever the place.
    function atBirth(IAttestations.Standing calldata standing) external view returns (uint256 gates);

    /// @notice Bits 0–3: credits 1 … 4 that the site lets through: those whose rule is not pass-gated, and those
    /// whose certificates cover the event. Late filing closes nothing here: it lets nothing in. A period of a continuous
    /// site is an account, not a batch, and nobody saw which metal went in when: credits of more than 12 months lapse in
    /// it, and those of the whole period with them.
    /// @param oldest when the oldest event ended that the metal comes from (Lot.oldest)
    function atProcessing(IAttestations.Standing calldata standing, uint40 oldest) external view returns (uint256 gates);

    /// @notice What site and certificates say about a run at a site, as bits of the word `rule` (zk_circuits/SPEC.md,
    /// section 6): gates, grants, tolerance, band of losses and bound of scrap.
    /// @param oldest as in atProcessing
    /// @param postConsumer whether the inputs are retired products, none of them young
    function ofRun(IAttestations.Standing calldata standing, RunKind kind, uint40 oldest, bool postConsumer)
        external
        view
        returns (uint256 terms);

    /// @notice Whether certificates prove, for the whole of the event, that its site keeps metal apart as the model says.
    function keepsApart(IAttestations.Standing calldata standing, CustodyModel model) external view returns (bool);
}
