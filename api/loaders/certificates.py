"""The certificates of sites with their statuses, and whether they covered the sites' events."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from sqlalchemy import Connection, RowMapping, select

from api.certificate_status import (
    CertificateCover,
    CertificateRows,
    Places,
    covers,
    history_of,
)
from api.indexer.tables import (
    accounts,
    accreditations,
    certificate_statuses,
    certificates,
    events,
    takeovers,
)
from api.indexer.writes import CHUNK
from api.loaders.gate_questions import gate_questions
from api.rows import grouped, rows_of
from lodetrace.audit.replay.accreditations import Accreditations
from lodetrace.audit.replay.bitemporal import Known, Place
from lodetrace.audit.replay.certificate_status import StatusHistory

RECORDING: Final = (
    "CertificateIssued",
    "CertificateStatusSet",
    "CertificateExcused",
    "CertificateTakenOver",
    "CertificateWithdrawn",
)


def told_of(index: Connection, rows: Sequence[RowMapping]) -> list[CertificateRows]:
    """All that is told of some certificates, in the order of their rows."""
    ids = [row["certificate"] for row in rows]
    statuses = grouped(rows_of(index, certificate_statuses.c.certificate, ids), "certificate")
    taken = grouped(rows_of(index, takeovers.c.certificate, ids), "certificate")
    return [
        CertificateRows(
            row, statuses.get(row["certificate"], ()), taken.get(row["certificate"], ())
        )
        for row in rows
    ]


def histories_of(
    index: Connection, told: Sequence[CertificateRows], asked: Iterable[int] = ()
) -> list[StatusHistory]:
    """Of some certificates, in their order. asked: seconds of questions whose place matters."""
    recorded = {time for one in told for time in one.times_recorded}
    places = _places(index, recorded.intersection(asked))
    certified = _accreditations(index, {name for one in told for name in one.certifiers})
    return [history_of(one, certified, places) for one in told]


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
    told = told_of(index, rows_of(index, certificates.c.site, sites))
    found: dict[str, list[tuple[RowMapping, StatusHistory]]] = {}
    for one, history in zip(told, histories_of(index, told, asked), strict=True):
        found.setdefault(one.certificate["site"], []).append((one.certificate, history))
    return found


def _accreditations(index: Connection, certifiers: set[str]) -> Mapping[str, Accreditations]:
    """By account: what its organisation certified, from when to when."""
    found = {name: Accreditations() for name in certifiers}
    owners = {
        row["account"]: row["organisation"]
        for row in rows_of(index, accounts.c.account, certifiers)
    }
    standings = grouped(
        rows_of(index, accreditations.c.organisation, owners.values()), "organisation"
    )
    for name, organisation in owners.items():
        for row in standings.get(organisation, ()):
            place = (row["block"], 0, row["log_index"])
            found[name].record(int(row["schemes"]), row["time"], place)
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
