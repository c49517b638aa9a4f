"""Documents over MQTT, through a real broker."""

import asyncio
import socket
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

import httpx
import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from lodetrace.environment import SettingMalformed
from oracle.service.store import FILE
from oracle.settings import OracleSettings
from oracle.sources.mqtt import Broker, MqttSource
from tests.stateful.service_node import MINES, ServiceNode, attested, run_until
from tests.support.cobalt_chain import CobaltChain

pytestmark = pytest.mark.chain

TOPIC = "mwinda/weighbridge"


@dataclass
class Weighbridge:
    """A device that publishes to the broker; `port` is the broker's, `end` ends that."""

    port: int
    end: Callable[[], None]

    def publish(self, *contents: bytes) -> None:
        """At least once: returns when the broker has them."""
        client = paho.Client(CallbackAPIVersion.VERSION2)
        client.username_pw_set("weighbridge")
        client.connect("127.0.0.1", self.port)
        client.loop_start()
        for content in contents:
            client.publish(TOPIC, content, qos=1).wait_for_publish(10)
        client.disconnect()
        client.loop_stop()


@pytest.fixture
def bridge() -> Iterator[Weighbridge]:
    """amqtt in a thread of its own. It keeps a lasting session only of who has a name."""
    from amqtt.broker import Broker as Amqtt

    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    config = {
        "listeners": {"default": {"type": "tcp", "bind": f"127.0.0.1:{port}"}},
        "plugins": {"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": False}},
    }

    async def started() -> Amqtt:
        broker = Amqtt(config, loop=loop)
        await broker.start()
        return broker

    broker = asyncio.run_coroutine_threadsafe(started(), loop).result(30)

    def end() -> None:
        asyncio.run_coroutine_threadsafe(broker.shutdown(), loop).result(30)

    with ExitStack() as stack:
        stack.callback(end)
        yield Weighbridge(port, lambda: stack.close())
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@pytest.fixture
def node(cobalt: CobaltChain, bridge: Weighbridge, tmp_path: Path) -> ServiceNode:
    found = ServiceNode(cobalt, tmp_path / "node")
    found.environment["LODETRACE_ORACLE_MQTT"] = f"mqtt://oracle@127.0.0.1:{bridge.port}/{TOPIC}"
    return found


def test_documents_of_a_device(cobalt: CobaltChain, bridge: Weighbridge, node: ServiceNode) -> None:
    """The same ones twice, and to a second process of the same node."""
    contents = [cobalt.documents[label].read_bytes() for label in MINES]
    taken_by_a_process(node, bridge, 2, [*contents[:2], *contents[:2], b"no document"])
    taken_by_a_process(node, bridge, 4, contents)
    assert sorted(one.shown_state for one in node.lines()) == ["attested"] * 4 + ["refused"]
    assert {one.source for one in node.lines()} == {"mqtt"}


def test_what_was_published_while_the_node_was_off(
    cobalt: CobaltChain, bridge: Weighbridge, node: ServiceNode
) -> None:
    """The broker keeps it for the node's lasting session; some come twice, some were there."""
    contents = [cobalt.documents[label].read_bytes() for label in MINES]
    taken_by_a_process(node, bridge, 1, contents[:1])
    bridge.publish(*contents[1:], *contents[:2])
    assert len(attested(cobalt)) == 1
    with node.opened() as running:
        run_until(running, lambda: running.service_health.taken["mqtt"] == len(contents) + 1)
        run_until(running, lambda: len(attested(cobalt)) == len(contents))
    assert [one.shown_state for one in node.lines()] == ["attested"] * len(contents)
    statements = [one.statement.document for one in attested(cobalt)]
    assert len(set(statements)) == len(statements) == len(contents)


def taken_by_a_process(
    node: ServiceNode, bridge: Weighbridge, expected: int, contents: list[bytes]
) -> None:
    with node.opened() as running:
        run_until(running, lambda: source_of(running).is_subscribed)
        bridge.publish(*contents)
        run_until(running, lambda: len(attested(node.chain)) == expected)


def test_nothing_is_acknowledged_before_it_is_stored(
    cobalt: CobaltChain, bridge: Weighbridge, node: ServiceNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that refuses: the message waits, and is taken once the disk takes it."""
    monkeypatch.setattr("lodetrace.storage.BUSY_TIMEOUT", 1)
    acknowledged = []
    monkeypatch.setattr(
        "paho.mqtt.client.Client.ack", lambda self, mid, qos: acknowledged.append(mid)
    )
    with node.opened() as running:
        run_until(running, lambda: source_of(running).is_subscribed)
        with closing(sqlite3.connect(node.folder / FILE, isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            bridge.publish(cobalt.documents[MINES[0]].read_bytes())
            run_until(running, lambda: running.service_health.faults["StorageBusy"] > 2)
            assert (running.service_health.taken["mqtt"], acknowledged) == (0, [])
        run_until(running, lambda: len(attested(cobalt)) == 1)
        assert len(acknowledged) == 1


def test_a_broker_that_is_lost_is_seen(bridge: Weighbridge, node: ServiceNode) -> None:
    with node.opened() as running:
        health = running.service_health
        run_until(running, lambda: health.connected["mqtt"])
        # the broker is there before the round is over that asks the node
        run_until(running, lambda: httpx.get(f"{running.monitor}/ready").is_success)
        assert 'source_connected{source="mqtt"} 1.0' in numbers(running.monitor)
        bridge.end()
        run_until(running, lambda: not health.connected["mqtt"])
        ready = httpx.get(f"{running.monitor}/ready")
        assert (ready.status_code, f"127.0.0.1:{bridge.port}" in ready.json()["reason"]) == (
            503,
            True,
        )
        assert 'source_connected{source="mqtt"} 0.0' in numbers(running.monitor)


def numbers(address: str) -> str:
    return httpx.get(f"{address}/metrics").text


def source_of(running):  # type: ignore[no-untyped-def]
    [found] = [one for one in running.service.sources if isinstance(one, MqttSource)]
    return found


@pytest.mark.parametrize(
    "address",
    [
        "",
        "http://x/t",
        "mqtt://x",
        "mqtt:///t",
        "mqtt://x:y/t",
        "mqtt://x:0/t",
        "mqtt://u:secret@x/t",
    ],
)
def test_an_address_that_is_none(address: str) -> None:
    with pytest.raises(SettingMalformed):
        Broker.of(address, None)


def test_a_password_is_a_secret() -> None:
    settings = OracleSettings.load({"LODETRACE_ORACLE_MQTT_PASSWORD": "canary"})
    assert settings.mqtt_password == "canary"
    assert "canary" not in repr(settings)
    assert "canary" not in repr(Broker.of("mqtt://u@x/t", "canary"))
