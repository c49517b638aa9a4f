"""The headers that an export shows prove to a reader every change of the validators."""

import random
from dataclasses import replace

import pytest

from lodetrace.audit.anchor import Anchor
from lodetrace.audit.bundle import Bundle
from lodetrace.audit.errors import ValidatorsUnproven
from lodetrace.audit.header_chain import link
from lodetrace.audit.seals import finality_of
from lodetrace.audit.steps import Finality
from lodetrace.chain.qbft import Vote
from lodetrace.evidence.errors import NodeContradictsItself
from lodetrace.evidence.headers import SealedBlock, read_blocks
from lodetrace.evidence.validator_changes import with_set_changes
from lodetrace.node.client import Node
from tests.support.synthetic_chain import Chain, Validator, validators
from tests.unit.evidence.header_server import serving

EVERYBODY = validators(7)


def by_address(address: bytes) -> Validator:
    return next(one for one in EVERYBODY if one.address == address)


class Votes:
    """Grows a chain as Besu would: votes are counted by the verifier's own rule for all headers."""

    def __init__(self, epoch: int = 30_000) -> None:
        self.chain = Chain(set=EVERYBODY[:4], epoch=epoch)
        self._set = self.chain.anchor().validator_set

    def block(self, vote: Vote | None = None, proposer: Validator | None = None) -> int:
        """One more block; its number."""
        sealed = self.chain.seal(vote=vote, proposer=proposer)
        self._set = self._set.after(sealed.header)
        self.chain.set = sorted(map(by_address, self._set.validators), key=lambda one: one.address)
        return sealed.header.number

    def decide(self, candidate: Validator, add: bool, gap: int = 0) -> int:
        """Everybody votes until the set changes; the first block of the new set."""
        vote = Vote(candidate.address, add)
        for proposer in list(self.chain.set):
            number = self.block(vote, proposer)
            if (candidate.address in self._set.validators) is add:
                return number + 1
            for _ in range(gap):
                self.block()
        raise AssertionError("nobody decided")


def headers(node: Node, anchor: Anchor, cited: list[int]) -> list[SealedBlock]:
    """What an export shows of a chain when it cites these blocks."""
    numbers = sorted({anchor.number, *cited})
    return with_set_changes(node, anchor, read_blocks(node, numbers), lambda text: None)


def judged(chain: Chain, anchor: Anchor, shown: list[SealedBlock]) -> Finality:
    """What the verifier makes of the headers."""
    shown_headers = tuple(block.header for block in shown)
    bundle: Bundle = replace(chain.bundle(), headers=shown_headers, nodes=())
    return finality_of(link(bundle, anchor, full=False), anchor, full=False)


def test_without_a_change_only_cited_headers_are_shown() -> None:
    votes = Votes()
    for _ in range(40):
        votes.block()
    with serving(votes.chain) as (node, asked):
        anchor = votes.chain.anchor()
        shown = headers(node, anchor, [7, 40])
        assert [block.number for block in shown] == [0, 7, 40]
        assert asked == [0, 7, 40]
        assert judged(votes.chain, anchor, shown).set_changes == 0


def test_a_change_long_ago_is_found_by_halving() -> None:
    votes = Votes()
    for _ in range(150):
        votes.block()
    changed = votes.decide(EVERYBODY[4], add=True, gap=20)
    for _ in range(150):
        votes.block()
    head = votes.block()
    with serving(votes.chain) as (node, asked):
        anchor = votes.chain.anchor()
        shown = headers(node, anchor, [head])
        assert {changed - 1, changed} <= {block.number for block in shown}
        assert len(shown) <= 6
        assert len(set(asked)) < head
        assert judged(votes.chain, anchor, shown).set_changes == 1


def test_a_set_that_changed_and_changed_back_between_cited_blocks_needs_no_proof() -> None:
    votes = Votes()
    first = votes.block()
    votes.decide(EVERYBODY[4], add=True)
    votes.block()
    votes.decide(EVERYBODY[4], add=False)
    last = votes.block()
    with serving(votes.chain) as (node, _):
        anchor = votes.chain.anchor()
        shown = headers(node, anchor, [first, last])
        assert [block.number for block in shown] == [0, first, last]
        assert judged(votes.chain, anchor, shown).set_changes == 0


def test_a_checkpoint_with_standing_votes_needs_the_others_only() -> None:
    votes = Votes()
    vote = Vote(EVERYBODY[4].address, True)
    for proposer in votes.chain.set[:2]:
        stood = votes.block(vote, proposer)
    anchor = votes.chain.anchor(stood)
    votes.block(vote, votes.chain.set[2])
    changed = votes.block()
    with serving(votes.chain) as (node, _):
        shown = headers(node, anchor, [changed])
        assert [block.number for block in shown] == [stood, stood + 1, changed]
        assert judged(votes.chain, anchor, shown).set_changes == 1


def test_a_checkpoint_whose_own_block_decided_a_change() -> None:
    votes = Votes()
    changed = votes.decide(EVERYBODY[4], add=True)
    anchor = votes.chain.anchor(changed - 1)
    head = votes.block()
    with serving(votes.chain) as (node, _):
        shown = headers(node, anchor, [head])
        assert [block.number for block in shown] == [changed - 1, head]
        assert judged(votes.chain, anchor, shown).set_changes == 0


def test_votes_of_an_epoch_before_do_not_count() -> None:
    """A node whose headers hold too few votes since the epoch began contradicts itself."""
    votes = Votes(epoch=10)
    vote = Vote(EVERYBODY[4].address, True)
    for proposer in votes.chain.set[:3]:
        votes.chain.seal(vote=vote, proposer=proposer)
    votes.chain.grow(8)
    votes.chain.seal(listed=EVERYBODY[:5])
    with serving(votes.chain) as (node, _):
        anchor = votes.chain.anchor()
        with pytest.raises(NodeContradictsItself, match="votes about"):
            headers(node, anchor, [len(votes.chain.blocks) - 1])


def test_without_the_votes_a_reader_would_refuse() -> None:
    votes = Votes()
    changed = votes.decide(EVERYBODY[4], add=True)
    head = votes.block()
    with serving(votes.chain) as (node, _):
        anchor = votes.chain.anchor()
        shown = headers(node, anchor, [head])
        assert judged(votes.chain, anchor, shown).set_changes == 1
        cut = [block for block in shown if block.number in (0, changed - 1, changed, head)]
        with pytest.raises(ValidatorsUnproven):
            judged(votes.chain, anchor, cut)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(20))
def test_whatever_the_validators_voted_the_reader_can_follow(seed: int) -> None:
    chance = random.Random(seed)
    votes = Votes(epoch=chance.choice([25, 60, 30_000]))
    for _ in range(160):
        current = votes.chain.set
        add = len(current) < 4 or (len(current) < 7 and chance.random() < 0.5)
        others = [one for one in EVERYBODY if (one in current) is not add]
        voted = Vote(chance.choice(others).address, add) if chance.random() < 0.7 else None
        votes.block(voted, chance.choice(current))
    cited = sorted(chance.sample(range(1, 161), 12))
    start = chance.choice([0, 0, cited[0] - 1, cited[0]])
    anchor = votes.chain.anchor(start)
    with serving(votes.chain) as (node, _):
        shown = headers(node, anchor, [*cited, 160])
        finality = judged(votes.chain, anchor, shown)
    assert finality.sealed
    assert finality.headers == len(shown)
