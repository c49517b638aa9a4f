"""What errors of the library are over HTTP: most of them tell of the node behind the gateway.

A node that is silent is asked again in seconds (503). One that contradicts itself, or that the
gateway cannot use, stays so until somebody acts: 502 without a time to ask again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from lodetrace.errors import LodetraceError, NodeError
from lodetrace.evidence.errors import (
    BundleWouldBeRefused,
    EventsLeftOut,
    KeyNotAtHand,
    NodeContradictsItself,
    StateNotKept,
)
from lodetrace.node.errors import (
    NodeAnswerMalformed,
    NodeUnauthorized,
    NodeUnreachable,
    NotANode,
    RpcRefused,
    WrongNetwork,
)

FOR_THE_LOG: Final = "the gateway's log says why"


@dataclass(frozen=True, slots=True)
class HttpForm:
    """Status and title of the answer. is_inner: what the error says is of the gateway's machine,
    its settings, or the node behind it, and so for the log alone.
    """

    status: int
    title: str
    is_inner: bool = False

    @property
    def told(self) -> str:
        """In place of what the error says."""
        return f"{self.title[0].lower()}{self.title[1:]}: {FOR_THE_LOG}"


SILENT: Final = HttpForm(503, "The chain's node does not answer", is_inner=True)
UNUSABLE: Final = HttpForm(502, "The gateway cannot use the chain's node", is_inner=True)
UNFIT: Final = HttpForm(502, "The chain's node gives no usable answer", is_inner=True)
UNRELIABLE: Final = HttpForm(502, "The chain's node is not reliable")
NOT_KEPT: Final = HttpForm(410, "The chain's node no longer proves that block")
KEY_MISSING: Final = HttpForm(500, "The gateway lacks a verifying key", is_inner=True)
UNFORESEEN: Final = HttpForm(500, "The gateway failed", is_inner=True)

FORMS: Final[Mapping[type[LodetraceError], HttpForm]] = {
    NodeContradictsItself: UNRELIABLE,
    EventsLeftOut: UNRELIABLE,
    BundleWouldBeRefused: UNRELIABLE,
    StateNotKept: NOT_KEPT,
    KeyNotAtHand: KEY_MISSING,
    NodeUnauthorized: UNUSABLE,
    NotANode: UNUSABLE,
    WrongNetwork: UNUSABLE,
    NodeUnreachable: SILENT,
    NodeAnswerMalformed: UNFIT,
    RpcRefused: UNFIT,
    NodeError: UNFIT,
}
"""The first that fits."""


def form_of(error: LodetraceError) -> HttpForm:
    """Of an error of the library."""
    return next((form for kind, form in FORMS.items() if isinstance(error, kind)), UNFORESEEN)
