"""`lodetrace watch`: what concerns an account, whatever is away in between."""

import hmac
import io
import json
import threading
import time
from collections.abc import Iterator
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from api.access.store import writing_access
from api.access.tables import sessions
from lodetrace.contracts.events import LotOffered
from lodetrace.keys.member_keys import MemberKeys
from lodetrace.member.concerns import Concerns, Open
from lodetrace.member.event_stream import LARGEST_FRAME, FrameMalformed, frames
from lodetrace.member.gateway_session import (
    GatewayAt,
    GatewayRefuses,
    GatewayUnreachable,
    MemberAtGateway,
)
from lodetrace.member.watch import Position, PositionUnusable, Watch
from lodetrace.member.webhook import (
    Webhook,
    WebhookAway,
    WebhookSecretsUnusable,
    WebhookUnusable,
    secrets_of,
    signature,
)
from lodetrace.node.errors import NodeUnreachable
from lodetrace.text import hex_of
from tests.support.audit_world import DAY, address, word
from tests.support.wallet import Wallet
from tests.unit.api.members_gateway import MembersGateway
from tests.unit.api.served_gateway import SOON, grown, running

KEYS = MemberKeys.for_development(7)
GAMMA = address("gamma")


@pytest.fixture
def served(tmp_path: Path) -> Iterator[MembersGateway]:
    """Not running yet; KEYS sign for gamma."""
    made = MembersGateway.over(f"sqlite:///{tmp_path / 'index.db'}")
    made.now = int(time.time())
    made.chain.world.tx(made.rotation("gamma", KEYS.signer))
    grown(made)
    made.catch_up()
    yield made
    made.engine.dispose()


class Watcher:
    """A watch of gamma in a thread, and what it told."""

    def __init__(self, served: MembersGateway, file: Path) -> None:
        self.told: list[dict[str, Any]] = []
        self.away: list[str] = []
        self.fault: BaseException | None = None
        self.signed_in = 0
        self._stopped = False
        gateway = GatewayAt.of(served.url)
        position = Position.read(file, GAMMA, 0)
        self._member = MemberAtGateway(gateway, served.chain.chain_id, KEYS)
        self.watch = Watch(
            gateway, position, file, self._sign_in, self._tell,
            lambda error: self.away.append(str(error)), pause=self._pause,
        )  # fmt: skip

    def _sign_in(self) -> str:
        self.signed_in += 1
        return str(self._member.sign_in()["token"])

    def _tell(self, notice: dict[str, Any]) -> None:
        if self._stopped:
            raise KeyboardInterrupt
        self.told.append(notice)

    def _pause(self, _seconds: float) -> None:
        if self._stopped:
            raise KeyboardInterrupt
        time.sleep(0.05)

    def start(self) -> "Watcher":
        def work() -> None:
            try:
                self.watch.run()
            except BaseException as error:  # noqa: BLE001 - the test asks for it
                self.fault = error

        threading.Thread(target=work, daemon=True).start()
        return self

    def until(self, what: str, times: int = 1) -> None:
        end = time.monotonic() + SOON
        while [one["what"] for one in self.told].count(what) < times:
            assert time.monotonic() < end, (self.told, self.fault, self.away)
            time.sleep(0.02)

    def stop(self) -> None:
        self._stopped = True


def expected(served: MembersGateway) -> list[str]:
    """What a watch that nothing disturbed would have told, but for what lapses."""
    concerns = Concerns(GAMMA, hex_of(word("group gamma")), Open())
    found, page = [], {"next": "0", "more": True}
    while page["more"]:
        page = served.ask(f"/changes?limit=1000&after={page['next']}", "alpha").json()
        found += [concerns.told(change) for change in page["changes"]]
    return [notice["id"] for notice in found if notice is not None]


def test_once_tells_what_there_is(served: MembersGateway, tmp_path: Path) -> None:
    with running(served):
        watcher = Watcher(served, tmp_path / "position.json")
        assert watcher.watch.once() == len(watcher.told)
        assert [one["what"] for one in watcher.told] == ["offer arrived"]
        assert watcher.told[0]["lot"] in served.chain.ids["lot"]
        assert watcher.told[0]["to"] == GAMMA
        again = Watcher(served, tmp_path / "position.json")
        assert again.watch.once() == 0


def test_offers_and_holds_are_told_from_their_beginning_to_their_end(
    served: MembersGateway, tmp_path: Path
) -> None:
    world = served.chain.world
    mine, other = world.birth(), world.birth()
    world.hand_over(mine, "gamma")
    world.offer(mine, "beta")
    world.dispute(mine)
    world.reject(mine)
    world.offer(other, "beta")
    world.cancel(other)
    world.hold(mine)
    world.renew(mine)
    world.release(mine)
    world.hold(other)
    with running(served):
        watcher = Watcher(served, tmp_path / "position.json").start()
        watcher.until("hold released")
        found = [one["what"] for one in watcher.told]
        watcher.stop()
    assert found == [
        "offer arrived", "offer arrived", "offer accepted", "offer made", "offer disputed",
        "offer rejected", "hold placed", "hold renewed", "release of hold proposed",
        "hold released",
    ]  # fmt: skip
    assert not {hex_of(other)} & {one.get("lot") for one in watcher.told}


def test_a_time_that_passes_is_told_by_the_blocks(served: MembersGateway, tmp_path: Path) -> None:
    world, lot = served.chain.world, served.chain.world.birth()
    world.offer(lot, "gamma", days=1)
    with running(served):
        watcher = Watcher(served, tmp_path / "position.json").start()
        watcher.until("offer arrived", 2)
        assert "offer lapsed" not in [one["what"] for one in watcher.told]
        world.chain.time += 2 * DAY
        served.rotate("beta", Wallet.named("x"))
        watcher.until("offer lapsed")
        world.cancel(lot)
        watcher.until("offer cancelled")
        watcher.stop()
    lapsed = [one for one in watcher.told if one["what"] == "offer lapsed"]
    assert [one["lot"] for one in lapsed] == [hex_of(lot)]


def test_nothing_is_missed_whatever_is_away(
    served: MembersGateway, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The gateway, its database, its node, the watch itself and its token: once each."""
    world, file = served.chain.world, tmp_path / "position.json"
    monkeypatch.setattr("api.live.LOOK_SECONDS", 0.05)

    def offers(number: int) -> None:
        for _ in range(number):
            world.offer(world.birth(), "gamma")

    told: list[str] = []
    with running(served) as port:
        watcher = Watcher(served, file).start()
        watcher.until("offer arrived")
        offers(3)
        watcher.until("offer arrived", 4)
    offers(2)  # the gateway is away
    with running(served, port):
        watcher.until("offer arrived", 6)

        def broken(*_: Any) -> None:
            raise OperationalError("SELECT", {}, Exception("away"))

        event.listen(served.engine, "before_cursor_execute", broken)
        offers(2)
        time.sleep(0.3)
        event.remove(served.engine, "before_cursor_execute", broken)
        watcher.until("offer arrived", 8)

        def silent() -> int:
            raise NodeUnreachable(url="http://node", reason="away")

        head = served.chain.head
        served.chain.head = silent  # type: ignore[method-assign]
        offers(2)
        time.sleep(0.3)
        served.chain.head = head  # type: ignore[method-assign]
        watcher.until("offer arrived", 10)
        with writing_access(served.gateway.access.engine) as connection:
            connection.execute(sessions.delete())  # the token is over
        time.sleep(0.3)
        offers(1)
        watcher.until("offer arrived", 11)
        assert watcher.signed_in >= 2
        watcher.stop()
        told += [one["id"] for one in watcher.told]
        time.sleep(0.2)
        offers(2)
        again = Watcher(served, file).start()
        again.until("offer arrived", 2)
        again.stop()
        told += [one["id"] for one in again.told]
        assert list(dict.fromkeys(told)) == expected(served)
    assert watcher.away


@pytest.mark.slow
def test_1800_blocks_are_followed_to_the_last(
    served: MembersGateway, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A third of them while the node is away, a third while the database is."""
    world = served.chain.world
    begun = world.chain.block

    def grow(blocks: int) -> None:
        until = world.chain.block + blocks
        while world.chain.block < until:
            world.offer(world.birth(), "gamma")

    def is_away(*_: Any) -> None:
        raise OperationalError("SELECT", {}, Exception("away"))

    def silent() -> int:
        raise NodeUnreachable(url="http://node", reason="away")

    with running(served):
        watcher = Watcher(served, tmp_path / "position.json").start()
        watcher.until("offer arrived")
        grow(600)
        with monkeypatch.context() as node:
            node.setattr(served.chain, "head", silent)
            grow(600)
        event.listen(served.engine, "before_cursor_execute", is_away)
        grow(600)
        event.remove(served.engine, "before_cursor_execute", is_away)
        offers = [one.event for one in world.chain.events if isinstance(one.event, LotOffered)]
        made = len([one for one in offers if one.to == GAMMA])
        for number in (*range(50, made, 50), made):
            watcher.until("offer arrived", number)
        watcher.stop()
        assert world.chain.block - begun >= 1_800
        assert [one["id"] for one in watcher.told] == expected(served)
    assert made > 400
    assert watcher.away


def test_a_crash_repeats_a_notice_with_its_id_and_loses_none(
    served: MembersGateway, tmp_path: Path
) -> None:
    def crashing(notice: dict[str, Any]) -> None:
        first.append(notice)
        raise KeyboardInterrupt

    first: list[dict[str, Any]] = []
    with running(served):
        watcher = Watcher(served, tmp_path / "position.json")
        watcher.watch.tell = crashing
        with pytest.raises(KeyboardInterrupt):
            watcher.watch.run()
        again = Watcher(served, tmp_path / "position.json").start()
        again.until("offer arrived")
        again.stop()
    assert again.told[0] == first[0]


def test_who_is_out_is_told_so(served: MembersGateway, tmp_path: Path) -> None:
    with running(served):
        watcher = Watcher(served, tmp_path / "position.json").start()
        watcher.until("offer arrived")
        served.chain.world.tx(served.rotation("gamma", address("thief")))
        end = time.monotonic() + SOON
        while watcher.fault is None and time.monotonic() < end:
            time.sleep(0.02)
    assert isinstance(watcher.fault, GatewayRefuses)
    assert watcher.fault.values["name"] == "ReaderOut"


def test_the_position_is_of_one_account(tmp_path: Path) -> None:
    file = tmp_path / "position.json"
    Position(GAMMA, "412-7", Open({"0x1": {"until": 5}}, {}, ["0x2"])).keep(file)
    assert Position.read(file, GAMMA, 9).next == "412-7"
    assert Position.read(file, GAMMA, 9).open == Open({"0x1": {"until": 5}}, {}, ["0x2"])
    with pytest.raises(PositionUnusable, match="of account"):
        Position.read(file, address("beta"), 0)
    for content in ("", "[]", "{}", '{"account": 1, "next": "1", "open": {"x": 1}}'):
        file.write_text(content)
        with pytest.raises(PositionUnusable):
            Position.read(file, GAMMA, 0)
    assert Position.read(tmp_path / "none", GAMMA, 9).next == "9"


# --- what a gateway may send ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "lies",
    [{"changes": [{"name": "LotOffered"}]}, {"changes": 5}, {"changes": [[]]}, {"next": None},
     {"next": "1\r\nX: y"}],
)  # fmt: skip
def test_a_gateway_that_lies_about_a_change_is_not_followed(
    lies: dict[str, Any], served: MembersGateway, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running(served):
        watcher = Watcher(served, tmp_path / "position.json")
        asked = GatewayAt.ask

        def lying(self: GatewayAt, *said: Any, **more: Any) -> Any:
            told = asked(self, *said, **more)
            return {**told, **lies} if "changes" in told else told

        monkeypatch.setattr(GatewayAt, "ask", lying)
        with pytest.raises(GatewayUnreachable, match="not as gateways tell it"):
            watcher.watch.once()


def test_frames_are_read_as_they_are_written() -> None:
    text = (
        b': comment\n\nretry: 5\n\nevent: change\nid: 4-1\ndata: {"a": 1}\n\n'
        b"event:block\r\ndata:{}\r\n\r\nevent: lost\ndata: {}\n"
    )
    found = [(one.event, one.id, one.document) for one in frames(io.BytesIO(text))]
    assert found == [("change", "4-1", {"a": 1}), ("block", None, {})]


@pytest.mark.parametrize(
    "text",
    [b"data: x\n\n", b"data: []\n\n", b"data: \xff\n\n", b"data: " + b"x" * LARGEST_FRAME,
     b"x: y\n" * LARGEST_FRAME],
)  # fmt: skip
def test_other_frames_are_refused(text: bytes) -> None:
    with pytest.raises(FrameMalformed):
        list(frames(io.BytesIO(text)))


# --- the webhook ---------------------------------------------------------------------------------

SECRET = "s" * 40
NOTICE = {"id": "412-7", "what": "offer arrived"}


class Host:
    """Answers with some statuses, one after the other; the last one stays."""

    def __init__(self, *statuses: int) -> None:
        self.taken: list[tuple[dict[str, str], bytes]] = []
        host, left = self, list(statuses)

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                host.taken.append((dict(self.headers), body))
                self.send_response(left.pop(0) if len(left) > 1 else left[0])
                self.send_header("Location", "/elsewhere")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Nowhere."""

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/notices"

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def hook(host: Host) -> tuple[Webhook, list[float]]:
    pauses: list[float] = []
    made = Webhook.of(host.url, {"127.0.0.1": SECRET})
    return Webhook(made.url, made.secret, pauses.append), pauses


def test_a_notice_is_signed_with_its_time() -> None:
    host = Host(204)
    hook(host)[0].send(NOTICE)
    ((headers, body),) = host.taken
    signed = headers["Lodetrace-Time"].encode() + b"." + body
    assert headers["Lodetrace-Signature"] == hmac.new(SECRET.encode(), signed, sha256).hexdigest()
    assert abs(int(headers["Lodetrace-Time"]) - time.time()) < SOON
    assert json.loads(body) == NOTICE
    assert SECRET not in repr(hook(host)[0])
    host.stop()


def test_a_host_that_is_away_is_tried_again_and_not_for_ever() -> None:
    host = Host(500, 500, 200)
    sender, pauses = hook(host)
    sender.send(NOTICE)
    assert (len(host.taken), pauses) == (3, [1, 2])
    host.stop()
    with pytest.raises(WebhookAway, match="5 tries"):
        sender.send(NOTICE)


def test_a_redirect_takes_no_notice_along() -> None:
    host = Host(302)
    with pytest.raises(WebhookAway, match="302"):
        hook(host)[0].send(NOTICE)
    assert {headers["Host"] for headers, _ in host.taken} == {host.url.split("/")[2]}
    assert len(host.taken) == 5
    host.stop()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("https://other.example/x", "other.example is not in"),
        ("https://own.example.evil.example/", "is not in"),
        ("https://me@own.example/", "expected"),
        ("ftp://own.example/", "expected"),
        ("http://own.example/", "https"),
        ("https://[", "no notice"),
    ],
)
def test_notices_go_to_hosts_of_ones_own_alone(url: str, said: str) -> None:
    with pytest.raises(WebhookUnusable, match=said) as caught:
        Webhook.of(url, {"own.example": SECRET})
    assert SECRET not in str(caught.value)


def test_each_host_has_its_own_secret() -> None:
    """Whoever receives notices at one host can sign none for another."""
    secrets = secrets_of(f"Erp.example={SECRET}\nstock.example={'=' * 40}\n")
    erp, stock = (Webhook.of(f"https://{host}/n", secrets) for host in secrets)
    assert (erp.secret, stock.secret) == (SECRET.encode(), b"=" * 40)
    assert signature(erp.secret, "1", b"{}") != signature(stock.secret, "1", b"{}")
    assert secrets_of(None) == {}


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        (f"a={SECRET} b={SECRET}", "entry 2 .* secret of another host"),
        (f"a={SECRET} A={'x' * 40}", "entry 2 .* a has a secret already"),
        (f"a={'s' * 31}", "entry 1 .* at least 32"),
        (SECRET, "entry 1 .* HOST="),
        (f"={SECRET}", "entry 1 .* HOST="),
    ],
)
def test_secrets_that_are_not_one_a_host_are_refused(setting: str, said: str) -> None:
    with pytest.raises(WebhookSecretsUnusable, match=said) as caught:
        secrets_of(setting)
    assert "s" * 31 not in str(caught.value)


def test_what_the_host_did_not_take_is_sent_at_the_next_start(
    served: MembersGateway, tmp_path: Path
) -> None:
    host, file = Host(500), tmp_path / "position.json"
    with running(served):
        watcher = Watcher(served, file)
        watcher.watch.tell = hook(host)[0].send
        with pytest.raises(WebhookAway):
            watcher.watch.run()
        again = Watcher(served, file).start()
        again.until("offer arrived")
        again.stop()
    host.stop()
    assert again.told[0]["id"] == json.loads(host.taken[0][1])["id"]
