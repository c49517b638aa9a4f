"""`lodetrace opening`: the amounts behind a commitment, handed over outside the chain."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from lodetrace.cli.answer import Answer, fields, rows
from lodetrace.cli.command import command, group
from lodetrace.cli.context import CommandContext
from lodetrace.cli.format import balance, say_balance
from lodetrace.cli.lot.lots import LotName
from lodetrace.cli.lot_ids import full_id, named_lot
from lodetrace.errors import ExitCode, KeysError, LodetraceError, Refused
from lodetrace.text import hex_of, short_id

if TYPE_CHECKING:
    from rich.console import RenderableType

    from lodetrace.contracts.structs import Lot
    from zk_circuits.commitment import Opening

opening: Final = group("opening", "Openings: does this file open that lot?")


@command(
    opening,
    "check",
    f"lodetrace opening check 0x{'2f' * 32} received.opening.json",
    "lodetrace opening check 2f3a91c4",
)
def check(
    cli: CommandContext,
    lot: LotName,
    file: Annotated[
        Path | None,
        typer.Argument(help="Opening or sealed box; without it, those sealed to you on chain."),
    ] = None,
) -> Answer:
    """Say whether an opening belongs to a lot, and what it says.

    The file is what `opening save` wrote, or the 128 bytes of an opening or the 177 of a sealed
    box, plain or in hexadecimal. A box needs your keys. Ends with exit code 5 unless it opens.
    """
    if file is None:
        return _check_chain(cli, lot)
    from lodetrace.cli.opening_file import read_opening
    from lodetrace.keys.viewing import BoxUnreadable
    from lodetrace.onchain.reads import Reads

    lot_id = _lot_id(cli, lot)
    with cli.contracts() as contracts:
        reads = Reads(contracts)
        found = _existing(reads.lot(lot_id), lot_id)
        expected = reads.commitment(lot_id) if found.revision else lot_id
    try:
        opened = read_opening(file, lambda: cli.keys.viewing_keys)
        _require(opened, expected, found)
    except (BoxUnreadable, Refused) as problem:
        return _verdict(lot_id, None, problem)
    return _verdict(lot_id, opened, None)


@command(opening, "save", "lodetrace opening save 2f3a91c4 lot-2f3a91c4.opening.json", writes=True)
def save(
    cli: CommandContext,
    lot: LotName,
    file: Annotated[Path, typer.Argument(help="A new file, readable by you only.")],
) -> Answer:
    """Write the opening of a lot to a file: whoever has it knows the amounts.

    To hand it to a member, `lot disclose` is safer: it seals the opening to the reader.
    """
    from lodetrace.cli.opening_file import require_new, write_opening
    from lodetrace.member.lots import view_lot

    with cli.member() as member:
        view = view_lot(member, named_lot(member, lot))
        found = member.vault.require(view.commitment, view.id)
    require_new(file)
    cli.about_to("write an opening", lot=hex_of(view.id), file=str(file))
    write_opening(file, view.id, found)
    document = {"lot": hex_of(view.id), "file": str(file)}
    return Answer(document, [f"Wrote the opening of {short_id(view.id)} to {file}."])


def _check_chain(cli: CommandContext, lot: str) -> Answer:
    """Tries every copy on chain that was sealed to this account."""
    from lodetrace.keys.sealed_opening import open_sealed
    from lodetrace.member.lots import view_lot
    from lodetrace.member.recover import sealed_copies

    with cli.member() as member:
        view = view_lot(member, named_lot(member, lot, inbox=True))
        word = int.from_bytes(view.commitment, "big")
        keys, element = member.keys.viewing_keys, view.lot.element
        tried: list[tuple[str, Opening | None, LodetraceError | None]] = []
        for copy in sealed_copies(member):
            if copy.lot != view.id:
                continue
            try:
                tried.append((copy.origin, open_sealed(copy.sealed, keys, word, element), None))
            except (KeysError, Refused) as problem:
                tried.append((copy.origin, None, problem))
    opened = next((found for _, found, _ in tried if found is not None), None)
    document = {
        "lot": hex_of(view.id),
        "opens": opened is not None,
        "balance": None if opened is None else balance(opened.lot),
        "copies": [
            {"origin": origin, "opens": found is not None, "reason": _reason(problem)}
            for origin, found, problem in tried
        ],
    }
    lines = [(origin, _reason(problem) or "opens the lot") for origin, _, problem in tried]
    shown: list[RenderableType] = [rows(("copy", "verdict"), lines)] if lines else []
    if opened is not None:
        shown.append(fields(say_balance(opened.lot)))
    elif not lines:
        shown.append("Nothing of this lot was sealed to you.")
    return Answer(document, shown, ExitCode.REFUSED if opened is None else ExitCode.OK)


def _lot_id(cli: CommandContext, text: str) -> bytes:
    given = full_id(text)
    if given is not None:
        return given
    with cli.member() as member:
        return named_lot(member, text, inbox=True)


def _existing(found: "Lot", lot_id: bytes) -> "Lot":
    from lodetrace.contracts.enums import LotState
    from lodetrace.member.lots import LotUnknown

    if found.state is LotState.NONE:
        raise LotUnknown(lot=hex_of(lot_id))
    return found


def _require(opened: "Opening", expected: bytes, found: "Lot") -> None:
    from lodetrace.keys.sealed_opening import OpeningMalformed, OpeningOfAnother

    actual = opened.commitment.to_bytes(32, "big")
    if actual != expected:
        raise OpeningOfAnother(actual=hex_of(actual), expected=hex_of(expected))
    if opened.tag.element != found.element:
        reason = f"element {opened.tag.element}, the lot has {found.element}"
        raise OpeningMalformed(reason=reason)


def _verdict(lot_id: bytes, opened: "Opening | None", problem: LodetraceError | None) -> Answer:
    document = {
        "lot": hex_of(lot_id),
        "opens": opened is not None,
        "balance": None if opened is None else balance(opened.lot),
        "reason": _reason(problem),
    }
    if opened is None:
        text = f"It does not open {short_id(lot_id)}: {problem}."
        return Answer(document, [text], ExitCode.REFUSED)
    return Answer(document, [f"It opens {short_id(lot_id)}:", fields(say_balance(opened.lot))])


def _reason(problem: LodetraceError | None) -> str | None:
    return None if problem is None else str(problem)
