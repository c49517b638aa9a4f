"""Events with made-up values, for chains that only the light client has to believe."""

from lodetrace.contracts.enums import CustodyModel, EventKind, Material, Role, SiteKind
from lodetrace.contracts.events import (
    AccountAdded,
    EventStanding,
    LotAccepted,
    LotBorn,
    OrganisationRegistered,
    SiteRegistered,
)
from lodetrace.contracts.structs import ProofWords, Site, SiteEvent
from lodetrace.text import checksummed
from tests.support.boxes import box
from zk_circuits.keccak import keccak256


def name(text: str) -> bytes:
    """An id of 32 bytes."""
    return keccak256(text.encode())


def account(text: str) -> str:
    """An address as events have it."""
    return checksummed(name(text)[12:])


REGISTERED = OrganisationRegistered(
    name("mine"), 1, name("group"), Role.TRADER | Role.OPERATOR, name("profile"), account("mine")
)
SITE = SiteRegistered(
    name("pit"),
    name("mine"),
    1,
    Site(
        name("mine"),
        name("place"),
        SiteKind.INDUSTRIAL_MINE,
        5_000,
        0,
        50_000,
        100_000,
        True,
        1,
        name("capacity"),
        (27, 28),
        (Material.ORE, Material.CONCENTRATE),
    ),
)
STANDING = EventStanding(
    name("event"),
    name("pit"),
    name("digest"),
    SiteEvent(
        name("pit"),
        1,
        1,
        EventKind.BIRTH,
        27,
        1_700_000_000,
        1_700_003_600,
        name("document"),
        name("commitment"),
        (27, 28),
        CustodyModel.IDENTITY_PRESERVED,
        0,
        False,
        name("batches"),
        (),
    ),
)
ACCEPTED = LotAccepted(name("lot"), account("mine"), account("refinery"), 3)
ADDED = AccountAdded(account("mine"), name("mine"), 2, Role.TRADER | Role.OPERATOR, name("key"))
BORN = LotBorn(
    name("lot"),
    account("mine"),
    name("event"),
    1,
    1,
    Material.ORE,
    27,
    CustodyModel.IDENTITY_PRESERVED,
    1,
    1_700_003_600,
    (1, 2, 3, 4, 5),
    ProofWords((0,) * 8),
    box("sealed"),
)
