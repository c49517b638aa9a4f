"""Forms of text: one way out, and back only from that."""

from collections.abc import Callable
from datetime import UTC, datetime
from enum import IntEnum

import pytest
from hexbytes import HexBytes
from hypothesis import example, given
from hypothesis import strategies as st

from lodetrace.contracts.enums import CustodyModel, Role
from lodetrace.errors import InputError
from lodetrace.text import (
    AddressMalformed,
    TextMalformed,
    counted,
    enum_word,
    enum_words,
    flag_words,
    hex_of,
    iso_time,
    parse_address,
    parse_bare_hex,
    parse_hex,
    parse_iso_time,
    parse_quantity,
    parse_rfc_3339,
    parse_typed_address,
    parse_typed_hex,
    short_id,
    typed_digits,
)
from zk_circuits.schema import Credit

WORD = bytes(range(0xA0, 0xC0))
TEXT = "0xa0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebf"

# what is done to a hexadecimal text, and what the error says of it
SPOILS: dict[str, tuple[Callable[[str], str], str]] = {
    "blank between bytes": (lambda text: f"{text[:10]} {text[10:]}", "' ' as character 11"),
    "blank for a digit": (lambda text: f"{text[:10]} {text[11:]}", "' ' as character 11"),
    "two blanks for a byte": (lambda text: f"{text[:10]}  {text[12:]}", "' ' as character 11"),
    "blank at the end": (lambda text: f"{text} ", "' ' as character 67"),
    "new line at the end": (lambda text: f"{text}\n", r"'\\n' as character 67"),
    "tab inside": (lambda text: f"{text[:10]}\t{text[10:]}", r"'\\t' as character 11"),
    "underscore": (lambda text: f"{text[:10]}_{text[11:]}", "'_' as character 11"),
    "digits of another script": (lambda text: f"{text[:10]}١١{text[12:]}", "as character 11"),
    "a letter": (lambda text: f"{text[:10]}g{text[11:]}", "'g' as character 11"),
    "a digit too few": (lambda text: text[:-1], "63 digits"),
    "a digit too many": (lambda text: f"{text}0", "65 digits"),
    "a byte too few": (lambda text: text[:-2], "62 digits"),
    "nothing": (lambda _: "", "no 0x"),
    "a blank before": (lambda text: f" {text}", "no 0x"),
    "0x in capitals": (lambda text: f"0X{text[2:]}", "no 0x"),
    "0x missing": (lambda text: text[2:], "no 0x"),
}


def test_bytes_as_text_and_back() -> None:
    assert hex_of(WORD) == TEXT
    assert hex_of(HexBytes(WORD)) == TEXT
    assert parse_hex(TEXT) == parse_hex(TEXT, 32) == WORD
    assert parse_hex("0x" + TEXT[2:].upper(), 32) == WORD
    assert parse_bare_hex(TEXT[2:], 32) == WORD
    assert (hex_of(b""), parse_hex("0x"), parse_bare_hex("")) == ("0x", b"", b"")


def test_a_number_is_not_taken_for_bytes() -> None:
    with pytest.raises(TypeError):
        hex_of(5)  # type: ignore[arg-type]


@given(st.binary(max_size=100))
def test_every_bytes_come_back(value: bytes) -> None:
    assert parse_hex(hex_of(value), len(value)) == value


@given(st.text(st.sampled_from("0123456789abcdefABCDEF gx_\n\t\u00a0١"), max_size=12))
def test_what_is_read_is_written_the_same(text: str) -> None:
    """A text that is read has no other reading: it is the bytes' own text, but for capitals."""
    try:
        found = parse_hex(f"0x{text}")
    except TextMalformed:
        return
    assert hex_of(found) == f"0x{text}".lower()


@pytest.mark.parametrize("name", SPOILS)
def test_a_spoilt_text_is_refused_and_described(name: str) -> None:
    spoil, said = SPOILS[name]
    with pytest.raises(TextMalformed, match=said) as refused:
        parse_hex(spoil(TEXT), 32)
    assert refused.value.values["expected"] == "0x and 64 hexadecimal digits"


@pytest.mark.parametrize("name", set(SPOILS) - {"a byte too few", "a byte too many"})
def test_length_apart_nothing_is_read_without_a_length_either(name: str) -> None:
    with pytest.raises(TextMalformed):
        parse_hex(SPOILS[name][0](TEXT))


@pytest.mark.parametrize("value", [None, 1, True, b"0x12", ["0x12"]])
def test_what_is_no_text_is_refused(value: object) -> None:
    for read in (parse_hex, parse_bare_hex, parse_typed_hex, parse_quantity, parse_iso_time):
        with pytest.raises(TextMalformed):
            read(value)


def test_capitals_are_refused_where_the_text_is_hashed() -> None:
    assert parse_hex(TEXT, 32, lower=True) == WORD
    with pytest.raises(TextMalformed, match="in lower case"):
        parse_hex("0x" + TEXT[2:].upper(), 32, lower=True)


def test_an_error_does_not_repeat_a_secret() -> None:
    for text in (f"{TEXT} ", TEXT[:-1], f"{TEXT[:40]}zz{TEXT[42:]}", TEXT[2:]):
        with pytest.raises(TextMalformed) as refused:
            parse_hex(text, 32)
        assert text[8:20] not in str(refused.value)


def test_an_error_about_an_address_does_not_repeat_a_key() -> None:
    with pytest.raises(AddressMalformed, match="a text of 66 characters"):
        parse_address(TEXT)
    with pytest.raises(AddressMalformed, match="'0x12'"):
        parse_address("0x12")


@pytest.mark.parametrize(("text", "fault"), [("0xzz", "'z' as character 3"), ("zz", "character 1")])
def test_an_error_about_typed_digits_names_the_fault(text: str, fault: str) -> None:
    with pytest.raises(TextMalformed, match=fault):
        typed_digits(text)


def test_an_error_is_of_the_family_and_a_value_error() -> None:
    """Readers of files turn ValueError into an error about their file."""
    assert issubclass(TextMalformed, InputError)
    assert issubclass(TextMalformed, ValueError)


@pytest.mark.parametrize("text", [TEXT, TEXT[2:], f" {TEXT}\n", f"0X{TEXT[2:].upper()}"])
def test_typed_ids_may_be_spelled_in_many_ways(text: str) -> None:
    assert parse_typed_hex(text, 32) == WORD
    assert typed_digits(text) == TEXT[2:]


@pytest.mark.parametrize("text", ["", "0x", "  ", "0x 12", "1 2", "0x0x12", "12_3", "١٢", "K"])
def test_typed_text_without_digits_alone_is_refused(text: str) -> None:
    with pytest.raises(TextMalformed):
        typed_digits(text)


def test_numbers_of_json_rpc() -> None:
    assert [parse_quantity(text) for text in ("0x0", "0x1f", "0x00A")] == [0, 31, 10]
    for text in ("", "0x", "1f", "0x1_0", "0x 1", " 0x1", "0x1\n", "-0x1", "0x١"):
        with pytest.raises(TextMalformed):
            parse_quantity(text)


def test_the_beginning_of_an_id() -> None:
    assert short_id(WORD) == short_id(TEXT) == "0xa0a1a2a3a4"
    assert short_id(WORD, 16) == "0xa0a1a2a3a4a5a6a7"


@given(st.integers(-62_135_596_800, 253_402_300_799))
@example(-62_135_596_800)
def test_times_come_back(seconds: int) -> None:
    assert parse_iso_time(iso_time(seconds)) == seconds
    moment = datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)
    assert iso_time(seconds) == f"{moment.isoformat()}Z"


def test_times_without_four_digits_of_a_year_are_told_in_seconds() -> None:
    assert iso_time(253_402_300_799) == "9999-12-31T23:59:59Z"
    assert iso_time(253_402_300_800) == "253402300800 s after 1970"
    assert iso_time((1 << 64) - 1) == "18446744073709551615 s after 1970"


@pytest.mark.parametrize(
    "text",
    ["", "2026-11-01", "2026-11-01T00:00:00", "2026-11-01T00:00:00+00:00", "2026-11-01 00:00:00Z",
     "2026-11-01T00:00:00.5Z", "2026-1-1T0:0:0Z", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z",
     "2026-11-01T24:00:01Z", "2026-11-01T00:00:60Z", "2026-11-01T00:00:00Z\n", "20261101T000000Z",
     "٢٠٢٦-11-01T00:00:00Z"],
)  # fmt: skip
def test_one_form_of_a_time_is_read(text: str) -> None:
    with pytest.raises(TextMalformed, match="a time like 2026-11-01T00:00:00Z"):
        parse_iso_time(text)


@pytest.mark.parametrize("gap", [" ", "_", "-"])
@pytest.mark.parametrize("kind", [CustodyModel, Credit])
def test_enum_words_lead_back(kind: type[IntEnum], gap: str) -> None:
    words = enum_words(kind, gap)
    assert list(words.values()) == list(kind)
    assert all(enum_word(code, gap) == word for word, code in words.items())


def test_enum_words() -> None:
    model = CustodyModel.MASS_BALANCE
    assert [enum_word(model, *gap) for gap in ((), "_", "-")] == [
        "mass balance", "mass_balance", "mass-balance"
    ]  # fmt: skip
    assert flag_words(Role.UMPIRE | Role.TRADER) == ["trader", "umpire"]
    assert flag_words(Role.PRICE_ADMINISTRATOR | Role(1 << 20)) == ["price_administrator"]
    assert flag_words(Role(0)) == []


@pytest.mark.parametrize(
    ("number", "nouns", "said"),
    [
        (0, "lots", "0 lots"),
        (1, "lots", "1 lot"),
        (2, "lots", "2 lots"),
        (1, "certificates relied on", "1 certificate relied on"),
        (12_345_678, "site events", "12 345 678 site events"),
    ],
)
def test_counted(number: int, nouns: str, said: str) -> None:
    assert counted(number, nouns) == said


TYPED = "0x9eF6c02FB2ECc446146E05F1fF687a788a8BF76d"


@pytest.mark.parametrize(
    "text", [TYPED, TYPED[2:], f" {TYPED}\n", "0X" + TYPED[2:], TYPED.lower(), TYPED[2:].upper()]
)
def test_a_typed_address_is_one_however_it_begins(text: str) -> None:
    assert parse_typed_address(text) == TYPED


@pytest.mark.parametrize("text", [TYPED[:-1] + "D", TYPED[2:-1] + "D", TYPED[:-1], "", "0x"])
def test_a_typed_address_with_a_wrong_checksum_is_refused(text: str) -> None:
    with pytest.raises(AddressMalformed):
        parse_typed_address(text)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("2026-03-02T08:00:00Z", 1_772_438_400),
        ("2026-03-02T09:00:00+01:00", 1_772_438_400),
        ("2026-03-02T02:30:00.999999999-05:30", 1_772_438_400),
        ("1969-12-31T23:59:59.5Z", -1),
        ("0001-01-01T00:00:00+14:00", -62_135_647_200),
    ],
)
def test_a_time_that_a_program_writes_is_read_in_its_offset(text: str, seconds: int) -> None:
    assert parse_rfc_3339(text) == seconds


@pytest.mark.parametrize(
    "text",
    ["", "2026-03-02", "2026-03-02T08:00:00", "2026-03-02 08:00:00Z", "2026-03-02T08:00Z",
     "2026-02-30T00:00:00Z", "2026-03-02T24:00:01Z", "2026-03-02T08:00:00+25:00",
     "2026-03-02T08:00:00Z\n", "\u0662026-03-02T08:00:00Z", 0, None],
)  # fmt: skip
def test_a_time_without_its_offset_or_of_no_day_is_not_read(text: object) -> None:
    with pytest.raises(TextMalformed, match="expected a time like"):
        parse_rfc_3339(text)
