"""Copies of GS1's JSON-LD contexts, each known by its SHA-256; none is ever fetched.

Versions differ in what a prefix stands for (2.0.0 has `gs1` at https://gs1.org/voc/, 2.0.1 at
https://ref.gs1.org/voc/), so one never stands in for another: event hashes would be others than
everybody else's.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from lodetrace.errors import InputError

_VERSION_2_0_1: Final = "5056c65f991425b1d3a35e35edf4f7d0c7ff56cf688c2912b930f93494713737"

CONTEXTS: Final[Mapping[str, str]] = {
    "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld": (
        "e532647e8eb371379b8b0e8602d8981c8566bc60f7351f22c76a5bc865962008"
    ),
    "https://gs1.github.io/EPCIS/epcis-context.jsonld": (
        "14b10c9d3e92d35f577bfc610fe5ec15aa2941124987919389d7cd9998516861"
    ),
    "https://ref.gs1.org/standards/epcis/epcis-context.jsonld": _VERSION_2_0_1,
    "https://ref.gs1.org/standards/epcis/2.0.1/epcis-context.jsonld": _VERSION_2_0_1,
}
"""Address to SHA-256 of the file that GS1 serves there. Without a version: the current one."""

PREFIXES: Final = frozenset({"epcis", "cbv", "cbvmda", "gs1", "rdfs", "owl", "xsd", "dcterms"})
"""Bound by every version of GS1's context."""

SERVED_BELOW: Final = "https://ref.gs1.org/standards/"
"""Where GS1 serves what the package does not bring."""

MAX_BYTES: Final = 1 << 20


class ContextMissing(InputError):
    """A context of GS1 of which this machine has no copy."""

    template = "there is no copy of JSON-LD context {context} (SHA-256 {digest}) in {folder}"
    advice = (
        "Download the file from that address into the folder that LODETRACE_CONTEXTS names;"
        " `lodetrace check` says which copies are missing."
    )


class ContextCopies:
    """The copies that the reference package brings, and those in a folder of the operator's.

    In the folder a file may have any name that ends with .jsonld: its digest says what it is.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder: Final = folder
        self._found: Final[dict[str, Any]] = {}

    def of(self, context: str) -> dict[str, Any]:
        """The copy of one of CONTEXTS; raises ContextMissing."""
        digest = CONTEXTS[context]
        if digest not in self._found:
            content = _packaged(digest) or self._given(digest)
            if content is None:
                folder = self.folder or "the package"
                raise ContextMissing(context=context, digest=digest, folder=folder)
            self._found[digest] = json.loads(content)
        found: dict[str, Any] = self._found[digest]
        return found

    def missing(self) -> list[str]:
        """Addresses of which there is no copy."""
        return [one for one in CONTEXTS if not self._has(one)]

    def _has(self, context: str) -> bool:
        try:
            self.of(context)
        except ContextMissing:
            return False
        return True

    def _given(self, digest: str) -> bytes | None:
        return next((one for one in self._files() if _digest(one) == digest), None)

    def _files(self) -> Iterator[bytes]:
        if self.folder is None or not self.folder.is_dir():
            return
        for path in sorted(self.folder.glob("*.jsonld")):
            try:
                with path.open("rb") as file:
                    yield file.read(MAX_BYTES)
            except OSError:
                continue  # reported as missing, like a file that is not there


PACKAGED: Final = ContextCopies()
"""Without a folder: only what the reference package brings."""


def _packaged(digest: str) -> bytes | None:
    """The reference package names its copies by their digests."""
    file = files("epcis_event_hash_generator") / f"{digest}.jsonld"
    content = file.read_bytes() if file.is_file() else b""
    return content if _digest(content) == digest else None


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
