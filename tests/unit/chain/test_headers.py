"""Headers of a real QBFT network: hashes, extraData, seals."""

from dataclasses import replace
from typing import Any

import pytest

from lodetrace.chain.errors import (
    EvidenceInvalid,
    ExtraDataMalformed,
    HeaderMalformed,
    ParentMismatch,
    RlpMalformed,
    SealForeign,
    SealMalformed,
    SealRepeated,
    SealsTooFew,
)
from lodetrace.chain.header import Header, require_child
from lodetrace.chain.qbft import (
    MOST_VALIDATORS,
    Vote,
    block_hash,
    encode_extra_data,
    extra_data_of,
    sealed_hash,
)
from lodetrace.chain.seals import quorum, require_sealed
from lodetrace.chain.strict_rlp import encode
from tests.unit.chain.blocks import HEADERS, header_of, unhex


def with_seals(header: Header, *seals: bytes) -> Header:
    extra = replace(extra_data_of(header), seals=seals)
    return Header.decode(encode(header.with_extra_data(encode_extra_data(extra))))


@pytest.mark.parametrize("name", HEADERS)
def test_real_header(vectors: Any, name: str) -> None:
    header, expected = header_of(vectors, name), vectors[name]["expect"]
    extra = extra_data_of(header)
    assert "0x" + block_hash(header).hex() == expected["blockHash"]
    assert "0x" + sealed_hash(header).hex() == expected["commitHash"]
    assert extra.round == expected["round"]
    assert len(extra.seals) == expected["sealCount"]
    assert encode_extra_data(extra) == header.extra_data
    validators = [unhex(text) for text in vectors[name]["validators"]]
    assert sorted(extra.validators) == sorted(validators)
    signers = require_sealed(header, validators)
    assert ["0x" + signer.hex() for signer in signers] == expected["signers"]


def test_votes_of_real_headers(vectors: Any) -> None:
    candidate = unhex("ab3c64f348adf837d059252e06633a19cf9e6a2d")
    found = [
        extra_data_of(header_of(vectors, name)).vote
        for name in ("header_100_vote_remove", "header_104_vote_add_1", "header_1_height1")
    ]
    assert found == [Vote(candidate, add=False), Vote(candidate, add=True), None]


def test_round_is_signed_and_not_part_of_the_identity(vectors: Any) -> None:
    header = header_of(vectors, "header_32_round1")
    assert extra_data_of(header).round == 1
    assert sealed_hash(header) != block_hash(header)


def test_headers_follow_one_another(vectors: Any) -> None:
    parent, child = (
        header_of(vectors, name) for name in ("header_12_parent_of_txs", "header_13_with_txs")
    )
    require_child(parent, block_hash(parent), child)
    with pytest.raises(ParentMismatch):
        require_child(child, block_hash(child), parent)
    with pytest.raises(ParentMismatch):
        require_child(replace(parent, number=11), block_hash(parent), child)


@pytest.mark.parametrize(
    ("validators", "required"), [(1, 1), (2, 2), (3, 2), (4, 3), (5, 4), (6, 4), (7, 5), (10, 7)]
)
def test_quorum(validators: int, required: int) -> None:
    assert quorum(validators) == required


def test_seals_too_few(vectors: Any) -> None:
    header = header_of(vectors, "header_13_with_txs")
    extra = extra_data_of(header)
    with pytest.raises(SealsTooFew, match="2 seals of 4 validators, 3"):
        require_sealed(with_seals(header, *extra.seals[:2]), extra.validators)
    with pytest.raises(SealsTooFew):
        require_sealed(with_seals(header), [])


def test_seal_given_twice(vectors: Any) -> None:
    header = header_of(vectors, "header_13_with_txs")
    extra = extra_data_of(header)
    with pytest.raises(SealRepeated, match="seal 1 of block 13"):
        require_sealed(with_seals(header, extra.seals[0], *extra.seals), extra.validators)


def test_seal_by_an_outsider(vectors: Any) -> None:
    header = header_of(vectors, "header_13_with_txs")
    validators = set(extra_data_of(header).validators) - {require_sealed_first(header)}
    with pytest.raises(SealForeign, match="seal 0"):
        require_sealed(header, validators)


def require_sealed_first(header: Header) -> bytes:
    return require_sealed(header, extra_data_of(header).validators)[0]


def test_seals_of_another_block(vectors: Any) -> None:
    header, other = (
        header_of(vectors, name) for name in ("header_13_with_txs", "header_12_parent_of_txs")
    )
    extra = extra_data_of(header)
    with pytest.raises((SealForeign, SealMalformed)):
        require_sealed(with_seals(header, *extra_data_of(other).seals), extra.validators)


def test_seals_of_another_round(vectors: Any) -> None:
    header = header_of(vectors, "header_32_round1")
    extra = replace(extra_data_of(header), round=0)
    moved = Header.decode(encode(header.with_extra_data(encode_extra_data(extra))))
    assert block_hash(moved) == block_hash(header)
    with pytest.raises((SealForeign, SealMalformed)):
        require_sealed(moved, extra.validators)


@pytest.mark.parametrize("seal", [b"\1" * 64 + b"\2", b"\0" * 65, b"\xff" * 64 + b"\0"])
def test_seal_without_a_signer(vectors: Any, seal: bytes) -> None:
    header = header_of(vectors, "header_13_with_txs")
    with pytest.raises(SealMalformed):
        require_sealed(with_seals(header, seal), extra_data_of(header).validators)


@pytest.mark.parametrize("bit", [2, 27, 28, 255])
def test_seal_with_a_recovery_bit_that_besu_does_not_write(vectors: Any, bit: int) -> None:
    """27 and 28 name the same signer elsewhere: a second spelling of one seal."""
    header = header_of(vectors, "header_13_with_txs")
    extra = extra_data_of(header)
    respelt = extra.seals[0][:64] + bytes([bit])
    with pytest.raises(SealMalformed, match=f"recovery bit {bit}"):
        require_sealed(with_seals(header, respelt, *extra.seals[1:]), extra.validators)


def test_extra_data_of_another_consensus(vectors: Any) -> None:
    header = header_of(vectors, "header_13_with_txs")
    for extra in (b"", b"\xc0", bytes(97), encode([bytes(32), [], [], b""]), encode([b""] * 5)):
        with pytest.raises(ExtraDataMalformed):
            extra_data_of(replace(header, extra_data=extra))


ADDRESS, SEAL = b"\x01" * 20, b"\x02" * 65


@pytest.mark.parametrize(
    ("position", "wrong", "reason"),
    [
        (1, ADDRESS, "validators: a list of at most"),
        (1, [ADDRESS] * (MOST_VALIDATORS + 1), "validators: a list of at most"),
        (2, ADDRESS, "vote: a list is expected"),
        (2, [ADDRESS], "vote: an address and"),
        (2, [ADDRESS, b"\xff", b""], "vote: an address and"),
        (2, [ADDRESS, b"\x01"], "vote: an address and"),
        (4, SEAL, "seals: a list of at most"),
        (4, [SEAL] * (MOST_VALIDATORS + 1), "seals: a list of at most"),
    ],
)
def test_extra_data_with_an_item_of_another_shape(
    vectors: Any, position: int, wrong: Any, reason: str
) -> None:
    header = header_of(vectors, "header_13_with_txs")
    items: list[Any] = [bytes(32), [ADDRESS], [ADDRESS, b"\xff"], b"", [SEAL]]
    assert extra_data_of(replace(header, extra_data=encode(items))).validators == (ADDRESS,)
    items[position] = wrong
    with pytest.raises(ExtraDataMalformed) as refused:
        extra_data_of(replace(header, extra_data=encode(items)))
    assert reason in str(refused.value).replace("malformed ", "")


def test_header_with_fields_of_another_shape(vectors: Any) -> None:
    fields = list(header_of(vectors, "header_13_with_txs").fields)
    for position in range(len(fields)):
        for wrong in (b"\0", [], bytes(300)):
            changed = [*fields[:position], wrong, *fields[position + 1 :]]
            if position == 12 and isinstance(wrong, bytes):
                continue  # extraData has any length here; its shape is asked for above
            with pytest.raises((HeaderMalformed, RlpMalformed)):
                Header.decode(encode(changed))
    for count in (0, 14, 18):
        with pytest.raises(HeaderMalformed, match=f"are {count} fields"):
            Header.decode(encode((fields * 2)[:count]))


def require_same(raw: bytes, original: Header) -> None:
    """What a verifier asks of a header whose hash it knows."""
    found = Header.decode(raw)
    require_sealed(found, extra_data_of(original).validators)
    if block_hash(found) != block_hash(original):
        raise ParentMismatch(number=found.number, actual="?", expected="?")


def test_every_changed_byte_is_noticed(vectors: Any) -> None:
    """No longer a header, or no longer sealed."""
    raw = unhex(vectors["header_13_with_txs"]["rawHeader"])
    header = Header.decode(raw)
    require_same(raw, header)
    for at in range(len(raw)):
        changed = raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]
        with pytest.raises(EvidenceInvalid):
            require_same(changed, header)
