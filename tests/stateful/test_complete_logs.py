"""Logs that a node leaves out are missed, on every development chain."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from lodetrace.chain.bloom import bloom_of
from lodetrace.devchain import ANVIL, GANACHE, running
from lodetrace.evidence.complete_logs import LogReader
from lodetrace.evidence.errors import LogsLeftOut, NodeContradictsItself
from lodetrace.evidence.headers import read_blocks
from lodetrace.evidence.receipts import read_logs
from lodetrace.node.client import Node
from tests.support.log_proxy import LogProxy, log_proxy

pytestmark = pytest.mark.chain

LOGGER = "0x68" + "6000356000" + "6000a100" + "600052" + "60096017f3"
"""Code of a contract that logs what it is sent, as a topic."""

GAS = hex(200_000)
FIRST, SECOND, FOREIGN = ("0x" + digit * 64 for digit in "123")


@dataclass
class Logged:
    """A chain whose block `both` has two logs of ours and one of another contract, and whose
    block `own` has one of ours."""

    node: Node
    proxy: LogProxy
    ours: str
    own: int
    both: int

    def reader(self, node: Node | None = None) -> LogReader:
        return LogReader(node or Node(self.proxy.url), {"Ours": self.ours})


@pytest.fixture(scope="module", params=[GANACHE, ANVIL], ids=lambda settings: settings.kind)
def logged(request: pytest.FixtureRequest) -> Iterator[Logged]:
    with running(request.param) as chain, Node(chain.url, chain.chain_id) as node:
        accounts = node.rpc("eth_accounts")
        ours, other = (_sent(node, accounts[0], None, LOGGER) for _ in range(2))
        _sent(node, accounts[0], ours, FIRST)
        own = node.head()
        if request.param is GANACHE:
            node.rpc("miner_stop")
        else:
            node.rpc("evm_setAutomine", [False])
        for account, to, topic in (
            (accounts[1], ours, FIRST), (accounts[2], ours, SECOND), (accounts[3], other, FOREIGN)
        ):  # fmt: skip
            order = {"from": account, "to": to, "data": topic, "gas": GAS}
            node.rpc("eth_sendTransaction", [order])
        node.rpc("evm_mine")
        with log_proxy(chain.url) as proxy:
            yield Logged(node, proxy, ours, own, node.head())


def _sent(node: Node, account: str, to: str | None, data: str) -> str:
    """The contract that a transaction made or called."""
    order = {"from": account, "data": data, "gas": GAS}
    hash_ = node.rpc("eth_sendTransaction", [order | ({"to": to} if to else {})])
    receipt = node.receipt(hash_)
    assert receipt is not None
    assert receipt.succeeded
    return to or str(receipt.contract_address)


@pytest.fixture(autouse=True)
def honest(logged: Logged) -> None:
    logged.proxy.dropped = frozenset()


def test_a_header_tells_of_all_logs_of_its_block(logged: Logged) -> None:
    for block in read_blocks(logged.node, [logged.own, logged.both]):
        logs = read_logs(logged.node, block)
        assert len(logs) == (1 if block.number == logged.own else 3)
        assert bloom_of(logs) == int.from_bytes(block.header.bloom, "big")


def test_everything_is_there_beside_a_contract_of_others(logged: Logged) -> None:
    found = logged.reader().read(1, logged.both)
    assert [log["blockNumber"] for log in found.logs] == [logged.own, logged.both, logged.both]
    assert sorted(found.times) == list(range(1, logged.both + 1))
    assert found.times[logged.own] == logged.node.header(logged.own).time


@pytest.mark.parametrize("topic", [FIRST, SECOND])
def test_one_of_two_logs_of_a_block_is_missed(logged: Logged, topic: str) -> None:
    logged.proxy.dropped = frozenset({topic})
    expected = f"leaves logs out of block {logged.both}: 1 of Ours"
    with pytest.raises(LogsLeftOut, match=expected):
        logged.reader().read(logged.both, logged.both)


def test_all_logs_of_a_block_are_missed(logged: Logged) -> None:
    logged.proxy.dropped = frozenset({FIRST, SECOND})
    with pytest.raises(LogsLeftOut, match=f"block {logged.own}: 1 of Ours"):
        logged.reader().read(1, logged.both)
    with pytest.raises(LogsLeftOut, match=f"block {logged.both}: 2 of Ours"):
        logged.reader().read(logged.both, logged.both)


class Inventive(Node):
    """A node that gives logs which no block has."""

    changed: dict[str, Any]

    def logs(self, *words: Any) -> Any:
        return [{**log, **self.changed} for log in super().logs(*words)]


def _inventive(logged: Logged, changed: dict[str, Any]) -> Node:
    node = Inventive(logged.node.url)
    node.changed = changed
    return node


@pytest.mark.parametrize(
    "changed",
    [{"topics": [bytes.fromhex("77" * 32)]}, {"blockHash": bytes(32)}],
    ids=["another topic", "of another branch"],
)
def test_logs_that_a_block_has_not_are_a_contradiction(
    logged: Logged, changed: dict[str, Sequence[bytes] | bytes]
) -> None:
    node = _inventive(logged, changed)
    with pytest.raises(NodeContradictsItself, match=f"logs of block {logged.own}"):
        logged.reader(node).read(logged.own, logged.own)
