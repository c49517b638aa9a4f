"""Rights that go to code only, for tests in which a person stands in for a contract."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import brownie
from eth_utils import keccak

from tests.contracts.people import ZERO_WORD

ALL_ROWS = 2**16 - 2
STAND_IN = "0x00"
"""Code that does nothing."""
STAND_IN_HASH = "0x" + keccak(bytes.fromhex(STAND_IN[2:])).hex()


def code_hash(at: Any) -> str:
    """Of the code that stands at an address."""
    return "0x" + keccak(bytes(brownie.web3.eth.get_code(str(at)))).hex()


def set_code(at: Any, code: str) -> None:
    """Of a development node's account; as no network lets anybody."""
    anvil = str(brownie.web3.client_version).startswith("anvil/")
    method = "anvil_setCode" if anvil else "evm_setAccountCode"
    answer = brownie.web3.provider.make_request(method, [str(at), code])
    assert "error" not in answer, answer


@contextmanager
def coded(person: Any, code: str = STAND_IN) -> Iterator[str]:
    """While it lasts, code stands at the person's address; yields its hash."""
    set_code(person, code)
    yield code_hash(person)
    set_code(person, "0x")


def let_write(book: Any, writer: Any, governor: Any) -> Any:
    """LotBook.setWriter, as an act names a contract and the hash of its code."""
    return _grant(book.setWriter, writer, governor)


def let_note(journal: Any, writer: Any, governor: Any) -> Any:
    """Journal.setWriter, for all kinds of rows: which ones a contract writes is in the plan."""
    return journal.setWriter(writer, ALL_ROWS, code_hash(writer), {"from": governor})


def take(method: Any, holder: Any, governor: Any) -> Any:
    """The right is taken."""
    return method(holder, ZERO_WORD, {"from": governor})


def _grant(method: Any, holder: Any, governor: Any) -> Any:
    if brownie.web3.eth.get_code(str(holder)):
        return method(holder, code_hash(holder), {"from": governor})
    with coded(holder) as named:
        return method(holder, named, {"from": governor})
