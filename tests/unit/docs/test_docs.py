"""README, CONTRIBUTING, SECURITY and docs/ say only what is so, and leave nothing out."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lodetrace.plausibility.stated import Severity
from tests.unit.docs import checks, facts
from tests.unit.docs.facts import ROOT
from tests.unit.docs.pages import Page
from tests.unit.oracle.fraud_cases import FRAUDS
from tests.unit.oracle.fresh_fraud_cases import FRESH

TOP = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")]
PATHS = [*TOP, *sorted((ROOT / "docs").glob("*.md"))]
PAGES = [Page.read(path) for path in PATHS]
Check = Callable[[Page], Iterator[str]]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.path.name)
@pytest.mark.parametrize("check", checks.CHECKS, ids=lambda check: check.__name__)
def test_a_page_says_what_is_so(check: Check, page: Page) -> None:
    assert list(check(page)) == []


def test_every_setting_is_documented() -> None:
    said = "\n".join(page.text for page in PAGES)
    wanted = {*facts.settings(), *facts.option_variables()}
    assert {name for name in wanted if f"`{name}`" not in said} == set()


def test_every_route_is_documented() -> None:
    said = {span for page in PAGES for _, span in page.spans}
    assert [path for path in facts.own_routes() if f"GET {path}" not in said] == []
    assert [asked for asked in facts.other_routes() if asked not in said] == []


def test_every_role_is_documented() -> None:
    assert _first_cells("role") == facts.roles()


def test_every_problem_of_the_gateway_is_documented_with_its_status() -> None:
    rows = [row for page in PAGES for row in page.rows if row.heads[:2] == ("name", "status")]
    said = {(row.cells[0].strip("`"), row.cells[1]) for row in rows}
    assert {(one.name, str(one.status)) for one in facts.gateway_problems()} <= said


def test_every_rule_of_the_oracle_is_documented() -> None:
    assert _first_cells("rule") == facts.oracle_rules()


def test_every_fraud_stands_beside_the_rule_that_stops_it() -> None:
    rows = [row for page in PAGES for row in page.rows if row.heads[0] == "fraud or mistake"]
    said = [(row.cells[0], row.cells[1].strip("`"), row.cells[2]) for row in rows]
    words = {Severity.REFUSAL: "refused", Severity.FLAG: "flag"}
    assert said == [(one.words, one.rule, words[one.severity]) for one in (*FRAUDS, *FRESH)]
    assert {rule for _, rule, _ in said} <= facts.oracle_rules()


LIES = {
    "```sh\nmake tea\n```": "no target: make tea",
    "`make brownie ARGS='run scripts/brew'`": "no script: brownie run scripts/brew",
    "```sh\nX=1 .venv/bin/lodetrace lot brew | cat\n```": "no command: lodetrace lot brew",
    "`X=1 make tea`": "no target: make tea",
    "```console\n$ lodetrace check \\\n    --loudly\n```": "no option: lodetrace check --loudly",
    "`lodetrace keys new|brew`": "no command: lodetrace keys brew",
    "`lodetrace-oracle brew`": "no command: lodetrace-oracle brew",
    "`python -m brewery`": "no module: python -m brewery",
    "`python -m lodetrace.units`": "no module: python -m lodetrace.units",
    "```sh\nscripts/setup/brew.sh\n```": "no script scripts/setup/brew.sh",
    "`scripts/setup/brownie.sh run scripts/brew main`": "no script: brownie run scripts/brew",
    "```sh\ncurl -s http://127.0.0.1:8000/beans\n```": "no route: http://127.0.0.1:8000/beans",
    "Set LODETRACE_TEA.": "nothing reads LODETRACE_TEA",
    "Ask `GET /beans`.": "no route GET /beans",
    "Ask `GET /lots/{bean}`.": "no route GET /lots/{bean}",
    "The `brewer` role brews.": "no role brewer",
    "| role | does |\n|---|---|\n| `brewer` | brews |": "no role brewer",
    "```yaml\nroles: [TRADER, BREWER]\n```": "no role brewer",
    "It ends with `TeaTooHot`.": "nothing is called TeaTooHot",
    "Call `LotBook.brew`.": "LotBook has no function brew",
    "See `lodetrace/tea.py`.": "no file lodetrace/tea.py",
    "See `contracts/*.tea`.": "no file contracts/*.tea",
    "See `tea.yaml`.": "no file tea.yaml",
    "[tea](tea.md)": "no file tea.md",
    "[tea](../README.md#tea)": "no heading ../README.md#tea",
    "| setting | default |\n|--|--|\n| `LODETRACE_PORT` | 8 |": "LODETRACE_PORT is 8000 by default",
    "```sh\nexport TEA=here LODETRACE_HOME=build/tea\n```":
        "relative to wherever it is read: LODETRACE_HOME=build/tea",
    "It ends `in\n": "inline code goes on in the next line",
}  # fmt: skip


@pytest.mark.parametrize("text", LIES)
def test_a_lie_is_seen(text: str) -> None:
    page = Page(ROOT / "docs" / "lies.md", text)
    found = [lie.split(": ", 1)[1] for check in checks.CHECKS for lie in check(page)]
    assert found == [LIES[text]]


TRUTHS = """
Run `make test`, `python -m lodetrace.devchain start build/chain` or `lodetrace lot …`. See
`lodetrace/units.py`, `contracts/interfaces/*.sol`, `build/demo/passport.json`, `members.yaml`,
`LotBook.setWriter`, `NotIndependent`, `GET /lots/{lot}` and
[this](../README.md#two-commands). Set LODETRACE_PASSPHRASE_FILE.

```sh
HYPOTHESIS_PROFILE=long make test    # more examples
lodetrace lot offer 2f3a91c4 --to 0x00 --help > out.txt &&
curl -s 'http://127.0.0.1:8000/lots?limit=1' | less
git status --nonsense
```
"""


def test_the_truth_is_no_lie() -> None:
    page = Page(ROOT / "docs" / "truths.md", TRUTHS)
    assert [lie for check in checks.CHECKS for lie in check(page)] == []


def _first_cells(head: str) -> set[str]:
    rows = [row for page in PAGES for row in page.rows if row.heads[0] == head]
    return {row.cells[0].strip("`") for row in rows}


def test_the_pages_are_there() -> None:
    """A test over no pages would always hold."""
    wanted = ("auditors", "design", "gateway", "governance", "members", "oracle")
    missing = [name for name in wanted if not Path(ROOT / "docs" / f"{name}.md").is_file()]
    assert missing == []
