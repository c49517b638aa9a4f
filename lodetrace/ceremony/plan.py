"""The plan of a ceremony: what is made, from what, by whom. Its hash names the ceremony."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final, Self

from lodetrace.ceremony.errors import PlanMalformed
from lodetrace.ceremony.perpetual_powers import PUBLISHED
from lodetrace.eip712 import Domain, StructType, TypedData
from lodetrace.strict_json import parse
from lodetrace.text import parse_address, parse_bare_hex, parse_hex
from zk_circuits.keccak import keccak256

FORMAT: Final = "lodetrace-ceremony/1"
DOMAIN_NAME: Final = "Lodetrace ceremony"
LEAST_CONTRIBUTIONS: Final = 3
LEAST_GROUPS: Final = 2
MOST_MEMBERS: Final = 99
_CIRCUIT: Final = re.compile(r"[a-z][a-z0-9_]{0,31}", re.ASCII)
_PLAN: Final = StructType("CeremonyPlan", (("bytes32", "ceremony"),))


class Origin(StrEnum):
    """Who vouches for phase 1: the published table of a public ceremony, or the seats' word."""

    PERPETUAL = "perpetual powers of tau"
    SEATS = "seats"


@dataclass(frozen=True, slots=True)
class PhaseOne:
    """blake2b: of the whole file."""

    origin: Origin
    power: int
    blake2b: bytes

    @property
    def words(self) -> str:
        """What a verdict says of it."""
        if self.origin is Origin.PERPETUAL:
            return f"the published Perpetual Powers of Tau for 2^{self.power} constraints"
        return (
            f"powers for 2^{self.power} constraints that the seats name and no table does: whoever"
            " made them can forge, unless one of several forgot his part"
        )


@dataclass(frozen=True, slots=True)
class CircuitPlanned:
    """SHA-256 of its constraint system and of its initial key."""

    name: str
    r1cs: bytes
    initial: bytes


@dataclass(frozen=True, slots=True)
class Participant:
    """account: of the registry; signer: the address of the key that signs for it."""

    name: str
    account: str
    signer: str
    group: bytes


@dataclass(frozen=True, slots=True)
class Plan:
    """members: in the order of their turns. id: keccak256 of the file."""

    chain_id: int
    directory: str
    phase_1: PhaseOne
    circuits: tuple[CircuitPlanned, ...]
    members: tuple[Participant, ...]
    contributions: int
    groups: int
    id: bytes

    @property
    def domain(self) -> Domain:
        """Of all signatures of this ceremony."""
        return Domain(self.chain_id, DOMAIN_NAME, verifying_contract=self.directory)

    def typed_data(self) -> TypedData:
        """What the seats sign."""
        return TypedData((_PLAN,), self.domain, {"ceremony": self.id})

    @classmethod
    def parse(cls, content: bytes) -> Self:
        """The plan in a file; raises InputError."""
        raw = parse(content)
        try:
            _keys(raw, "format chainId directory phase1 circuits members least")
            if raw["format"] != FORMAT:
                raise ValueError(f"has format {raw['format']!r:.60}, not {FORMAT}")
            _keys(raw["least"], "contributions groups")
            plan = cls(
                chain_id=_integer(raw["chainId"]),
                directory=parse_address(raw["directory"]),
                phase_1=_phase_1(raw["phase1"]),
                circuits=tuple(map(_circuit, _list(raw["circuits"]))),
                members=tuple(map(_member, _list(raw["members"]))),
                contributions=_integer(raw["least"]["contributions"]),
                groups=_integer(raw["least"]["groups"]),
                id=keccak256(content),
            )
        except (ValueError, TypeError, KeyError) as malformed:
            raise PlanMalformed(reason=malformed) from malformed
        plan._require_possible()
        return plan

    def _require_possible(self) -> None:
        self._require_different("circuits", [one.name for one in self.circuits])
        for what in ("name", "account", "signer"):
            self._require_different(
                f"members by {what}", [str(getattr(one, what)).lower() for one in self.members]
            )
        groups = len({one.group for one in self.members})
        for name, value, least, there in (
            ("contributions", self.contributions, LEAST_CONTRIBUTIONS, len(self.members)),
            ("groups", self.groups, LEAST_GROUPS, groups),
        ):
            if not least <= value <= there:
                reason = f"asks for {value} {name}; at least {least}, and it has {there}"
                raise PlanMalformed(reason=reason)
        if len(self.members) > MOST_MEMBERS:
            raise PlanMalformed(reason=f"has {len(self.members)} members, {MOST_MEMBERS} at most")
        phase_1 = self.phase_1
        if (
            phase_1.origin is Origin.PERPETUAL
            and PUBLISHED.get(phase_1.power) != phase_1.blake2b.hex()
        ):
            reason = f"calls a file published that is not the published one for 2^{phase_1.power}"
            raise PlanMalformed(reason=reason)

    def _require_different(self, what: str, values: list[str]) -> None:
        if not values or len(set(values)) != len(values):
            raise PlanMalformed(reason=f"has no {what}, or one of them twice")


def _phase_1(raw: Any) -> PhaseOne:
    _keys(raw, "origin power blake2b")
    return PhaseOne(
        Origin(raw["origin"]), _integer(raw["power"]), parse_bare_hex(raw["blake2b"], 64)
    )


def _circuit(raw: Any) -> CircuitPlanned:
    _keys(raw, "name r1cs initial")
    if not isinstance(raw["name"], str) or not _CIRCUIT.fullmatch(raw["name"]):
        raise ValueError(f"names a circuit {raw['name']!r:.60}")
    hashes = (parse_bare_hex(raw[name], 32) for name in ("r1cs", "initial"))
    return CircuitPlanned(raw["name"], *hashes)


def _member(raw: Any) -> Participant:
    _keys(raw, "name account signer group")
    if not isinstance(raw["name"], str) or not raw["name"].strip():
        raise ValueError("has a member without a name")
    account, signer = parse_address(raw["account"]), parse_address(raw["signer"])
    return Participant(raw["name"], account, signer, parse_hex(raw["group"], 32))


def _keys(raw: Any, names: str) -> None:
    if not isinstance(raw, dict) or raw.keys() != set(names.split()):
        found = ", ".join(raw) if isinstance(raw, dict) else type(raw).__name__
        raise ValueError(f"has {found:.120} where it should have {names}")


def _list(raw: Any) -> Iterable[Any]:
    if not isinstance(raw, list):
        raise ValueError("has no list where one belongs")
    return raw


def _integer(raw: Any) -> int:
    if not isinstance(raw, Decimal) or raw != int(raw) or raw < 0:
        raise ValueError(f"has {raw!r:.60} where a number belongs")
    return int(raw)
