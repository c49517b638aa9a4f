"""The documentation site: all pages, no dead link, a reference of everything that there is."""

import json
import re
from pathlib import Path

import pytest
import typer
import yaml

from lodetrace.cli.main import app
from scripts.docs.circuits import circuits_page
from scripts.docs.commands import commands_page
from scripts.docs.contracts import contracts_page
from scripts.docs.pages import gather
from scripts.docs.routes import routes_page

REPOSITORY = Path(__file__).parents[3]
LINK = re.compile(r"\]\(([^)\s#]+)[^)]*\)")


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("pages")
    gather(REPOSITORY, target)
    return target


def test_every_handbook_is_on_the_site(pages: Path) -> None:
    gathered = {path.name for path in (pages / "docs").iterdir()}
    assert gathered == {path.name for path in (REPOSITORY / "docs").glob("*.md")}


def test_no_page_links_to_a_file_that_is_not_there(pages: Path) -> None:
    for page in pages.rglob("*.md"):
        for goal in LINK.findall(page.read_text("utf-8")):
            assert "://" in goal or (page.parent / goal).is_file(), f"{page.name}: {goal}"


def test_every_page_has_a_place_in_the_navigation(pages: Path) -> None:
    settings = yaml.safe_load((REPOSITORY / "scripts/docs/mkdocs.yml").read_text("utf-8"))
    named = set(_pages_of(settings["nav"]))
    reference = {name for name in named if name.startswith("reference/")}
    assert named - reference == {str(page.relative_to(pages)) for page in pages.rglob("*.md")}
    assert len(reference) == 4


def test_a_link_to_a_source_becomes_its_name(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "README.md").write_text(
        "[one](docs/one.md#top), [code](run.py), [x](https://x.example)"
    )
    (tmp_path / "docs/one.md").write_text("[home](../README.md)")
    gather(tmp_path, tmp_path / "site")
    assert (tmp_path / "site/README.md").read_text() == (
        "[one](docs/one.md#top), code, [x](https://x.example)"
    )
    assert (tmp_path / "site/docs/one.md").read_text() == "[home](../README.md)"


def test_the_reference_has_every_command() -> None:
    page = commands_page()
    for group in typer.main.get_command(app).commands.values():  # type: ignore[attr-defined]
        assert f"`lodetrace {group.name}`" in page
    assert "`lodetrace lot offer`" in page
    assert "lodetrace lot offer" in page
    assert "| `--to` |" in page


def test_the_reference_has_routes_and_circuits() -> None:
    assert "## `GET /lots/{lot}`" in routes_page()
    page = circuits_page(REPOSITORY / "zk_circuits")
    assert "`ctx, tag, subject, statement`" in page
    assert "### `CeilingShare(width)`" in page


def test_the_reference_has_contracts(tmp_path: Path) -> None:
    entry = {
        "type": "function", "name": "book", "stateMutability": "view",
        "inputs": [
            {"type": "tuple", "internalType": "struct Lot", "components": [{"type": "uint8"}]},
        ],
    }  # fmt: skip
    methods = {"book((uint8))": {"details": "Only the | holder."}}
    contract = {
        "contractName": "Ledger", "sourcePath": "contracts/Ledger.sol", "bytecode": "60",
        "abi": [entry], "natspec": {"methods": methods},
    }  # fmt: skip
    interface = {"sourcePath": "contracts/interfaces/I.sol", "natspec": {"notice": "Keeps lots."}}
    (tmp_path / "Ledger.json").write_text(json.dumps(contract))
    (tmp_path / "ILedger.json").write_text(json.dumps(interface))
    page = contracts_page(tmp_path)
    assert "## Ledger\n\nKeeps lots." in page
    assert "| `book(Lot)` | view | Only the \\| holder. |" in page


def _pages_of(nav: object) -> list[str]:
    if isinstance(nav, str):
        return [nav]
    values = nav.values() if isinstance(nav, dict) else nav
    return [page for value in values for page in _pages_of(value)]  # type: ignore[attr-defined]
