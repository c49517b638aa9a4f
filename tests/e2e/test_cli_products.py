"""From a lot to the claims of one car, and many cars from a sheet, by the program."""

import csv
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from lodetrace.contracts.events import ProductDeclared, UnitsAssigned
from lodetrace.errors import ExitCode
from tests.e2e.shells import Village
from tests.e2e.site_papers import PACK_LINE, processing
from tests.e2e.steps import BATCH, KILOGRAM, born_lot, development, handed_over, mg, stated

pytestmark = [pytest.mark.chain, pytest.mark.slow]

PACKS = 500
CAR = "WVWZZZ1JZXW000001"
TWO = ("WVWZZZ1JZXW300001", "WVWZZZ1JZXW300002")


def test_one_car(village: Village) -> None:
    mine, packer = development(village, "mine"), development(village, "pack_maker")
    maker = development(village, "car_maker")
    lot = born_lot(village, mine, "P01")
    handed_over(mine, packer, lot, village.consortium.account("pack_maker"))
    end = village.consortium.wait(7_200) - 60
    paper = processing(PACK_LINE, {"P01": BATCH}, {"Q01": 49_000}, end, {"P01": lot}, packs=PACKS)
    signed = stated(village, packer, "packs", paper)
    run = (
        "lot", "run", "--kind", "process", "--document", signed,
        "--element", "Co", "--output", f"material=pack,count={PACKS}", "--yes",
    )  # fmt: skip
    packs = packer.json(*run)["outputs"][0]
    assert (packs["count"], mg(packs["balance"]["metal"])) == (PACKS, 5_880 * KILOGRAM)
    receiver = village.consortium.account("car_maker")
    offer = ("lot", "offer", packs["lot"], "--to", receiver, "--yes", "--expires")
    offered = packer.json(*offer, "30 days")
    village.consortium.wait(7_200)
    assert packer.json(*offer, "30 days") == offered, "the same command, later"
    for other in ("20 days", "2099-12-31"):
        refused = packer.run(*offer, other, code=ExitCode.REFUSED)
        assert f"until {offered['offers'][0]['expiry']} stands" in " ".join(refused.err.split())
        assert "lodetrace lot cancel" in refused.err
    handed_over(packer, maker, packs["lot"], receiver)
    assert packer.json(*offer, "30 days") == offered, "accepted meanwhile"

    missing = maker.json("product", "find", CAR, code=ExitCode.NOT_FOUND)
    assert missing["products"] == [{"identifier": CAR, "product": None, "sealed": False}]
    car = maker.json("product", "declare", CAR, "--yes")["product"]
    assign = ("product", "assign", CAR, packs["lot"][:10], "--units")
    assigned = maker.json(*assign, "2", "--yes")
    refused = maker.run(*assign, "3", "--yes", code=ExitCode.REFUSED)
    assert "has 2 units of lot" in refused.err
    assert maker.json(*assign, "2", "--yes") == assigned, "again, the same part"
    open_car = maker.run("total", "record", CAR, "--element", "Co", "--yes", code=ExitCode.REFUSED)
    assert "not sealed" in open_car.err
    maker.run("product", "seal", car, "--yes")
    spelled = "wvwzzz1jzxw000001"
    found = maker.json("product", "find", spelled, "WVWZZZ1JZXW000002")["products"]
    assert [(one["product"], one["sealed"]) for one in found] == [(car, True), (None, False)]
    packer.json("product", "find", CAR, code=ExitCode.NOT_FOUND)  # only its maker can tell
    total = maker.json("total", "record", CAR, "--element", "Co", "--yes")
    assert mg(total["balance"]["metal"]) == 2 * 5_880 * KILOGRAM * total["scale"] // PACKS
    for words in (
        ("credit-share", "100 %", "--credit", "responsible"),
        ("cahra-share", "0 %"),
        ("carbon-intensity", "3.5 kg CO2e/kg"),
    ):
        prove = ("claim", "prove", total["total"][:10], "--measure", words[0])
        claim = maker.json(*prove, "--threshold", *words[1:], "--yes")["claim"]
        assert village.shell("anybody").json("claim", "verify", claim)["holds"] is True
    assert len(maker.json("claim", "list")["claims"]) == 3
    off_grid = ("--measure", "cahra-share", "--threshold", "0.5 %")
    refused = maker.run("claim", "prove", total["total"], *off_grid, "--yes", code=ExitCode.REFUSED)
    assert "grid" in refused.err

    filled = ("product", "import", str(listed(maker.folder / "two.csv", packs["lot"])), "--yes")
    left = maker.json(*filled, code=ExitCode.INPUT)
    assert [one["row"] for one in left["failed"]] == [4]
    again = maker.json(*filled, code=ExitCode.INPUT)
    assert [one["to_do"] for one in again["products"]] == [[], []]
    contracts = village.consortium.contracts()
    assigned = contracts.happened(UnitsAssigned, lot=bytes.fromhex(packs["lot"][2:]))
    assert [one.units for one in assigned] == [2, 1, 3]


def listed(path: Path, lot: str) -> Path:
    """Two cars with units of a lot, and one with half a unit."""
    rows = [("Identifier", "Lot", "Units"), (TWO[0], lot, "1"), (TWO[1], lot, "3")]
    return written(path, [*rows, ("WVWZZZ1JZXW300003", lot, "2.5")])


def written(path: Path, rows: Sequence[Sequence[str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def test_a_sheet_of_cars_goes_on_from_a_home_folder_that_was_emptied(village: Village) -> None:
    maker = development(village, "car_maker")
    cars = [f"WVWZZZ1JZXW1{number:05}" for number in range(20)]
    path = written(maker.folder / "cars.csv", [("Identifier",), *((car,) for car in cars)])
    words = ("product", "import", str(path), "--seal")
    rehearsed = maker.json(*words, "--dry-run")
    assert [one["to_do"] for one in rehearsed["products"]] == [["declare", "seal"]] * 20
    maker.run(*words, code=ExitCode.USAGE)
    contracts, account = village.consortium.contracts(), village.consortium.account("car_maker")
    before = len(contracts.happened(ProductDeclared, account=account))
    with subprocess.Popen(
        [sys.executable, "-m", "lodetrace", *words, "--yes", *maker.options],
        cwd=maker.folder,
        env={**os.environ, **maker.environment},
        stdin=subprocess.DEVNULL,
    ) as process:
        deadline = time.monotonic() + 120
        while (
            len(contracts.happened(ProductDeclared, account=account)) < before + 3
            and time.monotonic() < deadline
        ):
            time.sleep(0.002)
        process.send_signal(signal.SIGKILL)
    shutil.rmtree(maker.folder / "home")
    maker.run(*words, "--yes")
    declared = contracts.happened(ProductDeclared, account=account)
    assert len(declared) == before + 20
    told = maker.json("product", "list")["products"]
    ours = [(one["identifier"], one["sealed"]) for one in told if one["identifier"] is not None]
    assert ours == [(car, True) for car in cars]
    again = maker.json(*words)
    assert [one["to_do"] for one in again["products"]] == [[]] * 20, "and nobody is asked"
