"""Where an agent listens, and that only its own user is at either end of the socket.

The folder is the user's alone, the kernel says whose process is at the other end (SO_PEERCRED),
and one lock, which ends with its process however it dies, says which agent serves a keystore.
"""

import hashlib
import os
import socket
import stat
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from lodetrace.errors import KeysError

_PEER: Final = struct.Struct("3i")
"""struct ucred: process, user, group."""


class AgentFolderUnusable(KeysError):
    """The folder of the socket is not the user's own."""

    template = "the agent's folder {folder} is not usable: {reason}"
    advice = "Name another one in LODETRACE_AGENT: yours alone (chmod 700)."


class PeerOfAnother(KeysError):
    """Somebody else's process, or file, is at the socket."""

    template = "{path} belongs to user {user}, not to {own}"
    advice = "Nothing was asked of it. Remove it, or name another folder in LODETRACE_AGENT."


class AgentUnsupported(KeysError):
    """A system that does not say whose process is at a socket."""

    template = "this system does not say whose process is at a socket"
    advice = "Give the passphrase with each command, or in LODETRACE_PASSPHRASE_FILE."


@dataclass(frozen=True, slots=True)
class AgentPlace:
    """The socket of one keystore's agent, and the lock beside it."""

    socket: Path
    lock: Path

    @classmethod
    def of(cls, folder: Path, keystore: Path) -> Self:
        """In a folder; one agent a keystore, by its path."""
        name = hashlib.sha256(os.fsencode(keystore.absolute())).hexdigest()[:16]
        return cls(folder / f"{name}.sock", folder / f"{name}.lock")

    def make_folder(self) -> None:
        """The folder, if it is not there; raises as require_own."""
        try:
            self.socket.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise AgentFolderUnusable(
                folder=self.socket.parent, reason=error.strerror or error
            ) from error
        self.require_own()

    def require_own(self) -> None:
        """Raises AgentFolderUnusable, PeerOfAnother or AgentUnsupported."""
        if not hasattr(socket, "SO_PEERCRED"):
            raise AgentUnsupported()
        folder = self.socket.parent
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode):
            raise AgentFolderUnusable(folder=folder, reason="it is not a folder")
        _require_user(folder, found.st_uid)
        if found.st_mode & 0o077:
            mode = f"others may enter it (mode {stat.S_IMODE(found.st_mode):o})"
            raise AgentFolderUnusable(folder=folder, reason=mode)

    @contextmanager
    def address(self) -> Iterator[str]:
        """What the socket is bound and connected to: short, however deep its folder lies."""
        folder = os.open(self.socket.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            yield f"/proc/self/fd/{folder}/{self.socket.name}"
        finally:
            os.close(folder)

    def is_there(self) -> bool:
        """Whether a socket is there, of this user; raises PeerOfAnother and as require_own."""
        try:
            found = self.socket.lstat()
        except (FileNotFoundError, NotADirectoryError):
            return False
        self.require_own()
        _require_user(self.socket, found.st_uid)
        return stat.S_ISSOCK(found.st_mode)


def require_own_peer(connection: socket.socket, path: Path) -> None:
    """Raises PeerOfAnother unless a process of this user is at the other end."""
    credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _PEER.size)
    _, user, _ = _PEER.unpack(credentials)
    _require_user(path, user)


def _require_user(path: Path, user: int) -> None:
    if user != os.getuid():
        raise PeerOfAnother(path=path, user=user, own=os.getuid())
