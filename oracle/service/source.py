"""What every source of documents can do."""

from typing import Protocol

from lodetrace.errors import SettingsError
from oracle.service.intake import Intake


class SourceUnusable(SettingsError):
    """A source that cannot be read from."""

    template = "source {source} cannot be used: {reason}"
    advice = "See the node's settings of its sources."


class Source(Protocol):
    """A place that documents come from.

    One that is asked brings its documents in `collect`; one that is called by others stores them
    itself as they come, and brings none here.
    """

    @property
    def name(self) -> str:
        """As the status and the metrics name it."""

    def check(self) -> str:
        """What it is, in words; raises SourceUnusable."""

    def start(self) -> None:
        """Begins to listen; raises SourceUnusable."""

    def collect(self, intake: Intake) -> int:
        """Stores what has come; returns how many documents that were."""

    def stop(self) -> None:
        """Listens no more; without effect where it does not listen."""
