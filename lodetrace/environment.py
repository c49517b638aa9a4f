"""The environment of a process: texts, numbers and paths, read in one way and refused by name."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

from lodetrace.errors import SettingsError

MOST_DIGITS: Final = 20
"""More than any bound has; Python refuses to read thousands of them."""


class SettingMalformed(SettingsError):
    """A setting that cannot be read."""

    template = "{name} is {value!r}: {reason}"
    advice = "See `lodetrace check` for all settings and their values."


@dataclass(frozen=True, slots=True)
class Environment:
    """Variables by name. One that is empty counts as not set."""

    variables: Mapping[str, str] = field(repr=False)

    @classmethod
    def of(cls, given: Mapping[str, str] | None = None) -> Self:
        """That of the process, unless another one is given."""
        return cls(dict(os.environ if given is None else given))

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
            raise SettingMalformed(name=name, value=given[:80], reason=reason)
        return int(given)

    def port(self, name: str, default: int) -> int:
        """A port to listen on, 0 for a free one; raises SettingMalformed."""
        return self.whole(name, default, most=65_535)

    def path(self, name: str) -> Path | None:
        """An absolute path; `~` is the home folder. Raises SettingMalformed."""
        given = self.text(name)
        try:
            return None if given is None else Path(given).expanduser().absolute()
        except RuntimeError as error:
            raise SettingMalformed(name=name, value=given, reason=str(error)) from error

    def file_name(self, name: str, default: str) -> str:
        """A word that is part of a file's name; raises SettingMalformed."""
        given = self.text(name) or default
        if given.startswith(".") or not all(sign.isalnum() or sign in "._-" for sign in given):
            raise SettingMalformed(name=name, value=given, reason="letters, digits, . _ - only")
        return given
