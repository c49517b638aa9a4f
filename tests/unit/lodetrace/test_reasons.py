"""Reasons: a closed list, or words that no dictionary finds behind their commitment."""

import re
from contextlib import closing
from pathlib import Path

import pytest

from lodetrace.contracts.enums import ReasonCode
from lodetrace.contracts.reasons import MEANINGS, code_of, coded, committed, is_reason
from lodetrace.member.reasons import (
    LONGEST,
    ReasonUnknown,
    Words,
    WordsFileMalformed,
    WordsMalformed,
    code_reason,
)
from lodetrace.member.vault import Vault
from tests.conftest import ROOT
from zk_circuits.keccak import keccak256

DICTIONARY = (
    "seal broken", "weight differs", "too wet", "grievance about under-age workers",
    "grievance about under-age workers at pit B under inquiry", "unpaid community compensation",
)  # fmt: skip
SPOKEN = "grievance about under-age workers at pit B under inquiry"


def readable(text: str) -> bytes:
    """As words went on chain once: short ones in clear, longer ones as their hash."""
    plain = text.encode()
    return plain.ljust(32, b"\0") if len(plain) <= 32 else keccak256(plain)


def found(word: bytes) -> list[str]:
    """Entries of the dictionary that are, or could be, what a word says."""
    tried = {
        text: {
            readable(text),
            keccak256(text.encode()),
            committed(keccak256(text.encode())),
            committed(keccak256(b"lodetrace/reason/1" + text.encode())),
            committed(keccak256(b"lodetrace/reason/1" + bytes(32) + text.encode())),
        }
        for text in DICTIONARY
    }
    return [text for text, words in tried.items() if word in words]


def test_a_dictionary_finds_no_words() -> None:
    for text in DICTIONARY:
        assert found(Words.spoken(text).word) == []
        assert found(readable(text)) == [text], "the same search can find"


def test_the_same_words_are_never_the_same_commitment() -> None:
    first, second = Words.spoken(SPOKEN), Words.spoken(SPOKEN)
    assert first.text == second.text
    assert first.word != second.word
    assert first.salt.hex() not in repr(first)


@pytest.mark.parametrize("text", DICTIONARY)
def test_what_can_be_read_is_no_reason(text: str) -> None:
    assert not is_reason(readable(text))
    with pytest.raises(ReasonUnknown):
        code_reason("a " + text)


@pytest.mark.parametrize("code", MEANINGS)
def test_codes_go_out_and_come_back(code: ReasonCode) -> None:
    assert code_of(coded(code)) is code
    assert is_reason(coded(code))
    assert code_reason(code.name.lower().replace("_", "-")) == coded(code)


def test_the_list_is_closed() -> None:
    assert set(MEANINGS) == set(ReasonCode) - {ReasonCode.NONE}
    largest = max(ReasonCode)
    for number in (0, largest + 1, 255, 256):
        assert not is_reason(number.to_bytes(32, "big"))
    for text in ("", "none", "0", "because"):
        with pytest.raises(ReasonUnknown):
            code_reason(text)
    assert not is_reason(b"\1" + bytes(30))


def test_the_list_is_that_of_the_contracts() -> None:
    source = (ROOT / "contracts/interfaces/Types.sol").read_text("utf-8")
    [names] = re.findall(r"enum ReasonCode \{([^}]*)\}", source)
    told = [re.sub(r"(?<!^)(?=[A-Z])", "_", name.strip()).upper() for name in names.split(",")]
    assert told == [code.name for code in ReasonCode]


def test_words_come_back_from_a_file() -> None:
    words = Words.spoken("  zu naß  ")
    assert words.text == "zu naß"
    assert is_reason(words.word)
    assert Words.from_json(words.to_json()) == words


@pytest.mark.parametrize(
    "change",
    [
        {"format": "lodetrace-reason/2"},
        {"text": "something else"},
        {"salt": "0x" + "00" * 32},
        {"salt": "0x00"},
        {"reason": "0x01" + "00" * 31},
    ],
)
def test_a_file_of_other_words_is_refused(change: dict[str, str]) -> None:
    with pytest.raises(WordsFileMalformed):
        Words.from_json({**Words.spoken("too wet").to_json(), **change})


@pytest.mark.parametrize("text", ["", "  ", "a\nb", "\x07", "a" * (LONGEST + 1)])
def test_what_is_no_words_is_refused(text: str) -> None:
    with pytest.raises(WordsMalformed):
        Words.spoken(text)


def test_words_are_encrypted_at_rest(tmp_path: Path) -> None:
    words = Words.spoken(SPOKEN)
    with closing(Vault(tmp_path / "vault.sqlite", b"\x11" * 32)) as vault:
        vault.keep_words(words.word, words.to_json())
        assert vault.words(words.word) == words.to_json()
        assert vault.words(bytes(32)) is None
    for file in tmp_path.iterdir():
        assert SPOKEN.encode() not in file.read_bytes()
