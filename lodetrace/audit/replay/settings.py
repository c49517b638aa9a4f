"""What the council sets for all registers."""

from typing import Final

from lodetrace.audit.evidence import ProvenEvent
from lodetrace.audit.replay.handlers import Handlers
from lodetrace.contracts.events import RecordingWindowSet

FIRST_WINDOW: Final = 7 * 24 * 3600


class Settings:
    """As of the moment of the replay.

    recording_window: seconds by which what speaks for a site or place may reach back.
    """

    def __init__(self) -> None:
        self.recording_window = FIRST_WINDOW

    def handlers(self) -> Handlers:
        """What takes the events."""
        return {RecordingWindowSet: self._set_window}

    def _set_window(self, event: RecordingWindowSet, _: ProvenEvent) -> None:
        self.recording_window = event.window
