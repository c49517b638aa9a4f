"""The contracts of one deployment: calls, their results, events and refusals."""

from collections.abc import Sequence
from typing import Any, Final, Self, TypeVar

from lodetrace.contracts.abi import Artifacts
from lodetrace.contracts.abi_codec import decode_values, encode_call
from lodetrace.contracts.deployment import Deployment, deployment_path
from lodetrace.contracts.events import Event, EventDecoder, Recorded, events_of
from lodetrace.contracts.events.decode import EventShape
from lodetrace.contracts.refusals.decoder import RefusalDecoder
from lodetrace.node.client import BlockIdentifier, CallReverted, Node, NodeReceipt
from lodetrace.onchain.verifier_keys import require_own_keys
from lodetrace.settings import Settings
from lodetrace.text import hex_of, parse_hex

E = TypeVar("E", bound=Event)

Topic = bytes | str | None
"""A value that an indexed field has: 32 bytes, or an address; None for any."""


Question = tuple[Any, ...]
"""Of a view: the contract, its function and the arguments."""


class Contracts:
    """Everything needed to speak with the contracts over one node."""

    def __init__(self, node: Node, artifacts: Artifacts, deployment: Deployment) -> None:
        self.node: Final = node
        self.artifacts: Final = artifacts
        self.deployment: Final = deployment
        self.refusals: Final = RefusalDecoder(artifacts, tuple(deployment.contracts))
        self.decoder: Final = EventDecoder(artifacts, deployment)

    @classmethod
    def of(cls, settings: Settings, node: Node) -> Self:
        """The contracts that the settings name, on the chain that their record names.

        Raises DeploymentUnreadable, ArtifactUnreadable, WrongNetwork or DevelopmentKeyOnChain.
        """
        path = deployment_path(settings.deployments, settings.network_id)
        deployment = Deployment.load(path)
        node.require(deployment.chain_id, deployment.genesis)
        found = cls(node, Artifacts(settings.artifacts), deployment)
        if not settings.network.development:
            require_own_keys(found.call, deployment.network)
        return found

    def address(self, contract: str) -> str:
        """Address of a contract."""
        return self.deployment.address(contract)

    def data(self, contract: str, function: str, *arguments: object) -> bytes:
        """Data of a call."""
        return encode_call(self.artifacts[contract].entry("function", function), arguments)

    def call(
        self,
        contract: str,
        function: str,
        *arguments: object,
        block: BlockIdentifier = "latest",
        sender: str | None = None,
    ) -> tuple[Any, ...]:
        """Plain results of a view; raises ContractRefused."""
        entry = self.artifacts[contract].entry("function", function)
        data = encode_call(entry, arguments)
        try:
            answer = self.node.call(self.address(contract), data, sender, block)
        except CallReverted as reverted:
            raise self.refusals.decode(reverted.data) from reverted
        return decode_values(entry["outputs"], answer, f"{contract}.{function}")

    def call_all(
        self, asked: Sequence[Question], block: BlockIdentifier = "latest"
    ) -> list[tuple[Any, ...]]:
        """As call, of many views in one request; raises ContractRefused where one refuses."""
        entries = [self.artifacts[one[0]].entry("function", one[1]) for one in asked]
        calls = [
            (self.address(contract), encode_call(entry, arguments))
            for entry, (contract, _, *arguments) in zip(entries, asked, strict=True)
        ]
        try:
            answers = self.node.call_all(calls, block)
        except CallReverted as reverted:
            raise self.refusals.decode(reverted.data) from reverted
        return [
            decode_values(entry["outputs"], answer, f"{one[0]}.{one[1]}")
            for entry, answer, one in zip(entries, answers, asked, strict=True)
        ]

    def events(
        self,
        cls: type[Event] | Sequence[type[Event]],
        first: int | None = None,
        last: int | None = None,
        **indexed: Topic | Sequence[Topic],
    ) -> list[Recorded]:
        """Events of one or several types, narrowed by indexed fields, in the order of the chain.

        first, last: blocks; by default from the deployment to the head. Several types have to have
        the fields at the same place.
        """
        classes = [cls] if isinstance(cls, type) else list(cls)
        shapes = [self.decoder.shape(one) for one in classes]
        topics: list[str | list[str] | None] = [[hex_of(shape.topic) for shape in shapes]]
        places = {name: _place(shapes, name) for name in indexed}
        by_place = {places[name]: _topic(wanted) for name, wanted in indexed.items()}
        topics += [by_place.get(at) for at in range(1 + max(by_place, default=-1))]
        start = self.deployment.first_block if first is None else first
        contracts = dict.fromkeys(name for one in classes for name in one.contracts())
        writers = [one for name in contracts for one in self.deployment.addresses(name)]
        logs = self.node.logs(writers, topics, start, last)
        return self.decoder.decode_all(logs)

    def happened(self, cls: type[E], **indexed: Topic | Sequence[Topic]) -> list[E]:
        """As events, without their places in the chain."""
        return events_of(cls, self.events(cls, None, None, **indexed))

    def receipt_events(self, receipt: NodeReceipt) -> list[Recorded]:
        """Events of a transaction."""
        return self.decoder.decode_all(receipt.logs)


def _place(shapes: Sequence[EventShape], name: str) -> int:
    """Of an indexed field among the topics, the same in all."""
    places: set[int] = set()
    for shape in shapes:
        if name not in shape.indexed_names:
            raise TypeError(f"{shape.cls.__name__} has no indexed field {name}")
        places.add(shape.indexed_names.index(name))
    if len(places) > 1:
        raise TypeError(f"{name} is another indexed field of each event")
    return places.pop()


def _topic(wanted: Topic | Sequence[Topic]) -> str | list[str] | None:
    if wanted is None:
        return None
    if isinstance(wanted, bytes):
        return hex_of(wanted.rjust(32, b"\0"))
    if isinstance(wanted, str):
        return hex_of(parse_hex(wanted).rjust(32, b"\0"))
    return [text for one in wanted if isinstance(text := _topic(one), str)]
