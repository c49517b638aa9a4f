"""An assessment of 1,000 submissions, beside eth-account checking their signatures alone."""

import random
from datetime import date, timedelta
from typing import Any

from eth_account import Account
from eth_account.messages import SignableMessage, encode_typed_data

from benchmarks.measurement import BenchmarkResult, MeasureUnit, Reference
from benchmarks.stage import BenchmarkStage
from benchmarks.stopwatch import medians
from lodetrace.eip712 import Domain
from lodetrace.strict_json import parse
from oracle.prices.assessment import Assessment, assess
from oracle.prices.inputs import Inputs
from oracle.prices.methodology import methodology_on
from oracle.prices.signed_submission import SignedSubmission
from oracle.prices.synthetic import (
    CHAIN_ID,
    COMMODITY,
    LEVEL,
    NAMES,
    Scenario,
    entries,
    key_of,
    rate_decision,
    synthetic_day,
)

COUNT = 1_000
ROUNDS = 3
STEPS = 2
AIM = 1.0
"""Judging what was said costs no more than knowing who said it."""
BARE = f"eth-account, {COUNT:,} signatures"
WHOLE = f"assess {COUNT:,} submissions, from files"
PURE = f"assess {COUNT:,} submissions, once read"
DAY = date(2026, 11, 20)


def measure(stage: BenchmarkStage) -> list[BenchmarkResult]:
    """Ours reads each file strictly and checks its signature, then assesses them all."""
    files = [_file(number) for number in range(COUNT)]
    stage.step()
    read = [SignedSubmission.of(parse(file)) for file in files]
    messages = [(_message(one), one.signature.raw, one.signer) for one in read]
    times = medians(
        {
            BARE: lambda: _check_plainly(messages),
            WHOLE: lambda: _assess([_verified(file) for file in files]),
            PURE: lambda: _assess(read),
        },
        ROUNDS,
    )
    stage.step()
    bare = Reference(BARE, times[BARE])
    return [
        BenchmarkResult(WHOLE, times[WHOLE], MeasureUnit.SECONDS, bare),
        BenchmarkResult(PURE, times[PURE], MeasureUnit.SECONDS, bare, AIM),
    ]


def _file(number: int) -> bytes:
    """A trade of its own; a day has eight submitters, who say it all."""
    name = NAMES[number % len(NAMES)]
    like = synthetic_day(Scenario.LIQUID, DAY, LEVEL, random.Random(number)).submissions[0]
    time = timedelta(hours=9, seconds=number)
    raw: dict[str, Any] = {
        **like.submission.raw,
        "submitter": name,
        "counterparty": f"buyer-{number}",
        "time": f"{DAY}T0{time}+08:00",
    }
    return SignedSubmission.sign(raw, CHAIN_ID, key_of(name)).to_json().encode()


def _verified(file: bytes) -> SignedSubmission:
    found = SignedSubmission.of(parse(file))
    found.verified_signer(CHAIN_ID)
    return found


def _assess(signed: list[SignedSubmission]) -> Assessment:
    submissions = tuple(one.submission for one in signed)
    methodology = methodology_on(COMMODITY, DAY)
    inputs = Inputs(
        methodology, DAY, entries(), submissions, (rate_decision(DAY),), None, b"\x01" * 32
    )
    found = assess(inputs)
    if found.range is None or len(found.hash) != 32:
        raise AssertionError(f"{len(submissions)} trades give a range")
    return found


def _message(signed: SignedSubmission) -> SignableMessage:
    """The same as a wallet is given it."""
    fields = {"commodity": "string", "day": "string", "submission": "bytes32"}
    domain = {"name": "string", "version": "string", "chainId": "uint256"}
    return encode_typed_data(
        full_message={
            "types": {
                "EIP712Domain": [{"name": name, "type": kind} for name, kind in domain.items()],
                "PriceSubmission": [{"name": name, "type": kind} for name, kind in fields.items()],
            },
            "primaryType": "PriceSubmission",
            "domain": Domain(signed.chain_id).values,
            "message": {
                "commodity": signed.submission.commodity,
                "day": signed.submission.day.isoformat(),
                "submission": signed.submission.hash,
            },
        }
    )


def _check_plainly(messages: list[tuple[SignableMessage, bytes, str]]) -> None:
    for message, signature, signer in messages:
        if Account.recover_message(message, signature=signature) != signer:
            raise AssertionError("the submissions are signed")
