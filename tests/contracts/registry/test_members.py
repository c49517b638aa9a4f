"""Members: organisations, accounts, roles and keys."""

from tests.contracts.people import PEOPLE, ZERO_WORD, Role, spoken, word
from tests.contracts.reverts import reverts, reverts_with_time
from tests.contracts.values import emitted, plain

MINER = PEOPLE["miner"]
ORG = MINER.organisation
NEW_ORG, NEW_GROUP, PROFILE, KEY = (word(text) for text in ("org", "group", "profile", "key"))
REASON = spoken("unpaid community compensation")
HANDOVER = "0x" + "07" * 80
ZERO = "0x" + "0" * 40
ACTIVE, SUSPENDED = 1, 2


def rotate(members, account, new):
    members.proposeRotation(new, {"from": account})
    members.acceptRotation(account, {"from": new})


# --- organisations


def test_register_makes_organisation_and_admin(bare_members, governor, stranger):
    tx = bare_members.register(NEW_ORG, NEW_GROUP, 3, PROFILE, stranger, KEY, {"from": governor})

    emitted(
        tx,
        "OrganisationRegistered",
        organisation=NEW_ORG,
        sequence=1,
        group=NEW_GROUP,
        roles=3,
        profile=PROFILE,
        admin=stranger,
    )
    emitted(
        tx,
        "AccountAdded",
        account=stranger,
        organisation=NEW_ORG,
        sequence=2,
        roles=3,
        viewingKey=KEY,
    )
    assert plain(bare_members.organisation(NEW_ORG)) == plain(
        (NEW_GROUP, PROFILE, 3, ACTIVE, 2, stranger)
    )
    assert plain(bare_members.account(stranger)) == plain((NEW_ORG, stranger, KEY, 3))
    assert plain(bare_members.resolve(stranger)) == plain((stranger, 3))
    assert bare_members.isActive(stranger)
    assert bare_members.organisationOf(stranger) == NEW_ORG
    assert bare_members.groupOf(NEW_ORG) == NEW_GROUP
    assert bare_members.sequenceOf(NEW_ORG) == 2


def test_only_the_council_governs(members, miner, stranger):
    for call in (
        lambda: members.register(NEW_ORG, NEW_GROUP, 3, PROFILE, stranger, KEY, {"from": miner}),
        lambda: members.suspend(ORG, REASON, {"from": miner}),
        lambda: members.reinstate(ORG, {"from": miner}),
        lambda: members.setRoles(ORG, 0, {"from": miner}),
        lambda: members.replaceSigner(miner, stranger, {"from": miner}),
        lambda: members.setAdmin(ORG, miner, {"from": miner}),
        lambda: members.setGroup(ORG, NEW_GROUP, 0, {"from": miner}),
        lambda: members.restoreAccount(miner, {"from": miner}),
        lambda: members.pause({"from": miner}),
    ):
        with reverts("OnlyCouncil", miner):
            call()


def test_organisation_id_is_not_zero(members, governor, stranger):
    with reverts("OrganisationUnknown", ZERO_WORD):
        members.register(ZERO_WORD, NEW_GROUP, 3, PROFILE, stranger, KEY, {"from": governor})


def test_organisation_exists_once(members, governor, stranger):
    with reverts("OrganisationExists", ORG):
        members.register(ORG, NEW_GROUP, 3, PROFILE, stranger, KEY, {"from": governor})


def test_organisation_has_a_group(members, governor, stranger):
    with reverts("GroupMissing", NEW_ORG):
        members.register(NEW_ORG, ZERO_WORD, 3, PROFILE, stranger, KEY, {"from": governor})


def test_accounts_of_one_group_are_sisters(members, governor, miner, refiner, accounts):
    assert members.areSisters(miner, miner)
    assert not members.areSisters(miner, refiner)
    group = members.groupOf(members.organisationOf(miner))
    members.register(NEW_ORG, group, 3, PROFILE, accounts[31], KEY, {"from": governor})
    assert members.areSisters(miner, accounts[31])
    assert members.areSisters(accounts[31], miner)


def test_admin_has_a_viewing_key(members, governor, stranger):
    with reverts("ViewingKeyMissing"):
        members.register(NEW_ORG, NEW_GROUP, 3, PROFILE, stranger, ZERO_WORD, {"from": governor})


def test_admin_is_a_new_address(members, governor, miner):
    with reverts("AddressTaken", miner):
        members.register(NEW_ORG, NEW_GROUP, 3, PROFILE, miner, KEY, {"from": governor})
    with reverts("AddressTaken", ZERO):
        members.register(NEW_ORG, NEW_GROUP, 3, PROFILE, ZERO, KEY, {"from": governor})


def test_suspension_reaches_every_account(members, governor, miner, accounts):
    members.addAccount(accounts[20], Role.TRADER, KEY, {"from": miner})
    rotate(members, accounts[20], accounts[21])

    tx = members.suspend(ORG, REASON, {"from": governor})

    emitted(tx, "OrganisationSuspended", organisation=ORG, sequence=6, reason=REASON)
    assert members.organisation(ORG)[3] == SUSPENDED
    assert not members.isActive(miner)
    assert not members.isActive(accounts[20])
    for signer in (miner, accounts[20], accounts[21]):
        with reverts("NotActive", signer):
            members.resolve(signer)


def test_reinstatement_revives_living_signers_only(members, governor, miner, accounts):
    rotate(members, miner, accounts[20])
    members.suspend(ORG, REASON, {"from": governor})

    tx = members.reinstate(ORG, {"from": governor})

    emitted(tx, "OrganisationReinstated", organisation=ORG, sequence=6)
    assert plain(members.resolve(accounts[20])) == plain((miner, MINER.roles))
    assert members.isActive(miner)
    with reverts("NotActive", miner):
        members.resolve(miner)


def test_status_changes_are_changes(members, governor):
    with reverts("StatusUnchanged", ORG, ACTIVE):
        members.reinstate(ORG, {"from": governor})
    members.suspend(ORG, REASON, {"from": governor})
    with reverts("StatusUnchanged", ORG, SUSPENDED):
        members.suspend(ORG, REASON, {"from": governor})


def test_unknown_organisation_is_refused(members, governor):
    for call in (
        lambda: members.suspend(NEW_ORG, REASON, {"from": governor}),
        lambda: members.reinstate(NEW_ORG, {"from": governor}),
        lambda: members.setRoles(NEW_ORG, 0, {"from": governor}),
        lambda: members.setAdmin(NEW_ORG, governor, {"from": governor}),
        lambda: members.setGroup(NEW_ORG, NEW_GROUP, 0, {"from": governor}),
        lambda: members.organisation(NEW_ORG),
        lambda: members.groupOf(NEW_ORG),
    ):
        with reverts("OrganisationUnknown", NEW_ORG):
            call()
    assert members.sequenceOf(NEW_ORG) == 0


# --- roles


def test_resolve_with_role(members, miner):
    assert members.resolveWithRole(miner, Role.TRADER) == miner
    assert members.resolveWithRole(miner, Role.TRADER | Role.OPERATOR) == miner
    wanted = Role.TRADER | Role.ORACLE
    with reverts("RoleMissing", miner, wanted, MINER.roles):
        members.resolveWithRole(miner, wanted)


def test_stranger_does_not_resolve(members, stranger):
    with reverts("NotActive", stranger):
        members.resolve(stranger)
    with reverts("NotActive", stranger):
        members.resolveWithRole(stranger, 0)
    assert not members.isActive(stranger)
    assert members.organisationOf(stranger) == ZERO_WORD


def test_roles_narrow_and_widen_with_the_organisation(members, governor, miner, accounts):
    members.addAccount(accounts[20], Role.TRADER, KEY, {"from": miner})

    tx = members.setRoles(ORG, Role.OPERATOR | Role.MAKER, {"from": governor})

    roles = Role.OPERATOR | Role.MAKER
    emitted(tx, "RolesSet", organisation=ORG, sequence=4, roles=roles)
    assert plain(members.resolve(miner)) == plain((miner, roles))  # the admin has all
    assert plain(members.resolve(accounts[20])) == plain((accounts[20], 0))
    assert members.account(accounts[20])[3] == 0

    members.setRoles(ORG, Role.TRADER, {"from": governor})
    assert plain(members.resolve(accounts[20])) == plain((accounts[20], Role.TRADER))
    assert members.account(accounts[20])[3] == Role.TRADER


def test_setting_roles_does_not_reinstate(members, governor, miner):
    members.suspend(ORG, REASON, {"from": governor})
    members.setRoles(ORG, Role.TRADER, {"from": governor})
    with reverts("NotActive", miner):
        members.resolve(miner)


# --- accounts


def test_admin_adds_an_account(members, miner, accounts):
    tx = members.addAccount(accounts[20], Role.TRADER, KEY, {"from": miner})

    emitted(
        tx,
        "AccountAdded",
        account=accounts[20],
        organisation=ORG,
        sequence=3,
        roles=Role.TRADER,
        viewingKey=KEY,
    )
    assert plain(members.resolve(accounts[20])) == plain((accounts[20], Role.TRADER))


def test_admin_stays_admin_after_rotation(members, miner, accounts):
    rotate(members, miner, accounts[20])
    members.addAccount(accounts[21], Role.TRADER, KEY, {"from": accounts[20]})
    assert members.organisationOf(accounts[21]) == ORG
    with reverts("NotActive", miner):
        members.addAccount(accounts[22], Role.TRADER, KEY, {"from": miner})


def test_only_the_admin_adds_accounts(members, miner, stranger, accounts):
    members.addAccount(accounts[20], Role.TRADER, KEY, {"from": miner})
    with reverts("NotAdmin", accounts[20], ORG):
        members.addAccount(accounts[21], Role.TRADER, KEY, {"from": accounts[20]})
    with reverts("NotActive", stranger):
        members.addAccount(accounts[21], Role.TRADER, KEY, {"from": stranger})


def test_account_has_no_more_roles_than_its_organisation(members, miner, accounts):
    with reverts("RoleMissing", miner, Role.ORACLE, MINER.roles):
        members.addAccount(accounts[20], Role.ORACLE, KEY, {"from": miner})


def test_account_is_a_new_address_with_a_key(members, miner, refiner, accounts):
    with reverts("AddressTaken", refiner):
        members.addAccount(refiner, Role.TRADER, KEY, {"from": miner})
    with reverts("ViewingKeyMissing"):
        members.addAccount(accounts[20], Role.TRADER, ZERO_WORD, {"from": miner})


def test_accounts_are_bounded_and_all_are_suspended(members, governor, miner):
    added = [f"0x{0xACC0000000000000000000000000000000000000 + i:040x}" for i in range(63)]
    for account in added:
        members.addAccount(account, Role.TRADER, KEY, {"from": miner})
    with reverts("TooManyAccounts", ORG, 64):
        members.addAccount("0x" + "ac" * 20, Role.TRADER, KEY, {"from": miner})

    tx = members.suspend(ORG, REASON, {"from": governor})
    assert tx.gas_used < 1_000_000
    assert not any(members.isActive(account) for account in added)


def test_unknown_account_is_refused(members, governor, stranger):
    with reverts("AccountUnknown", stranger):
        members.account(stranger)
    with reverts("AccountUnknown", stranger):
        members.replaceSigner(stranger, stranger, {"from": governor})
    with reverts("AccountUnknown", stranger):
        members.removeAccount(stranger, {"from": governor})


# --- removed accounts, another admin


def test_admin_removes_an_account_that_leaves_room(members, governor, miner, accounts):
    leaving = accounts[20]
    members.addAccount(leaving, Role.TRADER, KEY, {"from": miner})
    members.proposeRotation(accounts[21], {"from": leaving})

    tx = members.removeAccount(leaving, {"from": miner})

    emitted(tx, "AccountRemoved", account=leaving, organisation=ORG, sequence=5, by=miner)
    with reverts("NotActive", leaving):
        members.resolve(leaving)
    assert not members.isActive(leaving)
    assert members.organisationOf(leaving) == ORG  # what it holds stays its own
    with reverts("NotProposed", leaving, accounts[21]):
        members.acceptRotation(leaving, {"from": accounts[21]})
    with reverts("AccountIsRemoved", leaving):
        members.removeAccount(leaving, {"from": miner})
    with reverts("AddressTaken", leaving):
        members.addAccount(leaving, Role.TRADER, KEY, {"from": miner})

    members.suspend(ORG, REASON, {"from": governor})
    members.reinstate(ORG, {"from": governor})
    assert members.isActive(miner)
    assert not members.isActive(leaving)  # no act on the organisation revives it


def test_admins_own_account_is_not_removed(members, governor, miner):
    for by in (miner, governor):
        with reverts("AdminNotRemovable", miner, ORG):
            members.removeAccount(miner, {"from": by})


def test_others_remove_no_account(members, miner, refiner, stranger, accounts):
    members.addAccount(accounts[20], Role.TRADER, KEY, {"from": miner})
    for by in (refiner, accounts[20]):
        with reverts("NotAdmin", by, ORG):
            members.removeAccount(accounts[20], {"from": by})
    with reverts("NotActive", stranger):
        members.removeAccount(accounts[20], {"from": stranger})


def test_council_restores_what_a_thief_removed(members, governor, miner, accounts):
    members.addAccount(accounts[20], Role.TRADER, KEY, {"from": miner})
    with reverts("AccountNotRemoved", accounts[20]):
        members.restoreAccount(accounts[20], {"from": governor})
    members.removeAccount(accounts[20], {"from": miner})
    tx = members.restoreAccount(accounts[20], {"from": governor})
    emitted(tx, "AccountRestored", account=accounts[20], organisation=ORG, sequence=5)
    assert plain(members.resolve(accounts[20])) == plain((accounts[20], Role.TRADER))


def test_another_account_becomes_admin(members, governor, miner, refiner, accounts):
    new = accounts[20]
    members.addAccount(new, Role.TRADER, KEY, {"from": miner})
    with reverts("AccountOfAnother", refiner, PEOPLE["refiner"].organisation):
        members.setAdmin(ORG, refiner, {"from": governor})

    tx = members.setAdmin(ORG, new, {"from": governor})

    emitted(tx, "AdminSet", organisation=ORG, sequence=4, admin=new)
    assert members.organisation(ORG)[5] == new
    assert plain(members.resolve(new)) == plain((new, MINER.roles))  # all of the organisation's
    with reverts("NotAdmin", miner, ORG):
        members.addAccount(accounts[21], Role.TRADER, KEY, {"from": miner})
    members.removeAccount(miner, {"from": new})
    with reverts("AccountIsRemoved", miner):
        members.setAdmin(ORG, miner, {"from": governor})


# --- other groups


def test_organisation_goes_to_another_group(members, governor, miner):
    assert members.groupChanges() == 0
    tx = members.setGroup(ORG, NEW_GROUP, 1_000, {"from": governor})
    emitted(tx, "GroupSet", organisation=ORG, sequence=3, group=NEW_GROUP, effectiveFrom=1_000)
    assert members.groupOf(ORG) == NEW_GROUP
    assert members.groupChanges() == 1
    with reverts("GroupUnchanged", ORG, NEW_GROUP):
        members.setGroup(ORG, NEW_GROUP, 1_000, {"from": governor})
    with reverts("GroupMissing", ORG):
        members.setGroup(ORG, ZERO_WORD, 1_000, {"from": governor})
    late = 2**39
    with reverts_with_time("EffectiveInFuture", late):
        members.setGroup(ORG, PEOPLE["refiner"].group, late, {"from": governor})


def test_group_has_sixteen_organisations(members, governor):
    """A freeze is written into every account of a group, in one transaction."""
    for number in range(16):
        address = f"0x{0xACC0000000000000000000000000000000000000 + number:040x}"
        arguments = (word(f"org {number}"), NEW_GROUP, 1, PROFILE, address, KEY)
        members.register(*arguments, {"from": governor})
    with reverts("TooManyOrganisations", NEW_GROUP, 16):
        members.register(NEW_ORG, NEW_GROUP, 1, PROFILE, governor, KEY, {"from": governor})
    with reverts("TooManyOrganisations", NEW_GROUP, 16):
        members.setGroup(ORG, NEW_GROUP, 0, {"from": governor})
    members.setGroup(word("org 3"), PEOPLE["miner"].group, 0, {"from": governor})
    members.setGroup(ORG, NEW_GROUP, 0, {"from": governor})  # there is room again


# --- signers


def test_rotation_takes_two_steps(members, miner, accounts):
    new = accounts[20]
    proposed = members.proposeRotation(new, {"from": miner})
    emitted(
        proposed,
        "RotationProposed",
        account=miner,
        organisation=ORG,
        sequence=3,
        signer=new,
    )
    assert plain(members.resolve(miner)) == plain((miner, MINER.roles))
    with reverts("NotActive", new):
        members.resolve(new)

    accepted = members.acceptRotation(miner, {"from": new})
    emitted(
        accepted,
        "SignerRotated",
        account=miner,
        organisation=ORG,
        sequence=4,
        signer=new,
    )
    assert plain(members.resolve(new)) == plain((miner, MINER.roles))
    assert members.account(miner)[1] == new
    with reverts("NotActive", miner):
        members.resolve(miner)
    with reverts("NotActive", miner):
        members.proposeRotation(accounts[21], {"from": miner})


def test_only_the_proposed_signer_accepts_and_once(members, miner, accounts):
    with reverts("NotProposed", miner, accounts[20]):
        members.acceptRotation(miner, {"from": accounts[20]})
    rotate(members, miner, accounts[20])
    with reverts("NotProposed", miner, accounts[20]):
        members.acceptRotation(miner, {"from": accounts[20]})


def test_proposal_is_replaced_and_withdrawn(members, miner, accounts):
    members.proposeRotation(accounts[20], {"from": miner})
    members.proposeRotation(accounts[21], {"from": miner})
    with reverts("NotProposed", miner, accounts[20]):
        members.acceptRotation(miner, {"from": accounts[20]})
    members.proposeRotation(ZERO, {"from": miner})
    with reverts("NotProposed", miner, accounts[21]):
        members.acceptRotation(miner, {"from": accounts[21]})


def test_suspended_organisation_does_not_rotate(members, governor, miner, accounts):
    members.proposeRotation(accounts[20], {"from": miner})
    members.suspend(ORG, REASON, {"from": governor})
    with reverts("NotActive", accounts[20]):
        members.acceptRotation(miner, {"from": accounts[20]})
    with reverts("NotActive", miner):
        members.proposeRotation(accounts[21], {"from": miner})


def test_an_address_signs_for_one_account_in_its_life(members, miner, refiner, accounts):
    with reverts("AddressTaken", refiner):
        members.proposeRotation(refiner, {"from": miner})
    rotate(members, miner, accounts[20])
    with reverts("AddressTaken", miner):  # dead, and never again
        members.proposeRotation(miner, {"from": accounts[20]})


def test_address_taken_after_its_proposal(members, miner, refiner, accounts):
    members.proposeRotation(accounts[20], {"from": miner})
    rotate(members, refiner, accounts[20])
    with reverts("AddressTaken", accounts[20]):
        members.acceptRotation(miner, {"from": accounts[20]})


def test_council_replaces_a_stolen_key(members, governor, miner, accounts):
    thief, new = accounts[20], accounts[21]
    members.proposeRotation(thief, {"from": miner})

    tx = members.replaceSigner(miner, new, {"from": governor})

    emitted(
        tx,
        "SignerReplaced",
        account=miner,
        organisation=ORG,
        sequence=4,
        signer=new,
    )
    assert "SignerRotated" not in tx.events
    assert plain(members.resolve(new)) == plain((miner, MINER.roles))
    with reverts("NotActive", miner):
        members.resolve(miner)
    with reverts("NotProposed", miner, thief):  # what the thief proposed has lapsed
        members.acceptRotation(miner, {"from": thief})
    with reverts("AddressTaken", new):
        members.replaceSigner(miner, new, {"from": governor})
    with reverts("AddressTaken", ZERO):
        members.replaceSigner(miner, ZERO, {"from": governor})


def test_account_of_a_signer(members, governor, miner, stranger, accounts):
    assert members.accountOf(miner) == miner
    assert members.accountOf(stranger) == ZERO
    rotate(members, miner, accounts[20])
    members.suspend(ORG, REASON, {"from": governor})
    assert members.accountOf(accounts[20]) == miner
    assert members.accountOf(miner) == ZERO


def test_replaced_key_of_a_suspended_organisation_stays_dead(members, governor, miner, accounts):
    members.suspend(ORG, REASON, {"from": governor})
    members.replaceSigner(miner, accounts[20], {"from": governor})
    with reverts("NotActive", accounts[20]):
        members.resolve(accounts[20])
    members.reinstate(ORG, {"from": governor})
    assert plain(members.resolve(accounts[20])) == plain((miner, MINER.roles))


# --- viewing keys


def test_viewing_key_rotates_with_a_handover(members, miner):
    tx = members.rotateViewingKey(KEY, HANDOVER, {"from": miner})
    emitted(
        tx,
        "ViewingKeyRotated",
        account=miner,
        organisation=ORG,
        sequence=3,
        viewingKey=KEY,
        handover=HANDOVER,
    )
    assert members.account(miner)[2] == KEY


def test_handover_has_80_bytes(members, miner):
    for length in (0, 79, 81):
        with reverts("HandoverLength", length, 80):
            members.rotateViewingKey(KEY, b"\x07" * length, {"from": miner})


def test_viewing_key_is_not_zero(members, miner):
    with reverts("ViewingKeyMissing"):
        members.rotateViewingKey(ZERO_WORD, HANDOVER, {"from": miner})


def test_stranger_rotates_no_viewing_key(members, stranger):
    with reverts("NotActive", stranger):
        members.rotateViewingKey(KEY, HANDOVER, {"from": stranger})
