"""Finds a contract whose record was lost: a script killed between deploying and recording.

Without it a resumed deployment would leave a twin behind and get other addresses than one that
was never stopped.
"""

from brownie import web3
from eth_utils import keccak, to_checksum_address
from rlp import encode

from scripts.deployed import code_hash_at

RECENT = 64
"""Transactions of the deployer that are looked at; a founding takes fewer."""


def find(deployer: str, data: str, code_hash: str) -> tuple[str, int] | None:
    """Address and block of what the deployer created lately with exactly this data."""
    sent = web3.eth.get_transaction_count(deployer)
    for nonce in range(max(0, sent - RECENT), sent):
        address = _created(deployer, nonce)
        if code_hash_at(address) == code_hash:
            block = _creation_block(address)
            if _created_with(block, deployer, nonce, data):
                return address, block
    return None


def _created(deployer: str, nonce: int) -> str:
    return to_checksum_address(keccak(encode([bytes.fromhex(deployer[2:]), nonce]))[12:])


def _creation_block(address: str) -> int:
    """The first block after which the address has code."""
    without, having = -1, web3.eth.block_number
    while having - without > 1:
        middle = (without + having) // 2
        if web3.eth.get_code(address, middle):
            having = middle
        else:
            without = middle
    return having


def _created_with(block: int, deployer: str, nonce: int, data: str) -> bool:
    transactions = web3.eth.get_block(block, True)["transactions"]
    return any(
        (tx["from"], tx["nonce"]) == (deployer, nonce)
        and bytes(tx["input"]) == bytes.fromhex(data.removeprefix("0x"))
        for tx in transactions
    )
