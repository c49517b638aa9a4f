"""Every error of the library: one family, each carrying its values and what to do.

A message is a template filled with values, so that a program reads numbers where a person
reads a sentence. The exit code says of what kind a failure is, not which one it is.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from typing import ClassVar


class ExitCode(IntEnum):
    """What a command ends with. 2 is the command line parser's own (wrong usage)."""

    OK = 0
    INTERNAL = 1
    USAGE = 2
    INPUT = 3
    NOT_FOUND = 4
    REFUSED = 5
    KEYS = 6
    NODE = 7
    STORAGE = 8
    SETTINGS = 9
    PENDING = 10
    INTERRUPTED = 130


class LodetraceError(Exception):
    """Root of the family.

    `values` holds what the message was made of; `advice` says what to do about it.
    """

    template: ClassVar[str] = "lodetrace error"
    exit_code: ClassVar[ExitCode] = ExitCode.INTERNAL
    advice: str = ""

    def __init__(self, **values: object) -> None:
        self.values: dict[str, object] = values
        super().__init__(self.template.format(**values))

    @property
    def code(self) -> str:
        """Name of the error for machines; stable."""
        return type(self).__name__


class InputError(LodetraceError):
    """Something typed, read from a file or given by a caller is wrong. Nothing was changed."""

    exit_code = ExitCode.INPUT


class NotFound(LodetraceError):
    """Something that was named does not exist."""

    exit_code = ExitCode.NOT_FOUND


class Refused(LodetraceError):
    """A rule forbids it: of the chain, of a proof, or of careful behaviour."""

    exit_code = ExitCode.REFUSED


class KeysError(LodetraceError):
    """Keys that are missing, locked, damaged or not for this network."""

    exit_code = ExitCode.KEYS


class NodeError(LodetraceError):
    """The node of the network does not answer, or is another one than expected."""

    exit_code = ExitCode.NODE


class StorageError(LodetraceError):
    """The disk refused. What was not confirmed before did not happen."""

    exit_code = ExitCode.STORAGE


class SettingsError(LodetraceError):
    """Settings, files of the build or of the deployment that do not fit."""

    exit_code = ExitCode.SETTINGS


class Pending(LodetraceError):
    """Not yet: a receipt or a quorum is missing; the same call again, later, goes on."""

    exit_code = ExitCode.PENDING


class StatementRefused(Refused):
    """The zero-knowledge side refuses: the amounts break a rule, or no proof could be made."""

    template = "{reason}"

    def __init__(self, *, reason: str, advice: str, **values: object) -> None:
        super().__init__(reason=reason, **values)
        self.advice = advice


@contextmanager
def zk_refusals() -> Iterator[None]:
    """Turns errors of zk_circuits into StatementRefused, with their values and advice."""
    from zk_circuits.errors import ZkError

    try:
        yield
    except ZkError as error:
        reserved = {"reason", "advice"}
        values = {name: value for name, value in error.values.items() if name not in reserved}
        raise StatementRefused(reason=str(error), advice=error.advice, **values) from error
