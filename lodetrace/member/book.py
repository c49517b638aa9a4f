"""The address book: names that a member gives to accounts of its network.

A file of this machine, no part of the chain: whoever reads it learns nothing but names.
"""

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

from lodetrace.atomic_file import PRIVATE, replace_file, require_place
from lodetrace.errors import InputError, NotFound, Refused, StorageError
from lodetrace.member.names import look, require_name, same_name
from lodetrace.strict_json import KeyDuplicated, unique_keys
from lodetrace.text import parse_address, visible

FORMAT: Final = "lodetrace-book/1"
_UNUSABLE: Final = (
    OSError,
    KeyDuplicated,
    InputError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
)
"""What reading a file that is no book raises."""


class AddressBookUnusable(StorageError):
    """The file of the address book cannot be read or written."""

    template = "the address book {path} cannot be used: {reason}"
    advice = "Correct the file, or move it away and add the names again."


class NameTaken(Refused):
    """A name that stands for another account."""

    template = "{name!r} stands for {account}"
    advice = "Remove it first (`lodetrace book remove`), or take another name."


class NameLooksLikeAnother(Refused):
    """A name that a reader could take for another one of the book."""

    template = "{name!r} looks like {other!r}, which stands for {account}"
    advice = "Look twice at who asks for it. Take a name that nobody mistakes for the other."


class AccountNamed(Refused):
    """An account that has a name already."""

    template = "{account} has the name {name!r}"
    advice = "Remove that name first (`lodetrace book remove`)."


class NameNotInBook(NotFound):
    """A name that stands for nobody."""

    template = "{name!r} is not in your address book{hint}"
    advice = "See `lodetrace book list`, add it with `lodetrace book add`, or give the address."


@dataclass(frozen=True, slots=True)
class AddressBook:
    """accounts: addresses with their checksums, by name."""

    path: Path
    accounts: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> Self:
        """The book in a file, empty where there is none; raises AddressBookUnusable."""
        try:
            document = json.loads(path.read_text("utf-8"), object_pairs_hook=unique_keys)
            if document["format"] != FORMAT:
                raise ValueError(f"its format is not {FORMAT}")
            found = {
                require_name(name): parse_address(account)
                for name, account in document["accounts"].items()
            }
        except FileNotFoundError:
            return cls(path)
        except _UNUSABLE as error:
            raise AddressBookUnusable(path=path, reason=error) from error
        return cls(path, found)

    def account_of(self, name: str) -> str:
        """Whom a name stands for; raises NameNotInBook, which names the one that looks alike."""
        for known, account in self.accounts.items():
            if same_name(known) == same_name(name):
                return account
        alike = [known for known in self.accounts if look(known) == look(name)]
        hint = f"; {alike[0]!r} is, which looks like it" if alike else ""
        raise NameNotInBook(name=visible(name[:80]), hint=hint)

    def name_of(self, account: str) -> str | None:
        """The name of an account."""
        wanted = account.lower()
        return next((name for name, one in self.accounts.items() if one.lower() == wanted), None)

    def with_name(self, name: str, account: str) -> "AddressBook":
        """The book with one name more; the same name for the same account changes nothing.

        Raises NameRefused, NameTaken, NameLooksLikeAnother or AccountNamed.
        """
        name, account = require_name(name), parse_address(account)
        for known, one in self.accounts.items():
            if same_name(known) == same_name(name):
                if one != account:
                    raise NameTaken(name=known, account=one)
                return self
            if look(known) == look(name):
                raise NameLooksLikeAnother(name=name, other=known, account=one)
        named = self.name_of(account)
        if named is not None:
            raise AccountNamed(account=account, name=named)
        return AddressBook(self.path, {**self.accounts, name: account})

    def without(self, name: str) -> "AddressBook":
        """The book without a name; raises NameNotInBook."""
        self.account_of(name)
        left = {
            known: account
            for known, account in self.accounts.items()
            if same_name(known) != same_name(name)
        }
        return AddressBook(self.path, left)

    def save(self) -> None:
        """Replaces the file; raises AddressBookUnusable."""
        document = {"format": FORMAT, "accounts": dict(sorted(self.accounts.items()))}
        text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
        with _file_errors(self.path):
            replace_file(self.path, text.encode(), PRIVATE)


@contextmanager
def changing(path: Path, *, rehearsing: bool = False) -> Iterator[AddressBook]:
    """The book while nobody else changes it; a rehearsal only reads it.

    Raises AddressBookUnusable.
    """
    if rehearsing:
        with _file_errors(path):
            require_place(path, makes_folders=True)
        yield AddressBook.read(path)
        return
    with _file_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = os.open(path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)  # it ends with this process, however that dies
        yield AddressBook.read(path)
    finally:
        os.close(lock)


@contextmanager
def _file_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise AddressBookUnusable(path=path, reason=error.strerror or error) from error
