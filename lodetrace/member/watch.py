"""Follows a gateway for one account, and goes on where it was whatever stops in between.

What was told is told before the position is kept: a crash repeats a notice, with the same id, and
loses none.
"""

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final, Self

from lodetrace.atomic_file import PRIVATE, replace_file, require_place
from lodetrace.errors import Pending, StorageError
from lodetrace.member.concerns import Concerns, Notice, Open
from lodetrace.member.gateway_session import GatewayAt, GatewayRefuses, GatewayUnreachable

SIGN_IN: Final = ("LoginRequired", "TokenInvalid")
FOR_GOOD: Final = ("ReaderOut", "OpenElsewhere", "SignInRefused", "QueryInvalid", "Http404")
"""Refusals that waiting does not change."""

SHORTEST_PAUSE: Final = 0.5
LONGEST_PAUSE: Final = 30
"""Seconds before the gateway is asked again, doubled while nothing comes of it."""

KEPT_SECONDS: Final = 10
"""Between two writings of a position that nothing was told at."""


class PositionUnusable(StorageError):
    """The file of a watch cannot be read or written, or is of another account."""

    template = "{path}: {reason}"
    advice = "Name the file of this account and network, or one that is not there yet."


class GatewayAway(Pending):
    """What is tried again by itself, told once in a row."""

    template = "{reason}; trying again"
    advice = "Nothing is missed meanwhile."


_PLACE: Final = re.compile(r"[0-9]{1,18}(-[0-9]{1,18})?", re.ASCII)


def _place(text: Any) -> str:
    """Where to go on, as it is sent back; raises ValueError."""
    if not isinstance(text, str) or not _PLACE.fullmatch(text):
        raise ValueError("no place in the chain")
    return text


@dataclass(slots=True)
class Position:
    """next: as GET /changes takes it. account: whose open matters these are."""

    account: str
    next: str = "0"
    open: Open = field(default_factory=Open)

    @classmethod
    def read(cls, path: Path, account: str, after: int) -> Self:
        """That of a file, or a new one after a block; raises PositionUnusable."""
        try:
            found = json.loads(path.read_text("utf-8"))
            position = cls(found["account"], _place(found["next"]), Open(**found["open"]))
        except FileNotFoundError:
            return cls(account, str(after))
        except OSError as error:
            raise PositionUnusable(path=path, reason=error.strerror or error) from error
        except (ValueError, KeyError, TypeError) as error:
            raise PositionUnusable(path=path, reason="it is no position of a watch") from error
        if position.account != account:
            reason = f"it is of account {position.account}"
            raise PositionUnusable(path=path, reason=reason)
        return position

    def require_place(self, path: Path, *, makes_folders: bool) -> None:
        """Raises PositionUnusable where `keep` would; writes nothing."""
        with _file_errors(path):
            require_place(path, makes_folders=makes_folders)

    def keep(self, path: Path) -> None:
        """Replaces the file whole; raises PositionUnusable."""
        with _file_errors(path):
            replace_file(path, json.dumps(asdict(self)).encode(), PRIVATE)


@contextmanager
def _file_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise PositionUnusable(path=path, reason=error.strerror or error) from error


@dataclass(slots=True)
class Watch:
    """sign_in: gives a token. tell: of each notice, before the position is kept. away: is told
    why it has to wait."""

    gateway: GatewayAt
    position: Position
    file: Path
    sign_in: Callable[[], str]
    tell: Callable[[Notice], None]
    away: Callable[[GatewayAway], None]
    pause: Callable[[float], None] = time.sleep
    _token: str | None = None
    _kept_at: float = 0.0

    def once(self) -> int:
        """Everything up to the last block that the gateway has read; returns how much was told.

        Raises GatewayRefuses, GatewayUnreachable or PositionUnusable.
        """
        concerns, told, more = self._concerns(), 0, True
        while more:
            page = self._ask(f"/changes?limit=1000&after={self.position.next}")
            with self._as_gateways_tell():
                changes, place, more = list(page["changes"]), _place(page["next"]), page["more"]
            told += sum(self._change(concerns, change) for change in changes)
            self.position.next = place
        ready = self._ask("/ready")
        with self._as_gateways_tell():
            block = {"block": ready["indexed"], "time": ready["time"]}
        told += self._block(concerns, block)
        self.position.keep(self.file)
        return told

    def run(self) -> None:
        """As long as the account may read; raises GatewayRefuses or PositionUnusable."""
        pause, reason = SHORTEST_PAUSE, ""
        while True:
            before = self.position.next
            found = self._stopped()
            pause = SHORTEST_PAUSE if self.position.next != before else pause * 2
            if found not in (reason, ""):
                self.away(GatewayAway(reason=found))
            reason = found
            self.pause(min(pause, LONGEST_PAUSE))

    def _stopped(self) -> str:
        """Why a stream ended that may be opened again; empty where its time was over."""
        try:
            self._stream()
        except GatewayRefuses as error:
            name = error.values["name"]
            if name in FOR_GOOD:
                raise
            if name in SIGN_IN:
                self._token = None
            return "" if name in SIGN_IN else str(error)
        except GatewayUnreachable as error:
            return str(error)
        return "the gateway ended the stream"

    def _stream(self) -> None:
        """Until it ends."""
        concerns = self._concerns()
        for frame in self.gateway.stream("/changes", self._token, self.position.next):
            told = 0
            if frame.event == "change":
                told = self._change(concerns, frame.document)
            elif frame.event == "block":
                told = self._block(concerns, frame.document)
            if frame.id is not None:
                with self._as_gateways_tell():
                    self.position.next = _place(frame.id)
            self._keep(now=told > 0)

    def _keep(self, now: bool) -> None:
        at = time.monotonic()
        if now or at - self._kept_at > KEPT_SECONDS:
            self.position.keep(self.file)
            self._kept_at = at

    def _change(self, concerns: Concerns, change: Mapping[str, Any]) -> int:
        with self._as_gateways_tell():
            notice = concerns.told(change)
        if notice is not None:
            self.tell(notice)
        return int(notice is not None)

    def _block(self, concerns: Concerns, block: Mapping[str, Any]) -> int:
        with self._as_gateways_tell():
            notices = list(concerns.lapsed(block))
        for notice in notices:
            self.tell(notice)
        return len(notices)

    @contextmanager
    def _as_gateways_tell(self) -> Iterator[None]:
        try:
            yield
        except (LookupError, TypeError, AttributeError, ValueError) as error:
            reason = "a change is not as gateways tell it"
            raise GatewayUnreachable(url=self.gateway.url, reason=reason) from error

    def _concerns(self) -> Concerns:
        """With the group that the account's organisation is in now."""
        account = self.position.account
        found = self._ask(f"/members?account={account}")
        with self._as_gateways_tell():
            group = str(found["members"][0]["group"]) if found["members"] else ""
        return Concerns(account, group, self.position.open)

    def _ask(self, path: str) -> dict[str, Any]:
        """Signed in where the gateway wants it."""
        try:
            return self.gateway.ask("GET", path, self._token)
        except GatewayRefuses as error:
            if error.values["name"] not in SIGN_IN:
                raise
            self._token = self.sign_in()
            return self.gateway.ask("GET", path, self._token)
