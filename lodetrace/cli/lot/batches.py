"""Lots of one physical batch move together: the others are added, and said."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lodetrace.text import short_id

if TYPE_CHECKING:
    from lodetrace.cli.context import CommandContext
    from lodetrace.member.inbox import InboxItem


def warn_of_batch(cli: "CommandContext", named: Sequence[bytes], together: Sequence[bytes]) -> None:
    """Says which lots were added."""
    added = [short_id(one) for one in together if one not in named]
    if added:
        cli.terminal.warn(f"of the same physical batch, so they go along: {', '.join(added)}")


def with_batches(named: Sequence[bytes], items: "dict[bytes, InboxItem]") -> list[bytes]:
    """The named lots, and the offered ones of their batches."""
    batches = {items[one].lot.batch for one in named if one in items} - {0}
    others = [key for key, one in items.items() if one.lot.batch in batches and key not in named]
    return [*named, *others]
