"""What a price desk reads from its environment beside the options of its commands."""

from collections.abc import Mapping
from pathlib import Path

from lodetrace.environment import Environment


def price_calendars(environment: Mapping[str, str] | None = None) -> Path | None:
    """The folder of LODETRACE_PRICE_CALENDARS; raises SettingMalformed."""
    return Environment.of(environment, "docs/prices.md").path("LODETRACE_PRICE_CALENDARS")
