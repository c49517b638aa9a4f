"""What a service logs, counts, prints and keeps: each fate once, and nothing a document says.

Every logger of every library writes at its most talkative here; documents carry canary values.
"""

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from api.serve import open_gateway
from api.settings import GatewaySettings
from lodetrace.documents.signed_document import SignedDocument
from lodetrace.documents.statement import SiteStatement, attestable_events, event_id
from lodetrace.errors import InputError
from lodetrace.service_log import json_lines, text_lines
from lodetrace.strict_json import MAX_BYTES, parse
from oracle.cli import app as oracle
from oracle.service.intake import Intake
from oracle.service.store import Store
from tests.stateful.service_node import (
    FIRST_ORACLE,
    ServiceNode,
    lot_named,
    put,
    settle,
    signed_birth,
)
from tests.support.cobalt_chain import CobaltChain

pytestmark = pytest.mark.chain

LOT, WEIGHT, GOOD, IMPOSSIBLE = "CANARY-77", 19_876.543_2, "31.0798 %", "70.3179 %"


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """Everything that is logged, in both forms, from level DEBUG on."""
    stream, root = io.StringIO(), logging.getLogger()
    handlers = [logging.StreamHandler(stream) for _ in range(2)]
    handlers[0].setFormatter(json_lines())
    handlers[1].setFormatter(text_lines())
    known = [one for one in root.manager.loggerDict.values() if isinstance(one, logging.Logger)]
    levels = {one: one.level for one in (root, *known)}
    for one in levels:
        one.setLevel(logging.DEBUG)
    for handler in handlers:
        root.addHandler(handler)
    yield stream
    for handler in handlers:
        root.removeHandler(handler)
    for one, level in levels.items():
        one.setLevel(level)


def birth(cobalt: CobaltChain, sequence: int, assay: str) -> bytes:
    def edit(event: dict[str, Any]) -> None:
        lot_named(f"{LOT}-{sequence}")(event)
        event["quantityList"][0]["quantity"] = WEIGHT
        event["ilmd"]["lodetrace:analysis"][0]["lodetrace:assay"]["lodetrace:Co"] = assay

    return signed_birth(cobalt, sequence, edit)


def secrets_of(content: bytes) -> set[str]:
    """Weights, assays, lots, amounts and salts, in the forms in which they might be written."""
    signed = SignedDocument.of(parse(content))
    statement = SiteStatement.of(signed.document)
    found = {LOT, str(WEIGHT), GOOD.split()[0], IMPOSSIBLE.split()[0]}
    found.add(str(statement.metal_out("Co")))
    for one in attestable_events(signed, statement):
        found |= {str(one.opening.salt), f"{one.opening.salt:x}"}
    return found


def fates(written: io.StringIO) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in written.getvalue().splitlines() if line.startswith("{")]
    return [line for line in lines if line["logger"] == "lodetrace.oracle" and "state" in line]


def test_fates_and_nothing_else(
    cobalt: CobaltChain, tmp_path: Path, written: io.StringIO, capfd: pytest.CaptureFixture[str]
) -> None:
    good, bad = birth(cobalt, 501, GOOD), birth(cobalt, 502, IMPOSSIBLE)
    broken = good[:-9]
    node = ServiceNode(cobalt, tmp_path / "node")
    put(node.inbox / f"{LOT}.json", bad)
    with node.opened() as running:
        for content in (good, broken):
            headers = {"x-name": f"{LOT}.json"}
            answer = httpx.post(f"{running.address}/documents", content=content, headers=headers)
            assert answer.status_code == 202
        settle(running)
        counted = httpx.get(f"{running.monitor}/metrics")
        assert counted.status_code == 200
    for number in (1, 2):
        other = ServiceNode(cobalt, tmp_path / str(number), FIRST_ORACLE + number)
        other.attest(put(tmp_path / f"{LOT}-{number}.json", good))
    node.work()

    printed = capfd.readouterr()
    shown = written.getvalue() + printed.out + printed.err + counted.text
    secrets = secrets_of(good) | secrets_of(bad)
    assert {one for one in secrets if one in shown} == set()
    talking = {json.loads(line)["logger"] for line in shown.splitlines() if line.startswith("{")}
    assert any(name.startswith(("web3", "urllib3")) for name in talking), "libraries are heard"
    assert "root" not in talking

    signed = SignedDocument.of(parse(good))
    name, key = "0x" + signed.hash.hex(), event_id(signed.site, signed.sequence, 27)
    mine = [one for one in fates(written) if one["document"] == name]
    assert [one["state"] for one in mine] == ["attested"] * 3 + ["standing"] * 2
    assert {one["message"] for one in mine} == {f"document {name} {one['state']}" for one in mine}
    for one in mine:
        assert one["events"] == ["0x" + key.hex()]
        assert len(one["transactions"]) == 1
        assert one["reasons"] == []
        assert one["time"].endswith("+00:00")
    refused = [one for one in fates(written) if one["state"] == "refused"]
    assert [(one["reasons"], one["events"], one["transactions"]) for one in refused] == [
        (["DocumentMalformed"], [], []),
        (["assay-above-theory"], [], []),
    ]
    assert refused[0]["document"] is None
    assert refused[0]["digest"] == answer.json()["digest"]
    assert refused[1]["document"] == "0x" + SignedDocument.of(parse(bad)).hash.hex()


IN_CLEAR = ("oracle-intake.sqlite", "oracle-history.sqlite")
"""On purpose: documents are evidence, and a document is judged by those before it."""


def leaks(folder: Path, secrets: set[str]) -> dict[str, set[str]]:
    """Secrets by the file that holds them; of databases with all that is still in their pages."""
    found: dict[str, set[str]] = {}
    for path in folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            held = {one for one in secrets if one.encode() in content}
            if held:
                found[path.name.partition(".sqlite")[0] + ".sqlite"] = held
    return found


def test_databases_hold_no_more_than_the_handbook_says(cobalt: CobaltChain, tmp_path: Path) -> None:
    """A node's own are two, in clear; neither its outbox nor a gateway's index holds anything."""
    good, bad = birth(cobalt, 503, GOOD), birth(cobalt, 504, IMPOSSIBLE)
    node = ServiceNode(cobalt, tmp_path / "node")
    with node.opened() as running:
        for content in (good, bad):
            httpx.post(f"{running.address}/documents", content=content)
        settle(running)
    index = tmp_path / "gateway" / "index.sqlite"
    index.parent.mkdir()
    variables = {**node.variables(), "LODETRACE_DATABASE_URL": f"sqlite:///{index}"}
    gateway = open_gateway(GatewaySettings.load(variables))
    gateway.indexer.catch_up()
    gateway.engine.dispose()
    assert index.stat().st_size > 0
    secrets = secrets_of(good) | secrets_of(bad)
    assert LOT in leaks(tmp_path / "node", secrets)[IN_CLEAR[0]], "the canary can be found"
    assert set(leaks(tmp_path, secrets)) <= set(IN_CLEAR)


def test_the_terminal_of_a_node_shows_no_salt(
    cobalt: CobaltChain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Findings repeat what is wrong with a document; its salt would open what is on chain."""
    good, bad = birth(cobalt, 505, GOOD), birth(cobalt, 506, IMPOSSIBLE)
    node = ServiceNode(cobalt, tmp_path / "node")
    node.attest(put(tmp_path / "good.json", good), put(tmp_path / "bad.json", bad))
    for name, value in node.variables().items():
        monkeypatch.setenv(name, value)
    shown = ""
    for words in (["status"], ["status", "--json"], ["check", str(tmp_path / "bad.json")]):
        done = CliRunner().invoke(oracle, [*words, "--dev-index", str(node.index)])
        assert done.exception is None or isinstance(done.exception, SystemExit)
        shown += done.output
    assert "assay-above-theory" in shown
    words_of = (signed.document.raw["lodetrace:salt"] for signed in map(signed_of, (good, bad)))
    assert not any(salt[2:] in shown for salt in words_of)


def signed_of(content: bytes) -> SignedDocument:
    return SignedDocument.of(parse(content))


def test_what_is_refused_before_it_is_read_has_its_line(
    cobalt: CobaltChain, tmp_path: Path, written: io.StringIO
) -> None:
    with ServiceNode(cobalt, tmp_path / "node").opened() as running:
        answer = httpx.post(f"{running.address}/documents", content=b" " * (MAX_BYTES + 1))
        assert answer.status_code == 413
    [fate] = fates(written)
    assert (fate["state"], fate["reasons"], fate["digest"]) == (
        "refused",
        ["DocumentTooLarge"],
        None,
    )


def test_a_fate_that_is_not_committed_is_not_told(tmp_path: Path, written: io.StringIO) -> None:
    with Store(tmp_path) as store:
        intake = Intake(store)

        def fail() -> None:
            with store.write():
                intake.refuse_unread("1", "folder", "a", InputError())
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            fail()
        assert fates(written) == []
        with store.write():
            intake.refuse_unread("1", "folder", "a", InputError())
            assert fates(written) == [], "not before the commit"
        [fate] = fates(written)
        assert (fate["state"], fate["reasons"]) == ("refused", ["InputError"])
