"""All settings with their values; secrets are only said to be there."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lodetrace.settings import Setting


def settings_document(others: "Sequence[Setting]" = ()) -> list[dict[str, str]]:
    """Name, value and description of every setting, the defaults marked as such.

    others: settings that only another program reads.
    """
    import os

    from lodetrace.errors import without_credentials
    from lodetrace.settings import SETTINGS

    found = []
    for setting in (*SETTINGS, *others):
        given = os.environ.get(setting.name)
        if setting.secret:
            from_file = os.environ.get(f"{setting.name}_FILE")
            value = "set" if given else f"in {from_file}" if from_file else setting.default
        else:
            value = without_credentials(given) if given else f"{setting.default} (default)"
        found.append({"name": setting.name, "value": value, "description": setting.description})
    return found
