"""Tokens as Besu checks them: signed, bounded, and for clients only."""

import base64
import json
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from lodetrace.network import tokens
from lodetrace.network.errors import ChoiceOutOfRange, FileFailed, KeyExposed, KeyMalformed
from lodetrace.network.manifest import Algorithm
from lodetrace.network.tokens import JWT_PUBLIC_KEY, PRIVATE_KEY, make_key_pair, make_token

BOTH: tuple[Algorithm, ...] = ("ES256", "RS256")


@pytest.fixture(params=BOTH)
def pair(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    make_key_pair(tmp_path, request.param)
    return tmp_path


def part(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def verified(token: str, folder: Path) -> dict[str, Any]:
    """The claims, once the signature is that of the public key; raises InvalidSignature."""
    head, claims, signature = token.split(".")
    signed, raw = f"{head}.{claims}".encode(), part(signature)
    key = load_pem_public_key((folder / JWT_PUBLIC_KEY).read_bytes())
    if isinstance(key, rsa.RSAPublicKey):
        assert json.loads(part(head))["alg"] == "RS256"
        key.verify(raw, signed, padding.PKCS1v15(), hashes.SHA256())
    else:
        assert isinstance(key, ec.EllipticCurvePublicKey)
        assert json.loads(part(head))["alg"] == "ES256"
        r, s = int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")
        key.verify(encode_dss_signature(r, s), signed, ec.ECDSA(hashes.SHA256()))
    found: dict[str, Any] = json.loads(part(claims))
    return found


def test_a_token_is_signed_says_who_and_ends(pair: Path, monkeypatch) -> None:
    monkeypatch.setattr(tokens.time, "time", lambda: 1_800_000_000)
    claims = verified(make_token(pair / PRIVATE_KEY, "gateway", 90), pair)
    assert claims == {
        "sub": "gateway",
        "permissions": ["eth:*", "net:*", "web3:*"],
        "iat": 1_800_000_000,
        "exp": 1_800_000_000 + 90 * 86_400,
    }


def test_a_token_with_more_rights_written_into_it_is_no_token(pair: Path) -> None:
    head, claims, signature = make_token(pair / PRIVATE_KEY, "gateway", 1).split(".")
    forged = json.loads(part(claims)) | {"permissions": ["*:*"]}
    text = base64.urlsafe_b64encode(json.dumps(forged).encode()).rstrip(b"=").decode()
    with pytest.raises(InvalidSignature):
        verified(f"{head}.{text}.{signature}", pair)


def test_a_reader_of_jwt_takes_it_by_the_public_key_alone(pair: Path) -> None:
    token = make_token(pair / PRIVATE_KEY, "gateway", 1, ["eth:*"])
    key = (pair / JWT_PUBLIC_KEY).read_text("ascii")
    required: list[str] = ["exp", "iat", "sub"]
    claims = jwt.decode(token, key, algorithms=list(BOTH), options={"require": required})
    assert (claims["sub"], claims["permissions"]) == ("gateway", ["eth:*"])
    with pytest.raises(jwt.InvalidAlgorithmError):
        jwt.decode(token, key, algorithms=["HS256"])


def test_a_token_that_ended_is_taken_no_longer(pair: Path, monkeypatch) -> None:
    monkeypatch.setattr(tokens.time, "time", lambda: 1_600_000_000)
    token = make_token(pair / PRIVATE_KEY, "gateway", 400)
    with pytest.raises(jwt.ExpiredSignatureError):
        jwt.decode(token, (pair / JWT_PUBLIC_KEY).read_text("ascii"), algorithms=list(BOTH))


@pytest.mark.parametrize("right", ["admin:*", "DEBUG:*", "perm:*", "qbft:*", "*:*", "eth", "eth:"])
def test_what_operates_a_node_no_token_opens(tmp_path: Path, right: str) -> None:
    make_key_pair(tmp_path, "ES256")
    with pytest.raises(ChoiceOutOfRange, match="right"):
        make_token(tmp_path / PRIVATE_KEY, "gateway", 1, [right])


@pytest.mark.parametrize("days", [0, -1, 401])
def test_a_token_without_an_end_is_refused(tmp_path: Path, days: int) -> None:
    make_key_pair(tmp_path, "ES256")
    with pytest.raises(ChoiceOutOfRange, match="days"):
        make_token(tmp_path / PRIVATE_KEY, "gateway", days)


def test_a_second_call_keeps_the_pair(pair: Path) -> None:
    before = (pair / PRIVATE_KEY).read_bytes()
    make_key_pair(pair, "ES256")
    assert (pair / PRIVATE_KEY).read_bytes() == before
    assert (pair / PRIVATE_KEY).stat().st_mode & 0o777 == 0o600


def test_a_key_that_others_may_read_signs_nothing(pair: Path) -> None:
    (pair / PRIVATE_KEY).chmod(0o644)
    with pytest.raises(KeyExposed):
        make_token(pair / PRIVATE_KEY, "gateway", 1)


def test_a_missing_or_damaged_key_is_said(tmp_path: Path) -> None:
    with pytest.raises(FileFailed):
        make_token(tmp_path / PRIVATE_KEY, "gateway", 1)
    (tmp_path / PRIVATE_KEY).write_text("-----BEGIN", encoding="ascii")
    (tmp_path / PRIVATE_KEY).chmod(0o600)
    with pytest.raises(KeyMalformed):
        make_token(tmp_path / PRIVATE_KEY, "gateway", 1)


@pytest.mark.parametrize(
    "made",
    [
        lambda: rsa.generate_private_key(public_exponent=65_537, key_size=1024),
        lambda: ec.generate_private_key(ec.SECP384R1()),
    ],
    ids=["RSA of 1024 bits", "P-384"],
)
def test_a_key_that_neither_algorithm_takes_signs_nothing(tmp_path: Path, made) -> None:
    pem = made().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    (tmp_path / PRIVATE_KEY).touch(0o600)
    (tmp_path / PRIVATE_KEY).write_bytes(pem)
    with pytest.raises(KeyMalformed, match="P-256, or RSA of at least 2048 bits"):
        make_token(tmp_path / PRIVATE_KEY, "gateway", 1)
