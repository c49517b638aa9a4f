"""Files that are replaced whole: a crash leaves the earlier one."""

import os
import secrets
import stat
from collections.abc import Callable
from errno import EACCES, EISDIR, ENOTDIR
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


def require_place(path: Path, *, makes_folders: bool = False) -> None:
    """Raises the OSError that a file there would meet; writes nothing.

    makes_folders: whoever writes it makes the folders that are missing, too.
    """
    if path.is_dir():
        raise IsADirectoryError(EISDIR, os.strerror(EISDIR), path)
    folder = path.parent
    while makes_folders and not folder.exists() and folder != folder.parent:
        folder = folder.parent
    mode = folder.stat().st_mode
    if not stat.S_ISDIR(mode):
        raise NotADirectoryError(ENOTDIR, os.strerror(ENOTDIR), folder)
    if not os.access(folder, os.W_OK | os.X_OK):
        raise PermissionError(EACCES, os.strerror(EACCES), folder)


def require_folder(path: Path) -> None:
    """Raises the OSError that files in the folder would meet; it may be new, in one that is there.

    So nothing lands where a disk is not mounted.
    """
    require_place(path / "any" if path.exists() else path)


def _keep_name(folder: Path) -> None:
    """The name is in the folder for good only once the folder itself is on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
