"""Products: units of lots are assigned to a car, each unit once."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from lodetrace.contracts.enums import EventKind, Material, RunKind
from lodetrace.contracts.events import UnitsAssigned, first_of
from lodetrace.contracts.scoped_ids import scoped_id
from lodetrace.contracts.structs import NOBODY
from lodetrace.errors import InputError, NotFound, Refused
from lodetrace.member.lots import own_lot
from lodetrace.member.run_plan import RunOrder, Wanted
from lodetrace.member.runs import run
from lodetrace.member.session import Act, MemberSession
from lodetrace.member.site_events import named_lots, required_event
from lodetrace.text import counted, hex_of
from zk_circuits.keccak import keccak256
from zk_circuits.salts import keyed_hash

_DOMAIN: Final = b"lodetrace/product/1"

_INVISIBLE: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800")
"""Signs without ink that Unicode does not class as separators, formats or controls."""
_VEHICLE_LETTERS: Final = re.compile("[A-HJ-NPR-Z0-9]")
"""ISO 3779: without I, O and Q, which are read as 1 and 0."""
_VEHICLE_LENGTH: Final = 17


class ProductIdentifierEmpty(InputError):
    """A product without a name."""

    template = "the product has no identifier"
    advice = "Give the vehicle's identifier; it never goes on chain in clear."


class ProductUnknown(NotFound):
    """A product that nobody declared."""

    template = "product {product} is not declared"
    advice = "Declare it first: `lodetrace product declare`."


class ProductOfAnother(Refused):
    """A product of somebody else."""

    template = "product {product} belongs to {owner}, not to {account}"
    advice = "Only the account that declared a product changes it."


class AssignedOtherwise(Refused):
    """Another number of units of the lot is in the product."""

    template = "product {product} has {stands} of lot {lot}, not {units}"
    advice = (
        "An assignment stands for good, and there is one for each lot and product: take further"
        " units from another lot."
    )


class NothingRetired(Refused):
    """An end of life of more units than the lot has left."""

    template = "the event says that {units} units of lot {lot} ended, it has {count}"
    advice = "Its dismantler withdraws the document and states it again."


def product_label(member: MemberSession, identifier: str) -> bytes:
    """What a product is declared by: keccak256 of its name and a salt that only its maker makes."""
    name = product_name(identifier).encode("utf-8")
    salt = keyed_hash(member.keys.salt_secret, _DOMAIN + name)
    return keccak256(name + salt)


def product_id(member: MemberSession, identifier: str) -> bytes:
    """Id of a product on chain: of the member's account and the product's label."""
    return scoped_id(member.account, product_label(member, identifier))


def product_name(identifier: str) -> str:
    """The identifier as it is compared: one product, however its number was typed.

    Width and composition (NFKC), case, blanks and signs without ink make no other product.
    Raises ProductIdentifierEmpty.
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", identifier).upper())
    name = "".join(sign for sign in folded if not _is_blank(sign))
    if not name:
        raise ProductIdentifierEmpty()
    return name


def no_vehicle_letters(name: str) -> str:
    """Letters in what looks like a vehicle number, but cannot be one; empty where all is well."""
    if len(name) != _VEHICLE_LENGTH or not name.isalnum():
        return ""
    return "".join(dict.fromkeys(sign for sign in name if not _VEHICLE_LETTERS.fullmatch(sign)))


def _is_blank(sign: str) -> bool:
    variation = unicodedata.name(sign, "").startswith("VARIATION SELECTOR")
    return unicodedata.category(sign)[0] in "CZ" or sign in _INVISIBLE or variation


def declare(member: MemberSession, identifier: str) -> bytes:
    """Declares a product; again, changes nothing. Returns its id on chain.

    Raises ProductIdentifierEmpty, ContractRefused and what Sender.send raises.
    """
    product = product_id(member, identifier)
    member.vault.keep_products({product: product_name(identifier)})
    if member.reads.product_owner(product) == NOBODY:
        member.do(declare_act(member, identifier))
    return product


def assign(member: MemberSession, product: bytes, lot: bytes, units: int = 1) -> UnitsAssigned:
    """Puts units of a lot into a product, once for each lot and product.

    Again, returns what was assigned. Raises ProductUnknown, ProductOfAnother, AssignedOtherwise,
    LotOfAnother, OpeningMissing, ContractRefused (sealed, not free, too many units) and what
    Sender.send raises.
    """
    require_own(member, product)
    stands = member.contracts.happened(UnitsAssigned, product=product, lot=lot)
    for done in stands:
        if done.units == units:
            return done
    if stands:
        counts = " and ".join(counted(done.units, "units") for done in stands)
        raise AssignedOtherwise(
            stands=counts, lot=hex_of(lot), product=hex_of(product), units=units
        )
    own_lot(member, lot)
    return first_of(UnitsAssigned, member.do(assign_act(product, lot, units)))


def seal(member: MemberSession, product: bytes) -> bytes:
    """No further parts from now on; again, changes nothing."""
    require_own(member, product)
    if not member.reads.is_sealed(product):
        member.do(seal_act(product))
    return product


def declare_act(member: MemberSession, identifier: str) -> Act:
    """The call that declares a product; raises ProductIdentifierEmpty."""
    label, product = product_label(member, identifier), product_id(member, identifier)
    return Act(f"declare:{product.hex()}", "Products", "declare", (label,))


def assign_act(product: bytes, lot: bytes, units: int) -> Act:
    """The call that puts units of a lot into a product."""
    purpose = f"assign:{product.hex()}:{lot.hex()}:{units}"
    return Act(purpose, "Products", "assign", (product, lot, units))


def seal_act(product: bytes) -> Act:
    """The call that closes a product."""
    return Act(f"seal:{product.hex()}", "Products", "seal", (product,))


@dataclass(frozen=True, slots=True)
class Retirement:
    """Units that left a product. rest: what is left of their lot, None if nothing is.

    young: they count as manufacturing waste.
    """

    product: bytes
    units: int
    lot: bytes
    rest: bytes | None
    young: bool


def retire(member: MemberSession, product: bytes, event_id: bytes) -> Retirement:
    """Units of a product of one's own become retired material, as an event attests it.

    Again, returns the same. Raises EventNotStanding, EventKindWrong, ProductUnknown,
    ProductOfAnother, NothingRetired and as runs.run.
    """
    require_own(member, product)
    standing = required_event(member, event_id, (EventKind.END_OF_LIFE,))
    (lot,) = named_lots(member, event_id)
    done = run(member, _end_of_life(member, product, event_id, lot, standing.units))
    retired, *rest = done.outputs
    young = member.reads.lot(retired.lot).young
    left = rest[0].lot if rest else None
    return Retirement(product, standing.units, retired.lot, left, young)


def _end_of_life(
    member: MemberSession, product: bytes, event_id: bytes, lot: bytes, units: int
) -> RunOrder:
    """The retired units with their share of the metal, then all others."""
    view, opening = own_lot(member, lot)
    count, metal = view.lot.count, opening.lot.metal
    if units > count:
        raise NothingRetired(units=units, lot=hex_of(lot), count=count)
    share = metal * units // count
    outputs = [Wanted(share, Material.RETIRED, units)]
    if units < count:
        outputs.append(Wanted(metal - share, view.lot.material, count - units))
    kind, model = RunKind.END_OF_LIFE, view.lot.model
    return RunOrder(kind, (lot,), tuple(outputs), model, event_id, product=product)


def require_own(member: MemberSession, product: bytes) -> None:
    """Raises ProductUnknown or ProductOfAnother."""
    owner = member.reads.product_owner(product)
    if owner == NOBODY:
        raise ProductUnknown(product=hex_of(product))
    if owner != member.account:
        raise ProductOfAnother(product=hex_of(product), owner=owner, account=member.account)
