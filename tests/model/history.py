"""A ledger of lots: births, runs, write-offs, totals and claims, in exact integers.

It takes the inputs that the system takes (attested events, wanted output metals, the credit
assignment under mass balance) and returns what the system must have made, or raises Refused.
A step that is refused changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum

from tests.model.balance import Balance, Event
from tests.model.claims import (
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
from tests.model.judge import Birth, judge_birth, judge_run
from tests.model.rules import Refused, Rule, refuse_first
from tests.model.runs import NO_GRANTS, OPEN_GATES, Model, Run, Terms, in_band
from tests.model.sharing import Assignment, planned_run


class State(Enum):
    """Only a live lot may be consumed."""

    LIVE = "live"
    HELD = "held"
    CONSUMED = "consumed"
    WRITTEN_OFF = "written off"


@dataclass(frozen=True)
class Lot:
    """A lot of the ledger. `origins` are the births in its past, `count` its equal units."""

    name: str
    balance: Balance
    model: Model
    origins: frozenset[str]
    parents: tuple[str, ...] = ()
    count: int = 1
    state: State = State.LIVE
    assigned: int = 0


@dataclass(frozen=True)
class Site:
    """What the contract knows of the site of a process: gates, tolerance and band in ppm."""

    gates: tuple[bool, ...] = OPEN_GATES
    tolerance: int = 0
    loss_from: int = 0
    loss_to: int = 0


@dataclass(frozen=True)
class RunResult:
    """The lots made, the residual loss in mg, and the public bit."""

    lots: tuple[Lot, ...]
    loss: int
    in_band: bool


@dataclass(frozen=True)
class ProductTotal:
    """The sum of the lots in one product, at one scale (spec 7)."""

    balance: Balance
    scale: int


@dataclass
class Ledger:
    """All lots ever, by name; `events` are the names of the events that were used."""

    lots: dict[str, Lot] = field(default_factory=dict)
    events: set[str] = field(default_factory=set)
    losses: dict[str, int] = field(default_factory=dict)

    def birth(
        self,
        name: str,
        event: Event,
        *,
        gates: tuple[bool, ...] = OPEN_GATES,
        cahra: bool = True,
        model: Model = Model.IDENTITY_PRESERVED,
    ) -> Lot:
        """A lot is born from a standing event (domain rules 1, 3 and 6)."""
        _known_model(model)
        self._new_name(name)
        credits = tuple(
            amount if gate else 0 for amount, gate in zip(event.attested, gates, strict=True)
        )
        metal = event.metal_out
        balance = Balance(metal, event.carbon, metal if cahra else 0, credits)
        refuse_first(list(judge_birth(Birth(event, balance, gates, cahra)).refusals))
        lot = Lot(name, balance, model, frozenset({name}))
        self.lots[name] = lot
        return lot

    def process(
        self,
        inputs: Sequence[str],
        wanted: Mapping[str, int],
        event: Event,
        *,
        event_name: str,
        site: Site,
        model: Model,
        assignment: Assignment | None = None,
        counts: Mapping[str, int] | None = None,
    ) -> RunResult:
        """Lots become lots under one measured event (domain rules 2, 3 and 5)."""
        terms = _terms(model, site)
        run = self._planned(inputs, wanted, terms, event, assignment)
        return self._apply(inputs, wanted, run, model, counts, event_name)

    def rebook(
        self,
        inputs: Sequence[str],
        wanted: Mapping[str, int],
        *,
        model: Model,
        assignment: Assignment | None = None,
        counts: Mapping[str, int] | None = None,
    ) -> RunResult:
        """Split and merge: no event, no loss, no carbon (domain rule 2)."""
        run = self._planned(inputs, wanted, _terms(model, Site()), None, assignment)
        return self._apply(inputs, wanted, run, model, counts)

    def recover(
        self,
        inputs: Sequence[str],
        wanted: Mapping[str, int],
        *,
        credit: int,
        model: Model,
        event: Event | None = None,
        event_name: str | None = None,
        site: Site | None = None,
        assignment: Assignment | None = None,
    ) -> RunResult:
        """Retired products or waste come back as scrap; all metal may bear `credit`.

        `credit` is the position of a recycled credit. The one run that takes units which
        are in a product.
        """
        grants = tuple(position == credit for position in range(len(NO_GRANTS)))
        terms = replace(_terms(model, site or Site()), grants=grants)
        run = self._planned(inputs, wanted, terms, event, assignment, retired=True)
        return self._apply(inputs, wanted, run, model, None, event_name)

    def write_off(self, name: str) -> Balance:
        """A lot ends, with all that it holds. Returns what ended with it."""
        lot = self._live(name)
        _unassigned(lot)
        self.lots[name] = replace(lot, state=State.WRITTEN_OFF)
        return lot.balance

    def release(self, name: str) -> Lot:
        """A held lot becomes live (who may do so is the contract's affair)."""
        lot = self._known(name)
        if lot.state is not State.HELD:
            raise Refused(Rule.LOT_HELD, {"lot": name, "state": lot.state.value})
        self.lots[name] = replace(lot, state=State.LIVE)
        return self.lots[name]

    def total(
        self, units: Mapping[str, int], *, scale: int, previous: ProductTotal | None = None
    ) -> ProductTotal:
        """Put `units` of each lot into one product and add them up (spec 7)."""
        parts = [self._part(name, count, scale) for name, count in units.items()]
        if previous is not None:
            if previous.scale != scale:
                raise Refused(Rule.SAME_SCALE, {"scale": scale, "previous": previous.scale})
            parts.append(Part(previous.balance, 1))
        balance = weighted_sum(tuple(parts))
        refuse_first(list(judge_total(Total(tuple(parts), balance)).refusals))
        for name, count in units.items():
            lot = self.lots[name]
            self.lots[name] = replace(lot, assigned=lot.assigned + count)
        return ProductTotal(balance, scale)

    def claim(
        self,
        subject: str | ProductTotal,
        measure: Measure,
        threshold: int,
        mask: frozenset[int] = frozenset(),
    ) -> int:
        """Refuse a claim that does not hold; else the strongest threshold that would."""
        balance = self._known(subject).balance if isinstance(subject, str) else subject.balance
        refuse_first(list(judge_claim(Claim(balance, measure, threshold, mask)).refusals))
        return strongest(balance, measure, mask)

    def live(self) -> list[Lot]:
        """Lots that hold metal now, held ones included."""
        return [lot for lot in self.lots.values() if lot.state in (State.LIVE, State.HELD)]

    def _planned(
        self,
        inputs: Sequence[str],
        wanted: Mapping[str, int],
        terms: Terms,
        event: Event | None,
        assignment: Assignment | None,
        *,
        retired: bool = False,
    ) -> Run:
        if len(set(inputs)) != len(inputs):
            raise Refused(Rule.CONSUMED_ONCE, {"inputs": tuple(inputs)})
        lots = [self._live(name) for name in inputs]
        if not retired:
            for lot in lots:
                _unassigned(lot)
        balances = [lot.balance for lot in lots]
        return planned_run(balances, list(wanted.values()), terms, event, assignment)

    def _apply(
        self,
        inputs: Sequence[str],
        wanted: Mapping[str, int],
        run: Run,
        model: Model,
        counts: Mapping[str, int] | None,
        event_name: str | None = None,
    ) -> RunResult:
        parents = [self.lots[name] for name in inputs]
        origins = frozenset(origin for lot in parents for origin in lot.origins)
        _model_holds(model, parents, origins)
        for name in wanted:
            self._new_name(name)
        refuse_first(list(judge_run(run).refusals))
        self._use_event(event_name)
        inside = in_band(run)
        made = []
        for name, balance in zip(wanted, run.made(), strict=True):
            state = State.LIVE if inside else State.HELD
            count = (counts or {}).get(name, 1)
            made.append(Lot(name, balance, model, origins, tuple(inputs), count, state))
        for lot in parents:
            self.lots[lot.name] = replace(lot, state=State.CONSUMED)
        self.lots.update({lot.name: lot for lot in made})
        self.losses[made[0].name] = run.loss
        return RunResult(tuple(made), run.loss, inside)

    def _part(self, name: str, units: int, scale: int) -> Part:
        lot = self._live(name)
        weight = weight_of(units, scale, lot.count)
        if weight is None:
            raise Refused(Rule.WEIGHT_EXACT, {"units": units, "scale": scale, "count": lot.count})
        if units < 1 or lot.assigned + units > lot.count:
            raise Refused(
                Rule.UNITS_ASSIGNED, {"lot": name, "units": units, "left": lot.count - lot.assigned}
            )
        return Part(lot.balance, weight)

    def _use_event(self, name: str | None) -> None:
        if name is None:
            return
        if name in self.events:
            raise Refused(Rule.EVENT_ONCE, {"event": name})
        self.events.add(name)

    def _new_name(self, name: str) -> None:
        if name in self.lots:
            raise Refused(Rule.EVENT_ONCE, {"lot": name})

    def _known(self, name: str) -> Lot:
        if name not in self.lots:
            raise Refused(Rule.KNOWN_LOT, {"lot": name})
        return self.lots[name]

    def _live(self, name: str) -> Lot:
        lot = self._known(name)
        if lot.state is State.HELD:
            raise Refused(Rule.LOT_HELD, {"lot": name})
        if lot.state is not State.LIVE:
            raise Refused(Rule.CONSUMED_ONCE, {"lot": name, "state": lot.state.value})
        return lot


def _terms(model: Model, site: Site) -> Terms:
    _known_model(model)
    return Terms(
        proportional=model.proportional,
        whole=model.whole,
        gates=site.gates,
        tolerance=site.tolerance,
        loss_from=site.loss_from,
        loss_to=site.loss_to,
    )


def _known_model(model: Model) -> None:
    if model is Model.BOOK_AND_CLAIM:
        raise Refused(Rule.BOOK_AND_CLAIM, {"model": model.name})


def _model_holds(model: Model, parents: Sequence[Lot], origins: frozenset[str]) -> None:
    """Domain rule 5: never stronger than the weakest input; identity needs one origin."""
    weakest = max((lot.model for lot in parents), default=model)
    if model < weakest:
        raise Refused(
            Rule.MODEL_NEVER_IMPROVES, {"model": model.name, "weakest input": weakest.name}
        )
    if model is Model.IDENTITY_PRESERVED and len(origins) > 1:
        raise Refused(Rule.ONE_ORIGIN, {"origins": tuple(sorted(origins))})


def _unassigned(lot: Lot) -> None:
    if lot.assigned:
        raise Refused(Rule.UNITS_ASSIGNED, {"lot": lot.name, "units": lot.assigned})
