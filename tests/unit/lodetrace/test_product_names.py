"""One car, one product: however its number was typed."""

import pytest

from lodetrace.member.products import ProductIdentifierEmpty, no_vehicle_letters, product_name

VIN = "WVWZZZ1JZXW000777"


@pytest.mark.parametrize(
    "typed",
    [
        VIN,
        VIN.lower(),
        f"  {VIN}\n",
        "WVWZZZ1JZXW 000777",
        "WVW\u00a0ZZZ\u20091JZXW000777",
        f"{VIN}\u200b",
        f"\ufeff{VIN}\u2060",
        "WVWZZZ\u00ad1JZXW000777",
        "WVWZZZ1JZXW\ufe0f000777",
        "WVWZZZ1JZXW\u034f000777",
        "\uff37VWZZZ1JZXW000777",
        "\u24cc\U0001d54dWZZZ1JZXW000777",
        "w\U0001d567wzzz1jzxw000777",
    ],
)
def test_one_name_for_all_spellings(typed: str) -> None:
    assert product_name(typed) == VIN


@pytest.mark.parametrize("text", ["", " ", "\u200b", "\u2060\u00a0", "\ufe0f"])
def test_a_name_without_ink_is_none(text: str) -> None:
    with pytest.raises(ProductIdentifierEmpty):
        product_name(text)


def test_letters_are_composed() -> None:
    assert product_name("voiture-e\u0301") == product_name("VOITURE-\u00c9") == "VOITURE-\u00c9"


def test_other_names_stay_others() -> None:
    assert len({product_name(one) for one in ("A-1", "A1", "A_1", "A.1", "\u0410-1")}) == 5


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        (VIN, ""),
        ("WVWZZZ1JZXWOOO777", "O"),
        ("WVWZZZIJQXW000777", "IQ"),
        ("\u0410VWZZZ1JZXW000777", "\u0410"),
        ("BATTERY-PACK-0001", ""),
        ("COBALT0001", ""),
    ],
)
def test_what_looks_like_a_vehicle_number_and_cannot_be_one(name: str, letters: str) -> None:
    assert no_vehicle_letters(name) == letters
