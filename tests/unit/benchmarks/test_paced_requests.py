"""A load that waits for nobody: what is late counts from when it was due."""

import time
from itertools import count

import pytest

from benchmarks import half_capacity, paced_requests
from benchmarks.measurement import AimVerdict
from benchmarks.paced_requests import Answers, Question, as_fast_as_answered, at_rate

NOWHERE = "http://127.0.0.1:1"
ASKED = [Question("/lots", "token")]


def answers(monkeypatch: pytest.MonkeyPatch, seconds: float, but_each: int = 0) -> None:
    """After so long; but_each: each of so many fails."""
    numbers = count(1)

    def answered(*_: object) -> bool:
        time.sleep(seconds)
        return not but_each or next(numbers) % but_each != 0

    monkeypatch.setattr(paced_requests, "_is_answered", answered)


def test_all_that_is_due_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    answers(monkeypatch, 0, but_each=3)
    seconds: list[None] = []
    found = at_rate(NOWHERE, ASKED, 10.5, 2, lambda: seconds.append(None))
    assert (found.asked, found.failed, len(seconds)) == (21, 7, 2)


def test_who_waits_for_a_connection_waits_for_the_gateway(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twice what 16 connections get through: the last one is late by as much again."""
    answers(monkeypatch, 0.32)
    found = at_rate(NOWHERE, ASKED, 100, 1, lambda: None)
    assert found.asked == 100
    assert found.slowest_of_a_hundred > 1
    assert min(found.times) < 1


def test_as_fast_as_answered_waits_for_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    answers(monkeypatch, 0.05)
    found = as_fast_as_answered(NOWHERE, ASKED, 0.5)
    assert 16 <= found.asked <= 16 * 12


def test_a_request_without_its_answer_misses_the_aim() -> None:
    full = Answers([0.01] * 1_000)
    verdicts = {
        failed: [
            one.verdict
            for one in half_capacity._results(full, Answers([0.01] * 500, failed), 100, 105)
        ]
        for failed in (0, 1)
    }
    assert [one.met for one in half_capacity._unmeasured()] == [None, False, False, False]
    met, missed = AimVerdict.MET, AimVerdict.MISSED
    assert verdicts[0] == [AimVerdict.NO_AIM, met, met, met]
    assert verdicts[1] == [AimVerdict.NO_AIM, met, missed, met]
