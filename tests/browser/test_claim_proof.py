"""A proof checked in the page: one that holds, one that does not, one of something else."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import Engine, update

from api.indexer.tables import claims
from lodetrace.contracts.enums import Measure
from tests.browser.conftest import SMALL
from tests.browser.pages import Seen
from tests.browser.serving import filled, served
from tests.conftest import ROOT
from tests.support.synthetic_index import SyntheticIndex, ident

VECTORS: Final = ROOT / "zk_circuits" / "vectors" / "proofs.json"
PPM: Final = 590_000
"""The threshold of the vector: at least 59 % responsible."""


def proven() -> dict[str, Any]:
    """The row of a claim that the vector's proof shows."""
    (one,) = [one for one in json.loads(VECTORS.read_bytes()) if one["circuit"] == "claim"]
    return {
        "measure": Measure.CREDIT_SHARE,
        "credit_mask": 1,
        "threshold": PPM,
        "public_signals": one["public"],
        "proof": one["words"],
    }


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder: Path = tmp_path_factory.mktemp("proofs")
    engine = filled(folder / "index.db", SyntheticIndex(SMALL, SMALL + 1))
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def gateway(engine: Engine) -> Iterator[str]:
    with served(engine) as url:
        yield url


@pytest.fixture
def page(browser: Any, gateway: str) -> Iterator[Seen]:
    context = browser.new_context(viewport={"width": 390, "height": 800}, locale="en-GB")
    yield Seen(context.new_page(), gateway)
    context.close()


def told(engine: Engine, page: Seen, row: dict[str, Any]) -> str:
    """What the page says of a claim, by the link of its card."""
    with engine.begin() as connection:
        connection.execute(update(claims).where(claims.c.claim == ident("claim", 0)).values(row))
    page.open(f"claims/{ident('claim', 0)}?verify")
    page.page.wait_for_selector("section[aria-labelledby=check] :is(.holds, .refused)")
    found: str = page.page.inner_text("section[aria-labelledby=check]")
    assert [*page.outside(), *page.overlaps(), *page.unreadable()] == []
    assert (page.errors, page.foreign) == ([], [])
    return found


def test_a_proof_that_holds_names_its_key(engine: Engine, page: Seen) -> None:
    found = told(engine, page, proven())
    assert "The proof holds: At least 59 % responsible." in found
    assert "Everybody can forge proofs under this key" in found
    hashes = [one["verifyingKeyHash"] for one in json.loads(VECTORS.read_bytes())]
    assert any(one in found for one in hashes)


def test_a_proof_of_less_does_not_show_more(engine: Engine, page: Seen) -> None:
    found = told(engine, page, proven() | {"threshold": PPM + 10_000})
    assert "It is a proof of something else: At least 59 % responsible." in found


def test_a_proof_with_other_signals_holds_under_no_key(engine: Engine, page: Seen) -> None:
    row = proven()
    other = [row["public_signals"][0], "1", *row["public_signals"][2:]]
    found = told(engine, page, row | {"public_signals": other})
    assert "It holds under none of the verifying keys" in found


def test_a_proof_off_the_curve_is_malformed(engine: Engine, page: Seen) -> None:
    found = told(engine, page, proven() | {"proof": ["1"] * 8})
    assert "off the curve" in found
