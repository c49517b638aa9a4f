"""`lodetrace lot`: why something was done to a lot; codes for everybody, words for some."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from lodetrace.cli.answer import Answer, rows
from lodetrace.cli.command import command
from lodetrace.cli.context import CommandContext
from lodetrace.cli.lot.lots import CUSTODY, LotName, lot
from lodetrace.cli.lot_ids import named_lot
from lodetrace.errors import NotFound
from lodetrace.text import hex_of

if TYPE_CHECKING:
    from lodetrace.contracts.events import Event
    from lodetrace.member.reasons import Words
    from lodetrace.member.session import MemberSession

Reason = Annotated[
    str | None, typer.Option(metavar="CODE", help="Of the closed list; everybody reads it.")
]
HiddenWords = Annotated[
    str | None,
    typer.Option("--words", help="In place of a code: they stay with you, a commitment goes out."),
]

_SHOWN: Final = "Everybody reads the reason: {reason}"
_HIDDEN: Final = "Nobody reads the reason but whom you give it: {reason}"


class WordsMissing(NotFound):
    """No reason of the lot whose words are at hand, or of which the file's words are."""

    template = "no reason of lot {lot} has the words that {source}"
    advice = "Whoever gave the reason writes them to a file: `lodetrace lot reason LOT --out FILE`."


def given_reason(
    member: "MemberSession", reason: str | None, words: str | None
) -> tuple[bytes, str]:
    """The reason as it goes on chain, and the sentence about who will read it.

    Raises ReasonMissing, ReasonUnknown or WordsMalformed.
    """
    from lodetrace.member.reasons import ReasonMissing, Words, code_reason, kept_words, read_reason

    if reason is not None and words is None:
        code = code_reason(reason)
        return code, _SHOWN.format(reason=read_reason(member, code))
    if words is not None and reason is None:
        spoken = Words.spoken(words)
        return kept_words(member, spoken), _HIDDEN.format(reason=spoken.text)
    raise ReasonMissing(count="no" if reason is None else "two")


@command(
    lot, "reason", "lodetrace lot reason 2f3a91c4",
    "lodetrace lot reason 2f3a91c4 --out reason.json",
    "lodetrace lot reason 2f3a91c4 --file reason.json", panel=CUSTODY, writes=True,
)  # fmt: skip
def reason(
    cli: CommandContext,
    lot: LotName,
    file: Annotated[
        Path | None, typer.Option(help="Words that you were given: do they belong to this lot?")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="New file for the words of the last reason of yours.")
    ] = None,
) -> Answer:
    """Show why a lot was rejected, disputed or held, as far as you may know it."""
    from lodetrace.member.reasons import Words, read_reason

    with cli.member() as member:
        named = named_lot(member, lot, inbox=True)
        given = list(_reasons(member, named))
        told = {word: read_reason(member, word) for _, word in given}
        if file is not None:
            found = _from_file(file)
            if found.word not in told:
                raise WordsMissing(lot=hex_of(named), source=f"are in {file}")
            told[found.word] = found.text
        if out is not None:
            kept = [one for _, word in given if (one := member.vault.words(word)) is not None]
            if not kept:
                raise WordsMissing(lot=hex_of(named), source="are in your vault")
            _write(cli, out, Words.from_json(kept[-1]))
    lines = [(act, told[word], hex_of(word)) for act, word in given]
    document = {
        "lot": hex_of(named),
        "reasons": [{"act": act, "reason": said, "word": word} for act, said, word in lines],
    }
    return Answer(document, [rows(("act", "reason", "on chain"), lines, "Reasons")])


def _reasons(member: "MemberSession", named: bytes) -> Iterator[tuple[str, bytes]]:
    from lodetrace.contracts.events import HoldPlaced, LotDisputed, LotRejected

    names: dict[type[Event], str] = {
        LotRejected: "rejected",
        LotDisputed: "disputed",
        HoldPlaced: "held",
    }
    root = member.reads.lot(named).root.to_bytes(4, "big")
    found = member.contracts.events(HoldPlaced, root=root)
    for kind in (LotRejected, LotDisputed):
        found += member.contracts.events(kind, lot=named)
    for recorded in sorted(found, key=lambda one: one.place):
        event = recorded.event
        if isinstance(event, LotRejected | LotDisputed | HoldPlaced):
            yield names[type(event)], event.reason


def _from_file(path: Path) -> "Words":
    from lodetrace.member.reasons import Words, WordsFileMalformed
    from lodetrace.strict_json import parse, read_bytes

    document = parse(read_bytes(path))
    if not isinstance(document, dict):
        raise WordsFileMalformed(reason=f"{path} holds no object")
    return Words.from_json(document)


def _write(cli: CommandContext, path: Path, words: "Words") -> None:
    from lodetrace.cli.opening_file import require_new, write_new

    require_new(path)
    cli.about_to("write the words of a reason", file=str(path))
    write_new(path, json.dumps(words.to_json(), indent=2) + "\n")
