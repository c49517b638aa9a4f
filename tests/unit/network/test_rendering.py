"""What Besu, systemd and Compose read, against golden files; and nothing open beyond loopback."""

import json
import os
import re
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from lodetrace.network.besu_toml import OPERATOR_APIS, allow_list, besu_toml, static_nodes
from lodetrace.network.errors import ChoiceOutOfRange
from lodetrace.network.founding import found
from lodetrace.network.manifest import LOOPBACK, NetworkManifest
from lodetrace.network.service_files import compose_file, systemd_unit

from .parts import ASKS, CHOICES, INNER, SEALS, network, node

GOLDEN = Path(__file__).parent / "golden"
FOLDER = Path("/srv/consortium")
RENDERED = {
    "validator.toml": lambda: besu_toml(node("seals1", FOLDER), FOLDER),
    "rpc.toml": lambda: besu_toml(node("asks1", FOLDER), FOLDER),
    "static-nodes.json": lambda: static_nodes(node("seals1", FOLDER), network().peers),
    "permissions.toml": lambda: allow_list(network().peers),
    "besu-seals1.service": lambda: systemd_unit(node("seals1", FOLDER), FOLDER, "/opt/besu"),
    "compose.yaml": lambda: compose_file(node("asks1", FOLDER), FOLDER),
}


@pytest.mark.parametrize("name", RENDERED)
def test_a_file_is_the_golden_one(name: str) -> None:
    assert RENDERED[name]() == (GOLDEN / name).read_text("utf-8")


def read(name: str) -> dict[str, Any]:
    return tomllib.loads(besu_toml(node(name, FOLDER), FOLDER))


def test_a_validator_answers_on_loopback_only() -> None:
    found = read("seals1")
    assert found["rpc-http-host"] == LOOPBACK
    assert found["metrics-host"] == LOOPBACK
    assert found["p2p-interface"] == SEALS.host
    assert set(found["rpc-http-api"]) == set(OPERATOR_APIS)
    assert found["discovery-enabled"] is False


def test_what_answers_beyond_loopback_has_tls_tokens_and_no_operators_methods() -> None:
    found = read("asks1")
    assert found["rpc-http-host"] == ASKS.host
    assert found["rpc-http-tls-enabled"] is True
    assert found["rpc-http-authentication-enabled"] is True
    assert set(found["rpc-http-api"]).isdisjoint({"ADMIN", "DEBUG", "PERM", "QBFT", "TXPOOL"})
    assert found["data-storage-format"] == "FOREST"


@pytest.mark.parametrize("name", ["seals1", "asks1"])
def test_every_node_has_an_allow_list_and_no_wildcard_host(name: str) -> None:
    found = read(name)
    assert found["permissions-nodes-config-file-enabled"] is True
    bound = [value for key, value in found.items() if key.endswith(("-host", "-interface"))]
    assert len(bound) == 4
    assert not {"0.0.0.0", "::"} & set(bound)


def test_gas_is_free_and_a_sender_may_fill_a_tenth_of_the_pool() -> None:
    found = read("seals1")
    assert found["min-gas-price"] == 0
    assert found["tx-pool-min-gas-price"] == "0"
    assert found["tx-pool"] == "sequenced"
    assert found["tx-pool-limit-by-account-percentage"] == "0.1"


def test_static_nodes_leave_the_node_itself_out_and_are_all_allowed() -> None:
    kept = json.loads(static_nodes(node("seals1", FOLDER), network().peers))
    allowed = tomllib.loads(allow_list(network().peers))["nodes-allowlist"]
    assert kept == [ASKS.enode]
    assert set(kept) < set(allowed) == {ASKS.enode, SEALS.enode}


def settings_below(folder: Path) -> dict[str, Any]:
    """What a node on this machine is told, in a network of this folder, with paths as paths."""
    found = tomllib.loads(besu_toml(node("asks1", folder), folder))
    assert found["genesis-file"] == str(folder / "genesis.json")
    own = folder / "nodes" / "asks1"
    return {
        name: value.replace(str(own), "OWN") if isinstance(value, str) else value
        for name, value in found.items()
        if name != "genesis-file"
    }


@pytest.mark.parametrize(
    "name",
    ['a "b" \\c', "batteries 🔋", "𝔩𝔬𝔡𝔢", "tab\tline\nreturn\rdelete\x7fbell\x07", "é\x85\u2028"],
)
def test_a_folder_is_written_as_it_is_called(name: str) -> None:
    assert settings_below(Path("/srv") / name) == settings_below(FOLDER)


@given(st.text())
def test_whatever_a_folder_is_called_besu_reads_the_same_settings(name: str) -> None:
    assert settings_below(Path(f"/srv/{name}")) == settings_below(FOLDER)


@given(st.text(st.characters()))
def test_an_organisations_name_is_no_setting(name: str) -> None:
    own = node("seals1", FOLDER)
    named = replace(own, peer=replace(own.peer, organisation=f"Ltd\nmin-gas-price=1\n{name}"))
    assert tomllib.loads(besu_toml(named, FOLDER)) == read("seals1")


def test_a_folder_whose_name_is_no_text_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff"))
    with pytest.raises(ChoiceOutOfRange, match=r"\\xff: its name is not UTF-8"):
        found(folder, "besu", 27_001, CHOICES, 1)
    assert list(tmp_path.iterdir()) == []


def test_compose_is_what_its_reader_takes() -> None:
    found = yaml.safe_load(RENDERED["compose.yaml"]())
    (service,) = found["services"].values()
    assert service["network_mode"] == "host"
    assert service["cap_drop"] == ["ALL"]


@given(st.text(min_size=1))
def test_whatever_a_folder_is_called_compose_reads_it(name: str) -> None:
    folder = Path(f"/srv/{name}")
    own = node("seals1", folder)
    (service,) = yaml.safe_load(compose_file(own, folder))["services"].values()
    assert service["command"] == [f"--config-file={own.folder}/besu.toml".replace("$", "$$")]
    (volume,) = service["volumes"]
    said = str(folder).replace("$", "$$")
    long = {"type": "bind", "source": said, "target": said}
    assert volume in (f"{folder}:{folder}", long)
    assert (volume == long) == (re.fullmatch("[A-Za-z0-9/._-]+", str(folder)) is None)


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("plain-1.0", "--config-file=/srv/plain-1.0/nodes/seals1/besu.toml"),
        ("plant%41", "--config-file=/srv/plant%%41/nodes/seals1/besu.toml"),
        ("$HOME", "--config-file=/srv/$$HOME/nodes/seals1/besu.toml"),
        ("a b", '"--config-file=/srv/a b/nodes/seals1/besu.toml"'),
        ('"q\\', '"--config-file=/srv/\\"q\\\\/nodes/seals1/besu.toml"'),
        ("x\nUser=root", '"--config-file=/srv/x\\nUser=root/nodes/seals1/besu.toml"'),
    ],
)
def test_a_folder_is_one_word_of_a_unit(name: str, written: str) -> None:
    folder = Path("/srv") / name
    unit = systemd_unit(node("seals1", folder), folder, "/opt/besu")
    assert f"\nExecStart=/opt/besu/bin/besu {written}\n" in unit
    assert "\nUser=root" not in unit
    plain = systemd_unit(node("seals1", FOLDER), FOLDER, "/opt/besu")
    assert unit.count("\n") == plain.count("\n")


def test_an_address_of_version_6_is_written_in_brackets() -> None:
    peer = replace(SEALS, host="2001:db8::1")
    assert "@[2001:db8::1]:30303" in peer.enode


def test_the_record_is_read_as_it_was_written(tmp_path: Path) -> None:
    made = network()
    made.write(tmp_path)
    assert NetworkManifest.read(tmp_path) == made
    assert made.placements["seals1"] == INNER
