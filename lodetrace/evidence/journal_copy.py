"""The Journal's entries, gathered from a node's logs: which rows each is in, and its place.

A place is in no log: it is how many events were noted on the chain until then. So all of them are
read, from the first block on and once each, a range of blocks at a time. The Journal's own count at
the last block says whether some are missing; where they are, the blocks' receipts say.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from lodetrace.contracts.abi_codec import AnswerMalformed
from lodetrace.contracts.journal import ROWS, rows_of
from lodetrace.contracts.structs import Row
from lodetrace.errors import NodeError
from lodetrace.evidence.complete_logs import LogReader
from lodetrace.evidence.entry_store import EntryStore, NotedLog
from lodetrace.evidence.errors import EventsLeftOut, StateNotKept
from lodetrace.node.client import LOGS
from lodetrace.node.errors import NodeAnswerMalformed, RpcRefused
from lodetrace.onchain.contracts import Contracts
from lodetrace.text import ADDRESS_BYTES, hex_of, parse_hex

if TYPE_CHECKING:
    from web3.types import LogReceipt

BLOCKS: Final = 4_096
"""Of the first question; of the next ones as many as their logs allow."""

FEW_LOGS: Final = 2_500
MANY_LOGS: Final = 10_000
"""Of one answer: below the one, the next question is for twice as many blocks; above the other,
for half as many."""

SEARCHED: Final = 1_000
"""Blocks of one question while it is searched what the node leaves out."""

JOURNAL: Final = "Journal"

Progress = Callable[[int, int], None]
"""Is told that so many of so many blocks are read."""


class JournalCopy:
    """Entries up to the last block that was asked for; asked again, it reads on from there.

    One thread at a time.
    """

    def __init__(self, contracts: Contracts) -> None:
        self._contracts: Final = contracts
        self._node: Final = contracts.node
        self._first: Final = contracts.deployment.first_block
        self._addresses: Final = contracts.deployment.all_addresses()
        shapes = (contracts.decoder.shape(cls) for cls in ROWS)
        self._topics: Final = sorted({hex_of(shape.topic) for shape in shapes})
        self._clear()

    def read_to(self, block: int, progress: Progress) -> None:
        """Takes in what was noted up to a block.

        Raises LogsLeftOut, LogsAltered, EventsLeftOut, StateNotKept or another NodeError.
        """
        self._leave_other_branch()
        while self._next <= block:
            last = min(self._next + self._blocks - 1, block)
            self._take(last)
            progress(last - self._first + 1, block - self._first + 1)
        try:
            self._require_all(block)
        except NodeError:
            self._clear()  # another answer may be right
            raise

    def row(self, row: Row, block: int) -> list[tuple[int, NotedLog]]:
        """What was noted in a row up to a block, with its places, in order."""
        return self._store.row(row, block)

    def search(self, blocks: Sequence[int]) -> None:
        """Holds the logs of these blocks, in order, against their receipts.

        Raises LogsLeftOut, LogsAltered or another NodeError where they are not those.
        """
        reader = LogReader(self._node, self._addresses)
        for first, last in _ranges(blocks):
            reader.read(first, last)

    def _clear(self) -> None:
        self._store = EntryStore()
        self._next = self._first
        self._blocks = BLOCKS
        self._last_hash = ""

    def _leave_other_branch(self) -> None:
        """A development chain may go back and take another way: then all is read anew."""
        last = self._next - 1
        if self._last_hash and not (
            last <= self._node.head() and self._node.header(last).hash == self._last_hash
        ):
            self._clear()

    def _take(self, last: int) -> None:
        """The blocks from the next one on."""
        first, hash_ = self._next, self._node.header(last).hash
        logs = self._node.logs([*self._addresses.values()], [self._topics], first, last)
        logs.sort(key=_place)
        self._require_sound(logs, first, last)
        self._store.add(self._noted(logs))
        self._next, self._last_hash = last + 1, hash_
        if len(logs) < FEW_LOGS:
            self._blocks *= 2
        elif len(logs) > MANY_LOGS:
            self._blocks = max(1, self._blocks // 2)

    def _require_sound(self, logs: Sequence["LogReceipt"], first: int, last: int) -> None:
        reason = ""
        if logs and not first <= logs[0]["blockNumber"] <= logs[-1]["blockNumber"] <= last:
            reason = f"a log is of another block than {first} to {last}"
        elif any(_place(before) == _place(after) for before, after in pairwise(logs)):
            reason = f"two logs of blocks {first} to {last} have one place"
        if reason:
            raise NodeAnswerMalformed(url=self._node.url, method=LOGS, reason=reason)

    def _noted(self, logs: Iterable["LogReceipt"]) -> Iterator[tuple[NotedLog, list[Row]]]:
        for log in logs:
            found = self._contracts.decoder.decode(log)
            if found is None or type(found.event) not in ROWS:
                continue
            topics = tuple(bytes(topic) for topic in log["topics"])
            writer = parse_hex(log["address"], ADDRESS_BYTES)
            noted = NotedLog(found.contract, writer, found.block, topics, bytes(log["data"]))
            yield noted, rows_of(found.event)

    def _require_all(self, block: int) -> None:
        """As many entries as the Journal counts; else it is searched which are missing."""
        found, counted = self._store.count(block), self._counted(block)
        if found != counted:
            self.search(range(self._first, block + 1))
            raise EventsLeftOut(
                reason=f"the Journal has {counted} entries up to block {block}, of which {found}"
                " are by contracts that the deployment record names"
            )

    def _counted(self, block: int) -> int:
        """The Journal's last place after a block; 0 before there was a Journal."""
        try:
            return int(self._contracts.call(JOURNAL, "place", block=block)[0])
        except RpcRefused as error:
            raise StateNotKept(block=block, reason=error.values["message"]) from error
        except AnswerMalformed:
            return 0


def _place(log: "LogReceipt") -> tuple[int, int]:
    return log["blockNumber"], log["logIndex"]


def _ranges(blocks: Sequence[int]) -> Iterator[tuple[int, int]]:
    """First and last block of pieces of a list that rises."""
    start = 0
    for at, (before, after) in enumerate(pairwise([*blocks, -1]), 1):
        if after != before + 1 or at - start == SEARCHED:
            yield blocks[start], before
            start = at
