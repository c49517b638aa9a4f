"""The container of circom and snarkjs: a magic word, a version, and numbered sections."""

import struct
from dataclasses import dataclass
from typing import Final, Self

from zk_circuits.ceremony.errors import SetupFileMalformed

_MOST: Final = 64
"""Sections of a file; known kinds have up to 15."""


@dataclass(frozen=True, slots=True)
class Sections:
    """name: for messages. sections: content by number."""

    name: str
    sections: dict[int, memoryview]

    @classmethod
    def of(cls, name: str, content: bytes, magic: bytes) -> Self:
        """The sections in the bytes of a file; raises SetupFileMalformed."""
        if len(content) < 12 or content[:4] != magic:
            raise SetupFileMalformed(name=name, reason=f"it is no {magic.decode()} file")
        version, count = struct.unpack_from("<II", content, 4)
        if version not in (1, 2) or count > _MOST:
            raise SetupFileMalformed(name=name, reason=f"version {version}, {count} sections")
        found: dict[int, memoryview] = {}
        view, at = memoryview(content), 12
        for _ in range(count):
            if at + 12 > len(content):
                raise SetupFileMalformed(name=name, reason="it ends within its sections")
            number, length = struct.unpack_from("<IQ", content, at)
            at += 12
            if number in found or at + length > len(content):
                raise SetupFileMalformed(name=name, reason=f"section {number} twice or cut off")
            found[number] = view[at : at + length]
            at += length
        if at != len(content):
            raise SetupFileMalformed(name=name, reason="more follows after its sections")
        return cls(name, found)

    def section(self, number: int, length: int | None = None) -> memoryview:
        """A section, of that many bytes; raises SetupFileMalformed."""
        if number not in self.sections:
            raise SetupFileMalformed(name=self.name, reason=f"it has no section {number}")
        found = self.sections[number]
        if length is not None and len(found) < length:
            reason = f"section {number} has {len(found):,} bytes of {length:,}"
            raise SetupFileMalformed(name=self.name, reason=reason)
        return found if length is None else found[:length]


def file_of(magic: bytes, sections: dict[int, bytes | memoryview], version: int = 1) -> bytes:
    """The reverse of Sections.of."""
    parts = [magic, struct.pack("<II", version, len(sections))]
    for number, content in sections.items():
        parts += [struct.pack("<IQ", number, len(content)), bytes(content)]
    return b"".join(parts)
