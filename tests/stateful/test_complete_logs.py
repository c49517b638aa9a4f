"""Logs that a node leaves out or changes are noticed, on every development chain."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import reduce
from operator import or_
from time import sleep
from typing import Any

import pytest

from lodetrace.chain.bloom import bits_of
from lodetrace.devchain import ANVIL, GANACHE, running
from lodetrace.evidence.complete_logs import LogReader
from lodetrace.evidence.errors import LogsAltered, LogsLeftOut, NodeContradictsItself
from lodetrace.evidence.headers import read_blocks
from lodetrace.evidence.receipts import read_logs
from lodetrace.node.client import Node, NodeAnswerMalformed
from tests.support.log_proxy import LogProxy, log_proxy

pytestmark = pytest.mark.chain

LOGGER = "0x68" + "6000356000" + "6000a100" + "600052" + "60096017f3"
"""Code of a contract that logs what it is sent, as a topic."""

GAS = hex(200_000)
FIRST, SECOND, FOREIGN = ("0x" + digit * 64 for digit in "123")


@dataclass
class Logged:
    """A chain of three blocks with logs of ours. own: one; twice: two that are equal; both: two,
    and one of another contract."""

    node: Node
    proxy: LogProxy
    ours: str
    own: int
    twice: int
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
        _mined(node, [(accounts[1], ours, FIRST), (accounts[2], ours, FIRST)])
        twice = node.head()
        sent = [
            (accounts[1], ours, FIRST),
            (accounts[2], ours, SECOND),
            (accounts[3], other, FOREIGN),
        ]
        _mined(node, sent)
        with log_proxy(chain.url) as proxy:
            yield Logged(node, proxy, ours, own, twice, node.head())


def _mined(node: Node, sent: list[tuple[str, str, str]]) -> None:
    """One block of transactions, each from an account to a contract with a topic."""
    for account, to, topic in sent:
        order = {"from": account, "to": to, "data": topic, "gas": GAS}
        node.rpc("eth_sendTransaction", [order])
    node.rpc("evm_mine")


def _sent(node: Node, account: str, to: str | None, data: str) -> str:
    """The contract that a transaction made or called."""
    order = {"from": account, "data": data, "gas": GAS}
    hash_ = node.rpc("eth_sendTransaction", [order | ({"to": to} if to else {})])
    while (receipt := node.receipt(hash_)) is None:
        sleep(0.01)  # anvil answers before it has sealed the block
    assert receipt.succeeded
    return to or str(receipt.contract_address)


@pytest.fixture(autouse=True)
def honest(logged: Logged) -> None:
    logged.proxy.dropped = frozenset()


def test_a_header_tells_of_all_logs_of_its_block(logged: Logged) -> None:
    counts = {logged.own: 1, logged.twice: 2, logged.both: 3}
    for block in read_blocks(logged.node, list(counts)):
        logs = read_logs(logged.node, block)
        assert [one.log_index for one in logs] == list(range(counts[block.number]))
        assert [one.transaction for one in logs] == list(block.transactions)
        values = [value for one in logs for value in (one.log.address, *one.log.topics)]
        expected = reduce(or_, map(bits_of, values))
        assert expected == int.from_bytes(block.header.bloom, "big")


def test_everything_is_there_beside_a_contract_of_others(logged: Logged) -> None:
    found = logged.reader().read(1, logged.both)
    blocks = [logged.own, *[logged.twice] * 2, *[logged.both] * 2]
    assert [log["blockNumber"] for log in found.logs] == blocks
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


Change = Callable[[list[Any]], list[Any]]
"""What a node makes of its logs before it gives them."""


class Unfaithful(Node):
    """A node that gives other logs than its blocks have."""

    change: Change

    def logs(self, *words: Any) -> Any:
        return self.change(super().logs(*words))


def _unfaithful(logged: Logged, change: Change) -> LogReader:
    node = Unfaithful(logged.node.url)
    node.change = change
    return logged.reader(node)


def _with(**changed: Any) -> Change:
    return lambda logs: [{**logs[0], **changed}, *logs[1:]]


def _exchanged(logs: list[Any]) -> list[Any]:
    """In the order of other transactions."""
    first, second = (log["logIndex"] for log in logs)
    return [{**logs[0], "logIndex": second}, {**logs[1], "logIndex": first}]


def test_one_of_two_equal_logs_is_missed(logged: Logged) -> None:
    """The other one alone explains the whole bloom filter."""
    with pytest.raises(LogsLeftOut, match=f"block {logged.twice}: 1 of Ours"):
        _unfaithful(logged, lambda logs: logs[:1]).read(logged.twice, logged.twice)


ALTERED: dict[str, Change] = {
    "another topic": _with(topics=[bytes.fromhex("77" * 32)]),
    "a topic of the same block": _with(topics=[bytes.fromhex(SECOND[2:])]),
    "other data": _with(data=b"\1"),
    "another place": _with(logIndex=9),
    "another transaction": _with(transactionHash=bytes(32)),
    "another contract": _with(address="0x" + "77" * 20),
    "doubled": lambda logs: [*logs, logs[0]],
}


@pytest.mark.parametrize("change", ALTERED.values(), ids=ALTERED)
def test_a_log_that_no_receipt_has_is_a_contradiction(logged: Logged, change: Change) -> None:
    for block in (logged.own, logged.twice, logged.both):
        with pytest.raises(LogsAltered, match=f"logs of block {block}: 1 of (Ours|0x7777)"):
            _unfaithful(logged, change).read(block, block)


def test_logs_that_changed_places_are_a_contradiction(logged: Logged) -> None:
    with pytest.raises(LogsAltered, match=f"logs of block {logged.both}: 2 of Ours"):
        _unfaithful(logged, _exchanged).read(logged.both, logged.both)


def test_a_log_in_a_block_without_any_is_a_contradiction(logged: Logged) -> None:
    empty = logged.node.header(1)
    moved = _with(blockNumber=1, blockHash=bytes.fromhex(empty.hash[2:]))
    with pytest.raises(LogsAltered, match="logs of block 1: 1 of Ours"):
        _unfaithful(logged, moved).read(1, logged.own)


def test_a_log_of_another_branch_is_a_contradiction(logged: Logged) -> None:
    with pytest.raises(NodeContradictsItself, match=f"logs of block {logged.own} gives 0x00"):
        _unfaithful(logged, _with(blockHash=bytes(32))).read(logged.own, logged.own)


def test_a_log_of_a_block_that_was_not_asked_for_is_no_answer(logged: Logged) -> None:
    with pytest.raises(NodeAnswerMalformed, match=f"block {logged.both} is not one of"):
        _unfaithful(logged, _with(blockNumber=logged.both)).read(logged.own, logged.own)


def test_receipts_are_asked_for_where_the_contracts_wrote_only(logged: Logged) -> None:
    """Blocks of others cost their headers alone, however many there are."""
    asked: list[str] = []

    class Counting(Node):
        def ask(self, questions: Any) -> Any:
            asked.extend(method for method, _ in questions)
            return super().ask(questions)

    logged.reader(Counting(logged.node.url)).read(1, logged.both)
    assert asked.count("eth_getTransactionReceipt") == 1 + 2 + 3
