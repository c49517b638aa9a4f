// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {CustodyModel, Proof} from "./Types.sol";

/// @title Origins: lots are born from standing events
/// @dev Not guaranteed: that ore existed. A proof shows that a lot opens to what the oracle nodes attested.
interface IOrigins {
    struct Birth {
        bytes32 eventId;
        bytes32 lot; // id = commitment
        uint32 count;
        uint16 material;
        CustodyModel model;
        bytes sealedToOwner;
        Proof proof;
    }

    /// @param gates bits 0–3: credits 1 … 4 that attested metal may bear; bit 4: the place counts as a CAHRA
    event LotBorn(
        bytes32 indexed lot,
        address indexed account,
        bytes32 indexed eventId,
        uint256 gates,
        uint32 count,
        uint16 material,
        uint16 element,
        CustodyModel model,
        uint32 root,
        uint40 time,
        uint256[5] publicSignals,
        Proof proof,
        bytes sealedToOwner
    );

    error ProofRefused(bytes32 circuit);
    /// @notice Scrap and retired products come from lots: they are made by runs and by Products.
    error MaterialNotBorn(uint16 material);

    /// @notice The operator (role) of the event's site proves that the lot opens to what was attested under today's
    /// public gates. The site makes the material; a material of units (UnitCounts.sol) has as many as the event counts,
    /// every other one. A place without a valid determination counts as a CAHRA.
    ///
    /// The event is a Birth, or of metal from outside the consortium (Outside): that is of a CAHRA whatever the place,
    /// and bears no credits. The lot is of the root of the event's document, and held since the end of the event.
    function birth(Birth calldata request) external;

    /// @notice The public input that binds the proof (zk_circuits/SPEC.md, section 4).
    function ctxOf(address account, Birth calldata request) external view returns (uint256);
}
