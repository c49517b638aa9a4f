"""`lodetrace check`: is everything in order before real work begins?"""

from typing import Final

import typer

from lodetrace.cli.answer import Answer, rows
from lodetrace.cli.command import command
from lodetrace.cli.context import CommandContext
from lodetrace.errors import ExitCode

app: Final = typer.Typer()


@command(app, "check", "lodetrace check", "lodetrace check --json")
def check(cli: CommandContext) -> Answer:
    """Check settings, node, deployment, proving keys, own keys and clock; changes nothing.

    Needs no passphrase. Ends with the exit code of the first thing that is wrong.
    """
    from lodetrace.cli.preflight import preflight
    from lodetrace.cli.settings_view import settings_document

    with cli.work("checking"):
        findings = preflight(cli)
    settings = settings_document()
    document = {
        "ok": not any(one.failed for one in findings),
        "checks": [
            {
                "check": one.check,
                "verdict": one.verdict,
                "detail": one.detail,
                "advice": one.advice,
            }
            for one in findings
        ],
        "settings": settings,
    }
    lines = [(one.verdict, one.check, f"{one.detail}\n{one.advice}".strip()) for one in findings]
    tables = [
        rows(("setting", "value", "meaning"), _lines(settings)),
        rows(("", "check", "found"), lines),
    ]
    code = next((one.exit_code for one in findings if one.failed), ExitCode.OK)
    return Answer(document, tables, code)


def _lines(settings: list[dict[str, str]]) -> list[tuple[str, str, str]]:
    return [(one["name"], one["value"], one["description"]) for one in settings]
