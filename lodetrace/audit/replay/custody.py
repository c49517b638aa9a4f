"""Custody: offers, answers, disputes, settlements and disclosures of the story's lots."""

from dataclasses import dataclass, field
from typing import Final

from lodetrace.audit.evidence import ProvenEvent
from lodetrace.audit.replay.attestations import Attestations, EventKindMismatch
from lodetrace.audit.replay.errors import HistoryRefused
from lodetrace.audit.replay.handlers import Handlers
from lodetrace.audit.replay.labels import site_event
from lodetrace.audit.replay.lots import LotBook, LotRecord, NotHolder, OpenOffer, StockBound
from lodetrace.audit.replay.members import HOLDING_ROLES, Members
from lodetrace.audit.replay.places import Places
from lodetrace.audit.replay.run_rules import ChargeBound
from lodetrace.audit.replay.settlements import SettlementNotApproved
from lodetrace.contracts.enums import EventKind, LotState, Role
from lodetrace.contracts.events import (
    ArrivalConsented,
    DisputeEnded,
    LotAccepted,
    LotDisputed,
    LotOffered,
    LotRejected,
    OfferCancelled,
    SettlementApproved,
)
from lodetrace.contracts.hours import rounded_up
from lodetrace.contracts.structs import ZERO32
from lodetrace.text import hex_of

OFFER_TIME_MAX: Final = 90 * 24 * 3600
DISPUTE_TIME: Final = 10 * 24 * 3600
APPROVED_TIME: Final = 100 * 24 * 3600
"""Seconds for which an approved settlement keeps its dispute open."""
AFTER_DISPUTE: Final = 7 * 24 * 3600
"""Seconds that a buyer has at least, once a dispute has ended."""
MIXED_REST: Final = 24 * 3600
"""Seconds that a lot of several roots stays where it was made."""
CONSENTS: Final = 2
"""Groups that let the goods of a suspended sender arrive."""

Answer = LotAccepted | LotRejected | LotDisputed


class OfferNotOpen(HistoryRefused):
    """An answer to an offer that is not open."""

    template = "step {step}, {item}: no offer is open at block {block}"


class OfferOfAnother(HistoryRefused):
    """An answer by another than the offer's receiver."""

    template = "step {step}, {item}: offered to {expected}, {actual} answers"


class OfferExpired(HistoryRefused):
    """An answer to an offer that had lapsed."""

    template = "step {step}, {item}: the offer ended at {expiry}, the answer is of {time}"


class OfferInvalid(HistoryRefused):
    """An offer to oneself, or one that ends before it begins or after more than 90 days."""

    template = "step {step}, {item}: the offer is invalid: {reason}"


class DisputeInvalid(HistoryRefused):
    """A dispute where none can be, or with another deadline than 10 days."""

    template = "step {step}, {item}: the dispute is invalid: {reason}"


class LotResting(HistoryRefused):
    """A lot of several roots that moved, or went into a product, on the day it was made."""

    template = "step {step}, {item}: made of several roots, it rests until {until}, not {time}"


class MeasurementOfAnother(HistoryRefused):
    """A settlement by the measurement of another lot."""

    template = "step {step}, {item}: the measurement is of {actual}"


class UmpireNotIndependent(HistoryRefused):
    """An umpire of the ownership group of a party."""

    template = "step {step}, {item}: umpire {umpire} is of the ownership group of a party"


class SenderInactive(HistoryRefused):
    """Goods of a sender that was suspended or frozen, without the consent of two groups."""

    template = (
        "step {step}, {item}: {sender}, who offered it, was suspended or frozen at block "
        "{block}, and no two ownership groups consented"
    )


class ConsentInvalid(HistoryRefused):
    """A consent that was not needed, or by a group that could not give it."""

    template = "step {step}, {item}: the consent to its arrival is invalid: {reason}"


@dataclass(slots=True)
class Consent:
    """To one offer, named by the lot's sequence; organisations of two groups gave it."""

    offer: int
    given_by: list[bytes] = field(default_factory=list)


class Custody:
    """Custody moves only on the receiver's acceptance of an open offer of the holder."""

    def __init__(
        self,
        members: Members,
        places: Places,
        attestations: Attestations,
        book: LotBook,
    ) -> None:
        self._members: Final = members
        self._places: Final = places
        self._attestations: Final = attestations
        self._book: Final = book
        self.transfers = 0
        self.umpires: Final[list[bytes]] = []
        self._consents: Final[dict[bytes, Consent]] = {}

    def handlers(self) -> Handlers:
        """What takes the events."""
        return {
            LotOffered: self._offer,
            LotAccepted: self._accept,
            LotRejected: self._reject,
            OfferCancelled: self._cancel,
            LotDisputed: self._dispute,
            SettlementApproved: self._approve,
            DisputeEnded: self._end_dispute,
            ArrivalConsented: self._consent,
        }

    def _offer(self, event: LotOffered, at: ProvenEvent) -> None:
        record = self._book.get(event.lot, at)
        if record is None:
            return
        self._members.require(event.from_, Role.TRADER, record.item, at)
        if event.to == event.from_:
            raise OfferInvalid(item=record.item, reason="it is made to its own sender")
        self._members.require_active(event.to, record.item, at)
        if not at.time < event.expiry <= at.time + OFFER_TIME_MAX:
            reason = f"made at {at.time}, it ends at {event.expiry}"
            raise OfferInvalid(item=record.item, reason=reason)
        record.require_free(event.from_, at)
        self._book.require_unheld(record, at)
        require_movable(record, at)
        self._places.require_determined(record.birthplace, record.item, at)
        record.bind(LotState.OFFERED, event.expiry)
        record.offer = OpenOffer(event.to, event.sequence, event.expiry)

    def _accept(self, event: LotAccepted, at: ProvenEvent) -> None:
        record = self._book.get(event.lot, at)
        if record is None:
            return
        offer = self._require_answer(record, event, at)
        self._book.require_unheld(record, at)
        self._require_sender(record, offer, at)
        self._places.require_determined(record.birthplace, record.item, at)
        if self._is_sold(record, event):
            record.birthplace = None
            record.held_since = rounded_up(at.time)
        record.move_to(event.to)
        self._book.remember_hold(record, at)
        self.transfers += 1

    def _reject(self, event: LotRejected, at: ProvenEvent) -> None:
        record = self._book.get(event.lot, at)
        if record is not None:
            self._require_answer(record, event, at)
            record.bind(LotState.ACTIVE)

    def _cancel(self, event: OfferCancelled, at: ProvenEvent) -> None:
        record = self._book.get(event.lot, at)
        if record is None:
            return
        offer = _require_offer(record, at)
        self._members.require(event.from_, Role.TRADER, record.item, at)
        record.require_holder(event.from_, at)
        if event.to != offer.to:
            raise OfferOfAnother(item=record.item, expected=offer.to, actual=event.to)
        if record.state is LotState.DISPUTED:
            raise DisputeInvalid(item=record.item, reason="a disputed offer was cancelled")
        record.bind(LotState.ACTIVE)

    def _dispute(self, event: LotDisputed, at: ProvenEvent) -> None:
        record = self._book.get(event.lot, at)
        if record is None:
            return
        offer = self._require_answer(record, event, at)
        if offer.was_disputed:
            raise DisputeInvalid(item=record.item, reason="it was disputed before")
        if event.receiving_document == ZERO32:
            raise DisputeInvalid(item=record.item, reason="it names no receiving document")
        offer.was_disputed = True
        if event.until != at.time + DISPUTE_TIME:
            raise DisputeInvalid(item=record.item, reason=f"it ends at {event.until}")
        record.settlement, record.umpire = ZERO32, ""
        record.state, record.until = LotState.DISPUTED, event.until
        record.past.add(LotState.DISPUTED)

    def _approve(self, event: SettlementApproved, at: ProvenEvent) -> None:
        record = self._book.get(event.lot, at)
        if record is None:
            return
        item = record.item
        umpire = self._members.require(event.umpire, Role.UMPIRE, item, at)
        offer = _require_offer(record, at)
        if record.state is not LotState.DISPUTED:
            raise DisputeInvalid(item=item, reason="a settlement of what is not disputed")
        group = self._members.group_of(umpire, item)
        if group in self._groups_of(record, offer):
            raise UmpireNotIndependent(item=item, umpire=event.umpire)
        self._require_measurement(record, event.event_id, at)
        record.settlement, record.umpire = event.event_id, event.umpire
        record.approved_at = at.time
        until = max(record.until, at.time + APPROVED_TIME)
        if event.until != until:
            raise DisputeInvalid(item=item, reason=f"approved, it ends at {event.until}")
        record.until = until
        self.umpires.append(umpire)

    def _require_measurement(self, record: LotRecord, event_id: bytes, at: ProvenEvent) -> None:
        item = site_event(event_id)
        statement = self._attestations.usable(event_id, item, at).statement
        if statement.kind != EventKind.MEASUREMENT:
            raise EventKindMismatch(
                item=item, actual=int(statement.kind), expected=EventKind.MEASUREMENT.name
            )
        if statement.inputs != (record.id,):
            named = ", ".join(map(hex_of, statement.inputs))
            raise MeasurementOfAnother(item=record.item, actual=named)

    def _end_dispute(self, event: DisputeEnded, at: ProvenEvent) -> None:
        """The lot weighs no less than booked: its offer goes on."""
        record = self._book.get(event.lot, at)
        if record is None:
            return
        item, offer = record.item, _require_offer(record, at)
        if record.state is not LotState.DISPUTED:
            raise DisputeInvalid(item=item, reason="an end of what is not disputed")
        if event.event_id != record.settlement:
            raise SettlementNotApproved(
                item=item, actual=hex_of(event.event_id), expected=hex_of(record.settlement)
            )
        measured = self._attestations.used_by(event.event_id, (EventKind.MEASUREMENT,), item, at)
        if not measured.statement.no_output:
            raise DisputeInvalid(item=item, reason="its measurement found less")
        until = max(offer.expiry, at.time + AFTER_DISPUTE)
        if event.expiry != until:
            raise DisputeInvalid(item=item, reason=f"its offer ends at {event.expiry}, not {until}")
        record.state, record.until = LotState.OFFERED, until

    def _consent(self, event: ArrivalConsented, at: ProvenEvent) -> None:
        record = self._book.get(event.lot, at)
        if record is None:
            return
        item, offer = record.item, _require_offer(record, at)
        if event.offer != offer.sequence:
            raise ConsentInvalid(item=item, reason="it is of another offer")
        judge = self._members.require(event.by, HOLDING_ROLES, item, at)
        if self._members.is_active(record.account, item, at):
            raise ConsentInvalid(item=item, reason="its sender is active")
        group = self._members.group_of(judge, item)
        if group in self._groups_of(record, offer):
            raise ConsentInvalid(item=item, reason="it is of a party's ownership group")
        consent = self._consents.get(event.lot)
        if consent is None or consent.offer != offer.sequence:
            consent = self._consents[event.lot] = Consent(offer.sequence)
        again = any(self._members.one_voice(one, judge, item) for one in consent.given_by)
        if again or len(consent.given_by) >= CONSENTS:
            raise ConsentInvalid(item=item, reason="it was given before")
        consent.given_by.append(judge)
        if event.given != (len(consent.given_by) == CONSENTS):
            raise ConsentInvalid(item=item, reason=f"{len(consent.given_by)} groups gave it")

    def _require_sender(self, record: LotRecord, offer: OpenOffer, at: ProvenEvent) -> None:
        """A sender that acts, or goods that two groups let arrive."""
        if self._members.is_active(record.account, record.item, at):
            return
        consent = self._consents.get(record.id)
        given = consent is not None and consent.offer == offer.sequence
        if consent is None or not given or len(consent.given_by) < CONSENTS:
            raise SenderInactive(item=record.item, sender=record.account, block=at.block)

    def _groups_of(self, record: LotRecord, offer: OpenOffer) -> set[bytes]:
        """The ownership groups of both parties."""
        parties = (record.account, offer.to)
        return {self._members.group_of_account(party, record.item) for party in parties}

    def _require_answer(self, record: LotRecord, event: Answer, at: ProvenEvent) -> OpenOffer:
        """An answer by the receiver of an open offer, who may trade."""
        record.require_going(at)
        self._members.require(event.to, Role.TRADER, record.item, at)
        offer = _require_offer(record, at)
        if event.to != offer.to:
            raise OfferOfAnother(item=record.item, expected=offer.to, actual=event.to)
        if event.from_ != record.account:
            raise NotHolder(
                item=record.item, actual=event.from_, expected=record.account, block=at.block
            )
        return offer

    def _is_sold(self, record: LotRecord, event: LotAccepted) -> bool:
        """To another ownership group: its birthplace stays behind, and its buyer has it anew."""
        seller, buyer = (
            self._members.group_of_account(account, record.item)
            for account in (event.from_, event.to)
        )
        return seller != buyer


def require_movable(record: LotRecord, at: ProvenEvent) -> None:
    """That it is no charge or stock, and has rested if it is of several roots."""
    if record.nature.charge:
        raise ChargeBound(item=record.item, reason="it left its holder's account")
    if record.nature.is_stock:
        raise StockBound(item=record.item, reason="it left its holder's account")
    until = record.born.time + MIXED_REST
    if record.nature.mixed and at.time < until:
        raise LotResting(item=record.item, until=until, time=at.time)


def _require_offer(record: LotRecord, at: ProvenEvent) -> OpenOffer:
    """The open offer of a lot."""
    if record.offer is None:
        raise OfferNotOpen(item=record.item, block=at.block)
    if at.time > record.until:
        raise OfferExpired(item=record.item, expiry=record.until, time=at.time)
    return record.offer
