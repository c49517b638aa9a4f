"""Secrets from the environment: X itself, or X_FILE naming a file that holds it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from lodetrace.errors import SettingsError

BYTE_ORDER_MARK: Final = "\ufeff"
"""Editors put it before a text, where it would be part of the secret and of no keystore's."""

LARGEST_SECRET: Final = 4096
"""Bytes a secret file may have; a larger one is not a secret but a mistake."""
_MARK: Final = "\ufeff"


class SecretAmbiguous(SettingsError):
    """Both X and X_FILE are set."""

    template = "{name} and {name}_FILE are both set"
    advice = "Set only one of them."


class SecretUnreadable(SettingsError):
    """The file named by X_FILE cannot be read, is empty or far too large."""

    template = "{name}_FILE names {path}: {reason}"
    advice = "It has to be a small text file that holds nothing but the secret."


def secret(name: str, environment: Mapping[str, str]) -> str | None:
    """The secret `name`, or None when neither X nor X_FILE is set.

    A byte order mark at the beginning and one newline at the end of a file are not part of it;
    nor is the mark where a shell put the file's content into X.
    """
    given = environment.get(name, "").removeprefix(_MARK)
    path = environment.get(f"{name}_FILE")
    if given and path:
        raise SecretAmbiguous(name=name)
    return _read(name, Path(path)) if path else given or None


def _read(name: str, path: Path) -> str:
    try:
        content = path.read_bytes()[: LARGEST_SECRET + 1]
        text = content.decode("utf-8").removeprefix(_MARK).removesuffix("\n").removesuffix("\r")
    except (OSError, UnicodeDecodeError) as error:
        raise SecretUnreadable(name=name, path=path, reason=error) from error
    if text.startswith(BYTE_ORDER_MARK):
        reason = "it begins with a byte order mark (BOM): save it as UTF-8 without one"
        raise SecretUnreadable(name=name, path=path, reason=reason)
    if not text or len(content) > LARGEST_SECRET:
        reason = "it is empty" if not text else f"it has more than {LARGEST_SECRET} bytes"
        raise SecretUnreadable(name=name, path=path, reason=reason)
    return text
