"""Two readers compare what they trust and were shown: one chain, or two?

Whoever shows different people different chains is found out when they compare. A fork between
sealed blocks names those who sealed both: the evidence against them is the two headers.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from lodetrace.audit.anchor import Anchor, Consensus
from lodetrace.audit.bundle import Bundle
from lodetrace.audit.header_chain import ShownBlock, link
from lodetrace.audit.seals import finality_of
from lodetrace.chain.header import Header
from lodetrace.chain.qbft import extra_data_of, sealed_hash
from lodetrace.chain.seals import signer_of
from lodetrace.chain.strict_rlp import encode
from lodetrace.text import hex_of
from lodetrace.version import SOFTWARE

FORMAT: Final = "lodetrace-comparison/1"


class Relation(StrEnum):
    """How two views of a chain go together.

    SAME: nothing tells them apart. PREFIX: the first is the beginning of the second, EXTENDS the
    other way round. FORK: two blocks where there is one. CONTRADICTION: one block, of which the
    anchors say different things. OTHER_CHAIN: they are not about one chain. UNKNOWN: they have no
    height in common; a bundle that shows the earlier one's head would tell.
    """

    SAME = "same"
    PREFIX = "prefix"
    EXTENDS = "extends"
    FORK = "fork"
    CONTRADICTION = "contradiction"
    OTHER_CHAIN = "other chain"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class View:
    """What a reader trusts, and what a bundle showed him that follows from it.

    headers: by height. hashes: of blocks whose identity he knows, also as the parent of one.
    """

    anchor: Anchor
    headers: Mapping[int, Header]
    hashes: Mapping[int, bytes]

    @property
    def head(self) -> int:
        """The highest block that he knows."""
        return max(self.headers)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The outcome. height: where they part, or the last one they share; None where there is none.

    evidence: the two headers of a fork, or a header and the child that names another parent.
    sealed_both: validators who sealed both, 20 bytes each.
    """

    relation: Relation
    said: str
    height: int | None = None
    evidence: tuple[Header, ...] = ()
    sealed_both: tuple[bytes, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """For a file that a third person can check."""
        return {
            "format": FORMAT,
            "judged_by": SOFTWARE,
            "relation": self.relation.value,
            "said": self.said,
            "height": self.height,
            "evidence": [hex_of(encode(header.fields)) for header in self.evidence],
            "sealed_both": [hex_of(signer) for signer in self.sealed_both],
        }


def view_of(anchor: Anchor, file: bytes | None = None) -> View:
    """What the anchor says, and what a bundle adds; raises a BundleRefused of steps 1 to 3."""
    blocks = [ShownBlock(anchor.header, anchor.hash, None)]
    if file is not None:
        shown = link(Bundle.decode(file), anchor, full=False)
        finality_of(shown, anchor, full=False)
        blocks += shown
    parents = {block.number - 1: block.header.parent for block in blocks if block.number}
    return View(
        anchor=anchor,
        headers={block.number: block.header for block in blocks},
        hashes={**parents, **{block.number: block.hash for block in blocks}},
    )


def compare(one: View, other: View) -> Comparison:
    """How the two go together, with the evidence where they do not."""
    chain = (one.anchor.chain_id, one.anchor.genesis, one.anchor.consensus)
    if chain != (other.anchor.chain_id, other.anchor.genesis, other.anchor.consensus):
        said = "They are about two chains: chain id, genesis block or consensus differ."
        return Comparison(Relation.OTHER_CHAIN, said)
    shared = sorted(one.hashes.keys() & other.hashes.keys())
    for height in shared:
        if one.hashes[height] != other.hashes[height]:
            return _fork(height, one, other)
    if one.anchor.number == other.anchor.number and _stated(one.anchor) != _stated(other.anchor):
        said = "The anchors name one block, and say different things of it."
        return Comparison(Relation.CONTRADICTION, said, one.anchor.number, (one.anchor.header,))
    return _agreeing(one, other, shared)


def _agreeing(one: View, other: View, shared: list[int]) -> Comparison:
    last = shared[-1] if shared else None
    if one.head == other.head and last == one.head:
        return Comparison(Relation.SAME, f"Both know one block {last}.", last)
    if one.head in other.hashes:
        said = f"The first ends with block {one.head}, which the second knows as well."
        return Comparison(Relation.PREFIX, said, one.head)
    if other.head in one.hashes:
        said = f"The second ends with block {other.head}, which the first knows as well."
        return Comparison(Relation.EXTENDS, said, other.head)
    said = (
        "Nothing contradicts, and nothing tells whether the later one follows the earlier one: "
        "compare with a bundle that shows the head of the earlier one."
    )
    return Comparison(Relation.UNKNOWN, said, last)


def _fork(height: int, one: View, other: View) -> Comparison:
    evidence = tuple(_witness(height, view) for view in (one, other))
    both: set[bytes] = set()
    if one.anchor.consensus is Consensus.QBFT:
        both = set(_signers(evidence[0])) & set(_signers(evidence[1]))
    said = (
        f"Two blocks stand at height {height}: {hex_of(one.hashes[height])} and "
        f"{hex_of(other.hashes[height])}. {len(both)} validators sealed both sides."
    )
    return Comparison(Relation.FORK, said, height, evidence, tuple(sorted(both)))


def _witness(height: int, view: View) -> Header:
    """The header of that height, or the one that names it as its parent."""
    return view.headers[height] if height in view.headers else view.headers[height + 1]


def _signers(header: Header) -> Iterable[bytes]:
    extra = extra_data_of(header)
    message = sealed_hash(header, extra)
    for index, seal in enumerate(extra.seals):
        yield signer_of(header.number, index, seal, message)


def _stated(anchor: Anchor) -> tuple[object, ...]:
    return (anchor.epoch, anchor.validators, anchor.votes, dict(anchor.contracts))
