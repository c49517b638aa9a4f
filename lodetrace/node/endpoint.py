"""One node's address: its connection, and what is known of its health."""

import time
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

from lodetrace.node.access import RpcAccess
from lodetrace.node.plain_rpc import question, result
from lodetrace.text import parse_quantity

if TYPE_CHECKING:
    from requests import Session
    from web3 import HTTPProvider
    from web3.types import RPCEndpoint

SEND: Final = "eth_sendRawTransaction"

LOOK_TIMEOUT: Final[float] = 3
"""Seconds that a node has for a look at its health."""


class Look(NamedTuple):
    """What a node says of itself. seconds: that its answer took."""

    chain_id: int
    genesis: str
    head: int
    seconds: float


class Endpoint:
    """Safe to share between threads.

    left_out: why nothing is read from it now; None: healthy. look: the last one, None where it
    did not answer. moved: when its head was last seen to advance, by the monotonic clock.
    """

    def __init__(self, url: str, access: RpcAccess, timeout: int) -> None:
        self.url: Final = url
        self.left_out: str | None = None
        self.look: Look | None = None
        self.moved: float = time.monotonic()
        self._access: Final = access
        self._timeout: Final = timeout

    def ask(self, method: str, params: Any) -> Any:
        """The JSON-RPC answer, result or error; raises what requests raises, or ValueError."""
        return self._provider.make_request(method, params)

    def ask_all(self, questions: Sequence[tuple[str, Sequence[Any]]]) -> Any:
        """The JSON-RPC answers to questions of one request, in their order; raises as ask."""
        wanted = [(cast("RPCEndpoint", method), params) for method, params in questions]
        try:
            return self._provider.make_batch_request(wanted)
        except AttributeError as error:  # web3.py expects every answer to be an object
            raise ValueError("an answer among many is no JSON-RPC answer") from error

    def took(self, look: Look) -> None:
        """Keeps what a look found."""
        if self.look is None or look.head != self.look.head:
            self.moved = time.monotonic()
        self.look = look

    def examine(self) -> Look:
        """Looks at the node; raises as ask."""
        known = self.look
        start = time.monotonic()
        head = parse_quantity(self._bare("eth_blockNumber", []))
        seconds = time.monotonic() - start
        if known is not None and self.left_out is None:
            return Look(known.chain_id, known.genesis, head, seconds)
        chain_id = parse_quantity(self._bare("eth_chainId", []))
        genesis = str(self._bare("eth_getBlockByNumber", ["0x0", False])["hash"])
        return Look(chain_id, genesis, head, seconds)

    def close(self) -> None:
        """Gives the connections back."""
        self._session.close()

    def _bare(self, method: str, params: Sequence[object]) -> Any:
        answer = self._session.post(
            self.url,
            json=question(method, params),
            timeout=LOOK_TIMEOUT,
            verify=self._access.verify,
        )
        answer.raise_for_status()
        return result(method, answer.json())

    @cached_property
    def _provider(self) -> "HTTPProvider":
        from requests import ConnectionError as ConnectionBroke
        from web3 import HTTPProvider
        from web3.providers.rpc.utils import REQUEST_RETRY_ALLOWLIST, ExceptionRetryConfiguration

        once_more = ExceptionRetryConfiguration(
            errors=(ConnectionBroke,),
            retries=2,
            backoff_factor=0,
            method_allowlist=[name for name in REQUEST_RETRY_ALLOWLIST if name != SEND],
        )
        return HTTPProvider(
            self.url,
            request_kwargs={"timeout": self._timeout, "verify": self._access.verify},
            session=self._session,
            exception_retry_configuration=once_more,
        )

    @cached_property
    def _session(self) -> "Session":
        return self._access.session(self.url)
