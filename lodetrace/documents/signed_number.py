"""What a site signs under its document: its number, by an account of the site's operator."""

from dataclasses import dataclass
from typing import Final

from lodetrace.eip712 import Domain, StructType, TypedData

SITE_DOCUMENT: Final = StructType(
    "SiteDocument",
    (
        ("bytes32", "site"),
        ("uint32", "sequence"),
        ("uint16", "revision"),
        ("bytes32", "document"),
    ),
)


@dataclass(frozen=True, slots=True)
class SignedNumber:
    """What a site signs: this document is number `sequence` of my site, revision `revision`.

    site, document: 32 bytes each; revision counts statements about the same event, from 0.
    """

    site: bytes
    sequence: int
    revision: int
    document: bytes
    chain_id: int

    def digest(self) -> bytes:
        """The 32 bytes that are signed."""
        message = {
            "site": self.site,
            "sequence": self.sequence,
            "revision": self.revision,
            "document": self.document,
        }
        return TypedData((SITE_DOCUMENT,), Domain(self.chain_id), message).digest()
