"""Steps 4 to 7: rows, events, closure and keys."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from lodetrace.audit.anchor import Anchor
from lodetrace.audit.bundle import Bundle, BundleSubject, Subject
from lodetrace.audit.rows import Entry
from lodetrace.chain.receipts import Log
from lodetrace.chain.strict_rlp import decode_list, encode
from lodetrace.contracts.enums import RowKind
from lodetrace.contracts.events import (
    ContractRegistered,
    Event,
    JournalWriterSet,
    OpeningDisclosed,
)
from lodetrace.contracts.plan import directory_name
from lodetrace.contracts.structs import ZERO32, Row
from lodetrace.text import checksummed
from tests.support.audit_events import ACCEPTED, BORN, REGISTERED, SITE, STANDING, account, name
from tests.support.boxes import box
from tests.support.synthetic_chain import CODE, Chain, address_of, by_hash, log_of
from tests.unit.audit.cases.base import Built, refused, shown, story
from zk_circuits.keccak import keccak256

LOT = name("lot")


def changed(change: Callable[[Bundle], Bundle]) -> Built:
    chain = story()
    return change(shown(chain)).encode(), chain.anchor()


def last(change: Callable[[Entry], Entry]) -> Built:
    """Another last entry: that of the acceptance."""
    return changed(
        lambda found: replace(found, entries=(*found.entries[:-1], change(found.entries[-1])))
    )


def told_as(log: Log) -> Built:
    """The last entry says something else."""
    return last(lambda entry: replace(entry, writer=log.address, topics=log.topics, data=log.data))


def without(*logs: Log) -> Built:
    """The story without the entries of some logs, and with every node."""
    topics = {log.topics for log in logs}

    def fewer(found: Bundle) -> Bundle:
        kept = tuple(entry for entry in found.entries if entry.topics not in topics)
        assert len(kept) == len(found.entries) - len(topics)
        return replace(found, entries=kept)

    return changed(fewer)


def with_journal(code: bytes | None) -> Anchor:
    """The story's anchor with other code for the Journal, or without it."""
    anchor = story().anchor()
    contracts = {known: found for known, found in anchor.contracts.items() if known != "Journal"}
    if code is not None:
        contracts["Journal"] = replace(anchor.contracts["Journal"], code_hash=code)
    return replace(anchor, contracts=contracts)


def without_node(nodes: Sequence[bytes], root: bytes) -> tuple[bytes, ...]:
    found = tuple(node for node in nodes if keccak256(node) != root)
    assert len(found) == len(nodes) - 1
    return found


@refused("rows", 4, "RowIncomplete")
def the_last_entry_left_out() -> Built:
    return without(log_of(ACCEPTED))


@refused("rows", 4, "RowIncomplete")
def the_only_entry_of_a_row_left_out() -> Built:
    return without(log_of(SITE))


@refused("rows", 4, "RowIncomplete")
def an_entry_that_two_rows_have_left_out() -> Built:
    return without(log_of(STANDING), log_of(BORN))


@refused("rows", 4, "RowIncomplete")
def a_right_to_write_left_out() -> Built:
    return changed(lambda found: replace(found, entries=found.entries[1:]))


@refused("rows", 4, "StateRefused")
def the_birth_left_out_with_all_that_it_needs() -> Built:
    """What is left needs other rows, whose words the nodes do not prove."""
    chain = story()
    nobody = Subject(BundleSubject.LOT, name("nobody's lot"))
    found = chain.bundle(nobody.id, headers=[1, 2])
    return replace(found, subject=Subject(BundleSubject.LOT, LOT)).encode(), chain.anchor()


@refused("rows", 4, "RowIncomplete")
def two_entries_exchanged() -> Built:
    def exchanged(found: Bundle) -> Bundle:
        *before, first, second = found.entries
        moved = (
            replace(second, place=first.place, block=first.block, time=first.time),
            replace(first, place=second.place, block=second.block, time=second.time),
        )
        return replace(found, entries=(*before, *moved))

    return changed(exchanged)


@refused("rows", 4, "RowIncomplete")
def an_entry_repeated() -> Built:
    def repeated(found: Bundle) -> Bundle:
        again = found.entries[-1]
        return replace(found, entries=(*found.entries, replace(again, place=again.place + 1)))

    return changed(repeated)


@refused("rows", 4, "RowIncomplete")
def an_entry_in_another_block() -> Built:
    return last(lambda entry: replace(entry, block=entry.block + 1))


@refused("rows", 4, "RowIncomplete")
def an_entry_at_another_time() -> Built:
    return last(lambda entry: replace(entry, time=entry.time + 1))


@refused("rows", 4, "RowIncomplete")
def an_entry_at_another_place() -> Built:
    return last(lambda entry: replace(entry, place=entry.place + 1))


@refused("rows", 4, "RowIncomplete")
def an_entry_that_says_something_else() -> Built:
    return told_as(log_of(replace(ACCEPTED, sequence=4)))


@refused("rows", 4, "RowIncomplete")
def an_entry_about_another_lot() -> Built:
    return told_as(log_of(replace(ACCEPTED, lot=name("other"))))


@refused("rows", 4, "RowIncomplete")
def rows_as_of_an_earlier_block() -> Built:
    """Whole then; one entry more was noted before the head."""
    chain = story()
    earlier = shown(chain)
    chain.emit(replace(ACCEPTED, sequence=4))
    later = shown(chain)
    return replace(later, entries=earlier.entries).encode(), chain.anchor()


@refused("rows", 4, "StateRefused")
def words_of_an_earlier_block() -> Built:
    chain = story()
    earlier = shown(chain)
    chain.emit(replace(ACCEPTED, sequence=4))
    return replace(earlier, headers=shown(chain).headers).encode(), chain.anchor()


@refused("rows", 4, "RowTooLong")
def a_row_of_more_entries_than_it_can_have() -> Built:
    def longer(found: Bundle) -> Bundle:
        end = found.entries[-1]
        more = tuple(replace(end, place=end.place + at) for at in range(1, 512))
        return replace(found, entries=(*found.entries, *more))

    return changed(longer)


@refused("rows", 4, "StateRefused")
def the_root_of_the_state_left_out() -> Built:
    chain = story()
    bundle = shown(chain)
    nodes = without_node(bundle.nodes, chain.head.state_root)
    return replace(bundle, nodes=nodes).encode(), chain.anchor()


@refused("rows", 4, "StateRefused")
def the_proof_that_a_row_is_empty_left_out() -> Built:
    """Of the place, of which nobody said anything."""
    chain = story()
    chain.emit(*(replace(ACCEPTED, lot=name(f"lot {at}")) for at in range(200)))
    bundle = shown(chain)
    empty = [Row(RowKind.PLACE, name("place"))]
    others = [row for row in chain.closure(bundle.subject).rows if row not in empty]
    alone = set(chain.nodes_of(empty)) - set(chain.nodes_of(others))
    assert alone
    nodes = tuple(node for node in bundle.nodes if node not in alone)
    return replace(bundle, nodes=nodes).encode(), chain.anchor()


@refused("rows", 4, "StateRefused")
def nodes_with_other_values() -> Built:
    def all_of_them(found: Bundle) -> Bundle:
        nodes = [node[:-1] + bytes([node[-1] ^ 1]) for node in found.nodes]
        return replace(found, nodes=by_hash(nodes))

    return changed(all_of_them)


@refused("rows", 4, "CodeMismatch")
def other_code_than_the_anchor_knows() -> Built:
    return shown(story()).encode(), with_journal(name("other code"))


@refused("rows", 4, "StateRefused")
def an_account_of_five_items() -> Built:
    """Under a state root that validators sealed all the same."""
    chain = story()
    trie = chain.blocks[-1].state
    address = keccak256(chain.anchor().contracts["Journal"].address)
    trie[address] = encode([*decode_list(trie[address], "account"), b"\1"])
    fields = list(chain.head.fields)
    fields[3] = trie.root_hash
    odd = chain.resealed(type(chain.head).of_fields(fields))
    bundle = shown(chain)
    return replace(bundle, headers=(*bundle.headers[:-1], odd)).encode(), chain.anchor()


@refused("events", 5, "EventRefused")
def an_event_that_the_contract_has_not() -> Built:
    log = log_of(ACCEPTED)
    return told_as(replace(log, topics=(name("unknown"), *log.topics[1:])))


@refused("events", 5, "EventRefused")
def an_event_of_another_contract() -> Built:
    return told_as(log_of(REGISTERED, at=log_of(ACCEPTED).address))


@refused("events", 5, "EventRefused")
def an_event_of_nobody_whom_the_reader_knows() -> Built:
    return told_as(replace(log_of(ACCEPTED), address=name("somebody")[12:]))


@refused("events", 5, "EventRefused")
def an_event_that_is_in_no_row() -> Built:
    """A contract of the network wrote it, and notes it nowhere."""
    event = OpeningDisclosed(LOT, account("mine"), account("refinery"), box("sealed"))
    return told_as(log_of(event))


@refused("events", 5, "EventRefused")
def an_event_with_a_topic_too_few() -> Built:
    log = log_of(ACCEPTED)
    return told_as(replace(log, topics=log.topics[:-1]))


@refused("events", 5, "EventRefused")
def data_cut_short() -> Built:
    log = log_of(ACCEPTED)
    return told_as(replace(log, data=log.data[:-1]))


@refused("events", 5, "EventRefused")
def data_with_a_word_behind_its_end() -> Built:
    log = log_of(ACCEPTED)
    return told_as(replace(log, data=log.data + bytes(32)))


@refused("events", 5, "EventRefused")
def a_number_beyond_its_type() -> Built:
    log = log_of(ACCEPTED)
    return told_as(replace(log, data=b"\1" * len(log.data)))


@refused("events", 5, "EventRefused")
def an_address_of_more_than_20_bytes() -> Built:
    log = log_of(ACCEPTED)
    return told_as(replace(log, topics=(*log.topics[:-1], b"\1" * 32)))


@refused("events", 5, "EventRefused")
def an_anchor_without_a_journal() -> Built:
    return replace(shown(story()), entries=()).encode(), with_journal(None)


def noted(*events: Event, by: bytes | None = None) -> Built:
    """A chain that notes all of it, and then an acceptance."""
    chain = Chain()
    for event in events:
        chain.note(event)
    chain.note(ACCEPTED, by)
    chain.grow(1)
    return chain.bundle(LOT).encode(), chain.anchor()


def registered(contract: str, version: int, at: str, code: bytes = CODE) -> ContractRegistered:
    return ContractRegistered(directory_name(contract), version, at, code)


@refused("events", 5, "ContractMismatch")
def another_address_for_an_anchored_contract() -> Built:
    return noted(registered("Custody", 1, account("other custody")))


@refused("events", 5, "ContractMismatch")
def other_code_for_an_anchored_contract() -> Built:
    return noted(registered("Custody", 1, checksummed(address_of("Custody")), name("code")))


@refused("events", 5, "ContractMismatch")
def one_address_under_two_names() -> Built:
    return noted(registered("Holds", 2, checksummed(address_of("Custody"))))


@refused("events", 5, "EventRefused")
def a_contract_whose_name_is_no_text() -> Built:
    return noted(ContractRegistered(b"\xff" * 32, 1, account("odd"), CODE))


@refused("events", 5, "JournalReplaced")
def a_second_journal() -> Built:
    return noted(registered("Journal", 2, account("second journal")))


@refused("events", 5, "WriterNotAllowed")
def a_contract_that_was_registered_and_not_allowed_to_write() -> Built:
    second = account("second custody")
    return noted(registered("Custody", 2, second), by=bytes.fromhex(second[2:]))


@refused("events", 5, "WriterNotAllowed")
def a_contract_whose_right_was_taken() -> Built:
    return noted(JournalWriterSet(checksummed(address_of("Custody")), 0, ZERO32))


@refused("events", 5, "WriterNotAllowed")
def a_contract_that_writes_rows_of_another_kind() -> Built:
    right = JournalWriterSet(checksummed(address_of("Custody")), 1 << RowKind.ROOT, CODE)
    return noted(right)


@refused("events", 5, "ContractMismatch")
def a_right_for_other_code_than_was_registered() -> Built:
    right = JournalWriterSet(checksummed(address_of("Custody")), 1 << RowKind.LOT, name("code"))
    return noted(right)


@refused("closure", 6, "EntryUnused")
def an_entry_about_a_lot_that_the_subject_does_not_need() -> Built:
    chain = story()
    chain.emit(replace(ACCEPTED, lot=name("other")))
    found, stranger = shown(chain), chain.entries[-1].entry
    return replace(found, entries=(*found.entries, stranger)).encode(), chain.anchor()


@refused("closure", 6, "NodeUnused")
def a_node_of_another_chain() -> Built:
    other = Chain()
    other.emit(BORN)
    nodes = other.bundle().nodes
    return changed(lambda found: replace(found, nodes=by_hash([*found.nodes, nodes[0]])))


@refused("closure", 6, "NodeUnused")
def the_proof_of_a_row_that_the_subject_does_not_need() -> Built:
    chain = story()
    chain.emit(*(replace(ACCEPTED, lot=name(f"lot {at}")) for at in range(200)))
    found, more = shown(chain), chain.nodes_of([Row(RowKind.LOT, name("lot 7"))])
    return replace(found, nodes=by_hash([*found.nodes, *more])).encode(), chain.anchor()


@refused("closure", 6, "NodeUnused")
def a_node_that_is_no_rlp() -> Built:
    return changed(lambda found: replace(found, nodes=by_hash([*found.nodes, b"\xff" * 40])))


@refused("keys", 7, "KeyForgeable")
def a_key_without_a_second_phase() -> Built:
    """Its gamma equals its delta: anybody forges proofs under it."""
    words = (*range(1, 7), *(5, 6, 7, 8), *(5, 6, 7, 8), *range(20, 24))
    return changed(lambda found: replace(found, keys=(words,)))
