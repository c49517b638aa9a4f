"""How a refused call is told apart: by its custom error and that error's values."""

import re
from typing import Any

import brownie
from brownie.test.managers.runner import RevertContextManager


def reverts(error: str, *values: Any) -> RevertContextManager:
    """The call inside is refused with this custom error, which carries exactly these values."""
    return brownie.reverts(f"{error}: {', '.join(_spelt(value) for value in values)}")


def reverts_with_time(error: str, *values: Any) -> RevertContextManager:
    """As reverts, where the error's last value is the time of the block."""
    start = f"{error}: {', '.join(_spelt(value) for value in values)}, "
    return brownie.reverts(revert_pattern=re.escape(start) + r"\d+")


def refusal(contract: Any, error: str, *values: Any) -> bytes:
    """The bytes of a custom error of the contract, as another error carries them."""
    abi = next(x for x in contract.abi if x["type"] == "error" and x["name"] == error)
    types = [field["type"] for field in abi["inputs"]]
    selector = brownie.web3.keccak(text=f"{error}({','.join(types)})")[:4]
    given = [
        bytes.fromhex(v[2:]) if t == "bytes32" else v for t, v in zip(types, values, strict=True)
    ]
    return bytes(selector + brownie.web3.codec.encode(types, given))


def _spelt(value: Any) -> str:
    """As Brownie spells a decoded value: 32 bytes as Python bytes, addresses in small letters."""
    text = str(value)
    if not text.startswith("0x"):
        return text
    return str(bytes.fromhex(text[2:])) if len(text) == 66 else text.lower()
