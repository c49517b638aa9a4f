"""Transactions of type 2, signed here and nowhere else."""

from typing import Final, NamedTuple

from lodetrace.node.errors import GasNotFree
from lodetrace.secp256k1 import FIRST_RECOVERY, DigestSigner, SigningKey
from lodetrace.text import ADDRESS_BYTES, hex_of, parse_hex
from lodetrace.transactions.outbox import SignedTransaction

PRIORITY_FEE: Final = 10**9


class Fee(NamedTuple):
    """wei per gas: at most, and to the block's maker."""

    most: int
    priority: int


class Unsigned(NamedTuple):
    """A transaction without value. target None deploys."""

    chain_id: int
    nonce: int
    target: str | None
    data: bytes
    gas: int
    fee: Fee


def fee_over(base_fee: int, *, free_gas: bool) -> Fee:
    """A fee that stands some rises of the base fee; nothing where gas is free.

    Raises GasNotFree where the chain asks for what its description says is free.
    """
    if not free_gas:
        return Fee(4 * base_fee + PRIORITY_FEE, PRIORITY_FEE)
    if base_fee:
        raise GasNotFree(base_fee=base_fee)
    return Fee(0, 0)


def sign_transaction(unsigned: Unsigned, signing_key: SigningKey) -> SignedTransaction:
    """Hash and bytes of the signed transaction; the same whoever holds the key."""
    from eth_account import Account

    fields: dict[str, object] = {
        "type": 2,
        "chainId": unsigned.chain_id,
        "nonce": unsigned.nonce,
        "gas": unsigned.gas,
        "maxFeePerGas": unsigned.fee.most,
        "maxPriorityFeePerGas": unsigned.fee.priority,
        "value": 0,
        "data": unsigned.data,
    }
    if unsigned.target is not None:
        fields["to"] = parse_hex(unsigned.target, ADDRESS_BYTES)
    if not isinstance(signing_key, bytes):
        return _signed_elsewhere(fields, signing_key)
    signed = Account.sign_transaction(fields, signing_key)
    return SignedTransaction(hex_of(signed.hash), bytes(signed.raw_transaction))


def _signed_elsewhere(fields: dict[str, object], signer: DigestSigner) -> SignedTransaction:
    from eth_account._utils.legacy_transactions import encode_transaction
    from eth_account.typed_transactions.typed_transaction import TypedTransaction

    from zk_circuits.keccak import keccak256

    unsigned = TypedTransaction.from_dict(fields)
    raw = signer.sign(bytes(unsigned.hash()))
    r, s = int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:64], "big")
    encoded = bytes(encode_transaction(unsigned, vrs=(raw[64] - FIRST_RECOVERY, r, s)))
    return SignedTransaction(hex_of(keccak256(encoded)), encoded)
