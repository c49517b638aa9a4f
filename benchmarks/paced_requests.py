"""Requests to a gateway, as fast as it answers or at a rate of their own.

At a rate, an answer's time counts from when it was due, not from when a connection was free to ask:
a gateway that stands still makes all wait who would have asked meanwhile.
"""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from itertools import count
from statistics import median, quantiles
from typing import Final
from urllib.parse import urlsplit

CONNECTIONS: Final = 16
TIMEOUT: Final = 30
"""Seconds for an answer: then it is none."""


@dataclass(frozen=True, slots=True)
class Question:
    """A path, and the token of who asks."""

    path: str
    token: str


@dataclass(slots=True)
class Answers:
    """times: seconds of those with status 200. failed: of others, and of none at all."""

    times: list[float] = field(default_factory=list)
    failed: int = 0

    @property
    def asked(self) -> int:
        return len(self.times) + self.failed

    @property
    def median(self) -> float:
        return median(self.times)

    @property
    def slowest_of_a_hundred(self) -> float:
        """99 of 100 came sooner."""
        return quantiles(self.times, n=100)[-1]


def as_fast_as_answered(url: str, questions: Sequence[Question], seconds: float) -> Answers:
    """From all connections, each asking again as soon as it is answered."""
    end = time.monotonic() + seconds
    return _asked(url, questions, lambda _number: None if time.monotonic() > end else 0.0)


def at_rate(
    url: str,
    questions: Sequence[Question],
    a_second: float,
    seconds: float,
    step: Callable[[], None],
) -> Answers:
    """Evenly spaced. step: called once in each of the seconds."""
    begun, last = time.monotonic(), int(a_second * seconds)

    def due(number: int) -> float | None:
        if number >= last:
            return None
        if number // a_second != (number - 1) // a_second:
            step()
        return begun + number / a_second

    return _asked(url, questions, due)


def _asked(url: str, questions: Sequence[Question], due: Callable[[int], float | None]) -> Answers:
    """due: when a request is to be made, by the monotonic clock; 0: at once, None: no more."""
    numbers = count()

    def work() -> Answers:
        found = Answers()
        connection = _connection(url)
        for number in numbers:  # each is given to one worker
            when = due(number)
            if when is None:
                break
            time.sleep(max(0.0, when - time.monotonic()))
            begun = when or time.monotonic()
            if _is_answered(connection, questions[number % len(questions)]):
                found.times.append(time.monotonic() - begun)
            else:
                found.failed += 1
                connection.close()
        connection.close()
        return found

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        parts = [one.result() for one in [pool.submit(work) for _ in range(CONNECTIONS)]]
    times = [seconds for part in parts for seconds in part.times]
    return Answers(times, sum(part.failed for part in parts))


def _connection(url: str) -> HTTPConnection:
    found = urlsplit(url)
    assert found.hostname is not None
    return HTTPConnection(found.hostname, found.port, timeout=TIMEOUT)


def _is_answered(connection: HTTPConnection, question: Question) -> bool:
    try:
        headers = {"Authorization": f"Bearer {question.token}"}
        connection.request("GET", question.path, headers=headers)
        answer = connection.getresponse()
        answer.read()
    except (OSError, HTTPException):
        return False
    return answer.status == 200
