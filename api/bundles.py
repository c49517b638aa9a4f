"""Audit bundles on request: one export at a time, few that wait for theirs, the last ones kept.

An export reads what the node has of the Journal since the last one, and words of the state: nothing
else that is answered costs as much.
"""

import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Final

from api.errors import BundleBusy, QueryInvalid, SubjectNotYet, TooManyLotsForBundle
from api.rations import Ration
from lodetrace.audit.anchor import Anchor
from lodetrace.audit.bundle import Subject
from lodetrace.audit.heads import HeadUnreadable, SignedHead
from lodetrace.evidence.cosignatures import (
    AnchorWithoutWitnesses,
    HeadNotWitnessed,
    Wanted,
    Witnessed,
    WitnessUnreachable,
    published,
    witnessed_end,
)
from lodetrace.evidence.errors import AncestryTooLarge, BlockUnknown, SubjectNotRecorded
from lodetrace.onchain.contracts import Contracts
from lodetrace.text import enum_word, hex_of

log: Final = logging.getLogger("lodetrace.gateway")

WAITING: Final = 4
"""Requests for bundles at once, the one that is exporting included; more are turned away."""

KEPT_BYTES: Final = 64 << 20

HEADS_SECONDS: Final = 60
"""Heads that were published so long ago are asked for again."""

Export = Callable[[Subject, Witnessed], bytes]
"""Makes the bundle of a subject that ends at a block, with words of witnesses for it."""

Ends = Callable[[Wanted], Witnessed]
"""Says where a bundle ends."""


def unwitnessed(wanted: Wanted) -> Witnessed:
    """Where it was asked to end, or at the newest block; nobody signed it."""
    return Witnessed(wanted.newest if wanted.block is None else wanted.block, ())


class Bundles:
    """Safe to share between threads."""

    def __init__(self, export: Export, ends: Ends = unwitnessed) -> None:
        self._export: Final = export
        self._ends: Final = ends
        self._ration: Final = Ration(at_once=1, room=WAITING, busy=BundleBusy)
        self._kept: Final[OrderedDict[tuple[Subject, Witnessed], bytes]] = OrderedDict()

    def of(self, wanted: Wanted, reader: str | None = None) -> bytes:
        """The bundle; raises BundleBusy, TooManyLotsForBundle, SubjectNotYet or QueryInvalid.

        reader: whose turn it takes.
        """
        with self._ration.turn(reader):
            ends = self._ends(wanted)
            kept = self._kept.get((wanted.subject, ends))
            return kept or self._made(wanted.subject, ends)

    def _made(self, subject: Subject, ends: Witnessed) -> bytes:
        kind, id_, block = enum_word(subject.kind), hex_of(subject.id), ends.block
        try:
            made = self._export(subject, ends)
        except SubjectNotRecorded as error:
            raise SubjectNotYet(kind=kind, id=id_, block=block) from error
        except BlockUnknown as error:
            reason = f"the chain ends at {error.values['head']}"
            raise QueryInvalid(name="block", value=block, reason=reason) from error
        except AncestryTooLarge as error:
            raise TooManyLotsForBundle(kind=kind, id=id_, limit=error.values["limit"]) from error
        self._kept[subject, ends] = made
        while sum(map(len, self._kept.values())) > KEPT_BYTES:
            self._kept.popitem(last=False)
        return made


class Witnesses:
    """Ends bundles where enough witnesses signed; where none did, at the newest block.

    sources: addresses, folders or files where they publish their heads.
    """

    def __init__(self, contracts: Contracts, anchor: Anchor, sources: Sequence[str]) -> None:
        """Raises AnchorWithoutWitnesses."""
        if not anchor.witnesses:
            raise AnchorWithoutWitnesses
        self._contracts: Final = contracts
        self._anchor: Final = anchor
        self._sources: Final = sources
        self._heads: list[SignedHead] = []
        self._asked: float | None = None

    def __call__(self, wanted: Wanted) -> Witnessed:
        heads = self._newest_heads()
        try:
            return witnessed_end(self._contracts, self._anchor, heads, wanted)
        except HeadNotWitnessed as error:
            log.warning("%s", error)
            return unwitnessed(wanted)

    def _newest_heads(self) -> list[SignedHead]:
        now = time.monotonic()
        if self._asked is None or now - self._asked > HEADS_SECONDS:
            self._heads, self._asked = [], now
            for source in self._sources:
                try:
                    self._heads += published(source)
                except (WitnessUnreachable, HeadUnreadable) as error:
                    log.warning("%s", error)
        return self._heads


def bundles_of(contracts: Contracts, trust: Path | None, heads: Sequence[str]) -> Bundles:
    """Made from a node. trust: file of the anchor of their readers; heads: of its witnesses.

    Raises AnchorUnreadable, AnchorWithoutWitnesses or NodeError.
    """
    from lodetrace.evidence.anchors import first_anchor

    anchor = Anchor.load(trust) if trust is not None else None
    if not heads:
        return Bundles(exporter(contracts, anchor))
    anchor = anchor or first_anchor(contracts.node, contracts.deployment)
    return Bundles(exporter(contracts, anchor), Witnesses(contracts, anchor, heads))


def exporter(contracts: Contracts, anchor: Anchor | None = None) -> Export:
    """Exports from a node, for readers of an anchor, or of that of the chain's first block."""
    from lodetrace.evidence.anchors import first_anchor
    from lodetrace.evidence.export import Order, export, require_accepted
    from lodetrace.evidence.journal_copy import JournalCopy
    from lodetrace.evidence.keys import Keys, installed_keys

    keys = Keys(installed_keys())
    journal = JournalCopy(contracts)
    trusted = cache(lambda: anchor or first_anchor(contracts.node, contracts.deployment))

    def exported(subject: Subject, ends: Witnessed) -> bytes:
        order = Order(subject, trusted(), ends.block, cosignatures=ends.cosignatures)
        file = export(contracts, order, keys, journal=journal).encode()
        require_accepted(file, trusted())
        return file

    return exported
