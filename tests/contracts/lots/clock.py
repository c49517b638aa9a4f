"""The chain's clock, on Ganache and anvil alike, read from its blocks.

Brownie's own chain.time() counts what was slept, also what a test's end has taken back.
"""

from typing import Any

from brownie import web3


def latest() -> int:
    """Time of the latest block."""
    return int(web3.eth.get_block("latest")["timestamp"])


def wait(seconds: int) -> int:
    """Mines a block at least so much later; returns its time."""
    before = latest()
    _request("evm_increaseTime", hex(seconds))
    _request("evm_mine")
    assert latest() >= before + seconds
    return latest()


def pass_time(timestamp: int) -> None:
    """Later blocks are after this time."""
    wait(max(1, timestamp + 1 - latest()))


def mine_at(timestamp: int) -> None:
    """The latest block has exactly this time; calls, but not transactions, then see it."""
    _request("evm_mine", {"timestamp": timestamp})
    assert latest() == timestamp


def _request(method: str, *arguments: Any) -> None:
    answer = web3.provider.make_request(method, list(arguments))
    assert "error" not in answer, answer
