"""Accounts and their storage, as the state root of a block commits to them (EIP-1186)."""

from dataclasses import dataclass

from lodetrace.chain.errors import RlpMalformed, TrieNodeMalformed
from lodetrace.chain.strict_rlp import Item, decode, decode_list, fixed, integer
from lodetrace.text import hex_of


@dataclass(frozen=True, slots=True)
class StateAccount:
    """An account. balance in wei; storage_root and code_hash: 32 bytes."""

    nonce: int
    balance: int
    storage_root: bytes
    code_hash: bytes


def decode_account(raw: bytes, what: str) -> StateAccount:
    """From its bytes in the trie; raises TrieNodeMalformed."""
    try:
        return _account(decode_list(raw, what))
    except RlpMalformed as error:
        raise _malformed(raw, what, error) from error


def decode_word(raw: bytes | None, what: str) -> int:
    """A word from its bytes in the trie, None for nothing; raises TrieNodeMalformed."""
    if raw is None:
        return 0
    try:
        word = integer(decode(raw, what), what, 256)
    except RlpMalformed as error:
        raise _malformed(raw, what, error) from error
    return word


def _malformed(raw: bytes, what: str, error: RlpMalformed) -> TrieNodeMalformed:
    reason = str(error.values["reason"])
    return TrieNodeMalformed(what=what, node=hex_of(raw), reason=reason)


def _account(items: list[Item]) -> StateAccount:
    if len(items) != 4:
        raise RlpMalformed(what="account", reason=f"it has {len(items)} items instead of 4")
    return StateAccount(
        nonce=integer(items[0], "nonce"),
        balance=integer(items[1], "balance", 256),
        storage_root=fixed(items[2], 32, "storage root"),
        code_hash=fixed(items[3], 32, "code hash"),
    )
