"""`lodetrace audit verify`: the ten steps over a bundle, without any network."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lodetrace.cli.answer import Answer
from lodetrace.cli.audit.export import audit
from lodetrace.cli.audit.verification import Asked, verification
from lodetrace.cli.command import command
from lodetrace.cli.context import CommandContext
from lodetrace.errors import SettingsError

if TYPE_CHECKING:
    from lodetrace.audit.statements.judging import Verifier


class FastVerifierMissing(SettingsError):
    """The optional program that checks proofs faster is not installed."""

    template = "groth16py is not installed"
    advice = "Leave --fast out: the same is checked, more slowly. Or install groth16py (GPL-3.0)."


@command(
    audit,
    "verify",
    "lodetrace audit verify car.bundle --trust anchor.json",
    "lodetrace audit verify car.bundle --trust anchor.json --policy ours.json --out car.html",
    "lodetrace audit verify car.bundle --trust anchor.json --now 2026-11-01T00:00:00Z --json",
    "lodetrace audit verify car.bundle --trust anchor.json --report paper.xlsx "
    '--engagement "Cobalt 2026" --prepared-by "A. Mensah"',
    keys=False,
    writes=True,
)
def verify(
    cli: CommandContext,
    bundle: Annotated[Path, typer.Argument(metavar="BUNDLE", help="The file, from anybody.")],
    trust: Annotated[
        Path,
        typer.Option("--trust", metavar="ANCHOR", help="From whom you trust, not with the bundle."),
    ],
    policy: Annotated[
        Path | None, typer.Option(metavar="FILE", help="What you demand; docs/audit-policy.md.")
    ] = None,
    names: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Your names for ids and accounts: JSON, id to name."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a page: FILE.html or FILE.pdf.")
    ] = None,
    report: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write a working paper: FILE.html, .pdf or .xlsx."),
    ] = None,
    engagement: Annotated[
        str | None, typer.Option(metavar="TEXT", help="What the working paper is for.")
    ] = None,
    prepared_by: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Who prepares the working paper.")
    ] = None,
    fast: Annotated[
        bool, typer.Option("--fast", help="Check proofs with groth16py, if it is installed.")
    ] = False,
    now: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="What time it is (UTC); by this machine's clock else."),
    ] = None,
) -> Answer:
    """Verify offline where a lot or product comes from; asks no node, no gateway, nobody.

    Each of ten steps is said as it passes. Ends with 0 if all do, with 5 if one does not: then
    the bundle proves nothing.
    """
    asked = Asked(bundle, trust, policy, names, out, report, engagement, prepared_by, now)
    return verification(cli.terminal, asked, _verifier(fast))


def _verifier(fast: bool) -> "Verifier":
    """The program's own, of Python alone; groth16py where that is asked for."""
    from importlib.util import find_spec

    from zk_circuits.batch_on_cores import batch_verify_on_cores
    from zk_circuits.fast_verify import fast_batch_verify

    if fast and find_spec("groth16py") is None:
        raise FastVerifierMissing
    return fast_batch_verify if fast else batch_verify_on_cores
