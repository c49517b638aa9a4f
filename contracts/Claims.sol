// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Governed} from "./Governed.sol";
import {Journaled} from "./Journaled.sol";
import {IClaims} from "./interfaces/IClaims.sol";
import {IJournal} from "./interfaces/IJournal.sol";
import {ILotBook} from "./interfaces/ILotBook.sol";
import {IMembers} from "./interfaces/IMembers.sol";
import {IProducts} from "./interfaces/IProducts.sol";
import {IVerifier24, IVerifier4} from "./interfaces/IVerifiers.sol";
import {Materials} from "./interfaces/Materials.sol";
import {Roles} from "./interfaces/Roles.sol";
import {Lot, LotState, Measure, RowKind} from "./interfaces/Types.sol";
import {Ctx} from "./libraries/Ctx.sol";
import {Entries} from "./libraries/Entries.sol";
import {Statements} from "./libraries/Statements.sol";
import {Tags} from "./libraries/Tags.sol";
import {TotalParts} from "./libraries/TotalParts.sol";

/// @title Claims
contract Claims is IClaims, Governed, Journaled {
    using TotalParts for uint256[24];

    uint8 private constant LOT = 1; // kinds of subjects in ctx
    uint8 private constant TOTAL = 2;

    /// What a claim speaks of.
    struct Subject {
        uint8 kind;
        uint8 revision; // of a lot
        uint16 element;
        uint16 material; // of a lot; 0 of a total
        address owner;
        bytes32 commitment;
        uint256 tag;
    }

    IMembers public immutable MEMBERS;
    ILotBook public immutable LOT_BOOK;
    IProducts public immutable PRODUCTS;
    IVerifier24 public immutable TOTAL_VERIFIER;
    IVerifier4 public immutable CLAIM_VERIFIER;
    bytes32 private immutable TOTAL_KEY_HASH;
    bytes32 private immutable CLAIM_KEY_HASH;

    IClaims public immutable PARENT;

    mapping(bytes32 claimId => uint40) private _claimedAt;
    mapping(bytes32 total => Total) private _totals;
    mapping(Measure measure => Statements.Grid) private _grids;
    mapping(uint16 element => mapping(uint16 material => bool)) private _directBoundaries;
    uint40 private _createdAt; // in a slot: the same code is the same version, whenever it is deployed

    constructor(
        address council,
        address members,
        address lotBook,
        address products,
        address totalVerifier,
        address claimVerifier,
        address parent
    ) Governed(council) Journaled(IMembers(members).JOURNAL()) {
        PARENT = IClaims(parent);
        _createdAt = uint40(block.timestamp);
        MEMBERS = IMembers(members);
        LOT_BOOK = ILotBook(lotBook);
        PRODUCTS = IProducts(products);
        TOTAL_VERIFIER = IVerifier24(totalVerifier);
        CLAIM_VERIFIER = IVerifier4(claimVerifier);
        TOTAL_KEY_HASH = TOTAL_VERIFIER.VERIFYING_KEY_HASH();
        CLAIM_KEY_HASH = CLAIM_VERIFIER.VERIFYING_KEY_HASH();
    }

    /// @inheritdoc IClaims
    function setGrid(Measure measure, uint64 step, uint64 limit) external onlyCouncil {
        _grids[measure] = Statements.Grid(step, limit);
        bytes32 digest = Entries.log2(GridSet.selector, bytes32(uint256(measure)), abi.encode(step, limit));
        _noteAlways(RowKind.Settings, bytes32(0), digest);
    }

    /// @inheritdoc IClaims
    function setDirectBoundary(uint16 element, uint16 material, bool known) external onlyCouncil {
        _directBoundaries[element][material] = known;
        (bytes32 one, bytes32 other) = (bytes32(uint256(element)), bytes32(uint256(material)));
        bytes32 digest = Entries.log3(DirectBoundarySet.selector, one, other, abi.encode(known));
        _noteAlways(RowKind.Settings, bytes32(0), digest);
    }

    /// @inheritdoc IClaims
    function recordTotal(TotalRequest calldata request) external {
        MEMBERS.requireRunning();
        address account = MEMBERS.resolveWithRole(msg.sender, Roles.MAKER);
        _requireOwner(request.product, account);
        if (totalOf(request.total).product != bytes32(0)) revert TotalExists(request.total);
        _requireNext(request);
        (uint256[24] memory signals, bool complete) = _totalSignals(account, request);
        if (!TOTAL_VERIFIER.verify(request.proof.words, signals)) revert ProofRefused("total");
        _recordTotal(account, request, signals, complete);
    }

    /// @inheritdoc IClaims
    function record(ClaimRequest calldata request) external returns (bytes32 claimId) {
        MEMBERS.requireRunning();
        (address account,) = MEMBERS.resolve(msg.sender);
        Subject memory subject = _subject(request.subject);
        _requireSubjectOf(subject, request.subject, account);
        claimId = _claimId(subject.revision, request);
        if (claimedAt(claimId) != 0) revert ClaimExists(claimId);
        uint256[4] memory signals = _verify(account, subject, request);
        _claimedAt[claimId] = uint40(block.timestamp);
        _noteClaim(claimId, account, subject, signals, request);
    }

    /// @inheritdoc IClaims
    function verify(address account, ClaimRequest calldata request) external view {
        _verify(account, _subject(request.subject), request);
    }

    /// @inheritdoc IClaims
    function claimCtxOf(address account, ClaimRequest calldata request) external view returns (uint256) {
        return _claimCtx(account, _subject(request.subject).kind, request);
    }

    /// @inheritdoc IClaims
    function hasDirectBoundary(uint16 element, uint16 material) external view returns (bool) {
        return _directBoundaries[element][material];
    }

    /// @inheritdoc IClaims
    function claimedAt(bytes32 claimId) public view returns (uint40 time) {
        time = _claimedAt[claimId];
        if (time == 0 && address(PARENT) != address(0)) return PARENT.claimedAt(claimId);
    }

    /// @inheritdoc IClaims
    function totalOf(bytes32 total) public view returns (Total memory found) {
        found = _totals[total];
        if (found.product != bytes32(0) || address(PARENT) == address(0)) return found;
        Total memory inherited = PARENT.totalOf(total);
        if (inherited.recordedAt < _createdAt) return inherited;
    }

    /// @inheritdoc IClaims
    function totalCtxOf(address account, TotalRequest calldata request) public view returns (uint256) {
        bytes32 body = keccak256(
            abi.encode(
                request.product,
                request.firstPart,
                request.partCount,
                request.scale,
                request.previous,
                request.total
            )
        );
        return Ctx.make(Ctx.TOTAL, TOTAL_KEY_HASH, account, body);
    }

    function _recordTotal(
        address account,
        TotalRequest calldata request,
        uint256[24] memory signals,
        bool complete
    ) private {
        Total memory total = Total({
            product: request.product,
            element: request.element,
            parts: request.firstPart + request.partCount,
            scale: request.scale,
            recordedAt: uint40(block.timestamp),
            complete: complete
        });
        _totals[request.total] = total;
        _noteTotal(account, request, total, TotalParts.asList(signals));
    }

    function _noteTotal(
        address account,
        TotalRequest calldata request,
        Total memory total,
        uint256[] memory signals
    ) private {
        bytes memory data = abi.encode(
            request.element,
            request.firstPart,
            total.parts,
            request.scale,
            request.previous,
            total.complete,
            signals,
            request.proof
        );
        (bytes32 product, bytes32 id) = (request.product, request.total);
        bytes32 digest = Entries.log4(TotalRecorded.selector, id, product, Entries.topic(account), data);
        _noteBoth(IJournal.Row(RowKind.Product, product), IJournal.Row(RowKind.Total, id), digest, false);
    }

    function _noteClaim(
        bytes32 claimId,
        address account,
        Subject memory subject,
        uint256[4] memory signals,
        ClaimRequest calldata request
    ) private {
        bytes memory data = abi.encode(
            request.measure, request.creditMask, request.threshold, subject.revision, signals, request.proof
        );
        bytes32 digest =
            Entries.log4(ClaimRecorded.selector, claimId, request.subject, Entries.topic(account), data);
        _note(subject.kind == LOT ? RowKind.Lot : RowKind.Total, request.subject, digest);
    }

    /// @return signals of the circuit, in its order
    function _verify(address account, Subject memory subject, ClaimRequest calldata request)
        private
        view
        returns (uint256[4] memory signals)
    {
        Statements.requireMask(request.measure, request.creditMask);
        Statements.requireOn(_grids[request.measure], request.measure, request.threshold);
        if (request.measure == Measure.DirectIntensity) _requireBoundary(subject);
        signals = [
            _claimCtx(account, subject.kind, request),
            subject.tag,
            uint256(subject.commitment),
            Statements.word(request.measure, request.creditMask, request.threshold)
        ];
        if (!CLAIM_VERIFIER.verify(request.proof.words, signals)) revert ProofRefused("claim");
    }

    function _claimCtx(address account, uint8 subjectKind, ClaimRequest calldata request)
        private
        view
        returns (uint256)
    {
        bytes32 body = keccak256(
            abi.encode(request.subject, subjectKind, request.measure, request.creditMask, request.threshold)
        );
        return Ctx.make(Ctx.CLAIM, CLAIM_KEY_HASH, account, body);
    }

    function _subject(bytes32 id) private view returns (Subject memory) {
        Lot memory lot = LOT_BOOK.lotOf(id);
        if (lot.state != LotState.None) return _lotSubject(id, lot);
        Total memory total = totalOf(id);
        if (total.product == bytes32(0)) revert SubjectUnknown(id);
        if (!total.complete) revert TotalIncomplete(id);
        return Subject({
            kind: TOTAL,
            revision: 0,
            element: total.element,
            material: 0,
            owner: PRODUCTS.ownerOf(total.product),
            commitment: id,
            tag: Tags.ofTotal(total.element, Tags.SCHEMA)
        });
    }

    /// A charge is about to be processed, and stock is being processed: claims speak of what can be sold.
    function _lotSubject(bytes32 id, Lot memory lot) private view returns (Subject memory) {
        if (lot.charge) revert ILotBook.ChargeBound(id);
        if (lot.material == Materials.IN_PROCESS) revert ILotBook.StockBound(id);
        return Subject({
            kind: LOT,
            revision: lot.revision,
            element: lot.element,
            material: lot.material,
            owner: lot.account,
            commitment: LOT_BOOK.commitmentOf(id),
            tag: Tags.ofLot(lot.element, lot.schema)
        });
    }

    function _requireBoundary(Subject memory subject) private view {
        bool known = _directBoundaries[subject.element][subject.material];
        if (!known) revert BoundaryUnknown(subject.element, subject.material);
    }

    function _requireSubjectOf(Subject memory subject, bytes32 id, address account) private pure {
        if (subject.owner != account) revert ILotBook.NotHolder(id, account, subject.owner);
    }

    function _requireOwner(bytes32 product, address account) private view {
        if (PRODUCTS.ownerOf(product) != account) revert IProducts.NotProductOwner(product, account);
    }

    /// A total goes on where the previous one ended: same product, element and scale.
    function _requireNext(TotalRequest calldata request) private view {
        bool first = request.previous == bytes32(0);
        Total memory previous = totalOf(request.previous);
        bool next = first
            ? request.firstPart == 0
            : previous.product == request.product && previous.element == request.element
                && previous.parts == request.firstPart && previous.scale == request.scale;
        uint256 limit = first ? TotalParts.LIMIT : TotalParts.LIMIT - 1;
        if (!next || request.partCount == 0 || request.partCount > limit) {
            revert PartsMismatch(request.product, request.firstPart, request.partCount);
        }
    }

    /// @return signals of the circuit, in its order
    /// @return complete whether the parts are now covered to the last one of a sealed product
    function _totalSignals(address account, TotalRequest calldata request)
        private
        view
        returns (uint256[24] memory signals, bool complete)
    {
        IProducts.Part[] memory parts = PRODUCTS.partsOf(request.product, request.element);
        uint256 end = uint256(request.firstPart) + request.partCount;
        if (end > parts.length) revert PartsMismatch(request.product, request.firstPart, request.partCount);
        (signals[0], signals[1]) = (totalCtxOf(account, request), Tags.ofLot(request.element, Tags.SCHEMA));
        signals[2] = uint256(request.total);
        uint256 index = 0;
        if (request.previous != bytes32(0)) signals.putTotal(index++, request.previous);
        for (uint256 i = request.firstPart; i < end; ++i) {
            _putLot(signals, index++, parts[i], request.scale);
        }
        return (signals, end == parts.length && PRODUCTS.isSealed(request.product));
    }

    function _putLot(uint256[24] memory signals, uint256 index, IProducts.Part memory part, uint32 scale) private view {
        Lot memory lot = LOT_BOOK.lotOf(part.lot);
        if (lot.format != Tags.FORMAT) revert FormatMismatch(part.lot, Tags.FORMAT, lot.format);
        if (lot.schema != Tags.SCHEMA) revert SchemaMismatch(part.lot, Tags.SCHEMA, lot.schema);
        uint32 weight = TotalParts.weightOf(part.lot, part.units, lot.count, scale);
        signals.put(index, LOT_BOOK.commitmentOf(part.lot), weight);
    }

    function _claimId(uint8 revision, ClaimRequest calldata request) private pure returns (bytes32) {
        return keccak256(
            abi.encode(request.subject, revision, request.measure, request.creditMask, request.threshold)
        );
    }
}
