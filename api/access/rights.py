"""Who is told what: every route, every kind of reader, in one table.

A route that is not in it cannot be served: the application does not start. A member is any account
of an organisation in good standing, whatever its roles: roles say who may act on chain, and what
stands there is the same for all members. What belongs to one organisation alone is its owner's:
so far, what is published of a product.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, IntEnum, auto
from typing import Final, NamedTuple

from api.access.publications import Part


class Readers(Enum):
    """LODETRACE_READERS. OPEN: whoever reaches the port is told what members are."""

    OPEN = "open"
    MEMBERS = "members"


class Told(IntEnum):
    """How much of an answer a kind of reader gets."""

    NOTHING = 0
    PUBLISHED = 1
    WHOLE = 2


class Work(Enum):
    """What an answer costs, and so how it is rationed."""

    LIGHT = auto()
    GRAPH = auto()
    BUNDLE = auto()
    SIGN_IN = auto()


SECONDS: Final[Mapping[Work, float]] = {
    Work.LIGHT: 10,
    Work.SIGN_IN: 10,
    Work.GRAPH: 60,
    Work.BUNDLE: 600,
}
"""Until an answer begins, others' turns included: then nobody waits for it any more."""


class Route(NamedTuple):
    """As the application names it."""

    method: str
    path: str


@dataclass(frozen=True, slots=True)
class Right:
    """public: everybody. member: an organisation in good standing. owner: the maker of the product
    that is asked about. part: of a product, which its maker publishes.
    """

    public: Told
    member: Told
    owner: Told
    work: Work = Work.LIGHT
    part: Part | None = None


EVERYBODY: Final = Right(Told.WHOLE, Told.WHOLE, Told.WHOLE)
MEMBERS: Final = Right(Told.NOTHING, Told.WHOLE, Told.WHOLE)
MAKER: Final = Right(Told.NOTHING, Told.NOTHING, Told.WHOLE)
GRAPH: Final = Right(Told.NOTHING, Told.WHOLE, Told.WHOLE, Work.GRAPH)
SIGN_IN: Final = Right(Told.WHOLE, Told.WHOLE, Told.WHOLE, Work.SIGN_IN)


def _published(part: Part, work: Work = Work.LIGHT) -> Right:
    return Right(Told.PUBLISHED, Told.WHOLE, Told.WHOLE, work, part)


_GET: Final[Mapping[str, Right]] = {
    # nothing of the index is in these
    "/": EVERYBODY,
    "/pages/{part}": EVERYBODY,
    "/docs": EVERYBODY,
    "/docs/{part}": EVERYBODY,
    "/openapi.json": EVERYBODY,
    "/health": EVERYBODY,
    "/ready": EVERYBODY,
    # what a maker published
    "/products/{product}/publication": EVERYBODY,
    "/products/{product}/claims": _published(Part.CLAIMS),
    "/products/{product}/passport": _published(Part.PASSPORT, Work.GRAPH),
    "/products/{product}/bundle": _published(Part.BUNDLE, Work.BUNDLE),
    # register, lots, graphs, evidence
    "/changes": MEMBERS,
    "/lots": MEMBERS,
    "/lots/{lot}": MEMBERS,
    "/lots/{lot}/provenance": GRAPH,
    "/lots/{lot}/provenance.svg": GRAPH,
    "/lots/{lot}/provenance.csv": GRAPH,
    "/lots/{lot}/provenance.ndjson": GRAPH,
    "/lots/{lot}/bundle": Right(Told.NOTHING, Told.WHOLE, Told.WHOLE, Work.BUNDLE),
    "/members": MEMBERS,
    "/members/{organisation}": MEMBERS,
    "/sites": MEMBERS,
    "/sites/{site}": MEMBERS,
    "/certificates": MEMBERS,
    "/certificates/{certificate}": MEMBERS,
    "/events": MEMBERS,
    "/events/{event_id}": MEMBERS,
    "/claims": MEMBERS,
    "/claims/{claim}": MEMBERS,
    "/prices": MEMBERS,
    "/prices/{record}": MEMBERS,
    "/products": MEMBERS,
    "/products/{product}": MEMBERS,
    "/products/{product}/provenance": GRAPH,
    "/products/{product}/provenance.svg": GRAPH,
    "/products/{product}/provenance.csv": GRAPH,
    "/products/{product}/provenance.ndjson": GRAPH,
    "/search": MEMBERS,
    "/session": MEMBERS,
}

MATRIX: Final[Mapping[Route, Right]] = {
    **{Route("GET", path): right for path, right in _GET.items()},
    Route("POST", "/session/nonce"): SIGN_IN,
    Route("POST", "/session"): SIGN_IN,
    Route("DELETE", "/session"): MEMBERS,
    Route("PUT", "/products/{product}/publication"): MAKER,
    Route("DELETE", "/products/{product}/publication"): MAKER,
}
"""Everything that is served. HEAD has the rights of GET."""
