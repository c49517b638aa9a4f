"""The certificates of sites with their statuses, and whether they covered the sites' events."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from sqlalchemy import Connection, RowMapping, select

from api.certificate_status import CertificateCover, Places, covers, history_of, times_recorded
from api.indexer.tables import certificate_statuses, certificates, events
from api.indexer.writes import CHUNK
from api.loaders.gate_questions import gate_questions
from api.rows import grouped, rows_of
from lodetrace.audit.replay.bitemporal import Known, Place
from lodetrace.audit.replay.certificate_status import StatusHistory

RECORDING: Final = ("CertificateIssued", "CertificateStatusSet", "CertificateExcused")


def statuses_of(index: Connection, ids: Iterable[str]) -> Mapping[str, Sequence[RowMapping]]:
    """By certificate: all its statuses but the first, in the order in which they were recorded."""
    return grouped(rows_of(index, certificate_statuses.c.certificate, ids), "certificate")


def certificates_during(
    index: Connection, about: Sequence[RowMapping], now: int
) -> dict[str, list[CertificateCover]]:
    """By site event: every certificate of its site whose validity touches the event.

    Then: as the gates asked when lots were made of the event, or would ask now. Now: with
    everything recorded until `now`, the time of the last block.
    """
    asked = gate_questions(index, about, now)
    known = _histories(index, {row["site"] for row in about}, {one.time for one in asked.values()})
    found = {}
    for event in about:
        question = asked[event["event_id"]]
        then = Known(question.time, question.place)
        found[event["event_id"]] = covers(event, known.get(event["site"], ()), then, now)
    return found


def _histories(
    index: Connection, sites: set[str], asked: set[int]
) -> Mapping[str, Sequence[tuple[RowMapping, StatusHistory]]]:
    """By site: its certificates, each with its history. asked: seconds of the questions."""
    rows = rows_of(index, certificates.c.site, sites)
    statuses = statuses_of(index, (row["certificate"] for row in rows))
    told = [(row, statuses.get(row["certificate"], ())) for row in rows]
    places = _places(index, asked & {time for one in told for time in times_recorded(*one)})
    found: dict[str, list[tuple[RowMapping, StatusHistory]]] = {}
    for row, later in told:
        found.setdefault(row["site"], []).append((row, history_of(row, later, places)))
    return found


def _places(index: Connection, seconds: Iterable[int]) -> Places:
    """Where it was recorded what bears the very time of a question: before it, or after it."""
    found: dict[tuple[str, int], Place] = {}
    wanted, columns = sorted(seconds), events.c
    for start in range(0, len(wanted), CHUNK):
        chosen = columns.time.in_(wanted[start : start + CHUNK]), columns.name.in_(RECORDING)
        told = select(columns.block, columns.log_index, columns.fields).where(*chosen)
        for row in index.execute(told):
            key = (row.fields["certificate"], row.fields["sequence"])
            found[key] = (row.block, 0, row.log_index)
    return found
