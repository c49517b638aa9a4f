"""Events of sites as they stand on chain, and the lots that went into them."""

from collections.abc import Collection

from lodetrace.contracts.enums import EventKind
from lodetrace.contracts.events import EventStanding
from lodetrace.contracts.structs import Standing
from lodetrace.errors import Pending, Refused
from lodetrace.member.session import MemberSession
from lodetrace.text import enum_word, hex_of
from zk_circuits.commitment import Opening


class EventNotStanding(Pending):
    """No quorum of oracle nodes has attested the event."""

    template = "event {event} does not stand: no quorum has attested it"
    advice = "See `lodetrace event status`; repeat the command once the quorum is reached."


class EventOpeningMismatch(Refused):
    """The statement at hand is not what the oracle nodes attested."""

    template = "the statement opens {actual}, attested was {expected} for event {event}"
    advice = "Use the statement of the revision that stands."


class EventKindWrong(Refused):
    """An event of another kind than the operation needs."""

    template = "event {event} is of kind {actual}, needed is {required}"
    advice = (
        "Births need a birth or a document about metal from outside, runs an event of their kind:"
        " processing, recovery, rework, loss or measurement."
    )


def standing_event(
    member: MemberSession, event_id: bytes, event: Opening, kinds: Collection[EventKind]
) -> Standing:
    """The event as it stands, of one of these kinds, checked against its opening.

    Raises EventNotStanding, EventKindWrong or EventOpeningMismatch.
    """
    standing = required_event(member, event_id, kinds)
    commitment = event.commitment.to_bytes(32, "big")
    if commitment != standing.commitment:
        raise EventOpeningMismatch(
            actual=hex_of(commitment), expected=hex_of(standing.commitment), event=hex_of(event_id)
        )
    return standing


def required_event(
    member: MemberSession, event_id: bytes, kinds: Collection[EventKind]
) -> Standing:
    """The event as it stands, of one of these kinds; raises EventNotStanding or EventKindWrong."""
    standing = member.reads.standing(event_id)
    if not standing.standing_since:
        raise EventNotStanding(event=hex_of(event_id))
    if standing.kind not in kinds:
        required = " or ".join(enum_word(kind) for kind in kinds)
        actual = enum_word(standing.kind)
        raise EventKindWrong(event=hex_of(event_id), actual=actual, required=required)
    return standing


def named_lots(member: MemberSession, event_id: bytes) -> tuple[bytes, ...]:
    """The lots that went into an event, in its order: what its run consumes.

    Raises EventNotStanding.
    """
    document = member.reads.standing(event_id).document
    for stood in reversed(member.contracts.happened(EventStanding, event_id=event_id)):
        if stood.statement.document == document:
            return stood.statement.inputs
    raise EventNotStanding(event=hex_of(event_id))
