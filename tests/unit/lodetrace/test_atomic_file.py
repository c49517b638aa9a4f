"""A file is replaced whole or stays as it was."""

import os
import stat
from pathlib import Path

import pytest

from lodetrace.atomic_file import PRIVATE, PUBLIC, replace_file


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
@pytest.mark.parametrize("mode", [PUBLIC, PRIVATE])
def test_the_file_has_its_content_and_mode(tmp_path: Path, mode: int, umask: int) -> None:
    path = tmp_path / "record.json"
    path.write_bytes(b"before")
    before = os.umask(umask)
    try:
        replace_file(path, b"after", mode)
    finally:
        os.umask(before)
    assert path.read_bytes() == b"after"
    assert stat.S_IMODE(path.stat().st_mode) == mode
    assert [*tmp_path.iterdir()] == [path]


def test_a_disk_that_refuses_leaves_the_earlier_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "record.json"
    path.write_bytes(b"before")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        replace_file(path, b"after")
    assert path.read_bytes() == b"before"
    assert [*tmp_path.iterdir()] == [path]


def test_a_name_as_long_as_the_disk_allows(tmp_path: Path) -> None:
    path = tmp_path / ("n" * 255)
    replace_file(path, b"content")
    assert path.read_bytes() == b"content"
