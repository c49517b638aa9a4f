"""scripts/onboard.py and scripts/certify.py: the consortium of examples/cobalt, once."""

import shutil
from pathlib import Path

import pytest
import yaml
from brownie import history

from lodetrace.contracts.enums import ReasonCode
from lodetrace.contracts.reasons import coded
from lodetrace.contracts.scoped_ids import scoped_id
from lodetrace.trading_day import day_of, name_id
from scripts import certify, deploy, onboard
from scripts.commodities import commodity_calls, read_commodities
from scripts.consortium import (
    EXAMPLE,
    NO_PROFILE,
    EntryMalformed,
    read_certificates,
    read_members,
    read_sites,
    word,
)
from scripts.council_act import ActNotDue, Governance, MajorityMissing, call
from scripts.deployed import Deployed
from scripts.onboard import OnboardedDifferently
from scripts.signers import address_of, signer, viewing_key_of
from tests.contracts.consents import coinless, consent_of
from tests.contracts.values import plain

FILES = Path(__file__).resolve().parents[3] / EXAMPLE
IN_FORCE, SUSPENDED = 1, 2


@pytest.fixture(scope="module", autouse=True)
def deployed(tmp_path_factory):
    """The contracts, with a record of the module's own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LODETRACE_DEPLOYMENTS", str(tmp_path_factory.mktemp("deployments")))
        deploy.main(str(FILES / "members.yaml"))
        yield


@pytest.fixture
def contracts():
    return Deployed()


@pytest.fixture
def files(tmp_path):
    """A copy of the example that a test may edit."""
    for name in ("members", "sites", "places", "certificates"):
        shutil.copy(FILES / f"{name}.yaml", tmp_path)
    return tmp_path


def edit(path, change):
    document = yaml.safe_load(path.read_text())
    change(document)
    path.write_text(yaml.safe_dump(document))


def accounts_of(folder):
    members = read_members(folder / "members.yaml")
    return {account.name: account for member in members for account in member.accounts}


def sent():
    return len(history)


def test_everything_is_brought_on_chain(contracts):
    onboard.main(str(FILES))
    for member in read_members(FILES / "members.yaml"):
        known = contracts["Members"].organisation(member.id)
        assert plain(known[0]) == plain(member.group)
        assert plain(known[1]) == plain(member.profile) == plain(NO_PROFILE)
        assert known[2] == member.roles
        account = contracts["Members"].account(known[5])
        assert plain(account[2]) == plain(viewing_key_of(member.admin))
    for site in read_sites(FILES / "sites.yaml"):
        known = contracts["Sites"].siteOf(site.id).dict()
        assert plain(known["operator"]) == plain(site.operator)
        assert plain(known["elements"]) == tuple(sorted(site.elements))
        assert (known["tolerance"], known["lossFrom"], known["lossTo"]) == (
            site.tolerance, *site.loss
        )  # fmt: skip
    assert contracts["Places"].sequenceOf(word("CD-LU")) == 1


def test_nothing_is_onboarded_or_certified_twice(contracts):
    onboard.main(str(FILES))
    certify.main(str(FILES))
    before = sent()
    onboard.main(str(FILES))
    certify.main(str(FILES))
    assert sent() == before


def test_roles_bands_and_accounts_follow_the_files(contracts, files):
    onboard.main(str(files))

    def change(document):
        document["members"][0]["roles"] = ["TRADER", "OPERATOR", "MAKER"]
        document["members"][0]["accounts"].append({"name": "second", "index": 30})

    edit(files / "members.yaml", change)
    edit(files / "sites.yaml", lambda d: d["sites"][0].update(tolerance="0.4 %"))
    onboard.main(str(files))

    member = read_members(files / "members.yaml")[0]
    assert contracts["Members"].organisation(member.id)[2] == member.roles
    second = signer(member.accounts[1])
    assert plain(contracts["Members"].organisationOf(second)) == plain(member.id)
    assert contracts["Sites"].bandOf(read_sites(files / "sites.yaml")[0].id)[0] == 4_000
    before = sent()
    onboard.main(str(files))
    assert sent() == before


def test_panels_are_named_where_the_file_names_them(contracts, files):
    """A fifth inspector takes the place of the one that serves the shortest."""
    groups = ["alpenprobe", "harbour", "nordlys"]

    def inspect(document):
        auditor, *_ = (one for one in document["members"] if one["roles"] == ["AUDITOR"])
        auditor["roles"] = ["AUDITOR", "ORACLE"]
        groups.append(auditor["group"])

    edit(files / "members.yaml", inspect)
    edit(files / "sites.yaml", lambda d: d["sites"][0].update(panel=groups))
    onboard.main(str(files))
    site, other = read_sites(files / "sites.yaml")[:2]
    assert plain(contracts["Sites"].panelOf(site.id)) == plain(site.panel)
    assert plain(contracts["Sites"].panelOf(other.id)) != plain(site.panel)
    before = sent()
    onboard.main(str(files))
    assert sent() == before


def test_an_account_whose_key_is_elsewhere_brings_its_consent(contracts, files, capsys):
    """Else the admin's key would take an address of anybody."""
    onboard.main(str(files))
    member, elsewhere, key = read_members(files / "members.yaml")[1], coinless(7), word("key")
    added = {"name": "elsewhere", "address": elsewhere, "viewing_key": "0x" + key.hex()}

    def append(document):
        document["members"][1]["accounts"].append(added)

    edit(files / "members.yaml", append)
    onboard.main(str(files))
    assert f"left to elsewhere: account elsewhere of {member.label}" in capsys.readouterr().out

    registry = contracts["Members"]
    arguments = (registry, member.id.hex(), elsewhere, member.roles, "0x" + key.hex())
    added["consent"] = "0x" + consent_of(*arguments).hex()
    edit(files / "members.yaml", lambda document: document["members"][1]["accounts"].pop())
    edit(files / "members.yaml", append)
    onboard.main(str(files))
    assert plain(registry.organisationOf(elsewhere)) == plain(member.id)


def test_roles_of_two_judges_are_two_acts(contracts, files, accounts):
    """Each is heard, and no act affects two groups."""
    onboard.main(str(files))

    def change(document):
        for name in ("terra", "lindgren"):
            member = next(m for m in document["members"] if m["accounts"][0]["name"] == name)
            member["roles"].append("ORACLE")

    edit(files / "members.yaml", change)
    with pytest.raises(ActNotDue):  # seven days from the decision
        onboard.main(str(files))


@pytest.mark.parametrize(
    ("file", "key", "field", "value"),
    [
        ("members", "members", "group", "another"),
        ("members", "members", "profile_hash", "0x" + "11" * 32),
        ("sites", "sites", "operator", "saimaa-cobalt"),
        ("sites", "sites", "place", "CD-HK"),
        ("sites", "sites", "capacity_hash", "0x" + "11" * 32),
    ],
)
def test_what_never_changes_is_refused(files, file, key, field, value):
    onboard.main(str(files))
    edit(files / f"{file}.yaml", lambda document: document[key][0].update({field: value}))
    with pytest.raises(OnboardedDifferently, match=field.removesuffix("_hash")):
        onboard.main(str(files))


def test_certificates_and_statuses(contracts):
    onboard.main(str(FILES))
    certify.main(str(FILES))
    registry = contracts["Certificates"]
    for certificate in read_certificates(FILES / "certificates.yaml"):
        id_ = certify.certificate_id(certificate, accounts_of(FILES)[certificate.certifier])
        known = registry.certificateOf(id_).dict()
        assert (known["scheme"], known["element"]) == (certificate.scheme, certificate.element)
        history_ = registry.historyOf(id_)
        assert [entry[0] for entry in history_] == [IN_FORCE] + [
            int(status.status) for status in certificate.statuses
        ]
    assert registry.creditRule(1)[1] is True


def test_a_certificate_is_taken_over(contracts, accounts, files, capsys):
    """Once, by whom the file names; its statuses are his from then on."""

    def second(document):
        entry = {"organisation": "other-assurance", "group": "other", "roles": ["CERTIFIER"]}
        account = {"name": "other", "index": 38}
        document["members"].append(entry | {"schemes": ["IRMA"], "accounts": [account]})

    def taken(document):
        takeover = {"certifier": "other", "document": "findings"}
        document["certificates"][0]["takeovers"] = [takeover]

    edit(files / "members.yaml", second)
    onboard.main(str(files))
    certify.main(str(files))
    edit(files / "certificates.yaml", taken)
    [first, *_] = read_certificates(files / "certificates.yaml")
    members, governance = contracts["Members"], read_members(files / "members.yaml")
    seats = [signer(member.admin) for member in governance if member.seat]
    calls = [call(members.suspend, word("meridian-assurance"), coded(ReasonCode.AUDIT_FINDING))]
    Governance(contracts["Council"], seats).carry("expel", calls)
    certify.main(str(files))
    assert "MER-IRMA-2025-0117: taken over by other" in capsys.readouterr().out
    id_ = certify.certificate_id(first, accounts_of(files)["meridian"])
    assert contracts["Certificates"].certificateOf(id_)[7] == accounts[38]
    before = sent()
    certify.main(str(files))
    assert sent() == before


def test_status_waits_for_its_time(contracts, chain, files, capsys):
    def postpone(document):
        document["certificates"][1]["statuses"][0]["recorded_at"] = "2099-01-01T00:00:00Z"

    text = (files / "certificates.yaml").read_text()
    due = "recorded_at: 2026-01-07T15:00:00Z"
    assert due in text
    (files / "certificates.yaml").write_text(text.replace(due, "recorded_at: 2099-01-01T00:00:00Z"))
    onboard.main(str(files))
    certify.main(str(files))
    assert "MER-CIRAF-2025-0042: SUSPENDED is not due yet" in capsys.readouterr().out
    meridian = address_of(accounts_of(FILES)["meridian"])
    certificate = scoped_id(meridian, word("MER-CIRAF-2025-0042"))
    assert contracts["Certificates"].sequenceOf(certificate) == 1

    (files / "certificates.yaml").write_text(text)
    certify.main(str(files))
    assert contracts["Certificates"].historyOf(certificate)[1][0] == SUSPENDED


def test_too_few_seats(contracts, accounts):
    council = Governance(contracts["Council"], accounts[:1])
    calls = [call(contracts["Settings"].setQuorum, 4)]  # constitutional: four of five
    with pytest.raises(MajorityMissing) as refused:
        council.carry("test", calls)
    assert (refused.value.values["approvals"], refused.value.values["needed"]) == (1, 4)

    seats = [accounts[index] for index in (0, 3, 4, 5)]
    Governance(contracts["Council"], seats).carry("test", calls)  # goes on where it stopped
    assert contracts["Settings"].quorum() == 4


def test_same_act_may_be_wanted_again(contracts, accounts):
    council = Governance(contracts["Council"], [accounts[index] for index in (0, 3, 4, 5)])
    for quorum in (4, 3, 4):
        council.carry("test", [call(contracts["Settings"].setQuorum, quorum)])
        assert contracts["Settings"].quorum() == quorum


PRICES = """
commodities:
  - commodity: cobalt-sulphate
    administrator: {administrator}
    element: Co
    material: SULPHATE
    methodologies:
      - {{methodology: cobalt-sulphate-2023-08-31, applies_from: 2023-08-31}}
"""


def test_priced_commodities_are_registered_once(contracts, files):
    administrator = read_members(files / "members.yaml")[0]
    (files / "prices.yaml").write_text(PRICES.format(administrator=administrator.label))
    onboard.main(str(files))
    commodity = name_id("cobalt-sulphate")
    known = contracts["Prices"].commodityOf(commodity)
    assert plain(known) == (plain(administrator.id), 27, 4, 2)
    day = 19_600  # 2023-08-31
    assert plain(contracts["Prices"].methodologyOn(commodity, day)) == plain(
        name_id("cobalt-sulphate-2023-08-31")
    )
    assert int(contracts["Prices"].methodologyOn(commodity, day - 1).hex(), 16) == 0
    before = sent()
    onboard.main(str(files))
    assert sent() == before
    edit(files / "prices.yaml", lambda read: read["commodities"][0].update(material="METAL"))
    with pytest.raises(EntryMalformed, match="stands on chain"):
        onboard.main(str(files))


def test_a_version_that_is_added_is_noticed(contracts, files, web3):
    path, administrator = files / "prices.yaml", read_members(files / "members.yaml")[0]
    path.write_text(PRICES.format(administrator=administrator.label))
    (wanted,) = read_commodities(path)
    assert len(list(commodity_calls(contracts["Prices"], wanted))) == 2
    onboard.main(str(files))
    today = web3.eth.get_block("latest")["timestamp"] // 86_400
    added = {"methodology": "next", "applies_from": day_of(today + 40)}
    edit(path, lambda read: read["commodities"][0]["methodologies"].append(added))
    onboard.main(str(files))
    versions = contracts["Prices"].methodologiesOf(name_id("cobalt-sulphate"))
    assert [version[1] for version in versions] == [19_600, today + 40]


@pytest.mark.parametrize(
    "changed",
    [{"element": "Xx"}, {"material": "SAND"}, {"methodologies": [{"methodology": "a"}]},
     {"methodologies": [{"methodology": "a", "applies_from": "soon"}]}, {"administrator": None}],
)  # fmt: skip
def test_malformed_commodities_are_named(files, changed):
    (files / "prices.yaml").write_text(PRICES.format(administrator="nobody"))
    edit(files / "prices.yaml", lambda read: read["commodities"][0].update(changed))
    with pytest.raises(EntryMalformed, match="cobalt-sulphate"):
        read_commodities(files / "prices.yaml")
