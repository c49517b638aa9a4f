"""What the contract checks about the lots of a run: model, origin, material (domain rule 5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from tests.model.balance import MANUFACTURING, POST_CONSUMER
from tests.model.lots import IN_UNITS, RECOVERABLE, RETIRED, SCRAP, Lot, Made, Site
from tests.model.rules import Refused, Rule
from tests.model.runs import Model, Terms

RECOVERED = {SCRAP: MANUFACTURING, RETIRED: POST_CONSUMER}
"""Which credit a recovery grants for which material."""


def terms(model: Model, site: Site) -> Terms:
    """The public terms of a run, without grants."""
    known_model(model)
    return Terms(
        proportional=model.proportional,
        whole=model.whole,
        gates=site.gates,
        tolerance=site.tolerance,
        loss_from=site.loss_from,
        loss_to=site.loss_to,
    )


def on_paper(public: Terms) -> Terms:
    """Without a site's event no metal met, so credits follow the metal under every model."""
    return replace(public, proportional=True)


def known_model(model: Model) -> None:
    """Book and claim is refused until it has a design."""
    if model is Model.BOOK_AND_CLAIM:
        raise Refused(Rule.BOOK_AND_CLAIM, {"model": model.name})


def model_holds(model: Model, consumed: list[Lot], origins: frozenset[str]) -> None:
    """Domain rule 5: never stronger than the weakest input; identity needs one origin."""
    weakest = max((lot.model for lot in consumed), default=model)
    if model < weakest:
        raise Refused(
            Rule.MODEL_NEVER_IMPROVES, {"model": model.name, "weakest input": weakest.name}
        )
    if model is Model.IDENTITY_PRESERVED and len(origins) > 1:
        raise Refused(Rule.ONE_ORIGIN, {"origins": tuple(sorted(origins))})


def one_material(consumed: list[Lot], wanted: Mapping[str, Made]) -> str:
    """The material of all lots of a rebooking; an output without one gets it."""
    asked = {made.material for made in wanted.values()} - {""}
    materials = {lot.material for lot in consumed}
    if len(materials) != 1 or not asked <= materials:
        raise Refused(Rule.ONE_MATERIAL, {"materials": tuple(sorted(materials | asked))})
    return materials.pop()


def processable(consumed: list[Lot]) -> None:
    """Scrap and retired products go through a recovery."""
    for lot in consumed:
        if lot.material in RECOVERABLE:
            raise Refused(Rule.NOT_PROCESSABLE, {"lot": lot.name, "material": lot.material})


def makeable(wanted: Mapping[str, Made], *, born: bool = False) -> None:
    """Nothing is made retired, nothing is born as waste; only some materials come in units."""
    for name, made in wanted.items():
        if made.material == RETIRED or (born and made.material == SCRAP):
            raise Refused(Rule.MATERIAL_MADE, {"lot": name, "material": made.material})
        counted(name, made)


def counted(name: str, made: Made) -> None:
    """A series has at least one unit, and more only of a material that comes in units."""
    if made.count < 1 or (made.count > 1 and made.material not in IN_UNITS):
        raise Refused(Rule.UNITS_KEPT, {"lot": name, "count": made.count})


def units_kept(consumed: list[Lot], wanted: Mapping[str, Made]) -> None:
    """A rebooking of a series leaves the number of its units as it was."""
    before = sum(lot.count for lot in consumed)
    after = sum(made.count for made in wanted.values())
    if consumed[0].material in IN_UNITS and before != after:
        raise Refused(Rule.UNITS_KEPT, {"before": before, "after": after})


def recycled_credit(consumed: list[Lot]) -> int:
    """Position of the credit that a recovery of these lots may grant."""
    materials = {lot.material for lot in consumed}
    if len(materials) != 1 or not materials <= set(RECOVERED):
        raise Refused(Rule.NOT_RECOVERABLE, {"materials": tuple(sorted(materials))})
    return RECOVERED[materials.pop()]
