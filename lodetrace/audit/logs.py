"""Step 5: the logs of the contracts that the reader expects, as events.

What anybody else wrote is passed over. A contract that the council registered later is known by
the ContractRegistered events of the Directory, so these are read first.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import starmap

from lodetrace.audit.anchor import Anchor, AnchoredContract
from lodetrace.audit.budgets import MOST_EVENTS, MOST_LOG
from lodetrace.audit.errors import (
    ContractMismatch,
    EventRefused,
    EventTooLarge,
    TooManyEvents,
    refusing,
)
from lodetrace.audit.receipts import ShownReceipt
from lodetrace.audit.steps import ProvenEvent
from lodetrace.chain.receipts import Log
from lodetrace.contracts.events.base import Event
from lodetrace.contracts.events.decode import EventShape, shapes
from lodetrace.contracts.events.governance import ContractRegistered
from lodetrace.text import ADDRESS_BYTES, hex_of, parse_hex

DIRECTORY = "Directory"


@dataclass(frozen=True, slots=True)
class Place:
    """Of a log in the chain."""

    shown: ShownReceipt
    log: int

    def __str__(self) -> str:
        number = self.shown.header.number
        return f"log {self.log} of receipt {self.shown.transaction} of block {number}"


class KnownContracts:
    """Where the contracts are that the reader expects: by the anchor, and by the Directory."""

    def __init__(self, anchor: Anchor) -> None:
        self._versions: dict[tuple[str, int], AnchoredContract] = {}
        self._names: dict[bytes, tuple[str, int]] = {}
        for name, contract in anchor.contracts.items():
            self._add(name, contract, "the trust anchor")

    def at(self, address: bytes) -> tuple[str, int] | None:
        """Name and version of the contract at an address, None for somebody else's."""
        return self._names.get(address)

    def current(self, name: str) -> AnchoredContract | None:
        """The newest known version of a contract."""
        versions = [version for known, version in self._versions if known == name]
        return self._versions[name, max(versions)] if versions else None

    def register(self, event: ContractRegistered, item: str) -> None:
        """A contract of the Directory; raises ContractMismatch or EventRefused."""
        try:
            name = event.name.rstrip(b"\0").decode("ascii")
        except ValueError as error:
            raise EventRefused(item=item, reason="a contract's name is no ASCII") from error
        address = parse_hex(event.at, ADDRESS_BYTES)
        self._add(name, AnchoredContract(event.version, address, event.code_hash), item)

    def _add(self, name: str, contract: AnchoredContract, item: str) -> None:
        known = self._versions.setdefault((name, contract.version), contract)
        if known != contract:
            raise ContractMismatch(
                item=f"{item}, {name} version {contract.version}",
                actual=f"{hex_of(contract.address)}, code {hex_of(contract.code_hash)}",
                expected=f"{hex_of(known.address)}, code {hex_of(known.code_hash)}",
            )
        first = self._names.setdefault(contract.address, (name, contract.version))
        if first[0] != name:
            raise ContractMismatch(
                item=f"{item}, {hex_of(contract.address)}", actual=name, expected=first[0]
            )


def events_of(
    receipts: Sequence[ShownReceipt], anchor: Anchor
) -> tuple[tuple[ProvenEvent, ...], KnownContracts]:
    """The events of the expected contracts, in the order of the chain, and who emitted them.

    Raises EventRefused, EventTooLarge, TooManyEvents or ContractMismatch.
    """
    contracts = KnownContracts(anchor)
    registered = _shape(DIRECTORY, "ContractRegistered").topic
    for place, log in _logs(receipts):
        known = contracts.at(log.address)
        if known is not None and known[0] == DIRECTORY and log.topics[:1] == (registered,):
            event = _decoded(DIRECTORY, log, place)
            if isinstance(event, ContractRegistered):
                contracts.register(event, str(place))
    known_logs = [
        (place, log, known)
        for place, log in _logs(receipts)
        if (known := contracts.at(log.address)) is not None
    ]
    if len(known_logs) > MOST_EVENTS:
        raise TooManyEvents(item="events", actual=len(known_logs), most=MOST_EVENTS)
    return tuple(starmap(_proven, known_logs)), contracts


@cache
def known_shapes() -> Mapping[str, Mapping[bytes, EventShape]]:
    """Every event of every contract by its first topic, from event_shapes.json."""
    text = files("lodetrace.audit").joinpath("event_shapes.json").read_text("utf-8")
    return {
        contract: {shape.topic: shape for shape in shapes(contract, entries)}
        for contract, entries in json.loads(text).items()
    }


def _shape(contract: str, event: str) -> EventShape:
    found = known_shapes()[contract].values()
    return next(shape for shape in found if shape.cls.__name__ == event)


def _logs(receipts: Sequence[ShownReceipt]) -> Iterator[tuple[Place, Log]]:
    for shown in receipts:
        for index, log in enumerate(shown.receipt.logs):
            yield Place(shown, index), log


def _proven(place: Place, log: Log, known: tuple[str, int]) -> ProvenEvent:
    contract, version = known
    return ProvenEvent(
        event=_decoded(contract, log, place),
        contract=contract,
        version=version,
        address=log.address,
        block=place.shown.header.number,
        time=place.shown.header.time,
        transaction=place.shown.transaction,
        log=place.log,
    )


def _decoded(contract: str, log: Log, place: Place) -> Event:
    if (size := sum(map(len, log.topics)) + len(log.data)) > MOST_LOG:
        raise EventTooLarge(item=str(place), actual=size, most=MOST_LOG)
    shape = known_shapes().get(contract, {}).get(log.topics[0]) if log.topics else None
    if shape is None:
        reason = f"{contract} emits no such event; another release of the verifier may know it"
        raise EventRefused(item=str(place), reason=reason)
    with refusing(EventRefused, str(place)):
        return shape.decode(log.topics, log.data)
