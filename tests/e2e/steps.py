"""Steps of a member's day, each done by the program and looked at."""

from typing import Any

from lodetrace.errors import ExitCode
from tests.e2e.shells import Shell, Village
from tests.e2e.site_papers import birth
from tests.support.consortium import PEOPLE, ROOT

KILOGRAM = 10**6
RECEIVED = ROOT / "examples/members/receiving.jsonld"
BATCH = 20_000
"""kg of hydroxide with 30 % cobalt."""


def mg(amount: dict[str, str]) -> int:
    assert amount["unit"] in ("mg", "mg CO2e")
    return int(amount["value"])


def development(village: Village, member: str) -> Shell:
    return village.shell(member, "--dev-index", str(PEOPLE[member][0]))


def stated(village: Village, shell: Shell, name: str, document: dict[str, Any]) -> str:
    """Signs a document, sees it pending, has it attested, sees it standing; its signed file."""
    path = village.write(shell, f"{name}.jsonld", document)
    words = ("event", "sign", str(path), "--sequence", str(village.next_sequence(shell)))
    signed = shell.json(*words, "--yes")["file"]
    again = shell.json(*words)["file"]
    assert again == signed, "the same file again"
    plain = Shell(shell.folder, shell.environment)
    waiting = plain.json("event", "status", signed, code=ExitCode.PENDING)
    assert [one["state"] for one in waiting["events"]] == ["pending"]
    village.attest(shell.folder / signed)
    assert plain.json("event", "status", signed)["events"][0]["state"] == "standing"
    return signed


def born_lot(village: Village, mine: Shell, name: str) -> str:
    end = village.consortium.wait(7_200) - 60
    signed = stated(village, mine, name, birth(name, end, BATCH))
    words = ("lot", "create", signed, "--element", "Co", "--yes")
    born = mine.json(*words)
    assert mg(born["balance"]["metal"]) == BATCH * KILOGRAM * 3 // 10
    assert born["gates"]["credits"] == ["responsible"]
    assert mine.json(*words) == born, "again, the same lot"
    return str(born["lot"])


def disputed(lot: str) -> tuple[str, ...]:
    """To be typed with a reason; the record of what arrived is an example's."""
    return ("lot", "dispute", lot[:10], "--document", str(RECEIVED))


def waiting_for(taker: Shell, lot: str) -> list[dict[str, Any]]:
    """Offers of the lot: those of other tests of the village may wait beside it."""
    return [one for one in taker.json("lot", "inbox")["offers"] if one["lot"] == lot]


def handed_over(giver: Shell, taker: Shell, lot: str, to: str) -> None:
    order = ("lot", "offer", lot[:12], "--to", to, "--expires", "30 days", "--yes")
    offers = giver.json(*order)["offers"]
    assert [(one["lot"], one["to"]) for one in offers] == [(lot, to)]
    assert [one["problem"] for one in waiting_for(taker, lot)] == [None]
    problem = taker.run("lot", "accept", lot[2:10], "--json", code=ExitCode.USAGE).problem
    assert problem["type"].endswith("ConfirmationMissing")
    assert taker.json("lot", "accept", lot[2:10], "--yes")["lots"] == [lot]
    assert waiting_for(taker, lot) == []
