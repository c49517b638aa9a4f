// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Governed} from "./Governed.sol";
import {IAttestations} from "./interfaces/IAttestations.sol";
import {IMembers} from "./interfaces/IMembers.sol";
import {ISites} from "./interfaces/ISites.sol";
import {Roles} from "./interfaces/Roles.sol";
import {EventKind, SiteEvent} from "./interfaces/Types.sol";
import {Independence} from "./libraries/Independence.sol";

/// @title Attestations
contract Attestations is IAttestations, Governed {
    /// Order of the BN254 scalar field: a commitment is an element of it.
    uint256 private constant FIELD = 21888242871839275222246405745257275088548364400416034343698204186575808495617;

    IMembers public immutable MEMBERS;
    ISites public immutable SITES;

    /// @inheritdoc IAttestations
    uint8 public quorum;

    mapping(bytes32 eventId => Standing) private _standings;
    mapping(bytes32 eventId => mapping(uint16 revision => mapping(bytes32 organisation => bool))) private _attested;
    mapping(bytes32 digest => uint256) private _attestations;
    mapping(address user => bool) private _users;

    constructor(address council, address members, address sites) Governed(council) {
        MEMBERS = IMembers(members);
        SITES = ISites(sites);
    }

    /// @inheritdoc IAttestations
    function attest(SiteEvent calldata statement) external {
        _attest(_oracle(), statement);
    }

    /// @inheritdoc IAttestations
    function attestMany(SiteEvent[] calldata statements) external {
        bytes32 organisation = _oracle();
        for (uint256 i = 0; i < statements.length; ++i) {
            _attest(organisation, statements[i]);
        }
    }

    /// @inheritdoc IAttestations
    function excuseLateFiling(bytes32 eventId) external onlyCouncil {
        _unused(eventId).excused = true;
        emit LateFilingExcused(eventId);
    }

    /// @inheritdoc IAttestations
    function setQuorum(uint8 quorum_) external onlyCouncil {
        if (quorum_ == 0) revert QuorumInvalid(quorum_);
        quorum = quorum_;
        emit QuorumSet(quorum_);
    }

    /// @inheritdoc IAttestations
    function setUser(address user, bool allowed) external onlyCouncil {
        _users[user] = allowed;
        emit UserSet(user, allowed);
    }

    /// @inheritdoc IAttestations
    function use(bytes32 eventId, EventKind kind) external returns (Standing memory) {
        if (!_users[msg.sender]) revert NotUser(msg.sender);
        Standing storage standing = _unused(eventId);
        if (standing.kind != kind) revert EventKindMismatch(eventId, kind, standing.kind);
        standing.used = true;
        emit EventUsed(eventId, msg.sender);
        return standing;
    }

    /// @inheritdoc IAttestations
    function standingOf(bytes32 eventId) external view returns (Standing memory) {
        return _standings[eventId];
    }

    /// @inheritdoc IAttestations
    function attestationsOf(bytes32 digest) external view returns (uint256) {
        return _attestations[digest];
    }

    /// @inheritdoc IAttestations
    function eventIdOf(bytes32 site, uint32 sequence, uint16 element) public pure returns (bytes32) {
        return keccak256(abi.encode(site, sequence, element));
    }

    /// @inheritdoc IAttestations
    function digestOf(SiteEvent calldata statement) public pure returns (bytes32) {
        return keccak256(abi.encode(statement));
    }

    function _attest(bytes32 organisation, SiteEvent calldata statement) private {
        bytes32 eventId = eventIdOf(statement.site, statement.sequence, statement.element);
        _requireStatement(eventId, statement);
        _requireSite(organisation, statement);
        if (_standings[eventId].standingSince != 0) revert AlreadyStanding(eventId);
        if (_attested[eventId][statement.revision][organisation]) {
            revert AlreadyAttested(eventId, statement.revision, organisation);
        }
        _attested[eventId][statement.revision][organisation] = true;
        bytes32 digest = digestOf(statement);
        uint256 attestations = ++_attestations[digest];
        emit Attested(eventId, organisation, digest, statement.revision, attestations, statement);
        if (attestations >= quorum) _stand(eventId, digest, statement);
    }

    function _stand(bytes32 eventId, bytes32 digest, SiteEvent calldata statement) private {
        _standings[eventId] = Standing({
            site: statement.site,
            document: statement.document,
            commitment: statement.commitment,
            sequence: statement.sequence,
            revision: statement.revision,
            kind: statement.kind,
            element: statement.element,
            from: statement.from,
            to: statement.to,
            standingSince: uint40(block.timestamp),
            used: false,
            excused: false
        });
        emit EventStanding(
            eventId,
            statement.site,
            digest,
            statement.sequence,
            statement.revision,
            statement.kind,
            statement.element,
            statement.from,
            statement.to,
            statement.document,
            statement.commitment
        );
    }

    /// The organisation of the calling oracle node.
    function _oracle() private view returns (bytes32) {
        if (quorum == 0) revert QuorumInvalid(0);
        return MEMBERS.organisationOf(MEMBERS.resolveWithRole(msg.sender, Roles.ORACLE));
    }

    function _unused(bytes32 eventId) private view returns (Standing storage standing) {
        standing = _standings[eventId];
        if (standing.standingSince == 0) revert NotStanding(eventId);
        if (standing.used) revert AlreadyUsed(eventId);
    }

    function _requireSite(bytes32 organisation, SiteEvent calldata statement) private view {
        SITES.requireOperator(statement.site, SITES.operatorOf(statement.site), statement.element);
        Independence.requireIndependent(MEMBERS, SITES, statement.site, organisation);
    }

    function _requireStatement(bytes32 eventId, SiteEvent calldata statement) private view {
        uint256 commitment = uint256(statement.commitment);
        bool valid = statement.kind != EventKind.None && statement.sequence != 0 && statement.document != bytes32(0)
            && commitment != 0 && commitment < FIELD;
        if (!valid) revert StatementInvalid(eventId);
        if (statement.from > statement.to || statement.to > block.timestamp) {
            revert TimeInvalid(statement.from, statement.to, block.timestamp);
        }
    }
}
