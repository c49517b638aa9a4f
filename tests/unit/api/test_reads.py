"""The log of who asked what: written before the answer, only added to, and seen when changed."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError
from typer.testing import CliRunner

from api.access.reads import BEFORE_THE_FIRST, FIELDS, Head, Reads, exported, head_of
from api.access.store import open_access_store
from api.access.tables import reads
from api.cli import app
from api.errors import ReadsAltered
from lodetrace.text import hex_of
from tests.support.audit_world import address, word
from tests.unit.api.members_gateway import MembersGateway


@pytest.fixture
def served(tmp_path: Path) -> Iterator[MembersGateway]:
    made = MembersGateway.over(f"sqlite:///{tmp_path / 'index.db'}")
    yield made
    made.engine.dispose()


@pytest.fixture
def log(database_url: str) -> Iterator[Reads]:
    engine = open_access_store(database_url)
    yield Reads(engine)
    engine.dispose()


def line(number: int) -> dict[str, Any]:
    return {"time": 1_800_000_000 + number, "account": "0xA", "organisation": "0xB",
            "method": "GET", "target": f"/lots?limit={number}", "block": number}  # fmt: skip


def filled(log: Reads, many: int = 5) -> list[dict[str, Any]]:
    for number in range(many):
        log.add(**line(number))
    return list(log.lines())


# --- what is written -----------------------------------------------------------------------------


def test_who_asked_what_is_written_down(served: MembersGateway) -> None:
    block = served.catch_up()
    assert served.ask("/lots?limit=2", "alpha").status_code == 200
    assert served.ask(f"/lots/0x{'ab' * 32}", "beta").status_code == 404
    told = list(served.gateway.access.reads.lines())
    assert [(one["account"], one["method"], one["target"]) for one in told] == [
        (address("alpha"), "GET", "/lots?limit=2"),
        (address("beta"), "GET", f"/lots/0x{'ab' * 32}"),
    ]
    assert {(one["time"], one["block"]) for one in told} == {(served.now, block)}
    assert told[0]["organisation"] == hex_of(word("alpha"))


def test_what_told_nobody_anything_is_not_written_down(served: MembersGateway) -> None:
    tag = served.ask("/lots", "alpha").headers["etag"]
    written = len(list(served.gateway.access.reads.lines()))
    headers = {"Authorization": f"Bearer {served.token('alpha')}", "If-None-Match": tag}
    assert served.client.get("/lots", headers=headers).status_code == 304
    assert served.client.get("/lots").status_code == 401
    assert served.ask("/health").status_code == 200
    assert len(list(served.gateway.access.reads.lines())) == written


def test_what_cannot_be_written_down_is_not_told(served: MembersGateway) -> None:
    served.token("alpha")
    with served.gateway.access.engine.begin() as connection:
        connection.execute(text("ALTER TABLE reads RENAME TO gone"))
    refused = served.ask("/lots", "alpha")
    assert (refused.status_code, refused.json()["code"]) == (503, "DatabaseUnreachable")


def test_the_log_holds_no_token(served: MembersGateway) -> None:
    served.ask("/lots", "alpha")
    assert served.token("alpha") not in repr(list(served.gateway.access.reads.lines()))


def test_the_log_is_the_operators_to_read(tmp_path: Path) -> None:
    file = tmp_path / "access.db"
    log = Reads(open_access_store(f"sqlite:///{file}"))
    filled(log)
    with log.engine.connect():
        modes = {one.name: one.stat().st_mode & 0o777 for one in tmp_path.glob("access.db*")}
    assert set(modes.values()) == {0o600}, modes


# --- append-only ---------------------------------------------------------------------------------


def test_the_database_refuses_to_change_what_was_written(log: Reads) -> None:
    filled(log)
    for act in ("UPDATE reads SET account = 'x'", "DELETE FROM reads WHERE number = 3"):
        with pytest.raises(DBAPIError, match="only added"), log.engine.begin() as connection:
            connection.execute(text(act))
    assert head_of(log.lines()).number == 5


def test_gateways_that_write_at_once_make_one_chain(log: Reads) -> None:
    failures: list[Exception] = []

    def write() -> None:
        try:
            filled(log, 20)
        except Exception as error:  # noqa: BLE001 - shown by the test
            failures.append(error)

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert head_of(log.lines()).number == 80


# --- what was changed is seen --------------------------------------------------------------------


def test_a_log_as_it_was_written_has_its_end(log: Reads) -> None:
    assert head_of(log.lines()) == Head(0, BEFORE_THE_FIRST)
    lines = filled(log)
    end = head_of(lines)
    assert end == Head(5, lines[-1]["hash"])
    log.add(**line(9))
    assert head_of(log.lines(), known=end).number == 6


@pytest.mark.parametrize("name", [*FIELDS, "hash"])
@pytest.mark.parametrize("place", [0, 2, 4])
def test_a_changed_line_is_seen(log: Reads, name: str, place: int) -> None:
    lines = filled(log)
    value = lines[place][name]
    lines[place][name] = value + 1 if isinstance(value, int) else f"{value}0"
    with pytest.raises(ReadsAltered, match=f"line {place + 1} "):
        head_of(lines)


def test_a_missing_doubled_moved_or_foreign_line_is_seen(log: Reads) -> None:
    lines = filled(log)
    for wrong in (
        lines[1:],
        lines[:2] + lines[3:],
        lines[:2] + lines[1:],
        [lines[1], lines[0], *lines[2:]],
        [*lines, {**lines[-1], "number": 6}],
        [{**lines[0], "more": 1}, *lines[1:]],
        [{name: value for name, value in lines[0].items() if name != "block"}],
    ):
        with pytest.raises(ReadsAltered):
            head_of(wrong)


def test_a_log_that_was_cut_off_is_seen_by_who_kept_its_end(log: Reads) -> None:
    lines = filled(log)
    end = head_of(lines)
    assert head_of(lines[:3]).number == 3
    with pytest.raises(ReadsAltered, match="not the one that was noted"):
        head_of(lines[:3], known=end)


# --- commands ------------------------------------------------------------------------------------


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Reads:
    url = f"sqlite:///{tmp_path / 'access.db'}"
    monkeypatch.setenv("LODETRACE_ACCESS_DATABASE_URL", url)
    return Reads(open_access_store(url))


def test_the_operator_exports_and_verifies(program: Reads, tmp_path: Path) -> None:
    lines, run = filled(program), CliRunner().invoke
    told = run(app, ["reads", "export"])
    assert (told.exit_code, told.stdout) == (0, "".join(exported(lines)))
    end = str(head_of(lines))
    assert end in told.stderr
    file = tmp_path / "reads.ndjson"
    file.write_text(told.stdout)
    assert end in run(app, ["reads", "verify"]).stdout
    assert run(app, ["reads", "verify", str(file), "--head", end]).exit_code == 0
    file.write_text(told.stdout.replace("limit=2", "limit=3"))
    altered = run(app, ["reads", "verify", str(file)])
    assert (altered.exit_code, "line 3" in altered.stderr) == (5, True)


def test_what_the_operator_gets_wrong_is_told(program: Reads, tmp_path: Path) -> None:
    run, file = CliRunner().invoke, tmp_path / "reads.ndjson"
    assert run(app, ["reads", "verify", str(file)]).exit_code == 3
    for content in ("{", "[]\n", "\n", '{"number": 1}\n', "\xff"):
        file.write_bytes(content.encode("latin-1"))
        assert run(app, ["reads", "verify", str(file)]).exit_code in (3, 5), content
    assert run(app, ["reads", "verify", "--head", "5"]).exit_code == 3


def test_a_log_that_was_written_by_hand_is_seen(program: Reads) -> None:
    filled(program)
    with program.engine.begin() as connection:
        connection.execute(insert(reads).values(number=6, **line(6), hash="0" * 64))
    assert CliRunner().invoke(app, ["reads", "verify"]).exit_code == 5
