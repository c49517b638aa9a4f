"""Settings of the oracle service, beside those of the library (lodetrace.settings)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

from lodetrace.environment import Environment
from lodetrace.errors import SettingsError
from lodetrace.secrets import secret
from lodetrace.settings import Setting, Settings
from lodetrace.text import DAY_SECONDS

ORACLE_SETTINGS: Final[tuple[Setting, ...]] = (
    Setting("LODETRACE_DECLARATIONS", "none, has to be given", "What operators declared."),
    Setting("LODETRACE_ORACLE_FOLDER", "none", "Folder of signed documents to watch."),
    Setting(
        "LODETRACE_ORACLE_PORT",
        "8020",
        "Port of the intake on 127.0.0.1; 0 takes a free one.",
    ),
    Setting(
        "LODETRACE_ORACLE_MONITOR_PORT",
        "8021",
        "Port of health, readiness and metrics on 127.0.0.1; 0 takes a free one.",
    ),
    Setting(
        "LODETRACE_ORACLE_MQTT", "none", "Broker and topic: mqtt[s]://[user@]host[:port]/topic."
    ),
    Setting("LODETRACE_ORACLE_MQTT_PASSWORD", "none", "Password at the broker.", secret=True),
    Setting("LODETRACE_ORACLE_POLL_MS", "1000", "Milliseconds between two rounds without work."),
    Setting(
        "LODETRACE_ORACLE_PARENT_HOURS",
        "24",
        "Whole hours that a document waits for those of its inputs; 0 does not wait.",
    ),
    Setting(
        "LODETRACE_ORACLE_STUCK_HOURS",
        "24",
        "Whole hours without an end after which a document is shown as stuck.",
    ),
    Setting(
        "LODETRACE_ORACLE_HEAD_SECONDS",
        "120",
        "Seconds without a new block after which the node is not ready; 0 never minds.",
    ),
    Setting("LODETRACE_PRICE_CALENDARS", "none", "Folder of holiday lists that the desk adds."),
)
"""Every setting that only the oracle reads."""

HOUR: Final = 3_600


class DeclarationsMissing(SettingsError):
    """A service without declarations would refuse every document."""

    template = "no file of declarations is given"
    advice = "Set LODETRACE_DECLARATIONS, or give --declarations FILE."


@dataclass(frozen=True, slots=True)
class OracleSettings:
    """Settings of one service. parent_wait, stuck_after, head_limit in seconds."""

    library: Settings = field(repr=False)
    declarations: Path | None
    folder: Path | None
    port: int
    monitor_port: int
    mqtt: str | None
    mqtt_password: str | None = field(repr=False)
    poll_ms: int
    parent_wait: int
    stuck_after: int
    head_limit: int

    @classmethod
    def load(cls, environment: Mapping[str, str] | None = None) -> Self:
        """Settings of the process, or of a given environment. Raises SettingsError."""
        env = Environment.of(environment, "docs/oracle.md")
        return cls(
            library=Settings.load(env.variables),
            declarations=env.path("LODETRACE_DECLARATIONS"),
            folder=env.path("LODETRACE_ORACLE_FOLDER"),
            port=env.port("LODETRACE_ORACLE_PORT", 8_020),
            monitor_port=env.port("LODETRACE_ORACLE_MONITOR_PORT", 8_021),
            mqtt=env.text("LODETRACE_ORACLE_MQTT"),
            mqtt_password=secret("LODETRACE_ORACLE_MQTT_PASSWORD", env.variables),
            poll_ms=env.whole("LODETRACE_ORACLE_POLL_MS", 1_000, most=60_000),
            parent_wait=env.whole("LODETRACE_ORACLE_PARENT_HOURS", 24, most=8_760) * HOUR,
            stuck_after=env.whole("LODETRACE_ORACLE_STUCK_HOURS", 24, most=8_760) * HOUR,
            head_limit=env.whole("LODETRACE_ORACLE_HEAD_SECONDS", 120, most=DAY_SECONDS),
        )

    def require_declarations(self) -> Path:
        """The declarations file; raises DeclarationsMissing."""
        if self.declarations is None:
            raise DeclarationsMissing()
        return self.declarations
