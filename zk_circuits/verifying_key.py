"""Groth16 verifying keys: strict reading, and the words the chain hashes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from zk_circuits.errors import KeyUnusable, ProofMalformed
from zk_circuits.key_soundness import lines_in_groups, require_no_known_relation
from zk_circuits.snarkjs_json import G1, G2, g1_json, g1_point, g2_json, g2_point, text


@dataclass(frozen=True, slots=True)
class VerifyingKey:
    """A verifying key; G1 is (x, y), G2 is (x_c1, x_c0, y_c1, y_c0) as the EVM takes it.

    Raises KeyUnusable for a known relation between its points, under which anybody forges
    (zk_circuits.key_soundness). Whether the points lie in their groups is checked where a key is
    read from a file, and once by whoever verifies under it.
    """

    alpha: G1
    beta: G2
    gamma: G2
    delta: G2
    ic: tuple[G1, ...]

    def __post_init__(self) -> None:
        require_no_known_relation(self.alpha, self.beta, self.gamma, self.delta, self.ic)

    @property
    def public_count(self) -> int:
        """Number of public signals."""
        return len(self.ic) - 1

    def words(self) -> tuple[int, ...]:
        """alpha, beta, gamma, delta and the IC points as words of the pairing precompile."""
        points: list[tuple[int, ...]] = [self.alpha, self.beta, self.gamma, self.delta, *self.ic]
        return tuple(word for point in points for word in point)

    @classmethod
    def from_json(cls, document: Mapping[str, object]) -> Self:
        """A snarkjs `verification_key.json`; raises KeyUnusable."""
        try:
            text("protocol", document.get("protocol"), "groth16")
            text("curve", document.get("curve"), "bn128")
            ic = document.get("IC")
            points = ic if isinstance(ic, list) else []
            key = cls(
                alpha=g1_point("vk_alpha_1", document.get("vk_alpha_1")),
                beta=g2_point("vk_beta_2", document.get("vk_beta_2")),
                gamma=g2_point("vk_gamma_2", document.get("vk_gamma_2")),
                delta=g2_point("vk_delta_2", document.get("vk_delta_2")),
                ic=tuple(g1_point(f"IC[{index}]", point) for index, point in enumerate(points)),
            )
        except ProofMalformed as malformed:
            raise KeyUnusable(reason=str(malformed)) from malformed
        if document.get("nPublic") != key.public_count:
            raise KeyUnusable(
                reason=f"nPublic is {document.get('nPublic')}, not {key.public_count}"
            )
        lines_in_groups(key.alpha, key.beta, key.gamma, key.delta, key.ic)
        return key

    def to_json(self) -> dict[str, object]:
        """The key as snarkjs writes it."""
        return {
            "protocol": "groth16",
            "curve": "bn128",
            "nPublic": self.public_count,
            "vk_alpha_1": g1_json(self.alpha),
            "vk_beta_2": g2_json(self.beta),
            "vk_gamma_2": g2_json(self.gamma),
            "vk_delta_2": g2_json(self.delta),
            "IC": [g1_json(point) for point in self.ic],
        }

    @classmethod
    def load(cls, path: Path) -> Self:
        """The key in a snarkjs JSON file; raises KeyUnusable."""
        try:
            document = json.loads(path.read_text("utf-8"))
        except (OSError, ValueError) as unreadable:
            raise KeyUnusable(reason=f"{path} is not readable: {unreadable}") from unreadable
        if not isinstance(document, dict):
            raise KeyUnusable(reason=f"{path} holds no JSON object")
        return cls.from_json(document)
