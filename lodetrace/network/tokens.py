"""Tokens for clients of an RPC node: made by its operator, checked by Besu with the public key.

The private key signs tokens and is not needed by Besu; it may live on another machine.
"""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lodetrace.atomic_file import PRIVATE
from lodetrace.network.besu_toml import JWT_PUBLIC_KEY
from lodetrace.network.errors import ChoiceOutOfRange, KeyMalformed
from lodetrace.network.files import file_errors, require_private, write_file
from lodetrace.network.manifest import Algorithm
from lodetrace.text import DAY_SECONDS

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric import ec, rsa

PRIVATE_KEY: Final = "jwt-private.pem"
RSA_BITS: Final = 3072
LEAST_RSA_BITS: Final = 2048
"""For RS256 (RFC 7518, section 3.3); PyJWT only warns of a shorter key."""

CLIENT_RIGHTS: Final = ("eth:*", "net:*", "web3:*")
"""What gateways, oracles and members ask."""

OPERATORS_GROUPS: Final = ("admin", "debug", "perm", "miner", "qbft", "*")
"""Methods that no token opens."""

MOST_DAYS: Final = 400


def make_key_pair(folder: Path, algorithm: Algorithm) -> None:
    """Writes a new pair, once: an existing one stays, or every token would end."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec, rsa

    if (folder / PRIVATE_KEY).exists():
        return
    made: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
    if algorithm == "ES256":
        made = ec.generate_private_key(ec.SECP256R1())
    else:
        made = rsa.generate_private_key(public_exponent=65_537, key_size=RSA_BITS)
    private = made.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    public = made.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    write_file(folder / PRIVATE_KEY, private, PRIVATE)
    write_file(folder / JWT_PUBLIC_KEY, public)


def make_token(
    key_file: Path, client: str, days: int, rights: Sequence[str] = CLIENT_RIGHTS
) -> str:
    """A token for one client.

    rights: group:method, as "eth:*". Raises ChoiceOutOfRange, KeyExposed, KeyMalformed or
    FileFailed.
    """
    import jwt

    if not 1 <= days <= MOST_DAYS:
        raise ChoiceOutOfRange(name="days", value=days, reason=f"1 to {MOST_DAYS}")
    for right in rights:
        group, colon, method = right.partition(":")
        if not colon or not method or group.lower() in OPERATORS_GROUPS:
            reason = "group:method of what clients ask, as eth:*"
            raise ChoiceOutOfRange(name="right", value=right, reason=reason)
    key, algorithm = _signing_key(key_file)
    now = int(time.time())
    claims = {
        "sub": client,
        "permissions": list(rights),
        "iat": now,
        "exp": now + days * DAY_SECONDS,
    }
    return jwt.encode(claims, key, algorithm)


def _signing_key(
    path: Path,
) -> "tuple[ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey, Algorithm]":
    from cryptography.hazmat.primitives.asymmetric import ec, rsa
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    require_private(path)
    with file_errors(path):
        content = path.read_bytes()
    try:
        found = load_pem_private_key(content, None)
    except (TypeError, ValueError) as error:
        raise KeyMalformed(path=path, reason="no private key in PEM") from error
    if isinstance(found, ec.EllipticCurvePrivateKey) and found.curve.name == "secp256r1":
        return found, "ES256"
    if isinstance(found, rsa.RSAPrivateKey) and found.key_size >= LEAST_RSA_BITS:
        return found, "RS256"
    reason = f"P-256, or RSA of at least {LEAST_RSA_BITS} bits, is expected"
    raise KeyMalformed(path=path, reason=reason)
