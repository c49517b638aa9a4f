"""Every answer is as the description of its route says, whatever is asked: by schemathesis."""

import os
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import BaseSchema, Case, GenerationMode
from schemathesis.config import SchemathesisConfig

from api.app import create_app
from api.bundles import Bundles
from api.deps import Gateway
from api.indexer.follow import Indexer
from api.indexer.store import open_store
from tests.support.readers import HERE, access_of
from tests.unit.api.world_chain import WorldChain, from_mine_to_car

DESCRIBED = {
    path: methods
    for path, methods in create_app(None, 1).openapi()["paths"].items()  # type: ignore[arg-type]
    if "get" in methods and path != "/session"
}
"""What an open gateway answers without a token; of an application that is not started."""
ASKED = [
    (path, mode)
    for path in sorted(DESCRIBED)
    for mode in GenerationMode
    if mode is GenerationMode.POSITIVE
    or any(one["in"] != "header" for one in DESCRIBED[path]["get"].get("parameters", ()))
]
"""Each route as it wants to be asked, and wrongly where it takes anything."""

CASES = int(os.environ.get("API_CASES", "0"))
"""Of all routes together; without it the same ones in every run."""
SAME = 2_000
EACH = (CASES or SAME) // len(ASKED)


@pytest.fixture(scope="module")
def world() -> WorldChain:
    return from_mine_to_car()


@pytest.fixture(scope="module")
def described(world: WorldChain, tmp_path_factory: pytest.TempPathFactory) -> BaseSchema:
    folder: Path = tmp_path_factory.mktemp("described")
    engine = open_store(f"sqlite:///{folder / 'index.db'}")
    indexer = Indexer(engine, world, may_rewind=False)
    indexer.catch_up()
    bundles = Bundles(lambda subject, ends: f"{subject} at {ends.block}".encode())
    app = create_app(Gateway(engine, world, indexer, bundles, access_of(engine)), 1)
    no_tokens = SchemathesisConfig.from_dict({"generation": {"with-security-parameters": False}})
    return schemathesis.openapi.from_asgi("/openapi.json", app, config=no_tokens)


def test_every_subject_of_a_route_is_in_the_index(world: WorldChain, described: BaseSchema) -> None:
    """So that the cases below meet more than 404."""
    for path in DESCRIBED:
        for name, ids in world.ids.items():
            if "{" + name + "}" in path:
                for one in ids:
                    case = described[path]["GET"].Case(path_parameters={name: one})
                    assert case.call_and_validate(base_url=HERE).status_code == 200


@pytest.mark.slow
@pytest.mark.parametrize(("path", "mode"), ASKED)
def test_what_is_answered_is_described(
    world: WorldChain, described: BaseSchema, path: str, mode: GenerationMode
) -> None:
    operation = described[path]["GET"]

    @settings(
        max_examples=EACH,
        derandomize=CASES == 0,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    @given(case=operation.as_strategy(generation_mode=mode), known=st.data())
    def ask(case: Case, known: st.DataObject) -> None:
        if mode is GenerationMode.POSITIVE and known.draw(st.booleans()):
            for name in case.path_parameters or {}:
                case.path_parameters[name] = known.draw(st.sampled_from(world.ids[name]))
        if mode is GenerationMode.POSITIVE and case.query:
            case.query = sayable(path, case.query)
        case.call_and_validate(base_url=HERE)

    ask()


def sayable(path: str, query: dict[str, Any]) -> dict[str, Any]:
    """A query as the schema allows it, without what no schema can say to be wrong."""
    if "ids" in query:
        return {"ids": query["ids"]}
    left = dict(query)
    for name in {"account", "signer"} & left.keys():  # capitals are a checksum
        left[name] = left[name].lower()
    if "root" not in left:
        left.pop("index", None)
    if left.get("view", "full") != "full":
        left.pop("limit", None)
    by_place = path == "/prices" or path.endswith("/claims")
    by_key = not by_place and not {"begin", "end", "view"} & left.keys()
    if not by_key and path != "/changes":
        left.pop("after", None)
    return left
