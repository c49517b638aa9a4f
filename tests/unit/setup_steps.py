"""What the tests of the set-up share: its steps as modules, and programs with a time limit."""

import importlib.util
import re
import subprocess
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


def run(
    *command: str | Path, timeout: int = 120, **options: Any
) -> subprocess.CompletedProcess[str]:
    """Runs a program; its output and exit code are for the test to judge."""
    return subprocess.run(command, capture_output=True, text=True, timeout=timeout, **options)


def pins(lock: str) -> dict[str, str]:
    """Package → pinned version."""
    text = (ROOT / "requirements" / lock).read_text("utf-8")
    return dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", text, re.MULTILINE))


def step(name: str) -> ModuleType:
    """A set-up step as a module; steps are programs, not a package."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / "setup" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
