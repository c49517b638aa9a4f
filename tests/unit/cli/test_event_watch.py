"""A folder that documents are dropped into: signed, refused, and nothing twice."""

import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from errno import EACCES
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from lodetrace.cli import event_watch
from lodetrace.cli.context import CommandContext
from lodetrace.cli.event_sheets import site_identifier
from lodetrace.documents.identity import canonical
from lodetrace.documents.signed_document import SignedDocument
from lodetrace.errors import ExitCode
from lodetrace.member import drop_folder
from lodetrace.member.drop_folder import (
    SETTLED_SECONDS,
    DropFolder,
    DropFolderUnusable,
    DropFolderWatched,
)
from tests.unit.cli.conftest import DOMAIN, Run
from tests.unit.lodetrace.sheet_files import TITLES, row_of
from zk_circuits.keccak import keccak256

SITE = "9521234000013"


class Killed(BaseException):
    """The process ended."""


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    folder = tmp_path / "erp"
    folder.mkdir()
    return folder


@pytest.fixture
def member(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A session on a chain where nothing was filed; the folder of its register."""
    folder = home / "anvil" / "member"
    operators = {keccak256(canonical(site_identifier(SITE)).encode()): 1}

    @contextmanager
    def opened(cli: CommandContext) -> Iterator[Any]:
        contracts = SimpleNamespace(happened=lambda *kinds, **indexed: [])
        reads = SimpleNamespace(
            site=lambda site: SimpleNamespace(operator=operators.get(site)),
            account=lambda account: SimpleNamespace(organisation=1),
        )
        yield SimpleNamespace(folder=folder, contracts=contracts, reads=reads, account="0x01")

    monkeypatch.setattr(CommandContext, "member", opened)
    return folder


@pytest.fixture
def watch(run: Run, member: Path, drop: Path) -> Callable[..., Any]:
    def invoke(*more: str, code: ExitCode = ExitCode.OK) -> Any:
        words = ("event", "watch", str(drop), "--once", "--site", SITE, "--offset", "+00:00")
        done = run(*words, "--yes", "--json", "--dev-index", "3", *more)
        assert done.exit_code == code, done.output
        return json.loads(done.stdout)

    return invoke


def test_a_site_of_somebody_else_is_refused_at_once(run: Run, member: Path, drop: Path) -> None:
    done = run("event", "watch", str(drop), "--once", "--site", "9521234000020", "--yes")
    assert done.exit_code == ExitCode.REFUSED
    assert "is no site that your organisation operates" in done.stderr


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """Later than the files that a test writes: their writers have done with them."""
    shown = SimpleNamespace(ahead=10 * SETTLED_SECONDS)
    later = SimpleNamespace(time_ns=lambda: time.time_ns() + shown.ahead * 10**9)
    monkeypatch.setattr(drop_folder, "time", later)
    return shown


def dropped(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def sheet(*rows: list[str]) -> bytes:
    return "\n".join(";".join(row) for row in (list(TITLES), *rows)).encode()


@pytest.fixture
def paper(root: Path) -> bytes:
    return (root / "examples/cobalt/documents/mwinda-mine-M01.jsonld").read_bytes()


def places(drop: Path) -> dict[str, list[str]]:
    return {
        name: sorted(path.name for path in (drop / name).iterdir())
        for name in ("signed", "done", "refused")
    }


def test_documents_and_sheets_are_signed_and_put_away(
    watch: Callable[..., Any], drop: Path, paper: bytes
) -> None:
    dropped(drop / "a.jsonld", paper)
    dropped(drop / "b.csv", sheet(row_of(1), row_of(2)))
    rehearsed = watch("--dry-run")
    assert [len(one["signed"]) for one in rehearsed["files"]] == [1, 2]
    assert sorted(path.name for path in drop.iterdir()) == ["a.jsonld", "b.csv"]
    told = watch()["files"]
    assert [(one["file"], len(one["signed"])) for one in told] == [("a.jsonld", 1), ("b.csv", 2)]
    found = places(drop)
    assert (len(found["signed"]), found["done"], found["refused"]) == (3, ["a.jsonld", "b.csv"], [])
    signed = [SignedDocument.read(drop / "signed" / one) for one in found["signed"]]
    assert all(one.verify(DOMAIN) for one in signed)
    assert len({(one.site, one.sequence) for one in signed}) == 3


def test_what_is_not_in_order_is_refused_with_its_reason(
    watch: Callable[..., Any], drop: Path, paper: bytes
) -> None:
    dropped(drop / "a.jsonld", paper.replace(b"birth", b"brith"))
    dropped(drop / "b.jsonld", paper[:-20])
    dropped(drop / "c.json", b"{}")
    dropped(drop / "d.csv", sheet(row_of(1), row_of(2, Moisture="wet")))
    dropped(drop / "e.xlsx", b"PK no workbook")
    told = watch(code=ExitCode.INPUT)["files"]
    assert [len(one["signed"]) for one in told] == [0, 0, 0, 1, 0]
    found = places(drop)
    assert len(found["signed"]) == 1
    assert found["done"] == []
    assert len(found["refused"]) == 10
    reason = json.loads((drop / "refused" / "d.csv.reason.json").read_text())
    assert [one["rows"] for one in reason["refused"]] == [[3]]


def test_a_flag_is_a_refusal_where_nobody_is_asked(watch: Callable[..., Any], drop: Path) -> None:
    dropped(drop / "a.csv", sheet(row_of(1), row_of(2, Carbon="900000")))
    (one,) = watch(code=ExitCode.INPUT)["files"]
    assert len(one["signed"]) == 1
    assert one["refused"][0]["rows"] == [3]


def test_a_figure_of_two_meanings_is_not_guessed(watch: Callable[..., Any], drop: Path) -> None:
    unclear = row_of(1, **{"Wet mass": "20.150", "Moisture": "11", "Co": "30", "Carbon": "38"})
    dropped(drop / "a.csv", sheet(unclear))
    (one,) = watch(code=ExitCode.INPUT)["files"]
    assert "--decimal" in one["refused"][0]["reason"]
    dropped(drop / "b.csv", sheet(unclear))
    (one,) = watch("--decimal", "comma")["files"]
    assert len(one["signed"]) == 1


def test_a_sheet_needs_a_site(run: Run, member: Path, drop: Path) -> None:
    dropped(drop / "a.csv", sheet(row_of(1)))
    words = ("event", "watch", str(drop), "--once", "--yes", "--json", "--dev-index", "3")
    done = run(*words)
    assert done.exit_code == ExitCode.INPUT
    assert "--site" in json.loads(done.stdout)["files"][0]["refused"][0]["reason"]


@pytest.mark.parametrize("home_is_emptied", [False, True])
@pytest.mark.parametrize("step", ["before the files", "before the move"])
def test_whatever_kills_it_nothing_is_signed_twice(
    watch: Callable[..., Any],
    drop: Path,
    member: Path,
    paper: bytes,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    home_is_emptied: bool,
) -> None:
    dropped(drop / "a.jsonld", paper)
    dropped(drop / "b.csv", sheet(row_of(1), row_of(2)))
    with monkeypatch.context() as patched:

        def kill(*_: Any) -> None:
            raise Killed

        if step == "before the move":
            patched.setattr(DropFolder, "finish", kill)
        else:
            patched.setattr("lodetrace.cli.event.write_signed", kill)
        with pytest.raises((Killed, AssertionError)):
            watch()
    if home_is_emptied:
        shutil.rmtree(member)
    watch()
    found = places(drop)
    assert (len(found["signed"]), found["done"]) == (3, ["a.jsonld", "b.csv"])
    signed = [SignedDocument.read(drop / "signed" / one) for one in found["signed"]]
    assert len({(one.site, one.sequence) for one in signed}) == 3


def test_a_file_that_comes_again_is_signed_once(
    watch: Callable[..., Any], drop: Path, paper: bytes
) -> None:
    for _ in range(2):
        dropped(drop / "a.jsonld", paper)
        watch()
    found = places(drop)
    assert (len(found["signed"]), found["done"]) == (1, ["a.2.jsonld", "a.jsonld"])


def test_only_whole_files_of_its_own_are_read(
    drop: Path, paper: bytes, tmp_path: Path, clock: SimpleNamespace
) -> None:
    secret = dropped(tmp_path / "secret.json", paper)
    (drop / "link.json").symlink_to(secret)
    dropped(drop / ".hidden.json", paper)
    dropped(drop / "mail.eml", b"")
    (drop / "folder.json").mkdir()
    assert DropFolder(drop).waiting() == []
    dropped(drop / "whole.JSON", paper)
    clock.ahead = 0
    os.utime(drop / "whole.JSON", (0, 0))
    assert DropFolder(drop).waiting() == [], "it is being copied by a program that keeps times"
    clock.ahead = 2 * SETTLED_SECONDS
    assert [one.name for one in DropFolder(drop).waiting()] == ["whole.JSON"]


def test_one_watches_a_folder(drop: Path) -> None:
    with (
        DropFolder(drop).watching(),
        pytest.raises(DropFolderWatched),
        DropFolder(drop).watching(),
    ):
        pass
    with DropFolder(drop).watching():
        assert (drop / ".lodetrace.lock").exists(), "what is left behind is in nobody's way"


def test_a_folder_that_is_none_is_said(run: Run, member: Path, drop: Path) -> None:
    words = ("event", "watch", str(drop / "gone"), "--once", "--yes", "--dev-index", "3")
    assert run(*words).exit_code == ExitCode.INPUT
    drop.joinpath("signed").write_text("")
    with pytest.raises(DropFolderUnusable), DropFolder(drop).watching():
        pass


def test_nobody_is_signed_for_unasked(run: Run, member: Path, drop: Path) -> None:
    words = ("event", "watch", str(drop), "--once", "--dev-index", "3")
    assert run(*words).exit_code == ExitCode.USAGE
    assert event_watch.LOOK_SECONDS > 0


@pytest.mark.parametrize("change", ["grows", "goes", "is a link"])
def test_what_changes_while_it_is_read_is_not_signed(
    watch: Callable[..., Any],
    drop: Path,
    paper: bytes,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    change: str,
) -> None:
    file = dropped(drop / "a.csv", sheet(row_of(1)))
    judged = event_watch._Desk._judged

    def changing(desk: Any, path: Path) -> Any:
        found = judged(desk, path)
        if change == "grows":
            path.write_bytes(sheet(row_of(1), row_of(2)))
        else:
            path.unlink()
        if change == "is a link":
            path.symlink_to(dropped(tmp_path / "other.csv", sheet(row_of(3))))
        monkeypatch.setattr(event_watch._Desk, "_judged", judged)
        return found

    monkeypatch.setattr(event_watch._Desk, "_judged", changing)
    told = watch()["files"]
    assert [len(one["signed"]) for one in told] == ([2] if change == "grows" else [])
    assert places(drop)["refused"] == []
    assert file.is_symlink() is (change == "is a link")


def test_no_name_stops_the_others(watch: Callable[..., Any], drop: Path, paper: bytes) -> None:
    names = [f"{'ä' * 125}.json", "x" * 250 + ".json", os.fsdecode(b"\xff\x1b[2J.json"), "..json"]
    for _ in range(2):
        for name in names:
            dropped(drop / name, b"{}")
        dropped(drop / "zz.jsonld", paper)
        watch(code=ExitCode.INPUT)
    found = places(drop)
    assert (len(found["signed"]), len(found["done"])) == (1, 2)
    assert len(found["refused"]) == 12
    assert (drop / "..json").exists(), "it is hidden"


def test_a_spoilt_signed_file_refuses_nobody_elses(
    run: Run, watch: Callable[..., Any], drop: Path, paper: bytes
) -> None:
    dropped(drop / "a.jsonld", paper)
    (drop / "signed").mkdir()
    spoilt = drop / "signed" / "000001-x.signed.json"
    spoilt.write_text('{"document": {')
    words = ("event", "watch", str(drop), "--once", "--yes", "--dev-index", "3")
    done = run(*words)
    assert done.exit_code == ExitCode.STORAGE
    assert spoilt.name in done.stderr
    assert (drop / "a.jsonld").exists(), "what waits stays where it is"
    spoilt.unlink()
    assert len(watch()["files"][0]["signed"]) == 1


def test_a_file_that_nobody_may_read_is_refused(
    watch: Callable[..., Any], drop: Path, paper: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    dropped(drop / "a.jsonld", paper)
    dropped(drop / "b.csv", sheet(row_of(1)))
    opened = Path.open

    def denied(path: Path, *mode: Any, **more: Any) -> Any:
        if path.name == "a.jsonld":
            raise PermissionError(EACCES, os.strerror(EACCES), path)
        return opened(path, *mode, **more)

    monkeypatch.setattr(Path, "open", denied)
    told = watch(code=ExitCode.INPUT)["files"]
    assert "Permission denied" in told[0]["refused"][0]["reason"]
    assert len(told[1]["signed"]) == 1
