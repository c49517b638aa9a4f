"""Errors of contracts are decoded, and said in plain words."""

import re

import pytest

from lodetrace.contracts import enums
from lodetrace.contracts.abi import Artifacts
from lodetrace.contracts.abi_codec import encode_call, snake
from lodetrace.contracts.plan import NAMES
from lodetrace.contracts.refusals.catalogue import WORDS
from lodetrace.contracts.refusals.decoder import ContractRefused, RefusalDecoder


def test_every_error_has_its_words(artifacts: Artifacts) -> None:
    arguments: dict[str, set[str]] = {}
    for contract in NAMES:
        for entry in artifacts[contract].entries("error"):
            names = {snake(parameter["name"]) for parameter in entry["inputs"]}
            arguments.setdefault(entry["name"], names)
    assert set(WORDS) - {"Error", "Panic"} <= set(arguments), "words for an error that is gone"
    assert not set(arguments) - set(WORDS), "an error without words"
    for name, words in WORDS.items():
        named = set(re.findall(r"\{(\w+)\}", words.sentence))
        assert named <= arguments.get(name, {"message", "code"})
        assert words.advice.endswith(".")


def test_refusals_are_said_in_plain_words(artifacts: Artifacts) -> None:
    decoder = RefusalDecoder(artifacts, NAMES)
    entry = artifacts["LotBook"].entry("error", "LotNotFree")
    data = encode_call(entry, [b"\xab" * 32, 2, 1_700_000_000])
    refused = decoder.decode(data)
    assert str(refused) == "lot 0xabababababababab… is offered until 2023-11-14T22:13:20Z"
    assert refused.arguments["state"] is enums.LotState.OFFERED
    assert refused.values["id"] == b"\xab" * 32
    assert refused.name == "LotNotFree"
    assert refused.advice


def test_what_a_council_call_was_refused_with_is_decoded(artifacts: Artifacts) -> None:
    decoder = RefusalDecoder(artifacts, NAMES)
    inner = encode_call(artifacts["LotBook"].entry("error", "CountInvalid"), [0])
    entry = artifacts["Council"].entry("error", "CallFailed")
    refused = decoder.decode(encode_call(entry, [2, "0x" + "11" * 20, inner]))
    assert "a lot of this material cannot have 0 units" in str(refused)


@pytest.mark.parametrize("data", [b"", b"\x01\x02", b"\xde\xad\xbe\xef" * 9])
def test_an_unknown_refusal_is_shown_as_it_is(artifacts: Artifacts, data: bytes) -> None:
    refused = RefusalDecoder(artifacts, NAMES).decode(data)
    assert refused.name == "Unknown"
    assert refused.arguments["data"] == data


def test_truncated_refusals_do_not_break(artifacts: Artifacts) -> None:
    entry = artifacts["LotBook"].entry("error", "LotNotFree")
    data = encode_call(entry, [b"\xab" * 32, 2, 1])[:40]
    assert RefusalDecoder(artifacts, NAMES).decode(data).name == "Unknown"


def test_built_in_reverts_are_read(artifacts: Artifacts) -> None:
    decoder = RefusalDecoder(artifacts, NAMES)
    error = {"name": "Error", "inputs": [{"name": "message", "type": "string"}]}
    assert "too bad" in str(decoder.decode(encode_call(error, ["too bad"])))
    panic = {"name": "Panic", "inputs": [{"name": "code", "type": "uint256"}]}
    assert "panic 17" in str(decoder.decode(encode_call(panic, [17])))


def test_every_refusal_can_be_said() -> None:
    for name in WORDS:
        fields = set(re.findall(r"\{(\w+)\}", WORDS[name].sentence))
        refused = ContractRefused(name, dict.fromkeys(fields, 1))
        assert "{" not in str(refused)
