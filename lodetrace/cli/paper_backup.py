"""`lodetrace keys print` and `keys typed`: a backup of the keystore on paper, and back."""

from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from pathlib import Path
from typing import Annotated

import typer

from lodetrace.cli.answer import Answer
from lodetrace.cli.command import command
from lodetrace.cli.context import CommandContext
from lodetrace.cli.keys import keys
from lodetrace.text import counted


@command(
    keys, "print", "lodetrace keys print --out refinery.paper.txt", keys=False, writes=True,
)  # fmt: skip
def print_(
    cli: CommandContext,
    out: Annotated[Path, typer.Option(help="A new file, to be printed and removed.")],
) -> Answer:
    """Write the encrypted keystore as lines for paper, once the passphrase has opened it.

    Each line has check signs. It stays encrypted: paper and passphrase are both needed. After a
    rotation of keys print it again. `keys typed` makes a backup of the lines.
    """
    from lodetrace.keys.keystore import load_keystore, require_backup_place, write_private
    from lodetrace.keys.paper import paper_lines

    path = cli.settings.keystore
    passphrase = cli.passphrase
    require_backup_place(out)
    account = load_keystore(path, passphrase).account
    lines = paper_lines(path.read_text("utf-8"))
    document = {"keystore": str(path), "paper": str(out), "account": account, "lines": len(lines)}
    cli.about_to("write the lines", **document)
    head = [
        f"Keystore of {account} (Lodetrace), encrypted.",
        "Its passphrase is needed as well. Type the lines into a file, then:",
        "lodetrace keys typed FILE --out BACKUP",
        "",
    ]
    write_private(out, "\n".join([*head, *lines]) + "\n")
    said = f"Wrote {counted(len(lines), 'lines')} to {out}: print it, and remove the file."
    return Answer(document, [said])


@command(
    keys, "typed", "lodetrace keys typed typed.txt --out refinery.keystore.json", keys=False,
    writes=True,
)  # fmt: skip
def typed(
    cli: CommandContext,
    lines: Annotated[Path, typer.Argument(metavar="FILE", help="The lines, typed from paper.")],
    out: Annotated[Path, typer.Option(help="A new file: a backup for `keys recover`.")],
) -> Answer:
    """Make a backup of the lines of a printed keystore; it stays encrypted.

    Case and blanks do not matter. Lines that were mistyped or are missing are named.
    """
    from lodetrace.keys.keystore import require_backup_place, write_private
    from lodetrace.keys.paper import keystore_of
    from lodetrace.strict_json import read_bytes

    text = keystore_of(_decoded(read_bytes(lines)))
    require_backup_place(out)
    document = {"typed": str(lines), "backup": str(out)}
    cli.about_to("write the backup", **document)
    write_private(out, text)
    said = f"Wrote {out}. Take it into use: lodetrace keys recover --backup {out}"
    return Answer(document, [said])


def _decoded(content: bytes) -> str:
    """Text as editors save it; what is none makes lines that are mistyped."""
    wide = content.startswith((BOM_UTF16_LE, BOM_UTF16_BE))
    return content.decode("utf-16" if wide else "utf-8-sig", "replace")
