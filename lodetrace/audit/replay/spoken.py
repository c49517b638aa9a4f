"""What events carry of words and boxes: coded or committed reasons, boxes of a known form.

The contracts take no other ones, so that nothing readable is kept for ever by mistake.
"""

from collections.abc import Iterator
from dataclasses import fields

from lodetrace.audit.evidence import ProvenEvent
from lodetrace.audit.replay.errors import HistoryRefused
from lodetrace.contracts.events import Event, WithdrawalAttested
from lodetrace.contracts.reasons import is_reason
from lodetrace.contracts.sealed_boxes import is_sealed_box
from lodetrace.text import hex_of


class ReasonInvalid(HistoryRefused):
    """A reason in clear, or as an unsalted hash."""

    template = "step {step}, {item}: {word} is neither a code of the list nor a commitment"


class SealedBoxInvalid(HistoryRefused):
    """A box of an unknown algorithm, or of another length than that makes."""

    template = "step {step}, {item}: a box of {length} bytes, algorithm {algorithm}"


def require_spoken(shown: ProvenEvent) -> None:
    """Raises ReasonInvalid or SealedBoxInvalid."""
    event = shown.event
    item = f"{type(event).__name__} in block {shown.block}"
    for name, value in _words_of(event):
        if name == "reason" and not is_reason(value):
            raise ReasonInvalid(item=item, word=hex_of(value))
        if name.startswith("sealed_to_") and not is_sealed_box(value):
            algorithm = value[0] if value else "none"
            raise SealedBoxInvalid(item=item, length=len(value), algorithm=algorithm)


def _words_of(event: Event) -> Iterator[tuple[str, bytes]]:
    if isinstance(event, WithdrawalAttested):
        yield "reason", event.withdrawal.reason
    for one in fields(event):  # type: ignore[arg-type]
        value = getattr(event, one.name)
        if isinstance(value, bytes):
            yield one.name, value
