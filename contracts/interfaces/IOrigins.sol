// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {CustodyModel, Proof, SealedOpening} from "./Types.sol";

/// @title Origins: lots are born from standing events
interface IOrigins {
    struct Birth {
        bytes32 eventId;
        bytes32 lot; // id = commitment
        uint32 count;
        uint16 material;
        CustodyModel model;
        SealedOpening sealedToOwner;
        Proof proof;
    }

    event LotBorn(
        bytes32 indexed lot, address indexed account, bytes32 indexed eventId, uint256 gates, uint32 count, uint16 material,
        uint16 element, CustodyModel model, uint80 batch, uint40 time, uint256[5] publicSignals, Proof proof, SealedOpening sealedToOwner
    );

    error ProofRefused(bytes32 circuit);
    error CreatorNotOperator(bytes32 site, bytes32 organisation);

    /// @notice The operator of the event's site proves that the lot opens to what was attested under today's public gates.
    function birth(Birth calldata request) external;

    function ctxOf(address account, Birth calldata request) external view returns (uint256);
}
