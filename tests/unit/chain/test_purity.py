"""The light client is bytes in, values out."""

import subprocess
import sys
from pathlib import Path

import lodetrace.chain

CONNECTING = {"web3", "requests", "httpx", "urllib3", "aiohttp", "fastapi", "sqlite3"}


def test_nothing_that_connects_is_imported() -> None:
    folder = Path(lodetrace.chain.__file__).parent
    modules = [f"lodetrace.chain.{path.stem}" for path in folder.glob("[a-z]*.py")]
    assert len(modules) >= 8
    code = f"import sys, {', '.join(modules)}; print(*({CONNECTING!r} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
