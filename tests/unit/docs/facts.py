"""What really exists, read from the code: commands, targets, settings, routes, roles, names."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import typer
from fastapi import FastAPI
from starlette.routing import Route

from api import errors as gateway_errors
from api import pages
from api.app import create_app
from api.cli import app as gateway
from api.library_errors import FORMS as LIBRARY_FORMS
from api.settings import GATEWAY_SETTINGS
from lodetrace.cli.main import app as members
from lodetrace.contracts.enums import Role
from lodetrace.errors import NodeError
from lodetrace.settings import SETTINGS, Setting
from oracle.cli import app as oracle
from oracle.monitor import router as monitor_routes
from oracle.settings import ORACLE_SETTINGS
from oracle.sources.http_app import router as node_routes

ROOT = Path(__file__).resolve().parents[3]
PACKAGES = ("zk_circuits", "lodetrace", "oracle", "api", "demo", "scripts")
MADE_AT_SETUP = ("build", ".venv", ".venv-brownie", "node_modules")
"""Folders that a fresh clone has not; what lies in them is not checked."""

PROGRAMS = {
    "lodetrace": typer.main.get_command(members),
    "lodetrace-oracle": typer.main.get_command(oracle),
    "lodetrace-gateway": typer.main.get_command(gateway),
}


def settings() -> dict[str, Setting]:
    """Settings of library, gateway and oracle by name."""
    return {one.name: one for one in (*SETTINGS, *GATEWAY_SETTINGS, *ORACLE_SETTINGS)}


def variables() -> set[str]:
    """Every environment variable of ours that something reads."""
    secrets = {f"{one.name}_FILE" for one in settings().values() if one.secret}
    return {*settings(), *secrets, *option_variables(), *_read_directly()}


def option_variables() -> set[str]:
    """Variables that stand for an option of a command."""
    found: set[str] = set()
    for program in PROGRAMS.values():
        for command in leaves(program):
            found |= {one.envvar for one in command.params if isinstance(one.envvar, str)}
    return found


def leaves(command: object) -> Iterator[typer.core.TyperCommand]:
    """Commands below a group, or the command itself."""
    below = getattr(command, "commands", None)
    if below is None:
        yield command  # type: ignore[misc]
    else:
        for one in below.values():
            yield from leaves(one)


@cache
def targets() -> frozenset[str]:
    """Targets of the Makefile."""
    text = (ROOT / "Makefile").read_text("utf-8")
    return frozenset(re.findall(r"^([a-z][a-z-]*):", text, re.MULTILINE))


@cache
def own_routes() -> tuple[str, ...]:
    """Paths of the gateway's own routes, of its explorer, and of an oracle node."""
    documented = [path for path, methods in _described().items() if "get" in methods]
    both = [*node_routes.routes, *monitor_routes.routes]
    nodes = [route for route in both if isinstance(route, Route)]
    asked = [route.path for route in nodes if "GET" in (route.methods or ())]
    return (*documented, *(route.path for route in pages.router.routes), *asked)


def other_routes() -> tuple[str, ...]:
    """Those of the gateway that change something: "POST /session"."""
    return tuple(
        f"{method.upper()} {path}"
        for path, methods in _described().items()
        for method in methods
        if method != "get"
    )


def _described() -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = _app().openapi()["paths"]
    return found


def is_route(path: str) -> bool:
    """Whether a template as the code has it, or an address as a reader types it, is answered."""
    beside = [route.path for route in _app().routes if isinstance(route, Route)]
    posted = [route.path for route in node_routes.routes if isinstance(route, Route)]
    known = (*own_routes(), *beside, *posted)
    if "{" in path:
        return path in known
    return any(re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", one), path) for one in known)


@cache
def _app() -> FastAPI:
    return create_app(None, 1)  # type: ignore[arg-type]  # nothing is asked of its gateway here


def roles() -> set[str]:
    return {str(role.name).lower() for role in Role}


@dataclass(frozen=True)
class Answered:
    """An error of the gateway, as a reader sees it."""

    name: str
    status: int


def gateway_problems() -> set[Answered]:
    """Its own, and those of the library that a request may end with."""
    own = {
        Answered(error.__name__, error.status)
        for error in vars(gateway_errors).values()
        if isinstance(error, type)
        and issubclass(error, gateway_errors.GatewayError)
        and error is not gateway_errors.GatewayError
    }
    of_library = {
        Answered(error.__name__, form.status)
        for error, form in LIBRARY_FORMS.items()
        if error is not NodeError  # met as one of its kinds only
    }
    return own | of_library


def oracle_rules() -> set[str]:
    """First argument of every `case.finding(…)` of the checks."""
    found = set()
    folders = (ROOT / "oracle" / "checks", ROOT / "lodetrace" / "plausibility")
    for path in (path for folder in folders for path in folder.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            named = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
            if named and node.func.attr == "finding":  # type: ignore[union-attr, attr-defined]
                found.add(ast.literal_eval(node.args[0]))  # type: ignore[attr-defined]
    return found


@cache
def names() -> frozenset[str]:
    """Names of classes in Python, of everything declared in Solidity, and words in Python."""
    found: set[str] = set()
    for path in _python():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef):
                found.add(node.name)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                found |= {node.value} if node.value.isidentifier() else set()
    kinds = "contract|interface|library|struct|enum|error|event"
    for path in solidity():
        text = path.read_text("utf-8")
        found |= set(re.findall(rf"\b(?:{kinds})\s+(\w+)", text))
        for body in re.findall(r"\benum\s+\w+\s*\{([^}]*)\}", text):
            found |= set(re.findall(r"\w+", body))
    return frozenset(found)


@cache
def functions(contract: str) -> frozenset[str]:
    """Functions that a contract, its interface or a base has; empty for an unknown contract."""
    files = [path for path in solidity() if path.stem in (contract, f"I{contract}")]
    texts = [path.read_text("utf-8") for path in files]
    found = {name for text in texts for name in re.findall(r"\bfunction\s+(\w+)", text)}
    bases = {
        base
        for text in texts
        for listed in re.findall(r"\b(?:contract|interface)\s+\w+\s+is\s+([\w, ]+)", text)
        for base in re.findall(r"\w+", listed)
    }
    return frozenset(found.union(*(functions(base) for base in bases - {f"I{contract}"})))


def solidity() -> list[Path]:
    return sorted((ROOT / "contracts").rglob("*.sol"))


@cache
def file_names() -> frozenset[str]:
    """Names of all files of the repository, without their folders."""
    top = [path for path in ROOT.iterdir() if path.name not in (*MADE_AT_SETUP, ".git")]
    below = [path for folder in top if folder.is_dir() for path in folder.rglob("*")]
    return frozenset(path.name for path in (*top, *below) if path.is_file())


def _python() -> Iterator[Path]:
    for package in PACKAGES:
        yield from (ROOT / package).rglob("*.py")


def _read_directly() -> set[str]:
    """Variables looked up in the environment by name, tests and shell scripts included."""
    found: set[str] = set()
    for path in (*_python(), ROOT / "tests" / "support" / "required.py"):
        text = path.read_text("utf-8")
        found |= set(re.findall(r'environ(?:\.get\(|\[)\s*"(LODETRACE_\w+)"', text))
    return found
