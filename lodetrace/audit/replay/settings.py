"""What the council sets for all registers."""

from typing import Final

from lodetrace.audit.evidence import ProvenEvent
from lodetrace.audit.replay.handlers import Handlers
from lodetrace.contracts.events import GraceSet, QuorumSet, RecordingWindowSet

FIRST_WINDOW: Final = 7 * 24 * 3600
FIRST_GRACE: Final = 72 * 3600


class Settings:
    """As of the moment of the replay.

    recording_window: seconds by which what speaks for a site or place may reach back. grace:
    seconds after the end of an event in which its inputs may still come to its holder. quorum:
    ownership groups that make an event stand, 0 while nothing shown sets it.
    """

    def __init__(self) -> None:
        self.recording_window = FIRST_WINDOW
        self.grace = FIRST_GRACE
        self.quorum = 0

    def handlers(self) -> Handlers:
        """What takes the events."""
        return {
            RecordingWindowSet: self._set_window,
            GraceSet: self._set_grace,
            QuorumSet: self._set_quorum,
        }

    def _set_window(self, event: RecordingWindowSet, _: ProvenEvent) -> None:
        self.recording_window = event.window

    def _set_grace(self, event: GraceSet, _: ProvenEvent) -> None:
        self.grace = event.grace

    def _set_quorum(self, event: QuorumSet, _: ProvenEvent) -> None:
        self.quorum = event.quorum
