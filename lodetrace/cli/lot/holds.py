"""`lodetrace lot`: holds of auditors and risk officers, settlements of umpires."""

from typing import TYPE_CHECKING, Annotated, Final

import typer

from lodetrace.cli.answer import Answer
from lodetrace.cli.command import command
from lodetrace.cli.context import CommandContext
from lodetrace.cli.format import iso_or_none
from lodetrace.cli.lot.lots import HOLDS, LotName, lot
from lodetrace.cli.lot.reasons import HiddenWords, Reason, given_reason
from lodetrace.cli.lot_ids import named_lot, required_id
from lodetrace.errors import InputError
from lodetrace.text import hex_of, short_id

if TYPE_CHECKING:
    from lodetrace.member.session import MemberSession

_LOT: Final = "0x" + "2f" * 32
_EVENT: Final = "0x" + "88" * 32


class EventIdMalformed(InputError):
    """Text that is no event id."""

    template = "{text!r} is no event id"
    advice = "`lodetrace event status` gives the id of each event of a signed document."


@command(lot, "hold", f"lodetrace lot hold {_LOT} --reason certificate-suspended", panel=HOLDS,
         asks=True, writes=True)  # fmt: skip
def hold(
    cli: CommandContext, lot: LotName, reason: Reason = None, words: HiddenWords = None
) -> Answer:
    """Stop a lot for 14 days while a question is open (risk or auditor role).

    The hold is on its root in the hands of its holder's ownership group: on all lots of that
    document, or pool, that the group has. Nobody else's lots are stopped.
    """
    from lodetrace.member.holds import hold as stop

    with cli.member() as member:
        why, readers = given_reason(member, reason, words)
        named = named_lot(member, lot)
        cli.ask(
            f"Hold {short_id(named)}, and all of its root that its holder's group has, for 14 "
            f"days? {readers}",
            lambda session: stop(session, named, why),
        )
        with cli.work("holding"):
            return _until(member, named, stop(member, named, why))


@command(lot, "renew", f"lodetrace lot renew {_LOT}", panel=HOLDS, asks=True, writes=True)
def renew(cli: CommandContext, lot: LotName) -> Answer:
    """Prolong another ownership group's hold to 90 days (the other of risk and auditor role)."""
    from lodetrace.member.holds import renew as prolong

    with cli.member() as member:
        named = named_lot(member, lot)
        cli.ask(
            f"Prolong the hold of {short_id(named)} to 90 days?",
            lambda session: prolong(session, named),
        )
        with cli.work("renewing"):
            return _until(member, named, prolong(member, named))


@command(lot, "release", f"lodetrace lot release {_LOT}", panel=HOLDS, asks=True, writes=True)
def release(cli: CommandContext, lot: LotName) -> Answer:
    """Propose the release of a held lot, or agree to the other role's proposal.

    What is released is the hold on its root; or the lot alone, if it was born held.
    """
    from lodetrace.member.holds import release as set_free

    with cli.member() as member:
        named = named_lot(member, lot)
        cli.ask(
            f"Agree that {short_id(named)} is released?", lambda session: set_free(session, named)
        )
        with cli.work("releasing"):
            free = set_free(member, named)
    state = "released" if free else "release proposed"
    said = "It is free." if free else "The other role of another ownership group has to agree."
    return Answer({"lot": hex_of(named), "outcome": state}, [f"{short_id(named)}: {said}"])


@command(lot, "consent", f"lodetrace lot consent {_LOT}", panel=HOLDS, asks=True, writes=True)
def consent(cli: CommandContext, lot: LotName) -> Answer:
    """Let a lot arrive whose sender was suspended after offering it (risk or auditor role)."""
    from lodetrace.member.holds import consent as let_arrive

    with cli.member() as member:
        named = named_lot(member, lot)
        cli.terminal.confirm(f"Agree that {short_id(named)} is accepted from its sender?")
        with cli.work("consenting"):
            given = let_arrive(member, named)
    state = "arrival consented" if given else "consent proposed"
    said = "It may be accepted." if given else "A judge of another ownership group has to agree."
    return Answer({"lot": hex_of(named), "outcome": state}, [f"{short_id(named)}: {said}"])


@command(
    lot,
    "approve-settlement",
    f"lodetrace lot approve-settlement {_LOT} --event-id {_EVENT}",
    panel=HOLDS,
    asks=True,
    writes=True,
)
def approve_settlement(
    cli: CommandContext,
    lot: LotName,
    event_id: Annotated[str, typer.Option(help="Id of the measurement event.")],
) -> Answer:
    """Approve a measurement for a disputed lot (umpire role).

    Its holder then settles it with `lodetrace lot run --kind settle`; from 7 days later on the
    buyer or the umpire may. A lot that weighs no less than booked: `lodetrace lot end-dispute`.
    """
    from lodetrace.member.holds import approve_settlement as approve

    measured = required_id(event_id, EventIdMalformed)
    with cli.member() as member:
        named = named_lot(member, lot)
        cli.ask(
            f"Approve that {short_id(named)} is settled with event {short_id(measured)}?",
            lambda session: approve(session, named, measured),
        )
        with cli.work("approving"):
            approve(member, named, measured)
    document = {"lot": hex_of(named), "event_id": hex_of(measured)}
    text = f"{short_id(named)} may be settled with event {short_id(measured)}."
    return Answer({**document, "outcome": "settlement approved"}, [text])


@command(lot, "end-dispute", f"lodetrace lot end-dispute {_LOT}", panel=HOLDS, writes=True)
def end_dispute(cli: CommandContext, lot: LotName) -> Answer:
    """Offer a disputed lot again that an approved measurement found no less than booked.

    Anybody may: the offer then lasts as long as it did before, and 7 days at least.
    """
    from lodetrace.member.holds import end_dispute as end

    with cli.member() as member:
        named = named_lot(member, lot, inbox=True)
        with cli.work("ending the dispute"):
            expiry = iso_or_none(end(member, named))
    document = {"lot": hex_of(named), "outcome": "offered again", "expiry": expiry}
    return Answer(document, [f"{short_id(named)} is offered again until {expiry}."])


def _until(member: "MemberSession", lot: bytes, end: int) -> Answer:
    from lodetrace.member.holds import matter_of

    until, on = iso_or_none(end), matter_of(member, lot)
    document = {"lot": hex_of(lot), "root": on.root, "group": hex_of(on.group), "outcome": "held"}
    text = (
        f"{short_id(lot)} is held until {until}, with all lots of root {on.root} that group "
        f"{short_id(on.group)} has."
    )
    return Answer({**document, "until": until}, [text])
