"""Audit bundles on request: one export at a time, few that wait for theirs, the last ones kept.

An export asks the node hundreds of questions: nothing else that is answered costs as much.
"""

from collections import OrderedDict
from collections.abc import Callable
from functools import cache
from typing import Final

from api.errors import BundleBusy, QueryInvalid, SubjectNotYet, TooManyLotsForBundle
from api.rations import Ration
from lodetrace.audit.bundle import Subject
from lodetrace.evidence.errors import AncestryTooLarge, BlockUnknown, SubjectNotRecorded
from lodetrace.onchain.contracts import Contracts
from lodetrace.text import enum_word, hex_of

WAITING: Final = 4
"""Requests for bundles at once, the one that is exporting included; more are turned away."""

KEPT_BYTES: Final = 64 << 20

Export = Callable[[Subject, int], bytes]
"""Makes the bundle of a subject up to a block."""


class Bundles:
    """Safe to share between threads."""

    def __init__(self, export: Export) -> None:
        self._export: Final = export
        self._ration: Final = Ration(at_once=1, room=WAITING, busy=BundleBusy)
        self._kept: Final[OrderedDict[tuple[Subject, int], bytes]] = OrderedDict()

    def of(self, subject: Subject, block: int) -> bytes:
        """The bundle; raises BundleBusy, TooManyLotsForBundle, SubjectNotYet or QueryInvalid."""
        with self._ration.turn():
            return self._kept.get((subject, block)) or self._made(subject, block)

    def _made(self, subject: Subject, block: int) -> bytes:
        kind, id_ = enum_word(subject.kind), hex_of(subject.id)
        try:
            made = self._export(subject, block)
        except SubjectNotRecorded as error:
            raise SubjectNotYet(kind=kind, id=id_, block=block) from error
        except BlockUnknown as error:
            reason = f"the chain ends at {error.values['head']}"
            raise QueryInvalid(name="block", value=block, reason=reason) from error
        except AncestryTooLarge as error:
            raise TooManyLotsForBundle(kind=kind, id=id_, limit=error.values["limit"]) from error
        self._kept[subject, block] = made
        while sum(map(len, self._kept.values())) > KEPT_BYTES:
            self._kept.popitem(last=False)
        return made


def exporter(contracts: Contracts) -> Export:
    """Exports from a node, for readers who trust the chain from its first block on."""
    from lodetrace.evidence.anchors import first_anchor
    from lodetrace.evidence.export import Order, export, require_accepted
    from lodetrace.evidence.keys import Keys, installed_keys

    keys = Keys(installed_keys())
    anchor = cache(lambda: first_anchor(contracts.node, contracts.deployment))

    def exported(subject: Subject, block: int) -> bytes:
        file = export(contracts, Order(subject, anchor(), block), keys).encode()
        require_accepted(file, anchor())
        return file

    return exported
