"""The working paper: whole populations, a procedure for every finding, and nothing cut."""

import json
import re
import sys
import zlib
from dataclasses import replace
from html import escape
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest

from lodetrace.audit.anchor import Anchor
from lodetrace.audit.disclosures import documents_of, opened
from lodetrace.audit.errors import StateRefused
from lodetrace.audit.evidence import Evidence, Passed
from lodetrace.audit.paper import xlsx
from lodetrace.audit.paper.assessment import Severity, assessment, parse
from lodetrace.audit.paper.html import html_of
from lodetrace.audit.paper.paper import Engagement, Paper, paper_of
from lodetrace.audit.paper.pdf import pdf_of
from lodetrace.audit.paper.populations import Population, populations
from lodetrace.audit.paper.xlsx import (
    FORMULA_STARTS,
    LONGEST_CELL,
    SheetTooSmall,
    XlsxExtraMissing,
    xlsx_of,
)
from lodetrace.audit.policy import DEFAULT, PolicyRefused
from lodetrace.audit.replay.findings import FindingCode, findings_of
from lodetrace.audit.replay.history import ReplayedHistory, replay
from lodetrace.audit.report.page import Mark
from lodetrace.audit.report.pdf import GlyphMissing
from lodetrace.audit.verdict import counts_of, verdict_of
from lodetrace.audit.verify import STEPS, Examination, Told, examine
from lodetrace.contracts.enums import CustodyModel, EventKind, Material, Measure, RunKind
from tests.support.audit_world import World, word
from tests.support.required import optional_module
from tests.unit.base_install import ROOT, in_base

STORY = ROOT / "tests" / "vectors" / "story"
FILE = word("file")
PASSED = tuple(Passed(number, title, f"{title}.", {}) for number, title in enumerate(STEPS, 1))
NAMES = "Łódź Recykling, ООО «Тест», Εταιρεία, شركة النحاس, 衢州北方钴业有限公司, 日本カナ, 한국"


def examined(evidence: Evidence) -> Examination:
    """As the verifier ends, with steps 1 to 8 taken for passed."""
    story = replay(evidence)
    found = findings_of(story)
    told = Told(story, found)
    try:
        DEFAULT.require(story, found)
    except PolicyRefused as refusal:
        return Examination(FILE, 1234, PASSED[:9], None, refusal, told=told)
    verdict = verdict_of(story, PASSED, found, opened(story), documents_of(story), DEFAULT)
    return Examination(FILE, 1234, PASSED, verdict, None, told=told)


def paper(evidence: Evidence, **names: str) -> Paper:
    given = {"0x" + word(key).hex(): name for key, name in names.items()}
    return paper_of(examined(evidence), Engagement("Cobalt 2026", "A. Mensah"), given)


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
    return world.evidence(product, product=True)


@pytest.fixture
def withdrawn(world: World) -> Evidence:
    stated = world.event("mine", EventKind.BIRTH)
    lot = world.birth(stated)
    world.withdraw(stated)
    return world.evidence(lot)


def many(world: World) -> Evidence:
    """200 lots, each held once."""
    lots = [world.birth(model=CustodyModel.MASS_BALANCE) for _ in range(200)]
    product = world.declare()
    for part, lot in enumerate(lots):
        world.hold(lot)
        world.release(lot)
        world.hand_over(lot, "beta")
        world.assign(product, lot, 1, part=part)
    return world.evidence(product, product=True)


def sheet(found: Paper, name: str) -> Population:
    (one,) = [one for one in found.populations if one.name == name]
    return one


# --- what is graded ------------------------------------------------------------------------------


@pytest.mark.parametrize("code", FindingCode)
def test_every_kind_of_finding_has_a_severity_a_procedure_and_a_place(code: FindingCode) -> None:
    found = assessment()
    grade = found.grades[code]
    known = {one.id for framework in found.frameworks for one in framework.requirements}
    assert grade.severity in Severity
    assert grade.procedure.endswith(".")
    assert grade.bears_on
    assert set(grade.bears_on) <= known


def test_the_map_is_dated_and_names_its_sources() -> None:
    found = assessment()
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", found.date)
    for framework in found.frameworks:
        assert framework.source
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", framework.published)
        assert framework.published <= found.date
    ids = [one.id for framework in found.frameworks for one in framework.requirements]
    assert len(ids) == len(set(ids))
    assert {one[:4] for one in ids} == {"OECD", "RMAP", "Art."}
    assert [one for one in ids if one.startswith("OECD")] == [f"OECD {n}" for n in range(1, 6)]


def test_what_shows_a_requirement_is_a_population(car: Evidence) -> None:
    known = {one.name for one in paper(car).populations}
    for framework in assessment().frameworks:
        for one in framework.requirements:
            assert set(one.shown_by) <= known, one.id


def test_a_kind_that_is_not_graded_is_refused() -> None:
    text = files("lodetrace.audit.paper").joinpath("assessment.json").read_text("utf-8")
    raw = json.loads(text)
    del raw["findings"]["lot_held"]
    with pytest.raises(ValueError, match="lot_held"):
        parse(raw)
    with pytest.raises(ValueError, match="assessment/2"):
        parse({**json.loads(text), "format": "lodetrace-assessment/2"})


def test_findings_that_stop_a_conclusion_are_the_ones_that_the_policy_refuses() -> None:
    grades = assessment().grades
    critical = {code for code, grade in grades.items() if grade.severity is Severity.CRITICAL}
    assert critical == DEFAULT.refuse


# --- what stands on it ---------------------------------------------------------------------------


def require_whole(story: ReplayedHistory, found: tuple[Population, ...]) -> None:
    counts, sizes = counts_of(story), {one.name: len(one.rows) for one in found}
    counted = {
        "site events": "site events",
        "lots": "lots",
        "hand-overs": "hand-overs",
        "certificates": "certificates relied on",
        "claims": "claims",
    }
    assert {name: sizes[name] for name in counted} == {
        name: counts[noun] for name, noun in counted.items()
    }
    for one in found:
        assert {len(row) for row in one.rows} <= {len(one.columns)}


def test_populations_are_as_large_as_the_verifier_counted(car: Evidence) -> None:
    told = examined(car).told
    assert told is not None
    require_whole(told.story, populations(told.story, {}))


def test_populations_of_the_story_are_whole_and_name_its_documents() -> None:
    bundle, anchor = (STORY / "sulphate.bundle").read_bytes(), STORY / "anchor.json"
    told = examine(bundle, Anchor.load(anchor)).told
    assert told is not None
    found = populations(told.story, {})
    require_whole(told.story, found)
    events, lots = found[0], found[1]
    titles = [column.title for column in lots.columns]
    stated = {row[6] for row in events.rows}
    assert stated == {row[titles.index("document, keccak256")] for row in lots.rows}
    assert all(re.fullmatch("0x[0-9a-f]{64}", str(one)) for one in stated)
    settings = next(one for one in found if one.name == "settings")
    assert ("quorum set", "quorum: 3") in {row[:2] for row in settings.rows}


def test_what_was_settled_names_run_and_document(world: World) -> None:
    """Of a lot that a receiver disputed, and that an umpire's measurement booked anew."""
    lot = world.birth()
    world.hand_over(lot, "beta")
    world.offer(lot, "gamma")
    world.dispute(lot)
    measured = world.event("laboratory", EventKind.MEASUREMENT, hours=1, ago=60, inputs=[lot])
    world.approve(lot, measured)
    (out,) = world.run(RunKind.SETTLE, [lot], [(Material.ORE, 1)], stated=measured)
    found = paper(world.evidence(out))
    rows = {str(row[0]): row for row in sheet(found, "lots").rows}
    titles = [column.title for column in sheet(found, "lots").columns]
    made = dict(zip(titles, rows["0x" + out.hex()], strict=True))
    assert str(made["made by"]).startswith("settle, run 0x")
    assert made["document, keccak256"] == "0x" + measured.statement.document.hex()
    assert {one.code for one in found.findings} >= {"settled", "disputed before"}


def test_each_party_stands_once_with_the_readers_name(car: Evidence) -> None:
    found = paper(car, beta="Beta Refining")
    parties = sheet(found, "parties")
    assert len({row[1] for row in parties.rows}) == len(parties.rows)
    (beta,) = [row for row in parties.rows if row[1] == "0x" + word("beta").hex()]
    assert beta[2] == "Beta Refining"
    (moved,) = sheet(found, "hand-overs").rows
    assert moved[2] == f"{beta[0]} Beta Refining"


def test_findings_are_numbered_the_gravest_first(withdrawn: Evidence) -> None:
    found = paper(withdrawn)
    order = [list(Severity).index(one.severity) for one in found.findings]
    assert order == sorted(order)
    assert [one.name for one in found.findings] == [f"F{n}" for n in range(1, len(order) + 1)]
    assert found.findings[0].code == "event withdrawn"
    assert found.findings[0].reaches == "1 lot: 1"


def test_what_the_policy_refuses_still_has_its_findings_and_populations(
    withdrawn: Evidence,
) -> None:
    found = paper(withdrawn)
    assert found.page.mark is Mark.REFUSED
    html = html_of(found)
    assert "refused at step 10 of 10" in html
    assert escape(assessment().grades[FindingCode.EVENT_WITHDRAWN].procedure) in html
    assert len(sheet(found, "lots").rows) == 1


def test_of_a_bundle_that_proves_nothing_there_is_nothing_to_sample() -> None:
    refusal = StateRefused(item="the row of a lot", reason="it is another's")
    refused = Examination(FILE, 1, PASSED[:3], None, refusal)
    found = paper_of(refused, Engagement("Cobalt 2026"))
    html = html_of(found)
    assert not found.has_story
    assert "nothing to sample" in html
    assert "Sign-off" in html
    assert "StateRefused" in html
    assert "<h2>Populations" not in html


def test_each_requirement_names_the_findings_that_bear_on_it(car: Evidence) -> None:
    found = paper(car)
    by_id = {one.id: one for mapped in found.map for one in mapped.asked}
    for finding in found.findings:
        for one in finding.bears_on:
            numbers = re.findall(r"F(\d+)(?:–F(\d+))?", by_id[one].findings)
            spans = [range(int(first), int(last or first) + 1) for first, last in numbers]
            assert any(finding.number in span for span in spans)
    assert by_id["RMAP 6"].findings == ""


def test_engagement_and_preparer_stand_on_it(car: Evidence) -> None:
    html = html_of(paper(car))
    assert "<dt>Engagement</dt><dd>Cobalt 2026</dd>" in html
    assert '<th scope="row">Prepared by</th><td>A. Mensah</td>' in html
    for role in ("Reviewed by", "Approved by", "Signature", "Date"):
        assert role in html


# --- HTML ----------------------------------------------------------------------------------------


def test_nothing_is_cut() -> None:
    """200 lots with ids of 66 characters, and 200 findings of one kind."""
    found = paper(many(World.founded()))
    html = re.sub("</?bdi>|<wbr>", "", html_of(found))
    assert len(sheet(found, "lots").rows) == 200
    for population in found.populations:
        for row in population.rows:
            for cell in row:
                for line in str(cell).split("\n"):
                    assert line in html
    held = [one for one in found.findings if one.code == "held before"]
    assert len(held) == 200
    for one in held:
        assert f'<td data-of="About">{one.about}</td>' in html
    assert html.count(held[0].procedure) == 1
    assert "more, in the JSON report" not in html


def test_html_escapes_what_others_wrote_and_loads_nothing(car: Evidence) -> None:
    names = {"0x" + word("beta").hex(): "<script>alert(1)</script>\x1b[2K\u202e"}
    engagement = Engagement("<img src=x>", "A\u202eB")
    html = html_of(paper_of(examined(car), engagement, names))
    assert "<script" not in html
    assert "<img" not in html
    assert not re.search(r"(src|href)=", re.sub("&lt;.*?&gt;", "", html))
    assert "\u202e" not in html
    assert "\x1b" not in html


def test_a_name_makes_no_line_of_its_own(car: Evidence) -> None:
    """Else one party could stand as two."""
    found = paper(car, beta="Beta\nP1 Alpha")
    assert r"Beta\nP1 Alpha" in {row[2] for row in sheet(found, "parties").rows}
    (moved,) = sheet(found, "hand-overs").rows
    assert "\n" not in str(moved[2])


def test_heads_and_rows_are_told_to_whoever_hears_the_page(car: Evidence) -> None:
    html = html_of(paper(car))
    assert '<html lang="en">' in html
    assert html.count("<h1>") == 1
    assert '<th scope="col">' in html
    for name in ("Site events", "Lots", "Hand-overs", "Certificates", "Claims", "Settings"):
        assert re.search(rf"<h3>{name} \(\d+\)</h3>", html), name


def test_one_paper_makes_the_same_page(car: Evidence) -> None:
    assert html_of(paper(car)) == html_of(paper(car))


# --- PDF -----------------------------------------------------------------------------------------


@pytest.mark.slow
def test_pdf_is_tagged_and_repeats(car: Evidence) -> None:
    optional_module("weasyprint")
    found = paper(car, beta=NAMES)
    first, second = pdf_of(found), pdf_of(found)
    assert first == second
    objects = unpacked(first)
    for told in (b"/MarkInfo", b"/StructTreeRoot", b"/Lang", b"pdfuaid:part", b"/TH", b"/H1"):
        assert told in objects, told
    assert len(re.findall(rb"/Type ?/Page\b", objects)) > 3


def unpacked(pdf: bytes) -> bytes:
    """All that its streams say."""
    found = [pdf]
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            found.append(zlib.decompress(stream))
        except zlib.error:
            continue
    return b"\n".join(found)


@pytest.mark.slow
def test_what_no_font_has_is_refused_on_paper(car: Evidence) -> None:
    optional_module("weasyprint")
    with pytest.raises(GlyphMissing, match=r"U\+11FFF"):
        pdf_of(paper(car, beta="Beta \U00011fff"))


# --- workbook ------------------------------------------------------------------------------------

CELL = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def workbook(content: bytes) -> dict[str, list[ElementTree.Element]]:
    """Name of a sheet → its cells."""
    with ZipFile(BytesIO(content)) as file:
        listed = ElementTree.fromstring(file.read("xl/workbook.xml"))
        names = [one.attrib["name"] for one in listed.iter(f"{CELL}sheet")]
        pages = (
            ElementTree.fromstring(file.read(f"xl/worksheets/sheet{number}.xml"))
            for number in range(1, len(names) + 1)
        )
        return {name: list(page.iter(f"{CELL}c")) for name, page in zip(names, pages, strict=True)}


def strings(content: bytes) -> list[str]:
    with ZipFile(BytesIO(content)) as file:
        shared = ElementTree.fromstring(file.read("xl/sharedStrings.xml"))
    return ["".join(one.itertext()) for one in shared]


@pytest.fixture
def writer() -> None:
    optional_module("xlsxwriter")


@pytest.mark.usefixtures("writer")
def test_a_workbook_has_a_sheet_for_each_population_and_repeats(car: Evidence) -> None:
    found = paper(car)
    content = xlsx_of(found)
    assert content == xlsx_of(found)
    assert list(workbook(content)) == [
        "Verdict and sign-off", "Findings", "Frameworks", "Site events", "Lots", "Hand-overs",
        "Certificates", "Claims", "Settings", "Parties",
    ]  # fmt: skip
    written = set(strings(content))
    for population in found.populations:
        assert {cell for row in population.rows for cell in row if cell and cell != str(cell)} == {
            cell for row in population.rows for cell in row if isinstance(cell, int) and cell
        }
        assert {cell for row in population.rows for cell in row if isinstance(cell, str)} <= {
            *written, "",
        }  # fmt: skip


@pytest.mark.usefixtures("writer")
@pytest.mark.parametrize("start", [*FORMULA_STARTS[:4], "{=", "http://", "1e5", "'"])
def test_no_text_becomes_a_formula_a_link_or_a_number(car: Evidence, start: str) -> None:
    """Neither a member's name nor what the reader types."""
    names = {"0x" + word("beta").hex(): f"{start}1+1"}
    found = paper_of(examined(car), Engagement(f"{start}cmd", f"{start}A1"), names)
    content = xlsx_of(found)
    cells = [cell for sheet_ in workbook(content).values() for cell in sheet_]
    assert [one for one in cells if one.find(f"{CELL}f") is not None] == []
    assert {f"{start}1+1", f"{start}cmd", f"{start}A1"} <= set(strings(content))
    with ZipFile(BytesIO(content)) as file:
        assert not [name for name in file.namelist() if "rels/sheet" in name]
        quoted = b'quotePrefix="1"' in file.read("xl/styles.xml")
    assert quoted is (start in FORMULA_STARTS)


@pytest.mark.usefixtures("writer")
@pytest.mark.parametrize(
    "name",
    [
        "<r><t>Mwinda Mining</t></r>",
        "<r><t>one</t></r></si><si><t>moved by one</t></si><si><r></r>",
        "<r></r>",
    ],
)
def test_a_name_is_no_markup_of_the_workbook(car: Evidence, name: str) -> None:
    """Attack: who calls himself so is shown under another name, or moves every text behind it."""
    found = paper_of(examined(car), Engagement(name, name), {"0x" + word("beta").hex(): name})
    content = xlsx_of(found)
    assert strings(content).count(name) == 1
    with ZipFile(BytesIO(content)) as file:
        shared = ElementTree.fromstring(file.read("xl/sharedStrings.xml"))
    assert int(shared.attrib["uniqueCount"]) == len(shared)


@pytest.mark.usefixtures("writer")
def test_letters_beyond_the_first_plane_take_two_places_of_a_cell(car: Evidence) -> None:
    """Attack: a name that fits by its letters, and is cut by whatever opens the workbook."""
    found = paper(car)
    for name, fits in (("𐤀" * (LONGEST_CELL // 2), True), ("𐤀" * (LONGEST_CELL // 2 + 1), False)):
        finding = replace(found.findings[0], about=name)
        if fits:
            assert name in strings(xlsx_of(replace(found, findings=(finding,))))
        else:
            with pytest.raises(SheetTooSmall, match="32768"):
                xlsx_of(replace(found, findings=(finding,)))


@pytest.mark.usefixtures("writer")
def test_what_has_no_room_in_a_cell_is_refused_not_cut(car: Evidence) -> None:
    found = paper(car)
    finding = replace(found.findings[0], about="x" * (LONGEST_CELL + 1))
    with pytest.raises(SheetTooSmall, match="32767"):
        xlsx_of(replace(found, findings=(finding,)))
    whole = replace(found.findings[0], about="x" * LONGEST_CELL)
    assert "x" * LONGEST_CELL in strings(xlsx_of(replace(found, findings=(whole,))))


@pytest.mark.usefixtures("writer")
def test_more_rows_than_a_sheet_has_are_refused_not_cut(
    car: Evidence, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = paper(car)
    most = max(len(one.rows) for one in found.populations)
    monkeypatch.setattr(xlsx, "MOST_ROWS", 100)
    xlsx_of(found)
    monkeypatch.setattr(xlsx, "MOST_ROWS", most)
    with pytest.raises(SheetTooSmall, match="rows of"):
        xlsx_of(found)


@pytest.mark.usefixtures("writer")
def test_a_workbook_about_a_refused_bundle_has_the_verdict_alone() -> None:
    refusal = StateRefused(item="the row of a lot", reason="it is another's")
    refused = Examination(FILE, 1, PASSED[:3], None, refusal)
    content = xlsx_of(paper_of(refused, Engagement()))
    assert list(workbook(content)) == ["Verdict and sign-off"]
    assert "REFUSED" in strings(content)


def test_a_workbook_without_its_extra_says_what_to_install(
    car: Evidence, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    with pytest.raises(XlsxExtraMissing) as missing:
        xlsx_of(paper(car))
    assert "pip install 'FILE.whl[xlsx]'" in missing.value.advice


# --- the command ---------------------------------------------------------------------------------

VERIFY = ("audit", "verify", str(STORY / "sulphate.bundle"), "--trust", str(STORY / "anchor.json"))
FOR = ("--engagement", "Cobalt 2026", "--prepared-by", "شركة التدقيق")


@pytest.mark.slow
def test_the_base_writes_the_paper_as_html(tmp_path: Path) -> None:
    done = in_base(*VERIFY, "--report", "paper.html", *FOR, folder=tmp_path)
    assert done.returncode == 0, done.stderr
    html = (tmp_path / "paper.html").read_text("utf-8")
    assert "شركة التدقيق" in html
    assert "<h3>Lots (5)</h3>" in html


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--report", "paper.pdf"), 9, "FILE.whl[pdf]"),
        (("--report", "paper.xlsx"), 9, "FILE.whl[xlsx]"),
        (("--report", "paper.docx"), 2, ".html, .pdf or .xlsx"),
        (("--report", "gone/paper.html"), 8, "gone"),
        (("--engagement", "Cobalt"), 2, "--engagement"),
        (("--prepared-by", "A"), 2, "--prepared-by"),
    ],
)
def test_what_cannot_be_written_is_said_before_anything_is_verified(
    tmp_path: Path, words: tuple[str, ...], code: int, said: str
) -> None:
    done = in_base(*VERIFY, *words, folder=tmp_path)
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert "✓" not in done.stderr
    assert list(tmp_path.iterdir()) == []
