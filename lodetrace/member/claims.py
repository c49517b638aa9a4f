"""Claims: one statement about a lot or a total, proven without its amounts."""

from dataclasses import dataclass, replace
from typing import Final

from lodetrace.audit.wording import say_claim
from lodetrace.contracts.enums import LotState, Measure
from lodetrace.contracts.events import ClaimRecorded, GridSet, first_of
from lodetrace.contracts.structs import ClaimRequest
from lodetrace.errors import InputError, NotFound, StatementRefused, zk_refusals
from lodetrace.member.lots import view_lot
from lodetrace.member.prover import NO_PROOF
from lodetrace.member.session import MemberSession
from lodetrace.member.totals import total
from lodetrace.onchain.reads import claim_id_of
from lodetrace.text import enum_word, hex_of
from lodetrace.units import MG_PER_KG, PPM
from zk_circuits.balance import Balance
from zk_circuits.commitment import Opening
from zk_circuits.ctx import ClaimSubject, claim_ctx
from zk_circuits.schema import Credit, credit_mask
from zk_circuits.statements import ClaimMeasure as CircuitMeasure
from zk_circuits.statements import ClaimStatement

_SHARES: Final = (Measure.CREDIT_SHARE, Measure.CAHRA_SHARE)


class SubjectUnknown(NotFound):
    """Neither a lot nor a total."""

    template = "{subject} is neither a lot nor a total"
    advice = "Check the id and the network; `lodetrace total record` makes the total of a product."


class CreditUnfitting(InputError):
    """A share of no credit, or another measure of one."""

    template = "a claim of {measure} names {rule}, {count} given"
    advice = "Give --credit with --measure credit-share, and with no other measure."


class ClaimVacuous(InputError):
    """A claim that every lot bears out, whatever is in it."""

    template = "{claim} is true of every lot: it says nothing"
    advice = "Choose a threshold that a lot can miss; what a lot holds is in `lodetrace lot show`."


@dataclass(frozen=True, slots=True)
class ClaimOrder:
    """A claim that is asked for.

    subject: id of a lot or of a total. threshold: ppm of the metal, at least, for CREDIT_SHARE;
    ppm, at most, for CAHRA_SHARE; mg CO2e per kg of metal, at most, for CARBON_INTENSITY and
    DIRECT_INTENSITY; mg of metal in a unit, at least, for METAL_PER_UNIT.
    credits: which, for CREDIT_SHARE only: one, or both recycled ones.
    """

    subject: bytes
    measure: Measure
    threshold: int
    credits: tuple[Credit, ...] = ()

    @property
    def credit_mask(self) -> int:
        """Bit k - 1 is credit k."""
        return credit_mask(self.credits)

    @property
    def said(self) -> str:
        """ "at least 60 % responsible"."""
        return say_claim(self.measure, self.credit_mask, self.threshold)


@dataclass(frozen=True, slots=True)
class ProvenClaim:
    """A claim that is recorded. transaction: hash of its recording."""

    claim_id: bytes
    event: ClaimRecorded
    transaction: str


def claim(member: MemberSession, order: ClaimOrder) -> ProvenClaim:
    """Proves and records a claim; again, returns it.

    Raises CreditUnfitting, ClaimVacuous, SubjectUnknown, OpeningMissing, StatementRefused (not
    true), ContractRefused (off the grid, not the holder …) and what Sender.send raises.
    """
    _require_credits(order)
    _require_content(order)
    kind, revision = _subject(member, order.subject)
    claim_id = claim_id_of(
        order.subject, revision, order.measure, order.credit_mask, order.threshold
    )
    if not member.reads.claimed_at(claim_id):
        request = _proven(member, order, kind, _opening(member, order.subject, kind))
        member.send_proven(f"claim:{claim_id.hex()}", "Claims", "record", request)
    return recorded_claim(member, claim_id)


def recorded_claim(member: MemberSession, claim_id: bytes) -> ProvenClaim:
    """A claim of anybody's, as it was recorded; raises SubjectUnknown."""
    for recorded in member.contracts.events(ClaimRecorded, claim_id=claim_id):
        event = first_of(ClaimRecorded, [recorded])
        return ProvenClaim(claim_id, event, recorded.transaction)
    raise SubjectUnknown(subject=hex_of(claim_id))


def _require_credits(order: ClaimOrder) -> None:
    needed = order.measure is Measure.CREDIT_SHARE
    if bool(order.credits) != needed:
        measure = enum_word(order.measure, "-")
        rule = "at least one credit" if needed else "no credit"
        raise CreditUnfitting(measure=measure, rule=rule, count=len(order.credits))


def _require_content(order: ClaimOrder) -> None:
    empty = order.threshold <= 0 if order.measure.at_least else order.threshold >= PPM
    if empty and (order.measure in _SHARES or order.measure.at_least):
        raise ClaimVacuous(claim=order.said)


def _subject(member: MemberSession, subject: bytes) -> tuple[ClaimSubject, int]:
    """Kind and revision of what a claim speaks of."""
    lot = member.reads.lot(subject)
    if lot.state is not LotState.NONE:
        return ClaimSubject.LOT, lot.revision
    if not member.reads.total(subject).recorded_at:
        raise SubjectUnknown(subject=hex_of(subject))
    return ClaimSubject.TOTAL, 0


def _opening(member: MemberSession, subject: bytes, kind: ClaimSubject) -> Opening:
    if kind is ClaimSubject.LOT:
        return member.vault.require(view_lot(member, subject).commitment, subject)
    if member.vault.opening(subject) is None:  # after a lost disk: it is made again, equal
        recorded = member.reads.total(subject)
        total(member, recorded.product, recorded.element)
    return member.vault.require(subject, subject)


def _proven(
    member: MemberSession, order: ClaimOrder, kind: ClaimSubject, opening: Opening
) -> ClaimRequest:
    with zk_refusals():
        ctx = claim_ctx(
            member.prover.frame("claim", "Claims", member.account),
            subject=order.subject,
            subject_kind=kind,
            measure=order.measure,
            credit_mask=order.credit_mask,
            threshold=order.threshold,
        )
        statement = ClaimStatement(
            ctx, opening, CircuitMeasure(order.measure), order.threshold, order.credits
        )
    bare = ClaimRequest(order.subject, order.measure, order.credit_mask, order.threshold, NO_PROOF)
    try:
        return replace(bare, proof=member.prover.prove(statement))
    except StatementRefused as refused:
        if not {"threshold_ppm", "intensity", "per_unit"} & refused.values.keys():
            raise
        numbers = {key: value for key, value in refused.values.items() if key != "reason"}
        reason = f"{order.said} is not true of {hex_of(order.subject)}"
        advice = _advice(member, order, opening.lot)
        raise StatementRefused(reason=reason, advice=advice, **numbers) from refused


def _advice(member: MemberSession, order: ClaimOrder, balance: Balance) -> str:
    """The strongest claim of this kind that holds, on the grid that is in force."""
    grids = [one for one in member.contracts.happened(GridSet) if one.measure is order.measure]
    found = strongest(order, balance, grids[-1]) if grids else None
    if found is None:
        return "No threshold on the grid of this measure holds, but those that say nothing."
    return f"The strongest that holds is: {replace(order, threshold=found).said}."


def strongest(order: ClaimOrder, balance: Balance, grid: GridSet) -> int | None:
    """The threshold of a true claim that none of this kind surpasses; None where none is worth it.

    balance: with metal and units.
    """
    held, whole = _ratio(order, balance)
    if order.measure.at_least:
        found = min(held // whole, grid.limit) // grid.step * grid.step
        return found or None
    found = -(-held // (whole * grid.step)) * grid.step
    vacuous = order.measure is Measure.CAHRA_SHARE and found >= PPM
    return None if vacuous or found > grid.limit else found


def _ratio(order: ClaimOrder, balance: Balance) -> tuple[int, int]:
    """What a claim compares with its threshold, as a fraction."""
    match order.measure:
        case Measure.CREDIT_SHARE:
            held = sum(balance.credit(credit) for credit in set(order.credits))
            return held * PPM, balance.metal
        case Measure.CAHRA_SHARE:
            return balance.cahra * PPM, balance.metal
        case Measure.METAL_PER_UNIT:
            return balance.metal, balance.units
        case Measure.DIRECT_INTENSITY:
            return balance.direct * MG_PER_KG, balance.metal
        case _:
            return balance.carbon * MG_PER_KG, balance.metal
