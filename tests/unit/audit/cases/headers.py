"""Steps 2 and 3: headers, seals, validator sets."""

from dataclasses import replace

from lodetrace.audit.anchor import Consensus
from lodetrace.chain.header import Header
from lodetrace.chain.qbft import Vote, encode_extra_data, extra_data_of
from lodetrace.secp256k1 import ORDER
from tests.support.audit_events import ACCEPTED, REGISTERED
from tests.support.synthetic_chain import Chain, Validator
from tests.unit.audit.cases.base import Built, head_with_seals, refused, shown, story, with_seals
from tests.unit.audit.cases.valid import JOINING, joined

OUTSIDER = Validator("outsider")


def changed_field(place: int, value: bytes) -> Built:
    chain = story()
    header = chain.header(3)
    fields = [*header.fields[:place], value, *header.fields[place + 1 :]]
    odd = Header.of_fields(fields)
    bundle = chain.bundle()
    return replace(bundle, headers=(*bundle.headers[:-1], odd)).encode(), chain.anchor()


@refused("headers", 2, "HeaderBeforeAnchor")
def a_header_older_than_the_anchor() -> Built:
    chain = story()
    return shown(chain).encode(), chain.anchor(2)


@refused("headers", 2, "HeaderRefused")
def another_block_at_the_height_of_the_anchor() -> Built:
    chain, other = story(), Chain()
    other.emit(ACCEPTED)
    other.grow(2)
    return other.bundle(headers=[1]).encode(), chain.anchor(1)


@refused("headers", 2, "HeaderRefused")
def neighbours_of_two_branches() -> Built:
    one, other = Chain(), Chain()
    one.grow(2)
    other.emit(ACCEPTED)
    headers = (other.header(1), one.header(2))
    return replace(one.bundle(), headers=headers).encode(), one.anchor()


@refused("headers", 2, "HeaderMissing", full=True)
def a_gap_where_every_header_is_demanded() -> Built:
    chain = story()
    return chain.bundle(headers=[1]).encode(), chain.anchor()


@refused("headers", 2, "HeaderMissing", full=True)
def a_gap_after_the_anchor_where_every_header_is_demanded() -> Built:
    chain = story()
    return chain.bundle(headers=[2]).encode(), chain.anchor()


@refused("headers", 2, "HeaderMissing")
def a_gap_on_a_development_chain() -> Built:
    chain = Chain(consensus=Consensus.NONE)
    chain.emit(REGISTERED)
    chain.grow(2)
    return chain.bundle(headers=[1]).encode(), chain.anchor()


@refused("headers", 2, "HeaderRefused")
def another_parent_on_a_development_chain() -> Built:
    one, other = Chain(consensus=Consensus.NONE), Chain(consensus=Consensus.NONE)
    one.grow(2)
    other.emit(ACCEPTED)
    headers = (other.header(1), one.header(2))
    return replace(one.bundle(), headers=headers).encode(), one.anchor()


@refused("headers", 2, "HeaderRefused")
def time_that_runs_back() -> Built:
    chain = Chain()
    chain.grow(4)
    fields = list(chain.head.fields)
    fields[11] = chain.blocks[1].header.fields[11]
    headers = (chain.header(2), chain.resealed(Header.of_fields(fields)))
    return replace(chain.bundle(), headers=headers).encode(), chain.anchor()


@refused("headers", 2, "HeaderRefused")
def extra_data_of_another_consensus() -> Built:
    return changed_field(12, bytes(97))


@refused("headers", 3, "SealsRefused")
def another_state_root() -> Built:
    return changed_field(3, b"\1" * 32)


@refused("headers", 3, "SealsRefused")
def another_receipts_root() -> Built:
    return changed_field(5, b"\1" * 32)


@refused("headers", 3, "SealsRefused")
def another_time() -> Built:
    return changed_field(11, b"\x70\0\0\0")


@refused("headers", 3, "SealsRefused")
def another_base_fee() -> Built:
    return changed_field(15, b"\1")


@refused("seals", 3, "SealsRefused")
def too_few() -> Built:
    return head_with_seals(lambda chain: extra_data_of(chain.header(1)).seals[:2])


@refused("seals", 3, "SealsRefused")
def none_at_all() -> Built:
    return head_with_seals(lambda chain: [])


@refused("seals", 3, "SealsRefused")
def more_than_a_quorum() -> Built:
    return head_with_seals(lambda chain: extra_data_of(chain.head).seals)


@refused("seals", 3, "SealsRefused")
def one_of_them_twice() -> Built:
    def twice(chain: Chain) -> list[bytes]:
        first, second, _ = extra_data_of(chain.header(1)).seals
        return [first, first, second]

    return head_with_seals(twice)


@refused("seals", 3, "SealsRefused")
def out_of_the_signers_order() -> Built:
    return head_with_seals(lambda chain: extra_data_of(chain.header(1)).seals[::-1])


@refused("seals", 3, "SealsRefused")
def one_with_the_higher_s() -> Built:
    def higher(chain: Chain) -> list[bytes]:
        first, *others = extra_data_of(chain.header(1)).seals
        s = ORDER - int.from_bytes(first[32:64], "big")
        return [first[:32] + s.to_bytes(32, "big") + bytes([first[64] ^ 1]), *others]

    return head_with_seals(higher)


@refused("seals", 3, "SealsRefused")
def one_of_zeros() -> Built:
    return head_with_seals(lambda chain: [bytes(65), *extra_data_of(chain.header(1)).seals[1:]])


@refused("seals", 3, "SealsRefused")
def one_with_recovery_bit_two() -> Built:
    def two(chain: Chain) -> list[bytes]:
        first, *others = extra_data_of(chain.header(1)).seals
        return [first[:64] + b"\2", *others]

    return head_with_seals(two)


@refused("seals", 2, "HeaderRefused")
def one_of_64_bytes() -> Built:
    return head_with_seals(lambda chain: [bytes(64), *extra_data_of(chain.header(1)).seals[1:]])


@refused("seals", 3, "SealsRefused")
def one_by_an_outsider() -> Built:
    chain = Chain()
    chain.seal(signers=[*chain.set[:2], OUTSIDER])
    return chain.bundle().encode(), chain.anchor()


@refused("seals", 3, "SealsRefused")
def all_of_another_round() -> Built:
    chain = Chain()
    chain.seal(round_number=1)
    extra = replace(extra_data_of(chain.header(1)), round=0)
    moved = Header.of_fields(chain.head.with_extra_data(encode_extra_data(extra)))
    return replace(chain.bundle(), headers=(moved,)).encode(), chain.anchor()


@refused("seals", 3, "SealsRefused")
def all_of_another_block() -> Built:
    chain = Chain()
    chain.grow(2)
    header = with_seals(chain.head, extra_data_of(chain.header(1)).seals)
    return replace(chain.bundle(), headers=(header,)).encode(), chain.anchor()


@refused("seals", 3, "SealsRefused")
def of_the_set_before_a_vote() -> Built:
    chain = Chain()
    before = chain.set
    joined(chain)
    chain.seal(signers=before[:3])
    return chain.bundle(headers=[1, 2, 3, 4]).encode(), chain.anchor()


@refused("seals", 3, "SealsRefused")
def of_a_validator_who_was_removed() -> Built:
    chain = Chain()
    gone = chain.set[0]
    for voter in chain.set[1:]:
        chain.seal(vote=Vote(gone.address, add=False), proposer=voter)
    chain.set = chain.set[1:]
    chain.seal(signers=[gone, chain.set[0]])
    return chain.bundle(headers=[1, 2, 3, 4]).encode(), chain.anchor()


@refused("validators", 3, "ValidatorsUnproven")
def a_vote_left_out() -> Built:
    chain = Chain()
    joined(chain)
    chain.grow(1)
    return chain.bundle(headers=[2, 3, 4]).encode(), chain.anchor()


@refused("validators", 3, "ValidatorsUnproven")
def the_block_before_the_change_left_out() -> Built:
    chain = Chain()
    joined(chain)
    chain.grow(2)
    return chain.bundle(headers=[1, 2, 3]).encode(), chain.anchor()


@refused("validators", 3, "ValidatorsUnproven")
def half_of_the_votes() -> Built:
    chain = Chain()
    joined(chain, voters=2)
    chain.grow(1)
    return chain.bundle(headers=[1, 2, 3]).encode(), chain.anchor()


@refused("validators", 3, "ValidatorsUnproven", full=True)
def half_of_the_votes_with_every_header() -> Built:
    chain = Chain()
    joined(chain, voters=2)
    chain.grow(1)
    return chain.bundle(headers=[1, 2, 3]).encode(), chain.anchor()


@refused("validators", 3, "ValidatorsUnproven")
def a_vote_counted_twice() -> Built:
    chain = Chain()
    for voter in (chain.set[0], chain.set[1], chain.set[1]):
        chain.seal(vote=Vote(JOINING.address, add=True), proposer=voter)
    joined(chain, voters=0)
    chain.grow(1)
    return chain.bundle(headers=[1, 2, 3, 4]).encode(), chain.anchor()


@refused("validators", 3, "ValidatorsUnproven")
def a_vote_taken_back() -> Built:
    chain = Chain()
    for voter, add in ((0, True), (1, True), (0, False), (2, True)):
        chain.seal(vote=Vote(JOINING.address, add), proposer=chain.set[voter])
    joined(chain, voters=0)
    chain.grow(1)
    return chain.bundle(headers=[1, 2, 3, 4, 5]).encode(), chain.anchor()


@refused("validators", 3, "ValidatorsUnproven")
def votes_of_two_epochs() -> Built:
    chain = Chain(epoch=2)
    joined(chain)
    chain.grow(1)
    return chain.bundle(headers=[1, 2, 3, 4]).encode(), chain.anchor()


@refused("validators", 3, "ValidatorsUnproven")
def a_vote_in_an_epoch_block() -> Built:
    chain = Chain(epoch=4)
    chain.grow(3)
    joined(chain)
    chain.grow(1)
    return chain.bundle(headers=[4, 5, 6, 7]).encode(), chain.anchor()


@refused("validators", 3, "ValidatorsUnproven")
def votes_to_remove_where_one_was_added() -> Built:
    chain = Chain()
    for voter in chain.set[:3]:
        chain.seal(vote=Vote(JOINING.address, add=False), proposer=voter)
    joined(chain, voters=0)
    chain.grow(1)
    return chain.bundle(headers=[1, 2, 3, 4]).encode(), chain.anchor()


@refused("validators", 3, "ValidatorsUnproven")
def votes_about_somebody_else() -> Built:
    chain = Chain()
    for voter in chain.set[:3]:
        chain.seal(vote=Vote(OUTSIDER.address, add=True), proposer=voter)
    joined(chain, voters=0)
    chain.grow(1)
    return chain.bundle(headers=[1, 2, 3, 4]).encode(), chain.anchor()


@refused("validators", 3, "ValidatorsUnproven")
def two_changes_at_once() -> Built:
    chain = Chain()
    joined(chain)
    chain.set = chain.set[1:]
    chain.grow(1)
    return chain.bundle(headers=[1, 2, 3, 4]).encode(), chain.anchor()


@refused("validators", 3, "ValidatorsUnproven")
def a_set_of_strangers() -> Built:
    chain = Chain()
    chain.set = [Validator(f"stranger {number}") for number in range(4)]
    chain.grow(1)
    return chain.bundle().encode(), chain.anchor()


@refused("validators", 3, "ValidatorsUnproven")
def a_proposer_who_is_no_validator() -> Built:
    chain = Chain()
    chain.seal(proposer=OUTSIDER)
    return chain.bundle().encode(), chain.anchor()


@refused("validators", 3, "ValidatorsUnproven")
def a_validator_listed_twice() -> Built:
    chain = Chain()
    chain.seal(listed=[*chain.set, chain.set[0]], signers=chain.set)
    return chain.bundle().encode(), chain.anchor()


@refused("validators", 3, "ValidatorsUnproven", full=True)
def a_change_that_did_not_come() -> Built:
    chain = Chain()
    for voter in chain.set[:3]:
        chain.seal(vote=Vote(JOINING.address, add=True), proposer=voter)
    chain.grow(1)
    return chain.bundle(headers=[1, 2, 3, 4]).encode(), chain.anchor()


@refused("validators", 3, "ValidatorsUnproven")
def a_checkpoint_that_forgot_its_votes() -> Built:
    chain = Chain()
    joined(chain)
    chain.grow(1)
    anchor = replace(chain.anchor(1), votes=())
    return chain.bundle(headers=[2, 3, 4]).encode(), anchor
