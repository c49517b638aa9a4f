"""`lodetrace unlock` and `lock`: a real agent, on a real socket."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from lodetrace.errors import ExitCode
from lodetrace.keys.agent.client import AgentGone, RunningAgent
from lodetrace.keys.agent.place import AgentFolderUnusable, AgentPlace, PeerOfAnother
from lodetrace.keys.agent.stand_ins import BoxKeyInAgent, SecretInAgent, SignerInAgent
from lodetrace.keys.keystore import KeysElsewhere, load_keystore, save_keystore
from lodetrace.keys.member_keys import MemberKeys, address_of
from lodetrace.keys.viewing import ViewingKey, seal
from lodetrace.secp256k1 import Signature
from lodetrace.settings import Settings
from lodetrace.transactions.signing import Fee, Unsigned, sign_transaction
from tests.support.required import as_root
from tests.unit.cli.conftest import Run
from zk_circuits.salts import keyed_hash

PASSPHRASE = "a passphrase for tests"


@pytest.fixture
def folder(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Short, because a socket's path may have few bytes; whatever runs there ends."""
    short = Path(tempfile.mkdtemp(prefix="lodetrace-"))
    monkeypatch.setenv("LODETRACE_AGENT", str(short))
    yield short
    settings = Settings.load()
    found = RunningAgent.find(settings.agent, settings.keystore) if short.is_dir() else None
    if found is not None:
        found.end()
    shutil.rmtree(short, ignore_errors=True)


@pytest.fixture
def unlocked(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> RunningAgent:
    """Keys with everything that keys can have, unlocked; the passphrase is set no more."""
    assert run("keys", "new", "--dev-index", "3").exit_code == ExitCode.OK
    path = Settings.load().keystore
    made = MemberKeys.for_development(3).with_former((ViewingKey.generate(),))
    save_keystore(path, made.with_new_epoch(), PASSPHRASE)
    done = run("unlock", "--for", "10m", "--json")
    assert done.exit_code == ExitCode.OK, done.stderr
    assert 590 < json.loads(done.stdout)["seconds"] <= 600
    monkeypatch.delenv("LODETRACE_PASSPHRASE")
    return agent()


def agent() -> RunningAgent:
    settings = Settings.load()
    found = RunningAgent.find(settings.agent, settings.keystore)
    assert found is not None
    return found


def own_keys() -> MemberKeys:
    return load_keystore(Settings.load().keystore, PASSPHRASE)


def test_what_the_agent_does_with_the_keys_is_what_the_keys_do(unlocked: RunningAgent) -> None:
    there, here = unlocked.keys, own_keys()
    assert (there.account, there.signer, there.epoch) == (here.account, here.signer, 2)
    assert (there.development, there.vault_key) == (True, here.vault_key)
    assert [one.public for one in there.viewing_keys] == [one.public for one in here.viewing_keys]
    digest = bytes(range(32))
    made = Signature.of_digest(digest, there.signing_key)
    assert made == Signature.of_digest(digest, here.signing_key)
    for mine, theirs in zip(
        (here.salt_secret, *here.epoch_secrets),
        (there.salt_secret, *there.epoch_secrets),
        strict=True,
    ):
        assert keyed_hash(theirs, b"salt") == keyed_hash(mine, b"salt")
    box = seal(b"amounts", here.viewing_keys[1].public)
    assert [one.open(box) for one in there.viewing_keys] == [None, b"amounts"]


@pytest.mark.parametrize("target", [None, "0x" + "57" * 20])
def test_a_transaction_is_the_same_whoever_signs_it(
    unlocked: RunningAgent, target: str | None
) -> None:
    unsigned = Unsigned(1337, 7, target, b"\x01\x02", 21_000, Fee(3, 1))
    there, here = unlocked.keys.signing_key, own_keys().signing_key
    assert sign_transaction(unsigned, there) == sign_transaction(unsigned, here)


def test_no_key_leaves_the_agent(unlocked: RunningAgent) -> None:
    keys = unlocked.keys
    assert isinstance(keys.signing_key, SignerInAgent)
    assert all(isinstance(one, BoxKeyInAgent) for one in keys.viewing_keys)
    assert all(isinstance(one, SecretInAgent) for one in (keys.salt_secret, *keys.epoch_secrets))
    said = json.dumps(unlocked.told)
    here = own_keys()
    assert isinstance(here.signing_key, bytes)
    assert here.signing_key.hex() not in said
    with pytest.raises(KeysElsewhere):
        save_keystore(Settings.load().keystore, keys, PASSPHRASE)
    assert own_keys() == here, "and the keystore is as it was"


def test_commands_ask_for_no_passphrase_until_they_are_locked(
    run: Run, unlocked: RunningAgent
) -> None:
    assert run("lot", "list").exit_code == ExitCode.NODE, "the keys were there, the node is not"
    done = run("lock")
    assert (done.exit_code, "Locked" in done.stdout) == (ExitCode.OK, True)
    assert "No keys" in run("lock").stdout
    assert run("lot", "list").exit_code == ExitCode.KEYS
    with pytest.raises(AgentGone):
        unlocked.keys.signing_key.sign(bytes(32))  # type: ignore[union-attr]


def test_what_writes_keys_asks_for_the_passphrase(run: Run, unlocked: RunningAgent) -> None:
    assert run("keys", "rotate", "salts").exit_code == ExitCode.KEYS


def test_a_keystore_that_changed_locks(run: Run, unlocked: RunningAgent) -> None:
    changed = own_keys().with_new_epoch()
    save_keystore(Settings.load().keystore, changed, PASSPHRASE)
    done = run("lot", "list")
    assert done.exit_code == ExitCode.KEYS
    assert "earlier keystore" in done.stderr
    assert "No keys" in run("lock").stdout


def test_an_agent_that_was_killed_leaves_nothing_in_the_way(
    run: Run, unlocked: RunningAgent, monkeypatch: pytest.MonkeyPatch
) -> None:
    (process,) = agents_of(unlocked.place)
    process.send_signal(signal.SIGKILL)
    process.wait(10)
    assert unlocked.place.socket.exists()
    assert unlocked.place.lock.exists()
    assert run("lot", "list").exit_code == ExitCode.KEYS
    assert run("lock").exit_code == ExitCode.OK
    monkeypatch.setenv("LODETRACE_PASSPHRASE", PASSPHRASE)
    assert run("unlock").exit_code == ExitCode.OK
    assert agent().seconds > 28_000


def test_again_the_time_begins_anew(
    run: Run, unlocked: RunningAgent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LODETRACE_PASSPHRASE", PASSPHRASE)
    assert run("unlock", "--for", "2 hours").exit_code == ExitCode.OK
    assert agent().seconds > 7_000
    assert len(agents_of(unlocked.place)) == 1


def agents_of(place: AgentPlace) -> list[psutil.Process]:
    """Processes that hold the lock's file open."""
    found = []
    for process in psutil.process_iter():
        try:
            words = process.cmdline()
            if "lodetrace.keys.agent.server" in words and str(place.lock) in {
                one.path for one in process.open_files()
            }:
                found.append(process)
        except psutil.Error:
            continue
    return found


def test_the_time_is_over(unlocked: RunningAgent) -> None:
    from lodetrace.keys.agent.server import Agent

    spent = Agent(own_keys(), "", 0)
    assert spent.left <= 0
    lasting = Agent(own_keys(), "", 60)
    assert 59 < lasting.left <= 60


def test_a_machine_that_slept_finds_the_keys_locked(monkeypatch: pytest.MonkeyPatch) -> None:
    from lodetrace.keys.agent.server import Agent

    lasting = Agent(MemberKeys.for_development(3), "", 3_600)
    assert lasting.left > 3_590
    real = time.clock_gettime
    monkeypatch.setattr(
        time, "clock_gettime", lambda of: real(of) + (60 if of == time.CLOCK_BOOTTIME else 0)
    )
    assert lasting.left == 0


@pytest.mark.parametrize("text", ["", "8", "59 seconds", "25h", "2 days", "-1h", "8h please"])
def test_a_time_that_is_none_is_refused(run: Run, folder: Path, text: str) -> None:
    run("keys", "new", "--dev-index", "3")
    assert run("unlock", "--for", text).exit_code == ExitCode.INPUT
    assert list(folder.iterdir()) == []


def test_a_wrong_passphrase_unlocks_nothing(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("keys", "new", "--dev-index", "3")
    monkeypatch.setenv("LODETRACE_PASSPHRASE", "another passphrase")
    assert run("unlock").exit_code == ExitCode.KEYS
    assert run("unlock", "--dry-run").exit_code == ExitCode.KEYS
    assert list(folder.iterdir()) == []


def test_a_folder_that_others_enter_is_refused(run: Run, unlocked: RunningAgent) -> None:
    unlocked.place.socket.parent.chmod(0o750)
    done = run("lot", "list")
    assert (done.exit_code, "750" in done.stderr) == (ExitCode.KEYS, True)
    unlocked.place.socket.parent.chmod(0o700)


def test_a_deep_folder_serves_as_well(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A socket's address holds 108 bytes."""
    run("keys", "new", "--dev-index", "3")
    monkeypatch.setenv("LODETRACE_AGENT", str(home / ("a" * 100) / ("b" * 100)))
    assert run("unlock").exit_code == ExitCode.OK
    monkeypatch.delenv("LODETRACE_PASSPHRASE")
    assert run("lot", "list").exit_code == ExitCode.NODE
    assert "Locked" in run("lock").stdout


def test_a_folder_that_is_a_file_is_refused(run: Run, folder: Path) -> None:
    run("keys", "new", "--dev-index", "3")
    folder.rmdir()
    folder.write_text("")
    assert run("unlock").exit_code == ExitCode.KEYS
    with pytest.raises(AgentFolderUnusable):
        AgentPlace.of(folder, folder).make_folder()
    folder.unlink()


def test_words_that_it_does_not_understand_end_nothing(unlocked: RunningAgent) -> None:
    for line in (b"\n", b"[]\n", b"{}\n", b'{"ask":"sign","digest":"0x00"}\n', b'{"ask":"keys"'):
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.connect(str(unlocked.place.socket))
            connection.sendall(line)
    assert agent().account == unlocked.account


ANOTHER = 65_534
"""A user that is not this one: nobody."""


@as_root()
def test_a_socket_of_another_user_is_refused(run: Run, unlocked: RunningAgent) -> None:
    os.chown(unlocked.place.socket, ANOTHER, ANOTHER)
    done = run("lot", "list")
    assert done.exit_code == ExitCode.KEYS
    assert f"belongs to user {ANOTHER}" in done.stderr
    os.chown(unlocked.place.socket, 0, 0)


@as_root()
def test_an_agent_of_another_user_is_told_nothing(run: Run, folder: Path) -> None:
    """The socket's file may be one's own: the kernel says whose process listens."""
    run("keys", "new", "--dev-index", "3")
    place = AgentPlace.of(folder, Settings.load().keystore)
    listens = (
        "import os, socket, sys\n"
        "s = socket.socket(socket.AF_UNIX); s.bind(sys.argv[1])\n"
        f"os.setuid({ANOTHER}); s.listen(); print('ready', flush=True); c, _ = s.accept()\n"
        "print(c.recv(100), flush=True)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", listens, str(place.socket)], stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        with pytest.raises(PeerOfAnother):
            RunningAgent.find(folder, Settings.load().keystore)
        assert process.stdout.readline().strip() == b"b''"


@as_root()
def test_another_user_gets_no_answer(unlocked: RunningAgent) -> None:
    """Were the folder open, the kernel's word would still keep him out."""
    place = unlocked.place
    place.socket.parent.chmod(0o755)
    place.socket.chmod(0o666)
    asks = (
        "import os, socket, sys\n"
        f"os.setuid({ANOTHER}); s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1])\n"
        's.sendall(b\'{"ask":"keys"}\\n\'); print(s.recv(100))\n'
    )
    done = subprocess.run(
        [sys.executable, "-c", asks, str(place.socket)], capture_output=True, text=True, check=False
    )
    assert "account" not in done.stdout
    place.socket.parent.chmod(0o700)
    assert agent().account == unlocked.account, "and it goes on for its own user"


def test_the_signer_is_named_without_asking(unlocked: RunningAgent) -> None:
    assert address_of(unlocked.keys.signing_key) == own_keys().signer
