"""Starts and ends development chains from a shell."""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

from lodetrace.devchain import ANVIL, GANACHE, ChainSettings, attach_or_start, stop_all
from lodetrace.devchain.record import Record
from lodetrace.errors import LodetraceError


def main() -> int:
    """Prints what runs as JSON, or how many chains were ended."""
    parser = argparse.ArgumentParser(prog="python -m lodetrace.devchain", description=__doc__)
    parser.add_argument("act", choices=("start", "stop"))
    parser.add_argument("folder", type=Path, help="where the chain lives; stop looks below it too")
    parser.add_argument("--port", type=int, help="default: a free one, kept from start to start")
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


def _settings(folder: Path, anvil: bool) -> ChainSettings:
    """A chain goes on as it was begun, the demo's from its own first day."""
    begun = None if anvil else Record.read(folder)
    return ANVIL if anvil else begun.settings if begun else GANACHE


if __name__ == "__main__":
    sys.exit(main())
