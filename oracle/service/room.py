"""Whether the disk would take what comes next."""

import shutil
import tempfile
from pathlib import Path
from typing import Final

from lodetrace.storage import DiskFull, storage_errors
from lodetrace.strict_json import MAX_BYTES

NEEDED: Final = 8 * MAX_BYTES
"""Bytes: a document is kept, logged ahead of it, and named in history and outbox."""


def require_free(folder: Path) -> None:
    """Raises DiskFull where the disk says that it has no room for a document."""
    with storage_errors(folder):
        free = shutil.disk_usage(folder).free
    if free < NEEDED:
        raise DiskFull(path=folder, reason=f"{free} bytes are free, {NEEDED} are needed")


def require_room(folder: Path) -> None:
    """As require_free, and by trying: quotas and disks that are read only say nothing.

    Raises DiskFull.
    """
    require_free(folder)
    with storage_errors(folder), tempfile.TemporaryFile(dir=folder) as file:
        file.write(bytes(MAX_BYTES))
        file.flush()
