"""Step 6: counters and standings in the state of a block, under the code that was registered.

They are read from the newest version of a contract, of which the Directory's own state is asked:
a superseded one counts no more, and its last word would hide what the next one says.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lodetrace.audit.anchor import AnchoredContract
from lodetrace.audit.bundle import Bundle, StateShown
from lodetrace.audit.errors import (
    CodeMismatch,
    CounterWentBack,
    HeaderMissing,
    StateRefused,
    VersionSuperseded,
    refusing,
)
from lodetrace.audit.logs import KnownContracts
from lodetrace.audit.steps import Counter, ProvenEvent, ProvenStanding
from lodetrace.audit.storage_layout import COUNTERS, EXCUSED, USED, VERSIONS, WITHDRAWN, PackedField
from lodetrace.audit.trie_nodes import NodePool
from lodetrace.chain.errors import TrieKeyAbsent
from lodetrace.chain.header import Header
from lodetrace.chain.state import StateAccount, decode_account, decode_word
from lodetrace.contracts.enums import SubjectKind
from lodetrace.contracts.events.governance import CountersStated
from lodetrace.contracts.plan import directory_name
from lodetrace.text import enum_word, hex_of
from zk_circuits.keccak import keccak256

Counters = dict[tuple[SubjectKind, bytes], Counter]


@dataclass(frozen=True, slots=True)
class ProvenState:
    """What the state of a block says. codes: contracts whose code was compared."""

    counters: tuple[Counter, ...] = ()
    standings: tuple[ProvenStanding, ...] = ()
    codes: int = 0


def state_of(
    bundle: Bundle, headers: Mapping[int, Header], pool: NodePool, contracts: KnownContracts
) -> ProvenState:
    """The counters and standings that are proven.

    Raises HeaderMissing, StateRefused, CodeMismatch or VersionSuperseded.
    """
    if bundle.state is None:
        return ProvenState()
    header = headers.get(bundle.state.block)
    if header is None:
        reason = "its state is shown, its header is not"
        raise HeaderMissing(item=f"block {bundle.state.block}", reason=reason)
    return _State(header, pool, contracts).read(bundle.state)


def newest(proven: Iterable[Counter], events: Iterable[ProvenEvent]) -> Counters:
    """The newest value of each counter, from state proofs and from CountersStated events.

    In one block the state proof is the later one. Raises CounterWentBack.
    """
    stated = [counter for event in events for counter in _stated(event)]
    found: Counters = {}
    for counter in sorted((*stated, *proven), key=lambda counter: counter.block):
        before = found.get((counter.kind, counter.subject))
        if before is not None and counter.value < before.value:
            raise CounterWentBack(
                item=f"the counter of {enum_word(counter.kind)} {hex_of(counter.subject)}",
                later=counter.value,
                earlier=before.value,
                block=counter.block,
            )
        found[counter.kind, counter.subject] = counter
    return found


def _stated(proven: ProvenEvent) -> list[Counter]:
    event = proven.event
    if not isinstance(event, CountersStated) or not isinstance(event.kind, SubjectKind):
        return []
    return [
        Counter(event.kind, subject, value, proven.block)
        for subject, value in zip(event.subjects, event.sequences, strict=False)
    ]


class _State:
    """The state of one block; each account is looked up once."""

    def __init__(self, header: Header, pool: NodePool, contracts: KnownContracts) -> None:
        self._header = header
        self._pool = pool
        self._contracts = contracts
        self._accounts: dict[str, StateAccount] = {}

    def read(self, shown: StateShown) -> ProvenState:
        counters = tuple(
            Counter(entry.kind, subject, self._field(COUNTERS[entry.kind], subject), shown.block)
            for entry in shown.counters
            for subject in entry.subjects
        )
        standings = tuple(self._standing(event_id) for event_id in shown.events)
        return ProvenState(counters, standings, len(self._accounts))

    def _standing(self, event_id: bytes) -> ProvenStanding:
        word = self._word(EXCUSED, event_id)
        return ProvenStanding(
            event_id=event_id,
            used=self._field(USED, event_id) != 0,
            excused=EXCUSED.of(word) == 1,
            withdrawn=WITHDRAWN.of(word) == 1,
            block=self._header.number,
        )

    def _field(self, field: PackedField, key: bytes) -> int:
        return field.of(self._word(field, key))

    def _word(self, field: PackedField, key: bytes) -> int:
        account = self._account(field.contract)
        what = f"{field.contract} about {hex_of(key)} in block {self._header.number}"
        with refusing(StateRefused, what):
            raw = self._pool.find_state(account.storage_root, keccak256(field.slot(key)), what)
            return decode_word(raw, what)

    def _account(self, name: str) -> StateAccount:
        """The account of a contract, with the code that was registered."""
        if name not in self._accounts:
            known = self._contracts.current(name)
            item = f"{name} in block {self._header.number}"
            if known is None:
                reason = "neither anchor nor Directory knows the contract"
                raise StateRefused(item=item, reason=reason)
            self._accounts[name] = self._proven_account(known, item)
            self._require_newest(name, known.version, item)
        return self._accounts[name]

    def _require_newest(self, name: str, known: int, item: str) -> None:
        """The Directory itself is the one that wrote the count."""
        if name == VERSIONS.contract:
            return
        versions = self._field(VERSIONS, directory_name(name))
        if versions != known:
            raise VersionSuperseded(item=item, actual=versions, known=known)

    def _proven_account(self, known: AnchoredContract, item: str) -> StateAccount:
        with refusing(StateRefused, item):
            raw = self._pool.find_state(self._header.state_root, keccak256(known.address), item)
            if raw is None:
                raise TrieKeyAbsent(what=item)
            account = decode_account(raw, item)
        if account.code_hash != known.code_hash:
            raise CodeMismatch(
                item=item,
                actual=hex_of(account.code_hash),
                expected=hex_of(known.code_hash),
            )
        return account
