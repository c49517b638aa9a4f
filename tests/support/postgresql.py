"""A PostgreSQL server of our own: in a temporary folder, on a Unix socket, gone at the end.

Its databases sort text as people do (ICU, en-US), not byte by byte: what depends on an order must
ask for one.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

PLACES = Path("/usr/lib/postgresql")
"""Where Debian keeps the server's programs, which it does not put on the path."""

ABSENT = "no PostgreSQL server on this machine (Debian: make system, or apt-get install postgresql)"
USER = "lodetrace"
UNSYNCED = "-c fsync=off"
"""Processes are killed here, never the machine: a recovery would sync 35,000 files first."""
MIGHTY, SERVANTS = 0, ("postgres", "nobody")
"""The server refuses to run as root: it then runs as the first of these that exists."""


def server_programs() -> Path | None:
    """The folder with initdb, pg_ctl and postgres; None where there is no server."""
    newest = sorted(PLACES.glob("*/bin"), key=lambda path: int(path.parent.name.split(".")[0]))
    beside = [Path(found).resolve().parent for found in [shutil.which("initdb")] if found]
    for folder in (*beside, *reversed(newest)):
        if all((folder / name).is_file() for name in ("initdb", "pg_ctl", "postgres")):
            return folder
    return None


@dataclass
class Server:
    """A cluster that can be stopped, crashed and started again."""

    programs: Path
    folder: Path
    made: Iterator[int] = field(default_factory=count)

    def start(self) -> None:
        wanted = f"-c listen_addresses='' -k {self.folder} {UNSYNCED}"
        log = str(self.folder / "log")
        self._run("pg_ctl", "start", "--wait", "-D", self._cluster, "-l", log, "-o", wanted)

    def stop(self, mode: str = "fast") -> None:
        """mode: "immediate" is a crash."""
        self._run("pg_ctl", "stop", "--wait", "-D", self._cluster, "-m", mode)

    def create(self) -> None:
        sorting = ("--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en-US")
        self._run("initdb", "-D", self._cluster, "-A", "trust", "-U", USER, "-E", "UTF8", *sorting)

    def database(self) -> str:
        """The address of a new, empty schema: cheaper than a database, and as separate."""
        import psycopg

        schema = f"index_{next(self.made)}"
        with psycopg.connect(host=str(self.folder), user=USER, dbname="postgres") as connection:
            connection.execute(f"CREATE SCHEMA {schema}")
        return f"{self.url}&options=-csearch_path%3D{schema}"

    @property
    def url(self) -> str:
        return f"postgresql://{USER}@/postgres?host={self.folder}"

    @property
    def _cluster(self) -> str:
        return str(self.folder / "cluster")

    def _run(self, program: str, *arguments: str) -> None:
        words: Sequence[str] = (str(self.programs / program), *arguments)
        done = subprocess.run(
            words, cwd=self.folder, check=False, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if program == "initdb" else subprocess.DEVNULL,
            stderr=subprocess.STDOUT, text=True, timeout=120, **_servant(),
        )  # fmt: skip
        said = (self.folder / "log").read_text() if (self.folder / "log").exists() else done.stdout
        assert done.returncode == 0, f"{' '.join(words)}: {said}"


def _servant() -> dict[str, Any]:
    """Arguments of subprocess for a user who may run a server."""
    if os.getuid() != MIGHTY:
        return {}
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    servant = next(known[name] for name in SERVANTS if name in known)
    return {"user": servant.pw_uid, "group": servant.pw_gid, "extra_groups": []}


@contextmanager
def running_server(programs: Path) -> Iterator[Server]:
    """A server for one block of code. The folder's name is short: a socket's is at most 107."""
    with tempfile.TemporaryDirectory(prefix="lodetrace-pg-") as name:
        folder = Path(name)
        if os.getuid() == MIGHTY:
            os.chown(folder, _servant()["user"], _servant()["group"])
        server = Server(programs, folder)
        server.create()
        server.start()
        try:
            yield server
        finally:
            server.stop("immediate")
