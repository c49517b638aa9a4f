"""A clerk's day: a sheet of containers to accepted offers, through kills and repeats."""

import csv
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from uvicorn import Config, Server

from lodetrace.documents.signed_document import SignedDocument
from lodetrace.documents.signed_number import domain_of
from lodetrace.errors import ExitCode
from oracle.service.health import ServiceHealth
from oracle.sources.http_app import IntakeContext, intake_app
from tests.e2e.shells import Shell, Village
from tests.e2e.site_papers import MINE, REFINERY
from tests.e2e.steps import development

pytestmark = [pytest.mark.chain, pytest.mark.slow]

TITLES = ("GTIN", "Batch", "Substance", "Start", "End", "Wet mass [kg]", "Moisture [%]", "Co [%]",
          "Carbon [t CO2e]", "Seals")  # fmt: skip


def sheet(village: Village, path: Path, names: range, **changed: str) -> Path:
    end = village.consortium.now() - 7_200
    times = [datetime.fromtimestamp(at, UTC).strftime("%d.%m.%Y %H:%M") for at in (end - 60, end)]
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(TITLES)
        for number in names:
            moisture = changed.get(f"M{number}", "11,9")
            writer.writerow(
                ["9521234000013", f"M{number}", "cobalt-hydroxide", *times, "20.150,5", moisture,
                 "30,32", "38,2", f"VIL-{number}"]
            )  # fmt: skip
    return path


def import_words(path: Path, out: str, first: int) -> tuple[str, ...]:
    return ("event", "import", str(path), "--site", MINE, "--offset", "+00:00", "--first",
            str(first), "--out", out)  # fmt: skip


def signed_in(shell: Shell, out: str) -> list[Path]:
    return sorted((shell.folder / out).glob("*.signed.json"))


def test_a_sheet_becomes_accepted_offers(village: Village) -> None:
    mine, refinery = development(village, "mine"), development(village, "refinery")
    first = village.next_sequence(mine) + 500
    path = sheet(village, mine.folder / "c.csv", range(101, 105), M103="wet")
    words = import_words(path, "signed", first)
    rehearsed = mine.json(*words, "--dry-run", code=ExitCode.OK)
    assert [one["sequence"] for one in rehearsed["documents"]] == [first, first + 1, first + 2]
    assert signed_in(mine, "signed") == []
    away = import_words(path, "unmounted/signed", first)
    for asked in ("--dry-run", "--yes"):
        mine.run(*away, asked, code=ExitCode.STORAGE)
    assert not (mine.folder / "unmounted").exists(), "no folder stands for one that is missing"
    foreign = [REFINERY if word == MINE else word for word in words]
    assert "no site that your" in mine.run(*foreign, "--yes", code=ExitCode.REFUSED).err
    mine.run(*words, code=ExitCode.USAGE)
    assert signed_in(mine, "signed") == [], "nobody was asked, nothing was signed"
    made = mine.json(*words, "--yes", code=ExitCode.INPUT)
    assert [one["rows"] for one in made["failed"]] == [[4]]
    again = mine.json(*words, code=ExitCode.INPUT)
    assert [one["new"] for one in again["documents"]] == [False] * 3, "and nobody is asked"
    twice = sheet(village, mine.folder / "d.csv", range(102, 103), M102="12,5")
    refused = mine.json(*import_words(twice, "signed", first), "--yes", code=ExitCode.INPUT)
    assert f"document {first + 1} of the site already" in refused["failed"][0]["reason"]

    paths = signed_in(mine, "signed")
    for one in paths[:2]:
        village.attest(one)
    lots = mine.json("lot", "create", *map(str, paths), "--yes", code=ExitCode.PENDING)
    assert [one["labels"] for one in lots["lots"]] == [["VIL-101", "M101"], ["VIL-102", "M102"]]
    assert len(lots["pending"]) == 1
    repeated = mine.json("lot", "create", *map(str, paths), code=ExitCode.PENDING)
    assert [one["lot"] for one in repeated["lots"]] == [one["lot"] for one in lots["lots"]]

    for member, other in (("mine", "refinery"), ("refinery", "mine")):
        village.shell(member).run("book", "add", other, village.consortium.account(other))
    offer = ("lot", "offer", "--label", "VIL-10?", "--to", "refinery", "--out", "note.csv")
    away = [word if word != "note.csv" else "unmounted/note.csv" for word in offer]
    mine.run(*away, "--yes", code=ExitCode.STORAGE)
    filled_in = mine.folder / "filled-in.csv"
    filled_in.write_text("somebody's figures")
    taken = [word if word != "note.csv" else filled_in.name for word in offer]
    for asked in ("--dry-run", "--yes"):
        assert "exists" in mine.run(*taken, asked, code=ExitCode.STORAGE).err
    assert filled_in.read_text() == "somebody's figures"
    assert refinery.json("lot", "inbox")["offers"] == [], "refused before it was offered"
    offered = mine.json(*offer, "--yes")
    assert mine.json(*offer) == offered, "the same command finds its own offers"
    assert refinery.json("status", code=ExitCode.PENDING)["waiting"][0]["matter"] == "offer-to-you"

    note = list(csv.DictReader((mine.folder / "note.csv").open(encoding="utf-8-sig")))
    assert [one["Label"] for one in sorted(note, key=lambda one: one["Label"])] == [
        "VIL-101",
        "VIL-102",
    ]
    with (refinery.folder / "received.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("Lot", "Label", "Wet mass [t]", "Moisture", "Assay"))
        for one in note:
            light = one["Label"] == "VIL-102"
            weighed = "19.9" if light else "20.14"
            writer.writerow((one["Lot"], one["Label"], weighed, "11.9", "30.32"))
    received = (refinery.folder / "received.csv").read_text()
    worded = ("lot", "accept", "--all", "--sheet", "worded.csv", "--within", "0.3%", "--yes")
    unclear = f"Lot,Metal\n{note[0]['Lot']},5.383 t\n"
    for text, said in (
        (received.replace(",VIL-101,", ",\x1b[2J,"), "is no label"),
        (unclear, "--decimal"),
    ):
        (refinery.folder / "worded.csv").write_text(text)
        assert said in refinery.run(*worded, code=ExitCode.INPUT).err
    read = refinery.run(*worded[:-1], "--decimal", "point", "--dry-run")
    assert "(5.383 t)" in read.err
    accept = ("lot", "accept", "--all-from", "mine", "--sheet", "received.csv", "--within", "0.3%")
    taken = refinery.json(*accept, "--yes", code=ExitCode.REFUSED)
    assert len(taken["lots"]) == 1
    assert "1.243 % less" in taken["left"][0]["reason"]
    assert refinery.json("lot", "show", "vil-101")["account"].lower() == (
        village.consortium.account("refinery").lower()
    )
    listed = refinery.json("lot", "list", "--label", "VIL-*")["lots"]
    assert [one["labels"] for one in listed] == [["VIL-101"]]

    home = refinery.folder / "home"
    (database,) = home.rglob("member.sqlite")
    for part in database.parent.glob("member.sqlite*"):
        part.unlink()
    refinery.run("keys", "recover", "--documents", str(mine.folder / "signed"))
    assert refinery.json("lot", "show", "VIL-101")["labels"] == ["VIL-101", "M101"]


def test_an_import_that_is_killed_goes_on(village: Village) -> None:
    mine = development(village, "mine")
    path = sheet(village, mine.folder / "k.csv", range(201, 229))
    words = (*import_words(path, "killed", 800), "--yes")
    with subprocess.Popen(
        [sys.executable, "-m", "lodetrace", *words, *mine.options],
        cwd=mine.folder,
        env={**os.environ, **mine.environment},
        stdin=subprocess.DEVNULL,
    ) as process:
        deadline = time.monotonic() + 120
        while len(signed_in(mine, "killed")) < 3 and time.monotonic() < deadline:
            time.sleep(0.002)
        process.send_signal(signal.SIGKILL)
    killed = len(signed_in(mine, "killed"))
    assert killed >= 3
    done = mine.json(*words)
    assert [one["sequence"] for one in done["documents"]] == list(range(800, 828))
    paths = signed_in(mine, "killed")
    assert len(paths) == 28
    domain = domain_of(village.consortium.deployment)
    read = [SignedDocument.read(one) for one in paths]
    for one in read:
        one.verify(domain)
    assert [one.sequence for one in read] == list(range(800, 828))
    assert len({one.hash for one in read}) == 28


@contextmanager
def desk(folder: Path) -> Iterator[str]:
    """The intake of a real oracle node, on a free port."""
    context = IntakeContext(folder, ServiceHealth(), threading.Event())
    context.open()
    server = Server(Config(intake_app(context), host="127.0.0.1", port=0, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            time.sleep(0.05)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()
        context.close()


def test_documents_are_sent_and_followed(village: Village, tmp_path: Path) -> None:
    mine = development(village, "mine")
    path = sheet(village, mine.folder / "s.csv", range(301, 303))
    mine.run(*import_words(path, "sent", 900), "--yes")
    paths = signed_in(mine, "sent")
    send = ("event", "send", *map(str, paths), "--wait", "0", "--yes")
    assert "no oracle node is named" in mine.run(*send, code=ExitCode.SETTINGS).err
    mine.environment["LODETRACE_ORACLES"] = "http://inspectors.example"
    assert "readable for others" in mine.run(*send, code=ExitCode.SETTINGS).err
    with desk(tmp_path) as url:
        mine.environment["LODETRACE_ORACLES"] = f"{url},http://127.0.0.1:1"
        sent = mine.json(*send, code=ExitCode.PENDING)
        assert [one["nodes"] for one in sent["documents"]] == [{url: "pending"}] * 2
        assert list(sent["unreachable"]) == ["http://127.0.0.1:1"]
        filed = {one["of"] for one in mine.json("status", code=ExitCode.PENDING)["waiting"]}
        assert {f"number {number}" for number in (900, 901)} <= {
            one.partition(",")[0] for one in filed
        }
        for one in paths:
            village.attest(one)
        stood = mine.json(*send)
        assert [one["state"] for one in stood["documents"]] == ["standing"] * 2
    for register in (mine.folder / "home").rglob("documents.sqlite*"):
        register.unlink()
    again = mine.json(*import_words(path, "again", 900))
    assert [(one["sequence"], one["new"]) for one in again["documents"]] == [
        (900, False), (901, False),
    ], "what was filed is found on chain"  # fmt: skip
    assert [one.read_bytes() for one in signed_in(mine, "again")] == [
        one.read_bytes() for one in paths
    ]
    del mine.environment["LODETRACE_ORACLES"]
