"""Several nodes behind one setting, with faults in front of a real chain."""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import jwt
import pytest

from lodetrace.devchain import ANVIL, ChainSettings, running
from lodetrace.keys.member_keys import development_signing_key
from lodetrace.node import endpoint, failover
from lodetrace.node.access import RpcAccess, RpcAuthorityMissing, RpcTokenExposed
from lodetrace.node.client import Node, NodeUnauthorized, NodeUnreachable, WrongNetwork
from lodetrace.transactions.outbox import Outbox, opened
from lodetrace.transactions.sender import Sender
from tests.stateful.certificates import certified
from tests.stateful.fault_proxy import Fault, FaultProxy, proxied

pytestmark = pytest.mark.chain

ONE = (1).to_bytes(32, "big")
COUNTER = bytes.fromhex("600c600c600039600c6000f3" + "600035805460010190550000")
"""Adds 1 to the storage slot that its call names."""


@pytest.fixture(scope="module")
def chain() -> Iterator[str]:
    with running(ANVIL) as started:
        yield started.url


@pytest.fixture(scope="module")
def other_chain() -> Iterator[str]:
    """The same chain id, another genesis."""
    with running(ChainSettings(kind="anvil", chain_id=31337, starts=1_700_000_000)) as started:
        yield started.url


@pytest.fixture
def proxies(chain: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[FaultProxy]]:
    """Three ways to one chain: as nodes of a network, they agree on every block."""
    monkeypatch.setattr(failover, "LOOK_SECONDS", 0.2)
    monkeypatch.setattr(failover, "STILL_SECONDS", 1.0)
    monkeypatch.setattr(endpoint, "LOOK_TIMEOUT", 0.5)
    with ExitStack() as stack:
        found = [stack.enter_context(proxied(chain)) for _ in range(3)]
        for proxy in found:
            proxy.delay = 1.0
        yield found


@pytest.fixture
def node(proxies: list[FaultProxy]) -> Iterator[Node]:
    with Node(",".join(one.url for one in proxies), 31337, timeout=5) as found:
        found.look()
        yield found


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    with opened(tmp_path / "outbox.sqlite") as found:
        yield found


def deployed(node: Node, outbox: Outbox, key: int) -> tuple[Sender, str]:
    sender = Sender(node, outbox, development_signing_key(key), receipt_timeout=30)
    address = sender.send("deploy", None, COUNTER).contract_address
    assert address is not None
    return sender, address


def count(node: Node, contract: str) -> int:
    return int(node.rpc("eth_getStorageAt", [contract, hex(1), "latest"]), 16)


def reasons(node: Node) -> dict[str, str]:
    node.look()
    return dict(node.left_out)


@pytest.mark.parametrize("fault", [Fault.DOWN, Fault.BAD_GATEWAY, Fault.LOST_REPLY, Fault.SLOW])
@pytest.mark.parametrize("broken", [(0,), (1,), (0, 1)])
def test_faults_of_some_nodes_lose_and_double_nothing(
    node: Node, outbox: Outbox, proxies: list[FaultProxy], fault: Fault, broken: tuple[int, ...]
) -> None:
    sender, contract = deployed(node, outbox, 4)
    before = count(node, contract)
    for at in broken:
        proxies[at].fault = fault
    for number in range(5):
        sender.send(f"number {contract} {number}", contract, ONE)
    assert count(node, contract) == before + 5


def test_each_node_fails_in_turn_and_comes_back(
    node: Node, outbox: Outbox, proxies: list[FaultProxy]
) -> None:
    sender, contract = deployed(node, outbox, 5)
    for turn in range(6):
        failing = proxies[turn % 3]
        failing.fault = Fault.DOWN
        sender.send(f"turn {turn}", contract, ONE)
        assert failing.url in reasons(node)
        failing.fault = Fault.NONE
        assert reasons(node) == {}
    assert count(node, contract) == 6


def test_a_node_that_stands_still_is_left_out_and_named(
    node: Node, outbox: Outbox, proxies: list[FaultProxy]
) -> None:
    """Also where it is one block behind on a chain that has no other."""
    sender, contract = deployed(node, outbox, 6)
    proxies[0].freeze()
    sender.send("the only one", contract, ONE)
    node.look()
    time.sleep(1)
    assert reasons(node) == {proxies[0].url: "it stands still, 1 blocks behind"}
    for number in range(failover.LAG):
        sender.send(f"number {number}", contract, ONE)
    assert reasons(node) == {proxies[0].url: f"it is {failover.LAG + 1} blocks behind"}
    assert count(node, contract) == failover.LAG + 1
    proxies[0].fault = Fault.NONE
    assert reasons(node) == {}


def test_no_answer_is_older_than_one_before(
    node: Node, proxies: list[FaultProxy], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next node is two blocks behind, which is near enough to be healthy: it is waited for."""
    monkeypatch.setattr(failover, "CATCH_UP_SECONDS", 0.3)
    monkeypatch.setattr(failover, "NEAR", 60)  # all are as near, however slow the machine is
    proxies[1].freeze()
    for _ in range(2):
        node.rpc("evm_mine")
    head = node.head()
    assert reasons(node) == {}
    proxies[0].fault = Fault.DOWN
    assert node.head() == head
    assert "was seen" in dict(node.left_out)[proxies[1].url]


def test_a_node_of_another_chain_is_left_out_and_named(
    chain: str, other_chain: str, outbox: Outbox
) -> None:
    with Node(chain) as alone, Node(f"{other_chain},{chain}", 31337) as node:
        genesis = alone.genesis
        node.require(31337, genesis)
        assert node.genesis == genesis
        (named,) = node.left_out
        assert named.url == other_chain
        assert "its chain has the genesis" in named.reason
        sender, contract = deployed(node, outbox, 7)
        sender.send("a", contract, ONE)
    with Node(other_chain) as other:
        assert other.transaction_count(sender.signer) == 0, "nothing was sent there"


def test_nodes_that_are_all_of_another_chain(chain: str) -> None:
    with (
        Node(f"{chain},{chain}", 7) as node,
        pytest.raises(WrongNetwork, match="31337, expected 7"),
    ):
        node.head()


def test_nobody_answers_at_any_address() -> None:
    both = "http://127.0.0.1:1,http://127.0.0.1:2"
    with Node(both) as node, pytest.raises(NodeUnreachable) as away:
        node.head()
    assert "127.0.0.1:1" in str(away.value)
    assert "127.0.0.1:2" in str(away.value)


def test_the_nearest_is_asked(node: Node, proxies: list[FaultProxy]) -> None:
    proxies[0].delay = 0.1
    proxies[0].fault = Fault.SLOW
    node.look()
    for _ in range(5):
        node.rpc("eth_gasPrice")
    asked = [proxy.asked["eth_gasPrice"] for proxy in proxies]
    assert (asked[0], sum(asked)) == (0, 5), "the slow one is only looked at"


def test_the_token_goes_to_the_node_and_is_read_again(chain: str, tmp_path: Path) -> None:
    with proxied(chain) as proxy:
        proxy.token = "first"
        file = tmp_path / "token"
        file.write_text("first\n")
        given = {"LODETRACE_RPC_TOKEN_FILE": str(file)}
        with Node(proxy.url, access=RpcAccess(given)) as node:
            assert node.chain_id == 31337
            proxy.token = "second"
            with pytest.raises(NodeUnauthorized, match="does not accept the token"):
                node.head()
            file.write_text("second\n")
            node.head()


def test_a_token_that_expired_is_said_to_be(chain: str) -> None:
    old = {"LODETRACE_RPC_TOKEN": jwt.encode({"exp": 1_600_000_000}, "the node's own secret" * 2)}
    with proxied(chain) as proxy:
        proxy.token = "another"
        with (
            Node(proxy.url, access=RpcAccess(old)) as node,
            pytest.raises(NodeUnauthorized, match="expired at 2020-09-13"),
        ):
            node.head()
        with Node(proxy.url) as node, pytest.raises(NodeUnauthorized, match="none is set"):
            node.head()


def test_a_token_is_not_shown_to_everybody_on_the_way() -> None:
    access = RpcAccess({"LODETRACE_RPC_TOKEN": "secret"})
    with pytest.raises(RpcTokenExposed):
        Node("http://node.example", access=access).head()


def test_only_the_named_authority_is_trusted(chain: str, tmp_path: Path) -> None:
    certificate, context = certified(tmp_path)
    with proxied(chain, context) as proxy:
        with Node(proxy.url, access=RpcAccess({}, certificate)) as node:
            assert node.chain_id == 31337
        with Node(proxy.url) as stranger, pytest.raises(NodeUnreachable, match="certificate"):
            stranger.head()
    with pytest.raises(RpcAuthorityMissing):
        RpcAccess({}, tmp_path / "absent.pem")
