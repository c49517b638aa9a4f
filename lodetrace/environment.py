"""The environment of a process: texts, numbers and paths, read in one way and refused by name."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

from lodetrace.errors import SettingsError

MOST_DIGITS: Final = 20
"""More than any bound has; Python refuses to read thousands of them."""


IN_CHECK: Final = "See `lodetrace check` for all settings and their values."


class SettingMalformed(SettingsError):
    """A setting that cannot be read."""

    template = "{name} is {value!r}: {reason}"
    advice = IN_CHECK

    def __init__(self, *, advice: str = IN_CHECK, **values: object) -> None:
        super().__init__(**values)
        self.advice = advice


@dataclass(frozen=True, slots=True)
class Environment:
    """Variables by name. One that is empty counts as not set."""

    variables: Mapping[str, str] = field(repr=False)
    told_in: str = IN_CHECK

    @classmethod
    def of(cls, given: Mapping[str, str] | None = None, page: str | None = None) -> Self:
        """That of the process, unless another one is given. page: describes what is read of it."""
        variables = dict(os.environ if given is None else given)
        return cls(variables) if page is None else cls(variables, f"See {page} for its settings.")

    def text(self, name: str) -> str | None:
        """The text, as it is."""
        return self.variables.get(name) or None

    def whole(self, name: str, default: int, most: int, least: int = 0) -> int:
        """A whole number within bounds; raises SettingMalformed."""
        given = self.text(name)
        if given is None:
            return default
        digits = given.isascii() and given.isdigit() and len(given) <= MOST_DIGITS
        if not digits or not least <= int(given) <= most:
            reason = f"a whole number from {least} to {most} is expected"
            raise self._malformed(name, given[:80], reason)
        return int(given)

    def port(self, name: str, default: int) -> int:
        """A port to listen on, 0 for a free one; raises SettingMalformed."""
        return self.whole(name, default, most=65_535)

    def one_of(self, name: str, known: Sequence[str]) -> str:
        """One of some words, the first of them without the variable; raises SettingMalformed."""
        given = self.text(name) or known[0]
        if given not in known:
            raise self._malformed(name, given[:80], f"known: {', '.join(known)}")
        return given

    def path(self, name: str) -> Path | None:
        """An absolute path; `~` is the home folder. Raises SettingMalformed."""
        given = self.text(name)
        try:
            return None if given is None else Path(given).expanduser().absolute()
        except RuntimeError as error:
            raise self._malformed(name, str(given), str(error)) from error

    def file_name(self, name: str, default: str) -> str:
        """A word that is part of a file's name; raises SettingMalformed."""
        given = self.text(name) or default
        if given.startswith(".") or not all(sign.isalnum() or sign in "._-" for sign in given):
            raise self._malformed(name, given, "letters, digits, . _ - only")
        return given

    def _malformed(self, name: str, value: str, reason: str) -> SettingMalformed:
        return SettingMalformed(name=name, value=value, reason=reason, advice=self.told_in)
