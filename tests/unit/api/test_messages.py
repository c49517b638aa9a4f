"""The explorer's words: the same in every language, and one for each code of the gateway."""

import json
import re
from pathlib import Path
from typing import Final

import pytest

from api import pages
from api.lot_details import ACTS, HOLD_ACTS
from api.passport import LIMITS
from lodetrace.contracts.enums import (
    ELEMENT_SYMBOLS,
    PERIOD_BALANCE,
    CertificateStatus,
    CustodyModel,
    EventKind,
    LotState,
    Material,
    Measure,
    MemberStatus,
    PriceStatus,
    Role,
    Scheme,
    SiteKind,
)
from lodetrace.text import enum_word, enum_words, flag_words, hex_of
from lodetrace.trading_day import parse_commodity
from zk_circuits.schema import Credit

FOLDER: Final = Path(pages.__file__).parent / "explorer"
ENGLISH: Final = json.loads((FOLDER / "messages" / "en.json").read_text("utf-8"))
OTHERS: Final = ("fr", "zh")
CODES: Final = (
    CertificateStatus, CustodyModel, EventKind, LotState, Material, Measure, MemberStatus,
    PriceStatus, Scheme, SiteKind,
)  # fmt: skip
BUILT_UP: Final = ("word.", "element.", "told.")
"""Beginnings of keys that are put together from what the gateway answers."""


def messages(language: str) -> dict[str, str]:
    found: dict[str, str] = json.loads((FOLDER / f"messages/{language}.json").read_text("utf-8"))
    return found


def gaps(text: str) -> list[str]:
    return sorted(re.findall(r"\{(\w+)\}", text))


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_says_the_same(language: str) -> None:
    other = messages(language)
    assert list(other) == list(ENGLISH)
    assert [key for key, text in other.items() if not text.strip()] == []
    assert {key: gaps(text) for key, text in other.items()} == {
        key: gaps(text) for key, text in ENGLISH.items()
    }


def test_every_code_of_the_gateway_has_a_word() -> None:
    codes = [word for kind in CODES for word in enum_words(kind)]
    codes += [word for role in Role for word in flag_words(role)]
    codes += [enum_word(credit) for credit in Credit]
    codes += [*ACTS, *HOLD_ACTS, PERIOD_BALANCE]
    assert [code for code in codes if f"word.{code}" not in ENGLISH] == []
    elements = ["all", *ELEMENT_SYMBOLS.values()]
    assert [symbol for symbol in elements if f"element.{symbol}" not in ENGLISH] == []


def test_the_commodity_of_the_configured_methodology_has_a_name() -> None:
    assert f"word.{hex_of(parse_commodity('cobalt-sulphate'))}" in ENGLISH


def test_what_a_passport_does_not_promise_is_told_in_every_language() -> None:
    assert {text for key, text in ENGLISH.items() if key.startswith("told.")} == set(LIMITS)


def test_every_key_is_there_and_every_message_is_used() -> None:
    sources = "".join(path.read_text("utf-8") for path in (FOLDER / "src").rglob("*.js"))
    named = set(re.findall(r"""\bt\("([^"]+)\"""", sources))
    assert named - ENGLISH.keys() == set()
    # a key may also be put together: t(`column.${one}`)
    parts = [re.escape(one) for one in re.findall(r"\bt\(`([^`]+)`", sources)]
    patterns = [re.sub(r"\\\$\\\{[^}]*\\\}", "[a-zA-Z_-]+", one) for one in parts]
    words = set(re.findall(r"[\"']([\w.-]+)[\"']", sources))
    unused = [
        key
        for key in ENGLISH
        if not key.startswith(BUILT_UP)
        and key not in named | words
        and key.removesuffix(".one") not in named
        and not any(re.fullmatch(one, key) for one in patterns)
    ]
    assert unused == []
