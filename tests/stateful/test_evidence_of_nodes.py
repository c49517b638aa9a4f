"""What nodes answer becomes evidence that proves itself, on every development chain."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from lodetrace.chain.strict_rlp import encode
from lodetrace.devchain import ANVIL, GANACHE, ChainSettings, running
from lodetrace.evidence.errors import NodeContradictsItself
from lodetrace.evidence.headers import SealedBlock, read_blocks
from lodetrace.evidence.receipts import read_logs
from lodetrace.node.client import Node
from zk_circuits.keccak import keccak256

pytestmark = pytest.mark.chain

GAS = hex(100_000)
EMPTY_TRIE = keccak256(encode(b""))
FAILS = "0x60006000fd"
"""Code of a contract whose creation reverts."""


class Chain:
    """A chain whose block 1 holds six transactions: plain and typed ones, one that failed."""

    def __init__(self, node: Node, settings: ChainSettings) -> None:
        self.node = node
        accounts = node.rpc("eth_accounts")
        self._pause(settings)
        for index in range(6):
            order = {"from": accounts[index], "to": accounts[-1], "value": "0x1", "gas": GAS}
            if index == 3:
                order = {"from": accounts[index], "data": FAILS, "gas": GAS}
            elif index % 2:
                order["gasPrice"] = hex(10**11)
            node.rpc("eth_sendTransaction", [order])
        node.rpc("evm_mine")
        self.kind = settings.kind

    @property
    def block(self) -> SealedBlock:
        return read_blocks(self.node, [1])[0]

    def _pause(self, settings: ChainSettings) -> None:
        if settings.kind == "ganache":
            self.node.rpc("miner_stop")
        else:
            self.node.rpc("evm_setAutomine", [False])


@pytest.fixture(scope="module", params=[GANACHE, ANVIL], ids=lambda settings: settings.kind)
def chain(request: pytest.FixtureRequest) -> Iterator[Chain]:
    settings: ChainSettings = request.param
    with running(settings) as started, Node(started.url, started.chain_id) as node:
        yield Chain(node, settings)


def test_receipts_of_a_block_with_a_failed_one_are_those_of_its_root(chain: Chain) -> None:
    """Ganache writes a failed one's status as a zero byte, as nobody else does."""
    assert chain.block.header.receipts_root != EMPTY_TRIE
    assert read_logs(chain.node, chain.block) == []


def test_receipts_of_another_block_are_a_contradiction(chain: Chain) -> None:
    block = chain.block
    short = replace(block, transactions=block.transactions[:-1])
    with pytest.raises(NodeContradictsItself, match="receipts of block 1"):
        read_logs(chain.node, short)


def test_every_header_hashes_to_what_the_node_says(chain: Chain) -> None:
    chain.node.rpc("evm_mine")
    blocks = read_blocks(chain.node, [1, 2])
    assert [keccak256(block.raw) for block in blocks] == [block.hash for block in blocks]
    assert blocks[1].header.parent == blocks[0].hash
    assert blocks[0].raw == encode(list(blocks[0].header.fields))
