"""No route asks the index a statement a row: what it asks follows sets of ids, not their size."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Final

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from api.app import create_app
from api.bundles import Bundles
from api.deps import Gateway
from api.indexer.follow import Indexer
from api.indexer.store import open_store
from tests.support.synthetic_index import SyntheticIndex, holder, ident
from tests.unit.api.asked_statements import Asked, asked_of
from tests.unit.api.scripted_chain import ScriptedChain

FIXED, A_LEVEL, TOGETHER = 12, 3, 500
"""Statements of every answer, of a level of ancestry, and ids that one statement names."""

SMALL, LARGE = 9, 4_999


@dataclass(frozen=True)
class Served:
    """A gateway over an index of that size."""

    client: TestClient
    engine: Engine
    index: SyntheticIndex


@pytest.fixture(scope="module", params=[SMALL, LARGE])
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Served:
    folder: Path = tmp_path_factory.mktemp("synthetic")
    engine = open_store(f"sqlite:///{folder / 'index.db'}")
    index = SyntheticIndex(request.param, request.param + 1)
    index.write(engine)
    chain = ScriptedChain()
    bundles = Bundles(lambda subject, block: b"bundle")
    indexer = Indexer(engine, chain, may_rewind=False)
    # without its context the client starts no follower
    return Served(
        TestClient(create_app(Gateway(engine, chain, indexer, bundles), 60)), engine, index
    )


IDS: Final = {
    "lot": None,  # the root of the tree
    "event_id": ident("event", 0),
    "product": ident("car", 0),
    "organisation": ident("member", 0),
    "site": ident("site", 0),
    "certificate": ident("paper", 0),
    "claim": ident("claim", 0),
    "record": ident("price", 0),
}
"""By the parameter of a route: one that is there at every size."""

DESCRIBED: Final = create_app(None, 1).openapi()["paths"]  # type: ignore[arg-type]
PATHS: Final = sorted(DESCRIBED)
FILTERED: Final = (
    f"/lots?ids={','.join(ident('lot', number) for number in range(500))}",
    *(f"/lots?{name}" for name in (
        f"account={holder(0)}", f"organisation={ident('member', 0)}", "element=Co",
        "material=sulphate", "state=held", f"site={ident('site', 0)}", "withdrawn=true",
        "withdrawn=false", "held=true", "begin=0",
    )),
    *(f"/events?{name}" for name in (
        f"site={ident('site', 0)}", f"organisation={ident('member', 0)}", "element=Co",
        "withdrawn=true", "withdrawn=false", "begin=0",
    )),
    *(f"/{path}/provenance?view={view}" for view in ("graph", "sites")
      for path in ("lots/{lot}", "products/{product}")),
)  # fmt: skip


@pytest.mark.parametrize("path", [*PATHS, *FILTERED])
def test_no_route_asks_a_statement_a_row(served: Served, path: str) -> None:
    question = _with_most(_named(path, served.index))
    with asked_of(served.engine) as asked:
        answer = served.client.get(question)
    assert answer.status_code == 200, answer.text[:200]
    is_graph = "provenance" in path or "passport" in path
    allowed = FIXED + A_LEVEL * (served.index.levels + 1) * is_graph + _chunks(asked)
    assert len(asked) <= allowed, [one.text[:80] for one in asked]


def _named(path: str, index: SyntheticIndex) -> str:
    ids = {**IDS, "lot": index.root}
    return re.sub(r"{(\w+)}", lambda found: str(ids[found[1]]), path)


def _with_most(path: str) -> str:
    """With as many rows in the answer as a reader may ask for."""
    operation = DESCRIBED.get(path.split("?")[0], {}).get("get", {})
    names = [one["name"] for one in operation.get("parameters", ())]
    if "limit" not in names or "ids=" in path:
        return path
    return f"{path}{'&' if '?' in path else '?'}limit=1000"


def _chunks(asked: Sequence[Asked]) -> int:
    """Statements that the ids named in them need, table by table."""
    named: dict[str, set[object]] = {}
    for one in asked:
        if " IN (" in one.text:
            table = re.findall(r"FROM \"?(\w+)", one.text)[0]
            named.setdefault(table, set()).update(one.values)
    return sum(ceil(len(ids) / TOGETHER) for ids in named.values())
