"""A forger of bundles: he takes away or exchanges, and repairs everything that he can.

He has the whole chain and knows every rule. What he cannot do is change the head's state; so nodes
are those of real proofs, pruned to what the rows that he shows ask for, and entries stand in order.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from random import Random
from typing import Final

from trie import HexaryTrie

from lodetrace.audit.bundle import Bundle, Subject
from lodetrace.audit.closure import Closure, closure, root_of
from lodetrace.audit.rows import Entry, ShownEntry, by_row, fold, key_of
from lodetrace.audit.storage_layout import WORDS
from lodetrace.chain.strict_rlp import encode, integer_bytes
from lodetrace.contracts.structs import Row
from tests.support.synthetic_chain import CONTRACTS, by_hash, proof_of
from tests.unit.audit.subsets.alone import Alone
from tests.unit.audit.subsets.whole import Whole
from zk_circuits.keccak import keccak256

EXCHANGES: Final = frozenset({
    "older words", "older words without the account", "another subject's proof", "writer",
    "unknown writer", "order", "twice", "time", "data",
})  # fmt: skip
"""What is put in the place of something else; all other forgeries only take away."""


@dataclass(frozen=True)
class Forgery:
    """what: how it was made."""

    what: str
    bundle: Bundle


class Forger:
    """Of one subject of one chain."""

    def __init__(self, whole: Whole | Alone, subject: Subject) -> None:
        self.whole: Final[Whole | Alone] = whole
        self.subject: Final = subject
        self.honest: Final[Closure] = whole.closure(subject)
        self.bundle: Final[Bundle] = whole.honest(subject)

    # taken away

    def nothing(self) -> Forgery:
        """What an honest exporter gives: the closure may be too small."""
        return self.without("nothing", ())

    def without_row(self, row: Row) -> Forgery:
        """A subject of which nothing is shown; of an empty one, not even the proof of that."""
        if self.honest.row(row):
            return self.without("subject", self.honest.row(row))
        shown = [one for one in self.honest.rows if one != row]
        made = self.whole.bundle(self.subject, self.honest.entries, shown)
        return self._forgery("empty subject", made)

    def is_proven_alone(self, row: Row) -> bool:
        """Whether some node proves its word and no other one's; else nothing is left out with it.

        Where nothing was ever noted, the nodes of others may prove just that.
        """
        others = {node for one in self.honest.rows if one != row for node in self.whole.proof(one)}
        return bool(self.honest.row(row)) or not set(self.whole.proof(row)) <= others

    def without(self, what: str, dropped: Iterable[ShownEntry]) -> Forgery:
        """Without some entries, and without everything that is then asked no more."""
        places = {one.entry.place for one in dropped}
        kept = [one for one in self.honest.entries if one.entry.place not in places]
        return self._repaired(what, kept)

    def without_node(self, at: int) -> Forgery:
        """A proof with a hole."""
        nodes = self.bundle.nodes[:at] + self.bundle.nodes[at + 1 :]
        return self._forgery("node", replace(self.bundle, nodes=nodes))

    def set_drawn(self, random: Random) -> Forgery:
        """As hostile readers drew them: mostly what belongs together."""
        drawn = random.random()
        if drawn < 0.4:
            rows = [row for row, shown in self.honest.rows.items() if shown]
            chosen = random.sample(rows, min(len(rows), random.choice((1, 1, 2, 3, 5))))
            return self.without("subjects", [one for row in chosen for one in self.honest.row(row)])
        if drawn < 0.7:
            kind = random.choice(sorted({type(one.event).__name__ for one in self.honest.entries}))
            alike = [one for one in self.honest.entries if type(one.event).__name__ == kind]
            return self.without("event type", alike)
        if drawn < 0.9:
            count = min(random.randint(1, 9), len(self.honest.entries))
            return self.without("entries", random.sample(self.honest.entries, count))
        return self._behind(random)

    def _behind(self, random: Random) -> Forgery:
        """A reference, and with it all that only it leads to, with the reference's own row cut."""
        row = random.choice([row for row, shown in self.honest.rows.items() if len(shown) > 1])
        at = random.randrange(1, len(self.honest.row(row)))
        return self.without("behind a reference", self.honest.row(row)[at:])

    # exchanged

    def exchanged(self, random: Random, among: Collection[str] = EXCHANGES) -> Forgery:
        """Something else in the place of what is there; never the same."""
        ways: Mapping[str, Callable[[Random], Forgery]] = {
            "older words": self._older_words,
            "older words without the account": self._older_state,
            "another subject's proof": self._other_proof,
            "writer": self._other_writer,
            "unknown writer": self._unknown_writer,
            "order": self._other_order,
            "twice": self._twice,
            "time": self._other_time,
            "data": self._other_word_of_data,
        }
        return ways[random.choice(sorted(among))](random)

    def _older_words(self, random: Random) -> Forgery:
        """As the chain was before, with its words, under the head's own account."""
        return self._older(random, "older words", ())

    def _older_state(self, random: Random) -> Forgery:
        """The same, and nothing that says whose words they are."""
        return self._older(random, "older words without the account", self.whole.account)

    def _older(self, random: Random, what: str, left_out: Sequence[bytes]) -> Forgery:
        last = self.honest.entries[-1].entry.place
        until = random.randint(last * 3 // 4, last - 1)
        kept = [one for one in self.honest.entries if one.entry.place <= until]
        rows = by_row(kept)
        asked = closure(root_of(self.subject), lambda row: rows.get(row, ()))
        trie = _trie_at(self.whole, until)
        nodes = {node for row in asked.rows for node in proof_of(trie, slot(row))}
        nodes |= set(self.whole.account) - set(left_out)
        entries = tuple(one.entry for one in asked.entries)
        return self._forgery(what, replace(self.bundle, entries=entries, nodes=by_hash([*nodes])))

    def _other_proof(self, random: Random) -> Forgery:
        """The proof of another subject's word, for a subject of which less is shown."""
        full = [row for row, shown in self.honest.rows.items() if shown]
        row, other = random.sample(full, 2)
        dropped = {one.entry.place for one in self.honest.row(row)}
        kept = [one for one in self.honest.entries if one.entry.place not in dropped]
        rows = by_row(kept)
        asked = closure(root_of(self.subject), lambda one: rows.get(one, ()))
        proofs = [one for one in asked.rows if one != row] + [other]
        made = self.whole.bundle(self.subject, asked.entries, proofs)
        return self._forgery("another subject's proof", made)

    def _other_writer(self, random: Random) -> Forgery:
        writers = [one.address for one in CONTRACTS.values()]
        return self._rewritten(random, "writer", lambda one: random.choice(
            [writer for writer in writers if writer != one.writer]
        ))  # fmt: skip

    def _unknown_writer(self, random: Random) -> Forgery:
        return self._rewritten(random, "unknown writer", lambda _: random.randbytes(20))

    def _rewritten(self, random: Random, what: str, writer: Callable[[Entry], bytes]) -> Forgery:
        return self._changed(random, what, lambda one: replace(one, writer=writer(one)))

    def _other_time(self, random: Random) -> Forgery:
        later = random.choice((-3600, -1, 1, 60, 24 * 3600))
        return self._changed(
            random, "time", lambda one: replace(one, time=max(one.time + later, 0))
        )

    def _other_word_of_data(self, random: Random) -> Forgery:
        def changed(one: Entry) -> Entry:
            if not one.data:
                return replace(one, block=one.block + 1)
            at = random.randrange(len(one.data))
            other = bytes([one.data[at] ^ (1 << random.randrange(8))])
            return replace(one, data=one.data[:at] + other + one.data[at + 1 :])

        return self._changed(random, "data", changed)

    def _changed(self, random: Random, what: str, change: Callable[[Entry], Entry]) -> Forgery:
        entries = list(self.bundle.entries)
        at = random.randrange(len(entries))
        entries[at] = change(entries[at])
        return self._forgery(what, replace(self.bundle, entries=tuple(entries)))

    def _other_order(self, random: Random) -> Forgery:
        """Two entries in each other's place: block, time and place go with the place."""
        entries = list(self.bundle.entries)
        at = random.randrange(len(entries) - 1)
        one, two = entries[at], entries[at + 1]
        entries[at] = replace(two, block=one.block, time=one.time, place=one.place)
        entries[at + 1] = replace(one, block=two.block, time=two.time, place=two.place)
        return self._forgery("order", replace(self.bundle, entries=tuple(entries)))

    def _twice(self, random: Random) -> Forgery:
        """Once more at the end, as if it had been noted again."""
        last = self.bundle.entries[-1]
        again = random.choice(self.bundle.entries)
        again = replace(again, block=last.block, time=last.time, place=last.place + 1)
        return self._forgery("twice", replace(self.bundle, entries=(*self.bundle.entries, again)))

    # repaired

    def _repaired(self, what: str, kept: Sequence[ShownEntry]) -> Forgery:
        rows = by_row(kept)
        asked = closure(root_of(self.subject), lambda row: rows.get(row, ()))
        return self._forgery(what, self.whole.bundle(self.subject, asked.entries, asked.rows))

    def _forgery(self, what: str, bundle: Bundle) -> Forgery:
        assert (bundle == self.bundle) is (what == "nothing"), f"{what}: nothing was forged"
        return Forgery(what, bundle)


def slot(row: Row) -> bytes:
    """Where the Journal's storage has the word of a row."""
    return keccak256(WORDS.slot(key_of(row)))


@cache
def _words_at(entries: tuple[ShownEntry, ...], until: int) -> Mapping[Row, int]:
    kept = [one for one in entries if one.entry.place <= until]
    return {row: fold(one.entry for one in shown) for row, shown in by_row(kept).items()}


def _trie_at(whole: Whole | Alone, until: int) -> HexaryTrie:
    """The Journal's storage after an entry."""
    trie = HexaryTrie({})
    for row, word in _words_at(whole.entries, until).items():
        trie[slot(row)] = encode(integer_bytes(word))
    return trie
