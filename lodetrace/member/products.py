"""Products: units of lots are assigned to a car, each unit once."""

import hashlib
import hmac
from typing import Final

from lodetrace.contracts.enums import Material
from lodetrace.contracts.events import LotRetired, UnitsAssigned, first_of
from lodetrace.contracts.structs import NOBODY
from lodetrace.errors import InputError, NotFound, Refused
from lodetrace.member.lots import own_lot, view_lot
from lodetrace.member.session import MemberSession
from lodetrace.text import hex_of
from zk_circuits.keccak import keccak256

_DOMAIN: Final = b"lodetrace/product/1"


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


def product_id(member: MemberSession, identifier: str) -> bytes:
    """Id of a product: keccak256 of its identifier and a salt that only its maker can make."""
    if not identifier.strip():
        raise ProductIdentifierEmpty()
    name = identifier.strip().encode("utf-8")
    salt = hmac.new(member.keys.salt_secret, _DOMAIN + name, hashlib.sha256).digest()
    return keccak256(name + salt)


def declare(member: MemberSession, product: bytes) -> bytes:
    """Declares a product; again, changes nothing. Returns its id.

    Raises ProductOfAnother, ContractRefused and what Sender.send raises.
    """
    owner = member.reads.product_owner(product)
    if owner == member.account:
        return product
    if owner != NOBODY:
        raise ProductOfAnother(product=hex_of(product), owner=owner, account=member.account)
    member.send(f"declare:{product.hex()}", "Products", "declare", product)
    return product


def assign(member: MemberSession, product: bytes, lot: bytes, units: int = 1) -> UnitsAssigned:
    """Puts units of a lot into a product, once for each lot and product.

    Raises ProductUnknown, ProductOfAnother, LotOfAnother, OpeningMissing, ContractRefused
    (sealed, not free, too many units) and what Sender.send raises.
    """
    require_own(member, product)
    done = _assigned(member, product, lot)
    if done is not None and done.units == units:
        return done
    own_lot(member, lot)
    purpose = f"assign:{product.hex()}:{lot.hex()}:{units}"
    sent = member.send(purpose, "Products", "assign", product, lot, units)
    return first_of(UnitsAssigned, sent)


def seal(member: MemberSession, product: bytes) -> bytes:
    """No further parts from now on; again, changes nothing."""
    require_own(member, product)
    if not member.reads.is_sealed(product):
        member.send(f"seal:{product.hex()}", "Products", "seal", product)
    return product


def retire(member: MemberSession, lot: bytes) -> bytes:
    """End of life: the lot becomes retired material. Returns its id; again, changes nothing.

    Raises LotUnknown, ContractRefused (not wholly assigned) and what Sender.send raises.
    """
    if view_lot(member, lot).lot.material is Material.RETIRED:
        retired = member.contracts.events(LotRetired, lot=lot, account=member.account)
        if retired:
            return lot
    member.send(f"retire:{lot.hex()}", "Products", "retire", lot)
    return lot


def require_own(member: MemberSession, product: bytes) -> None:
    """Raises ProductUnknown or ProductOfAnother."""
    owner = member.reads.product_owner(product)
    if owner == NOBODY:
        raise ProductUnknown(product=hex_of(product))
    if owner != member.account:
        raise ProductOfAnother(product=hex_of(product), owner=owner, account=member.account)


def _assigned(member: MemberSession, product: bytes, lot: bytes) -> UnitsAssigned | None:
    found = member.contracts.happened(UnitsAssigned, product=product, lot=lot)
    return found[-1] if found else None
