"""What a test needs and a machine lacks: skipped there, a failure in continuous integration.

Only the standard library and pytest: Brownie's environment reads it, too.
"""

import os
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import NoReturn

import pytest


def references_required() -> bool:
    """Whether ../shared has to be there; a hosted runner (CI=true) has a clone and no more."""
    return os.environ.get("LODETRACE_REQUIRE_SHARED") == "1"


def programs_required() -> bool:
    """Whether every program and optional package has to be there: in continuous integration."""
    return references_required() or os.environ.get("CI") == "true"


def as_root() -> pytest.MarkDecorator:
    """Tests that make files and processes of another user."""
    away = os.getuid() != 0 and not references_required()
    return pytest.mark.skipif(away, reason="only root makes files of another user")


def of_long_lane(variable: str) -> pytest.MarkDecorator:
    """Tests that are too dear for each run. variable: which that lane sets."""
    reason = f"make test-long, which sets {variable}=1"
    return pytest.mark.skipif(variable not in os.environ, reason=reason)


def absent(what: str, *, required: bool | None = None) -> NoReturn:
    """Ends the test that needs it. required: programs_required(), where it is not given."""
    if programs_required() if required is None else required:
        pytest.fail(f"required here (CI=true or LODETRACE_REQUIRE_SHARED=1): {what}", pytrace=False)
    pytest.skip(what)


def system_path(path: str) -> Path:
    """A file or folder that Linux has."""
    if not Path(path).exists():
        absent(f"this system has no {path}")
    return Path(path)


def optional_module(name: str) -> ModuleType:
    """An optional package, where it is installed."""
    try:
        return import_module(name)
    except ModuleNotFoundError:
        absent(f"the optional package {name} is not installed")


def hypothesis_profile() -> str:
    """The same examples each time in continuous integration, others each time elsewhere.

    HYPOTHESIS_PROFILE chooses: ci, fast, night (as many as fast, random in every test), long.
    """
    return os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if programs_required() else "fast")
