"""What every lane shares. Also read by Brownie's pytest, so nothing but the standard library."""

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.required import absent, hypothesis_profile, references_required

if TYPE_CHECKING:
    from tests.support.postgresql import Server

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"

# Brownie's tests need its own environment, all others need the main one.
if find_spec("brownie") is None:
    collect_ignore = ["contracts"]


def pytest_configure(config: pytest.Config) -> None:
    """The profiles of hypothesis_profile(); Brownie's environment has profiles of its own."""
    if find_spec("brownie") is not None:
        return
    from hypothesis import settings

    settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
    settings.register_profile("fast", deadline=None)
    settings.register_profile("night", deadline=None, print_blob=True)
    settings.register_profile("long", deadline=None, print_blob=True, max_examples=2000)
    settings.load_profile(hypothesis_profile())


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the repository."""
    return ROOT


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    """Reference material beside the clone (../shared), which is not part of the repository."""
    if not SHARED.is_dir():
        absent("reference material ../shared is absent", required=references_required())
    return SHARED


@pytest.fixture(scope="session")
def postgresql() -> Iterator["Server"]:
    """A PostgreSQL server of our own, running for the whole session."""
    from tests.support.postgresql import ABSENT, running_server, server_programs

    programs = server_programs()
    if programs is None:
        absent(ABSENT)
    with running_server(programs) as server:
        yield server
