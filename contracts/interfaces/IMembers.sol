// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IEmergency} from "./IEmergency.sol";
import {IJournaled} from "./IJournaled.sol";
import {MemberStatus} from "./Types.sol";

/// @title Members: organisations, their accounts, roles and keys
/// @notice An account is a stable address that holds lots; its signer and its viewing key rotate.
/// No names and no personal data: `profile` is the hash of a document that members exchange off chain.
/// @dev An account that is added has agreed, by its signature. Not guaranteed: that the admin of a new organisation did;
/// the council that registers it asks him.
interface IMembers is IEmergency, IJournaled {
    // solhint-disable-next-line gas-struct-packing
    struct Organisation {
        bytes32 group; // ownership group: affiliates share one
        bytes32 profile;
        uint32 roles; // Roles.sol
        MemberStatus status;
        uint32 sequence;
        address admin; // its first account: may add further accounts
    }

    // solhint-disable-next-line gas-struct-packing
    struct Account {
        bytes32 organisation;
        address signer;
        bytes32 viewingKey; // X25519 public key
        uint32 roles; // a subset of the organisation's
    }

    /// @notice A group that an organisation belonged to before, and when it left it.
    struct FormerGroup {
        bytes32 group;
        uint40 leftAt;
    }

    event OrganisationRegistered(
        bytes32 indexed organisation, uint32 sequence, bytes32 group, uint32 roles, bytes32 profile, address admin
    );
    event OrganisationSuspended(bytes32 indexed organisation, uint32 sequence, bytes32 reason);
    event OrganisationReinstated(bytes32 indexed organisation, uint32 sequence);
    /// @notice It is accredited for these schemes from now on, bit s: scheme s (ICertificates).
    event AccreditationSet(bytes32 indexed organisation, uint32 sequence, uint64 schemes);
    event RolesSet(bytes32 indexed organisation, uint32 sequence, uint32 roles);
    /// @notice These judging roles were given, or came along into another ownership group: they count from then on.
    event RolesUnseasoned(bytes32 indexed organisation, uint32 sequence, uint32 roles, uint40 from);
    /// @notice Its group was frozen (GroupFrozen): no signer of it resolves until then.
    event OrganisationFrozen(bytes32 indexed organisation, uint32 sequence, uint40 until);
    event AdminSet(bytes32 indexed organisation, uint32 sequence, address admin);
    /// @param effectiveFrom since when it belongs to the group in fact: what it did meanwhile is judged by readers
    event GroupSet(bytes32 indexed organisation, uint32 sequence, bytes32 group, uint40 effectiveFrom);
    event AccountRemoved(address indexed account, bytes32 indexed organisation, uint32 sequence, address by);
    event AccountRestored(address indexed account, bytes32 indexed organisation, uint32 sequence);
    event AccountAdded(
        address indexed account, bytes32 indexed organisation, uint32 sequence, uint32 roles, bytes32 viewingKey
    );
    event RotationProposed(address indexed account, bytes32 indexed organisation, uint32 sequence, address signer);
    event SignerRotated(address indexed account, bytes32 indexed organisation, uint32 sequence, address signer);
    /// @notice The council named the signer: the one before did not agree, or could not.
    event SignerReplaced(address indexed account, bytes32 indexed organisation, uint32 sequence, address signer);
    /// @param handover the old private viewing key, sealed to the new public one (80 bytes)
    event ViewingKeyRotated(
        address indexed account, bytes32 indexed organisation, uint32 sequence, bytes32 viewingKey, bytes handover
    );

    error NotActive(address signer);
    error RoleMissing(address signer, uint32 required, uint32 held);
    error RoleUnseasoned(address signer, uint32 roles, uint40 from);
    error ConsentMissing(address account, bytes32 organisation);
    error OrganisationUnknown(bytes32 organisation);
    error OrganisationExists(bytes32 organisation);
    error AccountUnknown(address account);
    error AddressTaken(address signer);
    error TooManyOrganisations(bytes32 group, uint256 limit);
    error AccountIsRemoved(address account);
    error AccountNotRemoved(address account);
    error AdminNotRemovable(address account, bytes32 organisation);
    error AccountOfAnother(address account, bytes32 organisation);
    error AccreditationUnchanged(bytes32 organisation, uint64 schemes);
    error SchemesInvalid(uint64 schemes);
    error GroupUnchanged(bytes32 organisation, bytes32 group);
    error EffectiveInFuture(uint40 effectiveFrom, uint256 time);
    error SignerFrozen(address signer, uint40 until);
    error VoiceNotSuspended(address account, uint32 voices);
    error NotProposed(address account, address signer);
    error NotAdmin(address signer, bytes32 organisation);
    error TooManyAccounts(bytes32 organisation, uint256 limit);
    error ViewingKeyMissing();
    error HandoverLength(uint256 length, uint256 expected);
    error GroupMissing(bytes32 organisation);
    error GroupNotClean(bytes32 organisation, bytes32 group);
    error StatusUnchanged(bytes32 organisation, MemberStatus status);

    /// @dev Only the council; a constitutional act where it gives a judging role, or where `admin` has a founding seat.
    /// `admin` becomes account and signer at once (a second event, AccountAdded). An address
    /// signs for one account in its life: what once was an account or a signer is refused as a new one
    /// (AddressTaken). No ownership group has both roles of business and of judges (Roles.sol), whichever of its
    /// organisations have them, active or not (GroupNotClean). Judging roles count 7 days later (RolesUnseasoned); those
    /// that are given within 7 days of the first registration count at once.
    function register(
        bytes32 organisation,
        bytes32 group,
        uint32 roles,
        bytes32 profile,
        address admin,
        bytes32 viewingKey
    ) external;

    /// @dev Only the council; a constitutional act where the organisation speaks for a seat. No signer of it resolves
    /// until it is reinstated.
    function suspend(bytes32 organisation, bytes32 reason) external;

    /// @dev Only the council.
    function reinstate(bytes32 organisation) external;

    /// @dev Only the council (GroupNotClean); a constitutional act where the organisation has a judging role or is given
    /// one, which then counts 7 days later. An account then has the roles it was given that are among these; the admin
    /// has them all.
    function setRoles(bytes32 organisation, uint32 roles) external;

    /// @notice For which schemes an organisation certifies: bit s is scheme s, 1 to 63 (SchemesInvalid). It takes the
    /// certifier role as well, and an organisation that is not suspended. Who ceases to certify a scheme vouches for 90
    /// days more for what he certified: in which another one may take it over (ICertificates.takeOver).
    /// @dev Only the council, a constitutional act; who loses a scheme is heard.
    function accredit(bytes32 organisation, uint64 schemes) external;

    /// @dev Only the council, a constitutional act: another account of the organisation administers it, with all its
    /// roles.
    function setAdmin(bytes32 organisation, address account) external;

    /// @dev Only the council, a constitutional act: the organisation was sold or merged. `effectiveFrom` is not in the
    /// future (EffectiveInFuture); neither group is frozen. Its judging roles count 7 days later.
    function setGroup(bytes32 organisation, bytes32 group, uint40 effectiveFrom) external;

    /// @notice The organisation's admin, or the council by a constitutional act, removes an account: it signs no more and
    /// makes room for
    /// another one. What it holds stays with it, so hand its lots over before. The admin's own account is not removed.
    function removeAccount(address account) external;

    /// @dev Only the council, a constitutional act: an account that should not have been removed acts again.
    function restoreAccount(address account) external;

    /// @dev Only the council, for a stolen or lost key. A rotation proposed by the old signer lapses. Whoever attests,
    /// certifies or judges is suspended first (VoiceNotSuspended): nobody else speaks in his name meanwhile.
    function replaceSigner(address account, address signer) external;

    /// @notice The organisation's admin adds an account with at most the organisation's roles; at most 64 accounts.
    /// @param consent the account's own signature (EIP-712, 65 bytes) of AccountConsent(bytes32 organisation,address
    /// account,uint32 roles,bytes32 viewingKey) in the domain Lodetrace, version 2, of this chain and this contract
    /// (ConsentMissing)
    function addAccount(address account, uint32 roles, bytes32 viewingKey, bytes calldata consent) external;

    /// @notice Two steps: the old signer names the new one, the new one accepts; from then on the old one is dead.
    /// A new proposal replaces the one before; the zero address withdraws it.
    function proposeRotation(address signer) external;

    /// @dev Called by the new signer.
    function acceptRotation(address account) external;

    /// @notice `handover` is the sealed old private key, 80 bytes (HandoverLength).
    function rotateViewingKey(bytes32 viewingKey, bytes calldata handover) external;

    /// @notice The account of an active signer; reverts (NotActive) for every other address, and during a freeze of its
    /// group (SignerFrozen).
    /// @return account its stable address; roles without judging roles that do not count yet
    function resolve(address signer) external view returns (address account, uint32 roles);

    /// @notice As resolve, and reverts unless all `required` roles are held (RoleMissing) and count (RoleUnseasoned).
    function resolveWithRole(address signer, uint32 required) external view returns (address account);

    /// @notice As resolve, and reverts unless one of the roles is held (RoleMissing) and counts (RoleUnseasoned).
    function resolveWithAny(address signer, uint32 any) external view returns (address account, uint32 roles);

    /// @notice The account that a living signer speaks for, suspended or not; 0 for every other address, and for an
    /// account that was removed.
    function accountOf(address signer) external view returns (address);

    /// @notice How often an organisation went to another group.
    function groupChanges() external view returns (uint32);

    /// @notice Whether the account exists, was not removed, and its organisation is neither suspended nor frozen.
    function isActive(address account) external view returns (bool);

    /// @notice Whether the account exists, was not removed, and its organisation is not suspended. A freeze leaves it
    /// alone: two judges decide about no seat in the council.
    function stands(address account) external view returns (bool);

    /// @notice Judging roles of an organisation that do not count yet, and from when on they do; none: 0 roles.
    function seasonOf(bytes32 organisation) external view returns (uint32 roles, uint40 from);

    /// @notice 0 for an unknown account.
    function accreditationOf(bytes32 organisation) external view returns (uint64 schemes);

    /// @notice Whether the account's organisation certifies the scheme now: active, with role and accreditation.
    function certifies(address account, uint16 scheme) external view returns (bool);

    /// @notice Whether certificates of the account and scheme count at a time, as known at `knownAt`: unless its
    /// organisation ceased to certify 90 days before or earlier, and did not certify again by then.
    /// @return vouched whether it counts at `time`
    /// @return until if so, a second until which it surely does
    function vouches(address account, uint16 scheme, uint40 time, uint40 knownAt)
        external
        view
        returns (bool vouched, uint40 until);

    function organisationOf(address account) external view returns (bytes32);

    /// @notice The ownership group; reverts (OrganisationUnknown) for an unknown organisation.
    function groupOf(bytes32 organisation) external view returns (bytes32);

    /// @notice Ownership groups with an organisation that has the oracle role, suspended or not: in the order in which
    /// they got it. Who gave it up and gets it again is last.
    function inspectors() external view returns (bytes32[] memory groups);

    function inspectorCount() external view returns (uint256);

    /// @notice Whether an organisation of the group may attest now: it has the oracle role, which counts, and is not
    /// suspended. A freeze leaves it alone.
    function inspects(bytes32 group) external view returns (bool);

    /// @notice The ownership group of an account's organisation, 0 for an unknown account, and whether it may have
    /// been of another one before (formerGroupsOf says so).
    function groupOfAccount(address account) external view returns (bytes32 group, bool moved);

    /// @notice In the order in which the organisation left them.
    function formerGroupsOf(bytes32 organisation) external view returns (FormerGroup[] memory);

    /// @notice Whether two registered accounts are of one ownership group.
    function areSisters(address one, address other) external view returns (bool);

    /// @notice Reverts (OrganisationUnknown) for an unknown organisation.
    function organisation(bytes32 id) external view returns (Organisation memory);

    /// @notice Reverts (AccountUnknown) for an unknown account. `roles` are those in force, also
    /// those that do not count yet (seasonOf).
    function account(address id) external view returns (Account memory);

    /// @notice Events about the organisation so far; 0 for an unknown one.
    function sequenceOf(bytes32 organisation) external view returns (uint32);
}
