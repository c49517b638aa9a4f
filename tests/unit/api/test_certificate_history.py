"""Certificates as of a time, as known at a time, against a moment-by-moment reading."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from api.certificate_history import in_force
from lodetrace.contracts.enums import CertificateStatus

TIMES = st.integers(0, 20)
CERTIFICATE: dict[str, Any] = {"recorded_at": 3, "valid_from": 2, "valid_to": 15}


@st.composite
def histories(draw: st.DrawFn) -> list[dict[str, Any]]:
    recorded = sorted(draw(st.lists(st.integers(3, 20), max_size=5)))
    return [
        {
            "sequence": number + 2,
            "status": draw(st.sampled_from([1, 2, 3])),
            "effective_from": draw(st.integers(0, when)),
            "recorded_at": when,
        }
        for number, when in enumerate(recorded)
    ]


def in_force_moment_by_moment(
    statuses: list[dict[str, Any]], start: int, end: int, known_at: int
) -> bool:
    """The definition read aloud: at every second the last known word must be "in force"."""
    if known_at < CERTIFICATE["recorded_at"]:
        return False
    for second in range(start, end + 1):
        if not CERTIFICATE["valid_from"] <= second <= CERTIFICATE["valid_to"]:
            return False
        said = [CertificateStatus.IN_FORCE]
        said += [
            s["status"]
            for s in statuses
            if s["recorded_at"] <= known_at and s["effective_from"] <= second
        ]
        if said[-1] != CertificateStatus.IN_FORCE:
            return False
    return True


@given(histories(), TIMES, TIMES, TIMES)
def test_in_force_equals_the_definition(
    statuses: list[Any], first: int, second: int, known_at: int
) -> None:
    start, end = sorted((first, second))
    certificate: Any = CERTIFICATE
    assert in_force(certificate, statuses, start, end, known_at) == in_force_moment_by_moment(
        statuses, start, end, known_at
    )
