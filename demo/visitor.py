"""A container that waits for a visitor: `python -m demo.visitor`, which `lodetrace try` runs.

After the story Mwinda weighs one more container, four weeks before the chain's time; inspectors
attest it, it becomes a lot, and Mwinda offers it to Saimaa, whose gate has weighed it in. Saimaa
is the visitor. What was done once is not done again; what the visitor does meanwhile stays.
"""

import argparse
import csv
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from lodetrace.canonical_json import canonical_bytes
from lodetrace.contracts.enums import CustodyModel, Material
from lodetrace.documents.labels import labels_of
from lodetrace.documents.signed_document import SignedDocument, sign_document
from lodetrace.documents.signed_number import domain_of
from lodetrace.documents.statement import SiteStatement, attestable_events, event_id
from lodetrace.errors import LodetraceError, Refused
from lodetrace.keys.member_keys import MemberKeys
from lodetrace.member.births import BirthOrder, file_birth
from lodetrace.member.filings import file_document
from lodetrace.member.offers import offer
from lodetrace.member.session import MemberSession
from lodetrace.settings import Settings
from lodetrace.sheets.site_documents import RowsDocument, documents_of, headings_of
from lodetrace.sheets.table import read_table
from lodetrace.strict_json import parse
from lodetrace.text import iso_time
from oracle.attest_files import attest_files
from oracle.settings import OracleSettings

MWINDA, SAIMAA, NODES = 0, 3, (12, 13, 14)
"""Indices of the development mnemonic (examples/cobalt/members.yaml)."""

MINE, REFINERY = "https://id.gs1.org/414/9521234000013", "https://id.gs1.org/414/9521234000044"
GTIN, SULPHATE_GTIN = "09521234000013", "09521234000020"
BATCH, SEAL, MADE = "M99", "MWD-700099", "SM26-99"
NUMBER: Final = 99
"""Of a site's documents: far above those of the story."""

WEIGHED, ARRIVED = timedelta(days=28), timedelta(days=2)
BEGUN, ENDED = timedelta(hours=36), timedelta(hours=12)
"""Before the chain's time, when the visit was prepared. A container needs 25 days from CD to FI."""

OFFERED: Final = 60 * 24 * 3_600
"""Seconds."""


class VisitRefused(Refused):
    """The nodes did not attest what the visit needs."""

    template = "{document}: {state}, {reason}"
    advice = "Tell the story again: make demo RESET=1."


@dataclass(frozen=True, slots=True)
class Visit:
    """The visitor's files, in the demo's folder."""

    folder: Path

    @property
    def run(self) -> Path:
        """What the refinery weighed of its run, as a sheet for the visitor."""
        return self.folder / "run.csv"

    def signed(self, name: str) -> Path:
        """A document that was signed for the visit."""
        return self.folder / f"{name}.signed.json"


def prepare(visit: Visit, environment: Mapping[str, str]) -> bytes:
    """The lot that waits; again, changes nothing. Raises what the operations raise."""
    settings = Settings.load(environment)
    visit.folder.mkdir(parents=True, exist_ok=True)
    with MemberSession.open(settings, MemberKeys.for_development(MWINDA)) as mwinda:
        container, receipt = _documents(visit, mwinda)
        file_document(mwinda, SignedDocument.read(container))
        for node in NODES:
            _attest(OracleSettings.load(environment), node, [container, receipt])
        lot = _born(mwinda, container)
        now = mwinda.now()
        with MemberSession.open(settings, MemberKeys.for_development(SAIMAA)) as saimaa:
            if saimaa.reads.lot(lot).account == mwinda.account:
                offer(mwinda, [lot], saimaa.account, now + OFFERED, OFFERED)
            saimaa.vault.keep_labels(lot, [SEAL])
    return lot


def _documents(visit: Visit, mwinda: MemberSession) -> tuple[Path, Path]:
    """Signed once: their times count from the chain's, when they are signed first."""
    container, receipt = visit.signed("container"), visit.signed("receipt")
    if not (container.exists() and receipt.exists() and visit.run.exists()):
        now = datetime.fromtimestamp(mwinda.now(), UTC)
        _write_run(visit, now)
        weighing = _sheet(visit, "container", _weighing(now))
        received = _sheet(visit, "receipt", _weighing(now, arrived=True))
        _sign(mwinda, receipt, received, "receiving", REFINERY, SAIMAA)
        _sign(mwinda, container, weighing, "birth", MINE, MWINDA)
    return container, receipt


def _sign(member: MemberSession, path: Path, sheet: Path, kind: str, site: str, index: int) -> None:
    rows = read_table(sheet, headings_of(kind)).rows
    (made,) = documents_of(rows, kind, site, "+00:00", lambda text: bytes(32))
    assert isinstance(made, RowsDocument)
    raw: dict[str, Any] = parse(canonical_bytes(made.raw))
    keys = MemberKeys.for_development(index)
    signed = sign_document(
        raw,
        sequence=NUMBER,
        domain=domain_of(member.contracts.deployment),
        private_key=keys.signing_key,
        salt_secret=keys.salt_secret,
    )
    path.write_text(signed.to_json(), "utf-8")


def _attest(settings: OracleSettings, node: int, paths: list[Path]) -> None:
    for outcome in attest_files(settings, MemberKeys.for_development(node), paths):
        if outcome.refusals:
            raise VisitRefused(
                document=outcome.path.name, state=outcome.state, reason=outcome.reason
            )


def _born(mwinda: MemberSession, container: Path) -> bytes:
    signed = SignedDocument.read(container)
    statement = SiteStatement.of(signed.document)
    (found,) = attestable_events(signed, statement)
    order = BirthOrder(
        event_id(signed.site, signed.sequence, found.event.element),
        found.opening,
        Material.HYDROXIDE,
        CustodyModel.SEGREGATED,
    )
    lot = file_birth(mwinda, order).lot
    mwinda.vault.keep_labels(lot, labels_of(statement, "Co"))
    return lot


def _weighing(now: datetime, *, arrived: bool = False) -> dict[str, str]:
    end = now - (ARRIVED if arrived else WEIGHED)
    cells = {
        "GTIN": GTIN,
        "Batch": BATCH,
        "Substance": "cobalt-hydroxide",
        "End": _said(end),
        "Wet mass [kg]": "20150",
        "Moisture [%]": "11.9",
        "Co [%]": "30.32",
    }
    if arrived:
        return cells
    begin = {"Start": _said(end - timedelta(hours=6))}
    return {**cells, **begin, "Carbon [t CO2e]": "38.21", "Seals": SEAL, "Responsible [%]": "100"}


def _write_run(visit: Visit, now: datetime) -> None:
    fed = {
        "Document": "run 99",
        "Side": "in",
        "GTIN": GTIN,
        "Batch": BATCH,
        "Substance": "cobalt-hydroxide",
        "Start": _said(now - BEGUN),
        "End": _said(now - ENDED),
        "Wet mass [kg]": "20150",
        "Moisture [%]": "11.9",
        "Co [%]": "30.32",
        "Lot": SEAL,
        "Carbon [t CO2e]": "14.1",
        "Custody model": "segregated",
    }
    came = {
        **dict.fromkeys(fed, ""),
        "Document": "run 99",
        "Side": "out",
        "GTIN": SULPHATE_GTIN,
        "Batch": MADE,
        "Substance": "cobalt-sulphate-heptahydrate",
        "Wet mass [kg]": "25480",
        "Moisture [%]": "0.2",
        "Co [%]": "20.92",
    }
    _rows(visit.run, [fed, came])


def _sheet(visit: Visit, name: str, cells: dict[str, str]) -> Path:
    path = visit.folder / f"{name}.csv"
    _rows(path, [cells])
    return path


def _rows(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def _said(moment: datetime) -> str:
    return iso_time(int(moment.timestamp()))


def main() -> int:
    """Prepares the visit and prints what waits, as JSON."""
    parser = argparse.ArgumentParser(prog="python -m demo.visitor", description=__doc__)
    parser.add_argument("folder", type=Path, help="where the visitor's files go")
    asked = parser.parse_args()
    try:
        visit = Visit(asked.folder.resolve())
        lot = prepare(visit, os.environ)
    except LodetraceError as error:
        print(f"{error}\n{error.advice}", file=sys.stderr)
        return int(error.exit_code)
    print(json.dumps({"lot": lot.hex(), "label": SEAL, "run": str(visit.run)}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
