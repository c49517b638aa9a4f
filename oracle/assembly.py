"""Puts one node's work together from its settings, and runs it until it is told to stop."""

import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Final

from lodetrace.documents.contexts import ContextCopies
from lodetrace.keys.member_keys import MemberKeys
from lodetrace.member.session import member_folder
from lodetrace.member.store import FILE, MemberStore
from lodetrace.node.client import Node
from lodetrace.onchain.contracts import Contracts
from lodetrace.transactions.sender import Sender
from oracle.declarations import read_declarations
from oracle.examination import OracleNode
from oracle.history import FILE as HISTORY
from oracle.history import DocumentHistory
from oracle.monitor import Monitor
from oracle.service.health import ServiceHealth
from oracle.service.intake import Checkpoint
from oracle.service.lock import ServiceLock
from oracle.service.loop import LONGEST_PAUSE, keep_going
from oracle.service.pipeline import OracleService, Parts
from oracle.service.source import Source
from oracle.service.store import Store
from oracle.settings import OracleSettings
from oracle.sources.folder import FolderSource
from oracle.sources.http import HttpSource
from oracle.sources.http_app import IntakeContext
from oracle.sources.mqtt import Broker, MqttSource

RECEIPT_SECONDS: Final = 6
"""A round waits for a receipt so long: once longer than the sender's own repetition."""

SourcesOf = Callable[[Path], Sequence[Source]]
"""The sources of a node, by the folder of its databases."""


@dataclass(frozen=True, slots=True)
class RunningService:
    """A service that has begun. address: of its intake; monitor: of health and metrics."""

    service: OracleService
    address: str
    monitor: str
    folder: Path
    service_health: ServiceHealth
    poll_ms: int
    stop: Event = field(default_factory=Event)
    wake: Event = field(default_factory=Event)

    def run(self) -> None:
        """Until SIGTERM or SIGINT; the round that is under way is ended first."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.end())
        keep_going(self.service, self.service_health, self.stop, self.wake, self.poll_ms)

    def end(self) -> None:
        """Ends it after the round that is under way."""
        self.stop.set()
        self.wake.set()


@contextmanager
def opened_service(
    settings: OracleSettings,
    keys: MemberKeys,
    adopt_nonces: bool = False,
    checkpoint: Checkpoint = lambda step: None,
) -> Iterator[RunningService]:
    """A service that listens and has taken up its work; everything is given back at the end.

    Raises SettingsError, KeysError, NodeError or StorageError.
    """
    service_health, wake = ServiceHealth(), Event()

    def sources_of(folder: Path) -> list[Source]:
        desk = IntakeContext(folder, service_health, wake, checkpoint)
        others = chosen_sources(settings, folder, service_health, wake, checkpoint)
        return [HttpSource(settings.port, desk), *others]

    with (
        opened_pipeline(
            settings, keys, service_health, sources_of, adopt_nonces, RECEIPT_SECONDS, checkpoint
        ) as service,
        ExitStack() as stack,
    ):
        folder = service.intake.store.path.parent
        limits = (settings.head_limit, _round_limit(settings))
        monitor = Monitor(settings.monitor_port, folder, service_health, limits)
        stack.callback(monitor.stop)
        monitor.start()
        for source in service.sources:
            stack.callback(source.stop)
            source.start()
        http = service.sources[0]
        assert isinstance(http, HttpSource)
        yield RunningService(
            service, http.address, monitor.address, folder, service_health, settings.poll_ms,
            wake=wake,
        )  # fmt: skip


@contextmanager
def opened_pipeline(
    settings: OracleSettings,
    keys: MemberKeys,
    service_health: ServiceHealth,
    sources_of: SourcesOf = lambda folder: (),
    adopt_nonces: bool = False,
    receipt_seconds: int = RECEIPT_SECONDS,
    checkpoint: Checkpoint = lambda step: None,
) -> Iterator[OracleService]:
    """The node's rounds, with its folder and its key to themselves; raises as opened_service.

    Its sources are not started.
    """
    library = settings.library
    keys.require_allowed(library.network.id, development=library.network.development)
    declarations = read_declarations(settings.require_declarations())
    with ExitStack() as stack:
        node = stack.enter_context(Node.of(library))
        contracts = Contracts.of(library, node)
        folder = member_folder(library, contracts.deployment.genesis, keys.account)
        stack.enter_context(ServiceLock(folder, keys.signer, contracts.deployment.genesis))
        store = stack.enter_context(Store(folder))
        history = stack.enter_context(DocumentHistory(folder / HISTORY))
        outbox = stack.enter_context(closing(MemberStore(folder / FILE, keys))).outbox
        sender = Sender(
            node, outbox, keys.signing_key, contracts.refusals, receipt_seconds, checkpoint
        )
        oracle_node = OracleNode(declarations, history, ContextCopies(library.contexts))
        parts = Parts(
            contracts, sender, oracle_node, store, sources_of(folder),
            service_health, settings.parent_wait, checkpoint,
        )  # fmt: skip
        service = OracleService(parts)
        service.begin(adopt_nonces)
        yield service


def chosen_sources(
    settings: OracleSettings,
    folder: Path,
    service_health: ServiceHealth,
    wake: Event,
    checkpoint: Checkpoint = lambda step: None,
) -> list[Source]:
    """The sources that the settings name, beside HTTP. folder: of the node's database."""
    found: list[Source] = []
    if settings.folder is not None:
        found.append(FolderSource(settings.folder, service_health))
    if settings.mqtt is not None:
        broker = Broker.of(settings.mqtt, settings.mqtt_password)
        found.append(MqttSource(broker, folder, service_health, wake, checkpoint))
    return found


def serve(
    settings: OracleSettings,
    keys: MemberKeys,
    adopt_nonces: bool,
    began: Callable[[RunningService], None],
) -> None:
    """Runs a service until it is told to stop; began: called once it listens."""
    with opened_service(settings, keys, adopt_nonces) as running:
        began(running)
        running.run()


def _round_limit(settings: OracleSettings) -> int:
    """Seconds after which a round should have ended: the longest pause, and a slow node."""
    return LONGEST_PAUSE + 2 * settings.library.rpc_timeout
