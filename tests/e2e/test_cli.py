"""The `lodetrace` program as members run it: a lot's way from the mine through a run to a claim."""

import shutil
from typing import Any

import pytest
from consortium import PEOPLE
from shells import Shell, Village
from site_papers import birth, processing

from lodetrace.errors import ExitCode

pytestmark = [pytest.mark.chain, pytest.mark.slow]

KILOGRAM = 10**6
BATCH = 20_000
"""kg of hydroxide with 30 % cobalt."""


def mg(amount: dict[str, str]) -> int:
    assert amount["unit"] in ("mg", "mg CO2e")
    return int(amount["value"])


def development(village: Village, member: str) -> Shell:
    return village.shell(member, "--dev-index", str(PEOPLE[member][0]))


def stated(village: Village, shell: Shell, name: str, document: dict[str, Any], number: int) -> str:
    """Signs a document, sees it pending, has it attested, sees it standing; its signed file."""
    path = village.write(shell, f"{name}.jsonld", document)
    signed = shell.json("event", "sign", str(path), "--sequence", str(number))["file"]
    again = shell.json("event", "sign", str(path), "--sequence", str(number))["file"]
    assert again == signed, "the same file again"
    plain = Shell(shell.folder, shell.environment)
    waiting = plain.json("event", "status", signed, code=ExitCode.PENDING)
    assert [one["state"] for one in waiting["events"]] == ["pending"]
    village.attest(shell.folder / signed)
    assert plain.json("event", "status", signed)["events"][0]["state"] == "standing"
    return signed


def born_lot(village: Village, mine: Shell, name: str, number: int) -> str:
    end = village.consortium.wait(7_200) - 60
    signed = stated(village, mine, name, birth(name, end, BATCH), number)
    words = ("lot", "create", signed, "--element", "Co")
    born = mine.json(*words)
    assert mg(born["balance"]["metal"]) == BATCH * KILOGRAM * 3 // 10
    assert born["gates"]["credits"] == ["responsible"]
    assert mine.json(*words) == born, "again, the same lot"
    return str(born["lot"])


def handed_over(giver: Shell, taker: Shell, lot: str, to: str) -> None:
    offers = giver.json("lot", "offer", lot[:12], "--to", to, "--expires", "30 days")["offers"]
    assert [(one["lot"], one["to"]) for one in offers] == [(lot, to)]
    waiting = taker.json("lot", "inbox")["offers"]
    assert [(one["lot"], one["problem"]) for one in waiting] == [(lot, None)]
    problem = taker.run("lot", "accept", lot[2:10], "--json", code=ExitCode.USAGE).problem
    assert problem["type"].endswith("ConfirmationMissing")
    assert taker.json("lot", "accept", lot[2:10], "--yes")["lots"] == [lot]
    assert taker.json("lot", "inbox")["offers"] == []


def test_from_a_birth_to_a_claim_and_back_from_an_empty_disk(village: Village) -> None:
    mine, refinery = development(village, "mine"), development(village, "refinery")
    account = village.consortium.account("refinery")
    assert refinery.json("check")["ok"] is True
    lots = [born_lot(village, mine, f"M0{number}", number) for number in (1, 2)]
    for lot in lots:
        handed_over(mine, refinery, lot, account)
    assert {one["lot"] for one in refinery.json("lot", "list")["lots"]} == set(lots)
    assert mine.json("lot", "list")["lots"] == []

    end = village.consortium.wait(7_200) - 60
    paper = processing({"M01": BATCH, "M02": BATCH}, "S01", end, 59_000)
    signed = stated(village, refinery, "refining", paper, 1)
    run = (
        "lot", "run", "--kind", "process", "--document", signed, "--element", "Co",
        "--input", lots[0][:12], "--input", lots[1][:12],
        "--output", "material=SULPHATE,metal=11 t", "--output", "material=SCRAP,metal=rest",
    )  # fmt: skip
    planned = refinery.json(*run, "--dry-run")
    assert (mg(planned["metal_in"]), mg(planned["loss"])) == (12 * 10**9, 200 * KILOGRAM)
    assert planned["in_band"] is True
    done = refinery.json(*run, "--yes")
    assert [one["balance"] for one in done["outputs"]] == [
        one["balance"] for one in planned["outputs"]
    ]
    assert refinery.json(*run, "--yes") == done, "again, the same run"
    sulphate = done["outputs"][0]
    assert mg(sulphate["balance"]["metal"]) == 11 * 10**9
    shown = refinery.json("lot", "show", sulphate["lot"])
    assert sorted(shown["made_of"]) == sorted(lots)

    words = ("--measure", "credit-share", "--credit", "responsible", "--threshold", "100 %")
    claim = refinery.json("claim", "prove", sulphate["lot"], *words)
    assert refinery.json("claim", "prove", sulphate["lot"], *words) == claim
    anybody = village.shell("anybody")
    assert anybody.json("claim", "verify", claim["claim"])["holds"] is True
    about = anybody.json("claim", "list", "--subject", sulphate["lot"])["claims"]
    assert [one["claim"] for one in about] == [claim["claim"]]
    false = ("--measure", "carbon-intensity", "--threshold", "0.5 kg/kg")
    refused = refinery.run("claim", "prove", sulphate["lot"], *false, code=ExitCode.REFUSED)
    assert refused.err.startswith("error: ")
    assert refused.out == ""

    before = refinery.json("lot", "list", "--ended")["lots"]
    shutil.rmtree(refinery.folder / "home")
    assert refinery.json("lot", "list")["lots"] == []
    recovered = refinery.json("keys", "recover")
    assert recovered["unreadable"] == []
    assert refinery.json("lot", "list", "--ended")["lots"] == before
