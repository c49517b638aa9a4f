"""Is a proposed birth, run, total or claim right, and if not, which rules does it break?

Each check is written from the rule's prose with exact shares (Fractions), not from the
inequalities of the circuits; the tests compare both. All broken rules are reported, in the
order of the rules.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from tests.model.balance import (
    CREDIT_COUNT,
    MANUFACTURING,
    POST_CONSUMER,
    PPM,
    Balance,
    BirthEvent,
    RunEvent,
    in_range,
    total_cahra,
)
from tests.model.rules import Refusal, Rule, refusal
from tests.model.runs import Run, Slot, in_band

COUNT_LIMIT = 2**32


@dataclass(frozen=True)
class Verdict:
    """Accepted when no rule is broken. `in_band` is the public bit of a run."""

    refusals: tuple[Refusal, ...]
    in_band: bool | None = None

    @property
    def accepted(self) -> bool:
        return not self.refusals

    @property
    def broken(self) -> set[Rule]:
        return {broken.rule for broken in self.refusals}


@dataclass(frozen=True)
class Birth:
    """A lot is born from a standing event; gates and the place's CAHRA bit are public."""

    event: BirthEvent
    lot: Balance
    gates: tuple[bool, ...]
    cahra_gate: bool
    count: int = 1


def judge_birth(birth: Birth) -> Verdict:
    """Domain rules 1, 2, 3 and 6; spec 5."""
    return Verdict(tuple(_birth_refusals(birth)))


def judge_run(run: Run) -> Verdict:
    """Domain rules 1, 2, 3 and 5; spec 6 and 7. The public bit is given for refused runs too."""
    return Verdict(tuple(_run_refusals(run)), in_band(run))


def _birth_refusals(birth: Birth) -> Iterator[Refusal]:
    event, lot = birth.event, birth.lot
    yield from _well_formed("lot", lot)
    yield from _event_in_range(event)
    if lot.metal != event.metal or lot.metal < 1:
        yield refusal(Rule.BIRTH_METAL, lot=lot.metal, measured=event.metal)
    if lot.direct != event.direct:
        yield refusal(Rule.BIRTH_DIRECT, lot=lot.direct, attested=event.direct)
    if not lot.units == event.units == birth.count < COUNT_LIMIT:
        yield refusal(Rule.BIRTH_UNITS, lot=lot.units, attested=event.units, count=birth.count)
    if lot.carbon != event.carbon:
        yield refusal(Rule.BIRTH_CARBON, lot=lot.carbon, attested=event.carbon)
    if lot.cahra != (lot.metal if birth.cahra_gate else 0):
        yield refusal(Rule.BIRTH_CAHRA, lot=lot.cahra, gate=birth.cahra_gate)
    yield from _birth_credits(birth)


def _birth_credits(birth: Birth) -> Iterator[Refusal]:
    event = birth.event
    for position in range(CREDIT_COUNT):
        attested, credited = event.attested[position], birth.lot.credits[position]
        if attested > event.metal:
            yield refusal(Rule.BIRTH_ATTESTED, credit=position + 1, attested=attested)
        if credited != (attested if birth.gates[position] else 0):
            yield refusal(Rule.BIRTH_CREDIT, credit=position + 1, lot=credited, attested=attested)
    if event.attested[POST_CONSUMER] + event.attested[MANUFACTURING] > event.metal:
        yield refusal(Rule.BIRTH_ATTESTED, recycled=event.attested[1:3], metal=event.metal)


def _run_refusals(run: Run) -> Iterator[Refusal]:
    for number, slot in enumerate(run.inputs):
        yield from _input_refusals(number, slot)
    for number, slot in enumerate(run.outputs):
        yield from _output_refusals(number, slot)
    yield from _metal_refusals(run)
    if run.event is not None:
        yield from _event_refusals(run, run.event)
    elif run.is_small and not run.terms.on_paper:
        yield refusal(Rule.PAPER_TERMS, terms=run.terms)
    yield from _unit_refusals(run)
    if run.terms.settles and run.outputs[0].salt != run.inputs[0].salt + 1:
        yield refusal(Rule.SETTLED_SALT)
    if run.metal_in >= 1 and run.metal_out >= 1:
        yield from _emission_refusals(run)
        yield from _cahra_refusals(run)
        for position in range(CREDIT_COUNT):
            yield from _credit_refusals(run, position)


def _input_refusals(number: int, slot: Slot) -> Iterator[Refusal]:
    name = f"input {number}"
    yield from _amounts(name, slot.balance)
    if not slot.used and any(slot.balance.amounts()):
        yield refusal(Rule.SLOT_EMPTY, slot=name, amounts=slot.balance.amounts())


def _output_refusals(number: int, slot: Slot) -> Iterator[Refusal]:
    name = f"output {number}"
    yield from _well_formed(name, slot.balance)
    if slot.used != (slot.balance.metal != 0):
        yield refusal(Rule.SLOT_USED, slot=name, used=slot.used, metal=slot.balance.metal)


def _metal_refusals(run: Run) -> Iterator[Refusal]:
    if run.metal_out < 1:
        yield refusal(Rule.SOME_METAL, metal_out=run.metal_out)
    if run.loss < 0:
        yield refusal(Rule.NO_GAIN, metal_in=run.metal_in, metal_out=run.metal_out)
    if run.event is None and run.loss > 0:
        yield refusal(Rule.LOSS_NEEDS_EVENT, loss=run.loss)


def _event_refusals(run: Run, event: RunEvent) -> Iterator[Refusal]:
    yield from _event_in_range(event)
    for place, lot in enumerate(run.consumed()):
        allowed = lot.metal * Fraction(run.terms.tolerance, PPM)
        measured = event.measured(place)
        if abs(lot.metal - measured) > allowed:
            yield refusal(Rule.WITHIN_TOLERANCE, input=place, booked=lot.metal, measured=measured)
    product = run.metal_out - run.scrap
    if product > event.product:
        yield refusal(Rule.MEASURED_OUT, metal_out=product, measured=event.product)
    if run.scrap > event.scrap:
        yield refusal(Rule.SCRAP_MEASURED, scrap=run.scrap, measured=event.scrap)
    if run.metal_out < min(run.metal_in, event.metal_out):
        yield refusal(Rule.ALL_BOOKED, metal_out=run.metal_out, measured=event.metal_out)


def _unit_refusals(run: Run) -> Iterator[Refusal]:
    for number, made in enumerate(run.made()):
        if made.units != run.count(number):
            yield refusal(
                Rule.UNITS_PUBLIC, output=number, units=made.units, count=run.count(number)
            )
    series = [(run.count(number), run.made()[number]) for number in sorted(run.terms.in_units)]
    made_units = sum(count for count, _ in series)
    before = sum(lot.units for lot in run.consumed())
    expected = run.event.units if run.event else before
    if made_units not in (0, expected):
        yield refusal(Rule.UNITS_COUNTED, made=made_units, expected=expected)
    metal = sum(lot.metal for _, lot in series)
    for count, lot in series:
        share = Fraction(metal * count, made_units) if made_units else Fraction(0)
        if made_units == 0 or abs(lot.metal - share) >= 1:
            yield refusal(Rule.UNITS_EQUAL, units=count, metal=lot.metal, share=share)


def _emission_refusals(run: Run) -> Iterator[Refusal]:
    for number, made in enumerate(run.made()):
        share = ceil(run.carbon * Fraction(made.metal, run.metal_out))
        if made.carbon != share:
            yield refusal(Rule.CARBON_BY_METAL, output=number, carbon=made.carbon, share=share)
        share = ceil(run.direct * Fraction(made.metal, run.metal_out))
        if made.direct != share:
            yield refusal(Rule.DIRECT_BY_METAL, output=number, direct=made.direct, share=share)


def _cahra_refusals(run: Run) -> Iterator[Refusal]:
    brought = total_cahra(run.consumed())
    for number, made in enumerate(run.made()):
        share = ceil(brought * Fraction(made.metal, run.metal_in))
        if made.cahra != share:
            yield refusal(Rule.CAHRA_BY_METAL, output=number, cahra=made.cahra, share=share)


def _credit_refusals(run: Run, position: int) -> Iterator[Refusal]:
    available, name = run.credit_available(position), position + 1
    borne = available * Fraction(run.metal_out, run.metal_in)
    credited = sum(made.credits[position] for made in run.made())
    if credited > borne:
        yield refusal(Rule.CREDIT_BEARS_LOSS, credit=name, made=credited, limit=floor(borne))
    for number, made in enumerate(run.made()):
        ceiling = available * Fraction(made.metal, run.metal_in)
        limit = floor(ceiling) if run.terms.proportional else made.metal
        amount = made.credits[position]
        if amount > limit:
            yield refusal(
                Rule.CREDIT_OF_OUTPUT, output=number, credit=name, amount=amount, limit=limit
            )
        if run.terms.whole and amount not in (0, made.metal):
            yield refusal(
                Rule.CREDIT_WHOLE, output=number, credit=name, amount=amount, metal=made.metal
            )


def _well_formed(name: str, balance: Balance) -> Iterator[Refusal]:
    yield from _amounts(name, balance)
    recycled = balance.credits[POST_CONSUMER] + balance.credits[MANUFACTURING]
    if recycled > balance.metal:
        yield refusal(Rule.RECYCLED_ONCE, of=name, recycled=recycled, metal=balance.metal)


def _amounts(name: str, balance: Balance) -> Iterator[Refusal]:
    if not in_range(balance.amounts()):
        yield refusal(Rule.AMOUNT_RANGE, of=name, amounts=balance.amounts())


def _event_in_range(event: BirthEvent | RunEvent) -> Iterator[Refusal]:
    if not in_range(event.amounts()):
        yield refusal(Rule.AMOUNT_RANGE, of="event", amounts=event.amounts())
    if event.direct > event.carbon:
        yield refusal(Rule.DIRECT_PART, of="event", direct=event.direct, carbon=event.carbon)
