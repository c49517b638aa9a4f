"""Errors as people and as machines read them."""

from typing import Any, Final

from lodetrace.errors import ExitCode, LodetraceError, SettingsError
from lodetrace.text import hex_of

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
}
"""What kind of problem an exit code stands for."""


class ExtraMissing(SettingsError):
    """A command of members in an installation that only verifies."""

    template = "this command needs the package {package}, which is not installed"
    advice = "Install what members need: pip install 'lodetrace[member]'."


def problem(error: LodetraceError) -> dict[str, Any]:
    """The problem object of --json, in the words of RFC 9457."""
    return problem_object(error.code, error.exit_code, str(error), error.advice, error.values)


def problem_object(
    code: str,
    exit_code: ExitCode,
    detail: str,
    advice: str,
    values: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """A problem of any origin. values: what the detail was made of."""
    return {
        "type": f"urn:lodetrace:problem:{code}",
        "title": TITLES[exit_code],
        "exit_code": int(exit_code),
        "detail": detail,
        "advice": advice,
        "values": {name: _plain(value) for name, value in (values or {}).items()},
    }


def _plain(value: Any) -> str:
    return hex_of(value) if isinstance(value, bytes) else str(value)
