"""A graph as a table: one row a lot, with the lots that it was made of."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from pydantic import Field
from sqlalchemy import RowMapping

from api.format import Id, word
from api.loaders.graphs import GraphRows
from api.lot_view import LotResource, lot_view
from lodetrace.contracts.enums import RunKind

CSV: Final = "text/csv"
LINES: Final = "application/x-ndjson"

Parents = Mapping[str, Sequence[RowMapping]]
"""By run: the lots that it consumed."""


class LotRow(LotResource):
    """A lot beside its parents."""

    parents: list[Id] = Field(description="the lots that its run consumed")
    run_kind: str | None = Field(description="of the run that made it")
    site: Id | None = Field(description="whose event it was born of, or its run had")


def csv_of(known: GraphRows, parents: Parents) -> str:
    """As RFC 4180 writes it, with a line of names; several ids are apart by a blank."""
    written = io.StringIO()
    lines = csv.writer(written)
    lines.writerow(LotRow.model_fields)
    for row in _rows(known, parents):
        lines.writerow(_cell(value) for value in row.model_dump().values())
    return written.getvalue()


def lines_of(known: GraphRows, parents: Parents) -> str:
    """A JSON object a line."""
    return "".join(row.model_dump_json() + "\n" for row in _rows(known, parents))


def _rows(known: GraphRows, parents: Parents) -> Iterator[LotRow]:
    for lot in sorted(known.graph.lots):
        row = known.graph.lots[lot]
        run = known.graph.runs.get(row["made_by"] or "")
        yield LotRow(
            **dict(lot_view(row, known.lots)),
            parents=sorted(one["lot"] for one in parents.get(row["made_by"] or "", ())),
            run_kind=None if run is None else word(RunKind, run["kind"]),
            site=known.site_of(row),
        )


def _cell(value: Any) -> Any:
    if isinstance(value, list):
        return " ".join(value)
    if isinstance(value, bool):
        return str(value).lower()
    return value
