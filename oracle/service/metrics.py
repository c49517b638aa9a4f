"""The service's numbers for Prometheus, counted anew whenever somebody asks."""

import resource
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from oracle.service.health import ServiceHealth
from oracle.service.states import IntakeState, ReportState
from oracle.service.store import Store

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry
    from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
    from prometheus_client.registry import Collector

    Family = CounterMetricFamily | GaugeMetricFamily

PREFIX: Final = "lodetrace_oracle"


def exposition(store: Store, health: ServiceHealth, accept: str = "") -> tuple[bytes, str]:
    """The numbers in a format that the asker takes, and its media type. accept: its header."""
    from prometheus_client.exposition import choose_encoder

    try:
        encode, media_type = choose_encoder(accept)
    except (TypeError, ValueError):  # a version in the header that is no version
        encode, media_type = choose_encoder("")
    return encode(registry_of(store, health)), media_type


def registry_of(store: Store, health: ServiceHealth) -> "CollectorRegistry":
    """A registry of these numbers alone: the library's global one has others of the process."""
    from prometheus_client import CollectorRegistry

    registry = CollectorRegistry()
    # an heir of the library's class would load it with this module
    registry.register(cast("Collector", _ServiceNumbers(store, health)))
    return registry


@dataclass(frozen=True, slots=True, eq=False)
class _ServiceNumbers:
    """Everything that docs/oracle.md lists."""

    store: Store
    health: ServiceHealth

    def collect(self) -> Iterator["Family"]:
        yield from self._of_documents()
        yield from self._of_work()
        yield from self._of_chain()
        yield from self._of_process()

    def _of_documents(self) -> Iterator["Family"]:
        count = "SELECT state, count(*) FROM {} GROUP BY state"
        documents = dict(self.store.rows(count.format("intake")))
        events = dict(self.store.rows(count.format("reports")))
        oldest = self.store.rows(
            "SELECT min(received) FROM intake WHERE state IN ('pending', 'examined', 'attested')"
        )[0][0]
        age = 0 if oldest is None else max(0, int(time.time()) - oldest)
        yield _gauges("documents", "Documents by state.", "state", _all(IntakeState, documents))
        yield _gauges("events", "Events by state.", "state", _all(ReportState, events))
        yield _gauge("oldest_open_seconds", "Age of the oldest document without an end.", age)

    def _of_work(self) -> Iterator["Family"]:
        health = self.health
        yield _counters("taken", "Documents by source.", "source", dict(health.taken))
        yield _counters("faults", "Faults by error.", "error", dict(health.faults))
        yield _counter("batches_sent", "Transactions handed to the node.", health.sent)
        yield _counter("batches_confirmed", "Transactions with a receipt.", health.confirmed)
        reached = {name: int(found) for name, found in health.connected.items()}
        yield _gauges("source_connected", "1 while a source is in reach.", "source", reached)
        yield _counter("rounds", "Rounds without a fault.", health.rounds)

    def _of_chain(self) -> Iterator["Family"]:
        health = self.health
        idle = int(time.monotonic() - health.advanced)
        yield _gauge("head_block", "Newest block seen.", health.head)
        yield _gauge("head_time_seconds", "Time of that block.", health.head_time)
        yield _gauge("head_idle_seconds", "Seconds since the head last advanced.", idle)
        yield _counter("stale_heads", "Answers behind an earlier head.", health.stale_heads)

    def _of_process(self) -> Iterator["Family"]:
        uptime = int(time.monotonic() - self.health.started)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024  # KiB on Linux
        yield _gauge("uptime_seconds", "Seconds since the start.", uptime)
        yield _gauge("peak_memory_bytes", "Most memory that the process had.", peak)


def _all(states: Iterable[str], found: Mapping[str, int]) -> dict[str, int]:
    return {str(one): found.get(one, 0) for one in states}


def _gauge(name: str, about: str, value: int) -> "Family":
    from prometheus_client.core import GaugeMetricFamily

    return GaugeMetricFamily(f"{PREFIX}_{name}", about, value)


def _counter(name: str, about: str, value: int) -> "Family":
    """The library ends its name with _total."""
    from prometheus_client.core import CounterMetricFamily

    return CounterMetricFamily(f"{PREFIX}_{name}", about, value)


def _gauges(name: str, about: str, label: str, values: Mapping[str, int]) -> "Family":
    from prometheus_client.core import GaugeMetricFamily

    return _filled(GaugeMetricFamily(f"{PREFIX}_{name}", about, labels=[label]), values)


def _counters(name: str, about: str, label: str, values: Mapping[str, int]) -> "Family":
    from prometheus_client.core import CounterMetricFamily

    return _filled(CounterMetricFamily(f"{PREFIX}_{name}", about, labels=[label]), values)


def _filled(family: "Family", values: Mapping[str, int]) -> "Family":
    for key, value in values.items():
        family.add_metric([key], value)
    return family
