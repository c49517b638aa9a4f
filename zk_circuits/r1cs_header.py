"""The header of circom's binary constraint system (format r1cs, version 1)."""

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from zk_circuits.errors import ZkError
from zk_circuits.field import R

_HEADER_SECTION: Final = 1
_FIELD_BYTES: Final = 32


class R1csMalformed(ZkError):
    """A file that is no constraint system over the scalar field of BN254."""

    template = "{path} is no constraint system: {reason}"
    advice = "Compile the circuit again with `python -m zk_circuits.build`."


@dataclass(frozen=True, slots=True)
class R1csHeader:
    """Sizes of a constraint system. public counts public outputs and public inputs."""

    wires: int
    public: int
    constraints: int

    @classmethod
    def load(cls, path: Path) -> Self:
        """Reads the header only; raises R1csMalformed."""
        with path.open("rb") as file:
            magic, version, sections = struct.unpack("<4sII", file.read(12))
            if magic != b"r1cs" or version != 1:
                raise R1csMalformed(path=path, reason="wrong magic or version")
            for _ in range(sections):
                kind, length = struct.unpack("<IQ", file.read(12))
                if kind == _HEADER_SECTION:
                    return cls._read(file.read(length), path)
                file.seek(length, 1)
        raise R1csMalformed(path=path, reason="it has no header")

    @classmethod
    def _read(cls, header: bytes, path: Path) -> Self:
        prime = int.from_bytes(header[4 : 4 + _FIELD_BYTES], "little")
        if prime != R:
            raise R1csMalformed(path=path, reason="another field")
        wires, outputs, inputs, _, _, constraints = struct.unpack_from(
            "<IIIIQI", header, 4 + _FIELD_BYTES
        )
        return cls(wires=wires, public=outputs + inputs, constraints=constraints)
