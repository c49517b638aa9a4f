"""The description of the routes, as programs are generated from it."""

from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.format import words_of
from lodetrace.contracts.enums import CertificateStatus, CustodyModel, LotState, Material, Role

DESCRIBED: dict[str, Any] = create_app(None, 1).openapi()  # type: ignore[arg-type]  # not started
OPERATIONS = {path: methods["get"] for path, methods in DESCRIBED["paths"].items()}
SCHEMAS = DESCRIBED["components"]["schemas"]


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """Nothing here is about databases: one kind is enough."""
    return f"sqlite:///{tmp_path / 'index.db'}"


IDS = {
    "/health": "health",
    "/ready": "ready",
    "/lots": "list_lots",
    "/lots/{lot}": "show_lot",
    "/lots/{lot}/provenance": "show_provenance",
    "/lots/{lot}/provenance.svg": "show_lot_picture",
    "/lots/{lot}/bundle": "lot_bundle",
    "/members": "list_members",
    "/members/{organisation}": "show_member",
    "/sites": "list_sites",
    "/sites/{site}": "show_site",
    "/certificates": "list_certificates",
    "/certificates/{certificate}": "show_certificate",
    "/events/{event_id}": "show_event",
    "/claims": "list_claims",
    "/claims/{claim}": "show_claim",
    "/prices": "list_prices",
    "/prices/{record}": "show_price",
    "/products": "list_products",
    "/products/{product}": "show_product",
    "/products/{product}/passport": "show_passport",
    "/products/{product}/provenance.svg": "show_product_picture",
    "/products/{product}/bundle": "product_bundle",
}
"""What generated programs call. An id that changes breaks them: say so in the changelog."""


def test_operation_ids_stay() -> None:
    assert {path: one["operationId"] for path, one in OPERATIONS.items()} == IDS
    assert len(set(IDS.values())) == len(IDS)


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
    assert ("304" in answers) is (path not in ("/health", "/ready"))
    walks = path.split("/")[-1] in ("provenance", "provenance.svg", "bundle", "passport")
    assert ("413" in answers) is walks
    if reads_index:
        assert "Retry-After" in answers["503"]["headers"]


@pytest.mark.parametrize("path", sorted(OPERATIONS.keys() - {"/health", "/ready"}))
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
         "recorded_at", "effective_from", "born_at", "since", "lapses_at",
         "excused_at", "held_since", "filed_at", "usable_until"}  # fmt: skip


def test_times_are_described_as_times() -> None:
    met = set()
    for schema in SCHEMAS.values():
        for name, described in schema.get("properties", {}).items():
            if "pattern" in described:  # the end of an arrow is an id
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
