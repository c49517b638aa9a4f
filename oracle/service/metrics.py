"""The service's numbers in Prometheus' text format, version 0.0.4."""

import resource
import time
from collections.abc import Mapping
from typing import Final

from oracle.service.health import ServiceHealth
from oracle.service.states import IntakeState, ReportState
from oracle.service.store import Store

PREFIX: Final = "lodetrace_oracle"
Value = int | str


def metrics_text(store: Store, health: ServiceHealth) -> str:
    """Everything that docs/oracle.md lists."""
    states = dict(store.rows("SELECT state, count(*) FROM intake GROUP BY state"))
    events = dict(store.rows("SELECT state, count(*) FROM reports GROUP BY state"))
    oldest = store.rows(
        "SELECT min(received) FROM intake WHERE state IN ('pending', 'examined', 'attested')"
    )[0][0]
    parts = [
        _family("documents", "gauge", "Documents by state.", "state", _all(IntakeState, states)),
        _family("events", "gauge", "Events by state.", "state", _all(ReportState, events)),
        _family("taken_total", "counter", "Documents by source.", "source", health.taken),
        _family("faults_total", "counter", "Faults by error.", "error", health.faults),
        _one("oldest_open_seconds", "gauge", "Age of the oldest document without an end.",
             0 if oldest is None else max(0, int(time.time()) - oldest)),
        _one("batches_sent_total", "counter", "Transactions handed to the node.", health.sent),
        _one("batches_confirmed_total", "counter", "Transactions with a receipt.",
             health.confirmed),
        _one("rounds_total", "counter", "Rounds without a fault.", health.rounds),
        _one("head_block", "gauge", "Newest block seen.", health.head),
        _one("head_time_seconds", "gauge", "Time of that block.", health.head_time),
        _one("head_idle_seconds", "gauge", "Seconds since the head last advanced.",
             int(time.monotonic() - health.advanced)),
        _one("stale_heads_total", "counter", "Answers behind an earlier head.", health.stale_heads),
        _one("uptime_seconds", "gauge", "Seconds since the start.",
             int(time.monotonic() - health.started)),
        _one("peak_memory_bytes", "gauge", "Most memory that the process had.",
             resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024),
    ]  # fmt: skip
    return "".join(parts)


def _all(states: type[IntakeState] | type[ReportState], found: Mapping[str, int]) -> dict[str, int]:
    return {one.value: found.get(one.value, 0) for one in states}


def _one(name: str, kind: str, about: str, value: Value) -> str:
    return _head(name, kind, about) + f"{PREFIX}_{name} {value}\n"


def _family(name: str, kind: str, about: str, label: str, values: Mapping[str, int]) -> str:
    lines = [f'{PREFIX}_{name}{{{label}="{key}"}} {value}\n' for key, value in values.items()]
    return _head(name, kind, about) + "".join(lines)


def _head(name: str, kind: str, about: str) -> str:
    return f"# HELP {PREFIX}_{name} {about}\n# TYPE {PREFIX}_{name} {kind}\n"
