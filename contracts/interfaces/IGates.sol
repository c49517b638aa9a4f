// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IAttestations} from "./IAttestations.sol";

/// @title Gates: which credits an event lets in or through, as public bits for the proofs
interface IGates {
    /// @notice Bits 0–4: credits 1 … 5 at a birth or recovery; bit 5: the place counts as a CAHRA. Late filing (30 days) closes 0–4.
    function atBirth(IAttestations.Standing calldata standing) external view returns (uint256 gates);

    /// @notice Bits 0–4: credits 1 … 5 that the site lets through.
    function atProcessing(IAttestations.Standing calldata standing) external view returns (uint256 gates);
}
