"""Recovery in plain Python against libsecp256k1, and against the seals of a real Besu network."""

import json
from itertools import product
from pathlib import Path

import pytest
from coincurve import PrivateKey, PublicKey
from hypothesis import given
from hypothesis import strategies as st

from lodetrace import secp256k1
from lodetrace.chain.qbft import block_hash, extra_data_of
from lodetrace.secp256k1 import SignatureInvalid, recover
from lodetrace.secp256k1_recovery import N, NotRecoverable, P, recovered_key
from tests.unit.chain.blocks import HEADERS, header_of

EDGES = (0, 1, 2, P - N - 1, P - N, N // 2, N // 2 + 1, N - 1, N, N + 1, P - 1, P, 2**256 - 1)

numbers = st.sampled_from(EDGES) | st.integers(0, 2**256 - 1) | st.integers(0, 2**128)


def by_library(signature: bytes, message: bytes) -> bytes | None:
    try:
        key = PublicKey.from_signature_and_message(signature, message, hasher=None)
    except Exception:  # noqa: BLE001 -- coincurve raises bare Exception
        return None
    return key.format(compressed=False)[1:]


def by_python(signature: bytes, message: bytes) -> bytes | None:
    try:
        return recovered_key(signature, message)
    except NotRecoverable:
        return None


@given(st.integers(1, N - 1), st.binary(min_size=32, max_size=32))
def test_the_key_that_signed_is_recovered(number: int, message: bytes) -> None:
    key = PrivateKey.from_int(number)
    signature = key.sign_recoverable(message, hasher=None)
    assert recovered_key(signature, message) == key.public_key.format(compressed=False)[1:]


@given(numbers, numbers, st.integers(0, 5), numbers)
def test_any_65_bytes_mean_the_same_to_both(r: int, s: int, bit: int, message: int) -> None:
    words = [number.to_bytes(32, "big") for number in (r, s, message)]
    signature = words[0] + words[1] + bytes([bit])
    assert by_python(signature, words[2]) == by_library(signature, words[2])


@pytest.mark.parametrize("r", EDGES)
def test_the_edges_of_the_ranges_mean_the_same_to_both(r: int) -> None:
    for s, bit, message in product(EDGES, range(5), (0, 1, N)):
        signature = r.to_bytes(32, "big") + s.to_bytes(32, "big") + bytes([bit])
        digest = message.to_bytes(32, "big")
        assert by_python(signature, digest) == by_library(signature, digest), (s, bit, message)


def test_what_leads_to_infinity_belongs_to_nobody() -> None:
    """With R = G, s = 1 and the message 1, the sum is G - G."""
    g = PrivateKey.from_int(1).public_key.point()
    signature = g[0].to_bytes(32, "big") + bytes(31) + b"\1" + bytes([g[1] & 1])
    message = bytes(31) + b"\1"
    assert by_library(signature, message) is None
    with pytest.raises(NotRecoverable, match="infinity"):
        recovered_key(signature, message)


@pytest.mark.parametrize("size", [0, 64, 66])
def test_another_length_is_no_signature(size: int) -> None:
    with pytest.raises(NotRecoverable):
        recovered_key(bytes([1] * size), bytes(32))


@pytest.mark.parametrize("name", HEADERS)
def test_seals_of_a_real_network_are_those_of_its_validators(
    shared_dir: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the door of all recovery as well, as it is where coincurve is not installed."""
    path = shared_dir / "vectors" / "besu-qbft" / f"{name}.json"
    header = header_of({name: json.loads(path.read_text("utf-8"))}, name)
    extra = extra_data_of(header)
    message = block_hash(header, extra)
    compiled = [recover(seal, message) for seal in extra.seals]
    monkeypatch.setattr(secp256k1, "PublicKey", None)
    assert [recover(seal, message) for seal in extra.seals] == compiled
    if extra.round == 0 and compiled:
        assert set(compiled) <= set(extra.validators)


def test_both_refuse_in_the_same_words(monkeypatch: pytest.MonkeyPatch) -> None:
    said = []
    for library in (secp256k1.PublicKey, None):
        monkeypatch.setattr(secp256k1, "PublicKey", library)
        with pytest.raises(SignatureInvalid) as refused:
            recover(bytes(65), bytes(32))
        said.append(str(refused.value))
    assert said[0] == said[1]
