"""Who works at the price desk (2.2), and their signatures under what they do."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

from lodetrace.canonical_json import document_hash
from lodetrace.eip712 import Domain, StructType, TypedData
from lodetrace.errors import SettingsError
from lodetrace.secp256k1 import Signature, SigningKey
from lodetrace.strict_yaml import YamlValue, read_yaml
from oracle.prices.decisions import DeskRole
from oracle.prices.errors import DeskRefused

PRICE_ACT: Final = StructType("PriceAct", (("bytes32", "act"),))
ANALYSTS: Final = 2
"""Who prepare a range; a manager releases it."""


class StaffUnusable(SettingsError):
    """A staff file that cannot be read."""

    template = "{path}: {reason}"
    advice = "Give a file like examples/prices/staff.yaml."


@dataclass(frozen=True, slots=True)
class Staff:
    """Roles by account, in lower case."""

    roles: Mapping[str, DeskRole]

    @classmethod
    def read(cls, path: Path) -> Self:
        """From YAML with the lists `analysts` and `managers`; raises StaffUnusable."""
        file = read_yaml(path, StaffUnusable).section(("analysts", "managers"))
        roles: dict[str, DeskRole] = {}
        for listed, role in (("analysts", DeskRole.ANALYST), ("managers", DeskRole.MANAGER)):
            for person in file[listed].elements():
                account = person.address().lower()
                _require_new(person, roles.get(account), role)
                roles[account] = role
        return cls(roles)

    def role_of(self, account: str, day: object) -> DeskRole:
        """The person's role; raises DeskRefused."""
        role = self.roles.get(account.lower())
        if role is None:
            raise DeskRefused(day=day, reason=f"{account} does not work at this desk")
        return role


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody at the desk who acts now."""

    account: str
    role: DeskRole
    signing_key: SigningKey
    chain_id: int

    def signed(self, act: Mapping[str, Any]) -> dict[str, Any]:
        """The act with this person's signature, as it stands in the book."""
        statement = _Act(document_hash(dict(act)), self.chain_id)
        signature = Signature.make(statement, self.signing_key)
        return {"act": dict(act), "chainId": self.chain_id, "signature": str(signature)}


def _require_new(person: YamlValue, known: DeskRole | None, role: DeskRole) -> None:
    if known is role:
        person.refuse("it is listed twice")
    if known is not None:
        person.refuse("nobody is both analyst and manager")


def signer_of(kept: Mapping[str, Any]) -> str:
    """Who signed an act in the book; raises SignatureInvalid."""
    statement = _Act(document_hash(kept["act"]), kept["chainId"])
    return Signature.parse(kept["signature"]).signer(statement)


@dataclass(frozen=True, slots=True)
class _Act:
    """act: 32 bytes, the hash of what is done."""

    act: bytes
    chain_id: int

    def digest(self) -> bytes:
        """The 32 bytes that are signed."""
        return TypedData((PRICE_ACT,), Domain(self.chain_id), {"act": self.act}).digest()
