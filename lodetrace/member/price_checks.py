"""Settlement prices: proven against a day's range, without showing either, and checked.

A check belongs to an open offer. Where the other party recorded one of the same price before, the
proof is about the same commitment, so that everybody sees that both speak of one price.
"""

from dataclasses import dataclass, replace

from lodetrace.audit.statements.prices import CIRCUIT, check_ctx, check_signals, request_of
from lodetrace.contracts.events import PriceChecked, first_of
from lodetrace.contracts.price_structs import CheckRequest, Transfer
from lodetrace.contracts.structs import NOBODY
from lodetrace.errors import KeysError, NotFound, Refused, zk_refusals
from lodetrace.keys.sealed_price import open_price, seal_price
from lodetrace.member.lots import view_lot, word_of
from lodetrace.member.prices import opened_range
from lodetrace.member.prover import NO_PROOF, Prover
from lodetrace.member.recheck import EventProof, Recheck, recheck_in_python, recheck_on_chain
from lodetrace.member.session import MemberSession
from lodetrace.onchain.contracts import Contracts
from lodetrace.onchain.reads import Reads
from lodetrace.text import hex_of
from zk_circuits.abi import address, encode, uint, word32
from zk_circuits.keccak import keccak256
from zk_circuits.price import PriceOpening, RangeOpening
from zk_circuits.salts import SaltKind, SaltSource
from zk_circuits.statements import PriceStatement
from zk_circuits.tags import PriceTag


class NotPartyOfOffer(Refused):
    """A lot without an open offer of or to this account."""

    template = "{account} is no party of an open offer of lot {lot}"
    advice = "Seller or buyer record the price after the offer was made and before it is accepted."


class CheckStands(Refused):
    """Another price was proven for this offer against the same record."""

    template = "check {check} of lot {lot} stands, and it speaks of another price"
    advice = "A check stays as it is. A new offer of the lot can be checked with another price."


class CheckUnknown(NotFound):
    """No check of that id was recorded."""

    template = "price check {check} is not recorded"
    advice = "Check the id and the network."


@dataclass(frozen=True, slots=True)
class RecordedCheck:
    """A check that stands on chain. transaction: hash of its recording."""

    check_id: bytes
    event: PriceChecked
    transaction: str


def prove_settlement(member: MemberSession, lot: bytes, record: bytes, price: int) -> RecordedCheck:
    """Proves where the price of an offered lot lies and records it; again, returns it.

    It is found again once the offer has ended, too. price: fen per mt including VAT. Raises
    LotUnknown, NotPartyOfOffer, CheckStands, RangeNotDelivered, StatementRefused, ContractRefused
    and what Sender.send raises.
    """
    try:
        transfer = open_transfer(member, lot)
    except NotPartyOfOffer:
        if (earlier := _earlier(member, lot, record, price)) is None:
            raise
        return earlier
    check_id = check_id_of(lot, transfer.offer, member.account, record)
    if not member.reads.price_check(check_id).checked_at:
        assessed = opened_range(member, record)
        element = assessed.tag.element
        paid = _agreed(member, lot, transfer, price) or _own(member, lot, transfer, element, price)
        request = _proven(member, lot, record, transfer, assessed, paid)
        member.send_proven(f"price-check:{check_id.hex()}", "Prices", "check", request)
    found = recorded_check(member.contracts, check_id)
    if not _speaks_of(member, found.event, price):
        raise CheckStands(check=hex_of(check_id), lot=hex_of(lot))
    return found


def open_transfer(member: MemberSession, lot: bytes) -> Transfer:
    """The open offer of a lot, of which this account is a party; raises NotPartyOfOffer."""
    seller, offer = view_lot(member, lot).lot.account, member.reads.offer(lot)
    standing = offer.to != NOBODY and member.now() <= offer.expiry
    if not standing or member.account not in (seller, offer.to):
        raise NotPartyOfOffer(account=member.account, lot=hex_of(lot))
    return Transfer(seller, offer.to, offer.sequence)


def recorded_check(contracts: Contracts, check_id: bytes) -> RecordedCheck:
    """A check of anybody's, as it was recorded; raises CheckUnknown."""
    for recorded in contracts.events(PriceChecked, check_id=check_id):
        event = first_of(PriceChecked, [recorded])
        return RecordedCheck(check_id, event, recorded.transaction)
    raise CheckUnknown(check=hex_of(check_id))


def settled_price(member: MemberSession, event: PriceChecked) -> PriceOpening:
    """The settlement price that the other party sealed to this account.

    Raises BoxUnreadable, OpeningMalformed or OpeningOfAnother.
    """
    element = member.reads.lot(event.lot).element
    box, keys = event.sealed_to_counterparty, member.keys.viewing_keys
    return open_price(box, keys, event.price, element)


def check_on_chain(contracts: Contracts, event: PriceChecked) -> Recheck:
    """Asks the contract to verify the proof again; raises NodeError."""
    reads = Reads(contracts)
    return recheck_on_chain(
        lambda: reads.verify_check(event.account, event.transfer, request_of(event))
    )


def check_in_python(contracts: Contracts, prover: Prover, event: PriceChecked) -> Recheck:
    """Recomputes the public signals and verifies with py_ecc; raises NodeError."""
    recorded = EventProof(CIRCUIT, event.proof, event.public_signals)
    return recheck_in_python(recorded, prover, lambda: expected_signals(contracts, prover, event))


def expected_signals(contracts: Contracts, prover: Prover, event: PriceChecked) -> tuple[int, ...]:
    """ctx, tag, range, price and inside, from the check's words and the record on chain."""
    reads = Reads(contracts)
    published = reads.price(event.record).publication
    element = reads.commodity(published.commodity).element
    ctx = _ctx(prover, event.account, event.transfer, request_of(event))
    return tuple(check_signals(ctx, event, element, published.commitment).values())


def check_id_of(lot: bytes, offer: int, account: str, record: bytes) -> bytes:
    """Id of a check."""
    words = [word32("lot", lot), uint("offer", offer, 32), address("account", account)]
    return keccak256(encode([*words, word32("record", record)]))


def _agreed(
    member: MemberSession, lot: bytes, transfer: Transfer, price: int
) -> PriceOpening | None:
    """What the other party recorded of this offer, if it is this price."""
    other = _counterparty(member, transfer)
    for event in member.contracts.happened(PriceChecked, lot=lot, account=other):
        if event.transfer != transfer:
            continue
        try:
            opening = settled_price(member, event)
        except (KeysError, Refused):
            continue  # garbage does not keep anybody from saying what was paid
        if opening.price == price:
            return opening
    return None


def _earlier(member: MemberSession, lot: bytes, record: bytes, price: int) -> RecordedCheck | None:
    """This account's last check of the lot against a record, if it speaks of this price."""
    found = member.contracts.events(PriceChecked, lot=lot, account=member.account)
    for recorded in reversed(found):
        event = first_of(PriceChecked, [recorded])
        if event.record == record and _speaks_of(member, event, price):
            return RecordedCheck(event.check_id, event, recorded.transaction)
    return None


def _speaks_of(member: MemberSession, event: PriceChecked, price: int) -> bool:
    """Whether this account's check commits to a price: with a salt of its own, or the other's."""
    element = member.reads.lot(event.lot).element
    own = _own(member, event.lot, event.transfer, element, price)
    agreed = _agreed(member, event.lot, event.transfer, price)
    words = [word_of(one.commitment) for one in (own, agreed) if one is not None]
    return event.price in words


def _own(
    member: MemberSession, lot: bytes, transfer: Transfer, element: int, price: int
) -> PriceOpening:
    anchor = keccak256(encode([word32("lot", lot), uint("offer", transfer.offer, 32)]))
    with zk_refusals():
        source = SaltSource(SaltKind.SETTLEMENT_PRICE, member.keys.salt_secret, anchor)
        return PriceOpening(PriceTag(element), price, source.salt(element))


def _proven(
    member: MemberSession,
    lot: bytes,
    record: bytes,
    transfer: Transfer,
    assessed: RangeOpening,
    paid: PriceOpening,
) -> CheckRequest:
    key = member.reads.account(_counterparty(member, transfer)).viewing_key
    price, inside = paid.commitment.to_bytes(32, "big"), assessed.range.holds(paid.price)
    bare = CheckRequest(lot, record, price, inside, seal_price(paid, key), NO_PROOF)
    with zk_refusals():
        ctx = _ctx(member.prover, member.account, transfer, bare)
        statement = PriceStatement(ctx, assessed, paid, inside)
    return replace(bare, proof=member.prover.prove(statement))


def _ctx(prover: Prover, account: str, transfer: Transfer, request: CheckRequest) -> int:
    frame = prover.frame(CIRCUIT, "Prices", account)
    with zk_refusals():
        return check_ctx(frame, transfer, request)


def _counterparty(member: MemberSession, transfer: Transfer) -> str:
    return transfer.buyer if member.account == transfer.seller else transfer.seller
