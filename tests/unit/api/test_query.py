"""Every route of the OpenAPI document refuses what it cannot have been asked."""

import re
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from lodetrace.text import checksummed
from tests.unit.api.scripted_chain import ident

HOLDER = checksummed(b"\xab" * 20)


def routes(client: TestClient) -> Iterator[tuple[str, list[str]]]:
    """Each route with an id in its path, and its query parameters."""
    for path, methods in client.get("/openapi.json").json()["paths"].items():
        if "get" not in methods:
            continue
        told = methods["get"].get("parameters", [])
        named = re.sub(r"\{[^}]+\}", ident(0xA1), path)
        yield named, [one["name"] for one in told if one["in"] == "query"]


def refused(client: TestClient, query: str) -> str:
    """What the problem says."""
    answer = client.get(query)
    assert (answer.status_code, answer.json()["code"]) == (422, "QueryInvalid"), query
    found = answer.json()["values"]
    assert found.keys() == {"name", "value", "reason"}
    assert not re.search(r"Value error|[Ii]nput|should|String|valid", found["reason"]), found
    return str(answer.json()["detail"])


def test_every_route_refuses_a_parameter_it_does_not_know(client: TestClient) -> None:
    found = dict(routes(client))
    assert found["/health"] == []
    assert "account" in found["/lots"]
    for path, known in found.items():
        detail = refused(client, f"{path}?acount={HOLDER}")
        assert "acount" in detail
        assert all(name in detail for name in known)


def test_every_parameter_refuses_what_it_cannot_be(client: TestClient) -> None:
    for path, known in routes(client):
        for name in known:
            for value in ("nonsense", "", "0x", "%20", "1_0", "1e3", "1.0", "-1", "9" * 30):
                assert name in refused(client, f"{path}?{name}={value}")


@pytest.mark.parametrize("name", ["as_of", "known_at"])
def test_a_date_alone_is_its_first_second(client: TestClient, name: str) -> None:
    by_date, by_time = (
        client.get(f"/certificates?{name}={text}")
        for text in ("2026-06-01", "2026-06-01T00:00:00Z")
    )
    assert by_date.status_code == 200
    assert by_date.json() == by_time.json()
    assert name in refused(client, f"/certificates?{name}=2026-06-31")


def test_every_parameter_is_given_once(client: TestClient) -> None:
    times = ("as_of", "known_at", "begin", "end")
    numbers = dict.fromkeys(("limit", "depth", "block", "root", "index", *times), "1")
    codes = {"direction": "both", "state": "active", "material": "pack", "element": "Co"}
    said = {"withdrawn": "true", "held": "false", "scheme": "irma", "view": "graph"}
    words = {**codes, **said, "account": HOLDER, "signer": HOLDER}
    valid = numbers | words
    for path, known in routes(client):
        for name in known:
            value = valid.get(name, ident(0xA1))
            assert "more than once" in refused(client, f"{path}?{name}={value}&{name}={value}")


@pytest.mark.parametrize(
    "account",
    [HOLDER[:-1], HOLDER + "0", HOLDER[2:], HOLDER.lower().replace("a", "A", 1), "mwinda"],
)
def test_an_account_that_is_none_is_no_account_without_lots(
    client: TestClient, account: str
) -> None:
    assert "account" in refused(client, f"/lots?account={account}")


def test_a_wrong_checksum_is_named_as_one(client: TestClient) -> None:
    swapped = HOLDER[:2] + HOLDER[2:].swapcase()
    assert "checksum" in refused(client, f"/lots?account={swapped}")
