"""What a site signs under its document: its number, by an account of the site's operator.

The domain names the chain and the Directory of one deployment, so that the same signature counts
for nothing in a second deployment on the same chain.
"""

from dataclasses import dataclass
from typing import Final

from lodetrace.contracts.deployment import Deployment
from lodetrace.eip712 import Domain, StructType, TypedData
from lodetrace.text import ADDRESS_BYTES, checksummed, parse_hex

DOMAIN_VERSION: Final = "2"

SITE_DOCUMENT: Final = StructType(
    "SiteDocument",
    (
        ("bytes32", "site"),
        ("uint32", "sequence"),
        ("uint16", "revision"),
        ("bytes32", "document"),
    ),
)


def site_domain(chain_id: int, directory: str) -> Domain:
    """Where a site's word counts. directory: an address in any spelling; raises TextMalformed."""
    address = checksummed(parse_hex(directory, ADDRESS_BYTES))
    return Domain(chain_id, version=DOMAIN_VERSION, verifying_contract=address)


def domain_of(deployment: Deployment) -> Domain:
    """Where the word of the sites of a deployment counts; raises ContractNotDeployed."""
    return site_domain(deployment.chain_id, deployment.address("Directory"))


@dataclass(frozen=True, slots=True)
class SignedNumber:
    """What a site signs: this document is number `sequence` of my site, revision `revision`.

    site, document: 32 bytes each; revision counts statements about the same event, from 0.
    """

    site: bytes
    sequence: int
    revision: int
    document: bytes
    domain: Domain

    def digest(self) -> bytes:
        """The 32 bytes that are signed."""
        message = {
            "site": self.site,
            "sequence": self.sequence,
            "revision": self.revision,
            "document": self.document,
        }
        return TypedData((SITE_DOCUMENT,), self.domain, message).digest()
