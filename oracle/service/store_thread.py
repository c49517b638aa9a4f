"""The database in a thread of its own, for a server that answers many at once."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final, TypeVar

from lodetrace.errors import StorageError
from oracle.service.store import Store

T = TypeVar("T")


class StoreThread:
    """Has the database open from `open` on; after a fault it is opened anew."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder: Final = folder
        self._thread: Final = ThreadPoolExecutor(1, name)
        self._store: Store | None = None

    def open(self) -> None:
        """Before anybody is answered, so that a file removed later is missed; StorageError."""
        self._thread.submit(self._opened).result()

    async def do(self, work: Callable[[Store], T]) -> T:
        """What a piece of work finds; raises what it raises, and StorageError."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self._in_thread, work)

    def close(self) -> None:
        """Ends the thread once what it does is done."""
        self._thread.submit(self._forget).result()
        self._thread.shutdown()

    def _in_thread(self, work: Callable[[Store], T]) -> T:
        try:
            return work(self._opened())
        except StorageError:
            self._forget()
            raise

    def _opened(self) -> Store:
        if self._store is None:
            self._store = Store(self._folder)
        return self._store

    def _forget(self) -> None:
        if self._store is not None:
            self._store.close()
            self._store = None
