"""A site's signature: EIP-712 as wallets make it, and no other."""

from dataclasses import replace
from typing import Any

import pytest
from eth_account import Account
from eth_account.messages import encode_typed_data
from hypothesis import given
from hypothesis import strategies as st

from lodetrace.documents.signed_number import SignedNumber, site_domain
from lodetrace.errors import StatementRefused
from lodetrace.keys.member_keys import MemberKeys
from lodetrace.secp256k1 import Signature, SignatureInvalid, SigningKeyInvalid, recover

ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
KEYS = MemberKeys.for_development(0)
DIRECTORY = "0x" + "d1" * 20
DOMAIN = site_domain(1337, DIRECTORY)
SIGNED = SignedNumber(b"\x11" * 32, 7, 2, b"\x22" * 32, DOMAIN)


def typed_data(signed: SignedNumber) -> dict[str, Any]:
    """The same as a wallet is given it."""
    fields = [("site", "bytes32"), ("sequence", "uint32"), ("revision", "uint16"),
              ("document", "bytes32")]  # fmt: skip
    domain = [("name", "string"), ("version", "string"), ("chainId", "uint256"),
              ("verifyingContract", "address")]  # fmt: skip
    return {
        "types": {
            "EIP712Domain": [{"name": name, "type": kind} for name, kind in domain],
            "SiteDocument": [{"name": name, "type": kind} for name, kind in fields],
        },
        "primaryType": "SiteDocument",
        "domain": {
            "name": "Lodetrace",
            "version": "2",
            "chainId": signed.domain.chain_id,
            "verifyingContract": signed.domain.verifying_contract,
        },
        "message": {
            "site": signed.site,
            "sequence": signed.sequence,
            "revision": signed.revision,
            "document": signed.document,
        },
    }


@given(
    st.binary(min_size=32, max_size=32),
    st.integers(0, 2**32 - 1),
    st.integers(0, 2**16 - 1),
    st.binary(min_size=32, max_size=32),
    st.integers(1, 2**53 - 1),
    st.binary(min_size=20, max_size=20),
)
def test_the_digest_is_that_of_a_wallet(
    site: bytes, sequence: int, revision: int, document: bytes, chain_id: int, directory: bytes
) -> None:
    domain = site_domain(chain_id, "0x" + directory.hex())
    signed = SignedNumber(site, sequence, revision, document, domain)
    message = encode_typed_data(full_message=typed_data(signed))
    ours = Signature.make(signed, KEYS.signing_key)
    theirs = Account.sign_message(message, KEYS.signing_key).signature
    assert str(ours) == "0x" + bytes(theirs).hex()
    assert ours.signer(signed) == KEYS.account


@pytest.mark.parametrize(
    "other",
    [
        SignedNumber(b"\x12" * 32, 7, 2, b"\x22" * 32, DOMAIN),
        SignedNumber(b"\x11" * 32, 8, 2, b"\x22" * 32, DOMAIN),
        SignedNumber(b"\x11" * 32, 7, 3, b"\x22" * 32, DOMAIN),
        SignedNumber(b"\x11" * 32, 7, 2, b"\x23" * 32, DOMAIN),
        SignedNumber(b"\x11" * 32, 7, 2, b"\x22" * 32, site_domain(31337, DIRECTORY)),
        SignedNumber(b"\x11" * 32, 7, 2, b"\x22" * 32, site_domain(1337, "0x" + "d2" * 20)),
    ],
    ids=["site", "sequence", "revision", "document", "chain", "deployment"],
)
def test_a_signature_for_something_else_is_somebody_elses(other: SignedNumber) -> None:
    assert Signature.make(SIGNED, KEYS.signing_key).signer(other) != KEYS.account


@pytest.mark.parametrize(
    "change",
    [{"sequence": 1 << 32}, {"revision": 1 << 16}, {"revision": -1}, {"site": b"\x11" * 31}],
    ids=str,
)
def test_a_value_outside_its_type_is_not_signed(change: dict[str, Any]) -> None:
    with pytest.raises(StatementRefused):
        Signature.make(replace(SIGNED, **change), KEYS.signing_key)


def test_an_altered_content_accuses_nobody() -> None:
    """The address that is recovered from it is one of nobody."""
    altered = replace(SIGNED, sequence=8)
    with pytest.raises(SignatureInvalid) as refused:
        Signature.make(SIGNED, KEYS.signing_key).require_signer(altered, KEYS.account)
    assert str(refused.value).count("0x") == 1
    assert "as its signer gave it" in refused.value.advice


def test_the_copy_with_high_s_is_refused() -> None:
    raw = Signature.make(SIGNED, KEYS.signing_key).raw
    high = ORDER - int.from_bytes(raw[32:64], "big")
    copied = raw[:32] + high.to_bytes(32, "big") + bytes([55 - raw[64]])
    holds = recover(copied[:64] + bytes([copied[64] - 27]), SIGNED.digest())
    assert "0x" + holds.hex() == KEYS.account.lower(), "the copy would hold"
    with pytest.raises(SignatureInvalid, match="upper half"):
        Signature.parse("0x" + copied.hex())


@pytest.mark.parametrize(
    "text",
    [
        None,
        7,
        "",
        "0x",
        "0x" + "00" * 64,
        "0x" + "00" * 66,
        "0x" + "zz" * 65,
        "00" * 65,
        "0x" + "00" * 65,
        "0x" + "11" * 64 + "1d",
        "0x" + "11" * 100_000,
    ],
)
def test_malformed_signature(text: Any) -> None:
    with pytest.raises(SignatureInvalid):
        Signature.parse(text)


@pytest.mark.parametrize("r_and_s", [b"\x00" * 64, b"\xff" * 32 + b"\x01" * 32])
def test_a_signature_of_nobody(r_and_s: bytes) -> None:
    with pytest.raises(SignatureInvalid, match="recovered"):
        Signature.parse("0x" + r_and_s.hex() + "1b").signer(SIGNED)


@pytest.mark.parametrize("key", [b"", b"\x01", b"\x00" * 32, b"\xff" * 32, b"\x01" * 33, None])
def test_what_is_no_key(key: Any) -> None:
    with pytest.raises(SigningKeyInvalid):
        Signature.make(SIGNED, key)
