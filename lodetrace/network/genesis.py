"""The genesis of a QBFT network under Shanghai, with free gas. Pure: a document, no files."""

from collections.abc import Sequence
from typing import Any, Final

from lodetrace.chain.qbft import VANITY_BYTES, ExtraData, encode_extra_data
from lodetrace.network.errors import ChoiceOutOfRange
from lodetrace.network.parameters import NetworkParameters
from lodetrace.text import hex_of

BFT_MIX_HASH: Final = "0x63746963616c2062797a616e74696e65206661756c7420746f6c6572616e6365"
"""Marks blocks of Besu's BFT protocols; other blocks have randomness there."""

NOBODY: Final = "0x" + "00" * 20
LARGEST_CHAIN_ID: Final = (1 << 53) - 1
"""Wallets and JavaScript read chain ids as numbers of 53 bits."""


def genesis_document(
    chain_id: int,
    parameters: NetworkParameters,
    validators: Sequence[bytes],
    funded: Sequence[str] = (),
) -> dict[str, Any]:
    """genesis.json for Besu.

    validators: addresses of 20 bytes, in any order; funded: accounts with a million ether, which
    nobody needs where gas is free. Raises ChoiceOutOfRange.
    """
    require_figures(chain_id, parameters)
    distinct = len(set(validators)) == len(validators)
    _require(bool(validators) and distinct, "validators", len(validators), "one or more, distinct")
    qbft = {
        "blockperiodseconds": parameters.period,
        "epochlength": parameters.epoch,
        "requesttimeoutseconds": parameters.request_timeout,
    }
    if parameters.empty_period:
        qbft["emptyblockperiodseconds"] = parameters.empty_period
    return {
        "config": {
            "chainId": chain_id,
            "berlinBlock": 0,
            "londonBlock": 0,
            "shanghaiTime": 0,
            "zeroBaseFee": True,
            "qbft": qbft,
        },
        "nonce": "0x0",
        "timestamp": "0x0",
        "extraData": hex_of(genesis_extra_data(validators)),
        "gasLimit": hex(parameters.gas_limit),
        "difficulty": "0x1",
        "mixHash": BFT_MIX_HASH,
        "coinbase": NOBODY,
        "alloc": {account: {"balance": hex(10**24)} for account in funded},
    }


def require_figures(chain_id: int, parameters: NetworkParameters) -> None:
    """Raises ChoiceOutOfRange for figures that no genesis can have."""
    parameters.require_sound()
    _require(1 <= chain_id <= LARGEST_CHAIN_ID, "chain_id", chain_id, "1 to 2^53 - 1")


def genesis_extra_data(validators: Sequence[bytes]) -> bytes:
    """The first validators, as block 0 carries them: no vote, round 0, no seals."""
    return encode_extra_data(ExtraData(bytes(VANITY_BYTES), tuple(validators), None, 0, ()))


def _require(holds: bool, name: str, value: object, reason: str) -> None:
    if not holds:
        raise ChoiceOutOfRange(name=name, value=value, reason=reason)
