"""An RPC node beyond loopback: TLS, tokens, and nothing that operates it."""

import json
import ssl
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError

import pytest

from lodetrace.network import tokens
from lodetrace.network.access import allow, deny
from lodetrace.network.founding import found
from lodetrace.network.join_bundle import bundle_of
from lodetrace.network.joining import JoiningNode, join
from lodetrace.network.launch import down, up
from lodetrace.network.manifest import LOOPBACK, Algorithm, OwnNode
from lodetrace.network.tls import CERTIFICATE
from lodetrace.network.tokens import PRIVATE_KEY, make_key_pair, make_token
from lodetrace.network.watch import Watch
from lodetrace.node.client import Node
from lodetrace.settings import Settings
from tests.besu.figures import FIGURES
from tests.besu.rehearsal import Rehearsal

OUTSIDE = "127.0.0.2"
"""Another address of this machine stands for another network."""


@pytest.fixture(params=["ES256", "RS256"])
def asked(request: pytest.FixtureRequest, network: Rehearsal, tmp_path: Path) -> Iterator[OwnNode]:
    """An RPC node that follows the chain and answers on an address that is not loopback's."""
    algorithm: Algorithm = request.param
    spare = found(tmp_path / "spare", "spare", 9, network.record.parameters, 1)
    borrowed = next(iter(spare.placements.values()))
    placement = replace(borrowed, rpc_host=OUTSIDE, jwt=algorithm)
    site = JoiningNode("asks1", "Clerk", "rpc", LOOPBACK, spare.peers[0].port)
    folder = tmp_path / "asks"
    node = join(folder, bundle_of(network.folder), site, placement)
    allow(network.folder, node.peer)
    try:
        with FIGURES.seconds(f"RPC node with TLS and {algorithm} tokens: start until a block"):
            up(folder, network.software)
        assert Watch(network.record, network.folder).look().advances
        yield node
    finally:
        down(folder)
        deny(network.folder, "asks1")


def test_it_answers_to_holders_of_a_token_only(
    asked: OwnNode, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = asked.folder / PRIVATE_KEY
    token = make_token(key, "gateway", 1)
    assert int(ask(asked, token, "eth_blockNumber")["result"], 16) > 0
    assert "result" in ask(asked, token, "eth_getBlockByNumber", "0x1", False)

    assert refused(asked, None) == 401
    other = tmp_path / "other"
    make_key_pair(other, asked.placement.jwt)
    assert refused(asked, make_token(other / PRIVATE_KEY, "stranger", 1)) == 401
    narrow = make_token(key, "counter", 1, ["net:*"])
    assert "result" in ask(asked, narrow, "net_version")
    assert refused(asked, narrow) == 401 or "error" in ask(asked, narrow, "eth_blockNumber")
    for method in ("admin_peers", "perm_getNodesAllowlist", "qbft_getPendingVotes"):
        assert "result" not in ask(asked, token, method)
    monkeypatch.setattr(tokens.time, "time", lambda: 1_000_000_000)
    assert refused(asked, make_token(key, "late", 1)) == 401


def test_our_own_software_asks_it_with_certificate_and_token(
    asked: OwnNode, root: Path, tmp_path: Path
) -> None:
    """What docs/operators.md tells the client to set."""
    token = tmp_path / "gateway.token"
    token.write_text(make_token(asked.folder / PRIVATE_KEY, "gateway", 1), encoding="ascii")
    given = {
        "LODETRACE_NETWORKS": str(root / "networks.yaml"),
        "LODETRACE_NETWORK": "besu",
        "LODETRACE_RPC_URL": asked.url,
        "LODETRACE_RPC_CA": str(asked.folder / CERTIFICATE),
        "LODETRACE_RPC_TOKEN_FILE": str(token),
    }
    with Node.of(Settings.load(given)) as node:
        assert node.chain_id == 27_001
        assert node.head() > 0


def test_it_does_not_answer_without_tls(asked: OwnNode) -> None:
    url = asked.url.replace("https", "http")
    with pytest.raises((OSError, URLError)):
        urllib.request.urlopen(url, data=b"{}", timeout=5)


def ask(node: OwnNode, token: str | None, method: str, *parameters: object) -> Any:
    body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": list(parameters)}
    headers = {"Content-Type": "application/json"}
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    request = urllib.request.Request(node.url, json.dumps(body).encode(), headers)
    trusted = ssl.create_default_context(cafile=node.folder / CERTIFICATE)
    with urllib.request.urlopen(request, timeout=20, context=trusted) as answer:
        return json.load(answer)


def refused(node: OwnNode, token: str | None) -> int | None:
    try:
        ask(node, token, "eth_blockNumber")
    except HTTPError as error:
        return error.code
    return None
