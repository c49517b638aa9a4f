"""How far an event is: attested, standing, used, or said otherwise by somebody."""

from typing import TYPE_CHECKING, Any

from lodetrace.cli.format import iso_or_none
from lodetrace.contracts.enums import EventKind, element_name
from lodetrace.contracts.events import Attested, WithdrawalAttested
from lodetrace.onchain.reads import Reads
from lodetrace.text import enum_word, hex_of

if TYPE_CHECKING:
    from lodetrace.contracts.structs import SiteEvent, Standing, Withdrawal
    from lodetrace.onchain.contracts import Contracts


def standings(contracts: "Contracts", event: "SiteEvent") -> dict[str, Any]:
    """One event of a document, against what the chain has of it; raises NodeError.

    state: pending, standing, used, withdrawn by the site, or superseded by another statement of
    the same number.
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
    withdrawn, used = reads.is_withdrawn(event_id, event.document), reads.is_used(event_id)
    state = "withdrawn" if withdrawn else _state(event, standing, used)
    filed_at = reads.filed_at(event.site, event.sequence, event.document)
    others, made_lots = len(said) - len(same), _made_lots(event, standing, used)
    return {
        "element": element_name(event.element),
        "event_id": hex_of(event_id),
        "kind": enum_word(event.kind),
        "state": state,
        "standing_since": iso_or_none(standing.standing_since),
        "filed_at": iso_or_none(filed_at),
        "lots": [hex_of(lot) for lot in event.inputs],
        "attestations": same[-1].attestations if same else 0,
        "organisations": [hex_of(one.organisation) for one in same],
        "conflicts": len(said) - len(same),
        "credits": _gates(reads, standing) if state == "standing" else None,
        "note": _note(others, state, made_lots, filed_at != 0),
    }


def withdrawals(contracts: "Contracts", withdrawal: "Withdrawal") -> dict[str, Any]:
    """One metal of a declaration, in the form of `standings`; state: pending or withdrawn.

    conflicts: attestations of other declarations about the same document.
    """
    reads = Reads(contracts)
    event_id = reads.event_id(withdrawal.site, withdrawal.sequence, withdrawal.element)
    standing = reads.standing(event_id)
    said = [
        found.event
        for found in contracts.events(WithdrawalAttested, event_id=event_id)
        if isinstance(found.event, WithdrawalAttested)
        and found.event.withdrawal.document == withdrawal.document
    ]
    same = [one for one in said if one.withdrawal == withdrawal]
    gone, used = reads.is_withdrawn(event_id, withdrawal.document), reads.is_used(event_id)
    state = "withdrawn" if gone else "pending"
    filed_at = reads.filed_at(withdrawal.site, withdrawal.sequence, withdrawal.declaration)
    others, made_lots = len(said) - len(same), _made_lots(withdrawal, standing, used)
    return {
        "element": element_name(withdrawal.element),
        "event_id": hex_of(event_id),
        "kind": "withdrawal",
        "state": state,
        "standing_since": None,
        "filed_at": iso_or_none(filed_at),
        "lots": [hex_of(lot) for lot in withdrawal.inputs],
        "attestations": same[-1].attestations if same else 0,
        "organisations": [hex_of(one.organisation) for one in same],
        "conflicts": len(said) - len(same),
        "credits": None,
        "note": _note(others, state, made_lots, filed_at != 0),
    }


def _made_lots(said: "SiteEvent | Withdrawal", standing: "Standing", used: bool) -> bool:
    return used and standing.document == said.document


def _state(event: "SiteEvent", standing: "Standing", used: bool) -> str:
    if not standing.standing_since:
        return "pending"
    if (standing.commitment, standing.document) != (event.commitment, event.document):
        return "superseded"
    return "used" if used else "standing"


def _gates(reads: Reads, standing: "Standing") -> list[str]:
    """Credits that certificates in force give, or let through, at this event."""
    from zk_circuits.schema import Credit

    gives = standing.kind.is_birth or standing.kind is EventKind.RECOVERY
    newest = standing.to  # of what went in, as far as an event knows
    gates = reads.gates_at_birth(standing) if gives else reads.gates_at_processing(standing, newest)
    return [enum_word(credit) for credit in Credit if gates >> (credit - 1) & 1]


def _note(others: int, state: str, made_lots: bool, filed: bool) -> str:
    if state == "withdrawn":
        return "lots were made of it: they are flagged" if made_lots else "it makes no lot"
    if state == "superseded":
        return "another statement of this number stands"
    if state == "pending" and not filed:
        return "its site has not filed it"
    return f"{others} nodes attested something else" if others else ""
