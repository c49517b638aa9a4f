"""Steps 1 to 6 over a chain made in the test, and one test for each defect that they refuse."""

from dataclasses import replace

import pytest

from lodetrace.audit.anchor import Consensus
from lodetrace.audit.bundle import Bundle, CountersShown, ReceiptsShown, StateShown
from lodetrace.audit.errors import (
    ChainMismatch,
    CodeMismatch,
    ContentMalformed,
    ContractMismatch,
    CounterWentBack,
    EventRefused,
    HeaderMissing,
    NodeUnused,
    ReceiptRefused,
    StateRefused,
    VersionSuperseded,
)
from lodetrace.audit.evidence import Evidence, Passed, establish
from lodetrace.audit.storage_layout import VERSIONS
from lodetrace.chain.receipts import Log
from lodetrace.contracts.enums import SubjectKind
from lodetrace.contracts.events import ContractRegistered, CountersStated
from lodetrace.contracts.plan import directory_name
from lodetrace.text import checksummed
from tests.support.audit_events import ACCEPTED, CONSUMED, REGISTERED, SITE, STANDING, account, name
from tests.support.synthetic_chain import CODE, Chain, Transaction, by_hash, log_of


@pytest.fixture
def chain() -> Chain:
    """Four blocks with events, two without; a lot with four events, a site event used."""
    made = Chain()
    made.emit(REGISTERED, SITE)
    made.seal(
        Transaction(succeeded=False),
        Transaction((log_of(STANDING),)),
        Transaction((Log(name("somebody")[12:], (name("topic"),), b"\1"),)),
    )
    made.grow(1)
    made.count(SubjectKind.LOT, name("lot"), 4)
    made.count(SubjectKind.SITE, name("pit"), 1)
    made.stand(name("event"), used=True)
    made.emit(ACCEPTED, CONSUMED)
    made.grow(1)
    return made


@pytest.fixture
def bundle(chain: Chain) -> Bundle:
    return chain.bundle(
        {1: [0], 2: [0, 1, 2], 4: [0]},
        {SubjectKind.LOT: [name("lot"), name("other")], SubjectKind.SITE: [name("pit")]},
        [name("event")],
    )


def established(bundle: Bundle, chain: Chain, full: bool = False) -> Evidence:
    return establish(bundle.encode(), chain.anchor(), full_header_chain=full)


def test_events_counters_and_standings_of_a_bundle(bundle: Bundle, chain: Chain) -> None:
    steps: list[Passed] = []
    found = establish(bundle.encode(), chain.anchor(), observe=steps.append)
    assert [proven.event for proven in found.events] == [
        REGISTERED, SITE, STANDING, ACCEPTED, CONSUMED
    ]  # fmt: skip
    assert [proven.place for proven in found.events] == [
        (1, 0, 0), (1, 0, 1), (2, 1, 0), (4, 0, 0), (4, 0, 1)
    ]  # fmt: skip
    assert found.events[2].time == chain.header(2).time
    assert found.events[2].contract == "Attestations"
    assert {key: counter.value for key, counter in found.counters.items()} == {
        (SubjectKind.LOT, name("lot")): 4,
        (SubjectKind.LOT, name("other")): 0,
        (SubjectKind.SITE, name("pit")): 1,
    }
    standing = found.standings[name("event")]
    assert (standing.used, standing.excused, standing.withdrawn) == (True, False, False)
    assert found.finality.sealed
    assert found.finality.seals == 3 * len(bundle.headers)
    assert found.head.number == 5
    assert found.notes == ()
    assert [passed.number for passed in steps] == [1, 2, 3, 4, 5, 6]
    assert steps[3].counts["receipts"] == 5


def test_bundle_of_another_chain(bundle: Bundle, chain: Chain) -> None:
    with pytest.raises(ChainMismatch, match="chain id"):
        established(replace(bundle, chain_id=1), chain)
    with pytest.raises(ChainMismatch, match="genesis"):
        established(replace(bundle, genesis=bytes(32)), chain)


def test_receipts_without_their_header(bundle: Bundle, chain: Chain) -> None:
    headers = tuple(header for header in bundle.headers if header.number != 2)
    with pytest.raises(HeaderMissing, match="block 2"):
        established(replace(bundle, headers=headers), chain)


def test_receipt_beyond_the_last(bundle: Bundle, chain: Chain) -> None:
    receipts = (ReceiptsShown(1, (0, 1)), *bundle.receipts[1:])
    with pytest.raises(ReceiptRefused, match="receipt 1 of block 1"):
        established(replace(bundle, receipts=receipts), chain)


def test_receipts_of_two_blocks_swapped(bundle: Bundle, chain: Chain) -> None:
    first, second, third = bundle.receipts
    swapped = (replace(first, transactions=second.transactions), replace(second, transactions=(0,)))
    with pytest.raises(ReceiptRefused):
        established(replace(bundle, receipts=(*swapped, third)), chain)


def test_node_left_out(bundle: Bundle, chain: Chain) -> None:
    for at in range(len(bundle.nodes)):
        nodes = bundle.nodes[:at] + bundle.nodes[at + 1 :]
        with pytest.raises((ReceiptRefused, StateRefused), match="lacks node"):
            established(replace(bundle, nodes=nodes), chain)


def test_node_that_proves_nothing(bundle: Bundle, chain: Chain) -> None:
    other = Chain()
    other.emit(CONSUMED)
    nodes = by_hash([*bundle.nodes, *other.bundle({1: [0]}).nodes])
    with pytest.raises(NodeUnused, match="1 of them"):
        established(replace(bundle, nodes=nodes), chain)


def test_failed_transaction_with_logs(chain: Chain) -> None:
    chain.seal(Transaction((log_of(ACCEPTED),), succeeded=False))
    with pytest.raises(ReceiptRefused, match="failed, and it has logs"):
        established(chain.bundle({6: [0]}), chain)


def test_event_of_a_contract_that_it_has_not(chain: Chain) -> None:
    odd = log_of(ACCEPTED)
    for log in (
        replace(odd, topics=(name("unknown"), *odd.topics[1:])),
        replace(odd, topics=()),
        replace(odd, topics=odd.topics[:-1]),
        replace(odd, data=odd.data + bytes(32)),
        replace(odd, data=odd.data[:-1]),
        replace(odd, data=b"\1" * len(odd.data)),
        log_of(REGISTERED, at=odd.address),
    ):
        number = len(chain.blocks)
        chain.seal(Transaction((log,)))
        with pytest.raises(EventRefused, match=f"log 0 of receipt 0 of block {number}"):
            established(chain.bundle({number: [0]}), chain)


def test_contract_that_the_council_registered_later(chain: Chain) -> None:
    second = name("second custody")[12:]
    registered = ContractRegistered(directory_name("Custody"), 2, checksummed(second), CODE)
    chain.seal(Transaction((log_of(ACCEPTED, at=second),)))
    chain.emit(registered)
    assert established(chain.bundle({6: [0]}), chain).events == ()
    found = established(chain.bundle({6: [0], 7: [0]}), chain).events
    assert [proven.event for proven in found] == [ACCEPTED, registered]
    assert (found[0].contract, found[0].version, found[0].address) == ("Custody", 2, second)


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
        established(chain.bundle({6: [0]}), chain)


def test_registration_by_somebody_else(chain: Chain) -> None:
    second = name("second custody")[12:]
    registered = ContractRegistered(directory_name("Custody"), 2, checksummed(second), CODE)
    chain.seal(Transaction((log_of(registered, at=name("somebody")[12:]),)))
    chain.seal(Transaction((log_of(ACCEPTED, at=second),)))
    assert established(chain.bundle({6: [0], 7: [0]}), chain).events == ()


def test_newest_counter_counts(bundle: Bundle, chain: Chain) -> None:
    lot = (SubjectKind.LOT, name("lot"))
    chain.count(*lot, 5)
    chain.emit(CountersStated(SubjectKind.LOT, (name("lot"), name("third")), (5, 2)))
    shown = chain.bundle({6: [0]})
    counters = established(shown, chain).counters
    assert counters[lot].value == 5
    assert counters[SubjectKind.LOT, name("third")].block == 6
    chain.count(*lot, 6)
    chain.grow(1)
    counters = established(chain.bundle({6: [0]}, {SubjectKind.LOT: [name("lot")]}), chain).counters
    assert (counters[lot].value, counters[lot].block) == (6, 7)


def test_counter_that_went_back(chain: Chain) -> None:
    chain.emit(CountersStated(SubjectKind.LOT, (name("lot"),), (9,)))
    shown = chain.bundle({6: [0]}, {SubjectKind.LOT: [name("lot")]})
    with pytest.raises(CounterWentBack, match="4 at block 6, after 9"):
        established(shown, chain)


def test_proof_of_another_lot(bundle: Bundle, chain: Chain) -> None:
    assert bundle.state is not None
    counters = (CountersShown(SubjectKind.LOT, (name("third lot"),)),)
    with pytest.raises((StateRefused, NodeUnused)):
        established(replace(bundle, state=replace(bundle.state, counters=counters)), chain)


def test_state_of_a_block_that_is_not_shown(bundle: Bundle, chain: Chain) -> None:
    assert bundle.state is not None
    with pytest.raises(HeaderMissing, match="block 3"):
        established(replace(bundle, state=replace(bundle.state, block=3)), chain)


def test_state_of_an_earlier_block(bundle: Bundle, chain: Chain) -> None:
    """Before the counters were written."""
    assert bundle.state is not None
    with pytest.raises(StateRefused):
        established(replace(bundle, state=replace(bundle.state, block=2)), chain)


def test_other_code_than_was_registered(bundle: Bundle, chain: Chain) -> None:
    anchor = chain.anchor()
    book = replace(anchor.contracts["LotBook"], code_hash=bytes(32))
    trusted = replace(anchor, contracts={**anchor.contracts, "LotBook": book})
    with pytest.raises(CodeMismatch, match="LotBook in block 5"):
        establish(bundle.encode(), trusted)


def test_contract_that_nobody_knows(chain: Chain) -> None:
    anchor = chain.anchor()
    known = {name: found for name, found in anchor.contracts.items() if name != "LotBook"}
    shown = chain.bundle(counters={SubjectKind.LOT: [name("lot")]})
    with pytest.raises(StateRefused, match="neither anchor nor Directory"):
        establish(shown.encode(), replace(anchor, contracts=known))


def test_counter_of_a_book_that_was_superseded(chain: Chain) -> None:
    """The second book counts on; the first one's counter stands still, and nothing is missing."""
    chain.store("Directory", VERSIONS.slot(directory_name("LotBook")), 2)
    chain.grow(1)
    shown = chain.bundle(counters={SubjectKind.LOT: [name("lot")]})
    with pytest.raises(VersionSuperseded, match="the Directory has 2 versions of it, known are 1"):
        established(shown, chain)


def development_chain() -> Chain:
    """Three blocks without seals; in block 2 a transaction failed as on Ganache."""
    made = Chain(consensus=Consensus.NONE)
    made.emit(REGISTERED)
    made.seal(Transaction(succeeded=False, zero_status=True), Transaction((log_of(ACCEPTED),)))
    made.grow(1)
    return made


def test_development_chain_proves_no_finality() -> None:
    chain = development_chain()
    steps: list[Passed] = []
    bundle = chain.bundle({1: [0], 2: [0, 1]}, headers=[3])
    found = establish(bundle.encode(), chain.anchor(), observe=steps.append)
    assert not found.finality.sealed
    assert "NOT proven" in steps[2].checked
    assert [proven.event for proven in found.events] == [REGISTERED, ACCEPTED]
    assert len(found.notes) == 1
    assert found.notes[0].startswith("1 receipts of failed transactions are encoded as Ganache")


def test_development_chain_with_a_gap() -> None:
    chain = development_chain()
    with pytest.raises(HeaderMissing, match="between block 1 and it"):
        established(chain.bundle({1: [0]}), chain)


def test_failed_receipt_of_ganache_on_a_sealed_chain(chain: Chain) -> None:
    chain.seal(Transaction(succeeded=False, zero_status=True))
    with pytest.raises(ReceiptRefused, match="status"):
        established(chain.bundle({6: [0]}), chain)


def test_bundle_without_events_or_state(chain: Chain) -> None:
    found = established(chain.bundle(), chain)
    assert (found.events, found.counters, found.standings) == ((), {}, {})
    with pytest.raises(ContentMalformed, match="nothing is proven"):
        established(replace(chain.bundle(), state=StateShown(5, (), ())), chain)
