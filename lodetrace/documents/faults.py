"""All that is wrong with a document at once, so that its site corrects it in one go."""

from collections.abc import Callable, Iterable
from typing import Final, ParamSpec, TypeVar

from lodetrace.errors import InputError

P = ParamSpec("P")
T = TypeVar("T")
D = TypeVar("D")


MOST: Final = 20
"""Faults that are listed; a file that is something else altogether has thousands."""


class DocumentFaults(InputError):
    """A document with more than one fault. faults: each with its own values and advice."""

    template = "{count} faults:\n{listed}"
    advice = "The site corrects all of them and signs the document again."

    def __init__(self, faults: Iterable[InputError]) -> None:
        self.faults = tuple(faults)
        lines = [f"{number}. {one}" for number, one in enumerate(self.faults[:MOST], 1)]
        more = len(self.faults) - MOST
        lines += [f"and {more} more"] if more > 0 else []
        super().__init__(count=len(self.faults), listed="\n".join(lines))
        self.advice = "\n".join(dict.fromkeys(one.advice for one in self.faults))


class Faults:
    """Gathers errors while a document is read; what was read counts only if there are none."""

    def __init__(self) -> None:
        self._found: list[InputError] = []

    def add(self, *errors: InputError) -> None:
        """Errors, and those that an error stands for."""
        for one in errors:
            self._found += faults_in(one)

    def read(
        self, otherwise: D, reader: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> T | D:
        """What the reader returns; `otherwise` where it raises InputError, which is kept."""
        try:
            return reader(*args, **kwargs)
        except InputError as error:
            self.add(error)
            return otherwise

    def require_none(self) -> None:
        """Raises the one error, or DocumentFaults with all of them."""
        if len(self._found) == 1:
            raise self._found[0]
        if self._found:
            raise DocumentFaults(self._found)


def faults_in(error: InputError) -> tuple[InputError, ...]:
    """The errors that an error stands for: itself, where it is not a DocumentFaults."""
    return error.faults if isinstance(error, DocumentFaults) else (error,)
