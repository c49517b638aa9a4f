"""Filings: an operator's word on chain that a document is there."""

from pathlib import Path

import pytest

from lodetrace.contracts.events import Filed
from lodetrace.contracts.refusals.decoder import ContractRefused
from lodetrace.documents.signed_document import SignedDocument
from lodetrace.member.filings import file_document
from tests.stateful.refinery import REFINERY_KEYS, session
from tests.stateful.service_node import MINES
from tests.support.births import MINE_KEYS
from tests.support.cobalt_chain import CobaltChain

pytestmark = pytest.mark.chain


def test_the_first_filing_of_a_document_counts(cobalt: CobaltChain, tmp_path: Path) -> None:
    """Again, with an empty disk or not, nothing is sent; a second document is filed by itself."""
    first, second = (SignedDocument.read(cobalt.documents[label]) for label in MINES[:2])
    with session(cobalt, MINE_KEYS, tmp_path / "mine") as mine:
        filing = file_document(mine, first)
        assert (filing.document, filing.filed_at) == (first.hash, mine.now())
        cobalt.node.rpc("evm_increaseTime", [60])
        cobalt.node.rpc("evm_mine")
        assert file_document(mine, first) == filing
    with session(cobalt, MINE_KEYS, tmp_path / "mine again") as mine:
        assert file_document(mine, first) == filing
        assert len(mine.contracts.happened(Filed)) == 1
        assert file_document(mine, second).filed_at > filing.filed_at
        filed = [one.document for one in mine.contracts.happened(Filed)]
    assert filed == [first.hash, second.hash]


def test_nobody_files_for_another(cobalt: CobaltChain, tmp_path: Path) -> None:
    signed = SignedDocument.read(cobalt.documents[MINES[0]])
    with session(cobalt, REFINERY_KEYS, tmp_path / "refinery") as refinery:
        with pytest.raises(ContractRefused, match="does not operate site"):
            file_document(refinery, signed)
        assert not refinery.contracts.happened(Filed)
