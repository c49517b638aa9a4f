"""Publishing a day's price range: one account prepares, the other releases, both deliver.

Everything may be repeated: what stands on chain is found there, and a purpose is sent once.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from lodetrace.contracts.enums import PriceStatus
from lodetrace.contracts.events import OpeningDelivered, PricePrepared, PriceReleased
from lodetrace.contracts.price_structs import Publication
from lodetrace.contracts.structs import ZERO32
from lodetrace.errors import NotFound, Refused, zk_refusals
from lodetrace.keys.sealed_price import open_range, seal_range
from lodetrace.member.session import MemberSession
from lodetrace.onchain.reads import is_unset
from lodetrace.text import hex_of, parse_address
from zk_circuits.keccak import keccak256
from zk_circuits.price import PriceRange, RangeOpening
from zk_circuits.salts import SaltKind, SaltSource
from zk_circuits.tags import PriceTag

BATCH: Final = 50
"""Subscribers in one transaction: about 1.5 million gas."""


class PriceNotPrepared(NotFound):
    """Nothing that this account could release."""

    template = "nobody prepared record {document} for {account} to release"
    advice = "The administrator's other account prepares it first and names this one."


class PreparedDifferently(Refused):
    """What was prepared is not what was assessed."""

    template = "the prepared record has another {field} than the assessment"
    advice = "Do not release it: compare the assessments of both accounts and prepare it again."


class CorrectionOfAnother(Refused):
    """A correction of a record that is not the day's last word."""

    template = "the correction names record {corrects}, the day's last word is {current}"
    advice = "Publish the records in their order; each correction names the one before it."


@dataclass(frozen=True, slots=True)
class AssessedPrice:
    """A range as it was assessed. The range is licensed and left out of repr.

    commodity, methodology: ids. day: since 1970-01-01. document: hash of the price record;
    corrects: that of the record it corrects. assessment: hash of the assessment.
    """

    commodity: bytes
    day: int
    status: PriceStatus
    range: PriceRange = field(repr=False)
    document: bytes
    assessment: bytes
    methodology: bytes
    corrects: bytes | None = None


def prepare_price(member: MemberSession, assessed: AssessedPrice, releaser: str) -> bytes:
    """Prepares a record for the administrator's other account to release; its id.

    Raises CorrectionOfAnother, ContractRefused and what Sender.send raises.
    """
    releaser = parse_address(releaser)
    released = released_record(member, assessed)
    if released is not None:
        return released
    opening = _own_opening(member, assessed)
    publication = _publication(member, assessed, opening.commitment)
    record = member.reads.price_record_id(publication)
    if member.reads.price_releaser(record) != releaser:
        box = seal_range(opening, member.reads.account(releaser).viewing_key)
        # the number: a releaser may be named again after another one was
        number = len(member.contracts.happened(PricePrepared, record=record))
        purpose = f"price-prepare:{record.hex()}:{releaser.lower()}:{number}"
        member.send(purpose, "Prices", "prepare", publication, releaser, box)
    return record


def release_price(member: MemberSession, assessed: AssessedPrice) -> bytes:
    """Compares what was prepared with what was assessed, and releases it; its id.

    Raises PriceNotPrepared, PreparedDifferently, ContractRefused and what Sender.send raises.
    """
    released = released_record(member, assessed)
    if released is not None:
        return released
    prepared = _prepared(member, assessed)
    _require_as_assessed(member, assessed, prepared)
    purpose = f"price-release:{prepared.record.hex()}"
    member.send(purpose, "Prices", "release", prepared.publication)
    return prepared.record


def deliver_price(
    member: MemberSession, record: bytes, opening: RangeOpening, subscribers: Sequence[str]
) -> list[str]:
    """Seals a released range to those subscribers who have not got it; returns them.

    Raises ContractRefused (a subscriber who is no active member) and what Sender.send raises.
    """
    with zk_refusals():
        commitment = member.reads.price(record).publication.commitment
        opening.check(int.from_bytes(commitment, "big"))
    delivered = member.contracts.happened(OpeningDelivered, record=record)
    served = {event.subscriber for event in delivered}
    wanted = sorted({parse_address(one) for one in subscribers} - served)
    for start in range(0, len(wanted), BATCH):
        several = wanted[start : start + BATCH]
        keys = [member.reads.account(one).viewing_key for one in several]
        boxes = [seal_range(opening, key) for key in keys]
        named = keccak256("".join(several).encode())
        purpose = f"price-deliver:{record.hex()}:{named.hex()}"
        member.send(purpose, "Prices", "deliver", record, several, boxes)
    return wanted


def released_record(member: MemberSession, assessed: AssessedPrice) -> bytes | None:
    """The released record of a price record; None while there is none."""
    for event in member.contracts.happened(PriceReleased, commodity=assessed.commodity):
        if event.publication.document == assessed.document:
            return event.record
    return None


def _publication(member: MemberSession, assessed: AssessedPrice, commitment: int) -> Publication:
    return Publication(
        commodity=assessed.commodity,
        day=assessed.day,
        status=assessed.status,
        commitment=commitment.to_bytes(32, "big"),
        document=assessed.document,
        assessment=assessed.assessment,
        methodology=assessed.methodology,
        corrects=_corrected(member, assessed),
    )


def _corrected(member: MemberSession, assessed: AssessedPrice) -> bytes:
    """Record on chain that this one corrects; raises CorrectionOfAnother."""
    if assessed.corrects is None:
        return ZERO32
    current = member.reads.current_price(assessed.commodity, assessed.day)
    document = ZERO32 if is_unset(current) else member.reads.price(current).publication.document
    if document != assessed.corrects:
        raise CorrectionOfAnother(corrects=hex_of(assessed.corrects), current=hex_of(document))
    return current


def _own_opening(member: MemberSession, assessed: AssessedPrice) -> RangeOpening:
    """Made again, equal, by the same account."""
    element = member.reads.commodity(assessed.commodity).element
    with zk_refusals():
        secret = member.keys.salt_secret
        source = SaltSource(SaltKind.PRICE_RANGE, secret, assessed.document)
        return RangeOpening(PriceTag(element), assessed.range, source.salt(element))


def _prepared(member: MemberSession, assessed: AssessedPrice) -> PricePrepared:
    """The last that was prepared for this account, of this price record."""
    found = member.contracts.happened(
        PricePrepared, commodity=assessed.commodity, releaser=member.account
    )
    mine = [event for event in found if event.publication.document == assessed.document]
    if not mine:
        document = hex_of(assessed.document)
        raise PriceNotPrepared(document=document, account=member.account)
    return mine[-1]


def _require_as_assessed(
    member: MemberSession, assessed: AssessedPrice, prepared: PricePrepared
) -> None:
    publication = prepared.publication
    element = member.reads.commodity(assessed.commodity).element
    opening = open_range(
        prepared.sealed_to_releaser, member.keys.viewing_keys, publication.commitment, element
    )
    if opening.range != assessed.range:
        raise PreparedDifferently(field="range")
    expected = _publication(member, assessed, opening.commitment)
    for name in ("day", "status", "assessment", "methodology", "corrects"):
        if getattr(publication, name) != getattr(expected, name):
            raise PreparedDifferently(field=name)
