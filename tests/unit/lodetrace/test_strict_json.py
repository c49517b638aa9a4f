"""JSON from strangers: each defect has its own error, and nothing huge is built first."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from lodetrace.audit.anchor import Anchor
from lodetrace.cli.audit.files import read_names
from lodetrace.cli.opening_file import read_opening
from lodetrace.contracts.deployment import Deployment
from lodetrace.errors import ExitCode, LodetraceError
from lodetrace.network.files import read_json
from lodetrace.network.join_bundle import read_bundle, read_cards
from lodetrace.strict_json import (
    MAX_BYTES,
    MAX_DEPTH,
    MAX_TEXT,
    MAX_VALUES,
    DocumentMalformed,
    DocumentMissing,
    DocumentNotJson,
    DocumentTooLarge,
    DocumentUnreadable,
    KeyDuplicated,
    NumberRefused,
    parse,
    read_bytes,
)


def test_numbers_are_exact_decimals() -> None:
    assert parse(b'{"a": 20035.10, "b": 0.1, "c": -7, "d": 1e3, "e": 0e9}') == {
        "a": Decimal("20035.10"),
        "b": Decimal("0.1"),
        "c": Decimal(-7),
        "d": Decimal(1000),
        "e": Decimal(0),
    }


def test_everything_at_its_limit_passes() -> None:
    nested = b"[" * (MAX_DEPTH - 1) + b"]" * (MAX_DEPTH - 1)
    assert parse(b'{"a": ' + nested + b"}")
    assert parse(b'{"a": "' + b"x" * MAX_TEXT + b'"}')
    assert parse(b'{"a": [' + b",".join([b"1"] * (MAX_VALUES - 2)) + b"]}")
    assert parse(b'{"a": 123456789012345000000, "b": 0.00000123456789012345}')


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b'{"a": 1',
        b'{"a": "never ends',
        b'{"a": "ends in an escape\\',
        b"[1, 2]",
        b'"text"',
        b"null",
        b'{"a": 01}',
        b'{"a": .5}',
        b'{"a": +1}',
        b"{'a': 1}",
        b'{"a": 1,}',
        b'{"a": 1} {"b": 2}',
        b'\xef\xbb\xbf{"a": 1}',
        b'{"a": "\xff"}',
        b'{"a": "\x00"}',
        b'{"a": "\\ud800"}',
        b'{"\\udfff": 1}',
        b'{"a": ["\\udc00 alone"]}',
        '{"a": "utf-16"}'.encode("utf-16"),
    ],
)
def test_malformed(data: bytes) -> None:
    with pytest.raises(DocumentMalformed):
        parse(data)


@pytest.mark.parametrize(
    ("sentence", "data"),
    [
        ("it is XML", b"<?xml version='1.0'?><epcis/>"),
        ("it is XML", b"\n <epcis:EPCISDocument/>"),
        ("byte order mark", b'\xef\xbb\xbf{"a": 1}'),
        ("it is UTF-16", '{"a": 1}'.encode("utf-16")),
    ],
)
def test_another_format_has_its_own_sentence(sentence: str, data: bytes) -> None:
    with pytest.raises(DocumentNotJson, match=sentence):
        parse(data)


@pytest.mark.parametrize(
    ("what", "data"),
    [
        ("bytes", b'{"a": "' + b" " * MAX_BYTES + b'"}'),
        ("levels", b'{"a": ' + b"[" * MAX_DEPTH + b"]" * MAX_DEPTH + b"}"),
        ("levels", b'{"a":' * 100_000),
        ("bytes of a text", b'{"a": "' + b"x" * (MAX_TEXT + 1) + b'"}'),
        ("bytes of a text", b'{"' + b"x" * (MAX_TEXT + 1) + b'": 1}'),
        ("values", b'{"a": [' + b",".join([b"1"] * MAX_VALUES) + b"]}"),
        ("values", b"{}" * (MAX_VALUES + 1)),
    ],
)
def test_too_large(what: str, data: bytes) -> None:
    with pytest.raises(DocumentTooLarge) as caught:
        parse(data)
    assert caught.value.values["what"] == what


def test_escaped_quotes_do_not_hide_depth() -> None:
    deep = b"[" * (MAX_DEPTH + 1)
    with pytest.raises(DocumentTooLarge):
        parse(b'{"a\\"": ' + deep)
    assert parse(b'{"a": "\\"' + b"[" * 40 + b'"}')


def test_a_backslash_flood_is_linear() -> None:
    with pytest.raises((DocumentMalformed, DocumentTooLarge)):
        parse(b'{"a": ' + b'"\\' * (MAX_BYTES // 2 - 10))


@pytest.mark.parametrize("data", [b'{"a": 1, "a": 2}', b'{"b": [{"a": 1, "\\u0061": 1}]}'])
def test_duplicate_key(data: bytes) -> None:
    with pytest.raises(KeyDuplicated) as caught:
        parse(data)
    assert caught.value.values["key"] == "a"


@pytest.mark.parametrize(
    "number",
    [
        "NaN",
        "Infinity",
        "-Infinity",
        "1234567890123456",
        "0.1234567890123456",
        "1e21",
        "1e-7",
        "1e999999999999999999999",
        "9" * 5000,
        "0." + "0" * 60 + "1",
    ],
)
def test_number_that_readers_would_take_differently(number: str) -> None:
    with pytest.raises(NumberRefused):
        parse(b'{"a": ' + number.encode() + b"}")


def test_read_bytes_stops_at_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "huge.json"
    with path.open("wb") as file:
        file.truncate(100 * MAX_BYTES)  # sparse: no disk is used
    with pytest.raises(DocumentTooLarge):
        read_bytes(path)


def test_read_bytes_of_what_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(DocumentUnreadable) as refused:
        read_bytes(tmp_path)
    assert refused.value.exit_code is ExitCode.STORAGE


def test_read_bytes_of_a_file_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(DocumentMissing, match=r"absent\.json does not exist") as missing:
        read_bytes(tmp_path / "absent.json")
    assert missing.value.exit_code is ExitCode.NOT_FOUND


def twice(folder: Path) -> Path:
    path = folder / "file.json"
    path.write_text('{"format": "lodetrace", "format": "lodetrace"}', "utf-8")
    return path


@pytest.mark.parametrize(
    "read",
    [Anchor.load, Deployment.load, read_names, lambda path: read_opening(path, list), read_json,
     read_bundle, lambda path: read_cards([path])],
)  # fmt: skip
def test_no_file_has_a_key_twice(tmp_path: Path, read: Callable[[Path], object]) -> None:
    with pytest.raises(LodetraceError) as refused:
        read(twice(tmp_path))
    cause: BaseException | None = refused.value
    while cause is not None and not isinstance(cause, KeyDuplicated):
        cause = cause.__cause__
    assert cause is not None, f"another reason: {refused.value}"
