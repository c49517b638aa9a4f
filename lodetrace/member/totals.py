"""Totals: a proven, weighted sum of all parts of a product that hold one metal.

Weights bring units of different series to one scale L: units * L / count. L is the least number
that makes all of them whole. A total covers up to 16 lots; longer lists are chained.
"""

from dataclasses import dataclass, replace
from math import gcd, lcm
from typing import Final

from lodetrace.contracts.enums import element_name
from lodetrace.contracts.structs import ZERO32, Part, TotalRequest
from lodetrace.errors import InputError, NotFound, Refused, zk_refusals
from lodetrace.member.lots import view_lot, word_of
from lodetrace.member.products import require_own
from lodetrace.member.prover import NO_PROOF
from lodetrace.member.session import MemberSession
from lodetrace.text import hex_of
from zk_circuits.abi import hash_static, word32
from zk_circuits.commitment import Opening
from zk_circuits.ctx import total_ctx
from zk_circuits.keccak import keccak256
from zk_circuits.salts import NONCE_BYTES, SaltKind, SaltSource
from zk_circuits.statements import TotalStatement
from zk_circuits.statements.total import TOTAL_PARTS, WEIGHT_BITS
from zk_circuits.tags import Tag, TagType
from zk_circuits.totals import weighted_sum


class ProductEmpty(NotFound):
    """A product without a part of the metal."""

    template = "product {product} has no part with {element}"
    advice = "Assign lots of that metal first."


class ProductOpen(Refused):
    """A product that may still get parts."""

    template = "product {product} is not sealed"
    advice = "Seal it first: a claim speaks of all its parts."


class ScaleTooLarge(InputError):
    """Counts that have no common scale of 32 bits."""

    template = "the parts need a scale of {scale}, at most {limit} is possible"
    advice = "Rebook series into counts with common factors before they are assigned."


@dataclass(frozen=True, slots=True)
class ProvenTotal:
    """The total of all parts. scale: amounts in it are those of the product times this."""

    total: bytes
    product: bytes
    element: int
    scale: int
    opening: Opening


def total(member: MemberSession, product: bytes, element: int) -> ProvenTotal:
    """Proves and records the total of a sealed product's parts; again, returns it.

    Raises ProductUnknown, ProductOfAnother, ProductOpen, ProductEmpty, OpeningMissing,
    ScaleTooLarge, StatementRefused, ContractRefused and what Sender.send raises.
    """
    require_own(member, product)
    if not member.reads.is_sealed(product):
        raise ProductOpen(product=hex_of(product))
    parts = member.reads.parts(product, element)
    if not parts:
        raise ProductEmpty(product=hex_of(product), element=element_name(element))
    chain = _Chain(member, product, element, _scale(member, parts))
    done = TOTAL_PARTS
    opening = chain.link(None, 0, parts[:done])
    while done < len(parts):
        room = TOTAL_PARTS - 1  # the total so far takes a place
        opening = chain.link(opening, done, parts[done : done + room])
        done += room
    return ProvenTotal(word_of(opening.commitment), product, element, chain.scale, opening)


@dataclass(frozen=True, slots=True)
class _Chain:
    """The totals of one product and metal, each over the parts that follow the last."""

    member: MemberSession
    product: bytes
    element: int
    scale: int

    def link(self, previous: Opening | None, first: int, parts: tuple[Part, ...]) -> Opening:
        """The next total, recorded on chain."""
        lots = [_part_opening(self.member, part) for part in parts]
        weights = [_weight(self.member, part, self.scale) for part in parts]
        openings = lots if previous is None else [previous, *lots]
        weights = weights if previous is None else [1, *weights]
        opening = self._sum(openings, weights, first)
        word = word_of(opening.commitment)
        if not self.member.reads.total(word).recorded_at:
            self._record(previous, first, openings, weights, opening)
        self.member.vault.put(word, opening)
        return opening

    def _sum(self, openings: list[Opening], weights: list[int], first: int) -> Opening:
        anchor = hash_static(self.product, self.element)
        nonce = keccak256(b"".join(word32("salt", one.salt) for one in openings))[:NONCE_BYTES]
        secret = self.member.keys.salt_secret
        source = SaltSource(SaltKind.TOTAL, secret, anchor, nonce=nonce)
        salt = source.salt(self.element, first)
        with zk_refusals():
            balance = weighted_sum([opening.lot for opening in openings], weights)
            return Opening(Tag(self.element, TagType.TOTAL), balance, salt)

    def _record(
        self,
        previous: Opening | None,
        first: int,
        openings: list[Opening],
        weights: list[int],
        opening: Opening,
    ) -> None:
        request = TotalRequest(
            product=self.product,
            element=self.element,
            first_part=first,
            part_count=len(openings) - (previous is not None),
            scale=self.scale,
            previous=ZERO32 if previous is None else word_of(previous.commitment),
            total=word_of(opening.commitment),
            proof=NO_PROOF,
        )
        with zk_refusals():
            ctx = total_ctx(
                self.member.prover.frame("total", "Claims", self.member.account),
                product_id=request.product,
                first_part=request.first_part,
                part_count=request.part_count,
                scale=request.scale,
                previous_total=request.previous,
                total=request.total,
            )
            statement = TotalStatement(ctx, tuple(openings), tuple(weights), opening)
        proven = replace(request, proof=self.member.prover.prove(statement))
        self.member.send_proven(f"total:{request.total.hex()}", "Claims", "recordTotal", proven)


LARGEST_SCALE: Final = (1 << WEIGHT_BITS) - 1


def _scale(member: MemberSession, parts: tuple[Part, ...]) -> int:
    needed = []
    for part in parts:
        count = member.reads.lot(part.lot).count
        needed.append(count // gcd(count, part.units))
    scale = lcm(*needed)
    if scale > LARGEST_SCALE:
        raise ScaleTooLarge(scale=f"{scale:,}", limit=f"{LARGEST_SCALE:,}")
    return scale


def _weight(member: MemberSession, part: Part, scale: int) -> int:
    return part.units * scale // member.reads.lot(part.lot).count


def _part_opening(member: MemberSession, part: Part) -> Opening:
    return member.vault.require(view_lot(member, part.lot).commitment, part.lot)
