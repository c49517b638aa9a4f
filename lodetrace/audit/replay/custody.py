"""Custody: offers, answers, disputes, settlements and disclosures of the story's lots."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from lodetrace.audit.evidence import ProvenEvent
from lodetrace.audit.replay.attestations import Attestations, EventKindMismatch
from lodetrace.audit.replay.births import ElementMismatch
from lodetrace.audit.replay.errors import HistoryRefused
from lodetrace.audit.replay.handlers import Handlers
from lodetrace.audit.replay.labels import site_event
from lodetrace.audit.replay.lots import LotBook, LotRecord, NotHolder, OpenOffer
from lodetrace.audit.replay.members import HOLDING_ROLES, Members
from lodetrace.audit.replay.places import Places
from lodetrace.contracts.enums import EventKind, LotState, Role
from lodetrace.contracts.events import (
    ArrivalConsented,
    LotAccepted,
    LotDisputed,
    LotOffered,
    LotRejected,
    OfferCancelled,
    OpeningDisclosed,
    SettlementApproved,
)
from lodetrace.contracts.structs import ZERO32
from lodetrace.text import hex_of

OFFER_TIME_MAX: Final = 90 * 24 * 3600
DISPUTE_TIME: Final = 30 * 24 * 3600
CONSENTS: Final = 2
"""Groups that let the goods of a suspended sender arrive."""

Answer = LotAccepted | LotRejected | LotDisputed

Moved = dict[tuple[int, int], set[bytes]]
"""Lots that are offered, or accepted, by transaction."""


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


class BatchIncomplete(HistoryRefused):
    """Part of a physical batch moved without the rest."""

    template = "step {step}, {item}: lot {mate} of its batch does not move with it"


class DisputeInvalid(HistoryRefused):
    """A dispute where none can be, or with another deadline than 30 days."""

    template = "step {step}, {item}: the dispute is invalid: {reason}"


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
        events: Iterable[ProvenEvent],
    ) -> None:
        self._members: Final = members
        self._places: Final = places
        self._attestations: Final = attestations
        self._book: Final = book
        self._offered: Final[Moved] = {}
        self._accepted: Final[Moved] = {}
        self.transfers = 0
        self.umpires: Final[list[bytes]] = []
        self._consents: Final[dict[bytes, Consent]] = {}
        for shown in events:
            if isinstance(shown.event, LotOffered):
                self._offered.setdefault(shown.place[:2], set()).add(shown.event.lot)
            elif isinstance(shown.event, LotAccepted):
                self._accepted.setdefault(shown.place[:2], set()).add(shown.event.lot)

    def handlers(self) -> Handlers:
        """What takes the events."""
        return {
            LotOffered: self._offer,
            LotAccepted: self._accept,
            LotRejected: self._reject,
            OfferCancelled: self._cancel,
            LotDisputed: self._dispute,
            SettlementApproved: self._approve,
            OpeningDisclosed: self._disclose,
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
        self._places.require_determined(record.birthplace, record.item, at)
        mates = self._book.mates(record)
        _require_together(record, mates, self._offered.get(at.place[:2], set()))
        guarded = bool(mates) or record.birthplace is not None
        record.bind(LotState.OFFERED, event.expiry)
        record.offer = OpenOffer(event.to, event.sequence, guarded)

    def _accept(self, event: LotAccepted, at: ProvenEvent) -> None:
        record = self._book.get(event.lot, at)
        if record is None:
            return
        offer = self._require_answer(record, event, at)
        self._require_sender(record, offer, at)
        if offer.guarded:
            mates = self._book.mates(record)
            together = self._accepted.get(at.place[:2], set())
            _require_together(record, mates, together)
            self._places.require_determined(record.birthplace, record.item, at)
            self._leave_birthplace(record, event)
        record.move_to(event.to)
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
        self._require_answer(record, event, at)
        if record.state is LotState.DISPUTED:
            raise DisputeInvalid(item=record.item, reason="it was disputed before")
        if event.until != at.time + DISPUTE_TIME:
            raise DisputeInvalid(item=record.item, reason=f"it ends at {event.until}")
        record.settlement = ZERO32
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
        record.settlement = event.event_id
        self.umpires.append(umpire)
        record.touch(at.time)

    def _require_measurement(self, record: LotRecord, event_id: bytes, at: ProvenEvent) -> None:
        item = site_event(event_id)
        statement = self._attestations.usable(event_id, item, at).statement
        if statement.kind != EventKind.MEASUREMENT:
            raise EventKindMismatch(
                item=item, actual=int(statement.kind), expected=EventKind.MEASUREMENT.name
            )
        if statement.element != record.nature.element:
            raise ElementMismatch(
                item=record.item, actual=statement.element, expected=record.nature.element
            )

    def _disclose(self, event: OpeningDisclosed, at: ProvenEvent) -> None:
        record = self._book.get(event.lot, at)
        if record is None:
            return
        self._members.require_active(event.from_, record.item, at)
        self._members.require_active(event.to, record.item, at)
        record.require_holder(event.from_, at)
        record.touch(at.time)

    def _consent(self, event: ArrivalConsented, at: ProvenEvent) -> None:
        record = self._book.get(event.lot, at)
        if record is None:
            return
        item, offer = record.item, _require_offer(record, at)
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
        record.touch(at.time)

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

    def _leave_birthplace(self, record: LotRecord, event: LotAccepted) -> None:
        """Metal that is sold to another ownership group leaves its birthplace behind."""
        seller, buyer = (
            self._members.group_of_account(account, record.item)
            for account in (event.from_, event.to)
        )
        if seller != buyer:
            record.birthplace = None


def _require_offer(record: LotRecord, at: ProvenEvent) -> OpenOffer:
    """The open offer of a lot."""
    if record.offer is None:
        raise OfferNotOpen(item=record.item, block=at.block)
    if at.time > record.until:
        raise OfferExpired(item=record.item, expiry=record.until, time=at.time)
    return record.offer


def _require_together(record: LotRecord, mates: list[LotRecord], moved: set[bytes]) -> None:
    """Lots of one batch move in one transaction, as far as they belong to the story."""
    for mate in mates:
        if mate.id not in moved:
            raise BatchIncomplete(item=record.item, mate=hex_of(mate.id))
