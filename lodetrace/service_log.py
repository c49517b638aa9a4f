"""The log of a service: a JSON object a line for machines, plain text for somebody who watches.

Only the programs' main functions call this; everything else asks `logging` for a logger.
"""

import logging
import sys
import time
from typing import Final, TextIO

from lodetrace.settings import JSON_LOG, TEXT_LOG
from lodetrace.text import visible

LEVEL: Final = logging.INFO


def start_log(chosen: str | None, stream: TextIO | None = None) -> None:
    """Writes the log of this process to a stream, stderr where none is given.

    chosen: as LODETRACE_LOG_FORMAT has it; None: text on a terminal, JSON elsewhere.
    """
    out = sys.stderr if stream is None else stream
    usual = TEXT_LOG if out.isatty() else JSON_LOG
    handler = logging.StreamHandler(out)
    handler.setFormatter(text_lines() if (chosen or usual) == TEXT_LOG else json_lines())
    logging.basicConfig(level=LEVEL, handlers=[handler])


class _ShownLines(logging.Formatter):
    """Lines for people: what a message quotes of others neither moves a cursor nor makes a line."""

    converter = staticmethod(time.gmtime)

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - as logging calls it
        return visible(super().formatMessage(record), keep="\t")

    def format(self, record: logging.LogRecord) -> str:
        return visible(super().format(record))  # with the traceback, which has lines of its own


def text_lines() -> logging.Formatter:
    """Time, logger and message; fields beside them are for machines."""
    return _ShownLines("%(asctime)s %(name)s %(message)s", "%Y-%m-%dT%H:%M:%SZ")


def json_lines() -> logging.Formatter:
    """The same with level and all fields; `time` is ISO 8601 in UTC."""
    from pythonjsonlogger.json import JsonFormatter

    names = {"levelname": "level", "name": "logger"}
    return JsonFormatter(["levelname", "name", "message"], rename_fields=names, timestamp="time")
