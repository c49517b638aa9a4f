"""Filings: an operator's word on chain that a document is there."""

from pathlib import Path

import pytest

from lodetrace.contracts.events import Filed
from lodetrace.contracts.refusals.decoder import ContractRefused
from lodetrace.documents.signed_document import SignedDocument
from lodetrace.member.filings import file_document, file_documents
from lodetrace.member.session import MemberSession
from lodetrace.strict_json import parse
from tests.stateful.refinery import REFINERY_KEYS, session
from tests.support.births import MINE_KEYS, signed_birth
from tests.support.cobalt_chain import CobaltChain

pytestmark = pytest.mark.chain


def unfiled(cobalt: CobaltChain, sequence: int) -> SignedDocument:
    """A document of the first mine; those of the story are filed."""
    return SignedDocument.of(parse(signed_birth(cobalt.domain, sequence)))


def filings(member: MemberSession) -> list[bytes]:
    found = member.contracts.happened(Filed)
    return [one.document for one in found if one.sequence > 900]


def test_the_first_filing_of_a_document_counts(cobalt: CobaltChain, tmp_path: Path) -> None:
    """Again, with an empty disk or not, nothing is sent; others are filed together."""
    first, second, third = (unfiled(cobalt, number) for number in (901, 902, 903))
    with session(cobalt, MINE_KEYS, tmp_path / "mine") as mine:
        filing = file_document(mine, first)
        assert (filing.document, filing.filed_at) == (first.hash, mine.now())
        cobalt.node.rpc("evm_increaseTime", [60])
        cobalt.node.rpc("evm_mine")
        assert file_document(mine, first) == filing
    with session(cobalt, MINE_KEYS, tmp_path / "mine again") as mine:
        assert file_document(mine, first) == filing
        assert filings(mine) == [first.hash]
        found = file_documents(mine, [first, second, third])
        assert [one.document for one in found] == [first.hash, second.hash, third.hash]
        assert found[0] == filing
        assert found[1].filed_at == found[2].filed_at > filing.filed_at
        assert filings(mine) == [first.hash, second.hash, third.hash]


def test_nobody_files_for_another(cobalt: CobaltChain, tmp_path: Path) -> None:
    signed = unfiled(cobalt, 901)
    with session(cobalt, REFINERY_KEYS, tmp_path / "refinery") as refinery:
        with pytest.raises(ContractRefused, match="does not operate site"):
            file_document(refinery, signed)
        assert filings(refinery) == []
