"""The desks of oracle nodes: where signed documents are handed in, over HTTP.

A document is a site's secret: it goes to the addresses that the network's entry names, over TLS
or to this machine, and to no address that an answer points to.
"""

import hashlib
import json
import urllib.request
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Any, Final, Self
from urllib.error import HTTPError
from urllib.parse import urlsplit

from lodetrace.errors import NodeError, SettingsError
from lodetrace.http_opener import opener_for, reason_of
from lodetrace.loopback import is_loopback
from lodetrace.text import hex_of, visible

ANSWER_SECONDS: Final = 30
LARGEST_ANSWER: Final = 1 << 16
NO_NODE: Final = "its answer is not one of an oracle node"


class DesksMissing(SettingsError):
    """No oracle node is named."""

    template = "no oracle node is named for network {network}"
    advice = "Name those of your site's panel: oracles in networks.yaml, or LODETRACE_ORACLES."


class DeskAddressUnsafe(SettingsError):
    """An address to which no document goes."""

    template = "{url} takes no documents: {reason}"
    advice = "Name an https address, or one of this machine, without a password in it."


class DeskUnreachable(NodeError):
    """A node that does not take a document."""

    template = "{url}: {reason}"
    advice = "Repeat the command: what was taken in is taken once."


@dataclass(frozen=True, slots=True)
class OracleDesk:
    """One node's address, without a slash at its end."""

    url: str

    @classmethod
    def at(cls, url: str) -> Self:
        """Raises DeskAddressUnsafe."""
        found = urlsplit(url)
        if found.username is not None:
            raise DeskAddressUnsafe(url=url, reason="it holds a password, which would be shown")
        if found.scheme != "https" and not is_loopback(found.hostname or ""):
            raise DeskAddressUnsafe(url=url, reason="they would pass readable for others")
        return cls(url.rstrip("/"))

    def hand_in(self, path: Path) -> str:
        """Leaves a document; again, changes nothing. Its state; raises DeskUnreachable."""
        name = path.name.encode("ascii", "replace").decode()
        headers = {"Content-Type": "application/json", "X-Name": name}
        answer = self._asked(f"{self.url}/documents", path.read_bytes(), headers)
        return self._state(answer)

    def state_of(self, path: Path) -> tuple[str, str]:
        """What became of a document, and why; raises DeskUnreachable."""
        digest = hex_of(hashlib.sha256(path.read_bytes()).digest())
        answer = self._asked(f"{self.url}/documents/{digest}", None, {})
        return self._state(answer), visible(str(answer.get("reason", "")))[:400]

    def _state(self, answer: dict[str, Any]) -> str:
        state = answer.get("state")
        if not isinstance(state, str):
            raise DeskUnreachable(url=self.url, reason=NO_NODE)
        return visible(state)[:40]

    def _asked(self, url: str, content: bytes | None, headers: dict[str, str]) -> dict[str, Any]:
        request = urllib.request.Request(url, content, headers)  # at() has looked at its scheme
        try:
            with opener_for(self.url).open(request, timeout=ANSWER_SECONDS) as answer:
                found = json.loads(answer.read(LARGEST_ANSWER))
        except HTTPError as error:
            raise DeskUnreachable(url=self.url, reason=_detail(error)) from error
        except (OSError, HTTPException, ValueError) as error:
            raise DeskUnreachable(url=self.url, reason=reason_of(error)) from error
        if not isinstance(found, dict):
            raise DeskUnreachable(url=self.url, reason=NO_NODE)
        return found


def _detail(error: HTTPError) -> str:
    """What a node says of a document that it does not take."""
    try:
        found = json.loads(error.read(LARGEST_ANSWER))
        return visible(str(found["detail"]))[:400]
    except (OSError, ValueError, KeyError, TypeError):
        return f"it answers {error.code}"
