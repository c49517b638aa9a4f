"""A submission: what it has to say, how it is refused, and whose signature is under it."""

import json
from contextlib import suppress
from copy import deepcopy
from typing import Any

import pytest
from eth_account import Account
from eth_account.messages import encode_typed_data
from hypothesis import given
from hypothesis import strategies as st

from lodetrace.errors import InputError, LodetraceError
from lodetrace.keys.member_keys import MemberKeys
from lodetrace.secp256k1 import SignatureInvalid
from lodetrace.strict_json import parse
from oracle.prices.signed_submission import SignedSubmission
from oracle.prices.submission import Kind, Payment

CHAIN = 1337
KEYS = MemberKeys.for_development(3)
RAW: dict[str, Any] = parse(
    json.dumps({
        "commodity": "cobalt-sulphate",
        "day": "2026-11-20",
        "kind": "trade",
        "submitter": "hailan",
        "counterparty": "beihe",
        "time": "2026-11-20T10:32:00+08:00",
        "specification": {"standard": "GB/T 26523-2011", "content": "20.5 %"},
        "price": {"low": "4.85", "high": "4.86", "unit": "10000 CNY/mt incl. VAT"},
        "volume": "60 t",
        "delivery": {"place": "Ganzhou", "freight": "0.012"},
        "payment": {"terms": "transfer", "days": 30},
        "independent": True,
        "note": "said by telephone, 10:40",
    }).encode()
)  # fmt: skip


def changed(path: str, value: Any) -> dict[str, Any]:
    """RAW with another value at a path; None takes it out."""
    raw = deepcopy(RAW)
    *parents, last = path.split(".")
    place = raw
    for parent in parents:
        place = place[parent]
    place.pop(last, None)
    return raw if value is None else (place.update({last: value}) or raw)


def signed(raw: dict[str, Any] = RAW) -> SignedSubmission:
    return SignedSubmission.sign(raw, CHAIN, KEYS.signing_key)


def test_2_3_1_3_what_a_submission_says() -> None:
    found = signed().submission
    assert (found.kind, found.submitter, found.counterparty) == (Kind.TRADE, "hailan", "beihe")
    assert (found.low, found.high, found.freight) == (4_850_000, 4_860_000, 12_000)
    assert (found.volume, found.content) == (60 * 10**9, 205_000)
    assert (found.payment, found.payment_days) == (Payment.TRANSFER, 30)
    assert found.raw["note"] == "said by telephone, 10:40"


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("kind", "rumour", "none of trade"),
        ("kind", None, "missing or unknown: kind"),
        ("colour", "pink", "missing or unknown: colour"),
        ("day", "20261120", "no date"),
        ("day", "2026-02-30", "no date"),
        ("time", "2026-11-20T10:32:00", "no offset"),
        ("time", "yesterday", "ISO 8601"),
        ("submitter", "Hai Lan", "no name"),
        ("submitter", "", "no text"),
        ("counterparty", None, "two parties"),
        ("volume", None, "a trade has one"),
        ("volume", "60", "unit is missing"),
        ("volume", "0 t", "is nothing"),
        ("volume", "-3 t", "no plain positive number"),
        ("price.low", "4.9", "low above its high"),
        ("price.unit", "CNY/mt", "is not '10000 CNY/mt incl. VAT'"),
        ("price.low", "4,85", "no plain decimal"),
        ("price.low", "0.0000001", "finer than a fen"),
        ("price", "4.85", "no object"),
        ("specification.content", "101 %", "more than 100 %"),
        ("payment.days", 3_651, "whole number"),
        ("payment.terms", "barter", "none of transfer"),
        ("independent", "yes", "neither true nor false"),
        ("corrects", "0xAB", "no hash"),
        ("note", "\x1b[31m", "cannot be printed"),
        ("note", "x" * 2_001, "no text"),
        ("special", " ", "no text"),
        ("commodity", "gold", "no methodology"),
    ],
)  # fmt: skip
def test_2_3_1_3_what_is_no_submission(path: str, value: Any, said: str) -> None:
    with pytest.raises(InputError, match=said):
        signed(changed(path, value))


def test_2_3_1_3_an_expected_price_needs_no_volume_and_no_counterparty() -> None:
    raw = changed("volume", None) | {"kind": "expected"}
    del raw["counterparty"]
    assert signed(raw).submission.volume is None


def test_the_file_is_read_as_it_was_written() -> None:
    found = SignedSubmission.of(parse(signed().to_json().encode()))
    assert found.submission == signed().submission
    assert found.verified_signer(CHAIN) == KEYS.account


def test_the_signature_is_that_of_a_wallet() -> None:
    mine = signed()
    names = {"commodity": "string", "day": "string", "submission": "bytes32"}
    domain = {"name": "string", "version": "string", "chainId": "uint256"}
    message = encode_typed_data(full_message={
        "types": {
            "EIP712Domain": [{"name": name, "type": kind} for name, kind in domain.items()],
            "PriceSubmission": [{"name": name, "type": kind} for name, kind in names.items()],
        },
        "primaryType": "PriceSubmission",
        "domain": {"name": "Lodetrace", "version": "1", "chainId": CHAIN},
        "message": {
            "commodity": "cobalt-sulphate", "day": "2026-11-20", "submission": mine.submission.hash,
        },
    })  # fmt: skip
    assert Account.recover_message(message, signature=mine.signature.raw) == KEYS.account


@pytest.mark.parametrize("path", ["price.high", "note", "day", "volume"])
def test_what_was_altered_is_not_signed(path: str) -> None:
    other = {"price.high": "4.87", "note": "x", "day": "2026-11-19", "volume": "61 t"}[path]
    raw = parse(signed().to_json().encode()) | {"submission": changed(path, other)}
    with pytest.raises(SignatureInvalid):
        SignedSubmission.of(raw).verified_signer(CHAIN)


def test_a_signature_is_for_one_chain() -> None:
    with pytest.raises(SignatureInvalid, match="this is chain 1"):
        signed().verified_signer(1)


@pytest.mark.parametrize("change", [{"signer": "0x0"}, {"chainId": "1"}, {"more": 1},
                                    {"submission": []}, {"signature": "0x"}])  # fmt: skip
def test_an_envelope_that_is_none(change: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        SignedSubmission.of(parse(signed().to_json().encode()) | change)


@given(st.data())
def test_whatever_a_file_holds_it_is_read_or_refused(data: st.DataObject) -> None:
    text = bytearray(signed().to_json().encode())
    for _ in range(data.draw(st.integers(1, 4))):
        text[data.draw(st.integers(0, len(text) - 1))] = data.draw(st.integers(0, 255))
    with suppress(LodetraceError):
        SignedSubmission.of(parse(bytes(text))).verified_signer(CHAIN)
