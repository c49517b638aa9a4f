"""Reports: everything that was found, in words that a person understands, on one page."""

import json
import re
import zlib
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from lodetrace.audit.disclosures import documents_of, opened
from lodetrace.audit.errors import StateRefused
from lodetrace.audit.evidence import Evidence, Passed
from lodetrace.audit.policy import DEFAULT, PolicyRefused
from lodetrace.audit.replay.findings import findings_of
from lodetrace.audit.replay.history import replay
from lodetrace.audit.report.document import document_of
from lodetrace.audit.report.html import html_of
from lodetrace.audit.report.page import MOST_ROWS, Mark, page_of
from lodetrace.audit.report.pdf import GlyphMissing, pdf_of
from lodetrace.audit.report.wording import counts, shortened
from lodetrace.audit.verdict import verdict_of
from lodetrace.audit.verify import STEPS, Examination
from lodetrace.cli.audit.view import examination_view, step_row
from lodetrace.contracts.enums import CustodyModel, EventKind, Material, Measure, RunKind
from lodetrace.version import SOFTWARE
from tests.support.audit_world import World, word
from tests.support.required import optional_module

ROOT = Path(__file__).resolve().parents[3]
FILE = word("file")
PASSED = tuple(Passed(number, title, f"{title}.", {"headers": number}) for number, title in
               enumerate(STEPS, 1))  # fmt: skip


def examined(evidence: Evidence) -> Examination:
    """As the verifier ends, with steps 1 to 8 taken for passed."""
    story = replay(evidence)
    findings = findings_of(story)
    try:
        DEFAULT.require(story, findings)
    except PolicyRefused as refusal:
        return Examination(FILE, 1234, PASSED[:9], None, refusal)
    verdict = verdict_of(story, PASSED, findings, opened(story), documents_of(story), DEFAULT)
    return Examination(FILE, 1234, PASSED, verdict, None)


@pytest.fixture
def world() -> World:
    return World.founded()


@pytest.fixture
def car(world: World) -> Evidence:
    lot = world.birth()
    world.hand_over(lot, "beta")
    (pack,) = world.run(RunKind.PROCESS, [lot], [(Material.PACK, 4)])
    product = world.declare()
    world.assign(product, pack, 4)
    world.seal(product)
    total = world.total(product, 1)
    world.claim(total, Measure.CREDIT_SHARE, 900_000)
    world.claim(total, Measure.CARBON_INTENSITY, 12_500_000, 0)
    return world.evidence(product, product=True)


@pytest.fixture
def withdrawn(world: World) -> Evidence:
    stated = world.event("mine", EventKind.BIRTH)
    lot = world.birth(stated)
    world.withdraw(stated)
    return world.evidence(lot)


def test_the_verdict_says_what_was_verified_and_what_was_only_asserted(car: Evidence) -> None:
    document = document_of(examined(car))
    verdict = document["verdict"]
    assert document["accepted"] is True
    assert (verdict["verified"]["lots"], verdict["verified"]["site_events"]) == (2, 2)
    asserted = {(said["by"], said["what"]): said["count"] for said in verdict["asserted"]}
    oracle = "0x" + word("oracle one").hex()
    assert asserted[oracle, "birth events"] == 1
    assert asserted[oracle, "processing events"] == 1
    assert asserted["0x" + word("certifier").hex(), "certificates of IRMA"] == 1
    assert any("scale" in text for text in verdict["not_proven"])
    assert {claim["says"] for claim in verdict["claims"]} == {
        "at least 90 % responsible",
        "at most 12.5 kg/kg of CO2e, scrap bearing its share by mass",
    }


def test_the_headline_says_what_limits_it(car: Evidence) -> None:
    verdict = examined(car).verdict
    assert verdict is not None
    assert verdict.headline == (
        "As of 2026-02-05T05:27:00Z the origin of this product is verified; "
        "finality is not proven; no witness vouches for its last block."
    )


def test_the_document_is_json_and_repeats(car: Evidence, withdrawn: Evidence) -> None:
    for evidence in (car, withdrawn):
        first, second = (json.dumps(document_of(examined(evidence))) for _ in range(2))
        assert first == second


def test_a_refusal_names_step_item_and_every_unmet_demand(withdrawn: Evidence) -> None:
    document = document_of(examined(withdrawn))
    refusal = document["refusal"]
    assert document["accepted"] is False
    assert document["verdict"] is None
    assert (refusal["step"], refusal["code"]) == (10, "FindingRefused")
    assert refusal["item"].startswith("site event")
    assert len(refusal["unmet"]) == 1
    assert refusal["advice"]


def test_whoever_judged_is_named_with_its_version(car: Evidence, withdrawn: Evidence) -> None:
    for evidence in (car, withdrawn):
        found = examined(evidence)
        assert document_of(found)["judged_by"] == SOFTWARE
        assert f"Judged by {SOFTWARE}" in html_of(page_of(found))
        console = Console(width=120, record=True, file=StringIO())
        console.print(*examination_view(found))
        assert f"Judged by {SOFTWARE}." in console.export_text()


def test_the_handbook_names_every_key_of_the_report(car: Evidence) -> None:
    text = (ROOT / "docs" / "audit-policy.md").read_text("utf-8")
    document = document_of(examined(car))
    keys = [key for key in document if key != "format"]
    keys += [f"verdict.{key}" for key in document["verdict"]]
    assert [key for key in keys if f"`{key}`" not in text] == []


def test_the_page_has_all_ten_steps_and_every_section(car: Evidence) -> None:
    page = page_of(examined(car))
    assert [step.number for step in page.steps] == list(range(1, 11))
    assert page.mark is Mark.LIMITED
    titles = [section.title for section in page.sections]
    wanted = {"Proven claims", "Findings", "Only asserted, and by whom", "Not proven", "Policy"}
    assert wanted <= set(titles)


def test_the_page_of_a_refusal_shows_where_it_ended(withdrawn: Evidence) -> None:
    page = page_of(examined(withdrawn))
    assert page.mark is Mark.REFUSED
    assert [step.passed for step in page.steps] == [True] * 9 + [False]


def test_steps_that_were_not_reached_are_not_shown_as_passed() -> None:
    refusal = StateRefused(item="the row of a lot", reason="it is another's")
    page = page_of(Examination(FILE, 1, PASSED[:3], None, refusal))
    assert [step.passed for step in page.steps] == [True] * 3 + [False] + [None] * 6


def test_html_escapes_whatever_names_are_given(car: Evidence) -> None:
    given = {"0x" + word("beta").hex(): "<script>alert(1)</script>"}
    html = html_of(page_of(examined(car), given))
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert not re.search(r"(src|href)=", html)


def test_names_are_marked_as_the_readers_own(car: Evidence) -> None:
    given = {"0x" + word("beta").hex(): "Beta Refining"}
    page = page_of(examined(car), given)
    assert "Beta Refining" in html_of(page)
    assert "no evidence" in page.foot
    assert "no evidence" not in page_of(examined(car)).foot


def many(world: World) -> Evidence:
    """More lots, oracles and findings than a page has lines."""
    lots = [world.birth(model=CustodyModel.MASS_BALANCE) for _ in range(20)]
    product = world.declare()
    for part, lot in enumerate(lots):
        world.hold(lot)
        world.release(lot)
        world.hand_over(lot, "beta")
        world.assign(product, lot, 1, part=part)
    return world.evidence(product, product=True)


@pytest.fixture
def printer() -> None:
    optional_module("weasyprint")


@pytest.mark.slow
@pytest.mark.usefixtures("printer")
def test_pdf_is_one_page_and_repeats(car: Evidence, withdrawn: Evidence) -> None:
    for evidence in (car, withdrawn, many(World.founded())):
        page = page_of(examined(evidence))
        first, second = pdf_of(page), pdf_of(page)
        assert first == second
        assert first.startswith(b"%PDF")
        assert f"/Creator ({SOFTWARE})".encode() in first
        assert len(re.findall(rb"/Type /Page\b", first)) == 1


@pytest.mark.slow
@pytest.mark.usefixtures("printer")
def test_a_pdf_is_of_the_time_that_its_verdict_speaks_of(car: Evidence) -> None:
    page = page_of(examined(car))
    assert page.as_of is not None
    digits = re.sub(r"\D", "", page.as_of)
    assert f"/CreationDate (D:{digits}Z)".encode() in pdf_of(page)
    assert b"CreationDate" not in pdf_of(replace(page, as_of=None))


NAMES = "Łódź Recykling, ООО «Тест», Εταιρεία, شركة النحاس, 衢州北方钴业有限公司, 日本カナ, 한국"
"""Latin, Cyrillic, Greek, Arabic, Han, kana and Hangul."""


@pytest.mark.slow
@pytest.mark.usefixtures("printer")
def test_names_are_on_paper_as_they_are_written(car: Evidence) -> None:
    """With the fonts that `make system` installs: each character is drawn, and can be copied."""
    drawn = pdf_of(page_of(examined(car), {"0x" + word("beta").hex(): NAMES}))
    assert set(NAMES) - copied(drawn) <= {" "}


def copied(pdf: bytes) -> set[str]:
    """Characters that the tables of a PDF's fonts name: what a reader gets who copies its text."""
    found: set[str] = set()
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            text = zlib.decompress(stream)
        except zlib.error:
            continue
        if b"begincmap" in text:
            for units in re.findall(rb"<[0-9A-Fa-f]+> <([0-9A-Fa-f]+)>", text):
                found |= set(bytes.fromhex(units.decode()).decode("utf-16-be"))
    return found


@pytest.mark.slow
@pytest.mark.usefixtures("printer")
def test_what_no_font_has_is_refused_by_name_and_script(car: Evidence) -> None:
    """U+11FFF is the last of a block that even fonts of everything leave out."""
    given = {"0x" + word("beta").hex(): "Beta \U00011fff"}
    page = page_of(examined(car), given)
    with pytest.raises(GlyphMissing) as refused:
        pdf_of(page)
    assert "U+11FFF TAMIL PUNCTUATION END OF TEXT, script Tamil" in str(refused.value)
    assert "Beta" in str(refused.value)
    assert "HTML" in refused.value.advice


def test_nothing_on_the_page_turns_a_direction(car: Evidence) -> None:
    """Half a character, what rewrites a terminal and what mirrors a line, on paper as in HTML."""
    given = {"0x" + word("beta").hex(): "Beta\x1b[2K\u202egnp\ud83d\n"}
    page = page_of(examined(car), given)
    assert r"Beta\x1b[2K\u202egnp\ud83d\n (" in html_of(page)
    html_of(page).encode()


def test_the_page_fits_a_narrow_screen(car: Evidence) -> None:
    """An id of 66 characters breaks wherever it stands."""
    html = html_of(page_of(examined(car)))
    assert 'name="viewport" content="width=device-width' in html
    for element in ("dd", "td, .headline", "li", "footer"):
        assert re.search(rf"{re.escape(element)} \{{[^}}]*overflow-wrap: anywhere", html), element


def test_an_id_keeps_its_direction_beside_any_name(car: Evidence) -> None:
    key = "0x" + word("beta").hex()
    html = html_of(page_of(examined(car), {key: "شركة"}))
    assert f"شركة (<bdi>{key[:12]}…</bdi>)" in html


def test_long_sections_end_with_what_was_left_out() -> None:
    page = page_of(examined(many(World.founded())))
    lots = next(section for section in page.sections if section.title == "The subject's lots")
    assert lots.rows[-1][1].endswith("more, in the JSON report")


def test_no_finding_is_left_out_of_the_page() -> None:
    """What is said alike of many stands once, with the count and each of them."""
    found = examined(many(World.founded()))
    assert found.verdict is not None
    html = html_of(page_of(found))
    text = re.sub(r"</?bdi>", "", html)
    assert len(found.verdict.findings) > 2 * MOST_ROWS
    for finding in found.verdict.findings:
        assert finding.code.value.replace("_", " ") in text
        assert shortened(finding.about) in text
    assert "<b>held before (20)</b>" in text
    assert text.count("<b>held before") == 1


def test_every_demand_that_is_not_met_is_on_the_page() -> None:
    unmet = tuple(f"demand {number}" for number in range(2 * MOST_ROWS))
    refusal = PolicyRefused(item="subject", reason=unmet[0])
    refusal.unmet = unmet
    refused = Examination(FILE, 1234, PASSED[:9], None, refusal)
    text = html_of(page_of(refused))
    assert [one for one in unmet if f"<li>{one}</li>" not in text] == []


def test_what_is_not_proven_is_never_cut_short(car: Evidence) -> None:
    found = examined(car)
    assert found.verdict is not None
    page = page_of(found, most_rows=1)
    shown = next(section for section in page.sections if section.title == "Not proven")
    assert tuple(text for _, text in shown.rows) == found.verdict.not_proven


def test_the_terminal_shows_each_step_and_the_verdict(car: Evidence, withdrawn: Evidence) -> None:
    for evidence, word_ in ((car, "VERIFIED"), (withdrawn, "REFUSED")):
        found = examined(evidence)
        console = Console(width=120, record=True, file=StringIO())
        for passed in found.steps:
            console.print(step_row(passed))
        for part in examination_view(found):
            console.print(part)
        text = console.export_text()
        assert all(title in text for title in STEPS)
        assert word_ in text


def test_at_80_columns_the_terminal_breaks_no_id(car: Evidence) -> None:
    found = examined(car)
    console = Console(width=80, record=True, file=StringIO())
    for part in (*map(step_row, found.steps), *examination_view(found)):
        console.print(part)
    lines = console.export_text().splitlines()
    assert max(map(len, lines)) <= 80
    ids = [text for _, text in page_of(found).facts if "0x" in text]
    assert len(ids) == 3
    for text in ids:
        assert any(text[text.index("0x") :] in line for line in lines)


def test_counts_have_their_number() -> None:
    said = counts({"headers": 1, "site events": 2, "certificates relied on": 1, "events": 12_345})
    assert said == "1 header, 2 site events, 1 certificate relied on, 12 345 events"


def test_long_ids_are_cut_and_short_ones_are_not() -> None:
    lot = "0x" + word("lot").hex()
    assert shortened(f"lot {lot}: held") == f"lot {lot[:12]}…: held"
    assert shortened("batch 0x00ff ends") == "batch 0x00ff ends"


def test_umpires_and_those_who_held_are_named(world: World) -> None:
    lot = world.birth()
    world.hold(lot)
    world.release(lot)
    world.hand_over(lot, "beta")
    world.offer(lot, "gamma")
    world.dispute(lot)
    measured = world.event("laboratory", EventKind.MEASUREMENT, hours=1, ago=60, inputs=[lot])
    world.approve(lot, measured)
    (out,) = world.run(RunKind.SETTLE, [lot], [(Material.ORE, 1)], stated=measured)
    verdict = examined(world.evidence(out)).verdict
    assert verdict is not None
    said = {(asserted.by, asserted.what): asserted.count for asserted in verdict.asserted}
    assert said["0x" + word("umpire").hex(), "approved settlements"] == 1
    assert said["0x" + word("risk").hex(), "decisions on holds"] == 2
    assert said["0x" + word("auditor").hex(), "decisions on holds"] == 1
