"""What people type: words, dates, outputs, names of lots."""

import pytest

from lodetrace.cli.claim import SubjectMalformed
from lodetrace.cli.lot_ids import (
    NameAmbiguous,
    NameMalformed,
    NameUnknown,
    full_id,
    named,
    required_id,
)
from lodetrace.cli.parse import (
    ExpiryMalformed,
    OutputMalformed,
    PartsMalformed,
    TypedOutput,
    WordUnknown,
    parse_alike,
    parse_credit,
    parse_element,
    parse_expiry,
    parse_output,
    parse_part,
    parse_word,
)
from lodetrace.contracts.enums import CustodyModel, Material, Measure
from lodetrace.errors import InputError
from zk_circuits.schema import Credit

NOW = 1_767_225_600
"""2026-01-01T00:00:00Z."""

DAY = 86_400


@pytest.mark.parametrize("text", ["mass balance", "MASS_BALANCE", "mass-balance", " MassBalance "])
def test_words_in_any_spelling(text: str) -> None:
    assert parse_word(CustodyModel, text, "model") is CustodyModel.MASS_BALANCE


@pytest.mark.parametrize("text", ["none", "", "credit", "2"])
def test_words_that_are_none(text: str) -> None:
    with pytest.raises(WordUnknown) as caught:
        parse_word(Measure, text, "measure")
    assert "credit-share, cahra-share, carbon-intensity" in str(caught.value)


def test_elements_and_credits() -> None:
    assert parse_element("co") == 27
    assert parse_credit("recycled post-consumer") is Credit.RECYCLED_POST_CONSUMER
    with pytest.raises(WordUnknown):
        parse_element("Xx")
    with pytest.raises(WordUnknown):
        parse_credit("CREDIT_4")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("30 days", NOW + 30 * DAY),
        ("1 hour", NOW + 3_600),
        ("2weeks", NOW + 14 * DAY),
        ("2026-01-31", NOW + 31 * DAY - 1),
        ("2026-01-02T00:00:00Z", NOW + DAY),
        ("2026-01-02T00:00:00", NOW + DAY),
        ("2026-01-02T01:00:00+01:00", NOW + DAY),
    ],
)
def test_expiries(text: str, expected: int) -> None:
    assert parse_expiry(text, NOW) == expected


@pytest.mark.parametrize("text", ["", "tomorrow", "30", "-1 days", "2026-13-01", "1.5 days"])
def test_expiries_that_are_none(text: str) -> None:
    with pytest.raises(ExpiryMalformed):
        parse_expiry(text, NOW)


def test_outputs() -> None:
    assert parse_output("material=SULPHATE,metal=500 kg,count=1") == TypedOutput(
        500 * 10**6, Material.SULPHATE, 1
    )
    assert parse_output("metal=REST, material=pack, count=12") == TypedOutput(
        None, Material.PACK, 12
    )
    assert parse_part("200 kg") == TypedOutput(200 * 10**6, None)
    assert parse_part("rest") == TypedOutput(None, None)
    assert parse_part("metal=1 t,count=3") == TypedOutput(10**9, None, 3)
    assert parse_part("count=3") == TypedOutput(None, None, 3)
    assert parse_output("material=pack,count=96") == TypedOutput(None, Material.PACK, 96)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "material=SULPHATE",
        "metal=1 t,metal=2 t",
        "metal=1 t,mass=2 t",
        "metal=1 t,count=0",
        "metal=1 t,count=-1",
        "metal=1 t,count=1.5",
        "metal=1 t,count=99999999999999999999",
        "metal=1 t,count=" + "0" * 10 + "1" * 5_000,
    ],
)
def test_outputs_that_are_none(text: str) -> None:
    with pytest.raises(OutputMalformed):
        parse_output(text)


@pytest.mark.parametrize("text", ["metal=500", "metal=5e3 kg", "metal=-1 kg", "metal=1 lb"])
def test_outputs_without_a_quantity(text: str) -> None:
    with pytest.raises(InputError):
        parse_output(text)


LOTS = [bytes.fromhex(start.ljust(64, "0")) for start in ("2f3a91c4", "2f3a91c5", "88d106fe")]


def test_a_lot_by_its_id_or_by_a_unique_beginning() -> None:
    whole = bytes.fromhex("ab" * 32)
    assert full_id("0x" + "AB" * 32) == whole
    assert named(whole.hex(), list, lambda one: False) == whole, "an id needs no vault"
    assert named("0x2F3A91C4", lambda: LOTS, lambda one: True) == LOTS[0]
    assert named("88d106fe00", lambda: LOTS, lambda one: True) == LOTS[2]


@pytest.mark.parametrize("text", ["", "0x", "2f3a91c", "lot 1", "ab" * 33, "2f3a91cg"])
def test_names_that_are_none(text: str) -> None:
    with pytest.raises(NameMalformed):
        full_id(text)


@pytest.mark.parametrize("text", ["zz", "2f3a91c4", ""])
def test_where_a_full_id_is_needed_its_own_error_says_so(text: str) -> None:
    with pytest.raises(SubjectMalformed, match="is no id"):
        required_id(text, SubjectMalformed)
    assert required_id("AB" * 32, SubjectMalformed) == bytes.fromhex("ab" * 32)


def test_beginnings_of_no_lot_or_of_several() -> None:
    with pytest.raises(NameUnknown):
        named("2f3a91c6", lambda: LOTS, lambda one: True)
    with pytest.raises(NameUnknown):
        named("2f3a91c4", lambda: LOTS, lambda one: False)
    twins = [LOTS[0], LOTS[0][:-1] + b"\1"]
    with pytest.raises(NameAmbiguous):
        named("2f3a91c4", lambda: twins, lambda one: True)
    assert named("2f3a91c4", lambda: twins, lambda one: one == twins[1]) == twins[1]


@pytest.mark.parametrize("text", ["5,5 t", "material=SULPHATE,metal=5,5 t"])
def test_a_decimal_comma_is_called_one(text: str) -> None:
    with pytest.raises(InputError) as refused:
        parse_part(text)
    assert "decimals use a point" in str(refused.value)
    assert "5.5 t" in str(refused.value)


@pytest.mark.parametrize("text", ["10x5t", "10 x 5 t", "10X5.0 t", "10×5000 kg", "10xmetal=5 t"])
def test_equal_parts_in_any_spelling(text: str) -> None:
    assert parse_alike(text) == [TypedOutput(5 * 10**9, None)] * 10


def test_equal_parts_of_units() -> None:
    assert parse_alike("4xcount=25") == [TypedOutput(None, None, 25)] * 4


@pytest.mark.parametrize("text", ["", "5t", "x5t", "0x5t", "-2x5t", "1.5x5t", "10x", "99999x1t",
                                  "3xrest", "10 5t"])  # fmt: skip
def test_what_names_no_equal_parts(text: str) -> None:
    with pytest.raises(PartsMalformed):
        parse_alike(text)


@pytest.mark.parametrize("text", ["10x5", "10x5,5t", "2xcount=0", "2x2x5t"])
def test_equal_parts_of_what_is_no_part(text: str) -> None:
    with pytest.raises(InputError):
        parse_alike(text)
