"""What the picture of a graph says in its boxes."""

import pytest

from api.graph import Graph
from api.graph_svg import draw
from api.loaders.graphs import GraphRows
from api.loaders.lots import LotsNow
from lodetrace.contracts.enums import CustodyModel, RunKind


@pytest.mark.parametrize(
    ("kind", "in_band", "said"),
    [
        (RunKind.PROCESS, False, True),
        (RunKind.RECOVER, False, True),
        (RunKind.REWORK, False, True),
        (RunKind.PROCESS, True, False),
        (RunKind.SETTLE, False, False),
        (RunKind.LOSS, False, False),
    ],
)
def test_a_run_is_out_of_band_where_a_site_has_bounds(
    kind: RunKind, in_band: bool, said: bool
) -> None:
    model = CustodyModel.MASS_BALANCE
    run = {"run": "0x01", "kind": kind, "model": model, "in_band": in_band, "event_id": None}
    picture = draw(GraphRows(Graph((), runs={"0x01": run}), LotsNow(0, {}, {}), {}))  # type: ignore[dict-item]
    assert ("out of band" in picture) is said
