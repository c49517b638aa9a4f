"""Round after round, until it is told to stop."""

import random
from threading import Event
from typing import Final

from lodetrace.errors import NodeError, Pending, StorageError
from oracle.service.health import ServiceHealth
from oracle.service.pipeline import OracleService
from oracle.service.source import SourceUnusable
from oracle.service.store import StoreGone

TEMPORARY: Final = (NodeError, StorageError, Pending, SourceUnusable)
"""Faults that pass: of the node, the disk, a source. All others end the service."""
LONGEST_PAUSE: Final = 30
"""Seconds between two tries while a fault lasts."""


def keep_going(
    service: OracleService, service_health: ServiceHealth, stop: Event, wake: Event, poll: int
) -> None:
    """Rounds until `stop` is set; poll: milliseconds between rounds without work.

    After a fault the pause doubles up to LONGEST_PAUSE, give or take a quarter. Raises what
    cannot pass by itself.
    """
    pause = poll
    while not stop.is_set():
        try:
            busy = service.round()
        except TEMPORARY as error:
            if isinstance(error, StoreGone):
                raise
            service_health.failed(error)
            pause = min(2 * max(pause, 100), LONGEST_PAUSE * 1_000)
            stop.wait(pause * random.randint(75, 125) / 100_000)
            continue
        service_health.went_through()
        pause = poll
        if not busy:
            wake.wait(poll / 1_000)
            wake.clear()
