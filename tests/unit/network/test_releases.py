"""The table of releases, and the archive that is checked before it is unpacked."""

import functools
import hashlib
import io
import tarfile
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from lodetrace.network.errors import DownloadRefused
from lodetrace.network.releases import Archive, fetch, known_releases, parse_version
from lodetrace.network.upgrade import Facts, Point, upgrade_points

TABLE = known_releases()


def tarball(members: dict[str, bytes]) -> bytes:
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w:gz") as opened:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size, info.mode = len(content), 0o755
            opened.addfile(info, io.BytesIO(content))
    return raw.getvalue()


GOOD = {"besu-9.9.9/bin/besu": b"#!/bin/sh\n", "besu-9.9.9/lib/besu.jar": b"jar"}


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Any]:
    """Serves a file; gives the archive that the table would name."""
    folder = tmp_path / "served"
    folder.mkdir()
    handler = functools.partial(Quiet, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()

        def serve(content: bytes) -> Archive:
            (folder / "besu.tar.gz").write_bytes(content)
            address = f"http://127.0.0.1:{server.server_port}/besu.tar.gz"
            return Archive(address, hashlib.sha256(content).hexdigest(), "this test")

        yield serve
        server.shutdown()


def test_a_release_is_fetched_checked_and_unpacked(served: Any, tmp_path: Path) -> None:
    home = fetch(served(tarball(GOOD)), tmp_path / "besu")
    assert home == tmp_path / "besu" / "besu-9.9.9"
    assert (home / "bin" / "besu").stat().st_mode & 0o100
    assert not list((tmp_path / "besu").glob(".*"))


def test_another_file_is_not_unpacked(served: Any, tmp_path: Path) -> None:
    archive = replace(served(tarball(GOOD)), sha256="0" * 64)
    with pytest.raises(DownloadRefused, match="instead of 0000"):
        fetch(archive, tmp_path / "besu")
    assert list((tmp_path / "besu").iterdir()) == []


def test_an_address_that_is_not_reached_says_what_to_do(tmp_path: Path) -> None:
    archive = Archive("http://127.0.0.1:9/besu.tar.gz", "0" * 64, "this test")
    with pytest.raises(DownloadRefused, match="cannot be reached from here") as caught:
        fetch(archive, tmp_path / "besu")
    assert "BESU_HOME" in caught.value.advice


def test_a_missing_file_is_said(served: Any, tmp_path: Path) -> None:
    archive = served(tarball(GOOD))
    with pytest.raises(DownloadRefused, match="cannot be reached"):
        fetch(replace(archive, address=archive.address + ".gone"), tmp_path / "besu")


def test_an_archive_that_came_by_hand_is_checked_alike(tmp_path: Path) -> None:
    carried = tmp_path / "carried.tar.gz"
    carried.write_bytes(tarball(GOOD))
    digest = hashlib.sha256(carried.read_bytes()).hexdigest()
    archive = Archive("http://127.0.0.1:9/", digest, "this test")
    assert fetch(archive, tmp_path / "besu", carried).name == "besu-9.9.9"
    with pytest.raises(DownloadRefused, match="sha256"):
        fetch(replace(archive, sha256="1" * 64), tmp_path / "other", carried)


@pytest.mark.parametrize(
    "members", [{"besu-9.9.9/README": b""}, {"../escaped/bin/besu": b""}, {"/abs/bin/besu": b""}]
)
def test_an_archive_without_a_besu_or_with_paths_that_leave_is_refused(
    served: Any, tmp_path: Path, members: dict[str, bytes]
) -> None:
    with pytest.raises(DownloadRefused):
        fetch(served(tarball(members)), tmp_path / "besu")
    assert not (tmp_path / "escaped").exists()


def test_what_is_no_archive_is_refused(served: Any, tmp_path: Path) -> None:
    with pytest.raises(DownloadRefused, match="no archive"):
        fetch(served(b"<html>not found</html>"), tmp_path / "besu")


def test_the_table_is_in_order_and_names_its_archives() -> None:
    versions = [one.version for one in TABLE.releases]
    assert versions == sorted(set(versions))
    assert TABLE.least in versions
    recommended = TABLE.find(TABLE.recommended)
    assert recommended is not None
    assert recommended.verdict in ("run", "measured")
    assert recommended.archive is not None
    for one in TABLE.releases:
        assert one.changes
        assert one.verdict in ("run", "measured", "known", "avoid")
        if one.archive is not None:
            assert len(bytes.fromhex(one.archive.sha256)) == 32
            assert one.name in one.archive.address
            assert one.archive.attested


def facts(**given: Any) -> Facts:
    usual: dict[str, Any] = {
        "installed": parse_version("25.8.0"),
        "wanted": parse_version("25.12.0"),
        "java": 21,
        "config": {"berlinBlock": 0, "londonBlock": 0, "shanghaiTime": 0},
        "data_bytes": 1 << 30,
        "free_bytes": 1 << 32,
        "running": {"seals1": "besu/v25.8.0/linux-x86_64/openjdk-java-21"},
    }
    return Facts(**{**usual, **given})


def found(**given: Any) -> dict[str, Point]:
    return {one.what: one for one in upgrade_points(facts(**given), TABLE)}


def test_an_upgrade_in_order_lists_what_changes() -> None:
    points = upgrade_points(facts(), TABLE)
    assert {one.verdict for one in points} == {"ok"}
    assert sum(one.what.startswith("changes in 25.") for one in points) >= 4
    assert not any("25.8.0" in one.what for one in points), "what is installed is no change"


REFUSED = {
    "an older version": ({"wanted": (25, 7, 0)}, "version"),
    "a Java that is too old": ({"java": 17}, "java"),
    "a release to be avoided": ({"wanted": (26, 1, 0)}, "release"),
    "validators that do not understand each other": ({"wanted": (26, 2, 0)}, "way"),
    "a fork without its contracts": ({"config": {"pragueTime": 0}}, "forks"),
    "a disk that is too full": ({"free_bytes": 1 << 30}, "disk"),
}


@pytest.mark.parametrize("reason", REFUSED)
def test_an_upgrade_is_refused_for(reason: str) -> None:
    given, what = REFUSED[reason]
    assert found(**given)[what].verdict == "failed"


def test_a_release_that_nobody_ran_is_a_warning() -> None:
    assert found(wanted=(26, 3, 0))["release"].verdict == "warning"
    assert found(wanted=(31, 0, 0))["version"].verdict == "warning"


def test_a_node_that_runs_another_version_is_a_warning() -> None:
    assert found(running={"seals1": "besu/v25.12.0"})["seals1"].verdict == "warning"
