"""`lodetrace event send`: documents filed, handed to the inspectors' nodes, and followed."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from lodetrace.cli.answer import Answer, rows
from lodetrace.cli.command import command
from lodetrace.cli.context import CommandContext
from lodetrace.cli.event import event
from lodetrace.cli.event_filing import SignedFiles, file_signed, read_signed
from lodetrace.errors import ExitCode
from lodetrace.text import DAY_SECONDS, hex_of

if TYPE_CHECKING:
    from lodetrace.documents.signed_document import SignedDocument
    from lodetrace.member.oracle_desk import OracleDesk
    from lodetrace.onchain.contracts import Contracts

LOOK_SECONDS: Final = 2
SETTLED: Final = ("standing", "used", "withdrawn", "evidence")


@dataclass(slots=True)
class _Followed:
    """A document on its way. said: what nodes answered, by address."""

    path: Path
    signed: "SignedDocument"
    state: str = "pending"
    attestations: int = 0
    said: dict[str, str] = field(default_factory=dict)


@command(
    event,
    "send",
    "lodetrace event send signed/*.json",
    "lodetrace event send signed/*.json --wait 0",
    asks=True,
    writes=True,
)
def send(
    cli: CommandContext,
    documents: SignedFiles,
    wait: Annotated[
        int,
        typer.Option(min=0, max=DAY_SECONDS, metavar="SECONDS", help="How long to follow them."),
    ] = 120,
) -> Answer:
    """File documents on chain, hand them to the oracle nodes, and follow them until they stand.

    The nodes are those of the network's entry in networks.yaml, or of LODETRACE_ORACLES. Ends with
    exit code 10 while one of them is pending. The same command again goes on.
    """
    from lodetrace.member.oracle_desk import DesksMissing, OracleDesk

    signed = read_signed(cli, documents)
    desks = [OracleDesk.at(url) for url in cli.settings.oracles]
    if not desks:
        raise DesksMissing(network=cli.settings.network_id)
    followed = [_Followed(path, one) for path, one in zip(documents, signed, strict=True)]
    with cli.member() as member:
        file_signed(cli, member, signed)
        cli.about_to("hand the documents in", documents=len(signed), nodes=len(desks))
        with cli.work("handing in") as work:
            away = _hand_in(desks, followed)
            work.step("following")
            _follow(member.contracts, desks, followed, wait)
    for url, reason in away.items():
        cli.terminal.warn(f"{url}: {reason}")
    return _answer(followed, away)


def _hand_in(desks: "Sequence[OracleDesk]", followed: list[_Followed]) -> dict[str, str]:
    """Every document to every node; nodes that did not take one, and why."""
    from lodetrace.member.oracle_desk import DeskUnreachable

    away: dict[str, str] = {}
    for desk in desks:
        for one in followed:
            try:
                one.said[desk.url] = desk.hand_in(one.path)
            except DeskUnreachable as error:
                away.setdefault(desk.url, f"{one.path.name}: {error.values['reason']}")
    return away


def _follow(
    contracts: "Contracts", desks: "Sequence[OracleDesk]", followed: list[_Followed], wait: int
) -> None:
    """Until all are settled, or the time is over; then asks the nodes why the others are not."""
    end = time.monotonic() + wait
    while True:
        for one in followed:
            if one.state not in SETTLED:
                _look(contracts, one)
        if all(one.state in SETTLED for one in followed) or time.monotonic() >= end:
            break
        time.sleep(LOOK_SECONDS)
    _ask_why(desks, [one for one in followed if one.state not in SETTLED])


def _look(contracts: "Contracts", one: _Followed) -> None:
    from lodetrace.cli.event import states_of

    found = states_of(contracts, one.signed)
    states = [each["state"] for each in found]
    one.attestations = min((each["attestations"] for each in found), default=0)
    left = [state for state in states if state not in SETTLED]
    one.state = left[0] if left else states[0] if states else "evidence"


def _ask_why(desks: "Sequence[OracleDesk]", waiting: list[_Followed]) -> None:
    from lodetrace.member.oracle_desk import DeskUnreachable

    for one in waiting:
        for desk in desks:
            if desk.url not in one.said:
                continue
            try:
                state, reason = desk.state_of(one.path)
            except DeskUnreachable:
                continue
            one.said[desk.url] = f"{state}: {reason}" if reason else state


def _answer(followed: list[_Followed], away: dict[str, str]) -> Answer:
    found: list[dict[str, Any]] = [
        {
            "file": str(one.path),
            "document": hex_of(one.signed.hash),
            "sequence": one.signed.sequence,
            "state": one.state,
            "attestations": one.attestations,
            "nodes": one.said,
        }
        for one in followed
    ]
    lines = [
        (
            str(one.signed.sequence),
            one.path.name,
            one.state,
            str(one.attestations),
            "" if one.state in SETTLED else "\n".join(f"{at} {it}" for at, it in one.said.items()),
        )
        for one in followed
    ]
    columns = ("number>", "document", "state", "attestations>", "nodes")
    pending = any(one.state not in SETTLED for one in followed)
    document = {"documents": found, "unreachable": away}
    return Answer(document, [rows(columns, lines)], ExitCode.PENDING if pending else ExitCode.OK)
