"""`lodetrace-oracle check` without files: may this node begin to work?"""

import os
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from lodetrace.cli.answer import Answer, rows
from lodetrace.cli.preflight import CheckResult, preflight
from lodetrace.cli.settings_view import settings_document
from lodetrace.errors import ExitCode, LodetraceError, StorageError
from lodetrace.text import short_id

if TYPE_CHECKING:
    from lodetrace.cli.context import CommandContext
    from oracle.settings import OracleSettings

Check = Callable[[], str]


class FolderUnwritable(StorageError):
    """The node could not keep anything."""

    template = "{folder} cannot be written"
    advice = "Make the folder, or give it to the user that runs the service."


def preflight_answer(
    cli: "CommandContext", settings: "OracleSettings", also: Iterable[CheckResult] = ()
) -> Answer:
    """Every check, and the settings; the exit code is that of the first that failed.

    also: what was found of another trade, by whom the program asks.
    """
    from oracle.settings import ORACLE_SETTINGS

    findings = [*preflight(cli, proving=False), *_own(cli, settings), *also]
    shown = settings_document(ORACLE_SETTINGS)
    document = {
        "ok": not any(one.failed for one in findings),
        "checks": [
            {"check": one.check, "verdict": one.verdict, "detail": one.detail, "advice": one.advice}
            for one in findings
        ],
        "settings": shown,
    }
    lines = [(one.verdict, one.check, f"{one.detail}\n{one.advice}".strip()) for one in findings]
    settings_lines = [(one["name"], one["value"], one["description"]) for one in shown]
    tables = [
        rows(("setting", "value", "meaning"), settings_lines),
        rows(("", "check", "found"), lines),
    ]
    code = next((one.exit_code for one in findings if one.failed), ExitCode.OK)
    return Answer(document, tables, code)


def _own(cli: "CommandContext", settings: "OracleSettings") -> list[CheckResult]:
    checks: Mapping[str, Check] = {
        "role": lambda: _role(cli),
        "folder": lambda: _folder(settings),
        "declarations": lambda: _declarations(settings),
        **_sources(settings),
    }
    return [_finding(name, check) for name, check in checks.items()]


def _finding(name: str, check: Check) -> CheckResult:
    try:
        return CheckResult(name, "ok", check())
    except LodetraceError as error:
        return CheckResult(name, "failed", str(error), error.advice, error.exit_code)


def _role(cli: "CommandContext") -> str:
    """The key may attest; raises NotAnOracle, NodeError, SettingsError or KeysError."""
    from lodetrace.keys.keystore import read_header
    from oracle.registry import ChainRegistry

    if cli.dev_index is None:
        name = str(read_header(cli.settings.keystore)["signer"])
    else:
        name = cli.keys.signer
    with cli.contracts() as contracts:
        signer = ChainRegistry.at_head(contracts).require_oracle(name)
    return f"{name} attests for organisation {short_id(signer.organisation)}"


def _folder(settings: "OracleSettings") -> str:
    from oracle.service.room import require_room

    home = settings.library.home
    existing = next(folder for folder in (home, *home.parents) if folder.is_dir())
    if not os.access(existing, os.W_OK | os.X_OK):
        raise FolderUnwritable(folder=existing)
    require_room(existing)
    return f"{home} can be written"


def _declarations(settings: "OracleSettings") -> str:
    from oracle.declarations import read_declarations

    path = settings.require_declarations()
    return f"{path} declares {len(read_declarations(path))} sites"


def _sources(settings: "OracleSettings") -> dict[str, Check]:
    from threading import Event

    from oracle.assembly import chosen_sources
    from oracle.monitor import NAME as MONITOR
    from oracle.service.health import ServiceHealth
    from oracle.service.loopback_server import LoopbackServer
    from oracle.sources.http_app import NAME as HTTP

    found: dict[str, Check] = {
        f"source {HTTP}": LoopbackServer(HTTP, settings.port, 1).check,
        MONITOR: LoopbackServer(MONITOR, settings.monitor_port, 1).check,
    }
    for source in chosen_sources(settings, settings.library.home, ServiceHealth(), Event()):
        found[f"source {source.name}"] = source.check
    return found
