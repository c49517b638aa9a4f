"""One batch, one place: every spelling that the event hash takes for the same is the same."""

import logging
from collections.abc import Callable

import pytest
from epcis_event_hash_generator import dl_normaliser
from epcis_event_hash_generator.dl_normaliser import normaliser
from hypothesis import given
from hypothesis import strategies as st
from stdnum import ean

from lodetrace.documents.identity import (
    canonical,
    is_batch,
    is_uri,
    is_within,
    seal_number,
    wrong_check_digit,
)

BATCH = "https://id.gs1.org/01/09521234000013/10/XZ7"
ESCAPED = "https://id.gs1.org/01/09521234000013/10/A%2FB%28"
SITE = "https://id.gs1.org/414/9521234000013"

SPELLINGS = [
    (BATCH, BATCH),
    ("https://id.gs1.org/01/9521234000013/10/XZ7", BATCH),
    ("https://example.com/01/09521234000013/10/XZ7", BATCH),
    ("https://user@example.com:8443/shop/eu/01/09521234000013/10/XZ7", BATCH),
    ("https://id.gs1.org/01/09521234000013/10/XZ7?15=271231", BATCH),
    ("https://id.gs1.org/01/09521234000013/10/XZ7?15=271231#top", BATCH),
    ("https://id.gs1.org/01/09521234000013/10/XZ7#top", BATCH),
    ("https://id.gs1.org/01/09521234000013/10/XZ7/", BATCH),
    ("http://id.gs1.org/01/09521234000013/10/XZ7", BATCH),
    ("HTTPS://ID.GS1.ORG/01/09521234000013/10/XZ7", BATCH),
    ("https://id.gs1.org/gtin/09521234000013/lot/XZ7", BATCH),
    ("https://id.gs1.org/01/09521234000013/22/2A/10/XZ7", BATCH),
    ("https://id.gs1.org/gtin/9521234000013/cpv/2A/lot/XZ7", BATCH),
    ("https://id.gs1.org/01/09521234000013/10/%58Z%37", BATCH),
    ("urn:epc:class:lgtin:952123400.0001.XZ7", BATCH),
    ("URN:EPC:class:lgtin:952123400.0001.XZ7", BATCH),
    ("urn:epc:class:lgtin:952123400.0001.%58Z7", BATCH),
    (ESCAPED, ESCAPED),
    ("http://example.com/gtin/9521234000013/lot/A%2fB(", ESCAPED),
    ("urn:epc:class:lgtin:952123400.0001.A%2FB(", ESCAPED),
    ("https://id.gs1.org/01/73513537/10/B1", "https://id.gs1.org/01/00000073513537/10/B1"),
    ("https://id.gs1.org/01/012345678905/10/B1", "https://id.gs1.org/01/00012345678905/10/B1"),
    (SITE, SITE),
    ("http://example.org/gln/9521234000013", SITE),
    ("https://id.gs1.org/414/9521234000013?x=1", SITE),
    ("urn:epc:id:sgln:952123400.001.0", SITE),
    ("urn:epc:id:sgln:952123400.001.dock1", f"{SITE}/254/dock1"),
    ("https://id.gs1.org/414/9521234000013/254/dock1", f"{SITE}/254/dock1"),
    ("https://id.gs1.org/party/9521234000013", "https://id.gs1.org/417/9521234000013"),
    # no key of GS1: RFC 3986 alone, so what stands behind ? and # counts
    ("HTTPS://Example.org/Sites/%7euser?id=%2f#A", "https://example.org/Sites/~user?id=%2F#A"),
    ("urn:UUID:6FA459EA", "urn:uuid:6FA459EA"),
    ("urn:other", "urn:other"),
]


@pytest.mark.parametrize(("spelling", "expected"), SPELLINGS)
def test_one_form_for_all_spellings(spelling: str, expected: str) -> None:
    assert canonical(spelling) == expected
    assert canonical(expected) == expected, "a canonical form stays as it is"


@pytest.mark.parametrize(
    "other",
    [
        "https://id.gs1.org/01/09521234000013/10/xz7",
        "https://id.gs1.org/01/09521234000013/10/XZ70",
        "https://id.gs1.org/01/09521234000020/10/XZ7",
        "https://id.gs1.org/01/19521234000010/10/XZ7",
        "urn:epc:class:lgtin:952123400.1001.XZ7",
    ],
)
def test_another_batch_stays_another(other: str) -> None:
    assert is_batch(canonical(other))
    assert canonical(other) != BATCH


@pytest.mark.parametrize(
    "uri",
    [
        "https://id.gs1.org/01/09521234000013",
        "https://id.gs1.org/01/09521234000013/21/7",
        "https://id.gs1.org/01/09521234000013/10/XZ7/21/7",
        "https://id.gs1.org/01/09521234000013?10=XZ7",
        "https://id.gs1.org/01/0952123400001/11/XZ7",
        "https://id.gs1.org/01/09521234000013/10/XZ7/10/XZ8",
        "https://id.gs1.org/01/09521234000013/10/",
        "https://id.gs1.org/01/09521234000013/10/" + "X" * 21,
        "https://id.gs1.org/01/09521234000013/10/%C3%A9",
        "https://id.gs1.org/00/095212340000000017",
        "https://id.gs1.org/01/952123400001/lot",
        "urn:epc:class:lgtin:952123400.001.XZ7",
        "urn:epc:id:sgtin:952123400.0001.7",
        "urn:epc:idpat:sgtin:952123400.0001.*",
        "urn:uuid:6fa459ea-ee8a-3ca4-894e-db77e160355e",
        "https://example.org/batches/XZ7",
    ],
)
def test_what_is_no_batch(uri: str) -> None:
    assert not is_batch(canonical(uri))


@pytest.mark.parametrize(
    ("uri", "wrong"),
    [
        (BATCH, None),
        ("https://id.gs1.org/01/09521234000014/10/XZ7", "09521234000014"),
        (SITE, None),
        ("https://id.gs1.org/414/9521234000014", "9521234000014"),
        ("https://id.gs1.org/00/095212340000000013", None),
        ("https://id.gs1.org/00/095212340000000017", "095212340000000017"),
        ("https://example.org/batches/XZ7", None),
    ],
)
def test_check_digits(uri: str, wrong: str | None) -> None:
    assert wrong_check_digit(uri) == wrong


@pytest.mark.parametrize(
    "text",
    [
        BATCH + "\u200b",
        BATCH.replace("X", "\u0425"),
        BATCH.replace("id", "\uff49d"),
        BATCH + " ",
        BATCH + "\n",
        BATCH + "%2",
        BATCH + "\x1b[2J",
        "id.gs1.org/01/09521234000013/10/XZ7",
        "",
    ],
)
def test_what_is_no_uri(text: str) -> None:
    assert is_uri(BATCH)
    assert not is_uri(text)


def test_a_part_of_a_site() -> None:
    assert is_within(SITE, SITE)
    assert is_within(f"{SITE}/254/dock1", SITE)
    assert not is_within(f"{SITE}0", SITE)
    assert not is_within("https://id.gs1.org/414/9521234000020", SITE)


@pytest.mark.parametrize("seal", ["MWD-700001", "mwd-700001", "MWD -700001", " Mwd-7000 01"])
def test_a_seal_is_what_is_printed_on_it(seal: str) -> None:
    assert seal_number(seal) == "MWD-700001"


GTINS = (
    st.integers(0, 10**12 - 1)
    .map(lambda number: f"{number:012d}")
    .map(lambda digits: digits + ean.calc_check_digit(digits))
)
NUMBERS = st.text("!\"%&'()*+,-./09:;<=>?AZ_az", min_size=1, max_size=20)


def escaped(number: str, plain: str) -> str:
    return "".join(one if one in plain else f"%{ord(one):02X}" for one in number)


LINK: Callable[[str, str], str] = lambda gtin, number: (  # noqa: E731
    f"https://id.gs1.org/01/0{gtin}/10/{escaped(number, chr(39) + '-.09;=AZ_az')}"
)


@given(GTINS, NUMBERS, st.sampled_from(["https://id.gs1.org", "http://a.example/b"]),
       st.sampled_from([("01", "10"), ("gtin", "lot")]), st.sampled_from(["", "0"]),
       st.sampled_from(["", "?17=261231"]), st.integers(6, 12))  # fmt: skip
def test_links_and_urns_of_one_batch(
    gtin: str, number: str, host: str, words: tuple[str, str], zero: str, query: str, prefix: int
) -> None:
    expected = LINK(gtin, number)
    key, lot = words
    assert canonical(expected) == expected
    assert canonical(f"{host}/{key}/{zero}{gtin}/{lot}/{escaped(number, 'AZaz09')}{query}") == (
        expected
    )
    company, item = gtin[:prefix], gtin[prefix:-1]
    urn = f"urn:epc:class:lgtin:{company}.0{item}.{escaped(number, 'AZaz09-_.')}"
    assert canonical(urn) == expected
    assert is_batch(expected)


ANY_LINK = st.builds(
    "{}://{}{}/{}/{}/{}{}".format,
    st.sampled_from(["https", "http"]),
    st.sampled_from(["id.gs1.org", "example.com", "a:b@c.example:1"]),
    st.sampled_from(["", "/x", "/01", "/10/y", "/lot"]),
    st.sampled_from(["01", "gtin", "414", "gln", "00", "sscc", "8006", "8003", "417"]),
    st.sampled_from(["09521234000013", "9521234000013", "012345678905", "73513537",
                     "095212340000000017", "095212340000130102"]),
    st.lists(st.sampled_from(["10/XZ7", "lot/A.b", "21/7", "ser/q", "22/2A", "cpv/3", "254/d"]),
             max_size=3).map("/".join),
    st.sampled_from(["", "?a=b", "#f", "?a=b#f", "/"]),
)  # fmt: skip


@given(ANY_LINK)
def test_what_the_event_hash_takes_for_the_same_is_the_same(uri: str) -> None:
    """The reference package gives one text for both, so no rule may tell them apart."""
    hashed = normaliser(uri)
    if hashed is not None:
        assert canonical(uri) == canonical(hashed)


def test_no_uri_reaches_the_log(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reference package writes what it cannot read into the root logger."""

    def leak(*_: object) -> None:
        raise AssertionError("a document is in the log")

    monkeypatch.setattr(dl_normaliser, "logging", logging)
    monkeypatch.setattr(logging, "debug", leak)
    assert canonical("urn:lodetrace:nodot") == "urn:lodetrace:nodot"
