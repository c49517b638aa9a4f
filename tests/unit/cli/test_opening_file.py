"""Openings in files: our JSON, hexadecimal digits and bare bytes; nothing else."""

import json
from pathlib import Path

import pytest

from lodetrace.cli.opening_file import (
    OpeningFileMalformed,
    OpeningFileUnreadable,
    OpeningFileUnwritable,
    read_opening,
    write_opening,
)
from lodetrace.keys.sealed_opening import boxed, encode_opening
from lodetrace.keys.viewing import BoxUnreadable, ViewingKey
from zk_circuits.balance import Balance
from zk_circuits.commitment import Opening
from zk_circuits.tags import Tag, TagType

OPENING = Opening(Tag(27, TagType.LOT), Balance(6, 5, 4, credits=(3, 2, 1, 0)), 1 << 200)
KEY = ViewingKey(bytes(range(32)))


def no_keys() -> tuple[ViewingKey, ...]:
    raise AssertionError("a plain opening needs no keys")


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "lot.opening.json"
    write_opening(path, bytes(32), OPENING)
    assert read_opening(path, no_keys) == OPENING
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(OpeningFileUnwritable):
        write_opening(path, bytes(32), OPENING)


@pytest.mark.parametrize("prefix", ["", "0x"])
@pytest.mark.parametrize("sealed", [False, True])
def test_bytes_and_digits(tmp_path: Path, prefix: str, sealed: bool) -> None:
    plain = encode_opening(OPENING)
    content = boxed(plain, KEY.public) if sealed else plain
    digits, bare = tmp_path / "digits", tmp_path / "bytes"
    digits.write_text(f"{prefix}{content.hex()}\n", "ascii")
    bare.write_bytes(content)
    for path in (digits, bare):
        assert read_opening(path, lambda: [KEY]) == OPENING


def test_a_box_for_somebody_else(tmp_path: Path) -> None:
    path = tmp_path / "box"
    path.write_bytes(boxed(encode_opening(OPENING), ViewingKey(bytes(32)).public))
    with pytest.raises(BoxUnreadable):
        read_opening(path, lambda: [KEY])


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"0x12",
        b"not hexadecimal",
        bytes(5_000),
        json.dumps({"format": "lodetrace-opening/1", "opening": "0x" + "00" * 128}).encode(),
        json.dumps({"format": "lodetrace-opening/2", "opening": 7}).encode(),
        b"{" * 100,
        b'{"a":' + b"[" * 4_000,
        b"\xff" * 50,
    ],
)
def test_files_that_hold_none(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(OpeningFileMalformed):
        read_opening(path, no_keys)


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(OpeningFileUnreadable):
        read_opening(tmp_path / "absent", no_keys)
