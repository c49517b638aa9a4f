"""The genesis against that of a real network, byte by byte where it decides the chain."""

import json
from pathlib import Path
from typing import Any

import pytest
from trie import HexaryTrie

from lodetrace.chain.header import Header
from lodetrace.chain.qbft import block_hash, extra_data_of
from lodetrace.chain.strict_rlp import encode, integer_bytes
from lodetrace.network.errors import ChoiceOutOfRange
from lodetrace.network.genesis import genesis_document, genesis_extra_data
from lodetrace.network.parameters import FIGURES, NetworkParameters, faults_borne
from zk_circuits.keccak import keccak256

GOLDEN = Path(__file__).parent / "golden"
EMPTY_TRIE = keccak256(encode(b""))
NO_OMMERS = keccak256(encode([]))
FIRST_FEE = 10**9
"""Base fee of block 0 on every chain that has London from the start."""


@pytest.fixture
def recorded(shared_dir: Path) -> dict[str, Any]:
    path = shared_dir / "vectors" / "besu-qbft" / "genesis.json"
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found


def unhex(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("0x"))


def header_of(genesis: dict[str, Any], state_root: bytes) -> Header:
    """Block 0 as Besu makes it from the document, under Shanghai."""
    number = lambda name: integer_bytes(int(genesis[name], 16))  # noqa: E731
    fields = [
        bytes(32), NO_OMMERS, unhex(genesis["coinbase"]), state_root, EMPTY_TRIE, EMPTY_TRIE,
        bytes(256), number("difficulty"), b"", number("gasLimit"), b"", number("timestamp"),
        unhex(genesis["extraData"]), unhex(genesis["mixHash"]), bytes(8),
        integer_bytes(FIRST_FEE), EMPTY_TRIE,
    ]  # fmt: skip
    return Header.decode(encode(fields))


def recorded_validators(recorded: dict[str, Any]) -> list[bytes]:
    return list(extra_data_of(_as_header(recorded)).validators)


def _as_header(recorded: dict[str, Any]) -> Header:
    found = recorded["genesis_header"]
    return header_of({**found, "coinbase": found["miner"]}, unhex(found["stateRoot"]))


def test_extra_data_is_that_of_the_real_network(recorded: dict[str, Any]) -> None:
    made = genesis_extra_data(recorded_validators(recorded))
    assert "0x" + made.hex() == recorded["genesis_extraData"]


def test_the_document_makes_the_real_networks_block_0(recorded: dict[str, Any]) -> None:
    found = recorded["genesis_header"]
    parameters = NetworkParameters(period=2, request_timeout=4, gas_limit=60_000_000)
    made = genesis_document(20_250, parameters, recorded_validators(recorded))
    made["gasLimit"] = found["gasLimit"]  # a billion: more than we let anybody choose
    header = header_of(made, unhex(found["stateRoot"]))
    assert "0x" + block_hash(header).hex() == found["hash"]


def test_the_configuration_is_that_of_the_real_network(recorded: dict[str, Any]) -> None:
    parameters = NetworkParameters(period=2, request_timeout=4)
    made = genesis_document(20_250, parameters, recorded_validators(recorded))
    expected = dict(recorded["config"])
    del expected["contractSizeLimit"]  # our contracts keep to Ethereum's limit
    assert made["config"] == expected


def test_one_validator_more_makes_another_chain(recorded: dict[str, Any]) -> None:
    validators = [*recorded_validators(recorded), bytes(19) + b"\x01"]
    made = genesis_document(20_250, NetworkParameters(), validators)
    header = header_of(made, unhex(recorded["genesis_header"]["stateRoot"]))
    assert "0x" + block_hash(header).hex() != recorded["genesis_header"]["hash"]


def test_nobody_funded_is_the_empty_state() -> None:
    made = genesis_document(1, NetworkParameters(), [bytes(20)])
    assert made["alloc"] == {}
    assert HexaryTrie({}).root_hash == EMPTY_TRIE


def test_the_document_is_the_golden_one() -> None:
    parameters = NetworkParameters(period=2, empty_period=30, request_timeout=10, epoch=1_000)
    validators = [bytes([number]) * 20 for number in (3, 1, 2, 4)]
    made = genesis_document(27_027, parameters, validators, ["0x" + "55" * 20])
    assert made == json.loads((GOLDEN / "genesis.json").read_text("utf-8"))


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_out_of_bounds_is_refused(name: str) -> None:
    for value in (FIGURES[name].least - 1, FIGURES[name].most + 1):
        with pytest.raises(ChoiceOutOfRange, match=name):
            NetworkParameters.of({name: value})


@pytest.mark.parametrize(
    "given",
    [
        {"period": 5, "request_timeout": 9},
        {"period": 10, "empty_period": 9, "request_timeout": 20},
        {"period": "2"},
        {"period": True},
        {"blocks": 1},
    ],
)
def test_figures_that_do_not_fit_are_refused(given: dict[str, Any]) -> None:
    with pytest.raises(ChoiceOutOfRange):
        NetworkParameters.of(given)


@pytest.mark.parametrize("validators", [[], [bytes(20), bytes(20)]])
def test_no_validator_or_one_twice_is_refused(validators: list[bytes]) -> None:
    with pytest.raises(ChoiceOutOfRange, match="validators"):
        genesis_document(1, NetworkParameters(), validators)


@pytest.mark.parametrize("chain_id", [0, -1, 1 << 53])
def test_a_chain_id_that_wallets_cannot_read_is_refused(chain_id: int) -> None:
    with pytest.raises(ChoiceOutOfRange, match="chain_id"):
        genesis_document(chain_id, NetworkParameters(), [bytes(20)])


def test_faults_that_a_number_of_validators_bears() -> None:
    assert [faults_borne(number) for number in (1, 3, 4, 6, 7, 10)] == [0, 0, 1, 1, 2, 3]


def test_every_figure_says_what_it_does() -> None:
    assert set(FIGURES) == set(NetworkParameters.__slots__)
    assert all(len(figure.about) > 30 for figure in FIGURES.values())
