"""Orders filed one after the other, each next one proven while one is sent."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from lodetrace.errors import LodetraceError

PROVERS: Final = 2
"""The witness of the next proof is computed while the one before is still being proven."""

Order = TypeVar("Order")
Begun = TypeVar("Begun")
Done = TypeVar("Done")


def one_ahead(
    orders: Iterable[Order],
    begin: Callable[[Order, ThreadPoolExecutor], Begun],
    finish: Callable[[Begun], Done],
) -> Iterator[Done]:
    """begin gives the work of an order to the pool, finish waits for it and sends.

    An order that cannot begin ends it; those before it are finished first, as if each had been
    alone. Orders may not depend on one another.
    """
    with ThreadPoolExecutor(PROVERS, "prover") as pool:
        waiting: list[Begun] = []
        for order in orders:
            try:
                begun = begin(order, pool)
            except LodetraceError:
                yield from map(finish, waiting)
                raise
            yield from map(finish, waiting)
            waiting = [begun]
        yield from map(finish, waiting)
