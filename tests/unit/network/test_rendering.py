"""What Besu, systemd and Compose read, against golden files; and nothing open beyond loopback."""

import json
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from lodetrace.network.besu_toml import OPERATOR_APIS, allow_list, besu_toml, static_nodes
from lodetrace.network.manifest import LOOPBACK, NetworkManifest
from lodetrace.network.service_files import compose_file, systemd_unit

from .parts import ASKS, INNER, SEALS, network, node

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


def test_a_folder_with_a_quotation_mark_is_written_as_it_is() -> None:
    folder = Path('/srv/a "b" \\c')
    found = tomllib.loads(besu_toml(node("seals1", folder), folder))
    assert found["genesis-file"] == f"{folder}/genesis.json"


def test_compose_is_what_its_reader_takes() -> None:
    found = yaml.safe_load(RENDERED["compose.yaml"]())
    (service,) = found["services"].values()
    assert service["network_mode"] == "host"
    assert service["cap_drop"] == ["ALL"]


def test_an_address_of_version_6_is_written_in_brackets() -> None:
    peer = replace(SEALS, host="2001:db8::1")
    assert "@[2001:db8::1]:30303" in peer.enode


def test_the_record_is_read_as_it_was_written(tmp_path: Path) -> None:
    made = network()
    made.write(tmp_path)
    assert NetworkManifest.read(tmp_path) == made
    assert made.placements["seals1"] == INNER
