"""Step 3: every block shown is sealed by a quorum of the validators in force.

Headers may be left out between those shown. What that trusts is said in docs/audit-bundle.md,
section 4: no more than a third of any set in force sealed two chains, as QBFT itself trusts.
"""

from collections.abc import Sequence

from lodetrace.audit.anchor import Anchor, Consensus
from lodetrace.audit.errors import SealsRefused, ValidatorsUnproven, refusing
from lodetrace.audit.header_chain import ShownBlock
from lodetrace.audit.steps import Finality
from lodetrace.chain.qbft import ExtraData, Vote, sealed_hash
from lodetrace.chain.seals import quorum, require_normal_seals
from lodetrace.chain.validators import ValidatorSet
from lodetrace.text import hex_of


def finality_of(blocks: Sequence[ShownBlock], anchor: Anchor, full: bool) -> Finality:
    """How final the blocks are. full: all votes are shown and are replayed as the chain counts.

    Raises SealsRefused or ValidatorsUnproven.
    """
    if anchor.consensus is Consensus.NONE:
        return Finality(sealed=False, headers=len(blocks))
    history = _Everything(anchor) if full else _Skipping(anchor)
    seals = 0
    for block in blocks:
        if block.extra is None:
            continue  # not under QBFT
        if block.number > anchor.number:
            history.accept(block, block.extra)
        seals += _require_seals(block, block.extra)
    return Finality(True, len(blocks), seals, history.changes)


def _require_seals(block: ShownBlock, extra: ExtraData) -> int:
    """The number of seals: a quorum of the set that the block lists; the genesis block has none."""
    with refusing(SealsRefused, f"block {block.number}"):
        if block.number == 0 and not extra.seals:
            return 0
        # what a first round seals is the hash that names the block
        message = block.hash if extra.round == 0 else sealed_hash(block.header, extra)
        require_normal_seals(block.number, extra, message, frozenset(extra.validators))
    return quorum(len(extra.validators))


class _Everything:
    """The set in force where every header is shown."""

    def __init__(self, anchor: Anchor) -> None:
        self.changes = 0
        self._set = anchor.validator_set

    def accept(self, block: ShownBlock, extra: ExtraData) -> None:
        with refusing(ValidatorsUnproven, f"block {block.number}"):
            found = self._set.after(block.header, extra)
        self.changes += found.validators != self._set.validators
        self._set = found


class _Skipping:
    """The set in force as far as shown headers prove it.

    tally: votes shown since the last epoch block, each proposer's last one about an address.
    """

    def __init__(self, anchor: Anchor) -> None:
        self.changes = 0
        self._epoch = anchor.epoch
        self._validators = frozenset(anchor.validators)
        self._tally = {(voter, vote.validator): vote.add for voter, vote in anchor.votes}
        self._since = self._epoch_before(anchor.number + 1)
        self._last = anchor.number

    def accept(self, block: ShownBlock, extra: ExtraData) -> None:
        """The block is by the set in force, or by the one that shown votes made of it."""
        since = self._epoch_before(block.number)
        if since != self._since:
            self._tally, self._since = {}, since
        with refusing(ValidatorsUnproven, f"block {block.number}"):
            listed = ValidatorSet(frozenset(extra.validators), self._epoch)
            listed.after(block.header, extra)  # nobody twice, and proposed by one of them
        if listed.validators != self._validators:
            self._change(block, listed.validators)
        if extra.vote is not None and block.number % self._epoch:
            self._tally[block.header.proposer, extra.vote.validator] = extra.vote.add
        self._last = block.number

    def _change(self, block: ShownBlock, listed: frozenset[bytes]) -> None:
        changed = listed ^ self._validators
        if len(changed) != 1:
            raise self._unproven(block, f"{len(changed)} validators differ from those in force")
        if self._last != block.number - 1:
            raise self._unproven(block, "the validators changed, and the block before is not shown")
        (candidate,) = changed
        vote = Vote(candidate, add=candidate in listed)
        votes = [
            voter
            for (voter, other), add in self._tally.items()
            if other == candidate and add == vote.add
        ]
        if 2 * len(votes) <= len(self._validators):
            act = "add" if vote.add else "remove"
            raise self._unproven(
                block,
                f"{len(votes)} of {len(self._validators)} validators are shown to have voted "
                f"to {act} {hex_of(candidate)}",
            )
        self._tally = {
            (voter, other): add
            for (voter, other), add in self._tally.items()
            if other != candidate and voter in listed
        }
        self._validators = listed
        self.changes += 1

    def _epoch_before(self, number: int) -> int:
        """The last epoch block before a block."""
        return (number - 1) // self._epoch * self._epoch

    def _unproven(self, block: ShownBlock, reason: str) -> ValidatorsUnproven:
        return ValidatorsUnproven(item=f"block {block.number}", reason=reason)
