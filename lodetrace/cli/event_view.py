"""How far an event is: attested, standing, used, or said otherwise by somebody."""

from typing import TYPE_CHECKING, Any

from lodetrace.cli.present import iso_or_none, word
from lodetrace.contracts.codes import EventKind, element_name
from lodetrace.contracts.events import Attested
from lodetrace.contracts.reads import Reads

if TYPE_CHECKING:
    from lodetrace.contracts.contracts import Contracts
    from lodetrace.contracts.structs import SiteEvent, Standing


def standings(contracts: "Contracts", event: "SiteEvent") -> dict[str, Any]:
    """One event of a document, against what the chain has of it; raises NodeError.

    state: pending, standing, used, or superseded by another statement of the same number.
    """
    reads = Reads(contracts)
    event_id = reads.event_id(event.site, event.sequence, event.element)
    standing = reads.standing(event_id)
    said = [
        found.event
        for found in contracts.events(Attested, event_id=event_id)
        if isinstance(found.event, Attested)
    ]
    same = [one for one in said if one.statement == event]
    state = _state(event, standing)
    return {
        "element": element_name(event.element),
        "event_id": "0x" + event_id.hex(),
        "kind": word(event.kind),
        "state": state,
        "standing_since": iso_or_none(standing.standing_since),
        "attestations": len(same),
        "organisations": ["0x" + one.organisation.hex() for one in same],
        "conflicts": len(said) - len(same),
        "credits": _gates(reads, standing) if state == "standing" else None,
        "note": _note(len(said) - len(same), state),
    }


def _state(event: "SiteEvent", standing: "Standing") -> str:
    if not standing.standing_since:
        return "pending"
    if (standing.commitment, standing.document) != (event.commitment, event.document):
        return "superseded"
    return "used" if standing.used else "standing"


def _gates(reads: Reads, standing: "Standing") -> list[str]:
    """Credits that certificates in force give, or let through, at this event."""
    from zk_circuits.schema import Credit

    gives = standing.kind in (EventKind.BIRTH, EventKind.RECOVERY)
    gates = reads.gates_at_birth(standing) if gives else reads.gates_at_processing(standing)
    return [word(credit) for credit in Credit if gates >> (credit - 1) & 1]


def _note(others: int, state: str) -> str:
    if state == "superseded":
        return "another statement of this number stands"
    return f"{others} nodes attested something else" if others else ""
