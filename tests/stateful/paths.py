"""Short ways to the situations that tests begin with."""

from lodetrace.contracts.enums import CustodyModel, EventKind, Material
from lodetrace.member.births import BirthOrder, BornLot, file_birth
from lodetrace.member.inbox import accept
from lodetrace.member.offers import offer
from lodetrace.member.run_plan import Wanted
from lodetrace.member.runs import process
from tests.support.consortium import COBALT, NICKEL, Consortium
from zk_circuits.balance import BirthMeasurement, RunMeasurement

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


def born_packs(consortium: Consortium, element: int, metal: int, count: int = 96) -> bytes:
    """One metal of a batch of packs of cobalt and nickel, born at their line; cobalt first."""
    measured = BirthMeasurement(metal, 7, count)
    document = None if element == COBALT else f"packs/{consortium.sequences.get('pack_line', 0)}"
    event_id, event = consortium.attest(
        "pack_line", EventKind.BIRTH, measured, element, document=document,
        unit_material=Material.PACK, elements=(COBALT, NICKEL),
    )  # fmt: skip
    order = BirthOrder(event_id, event, Material.PACK)
    return file_birth(consortium.member("pack_maker"), order).lot


def dismantled(consortium: Consortium, lot: bytes, metal: int, units: int) -> bytes:
    """An attested end of life of units of a lot of packs, with so much cobalt: its id."""
    measured = RunMeasurement(metal, (metal,), units=units)
    event_id, _ = consortium.attest(
        "yard", EventKind.END_OF_LIFE, measured, inputs=(lot,), unit_material=Material.PACK,
        units=units,
    )  # fmt: skip
    return event_id


def made_packs(consortium: Consortium, metal: int, count: int) -> bytes:
    """A series of packs at their maker, made of a lot of just as much cobalt."""
    lot = born(consortium, metal).lot
    handed_over(consortium, "mine", "pack_maker", [lot])
    measured = RunMeasurement(metal, (metal,), 7, units=count)
    event_id, event = consortium.attest(
        "pack_line", EventKind.PROCESSING, measured, inputs=[lot], unit_material=Material.PACK
    )
    wanted = [Wanted(metal, Material.PACK, count)]
    maker = consortium.member("pack_maker")
    return process(maker, event_id, event, wanted, CustodyModel.SEGREGATED).outputs[0].lot


def offered(consortium: Consortium, giver: str, taker: str, lots: list[bytes]) -> None:
    """An offer that stands for a day."""
    offer(consortium.member(giver), lots, consortium.account(taker), consortium.now() + DAY)


def handed_over(consortium: Consortium, giver: str, taker: str, lots: list[bytes]) -> None:
    """Offered and accepted."""
    offered(consortium, giver, taker, lots)
    accept(consortium.member(taker), lots)
