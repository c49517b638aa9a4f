"""Documents over MQTT, from weighbridges and analysers.

At least once (QoS 1, a lasting session): a message is acknowledged after its document is
committed, so that the broker keeps what this node could not store.
"""

from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any, Final, Self
from urllib.parse import unquote, urlsplit

from lodetrace.environment import SettingMalformed
from lodetrace.errors import StorageError
from lodetrace.strict_json import DocumentTooLarge
from oracle.service.health import DISK, ServiceHealth
from oracle.service.intake import Checkpoint, Intake
from oracle.service.source import SourceUnusable
from oracle.service.store import Store

if TYPE_CHECKING:
    from paho.mqtt.client import Client, MQTTMessage

NAME: Final = "mqtt"
SETTING: Final = "LODETRACE_ORACLE_MQTT"
PORTS: Final = {"mqtt": 1883, "mqtts": 8883}
QOS: Final = 1
KEEPALIVE: Final = 30
"""Seconds without a sign of life after which the broker counts as lost."""
PAUSE: Final = 1
"""Seconds between two tries to store a document."""
RECONNECT: Final = 30
"""Most seconds between two tries to reach the broker."""


@dataclass(frozen=True, slots=True)
class Broker:
    """Where a broker is, and what is listened to."""

    host: str
    port: int
    encrypted: bool
    user: str | None
    password: str | None = field(repr=False)
    topic: str

    @classmethod
    def of(cls, address: str, password: str | None) -> Self:
        """From mqtt[s]://[user@]host[:port]/topic; raises SettingMalformed."""
        reason = "mqtt[s]://[user@]host[:port]/topic"
        try:
            found = urlsplit(address)
            port = PORTS[found.scheme] if found.port is None else found.port
        except (ValueError, KeyError) as error:
            raise SettingMalformed(name=SETTING, value=address, reason=reason) from error
        topic = unquote(found.path[1:])
        if not found.hostname or not topic or found.password or port == 0:
            raise SettingMalformed(name=SETTING, value=address, reason=reason)
        user = None if found.username is None else unquote(found.username)
        return cls(found.hostname, port, found.scheme == "mqtts", user, password, topic)

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


class MqttSource:
    """Listens to one topic; paho-mqtt's own thread stores what comes."""

    def __init__(
        self,
        broker: Broker,
        folder: Path,
        service_health: ServiceHealth,
        wake: Event,
        checkpoint: Checkpoint = lambda step: None,
    ) -> None:
        """folder: of the node's database; its name is that of the account."""
        self._broker: Final = broker
        self._folder: Final = folder
        self._health: Final = service_health
        self._wake: Final = wake
        self._checkpoint: Final = checkpoint
        self.is_subscribed = False
        self._stopping: Final = Event()
        self._store: Store | None = None
        self._client: Client | None = None

    @property
    def name(self) -> str:
        """As the status and the metrics name it."""
        return NAME

    def check(self) -> str:
        """Raises SourceUnusable where nobody listens at the broker's address."""
        import socket

        try:
            socket.create_connection((self._broker.host, self._broker.port), timeout=5).close()
        except OSError as error:
            raise SourceUnusable(source=NAME, reason=f"{self._broker}: {error}") from error
        return f"broker {self._broker}, topic {self._broker.topic}"

    def start(self) -> None:
        """Connects in the background, and again whenever the connection is lost."""
        self._health.connected[NAME] = False
        client = self._connected_later()
        client.connect_async(self._broker.host, self._broker.port, KEEPALIVE)
        client.loop_start()
        self._client = client

    def collect(self, intake: Intake) -> int:
        """It stores documents itself, as they come."""
        del intake
        return 0

    def stop(self) -> None:
        """Listens no more; what was being stored is stored, or stays at the broker."""
        if self._client is not None:
            self._stopping.set()
            self._client.disconnect()
            self._client.loop_stop()
            self._client = None
            self._store = None

    def _connected_later(self) -> "Client":
        from paho.mqtt.client import Client
        from paho.mqtt.enums import CallbackAPIVersion

        client = Client(
            CallbackAPIVersion.VERSION2,
            f"lodetrace-{self._folder.name}",
            clean_session=False,
            manual_ack=True,
        )
        if self._broker.encrypted:
            client.tls_set()
        if self._broker.user is not None:
            client.username_pw_set(self._broker.user, self._broker.password)
        client.reconnect_delay_set(1, RECONNECT)
        client.on_connect = self._subscribe
        client.on_connect_fail = self._unreached
        client.on_disconnect = self._lost
        client.on_subscribe = self._subscribed
        client.on_message = self._take
        return client

    def _subscribe(self, client: "Client", _: Any, __: Any, reason: Any, ___: Any) -> None:
        if reason.is_failure:
            self._out_of_reach(str(reason))
        else:
            client.subscribe(self._broker.topic, QOS)

    def _subscribed(self, _: Any, __: Any, ___: Any, reasons: Any, ____: Any) -> None:
        refused = [str(one) for one in reasons if one.is_failure]
        if refused:
            self._out_of_reach(f"topic {self._broker.topic}: {refused[0]}")
            return
        self.is_subscribed = True
        self._health.connected[NAME] = True
        self._health.recovered(NAME)

    def _unreached(self, *_: Any) -> None:
        self._out_of_reach("it does not answer")

    def _lost(self, _: Any, __: Any, ___: Any, reason: Any, ____: Any) -> None:
        self.is_subscribed = False
        if not self._stopping.is_set():
            self._out_of_reach(f"the connection was lost: {reason}")

    def _out_of_reach(self, reason: str) -> None:
        self._health.connected[NAME] = False
        self._health.failed(SourceUnusable(source=NAME, reason=f"{self._broker}: {reason}"), NAME)

    def _take(self, client: "Client", _: Any, message: "MQTTMessage") -> None:
        """Stores a document; until it is committed nothing more is taken, nothing acknowledged."""
        while not self._is_stored(message):
            if self._stopping.wait(PAUSE):
                return  # the broker sends it again to the next process
        client.ack(message.mid, message.qos)
        self._wake.set()

    def _is_stored(self, message: "MQTTMessage") -> bool:
        try:
            if self._store is None:
                self._store = Store(self._folder)
            intake = Intake(self._store, self._checkpoint)
            try:
                intake.accept(bytes(message.payload), NAME, message.topic)
                self._health.took(NAME)
            except DocumentTooLarge as error:
                intake.refuse_unread(str(len(message.payload)), NAME, message.topic, error)
        except StorageError as error:
            self._health.failed(error, DISK)
            self._store = None
            return False
        return True
