"""Finds a contract whose record was lost: a script killed between deploying and recording.

Without it a resumed deployment would leave a twin behind and get other addresses than one that
was never stopped. Only blocks are read: a node that keeps no old states (Besu's Bonsai, anvil
after a revert) answers as well.
"""

from collections.abc import Callable, Container, Iterator

from brownie import web3
from eth_utils import keccak
from rlp import encode

from lodetrace.text import ADDRESS_BYTES, checksummed, hex_of, parse_bare_hex, parse_hex
from scripts.deployed import code_hash_at

RECENT = 64
"""Transactions of the deployer that are looked at; a founding takes fewer."""

NO_CODE = hex_of(keccak(b""))

BLOCKS = 20_000
"""Blocks that are looked at: eleven hours at 2 s, where a resumed script takes minutes."""


def find(
    deployer: str, data: str, recorded: Container[str], code_hash: Callable[[], str]
) -> tuple[str, int] | None:
    """Address and block of what the deployer created lately with exactly this data.

    recorded: addresses that are known, in checksum case; code_hash: of what would be created,
    asked for where something stands that is not recorded.
    """
    sent = web3.eth.get_transaction_count(deployer)
    created = {_created(deployer, nonce): nonce for nonce in range(max(0, sent - RECENT), sent)}
    hashes = {at: code_hash_at(at) for at in created if at not in recorded}
    standing = {at: found for at, found in hashes.items() if found != NO_CODE}
    nonces = {created[at]: at for at, found in standing.items() if found == code_hash()}
    if not nonces:
        return None
    for block, nonce, created_with in _creations(deployer):
        if nonce in nonces and created_with == parse_bare_hex(data.removeprefix("0x")):
            return nonces[nonce], block
    return None


def _created(deployer: str, nonce: int) -> str:
    return checksummed(keccak(encode([parse_hex(deployer, ADDRESS_BYTES), nonce]))[12:])


def _creations(deployer: str) -> Iterator[tuple[int, int, bytes]]:
    """Block, nonce and data of each contract that the deployer created, newest first."""
    newest = web3.eth.block_number
    for number in range(newest, max(-1, newest - BLOCKS), -1):
        for transaction in web3.eth.get_block(number, True)["transactions"]:
            if transaction["from"] == deployer and transaction.get("to") is None:
                yield number, transaction["nonce"], bytes(transaction["input"])
