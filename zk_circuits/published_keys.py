"""Verifying keys whose secrets are published: anybody forges proofs under them.

The one list of them. A hash stays here for good: whoever once saw a key accepts no proof under it
outside a development network, whatever a manifest or a contract says about it.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from zk_circuits.ctx import verifying_key_hash
from zk_circuits.verifying_key import VerifyingKey

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

ALPHA: Final = 0x2DC1E9B425C8CE85E3BC2E7BA7B9D0EBB2C695EC45EB7EC55D5A456CAF6565A0
BETA: Final = 0x1713C1C2584684E156A0104ADF9F7B0E8837FE678CA53DEB7649E75B97307A6A
"""x (of beta its c0) in all of these keys. Whoever knows tau beside them takes any later
contribution to delta out of a key's own points again, and forges as before."""

DELTAS: Final = frozenset(
    {
        0x026CFC7FF8B056987808877437A3190E8CB4DDE88512371C7C7CEFBF0DED9BFF,
        0x04B39CC6600BA68A7EC928AAEEED504D4852393492BFC1E0DE8B21234E386CCC,
        0x0695F69B0546FF137451DAE754C2141BC8563A25CE30C17A65C606D22351341A,
        0x0AFF4E7C4074C8786324DB52C63A52C124C0C6421FB767DAD0DCA23772E8F3AF,
        0x1B477285C394DBDB58D0AC4760820D486154BF66010666C427DAD3751013A068,
        0x218EA52C2CD77E158858354DD5E1D3D64E6C808B5318BA334EA21A2F735BA0CF,
        0x2D7C4DACE65A249CAD6266887FA939B67E5562BFE70C378A86EDBF0275E6826B,
    }
)
"""c0 of the x of each delta. It stands for the point with either sign."""


MADE_OF_THEM: Final = "another circuit"
"""A key that is not on the list, but has points of those that are."""


def published_as(key: VerifyingKey) -> str | None:
    """The circuit of a key that everybody forges under: one of the list, or made of its points.

    None for any other key.
    """
    if circuit := PUBLISHED.get(verifying_key_hash(key).hex()):
        return circuit
    known = key.alpha[0] == ALPHA or key.beta[1] == BETA or key.delta[1] in DELTAS
    return MADE_OF_THEM if known else None


def is_published(key_hash: bytes) -> bool:
    """Whether everybody can forge under the key of this hash, where nothing else is known of it."""
    return key_hash.hex() in PUBLISHED
