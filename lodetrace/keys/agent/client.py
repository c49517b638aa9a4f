"""How a command starts the agent, asks it and ends it."""

import hashlib
import json
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

from lodetrace.errors import KeysError
from lodetrace.keys.agent import exchange
from lodetrace.keys.agent.place import AgentPlace, require_own_peer
from lodetrace.keys.agent.stand_ins import keys_in_agent
from lodetrace.keys.keystore import plain_keys, read_header
from lodetrace.keys.member_keys import MemberKeys

_START_SECONDS: Final = 20


class AgentGone(KeysError):
    """The agent ended while a command needed it."""

    template = "the agent of {path} does not answer any more: its time is over, or it was ended"
    advice = "Run `lodetrace unlock`, then repeat the command: it goes on where it stopped."


class AgentNotStarted(KeysError):
    """The agent's process could not begin."""

    template = "the agent of {path} did not start: {reason}"
    advice = "Run `lodetrace lock`, then unlock again."


@dataclass(frozen=True, slots=True)
class RunningAgent:
    """An agent that answered. seconds: until it locks. stale: the keystore has changed since."""

    place: AgentPlace
    told: dict[str, Any]
    stale: bool

    @classmethod
    def find(cls, folder: Path, keystore: Path) -> Self | None:
        """The agent of a keystore, if one answers; raises PeerOfAnother and its siblings."""
        place = AgentPlace.of(folder, keystore)
        try:
            told = _asked(place, {"ask": "keys"})
        except AgentGone:
            return None
        return cls(place, told, told.get("keystore") != file_hash(keystore))

    @property
    def seconds(self) -> int:
        """Until it locks."""
        return int(self.told["seconds"])

    @property
    def account(self) -> str:
        """Whose keys it holds."""
        return str(self.told["account"])

    @property
    def keys(self) -> MemberKeys:
        """The keys, which stay where they are."""

        def ask(what: str, **values: object) -> dict[str, Any]:
            return _asked(self.place, {"ask": what, **values})

        return keys_in_agent(self.told, ask)

    def end(self) -> None:
        """Locks."""
        _asked(self.place, {"ask": "lock"})


def start_agent(folder: Path, keystore: Path, keys: MemberKeys, seconds: int) -> RunningAgent:
    """A new agent; one that runs has to be ended before. Raises AgentNotStarted and siblings."""
    place = AgentPlace.of(folder, keystore)
    place.make_folder()
    header = read_header(keystore)
    header.pop("ciphertext")
    given = {
        "folder": str(folder),
        "path": str(keystore.absolute()),
        "keystore": file_hash(keystore),
        "seconds": seconds,
        "header": header,
        "plain": plain_keys(keys),
    }
    with subprocess.Popen(
        [sys.executable, "-m", "lodetrace.keys.agent.server"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd="/",
        start_new_session=True,  # the terminal that closes does not end it
        text=True,
    ) as process:
        process.stdin.write(json.dumps(given))  # type: ignore[union-attr]
        process.stdin.close()  # type: ignore[union-attr]
        ready = process.stdout.readline().strip()  # type: ignore[union-attr]
        if ready != "ready":
            process.kill()
            raise AgentNotStarted(path=keystore, reason="another one runs, or nothing can listen")
        process.returncode = 0  # it goes on; nobody waits for it
    found = RunningAgent.find(folder, keystore)
    if found is None:
        raise AgentNotStarted(path=keystore, reason="it ended at once")
    return found


def file_hash(keystore: Path) -> str:
    """Tells a keystore from what it was before a rotation."""
    try:
        return hashlib.sha256(keystore.read_bytes()).hexdigest()
    except OSError:
        return ""


def _asked(place: AgentPlace, question: dict[str, Any]) -> dict[str, Any]:
    """The agent's answer; raises AgentGone, and PeerOfAnother before anything is asked."""
    if not place.is_there():
        raise AgentGone(path=place.socket)
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(exchange.SECONDS)
            with place.address() as address:
                connection.connect(address)
            require_own_peer(connection, place.socket)
            exchange.send(connection, question)
            answer = exchange.receive(connection)
    except (OSError, ValueError) as error:
        raise AgentGone(path=place.socket) from error
    if "refused" in answer:
        raise AgentGone(path=place.socket)
    return answer
