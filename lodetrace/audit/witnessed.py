"""Whose witnesses vouch for the head of a bundle, and since when it is known to stand.

Seals say that a quorum of validators made a block; a quorum can seal two branches. A witness signs
one history only (docs/audit-bundle.md, section 8), so that a branch which is shown to one reader
lacks the words of those who follow the other one.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from lodetrace.audit.anchor import Anchor, Consensus, Witness
from lodetrace.audit.bundle import Bundle, CoSignature
from lodetrace.audit.errors import CoSignatureRefused
from lodetrace.audit.header_chain import ShownBlock
from lodetrace.audit.heads import Head, domain_of, set_digest
from lodetrace.eip712 import Domain
from lodetrace.secp256k1 import Signature, SignatureInvalid
from lodetrace.text import hex_of


@dataclass(frozen=True, slots=True)
class CoSigned:
    """A co-signature of the head that holds. validators: digest of the set after the head."""

    witness: Witness
    seen_at: int
    validators: bytes

    @property
    def in_office(self) -> bool:
        """Whether the anchor lets the witness's word count at that time."""
        return self.witness.counts_at(self.seen_at)


@dataclass(frozen=True, slots=True)
class Vouched:
    """What the witnesses' words come to.

    needed: groups that make a majority which no other branch has as well. groups: those that
    vouch, with the latest time at which each saw the head; own: left out, as the holder's.
    outside: groups that vouch and seal no block, as far as the anchor knows who seals.
    """

    needed: int
    groups: tuple[tuple[bytes, int], ...]
    own: tuple[bytes, ...]
    outside: int

    @property
    def as_of(self) -> int | None:
        """When enough groups had seen the head: the k-th latest time; None for too few."""
        times = sorted((time for _, time in self.groups), reverse=True)
        return times[self.needed - 1] if len(times) >= max(self.needed, 1) else None


def cosigned(bundle: Bundle, anchor: Anchor, head: ShownBlock) -> tuple[CoSigned, ...]:
    """The co-signatures of the anchor's witnesses, each checked; raises CoSignatureRefused.

    Those of witnesses that the anchor does not name say nothing to this reader.
    """
    known = [shown for shown in bundle.cosignatures if shown.index < len(anchor.witnesses)]
    if not known:
        return ()
    domain, sets = domain_of(anchor), _sets_after(head, anchor)
    return tuple(
        _checked(shown, anchor.witnesses[shown.index], bundle.genesis, head, domain, sets)
        for shown in known
    )


def needed_groups(groups: int) -> int:
    """k of n with 2k > n + f, f being less than a third: two branches never both have k."""
    faulty = max(groups - 1, 0) // 3
    return (groups + faulty) // 2 + 1


def needed_of(anchor: Anchor, times: Iterable[int]) -> int:
    """Groups that a majority takes, where most groups are in office of some times.

    Of the head's own time and of those at which it was seen: a head that is dated back to when
    there were few witnesses asks for no fewer of today's.
    """
    return needed_groups(
        max(len({one.group for one in anchor.witnesses if one.counts_at(time)}) for time in times)
    )


def vouched(
    anchor: Anchor,
    signed: Iterable[CoSigned],
    time: int,
    own: Collection[bytes] = (),
    sealing: Collection[bytes] = (),
    needed: int | None = None,
) -> Vouched:
    """Groups counted once, the holder's own left out.

    time: of the head. sealing: validators of the head. needed: as a policy says; never fewer than
    a majority of the groups in office takes, as two branches could both have those.
    """
    latest: dict[bytes, int] = {}
    times = {time}
    for one in signed:
        if one.in_office:
            group = one.witness.group
            latest[group] = max(one.seen_at, latest.get(group, 0))
            times.add(one.seen_at)
    others = {group: seen for group, seen in latest.items() if group not in own}
    return Vouched(
        needed=max(needed_of(anchor, times), needed or 0),
        groups=tuple(sorted(others.items())),
        own=tuple(sorted(latest.keys() & set(own))),
        outside=_outside(anchor, others.keys(), sealing),
    )


def _outside(anchor: Anchor, groups: Collection[bytes], sealing: Collection[bytes]) -> int:
    """Groups that seal nothing; 0 where the anchor does not know the group of each sealer."""
    groups_of = dict(anchor.sealers)
    if not all(validator in groups_of for validator in sealing):
        return 0
    return len(set(groups) - {groups_of[validator] for validator in sealing})


def _checked(
    shown: CoSignature,
    witness: Witness,
    genesis: bytes,
    head: ShownBlock,
    domain: Domain,
    sets: Sequence[bytes],
) -> CoSigned:
    """By the witness, over this head; the set after it is one of those that it can be."""
    item = f"co-signature of witness {shown.index}, {hex_of(witness.key)}"
    for validators in sets:
        said = Head(
            genesis=genesis,
            number=head.number,
            block_hash=head.hash,
            block_time=head.header.time,
            validators=validators,
            previous_number=shown.previous_number,
            previous_hash=shown.previous_hash,
            seen_at=shown.seen_at,
        )
        if said.contradiction is not None:
            raise CoSignatureRefused(item=item, reason=f"it {said.contradiction}")
        try:
            signer = Signature(shown.signature).recover(said.typed_data(domain).digest())
        except SignatureInvalid as error:
            raise CoSignatureRefused(item=item, reason=f"it {error.values['reason']}") from error
        if signer == witness.key:
            return CoSigned(witness, shown.seen_at, validators)
    reason = f"it is not over block {head.number}, {hex_of(head.hash)}"
    raise CoSignatureRefused(item=item, reason=reason)


def _sets_after(head: ShownBlock, anchor: Anchor) -> list[bytes]:
    """Digests of the sets that may follow a head: the one that seals it, or with its own vote.

    Which one it is depends on votes that need not be shown; the witness has replayed them.
    """
    if anchor.consensus is Consensus.NONE or head.number == anchor.number:
        return [set_digest(anchor.validators)]
    assert head.extra is not None
    listed = frozenset(head.extra.validators)
    found, vote = [listed], head.extra.vote
    if vote is not None and vote.add is not (vote.validator in listed):
        found.append(listed ^ {vote.validator})
    return [set_digest(validators) for validators in found]
