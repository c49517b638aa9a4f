"""The files of a consortium: what is read, and what is refused with its place."""

from pathlib import Path

import pytest

from lodetrace.settings import Network
from scripts import signers
from scripts.consortium import (
    EXAMPLE,
    AccountEntry,
    EntryMalformed,
    read_certificates,
    read_credit_rules,
    read_determinations,
    read_members,
    read_sites,
    word,
)

FILES = Path(__file__).resolve().parents[3] / EXAMPLE
KEY = "0x" + "22" * 32
ADDRESS = "0x9eF6c02FB2ECc446146E05F1fF687a788a8BF76d"


@pytest.fixture
def written(tmp_path):
    def write(text):
        path = tmp_path / "file.yaml"
        path.write_text(text)
        return path

    return write


def test_example_is_read():
    members = read_members(FILES / "members.yaml")
    assert len({member.id for member in members}) == len(members) == 21
    assert sum(member.seat for member in members) == 5
    sites = {site.label: site for site in read_sites(FILES / "sites.yaml")}
    mine = sites["mwinda-mine"]
    assert (mine.kind, mine.tolerance, mine.loss, mine.elements) == (1, 5_000, (0, 0), (27,))
    assert mine.id == word("https://id.gs1.org/414/9521234000013")
    place = read_determinations(FILES / "places.yaml")[0]
    assert (place.actor, place.criteria) == ("terra", (False, True, True))
    assert place.confirmed_by == "lindgren"
    assert (place.first, place.last) == (1_767_225_600, 1_798_675_200)
    suspended = read_certificates(FILES / "certificates.yaml")[1]
    assert (suspended.element, suspended.scheme, len(suspended.statuses)) == (27, 4, 1)
    rule = read_credit_rules(FILES / "certificates.yaml")[1]
    assert (rule.credit, rule.schemes, rule.pass_gated) == (2, 1 << 8, False)


def test_certificate_of_two_metals_is_two(written):
    text = (FILES / "certificates.yaml").read_text().replace("elements: [Co]", "elements: [Co, Ni]")
    labels = {c.label: c.element for c in read_certificates(written(text))}
    assert labels["MER-CIRAF-2025-0042/Co"] == 27
    assert labels["MER-CIRAF-2025-0042/Ni"] == 28
    assert "MER-CIRAF-2025-0042" not in labels


def test_account_of_a_real_member(written):
    path = written(
        f"members: [{{organisation: o, group: g, profile_hash: '{KEY}', roles: [], accounts: "
        f"[{{name: n, address: '0x{'1' * 40}', viewing_key: '{KEY}'}}]}}]"
    )
    member = read_members(path)[0]
    account = member.admin
    assert member.profile == bytes.fromhex(KEY[2:])
    assert (signers.address_of(account), signers.viewing_key_of(account)) == (
        "0x" + "1" * 40,
        bytes.fromhex(KEY[2:]),
    )


def with_address(address):
    return f"[{{name: n, address: '{address}', viewing_key: '{KEY}'}}]"


def test_a_file_without_doubt_is_read(written):
    read = read_members(written(member(accounts=with_address(ADDRESS))))
    assert read[0].admin.address == ADDRESS


def test_what_is_refused_says_where_and_what_is_known(written):
    with pytest.raises(EntryMalformed, match=r"line 1: members\[0\]\.roles\[0\]: .* TRADER, "):
        read_members(written(member(roles="[KING]")))


def member(accounts="[{name: n, index: 1}]", roles="[TRADER]"):
    return f"members: [{{organisation: bad, group: g, roles: {roles}, accounts: {accounts}}}]"


@pytest.mark.parametrize(
    ("read", "text", "entry"),
    [
        (read_members, member(roles="[KING]"), "bad"),
        (read_members, member(accounts="[]"), "bad"),
        (read_members, member(accounts="[{name: n}]"), "bad"),
        (read_members, member(accounts="[{name: n, index: 1, address: '0x1'}]"), "bad"),
        (read_members, member(accounts="[{name: n, address: '0x1'}]"), "bad"),
        (read_members, member(accounts="[{name: n, index: 1, viewing_key: '0x12'}]"), "bad"),
        (read_members, "members: [{organisation: bad}]", "bad"),
        (read_members, "members: [5]", "5"),
        (read_members, member(roles="[TRADER], roles: [OPERATOR]"), "file"),
        (read_members, member(roles="TRADER"), "bad"),
        (read_members, member(roles="[TRADER], seat: yes"), "bad"),
        (read_members, member(roles="[TRADER], seats: true"), "bad"),
        (read_members, member(accounts="[{name: n, index: 01}]"), "bad"),
        (read_members, member(accounts=with_address(ADDRESS[:-1] + "D")), "bad"),
        (read_members, member(accounts=with_address(ADDRESS + " ")), "bad"),
        (read_members, "member: []", "file"),
        (read_determinations, "determinations: []", "file"),
        (read_members, "- 1", "file"),
        (read_members, "{", "file"),
        (read_sites, (FILES / "sites.yaml").read_text().replace("0.5 %", "0.5"), "mwinda-mine"),
        (read_sites, (FILES / "sites.yaml").read_text().replace("[Co]", "[Xx]"), "mwinda-mine"),
        (
            read_sites,
            (FILES / "sites.yaml").read_text().replace("https://id.gs1.org/", "http://id.gs1.org/"),
            "mwinda-mine",
        ),
        (read_sites, (FILES / "sites.yaml").read_text().replace("/414/9", "/414/"), "mwinda-mine"),
        (
            read_determinations,
            (FILES / "places.yaml").read_text().replace("from: 2026-01-01T00:00:00Z", "from: 2026"),
            "CD-LU",
        ),
        (
            read_determinations,
            (FILES / "places.yaml").read_text().replace("2026-01-01T00:00:00Z", "2026-01-01"),
            "CD-LU",
        ),
    ],
)
def test_malformed_entries_are_named(written, read, text, entry):
    with pytest.raises(EntryMalformed) as refused:
        read(written(text))
    assert str(refused.value.values["entry"]) == entry


def test_missing_file(tmp_path):
    with pytest.raises(EntryMalformed):
        read_members(tmp_path / "none.yaml")


def test_development_viewing_key_is_that_of_the_members_library():
    """Vector of lodetrace.keys: MemberKeys.for_development(18).viewing_key.public."""
    account = AccountEntry("terra", 18, None, None)
    assert (
        signers.viewing_key_of(account).hex()
        == "fdb73d7b2e3c5a858a7b4ef0fdb043025ae9114639eab4675bb56debe0a78724"
    )


def test_development_accounts_are_refused_elsewhere(monkeypatch):
    consortium = Network("consortium", "Consortium", None, 1, development=False)
    monkeypatch.setattr(signers, "active_network", lambda: consortium)
    signers._development_account.cache_clear()
    with pytest.raises(signers.DevelopmentAccountRefused):
        signers.signer(AccountEntry("terra", 18, None, None))


def test_key_of_another_account_is_refused(monkeypatch, accounts):
    monkeypatch.setattr(accounts, "load", lambda name: accounts[1], raising=False)
    monkeypatch.setattr(signers.brownie, "accounts", accounts)
    mine, other = str(accounts[1].address), str(accounts[2].address)
    assert signers.signer(AccountEntry("n", None, mine.lower(), b"\2" * 32)) == accounts[1]
    with pytest.raises(signers.SignerMismatch):
        signers.signer(AccountEntry("n", None, other, b"\2" * 32))
