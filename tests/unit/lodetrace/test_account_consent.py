"""What a new account signs, against a wallet's own library."""

from dataclasses import replace

import pytest
from eth_account import Account
from eth_account.messages import encode_typed_data

from lodetrace.contracts.enums import Role
from lodetrace.eip712 import Domain, TypedData
from lodetrace.keys.account_consent import (
    ACCOUNT_CONSENT,
    AccountConsent,
    AccountOfAnotherKey,
    sign_consent,
)
from lodetrace.keys.member_keys import MemberKeys, development_signing_key

ORGANISATION = bytes(range(32))
REGISTER = "0x5FbDB2315678afecb367f032d93F642f64180aa3"
CHAIN = 31_337
KEYS = MemberKeys.for_development(3)
ROLES = Role.TRADER | Role.OPERATOR


def test_a_wallet_reads_what_was_signed() -> None:
    signature = sign_consent(KEYS, ORGANISATION, ROLES, CHAIN, REGISTER)
    signable = encode_typed_data(
        {"name": "Lodetrace", "version": "2", "chainId": CHAIN, "verifyingContract": REGISTER},
        {
            "AccountConsent": [
                {"name": name, "type": kind} for kind, name in ACCOUNT_CONSENT.members
            ]
        },
        {
            "organisation": ORGANISATION,
            "account": KEYS.account,
            "roles": int(ROLES),
            "viewingKey": KEYS.viewing_key.public,
        },
    )
    assert Account.recover_message(signable, signature=signature.raw) == KEYS.account


def test_each_part_counts() -> None:
    key = KEYS.viewing_key.public
    signed = AccountConsent(ORGANISATION, KEYS.account, ROLES, key, CHAIN, REGISTER)
    changed = (
        replace(signed, organisation=bytes(32)),
        replace(signed, account=REGISTER),
        replace(signed, roles=Role.TRADER),
        replace(signed, viewing_key=bytes(32)),
        replace(signed, chain_id=1),
        replace(signed, register=KEYS.account),
    )
    assert len({one.digest() for one in (signed, *changed)}) == 1 + len(changed)


def test_a_domain_without_a_contract_is_another_one() -> None:
    message = {
        "organisation": ORGANISATION,
        "account": KEYS.account,
        "roles": 1,
        "viewingKey": bytes(32),
    }
    plain, bound = (
        TypedData((ACCOUNT_CONSENT,), Domain(CHAIN, verifying_contract=contract), message)
        for contract in (None, REGISTER)
    )
    assert plain.digest() != bound.digest()


def test_only_the_accounts_own_key_signs() -> None:
    rotated = MemberKeys(
        account=KEYS.account,
        signing_key=development_signing_key(4),
        viewing_key=KEYS.viewing_key,
        salt_secret=KEYS.salt_secret,
        epoch_secrets=KEYS.epoch_secrets,
    )
    with pytest.raises(AccountOfAnotherKey, match="by its own key"):
        sign_consent(rotated, ORGANISATION, ROLES, CHAIN, REGISTER)
