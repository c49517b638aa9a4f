"""Accounts by name, as typed and as shown; lots by label."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from rich.console import Console

from lodetrace.cli.answer import Answer, fields, rows
from lodetrace.cli.context import CommandContext
from lodetrace.cli.lot.labels import LabelRefused, require_label
from lodetrace.cli.lot_ids import NameAmbiguous, NameMalformed, fitting, labelled, named_or_called
from lodetrace.cli.terminal import Terminal
from lodetrace.documents.epcis import EpcisDocument
from lodetrace.documents.labels import labels_of
from lodetrace.documents.signed_document import sign_document
from lodetrace.documents.statement import SiteStatement
from lodetrace.errors import ExitCode
from lodetrace.keys.member_keys import MemberKeys
from lodetrace.member.store import FILE, MemberStore
from lodetrace.strict_json import parse
from lodetrace.text import hex_of
from tests.unit.cli.conftest import DOMAIN, Run

ODRA = MemberKeys.for_development(5)
LOT, OTHER = bytes.fromhex("23ade139" + "00" * 28), bytes.fromhex("20260808" + "00" * 28)


def test_a_name_is_added_listed_and_removed(run: Run, home: Path) -> None:
    assert json.loads(run("book", "list", "--json").stdout) == {"names": []}
    assert run("book", "add", "odra", ODRA.account, "--dry-run").exit_code == ExitCode.OK
    assert not (home / "anvil" / "book.json").exists()
    for _ in range(2):
        assert run("book", "add", "odra", ODRA.account.lower()).exit_code == ExitCode.OK
    told = json.loads(run("book", "list", "--json").stdout)
    assert told == {"names": [{"name": "odra", "account": ODRA.account}]}
    assert run("book", "add", "0dra", "0x" + "57" * 20).exit_code == ExitCode.REFUSED
    assert run("book", "add", "od\u202era", ODRA.account).exit_code == ExitCode.INPUT
    assert run("book", "remove", "ODRA").exit_code == ExitCode.OK
    assert run("book", "remove", "odra").exit_code == ExitCode.NOT_FOUND


def test_a_card_is_signed_and_wants_a_chain_to_be_imported(run: Run, tmp_path: Path) -> None:
    card = tmp_path / "odra.card.json"
    made = run("book", "card", "odra", "--out", str(card), "--dev-index", "5")
    assert made.exit_code == ExitCode.OK, made.stderr
    assert run("book", "import", str(card), "--yes").exit_code == ExitCode.NODE


@pytest.mark.parametrize(
    "content",
    [
        b"", b"[1]", b"{}", b"\xff\xfe", b'{"format": "lodetrace-card/1", "format": 1}',
        *(b'{"format": "lodetrace-card/1", "chainId": 31337, "directory": "0x%s", %s}'
          % (b"d1" * 20, rest)
          for rest in (b'"name": "odra"', b'"signature": 7, "account": 3, "name": 4',
                       b'"signature": "0x00", "account": "0x57", "name": "odra"',
                       b'"signature": null, "account": [], "name": {}')),
    ],
)  # fmt: skip
def test_what_is_no_card_is_told_as_no_card(run: Run, tmp_path: Path, content: bytes) -> None:
    card = tmp_path / "odra.card.json"
    card.write_bytes(content)
    refused = run("book", "import", str(card), "--yes")
    assert refused.exit_code == ExitCode.INPUT, refused.output
    assert "card" in refused.stderr
    assert "sign" not in refused.stderr.replace("signature", ""), "it is no document of a site"


def test_names_are_written_for_the_explorer(
    run: Run, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "names.json"
    run("book", "add", "odra", ODRA.account)
    assert run("book", "export", "--out", str(out), "--dry-run").exit_code == ExitCode.OK
    assert not out.exists()
    assert run("book", "export", "--out", str(out)).exit_code == ExitCode.OK
    assert json.loads(out.read_text()) == {ODRA.account: "odra"}
    words = ("book", "export", "--lots", "--out", str(out), "--dev-index", "3")
    assert run(*words).exit_code == ExitCode.NODE
    store = MemberStore(home / FILE, MemberKeys.for_development(3))
    store.vault.keep_labels(LOT, ("MWD-700001", "M01"))
    store.vault.keep_products({OTHER: "WVWZZZ1JZXW000001"})

    @contextmanager
    def opened(cli: CommandContext) -> Iterator[MemberStore]:
        yield store

    monkeypatch.setattr(CommandContext, "member", opened)
    assert run(*words).exit_code == ExitCode.OK
    store.close()
    assert json.loads(out.read_text()) == {
        ODRA.account: "odra",
        hex_of(LOT): "MWD-700001",
        hex_of(OTHER): "WVWZZZ1JZXW000001",
    }
    assert out.stat().st_mode & 0o077 == 0


def test_people_see_names_and_machines_addresses(capsys: pytest.CaptureFixture[str]) -> None:
    terminal = Terminal()
    terminal.names = lambda: {ODRA.account.lower(): "odra"}
    other = "0x" + "57" * 20
    shown = [fields({"to": ODRA.account}), rows(("from",), [(ODRA.account,), (other,)]), "none"]
    terminal.answer(Answer({"to": ODRA.account}, shown))
    out = capsys.readouterr().out
    assert f"odra ({ODRA.account})" in out, "whole where there is room to copy it"
    assert f"odra ({ODRA.account[:10]}…)" in out
    assert other in out
    terminal.warn(f"{ODRA.account} knows")
    assert f"odra ({ODRA.account}) knows" in capsys.readouterr().err
    machine = Terminal(as_json=True)
    machine.names = terminal.names
    machine.answer(Answer({"to": ODRA.account}, shown))
    assert json.loads(capsys.readouterr().out) == {"to": ODRA.account}


def test_no_book_is_looked_into_where_no_account_is_shown() -> None:
    terminal = Terminal()
    terminal.names = lambda: pytest.fail("the book was read")
    terminal.out = Console(quiet=True)
    terminal.answer(Answer({}, ["nothing", fields({"lot": "0x" + "ab" * 32})]))


def test_a_receiver_is_a_name_or_an_address(run: Run, deployed: Path) -> None:
    """The name is looked up once the node is there; what is none is told before anything."""
    done = run("watch", "https://gateway.example", "--account", "odra", "--once", "--dry-run")
    assert done.exit_code == ExitCode.NOT_FOUND
    assert "'odra' is not in your address book" in done.stderr


def test_labels_are_of_seals_and_batches(root: Path) -> None:
    raw = parse((root / "examples/members/weighing.jsonld").read_bytes())
    event = raw["epcisBody"]["eventList"][0]
    event["ilmd"]["lodetrace:seals"] = ["MWD-700001", "m29"]
    keys = MemberKeys.for_development(0)
    signed = sign_document(
        raw,
        sequence=1,
        domain=DOMAIN,
        private_key=keys.signing_key,
        salt_secret=keys.salt_secret,
    )
    assert isinstance(signed.document, EpcisDocument)
    statement = SiteStatement.of(signed.document)
    assert labels_of(statement, "Co") == ("MWD-700001", "m29"), "the batch is M29: one label"
    assert labels_of(statement, "Ni")[:1] == ("MWD-700001",)


@pytest.mark.parametrize(("layout", "missing"), [(1, ("label", "product")), (2, ("product",))])
def test_names_are_kept_encrypted_and_a_store_of_before_gets_them(
    tmp_path: Path, layout: int, missing: tuple[str, ...]
) -> None:
    path, keys = tmp_path / FILE, MemberKeys.for_development(0)
    store = MemberStore(path, keys)
    for table in missing:
        store._connection.execute(f"DROP TABLE {table}")
    store._connection.execute(f"PRAGMA user_version = {layout}")
    store.close()
    rehearsal = MemberStore(path, keys, rehearsing=True)
    rehearsal.vault.keep_labels(LOT, ["x"])
    rehearsal.close()
    store = MemberStore(path, keys)
    assert store.vault.labels() == {}
    store.vault.keep_labels(LOT, ["MWD-700001", "M29"])
    store.vault.keep_labels(LOT, ["MWD-700002", "M29"])
    assert store.vault.labels() == {LOT: ("MWD-700002", "M29")}
    store.vault.keep_products({OTHER: "WVWZZZ1JZXW000001"})
    assert store.vault.products() == {OTHER: "WVWZZZ1JZXW000001"}
    store.close()
    assert not any(name in path.read_bytes() for name in (b"MWD-700002", b"WVWZZZ"))


def test_a_lot_is_named_by_its_label() -> None:
    labels = {LOT: ("MWD-700001", "M29"), OTHER: ("20260808", "M29")}
    assert labelled("mwd-700001", labels) == {LOT}
    assert labelled("MWD 700001", labels) == set()
    assert named_or_called("mwd-700001", {LOT}, []) == LOT
    with pytest.raises(NameAmbiguous, match="M29"):
        named_or_called("M29", labelled("M29", labels), [])
    assert named_or_called("20260808", {OTHER}, [LOT, OTHER]) == OTHER
    with pytest.raises(NameAmbiguous):
        named_or_called("23ade139", {OTHER}, [LOT, OTHER])


@pytest.mark.parametrize(
    ("pattern", "fits"), [("MWD-*", True), ("mwd-70000?", True), ("M29", True), ("M2", False)]
)
def test_labels_fit_patterns(pattern: str, fits: bool) -> None:
    assert fitting(("MWD-700001", "M29"), pattern) is fits


@pytest.mark.parametrize("label", ["", " ", "a" * 65, "MWD\u202e1", "MWD\n1"])
def test_labels_that_nobody_reads_are_refused(label: str) -> None:
    with pytest.raises(LabelRefused):
        require_label(label)


def test_what_names_no_lot_says_how_lots_are_named() -> None:
    assert "label" in NameMalformed(text="x").advice
