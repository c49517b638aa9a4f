"""Random histories of lots, told as the events that a chain would have recorded of them.

A history is a list of steps that the independent model (tests/model) allows. Each birth and each
run gets a site of its own, whose certificates, place and band make just the gates and the rule
that the step has.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from lodetrace.contracts import events as ev
from lodetrace.contracts.enums import CustodyModel, EventKind, Material, RunKind, Scheme
from tests.model.lots import RETIRED, Lot, Site, State
from tests.model.story import StoryTotals, tell
from tests.support.audit_world import Stated, World

MATERIALS = {
    "": Material.ORE,
    "ore": Material.ORE,
    "salt": Material.SULPHATE,
    "scrap": Material.SCRAP,
    "pack": Material.PACK,
    "retired": Material.RETIRED,
}
OWNER, OTHER = "alpha", "beta"
CAHRA = 32


class Retold:
    """The model's ledger beside the world's chain. lots: ids of the chain, by the model's names."""

    def __init__(self) -> None:
        self.story = StoryTotals()
        self.world = World.founded()
        self.lots: dict[str, bytes] = {}
        self.product: bytes | None = None
        self.parts = 0
        for credit in range(1, 6):  # credit k is opened by scheme k alone, also at runs
            self.world.tx(ev.CreditRuleSet(credit, 1 << credit, True))

    @classmethod
    def of(cls, steps: Iterable[Mapping[str, Any]]) -> Retold:
        retold = cls()
        for step in steps:
            retold.step(dict(step))
        return retold

    @property
    def standing(self) -> list[Lot]:
        """Lots that a bundle may be about."""
        return self.story.ledger.standing()

    def step(self, step: dict[str, Any]) -> None:
        before = dict(self.story.ledger.lots)
        result = tell(self.story, step)
        getattr(self, f"_{step['do']}")(step, before, result)

    def _birth(self, step: dict[str, Any], before: object, born: Lot) -> None:
        gates = _bits(step["gates"]) | (CAHRA if step["cahra"] else 0)
        site = self._site(step["event_name"], Site(tuple(step["gates"])), cahra=step["cahra"])
        stated = self._event(site, EventKind.BIRTH)
        self.lots[born.name] = self.world.birth(
            stated,
            account=OWNER,
            gates=gates,
            material=MATERIALS[born.material],
            count=born.count,
            model=CustodyModel(born.model - 1),
        )

    def _process(self, step: dict[str, Any], before: Mapping[str, Lot], result: Any) -> None:
        self._made(RunKind.PROCESS, step, before, result)

    def _recover(self, step: dict[str, Any], before: Mapping[str, Lot], result: Any) -> None:
        self._made(RunKind.RECOVER, step, before, result)

    def _made(
        self, kind: RunKind, step: dict[str, Any], before: Mapping[str, Lot], result: Any
    ) -> None:
        site: Site = step["site"]
        name = self._site(step["event_name"], site, cahra=False)
        event = EventKind.PROCESSING if kind is RunKind.PROCESS else EventKind.RECOVERY
        model = CustodyModel(step["model"] - 1)
        grants = 0
        if kind is RunKind.RECOVER:
            retired = before[step["inputs"][0]].material == RETIRED
            grants = _bits(site.gates) & (2 if retired else 4)
        band = (site.tolerance, site.loss_from, site.loss_to)
        rule = self.world.rule(kind, model, _bits(site.gates), grants, band)
        self._run(kind, step, result, self._event(name, event), model, rule)

    def _rebook(self, step: dict[str, Any], before: object, result: Any) -> None:
        self._run(RunKind.REBOOK, step, result, None, CustodyModel(step["model"] - 1), None)

    def _settle(self, step: dict[str, Any], before: object, result: Any) -> None:
        lot = self.lots[step["lot"]]
        self.world.offer(lot, OTHER)
        self.world.dispute(lot)
        site = self._site(step["event_name"], Site(), cahra=False)
        measured = self._event(site, EventKind.MEASUREMENT)
        self.world.approve(lot, measured)
        words = {**step, "inputs": [step["lot"]]}
        model = CustodyModel(step["model"] - 1)
        self._run(RunKind.SETTLE, words, result, measured, model, None)

    def _run(
        self,
        kind: RunKind,
        step: dict[str, Any],
        result: Any,
        stated: Stated | None,
        model: CustodyModel,
        rule: int | None,
    ) -> None:
        made = self.world.run(
            kind,
            [self.lots[name] for name in step["inputs"]],
            [(MATERIALS[lot.material], lot.count) for lot in result.lots],
            stated=stated,
            account=OWNER,
            model=model,
            in_band=result.in_band,
            rule=rule,
        )
        for lot, id_ in zip(result.lots, made, strict=True):
            self.lots[lot.name] = id_

    def _write_off(self, step: dict[str, Any], before: object, result: object) -> None:
        self.world.write_off(self.lots[step["name"]])

    def _release(self, step: dict[str, Any], before: object, result: object) -> None:
        self.world.release(self.lots[step["name"]])

    def _assign(self, step: dict[str, Any], before: object, result: object) -> None:
        if self.product is None:
            self.product = self.world.declare(step["product"], OWNER)
        self.world.assign(self.product, self.lots[step["lot"]], step["units"], self.parts)
        self.parts += 1

    def _retire(self, step: dict[str, Any], before: object, result: object) -> None:
        self.world.retire(self.lots[step["name"]], OWNER)

    def _site(self, name: str, site: Site, *, cahra: bool) -> str:
        """A site with these gates, this band and a place of this kind."""
        made = [Material.ORE, Material.SULPHATE, Material.PACK]
        self.world.site(f"site {name}", OWNER, f"place {name}", made)
        self.world.set_band(f"site {name}", site.tolerance, site.loss_from, site.loss_to)
        self.world.determine(f"place {name}", conflict=cahra)
        for scheme, gate in zip(list(Scheme)[:5], site.gates, strict=True):
            if gate:
                self.world.certify(f"{scheme.name} {name}", f"site {name}", scheme)
        return f"site {name}"

    def _event(self, site: str, kind: EventKind) -> Stated:
        self.world.chain.next(2 * 3600)
        return self.world.event(site, kind, hours=1, ago=30)


def expected_state(lot: Lot) -> str:
    """The state of a lot of the model, as the chain calls it."""
    return {
        State.LIVE: "ACTIVE",
        State.HELD: "HELD",
        State.ASSIGNED: "ASSIGNED",
        State.CONSUMED: "CONSUMED",
        State.WRITTEN_OFF: "WRITTEN_OFF",
    }[lot.state]


def material_of(lot: Lot) -> Material:
    return MATERIALS[lot.material]


def ancestors(lots: Mapping[str, Lot], name: str) -> set[str]:
    """All lots in a lot's past, and itself: the model's own walk."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        lot = waiting.pop()
        if lot not in found:
            found.add(lot)
            waiting.extend(lots[lot].parents)
    return found


def _bits(gates: Iterable[bool]) -> int:
    return sum(1 << at for at, gate in enumerate(gates) if gate)
