"""Verifying keys whose secrets are published: anybody forges proofs under them.

The one list of them. A hash stays here for good: whoever once saw a key accepts no proof under it
outside a development network, whatever a manifest or a contract says about it.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

PUBLISHED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "9a3d9f6567d2bfdaf1019239417b5b7c8d96530fb0635d62e21b5ef192ecfc20": "origin",
        "e329d64ed29340cf2fcb0564a144a2016f451efe3c7825ca67bb27877b6e2d66": "run2",
        "ee615f68c53a37bb61cde4719acd00cbc4c46b08300a86dfd780bf4daadd8fa9": "run4",
        "9d7190da548579e5bae6b41e5c0a5a2eea1c01643a436c3ae33f53774862bb64": "total",
        "176a74e0e8244c92e221f1a22eb48535ae7ebc3dc996793f39817b0577ddadb6": "claim",
        "f90215ce02b0dd4d88bec95e3e3e29ef82928d232b491c1e47c0acdd09b5a5ec": "price_in_range",
        "3f220cf0e4549e32c89787643185bbaa24e0e7f30444bd7f76ba1d14449407f0": "origin",
        "f933f0bf0281216489e3d94605a660152ecac9807eae0a3fe3df4e02140d2090": "rebook2",
        "457ec2ed6624e5bbaba99b359cea3aff03afb1bcc31d4cc864d7ab3a0fc3bc6f": "run4",
        "e7d09f84dc9300f84cb62002cd42fda4129162434caa07863ec40eb9d3dcaf23": "total",
        "c7ce0440d563f6c40a63ad25acddaad6cdb1faf2373b16de449e58537a272d10": "claim",
    }
)
"""verifyingKeyHash (SPEC section 4) of each key of a development ceremony, and its circuit."""


def is_published(key_hash: bytes) -> bool:
    """Whether everybody can forge under the key of this hash."""
    return key_hash.hex() in PUBLISHED
