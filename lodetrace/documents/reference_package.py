"""PyPI's epcis_event_hash_generator, kept out of the log."""

import logging
from typing import Any, Final

_PACKAGE: Final = "epcis_event_hash_generator"


def silence(*modules: Any) -> None:
    """The package writes whole documents into the root logger: it gets one of its own, shut off.

    The root logger would also be set up by the first such line, were it not yet.
    """
    log = logging.getLogger(_PACKAGE)
    log.propagate, log.disabled = False, True
    for module in modules:
        module.logging = log
