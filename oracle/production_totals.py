"""What sites made, added up as it comes: by second, and by ever longer stretches of time.

A window over years costs a few hundred rows at most, however many documents it covers. Of a
number with several revisions the last accepted one counts, and nothing that was withdrawn.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Final

SCHEMA: Final = """
CREATE TABLE counted (
    site BLOB NOT NULL,
    element TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    hash BLOB NOT NULL,
    finish INTEGER NOT NULL,
    metal TEXT NOT NULL,
    PRIMARY KEY (site, element, sequence)
) STRICT, WITHOUT ROWID;
CREATE TABLE sums (
    site BLOB NOT NULL,
    element TEXT NOT NULL,
    level INTEGER NOT NULL,
    stretch INTEGER NOT NULL,
    high INTEGER NOT NULL,
    low INTEGER NOT NULL,
    PRIMARY KEY (site, element, level, stretch)
) STRICT, WITHOUT ROWID
"""
"""counted: the document whose metal is in the sums, by number of its site.

sums: of the times that have the same number once shifted by LEVELS[level]; mg are
high * 2^40 + low, because an amount may have 64 bits and SQLite's integers are signed.
"""

LEVELS: Final = (24, 18, 12, 6, 0)
"""Bits: half a year, three days, an hour, a minute, a second."""
LIMB: Final = 40
_MASK: Final = (1 << LIMB) - 1

_ADD: Final = (
    "INSERT INTO sums VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
    f" high = high + excluded.high + ((low + excluded.low) >> {LIMB}),"
    f" low = (low + excluded.low) & {_MASK}"
)
_IN_FORCE: Final = (
    "SELECT hash, finish, metal FROM documents JOIN made USING (hash)"
    " WHERE documents.site = ? AND element = ? AND sequence = ? AND NOT EXISTS"
    " (SELECT 1 FROM documents AS one WHERE outcome = 'accepted' AND one.withdraws = made.hash)"
    " ORDER BY revision DESC, hash DESC LIMIT 1"
)


def count_anew(connection: sqlite3.Connection, document: bytes) -> None:
    """To be called in a transaction, after a document came or was withdrawn."""
    rows = connection.execute(
        "SELECT documents.site, element, sequence FROM documents JOIN made USING (hash)"
        " WHERE hash = ?",
        (document,),
    ).fetchall()
    for site, element, sequence in rows:
        key = (site, element, sequence)
        before = counted(connection, *key)
        now = connection.execute(_IN_FORCE, key).fetchone()
        if before is not None:
            _add(connection, site, element, before[0], -before[1])
            connection.execute(
                "DELETE FROM counted WHERE site = ? AND element = ? AND sequence = ?", key
            )
        if now is not None:
            connection.execute("INSERT INTO counted VALUES (?, ?, ?, ?, ?, ?)", (*key, *now))
            _add(connection, site, element, now[1], int(now[2]))


def count_all(connection: sqlite3.Connection) -> None:
    """Makes both tables from the documents; to be called in a transaction."""
    connection.execute("DELETE FROM counted")
    connection.execute("DELETE FROM sums")
    for (document,) in connection.execute("SELECT DISTINCT hash FROM made").fetchall():
        count_anew(connection, document)


def counted(
    connection: sqlite3.Connection, site: bytes, element: str, sequence: int
) -> tuple[int, int] | None:
    """When an event ended and mg that it made, None where nothing of it counts."""
    found = connection.execute(
        "SELECT finish, metal FROM counted WHERE site = ? AND element = ? AND sequence = ?",
        (site, element, sequence),
    ).fetchone()
    return None if found is None else (int(found[0]), int(found[1]))


def made_until(
    connection: sqlite3.Connection, site: bytes, element: str, times: Sequence[int]
) -> list[int]:
    """mg that the site has made by each time, the second itself included."""
    ranges = [
        (point, level, *stretches)
        for point, time in enumerate(times)
        for level, stretches in enumerate(_stretches(time + 1))
    ]
    values = [value for row in ranges for value in row]
    found = [0] * len(times)
    rows = connection.execute(_query(len(ranges)), (*values, site, element)).fetchall()
    for point, high, low in rows:
        found[point] = (high << LIMB) + low
    return found


def _stretches(end: int) -> Iterable[tuple[int, int]]:
    """By level the stretches from one to another that together are all times before `end`."""
    first = 0
    for bits, finer in zip(LEVELS, (*LEVELS[1:], 0), strict=True):
        yield first, end >> bits
        first = (end >> bits) << (bits - finer)


@cache
def _query(ranges: int) -> str:
    rows = ", ".join(["(?, ?, ?, ?)"] * ranges)
    return (
        f"WITH ranges (point, level, first, end) AS (VALUES {rows})"
        " SELECT point, sum(high), sum(low) FROM ranges CROSS JOIN sums"
        " ON site = ? AND element = ? AND sums.level = ranges.level"
        " AND stretch >= first AND stretch < end GROUP BY point"
    )


def _add(
    connection: sqlite3.Connection, site: bytes, element: str, finish: int, metal: int
) -> None:
    """Negative amounts as well: both limbs are shifted downwards."""
    connection.executemany(
        _ADD,
        [
            (site, element, level, finish >> bits, metal >> LIMB, metal & _MASK)
            for level, bits in enumerate(LEVELS)
        ],
    )
