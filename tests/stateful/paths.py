"""Short ways to the situations that tests begin with."""

from lodetrace.contracts.enums import CustodyModel, EventKind, Material
from lodetrace.member.births import BirthOrder, BornLot, file_birth
from lodetrace.member.inbox import accept
from lodetrace.member.offers import offer
from tests.support.consortium import Consortium
from zk_circuits.balance import BirthMeasurement

TONNE = 10**9
DAY = 86_400


def birth_order(
    consortium: Consortium,
    metal: int = 6 * TONNE,
    site: str = "mine",
    model: CustodyModel = CustodyModel.SEGREGATED,
) -> BirthOrder:
    """An attested birth of cobalt hydroxide, all of it of the kind of credit 1."""
    measured = BirthMeasurement(metal, metal // 5, attested=(metal, 0, 0, 0))
    event_id, event = consortium.attest(site, EventKind.BIRTH, measured)
    return BirthOrder(event_id, event, Material.HYDROXIDE, model=model)


def born(
    consortium: Consortium,
    metal: int = 6 * TONNE,
    site: str = "mine",
    model: CustodyModel = CustodyModel.SEGREGATED,
) -> BornLot:
    """A lot at its mine."""
    return file_birth(consortium.member(site), birth_order(consortium, metal, site, model))


def offered(consortium: Consortium, giver: str, taker: str, lots: list[bytes]) -> None:
    """An offer that stands for a day."""
    offer(consortium.member(giver), lots, consortium.account(taker), consortium.now() + DAY)


def handed_over(consortium: Consortium, giver: str, taker: str, lots: list[bytes]) -> None:
    """Offered and accepted."""
    offered(consortium, giver, taker, lots)
    accept(consortium.member(taker), lots)
