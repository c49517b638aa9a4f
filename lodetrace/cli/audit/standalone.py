"""`lodetrace-verify`: the command `lodetrace audit verify` alone, as one file of pure Python.

scripts/setup/archive.py puts it into lodetrace-verify.pyz with what it imports. The command line is
read by the standard library, because typer stands on compiled code.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NoReturn

from lodetrace.cli.audit.verification import Asked, verification
from lodetrace.cli.streams import run_program
from lodetrace.cli.terminal import Interrupted, Terminal
from lodetrace.errors import ExitCode, InputError, LodetraceError
from lodetrace.version import VERSION

PROGRAM: Final = "lodetrace-verify"


class WrongUsage(InputError):
    """A command line that says nothing, told as the command `lodetrace` tells it."""

    template = "{reason}"
    advice = f"See {PROGRAM}.pyz --help."
    exit_code = ExitCode.USAGE


class Parser(argparse.ArgumentParser):
    """Raises WrongUsage where argparse would end the process in its own words."""

    def error(self, message: str) -> NoReturn:
        """As argparse calls it."""
        raise WrongUsage(reason=message)


def run() -> None:
    """The program `lodetrace-verify`."""
    run_program(lambda: sys.exit(int(main(sys.argv[1:]))))


def main(words: Sequence[str]) -> ExitCode:
    """Runs one command line; the code to end with."""
    from zk_circuits.batch_verify import batch_verify

    terminal = Terminal("--json" in words)
    try:
        given = vars(parser().parse_args(words))
        del given["json"]
        answer = verification(terminal, Asked(**given), batch_verify)
        terminal.answer(answer)
    except KeyboardInterrupt:
        terminal.problem(Interrupted())
        return Interrupted.exit_code
    except LodetraceError as error:
        terminal.problem(error)
        return error.exit_code
    return answer.exit_code


def parser() -> Parser:
    """The options of `lodetrace audit verify` but for those that need another program."""
    found = Parser(
        PROGRAM,
        description="Verify offline where a lot or product comes from; asks no node, no gateway, "
        "nobody. Ends with 0 if all ten steps pass, with 5 if one does not.",
        epilog=f"Example: python3 {PROGRAM}.pyz car.bundle --trust anchor.json",
        allow_abbrev=False,
    )
    found.add_argument("bundle", type=Path, metavar="BUNDLE", help="The file, from anybody.")
    found.add_argument(
        "--trust",
        type=Path,
        metavar="ANCHOR",
        required=True,
        help="From whom you trust, not with the bundle.",
    )
    found.add_argument("--policy", type=Path, metavar="FILE", help="What you demand.")
    found.add_argument(
        "--names",
        type=Path,
        metavar="FILE",
        help="Your names for ids and accounts: JSON, id to name.",
    )
    found.add_argument("--out", type=Path, metavar="FILE", help="Write a page: FILE.html.")
    found.add_argument(
        "--report", type=Path, metavar="FILE", help="Write a working paper: FILE.html."
    )
    found.add_argument("--engagement", metavar="TEXT", help="What the working paper is for.")
    found.add_argument("--prepared-by", metavar="TEXT", help="Who prepares the working paper.")
    found.add_argument(
        "--now", metavar="TIME", help="What time it is (UTC); by this machine's clock else."
    )
    found.add_argument("--json", action="store_true", help="Answer in JSON, for machines.")
    found.add_argument("--version", action="version", version=f"{PROGRAM} {VERSION}")
    return found
