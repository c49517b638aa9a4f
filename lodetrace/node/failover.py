"""Several nodes behind one setting: read from the nearest healthy one, send to all.

A node is left out while it does not answer, is behind the others, or is on another chain; why is
kept by its name. A question that a node did not answer goes to the next. After such a change no
answer is older than one given before: a node that is behind what was seen is waited for, then
passed over. Signed bytes go to all: each takes them once, so none is lost with the node that had
it, and none counts twice.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed, wait
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from lodetrace.node.endpoint import SEND, Endpoint
from lodetrace.node.errors import WrongNetwork, innermost
from lodetrace.text import parse_quantity

if TYPE_CHECKING:
    from lodetrace.node.access import RpcAccess

LOOK_SECONDS: Final[float] = 5
"""Between two looks at all nodes; they cost a request each and nobody waits for them."""

LAG: Final = 3
"""Blocks that a node may be behind the others: a look at them all takes a moment."""

STILL_SECONDS: Final[float] = 5
"""That a node may be behind at all without coming nearer."""

CATCH_UP_SECONDS: Final[float] = 5
"""That a node has to come to the block that was seen elsewhere."""

NEAR: Final = 0.025
"""Seconds: nodes whose answers differ by less are equally near, and the first named is taken."""

log: Final = logging.getLogger("lodetrace.node")


class LeftOut(NamedTuple):
    """A node from which nothing is read now, and why."""

    url: str
    reason: str


class Routes:
    """The nodes of one network. Safe to share between threads."""

    def __init__(
        self, urls: Sequence[str], access: "RpcAccess", timeout: int, chain_id: int | None
    ) -> None:
        """chain_id: the one expected, None where that of the first node will do."""
        self._endpoints: Final = [Endpoint(url, access, timeout) for url in urls]
        self._chain_id = chain_id
        self._genesis: str | None = None
        self._seen = 0
        self._current: Endpoint | None = None
        self._next_look = 0.0
        self._looking: Sequence[Future[None]] = ()
        self._lock: Final = threading.Lock()

    @property
    def left_out(self) -> list[LeftOut]:
        """Nodes that are not read from, as of the last look."""
        return [LeftOut(one.url, one.left_out) for one in self._endpoints if one.left_out]

    def ask(self, method: str, params: Any) -> Any:
        """The JSON-RPC answer; raises what requests raises, ValueError, or WrongNetwork."""
        if len(self._endpoints) == 1:
            return self._endpoints[0].ask(method, params)
        return self._send(params) if method == SEND else self._read(method, params)

    def ask_all(self, questions: Sequence[tuple[str, Sequence[Any]]]) -> Any:
        """The answers to questions of one request, of one node; raises as ask."""
        if len(self._endpoints) == 1:
            return self._endpoints[0].ask_all(questions)
        return self._of_nearest(lambda one: one.ask_all(questions))

    def expect(self, genesis: str) -> None:
        """From now on nodes with another block 0 are left out."""
        if len(self._endpoints) > 1 and genesis != self._genesis:
            self._genesis = genesis
            self._look(patient=True)

    def look(self) -> None:
        """Looks at all nodes now."""
        if len(self._endpoints) > 1:
            self._look(patient=True)

    def close(self) -> None:
        for one in self._endpoints:
            one.close()
        if "_pool" in self.__dict__:
            self._pool.shutdown(wait=False, cancel_futures=True)

    def _read(self, method: str, params: Any) -> Any:
        answer = self._of_nearest(lambda one: one.ask(method, params))
        self._remember(method, params, answer)
        return answer

    def _of_nearest(self, ask: Callable[[Endpoint], Any]) -> Any:
        self._look_if_due()
        fault: Exception | None = None
        for one in self._by_nearness():
            try:
                self._require_current(one)
                answer = ask(one)
            except (OSError, ValueError, KeyError, TypeError) as error:
                fault = error
                self._leave_out(one, innermost(error))
                continue
            self._current = one
            return answer
        raise fault or self._nobody()

    def _send(self, params: Any) -> Any:
        """The first acceptance; where there is none, the answer of the nearest, or its fault."""
        self._look_if_due()
        reachable = [one for one in self._endpoints if one.look is not None and self._same(one)]
        sent = {self._pool.submit(one.ask, SEND, params): one for one in reachable}
        answers: dict[str, Any] = {}
        faults: list[Exception] = []
        for done in as_completed(sent):
            one = sent[done]
            try:
                answers[one.url] = done.result()
            except (OSError, ValueError, KeyError, TypeError) as error:
                faults.append(error)
                self._leave_out(one, innermost(error))
                continue
            if "result" in answers[one.url]:
                return answers[one.url]
        for one in [*self._by_nearness(), *reachable]:
            if one.url in answers:
                return answers[one.url]
        raise faults[0] if faults else self._nobody()

    def _by_nearness(self) -> list[Endpoint]:
        """Healthy nodes, the nearest first."""
        healthy = [one for one in self._endpoints if one.left_out is None and one.look is not None]
        return sorted(healthy, key=lambda one: int(one.look.seconds / NEAR) if one.look else 0)

    def _require_current(self, one: Endpoint) -> None:
        """Waits until a node that was not asked before has the newest block that was seen."""
        if one is self._current or self._current is None:
            return
        deadline = time.monotonic() + CATCH_UP_SECONDS
        while (head := one.examine().head) < self._seen:
            if time.monotonic() > deadline:
                raise ValueError(f"it is at block {head}, {self._seen} was seen")
            time.sleep(0.1)

    def _remember(self, method: str, params: Any, answer: Any) -> None:
        result = answer.get("result") if isinstance(answer, dict) else None
        found: Any = None
        if method == "eth_blockNumber":
            found = result
        elif method == "eth_getBlockByNumber" and params and params[0] == "latest":
            found = result and result.get("number")
        elif method == "eth_getTransactionReceipt":
            found = result and result.get("blockNumber")
        if isinstance(found, str):
            self._seen = max(self._seen, parse_quantity(found))

    def _look_if_due(self) -> None:
        """Nobody waits for a look, unless there is no node to ask."""
        if time.monotonic() >= self._next_look or not self._by_nearness():
            self._look(patient=not self._by_nearness())

    def _look(self, *, patient: bool) -> None:
        with self._lock:
            if not all(done.done() for done in self._looking) and not patient:
                return
            self._next_look = time.monotonic() + LOOK_SECONDS
            self._looking = [self._pool.submit(self._examine, one) for one in self._endpoints]
            looking = self._looking
        if patient:
            wait(looking)
            self._judge()
        else:
            self._pool.submit(self._judge_after, looking)

    def _judge_after(self, looking: Sequence[Future[None]]) -> None:
        wait(looking)
        self._judge()

    def _examine(self, one: Endpoint) -> None:
        try:
            one.took(one.examine())
        except (OSError, ValueError, KeyError, TypeError) as error:
            self._leave_out(one, innermost(error))
            one.look = None

    def _judge(self) -> None:
        """Which nodes are on the chain that is wanted, and up with the others."""
        with self._lock:
            seen = [(one, one.look) for one in self._endpoints if one.look is not None]
            for _, look in seen:
                if self._chain_id in (None, look.chain_id):
                    self._chain_id = look.chain_id
                    self._genesis = self._genesis or look.genesis
                    break
            best = max((look.head for one, look in seen if self._same(one)), default=0)
            for one, look in seen:
                self._leave_out(one, self._reason(one, best - look.head))

    def _reason(self, one: Endpoint, behind: int) -> str | None:
        look = one.look
        if look is None:
            return one.left_out
        if self._chain_id not in (None, look.chain_id):
            return f"it is on chain {look.chain_id}, expected {self._chain_id}"
        if self._genesis not in (None, look.genesis):
            return f"its chain has the genesis {look.genesis}, expected {self._genesis}"
        if behind > LAG:
            return f"it is {behind} blocks behind"
        if behind > 0 and time.monotonic() - one.moved >= STILL_SECONDS:
            return f"it stands still, {behind} blocks behind"
        return None

    def _same(self, one: Endpoint) -> bool:
        look = one.look
        return look is not None and (look.chain_id, look.genesis) == (self._chain_id, self._genesis)

    def _leave_out(self, one: Endpoint, reason: str | None) -> None:
        if (one.left_out is None) != (reason is None):
            if reason is None:
                log.warning("node %s is asked again", one.url)
            else:
                log.warning("node %s is left out: %s", one.url, reason)
        one.left_out = reason

    def _nobody(self) -> Exception:
        """No node is healthy and none was asked: they are of another chain, or away."""
        for one in self._endpoints:
            if one.look is not None and not self._same(one):
                actual, expected = one.look.chain_id, self._chain_id
                if actual != expected:
                    return WrongNetwork(url=one.url, name="chain", actual=actual, expected=expected)
                name = "the chain with genesis"
                return WrongNetwork(
                    url=one.url, name=name, actual=one.look.genesis, expected=self._genesis
                )
        return ConnectionError("; ".join(f"{url}: {reason}" for url, reason in self.left_out))

    @cached_property
    def _pool(self) -> ThreadPoolExecutor:
        # each node has a look and a transaction on its way, and one judges
        return ThreadPoolExecutor(4 * len(self._endpoints) + 1, "lodetrace-node")
