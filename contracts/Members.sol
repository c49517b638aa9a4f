// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Governed} from "./Governed.sol";
import {IMembers} from "./interfaces/IMembers.sol";
import {Roles} from "./interfaces/Roles.sol";
import {MemberStatus} from "./interfaces/Types.sol";

/// @title Members
/// @dev resolve() reads one slot, isActive() another. What they answer is written into every account of an
/// organisation when its status or its roles change: at most ACCOUNT_LIMIT accounts.
contract Members is IMembers, Governed {
    uint256 public constant ACCOUNT_LIMIT = 64;
    uint256 private constant HANDOVER_BYTES = 80; // a sealed box over 32 bytes
    uint32 private constant ALL_ROLES = type(uint32).max;

    /// One slot. `account` stays when the signer is dead: an address signs for one account in its life.
    struct Signer {
        address account;
        uint32 roles; // in force
        bool active;
    }

    struct Holder {
        address signer;
        uint32 granted; // in force are those that the organisation has as well
        bool active;
        bytes32 organisation;
        bytes32 viewingKey;
        address proposed;
    }

    /// Organisations of an ownership group, by what their roles are for.
    struct Sides {
        uint32 business;
        uint32 judging;
    }

    mapping(bytes32 id => Organisation) private _organisations;
    mapping(bytes32 organisation => address[]) private _accountsOf;
    mapping(address account => Holder) private _holders;
    mapping(address signer => Signer) private _signers;
    mapping(bytes32 group => Sides) private _sides;

    constructor(address council) Governed(council) {}

    /// @inheritdoc IMembers
    function register(
        bytes32 id,
        bytes32 group,
        uint32 roles,
        bytes32 profile,
        address admin,
        bytes32 viewingKey
    ) external onlyCouncil {
        if (id == bytes32(0)) revert OrganisationUnknown(id);
        if (_organisations[id].status != MemberStatus.None) revert OrganisationExists(id);
        if (group == bytes32(0)) revert GroupMissing(id);
        _enter(id, group, roles);
        _organisations[id] = Organisation(group, profile, roles, MemberStatus.Active, 1, admin);
        emit OrganisationRegistered(id, 1, group, roles, profile, admin);
        _addAccount(id, admin, ALL_ROLES, viewingKey);
    }

    /// @inheritdoc IMembers
    function suspend(bytes32 id, bytes32 reason) external onlyCouncil {
        _setStatus(id, MemberStatus.Suspended);
        emit OrganisationSuspended(id, _nextSequence(id), reason);
    }

    /// @inheritdoc IMembers
    function reinstate(bytes32 id) external onlyCouncil {
        _setStatus(id, MemberStatus.Active);
        emit OrganisationReinstated(id, _nextSequence(id));
    }

    /// @inheritdoc IMembers
    function setRoles(bytes32 id, uint32 roles) external onlyCouncil {
        Organisation storage org = _known(id);
        _leave(org.group, org.roles);
        _enter(id, org.group, roles);
        org.roles = roles;
        _refresh(id);
        emit RolesSet(id, _nextSequence(id), roles);
    }

    /// @inheritdoc IMembers
    function replaceSigner(address id, address signer) external onlyCouncil {
        if (_holders[id].organisation == bytes32(0)) revert AccountUnknown(id);
        _rotate(id, signer);
    }

    /// @inheritdoc IMembers
    function addAccount(address id, uint32 roles, bytes32 viewingKey) external {
        (address admin, uint32 held) = resolve(msg.sender);
        bytes32 org = _holders[admin].organisation;
        if (_organisations[org].admin != admin) revert NotAdmin(msg.sender, org);
        if (roles & held != roles) revert RoleMissing(msg.sender, roles, held);
        if (_accountsOf[org].length == ACCOUNT_LIMIT) revert TooManyAccounts(org, ACCOUNT_LIMIT);
        _addAccount(org, id, roles, viewingKey);
    }

    /// @inheritdoc IMembers
    function proposeRotation(address signer) external {
        (address id,) = resolve(msg.sender);
        if (_signers[signer].account != address(0)) revert AddressTaken(signer);
        Holder storage holder = _holders[id];
        holder.proposed = signer;
        emit RotationProposed(id, holder.organisation, _nextSequence(holder.organisation), signer);
    }

    /// @inheritdoc IMembers
    function acceptRotation(address id) external {
        Holder storage holder = _holders[id];
        if (holder.proposed != msg.sender) revert NotProposed(id, msg.sender);
        if (!holder.active) revert NotActive(msg.sender);
        _rotate(id, msg.sender);
    }

    /// @inheritdoc IMembers
    function rotateViewingKey(bytes32 viewingKey, bytes calldata handover) external {
        (address id,) = resolve(msg.sender);
        if (viewingKey == bytes32(0)) revert ViewingKeyMissing();
        if (handover.length != HANDOVER_BYTES) revert HandoverLength(handover.length, HANDOVER_BYTES);
        Holder storage holder = _holders[id];
        holder.viewingKey = viewingKey;
        emit ViewingKeyRotated(id, holder.organisation, _nextSequence(holder.organisation), viewingKey, handover);
    }

    /// @inheritdoc IMembers
    function resolveWithRole(address signer, uint32 required) external view returns (address id) {
        uint32 roles;
        (id, roles) = resolve(signer);
        if (roles & required != required) revert RoleMissing(signer, required, roles);
    }

    /// @inheritdoc IMembers
    function isActive(address id) external view returns (bool) {
        return _holders[id].active;
    }

    /// @inheritdoc IMembers
    function organisationOf(address id) external view returns (bytes32) {
        return _holders[id].organisation;
    }

    /// @inheritdoc IMembers
    function groupOf(bytes32 id) external view returns (bytes32 group) {
        group = _organisations[id].group;
        if (group == bytes32(0)) revert OrganisationUnknown(id);
    }

    /// @inheritdoc IMembers
    function organisation(bytes32 id) external view returns (Organisation memory) {
        return _known(id);
    }

    /// @inheritdoc IMembers
    function account(address id) external view returns (Account memory) {
        Holder memory holder = _holders[id];
        if (holder.organisation == bytes32(0)) revert AccountUnknown(id);
        uint32 roles = holder.granted & _organisations[holder.organisation].roles;
        return Account(holder.organisation, holder.signer, holder.viewingKey, roles);
    }

    /// @inheritdoc IMembers
    function sequenceOf(bytes32 id) external view returns (uint32) {
        return _organisations[id].sequence;
    }

    /// @inheritdoc IMembers
    function resolve(address signer) public view returns (address id, uint32 roles) {
        Signer memory entry = _signers[signer];
        if (!entry.active) revert NotActive(signer);
        return (entry.account, entry.roles);
    }

    function _addAccount(bytes32 org, address id, uint32 granted, bytes32 viewingKey) private {
        _requireUnused(id);
        if (viewingKey == bytes32(0)) revert ViewingKeyMissing();
        uint32 roles = granted & _organisations[org].roles;
        _holders[id] = Holder(id, granted, true, org, viewingKey, address(0));
        _signers[id] = Signer(id, roles, true);
        _accountsOf[org].push(id);
        emit AccountAdded(id, org, _nextSequence(org), roles, viewingKey);
    }

    function _rotate(address id, address signer) private {
        _requireUnused(signer);
        Holder storage holder = _holders[id];
        bytes32 org = holder.organisation;
        _signers[holder.signer] = Signer(id, 0, false);
        _signers[signer] = Signer(id, holder.granted & _organisations[org].roles, holder.active);
        holder.signer = signer;
        holder.proposed = address(0);
        emit SignerRotated(id, org, _nextSequence(org), signer);
    }

    function _setStatus(bytes32 id, MemberStatus status) private {
        Organisation storage org = _known(id);
        if (org.status == status) revert StatusUnchanged(id, status);
        org.status = status;
        _refresh(id);
    }

    function _refresh(bytes32 id) private {
        uint32 roles = _organisations[id].roles;
        bool active = _organisations[id].status == MemberStatus.Active;
        address[] storage accounts = _accountsOf[id];
        for (uint256 i = 0; i < accounts.length; ++i) {
            Holder storage holder = _holders[accounts[i]];
            holder.active = active;
            _signers[holder.signer] = Signer(accounts[i], holder.granted & roles, active);
        }
    }

    /// Counts an organisation among its group, and keeps the group clean.
    function _enter(bytes32 id, bytes32 group, uint32 roles) private {
        Sides storage sides = _sides[group];
        if (roles & Roles.BUSINESS != 0) ++sides.business;
        if (roles & Roles.JUDGING != 0) ++sides.judging;
        if (sides.business != 0 && sides.judging != 0) revert GroupNotClean(id, group);
    }

    function _leave(bytes32 group, uint32 roles) private {
        Sides storage sides = _sides[group];
        if (roles & Roles.BUSINESS != 0) --sides.business;
        if (roles & Roles.JUDGING != 0) --sides.judging;
    }

    function _nextSequence(bytes32 id) private returns (uint32) {
        return ++_organisations[id].sequence;
    }

    function _known(bytes32 id) private view returns (Organisation storage org) {
        org = _organisations[id];
        if (org.status == MemberStatus.None) revert OrganisationUnknown(id);
    }

    function _requireUnused(address signer) private view {
        if (signer == address(0) || _signers[signer].account != address(0)) revert AddressTaken(signer);
    }
}
