"""keccak256 in plain Python against published digests, and against the compiled one."""

import pytest
from Crypto.Hash import keccak
from hypothesis import given
from hypothesis import strategies as st

from zk_circuits.keccak import keccak256
from zk_circuits.keccak_sponge import RATE, sponge

PUBLISHED = {
    # the hash of nothing and the root of an empty trie (Yellow Paper, section 4.1 and appendix D)
    b"": "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470",
    b"\x80": "56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421",
    # the topic of every transfer of an ERC-20 token
    b"Transfer(address,address,uint256)": (
        "ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"
    ),
}


@pytest.mark.parametrize("data", PUBLISHED)
def test_digests_are_those_that_are_published(data: bytes) -> None:
    assert sponge(data).hex() == PUBLISHED[data]
    assert keccak256(data).hex() == PUBLISHED[data]


@pytest.mark.parametrize("size", [1, RATE - 2, RATE - 1, RATE, RATE + 1, 2 * RATE - 1, 2 * RATE])
def test_padding_has_one_form_at_every_edge_of_a_block(size: int) -> None:
    data = bytes(size)
    assert sponge(data) == keccak.new(digest_bits=256, data=data).digest()


@given(st.binary(max_size=3 * RATE))
def test_it_agrees_with_the_compiled_one(data: bytes) -> None:
    assert sponge(data) == keccak.new(digest_bits=256, data=data).digest()
    assert sponge(bytearray(data)) == sponge(data)
