"""A member with a keystore: refused and disputed offers, rotated keys, trees, a lost machine."""

import shutil
from pathlib import Path

import pytest

from lodetrace.errors import ExitCode
from tests.e2e.shells import Shell, Village
from tests.e2e.site_papers import spill
from tests.e2e.steps import (
    BATCH,
    KILOGRAM,
    born_lot,
    development,
    disputed,
    handed_over,
    mg,
    stated,
)
from tests.support.boxes import box
from tests.support.consortium import PEOPLE

pytestmark = [pytest.mark.chain, pytest.mark.slow]


def test_offers_that_are_returned_disputed_and_taken_back(village: Village, tmp_path: Path) -> None:
    mine, trader = development(village, "mine"), development(village, "other_mine")
    account = village.consortium.account("other_mine")
    lot = born_lot(village, mine, "K01")
    offer = ("lot", "offer", lot[:10], "--to", account, "--expires", "2 days", "--yes")

    mine.run(*offer)
    assert mine.json("lot", "cancel", lot[:10])["lots"] == [lot]
    assert trader.run("lot", "accept", lot, "--yes", code=ExitCode.NOT_FOUND).out == ""
    rehearsed = mine.run(*offer, "--dry-run").err
    for shown in (account, "end", "6 t", "who then knows the amounts for good?"):
        assert shown in rehearsed
    mine.run(*offer)
    reject = ("lot", "reject", lot[:10], "--reason", "seal-broken")
    assert "6 t" in trader.run(*reject, "--dry-run").err
    returned = trader.json(*reject, "--yes")
    assert trader.json(*reject) == returned, "found on chain, and not asked again"
    other = ("lot", "reject", lot[:10], "--reason", "weight-differs")
    assert "seal broken" in trader.run(*other, code=ExitCode.REFUSED).err
    made = mine.json(*offer)
    assert mine.json(*offer[:-1]) == made, "nothing is asked where nothing is left to do"
    assert trader.json("opening", "check", lot[:10])["opens"] is True
    trader.run(*disputed(lot), "--words", "2.1 % under weight", "--yes")
    refused = mine.run("lot", "cancel", lot[:10], code=ExitCode.REFUSED)
    assert "disputed" in refused.err
    trader.run("lot", "accept", "--all", "--yes")
    assert trader.json("lot", "list")["lots"] == [], "a disputed lot is accepted by name only"
    trader.run("lot", "accept", lot[:10], "--yes")
    shown = trader.json("lot", "show", lot[:10])
    assert shown["account"] == account
    happened = [one["event"] for one in shown["history"]]
    assert happened == [
        "born", "offered", "offer cancelled", "offered", "rejected", "offered", "disputed",
        "accepted",
    ]  # fmt: skip
    assert shown["history"][4]["reason"] == "seal broken"
    assert shown["history"][6]["reason"] == "2.1 % under weight", "as whoever said it reads it"
    _hand_over_the_words(mine, trader, lot, tmp_path)
    sold_on = ("lot", "offer", lot[:10], "--to", village.consortium.account("mine"))
    warned = trader.run(*sold_on, code=ExitCode.USAGE)
    assert "sold on unchanged" in warned.err
    assert "--yes" in warned.err


def _hand_over_the_words(mine: Shell, trader: Shell, lot: str, folder: Path) -> None:
    """Whoever did not say them reads a commitment, until he is given the file."""
    file = str(folder / "reason.json")
    hidden = mine.json("lot", "reason", lot[:10])["reasons"]
    assert [one["act"] for one in hidden] == ["rejected", "disputed"]
    assert hidden[1]["reason"] == hidden[1]["word"]
    mine.run("lot", "reason", lot[:10], "--out", file, code=ExitCode.NOT_FOUND)
    trader.run("lot", "reason", lot[:10], "--out", file)
    told = mine.json("lot", "reason", lot[:10], "--file", file)["reasons"]
    assert told[1]["reason"] == "2.1 % under weight"
    for given in ((), ("--reason", "seal-broken", "--words", "both")):
        trader.run("lot", "reject", lot[:10], *given, "--yes", code=ExitCode.INPUT)
    trader.run("lot", "reject", lot[:10], "--reason", "a whim", "--yes", code=ExitCode.INPUT)


def test_what_does_not_open_is_never_accepted(village: Village) -> None:
    mine, trader = development(village, "mine"), development(village, "other_mine")
    account = village.consortium.account("other_mine")
    lot = born_lot(village, mine, "K04")
    garbage = box("garbage")
    expiry = village.consortium.now() + 86_400
    sent = ("garbage", "Custody", "offer", bytes.fromhex(lot[2:]), account, expiry, garbage)
    village.consortium.member("mine").send(*sent)

    offer = trader.json("lot", "inbox")["offers"][0]
    assert offer["balance"] is None
    assert offer["problem"]["type"] == "urn:lodetrace:problem:BoxUnreadable"
    trader.run("lot", "accept", lot, "--yes", code=ExitCode.KEYS)
    assert trader.json("lot", "accept", "--all", "--yes")["lots"] == []
    assert trader.json("opening", "check", lot, code=ExitCode.REFUSED)["opens"] is False
    trader.run("lot", "reject", lot, "--reason", "opening-unreadable", "--yes")
    assert mine.json("lot", "show", lot)["state"] == "active"


def test_rotated_keys_trees_and_a_lost_machine(village: Village, tmp_path: Path) -> None:
    """The keys lie in an encrypted file."""
    mine, recycler = development(village, "mine"), village.shell("recycler")
    account = recycler.json("keys", "new", "--dev-index", str(PEOPLE["recycler"][0]))["account"]
    lot = born_lot(village, mine, "K02")
    recycler.run("keys", "rotate", "viewing", "--yes")
    again = recycler.run("keys", "rotate", "viewing", "--dry-run").err
    assert "You replaced it " in again
    assert "ago" in again
    handed_over(mine, recycler, lot, account)

    unfunded = recycler.run("keys", "rotate", "signing", "--yes", code=ExitCode.NODE)
    signer = unfunded.err.split("The new signer is ")[1][:42]
    village.consortium.node.rpc("anvil_setBalance", [signer, hex(10**18)])
    rotated = recycler.json("keys", "rotate", "signing", "--yes")
    assert (rotated["account"], rotated["signer"]) == (account, signer)
    assert recycler.json("check")["ok"] is True

    split = ("lot", "split", lot[:10], *(["--part", "1 t"] * 4), "--part", "rest")
    parts = recycler.json(*split, "--yes")["outputs"]
    metals = sorted(mg(one["balance"]["metal"]) for one in parts)
    assert metals == [10**9] * 4 + [(BATCH * 3 // 10 - 4_000) * KILOGRAM]
    names = [one["lot"][:12] for one in parts]
    planned = recycler.json("lot", "merge", *names, "--dry-run")
    assert planned["runs"] == 2
    merged = recycler.json("lot", "merge", *names, "--yes")["outputs"][0]
    assert merged["balance"] == planned["merged"], "to the milligram, carbon included"
    assert recycler.json("lot", "merge", *names, "--yes")["outputs"] == [merged], "again, the same"
    for more in ((), ("--dry-run",)):
        assert recycler.json("lot", "merge", *names, *more)["outputs"] == [merged], "and unasked"

    saved = str(tmp_path / "merged.opening.json")
    recycler.run("opening", "save", merged["lot"], saved)
    anybody = village.shell("anybody")
    found = anybody.json("opening", "check", merged["lot"], saved)
    assert (found["opens"], found["balance"]) == (True, merged["balance"])
    assert anybody.json("opening", "check", lot, saved, code=ExitCode.REFUSED)["opens"] is False

    backup = str(tmp_path / "stick.json")
    recycler.run("keys", "backup", backup)
    before = recycler.json("lot", "list", "--ended")["lots"]
    shutil.rmtree(recycler.folder / "home")
    recycler.run("lot", "list", code=ExitCode.KEYS)
    recovered = recycler.json("keys", "recover", "--backup", backup)
    assert recovered["unreadable"] == []
    assert recovered["former_viewing_keys"] == 1
    assert recycler.json("lot", "list", "--ended")["lots"] == before


def test_holds_disclosures_and_a_loss(village: Village) -> None:
    mine, auditor = development(village, "mine"), development(village, "auditor")
    risk = development(village, "risk")
    lot = born_lot(village, mine, "K03")
    assert auditor.json("opening", "check", lot, code=ExitCode.REFUSED)["opens"] is False
    mine.run("lot", "disclose", lot[:10], "--to", village.consortium.account("auditor"), "--yes")
    assert auditor.json("opening", "check", lot)["opens"] is True

    assert (
        auditor.json("lot", "hold", lot, "--reason", "certificate-suspended", "--yes")["outcome"]
        == "held"
    )
    account = village.consortium.account("other_mine")
    refused = mine.run("lot", "offer", lot, "--to", account, "--yes", code=ExitCode.REFUSED)
    assert "on hold" in refused.err
    assert risk.json("lot", "renew", lot, "--yes")["outcome"] == "held"
    assert auditor.json("lot", "release", lot, "--yes")["outcome"] == "release proposed"
    assert risk.json("lot", "release", lot, "--yes")["outcome"] == "released"
    end = village.consortium.wait(7_200) - 60
    signed = stated(village, mine, "spill", spill("K03", end, BATCH, lot))
    assert mine.json("lot", "show", lot)["state"] == "named", "it waits for its end"
    lost = mine.json("lot", "lost", signed, "--element", "Co", "--yes")
    assert (lost["outcome"], lost["lots"]) == ("lost", [lot])
    assert mine.json("lot", "lost", signed, "--element", "Co") == lost, "again, and not asked"
    assert mine.json("lot", "show", lot)["state"] == "lost"
