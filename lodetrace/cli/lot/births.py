"""Births of one or many lots: what is asked, what is made, and what has to wait."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

from lodetrace.cli.answer import Answer, fields, rows
from lodetrace.cli.lot.site_document import StatedMetal, material_of, read_stated_metals
from lodetrace.contracts.enums import CustodyModel, Material, element_name
from lodetrace.errors import ExitCode
from lodetrace.text import counted, enum_word, hex_of, short_id
from lodetrace.units import brief_carbon, brief_metal

if TYPE_CHECKING:
    from rich.console import RenderableType

    from lodetrace.cli.context import CommandContext
    from lodetrace.member.births import BirthOrder, BornLot
    from lodetrace.member.session import MemberSession


@dataclass(frozen=True, slots=True)
class AskedBirth:
    """A lot to be born, and the metal of a document that it is made of."""

    stated: StatedMetal
    order: "BirthOrder"

    @classmethod
    def of(
        cls,
        member: "MemberSession",
        stated: StatedMetal,
        material: Material | None,
        model: CustodyModel,
    ) -> Self:
        """Raises MaterialOpen."""
        from lodetrace.member.births import BirthOrder

        made_of = material_of(member, stated, material)
        return cls(stated, BirthOrder(stated.event_id, stated.opening, made_of, model))

    @property
    def element(self) -> str:
        """Symbol of the metal."""
        return element_name(self.stated.event.element)


def stated_metals(cli: "CommandContext", path: Path, element: int | None) -> list[StatedMetal]:
    """Of one metal of a document, or of all; raises ElementNotStated and its siblings."""
    from lodetrace.cli.lot.site_document import read_stated_metal

    if element is not None:
        return [read_stated_metal(path, element, cli.domain)]
    return read_stated_metals(path, cli.domain)


def born_lots(
    cli: "CommandContext", member: "MemberSession", asked: Sequence[AskedBirth]
) -> Answer:
    """Makes all lots whose events stand; of a single one, a missing quorum is refused."""
    from lodetrace.cli.lot.born_view import born_answer
    from lodetrace.member.births import file_births

    ready, waiting = list(asked), []
    if len(asked) > 1:
        ready = [one for one in asked if member.reads.standing(one.order.event_id).standing_since]
        waiting = [one for one in asked if one not in ready]
    if ready:
        cli.ask(_question(ready), lambda session: _rehearsed(session, ready), *_preview(ready))
    born: list[BornLot] = []
    with cli.work("proving the births") as work:
        for made in file_births(member, [one.order for one in ready]):
            member.vault.keep_labels(made.lot, ready[len(born)].stated.labels)
            born.append(made)
            work(len(born), len(ready))
    if len(asked) == 1:
        return born_answer(born[0], asked[0].order)
    return _answer(ready, born, waiting)


def _rehearsed(session: "MemberSession", ready: Sequence[AskedBirth]) -> None:
    """What stops the first birth that was not made before stops all."""
    from lodetrace.member.births import file_birth

    for one in ready:
        file_birth(session, one.order)


def _question(ready: Sequence[AskedBirth]) -> str:
    if len(ready) == 1:
        one = ready[0]
        return (
            f"Make {counted(one.order.count, 'units')} of {one.element}"
            f" {enum_word(one.order.material)} a lot of yours, for good and for everybody to see?"
        )
    return f"Make {len(ready)} lots of yours, for good and for everybody to see?"


def _preview(ready: Sequence[AskedBirth]) -> "list[RenderableType]":
    from lodetrace.cli.format import say_measurement

    if len(ready) == 1:
        return [fields(say_measurement(ready[0].stated.opening.birth))]
    lines = [
        (
            one.stated.labels[0] if one.stated.labels else "",
            f"{one.element} {enum_word(one.order.material)}",
            brief_metal(one.stated.opening.birth.metal),
            brief_carbon(one.stated.opening.birth.carbon),
        )
        for one in ready
    ]
    return [rows(("label", "material", "metal>", "carbon>"), lines)]


def _answer(
    ready: Sequence[AskedBirth], born: "Sequence[BornLot]", waiting: Sequence[AskedBirth]
) -> Answer:
    from lodetrace.cli.lot.born_view import born_document

    made = list(zip(ready, born, strict=True))
    document = {
        "lots": [
            {**born_document(lot, one.order), "labels": list(one.stated.labels)}
            for one, lot in made
        ],
        "pending": [hex_of(one.order.event_id) for one in waiting],
    }
    lines = [
        (short_id(lot.lot), ", ".join(one.stated.labels), brief_metal(lot.opening.lot.metal))
        for one, lot in made
    ]
    shown: list[RenderableType] = [rows(("lot", "label", "metal>"), lines)] if lines else []
    if waiting:
        names = ", ".join(_name(one) for one in waiting)
        shown.append(f"No quorum yet: {names}. The same command again makes them.")
    code = ExitCode.PENDING if waiting else ExitCode.OK
    return Answer(document, shown, code)


def _name(one: AskedBirth) -> str:
    return one.stated.labels[0] if one.stated.labels else short_id(one.order.event_id)
