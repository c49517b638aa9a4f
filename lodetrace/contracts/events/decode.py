"""From a log of the node to the dataclass of its event."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, is_dataclass
from functools import cache
from typing import Any

from lodetrace.contracts.abi import AbiEntry, Artifacts
from lodetrace.contracts.abi_codec import AnswerMalformed, field_types, signature, snake
from lodetrace.contracts.deployment import Deployment
from lodetrace.contracts.event_codec import Reader, WireMalformed, reader_of, sequence
from lodetrace.contracts.events import claims, custody, governance, lots, prices, registers
from lodetrace.contracts.events.base import Event, Recorded
from lodetrace.errors import SettingsError
from lodetrace.text import hex_of
from zk_circuits.keccak import keccak256


class EventTypeMismatch(SettingsError):
    """A compiled event whose fields are not those of its dataclass."""

    template = "event {event} of {contract} has fields {compiled}, expected {expected}"
    advice = "The compiled contracts are of another version: compile them again."


@dataclass(frozen=True, slots=True)
class EventShape:
    """One event as the chain writes it. indexed: which inputs are topics.

    fields: places in the dataclass of the indexed inputs, then of the others.
    """

    cls: type[Event]
    topic: bytes
    inputs: tuple[Mapping[str, Any], ...]
    fields: tuple[int, ...]
    topic_readers: tuple[Reader, ...]
    data_reader: Reader

    @classmethod
    def of(cls, event: type[Event], entry: AbiEntry) -> "EventShape":
        """Compiled from the ABI; the inputs are those of the dataclass."""
        inputs: tuple[Mapping[str, Any], ...] = tuple(entry["inputs"])
        indexed = [at for at, parameter in enumerate(inputs) if parameter["indexed"]]
        plain = [at for at, parameter in enumerate(inputs) if not parameter["indexed"]]
        hints = list(field_types(event).values())
        readers = [reader_of(inputs[at], hints[at]) for at in (*indexed, *plain)]
        return cls(
            cls=event,
            topic=keccak256(signature(entry).encode()),
            inputs=inputs,
            fields=(*indexed, *plain),
            topic_readers=tuple(readers[: len(indexed)]),
            data_reader=sequence(readers[len(indexed) :], list),
        )

    @property
    def indexed_names(self) -> list[str]:
        """Fields that logs can be filtered by, in the order of the topics."""
        return [snake(parameter["name"]) for parameter in self.inputs if parameter["indexed"]]

    def decode(self, topics: Sequence[bytes], data: bytes) -> Event:
        """The event; raises AnswerMalformed."""
        if len(topics) != len(self.topic_readers) + 1:
            raise AnswerMalformed(what=self.cls.__name__, reason=f"{len(topics)} topics")
        try:
            return self.cls(*self._values(topics, data))
        except ValueError as error:
            raise AnswerMalformed(what=self.cls.__name__, reason=error) from error

    def _values(self, topics: Sequence[bytes], data: bytes) -> list[Any]:
        found = [
            reader.read(topic, 0)[0]
            for reader, topic in zip(self.topic_readers, topics[1:], strict=True)
        ]
        plain, end = self.data_reader.read(data, 0)
        if end != len(data):
            raise WireMalformed(f"{len(data) - end} bytes behind its end")
        values: list[Any] = [None] * len(self.fields)
        for place, value in zip(self.fields, [*found, *plain], strict=True):
            values[place] = value
        return values


class EventDecoder:
    """Decodes logs of the contracts of one deployment."""

    def __init__(self, artifacts: Artifacts, deployment: Deployment) -> None:
        self._shapes: dict[tuple[str, bytes], EventShape] = {}
        self._names: dict[str, str] = {}
        for name in deployment.contracts:
            for address in deployment.addresses(name):
                self._names[address.lower()] = name
            for shape in shapes(name, artifacts[name].entries("event")):
                self._shapes[name, shape.topic] = shape

    def topic(self, cls: type[Event]) -> bytes:
        """First topic of an event, for filters."""
        return self.shape(cls).topic

    def shape(self, cls: type[Event]) -> EventShape:
        """How the chain writes an event; raises EventTypeMismatch."""
        for shape in self._shapes.values():
            if shape.cls is cls:
                return shape
        raise EventTypeMismatch(
            event=cls.__name__, contract=cls.contract, compiled="none", expected=cls.__name__
        )

    def decode(self, log: Mapping[str, Any]) -> Recorded | None:
        """The event of a log of web3.py; None for an event of somebody else."""
        name = self._names.get(str(log["address"]).lower())
        topics = [bytes(topic) for topic in log["topics"]]
        shape = self._shapes.get((name, topics[0])) if name and topics else None
        if shape is None or name is None:
            return None
        return Recorded(
            event=shape.decode(topics, bytes(log["data"])),
            contract=name,
            block=int(log["blockNumber"]),
            index=int(log["logIndex"]),
            transaction=hex_of(log["transactionHash"]),
            block_hash=hex_of(log["blockHash"]),
        )

    def decode_all(self, logs: Iterable[Mapping[str, Any]]) -> list[Recorded]:
        """All events of the contracts among the logs, in the order of the chain."""
        decoded = (self.decode(log) for log in logs)
        return sorted((found for found in decoded if found), key=lambda found: found.place)


def shapes(contract: str, entries: Sequence[AbiEntry]) -> list[EventShape]:
    """Shapes of those events of a compiled contract that are its own.

    Raises EventTypeMismatch when a field differs from the dataclass.
    """
    found = []
    for entry in entries:
        cls = event_types().get((contract, entry["name"]))
        if cls is None:
            continue
        compiled = [snake(parameter["name"]) for parameter in entry["inputs"]]
        if compiled != list(field_types(cls)):
            raise EventTypeMismatch(
                event=entry["name"],
                contract=contract,
                compiled=compiled,
                expected=list(field_types(cls)),
            )
        found.append(EventShape.of(cls, entry))
    return found


@cache
def event_types() -> dict[tuple[str, str], type[Event]]:
    """All event classes by contract and name."""
    return {
        (contract, cls.__name__): cls
        for module in (claims, custody, governance, lots, prices, registers)
        for cls in vars(module).values()
        if isinstance(cls, type) and issubclass(cls, Event) and is_dataclass(cls)
        for contract in cls.contracts()
    }
