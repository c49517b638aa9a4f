"""The description of the routes, as programs are generated from it."""

from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.access.rights import MATRIX, Route, Told
from api.app import create_app
from api.format import words_of
from lodetrace.contracts.enums import CertificateStatus, CustodyModel, LotState, Material, Role

DESCRIBED: dict[str, Any] = create_app(None, 1).openapi()  # type: ignore[arg-type]  # not started
OPERATIONS = {
    path: methods["get"] for path, methods in DESCRIBED["paths"].items() if "get" in methods
}
OTHERS = {
    (method, path): one
    for path, methods in DESCRIBED["paths"].items()
    for method, one in methods.items()
    if method != "get"
}
SCHEMAS = DESCRIBED["components"]["schemas"]


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """Nothing here is about databases: one kind is enough."""
    return f"sqlite:///{tmp_path / 'index.db'}"


IDS = {
    "/health": "health",
    "/ready": "ready",
    "/changes": "list_changes",
    "/lots": "list_lots",
    "/lots/{lot}": "show_lot",
    "/lots/{lot}/provenance": "show_provenance",
    "/lots/{lot}/provenance.svg": "show_lot_picture",
    "/lots/{lot}/provenance.csv": "export_lot_table",
    "/lots/{lot}/provenance.ndjson": "export_lot_lines",
    "/lots/{lot}/bundle": "lot_bundle",
    "/members": "list_members",
    "/members/{organisation}": "show_member",
    "/search": "search_ids",
    "/sites": "list_sites",
    "/sites/{site}": "show_site",
    "/certificates": "list_certificates",
    "/certificates/{certificate}": "show_certificate",
    "/events": "list_events",
    "/events/{event_id}": "show_event",
    "/claims": "list_claims",
    "/claims/{claim}": "show_claim",
    "/prices": "list_prices",
    "/prices/{record}": "show_price",
    "/products": "list_products",
    "/products/{product}": "show_product",
    "/products/{product}/passport": "show_passport",
    "/products/{product}/provenance": "show_product_provenance",
    "/products/{product}/provenance.csv": "export_product_table",
    "/products/{product}/provenance.ndjson": "export_product_lines",
    "/products/{product}/provenance.svg": "show_product_picture",
    "/products/{product}/bundle": "product_bundle",
    "/products/{product}/claims": "list_product_claims",
    "/products/{product}/publication": "show_publication",
    "/session": "show_session",
}
OTHER_IDS = {
    ("post", "/session/nonce"): "make_nonce",
    ("post", "/session"): "begin_session",
    ("delete", "/session"): "end_session",
    ("put", "/products/{product}/publication"): "publish_product",
    ("delete", "/products/{product}/publication"): "unpublish_product",
}
"""What generated programs call. An id that changes breaks them: say so in the changelog."""


def test_operation_ids_stay() -> None:
    assert {path: one["operationId"] for path, one in OPERATIONS.items()} == IDS
    assert {asked: one["operationId"] for asked, one in OTHERS.items()} == OTHER_IDS
    assert len({*IDS.values(), *OTHER_IDS.values()}) == len(IDS) + len(OTHER_IDS)


UNTAGGED = {"/health", "/ready", "/session", "/products/{product}/publication"}
"""Of the process, of the reader, or of what a maker said: not of the index alone."""


@pytest.mark.parametrize("path", OPERATIONS)
def test_every_refusal_is_described_as_a_problem(path: str) -> None:
    answers = OPERATIONS[path]["responses"]
    for status in answers.keys() - {"200", "304"}:
        content = answers[status]["content"]
        assert content == {
            "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
        }
    assert "500" in answers
    assert ("404" in answers) is ("{" in path)
    reads_index = path != "/health"
    assert ("503" in answers) is reads_index
    assert ("304" in answers) is (path not in UNTAGGED)
    assert ("429" in answers) is (path not in ("/health", "/ready"))
    walks = path.split("/")[-1].split(".")[0] in ("provenance", "bundle", "passport")
    assert ("413" in answers) is walks
    for status in {"429", "503"} & answers.keys():
        assert "Retry-After" in answers[status]["headers"]


def test_what_needs_a_token_is_described_with_it() -> None:
    """The table of rights is the one place that says so."""
    assert DESCRIBED["components"]["securitySchemes"]["session"]["scheme"] == "bearer"
    for path, methods in DESCRIBED["paths"].items():
        for method, operation in methods.items():
            told = MATRIX[Route(method.upper(), path)].public
            wanted = {Told.NOTHING: [{"session": []}], Told.PUBLISHED: [{}, {"session": []}]}
            assert operation.get("security") == wanted.get(told), path
            refused = operation["responses"].keys() & {"401", "403"}
            expected = {"401", "403"} if told is not Told.WHOLE else set()
            assert refused == expected or path.startswith("/session"), path


def test_what_changes_something_is_described() -> None:
    assert OTHERS.keys() == OTHER_IDS.keys()
    for (method, path), operation in OTHERS.items():
        answers = operation["responses"]
        assert {"422", "429", "500", "503"} <= answers.keys()
        assert ("413" in answers) is ("requestBody" in operation), (method, path)


@pytest.mark.parametrize("path", sorted(OPERATIONS.keys() - UNTAGGED))
def test_conditions_are_described_where_they_are_heeded(path: str) -> None:
    operation = OPERATIONS[path]
    named = {(one["in"], one["name"]) for one in operation["parameters"]}
    assert ("header", "If-None-Match") in named
    assert "ETag" in operation["responses"]["200"]["headers"]


def test_codes_are_enumerations() -> None:
    lot = SCHEMAS["LotResource"]["properties"]
    assert lot["material"]["enum"][:2] == ["ore", "concentrate"]
    assert len(lot["material"]["enum"]) == len(Material)
    assert lot["state"]["enum"] == words_of(LotState)["enum"]
    assert lot["model"]["enum"] == words_of(CustodyModel)["enum"]
    roles = SCHEMAS["MemberResource"]["properties"]["roles"]["items"]["enum"]
    assert len(roles) == len(Role)
    assert "price_administrator" in roles
    status = SCHEMAS["CertificateResource"]["properties"]["status"]
    assert status["enum"] == words_of(CertificateStatus)["enum"]
    asked = {one["name"]: one["schema"] for one in OPERATIONS["/lots"]["parameters"]}
    assert asked["material"]["enum"] == lot["material"]["enum"]


TIMES = {"time", "until", "begin", "end", "standing_since", "valid_from", "valid_to",
         "grace_ends", "on_hold_until", "recorded_at", "effective_from", "born_at", "since",
         "lapses_at", "excused_at", "held_since", "filed_at", "usable_until",
         "expires_at"}  # fmt: skip


def test_times_are_described_as_times() -> None:
    met = set()
    for schema in SCHEMAS.values():
        for name, described in schema.get("properties", {}).items():
            if described.get("type") == "integer" or "pattern" in described:  # ends of arrows
                continue
            kinds = described.get("anyOf", [described])
            is_time = any(one.get("format") == "date-time" for one in kinds)
            assert is_time is (name in TIMES), name
            met |= {name} & TIMES
    assert met == TIMES


@pytest.mark.parametrize(
    "text",
    ["", "-1", "1.5", "1e3", "١", "yesterday", "2026-02-30", "2026-03-02T08:00:00",
     "2026-02-30T00:00:00Z", "2026-03-02 08:00:00Z", " 0"],
)  # fmt: skip
def test_another_form_of_a_time_is_refused(client: TestClient, text: str) -> None:
    answer = client.get("/certificates", params={"as_of": text})
    assert (answer.status_code, answer.json()["code"]) == (422, "QueryInvalid")
