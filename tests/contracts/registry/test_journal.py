"""Words of the Journal: who writes which rows, how they are folded, and how long a row becomes."""

import pytest
from brownie import chain, web3

from lodetrace.audit.rows import Entry, count_of, fold, key_of
from lodetrace.audit.storage_layout import WORDS
from lodetrace.contracts.enums import RowKind
from lodetrace.contracts.structs import Row
from tests.contracts.people import word
from tests.contracts.reverts import reverts
from tests.contracts.rights import STAND_IN_HASH, code_hash, coded, take
from tests.contracts.rows import require_rows
from tests.contracts.values import emitted

PLACE, MEMBER = RowKind.PLACE, RowKind.MEMBER
SUBJECT, OTHER, DIGEST = word("subject"), word("other"), word("digest")
QUARTERS = {RowKind.PLACE: 96, RowKind.CERTIFICATE: 24, RowKind.EVENT: 192}


@pytest.fixture
def writer(journal, governor, stranger):
    """Somebody who stands in for a contract that writes the rows of places and members."""
    with coded(stranger):
        journal.setWriter(stranger, 1 << PLACE | 1 << MEMBER, STAND_IN_HASH, {"from": governor})
    return stranger


def entry(tx, writer, place, digest=DIGEST):
    """As it is noted: its digest is given, so no topics are known."""

    class Given(Entry):
        digest = bytes.fromhex(DIGEST[2:])

    address = bytes.fromhex(str(writer)[2:])
    return Given(address, tx.block_number, chain[tx.block_number].timestamp, place, (), b"")


def test_a_word_is_the_fold_of_its_entries(journal, writer):
    assert journal.wordOf(PLACE, SUBJECT) == 0
    before = journal.place()
    entries = []
    for place in range(before + 1, before + 4):
        tx = journal.note(PLACE, SUBJECT, DIGEST, False, {"from": writer})
        entries.append(entry(tx, writer, place))
        assert journal.wordOf(PLACE, SUBJECT) == fold(entries)
    assert count_of(journal.wordOf(PLACE, SUBJECT)) == 3
    assert journal.wordOf(MEMBER, SUBJECT) == 0, "a kind of its own"


def test_an_entry_about_several_subjects_has_one_place(journal, writer):
    before = journal.place()
    journal.note(PLACE, SUBJECT, DIGEST, False, {"from": writer})
    rows = [(PLACE, SUBJECT), (PLACE, OTHER), (MEMBER, SUBJECT)]
    tx = journal.noteAll(rows, DIGEST, False, {"from": writer})
    assert journal.place() == before + 2
    last = entry(tx, writer, before + 2)
    assert journal.wordOf(PLACE, OTHER) == journal.wordOf(MEMBER, SUBJECT) == fold([last])
    assert count_of(journal.wordOf(PLACE, SUBJECT)) == 2


def test_a_writer_writes_rows_of_its_kinds_only(journal, writer, governor, miner):
    with reverts("RowNotAllowed", miner, PLACE):
        journal.note(PLACE, SUBJECT, DIGEST, False, {"from": miner})
    with reverts("RowNotAllowed", writer, RowKind.LOT):
        journal.note(RowKind.LOT, SUBJECT, DIGEST, False, {"from": writer})
    with reverts("RowNotAllowed", writer, RowKind.LOT):
        rows = [(PLACE, SUBJECT), (RowKind.LOT, SUBJECT)]
        journal.noteAll(rows, DIGEST, True, {"from": writer})
    take(lambda at, code, by: journal.setWriter(at, 6, code, by), writer, governor)
    assert journal.kindsOf(writer) == 0
    with reverts("RowNotAllowed", writer, PLACE):
        journal.note(PLACE, SUBJECT, DIGEST, False, {"from": writer})


def test_rights_are_of_the_council_and_go_to_code(journal, governor, miner, members):
    with reverts("OnlyCouncil", miner):
        journal.setWriter(members, 2, code_hash(members), {"from": miner})
    with reverts("NoCode", miner):
        journal.setWriter(miner, 2, STAND_IN_HASH, {"from": governor})
    with reverts("CodeDiffers", members, STAND_IN_HASH, code_hash(members)):
        journal.setWriter(members, 2, STAND_IN_HASH, {"from": governor})


@pytest.mark.usefixtures("members")
def test_rights_are_noted_in_the_row_of_the_directory(journal, governor, members):
    before = journal.wordOf(RowKind.DIRECTORY, bytes(32))
    tx = journal.setWriter(members, 2, code_hash(members), {"from": governor})
    emitted(tx, "JournalWriterSet", writer=members, kinds=2, codeHash=code_hash(members))
    assert count_of(journal.wordOf(RowKind.DIRECTORY, bytes(32))) == count_of(before) + 1
    require_rows(journal)


def test_the_last_quarter_is_for_what_a_row_cannot_refuse(journal, governor, stranger):
    """However full it is: nobody fills a row to keep a word against himself out."""
    kinds = sum(1 << kind for kind in QUARTERS)
    with coded(stranger):
        journal.setWriter(stranger, kinds, STAND_IN_HASH, {"from": governor})
    for kind, quarters in QUARTERS.items():
        write(journal, kind, quarters, stranger)
        with reverts("RowFull", kind, SUBJECT, quarters):
            journal.note(kind, SUBJECT, DIGEST, False, {"from": stranger})
        with reverts("RowFull", kind, SUBJECT, quarters):
            rows = [(kind, OTHER), (kind, SUBJECT)]
            journal.noteAll(rows, DIGEST, False, {"from": stranger})
        for _ in range(3):
            journal.note(kind, SUBJECT, DIGEST, True, {"from": stranger})
        assert count_of(journal.wordOf(kind, SUBJECT)) == quarters + 3
        assert journal.wordOf(kind, OTHER) == 0, "nothing of a refused entry stays"


def write(journal, kind, count, writer):
    """So many entries at once, by naming the subject again and again."""
    for size in (64,) * (count // 64) + (count % 64,):
        journal.noteAll([(kind, SUBJECT)] * size, DIGEST, False, {"from": writer})


def test_a_word_lies_where_its_key_says(journal, writer):
    journal.note(PLACE, SUBJECT, DIGEST, False, {"from": writer})
    slot = WORDS.slot(key_of(Row(PLACE, bytes.fromhex(SUBJECT[2:]))))
    stored = web3.eth.get_storage_at(str(journal), int.from_bytes(slot, "big"))
    assert int.from_bytes(stored, "big") == journal.wordOf(PLACE, SUBJECT)
