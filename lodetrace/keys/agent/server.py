"""The agent's process: it answers for the keys until its time is over, the machine slept, or it is
told to end. Started by client.py, which hands it the keys through a pipe.
"""

import contextlib
import fcntl
import json
import os
import resource
import signal
import socket
import sys
import time
from pathlib import Path
from typing import Any, Final

from lodetrace.keys.agent import exchange
from lodetrace.keys.agent.place import AgentPlace, PeerOfAnother, require_own_peer
from lodetrace.keys.keystore import keys_from_plain
from lodetrace.keys.member_keys import MemberKeys
from lodetrace.secp256k1 import Signature
from lodetrace.text import TextMalformed, hex_of, parse_hex
from zk_circuits.salts import Secret, keyed_hash

LOOK_SECONDS: Final = 5
"""Between two looks at the clock."""

SLEEP_SECONDS: Final = 2
"""Of suspension that lock."""

ENDING_SECONDS: Final = 5
"""That an earlier agent may take to end."""

PR_SET_DUMPABLE: Final = 4
DIGEST_BYTES: Final = 32


class _Clock:
    """seconds: until it is over, in the time that goes on while the machine sleeps."""

    def __init__(self, seconds: int) -> None:
        self._end = time.clock_gettime(time.CLOCK_BOOTTIME) + seconds
        self._asleep = _asleep()

    @property
    def left(self) -> float:
        """Seconds; none once the machine was suspended."""
        if _asleep() - self._asleep > SLEEP_SECONDS:
            return 0.0
        return self._end - time.clock_gettime(time.CLOCK_BOOTTIME)


class Agent:
    """Answers what a command asks of the keys. keystore: hash of the file that they came from."""

    def __init__(self, keys: MemberKeys, keystore: str, seconds: int) -> None:
        self._keys: Final = keys
        self._keystore: Final = keystore
        self._clock: Final = _Clock(seconds)

    @property
    def left(self) -> float:
        """Seconds until it locks."""
        return self._clock.left

    def answer(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Raises KeyError, ValueError or IndexError for what it does not understand."""
        match asked["ask"]:
            case "keys":
                return self._public()
            case "sign":
                return {"signature": str(self._signed(parse_hex(asked["digest"], DIGEST_BYTES)))}
            case "open":
                found = self._keys.viewing_keys[int(asked["key"])].open(parse_hex(asked["box"]))
                return {"content": None if found is None else hex_of(found)}
            case "mac":
                message = parse_hex(asked["message"])
                return {"mac": hex_of(keyed_hash(self._secret(int(asked["epoch"])), message))}
        raise ValueError(asked["ask"])

    def _public(self) -> dict[str, Any]:
        keys = self._keys
        return {
            "account": keys.account,
            "signer": keys.signer,
            "development": keys.development,
            "viewing_keys": [hex_of(one.public) for one in keys.viewing_keys],
            "upcoming": keys.next_viewing_key is not None,
            "epochs": [len(one) for one in keys.epoch_secrets],
            "salt": len(keys.salt_secret),
            "keystore": self._keystore,
            "seconds": int(self.left),
        }

    def _signed(self, digest: bytes) -> Signature:
        return Signature.of_digest(digest, self._keys.signing_key)

    def _secret(self, epoch: int) -> Secret:
        """The salts' secret of an epoch; 0 is that which no rotation replaces."""
        return self._keys.epoch_secrets[epoch - 1] if epoch > 0 else self._keys.salt_secret


def serve(agent: Agent, place: AgentPlace, listening: socket.socket) -> None:
    """Answers one connection after the other until the keys are locked."""
    while agent.left > 0:
        listening.settimeout(min(LOOK_SECONDS, max(agent.left, 0.1)))
        try:
            connection, _ = listening.accept()
        except TimeoutError:
            continue
        with connection:
            if agent.left <= 0 or _told_to_end(agent, place, connection):
                return


def _told_to_end(agent: Agent, place: AgentPlace, connection: socket.socket) -> bool:
    try:
        require_own_peer(connection, place.socket)
        asked = exchange.receive(connection)
        if asked.get("ask") == "lock":
            place.socket.unlink(missing_ok=True)
            exchange.send(connection, {"locked": True})
            return True
        exchange.send(connection, agent.answer(asked))
    except PeerOfAnother:
        return False  # without a word
    except (KeyError, ValueError, IndexError, TypeError, TextMalformed):
        with contextlib.suppress(OSError):
            exchange.send(connection, {"refused": "it is not understood"})
    except OSError:
        return False  # whoever asked went away
    return False


def main() -> None:
    """The process: reads what it needs, listens, says so on standard output, and serves."""
    _keep_to_itself()
    given = json.load(sys.stdin)
    folder = Path(given["folder"])
    place = AgentPlace.of(folder, Path(given["path"]))
    agent = Agent(
        keys_from_plain(given["header"], given["plain"]), given["keystore"], given["seconds"]
    )
    del given
    lock = os.open(place.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    _take(lock)
    place.socket.unlink(missing_ok=True)  # of an agent that was killed
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listening:
        with place.address() as address:
            listening.bind(address)
        place.socket.chmod(0o600)
        listening.listen(16)
        print("ready", flush=True)
        os.dup2(os.open(os.devnull, os.O_RDWR), 1)
        try:
            serve(agent, place, listening)
        finally:
            place.socket.unlink(missing_ok=True)


def _take(lock: int) -> None:
    """One agent a keystore; one that was told to end is about to. Raises BlockingIOError."""
    end = time.monotonic() + ENDING_SECONDS
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > end:
                raise
            time.sleep(0.02)
        else:
            return


def _keep_to_itself() -> None:
    """No core dump holds the keys, and no other process of the user reads this one's memory."""
    import ctypes

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)


def _asleep() -> float:
    """Seconds that the machine was suspended since it started."""
    boot = time.clock_gettime(time.CLOCK_BOOTTIME)
    return boot - time.clock_gettime(time.CLOCK_MONOTONIC)


if __name__ == "__main__":
    main()
