"""`lodetrace price` as subscribers, parties and everybody else run it."""

import pytest

from lodetrace.errors import ExitCode
from tests.e2e.shells import Village
from tests.e2e.steps import development
from tests.stateful.market import COMMODITY, HIGH, LOW, Market
from tests.stateful.paths import born, offered

pytestmark = [pytest.mark.chain, pytest.mark.slow]


def test_a_price_is_listed_opened_proven_and_verified(village: Village) -> None:
    market = Market.opened(village.consortium)
    record = market.publish(market.record(), ("mine", "refinery"))
    day = market.today.isoformat()
    lot = "0x" + born(village.consortium).lot.hex()
    offered(village.consortium, "mine", "refinery", [bytes.fromhex(lot[2:])])
    mine, outsider = development(village, "mine"), development(village, "recycler")
    anybody = village.shell("anybody")

    (listed,) = anybody.json("price", "list", "--commodity", COMMODITY)["prices"]
    assert (listed["record"], listed["day"], listed["status"]) == (
        "0x" + record.hex(), day, "normal",
    )  # fmt: skip
    assert anybody.json("price", "list", "--commodity", "nickel")["prices"] == []
    assert COMMODITY not in anybody.run("price", "list").out

    shown = mine.json("price", "show", COMMODITY, day)
    assert shown["range"]["low"]["value"] == str(LOW)
    assert shown["range"]["high"]["value"] == str(HIGH)
    assert "78500 CNY/mt to 83500 CNY/mt" in mine.run("price", "show", COMMODITY, day).out
    assert outsider.json("price", "show", COMMODITY, day)["range"] is None
    assert "sealed to subscribers" in outsider.run("price", "show", COMMODITY, day).out
    outsider.run("price", "show", COMMODITY, "1999-01-01", code=ExitCode.NOT_FOUND)

    words = ("price", "prove", lot, COMMODITY, day, "--price", "83500.01 CNY/mt", "--yes")
    made = mine.json(*words)
    assert made["inside"] is False
    assert mine.json(*words) == made, "again, the same check"
    refused = mine.run(*words[:-1], "80000 CNY/mt", code=ExitCode.REFUSED)
    assert "it speaks of another price" in " ".join(refused.err.split())
    assert "outside the range" in mine.run(*words).out
    verified = anybody.json("price", "verify", made["check"])
    assert verified["holds"] is True
    assert {one["holds"] for one in verified["verdicts"].values()} == {True}
    unknown = "0x" + "11" * 32
    anybody.run("price", "verify", unknown, code=ExitCode.NOT_FOUND)
    refused = outsider.run(*words, code=ExitCode.REFUSED)
    assert "no party of an open offer" in refused.err
