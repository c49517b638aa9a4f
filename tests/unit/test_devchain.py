"""Development chains against the real Ganache and anvil, crashes included."""

import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
import yaml

from lodetrace import devchain, processes
from lodetrace.devchain import ANVIL, GANACHE, ChainSettings, DevChain, attach_or_start, running
from lodetrace.devchain import settings as settings_module
from lodetrace.development import DEVELOPMENT_MNEMONIC
from lodetrace.node.plain_rpc import rpc

pytestmark = pytest.mark.chain

# accounts 0 and 39 of the development mnemonic
FIRST = "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266"
SOMEBODY = "0x00000000000000000000000000000000000000aa"
ETHER = 10**18
# creation code with an opcode that came with shanghai, and one that came with cancun
PUSH0, MCOPY = "0x5f00", "0x5f5f5f5e00"


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A chain's folder; whatever still runs there ends with the test."""
    yield tmp_path / "chain"
    devchain.stop_all(tmp_path)


def pay(chain: DevChain, wei: int) -> None:
    """Sends wei from the first account and waits for the receipt."""
    transaction = {"from": FIRST, "to": SOMEBODY, "value": hex(wei), "gas": hex(21_000)}
    receipt = None
    sent = rpc(chain.url, "eth_sendTransaction", transaction)
    while receipt is None:
        receipt = rpc(chain.url, "eth_getTransactionReceipt", sent)
    assert int(receipt["status"], 16) == 1


def balance(chain: DevChain, account: str = SOMEBODY) -> int:
    return int(rpc(chain.url, "eth_getBalance", account, "latest"), 16)


def height(chain: DevChain) -> int:
    return int(rpc(chain.url, "eth_blockNumber"), 16)


def lives(chain: DevChain) -> bool:
    """Whether the node's process runs."""
    return processes.is_ours(chain.pid, chain.folder)


def kill(pid: int) -> None:
    """kill -9, and wait until the process is gone."""
    os.kill(pid, signal.SIGKILL)
    wait_until_gone(pid)


def wait_until_gone(pid: int) -> None:
    deadline = time.monotonic() + 20
    while Path(f"/proc/{pid}/cmdline").exists() and Path(f"/proc/{pid}/cmdline").read_bytes():
        assert time.monotonic() < deadline, f"process {pid} still runs"
        time.sleep(0.02)


PAIRING = "0x0000000000000000000000000000000000000008"


def points() -> str:
    """Generators of BN254, and one negated: their pairings multiply to one. Four, as in a proof."""
    order = 21888242871839275222246405745257275088696311157297823662689037894645226208583
    g2 = (
        0x198E9393920D483A7260BFB731FB5D25F1AA493335A9E71297E485B7AEF312C2,
        0x1800DEEF121F1E76426A00665E5C4479674322D4F75EDADD46DEBD5CD992F6ED,
        0x090689D0585FF075EC9E99AD690C3395BC4B313370B38EF355ACDADCD122975B,
        0x12C85EA5DB8C6DEB4AAB71808DCB408FE3D1E7690C43D37B4CE6CC0166FA7DAA,
    )
    pairs = ((1, 2, *g2), (1, order - 2, *g2)) * 2
    return "0x" + "".join(f"{word:064x}" for pair in pairs for word in pair)


def seconds_of_a_pairing(chain: DevChain) -> float:
    """CPU of the node for the cheapest of several: beside others it compiles what it needs."""
    asked = {"to": PAIRING, "data": points(), "gas": hex(10_000_000)}

    def spent() -> float:
        used = psutil.Process(chain.pid).cpu_times()
        return used.user + used.system

    found = []
    for _ in range(12):
        before = spent()
        assert int(rpc(chain.url, "eth_call", asked, "latest"), 16) == 1
        found.append(spent() - before)
    return min(found)


def test_ganache_checks_proofs_faster_than_as_it_is_published(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with running(GANACHE) as chain:
        quick = seconds_of_a_pairing(chain)
    monkeypatch.setattr(settings_module, "QUICK_PAIRING", ())
    with running(GANACHE) as chain:
        assert seconds_of_a_pairing(chain) > 1.5 * quick  # 1.9 to 4 times, by the machine


@pytest.mark.parametrize("settings", [GANACHE, ANVIL], ids=lambda settings: settings.kind)
def test_a_fresh_chain_is_what_its_settings_say(settings: ChainSettings) -> None:
    with running(settings) as chain:
        block = rpc(chain.url, "eth_getBlockByNumber", "latest", False)
        accounts = rpc(chain.url, "eth_accounts")
        assert chain.chain_id == settings.chain_id == int(rpc(chain.url, "eth_chainId"), 16)
        assert int(block["gasLimit"], 16) == 60_000_000
        assert (len(accounts), accounts[0].lower()) == (40, FIRST)
        assert {balance(chain, account) for account in accounts} == {1_000_000 * ETHER}
        assert chain.genesis == block["hash"]
        assert rpc(chain.url, "eth_call", {"data": PUSH0}, "latest") == "0x"
        with pytest.raises(OSError, match=r"opcode|NotActivated"):
            rpc(chain.url, "eth_call", {"data": MCOPY}, "latest")
    assert not lives(chain)
    assert not chain.folder.exists()


def test_networks_yaml_says_the_same_to_brownie(root: Path) -> None:
    networks = yaml.safe_load((root / "networks.yaml").read_text("utf-8"))
    entries = {entry["id"]: entry["cmd_settings"] for entry in networks["development"]}
    for settings, name in ((GANACHE, "development"), (ANVIL, "anvil")):
        assert entries[name]["chain_id"] == settings.chain_id
        assert entries[name]["evm_version"] == settings.hardfork
        assert entries[name]["gas_limit"] == settings.gas_limit
        assert entries[name]["accounts"] == settings.accounts
        assert entries[name]["default_balance"] == settings.balance
        assert entries[name]["mnemonic"] == DEVELOPMENT_MNEMONIC


def test_ganache_keeps_its_state_and_port_over_kill_9(folder: Path) -> None:
    first = attach_or_start(folder)
    pay(first, 5)
    pay(first, 7)
    tip = rpc(first.url, "eth_getBlockByNumber", "latest", False)["hash"]
    kill(first.pid)

    second = attach_or_start(folder)
    assert (second.port, second.genesis) == (first.port, first.genesis)
    assert second.pid != first.pid
    assert rpc(second.url, "eth_getBlockByNumber", "latest", False)["hash"] == tip
    assert (balance(second), height(second)) == (12, 2)
    pay(second, 1)
    assert (balance(second), height(second)) == (13, 3)


def test_a_live_chain_is_found_again(folder: Path) -> None:
    first = attach_or_start(folder)
    assert attach_or_start(folder) == first
    assert devchain.stop(folder)
    assert not lives(first)
    assert not devchain.stop(folder)


def test_anvil_keeps_its_state_over_a_clean_exit(folder: Path) -> None:
    first = attach_or_start(folder, ANVIL)
    pay(first, 5)
    first.stop()
    second = attach_or_start(folder, ANVIL)
    assert (second.genesis, balance(second), height(second)) == (first.genesis, 5, 1)


def test_anvil_after_kill_9_is_recognised_as_another_chain(folder: Path) -> None:
    """anvil saves at a clean exit only, so the record and the new chain differ."""
    first = attach_or_start(folder, ANVIL)
    time.sleep(1.1)  # its genesis carries the second of its start
    kill(first.pid)
    with pytest.raises(devchain.OtherChain) as caught:
        attach_or_start(folder, ANVIL)
    assert caught.value.values["recorded"] == first.genesis
    assert not (folder / "chain.pid").exists(), "what was started for nothing was ended"


DAY = 86_400
FIRST_DAY = 1_767_225_600  # 2026-01-01


def head_time(chain: DevChain) -> int:
    return int(rpc(chain.url, "eth_getBlockByNumber", "latest", False)["timestamp"], 16)


def mined(chain: DevChain) -> int:
    rpc(chain.url, "evm_mine")
    return head_time(chain)


def ahead(chain: DevChain, seconds: int) -> int:
    rpc(chain.url, "evm_increaseTime", hex(seconds))
    return mined(chain)


@pytest.mark.parametrize("settings", [GANACHE, ANVIL], ids=lambda one: one.kind)
def test_a_story_goes_on_from_its_last_block(folder: Path, settings: ChainSettings) -> None:
    """Whatever the machine's clock says: its dates lie in the past or in the future."""
    story = replace(settings, starts=FIRST_DAY)
    for _ in range(2):
        chain = attach_or_start(folder, story)
        told = ahead(chain, 200 * DAY)
        chain.stop()
        again = attach_or_start(folder, story)
        assert told < mined(again) < told + 60
        time.sleep(1.1)
        assert head_time(again) < mined(again) < told + 60, "it goes on at the usual pace"
        again.stop()


def test_the_command_goes_on_with_a_chain_as_it_was_begun(folder: Path) -> None:
    """The demo's has a first day of its own, which nobody types."""
    begun = attach_or_start(folder, replace(GANACHE, starts=FIRST_DAY))
    begun.stop()
    command = [sys.executable, "-m", "lodetrace.devchain", "start", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["genesis"] == begun.genesis


@pytest.mark.parametrize("settings", [GANACHE, ANVIL], ids=lambda one: one.kind)
def test_a_chain_of_today_goes_on_from_the_later_clock(
    folder: Path, settings: ChainSettings
) -> None:
    chain = attach_or_start(folder, settings)
    pay(chain, 1)
    chain.stop()
    chain = attach_or_start(folder, settings)
    assert abs(mined(chain) - time.time()) < 60
    future = ahead(chain, 30 * DAY)
    chain.stop()
    again = attach_or_start(folder, settings)
    assert future < mined(again) < future + 60


def test_anvil_has_one_block_0_however_often_it_is_started(folder: Path) -> None:
    """It kept those of all starts, and took any of them for the first."""
    genesis = attach_or_start(folder, ANVIL).genesis
    for _ in range(3):
        assert devchain.stop(folder)
        time.sleep(1.1)  # the next one would carry another second
        assert attach_or_start(folder, ANVIL).genesis == genesis
    assert devchain.stop(folder)
    kept = json.loads((folder / "state.json").read_text())["blocks"]
    assert [int(block["header"]["number"], 16) for block in kept] == [0]


def test_a_chain_that_was_killed_before_its_clock_was_set_is_started_again(folder: Path) -> None:
    story = replace(GANACHE, starts=FIRST_DAY)
    chain = attach_or_start(folder, story)
    told = ahead(chain, 200 * DAY)
    record = json.loads((folder / "chain.json").read_text())
    (folder / "chain.json").write_text(json.dumps({**record, "timed": False}))
    rpc(chain.url, "evm_setTime", FIRST_DAY * 1_000)
    again = attach_or_start(folder, story)
    assert again.pid != chain.pid
    assert mined(again) > told


STARTER = """
import sys, time
from pathlib import Path
from lodetrace.devchain import attach_or_start, running
folder = Path(sys.argv[2])
if sys.argv[1] == "lasting":
    chain = attach_or_start(folder)
    print(chain.pid, flush=True)
    time.sleep(600)
with running(folder=folder) as chain:
    print(chain.pid, flush=True)
    time.sleep(600)
"""


def started_by_another(how: str, folder: Path) -> tuple[subprocess.Popen[str], int]:
    command = [sys.executable, "-c", STARTER, how, str(folder)]
    starter = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert starter.stdout is not None
    return starter, int(starter.stdout.readline())


def test_a_lasting_chain_survives_kill_9_of_its_starter(folder: Path) -> None:
    starter, pid = started_by_another("lasting", folder)
    with starter:
        starter.kill()
    chain = attach_or_start(folder)
    assert chain.pid == pid
    pay(chain, 3)
    assert balance(chain) == 3


def test_a_chain_for_one_block_ends_with_its_starter(folder: Path) -> None:
    starter, pid = started_by_another("for one block", folder)
    with starter:
        starter.kill()
    wait_until_gone(pid)


@pytest.mark.parametrize("delay_ms", [0, 30, 200, 700])
def test_killed_while_it_starts_the_next_run_stands(folder: Path, delay_ms: int) -> None:
    command = [sys.executable, "-m", "lodetrace.devchain", "start", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as starter:
        deadline = time.monotonic() + 20
        while not (folder / "chain.json").exists():
            assert time.monotonic() < deadline
            time.sleep(0.005)
        time.sleep(delay_ms / 1000)
        starter.kill()
    chain = attach_or_start(folder)
    pay(chain, 1)
    assert balance(chain) == 1


SLOW_TO_NAME_ITSELF = """
import os, signal, sys
from pathlib import Path
from lodetrace import processes
from lodetrace.devchain import attach_or_start, chain
processes._LASTING = 'sleep 1; ' + processes._LASTING
chain._ready = lambda record, place: os.kill(os.getpid(), signal.SIGKILL)
attach_or_start(Path(sys.argv[1]))
"""


def test_killed_between_start_and_pid_no_second_node_appears(folder: Path) -> None:
    """The starter dies while its node has no pid file yet; the lock on the log tells of it."""
    subprocess.run([sys.executable, "-c", SLOW_TO_NAME_ITSELF, str(folder)], check=False)
    assert not (folder / "chain.pid").exists()
    chain = attach_or_start(folder)
    assert nodes_of(folder) == [chain.pid]
    chain.stop()
    assert nodes_of(folder) == []


def nodes_of(folder: Path) -> list[int]:
    """Every process whose options name the folder, known to the record or not."""
    lines = {int(path.parent.name): path for path in Path("/proc").glob("[0-9]*/cmdline")}
    return [pid for pid, path in lines.items() if f"={folder}/".encode() in read(path)]


def read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:  # the process has ended meanwhile
        return b""


def test_what_it_did_not_start_is_never_ended(folder: Path) -> None:
    """A pid file that names a stranger, as after a restart of the machine."""
    folder.mkdir()
    with subprocess.Popen(["/bin/sleep", "60"]) as stranger:
        (folder / "chain.pid").write_text(str(stranger.pid), encoding="ascii")
        assert not devchain.stop(folder)
        assert stranger.poll() is None
        stranger.kill()


def test_a_port_that_is_taken_is_said(folder: Path) -> None:
    with (
        running(ANVIL) as other,
        pytest.raises(devchain.PortTaken) as caught,
        running(ANVIL, folder, port=other.port),
    ):
        pass
    assert caught.value.values == {"port": other.port}
    assert not lives(other)


def test_a_chain_keeps_its_folder_but_not_a_port_that_was_taken_since(folder: Path) -> None:
    first = attach_or_start(folder)
    pay(first, 9)
    first.stop()
    with running(ANVIL, port=first.port) as other:
        second = attach_or_start(folder)
        assert second.port != first.port
        assert balance(second) == 9
        assert lives(other)


@pytest.mark.parametrize("other", [GANACHE, ANVIL], ids=lambda settings: settings.kind)
def test_a_port_taken_while_it_starts_is_left_to_the_other_chain(
    folder: Path, monkeypatch: pytest.MonkeyPatch, other: devchain.ChainSettings
) -> None:
    """The other one answers there long before Ganache says that it could not listen."""
    first = attach_or_start(folder)
    pay(first, 9)
    first.stop()
    with running(other, port=first.port) as taker:
        monkeypatch.setattr(devchain.chain, "_is_free", lambda port: True)
        second = attach_or_start(folder)
        assert second.port != first.port
        assert (second.genesis, balance(second)) == (first.genesis, 9)
        assert lives(taker)


def test_other_settings_are_refused(folder: Path) -> None:
    attach_or_start(folder, ANVIL)
    with pytest.raises(devchain.OtherSettings):
        attach_or_start(folder, GANACHE)


def test_a_lost_database_is_said(folder: Path, tmp_path: Path) -> None:
    first = attach_or_start(folder)
    first.stop()
    (folder / "database").rename(tmp_path / "lost")
    time.sleep(1.1)  # a genesis carries the second of its start
    with pytest.raises(devchain.OtherChain) as caught:
        attach_or_start(folder)
    assert caught.value.values["name"] == "genesis"


def test_a_damaged_record_is_said(folder: Path) -> None:
    folder.mkdir()
    (folder / "chain.json").write_text('{"settings": {"kind": "gan', encoding="utf-8")
    with pytest.raises(devchain.ChainFolderFailed, match="unreadable record"):
        attach_or_start(folder)


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(devchain.ChainFolderFailed) as caught:
        attach_or_start(tmp_path / "file" / "chain")
    assert caught.value.exit_code == 8


def test_a_node_that_cannot_be_ended_is_said(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Something holds the folder and never names itself, so nobody may end it."""
    folder.mkdir()
    monkeypatch.setattr(processes, "STOP_LIMIT", 1)
    with (folder / "chain.log").open("wb") as log:
        fcntl.flock(log, fcntl.LOCK_EX)
        with pytest.raises(processes.EarlierNodeRuns, match="does not end"):
            attach_or_start(folder)


def test_a_node_that_cannot_start_leaves_its_reason(folder: Path) -> None:
    folder.mkdir()
    (folder / "database").write_text("a file where Ganache wants a folder", encoding="utf-8")
    started = time.monotonic()
    with pytest.raises(devchain.ChainDidNotStart) as caught:
        attach_or_start(folder)
    assert time.monotonic() - started < 30, "it does not wait for a process that has ended"
    assert "database" in str(caught.value.values["log"])


@pytest.mark.parametrize("settings", [GANACHE, ANVIL], ids=lambda settings: settings.kind)
def test_a_missing_program_is_named(
    settings: ChainSettings, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LODETRACE_NODE_MODULES", str(tmp_path))
    with pytest.raises(devchain.ToolMissing) as caught:
        attach_or_start(folder, settings)
    assert caught.value.values["kind"] == settings.kind


def test_rpc_says_that_nobody_answers() -> None:
    with running(ANVIL) as chain, pytest.raises(OSError, match="eth_nothing"):
        rpc(chain.url, "eth_nothing")
    with pytest.raises(OSError, match="refused"):
        rpc(chain.url, "eth_chainId")
