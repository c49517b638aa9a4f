"""`lodetrace check`: is everything in order before real work begins?"""

from dataclasses import asdict
from typing import TYPE_CHECKING, Final

import typer

from lodetrace.cli.answer import Answer, rows
from lodetrace.cli.command import command
from lodetrace.cli.context import CommandContext
from lodetrace.errors import ExitCode

if TYPE_CHECKING:
    from lodetrace.liveness import Liveness
    from lodetrace.outlook import Outlook

app: Final = typer.Typer()


@command(app, "check", "lodetrace check", "lodetrace check --json")
def check(cli: CommandContext) -> Answer:
    """Check settings, node, deployment, proving keys, own keys and clock; changes nothing.

    Shows for each act of the network how many ownership groups may decide it, for the subject
    that has the fewest; and for each panel, each kind of judges and the council, whether it still
    decides while any one of its groups is away, any one is hostile, or both. Needs no passphrase.
    Ends with the exit code of the first thing that is wrong.
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
        "liveness": [asdict(act) for one in findings for act in one.acts],
        "bodies": [_body(body) for one in findings for body in one.bodies],
        "settings": settings,
    }
    lines = [(one.verdict, one.check, f"{one.detail}\n{one.advice}".strip()) for one in findings]
    tables = [
        rows(("setting", "value", "meaning"), _lines(settings)),
        rows(("", "check", "found"), lines),
    ]
    acts = [act for one in findings for act in one.acts]
    if acts:
        tables.insert(1, rows(("act", "groups needed>", "there are>", ""), _acts(acts)))
    bodies = [body for one in findings for body in one.bodies]
    if bodies:
        columns = ("who decides", "needed>", "groups", "one away", "one hostile", "both")
        tables.insert(2, rows(columns, map(_line, bodies)))
    code = next((one.exit_code for one in findings if one.failed), ExitCode.OK)
    return Answer(document, tables, code)


def _acts(acts: "list[Liveness]") -> list[tuple[str, str, str, str]]:
    return [(one.act, str(one.needed), str(one.available), one.margin) for one in acts]


def _line(one: "Outlook") -> tuple[str, ...]:
    from lodetrace.text import short_id

    groups = " ".join(map(short_id, one.groups))
    return (one.body, str(one.needed), groups, one.away, one.hostile, one.both)


def _body(one: "Outlook") -> dict[str, object]:
    from lodetrace.text import hex_of

    shown = {"groups": list(map(hex_of, one.groups)), "sites": list(map(hex_of, one.sites))}
    return {**asdict(one), **shown}


def _lines(settings: list[dict[str, str]]) -> list[tuple[str, str, str]]:
    return [(one["name"], one["value"], one["description"]) for one in settings]
