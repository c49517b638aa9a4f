"""`lodetrace audit fork`: do signed heads contradict each other, and who signed them?"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lodetrace.cli.answer import Answer, fields
from lodetrace.cli.audit.export import audit
from lodetrace.cli.audit.files import read_own, require_writable, write_file
from lodetrace.cli.command import command
from lodetrace.cli.context import CommandContext
from lodetrace.errors import ExitCode, InputError
from lodetrace.text import hex_of

if TYPE_CHECKING:
    from lodetrace.audit.fork import Fork
    from lodetrace.audit.heads import SignedHead
    from lodetrace.chain.header import Header


class OtherMissing(InputError):
    """Heads, and nothing to hold them against."""

    template = "{source} is no evidence of a fork, and there is nothing to compare it with"
    advice = "Name two: heads of one witness and of another, or a file that `audit fork` wrote."
    exit_code = ExitCode.USAGE


@command(
    audit,
    "fork",
    "lodetrace audit fork https://heads.refinery.example https://heads.cathode.example",
    "lodetrace audit fork ours/heads.json theirs/heads.json --out fork.json",
    "lodetrace audit fork fork.json",
    keys=False,
    writes=True,
)
def fork(
    cli: CommandContext,
    one: Annotated[
        str, typer.Argument(metavar="A", help="Signed heads (address, folder, file), or a fork.")
    ],
    other: Annotated[
        str | None, typer.Argument(metavar="B", help="Signed heads to hold them against.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the evidence as JSON to this file.")
    ] = None,
    headers: Annotated[
        bool,
        typer.Option("--headers", help="Read the headers between the newest from your node."),
    ] = False,
) -> Answer:
    """Hold what witnesses signed against each other: one history, or two?

    Of one file it checks the evidence that somebody wrote; no trust anchor is needed. Ends with 0
    if nothing contradicts, with 5 where two heads do, or where a witness went back.
    """
    if out is not None:
        require_writable(out)
    if other is None:
        return _shown(_evidence(one))
    ours, theirs = _heads(one), _heads(other)
    found = _found(cli, ours, theirs, headers)
    if found is None:
        told = {"kind": None, "heads": [len(ours), len(theirs)]}
        return Answer(told, [f"Of {len(ours)} and {len(theirs)} heads no two contradict."])
    if out is not None and not cli.dry_run:
        write_file(out, (json.dumps(found.to_json(), indent=2) + "\n").encode())
    return _shown(found)


def _evidence(source: str) -> "Fork":
    from lodetrace.audit.fork import FORMAT, Fork, ForkUnreadable
    from lodetrace.strict_json import unique_keys

    try:
        document = json.loads(read_own(Path(source)), object_pairs_hook=unique_keys)
    except (ValueError, RecursionError) as error:
        raise ForkUnreadable(source=source, reason=f"malformed: {error}") from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise OtherMissing(source=source)
    return Fork.from_json(document, source)


def _heads(source: str) -> "list[SignedHead]":
    """What is published there, or the one head of a file."""
    from lodetrace.audit.heads import FORMAT, SignedHead
    from lodetrace.evidence.cosignatures import published

    path = Path(source)
    if path.is_file():
        content = read_own(path)
        if f'"{FORMAT}"'.encode() in content[:100]:
            return [SignedHead.parse(content, source)]
    return published(source)


def _found(
    cli: CommandContext,
    ours: "Sequence[SignedHead]",
    theirs: "Sequence[SignedHead]",
    headers: bool,
) -> "Fork | None":
    from lodetrace.audit.fork import NoContradiction, first_fork, fork_of

    found = first_fork(ours, theirs)
    if found is not None or not headers or not ours or not theirs:
        return found
    a, b = sorted((ours[-1], theirs[-1]), key=lambda signed: signed.head.number)
    try:
        return fork_of(a, b, _between(cli, a, b))
    except NoContradiction:
        return None


def _between(cli: CommandContext, a: "SignedHead", b: "SignedHead") -> "list[Header]":
    """The headers from the later block down to the one above the earlier's height."""
    from lodetrace.audit.fork import MOST_HEADERS, HeadersTooMany
    from lodetrace.evidence.headers import read_blocks
    from lodetrace.node.client import BATCH

    numbers = list(range(b.head.number, a.head.number, -1))
    if len(numbers) > MOST_HEADERS:
        raise HeadersTooMany(count=len(numbers), most=MOST_HEADERS)
    found: list[Header] = []
    with cli.contracts() as contracts, cli.work("reading headers"):
        for first in range(0, len(numbers), BATCH):
            blocks = read_blocks(contracts.node, numbers[first : first + BATCH])
            found += [block.header for block in blocks]
    return found


def _shown(found: "Fork") -> Answer:
    first, second = found.signers
    document = {
        **found.to_json(),
        "said": found.said,
        "signed_a": [hex_of(one) for one in first],
        "signed_b": [hex_of(one) for one in second],
        "signed_both": [hex_of(one) for one in found.signed_both],
    }
    said = {
        "kind": found.kind.value,
        "first signed by": ", ".join(document["signed_a"]),
        "second signed by": ", ".join(document["signed_b"]),
        "signed both": ", ".join(document["signed_both"]) or None,
        "said": found.said,
    }
    return Answer(document, [fields(said)], ExitCode.REFUSED)
