"""What a service logs: each document's fate once, and nothing that a document says.

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

from lodetrace.documents.signed_document import SignedDocument
from lodetrace.documents.statement import SiteStatement, attestable_events, event_id
from lodetrace.errors import InputError
from lodetrace.service_log import json_lines, text_lines
from lodetrace.strict_json import parse
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
        assert httpx.get(f"{running.monitor}/metrics").status_code == 200
    for number in (1, 2):
        other = ServiceNode(cobalt, tmp_path / str(number), FIRST_ORACLE + number)
        other.attest(put(tmp_path / f"{LOT}-{number}.json", good))
    node.work()

    shown = written.getvalue() + "".join(capfd.readouterr())
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
