"""Steps 1 to 6 over a chain made in the test, and one test for each defect that they refuse."""

from dataclasses import replace

import pytest

from lodetrace.audit.anchor import Anchor, Consensus
from lodetrace.audit.bundle import Bundle, BundleSubject, Subject
from lodetrace.audit.errors import (
    BundleRefused,
    ChainMismatch,
    CodeMismatch,
    ContractMismatch,
    EntryUnused,
    EventRefused,
    HeaderMissing,
    JournalReplaced,
    NodeUnused,
    RowIncomplete,
    RowTooLong,
    StateRefused,
    WriterNotAllowed,
)
from lodetrace.audit.evidence import Evidence, Passed, establish
from lodetrace.audit.rows import Entry
from lodetrace.contracts.enums import RowKind
from lodetrace.contracts.events import ContractRegistered, JournalWriterSet
from lodetrace.contracts.plan import directory_name
from lodetrace.contracts.structs import Row
from lodetrace.text import checksummed
from tests.support.audit_events import (
    ACCEPTED,
    ADDED,
    BORN,
    REGISTERED,
    SITE,
    STANDING,
    account,
    name,
)
from tests.support.synthetic_chain import CODE, Chain, address_of, by_hash, log_of

LOT = name("lot")


@pytest.fixture
def chain() -> Chain:
    """Three blocks with events, two without."""
    made = Chain()
    made.emit(REGISTERED, ADDED)
    made.emit(SITE, STANDING, BORN)
    made.grow(1)
    made.emit(ACCEPTED)
    made.grow(1)
    return made


@pytest.fixture
def bundle(chain: Chain) -> Bundle:
    return chain.bundle(LOT, headers=[1, 2, 4])


def established(bundle: Bundle, chain: Chain, full: bool = False) -> Evidence:
    return establish(bundle.encode(), chain.anchor(), full_header_chain=full)


def last_entry(bundle: Bundle, change: Entry) -> Bundle:
    """Another last entry: that of the acceptance."""
    return replace(bundle, entries=(*bundle.entries[:-1], change))


def test_rows_of_a_bundle(bundle: Bundle, chain: Chain) -> None:
    steps: list[Passed] = []
    found = establish(bundle.encode(), chain.anchor(), observe=steps.append)
    told = [proven.event for proven in found.events if proven.contract != "Journal"]
    assert told == [REGISTERED, ADDED, SITE, STANDING, BORN, ACCEPTED]
    assert [proven.place for proven in found.events] == list(range(1, 22))
    standing = found.events[-3]
    assert (standing.block, standing.time) == (2, chain.header(2).time)
    assert standing.contract == "Attestations"
    rows = {row: len(entries) for row, entries in found.closure.rows.items()}
    assert rows[Row(RowKind.LOT, LOT)] == 2
    assert rows[Row(RowKind.MEMBER, name("mine"))] == 2
    assert rows[Row(RowKind.PLACE, name("place"))] == 0
    assert Row(RowKind.LOT, name("other")) not in found.closure
    assert found.finality.sealed
    assert found.finality.seals == 3 * len(bundle.headers)
    assert found.head.number == 5
    assert found.notes == ()
    assert [passed.number for passed in steps] == [1, 2, 3, 4, 5, 6]
    assert steps[3].counts["rows"] == len(rows)


def test_bundle_of_another_chain(bundle: Bundle, chain: Chain) -> None:
    with pytest.raises(ChainMismatch, match="chain id"):
        established(replace(bundle, chain_id=1), chain)
    with pytest.raises(ChainMismatch, match="genesis"):
        established(replace(bundle, genesis=bytes(32)), chain)


def test_bundle_about_another_lot(bundle: Bundle, chain: Chain) -> None:
    other = replace(bundle, subject=Subject(BundleSubject.LOT, name("other")))
    with pytest.raises((StateRefused, EntryUnused)):
        established(other, chain)


def test_each_entry_left_out(bundle: Bundle, chain: Chain) -> None:
    for at in range(len(bundle.entries)):
        kept = bundle.entries[:at] + bundle.entries[at + 1 :]
        with pytest.raises(BundleRefused) as refusal:
            established(replace(bundle, entries=kept), chain)
        assert refusal.value.step in (4, 5, 6)


def test_each_node_left_out(bundle: Bundle, chain: Chain) -> None:
    for at in range(len(bundle.nodes)):
        nodes = bundle.nodes[:at] + bundle.nodes[at + 1 :]
        with pytest.raises(StateRefused, match="lacks node"):
            established(replace(bundle, nodes=nodes), chain)


def test_an_entry_that_is_not_there(chain: Chain) -> None:
    """A row of nothing, beside a word that something moved."""
    bundle = chain.bundle(LOT)
    gone = [one for one in bundle.entries if one.topics[0] != log_of(SITE).topics[0]]
    with pytest.raises(RowIncomplete, match=r"row site .*: 0 entries are shown, the chain noted 1"):
        established(replace(bundle, entries=tuple(gone)), chain)


def test_entries_of_two_places_exchanged(bundle: Bundle, chain: Chain) -> None:
    *before, first, second = bundle.entries
    moved = (
        replace(second, place=first.place, block=first.block, time=first.time),
        replace(first, place=second.place, block=second.block, time=second.time),
    )
    with pytest.raises(RowIncomplete):
        established(replace(bundle, entries=(*before, *moved)), chain)


@pytest.mark.parametrize("field", ["block", "time", "place"])
def test_an_entry_of_another_moment(bundle: Bundle, chain: Chain, field: str) -> None:
    last = bundle.entries[-1]
    later = replace(last, **{field: getattr(last, field) + 1})  # type: ignore[arg-type]
    with pytest.raises(RowIncomplete):
        established(last_entry(bundle, later), chain)


def test_an_entry_twice(bundle: Bundle, chain: Chain) -> None:
    last = bundle.entries[-1]
    again = replace(last, place=last.place + 1)
    with pytest.raises(RowIncomplete, match="3 entries are shown, the chain noted 2"):
        established(replace(bundle, entries=(*bundle.entries, again)), chain)


def test_an_entry_about_another_lot(bundle: Bundle, chain: Chain) -> None:
    chain.emit(replace(ACCEPTED, lot=name("other")))
    whole, stranger = chain.bundle(LOT), chain.entries[-1].entry
    with pytest.raises(EntryUnused, match="1 of them"):
        established(replace(whole, entries=(*whole.entries, stranger)), chain)


def test_rows_of_an_earlier_block(bundle: Bundle, chain: Chain) -> None:
    """They are whole, as of then."""
    chain.emit(replace(ACCEPTED, sequence=4))
    later = replace(bundle, headers=(chain.header(6),), nodes=chain.bundle(LOT).nodes)
    with pytest.raises(RowIncomplete, match="2 entries are shown, the chain noted 3"):
        established(later, chain)


def test_more_entries_than_a_row_can_have(bundle: Bundle, chain: Chain) -> None:
    last = bundle.entries[-1]
    more = tuple(replace(last, place=last.place + at) for at in range(1, 512))
    with pytest.raises(RowTooLong, match="513, at most 512"):
        established(replace(bundle, entries=(*bundle.entries, *more)), chain)


def test_node_that_proves_nothing(bundle: Bundle, chain: Chain) -> None:
    other = Chain()
    other.emit(BORN)
    nodes = by_hash([*bundle.nodes, other.bundle().nodes[0]])
    with pytest.raises(NodeUnused, match="1 of them"):
        established(replace(bundle, nodes=nodes), chain)


def test_event_of_a_contract_that_it_has_not(bundle: Bundle, chain: Chain) -> None:
    odd = bundle.entries[-1]
    for entry in (
        replace(odd, topics=(name("unknown"), *odd.topics[1:])),
        replace(odd, topics=odd.topics[:-1]),
        replace(odd, data=odd.data + bytes(32)),
        replace(odd, data=odd.data[:-1]),
        replace(odd, data=b"\1" * len(odd.data)),
        replace(odd, writer=address_of("Members")),
        replace(odd, writer=name("somebody")[12:]),
    ):
        with pytest.raises(EventRefused, match="entry 21 of block 4"):
            established(last_entry(bundle, entry), chain)


def test_an_event_that_the_journal_never_noted(bundle: Bundle, chain: Chain) -> None:
    log = log_of(ContractRegistered(directory_name("Odd"), 1, account("odd"), CODE))
    last = bundle.entries[-1]
    entry = Entry(log.address, last.block, last.time, last.place + 1, log.topics, log.data)
    with pytest.raises(RowIncomplete, match="row directory"):
        established(replace(bundle, entries=(*bundle.entries, entry)), chain)


def test_contract_that_the_council_registered_later(chain: Chain) -> None:
    second = name("second custody")[12:]
    chain.note(ContractRegistered(directory_name("Custody"), 2, checksummed(second), CODE))
    chain.note(JournalWriterSet(checksummed(second), 1 << RowKind.LOT, CODE))
    chain.note(replace(ACCEPTED, sequence=4), second)
    chain.grow(1)
    last = established(chain.bundle(LOT), chain).events[-1]
    assert (last.contract, last.version, last.address) == ("Custody", 2, second)


def test_contract_that_wrote_before_it_was_allowed(chain: Chain) -> None:
    second = name("second custody")[12:]
    chain.note(ContractRegistered(directory_name("Custody"), 2, checksummed(second), CODE))
    chain.note(replace(ACCEPTED, sequence=4), second)
    chain.note(JournalWriterSet(checksummed(second), 1 << RowKind.LOT, CODE))
    chain.grow(1)
    with pytest.raises(WriterNotAllowed, match="write into rows of lot"):
        established(chain.bundle(LOT), chain)


def test_contract_that_wrote_after_the_right_was_taken(chain: Chain) -> None:
    custody = checksummed(address_of("Custody"))
    chain.emit(JournalWriterSet(custody, 0, bytes(32)), replace(ACCEPTED, sequence=4))
    with pytest.raises(WriterNotAllowed):
        established(chain.bundle(LOT), chain)


def test_contract_that_wrote_into_rows_of_another_kind(chain: Chain) -> None:
    custody = checksummed(address_of("Custody"))
    chain.emit(JournalWriterSet(custody, 1 << RowKind.ROOT, CODE), replace(ACCEPTED, sequence=4))
    with pytest.raises(WriterNotAllowed):
        established(chain.bundle(LOT), chain)


def test_rights_that_somebody_else_gave(chain: Chain) -> None:
    second = name("second journal")[12:]
    registered = ContractRegistered(directory_name("Journal"), 2, checksummed(second), CODE)
    chain.emit(registered)
    with pytest.raises(JournalReplaced, match="version 2"):
        established(chain.bundle(LOT), chain)


def test_a_right_for_other_code_than_was_registered(chain: Chain) -> None:
    custody = checksummed(address_of("Custody"))
    chain.emit(JournalWriterSet(custody, 1 << RowKind.LOT, name("other code")))
    with pytest.raises(ContractMismatch, match="Custody"):
        established(chain.bundle(LOT), chain)


@pytest.mark.parametrize(
    ("contract", "version", "at"),
    [("Custody", 1, account("other custody")), ("Holds", 2, checksummed(log_of(ACCEPTED).address))],
    ids=["another address for the anchored version", "one address under two names"],
)
def test_contract_that_contradicts_the_anchor(
    chain: Chain, contract: str, version: int, at: str
) -> None:
    chain.emit(ContractRegistered(directory_name(contract), version, at, CODE))
    with pytest.raises(ContractMismatch, match="block 6"):
        established(chain.bundle(LOT), chain)


def test_registration_by_somebody_else(chain: Chain) -> None:
    second = name("second custody")[12:]
    registered = ContractRegistered(directory_name("Custody"), 2, checksummed(second), CODE)
    chain.note(registered, name("somebody")[12:])
    chain.grow(1)
    with pytest.raises(EventRefused, match="none of the network's contracts"):
        established(chain.bundle(LOT), chain)


def trusting(anchor: Anchor, code: bytes | None) -> Anchor:
    """With other code for the Journal, or without it."""
    contracts = {at: found for at, found in anchor.contracts.items() if at != "Journal"}
    if code is not None:
        contracts["Journal"] = replace(anchor.contracts["Journal"], code_hash=code)
    return replace(anchor, contracts=contracts)


def test_other_code_than_the_anchor_knows(bundle: Bundle, chain: Chain) -> None:
    with pytest.raises(CodeMismatch, match="the Journal in block 5"):
        establish(bundle.encode(), trusting(chain.anchor(), bytes(32)))


def test_an_anchor_without_a_journal(chain: Chain) -> None:
    bundle = replace(chain.bundle(), entries=())
    with pytest.raises(EventRefused, match="the trust anchor does not name the contract"):
        establish(bundle.encode(), trusting(chain.anchor(), None))


def development_chain() -> Chain:
    """Three blocks without seals."""
    made = Chain(consensus=Consensus.NONE)
    made.emit(REGISTERED, ADDED)
    made.emit(SITE, STANDING, BORN)
    made.grow(1)
    return made


def test_development_chain_proves_no_finality() -> None:
    chain = development_chain()
    steps: list[Passed] = []
    bundle = chain.bundle(LOT, headers=[1, 2])
    found = establish(bundle.encode(), chain.anchor(), observe=steps.append)
    assert not found.finality.sealed
    assert "NOT proven" in steps[2].checked
    assert found.events[-1].event == BORN
    assert found.notes == ()


def test_development_chain_with_a_gap() -> None:
    chain = development_chain()
    with pytest.raises(HeaderMissing, match="between block 1 and it"):
        established(chain.bundle(LOT, headers=[1]), chain)


def test_a_lot_about_which_nothing_was_noted(chain: Chain) -> None:
    """Steps 1 to 6 hold: that nothing is there is proven. The story then has no origin."""
    found = established(chain.bundle(name("nobody's")), chain)
    assert found.closure.row(Row(RowKind.LOT, name("nobody's"))) == ()
