"""One line of the log for each document's fate, once it is committed.

A line names the document by its hashes and says state, codes of reasons, events and transactions.
It never quotes a document, nor a finding, which repeats weights and lots of the document.
"""

import logging
import sqlite3
from collections.abc import Iterable
from typing import Final

from lodetrace.errors import InputError
from lodetrace.text import hex_of
from oracle.service.states import ENDED, IntakeState
from oracle.service.store import Store

LOUD: Final = frozenset({IntakeState.CONTRADICTED, IntakeState.OVERRULED})
"""States after which somebody has to be asked."""
_LOG: Final = logging.getLogger("lodetrace.oracle")


def tell(
    store: Store,
    connection: sqlite3.Connection,
    number: int,
    state: IntakeState,
    codes: Iterable[str] = (),
) -> None:
    """Tells of a document that reached a state, after the commit of the present transaction.

    codes: why, as names of rules and errors; those of its reports are added here.
    """
    if state not in ENDED:
        return
    digest, document = connection.execute(
        "SELECT digest, document FROM intake WHERE id = ?", (number,)
    ).fetchone()
    reports = connection.execute(
        "SELECT event_id, hash, reason FROM reports WHERE intake = ? ORDER BY id", (number,)
    ).fetchall()
    said = [*codes, *(code_of(reason) for _, _, reason in reports if reason)]
    reasons = list(dict.fromkeys(said))
    fields = {
        "document": None if document is None else hex_of(document),
        "digest": hex_of(digest),
        "state": state.value,
        "reasons": reasons,
        "events": [hex_of(event_id) for event_id, _, _ in reports],
        "transactions": list(dict.fromkeys(hash_ for _, hash_, _ in reports if hash_)),
    }
    words = " ".join([hex_of(digest if document is None else document), state.value, *reasons])
    level = logging.WARNING if state in LOUD else logging.INFO
    store.after_commit(lambda: _LOG.log(level, "document %s", words, extra=fields))


def tell_unread(error: InputError) -> None:
    """Tells of a document that was refused before all of it was read: it has no digest."""
    fields = {
        "document": None,
        "digest": None,
        "state": IntakeState.REFUSED.value,
        "reasons": [error.code],
        "events": [],
        "transactions": [],
    }
    _LOG.info("document unread refused %s", error.code, extra=fields)


def code_of(reason: str) -> str:
    """The code of a report's reason, which begins with it: `Name: what the contract said`."""
    return reason.partition(":")[0].replace(" ", "-")
