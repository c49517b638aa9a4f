"""What a later run needs to know about a chain, in the chain's folder."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from lodetrace.atomic_file import replace_file
from lodetrace.devchain.errors import ChainFolderFailed
from lodetrace.devchain.settings import ChainSettings


@dataclass(frozen=True)
class Record:
    """Written before the start, and once more when the chain answers.

    genesis: hash of its block 0; begun: time of that block, 0 where it never answered. timed:
    whether its clock was set since it was started.
    """

    settings: ChainSettings
    port: int
    genesis: str = ""
    begun: int = 0
    timed: bool = False

    @classmethod
    def read(cls, folder: Path) -> "Record | None":
        """The folder's record, or None where no chain was ever started."""
        path = folder / "chain.json"
        try:
            fields: dict[str, Any] = json.loads(path.read_text("utf-8"))
            return cls(ChainSettings(**fields.pop("settings")), **fields)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise ChainFolderFailed(path=path, reason=f"unreadable record: {error}") from error

    def write(self, folder: Path) -> None:
        """Replaces the record whole: a crash leaves the earlier one."""
        path = folder / "chain.json"
        try:
            replace_file(path, json.dumps(asdict(self), indent=1).encode())
        except OSError as error:
            raise ChainFolderFailed(path=path, reason=error.strerror) from error
