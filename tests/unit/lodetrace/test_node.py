"""Faults of nodes are named, against a real socket."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from lodetrace.node.client import (
    CallReverted,
    LogsRefused,
    Node,
    NodeAnswerMalformed,
    NodeUnreachable,
    NotANode,
    RpcRefused,
    WrongNetwork,
)
from lodetrace.node.log_limit import log_limit
from lodetrace.node.pieces import ANSWERS_BEFORE_GROWTH

Answer = Callable[[Any], Any]
Serve = Callable[[Answer], Node]

CONTRACT = "0x" + "11" * 20


class Broken(bytes):
    """A page of a gateway in front of a node that is away."""

    status = 502


class NoSuchPage(bytes):
    """What a gateway says to a node's question."""

    status = 405


class TooLarge(Broken):
    """What a gateway says to a question of too many bytes, or to too large an answer."""

    status = 413


class Replier(BaseHTTPRequestHandler):
    """Answers every request with what the test says."""

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        reply = self.server.answer(request)  # type: ignore[attr-defined]
        body = reply if isinstance(reply, bytes) else json.dumps(reply).encode()
        self.send_response(reply.status if isinstance(reply, Broken | NoSuchPage) else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def serve() -> Iterator[Serve]:
    servers: list[HTTPServer] = []

    def start(answer: Answer) -> Node:
        server = HTTPServer(("127.0.0.1", 0), Replier)
        server.answer = answer  # type: ignore[attr-defined]
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return Node(f"http://127.0.0.1:{server.server_port}", chain_id=7, timeout=5)

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def result(value: Any) -> Answer:
    return lambda request: {"jsonrpc": "2.0", "id": request["id"], "result": value}


def error(**fields: Any) -> Answer:
    return lambda request: {"jsonrpc": "2.0", "id": request["id"], "error": fields}


def test_nobody_answers() -> None:
    with pytest.raises(NodeUnreachable) as away:
        Node("http://127.0.0.1:1").head()
    assert str(away.value) == "no node answers at http://127.0.0.1:1: Connection refused"
    assert "LODETRACE_RPC_URL" in away.value.advice


@pytest.mark.parametrize("url", ["nonsense", "ftp://127.0.0.1", "http://"])
def test_an_address_that_is_none(url: str) -> None:
    with pytest.raises(NodeUnreachable):
        Node(url).head()


def test_the_address_of_a_gateway(serve: Serve) -> None:
    node = serve(lambda request: NoSuchPage(b"{}"))
    with pytest.raises(NotANode) as refused:
        node.head()
    assert str(refused.value) == f"{node.url} is not a node: to JSON-RPC it answers HTTP 405"
    assert "gateway" in refused.value.advice


@pytest.mark.parametrize("reply", [b"<html>", b"", b"[]", b"{}", b"\xff", b'{"error": "text"}'])
def test_something_that_is_no_node(serve: Serve, reply: bytes) -> None:
    with pytest.raises(NodeAnswerMalformed):
        serve(lambda request: reply).head()


def test_a_gateway_without_its_node(serve: Serve) -> None:
    with pytest.raises(NodeUnreachable, match="502"):
        serve(lambda request: Broken(b"<html>")).head()


def test_another_chain(serve: Serve) -> None:
    with pytest.raises(WrongNetwork, match="8, expected 7"):
        _ = serve(result("0x8")).chain_id


def test_another_genesis(serve: Serve) -> None:
    numbers = dict.fromkeys(("number", "timestamp", "gasLimit"), "0x0")
    header = {"hash": "0xaa", "parentHash": "0x0", **numbers}

    def answer(request: Any) -> Any:
        return result("0x7" if request["method"] == "eth_chainId" else header)(request)

    node = serve(answer)
    node.require(7, "0xaa")
    with pytest.raises(WrongNetwork, match="genesis 0xaa, expected 0xbb"):
        node.require(7, "0xbb")
    assert node.header(0).base_fee == 0, "chains of free gas name none"


@pytest.mark.parametrize(
    "fields",
    [
        {"code": 3, "message": "execution reverted", "data": "0x01020304"},  # anvil
        {"code": -32000, "message": "Execution reverted", "data": "0x01020304"},  # Besu
        {"code": -32000, "message": "VM Exception", "data": {"result": "0x01020304"}},  # Ganache
        {"code": -32000, "message": "VM Exception", "data": {"data": "0x01020304"}},
    ],
)
def test_revert_data_of_every_node(serve: Serve, fields: dict[str, Any]) -> None:
    with pytest.raises(CallReverted) as reverted:
        serve(error(**fields)).call(CONTRACT, b"")
    assert reverted.value.data == b"\1\2\3\4"


@pytest.mark.parametrize("data", [None, "text", "0xzz", {}, 5])
def test_a_revert_without_usable_data(serve: Serve, data: Any) -> None:
    with pytest.raises(CallReverted) as reverted:
        serve(error(code=3, message="execution reverted", data=data)).call(CONTRACT, b"")
    assert reverted.value.data == b""


def test_an_error_of_the_nodes_own(serve: Serve) -> None:
    with pytest.raises(RpcRefused, match="no such method"):
        serve(error(code=-32601, message="no such method")).rpc("eth_fly")


def test_a_missing_block_is_named(serve: Serve) -> None:
    with pytest.raises(NodeAnswerMalformed, match="no block 5"):
        serve(result(None)).header(5)


def test_a_receipt_that_is_not_there_yet(serve: Serve) -> None:
    assert serve(result(None)).receipt("0x00") is None
    assert serve(result({"blockNumber": None})).receipt("0x00") is None


def log_server(asked: list[tuple[str, str]], limit: int | None) -> Answer:
    """A node that answers for at most so many blocks."""

    def answer(request: Any) -> Any:
        wanted = request["params"][0]
        asked.append((wanted["fromBlock"], wanted["toBlock"]))
        blocks = int(wanted["toBlock"], 16) - int(wanted["fromBlock"], 16) + 1
        if limit is not None and blocks > limit:
            return error(code=-32005, message="range exceeds the limit")(request)
        return result([{"n": wanted["fromBlock"]}])(request)

    return answer


def test_logs_are_asked_for_at_once(serve: Serve) -> None:
    asked: list[tuple[str, str]] = []
    assert serve(log_server(asked, None)).logs([CONTRACT], [None], 1, 12_000) == [{"n": "0x1"}]
    assert asked == [("0x1", "0x2ee0")]


@pytest.mark.parametrize("limit", [1, 3, 100, 800, 5_000])
def test_logs_are_asked_for_in_pieces_where_they_have_to(serve: Serve, limit: int) -> None:
    asked: list[tuple[str, str]] = []
    node = serve(log_server(asked, limit))
    last = min(12_000, 100 * limit)
    answered = []
    for log in node.logs([CONTRACT], [None], 1, last):
        answered.append(int(log["n"], 16))  # type: ignore[typeddict-item]
    pieces = [(int(first, 16), int(until, 16)) for first, until in asked]
    given = [(first, until) for first, until in pieces if until - first < limit]
    assert answered == [first for first, _ in given]
    assert [first for first, _ in given] == [1, *(until + 1 for _, until in given[:-1])]
    assert given[-1][1] == last
    refused = len(pieces) - len(given)
    assert refused <= last.bit_length() + len(given) // ANSWERS_BEFORE_GROWTH
    asked.clear()
    node.logs([CONTRACT], [None], 1, limit)
    assert len(asked) <= 4, "it remembers"


def test_a_limit_that_was_lifted_is_noticed(serve: Serve) -> None:
    asked: list[tuple[str, str]] = []
    limits = [100]
    node = serve(lambda request: log_server(asked, limits[0])(request))
    node.logs([CONTRACT], [None], 1, 1_000)
    limits[0] = 10_000
    node.logs([CONTRACT], [None], 1, 100_000)
    asked.clear()
    node.logs([CONTRACT], [None], 1, 1_000)
    assert len(asked) == 1


def test_a_node_that_gives_no_logs_at_all(serve: Serve) -> None:
    node = serve(error(code=1, message="no"))
    for last in (12_000, 2, 1):
        with pytest.raises(LogsRefused, match="not even those of block 1: no"):
            node.logs([CONTRACT], [None], 1, last)


def test_a_passing_refusal_leaves_the_range_as_it_was(serve: Serve) -> None:
    asked: list[tuple[str, str]] = []
    answers = [error(code=1, message="busy"), log_server(asked, None)]
    node = serve(lambda request: answers[0](request))
    with pytest.raises(LogsRefused):
        node.logs([CONTRACT], [None], 1, 12_000)
    del answers[0]
    node.logs([CONTRACT], [None], 1, 12_000)
    assert asked == [("0x1", "0x2ee0")]


def test_a_range_that_is_refused_by_the_status_of_http(serve: Serve) -> None:
    asked: list[tuple[str, str]] = []
    within = log_server(asked, None)

    def answer(request: Any) -> Any:
        wanted = request["params"][0]
        long = int(wanted["toBlock"], 16) - int(wanted["fromBlock"], 16) >= 500
        return TooLarge(b"too large") if long else within(request)

    serve(answer).logs([CONTRACT], [None], 1, 1_000)
    assert asked == [("0x1", "0x1f4"), ("0x1f5", "0x3e8")]


@pytest.mark.parametrize("limit", [1, 2, 7, 100, 383, 384, 385, None])
def test_the_limit_of_a_node_is_found(serve: Serve, limit: int | None) -> None:
    asked: list[tuple[str, str]] = []
    logs = log_server(asked, limit)

    def answer(request: Any) -> Any:
        heads = request["method"] == "eth_blockNumber"
        return result(hex(383))(request) if heads else logs(request)

    found = log_limit(serve(answer))
    assert (found.most, found.chain) == (min(limit or 384, 384), 384)
    assert found.is_met == (limit in (1, 2, 7, 100, 383))
    assert len(asked) <= 10


def test_a_node_without_logs_has_no_limit(serve: Serve) -> None:
    def answer(request: Any) -> Any:
        heads = request["method"] == "eth_blockNumber"
        return (result("0x17f") if heads else error(code=-32601, message="no such"))(request)

    with pytest.raises(LogsRefused, match="not even those of block 383: no such"):
        log_limit(serve(answer))


@pytest.mark.parametrize("refusal", ["error", "status"])
def test_many_questions_are_asked_in_pieces_where_they_have_to(serve: Serve, refusal: str) -> None:
    sizes: list[int] = []

    def answer(request: Any) -> Any:
        sizes.append(len(request))
        if len(request) > 30:
            refused = error(code=-32005, message="batch too large")(request[0])
            return refused if refusal == "error" else TooLarge(b"too large")
        return [result(one["params"][0])(one) for one in request]

    node = serve(answer)
    asked = [("eth_getBlockByNumber", (hex(number),)) for number in range(230)]
    assert node.ask(asked) == [hex(number) for number in range(230)]
    assert sizes[:3] == [100, 50, 25]
    assert sum(size <= 30 for size in sizes) == 10


def test_signed_bytes_are_handed_over_once() -> None:
    """A connection that breaks under a question is tried again, under a transaction it is not."""
    import socket

    listener = socket.create_server(("127.0.0.1", 0))
    count = 0

    def slam() -> None:
        nonlocal count
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            connection.recv(65536)
            count += 1
            connection.close()

    threading.Thread(target=slam, daemon=True).start()
    node = Node(f"http://127.0.0.1:{listener.getsockname()[1]}", timeout=5)
    with pytest.raises(NodeUnreachable):
        node.send(b"\1")
    assert count == 1
    with pytest.raises(NodeUnreachable):
        node.head()
    assert count == 3
    listener.close()


QUESTIONS = [("eth_blockNumber", ()), ("eth_chainId", ())]


def test_many_questions_are_answered_in_their_order(serve: Serve) -> None:
    def answer(request: Any) -> Any:
        told = {"eth_blockNumber": "0x5", "eth_chainId": "0x7"}
        answers = [result(told[one["method"]])(one) for one in request]
        return answers[::-1]

    assert serve(answer).ask(QUESTIONS) == ["0x5", "0x7"]
    assert serve(answer).ask([]) == []


def test_one_of_many_questions_that_is_refused(serve: Serve) -> None:
    def answer(request: Any) -> Any:
        return [result("0x5")(request[0]), error(code=-32601, message="no such method")(request[1])]

    with pytest.raises(RpcRefused, match="eth_chainId: no such method"):
        serve(answer).ask(QUESTIONS)


@pytest.mark.parametrize("reply", [b"[]", b"{}", b"null", b"<html>", b'[{"id": 0}, 5]', b"[5]"])
def test_many_questions_to_something_that_is_no_node(serve: Serve, reply: bytes) -> None:
    with pytest.raises(NodeAnswerMalformed):
        serve(lambda request: reply).ask(QUESTIONS)


def test_a_node_that_answers_only_some_of_many_questions(serve: Serve) -> None:
    with pytest.raises(NodeAnswerMalformed, match="2 questions"):
        serve(lambda request: [result("0x5")(request[0])]).ask(QUESTIONS)


def test_a_latest_block_that_is_missing_for_a_moment(serve: Serve) -> None:
    """As seen on a busy Besu, between one head and the next."""
    numbers = dict.fromkeys(("number", "timestamp", "gasLimit"), "0x0")
    answers = [None, None, {"hash": "0xaa", "parentHash": "0x0", **numbers}]
    node = serve(lambda request: result(answers.pop(0))(request))
    assert node.header().hash == "0xaa"


def test_a_numbered_block_that_is_missing_is_not_waited_for(serve: Serve) -> None:
    answers = [None]
    with pytest.raises(NodeAnswerMalformed, match="there is no block 7"):
        serve(lambda request: result(answers.pop(0))(request)).header(7)
