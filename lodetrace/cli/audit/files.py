"""Files of an audit: bundles, and documents as their hash stands on chain."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from lodetrace.errors import InputError, StorageError

LARGEST_DOCUMENT: Final = 1 << 20


class AuditFileUnreadable(StorageError):
    """The disk does not give the file."""

    template = "{path}: {reason}"
    advice = "Check the path and the permissions."


class AuditFileTooLarge(InputError):
    """More bytes than such a file can have."""

    template = "{path} has more than {most} bytes"
    advice = "This is no file of an audit: check the path."


class AuditFileUnwritable(StorageError):
    """The file cannot be written."""

    template = "{path}: {reason}"
    advice = "Name a file in a folder that you may write to, with room for it."


class NamesMalformed(InputError):
    """A file that names nobody."""

    template = "no names in {path}: {reason}"
    advice = 'Write a JSON object: {"0x2f…": "Mwinda Mining", …}.'


def write_file(path: Path, content: bytes, require: Callable[[bytes], None] | None = None) -> None:
    """Writes the file whole or not at all; raises AuditFileUnwritable.

    require: is given what the disk has, before it becomes the file; what it raises leaves none.
    """
    from lodetrace.atomic_file import PUBLIC, replace_file

    def required(written: Path) -> None:
        if require is not None:
            require(written.read_bytes())

    try:
        replace_file(path, content, PUBLIC, required)
    except OSError as error:
        raise AuditFileUnwritable(path=path, reason=error.strerror or error) from error


def require_writable(path: Path) -> None:
    """Whether write_file may write there; raises AuditFileUnwritable, writes nothing."""
    from lodetrace.atomic_file import require_place

    try:
        require_place(path)
    except OSError as error:
        raise AuditFileUnwritable(path=path, reason=error.strerror or error) from error


def read_bundle(path: Path) -> bytes:
    """The bytes of a bundle; raises AuditFileUnreadable or AuditFileTooLarge."""
    from lodetrace.audit.budgets import MOST_FILE

    return _read(path, MOST_FILE)


def read_document(path: Path) -> bytes:
    """The bytes whose hash the chain has: of a signed site document its canonical form, of any
    other file all of it. Raises AuditFileUnreadable or AuditFileTooLarge."""
    from lodetrace.canonical_json import canonical_bytes
    from lodetrace.strict_json import parse

    content = _read(path, LARGEST_DOCUMENT)
    try:
        raw = parse(content)
    except InputError:
        return content
    document = raw.get("document")
    return canonical_bytes(document) if isinstance(document, dict) else content


def read_own(path: Path) -> bytes:
    """A small file of the reader's own; raises AuditFileUnreadable or AuditFileTooLarge."""
    return _read(path, LARGEST_DOCUMENT)


def _read(path: Path, most: int) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(most + 1)
    except OSError as error:
        raise AuditFileUnreadable(path=path, reason=error.strerror or error) from error
    if len(content) > most:
        raise AuditFileTooLarge(path=path, most=most)
    return content


def read_names(path: Path) -> dict[str, str]:
    """A reader's names by id or account; raises NamesMalformed and as read_bundle."""
    import json

    from lodetrace.strict_json import unique_keys

    try:
        found = json.loads(_read(path, LARGEST_DOCUMENT), object_pairs_hook=unique_keys)
    except (ValueError, RecursionError) as error:
        raise NamesMalformed(path=path, reason=error) from error
    if not isinstance(found, dict) or not all(isinstance(one, str) for one in found.values()):
        raise NamesMalformed(path=path, reason="an object of texts is expected")
    return found
