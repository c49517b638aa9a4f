"""The `lodetrace` program as members run it: a lot's way from the mine through a run to a claim."""

import shutil

import pytest

from lodetrace.errors import ExitCode
from tests.e2e.shells import Village
from tests.e2e.site_papers import REFINERY, processing
from tests.e2e.steps import BATCH, KILOGRAM, born_lot, development, handed_over, mg, stated

pytestmark = [pytest.mark.chain, pytest.mark.slow]


def test_from_a_birth_to_a_claim_and_back_from_an_empty_disk(new_village: Village) -> None:
    village = new_village
    mine, refinery = development(village, "mine"), development(village, "refinery")
    account = village.consortium.account("refinery")
    assert refinery.json("check")["ok"] is True
    lots = [born_lot(village, mine, f"M0{number}") for number in (1, 2)]
    for lot in lots:
        handed_over(mine, refinery, lot, account)
    assert {one["lot"] for one in refinery.json("lot", "list")["lots"]} == set(lots)
    assert mine.json("lot", "list")["lots"] == []

    end = village.consortium.wait(7_200) - 60
    paper = processing(
        REFINERY,
        {"M01": BATCH, "M02": BATCH},
        {"S01": 55_000, "SCRAP01": 6_500},
        end,
        dict(zip(("M01", "M02"), lots, strict=True)),
    )
    signed = stated(village, refinery, "refining", paper)
    run = (
        "lot", "run", "--kind", "process", "--document", signed, "--element", "Co",
        "--output", "material=SULPHATE,metal=11 t", "--output", "material=SCRAP,metal=rest",
    )  # fmt: skip
    too_much = (*run[:-2], "--output", "material=SCRAP,metal=1.5 t", "--dry-run")
    refused = refinery.run(*too_much, code=ExitCode.INPUT)
    assert "they have 12.5 t, the inputs 12 t" in refused.err
    unmeasured = (*run[:-2], "--output", "material=SCRAP,metal=800 kg", "--dry-run")
    refused = refinery.run(*unmeasured, code=ExitCode.REFUSED)
    assert "the document measured 780 kg coming out" in " ".join(refused.err.split())
    other = refinery.run(*run, "--input", lots[0][:12], "--dry-run", code=ExitCode.INPUT)
    assert "Leave --input out" in " ".join(other.err.split())
    planned = refinery.json(*run, "--dry-run")
    assert (mg(planned["metal_in"]), mg(planned["loss"])) == (12 * 10**9, 220 * KILOGRAM)
    assert planned["in_band"] is True
    done = refinery.json(*run, "--yes")
    assert [one["balance"] for one in done["outputs"]] == [
        one["balance"] for one in planned["outputs"]
    ]
    assert refinery.json(*run, "--yes") == done, "again, the same run"
    assert refinery.json(*run) == done, "nothing is asked where nothing is left to do"
    assert refinery.json(*run, "--dry-run") == {**done, "dry_run": True}
    sulphate = done["outputs"][0]
    assert mg(sulphate["balance"]["metal"]) == 11 * 10**9
    shown = refinery.json("lot", "show", sulphate["lot"])
    assert sorted(shown["made_of"]) == sorted(lots)

    unlike = [one["lot"] for one in done["outputs"]]
    refused = refinery.run("lot", "merge", *unlike, "--dry-run", code=ExitCode.INPUT)
    assert "the lots of a run on paper are Co scrap, Co sulphate" in refused.err
    words = ("--measure", "credit-share", "--credit", "responsible", "--threshold", "100 %")
    rehearsed = refinery.json("claim", "prove", sulphate["lot"], *words, "--dry-run")
    assert (rehearsed["would"], rehearsed["dry_run"]) == ("send Claims.record", True)
    assert refinery.json("claim", "list")["claims"] == []
    shown = refinery.run("claim", "prove", sulphate["lot"], *words, "--dry-run").err
    assert "at least 100 % responsible" in shown
    assert sulphate["lot"] in shown
    unasked = refinery.run("claim", "prove", sulphate["lot"], *words, code=ExitCode.USAGE)
    assert "--yes" in unasked.err
    claim = refinery.json("claim", "prove", sulphate["lot"], *words, "--yes")
    assert refinery.json("claim", "prove", sulphate["lot"], *words) == claim, "not asked again"
    anybody = village.shell("anybody")
    assert anybody.json("claim", "verify", claim["claim"])["holds"] is True
    box = village.folder / "box"
    box.write_bytes(b"\x01" + bytes(176))  # the algorithm, and a box that nobody sealed
    anybody.run("opening", "check", sulphate["lot"], str(box), code=ExitCode.KEYS)
    refinery.run("opening", "check", sulphate["lot"], str(box), code=ExitCode.REFUSED)
    about = anybody.json("claim", "list", "--subject", sulphate["lot"])["claims"]
    assert [one["claim"] for one in about] == [claim["claim"]]
    false = ("--measure", "carbon-intensity", "--threshold", "0.5 kg/kg")
    refused = refinery.run("claim", "prove", sulphate["lot"], *false, code=ExitCode.REFUSED)
    said = "error: at most 0.5 kg/kg of CO2e, scrap bearing its share by mass is not true of 0x"
    assert refused.err.startswith(said)
    assert "The strongest that holds is: at most " in refused.err
    assert refused.out == ""
    spent = ("lot", "split", lots[0], "--part", "1 t", "--part", "rest", "--yes")
    refused = refinery.run(*spent, code=ExitCode.REFUSED)
    assert f"lot {lots[0]} was used up by run {done['run_id']}, which made" in refused.err
    assert sulphate["lot"] in refused.err

    before = refinery.json("lot", "list", "--ended")["lots"]
    shutil.rmtree(refinery.folder / "home")
    assert refinery.json("lot", "list")["lots"] == []
    recovered = refinery.json("keys", "recover")
    assert recovered["unreadable"] == []
    assert refinery.json("lot", "list", "--ended")["lots"] == before
