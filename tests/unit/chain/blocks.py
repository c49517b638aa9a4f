"""Names and reading of the recorded blocks."""

from typing import Any

from lodetrace.chain.header import Header

HEADERS = (
    "header_1_height1",
    "header_12_parent_of_txs",
    "header_13_with_txs",
    "header_32_round1",
    "header_100_vote_remove",
    "header_101_set_is_3",
    "header_104_vote_add_1",
    "header_105_vote_add_2",
    "header_106_set_is_4",
)


def unhex(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("0x"))


def header_of(vectors: Any, name: str) -> Header:
    """The header as the node gave it."""
    return Header.decode(unhex(vectors[name]["rawHeader"]))
