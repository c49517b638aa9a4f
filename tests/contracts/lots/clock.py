"""The chain's clock, on Ganache and anvil alike."""

from typing import Any

from brownie import chain, web3


def mine_at(timestamp: int) -> None:
    """The latest block has exactly this time; calls (not transactions) then see it."""
    answer: Any = web3.provider.make_request("evm_mine", [{"timestamp": timestamp}])
    assert "error" not in answer, answer
    assert chain[-1].timestamp == timestamp


def pass_time(timestamp: int) -> None:
    """Later blocks are after this time."""
    chain.sleep(max(0, timestamp + 1 - chain.time()))
    chain.mine()
    assert chain[-1].timestamp > timestamp
