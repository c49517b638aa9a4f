"""A signed site document, as births and runs use it."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lodetrace.contracts.enums import Material, element_name
from lodetrace.errors import InputError, NotFound
from lodetrace.text import enum_word

if TYPE_CHECKING:
    from lodetrace.contracts.structs import SiteEvent
    from lodetrace.eip712 import Domain
    from lodetrace.member.session import MemberSession
    from zk_circuits.commitment import Opening


class ElementNotStated(NotFound):
    """A metal that the document says nothing about."""

    template = "{path} says nothing about {element}; it is about {stated}"
    advice = "Give one of its metals with --element."


class MaterialOpen(InputError):
    """A site that makes several materials."""

    template = "the site makes {known}: which one is it?"
    advice = "Give it with --material."


@dataclass(frozen=True, slots=True)
class StatedMetal:
    """One metal of a signed document: the event, and what opens it.

    place: the site as the document names it. labels: what people call what came out, of
    those batches.
    """

    event_id: bytes
    event: "SiteEvent"
    opening: "Opening"
    place: str
    labels: tuple[str, ...]
    batches: tuple[str, ...]


def read_stated_metal(path: Path, element: int, domain: "Domain") -> StatedMetal:
    """What a signed document says of a metal; its signature is checked for this network.

    Raises InputError, StorageError or ElementNotStated.
    """
    found = read_stated_metals(path, domain)
    for stated in found:
        if stated.event.element == element:
            return stated
    known = ", ".join(element_name(one.event.element) for one in found)
    raise ElementNotStated(
        path=path, element=element_name(element), stated=known or "no metal that is attested"
    )


def read_stated_metals(path: Path, domain: "Domain") -> list[StatedMetal]:
    """What a signed document says of all its metals; raises InputError or StorageError."""
    from lodetrace.documents.labels import labels_of
    from lodetrace.documents.signed_document import SignedDocument
    from lodetrace.documents.statement import SiteStatement, attestable_events, event_id

    signed = SignedDocument.read(path)
    signed.verify(domain)
    statement = SiteStatement.of(signed.document)
    return [
        StatedMetal(
            event_id=event_id(signed.site, signed.sequence, found.event.element),
            event=found.event,
            opening=found.opening,
            place=statement.site,
            labels=labels_of(statement, element_name(found.event.element)),
            batches=statement.batches(element_name(found.event.element)),
        )
        for found in attestable_events(signed, statement)
    ]


def material_of(member: "MemberSession", stated: StatedMetal, given: Material | None) -> Material:
    """The material that was given, or the only one that the site makes; raises MaterialOpen."""
    if given is not None:
        return given
    made = member.reads.site(stated.event.site).materials
    if len(made) != 1:
        known = ", ".join(enum_word(one) for one in made)
        raise MaterialOpen(known=known)
    return made[0]
