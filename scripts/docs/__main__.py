"""Gathers what the documentation site is built from: the repository's pages, and a reference.

python -m scripts.docs build/docs
"""

import sys
from pathlib import Path
from shutil import copyfile, rmtree

from scripts.docs.circuits import circuits_page
from scripts.docs.commands import commands_page
from scripts.docs.contracts import contracts_page
from scripts.docs.pages import gather
from scripts.docs.routes import routes_page

REPOSITORY = Path(__file__).parents[2]
REFERENCE = {
    "commands.md": commands_page,
    "routes.md": routes_page,
    "contracts.md": lambda: contracts_page(REPOSITORY / "build" / "contracts"),
    "circuits.md": lambda: circuits_page(REPOSITORY / "zk_circuits"),
}


def main(target: Path) -> None:
    """All pages anew, and the site's settings. target: a folder of this program's own."""
    pages = target / "pages"
    rmtree(pages, ignore_errors=True)
    gather(REPOSITORY, pages)
    copyfile(Path(__file__).with_name("mkdocs.yml"), target / "mkdocs.yml")
    reference = pages / "reference"
    reference.mkdir()
    for name, page in REFERENCE.items():
        (reference / name).write_text(page(), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
