"""Joins a network."""

from lodetrace.network.errors import AddressMalformed


def address(text: str) -> str:
    """An address in lower case; raises AddressMalformed."""
    digits = text.strip().lower().removeprefix("0x")
    if len(digits) != 40 or any(sign not in "0123456789abcdef" for sign in digits):
        raise AddressMalformed(text=text[:60])
    return "0x" + digits
