"""Settings of the gateway, beside those of the library (lodetrace.settings)."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from lodetrace.environment import Environment
from lodetrace.secrets import secret
from lodetrace.settings import Setting, Settings

if TYPE_CHECKING:
    from sqlalchemy import URL

GATEWAY_SETTINGS: Final[tuple[Setting, ...]] = (
    Setting(
        "LODETRACE_DATABASE_URL",
        "SQLite file gateway.db in LODETRACE_BUILD",
        "Database of the index, as SQLAlchemy writes it.",
        secret=True,
    ),
    Setting("LODETRACE_BIND", "127.0.0.1", "Address that the gateway listens on."),
    Setting("LODETRACE_PORT", "8000", "Port that the gateway listens on; 0 takes a free one."),
    Setting("LODETRACE_POLL_MS", "500", "Milliseconds between two looks at the chain's head."),
)
"""Every setting that only the gateway reads."""


@dataclass(frozen=True, slots=True)
class GatewaySettings:
    """Settings of one gateway."""

    library: Settings
    database_url: "str | URL"
    bind: str
    port: int
    poll_ms: int

    @classmethod
    def load(cls, environment: Mapping[str, str] | None = None) -> Self:
        """Settings of the process, or of a given environment. Raises SettingsError."""
        env = Environment.of(environment, "docs/gateway.md")
        library = Settings.load(env.variables)
        given = secret("LODETRACE_DATABASE_URL", env.variables)
        return cls(
            library=library,
            database_url=given or sqlite_address(library.build / "gateway.db"),
            bind=env.text("LODETRACE_BIND") or "127.0.0.1",
            port=env.port("LODETRACE_PORT", 8000),
            poll_ms=env.whole("LODETRACE_POLL_MS", 500, most=60_000),
        )


def sqlite_address(file: Path) -> "URL":
    """The address of a SQLite file. In a text, % and ? of a folder's name would mean something."""
    from sqlalchemy import URL

    return URL.create("sqlite", database=str(file.absolute()))
