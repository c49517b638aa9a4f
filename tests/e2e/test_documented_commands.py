"""Whoever types the commands of README and docs/ in their order succeeds, as the pages say."""

import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from pathlib import Path

import pytest

from lodetrace.devchain import stop_all
from tests.conftest import ROOT
from tests.e2e.documented_blocks import Documented, answers_to, documented
from tests.e2e.readers_clone import ReadersClone, readers_clone
from tests.e2e.told_demo import Told

README = ROOT / "README.md"
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.glob("*.md"))
TRADING = [DOCS / name for name in ("tutorial.md", "members.md", "governance.md", "prices.md")]
"""Pages that send transactions of the same accounts: one reader types them, another the rest."""

NOT_TYPED = {
    r"(BESU_HOME=\S+ )?make ": "it sets up, tells, tests or measures a clone: the lanes do",
    r"lodetrace network ": "it needs a Besu: make test-besu, tests/unit/network",
    r"(scripts/setup/brownie|scripts/rehearse)\.sh ": "a minute of Brownie: tests/contracts",
    r"python - << 'END'\nfrom (hashlib|(pathlib import Path\nfrom )?scripts)": "lines for Brownie's"
    " console",
    r"python3 -m venv |build/audit/": "pip from an index: tests/unit/test_wheels.py",
    r"(python3|sha256sum) build/dist/lodetrace": "make dist: tests/unit/audit/test_archive.py",
    r"apt-get |runuser |\.venv/bin/pip |export LODETRACE_DATABASE_URL_FILE": "a PostgreSQL server",
    r"\.venv/bin/python -m api": "on that server: tests/stateful/test_index.py",
    r"(mkdir|curl|sha256sum) .*~/\.lodetrace/contexts": "a download from GS1",
    r"LODETRACE_MEMBER=witness ": "a witness waits for its time: tests/e2e/test_witness.py",
    r"lodetrace audit (move|fork) ": "a sealed chain, others' heads: tests/unit/witness",
    r"lodetrace-oracle prices (seal|publish) ": "no commodity is priced on the demo's chain",
    r"lodetrace price verify 0x88d1": "no price was checked on the demo's chain",
}
"""The commands that do not run here, by how they begin, and why."""

COMMANDS = list(chain.from_iterable(documented(page) for page in (README, *PAGES)))


def left_out(command: Documented) -> list[str]:
    return [start for start in NOT_TYPED if re.match(start, command.text)]


def type_pages(clone: ReadersClone, pages: Sequence[Path]) -> list[str]:
    """Faults of pages, each typed into a terminal of its own after the commands of README."""
    faults = []
    for page in pages:
        with clone.shell() as shell:
            for command in (*documented(README), *documented(page)):
                if not left_out(command):
                    faults += clone.faults(shell, command)
    return faults


@pytest.mark.slow
@pytest.mark.chain
@pytest.mark.brownie
def test_the_commands_of_the_pages_do_what_the_pages_say(told: Told, tmp_path: Path) -> None:
    clone = readers_clone(tmp_path / "clone", told.untouched)
    readers = (TRADING, [page for page in PAGES if page not in TRADING])
    try:
        with clone.programs(), ThreadPoolExecutor(len(readers)) as typing:
            found = list(typing.map(lambda pages: type_pages(clone, pages), readers))
    finally:
        stop_all(clone.folder)
    assert not any(found), "\n\n".join(chain.from_iterable(found))


def test_what_is_left_out_is_in_the_pages_and_most_is_typed() -> None:
    """An entry that matches no command any more hides the next one."""
    assert set(NOT_TYPED) == set(chain.from_iterable(map(left_out, COMMANDS)))
    typed = [command for command in COMMANDS if not left_out(command)]
    assert len(typed) > 100
    assert sum(command.answer is not None for command in typed) >= 8


def test_curl_fails_where_the_gateway_refuses() -> None:
    """But where the refusal itself is what a page shows."""
    without = [one for one in COMMANDS if one.text.startswith("curl ") and "-f" not in one.text]
    assert ["material=gold" in one.text for one in without] == [True]


def test_nothing_is_installed_from_an_index_that_does_not_have_it() -> None:
    pages = [README, *PAGES, ROOT / "scripts" / "setup" / "services" / "README.md"]
    installed = re.compile(r"pip install (?:--?\S+ )*['\"]?lodetrace")
    assert [page.name for page in pages if installed.search(page.read_text("utf-8"))] == []


@pytest.mark.parametrize(
    ("said", "printed", "same"),
    [
        ("lots  3", "lots    3\n", True),
        ("lots  3", "lots  4\n", False),
        ("at 2026-01-01T00:00:00Z", "at 2026-02-02T00:00:01Z", True),
        ("447 152 bytes, 3 lots", "448 787 bytes, 3 lots", True),
        ("447 152 bytes, 3 lots", "448 787 bytes, 4 lots", False),
        ("id 0x12…", "id 0x1234", True),
        ("id 0x12…", "id 0x2134", False),
        ("first\n…\nlast", "first\nsecond\nthird\nlast", True),
        ("first\n…\nlast", "first\nsecond", False),
        ('{"lot": "0x1…",\n "count": 2}', '{"lot":"0x12","count":2}', True),
        ('{"lot": "0x1…",\n "count": 2}', '{"lot":"0x12","count":3}', False),
    ],
)
def test_an_answer_is_compared_but_for_what_varies(said: str, printed: str, same: bool) -> None:
    assert answers_to(said.split("\n"), printed) is same


def test_a_page_is_taken_apart(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "```sh\nlodetrace lot list \\\n  --ended     # none: exit code 4\nmake tea\n```\n"
        "```console\n$ echo one\none\n$ echo two\n```\n```python\nprint(1)\n```\n"
    )
    found = [(one.line, one.text, one.code, one.answer) for one in documented(page)]
    assert found == [
        (2, "lodetrace lot list \\\n  --ended     # none: exit code 4", 4, None),
        (4, "make tea", 0, None),
        (7, "echo one", 0, ["one"]),
        (9, "echo two", 0, None),
        (12, "python - << 'END'\nprint(1)\nEND", 0, None),
    ]
