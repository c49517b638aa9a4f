"""Starting nodes where something is in the way; the real start is in the lane of Besu."""

import json
import os
import signal
import socket
import threading
import time
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from lodetrace import processes
from lodetrace.network import launch
from lodetrace.network.errors import (
    ChoiceOutOfRange,
    KeyExposed,
    NetworkExists,
    NetworkMissing,
    NoBlocks,
    NodeDidNotStart,
    NodePortTaken,
    NodeUnknown,
    ProfileMissing,
    RecordMalformed,
)
from lodetrace.network.founding import found
from lodetrace.network.genesis import NOBODY, genesis_extra_data
from lodetrace.network.manifest import LOOPBACK, NetworkManifest
from lodetrace.network.node_metrics import figures
from lodetrace.network.parameters import NetworkParameters
from lodetrace.network.profile import read_profile
from lodetrace.network.software import Software
from lodetrace.network.watch import Watch

from .parts import CHOICES, program


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found(tmp_path / "network", "besu", 27_001, CHOICES, 2)
    return tmp_path / "network"


def software(tmp_path: Path, text: str) -> Software:
    """A program in the place of Besu."""
    program(tmp_path / "besu" / "bin" / "besu", text)
    return Software((25, 8, 0), str(tmp_path / "besu"), tmp_path)


def test_a_besu_that_ends_at_once_leaves_its_reason(folder: Path, tmp_path: Path) -> None:
    broken = software(tmp_path, "echo 'the disk is full'; exit 1")
    started = time.monotonic()
    with pytest.raises(NodeDidNotStart, match="the disk is full"):
        launch.up(folder, broken)
    assert time.monotonic() - started < 60, "nobody waits for a process that has ended"


def test_a_taken_port_is_named_before_anything_starts(folder: Path, tmp_path: Path) -> None:
    node = NetworkManifest.read(folder).node(folder, "validator2")
    with (
        socket.create_server((LOOPBACK, node.peer.port)),
        pytest.raises(NodePortTaken) as caught,
    ):
        launch.up(folder, software(tmp_path, "sleep 60"))
    assert caught.value.values == {
        "port": node.peer.port, "purpose": "peers", "node": "validator2"
    }  # fmt: skip
    assert not any(processes.lives(one.folder) for one in NetworkManifest.read(folder).own(folder))


def test_java_gets_its_home_a_small_heap_and_the_nodes_file(folder: Path, tmp_path: Path) -> None:
    told = software(tmp_path, 'echo "$JAVA_HOME|$JAVA_OPTS|$1"; exit 1')
    with pytest.raises(NodeDidNotStart) as caught:
        launch.up(folder, told, only=["validator1"])
    home, options, file = str(caught.value.values["log"]).split("|")
    assert home == str(tmp_path)
    assert "-XX:+UseSerialGC" in options
    assert "-Xmx640m" in options
    assert file == f"--config-file={folder}/nodes/validator1/besu.toml"


def test_a_node_whose_key_others_may_read_is_not_started(folder: Path, tmp_path: Path) -> None:
    (folder / "nodes" / "validator1" / "key").chmod(0o644)
    with pytest.raises(KeyExposed, match="644"):
        launch.up(folder, software(tmp_path, "sleep 60"))
    assert not any(processes.lives(one.folder) for one in NetworkManifest.read(folder).own(folder))


def test_only_what_it_started_is_ended(folder: Path, tmp_path: Path) -> None:
    node = NetworkManifest.read(folder).node(folder, "validator1")
    launch.start(node, NetworkManifest.read(folder), software(tmp_path, "exec sleep 60"), folder)
    stranger = os.spawnv(os.P_NOWAIT, "/bin/sleep", ["sleep", "60"])
    try:
        (node.folder / "chain.pid").write_text(str(stranger), encoding="ascii")
        assert processes.pid_of(node.folder) is None
    finally:
        os.kill(stranger, signal.SIGKILL)
        os.waitpid(stranger, 0)


def test_ending_what_does_not_run_says_so(folder: Path) -> None:
    assert launch.down(folder) == ()


def test_a_folder_without_a_network_is_said(tmp_path: Path) -> None:
    for act in (launch.down, launch.remove):
        with pytest.raises(NetworkMissing):
            act(tmp_path)


def test_a_node_of_another_machine_is_unknown(folder: Path) -> None:
    with pytest.raises(NodeUnknown, match="validator1, validator2"):
        launch.down(folder, ["seals9"])


def test_a_network_is_removed_with_its_keys(folder: Path) -> None:
    launch.remove(folder)
    assert not folder.exists()


def test_a_network_is_not_founded_over_another(folder: Path) -> None:
    before = (folder / "genesis.json").read_bytes()
    with pytest.raises(NetworkExists):
        found(folder, "besu", 27_001, CHOICES, 4)
    assert (folder / "genesis.json").read_bytes() == before


@pytest.mark.parametrize("given", [{"validators": 0}, {"validators": 14}, {"base_port": 80}])
def test_what_cannot_run_here_is_refused(tmp_path: Path, given: dict[str, int]) -> None:
    wanted = {"validators": 4, "base_port": 0, **given}
    with pytest.raises(ChoiceOutOfRange):
        found(tmp_path / "network", "besu", 1, NetworkParameters(), **wanted)
    assert not (tmp_path / "network").exists()


def test_free_ports_are_all_different(tmp_path: Path) -> None:
    made = found(tmp_path / "network", "besu", 1, NetworkParameters(), 7)
    ports = [peer.port for peer in made.peers]
    for one in made.placements.values():
        ports += [one.rpc_port, one.metrics_port]
    assert len(set(ports)) == 21


def test_organisations_take_turns(tmp_path: Path) -> None:
    made = found(tmp_path / "network", "besu", 1, NetworkParameters(), 3, ["Mine", "Refinery"])
    assert [peer.organisation for peer in made.peers] == ["Mine", "Refinery", "Mine"]


def test_a_damaged_record_is_said(folder: Path) -> None:
    (folder / "network.json").write_text('{"format": "lodetrace-network/2"}', encoding="utf-8")
    with pytest.raises(RecordMalformed, match="network"):
        NetworkManifest.read(folder)


def test_a_network_that_is_down_is_no_error_but_stands_still(folder: Path) -> None:
    state = Watch(NetworkManifest.read(folder), folder).look()
    assert not state.advances
    assert [node.running for node in state.nodes] == [False, False]
    assert [node.head for node in state.nodes] == [None, None]
    assert all(node.silence for node in state.nodes)
    assert all(node.free_bytes > 0 for node in state.nodes)


class Answering(BaseHTTPRequestHandler):
    """A node whose head is one higher with every question; `age`: seconds, of all its blocks."""

    age = 0
    number = 100

    def do_POST(self) -> None:  # the name that http.server calls
        type(self).number += 1
        block = {
            "number": hex(self.number), "hash": "0x", "miner": NOBODY,
            "timestamp": hex(int(time.time()) - self.age),
            "extraData": "0x" + genesis_extra_data([bytes(20)]).hex(),
        }  # fmt: skip
        content = json.dumps({"jsonrpc": "2.0", "id": 1, "result": block}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


@pytest.mark.parametrize("age", [0, 3_600])
def test_a_node_that_only_catches_up_makes_no_blocks(folder: Path, age: int) -> None:
    """Its head advances as well, over blocks that the others made before they stood."""
    network = NetworkManifest.read(folder)
    node = network.node(folder, "validator1")
    handler = type("Handler", (Answering,), {"age": age})
    with ThreadingHTTPServer((LOOPBACK, node.placement.rpc_port), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        if age:
            with pytest.raises(NoBlocks):
                launch.wait_for_block(network, [node], 2)
        else:
            assert launch.wait_for_block(network, [node], 30) > 100
        server.shutdown()


def test_the_repositorys_networks_can_be_founded(root: Path, tmp_path: Path) -> None:
    for name, chain_id in (("besu", 27_001), ("consortium", 27_027)):
        profile = read_profile(root / "networks.yaml", name)
        assert (profile.chain_id, profile.validators) == (chain_id, 4)
        found(tmp_path / name, name, chain_id, profile.parameters, 4, base_port=profile.base_port)
    assert read_profile(root / "networks.yaml", "besu").parameters.period == 1
    with pytest.raises(ProfileMissing):
        read_profile(root / "networks.yaml", "embedded")


def test_the_nodes_answer_where_networks_yaml_says(root: Path, tmp_path: Path) -> None:
    from lodetrace.settings import read_networks

    profile = read_profile(root / "networks.yaml", "besu")
    made = found(tmp_path / "n", "besu", 1, profile.parameters, 4, base_port=profile.base_port)
    entry = read_networks(root / "networks.yaml")["besu"]
    assert ",".join(node.url for node in made.own(tmp_path / "n")) == entry.rpc_url
    assert entry.kind.free_gas
    assert entry.development
    assert not read_networks(root / "networks.yaml")["consortium"].development


def test_metrics_are_read_in_every_notation() -> None:
    text = '# HELP a b\na 12\nb 1.5E3\nc NaN\nd{x="y"} 4\ne +Inf\nf 7 1700000000\ng\n'
    assert figures(text) == {"a": 12, "b": 1_500, "f": 7}


def test_placements_say_whether_they_are_exposed(folder: Path) -> None:
    placement = NetworkManifest.read(folder).placements["validator1"]
    assert not placement.exposed
    assert replace(placement, rpc_host="192.0.2.1").exposed
