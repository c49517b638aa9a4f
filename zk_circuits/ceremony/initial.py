"""Whether an initial key follows from the constraints and from phase 1, point by point.

Each list of points is compared in one equation: its points times random coefficients are the
value at tau of a polynomial that the constraints and the coefficients give, and that value is
taken from the powers themselves. Nothing that snarkjs prepared is used.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from zk_circuits.ceremony.combinations import (
    coefficients,
    combined_1,
    combined_2,
    pairings_agree,
)
from zk_circuits.ceremony.constraints import ConstraintSystem, Terms
from zk_circuits.ceremony.errors import InitialKeyRefused
from zk_circuits.ceremony.interpolation import interpolated
from zk_circuits.ceremony.points import MaybeG1
from zk_circuits.ceremony.powers import Powers, generator_2
from zk_circuits.ceremony.proving_key import ProvingKey
from zk_circuits.field import R
from zk_circuits.key_soundness import GENERATOR_1

_DOMAIN: Final = b"lodetrace-ceremony/1/initial"


def require_initial(
    circuit: str, key: ProvingKey, system: ConstraintSystem, powers: Powers
) -> None:
    """Raises InitialKeyRefused with the part that differs, or SetupFileMalformed."""
    _Judge(circuit, key, system, powers).judge()


@dataclass(frozen=True, slots=True)
class _Judge:
    circuit: str
    key: ProvingKey
    system: ConstraintSystem
    powers: Powers

    def judge(self) -> None:
        self._sizes()
        self._header()
        self._coefficients()
        a_points = self.key.a()  # nothing is drawn for wires that the key only claims to have
        scalars = coefficients(self._seed(b""), self.key.wires)
        rows = _Rows(self.system, scalars)
        a = self._value(rows.of(0, public=True), self.powers.tau_1)
        self._require("its A points", combined_1(a_points, scalars), a)
        b_1 = combined_1(self.key.b_1(), scalars)
        self._require("its B points", b_1, self._value(rows.of(1), self.powers.tau_1))
        self._b_2(b_1, scalars)
        terms = (
            self._value(rows.of(0, public=True), self.powers.beta),
            self._value(rows.of(1), self.powers.alpha),
            self._value(rows.of(2), self.powers.tau_1),
        )
        wires = combined_1([*self.key.ic(), *self.key.l_points()], scalars)
        self._require("its IC and L points", wires, combined_1(terms, [1, 1, 1]))
        self._h()

    def _sizes(self) -> None:
        key, system = self.key, self.system
        for name, actual, expected in (
            ("wires", key.wires, system.wires),
            ("public signals", key.public, system.public),
            ("rows of its domain", key.domain, 1 << system.power),
        ):
            if actual != expected:
                raise self._refused(f"it has {actual:,} {name}, the constraints {expected:,}")
        if system.power > self.powers.power:
            reason = f"phase 1 is for 2^{self.powers.power} constraints, not 2^{system.power}"
            raise self._refused(reason)

    def _header(self) -> None:
        key, powers, generator = self.key, self.powers, generator_2()
        for name, actual, expected in (
            ("alpha", key.alpha, powers.alpha[0]),
            ("beta in G1", key.beta_1, powers.beta[0]),
            ("beta", key.beta_2, powers.beta_2),
            ("gamma", key.gamma, generator),
            ("delta in G1", key.delta_1, GENERATOR_1),
            ("delta", key.delta_2, generator),
        ):
            self._require(name, actual, expected)

    def _coefficients(self) -> None:
        system = self.system
        expected = [
            (matrix, at, wire, value)
            for at, row in enumerate(system.rows)
            for matrix in (0, 1)
            for wire, value in row[matrix]
        ]
        expected += [(0, len(system.rows) + at, at, 1) for at in range(system.public + 1)]
        self._require("its coefficients", sorted(self.key.coefficients()), sorted(expected))

    def _b_2(self, b_1: MaybeG1, scalars: Sequence[int]) -> None:
        try:
            b_2 = combined_2(self.key.b_2(), scalars)
        except ValueError as outside:
            raise self._refused(str(outside)) from outside
        if b_2 is None or b_1 is None:
            agree = b_2 is None and b_1 is None
        else:
            agree = pairings_agree((b_1, generator_2()), (GENERATOR_1, b_2))
        if not agree:
            raise self._refused("its B points in G2 are not those in G1")

    def _h(self) -> None:
        """Point i is the Lagrange polynomial 2 i + 1 of twice the domain, at tau.

        Where phase 1 ends one power below its degree, the last coefficient is left out, as no
        product of a proof has it.
        """
        domain = self.key.domain
        scalars = coefficients(self._seed(b"/h"), domain)
        values = [0] * (2 * domain)
        values[1::2] = scalars
        powers = self.powers.tau_1[: 2 * domain]
        polynomial = interpolated(values)[: len(powers)]
        expected = combined_1(powers, polynomial)
        self._require("its H points", combined_1(self.key.h_points(), scalars), expected)

    def _seed(self, part: bytes) -> bytes:
        """Over all three files: whoever knows the scalars early makes one of them to fit."""
        return _DOMAIN + part + self.system.sha256 + self.key.sha256 + self.powers.digest

    def _value(self, values: Sequence[int], powers: Sequence[MaybeG1]) -> MaybeG1:
        """The polynomial with these values on the domain, at tau."""
        polynomial = interpolated(values)
        return combined_1(powers[: len(polynomial)], polynomial)

    def _require(self, name: str, actual: object, expected: object) -> None:
        if actual != expected:
            raise self._refused(f"{name}: not what follows from constraints and phase 1")

    def _refused(self, reason: str) -> InitialKeyRefused:
        return InitialKeyRefused(circuit=self.circuit, reason=reason)


@dataclass(frozen=True, slots=True)
class _Rows:
    """What a linear combination of the wires is in each row."""

    system: ConstraintSystem
    scalars: Sequence[int]

    def of(self, matrix: int, *, public: bool = False) -> list[int]:
        """Of A, B or C. public: with the rows that hold the public wires, which A has."""
        found = [self._sum(row[matrix]) for row in self.system.rows]
        if public:
            found += self.scalars[: self.system.public + 1]
        return found + [0] * ((1 << self.system.power) - len(found))

    def _sum(self, terms: Terms) -> int:
        return sum(value * self.scalars[wire] for wire, value in terms) % R
