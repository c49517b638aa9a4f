// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IAttestations} from "./interfaces/IAttestations.sol";
import {IGates} from "./interfaces/IGates.sol";
import {ILotBook} from "./interfaces/ILotBook.sol";
import {IMembers} from "./interfaces/IMembers.sol";
import {IOrigins} from "./interfaces/IOrigins.sol";
import {ISites} from "./interfaces/ISites.sol";
import {IVerifier5} from "./interfaces/IVerifiers.sol";
import {Materials} from "./interfaces/Materials.sol";
import {Roles} from "./interfaces/Roles.sol";
import {EventKind} from "./interfaces/Types.sol";
import {Batches} from "./libraries/Batches.sol";
import {Ctx} from "./libraries/Ctx.sol";
import {Nature, Natures} from "./libraries/Nature.sol";
import {SealedBoxes} from "./libraries/SealedBoxes.sol";
import {Tags} from "./libraries/Tags.sol";
import {UnitCounts} from "./libraries/UnitCounts.sol";

/// @title Origins
contract Origins is IOrigins {
    IMembers public immutable MEMBERS;
    ISites public immutable SITES;
    IAttestations public immutable ATTESTATIONS;
    IGates public immutable GATES;
    ILotBook public immutable LOT_BOOK;
    IVerifier5 public immutable ORIGIN_VERIFIER;
    bytes32 private immutable KEY_HASH;

    constructor(
        address members,
        address sites,
        address attestations,
        address gates,
        address lotBook,
        address originVerifier
    ) {
        MEMBERS = IMembers(members);
        SITES = ISites(sites);
        ATTESTATIONS = IAttestations(attestations);
        GATES = IGates(gates);
        LOT_BOOK = ILotBook(lotBook);
        ORIGIN_VERIFIER = IVerifier5(originVerifier);
        KEY_HASH = ORIGIN_VERIFIER.VERIFYING_KEY_HASH();
    }

    /// @inheritdoc IOrigins
    function birth(Birth calldata request) external {
        MEMBERS.requireRunning();
        address account = MEMBERS.resolveWithRole(msg.sender, Roles.OPERATOR);
        UnitCounts.requireValid(request.material, request.count);
        SealedBoxes.requireValid(request.sealedToOwner);
        IAttestations.Standing memory standing = ATTESTATIONS.usable(request.eventId, EventKind.Birth);
        LOT_BOOK.useEvent(standing.site, standing.sequence, standing.element);
        _requireSite(account, standing, request.material);
        uint256[5] memory signals = _signals(account, standing, request);
        if (!ORIGIN_VERIFIER.verify(request.proof.words, signals)) revert ProofRefused("origin");
        _create(account, standing, request);
        _emitBorn(account, standing, request, signals);
    }

    /// @inheritdoc IOrigins
    function ctxOf(address account, Birth calldata request) public view returns (uint256) {
        bytes32 body = keccak256(
            abi.encode(
                request.eventId,
                request.lot,
                request.count,
                request.material,
                request.model,
                keccak256(request.sealedToOwner)
            )
        );
        return Ctx.make(Ctx.ORIGIN, KEY_HASH, account, body);
    }

    function _create(address account, IAttestations.Standing memory standing, Birth calldata request) private {
        Nature nature = Natures.create(request.model, standing.to, standing.element, Tags.SCHEMA)
            .complete(request.count, request.material, _batch(standing));
        LOT_BOOK.create(request.lot, account, nature, SITES.placeOf(standing.site), bytes32(0), 0);
    }

    function _emitBorn(
        address account,
        IAttestations.Standing memory standing,
        Birth calldata request,
        uint256[5] memory signals
    ) private {
        emit LotBorn(
            request.lot,
            account,
            request.eventId,
            signals[4],
            request.count,
            request.material,
            standing.element,
            request.model,
            _batch(standing),
            standing.to,
            signals,
            request.proof,
            request.sealedToOwner
        );
    }

    function _requireSite(address account, IAttestations.Standing memory standing, uint16 material) private view {
        SITES.requireOperator(standing.site, MEMBERS.organisationOf(account), standing.element);
        if (material == Materials.SCRAP || material == Materials.RETIRED) revert MaterialNotBorn(material);
        SITES.requireMakes(standing.site, material);
    }

    /// In the circuit's order: ctx, tag, event, lot, gates (zk_circuits/SPEC.md, section 5).
    function _signals(address account, IAttestations.Standing memory standing, Birth calldata request)
        private
        view
        returns (uint256[5] memory)
    {
        return [
            ctxOf(account, request),
            Tags.ofLot(standing.element, Tags.SCHEMA),
            uint256(standing.commitment),
            uint256(request.lot),
            GATES.atBirth(standing)
        ];
    }

    function _batch(IAttestations.Standing memory standing) private pure returns (uint80) {
        return Batches.ofDocument(standing.site, standing.document);
    }
}
