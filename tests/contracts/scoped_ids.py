"""Ids of what an account declares, made of the account and its own name for it."""

from functools import cache
from typing import Any

from eth_abi import encode
from eth_account import Account
from eth_utils import keccak

from lodetrace.development import DEVELOPMENT_MNEMONIC
from tests.contracts.people import PEOPLE


def scoped(account: Any, label: str) -> str:
    """Of any account."""
    words = encode(["address", "bytes32"], [str(account), bytes.fromhex(label[2:])])
    return "0x" + keccak(words).hex()


def scoped_of(person: str, label: str) -> str:
    """Of a member of the tests; known before there is a chain."""
    return scoped(_address(PEOPLE[person].index), label)


@cache
def _address(index: int) -> str:
    Account.enable_unaudited_hdwallet_features()
    path = f"m/44'/60'/0'/0/{index}"
    return str(Account.from_mnemonic(DEVELOPMENT_MNEMONIC, account_path=path).address)
