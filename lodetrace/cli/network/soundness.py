"""What a founder is told at once, instead of by a network that stands still or does not start."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lodetrace.cli.context import CommandContext

if TYPE_CHECKING:
    from lodetrace.network.manifest import Peer


def warn_of_faults(cli: CommandContext, validators: int) -> None:
    """Of so few validators that none may fail."""
    from lodetrace.network.parameters import faults_borne
    from lodetrace.text import counted

    if faults_borne(validators) == 0:
        verb = "bears" if validators == 1 else "bear"
        named = counted(validators, "validators")
        cli.terminal.warn(f"{named} {verb} no fault; four bear one")


def warn_of_owners(cli: CommandContext, validators: "Sequence[Peer]") -> None:
    """Of an organisation without whose nodes the others make no blocks."""
    from lodetrace.chain.seals import quorum

    number = len(validators)
    for organisation, owned in Counter(one.organisation for one in validators).items():
        if owned > 1 and number - owned < quorum(number):
            cli.terminal.warn(
                f"{organisation} runs {owned} of {number} validators: without it no block is made"
            )


def warn_of_java(cli: CommandContext, fetched: Path) -> None:
    """Of a Java that Besu will refuse, or of none. Nothing is started yet, so nothing fails."""
    from lodetrace.errors import SettingsError
    from lodetrace.network.software import require_java

    try:
        require_java(fetched)
    except SettingsError as error:
        cli.terminal.warn(f"Besu will not start here: {error}. {error.advice}")
