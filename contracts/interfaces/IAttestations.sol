// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {EventKind, SiteEvent} from "./Types.sol";

/// @title Attestations: events of mines and refineries by a quorum of oracle nodes
/// @notice One attestation per organisation of oracle nodes, event and revision. A conflicting statement is visible
/// and never overwrites; it does not block the site either, which files a new revision. An event stands once and is
/// used once.
/// @dev Not guaranteed: that a scale was honest. Quorum has to exceed (n + f) / 2.
interface IAttestations {
    // solhint-disable-next-line gas-struct-packing
    struct Standing {
        bytes32 site;
        bytes32 document;
        bytes32 commitment;
        uint32 sequence;
        uint16 revision;
        EventKind kind;
        uint16 element;
        uint40 from;
        uint40 to;
        uint40 standingSince;
        bool used;
        bool excused; // filed late (more than 30 days after `to`) or certified late, credit allowed by the council
    }

    event Attested(
        bytes32 indexed eventId,
        bytes32 indexed organisation,
        bytes32 indexed digest,
        uint16 revision,
        uint256 attestations,
        SiteEvent statement
    );
    event EventStanding(
        bytes32 indexed eventId,
        bytes32 indexed site,
        bytes32 digest,
        uint32 sequence,
        uint16 revision,
        EventKind kind,
        uint16 element,
        uint40 from,
        uint40 to,
        bytes32 document,
        bytes32 commitment
    );
    event EventUsed(bytes32 indexed eventId, address indexed by);
    event LateFilingExcused(bytes32 indexed eventId);
    event QuorumSet(uint8 quorum);
    event UserSet(address indexed user, bool allowed);

    error AlreadyAttested(bytes32 eventId, uint16 revision, bytes32 organisation);
    error AlreadyStanding(bytes32 eventId);
    error NotStanding(bytes32 eventId);
    error AlreadyUsed(bytes32 eventId);
    error EventKindMismatch(bytes32 eventId, EventKind required, EventKind actual);
    error TimeInvalid(uint40 from, uint40 to, uint256 time);
    error StatementInvalid(bytes32 eventId);
    error NotUser(address caller);
    error QuorumInvalid(uint8 quorum);

    /// @notice Only the oracle role, of another ownership group than the site's operator (ISites.NotIndependent). The
    /// site must be active and handle the element; the event has ended (TimeInvalid) and does not stand yet
    /// (AlreadyStanding). StatementInvalid: sequence 0, kind None, no document, or a commitment that is 0 or no
    /// element of the BN254 scalar field.
    function attest(SiteEvent calldata statement) external;

    /// @notice All statements or none: the elements of one document in one transaction.
    function attestMany(SiteEvent[] calldata statements) external;

    /// @dev Only the council, for an event that stands and is unused.
    function excuseLateFiling(bytes32 eventId) external;

    /// @dev Only the council, at least 1; counts for attestations from then on. Nothing stands before the first
    /// quorum is set.
    function setQuorum(uint8 quorum_) external;

    /// @dev Only the council: rule contracts that may use events.
    function setUser(address user, bool allowed) external;

    /// @notice Marks the event as used. Reverts unless it stands, is of the kind and unused.
    function use(bytes32 eventId, EventKind kind) external returns (Standing memory);

    function eventIdOf(bytes32 site, uint32 sequence, uint16 element) external pure returns (bytes32);

    /// @notice keccak256(abi.encode(statement)): every field counts.
    function digestOf(SiteEvent calldata statement) external pure returns (bytes32);

    /// @notice All zeros while the event does not stand (`standingSince` 0).
    function standingOf(bytes32 eventId) external view returns (Standing memory);

    function attestationsOf(bytes32 digest) external view returns (uint256);

    function quorum() external view returns (uint8);
}
