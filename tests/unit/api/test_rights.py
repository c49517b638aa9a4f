"""Who is told what: every route × every kind of reader × whose it is, and that nothing leaks."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from fastapi import APIRouter
from fastapi.routing import iter_route_contexts
from sqlalchemy import select

from api import app as application
from api.access.publications import Part
from api.access.rights import MATRIX, Readers, Right, Route, Told, Work
from api.app import RouteWithoutRight, create_app
from api.indexer.store import reading
from api.indexer.tables import metadata
from api.pages import explorer_parts
from lodetrace.contracts.enums import Role
from lodetrace.text import enum_word
from tests.support.audit_world import World
from tests.unit.api.members_gateway import NAMES, MembersGateway

NOBODY = "nobody"
REQUESTS: Mapping[Route, Any] = {
    Route("PUT", "/products/{product}/publication"): {"json": {"up_to": "claims"}},
    Route("POST", "/session"): {"json": {}},
    Route("GET", "/search"): {"params": {"begins": "0x0000"}},
}
GETS = [route for route in MATRIX if route.method == "GET"]
PUBLIC = [route for route in GETS if MATRIX[route].public is Told.WHOLE]
PUBLISHED = {right.part: route for route, right in MATRIX.items() if right.part is not None}


@pytest.fixture
def served(tmp_path: Path) -> Iterator[MembersGateway]:
    made = MembersGateway.over(f"sqlite:///{tmp_path / 'index.db'}")
    yield made
    made.engine.dispose()


def filled(served: MembersGateway, path: str) -> str:
    """A path with ids of the world."""
    ids = {**{name: some[0] for name, some in served.chain.ids.items()}, "part": "start.js"}
    return re.sub(r"{(\w+)}", lambda found: ids[found[1]], path).replace(
        "pages/start.js", f"pages/{min(explorer_parts())}"
    )


def ask(served: MembersGateway, route: Route, reader: str) -> Any:
    name = None if reader == NOBODY else reader
    more = REQUESTS.get(route, {})
    return served.ask(filled(served, route.path), name, route.method, **more)


def told(right: Right, reader: str, maker: str) -> Told:
    if reader == NOBODY:
        return right.public
    return right.owner if reader == maker else right.member


# --- the table -----------------------------------------------------------------------------------


def test_every_route_of_the_application_is_in_the_table() -> None:
    app = create_app(None, 1)  # type: ignore[arg-type]  # nothing is asked of its gateway
    served = {
        Route(method, one.path_format if hasattr(one, "path_format") else one.path)
        for one in iter_route_contexts(app.routes)
        for method in one.methods or ()
        if method != "HEAD"
    }
    assert served == set(MATRIX)


def test_a_route_without_a_row_is_not_served(monkeypatch: pytest.MonkeyPatch) -> None:
    class Forgotten:
        router = APIRouter()

    Forgotten.router.add_api_route("/secrets", lambda: "all of them")
    monkeypatch.setattr(application, "ROUTES", (*application.ROUTES, Forgotten))
    with pytest.raises(RouteWithoutRight, match="GET /secrets"):
        create_app(None, 1)  # type: ignore[arg-type]


def test_a_row_without_its_route_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(application, "MATRIX", {**MATRIX, Route("GET", "/gone"): PUBLIC})
    with pytest.raises(RouteWithoutRight, match="GET /gone"):
        create_app(None, 1)  # type: ignore[arg-type]


def test_everybody_is_told_the_least_and_the_owner_the_most() -> None:
    for right in MATRIX.values():
        assert right.public <= right.member or right.owner is Told.WHOLE
        assert right.member <= right.owner
        assert (right.public is Told.PUBLISHED) is (right.part is not None)
    assert set(PUBLISHED) == set(Part)


def test_the_table_says_what_the_issue_asks() -> None:
    """By hand, so that a slip in the table is seen."""
    everybody = {route.path for route in PUBLIC}
    assert everybody == {
        "/", "/pages/{part}", "/docs", "/docs/{part}", "/openapi.json", "/health", "/ready",
        "/products/{product}/publication",
    }  # fmt: skip
    costly = {route.path for route, right in MATRIX.items() if right.work is not Work.LIGHT}
    walks = {path for _, path in MATRIX if re.search(r"/(provenance|passport|bundle)", path)}
    assert costly == {*walks, "/session", "/session/nonce"}


def test_every_role_is_among_the_readers() -> None:
    """But the one that no world has."""
    roles, world = Role(0), World.founded()
    for name in NAMES:
        roles |= world.roles[name]
    assert set(Role) - set(roles) == {Role.PRICE_ADMINISTRATOR}


@pytest.mark.parametrize("reader", [NOBODY, *NAMES])
def test_a_reader_gets_what_the_table_says_and_no_more(served: MembersGateway, reader: str) -> None:
    """Also of what another organisation owns: the maker is one of the readers, eight are not."""
    maker = served.maker()
    last = [Route("DELETE", "/session")]
    for route in [*(one for one in MATRIX if one not in last), *last]:
        right = MATRIX[route]
        answer = ask(served, route, reader)
        if told(right, reader, maker) is Told.WHOLE:
            assert answer.status_code not in (401, 403, 500), (route, answer.text)
            continue
        assert answer.status_code == (401 if reader == NOBODY else 403) or (
            right.public is Told.PUBLISHED and answer.json()["code"] == "NotPublished"
        ), (route, answer.text)
        if answer.status_code == 401:
            assert answer.headers["www-authenticate"] == "Bearer"


def test_an_open_gateway_tells_everybody_what_members_are_told(tmp_path: Path) -> None:
    served = MembersGateway.over(f"sqlite:///{tmp_path / 'index.db'}", Readers.OPEN)
    for route in GETS:
        expected = 200 if route.path != "/session" else 401
        assert ask(served, route, NOBODY).status_code == expected, route
    for route in (one for one in MATRIX if MATRIX[one].member is Told.NOTHING):
        assert ask(served, route, NOBODY).status_code == 401


@pytest.mark.parametrize(
    "headers",
    [{"Host": "gateway.example"}, {"Host": "192.168.1.4:8000"}, {"Host": "127.0.0.1.evil.example"},
     {"Host": "localhost.evil.example"}, {"X-Forwarded-For": "192.0.2.1"}, {"Via": "1.1 proxy"},
     {"Forwarded": "for=192.0.2.1"}, {"X-Forwarded-Host": "gateway.example"}],
)  # fmt: skip
def test_an_open_gateway_is_open_to_its_own_machine_alone(
    tmp_path: Path, headers: dict[str, str]
) -> None:
    """Not behind a proxy that somebody forgot, nor to a page whose host's name leads here."""
    served = MembersGateway.over(f"sqlite:///{tmp_path / 'index.db'}", Readers.OPEN)
    refused = served.client.get("/lots", headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (403, "OpenElsewhere")
    assert served.client.get("/health", headers=headers).status_code == 200
    with_token = {**headers, "Authorization": f"Bearer {served.token('alpha')}"}
    assert served.client.get("/lots", headers=with_token).status_code == 200
    for host in ("127.0.0.1:8000", "localhost", "[::1]:8000"):
        assert served.client.get("/lots", headers={"Host": host}).status_code == 200


# --- canaries ------------------------------------------------------------------------------------


def canaries(served: MembersGateway) -> set[str]:
    """Every id and address of the index, and every text of an event."""
    found: set[str] = set()
    with reading(served.engine) as index:
        for table in metadata.sorted_tables:
            for row in index.execute(select(table)):
                found |= set(re.findall(r"0x[0-9a-fA-F]{40,}", repr(tuple(row))))
    return {one for one in found if set(one[2:]) != {"0"}}


def leaked(served: MembersGateway, route: Route, birds: set[str], allowed: str = "") -> set[str]:
    answer = ask(served, route, NOBODY)
    said = answer.text + repr(sorted(answer.headers.items()))
    asked = filled(served, route.path)
    return {bird for bird in birds if bird in said} - set(re.findall(r"0x\w+", asked + allowed))


def test_nothing_of_the_index_reaches_who_is_not_told_it(served: MembersGateway) -> None:
    birds = canaries(served)
    assert len(birds) > 100
    for route in GETS:
        assert leaked(served, route, birds) == set(), route
    # and the birds do sing where somebody is told
    sung = served.ask("/lots", "alpha").text
    assert {bird for bird in birds if bird in sung}


@pytest.mark.parametrize("up_to", Part)
def test_what_a_maker_publishes_is_told_and_nothing_beside_it(
    served: MembersGateway, up_to: Part
) -> None:
    birds, maker = canaries(served), served.maker()
    path = f"/products/{served.product}/publication"
    asked = {"json": {"up_to": enum_word(up_to)}}
    assert (
        served.ask(path, "alpha" if maker != "alpha" else "gamma", "PUT", **asked).json()["code"]
        == "NotTheMaker"
    )
    assert served.ask(path, maker, "PUT", **asked).json()["up_to"] == enum_word(up_to)
    shown = [PUBLISHED[part] for part in Part if part <= up_to]
    for route in shown:
        public, member = ask(served, route, NOBODY), ask(served, route, "alpha")
        assert (public.status_code, public.content) == (200, member.content)
    for route in (one for one in GETS if one not in shown):
        assert leaked(served, route, birds) == set(), route
    assert served.ask(path, maker, "DELETE").json()["up_to"] is None
    for route in shown:
        assert ask(served, route, NOBODY).status_code == 403
        tag = ask(served, route, "alpha").headers["etag"]
        known = served.client.get(filled(served, route.path), headers={"If-None-Match": tag})
        assert known.status_code == 403


def test_of_an_unpublished_product_everybody_learns_that_it_exists(served: MembersGateway) -> None:
    path = f"/products/{served.product}/publication"
    assert served.ask(path).json() == {"product": served.product, "up_to": None}
    unknown = f"/products/0x{'ab' * 32}"
    assert served.ask(f"{unknown}/publication").status_code == 404
    assert served.ask(f"{unknown}/passport").status_code == 404


def test_a_publication_names_one_product_only(served: MembersGateway) -> None:
    """A product of another maker, or one that is not there, stays as it was."""
    path = f"/products/0x{'ab' * 32}/publication"
    assert served.ask(path, served.maker(), "PUT", json={"up_to": "bundle"}).status_code == 404
    for body in ({}, {"up_to": "everything"}, {"up_to": None}, {"up_to": "claims", "x": 1}, []):
        asked = served.ask(
            f"/products/{served.product}/publication", served.maker(), "PUT", json=body
        )
        assert asked.status_code == 422, body
    assert served.ask(f"/products/{served.product}/publication").json()["up_to"] is None
