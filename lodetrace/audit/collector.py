"""Python's cycle collector at rest while a bundle is verified."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """What a bundle is made into has no cycles, and the collector would walk all of it again and
    again: a twentieth of the time. It goes on as it was before."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
