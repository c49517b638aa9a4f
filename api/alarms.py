"""What readers are told of what keeps the index from being read, or from being read on.

Everybody is told it, signed in or not: an alarm comes before the question who asks. So it says what
happened and in which block; ids, hashes, and addresses of machines are for the log.
"""

from collections.abc import Mapping
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from api.errors import ChainRewound, EventsMissing, EventUnexpected, IndexReadUnsealed
from api.library_errors import FOR_THE_LOG, form_of
from lodetrace.errors import LodetraceError
from lodetrace.evidence.errors import (
    BlockNotSealed,
    LogsAltered,
    LogsLeftOut,
    NodeContradictsItself,
)

WORDS: Final[Mapping[type[LodetraceError], str]] = {
    LogsLeftOut: LogsLeftOut.template,
    LogsAltered: LogsAltered.template,
    BlockNotSealed: "block {block} of the node is not the network's",
    NodeContradictsItself: "the node's {what} of block {block} is not what its header says",
    ChainRewound: "block {number} is another one now",
    EventsMissing: "events before one of block {block} are missing",
    EventUnexpected: "an event of block {block} does not fit those before",
    IndexReadUnsealed: IndexReadUnsealed.template,
}
"""The first that fits."""


def told_to_readers(error: LodetraceError | SQLAlchemyError) -> str:
    """In words that name nothing but blocks and contracts."""
    if isinstance(error, SQLAlchemyError):
        return f"the database does not answer: {FOR_THE_LOG}"
    for kind, words in WORDS.items():
        if isinstance(error, kind):
            return words.format(**error.values)
    return form_of(error).told
