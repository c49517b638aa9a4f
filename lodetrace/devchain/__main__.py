"""Starts and ends development chains from a shell."""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Final

from lodetrace.devchain import ANVIL, GANACHE, ChainSettings, attach_or_start, stop_all
from lodetrace.devchain.record import Record
from lodetrace.errors import LodetraceError

HIGHEST_PORT: Final = 65_535


def main() -> int:
    """Prints what runs as JSON, or how many chains were ended."""
    parser = argparse.ArgumentParser(prog="python -m lodetrace.devchain", description=__doc__)
    parser.add_argument("act", choices=("start", "stop"))
    parser.add_argument("folder", type=Path, help="where the chain lives; stop looks below it too")
    parser.add_argument("--port", type=_port, help="default: a free one, kept from start to start")
    parser.add_argument("--anvil", action="store_true", help="anvil instead of Ganache")
    wanted = parser.parse_args()
    try:
        if wanted.act == "stop":
            print(f"chains ended: {stop_all(wanted.folder)}")
            return 0
        chain = attach_or_start(wanted.folder, _settings(wanted.folder, wanted.anvil), wanted.port)
    except LodetraceError as error:
        print(f"{error}\n{error.advice}", file=sys.stderr)
        return int(error.exit_code)
    print(json.dumps({"url": chain.url, **asdict(chain)}, default=str))
    return 0


def _port(text: str) -> int:
    plain = text.isascii() and text.isdigit() and len(text) <= len(str(HIGHEST_PORT))
    if not plain or not 0 < int(text) <= HIGHEST_PORT:
        raise argparse.ArgumentTypeError(f"{text[:20]!r} is no port from 1 to {HIGHEST_PORT}")
    return int(text)


def _settings(folder: Path, anvil: bool) -> ChainSettings:
    """A chain goes on as it was begun, the demo's from its own first day."""
    begun = None if anvil else Record.read(folder)
    return ANVIL if anvil else begun.settings if begun else GANACHE


if __name__ == "__main__":
    sys.exit(main())
