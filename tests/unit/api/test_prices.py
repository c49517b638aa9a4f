"""Price records of the gateway: their existence and their history, no values."""

from fastapi.testclient import TestClient

from api.deps import Gateway
from tests.unit.api.scripted_chain import ScriptedChain, ident, price_released

DAY = 20_777  # 2026-11-20


def test_prices_are_listed_newest_first(
    chain: ScriptedChain, gateway: Gateway, client: TestClient
) -> None:
    chain.mine(price_released(1, DAY), price_released(2, DAY, commodity=0xC1))
    chain.mine(price_released(3, DAY + 1))
    gateway.indexer.catch_up()
    listed = client.get("/prices").json()["prices"]
    assert [one["record"] for one in listed] == [ident(3), ident(2), ident(1)]
    assert (listed[2]["day"], listed[2]["status"]) == ("2026-11-20", "normal")
    assert client.get("/prices", params={"limit": 2}).json()["next"] == ident(2)
    other = client.get("/prices", params={"commodity": ident(0xC1)})
    assert [one["record"] for one in other.json()["prices"]] == [ident(2)]


def test_a_correction_and_what_it_corrects_name_each_other(
    chain: ScriptedChain, gateway: Gateway, client: TestClient
) -> None:
    chain.mine(price_released(1, DAY))
    chain.mine(price_released(2, DAY, corrects=1))
    gateway.indexer.catch_up()
    first = client.get(f"/prices/{ident(1)}").json()
    second = client.get(f"/prices/{ident(2)}").json()
    assert (first["corrects"], first["corrected_by"]) == (None, ident(2))
    assert (second["corrects"], second["corrected_by"]) == (ident(1), None)
    assert (second["status"], second["sequence"]) == ("corrected", 2)


def test_no_route_shows_a_value(client: TestClient) -> None:
    schema = client.get("/openapi.json").json()["components"]["schemas"]["PriceResource"]
    assert {"record", "commitment", "day"} <= set(schema["properties"])
    assert set(schema["properties"]).isdisjoint({"low", "high", "range", "price", "salt"})


def test_before_the_first_there_are_none(client: TestClient) -> None:
    assert client.get("/prices").json() == {"prices": [], "next": None}
