"""Settings of the gateway, beside those of the library (lodetrace.settings)."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self
from urllib.parse import urlsplit

from api.access.rights import Readers
from api.errors import ReadersSettingsUnusable
from api.indexer.payloads import Payloads
from lodetrace.environment import Environment
from lodetrace.loopback import is_loopback
from lodetrace.secrets import secret
from lodetrace.settings import Setting, Settings

if TYPE_CHECKING:
    from sqlalchemy import URL

RATE: Final = 50
"""Requests a second of one reader."""

GATEWAY_SETTINGS: Final[tuple[Setting, ...]] = (
    Setting(
        "LODETRACE_DATABASE_URL",
        "SQLite file gateway.db in LODETRACE_BUILD",
        "Database of the index, as SQLAlchemy writes it.",
        secret=True,
    ),
    Setting(
        "LODETRACE_DATABASE_READ_URL",
        "the database of the index",
        "A replica of it, which the gateway's answers are read from.",
        secret=True,
    ),
    Setting(
        "LODETRACE_EVENT_PAYLOADS",
        "kept",
        "Whether the index keeps proofs and sealed openings with its events: kept or left-out.",
    ),
    Setting("LODETRACE_BIND", "127.0.0.1", "Address that the gateway listens on."),
    Setting("LODETRACE_PORT", "8000", "Port that the gateway listens on; 0 takes a free one."),
    Setting("LODETRACE_POLL_MS", "500", "Milliseconds between two looks at the chain's head."),
    Setting(
        "LODETRACE_MONITOR_PORT",
        "none",
        "Port of the metrics on 127.0.0.1; 0 takes a free one.",
    ),
    Setting(
        "LODETRACE_READERS",
        "members",
        "Who is told what members are: members who signed in, or on a loopback address open.",
    ),
    Setting(
        "LODETRACE_GATEWAY_URL",
        "http:// and the address that it listens on",
        "Address that readers reach the gateway at, and sign in for; https beyond loopback.",
    ),
    Setting("LODETRACE_RATE", "50", "Requests a second that one reader is given."),
    Setting(
        "LODETRACE_PROXY",
        "127.0.0.1",
        "Address of the proxy that is believed about whom it asks for.",
    ),
    Setting(
        "LODETRACE_ACCESS_DATABASE_URL",
        "SQLite file access.db in LODETRACE_BUILD",
        "Database of sessions, publications and the log of reads, as SQLAlchemy writes it.",
        secret=True,
    ),
    Setting(
        "LODETRACE_TRUST",
        "the anchor of the chain's first block",
        "Trust anchor (a file): blocks follow from it, sealed, where its chain has seals; bundles "
        "are made for its readers.",
    ),
    Setting(
        "LODETRACE_HEADS",
        "none",
        "Where witnesses of that anchor publish heads: addresses, folders or files, with commas.",
    ),
)
"""Every setting that only the gateway reads."""


@dataclass(frozen=True, slots=True)
class GatewaySettings:
    """Settings of one gateway. url: that readers reach it at, without a slash at its end.

    trust: file of the anchor that blocks follow from, and bundles are for. heads: where its
    witnesses publish theirs.
    """

    library: Settings
    database_url: "str | URL"
    access_database_url: "str | URL"
    bind: str
    port: int
    poll_ms: int
    readers: Readers
    url: str
    rate: int
    proxy: str
    monitor_port: int | None = None
    read_url: "str | URL | None" = None
    trust: Path | None = None
    heads: tuple[str, ...] = ()
    payloads: Payloads = Payloads.KEPT

    @classmethod
    def open(
        cls, library: Settings, index: "str | URL", access: "str | URL", poll_ms: int = 500
    ) -> Self:
        """To whoever is on this machine, at a port that is free. index, access: databases."""
        return cls(
            library=library,
            database_url=index,
            access_database_url=access,
            bind="127.0.0.1",
            port=0,
            poll_ms=poll_ms,
            readers=Readers.OPEN,
            url="http://127.0.0.1",
            rate=RATE,
            proxy="127.0.0.1",
        )

    @classmethod
    def load(cls, environment: Mapping[str, str] | None = None) -> Self:
        """Settings of the process, or of a given environment. Raises SettingsError."""
        env = Environment.of(environment, "docs/gateway.md")
        library = Settings.load(env.variables)
        index = secret("LODETRACE_DATABASE_URL", env.variables)
        bind = env.text("LODETRACE_BIND") or "127.0.0.1"
        port = env.port("LODETRACE_PORT", 8000)
        readers = readers_of(env, bind)
        return cls(
            library=library,
            database_url=index or sqlite_address(library.build / "gateway.db"),
            access_database_url=access_database_of(library, env),
            bind=bind,
            port=port,
            poll_ms=env.whole("LODETRACE_POLL_MS", 500, most=60_000),
            readers=readers,
            url=url_of(env, bind, port, readers),
            rate=env.whole("LODETRACE_RATE", RATE, least=1, most=100_000),
            proxy=env.text("LODETRACE_PROXY") or "127.0.0.1",
            monitor_port=_monitor_port(env),
            read_url=secret("LODETRACE_DATABASE_READ_URL", env.variables),
            trust=Path(trust) if (trust := env.text("LODETRACE_TRUST")) else None,
            heads=tuple(
                filter(None, map(str.strip, (env.text("LODETRACE_HEADS") or "").split(",")))
            ),
            payloads=Payloads(
                env.one_of("LODETRACE_EVENT_PAYLOADS", [one.value for one in Payloads])
            ),
        )


def _monitor_port(env: Environment) -> int | None:
    named = env.text("LODETRACE_MONITOR_PORT") is not None
    return env.port("LODETRACE_MONITOR_PORT", 0) if named else None


def access_database_of(library: Settings, env: Environment) -> "str | URL":
    """Beside the index, because it stays where the index is rebuilt; raises SettingsError."""
    given = secret("LODETRACE_ACCESS_DATABASE_URL", env.variables)
    return given or sqlite_address(library.build / "access.db")


def readers_of(env: Environment, bind: str) -> Readers:
    """Raises ReadersSettingsUnusable where everybody would be told everything."""
    given = env.text("LODETRACE_READERS") or Readers.MEMBERS.value
    try:
        readers = Readers(given)
    except ValueError as error:
        reason = f"known: {', '.join(one.value for one in Readers)}"
        raise ReadersSettingsUnusable(
            setting="LODETRACE_READERS", value=given[:80], reason=reason
        ) from error
    if readers is Readers.OPEN and not is_loopback(bind):
        reason = f"whoever reaches {bind} would read everything; on a loopback address it may be"
        raise ReadersSettingsUnusable(setting="LODETRACE_READERS", value=given, reason=reason)
    return readers


def url_of(env: Environment, bind: str, port: int, readers: Readers) -> str:
    """Raises ReadersSettingsUnusable for an address that nobody could, or should, sign in for."""
    host = f"[{bind}]" if ":" in bind else bind
    told = env.text("LODETRACE_GATEWAY_URL")
    given = told or f"http://{host}:{port}"
    reason = _fault_of(given)
    if reason is not None and (told or readers is Readers.MEMBERS):
        raise ReadersSettingsUnusable(
            setting="LODETRACE_GATEWAY_URL", value=given[:200], reason=reason
        )
    return given.rstrip("/")


def _fault_of(url: str) -> str | None:
    expected = "an address like https://gateway.example is expected"
    try:
        found = urlsplit(url)
        host, port = found.hostname, found.port
    except ValueError:
        return expected
    if found.scheme not in ("http", "https") or not host or found.username is not None:
        return expected
    if found.query or found.fragment or not url.isascii() or any(sign.isspace() for sign in url):
        return expected
    if host in _EVERYWHERE or port == 0:
        return "no reader is at that address; say at which they reach the gateway"
    if found.scheme == "http" and not is_loopback(host):
        return "tokens would pass in the clear; beyond a loopback address it has to be https"
    return None


_EVERYWHERE: Final = ("0.0.0.0", "::")  # noqa: S104 - named to be refused


def sqlite_address(file: Path) -> "URL":
    """The address of a SQLite file. In a text, % and ? of a folder's name would mean something."""
    from sqlalchemy import URL

    return URL.create("sqlite", database=str(file.absolute()))
