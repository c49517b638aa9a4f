"""verify.html, as `make verifier` writes it, in Debian's Chromium."""

import functools
import http.server
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from tests.support.required import absent, optional_module
from tests.unit.setup_steps import step
from tests.verifier.page import OpenedPage


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The zip."""
    making = step("verifier")
    if not making.PYODIDE.is_dir():
        absent("the tools of verifier/ are not installed: make verifier")
    found: Path = making.build(tmp_path_factory.mktemp("verifier"))
    return found


@pytest.fixture(scope="session")
def folder(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is in the zip."""
    place = tmp_path_factory.mktemp("unpacked")
    with ZipFile(made) as file:
        file.extractall(place)
    return place / made.stem


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    playwright = optional_module("playwright.sync_api")
    program = shutil.which("chromium")
    if program is None:
        absent("chromium is not installed: make system")
    with playwright.sync_playwright() as driver:
        # a container has no name spaces for its sandbox, and nothing of others is opened
        started = driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="session")
def opened(chromium: Any, folder: Path) -> Iterator[OpenedPage]:
    """Opened as by a double click, with the cable out."""
    page = OpenedPage.at((folder / "verify.html").as_uri(), chromium)
    yield page
    page.close()


@pytest.fixture
def served(chromium: Any, folder: Path) -> Iterator[OpenedPage]:
    """Served as the page itself says."""
    handler = functools.partial(Quiet, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        address = f"http://127.0.0.1:{server.server_address[1]}/verify.html"
        page = OpenedPage.at(address, chromium, offline=False)
        yield page
        page.close()
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Says nothing of its requests."""

    def log_message(self, *_: object) -> None:
        """As http.server calls it."""
