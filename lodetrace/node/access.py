"""What a node asks for before it answers: a token, and trust in its certificate.

A token file is read again whenever it changes: whoever renews it replaces the file, and a running
service goes on with the new one.
"""

import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self
from urllib.parse import urlsplit

from lodetrace.errors import SettingsError
from lodetrace.secrets import secret
from lodetrace.text import iso_time

if TYPE_CHECKING:
    from requests import PreparedRequest, Session

    from lodetrace.settings import Settings

LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
_NAME: Final = "LODETRACE_RPC_TOKEN"


class RpcTokenExposed(SettingsError):
    """A token that anybody on the way could read."""

    template = "{url} is not encrypted, the token of LODETRACE_RPC_TOKEN would be seen on the way"
    advice = "Use https:// (LODETRACE_RPC_CA names its authority), or a node on this machine."


class RpcAuthorityMissing(SettingsError):
    """LODETRACE_RPC_CA names no file."""

    template = "LODETRACE_RPC_CA names {path}: there is no such file"
    advice = "Ask those who run the node for the certificate of their authority."


class RpcAccess:
    """Sessions with nodes of one network. Safe to share between threads."""

    def __init__(
        self, environment: Mapping[str, str] | None = None, authority: Path | None = None
    ) -> None:
        """authority: PEM file; None trusts those of the system. Raises RpcAuthorityMissing."""
        self._environment: Final = environment or {}
        self._authority: Final = authority
        self._lock: Final = threading.Lock()
        self._seen: tuple[object, str | None] | None = None
        if authority is not None and not authority.is_file():
            raise RpcAuthorityMissing(path=authority)

    @classmethod
    def of(cls, settings: "Settings") -> Self:
        return cls(settings.environment, settings.rpc_ca)

    @property
    def verify(self) -> str | bool:
        """As requests wants it."""
        return str(self._authority) if self._authority else True

    def session(self, url: str) -> "Session":
        """A session with one node; raises RpcTokenExposed or SecretUnreadable."""
        from requests import Session

        parts = urlsplit(url)
        local = parts.hostname in LOOPBACK
        if self.token() is not None and parts.scheme != "https" and not local:
            raise RpcTokenExposed(url=url)
        session = Session()
        # a proxy of the environment is not for a node on this machine
        session.trust_env = not local
        session.auth = self._authorize
        return session

    def token(self) -> str | None:
        """The token as it is now; raises SecretUnreadable or SecretAmbiguous."""
        path = self._environment.get(f"{_NAME}_FILE")
        version = _version(Path(path)) if path else None
        with self._lock:
            if self._seen is None or self._seen[0] != version:
                self._seen = (version, secret(_NAME, self._environment))
            return self._seen[1]

    def refusal(self) -> str:
        """Why a node may have refused: there is no token, it expired, or it is not the node's."""
        token = self.token()
        if token is None:
            return "it asks for a token, and none is set"
        expiry = _expiry(token)
        if expiry is not None and 0 <= expiry <= datetime.now(UTC).timestamp():
            shown = iso_time(expiry)
            return f"the token expired at {shown}"
        return "it does not accept the token"

    def _authorize(self, request: "PreparedRequest") -> "PreparedRequest":
        token = self.token()
        if token is not None:
            request.headers["Authorization"] = f"Bearer {token}"
        return request


def _version(path: Path) -> object:
    """Another value once the file was written or replaced; a missing file is secret()'s to name."""
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_ino, found.st_mtime_ns, found.st_size)


def _expiry(token: str) -> int | None:
    """Until when a JWT says that it is valid; seconds since 1970. None where it does not say.

    Read without a check of its signature, which is the node's to judge.
    """
    import jwt

    try:
        claims: Mapping[str, Any] = jwt.decode(token, options={"verify_signature": False})
        return int(claims["exp"])
    except (jwt.InvalidTokenError, KeyError, TypeError, ValueError, OverflowError):
        return None
