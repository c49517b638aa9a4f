"""Canonical bytes are those of RFC 8785."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lodetrace.canonical_json import canonical_bytes, document_hash
from lodetrace.strict_json import NumberRefused, parse
from zk_circuits.keccak import keccak256

# RFC 8785, section 3.2.3: keys stand in the order of their UTF-16 code units
UNORDERED = '{"\\u20ac": 1, "\\r": 2, "\\ufb33": 3, "1": 4, "\\ud83d\\ude00": 5, "\\u0080": 6, "\\u00f6": 7}'  # noqa: E501
ORDERED = '{"\\r":2,"1":4,"\u0080":6,"\u00f6":7,"\u20ac":1,"\U0001f600":5,"\ufb33":3}'

# section 3.2.2: literals and escapes; numbers within the bound that strict_json keeps
LITERALS = (
    '{"n": [4.50, 2e-3, 0.000001, 1E20, -0, 1.0], "l": [null, true, false],'
    ' "s": "\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/"}'
)
PLAIN = (
    '{"l":[null,true,false],"n":[4.5,0.002,0.000001,100000000000000000000,0,1],'
    '"s":"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
)

NESTED = '{"b": {}, "a": [[], {"z": "", "y": "\\u007f"}]}'
FLAT = '{"a":[[],{"y":"\x7f","z":""}],"b":{}}'


@pytest.mark.parametrize(
    ("text", "expected"), [(UNORDERED, ORDERED), (LITERALS, PLAIN), (NESTED, FLAT)]
)
def test_vectors(text: str, expected: str) -> None:
    assert canonical_bytes(parse(text.encode())) == expected.encode()


@given(
    st.decimals(
        allow_nan=False, allow_infinity=False, places=6, min_value=-(10**8), max_value=10**8
    )
)
def test_a_number_is_written_as_a_double_would_be(number: Decimal) -> None:
    """Within 15 digits the shortest form of the double (ECMAScript's) is the decimal itself."""
    text = f"{number:f}"
    try:
        exact = parse(f'{{"n": {text}}}'.encode())
    except NumberRefused:
        return
    double = json.loads(text)
    shortest = f"{Decimal(repr(double)):f}"
    shortest = shortest.rstrip("0").rstrip(".") if "." in shortest else shortest
    assert (
        canonical_bytes(exact) == f'{{"n":{"0" if shortest in ("-0", "") else shortest}}}'.encode()
    )


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**14), 10**14) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=12,
)


@pytest.mark.slow
@given(st.dictionaries(st.text(max_size=5), _JSON, max_size=5), st.randoms())
def test_order_and_spaces_do_not_matter(value: dict[str, Any], random: Any) -> None:
    keys = list(value)
    random.shuffle(keys)
    shuffled = {key: value[key] for key in keys}
    compact = parse(json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass"))
    spaced = parse(json.dumps(shuffled, indent=3).encode())
    assert canonical_bytes(compact) == canonical_bytes(spaced)
    assert parse(canonical_bytes(compact)) == compact


def test_the_document_hash_is_keccak_of_the_canonical_bytes() -> None:
    assert document_hash({"b": Decimal("1.50"), "a": None}) == keccak256(b'{"a":null,"b":1.5}')


def test_what_is_no_json_is_refused() -> None:
    with pytest.raises(TypeError):
        canonical_bytes({"a": 1.5})  # type: ignore[dict-item]
