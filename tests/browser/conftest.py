"""Debian's Chromium under Playwright, and gateways over synthetic indexes."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.pages import is_built
from tests.browser.pages import AXE
from tests.browser.serving import filled, served
from tests.support.required import absent, optional_module
from tests.support.synthetic_index import SyntheticIndex

SMALL, LARGE = 41, 4_999
"""Lots: a few, and as many as one graph may hold."""


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    playwright = optional_module("playwright.sync_api")
    program = shutil.which("chromium")
    if program is None:
        absent("chromium is not installed: make system")
    if not is_built() or not AXE.is_file():
        absent("the explorer or axe-core is not there: make test-browser")
    with playwright.sync_playwright() as driver:
        # a container has no name spaces for its sandbox, and nothing of others is opened
        started = driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="session")
def index() -> SyntheticIndex:
    return SyntheticIndex(SMALL, SMALL + 1)


@pytest.fixture(scope="session")
def base(index: SyntheticIndex, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of an open gateway over a small index."""
    folder: Path = tmp_path_factory.mktemp("small")
    engine = filled(folder / "index.db", index)
    with served(engine) as url:
        yield url
    engine.dispose()
