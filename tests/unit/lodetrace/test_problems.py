"""Problem objects: the members of RFC 9457 and ours, under one set of names."""

from lodetrace.errors import ExitCode, InputError
from lodetrace.problems import TITLES, problem, problem_of


class ScaleBroken(InputError):
    """An error of the family."""

    template = "scale {scale} shows {mass!r}"
    advice = "Have it calibrated."


BROKEN = ScaleBroken(scale=7, mass=b"\1\2", seal=None)


def test_an_error_is_told_with_what_it_was_made_of() -> None:
    assert problem_of(BROKEN) == {
        "type": "urn:lodetrace:problem:ScaleBroken",
        "title": "Wrong input",
        "detail": "scale 7 shows b'\\x01\\x02'",
        "code": "ScaleBroken",
        "advice": "Have it calibrated.",
        "values": {"scale": "7", "mass": "0x0102"},
    }


def test_http_adds_its_members_and_a_command_its_own() -> None:
    plain = problem_of(BROKEN)
    over_http = problem_of(BROKEN, title="Scale broken", status=400, instance="/weighings")
    added = {"title": "Scale broken", "status": 400, "instance": "/weighings"}
    assert over_http == {**plain, **added}
    assert problem_of(BROKEN, exit_code=BROKEN.exit_code) == {**plain, "exit_code": 3}


def test_a_value_of_zero_stays() -> None:
    found = problem("Odd", "Odd", "odd", "", {"count": 0}, status=500, exit_code=ExitCode.OK)
    assert (found["exit_code"], found["values"]) == (0, {"count": "0"})


def test_every_exit_code_of_a_failure_has_a_title() -> None:
    assert TITLES.keys() == set(ExitCode) - {ExitCode.OK}
