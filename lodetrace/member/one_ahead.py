"""Orders filed one after the other, each next one proven while one is sent."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from lodetrace.errors import LodetraceError

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
    with ThreadPoolExecutor(1, "prover") as pool:
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
