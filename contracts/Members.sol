// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Emergency} from "./Emergency.sol";
import {Governed} from "./Governed.sol";
import {Journaled} from "./Journaled.sol";
import {IJournal} from "./interfaces/IJournal.sol";
import {IMembers} from "./interfaces/IMembers.sol";
import {Roles} from "./interfaces/Roles.sol";
import {MemberStatus, RowKind} from "./interfaces/Types.sol";
import {AccountConsents} from "./libraries/AccountConsents.sol";
import {Accreditations} from "./libraries/Accreditations.sol";
import {Entries} from "./libraries/Entries.sol";
import {Reasons} from "./libraries/Reasons.sol";
import {Seniority} from "./libraries/Seniority.sol";

/// @title Members
/// @dev resolve() reads one slot, isActive() another. What they answer is written into every account of an
/// organisation when its status or its roles change: at most ACCOUNT_LIMIT accounts.
contract Members is IMembers, Emergency {
    using Accreditations for Accreditations.Standing[];
    using Seniority for Seniority.List;

    uint256 public constant ACCOUNT_LIMIT = 64;
    /// @notice A freeze is written into every account of a group.
    uint256 public constant ORGANISATION_LIMIT = 16;
    /// @notice How long an organisation has a judging role, without interruption, before it judges.
    uint40 public constant JUDGE_AGE = 7 days;
    /// @notice From the first registration on: what founders are given counts at once.
    uint40 public constant FOUNDING_TIME = 7 days;
    uint256 private constant HANDOVER_BYTES = 80; // a sealed box over 32 bytes
    uint32 private constant ALL_ROLES = type(uint32).max;
    /// Those whose word binds others.
    uint32 private constant VOICES = Roles.JUDGING | Roles.PRICE_ADMINISTRATOR;

    uint32 private constant JUDGES = Roles.RISK | Roles.AUDITOR;

    /// One slot. `account` stays when the signer is dead: an address signs for one account in its life.
    struct Signer {
        address account;
        uint32 roles; // in force
        bool active;
        uint40 frozenUntil;
    }

    struct Holder {
        address signer;
        uint32 granted; // in force are those that the organisation has as well
        bool active;
        uint40 frozenUntil;
        bool removed;
        bool moved; // its organisation was of another group before; not of one that was removed then
        bytes32 organisation;
        bytes32 viewingKey;
        address proposed;
    }

    /// Organisations of an ownership group, by what their roles are for.
    struct Sides {
        uint32 business;
        uint32 judging;
    }

    /// Judging roles that count from a time on.
    struct Season {
        uint32 roles;
        uint40 from;
    }

    mapping(bytes32 id => Organisation) private _organisations;
    mapping(bytes32 organisation => address[]) private _accountsOf;
    // slither-disable-next-line uninitialized-state -- _join writes it through a storage pointer
    mapping(bytes32 group => bytes32[]) private _organisationsOf;
    mapping(address account => Holder) private _holders;
    mapping(address signer => Signer) private _signers;
    mapping(bytes32 group => Sides) private _sides;
    mapping(bytes32 organisation => Season) private _seasons;
    mapping(bytes32 organisation => FormerGroup[]) private _formerGroups;

    /// @inheritdoc IMembers
    uint32 public groupChanges;
    uint40 private _foundedAt; // 0 before the first registration
    Seniority.List private _inspectors;

    mapping(bytes32 organisation => uint64 schemes) private _accredited;
    mapping(bytes32 organisation => Accreditations.Standing[]) private _standings;

    constructor(address council, address journal) Governed(council) Journaled(IJournal(journal)) {}

    /// @inheritdoc IMembers
    // slither-disable-next-line reentrancy-no-eth -- Journal is immutable, of the council, and calls nobody back
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
        if (_foundedAt == 0) _foundedAt = uint40(block.timestamp);
        _join(id, group);
        _count(id, group, roles);
        _rank(group, 0, roles);
        _organisations[id] = Organisation(group, profile, roles, MemberStatus.Active, 1, admin);
        _noteRegistered(id, group, roles, profile, admin);
        _addAccount(id, admin, ALL_ROLES, viewingKey);
        _season(id, roles);
    }

    /// @inheritdoc IMembers
    function suspend(bytes32 id, bytes32 reason) external onlyCouncil {
        Reasons.requireValid(reason);
        _setStatus(id, MemberStatus.Suspended);
        _noteMember(OrganisationSuspended.selector, id, reason);
    }

    /// @inheritdoc IMembers
    function reinstate(bytes32 id) external onlyCouncil {
        _setStatus(id, MemberStatus.Active);
        _noteMember(OrganisationReinstated.selector, id, abi.encode(_nextSequence(id)));
    }

    /// @inheritdoc IMembers
    // slither-disable-next-line reentrancy-no-eth -- Journal is immutable, of the council, and calls nobody back
    function setRoles(bytes32 id, uint32 roles) external onlyCouncil {
        Organisation storage org = _known(id);
        _uncount(org.group, org.roles);
        _count(id, org.group, roles);
        _rank(org.group, org.roles, roles);
        uint32 gained = roles & ~org.roles;
        org.roles = roles;
        _refresh(id);
        _certify(id, org);
        _noteMember(RolesSet.selector, id, bytes32(uint256(roles)));
        _season(id, gained);
    }

    /// @inheritdoc IMembers
    function accredit(bytes32 id, uint64 schemes) external onlyCouncil {
        Organisation storage org = _known(id);
        if (Accreditations.includes(schemes, 0)) revert SchemesInvalid(schemes);
        if (_accredited[id] == schemes) revert AccreditationUnchanged(id, schemes);
        _accredited[id] = schemes;
        _certify(id, org);
        _noteMember(AccreditationSet.selector, id, bytes32(uint256(schemes)));
    }

    /// @inheritdoc IMembers
    function setAdmin(bytes32 id, address admin) external onlyCouncil {
        Organisation storage org = _known(id);
        Holder storage holder = _holders[admin];
        if (holder.organisation != id) revert AccountOfAnother(admin, holder.organisation);
        if (holder.removed) revert AccountIsRemoved(admin);
        org.admin = admin;
        holder.granted = ALL_ROLES;
        _write(admin, holder, org);
        _noteMember(AdminSet.selector, id, Entries.topic(admin));
    }

    /// @inheritdoc IMembers
    // slither-disable-next-line reentrancy-no-eth -- Journal is immutable, of the council, and calls nobody back
    function setGroup(bytes32 id, bytes32 group, uint40 effectiveFrom) external onlyCouncil {
        Organisation storage org = _known(id);
        if (group == bytes32(0)) revert GroupMissing(id);
        if (org.group == group) revert GroupUnchanged(id, group);
        if (effectiveFrom > block.timestamp) revert EffectiveInFuture(effectiveFrom, block.timestamp);
        _requireNotFrozen(org.group);
        _leave(id, org.group);
        _uncount(org.group, org.roles);
        _join(id, group);
        _count(id, group, org.roles);
        _rank(org.group, org.roles, 0);
        _rank(group, 0, org.roles);
        _formerGroups[id].push(FormerGroup(org.group, uint40(block.timestamp)));
        org.group = group;
        ++groupChanges;
        _refresh(id);
        _markMoved(id);
        bytes32 digest =
            Entries.log2(GroupSet.selector, id, abi.encode(_nextSequence(id), group, effectiveFrom));
        _noteBoth(IJournal.Row(RowKind.Member, id), IJournal.Row(RowKind.Group, group), digest, true);
        _season(id, org.roles);
    }

    /// @inheritdoc IMembers
    function removeAccount(address id) external {
        Holder storage holder = _holders[id];
        bytes32 org = holder.organisation;
        if (org == bytes32(0)) revert AccountUnknown(id);
        if (msg.sender != COUNCIL) _requireAdmin(org);
        if (holder.removed) revert AccountIsRemoved(id);
        if (_organisations[org].admin == id) revert AdminNotRemovable(id, org);
        holder.removed = true;
        holder.proposed = address(0);
        _write(id, holder, _organisations[org]);
        _unlist(_accountsOf[org], id);
        _noteAccount(AccountRemoved.selector, id, org, abi.encode(_nextSequence(org), msg.sender));
    }

    /// @inheritdoc IMembers
    function restoreAccount(address id) external onlyCouncil {
        Holder storage holder = _holders[id];
        if (!holder.removed) revert AccountNotRemoved(id);
        bytes32 org = holder.organisation;
        _list(org, id);
        holder.removed = false;
        holder.moved = _hasMoved(org);
        _write(id, holder, _organisations[org]);
        _noteAccount(AccountRestored.selector, id, org, abi.encode(_nextSequence(org)));
    }

    /// @inheritdoc IMembers
    function replaceSigner(address id, address signer) external onlyCouncil {
        Holder storage holder = _holders[id];
        bytes32 org = holder.organisation;
        if (org == bytes32(0)) revert AccountUnknown(id);
        uint32 voices = holder.granted & _organisations[org].roles & VOICES;
        if (voices != 0 && holder.active) revert VoiceNotSuspended(id, voices);
        _rotate(id, signer);
        _noteAccount(SignerReplaced.selector, id, org, abi.encode(_nextSequence(org), signer));
    }

    /// @inheritdoc IMembers
    function addAccount(address id, uint32 roles, bytes32 viewingKey, bytes calldata consent) external {
        (address admin, uint32 held) = _signing(msg.sender);
        bytes32 org = _holders[admin].organisation;
        if (_organisations[org].admin != admin) revert NotAdmin(msg.sender, org);
        if (roles & held != roles) revert RoleMissing(msg.sender, roles, held);
        AccountConsents.requireSigned(org, id, roles, viewingKey, consent);
        _addAccount(org, id, roles, viewingKey);
    }

    /// @inheritdoc IMembers
    function proposeRotation(address signer) external {
        (address id,) = resolve(msg.sender);
        if (_signers[signer].account != address(0)) revert AddressTaken(signer);
        Holder storage holder = _holders[id];
        holder.proposed = signer;
        bytes32 org = holder.organisation;
        _noteAccount(RotationProposed.selector, id, org, abi.encode(_nextSequence(org), signer));
    }

    /// @inheritdoc IMembers
    function acceptRotation(address id) external {
        Holder storage holder = _holders[id];
        if (holder.proposed != msg.sender) revert NotProposed(id, msg.sender);
        if (!isActive(id)) revert NotActive(msg.sender);
        _rotate(id, msg.sender);
        bytes32 org = holder.organisation;
        _noteAccount(SignerRotated.selector, id, org, abi.encode(_nextSequence(org), msg.sender));
    }

    /// @inheritdoc IMembers
    function rotateViewingKey(bytes32 viewingKey, bytes calldata handover) external {
        (address id,) = resolve(msg.sender);
        if (viewingKey == bytes32(0)) revert ViewingKeyMissing();
        if (handover.length != HANDOVER_BYTES) revert HandoverLength(handover.length, HANDOVER_BYTES);
        Holder storage holder = _holders[id];
        holder.viewingKey = viewingKey;
        bytes32 org = holder.organisation;
        _noteAccount(ViewingKeyRotated.selector, id, org, abi.encode(_nextSequence(org), viewingKey, handover));
    }

    /// @inheritdoc IMembers
    function resolveWithRole(address signer, uint32 required) external view returns (address id) {
        uint32 roles;
        (id, roles) = _signing(signer);
        if (roles & required != required) revert RoleMissing(signer, required, roles);
        Season memory season = _seasonOf(id);
        if (season.roles & required != 0) revert RoleUnseasoned(signer, season.roles & required, season.from);
    }

    /// @inheritdoc IMembers
    function resolveWithAny(address signer, uint32 any) public view returns (address id, uint32 roles) {
        (id, roles) = _signing(signer);
        if (roles & any == 0) revert RoleMissing(signer, any, roles);
        Season memory season = _seasonOf(id);
        if (roles & ~season.roles & any == 0) revert RoleUnseasoned(signer, roles & any, season.from);
        roles &= ~season.roles;
    }

    /// @inheritdoc IMembers
    function accountOf(address signer) external view returns (address id) {
        id = _signers[signer].account;
        Holder storage holder = _holders[id];
        if (holder.signer != signer || holder.removed) return address(0);
    }

    /// @inheritdoc IMembers
    function stands(address id) external view returns (bool) {
        return _holders[id].active;
    }

    /// @inheritdoc IMembers
    function isActive(address id) public view returns (bool) {
        Holder storage holder = _holders[id];
        return holder.active && block.timestamp > holder.frozenUntil;
    }

    /// @inheritdoc IMembers
    function seasonOf(bytes32 id) external view returns (uint32 roles, uint40 from) {
        Season memory season = _waiting(id);
        return (season.roles, season.from);
    }

    /// @inheritdoc IMembers
    function accreditationOf(bytes32 id) external view returns (uint64 schemes) {
        return _accredited[id];
    }

    /// @inheritdoc IMembers
    function certifies(address id, uint16 scheme) external view returns (bool) {
        Accreditations.Standing[] storage standings = _standings[_holders[id].organisation];
        uint256 count = standings.length;
        return count != 0 && Accreditations.includes(standings[count - 1].schemes, scheme);
    }

    /// @inheritdoc IMembers
    function vouches(address id, uint16 scheme, uint40 time, uint40 knownAt)
        external
        view
        returns (bool vouched, uint40 until)
    {
        return _standings[_holders[id].organisation].at(scheme, time, knownAt);
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
    function inspectors() external view returns (bytes32[] memory) {
        return _inspectors.groups;
    }

    /// @inheritdoc IMembers
    function inspectorCount() external view returns (uint256) {
        return _inspectors.groups.length;
    }

    /// @inheritdoc IMembers
    function inspects(bytes32 group) external view returns (bool) {
        bytes32[] storage organisations = _organisationsOf[group];
        for (uint256 i = 0; i < organisations.length; ++i) {
            bytes32 id = organisations[i];
            Organisation storage org = _organisations[id];
            uint32 counting = org.roles & ~_waiting(id).roles;
            if (org.status == MemberStatus.Active && counting & Roles.ORACLE != 0) return true;
        }
        return false;
    }

    /// @inheritdoc IMembers
    function groupOfAccount(address id) external view returns (bytes32 group, bool moved) {
        Holder storage holder = _holders[id];
        return (_organisations[holder.organisation].group, holder.moved || holder.removed);
    }

    /// @inheritdoc IMembers
    function formerGroupsOf(bytes32 id) external view returns (FormerGroup[] memory) {
        return _formerGroups[id];
    }

    /// @inheritdoc IMembers
    function areSisters(address one, address other) external view returns (bool) {
        (bytes32 first, bytes32 second) = (_holders[one].organisation, _holders[other].organisation);
        return first == second || _organisations[first].group == _organisations[second].group;
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
        (id, roles) = _signing(signer);
        if (roles & Roles.JUDGING != 0) roles &= ~_seasonOf(id).roles;
    }

    function _addAccount(bytes32 org, address id, uint32 granted, bytes32 viewingKey) private {
        _requireUnused(id);
        if (viewingKey == bytes32(0)) revert ViewingKeyMissing();
        _holders[id] = Holder(id, granted, true, 0, false, _hasMoved(org), org, viewingKey, address(0));
        _list(org, id);
        _write(id, _holders[id], _organisations[org]);
        uint32 roles = granted & _organisations[org].roles;
        bytes memory data = abi.encode(_nextSequence(org), roles, viewingKey);
        bytes32 digest = Entries.log3(AccountAdded.selector, Entries.topic(id), org, data);
        IJournal.Row memory owner = IJournal.Row(RowKind.Account, Entries.topic(id));
        _noteBoth(IJournal.Row(RowKind.Member, org), owner, digest, msg.sender == COUNCIL);
    }

    function _rotate(address id, address signer) private {
        _requireUnused(signer);
        Holder storage holder = _holders[id];
        _signers[holder.signer] = Signer(id, 0, false, 0);
        holder.signer = signer;
        holder.proposed = address(0);
        _write(id, holder, _organisations[holder.organisation]);
    }

    function _setStatus(bytes32 id, MemberStatus status) private {
        Organisation storage org = _known(id);
        if (org.status == status) revert StatusUnchanged(id, status);
        org.status = status;
        _refresh(id);
        _certify(id, org);
    }

    /// What it certifies from now on: nothing while it is suspended or has not the role.
    function _certify(bytes32 id, Organisation storage org) private {
        bool certifies = org.status == MemberStatus.Active && org.roles & Roles.CERTIFIER != 0;
        _standings[id].record(certifies ? _accredited[id] : 0);
    }

    function _refresh(bytes32 id) private {
        address[] storage accounts = _accountsOf[id];
        for (uint256 i = 0; i < accounts.length; ++i) {
            _write(accounts[i], _holders[accounts[i]], _organisations[id]);
        }
    }

    /// What resolve() and isActive() answer about one account.
    function _write(address id, Holder storage holder, Organisation storage org) private {
        holder.active = org.status == MemberStatus.Active && !holder.removed;
        holder.frozenUntil = frozenUntil[org.group];
        _signers[holder.signer] = Signer(id, holder.granted & org.roles, holder.active, holder.frozenUntil);
    }

    function _markMoved(bytes32 id) private {
        address[] storage accounts = _accountsOf[id];
        for (uint256 i = 0; i < accounts.length; ++i) {
            _holders[accounts[i]].moved = true;
        }
    }

    function _list(bytes32 org, address id) private {
        if (_accountsOf[org].length == ACCOUNT_LIMIT) revert TooManyAccounts(org, ACCOUNT_LIMIT);
        _accountsOf[org].push(id);
    }

    function _unlist(address[] storage accounts, address id) private {
        uint256 last = accounts.length - 1;
        for (uint256 i = 0; i < last; ++i) {
            if (accounts[i] == id) accounts[i] = accounts[last];
        }
        accounts.pop();
    }

    function _join(bytes32 id, bytes32 group) private {
        _requireNotFrozen(group);
        bytes32[] storage organisations = _organisationsOf[group];
        if (organisations.length == ORGANISATION_LIMIT) revert TooManyOrganisations(group, ORGANISATION_LIMIT);
        organisations.push(id);
    }

    function _leave(bytes32 id, bytes32 group) private {
        bytes32[] storage organisations = _organisationsOf[group];
        uint256 last = organisations.length - 1;
        for (uint256 i = 0; i < last; ++i) {
            if (organisations[i] == id) organisations[i] = organisations[last];
        }
        organisations.pop();
    }

    // slither-disable-next-line reentrancy-no-eth -- Journal is immutable, of the council, and calls nobody back
    function _freeze(bytes32 group) internal override {
        bytes32[] storage organisations = _organisationsOf[group];
        if (organisations.length == 0) revert GroupUnknown(group);
        for (uint256 i = 0; i < organisations.length; ++i) {
            bytes32 id = organisations[i];
            _refresh(id);
            _noteMember(OrganisationFrozen.selector, id, bytes32(uint256(frozenUntil[group])));
        }
    }

    /// Counts an organisation among its group, and keeps the group clean.
    function _count(bytes32 id, bytes32 group, uint32 roles) private {
        Sides storage sides = _sides[group];
        if (roles & Roles.BUSINESS != 0) ++sides.business;
        if (roles & Roles.JUDGING != 0) ++sides.judging;
        if (sides.business != 0 && sides.judging != 0) revert GroupNotClean(id, group);
    }

    function _uncount(bytes32 group, uint32 roles) private {
        Sides storage sides = _sides[group];
        if (roles & Roles.BUSINESS != 0) --sides.business;
        if (roles & Roles.JUDGING != 0) --sides.judging;
    }

    /// An organisation of the group becomes an inspector, or ceases to be one.
    function _rank(bytes32 group, uint32 before, uint32 roles) private {
        if (roles & ~before & Roles.ORACLE != 0) _inspectors.add(group);
        if (before & ~roles & Roles.ORACLE != 0) _inspectors.remove(group);
    }

    /// Judging roles that an organisation was given, or brings into another group, count a week later. What waited
    /// already waits with them.
    function _season(bytes32 id, uint32 gained) private {
        gained &= Roles.JUDGING;
        if (gained == 0 || block.timestamp < _foundedAt + FOUNDING_TIME) return;
        gained |= _waiting(id).roles & _organisations[id].roles;
        uint40 from = uint40(block.timestamp) + JUDGE_AGE;
        _seasons[id] = Season(gained, from);
        _noteMember(RolesUnseasoned.selector, id, abi.encode(_nextSequence(id), gained, from));
    }

    function _noteRegistered(bytes32 id, bytes32 group, uint32 roles, bytes32 profile, address admin) private {
        bytes memory data = abi.encode(uint256(1), group, roles, profile, admin);
        bytes32 digest = Entries.log2(OrganisationRegistered.selector, id, data);
        _noteBoth(IJournal.Row(RowKind.Member, id), IJournal.Row(RowKind.Group, group), digest, true);
    }

    /// @param value the one thing that the event says, beside the sequence
    function _noteMember(bytes32 topic0, bytes32 id, bytes32 value) private {
        _noteMember(topic0, id, abi.encode(_nextSequence(id), value));
    }

    function _noteMember(bytes32 topic0, bytes32 id, bytes memory data) private {
        _noteAlways(RowKind.Member, id, Entries.log2(topic0, id, data));
    }

    /// A member says so much of its accounts and no more; the council is never refused.
    function _noteAccount(bytes32 topic0, address id, bytes32 org, bytes memory data) private {
        bytes32 digest = Entries.log3(topic0, Entries.topic(id), org, data);
        JOURNAL.note(RowKind.Member, org, digest, msg.sender == COUNCIL);
    }

    function _nextSequence(bytes32 id) private returns (uint32) {
        return ++_organisations[id].sequence;
    }

    function _requireJudge() internal view override returns (address id, bytes32 org) {
        (id,) = resolveWithAny(msg.sender, JUDGES);
        org = _holders[id].organisation;
    }

    function _groupOf(bytes32 id) internal view override returns (bytes32) {
        return _organisations[id].group;
    }

    /// The account and roles of an active signer, those that do not count yet among them.
    function _signing(address signer) private view returns (address id, uint32 roles) {
        Signer memory entry = _signers[signer];
        if (!entry.active) revert NotActive(signer);
        if (block.timestamp <= entry.frozenUntil) revert SignerFrozen(signer, entry.frozenUntil);
        return (entry.account, entry.roles);
    }

    function _hasMoved(bytes32 id) private view returns (bool) {
        return _formerGroups[id].length != 0;
    }

    function _seasonOf(address id) private view returns (Season memory) {
        return _waiting(_holders[id].organisation);
    }

    /// Roles that do not count yet; none once their time has come.
    function _waiting(bytes32 id) private view returns (Season memory season) {
        season = _seasons[id];
        if (block.timestamp >= season.from) season.roles = 0;
    }

    function _requireAdmin(bytes32 org) private view {
        (address admin,) = resolve(msg.sender);
        if (_organisations[org].admin != admin) revert NotAdmin(msg.sender, org);
    }

    function _known(bytes32 id) private view returns (Organisation storage org) {
        org = _organisations[id];
        if (org.status == MemberStatus.None) revert OrganisationUnknown(id);
    }

    function _requireUnused(address signer) private view {
        if (signer == address(0) || _signers[signer].account != address(0)) revert AddressTaken(signer);
    }
}
