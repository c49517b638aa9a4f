"""What nodes answer becomes evidence that proves itself, on every development chain."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from lodetrace.chain.receipts import receipt_key
from lodetrace.chain.strict_rlp import decode_list, encode
from lodetrace.devchain import ANVIL, GANACHE, ChainSettings, running
from lodetrace.evidence.errors import NodeContradictsItself
from lodetrace.evidence.headers import SealedBlock, read_blocks
from lodetrace.evidence.receipts import METHOD, receipt_nodes
from lodetrace.node.client import Node
from tests.support.list_proofs import find, require_receipt
from zk_circuits.keccak import keccak256

pytestmark = pytest.mark.chain

GAS = hex(100_000)
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

    @property
    def failed(self) -> int:
        """Index of the failed one: anvil orders transactions by their fees."""
        receipts = self.node.ask([(METHOD, (hash_,)) for hash_ in self.block.transactions])
        return [receipt["status"] for receipt in receipts].index("0x0")

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


def way(block: SealedBlock, nodes: list[bytes], index: int) -> list[bytes]:
    """The proof of one receipt among the nodes: those that are met on the way to it."""
    known = {keccak256(one): one for one in nodes}
    proof: list[bytes] = []
    reference = block.header.receipts_root
    path = [half for byte in receipt_key(index) for half in (byte >> 4, byte & 15)]
    while reference in known:
        proof.append(known[reference])
        items = decode_list(known[reference], "a node")
        if len(items) == 17:
            reference, path = items[path[0]], path[1:]
        else:
            break
    return proof


def test_each_receipt_of_a_block_with_a_failed_one_is_proven(chain: Chain) -> None:
    block = chain.block
    assert len(block.transactions) == 6
    failed = chain.failed
    shown = [index for index in range(6) if index != failed]
    nodes = receipt_nodes(chain.node, block, shown)
    kinds = set()
    for index in shown:
        receipt = require_receipt(block.header, index, way(block, nodes, index))
        assert receipt.succeeded
        kinds.add(receipt.kind)
    assert kinds == {0, 2}


def test_ganaches_failed_receipt_is_kept_as_its_root_has_it(chain: Chain) -> None:
    """Status as a zero byte: not canonical, so no reader takes it for a receipt."""
    block = chain.block
    failed = chain.failed
    nodes = receipt_nodes(chain.node, block, [failed])
    proof = way(block, nodes, failed)
    raw = find(block.header.receipts_root, receipt_key(failed), proof, "the failed one")
    assert raw is not None
    status = decode_list(raw.lstrip(b"\2"), "a receipt")[0]
    assert status == (b"\0" if chain.kind == "ganache" else b"")


def test_receipts_of_another_block_are_a_contradiction(chain: Chain) -> None:
    block = chain.block
    short = replace(block, transactions=block.transactions[:-1])
    with pytest.raises(NodeContradictsItself, match="receipts of block 1"):
        receipt_nodes(chain.node, short, [0])


def test_every_header_hashes_to_what_the_node_says(chain: Chain) -> None:
    chain.node.rpc("evm_mine")
    blocks = read_blocks(chain.node, [1, 2])
    assert [keccak256(block.raw) for block in blocks] == [block.hash for block in blocks]
    assert blocks[1].header.parent == blocks[0].hash
    assert blocks[0].raw == encode(list(blocks[0].header.fields))
