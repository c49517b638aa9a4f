"""Step 5: the entries shown are events of the contracts that the reader expects.

A contract that the council registered later is known by the ContractRegistered events of the
Directory, so these are read first. Who may write into which rows, and since when, the Journal
itself says.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files

from lodetrace.audit.anchor import Anchor, AnchoredContract
from lodetrace.audit.errors import (
    ContractMismatch,
    EventRefused,
    JournalReplaced,
    WriterNotAllowed,
    refusing,
)
from lodetrace.audit.rows import Entry, ShownEntry
from lodetrace.audit.steps import ProvenEvent
from lodetrace.contracts.enums import RowKind
from lodetrace.contracts.events import Event, JournalWriterSet
from lodetrace.contracts.events.decode import EventShape, shapes
from lodetrace.contracts.events.governance import ContractRegistered
from lodetrace.contracts.journal import rows_of
from lodetrace.contracts.structs import ZERO32
from lodetrace.text import ADDRESS_BYTES, enum_word, hex_of, parse_hex

DIRECTORY = "Directory"
JOURNAL = "Journal"


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

    def journal(self) -> AnchoredContract:
        """The one whose words count; raises JournalReplaced, or EventRefused where there is none.

        Rows stay where they are when other contracts are replaced. A second Journal would have
        rows of its own, of which these rules know nothing.
        """
        versions = sorted(version for name, version in self._versions if name == JOURNAL)
        if not versions:
            raise EventRefused(item=JOURNAL, reason="the trust anchor does not name the contract")
        if len(versions) > 1:
            raise JournalReplaced(item=JOURNAL, actual=versions[-1], known=versions[0])
        return self._versions[JOURNAL, versions[0]]

    def require_code(self, event: JournalWriterSet, item: str) -> None:
        """That a writer's code is the one that was registered; raises ContractMismatch."""
        known = self.at(parse_hex(event.writer, ADDRESS_BYTES))
        if known is None or event.code_hash == ZERO32:
            return
        expected = self._versions[known].code_hash
        if event.code_hash != expected:
            raise ContractMismatch(
                item=f"{item}, {known[0]}",
                actual=f"code {hex_of(event.code_hash)}",
                expected=f"code {hex_of(expected)}",
            )

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


def decoded(
    entries: Sequence[Entry], anchor: Anchor
) -> tuple[tuple[ShownEntry, ...], KnownContracts]:
    """The entries with the events that they are, and who wrote them.

    Raises EventRefused or ContractMismatch.
    """
    contracts = KnownContracts(anchor)
    registered = _shape(DIRECTORY, "ContractRegistered").topic
    for entry in entries:
        if entry.topics[0] == registered and _name(contracts, entry) == DIRECTORY:
            event = _event(DIRECTORY, entry)
            assert isinstance(event, ContractRegistered)
            contracts.register(event, item_of(entry))
    return tuple(_shown(entry, contracts) for entry in entries), contracts


def require_allowed(shown: Iterable[ShownEntry], contracts: KnownContracts) -> None:
    """That each entry's contract was allowed to write into just its rows then.

    shown: all entries of a provenance, by place. Raises WriterNotAllowed or ContractMismatch.
    """
    journal, kinds = contracts.journal().address, dict[bytes, int]()
    for one in shown:
        entry, item = one.entry, item_of(one.entry)
        if isinstance(one.event, JournalWriterSet):
            if entry.writer != journal:
                raise WriterNotAllowed(item=item, writer=hex_of(entry.writer), kind="directory")
            contracts.require_code(one.event, item)
            kinds[parse_hex(one.event.writer, ADDRESS_BYTES)] = one.event.kinds
            continue
        for row in rows_of(one.event):
            _require_kind(kinds.get(entry.writer, 0), row.kind, entry)


def proven(shown: ShownEntry, contracts: KnownContracts) -> ProvenEvent:
    """The event as the story knows it."""
    entry, known = shown.entry, contracts.at(shown.entry.writer)
    assert known is not None
    return ProvenEvent(
        event=shown.event,
        contract=known[0],
        version=known[1],
        address=entry.writer,
        block=entry.block,
        time=entry.time,
        place=entry.place,
    )


def item_of(entry: Entry) -> str:
    """How errors name an entry."""
    return f"entry {entry.place} of block {entry.block}"


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


def _name(contracts: KnownContracts, entry: Entry) -> str | None:
    known = contracts.at(entry.writer)
    return None if known is None else known[0]


def _shown(entry: Entry, contracts: KnownContracts) -> ShownEntry:
    name = _name(contracts, entry)
    if name is None:
        reason = f"{hex_of(entry.writer)}, which wrote it, is none of the network's contracts"
        raise EventRefused(item=item_of(entry), reason=reason)
    shown = ShownEntry(entry, _event(name, entry))
    if not rows_of(shown.event):
        reason = f"{type(shown.event).__name__} is in no row of the Journal"
        raise EventRefused(item=item_of(entry), reason=reason)
    return shown


def _event(contract: str, entry: Entry) -> Event:
    shape = known_shapes().get(contract, {}).get(entry.topics[0])
    if shape is None:
        reason = f"{contract} emits no such event; another release of the verifier may know it"
        raise EventRefused(item=item_of(entry), reason=reason)
    with refusing(EventRefused, item_of(entry)):
        return shape.decode(entry.topics, entry.data)


def _require_kind(allowed: int, kind: RowKind, entry: Entry) -> None:
    if not allowed >> kind & 1:
        writer = hex_of(entry.writer)
        raise WriterNotAllowed(item=item_of(entry), writer=writer, kind=enum_word(kind))
