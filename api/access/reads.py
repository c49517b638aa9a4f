"""Who asked what: a log that is only added to, each line's hash over the line before it.

A line is written before the question is answered: what cannot be written down is not told.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import Engine, insert, select

from api.access.store import writing_access
from api.access.tables import reads
from api.errors import ReadsAltered
from lodetrace.canonical_json import canonical_bytes

BEFORE_THE_FIRST: Final = sha256(b"lodetrace/reads/1").hexdigest()
FIELDS: Final = ("number", "time", "account", "organisation", "method", "target", "block")
PAGE: Final = 1_000


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the log: whoever keeps it sees later whether what was before it still is."""

    number: int
    hash: str

    def __str__(self) -> str:
        return f"{self.number}-{self.hash}"


@dataclass(frozen=True, slots=True)
class Reads:
    """The log of all gateways over one database."""

    engine: Engine

    def add(self, **asked: Any) -> None:
        """asked: what FIELDS names, without the number."""
        with writing_access(self.engine) as connection:
            columns = (reads.c.number, reads.c.hash)
            newest = select(*columns).order_by(reads.c.number.desc()).limit(1)
            last = connection.execute(newest).one_or_none()
            number, before = (0, BEFORE_THE_FIRST) if last is None else last
            line = {"number": number + 1, **asked}
            connection.execute(insert(reads).values(**line, hash=hash_of(line, before)))

    def lines(self) -> Iterator[dict[str, Any]]:
        """All of them, in their order, a page at a time."""
        after = 0
        while True:
            wanted = select(reads).where(reads.c.number > after).order_by(reads.c.number)
            with self.engine.connect() as connection:
                page = connection.execute(wanted.limit(PAGE)).mappings().all()
            yield from (dict(row) for row in page)
            if len(page) < PAGE:
                return
            after = page[-1]["number"]


def hash_of(line: Mapping[str, Any], before: str) -> str:
    """Of a line and, by the hash before it, of all that came earlier."""
    told = {name: line[name] for name in FIELDS}
    return sha256(canonical_bytes({**told, "before": before})).hexdigest()


def head_of(lines: Iterable[Mapping[str, Any]], known: Head | None = None) -> Head:
    """The end of a log whose lines are as they were written; raises ReadsAltered.

    known: an end that was noted before, which has to be in it.
    """
    number, before, met = 0, BEFORE_THE_FIRST, known is None or known == Head(0, BEFORE_THE_FIRST)
    for line in lines:
        number += 1
        if line.get("number") != number:
            raise ReadsAltered(reason=f"line {number} has number {line.get('number')}")
        try:
            expected = hash_of(line, before)
        except (KeyError, TypeError, ValueError) as error:
            raise ReadsAltered(reason=f"line {number} is none: {error}") from error
        if line.get("hash") != expected or line.keys() != {*FIELDS, "hash"}:
            raise ReadsAltered(reason=f"line {number} does not have the hash of its content")
        before = expected
        met = met or known == Head(number, before)
    if not met and known is not None:
        raise ReadsAltered(reason=f"its line {known.number} is not the one that was noted")
    return Head(number, before)


def exported(lines: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """As a file has them: a JSON object a line."""
    return (json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n" for line in lines)
