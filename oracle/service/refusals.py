"""Says on chain that this node refused a document, where it is on the panel of the site.

Silence would look like dawdling: after a week another group is drawn in the place of one that said
nothing (contracts/interfaces/IFilings.sol). What is wrong with the document stays off chain.
"""

import time
from typing import Final

from lodetrace.contracts.enums import ReasonCode
from lodetrace.contracts.reasons import coded
from lodetrace.contracts.refusals.decoder import ContractRefused
from lodetrace.documents.signed_document import SignedDocument
from lodetrace.onchain.contracts import Contracts
from lodetrace.onchain.reads import Reads
from lodetrace.strict_json import parse
from lodetrace.text import DAY_SECONDS, hex_of
from lodetrace.transactions.sender import Sender, TransactionFailed
from oracle.service.store import Store

AT_ONCE: Final = 20
LOOK_AGAIN: Final = 60
"""Seconds after which it is looked again whether the site has filed the document."""
PATIENCE: Final = 30 * DAY_SECONDS
"""For which a site may file a refused document all the same."""


class RefusalFiler:
    """Refused documents that their sites filed -> refused on chain, once each."""

    def __init__(self, contracts: Contracts, sender: Sender, store: Store) -> None:
        self._contracts: Final = contracts
        self._sender: Final = sender
        self._store: Final = store

    def file(self) -> int:
        """How many were answered; raises NodeError or ReceiptPending, and goes on later."""
        now = int(time.time())
        rows = self._store.rows(
            "SELECT intake, content, received FROM refusals JOIN intake ON intake.id = intake"
            " WHERE look <= ? ORDER BY look, intake LIMIT ?",
            now,
            AT_ONCE,
        )
        answered = 0
        for number, content, received in rows:
            if not self._sender.has_room():
                break
            if self._answer(SignedDocument.of(parse(content))):
                answered += 1
            elif now - received < PATIENCE:
                self._write("UPDATE refusals SET look = ? WHERE intake = ?", now + LOOK_AGAIN, number)
                continue
            self._write("DELETE FROM refusals WHERE intake = ?", number)
        return answered

    def _answer(self, signed: SignedDocument) -> bool:
        """Whether nothing is left to say; False while the site has not filed it."""
        filed = (signed.site, signed.sequence, signed.hash)
        if not Reads(self._contracts).filed_at(*filed):
            return False
        reason = coded(ReasonCode.INCORRECT_DATA)
        data = self._contracts.data("Attestations", "refuse", *filed, reason)
        purpose, to = f"refuse {hex_of(signed.hash)}", self._contracts.address("Attestations")
        try:
            self._sender.wait(self._sender.submit(purpose, to, data))
        except (ContractRefused, TransactionFailed):
            pass  # not on the panel, or said before by another node of this group
        return True

    def _write(self, statement: str, *values: object) -> None:
        with self._store.write() as connection:
            connection.execute(statement, values)
