"""Where the passphrase comes from: the environment, a file, or the terminal."""

import sys
from getpass import getpass

from lodetrace.errors import KeysError
from lodetrace.settings import Settings


class PassphraseMissing(KeysError):
    """No passphrase is set, and nobody sits at a terminal."""

    template = "the keystore {path} needs a passphrase, and there is no terminal to ask for it"
    advice = "Set LODETRACE_PASSPHRASE_FILE (or LODETRACE_PASSPHRASE)."


class PassphrasesDiffer(KeysError):
    """Typed twice, not the same."""

    template = "the two passphrases for {path} differ"
    advice = "Repeat the command."


def existing_passphrase(settings: Settings) -> str:
    """The passphrase of the member's keystore; raises PassphraseMissing."""
    return settings.passphrase() or _ask(settings, "Passphrase of {path}: ")


def new_passphrase(settings: Settings) -> str:
    """A passphrase for a keystore to be made, asked for twice on a terminal."""
    given = settings.passphrase()
    if given is not None:
        return given
    first = _ask(settings, "New passphrase for {path}: ")
    if first != _ask(settings, "The same once more: "):
        raise PassphrasesDiffer(path=settings.keystore)
    return first


def _ask(settings: Settings, question: str) -> str:
    if not sys.stdin.isatty():
        raise PassphraseMissing(path=settings.keystore)
    return getpass(question.format(path=settings.keystore))
