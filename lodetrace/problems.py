"""Errors as machines read them: the problem objects of RFC 9457, all made here.

Of the standard: type, title, detail, and over HTTP status and instance. Our own members: code (the
stable name that type ends with), advice, values (what detail was made of), and exit_code where a
command ends with it.
"""

from collections.abc import Mapping
from typing import Any, Final

from lodetrace.errors import ExitCode, LodetraceError
from lodetrace.text import hex_of

MEDIA_TYPE: Final = "application/problem+json"
TYPE_PREFIX: Final = "urn:lodetrace:problem:"

TITLES: Final = {
    ExitCode.INTERNAL: "Lodetrace failed",
    ExitCode.USAGE: "Wrong usage",
    ExitCode.INPUT: "Wrong input",
    ExitCode.NOT_FOUND: "Not found",
    ExitCode.REFUSED: "Refused",
    ExitCode.KEYS: "Keys",
    ExitCode.NODE: "Node",
    ExitCode.STORAGE: "Storage",
    ExitCode.SETTINGS: "Settings",
    ExitCode.PENDING: "Not yet",
    ExitCode.INTERRUPTED: "Interrupted",
}
"""What kind of problem an exit code stands for."""


def problem(
    code: str,
    title: str,
    detail: str,
    advice: str,
    values: Mapping[str, object] | None = None,
    *,
    status: int | None = None,
    instance: str | None = None,
    exit_code: ExitCode | None = None,
) -> dict[str, Any]:
    """A problem of any origin. Members without a value are left out, and so are such values."""
    members = {
        "type": f"{TYPE_PREFIX}{code}",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": instance,
        "code": code,
        "exit_code": None if exit_code is None else int(exit_code),
        "advice": advice,
        "values": _present({name: _plain(value) for name, value in (values or {}).items()}),
    }
    return _present(members)


def problem_of(
    error: LodetraceError,
    *,
    title: str | None = None,
    status: int | None = None,
    instance: str | None = None,
    exit_code: ExitCode | None = None,
) -> dict[str, Any]:
    """The problem of an error of the family. title: that of its exit code where none is given."""
    return problem(
        error.code,
        TITLES[error.exit_code] if title is None else title,
        str(error),
        error.advice,
        error.values,
        status=status,
        instance=instance,
        exit_code=exit_code,
    )


def _present(members: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}


def _plain(value: object) -> str | None:
    """Text: a number of 64 bits would lose digits in JSON."""
    if value is None:
        return None
    return hex_of(value) if isinstance(value, bytes) else str(value)
