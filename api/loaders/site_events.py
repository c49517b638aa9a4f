"""What is told of site events beside their own rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping

from api.certificate_status import CertificateCover
from api.indexer.tables import attestations, filings, refusals, sites, withdrawals
from api.loaders.certificates import certificates_during
from api.rows import grouped, keyed, rows_of


@dataclass(frozen=True, slots=True)
class SiteEventRows:
    """By event, but for sites; an event without any is not in it."""

    sites: Mapping[str, RowMapping]
    attestations: Mapping[str, Sequence[RowMapping]]
    withdrawals: Mapping[str, Sequence[RowMapping]]
    certificates: Mapping[str, Sequence[CertificateCover]]
    filed_at: Mapping[str, int]
    refusals: Mapping[str, Sequence[RowMapping]]


def site_event_rows(index: Connection, about: Sequence[RowMapping], now: int) -> SiteEventRows:
    """Of some rows of `site_events`. now: block time up to which "now" is known."""
    ids = [row["event_id"] for row in about]
    return SiteEventRows(
        sites=sites_of(index, about),
        attestations=grouped(rows_of(index, attestations.c.event_id, ids), "event_id"),
        withdrawals=grouped(rows_of(index, withdrawals.c.event_id, ids), "event_id"),
        certificates=certificates_during(index, about, now),
        filed_at=_filed_at(index, about),
        refusals=_refusals(index, about),
    )


def sites_of(index: Connection, about: Sequence[RowMapping]) -> dict[str, RowMapping]:
    """By id: the sites of some events."""
    return keyed(rows_of(index, sites.c.site, (row["site"] for row in about)), "site")


def _filed_at(index: Connection, about: Sequence[RowMapping]) -> dict[str, int]:
    """By event, where the site's operator filed the document: when, seconds."""
    found = rows_of(index, filings.c.document, (row["document"] for row in about))
    times = {_filing(row): row["time"] for row in found}
    return {row["event_id"]: times[_filing(row)] for row in about if _filing(row) in times}


def _refusals(index: Connection, about: Sequence[RowMapping]) -> dict[str, list[RowMapping]]:
    """By event, where inspectors refused the document, in their order."""
    found = rows_of(index, refusals.c.document, (row["document"] for row in about))
    ordered = sorted(found, key=lambda row: (row["time"], row["organisation"]))
    by_event = {
        row["event_id"]: [one for one in ordered if _filing(one) == _filing(row)] for row in about
    }
    return {event: rows for event, rows in by_event.items() if rows}


def _filing(row: RowMapping) -> tuple[str, int, str]:
    return row["site"], row["sequence"], row["document"]
