"""Answers of the gateway: lots, graphs, and every error as problem+json."""

from xml.etree import ElementTree

import pytest
from fastapi.testclient import TestClient

from api.deps import Gateway
from api.errors import AddressTaken
from api.problems import Problem
from api.serve import bind
from lodetrace.text import checksummed
from lodetrace.version import VERSION
from tests.unit.api.scripted_chain import ScriptedChain, born, ident


def test_lots_come_in_pages(client: TestClient) -> None:
    seen, after = [], None
    while True:
        page = client.get(
            "/lots", params={"limit": 2, **({"after": after} if after else {})}
        ).json()
        seen += [lot["lot"] for lot in page["lots"]]
        after = page["next"]
        if after is None:
            break
    assert seen == [ident(number) for number in (0xA1, 0xA2, 0xA3, 0xA4, 0xA5)]


def test_health_and_the_description_of_the_routes_say_the_version(client: TestClient) -> None:
    assert client.get("/health").json() == {"status": "alive", "version": VERSION}
    assert client.get("/openapi.json").json()["info"]["version"] == VERSION


def test_lots_are_chosen_by_state(client: TestClient) -> None:
    found = client.get("/lots", params={"state": "consumed"}).json()["lots"]
    assert [lot["lot"] for lot in found] == [ident(0xA1), ident(0xA2), ident(0xA3)]


def test_lots_are_chosen_by_their_holder_however_spelled(
    chain: ScriptedChain, gateway: Gateway, client: TestClient
) -> None:
    holder = checksummed(b"\xab" * 20)
    chain.mine(born(0xC1, 0xE1, account=holder))
    gateway.indexer.catch_up()
    for spelled in (holder, holder.lower(), "0x" + holder[2:].upper()):
        found = client.get("/lots", params={"account": spelled}).json()["lots"]
        assert [lot["lot"] for lot in found] == [ident(0xC1)]


@pytest.mark.parametrize(
    "query",
    ["/lots?after={}", "/claims?subject={}", "/prices?commodity={}", "/certificates?site={}",
     "/lots/{}", "/lots/{}/bundle", "/products/{}", "/members/{}", "/sites/{}", "/events/{}",
     "/claims/{}", "/prices/{}", "/certificates/{}"],
)  # fmt: skip
@pytest.mark.parametrize(
    "text",
    ["0x12", "%20" + ident(0xA1), ident(0xA1) + "%0A", ident(0xA1)[2:], ident(0xA1)[:-2] + "%20%20",
     ident(0xA1)[:20] + "%20" + ident(0xA1)[20:], ident(0xA1)[:-1] + "_", ident(0xA1)[:-1] + "١"],
)  # fmt: skip
def test_an_id_in_another_form_is_refused(client: TestClient, query: str, text: str) -> None:
    answer = client.get(query.format(text))
    assert (answer.status_code, answer.json()["type"]) == (
        422,
        "urn:lodetrace:problem:QueryInvalid",
    )


def test_an_offer_is_shown_until_it_expires(
    chain: ScriptedChain, gateway: Gateway, client: TestClient
) -> None:
    assert client.get(f"/lots/{ident(0xA4)}").json()["lot"]["state"] == "offered"
    chain.mine()
    chain.mine()
    gateway.indexer.catch_up()
    assert client.get(f"/lots/{ident(0xA4)}").json()["lot"]["state"] == "active"


def test_a_lot_born_held_has_no_end(client: TestClient) -> None:
    lot = client.get(f"/lots/{ident(0xA5)}").json()["lot"]
    assert (lot["state"], lot["until"]) == ("held", None)


@pytest.mark.parametrize(
    ("lot", "direction", "expected"),
    [
        (0xA4, "ancestors", {0xA1, 0xA2, 0xA3, 0xA4}),
        (0xA1, "descendants", {0xA1, 0xA3, 0xA4, 0xA5}),
        (0xA3, "both", {0xA1, 0xA2, 0xA3, 0xA4, 0xA5}),
        (0xA1, "ancestors", {0xA1}),
    ],
)
def test_provenance_walks_with_and_against_the_metal(
    client: TestClient, lot: int, direction: str, expected: set[int]
) -> None:
    answer = client.get(f"/lots/{ident(lot)}/provenance", params={"direction": direction}).json()
    assert {item["lot"]["lot"] for item in answer["lots"]} == {ident(n) for n in expected}


def test_provenance_arrows_go_with_the_metal(client: TestClient) -> None:
    answer = client.get(f"/lots/{ident(0xA4)}/provenance").json()
    arrows = {(int(a["start"], 16), int(a["end"], 16)) for a in answer["arrows"]}
    merge = {(0xE1, 0xA1), (0xE2, 0xA2), (0xA1, 0xB1), (0xA2, 0xB1), (0xB1, 0xA3)}
    assert arrows == merge | {(0xA3, 0xB2), (0xB2, 0xA4)}


def test_provenance_stops_at_its_depth(client: TestClient) -> None:
    answer = client.get(f"/lots/{ident(0xA4)}/provenance", params={"depth": 1}).json()
    assert {item["lot"]["lot"] for item in answer["lots"]} == {ident(0xA3), ident(0xA4)}


def test_the_picture_has_a_box_for_every_node(client: TestClient) -> None:
    answer = client.get(f"/lots/{ident(0xA4)}/provenance.svg?full=true")
    assert answer.headers["content-type"] == "image/svg+xml"
    root = ElementTree.fromstring(answer.text)
    boxes = root.findall("{http://www.w3.org/2000/svg}g")
    assert len(boxes) == 4 + 2 + 2


@pytest.mark.parametrize(
    ("path", "status", "kind"),
    [
        (f"/lots/{ident(0xFF)}", 404, "SubjectNotFound"),
        (f"/lots/{ident(0xFF)}/provenance", 404, "SubjectNotFound"),
        (f"/products/{ident(1)}/passport", 404, "SubjectNotFound"),
        (f"/members/{ident(1)}", 404, "SubjectNotFound"),
        (f"/sites/{ident(1)}", 404, "SubjectNotFound"),
        (f"/certificates/{ident(1)}", 404, "SubjectNotFound"),
        (f"/events/{ident(1)}", 404, "SubjectNotFound"),
        (f"/claims/{ident(1)}", 404, "SubjectNotFound"),
        (f"/prices/{ident(1)}", 404, "SubjectNotFound"),
        ("/prices?limit=0", 422, "QueryInvalid"),
        ("/lots/0x12", 422, "QueryInvalid"),
        ("/lots?limit=0", 422, "QueryInvalid"),
        ("/lots?state=melted", 422, "QueryInvalid"),
        ("/lots?state=none", 422, "QueryInvalid"),
        ("/lots?account=refinery", 422, "QueryInvalid"),
        ("/nowhere", 404, "Http404"),
    ],
)
def test_every_error_is_a_problem(client: TestClient, path: str, status: int, kind: str) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem.keys() == Problem.model_fields.keys()
    assert problem["type"] == f"urn:lodetrace:problem:{kind}"
    assert (problem["code"], problem["status"]) == (kind, status)
    assert problem["instance"] == path.split("?")[0]
    assert problem["advice"]


def test_a_problem_carries_what_it_speaks_of(client: TestClient) -> None:
    missing = client.get(f"/lots/{ident(0xFF)}").json()
    assert missing["values"] == {"kind": "lot", "id": ident(0xFF)}
    unread = client.get("/lots?limit=0").json()
    assert unread["values"] == {"name": "limit", "value": "0", "reason": "at least 1 is expected"}
    assert unread["detail"] == "limit is '0': at least 1 is expected"
    refused = client.post("/lots")
    assert (refused.json()["code"], refused.headers["allow"]) == ("Http405", "GET, HEAD")


def test_ready_says_how_far_the_index_is(client: TestClient, chain: ScriptedChain) -> None:
    answer = client.get("/ready").json()
    assert (answer["head"], answer["indexed"]) == (chain.head(), chain.head())


def test_a_taken_port_is_said() -> None:
    with bind("127.0.0.1", 0) as listener, pytest.raises(AddressTaken, match="cannot listen"):
        bind("127.0.0.1", listener.getsockname()[1])
