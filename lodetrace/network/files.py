"""Files of a network: replaced whole, secrets readable by their owner only."""

import json
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lodetrace.atomic_file import PUBLIC, replace_file
from lodetrace.network.errors import ChoiceOutOfRange, FileFailed, KeyExposed, RecordMalformed
from lodetrace.strict_json import unique_keys


@contextmanager
def file_errors(path: Path) -> Iterator[None]:
    """Names what the disk says."""
    try:
        yield
    except OSError as error:
        raise FileFailed(path=path, reason=error.strerror or str(error)) from error


def write_file(path: Path, content: str | bytes, mode: int = PUBLIC) -> None:
    """Replaces the file in one step; a crash leaves the earlier one. Raises FileFailed."""
    raw = content.encode() if isinstance(content, str) else content
    with file_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, raw, mode)


def write_json(path: Path, document: object) -> bytes:
    """As write_file, with a document; what was written."""
    content = (json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode()
    write_file(path, content)
    return content


def read_json(path: Path) -> dict[str, Any]:
    """An object in a file; raises FileFailed or RecordMalformed."""
    with file_errors(path):
        content = path.read_bytes()
    return json_of(content, path)


def json_of(content: bytes, path: Path) -> dict[str, Any]:
    """The object in what was read of a file; raises RecordMalformed."""
    try:
        found = json.loads(content, object_pairs_hook=unique_keys)
    except ValueError as error:
        raise RecordMalformed(path=path, reason=f"no JSON: {error}") from error
    if not isinstance(found, dict):
        raise RecordMalformed(path=path, reason="an object is expected")
    return found


def make_private_folder(path: Path) -> None:
    """A folder that only its owner enters; raises FileFailed.

    Its name has to be text, as Besu's files, which hold it, are UTF-8: else ChoiceOutOfRange.
    """
    try:
        str(path).encode()
    except UnicodeEncodeError as error:
        shown = os.fsencode(path).decode(errors="backslashreplace")
        reason = "its name is not UTF-8, and Besu's files have to hold it"
        raise ChoiceOutOfRange(name="folder", value=shown, reason=reason) from error
    with file_errors(path):
        path.mkdir(parents=True, exist_ok=True)
        path.chmod(0o700)


def require_private(path: Path) -> None:
    """Raises KeyExposed where others may read or write the file, FileFailed where it is none."""
    with file_errors(path):
        mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        raise KeyExposed(path=path, mode=f"{mode:o}")
