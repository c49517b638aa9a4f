"""A range from the desk's book to a subscriber, by the commands of the price desk."""

from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from lodetrace.contracts.enums import Material
from lodetrace.errors import ExitCode
from lodetrace.trading_day import name_id
from oracle.cli import app
from oracle.prices.book import PriceBook
from oracle.prices.decisions import DeskRole
from oracle.prices.desk import PriceDesk
from oracle.prices.record import PriceRecord
from oracle.prices.signed_submission import SignedSubmission
from oracle.prices.staff import Person
from oracle.prices.synthetic import (
    COMMODITY,
    Scenario,
    account_of,
    entries,
    key_of,
    synthetic_day,
)
from tests.e2e.shells import Village
from tests.e2e.steps import development
from tests.stateful.market import MANAGER, Market
from tests.support.consortium import word

pytestmark = [pytest.mark.chain, pytest.mark.slow]

DAY, AT = date(2026, 1, 20), 1_768_903_200
"""Over on every clock that this program can meet: the chain publishes no day ahead of its own."""
BEFORE = date(2026, 1, 19)
METHODOLOGY = "cobalt-sulphate-2023-08-31"
REPORTER = "16"
COBALT = 27


def released(path: Path, chain_id: int) -> PriceRecord:
    """A synthetic day that three people took through the book."""
    first, second, manager = (
        Person(account_of(name), role, key_of(name), chain_id)
        for name, role in (
            ("first", DeskRole.ANALYST), ("second", DeskRole.ANALYST), ("manager", DeskRole.MANAGER)
        )
    )  # fmt: skip
    with PriceBook(path) as book:
        desk = PriceDesk(book, COMMODITY, chain_id)
        desk.enter(entries(), manager, AT)
        for said in synthetic_day(Scenario.LIQUID, DAY, 4_800_000, Random(1)).submissions:
            raw: dict[str, Any] = dict(said.submission.raw)
            desk.submit(SignedSubmission.sign(raw, chain_id, key_of(raw["submitter"])), AT)
        desk.prepare(DAY, first, AT)
        desk.prepare(DAY, second, AT)
        return desk.release(DAY, manager, AT)


def test_from_the_book_to_a_subscriber(
    village: Village, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    consortium = village.consortium
    market = Market(consortium)
    if not _has_second_account(market):
        Market.opened(consortium)
    owner = word("price_reporter")
    sold = (name_id(COMMODITY), owner, COBALT, Material.SULPHATE)
    consortium.council("Prices", "registerCommodity", *sold)
    consortium.council("Prices", "noticeMethodology", name_id(COMMODITY), name_id(METHODOLOGY), 0)
    book = tmp_path / "prices.sqlite"
    record = released(book, consortium.network.chain_id)
    for name, value in village.shell("desk").environment.items():
        monkeypatch.setenv(name, value)

    def run(*words: str, index: str) -> Result:
        line = ["prices", *words, "--book", str(book), "--dev-index", index, "--json"]
        return CliRunner().invoke(app, line, catch_exceptions=False)

    day = DAY.isoformat()
    assert run("publish", day, index=str(MANAGER)).exit_code == ExitCode.NOT_FOUND
    releaser = market.manager.account
    sealed = run("seal", day, "--releaser", releaser, index=REPORTER)
    assert sealed.exit_code == ExitCode.OK, sealed.stderr
    subscriber = ("--subscriber", consortium.account("mine"))
    for _ in range(2):
        published = run("publish", day, *subscriber, index=str(MANAGER))
        assert published.exit_code == ExitCode.OK, published.stderr
        assert str(record.low) not in published.stdout
    shown = development(village, "mine").json("price", "show", COMMODITY, day)
    ends = (shown["range"]["low"]["value"], shown["range"]["high"]["value"])
    assert ends == (str(record.low), str(record.high))
    assert development(village, "recycler").json("price", "show", COMMODITY, day)["range"] is None
    unreleased = run("seal", BEFORE.isoformat(), "--releaser", releaser, index=REPORTER)
    assert unreleased.exit_code == ExitCode.NOT_FOUND


def _has_second_account(market: Market) -> bool:
    """Another test of this village may have opened the market already."""
    return market.reporter.reads.is_active(market.manager.account)
