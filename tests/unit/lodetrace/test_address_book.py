"""Names for accounts: which may be given, which look alike, and the file that holds them."""

import json
import threading
from pathlib import Path

import pytest

from lodetrace.documents.signed_number import site_domain
from lodetrace.keys.member_keys import MemberKeys
from lodetrace.member.book import (
    AccountNamed,
    AddressBook,
    AddressBookUnusable,
    NameLooksLikeAnother,
    NameNotInBook,
    NameTaken,
    changing,
)
from lodetrace.member.member_card import CardMalformed, MemberCard
from lodetrace.member.names import NameRefused, look, require_name
from lodetrace.secp256k1 import SignatureInvalid

ODRA, TISZA = (MemberKeys.for_development(index) for index in (5, 6))
DOMAIN = site_domain(1337, "0x" + "d1" * 20)


@pytest.mark.parametrize(
    "name", ["odra", "Odra Cathode", "M&G", "L'Usine-2", "Łódź", "赣州钴业", "Одра", "mine_1", "3M"]
)
def test_names_of_one_script_are_taken(name: str) -> None:
    assert require_name(name) == name


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("", "0 characters"),
        ("o" * 41, "41 characters"),
        (" odra", "blanks at an end"),
        ("odra ", "blanks at an end"),
        ("od  ra", "several in a row"),
        ("od\tra", "U\\+0009"),
        ("od\u00a0ra", "U\\+00A0"),
        ("od\u200bra", "U\\+200B"),
        ("odra\u202etac", "U\\+202E"),
        ("\u2066odra", "U\\+2066"),
        ("0dra/x", "'/'"),
        ("-odra", "does not begin"),
        ("12345", "no letter"),
        ("0xodra", "like an address"),
        ("оdra", "cyrillic, latin"),
        ("οdra", "greek, latin"),
    ],
)
def test_names_that_could_be_something_else_are_refused(name: str, reason: str) -> None:
    with pytest.raises(NameRefused, match=reason):
        require_name(name)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("odra", "0dra"),
        ("odra", "od-ra"),
        ("odra", "Od ra"),
        ("odra", "ódra"),
        ("tisza", "t1sza"),
        ("tisza", "tlsza"),
        ("mine", "rnine"),
        ("saimaa", "ѕаіmаа".replace("m", "м")),
        ("avovo", "ανονο"),
    ],
)
def test_names_that_look_alike_are_one_look(one: str, other: str) -> None:
    assert look(one) == look(other)
    book = AddressBook(Path("book.json")).with_name(one, ODRA.account)
    with pytest.raises(NameLooksLikeAnother, match=one):
        book.with_name(other, TISZA.account)


@pytest.mark.parametrize(("one", "other"), [("odra", "adra"), ("mine-1", "mine-2"), ("Ab", "Ac")])
def test_names_that_differ_are_two(one: str, other: str) -> None:
    book = AddressBook(Path("b")).with_name(one, ODRA.account).with_name(other, TISZA.account)
    assert (book.account_of(one), book.account_of(other)) == (ODRA.account, TISZA.account)


def test_a_name_stands_for_one_account_and_an_account_has_one_name() -> None:
    book = AddressBook(Path("book.json")).with_name("Odra", ODRA.account.lower())
    assert book.account_of(" oDRA ") == ODRA.account
    assert book.name_of(ODRA.account.lower()) == "Odra"
    assert book.with_name("odra", ODRA.account) is book, "again"
    with pytest.raises(NameTaken):
        book.with_name("odra", TISZA.account)
    with pytest.raises(AccountNamed):
        book.with_name("cathode", ODRA.account)
    with pytest.raises(NameNotInBook, match="'Odra' is, which looks like it"):
        book.account_of("0dra")
    assert book.without("ODRA").accounts == {}


def test_the_file_is_the_owners_and_whole(tmp_path: Path) -> None:
    path = tmp_path / "home" / "book.json"
    with changing(path) as book:
        book.with_name("odra", ODRA.account).save()
    assert path.stat().st_mode & 0o777 == 0o600
    assert AddressBook.read(path).account_of("odra") == ODRA.account


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"format": "lodetrace-book/2", "accounts": {}}',
        '{"format": "lodetrace-book/1", "accounts": {"odra": "0x12"}}',
        '{"format": "lodetrace-book/1", "accounts": {"od\\u202era": "ODRA"}}',
        '{"format": "lodetrace-book/1", "accounts": {"odra": 7}}',
        '{"format": "lodetrace-book/1", "accounts": {"a1": "ODRA", "a1": "TISZA"}}',
    ],
)
def test_a_file_that_is_no_book_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "book.json"
    accounts = text.replace("ODRA", ODRA.account).replace("TISZA", TISZA.account)
    path.write_text(accounts)
    with pytest.raises(AddressBookUnusable):
        AddressBook.read(path)


def test_two_commands_lose_no_name(tmp_path: Path) -> None:
    path = tmp_path / "book.json"

    def add(index: int) -> None:
        with changing(path) as book:
            account = MemberKeys.for_development(index).account
            book.with_name(f"member {'abcdefgh'[index]}", account).save()

    threads = [threading.Thread(target=add, args=(index,)) for index in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(AddressBook.read(path).accounts) == 8


def test_a_card_is_of_one_account_name_and_network() -> None:
    card = MemberCard.sign("odra", ODRA.account, DOMAIN, ODRA.signing_key)
    raw = json.loads(card.to_json())
    read = MemberCard.of(raw, DOMAIN)
    read.require_signer(ODRA.account)
    for field, value in (("name", "adra"), ("account", TISZA.account)):
        changed = MemberCard.of({**raw, field: value}, DOMAIN)
        with pytest.raises(SignatureInvalid):
            changed.require_signer(ODRA.account)
    with pytest.raises(SignatureInvalid):
        read.require_signer(TISZA.account)
    for other in (site_domain(1, "0x" + "d1" * 20), site_domain(1337, "0x" + "d2" * 20)):
        with pytest.raises(CardMalformed):
            MemberCard.of(raw, other)
    with pytest.raises(NameRefused):
        MemberCard.of({**raw, "name": "od\u202era"}, DOMAIN)
    for field in raw:
        with pytest.raises((CardMalformed, NameRefused)):
            MemberCard.of({key: raw[key] for key in raw if key != field}, DOMAIN)
