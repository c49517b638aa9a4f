"""An index without the payloads of its events answers as one with them, but for those fields."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.access.rights import MATRIX
from api.app import create_app
from api.bundles import Bundles
from api.deps import Gateway
from api.indexer.digest import digest
from api.indexer.follow import Indexer
from api.indexer.payloads import NAMES, Payloads, is_payload
from api.indexer.store import open_store
from api.settings import GatewaySettings
from lodetrace.contracts import plan
from lodetrace.contracts.abi import Artifacts
from lodetrace.environment import SettingMalformed
from tests.support.consortium import compiled
from tests.support.readers import HERE, access_of
from tests.unit.api.world_chain import WorldChain, from_mine_to_car


@pytest.fixture(scope="module")
def chain() -> WorldChain:
    return from_mine_to_car()


def served(chain: WorldChain, folder: Path, payloads: Payloads) -> tuple[TestClient, Gateway]:
    """Over an index of its own."""
    engine = open_store(f"sqlite:///{folder / payloads.value}.db")
    indexer = Indexer(engine, chain, may_rewind=False, payloads=payloads)
    indexer.catch_up()
    gateway = Gateway(engine, chain, indexer, Bundles(lambda *_: b"bundle"), access_of(engine))
    return TestClient(create_app(gateway, 60), HERE), gateway


def blanked(fields: Any) -> Any:
    """By hand: the fields that are left out, as null."""
    if isinstance(fields, dict):
        return {
            name: None if re.match("proof$|public_|handover|sealed_", name) else blanked(value)
            for name, value in fields.items()
        }
    return [blanked(one) for one in fields] if isinstance(fields, list) else fields


def test_all_is_answered_but_the_payloads(chain: WorldChain, tmp_path: Path) -> None:
    whole, kept = served(chain, tmp_path, Payloads.KEPT)
    short, left_out = served(chain, tmp_path, Payloads.LEFT_OUT)
    before, after = digest(kept.engine), digest(left_out.engine)
    assert {name for name in before if before[name] != after[name]} == {"events"}
    for path in sorted(path for method, path in MATRIX if method == "GET"):
        asked = re.sub(r"{(\w+)}", lambda found: chain.ids.get(found[1], ["start.js"])[0], path)
        asked += "?begins=0x0000" if path == "/search" else ""
        first, second = whole.get(asked), short.get(asked)
        assert first.status_code == second.status_code, path
        if path != "/changes":
            assert first.content == second.content, path
    told, others = (one.get("/changes").json()["changes"] for one in (whole, short))
    assert told != others
    assert [{**one, "fields": blanked(one["fields"])} for one in told] == others
    for gateway in (kept, left_out):
        gateway.engine.dispose()


STAYS = {"data"}
"""What the council decided: everybody's business."""


def long_ones(inputs: list[Mapping[str, Any]]) -> Iterator[str]:
    """Names of texts of any length and of rows of numbers, as events have them."""
    for one in inputs:
        if re.match(r"bytes$|uint256\[\d*\]$", one["type"]):
            yield re.sub("([A-Z])", r"_\1", one["name"]).lower()
        elif one["name"] == "proof":
            yield "proof"
        yield from long_ones([] if one["name"] == "proof" else one.get("components", []))


def test_everything_long_in_an_event_is_a_payload() -> None:
    """Of every contract: a new field has to be decided about."""
    artifacts = Artifacts(compiled())
    entries = [entry for contract in plan.NAMES for entry in artifacts[contract].entries("event")]
    found = {name for entry in entries for name in long_ones(entry["inputs"])}
    assert {name for name in found if not is_payload(name)} == STAYS
    assert {*NAMES, "sealed_to_owner", "sealed_to_receiver"} <= found


def test_the_setting_is_read() -> None:
    def loaded(**given: str) -> Payloads:
        return GatewaySettings.load({"LODETRACE_READERS": "open", **given}).payloads

    assert loaded() is Payloads.KEPT
    assert loaded(LODETRACE_EVENT_PAYLOADS="left-out") is Payloads.LEFT_OUT
    with pytest.raises(SettingMalformed, match="known: kept, left-out"):
        loaded(LODETRACE_EVENT_PAYLOADS="no")
