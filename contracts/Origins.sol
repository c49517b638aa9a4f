// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Journaled} from "./Journaled.sol";
import {IAttestations} from "./interfaces/IAttestations.sol";
import {IGates} from "./interfaces/IGates.sol";
import {IJournal} from "./interfaces/IJournal.sol";
import {ILotBook} from "./interfaces/ILotBook.sol";
import {IMembers} from "./interfaces/IMembers.sol";
import {IOrigins} from "./interfaces/IOrigins.sol";
import {ISites} from "./interfaces/ISites.sol";
import {IVerifier5} from "./interfaces/IVerifiers.sol";
import {Materials} from "./interfaces/Materials.sol";
import {Roles} from "./interfaces/Roles.sol";
import {EventKind, RowKind} from "./interfaces/Types.sol";
import {Ctx} from "./libraries/Ctx.sol";
import {Entries} from "./libraries/Entries.sol";
import {SealedBoxes} from "./libraries/SealedBoxes.sol";
import {Tags} from "./libraries/Tags.sol";
import {UnitCounts} from "./libraries/UnitCounts.sol";
import {LotTraits, LotTraitsLib} from "./types/LotTraits.sol";

/// @title Origins
contract Origins is IOrigins, Journaled {
    uint256 private constant GATES_AT = 32; // in the word `rule`, after the count

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
    ) Journaled(IMembers(members).JOURNAL()) {
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
        SealedBoxes.requireValid(request.sealedToOwner);
        IAttestations.Standing memory standing = _usable(request.eventId);
        _requireUnits(standing.unitMaterial, request);
        LOT_BOOK.useEvent(standing.site, standing.sequence, standing.element);
        _requireSite(account, standing, request.material);
        uint256 gates = GATES.atBirth(standing);
        uint256[5] memory signals = _signals(account, standing, gates, request);
        if (!ORIGIN_VERIFIER.verify(request.proof.words, signals)) revert ProofRefused("origin");
        uint32 root = _create(account, standing, request);
        _noteBorn(account, standing, root, gates, signals, request);
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
                Ctx.hashOf(request.sealedToOwner)
            )
        );
        return Ctx.make(Ctx.ORIGIN, KEY_HASH, account, body);
    }

    function _create(address account, IAttestations.Standing memory standing, Birth calldata request)
        private
        returns (uint32 root)
    {
        root = LOT_BOOK.rootOfDocument(standing.site, standing.sequence, standing.elements);
        LotTraits common =
            LotTraitsLib.create(request.model, standing.to, standing.element, Tags.SCHEMA, Tags.FORMAT).ofRoot(root);
        LotTraits traits = common.forOutput(request.count, request.material, 0);
        bytes32 birthplace = SITES.placeOf(standing.site);
        LOT_BOOK.create(request.lot, account, traits, birthplace, bytes32(0), standing.to, 0);
    }

    function _noteBorn(
        address account,
        IAttestations.Standing memory standing,
        uint32 root,
        uint256 gates,
        uint256[5] memory signals,
        Birth calldata request
    ) private {
        bytes memory data = abi.encode(
            gates,
            request.count,
            request.material,
            standing.element,
            request.model,
            root,
            standing.to,
            signals,
            request.proof,
            request.sealedToOwner
        );
        (bytes32 lot, bytes32 eventId) = (request.lot, request.eventId);
        bytes32 digest = Entries.log4(LotBorn.selector, lot, Entries.topic(account), eventId, data);
        _noteBoth(IJournal.Row(RowKind.Lot, lot), IJournal.Row(RowKind.Event, eventId), digest, true);
    }

    /// A birth of either kind: of metal that was mined or taken back, or that comes from outside the consortium.
    function _usable(bytes32 eventId) private view returns (IAttestations.Standing memory) {
        bool outside = ATTESTATIONS.standingOf(eventId).kind == EventKind.Outside;
        return ATTESTATIONS.usable(eventId, outside ? EventKind.Outside : EventKind.Birth);
    }

    function _requireSite(address account, IAttestations.Standing memory standing, uint16 material) private view {
        SITES.requireOperator(standing.site, MEMBERS.organisationOf(account), standing.element);
        if (Materials.isWaste(material) || material == Materials.IN_PROCESS) revert MaterialNotBorn(material);
        SITES.requireMakes(standing.site, material);
    }

    /// In the circuit's order: ctx, tag, event, lot, rule (zk_circuits/SPEC.md, section 5).
    function _signals(
        address account,
        IAttestations.Standing memory standing,
        uint256 gates,
        Birth calldata request
    ) private view returns (uint256[5] memory) {
        return [
            ctxOf(account, request),
            Tags.ofLot(standing.element, Tags.SCHEMA),
            uint256(standing.commitment),
            uint256(request.lot),
            request.count | (gates << GATES_AT)
        ];
    }

    /// @param unitMaterial whose units the event counts, 0 where nothing comes in units
    function _requireUnits(uint16 unitMaterial, Birth calldata request) private pure {
        UnitCounts.requireValid(request.material, request.count);
        uint16 inUnits = UnitCounts.comesInUnits(request.material) ? request.material : 0;
        if (inUnits != unitMaterial) revert UnitCounts.UnitMaterialMismatch(unitMaterial, inUnits);
    }
}
