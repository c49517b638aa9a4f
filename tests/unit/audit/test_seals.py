"""Step 2 and 3: sets, votes, epochs and skipped headers of a QBFT chain with real keys."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from lodetrace.audit.bundle import Bundle
from lodetrace.audit.errors import (
    HeaderBeforeAnchor,
    HeaderMissing,
    HeaderRefused,
    SealsRefused,
    ValidatorsUnproven,
)
from lodetrace.audit.evidence import Finality, establish
from lodetrace.chain.header import Header
from lodetrace.chain.qbft import Vote, encode_extra_data, extra_data_of
from lodetrace.chain.seals import normalised
from lodetrace.secp256k1 import ORDER
from tests.support.audit_events import ACCEPTED
from tests.support.synthetic_chain import Chain, Validator, validators

OUTSIDER = Validator("outsider")


def finality(chain: Chain, headers: Sequence[int], full: bool = False, anchor: int = 0) -> Finality:
    bundle = chain.bundle(headers=headers)
    return establish(bundle.encode(), chain.anchor(anchor), full_header_chain=full).finality


def vote(chain: Chain, candidate: Validator, add: bool, voters: Sequence[Validator]) -> list[int]:
    """One block for each voter; their numbers, and the number after them."""
    first = len(chain.blocks)
    for voter in voters:
        chain.seal(vote=Vote(candidate.address, add), proposer=voter)
    return list(range(first, first + len(voters) + 1))


def added(chain: Chain, candidate: Validator, voters: Sequence[Validator]) -> list[int]:
    shown = vote(chain, candidate, True, voters)
    chain.set = sorted([*chain.set, candidate], key=lambda member: member.address)
    return shown


def removed(chain: Chain, member: Validator, voters: Sequence[Validator]) -> list[int]:
    shown = vote(chain, member, False, voters)
    chain.set = [other for other in chain.set if other is not member]
    return shown


def with_seals(header: Header, seals: Sequence[bytes]) -> Header:
    extra = replace(extra_data_of(header), seals=tuple(seals))
    return Header.of_fields(header.with_extra_data(encode_extra_data(extra)))


def refused_with_seals(chain: Chain, seals: Sequence[bytes], reason: str) -> None:
    bundle = chain.bundle()
    shown = replace(bundle, headers=(with_seals(chain.head, seals),))
    with pytest.raises(SealsRefused, match=reason):
        establish(shown.encode(), chain.anchor())


def test_headers_are_left_out() -> None:
    chain = Chain()
    chain.grow(40)
    assert finality(chain, [7, 22]) == Finality(True, 3, 9, 0)


def test_set_that_grew_and_shrank() -> None:
    chain = Chain(epoch=50)
    chain.grow(5)
    shown = added(chain, OUTSIDER, chain.set[:3])
    chain.grow(20)
    shown += removed(chain, chain.set[1], chain.set[2:5])
    chain.grow(30)
    assert finality(chain, shown).set_changes == 2
    everything = range(len(chain.blocks))
    assert finality(chain, everything, full=True).set_changes == 2


@pytest.mark.parametrize("left_out", [0, 1, 2])
def test_vote_left_out(left_out: int) -> None:
    chain = Chain()
    shown = added(chain, OUTSIDER, chain.set[:3])
    chain.grow(3)
    with pytest.raises(ValidatorsUnproven, match=r"2 of 4|before is not shown"):
        finality(chain, [number for number in shown if number != shown[left_out]])


def test_first_block_of_a_set_left_out() -> None:
    chain = Chain()
    shown = added(chain, OUTSIDER, chain.set[:3])
    chain.grow(3)
    with pytest.raises(ValidatorsUnproven, match="before is not shown"):
        finality(chain, shown[:-1])


def test_two_of_four_votes_are_no_majority() -> None:
    chain = Chain()
    shown = added(chain, OUTSIDER, chain.set[:2])
    chain.grow(1)
    for full in (False, True):
        with pytest.raises(ValidatorsUnproven):
            finality(chain, range(len(chain.blocks)) if full else shown, full)


def test_vote_given_twice_counts_once() -> None:
    chain = Chain()
    voters = [chain.set[0], chain.set[1], chain.set[1]]
    shown = added(chain, OUTSIDER, voters)
    chain.grow(1)
    with pytest.raises(ValidatorsUnproven, match="2 of 4"):
        finality(chain, shown)


def test_last_vote_of_a_proposer_counts() -> None:
    chain = Chain()
    shown = vote(chain, OUTSIDER, True, chain.set[:2])
    shown += vote(chain, OUTSIDER, False, chain.set[:1])
    shown += added(chain, OUTSIDER, chain.set[2:3])
    chain.grow(1)
    with pytest.raises(ValidatorsUnproven, match="2 of 4"):
        finality(chain, shown)


def test_votes_are_forgotten_at_the_epoch() -> None:
    chain = Chain(epoch=5)
    chain.grow(3)
    shown = vote(chain, OUTSIDER, True, chain.set[:1])  # block 4
    chain.grow(1)  # block 5, the epoch
    shown += added(chain, OUTSIDER, chain.set[1:3])
    chain.grow(1)
    with pytest.raises(ValidatorsUnproven, match="2 of 4"):
        finality(chain, shown)


def test_vote_in_an_epoch_block_does_not_count() -> None:
    chain = Chain(epoch=5)
    chain.grow(4)
    shown = added(chain, OUTSIDER, chain.set[:3])  # blocks 5, 6 and 7
    chain.grow(1)
    with pytest.raises(ValidatorsUnproven, match="2 of 4"):
        finality(chain, shown)


def test_change_that_takes_effect_in_an_epoch_block() -> None:
    chain = Chain(epoch=5)
    chain.grow(1)
    shown = added(chain, OUTSIDER, chain.set[:3])  # blocks 2, 3 and 4; the set seals block 5
    chain.grow(2)
    assert finality(chain, shown).set_changes == 1
    assert finality(chain, range(len(chain.blocks)), full=True).set_changes == 1


def test_change_after_an_epoch_block() -> None:
    chain = Chain(epoch=5)
    chain.grow(2)
    shown = added(chain, OUTSIDER, chain.set[:3])  # blocks 3, 4 and 5
    chain.grow(1)
    with pytest.raises(ValidatorsUnproven, match=r"2 of 4|0 of 4"):
        finality(chain, shown)


def test_votes_about_another_address() -> None:
    chain = Chain()
    shown = vote(chain, Validator("third party"), True, chain.set[:3])
    chain.set = sorted([*chain.set, OUTSIDER], key=lambda member: member.address)
    chain.grow(2)
    with pytest.raises(ValidatorsUnproven, match="0 of 4"):
        finality(chain, shown)


def test_votes_of_a_removed_validator_are_gone() -> None:
    chain = Chain()
    gone, others = chain.set[0], chain.set[1:]
    shown = vote(chain, OUTSIDER, True, [gone])
    shown += removed(chain, gone, others)
    shown += added(chain, OUTSIDER, others[:1])
    chain.grow(1)
    with pytest.raises(ValidatorsUnproven, match="1 of 3"):
        finality(chain, shown)


def test_two_changes_at_once() -> None:
    chain = Chain()
    shown = vote(chain, OUTSIDER, True, chain.set[:3])
    chain.set = sorted([*chain.set[1:], OUTSIDER], key=lambda member: member.address)
    chain.grow(1)
    with pytest.raises(ValidatorsUnproven, match="2 validators differ"):
        finality(chain, shown)


def test_set_of_somebody_else() -> None:
    """A whole chain sealed by strangers, on the true genesis block."""
    chain = Chain()
    chain.set = [Validator(f"stranger {number}") for number in range(4)]
    chain.grow(2)
    with pytest.raises(ValidatorsUnproven):
        finality(chain, [])


def test_proposer_who_is_no_validator() -> None:
    chain = Chain()
    chain.seal(proposer=OUTSIDER)
    for full in (False, True):
        with pytest.raises(ValidatorsUnproven, match="who is no validator"):
            finality(chain, [], full)


def test_validator_listed_twice() -> None:
    chain = Chain()
    chain.seal(listed=[*chain.set, chain.set[0]], signers=chain.set)
    with pytest.raises(ValidatorsUnproven):
        finality(chain, [])


def test_seals_too_few() -> None:
    chain = Chain()
    chain.grow(1)
    refused_with_seals(chain, extra_data_of(chain.header(1)).seals[:2], "2 seals of 4")
    refused_with_seals(chain, [], "0 seals of 4")


def test_seals_of_the_set_before_a_vote() -> None:
    """Three of the four that were: of five, four are needed."""
    chain = Chain()
    before = chain.set
    shown = added(chain, OUTSIDER, before[:3])
    chain.seal(signers=before[:3])
    with pytest.raises(SealsRefused, match="3 seals of 5"):
        finality(chain, shown)


def test_seals_of_a_removed_validator() -> None:
    chain = Chain()
    gone = chain.set[0]
    shown = removed(chain, gone, chain.set[1:])
    chain.seal(signers=[gone, chain.set[0]])
    with pytest.raises(SealsRefused, match="who is no validator"):
        finality(chain, shown)


def test_more_seals_than_a_quorum() -> None:
    chain = Chain()
    chain.grow(1)
    refused_with_seals(chain, extra_data_of(chain.head).seals, "4 instead of the 3")


def test_seals_duplicated() -> None:
    chain = Chain()
    chain.grow(1)
    first, second, _ = extra_data_of(chain.header(1)).seals
    refused_with_seals(chain, [first, first, second], "a second one")


def test_seals_out_of_order() -> None:
    chain = Chain()
    chain.grow(1)
    refused_with_seals(chain, extra_data_of(chain.header(1)).seals[::-1], "signers' order")


def test_seal_by_an_outsider() -> None:
    chain = Chain()
    chain.seal(signers=[*chain.set[:2], OUTSIDER])
    with pytest.raises(SealsRefused, match="who is no validator"):
        finality(chain, [])


def test_seal_with_the_higher_s() -> None:
    chain = Chain()
    chain.grow(1)
    first, *others = extra_data_of(chain.header(1)).seals
    s = ORDER - int.from_bytes(first[32:64], "big")
    higher = first[:32] + s.to_bytes(32, "big") + bytes([first[64] ^ 1])
    refused_with_seals(chain, [higher, *others], "higher s")


def test_seals_of_another_round() -> None:
    chain = Chain()
    chain.seal(round_number=1)
    assert finality(chain, []).seals == 3
    extra = replace(extra_data_of(chain.header(1)), round=0)
    moved = Header.of_fields(chain.head.with_extra_data(encode_extra_data(extra)))
    with pytest.raises(SealsRefused):
        establish(replace(chain.bundle(), headers=(moved,)).encode(), chain.anchor())


def test_seals_of_another_block() -> None:
    chain = Chain()
    chain.grow(2)
    refused_with_seals(chain, extra_data_of(chain.header(1)).seals, "signer|malformed|validator")


def test_normal_form_keeps_the_block() -> None:
    chain = Chain()
    chain.grow(1)
    shown = normalised(chain.head)
    assert len(extra_data_of(shown).seals) == 3
    assert normalised(shown) == shown


def test_header_of_another_branch_beside_its_neighbour() -> None:
    """Both are sealed: three of four validators are dishonest, and the bundle shows it."""
    one, other = Chain(), Chain()
    one.grow(1)
    other.emit(ACCEPTED)
    one.grow(1)
    headers = (other.header(1), one.header(2))
    with pytest.raises(HeaderRefused, match="block 2 names parent"):
        establish(replace(one.bundle(), headers=headers).encode(), one.anchor())


def test_full_header_chain_is_demanded() -> None:
    chain = Chain()
    chain.grow(4)
    assert finality(chain, [1, 2, 3, 4], full=True).headers == 4
    with pytest.raises(HeaderMissing, match="between block 1 and it"):
        finality(chain, [1, 3, 4], full=True)
    with pytest.raises(HeaderMissing, match="between block 0 and it"):
        finality(chain, [2, 3, 4], full=True)


def test_vote_hidden_from_the_full_chain_shows() -> None:
    """Everything is shown, and the set that follows is not the one that the votes make."""
    chain = Chain()
    vote(chain, OUTSIDER, True, chain.set[:3])
    chain.grow(2)
    assert finality(chain, []).headers == 1
    with pytest.raises(ValidatorsUnproven, match="in force are"):
        finality(chain, range(len(chain.blocks)), full=True)


def test_time_that_runs_back() -> None:
    chain = Chain()
    chain.grow(8)
    fields = list(chain.blocks[8].header.fields)
    fields[11] = chain.blocks[4].header.fields[11]
    odd = chain.resealed(Header.of_fields(fields))
    headers = (chain.header(6), odd)
    with pytest.raises(HeaderRefused, match="before that of block 6"):
        establish(replace(chain.bundle(), headers=headers).encode(), chain.anchor())


def checkpointed() -> tuple[Chain, Bundle]:
    """A checkpoint at block 6, in whose epoch two of three votes were given before."""
    chain = Chain(epoch=20)
    chain.grow(3)
    vote(chain, OUTSIDER, True, chain.set[:2])  # blocks 4 and 5
    chain.grow(1)
    shown = added(chain, OUTSIDER, chain.set[2:3])  # block 7
    chain.grow(4)
    return chain, chain.bundle(headers=shown)


def test_checkpoint_with_standing_votes() -> None:
    chain, bundle = checkpointed()
    anchor = chain.anchor(6)
    assert len(anchor.votes) == 2
    assert establish(bundle.encode(), anchor).finality.set_changes == 1
    with pytest.raises(ValidatorsUnproven, match="1 of 4"):
        establish(bundle.encode(), chain.anchor())
    with pytest.raises(ValidatorsUnproven, match="1 of 4"):
        establish(bundle.encode(), replace(anchor, votes=()))


def test_standing_votes_of_a_checkpoint_end_with_its_epoch() -> None:
    chain = Chain(epoch=5)
    chain.grow(1)
    vote(chain, OUTSIDER, True, chain.set[:2])  # blocks 2 and 3
    anchor = chain.anchor(3)
    chain.grow(3)
    shown = added(chain, OUTSIDER, chain.set[2:3])  # block 7
    chain.grow(1)
    with pytest.raises(ValidatorsUnproven, match="1 of 4"):
        establish(chain.bundle(headers=shown).encode(), anchor)


def test_checkpoint_after_a_change_in_its_own_block() -> None:
    """The anchor states who seals the next block, which its own header does not list."""
    chain = Chain()
    shown = added(chain, OUTSIDER, chain.set[:3])
    chain.grow(3)
    anchor = chain.anchor(shown[-2])
    assert OUTSIDER.address in anchor.validators
    assert establish(chain.bundle().encode(), anchor).finality.set_changes == 0


def test_header_older_than_the_checkpoint() -> None:
    chain, bundle = checkpointed()
    with pytest.raises(HeaderBeforeAnchor, match="block 7: it is older than the anchor, block 9"):
        establish(bundle.encode(), chain.anchor(9))


def test_anchor_block_itself_is_shown() -> None:
    chain, bundle = checkpointed()
    assert establish(bundle.encode(), chain.anchor(7)).finality.headers == 3
    everything = chain.bundle(headers=range(len(chain.blocks)))
    found = establish(everything.encode(), chain.anchor(), full_header_chain=True)
    assert found.finality.headers == len(chain.blocks)


def test_other_block_at_the_anchors_height() -> None:
    chain, other = Chain(), Chain()
    chain.grow(3)
    other.emit(ACCEPTED)
    other.grow(2)
    with pytest.raises(HeaderRefused, match="the anchor's is"):
        establish(other.bundle(headers=[1]).encode(), chain.anchor(1))


def test_one_validator_and_seven() -> None:
    for count, needed in ((1, 1), (2, 2), (3, 2), (7, 5)):
        chain = Chain(set=validators(count))
        chain.grow(2)
        assert finality(chain, []).seals == needed
