"""Step 4: entries of a row are all there are, by the word that the head's state holds for it."""

from collections.abc import Iterable, Sequence
from typing import Final

from lodetrace.audit.anchor import AnchoredContract
from lodetrace.audit.budgets import (
    MOST_OF_OTHER_ROW,
    MOST_OF_ROW,
    MOST_SUBJECTS,
)
from lodetrace.audit.errors import (
    CodeMismatch,
    RowIncomplete,
    RowTooLong,
    StateRefused,
    TooManySubjects,
    refusing,
)
from lodetrace.audit.rows import ShownEntry, by_row, count_of, fold, key_of
from lodetrace.audit.storage_layout import WORDS
from lodetrace.audit.trie_nodes import NodePool
from lodetrace.chain.errors import TrieKeyAbsent
from lodetrace.chain.header import Header
from lodetrace.chain.state import StateAccount, decode_account, decode_word
from lodetrace.contracts.structs import Row
from lodetrace.text import enum_word, hex_of
from zk_circuits.keccak import keccak256


class WholeRows:
    """The rows of a bundle, each held against its word in the state of one block."""

    def __init__(
        self,
        entries: Iterable[ShownEntry],
        head: Header,
        pool: NodePool,
        journal: AnchoredContract,
    ) -> None:
        """entries: by place. Raises StateRefused or CodeMismatch."""
        self._rows: Final = by_row(entries)
        self._head: Final = head
        self._pool: Final = pool
        self._journal: Final = _account(head, pool, journal)
        self.count = 0

    def row_of(self, row: Row) -> Sequence[ShownEntry]:
        """All that was noted about a subject; nothing where the state proves that nothing was.

        Raises TooManySubjects, RowTooLong, StateRefused or RowIncomplete.
        """
        self.count += 1
        if self.count > MOST_SUBJECTS:
            raise TooManySubjects(item="subjects", actual=self.count, most=MOST_SUBJECTS)
        entries, item = self._rows.get(row, []), item_of(row)
        most = MOST_OF_ROW.get(row.kind, MOST_OF_OTHER_ROW)
        if len(entries) > most:
            raise RowTooLong(item=item, actual=len(entries), most=most)
        word, actual = self._word(row, item), fold(shown.entry for shown in entries)
        if word != actual:
            raise RowIncomplete(
                item=item,
                shown=len(entries),
                noted=count_of(word),
                actual=hex_of(actual.to_bytes(32, "big")),
                expected=hex_of(word.to_bytes(32, "big")),
            )
        return entries

    def _word(self, row: Row, item: str) -> int:
        what = f"{item} in block {self._head.number}"
        with refusing(StateRefused, what):
            key = keccak256(WORDS.slot(key_of(row)))
            return decode_word(self._pool.find(self._journal.storage_root, key, what), what)


def item_of(row: Row) -> str:
    """How errors name a row."""
    name = enum_word(row.kind)
    return f"row {name} {hex_of(row.subject)}" if any(row.subject) else f"row {name}"


def _account(head: Header, pool: NodePool, journal: AnchoredContract) -> StateAccount:
    """The Journal's, with the code that the reader expects."""
    item = f"the Journal in block {head.number}"
    with refusing(StateRefused, item):
        raw = pool.find(head.state_root, keccak256(journal.address), item)
        if raw is None:
            raise TrieKeyAbsent(what=item)
        account = decode_account(raw, item)
    if account.code_hash != journal.code_hash:
        raise CodeMismatch(
            item=item, actual=hex_of(account.code_hash), expected=hex_of(journal.code_hash)
        )
    return account
