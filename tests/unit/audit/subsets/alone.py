"""A chain as far as one bundle shows it: what its receiver has to forge from."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from lodetrace.audit.anchor import Anchor
from lodetrace.audit.bundle import Bundle, Subject
from lodetrace.audit.closure import Closure, closure, root_of
from lodetrace.audit.logs import KnownContracts, decoded
from lodetrace.audit.rows import ShownEntry, by_row
from lodetrace.audit.state_proofs import WholeRows
from lodetrace.audit.trie_nodes import NodePool
from lodetrace.contracts.structs import Row
from tests.support.synthetic_chain import by_hash
from zk_circuits.keccak import keccak256


@dataclass(frozen=True)
class Alone:
    """In the place of a whole chain, about the one subject of its bundle."""

    original: Bundle
    anchor: Anchor
    proofs: dict[Row, list[bytes]] = field(default_factory=dict)

    @cached_property
    def known(self) -> tuple[tuple[ShownEntry, ...], KnownContracts]:
        """What is shown, and by whom."""
        return decoded(self.original.entries, self.anchor)

    @property
    def entries(self) -> tuple[ShownEntry, ...]:
        """All that is shown."""
        return self.known[0]

    @cached_property
    def rows(self) -> dict[Row, list[ShownEntry]]:
        """As they are shown."""
        return by_row(self.entries)

    @cached_property
    def account(self) -> list[bytes]:
        """Nodes that prove the Journal's account."""
        return self._on_the_way(())

    def proof(self, row: Row) -> list[bytes]:
        """Nodes that prove the word of a row."""
        if row not in self.proofs:
            account = set(self.account)
            self.proofs[row] = [one for one in self._on_the_way((row,)) if one not in account]
        return self.proofs[row]

    def closure(self, subject: Subject) -> Closure:
        """What the bundle shows."""
        return closure(root_of(subject), lambda row: self.rows.get(row, ()))

    def bundle(
        self, subject: Subject, entries: Sequence[ShownEntry], rows: Iterable[Row]
    ) -> Bundle:
        """Less of it, with the proofs of these rows' words."""
        assert subject == self.original.subject
        nodes = [node for row in rows for node in self.proof(row)]
        return replace(
            self.original,
            entries=tuple(shown.entry for shown in entries),
            nodes=by_hash([*self.account, *nodes]),
        )

    def honest(self, subject: Subject) -> Bundle:
        """The same, put together again."""
        found = self.closure(subject)
        return self.bundle(subject, found.entries, found.rows)

    def _on_the_way(self, rows: Sequence[Row]) -> list[bytes]:
        """Nodes that a verifier comes past who asks for these rows."""
        pool = NodePool(self.original.nodes)
        journal = self.known[1].journal()
        shown = [one for row in rows for one in self.rows.get(row, ())]
        whole = WholeRows(shown, self.original.headers[-1], pool, journal)
        for row in rows:
            whole.row_of(row)
        return [self.by_hash[reference] for reference in pool.reached]

    @cached_property
    def by_hash(self) -> dict[bytes, bytes]:
        """Its nodes."""
        return {keccak256(node): node for node in self.original.nodes}
