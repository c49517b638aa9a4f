"""What a reader does: goes on and back, searches, opens a stage, names, signs in."""

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.access.rights import Readers
from api.indexer.tables import lots, prices
from lodetrace.contracts.enums import FOREVER, LotState
from tests.browser.conftest import LARGE, SMALL
from tests.browser.pages import Seen
from tests.browser.serving import filled, served
from tests.support.synthetic_index import SyntheticIndex, ident
from tests.support.wallet import Wallet
from tests.unit.api.members_gateway import MembersGateway
from tests.unit.api.served_gateway import running

CAR = f"products/{ident('car', 0)}"


@pytest.fixture
def page(browser: Any, base: str) -> Iterator[Seen]:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
    yield Seen(context.new_page(), base)
    context.close()


def test_back_leads_back(page: Seen) -> None:
    page.open("")
    page.page.click(f"a[href='#/{CAR}']")
    page.headed("Product")
    page.page.click(".map a.box >> nth=0")
    page.page.wait_for_selector(".open .card")
    assert "stage=" in page.page.url
    page.page.go_back()
    page.page.wait_for_selector(".open .card", state="detached")
    page.page.go_back()
    page.headed("Where")
    assert page.errors == []


def test_a_stage_opens_to_its_lots(page: Seen) -> None:
    page.open(f"{CAR}?stage=0")
    opened = page.page.query_selector_all(".open .lots a")
    assert opened
    opened[0].click()
    page.headed("Lot")


def test_the_map_and_its_table_say_the_same(page: Seen) -> None:
    page.open(CAR)
    page.page.click("summary >> text=table")
    rows = page.page.query_selector_all("details table tbody tr")
    answer = page.page.evaluate(f"fetch('{CAR}/provenance?view=sites').then((one) => one.json())")
    assert len(rows) == len(answer["nodes"])
    told = {row.query_selector_all("td")[3].inner_text() for row in rows}
    assert told == {str(node["lots"]) for node in answer["nodes"]}


def test_the_keyboard_reaches_the_map(page: Seen) -> None:
    page.open(CAR)
    page.page.focus(".map a.box >> nth=0")
    assert page.page.query_selector(".map.lit .box.on") is not None
    page.page.keyboard.press("Enter")
    page.page.wait_for_selector(".open .card")


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        (ident("car", 3), "Product"),
        (ident("member", 5)[:40], "Search"),
        ("0x" + "0" * 39 + "3", "Organisation"),
        ("Nobody", "Search: Nobody"),
        ("Seventh", "Organisation Seventh & Sons"),
    ],
)
def test_search_finds_ids_beginnings_accounts_and_names(page: Seen, typed: str, shown: str) -> None:
    book = json.dumps(json.dumps({ident("member", 7): "Seventh & Sons"}))
    page.page.add_init_script(f"localStorage.setItem('lodetrace.names', {book})")
    page.open("")
    page.page.fill("#search", typed)
    page.page.keyboard.press("Enter")
    page.headed(shown)
    assert page.errors == []


def test_a_names_file_is_read_kept_and_forgotten(page: Seen, tmp_path: Path) -> None:
    file = tmp_path / "names.json"
    file.write_text(json.dumps({ident("member", 0): "First Mine", "0x12": "no id"}), "utf-8")
    page.open("settings")
    page.page.set_input_files("#names-file", file)
    page.page.wait_for_selector("text=One name is known")
    page.page.reload()
    page.open("organisations")
    assert "First Mine" in page.page.inner_text("main")
    file.write_text("{ no json", "utf-8")
    page.open("settings")
    page.page.set_input_files("#names-file", file)
    page.page.wait_for_selector("text=nothing was changed")
    page.page.click("text=Forget them")
    page.page.wait_for_selector("text=0 names are known")


def test_an_address_book_and_labels_of_lots_are_names_too(page: Seen, tmp_path: Path) -> None:
    book, lots = tmp_path / "book.json", tmp_path / "lots.json"
    named = {"name": "odra", "account": "0x" + "0" * 39 + "3"}
    book.write_text(json.dumps({"names": [named]}), "utf-8")
    labelled = {"lot": ident("lot", 2), "labels": ["MWD-700001", "seal 7"], "balance": "secret"}
    lots.write_text(json.dumps({"lots": [labelled]}), "utf-8")
    page.open("settings")
    page.page.set_input_files("#names-file", [book, lots])
    page.page.wait_for_selector("text=2 names are known")
    assert "secret" not in page.page.evaluate("JSON.stringify({...localStorage})")
    for typed, shown in (("MWD-700001", "Lot MWD-700001"), ("odra", "Organisation")):
        page.page.fill("#search", typed)
        page.page.keyboard.press("Enter")
        page.headed(shown)
    assert page.errors == []


def opened(index: SyntheticIndex, number: int, low: int, high: int) -> dict[str, object]:
    """As `lodetrace price show --json` answers."""
    row = index.told(prices)[number]
    unit = "fen per mt including VAT"
    ends = {"low": {"value": str(low), "unit": unit}, "high": {"value": str(high), "unit": unit}}
    return {"record": row["record"], "commitment": "0x" + "0" * 64, "range": ends}


def test_ranges_that_a_reader_opened_are_drawn_and_kept_nowhere(
    page: Seen, index: SyntheticIndex, tmp_path: Path
) -> None:
    days = [opened(index, number, 7_850_050 + 9_000 * number, 8_350_000) for number in (3, 4, 5)]
    foreign = {**days[2], "commitment": "0x" + "1" * 64}
    file = tmp_path / "ranges.json"
    file.write_text(json.dumps([*days[:2], foreign]), "utf-8")
    page.open("prices")
    assert page.page.query_selector(".plot") is None
    assert "sealed to subscribers" in page.page.inner_text("main table")
    page.page.set_input_files("#ranges-files", file)
    page.page.wait_for_selector(".plot .day:not(.sealed)")
    assert len(page.page.query_selector_all(".plot .day:not(.sealed)")) == 2
    table = page.page.inner_text("main table")
    assert "78,770.5 – 83,500 CNY/mt" in table
    assert "is of another record" in table
    assert "This page cannot repeat that comparison" in page.page.inner_text("main")
    page.page.click(".plot .day:not(.sealed) >> nth=0")
    page.page.wait_for_selector("main dl.facts")
    page.page.wait_for_selector(".plot .day.chosen")
    stored = page.page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert "78770" not in stored
    file.write_text('{"record": "0x12"}', "utf-8")
    page.page.click("summary >> text=ranges that you opened")
    page.page.set_input_files("#ranges-files", file)
    page.page.wait_for_selector("text=ranges.json is no answer of that command")
    assert page.errors == []


def test_the_code_of_a_product_leads_to_it(page: Seen) -> None:
    page.open(CAR)
    drawn = page.page.wait_for_selector("svg.code path").get_attribute("d")
    assert f"{page.base}/#/{CAR}" in page.page.inner_text("figure")
    width = int(page.page.get_attribute("svg.code", "viewBox").split()[-1])
    dark = {tuple(map(int, one)) for one in re.findall(r"M(\d+) (\d+)h1", drawn)}
    finder = {(x, y) for x in range(4, 11) for y in range(4, 11)}
    assert {(4, 4), (10, 4), (4, 10), (7, 7), (width - 5, 4), (4, width - 5)} <= dark
    assert (5, 5) in finder - dark
    assert min(x for x, _ in dark) == 4


def test_a_gateway_that_is_gone_is_named_and_may_come_back(page: Seen) -> None:
    page.open("")
    page.page.context.set_offline(True)
    page.page.click("a[href='#/holdings']")
    page.page.wait_for_selector("main >> text=The gateway does not answer")
    page.page.context.set_offline(False)
    page.page.click("a[href='#/organisations']")
    page.headed("Organisations")


def test_a_part_that_fails_leaves_the_others(page: Seen) -> None:
    page.page.route("**/passport", lambda asked: asked.fulfill(json={"metals": None}))
    page.open(CAR)
    assert "This part of the page failed" in page.page.inner_text("main")
    assert page.page.query_selector(".map a.box") is not None
    assert page.errors, "the console has it whole"


def test_what_a_reader_may_not_see_is_named(
    browser: Any, index: SyntheticIndex, tmp_path: Path
) -> None:
    engine = filled(tmp_path / "index.db", index)
    with served(engine, Readers.MEMBERS) as url:
        context = browser.new_context(locale="en-GB")
        seen = Seen(context.new_page(), url)
        for route in ("", CAR, f"lots/{index.root}", "holdings"):
            seen.open(route)
            assert "you are not signed in" in seen.page.inner_text("main")
        seen.open("sign-in")
        seen.page.fill("#token", "0" * 64)
        seen.page.click("main form button")
        seen.page.wait_for_selector("[role=alert]:text-matches('.')")
        assert seen.foreign == []
        stored = seen.page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
        assert "0" * 64 not in stored
        context.close()
    engine.dispose()


WALLET = """window.ethereum = {
  request: async ({ method, params }) => (method === "eth_requestAccounts"
    ? [await window.accountOfTest()] : window.signOfTest(params[0])),
}"""
"""A wallet as EIP-1193 has it, which asks nobody."""


def test_a_member_signs_in_with_a_wallet_and_out(browser: Any, tmp_path: Path) -> None:
    members, alpha = (
        MembersGateway.over(f"sqlite:///{tmp_path / 'index.db'}"),
        Wallet.named("alpha"),
    )
    members.now = int(time.time())
    with running(members) as port:
        context = browser.new_context(locale="en-GB")
        context.expose_function("accountOfTest", lambda: alpha.address)
        context.expose_function("signOfTest", lambda asked: alpha.sign(text_of(asked)))
        context.add_init_script(WALLET)
        seen = Seen(context.new_page(), f"http://127.0.0.1:{port}")
        seen.open("sign-in")
        seen.page.click("text=Sign in with the wallet")
        seen.page.wait_for_selector("text=You read as")
        # a link, not a new page: the token is of this one alone
        seen.page.click("header nav a >> nth=0")
        seen.headed("Where")
        assert "you are not signed in" not in seen.page.inner_text("main")
        assert seen.page.query_selector("main .card") is not None
        seen.page.click("header .who")
        seen.page.click("text=Sign out")
        seen.page.wait_for_selector("text=With a wallet")
        assert (seen.errors, seen.foreign) == ([], [])
        context.close()
    members.engine.dispose()


def text_of(asked: str) -> str:
    """Of a message as a wallet is given it."""
    return bytes.fromhex(asked.removeprefix("0x")).decode()


def test_a_hand_over_that_waits_is_dashed(browser: Any, tmp_path: Path) -> None:
    offered = SyntheticIndex(SMALL, SMALL + 1)
    row = next(one for one in offered.told(lots) if one["lot"] == offered.root)
    row.update(state=LotState.OFFERED, until=FOREVER)
    engine = filled(tmp_path / "index.db", offered)
    with served(engine) as url:
        for width in (1280, 390):
            context = browser.new_context(viewport={"width": width, "height": 800})
            seen = Seen(context.new_page(), url)
            seen.open(f"lots/{offered.root}")
            assert seen.page.query_selector(".map .arrow.pending") is not None
            assert seen.page.query_selector(".map .box.offers") is not None
            assert seen.page.query_selector(".line li.pending") is not None
            assert (seen.outside(), seen.overlaps(), seen.errors) == ([], [], [])
            context.close()
    engine.dispose()


def test_five_thousand_lots_are_readable_on_a_phone(browser: Any, tmp_path: Path) -> None:
    large = SyntheticIndex(LARGE, 3)
    engine = filled(tmp_path / "index.db", large)
    with served(engine) as url:
        context = browser.new_context(viewport={"width": 390, "height": 800}, locale="en-GB")
        seen = Seen(context.new_page(), url)
        seen.open(f"lots/{large.root}")
        assert len(seen.page.query_selector_all(".map a.box")) <= 40
        assert (seen.outside(), seen.overlaps(), seen.errors) == ([], [], [])
        context.close()
    engine.dispose()


def test_the_first_view_is_small_and_there_soon(browser: Any, base: str) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    sizes: list[int] = []
    page.on("requestfinished", lambda one: sizes.append(one.sizes()["responseBodySize"]))
    began = time.monotonic()
    page.goto(f"{base}/")
    page.wait_for_selector("main:not([aria-busy]) h1")
    took = time.monotonic() - began
    page.wait_for_load_state("networkidle")
    assert 10_000 < sum(sizes) <= 150_000
    assert took < 10, "1.5 seconds on two idle cores; lanes run beside this one"
    context.close()
