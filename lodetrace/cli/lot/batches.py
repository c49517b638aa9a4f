"""Lots of one physical batch move together: those of its other metals are added, and said."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lodetrace.text import short_id

if TYPE_CHECKING:
    from lodetrace.cli.context import CommandContext
    from lodetrace.member.inbox import InboxItem
    from lodetrace.member.session import MemberSession


def warn_of_batch(cli: "CommandContext", named: Sequence[bytes], together: Sequence[bytes]) -> None:
    """Says which lots were added."""
    added = [short_id(one) for one in together if one not in named]
    if added:
        cli.terminal.warn(f"of the same physical batch, so they go along: {', '.join(added)}")


def with_batches(
    member: "MemberSession", named: Sequence[bytes], items: "dict[bytes, InboxItem]"
) -> list[bytes]:
    """The named lots, and the offered ones that make their batches whole."""
    from lodetrace.member.batches import batch_of, companions

    chosen = {one: items[one].lot for one in named if one in items}
    roots = {batch.root for lot in chosen.values() if (batch := batch_of(lot)) is not None}
    elements = {root: member.reads.elements_of(root) for root in roots}
    others = {lot_id: item.lot for lot_id, item in items.items()}
    return [*named, *companions(chosen, others, elements)]
