"""A dispute that ends with a laboratory's measurement, and a node that is another one."""

import pytest

from lodetrace.devchain import ANVIL, running
from lodetrace.errors import ExitCode
from tests.e2e.shells import Village
from tests.e2e.site_papers import measurement
from tests.e2e.steps import BATCH, KILOGRAM, born_lot, development, disputed, mg, stated

pytestmark = [pytest.mark.chain, pytest.mark.slow]


def test_a_settlement_by_measurement(village: Village) -> None:
    mine, trader = development(village, "mine"), development(village, "other_mine")
    umpire = development(village, "umpire")
    lot = born_lot(village, mine, "D01")
    mine.run("lot", "offer", lot[:10], "--to", village.consortium.account("other_mine"), "--yes")
    trader.run(*disputed(lot), "--reason", "weight-differs", "--yes")

    end = village.consortium.wait(7_200) - 60
    paper = measurement("D01", end, BATCH, BATCH - 500, lot)
    signed = stated(village, umpire, "measured", paper)
    path = str(umpire.folder / signed)
    anybody = village.shell("anybody")
    event_id = anybody.json("event", "status", path)["events"][0]["event_id"]
    settle = ("lot", "run", "--kind", "settle", "--document", path)
    early = mine.run(*settle, "--element", "Co", "--yes", code=ExitCode.REFUSED)
    assert "approved" in early.err
    umpire.run("lot", "approve-settlement", lot, "--event-id", event_id, "--yes")
    settled = mine.json(*settle, "--element", "Co", "--yes")
    assert "warnings" not in settled, "a site's bounds do not apply to a measurement"
    assert mg(settled["outputs"][0]["balance"]["metal"]) == (BATCH - 500) * 3 // 10 * KILOGRAM
    assert mine.json("lot", "show", lot)["state"] == "consumed"


def test_another_node_is_recognised(village: Village) -> None:
    mine = development(village, "mine")
    with running(ANVIL) as other:
        mine.environment["LODETRACE_RPC_URL"] = other.url
        problem = mine.run("lot", "list", "--json", code=ExitCode.NODE).problem
        assert problem["type"] == "urn:lodetrace:problem:WrongNetwork"
        found = mine.json("check", code=ExitCode.NODE)
    verdicts = {one["check"]: one["verdict"] for one in found["checks"]}
    assert (verdicts["node"], verdicts["deployment"]) == ("ok", "failed")
    problem = mine.run("lot", "list", "--json", code=ExitCode.NODE).problem
    assert problem["type"] == "urn:lodetrace:problem:NodeUnreachable"
