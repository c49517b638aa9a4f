"""A ledger of lots: births, runs, write-offs, totals and claims, in exact integers.

It takes the inputs that the system takes (attested events, wanted output metals, the credit
assignment under mass balance) and returns what the system must have made, or raises Refused.
A step that is refused changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from tests.model.balance import PPM, Balance, Event
from tests.model.claims import (
    WEIGHT_LIMIT,
    Claim,
    Measure,
    Part,
    Total,
    judge_claim,
    judge_total,
    strongest,
    weight_of,
    weighted_sum,
)
from tests.model.custody import (
    counted,
    known_model,
    makeable,
    model_holds,
    on_paper,
    one_material,
    processable,
    recycled_credit,
    terms,
    units_kept,
)
from tests.model.judge import Birth, judge_birth, judge_run
from tests.model.lots import RETIRED, Lot, LotRegister, Made, Site, State
from tests.model.rules import Refused, Rule, refuse_first
from tests.model.runs import OPEN_GATES, Model, Run, Terms, in_band
from tests.model.sharing import Assignment, planned_run


@dataclass(frozen=True)
class RunResult:
    """The lots made, the residual loss in mg, and the public bit."""

    lots: tuple[Lot, ...]
    loss: int
    in_band: bool


@dataclass(frozen=True)
class ProductTotal:
    """The sum of the first `parts` parts of a product, at one scale (spec 7)."""

    balance: Balance
    scale: int
    parts: int
    complete: bool


@dataclass
class Product:
    """Units of lots that are in one product; sealed when no part may follow."""

    parts: list[tuple[str, int]] = field(default_factory=list)
    sealed: bool = False


@dataclass
class Ledger(LotRegister):
    """Lots, events and products."""

    products: dict[str, Product] = field(default_factory=dict)

    def birth(
        self,
        name: str,
        event: Event,
        *,
        event_name: str | None = None,
        gates: tuple[bool, ...] = OPEN_GATES,
        cahra: bool = True,
        model: Model = Model.IDENTITY_PRESERVED,
        material: str = "",
        count: int = 1,
    ) -> Lot:
        """A lot is born from a standing event (domain rules 1, 3 and 6)."""
        known_model(model)
        makeable({name: Made(event.metal_out, material, count)}, born=True)
        self._refuse_used_names([name], event_name)
        credited = tuple(
            amount if gate else 0 for amount, gate in zip(event.attested, gates, strict=True)
        )
        metal = event.metal_out
        balance = Balance(metal, event.carbon, metal if cahra else 0, credited)
        refuse_first(list(judge_birth(Birth(event, balance, gates, cahra)).refusals))
        self._use_event(event_name)
        origins = frozenset({name})
        self.lots[name] = Lot(name, balance, model, origins, material=material, count=count)
        return self.lots[name]

    def process(
        self,
        inputs: Sequence[str],
        wanted: Mapping[str, Made],
        event: Event,
        *,
        event_name: str,
        site: Site,
        model: Model,
        assignment: Assignment | None = None,
    ) -> RunResult:
        """Lots become lots under one measured event (domain rules 2, 3 and 5)."""
        consumed = self._consumable(inputs)
        processable(consumed)
        makeable(wanted)
        run = _planned(consumed, wanted, terms(model, site), event, assignment)
        return self._apply(consumed, wanted, run, model, event_name)

    def rebook(
        self,
        inputs: Sequence[str],
        wanted: Mapping[str, Made],
        *,
        model: Model,
        assignment: Assignment | None = None,
    ) -> RunResult:
        """Split and merge: no event, no loss, no carbon, no new material (domain rule 2)."""
        consumed = self._consumable(inputs)
        material = one_material(consumed, wanted)
        wanted = {name: replace(made, material=material) for name, made in wanted.items()}
        for name, made in wanted.items():
            counted(name, made)
        units_kept(consumed, wanted)
        run = _planned(consumed, wanted, on_paper(terms(model, Site())), None, assignment)
        return self._apply(consumed, wanted, run, model, None)

    def recover(
        self,
        inputs: Sequence[str],
        wanted: Mapping[str, Made],
        event: Event,
        *,
        event_name: str,
        site: Site,
        model: Model,
        assignment: Assignment | None = None,
    ) -> RunResult:
        """Scrap or retired products are taken back; all metal may bear the recycled credit.

        The material decides which of the two, the site's gate whether it is granted at all.
        """
        consumed = self._consumable(inputs)
        credit = recycled_credit(consumed)
        makeable(wanted)
        grants = tuple(gate and position == credit for position, gate in enumerate(site.gates))
        granting = replace(terms(model, site), grants=grants)
        run = _planned(consumed, wanted, granting, event, assignment)
        return self._apply(consumed, wanted, run, model, event_name)

    def settle(
        self, lot: str, name: str, metal: int, event: Event, *, event_name: str, model: Model
    ) -> RunResult:
        """A disputed lot is booked anew as an umpire measured it, with any loss (domain rule 4).

        Metal in is what is disputed, so it is not compared.
        """
        consumed = self._consumable([lot])
        old = consumed[0]
        wanted = {name: Made(metal, old.material, old.count)}
        public = replace(on_paper(terms(model, Site())), tolerance=PPM, loss_to=PPM)
        run = _planned(consumed, wanted, public, event, None)
        return self._apply(consumed, wanted, run, model, event_name)

    def assign(self, product: str, lot: str, units: int) -> Lot:
        """Put units of a lot into a product; each unit is in one product, once."""
        target = self.products.setdefault(product, Product())
        if target.sealed:
            raise Refused(Rule.PRODUCT_SEALED, {"product": product})
        current = self.known(lot)
        if current.state is not State.ASSIGNED:
            self.free(lot)
        if units < 1 or current.assigned + units > current.count:
            left = current.count - current.assigned
            raise Refused(Rule.UNITS_ASSIGNED, {"lot": lot, "units": units, "left": left})
        self.lots[lot] = replace(current, state=State.ASSIGNED, assigned=current.assigned + units)
        target.parts.append((lot, units))
        return self.lots[lot]

    def seal(self, product: str) -> None:
        self.products[product].sealed = True

    def retire(self, name: str) -> Lot:
        """End of life of all units: the lot is free again, as retired material."""
        lot = self.known(name)
        if lot.state is not State.ASSIGNED or lot.assigned != lot.count:
            raise Refused(
                Rule.UNITS_ASSIGNED, {"lot": name, "units": lot.assigned, "count": lot.count}
            )
        self.lots[name] = replace(lot, state=State.LIVE, material=RETIRED, assigned=0)
        return self.lots[name]

    def total(
        self,
        product: str,
        *,
        scale: int,
        first: int = 0,
        count: int | None = None,
        previous: ProductTotal | None = None,
    ) -> ProductTotal:
        """Add up parts `first` to `first + count` of a product, after `previous` (spec 7)."""
        if not 1 <= scale < WEIGHT_LIMIT:
            raise Refused(Rule.WEIGHT_RANGE, {"scale": scale, "limit": WEIGHT_LIMIT - 1})
        target = self.products[product]
        end = len(target.parts) if count is None else first + count
        parts = [self._part(lot, units, scale) for lot, units in target.parts[first:end]]
        if previous is not None:
            _continues(previous, scale, first)
            parts.append(Part(previous.balance, 1))
        balance = weighted_sum(tuple(parts))
        refuse_first(list(judge_total(Total(tuple(parts), balance)).refusals))
        return ProductTotal(balance, scale, end, target.sealed and end == len(target.parts))

    def claim(
        self,
        subject: str | ProductTotal,
        measure: Measure,
        threshold: int,
        mask: frozenset[int] = frozenset(),
    ) -> int:
        """Refuse a claim that does not hold; else the strongest threshold that would."""
        balance = self.known(subject).balance if isinstance(subject, str) else subject.balance
        refuse_first(list(judge_claim(Claim(balance, measure, threshold, mask)).refusals))
        return strongest(balance, measure, mask)

    def _consumable(self, inputs: Sequence[str]) -> list[Lot]:
        if len(set(inputs)) != len(inputs):
            raise Refused(Rule.CONSUMED_ONCE, {"inputs": tuple(inputs)})
        return [self.free(name) for name in inputs]

    def _apply(
        self,
        consumed: list[Lot],
        wanted: Mapping[str, Made],
        run: Run,
        model: Model,
        event_name: str | None,
    ) -> RunResult:
        origins = frozenset(origin for lot in consumed for origin in lot.origins)
        model_holds(model, consumed, origins)
        self._refuse_used_names(list(wanted), event_name)
        refuse_first(list(judge_run(run).refusals))
        self._use_event(event_name)
        inside = in_band(run)
        state = State.LIVE if inside else State.HELD
        parents = tuple(lot.name for lot in consumed)
        for lot in consumed:
            self.lots[lot.name] = replace(lot, state=State.CONSUMED)
        for (name, made), balance in zip(wanted.items(), run.made(), strict=True):
            self.lots[name] = Lot(
                name, balance, model, origins, parents, made.material, made.count, state
            )
        return RunResult(tuple(self.lots[name] for name in wanted), run.loss, inside)

    def _part(self, name: str, units: int, scale: int) -> Part:
        lot = self.known(name)
        weight = weight_of(units, scale, lot.count)
        if weight is None:
            raise Refused(Rule.WEIGHT_EXACT, {"units": units, "scale": scale, "count": lot.count})
        return Part(lot.balance, weight)

    def _use_event(self, name: str | None) -> None:
        if name is not None:
            self.events.add(name)


def _planned(
    consumed: list[Lot],
    wanted: Mapping[str, Made],
    public: Terms,
    event: Event | None,
    assignment: Assignment | None,
) -> Run:
    balances = [lot.balance for lot in consumed]
    return planned_run(
        balances, [made.metal for made in wanted.values()], public, event, assignment
    )


def _continues(previous: ProductTotal, scale: int, first: int) -> None:
    if previous.scale != scale or previous.parts != first:
        raise Refused(
            Rule.SAME_SCALE,
            {"scale": scale, "previous": previous.scale, "first": first, "ends": previous.parts},
        )
