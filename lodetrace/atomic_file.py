"""Files that are replaced whole: a crash leaves the earlier one."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Final

PUBLIC: Final = 0o644
PRIVATE: Final = 0o600


def replace_file(
    path: Path,
    content: bytes,
    mode: int = PUBLIC,
    require: Callable[[Path], None] | None = None,
) -> None:
    """Writes the file or leaves what was there; raises OSError, and what `require` raises.

    What arrives lies beside it under a name of its own, so that two writers do not mix.
    mode: of the file, whatever the umask: others read what is public, nobody what is private.
    require: looks at what arrived before it takes the name.
    """
    arriving = path.with_name(f".{secrets.token_hex(16)}.new")
    try:
        descriptor = os.open(arriving, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(file.fileno(), mode)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if require is not None:
            require(arriving)
        arriving.replace(path)
        _keep_name(path.parent)
    finally:
        arriving.unlink(missing_ok=True)


def _keep_name(folder: Path) -> None:
    """The name is in the folder for good only once the folder itself is on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
