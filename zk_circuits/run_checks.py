"""Whether a run or a rebook is true: SPEC section 6, step by step, and section 7."""

from dataclasses import dataclass
from functools import cached_property

from zk_circuits.balance import Balance, RunMeasurement
from zk_circuits.quantity_text import PPM
from zk_circuits.run_circuits import REBOOK
from zk_circuits.same_element import require_one_element
from zk_circuits.schema import CREDITS
from zk_circuits.statement_judge import Judge
from zk_circuits.statements.run import RunStatement


def check_run(statement: RunStatement) -> None:
    """Raises WitnessRefused when the run is not true."""
    check = _RunCheck(statement)
    check.elements()
    check.metal()
    check.units()
    check.shares()
    for index in range(CREDITS):
        check.credit(index)
    check.settlement()


@dataclass(frozen=True)
class _RunCheck:
    statement: RunStatement

    @cached_property
    def judge(self) -> Judge:
        return Judge(self.statement.circuit)

    @cached_property
    def inputs(self) -> list[Balance]:
        return [opening.lot for opening in self.statement.inputs]

    @cached_property
    def outputs(self) -> list[Balance]:
        return [opening.lot for opening in self.statement.outputs]

    @cached_property
    def event(self) -> RunMeasurement | None:
        return None if self.statement.event is None else self.statement.event.run

    def elements(self) -> None:
        statement = self.statement
        events = () if statement.event is None else (statement.event,)
        openings = (*statement.inputs, *statement.outputs, *events)
        require_one_element(self.judge, statement.inputs[0].tag.word, openings)

    def metal(self) -> None:
        """Step 2."""
        metal_in, metal_out = self.statement.metal_in, self.statement.metal_out
        for output, lot in enumerate(self.outputs, start=1):
            has_metal = lot.metal >= 1
            self.judge.require(has_metal, "an output has metal", output=output, metal=lot.metal)
        made = {"metal_in": metal_in, "metal_out": metal_out}
        self.judge.require(metal_out <= metal_in, "metal is not made", **made)
        if self.event is None:
            kept = metal_in == metal_out
            self.judge.require(kept, "without an event nothing is lost", **made)
            self._word()
            return
        self._metal_in(self.event)
        self._metal_out(self.event)

    def _word(self) -> None:
        """Section 7: the smaller circuit reads no other word."""
        rule = self.statement.rule
        paper = type(rule)(rule.counts, whole=rule.whole, in_units=rule.in_units)
        small = self.statement.taken_by is REBOOK
        self.judge.require(not small or rule == paper, "the rule is that of a rebook")

    def _metal_in(self, event: RunMeasurement) -> None:
        fed = len(event.metal_in)
        named = fed == len(self.inputs) or not any(event.metal_in[len(self.inputs) :])
        self.judge.require(named, "all that was fed is consumed", fed=event.metal_in)
        tolerance = self.statement.rule.tolerance_ppm
        for place, lot in enumerate(self.inputs):
            measured = event.measured(place)
            self.judge.require(
                abs(lot.metal - measured) * PPM <= tolerance * lot.metal,
                "the metal of an input is as measured, within the tolerance",
                input=place + 1,
                metal=lot.metal,
                measured=measured,
                tolerance_ppm=tolerance,
            )

    def _metal_out(self, event: RunMeasurement) -> None:
        metal_in, metal_out = self.statement.metal_in, self.statement.metal_out
        scrap = self.statement.scrap
        product = metal_out - scrap
        self.judge.require(
            product <= event.product,
            "the metal of the products is at most what was measured",
            metal_out=product,
            measured=event.product,
        )
        self.judge.require(
            scrap <= event.scrap,
            "scrap is at most what was measured",
            scrap=scrap,
            measured=event.scrap,
        )
        attested = event.product + event.scrap
        self.judge.require(
            metal_out in (metal_in, attested),
            "all metal that was measured is booked",
            metal_out=metal_out,
            measured=attested,
            metal_in=metal_in,
        )

    def units(self) -> None:
        """Step 4."""
        rule = self.statement.rule
        for output, (lot, count) in enumerate(zip(self.outputs, rule.counts, strict=True), 1):
            same = lot.units == count
            said = {"output": output, "units": lot.units, "count": count}
            self.judge.require(same, "units are as the public count", **said)
        series = [lot for output, lot in enumerate(self.outputs) if rule.comes_in_units(output)]
        made, metal = sum(lot.units for lot in series), sum(lot.metal for lot in series)
        before = sum(lot.units for lot in self.inputs)
        expected = before if self.event is None else self.event.units
        self.judge.require(
            made in (0, expected),
            "units are as many as attested, or as before",
            units=made,
            units_expected=expected,
        )
        for lot in series:
            self.judge.require(
                abs(lot.metal * made - metal * lot.units) < made,
                "each unit holds as much metal as every other one",
                metal=lot.metal,
                units=lot.units,
            )

    def shares(self) -> None:
        """Step 5."""
        event = self.event
        metal_in, metal_out = self.statement.metal_in, self.statement.metal_out
        added = (0, 0, 0) if event is None else (event.carbon, event.direct, 0)
        kinds = (("carbon", metal_out), ("direct", metal_out), ("cahra", metal_in))
        for (name, whole), more in zip(kinds, added, strict=True):
            pool = sum(getattr(lot, name) for lot in self.inputs) + more
            for lot in self.outputs:
                share = getattr(lot, name)
                holds = 0 <= share * whole - pool * lot.metal < whole
                said = {name: share, "metal": lot.metal}
                self.judge.require(holds, f"{name} is its share, rounded up", **said)

    def credit(self, index: int) -> None:
        """Step 6."""
        rule, metal_in = self.statement.rule, self.statement.metal_in
        available = rule.available(index, self.inputs)
        limit = available if rule.proportional else metal_in
        name = f"credit {index + 1}"
        borne = sum(lot.credits[index] for lot in self.outputs)
        self.judge.require(
            borne * metal_in <= available * self.statement.metal_out,
            f"{name} bears its share of the loss",
            borne=borne,
            available=available,
        )
        for lot in self.outputs:
            credit = lot.credits[index]
            holds = credit * metal_in <= limit * lot.metal
            said = {"credit": credit, "metal": lot.metal}
            self.judge.require(holds, f"{name} is at most its share", **said)
            whole = not rule.whole or credit in (0, lot.metal)
            self.judge.require(whole, f"{name} is at 0 or 100 %", **said)

    def settlement(self) -> None:
        """Step 7. The salts are secrets: the refusal does not tell them."""
        if self.statement.rule.settles:
            before, after = self.statement.inputs[0].salt, self.statement.outputs[0].salt
            self.judge.require(after == before + 1, "the settled lot has the salt after the lot's")
