"""`lodetrace status`: what waits for you."""

from typing import TYPE_CHECKING, Annotated, Final

import typer

from lodetrace.cli.answer import Answer, rows
from lodetrace.cli.command import command
from lodetrace.cli.context import CommandContext
from lodetrace.cli.format import iso_or_none
from lodetrace.errors import ExitCode, InputError
from lodetrace.text import DAY_SECONDS, counted, iso_time, say_ago

if TYPE_CHECKING:
    from lodetrace.member.waiting import Waiting

app: Final = typer.Typer()

_NOUNS: Final = {
    "offer to you": "offers to you",
    "offer of yours": "offers of yours",
    "dispute": "disputes",
    "document without a quorum": "documents without a quorum",
    "certificate": "certificates",
    "backup of the keystore": "backups of the keystore",
}


class PeriodMalformed(InputError):
    """No period."""

    template = "{text!r} is no period"
    advice = "Write a period such as 30 days."


@command(app, "status", "lodetrace status", 'lodetrace status --soon "60 days" --json')
def status(
    cli: CommandContext,
    soon: Annotated[
        str, typer.Option(metavar="PERIOD", help="How far ahead certificates are looked at.")
    ] = "30 days",
) -> Answer:
    """Show what waits: offers, disputes, documents, certificates that end, and the last backup.

    Needs no passphrase. Ends with exit code 10 where something is for you to do, 0 where nothing
    is: a line in cron tells you.
    """
    from lodetrace.cli.parse import parse_period
    from lodetrace.member.waiting import Waiting, waiting_for

    seconds = parse_period(soon)
    if seconds is None:
        raise PeriodMalformed(text=soon[:40])
    account = cli.account
    with cli.contracts() as contracts:
        now = contracts.node.header().time
        found: list[Waiting] = [*waiting_for(contracts, account, seconds), *_backup(cli)]
    document = {
        "account": account,
        "time": iso_time(now),
        "waiting": [
            {
                "matter": one.matter.value.replace(" ", "-"),
                "of": one.of,
                "until": iso_or_none(one.until or 0),
                "account": one.account,
            }
            for one in found
        ],
    }
    if not found:
        return Answer(document, ["Nothing waits for you."])
    lines = [(one.matter.value, one.of, one.account or "", _ends(one, now)) for one in found]
    shown = [f"{', '.join(_counts(found))}.", rows(("matter", "of", "with", "ends"), lines)]
    yours = any(one.matter.is_yours for one in found)
    return Answer(document, shown, ExitCode.PENDING if yours else ExitCode.OK)


def _counts(found: "list[Waiting]") -> list[str]:
    matters = dict.fromkeys(one.matter for one in found)
    return [
        counted(sum(one.matter is matter for one in found), _NOUNS[matter.value])
        for matter in matters
    ]


def _ends(one: "Waiting", now: int) -> str:
    if one.until is None:
        return ""
    days = (one.until - now) // DAY_SECONDS
    return f"{iso_time(one.until)}, in {say_ago(one.until - now)}" if days >= 0 else "now"


def _backup(cli: CommandContext) -> "list[Waiting]":
    """Whether the keystore, as it is now, was ever copied."""
    from lodetrace.keys.backup_mark import BackupMark
    from lodetrace.member.waiting import Matter, Waiting

    keystore = cli.settings.keystore
    if cli.dev_index is not None:
        return []
    mark = BackupMark.read(keystore)
    if mark is not None and mark.is_of(keystore):
        return []
    said = "none was made" if mark is None else f"the last, of {iso_time(mark.at)}, is older"
    return [Waiting(Matter.BACKUP, f"{said} than the keys" if mark else said)]
