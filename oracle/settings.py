"""Settings of the oracle service, beside those of the library (lodetrace.settings)."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

from lodetrace.errors import SettingsError
from lodetrace.secrets import secret
from lodetrace.settings import Setting, SettingMalformed, Settings

ORACLE_SETTINGS: Final[tuple[Setting, ...]] = (
    Setting("LODETRACE_DECLARATIONS", "none, has to be given", "What operators declared."),
    Setting("LODETRACE_ORACLE_FOLDER", "none", "Folder of signed documents to watch."),
    Setting(
        "LODETRACE_ORACLE_PORT",
        "8020",
        "Port of intake, metrics and health on 127.0.0.1; 0 takes a free one.",
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
    mqtt: str | None
    mqtt_password: str | None = field(repr=False)
    poll_ms: int
    parent_wait: int
    stuck_after: int
    head_limit: int

    @classmethod
    def load(cls, environment: Mapping[str, str] | None = None) -> Self:
        """Settings of the process, or of a given environment. Raises SettingsError."""
        env = dict(os.environ if environment is None else environment)
        return cls(
            library=Settings.load(env),
            declarations=_path(env, "LODETRACE_DECLARATIONS"),
            folder=_path(env, "LODETRACE_ORACLE_FOLDER"),
            port=_whole(env, "LODETRACE_ORACLE_PORT", 8_020, 65_535),
            mqtt=env.get("LODETRACE_ORACLE_MQTT") or None,
            mqtt_password=secret("LODETRACE_ORACLE_MQTT_PASSWORD", env),
            poll_ms=_whole(env, "LODETRACE_ORACLE_POLL_MS", 1_000, 60_000),
            parent_wait=_whole(env, "LODETRACE_ORACLE_PARENT_HOURS", 24, 8_760) * HOUR,
            stuck_after=_whole(env, "LODETRACE_ORACLE_STUCK_HOURS", 24, 8_760) * HOUR,
            head_limit=_whole(env, "LODETRACE_ORACLE_HEAD_SECONDS", 120, 86_400),
        )

    def require_declarations(self) -> Path:
        """The declarations file; raises DeclarationsMissing."""
        if self.declarations is None:
            raise DeclarationsMissing()
        return self.declarations


def _path(environment: Mapping[str, str], name: str) -> Path | None:
    given = environment.get(name)
    return Path(given).expanduser().absolute() if given else None


def _whole(environment: Mapping[str, str], name: str, default: int, largest: int) -> int:
    given = environment.get(name) or str(default)
    if not given.isascii() or not given.isdigit() or int(given) > largest:
        raise SettingMalformed(name=name, value=given, reason=f"a number from 0 to {largest}")
    return int(given)
