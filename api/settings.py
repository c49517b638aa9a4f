"""Settings of the gateway, beside those of the library (lodetrace.settings)."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

from lodetrace.secrets import secret
from lodetrace.settings import Setting, SettingMalformed, Settings

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
    database_url: str
    bind: str
    port: int
    poll_ms: int

    @classmethod
    def load(cls, environment: Mapping[str, str] | None = None) -> Self:
        """Settings of the process, or of a given environment. Raises SettingsError."""
        env = dict(os.environ if environment is None else environment)
        library = Settings.load(env)
        given = secret("LODETRACE_DATABASE_URL", env)
        return cls(
            library=library,
            database_url=given or f"sqlite:///{library.build / 'gateway.db'}",
            bind=env.get("LODETRACE_BIND") or "127.0.0.1",
            port=_whole(env, "LODETRACE_PORT", 8000, 65_535),
            poll_ms=_whole(env, "LODETRACE_POLL_MS", 500, 60_000),
        )


def _whole(environment: Mapping[str, str], name: str, default: int, largest: int) -> int:
    given = environment.get(name) or str(default)
    if not given.isascii() or not given.isdigit() or int(given) > largest:
        raise SettingMalformed(name=name, value=given, reason=f"a number from 0 to {largest}")
    return int(given)
