"""Steps 4 to 7: receipts, events, state and keys."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from lodetrace.audit.anchor import Anchor
from lodetrace.audit.bundle import Bundle, CountersShown, ReceiptsShown
from lodetrace.audit.storage_layout import VERSIONS
from lodetrace.chain.header import Header
from lodetrace.chain.receipts import Log
from lodetrace.chain.strict_rlp import decode_list, encode
from lodetrace.contracts.enums import SubjectKind
from lodetrace.contracts.events import ContractRegistered, CountersStated
from lodetrace.contracts.plan import directory_name
from lodetrace.text import checksummed
from tests.support.audit_events import ACCEPTED, CONSUMED, REGISTERED, account, name
from tests.support.synthetic_chain import CODE, Chain, Transaction, by_hash, log_of
from tests.unit.audit.cases.base import Built, refused, shown, story
from zk_circuits.keccak import keccak256


def changed(change: Callable[[Bundle], Bundle]) -> Built:
    chain = story()
    return change(shown(chain)).encode(), chain.anchor()


def emitted(*logs: Log) -> Built:
    chain = Chain()
    chain.seal(Transaction(logs))
    return chain.bundle({1: [0]}).encode(), chain.anchor()


def with_contract(name: str, code: bytes | None) -> Anchor:
    """The story's anchor with other code for a contract, or without it."""
    anchor = story().anchor()
    contracts = {known: found for known, found in anchor.contracts.items() if known != name}
    if code is not None:
        contracts[name] = replace(anchor.contracts[name], code_hash=code)
    return replace(anchor, contracts=contracts)


def without_node(nodes: Sequence[bytes], root: bytes) -> tuple[bytes, ...]:
    found = tuple(node for node in nodes if keccak256(node) != root)
    assert len(found) == len(nodes) - 1
    return found


@refused("receipts", 4, "ReceiptRefused")
def a_receipt_beyond_the_last() -> Built:
    return changed(lambda found: replace(found, receipts=(ReceiptsShown(1, (0, 1)),)))


@refused("receipts", 4, "ReceiptRefused")
def a_receipt_of_an_empty_block() -> Built:
    return changed(lambda found: replace(found, receipts=(ReceiptsShown(3, (0,)),)))


@refused("receipts", 4, "ReceiptsTooLarge")
def one_leaf_for_a_hundred_receipts() -> Built:
    """Their bytes are counted as often as they are shown."""
    chain = story()
    foreign = Log(name("somebody")[12:], (name("topic"),), b"\1" * 600)
    leaf = encode([b"\x20", Transaction((foreign,)).encoded(50_000)])
    lower = encode([*[keccak256(leaf)] * 16, b""])
    root = encode([*[keccak256(lower)] * 16, b""])
    fields = list(chain.head.fields)
    fields[5] = keccak256(root)
    head = chain.resealed(Header.of_fields(fields))
    places = ReceiptsShown(head.number, tuple(range(1, 101)))
    nodes = by_hash([root, lower, leaf])
    bundle = replace(chain.bundle(), headers=(head,), receipts=(places,), nodes=nodes)
    return bundle.encode(), chain.anchor()


@refused("receipts", 4, "ReceiptRefused")
def a_node_with_a_path_longer_than_a_hash() -> Built:
    chain = story()
    root = encode([bytes([0]) + bytes(33), name("next")])
    fields = list(chain.head.fields)
    fields[5] = keccak256(root)
    head = chain.resealed(Header.of_fields(fields))
    places = ReceiptsShown(head.number, (0,))
    bundle = replace(chain.bundle(), headers=(head,), receipts=(places,), nodes=(root,))
    return bundle.encode(), chain.anchor()


@refused("receipts", 4, "ReceiptRefused")
def receipts_swapped_between_blocks() -> Built:
    swapped = (ReceiptsShown(1, (0, 1, 2)), ReceiptsShown(2, (0,)))
    return changed(lambda found: replace(found, receipts=swapped))


@refused("receipts", 4, "ReceiptRefused")
def the_root_of_a_receipts_trie_left_out() -> Built:
    chain = story()
    bundle = shown(chain)
    nodes = without_node(bundle.nodes, chain.header(2).receipts_root)
    return replace(bundle, nodes=nodes).encode(), chain.anchor()


@refused("receipts", 4, "ReceiptRefused")
def a_node_with_another_value() -> Built:
    def all_of_them(found: Bundle) -> Bundle:
        nodes = [node[:-1] + bytes([node[-1] ^ 1]) for node in found.nodes]
        return replace(found, nodes=by_hash(nodes))

    return changed(all_of_them)


@refused("receipts", 6, "NodeUnused")
def a_receipt_not_named_whose_nodes_are_there() -> Built:
    return changed(lambda found: replace(found, receipts=found.receipts[1:]))


@refused("receipts", 6, "NodeUnused")
def a_node_of_another_chain() -> Built:
    other = Chain()
    other.emit(CONSUMED)
    nodes = other.bundle({1: [0]}).nodes
    return changed(lambda found: replace(found, nodes=by_hash([*found.nodes, *nodes])))


@refused("receipts", 6, "NodeUnused")
def a_node_that_is_no_rlp() -> Built:
    return changed(lambda found: replace(found, nodes=by_hash([*found.nodes, b"\xff" * 40])))


@refused("receipts", 4, "ReceiptRefused")
def a_failed_transaction_with_logs() -> Built:
    chain = Chain()
    chain.seal(Transaction((log_of(ACCEPTED),), succeeded=False))
    return chain.bundle({1: [0]}).encode(), chain.anchor()


@refused("receipts", 4, "ReceiptRefused")
def a_receipt_of_an_unknown_type() -> Built:
    chain = Chain()
    chain.seal(Transaction((log_of(ACCEPTED),), kind=3))
    return chain.bundle({1: [0]}).encode(), chain.anchor()


@refused("receipts", 4, "ReceiptRefused")
def a_failed_receipt_as_ganache_writes_it_on_a_sealed_chain() -> Built:
    chain = Chain()
    chain.seal(Transaction(succeeded=False, zero_status=True))
    return chain.bundle({1: [0]}).encode(), chain.anchor()


@refused("receipts", 4, "ReceiptRefused")
def a_log_of_five_topics() -> Built:
    return emitted(Log(name("somebody")[12:], (name("topic"),) * 5, b""))


@refused("events", 5, "EventTooLarge")
def a_log_of_more_than_eight_kibibytes() -> Built:
    log = log_of(ACCEPTED)
    return emitted(replace(log, data=bytes(8_192)))


@refused("events", 5, "EventRefused")
def an_event_that_the_contract_has_not() -> Built:
    log = log_of(ACCEPTED)
    return emitted(replace(log, topics=(name("unknown"), *log.topics[1:])))


@refused("events", 5, "EventRefused")
def an_event_of_another_contract() -> Built:
    return emitted(log_of(REGISTERED, at=log_of(ACCEPTED).address))


@refused("events", 5, "EventRefused")
def a_log_without_topics() -> Built:
    return emitted(replace(log_of(ACCEPTED), topics=()))


@refused("events", 5, "EventRefused")
def an_event_with_a_topic_too_few() -> Built:
    log = log_of(ACCEPTED)
    return emitted(replace(log, topics=log.topics[:-1]))


@refused("events", 5, "EventRefused")
def data_cut_short() -> Built:
    log = log_of(ACCEPTED)
    return emitted(replace(log, data=log.data[:-1]))


@refused("events", 5, "EventRefused")
def data_with_a_word_behind_its_end() -> Built:
    log = log_of(ACCEPTED)
    return emitted(replace(log, data=log.data + bytes(32)))


@refused("events", 5, "EventRefused")
def a_number_beyond_its_type() -> Built:
    log = log_of(ACCEPTED)
    return emitted(replace(log, data=b"\1" * len(log.data)))


@refused("events", 5, "EventRefused")
def an_address_of_more_than_20_bytes() -> Built:
    log = log_of(ACCEPTED)
    return emitted(replace(log, topics=(*log.topics[:-1], b"\1" * 32)))


@refused("events", 5, "EventRefused")
def an_offset_that_leads_elsewhere() -> Built:
    log = log_of(CountersStated(SubjectKind.LOT, (name("lot"),), (1,)))
    return emitted(replace(log, data=bytes(31) + b"\x60" + log.data[32:]))


@refused("events", 5, "ContractMismatch")
def another_address_for_an_anchored_contract() -> Built:
    other = account("other custody")
    return emitted(log_of(ContractRegistered(directory_name("Custody"), 1, other, CODE)))


@refused("events", 5, "ContractMismatch")
def other_code_for_an_anchored_contract() -> Built:
    at = checksummed(log_of(ACCEPTED).address)
    return emitted(log_of(ContractRegistered(directory_name("Custody"), 1, at, name("code"))))


@refused("events", 5, "ContractMismatch")
def one_address_under_two_names() -> Built:
    at = checksummed(log_of(ACCEPTED).address)
    return emitted(log_of(ContractRegistered(directory_name("Holds"), 2, at, CODE)))


@refused("events", 5, "EventRefused")
def a_contract_whose_name_is_no_text() -> Built:
    odd = ContractRegistered(b"\xff" * 32, 1, account("odd"), CODE)
    return emitted(log_of(odd))


@refused("state", 2, "HeaderMissing")
def the_state_of_a_block_without_its_header() -> Built:
    def other(found: Bundle) -> Bundle:
        assert found.state is not None
        return replace(found, state=replace(found.state, block=9))

    return changed(other)


@refused("state", 6, "StateRefused")
def the_state_of_an_earlier_block() -> Built:
    def other(found: Bundle) -> Bundle:
        assert found.state is not None
        return replace(found, state=replace(found.state, block=2))

    return changed(other)


@refused("state", 6, "StateRefused")
def the_counter_of_another_lot() -> Built:
    """Two lots lie in the trie, and the nodes prove one of them."""
    chain = story()
    for number in range(40):
        chain.count(SubjectKind.LOT, name(f"lot {number}"), number + 1)
    chain.grow(1)
    bundle = chain.bundle(counters={SubjectKind.LOT: [name("lot 7")]})
    assert bundle.state is not None
    counters = (CountersShown(SubjectKind.LOT, (name("lot 8"),)),)
    odd = replace(bundle, state=replace(bundle.state, counters=counters))
    return odd.encode(), chain.anchor()


@refused("state", 6, "NodeUnused")
def a_counter_not_named_whose_nodes_are_there() -> Built:
    def other(found: Bundle) -> Bundle:
        assert found.state is not None
        return replace(found, state=replace(found.state, counters=()))

    return changed(other)


@refused("state", 6, "StateRefused")
def the_root_of_the_state_left_out() -> Built:
    chain = story()
    bundle = shown(chain)
    nodes = without_node(bundle.nodes, chain.head.state_root)
    return replace(bundle, nodes=nodes).encode(), chain.anchor()


@refused("state", 6, "CodeMismatch")
def other_code_than_the_anchor_knows() -> Built:
    return shown(story()).encode(), with_contract("LotBook", name("other code"))


@refused("state", 6, "StateRefused")
def a_contract_that_nobody_registered() -> Built:
    return shown(story()).encode(), with_contract("LotBook", None)


@refused("state", 6, "VersionSuperseded")
def a_counter_of_a_superseded_contract() -> Built:
    chain = story()
    chain.store("Directory", VERSIONS.slot(directory_name("LotBook")), 2)
    chain.grow(1)
    return chain.bundle(counters={SubjectKind.LOT: [name("lot")]}).encode(), chain.anchor()


@refused("state", 6, "CounterWentBack")
def a_counter_below_an_earlier_snapshot() -> Built:
    chain = story()
    chain.emit(CountersStated(SubjectKind.LOT, (name("lot"),), (4,)))
    chain.grow(1)
    bundle = chain.bundle({4: [0]}, {SubjectKind.LOT: [name("lot")]})
    return bundle.encode(), chain.anchor()


@refused("state", 6, "StateRefused")
def an_account_of_five_items() -> Built:
    return with_account_item(b"\1")


@refused("state", 6, "StateTooLarge")
def an_account_of_more_than_a_kibibyte() -> Built:
    return with_account_item(b"\1" * 1_000)


def with_account_item(item: bytes) -> Built:
    """An account with a fifth item, under a state root that validators sealed all the same."""
    chain = story()
    trie = chain.blocks[-1].state
    address = keccak256(chain.anchor().contracts["LotBook"].address)
    trie[address] = encode([*decode_list(trie[address], "account"), item])
    fields = list(chain.head.fields)
    fields[3] = trie.root_hash
    odd = chain.resealed(type(chain.head).of_fields(fields))
    bundle = shown(chain)
    headers = (*bundle.headers[:-1], odd)
    return replace(bundle, headers=headers).encode(), chain.anchor()


@refused("keys", 7, "KeyForgeable")
def a_key_without_a_second_phase() -> Built:
    """Its gamma equals its delta: anybody forges proofs under it."""
    words = (*range(1, 7), *(5, 6, 7, 8), *(5, 6, 7, 8), *range(20, 24))
    return changed(lambda found: replace(found, keys=(words,)))
