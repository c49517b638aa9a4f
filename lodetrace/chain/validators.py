"""Who may seal which block: the validator set, moved by the votes in the blocks themselves.

Besu, QBFT by block headers: each block lists the set that seals it; its proposer may vote once.
A vote that reaches more than half of the set takes effect in the next block and clears the votes
about that validator; at every epoch all votes are forgotten.
"""

from dataclasses import dataclass, field
from typing import Self

from lodetrace.chain.errors import ProposerForeign, ValidatorsMismatch
from lodetrace.chain.header import Header
from lodetrace.chain.qbft import ExtraData, Vote, extra_data_of
from lodetrace.text import hex_of


@dataclass(frozen=True, slots=True)
class ValidatorSet:
    """The set that seals the next block, and the votes that stand.

    tally: for each proposer his standing vote about each candidate. epoch: blocks.
    """

    validators: frozenset[bytes]
    epoch: int
    tally: frozenset[tuple[bytes, Vote]] = field(default_factory=frozenset)

    @classmethod
    def of_genesis(cls, header: Header, epoch: int) -> Self:
        """As the genesis block lists it; raises ExtraDataMalformed."""
        return cls(frozenset(extra_data_of(header).validators), epoch)

    def after(self, header: Header, extra: ExtraData | None = None) -> "ValidatorSet":
        """The set for the block after this one. extra: of the header, where it is known.

        Raises ValidatorsMismatch when the block lists another set than this, ProposerForeign
        when its proposer is none of them, or ExtraDataMalformed.
        """
        extra = extra or extra_data_of(header)
        if sorted(extra.validators) != sorted(self.validators):
            raise ValidatorsMismatch(
                number=header.number,
                actual=_shown(extra.validators),
                expected=_shown(self.validators),
            )
        if header.proposer not in self.validators:
            raise ProposerForeign(number=header.number, proposer=hex_of(header.proposer))
        if header.number % self.epoch == 0:
            return ValidatorSet(self.validators, self.epoch)
        return self if extra.vote is None else self._voted(header.proposer, extra.vote)

    def _voted(self, proposer: bytes, vote: Vote) -> "ValidatorSet":
        """As Besu counts: a proposer's later vote about a candidate takes the place of his
        earlier one, also where it asks for what is so already."""
        candidate = vote.validator
        others = {
            (voter, other)
            for voter, other in self.tally
            if (voter, other.validator) != (proposer, candidate)
        }
        tally = frozenset(others | {(proposer, vote)})
        votes = sum(1 for _, other in tally if other == vote)
        if 2 * votes <= len(self.validators):
            return ValidatorSet(self.validators, self.epoch, tally)
        changed = self.validators | {candidate} if vote.add else self.validators - {candidate}
        left = frozenset(
            (voter, other)
            for voter, other in tally
            if other.validator != candidate and voter in changed
        )
        return ValidatorSet(changed, self.epoch, left)


def _shown(validators: frozenset[bytes] | tuple[bytes, ...]) -> str:
    return ", ".join(hex_of(validator) for validator in sorted(validators)) or "nobody"
