"""The consent that a new account signs, made by a wallet's own library."""

from functools import cache
from typing import Any

import brownie
from eth_account import Account
from eth_account.messages import encode_typed_data

from lodetrace.development import DEVELOPMENT_MNEMONIC

TYPES = {
    "AccountConsent": [
        {"name": "organisation", "type": "bytes32"},
        {"name": "account", "type": "address"},
        {"name": "roles", "type": "uint32"},
        {"name": "viewingKey", "type": "bytes32"},
    ]
}
ACCOUNTS = 40
"""Of the development chain."""


def add_account(members: Any, account: Any, roles: int, viewing_key: str, admin: Any) -> Any:
    """The admin adds an account that agreed."""
    organisation = members.organisationOf(members.accountOf(admin))
    consent = consent_of(members, organisation, account, roles, viewing_key)
    return members.addAccount(account, roles, viewing_key, consent, {"from": admin})


def consent_of(
    members: Any,
    organisation: Any,
    account: Any,
    roles: int,
    viewing_key: str,
    by: Any = None,
    **domain: Any,
) -> bytes:
    """Signed by the account itself, or by another one; `domain` changes its members."""
    message = {
        "organisation": bytes.fromhex(str(organisation).removeprefix("0x")),
        "account": str(account),
        "roles": int(roles),
        "viewingKey": bytes.fromhex(viewing_key[2:]),
    }
    named = {
        "name": "Lodetrace",
        "version": "2",
        "chainId": brownie.chain.id,
        "verifyingContract": str(members),
    }
    signable = encode_typed_data({**named, **domain}, TYPES, message)
    return bytes(Account.sign_message(signable, _keys()[str(by or account)]).signature)


@cache
def _keys() -> dict[str, bytes]:
    """Of the development chain's accounts, and of as many that hold no coin."""
    Account.enable_unaudited_hdwallet_features()
    derived = [
        Account.from_mnemonic(DEVELOPMENT_MNEMONIC, account_path=f"m/44'/60'/0'/0/{index}")
        for index in range(ACCOUNTS)
    ]
    made = [Account.from_key(number.to_bytes(32, "big")) for number in range(1, 65)]
    return {account.address: bytes(account.key) for account in (*derived, *made)}


def coinless(number: int) -> str:
    """Address of an account that nobody funded, from 1 to 64."""
    return str(Account.from_key(number.to_bytes(32, "big")).address)
