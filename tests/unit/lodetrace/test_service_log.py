"""The log of a service: its two forms, who chooses, and that only programs set it up."""

import ast
import io
import json
import logging
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lodetrace.service_log import json_lines, start_log, text_lines
from lodetrace.settings import SETTINGS, SettingMalformed, Settings

FIELDS = {"document": "0x01", "reasons": ["assay-above-theory"]}


class Terminal(io.StringIO):
    """A stream that somebody watches."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Local time is not UTC."""
    with monkeypatch.context() as changed:
        changed.setenv("TZ", "Asia/Kathmandu")
        time.tzset()
        yield
    time.tzset()


def written(chosen: str | None, stream: io.StringIO) -> str:
    """What a new process writes, whose root logger has neither handlers nor a level."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    root.handlers = []
    try:
        start_log(chosen, stream)
        logging.getLogger("lodetrace.test").info("document %s", "0x01", extra=FIELDS)
        logging.getLogger("lodetrace.test").debug("nobody reads this")
    finally:
        root.handlers = handlers
        root.setLevel(level)
    return stream.getvalue()


def test_machines_get_an_object_a_line() -> None:
    [line] = written(None, io.StringIO()).splitlines()
    found = json.loads(line)
    at = datetime.fromisoformat(found.pop("time"))
    assert at.utcoffset() == timedelta(0)
    assert abs(at - datetime.now(UTC)) < timedelta(minutes=1)
    assert found == {
        "level": "INFO", "logger": "lodetrace.test", "message": "document 0x01", **FIELDS,
    }  # fmt: skip


def test_a_terminal_gets_text() -> None:
    moment, logger, message = written(None, Terminal()).strip().split(" ", 2)
    at = datetime.strptime(moment, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    assert abs(at - datetime.now(UTC)) < timedelta(minutes=1)
    assert (logger, message) == ("lodetrace.test", "document 0x01")


def test_the_setting_decides_over_the_stream() -> None:
    assert json.loads(written("json", Terminal()))
    assert not written("text", io.StringIO()).startswith("{")


def test_an_error_stays_on_one_line() -> None:
    record = logging.LogRecord("a", logging.ERROR, "f", 1, "it\nfailed", (), None)
    assert "\n" not in json_lines().format(record)
    assert "failed" in text_lines().format(record)


@pytest.mark.parametrize(("given", "found"), [("", None), ("json", "json"), ("text", "text")])
def test_the_setting(given: str, found: str | None) -> None:
    assert Settings.load({"LODETRACE_LOG_FORMAT": given}).log_format == found
    assert "LODETRACE_LOG_FORMAT" in {one.name for one in SETTINGS}


@pytest.mark.parametrize("given", ["JSON", "xml", "text "])
def test_another_setting_is_refused(given: str) -> None:
    with pytest.raises(SettingMalformed, match="LODETRACE_LOG_FORMAT"):
        _ = Settings.load({"LODETRACE_LOG_FORMAT": given}).log_format


def callers(root: Path, *names: str) -> set[str]:
    return {
        str(path.relative_to(root))
        for package in ("lodetrace", "oracle", "api", "zk_circuits", "demo")
        for path in (root / package).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and (getattr(node.func, "id", "") in names or getattr(node.func, "attr", "") in names)
    }


def test_only_programs_set_up_a_log(root: Path) -> None:
    services = {"api/cli.py", "lodetrace/cli/audit/witness.py", "oracle/service_commands.py"}
    assert callers(root, "start_log") == services
    assert callers(root, "basicConfig", "dictConfig") == {"lodetrace/service_log.py"}
