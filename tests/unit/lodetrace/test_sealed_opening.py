"""Openings travel at a fixed length, and only the right one is taken."""

from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lodetrace.contracts.sealed_boxes import OPENING_BYTES, is_sealed_box
from lodetrace.keys.sealed_opening import (
    OpeningMalformed,
    OpeningOfAnother,
    boxed,
    decode_opening,
    encode_opening,
    encode_slots,
    open_sealed,
    seal_opening,
    unboxed,
)
from lodetrace.keys.viewing import (
    BoxUnreadable,
    Handover,
    HandoverBroken,
    ViewingKey,
    ViewingKeyMalformed,
    former_keys,
    seal,
)
from zk_circuits.balance import Balance, BirthMeasurement, RunMeasurement
from zk_circuits.commitment import Opening
from zk_circuits.tags import Tag, TagType

COBALT, NICKEL = 27, 28
AMOUNT = st.integers(0, (1 << 64) - 1)


@st.composite
def openings(draw: st.DrawFn) -> Opening:
    metal = draw(AMOUNT)
    second = draw(st.integers(0, metal))
    third = draw(st.integers(0, metal - second))
    credits_ = (draw(st.integers(0, metal)), second, third, 0)
    carbon, units = draw(AMOUNT), draw(st.integers(0, (1 << 32) - 1))
    cahra, direct = draw(st.integers(0, metal)), draw(st.integers(0, carbon))
    balance = Balance(metal, carbon, cahra, units, credits_, direct)
    kind = draw(st.sampled_from([TagType.LOT, TagType.TOTAL]))
    tag = Tag(draw(st.integers(1, 118)), kind)
    return Opening(tag, balance, draw(st.integers(0, (1 << 248) - 1)))


OPENING = Opening(Tag(COBALT), Balance(10**9, 5, 3, credits=(1, 0, 0, 0)), 1 << 247)


@given(openings())
def test_what_is_written_is_read_again(opening: Opening) -> None:
    plain = encode_opening(opening)
    assert len(plain) == OPENING_BYTES
    assert decode_opening(plain) == opening


def test_the_layout_is_frozen() -> None:
    plain = encode_opening(OPENING)
    assert plain[:7].hex() == "02" + "001b00020201"
    assert plain[7:15] == (10**9).to_bytes(8, "big")
    assert plain[79] == 0x80, "the salt's highest byte"
    assert plain[110:] == bytes(18)
    assert encode_opening(OPENING, b"n" * 16)[110:] == b"n" * 16 + b"\0\0"


def test_the_nonce_is_in_its_makers_copy_only() -> None:
    """A receiver needs the salt alone: the nonce would be half of what derives others."""
    key, nonce = ViewingKey.generate(), b"sixteen of these"
    own, given = seal_opening(OPENING, key.public, nonce), seal_opening(OPENING, key.public)
    assert nonce in unboxed(own, [key])
    assert unboxed(given, [key])[110:] == bytes(18)
    assert len(own) == len(given)
    for box in (own, given):
        assert open_sealed(box, [key], OPENING.commitment, COBALT) == OPENING


@given(st.integers(0, OPENING_BYTES - 1), st.integers(1, 255))
def test_an_altered_byte_never_opens_the_same(position: int, change: int) -> None:
    plain = bytearray(encode_opening(OPENING))
    plain[position] ^= change
    if 110 <= position < 126:
        return  # the nonce is no part of the commitment
    with suppress(OpeningMalformed):
        assert decode_opening(bytes(plain)).commitment != OPENING.commitment


@pytest.mark.parametrize("length", [0, 1, 127, 129, 1000])
def test_another_length_is_refused(length: int) -> None:
    with pytest.raises(OpeningMalformed, match=f"{length} bytes"):
        decode_opening(encode_opening(OPENING)[:length].ljust(length, b"\0"))


@given(st.binary(min_size=OPENING_BYTES, max_size=OPENING_BYTES))
def test_garbage_is_refused_or_opens_something_else(garbage: bytes) -> None:
    with suppress(OpeningMalformed):
        assert decode_opening(garbage).commitment != OPENING.commitment


EVENTS = [
    Opening(Tag(COBALT, TagType.BIRTH), BirthMeasurement(5, 3, 96, (4, 1, 0, 0), 2), 1),
    Opening(Tag(COBALT, TagType.RUN_EVENT), RunMeasurement(5, (3, 2, 1), 4, 1, 96, 2), 1),
    Opening(Tag(COBALT, TagType.RUN_EVENT), RunMeasurement.settlement(5, 1), 1),
]


@pytest.mark.parametrize("event", EVENTS)
def test_openings_of_events_are_not_taken_from_others(event: Opening) -> None:
    with pytest.raises(OpeningMalformed, match="it opens no lot but a"):
        decode_opening(encode_opening(event))
    assert decode_opening(encode_opening(event), [event.tag.type]) == event


def test_a_birth_has_an_empty_slot() -> None:
    tag = Tag(COBALT, TagType.BIRTH)
    plain = encode_slots(tag.word, (5, 3, 1, 1, 0, 0, 0, 0, 0), 1)
    with pytest.raises(OpeningMalformed, match="v2 of the birth"):
        decode_opening(plain, [TagType.BIRTH])


def test_an_opening_of_the_format_before_is_refused() -> None:
    old = 1 + (1 << 8) + (1 << 16) + (COBALT << 32)
    with pytest.raises(OpeningMalformed, match="schema"):
        decode_opening(encode_slots(old, (5, 3, 0, 0, 0, 0, 0, 0, 0), 1))


@given(openings())
def test_sealed_and_opened(opening: Opening) -> None:
    key = ViewingKey.generate()
    sealed = seal_opening(opening, key.public)
    assert len(sealed) == 177
    assert is_sealed_box(sealed)
    keys = [ViewingKey.generate(), key]
    assert open_sealed(sealed, keys, opening.commitment, opening.tag.element) == opening


def test_a_box_for_somebody_else_stays_closed() -> None:
    sealed = seal_opening(OPENING, ViewingKey.generate().public)
    with pytest.raises(BoxUnreadable, match="none of 2 viewing keys"):
        open_sealed(sealed, [ViewingKey.generate()] * 2, OPENING.commitment, COBALT)


def test_garbage_on_chain_stays_closed() -> None:
    garbage = b"\1" + b"\x5a" * 176
    with pytest.raises(BoxUnreadable):
        open_sealed(garbage, [ViewingKey.generate()], OPENING.commitment, COBALT)


def test_a_swapped_opening_is_refused() -> None:
    key = ViewingKey.generate()
    other = Opening(OPENING.tag, Balance(10**9 - 1, 5, 3), OPENING.salt)
    with pytest.raises(OpeningOfAnother):
        open_sealed(seal_opening(other, key.public), [key], OPENING.commitment, COBALT)


def test_an_opening_of_another_metal_is_refused() -> None:
    key = ViewingKey.generate()
    sealed = seal_opening(OPENING, key.public)
    with pytest.raises(OpeningMalformed, match="element"):
        open_sealed(sealed, [key], OPENING.commitment, NICKEL)


def test_sealed_garbage_of_the_right_length_is_refused() -> None:
    key = ViewingKey.generate()
    sealed = boxed(b"\x07" * OPENING_BYTES, key.public)
    with pytest.raises(OpeningMalformed, match="version"):
        open_sealed(sealed, [key], OPENING.commitment, COBALT)


@pytest.mark.parametrize(
    "box",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"\1", id="no content"),
        pytest.param(b"\1" + bytes(175), id="a byte short"),
        pytest.param(b"\1" + bytes(177), id="a byte long"),
        pytest.param(b"\0" + bytes(176), id="algorithm 0"),
        pytest.param(b"\2" + bytes(176), id="an unknown algorithm"),
        pytest.param(bytes(160), id="format 1"),
    ],
)
def test_another_algorithm_or_length_is_refused(box: bytes) -> None:
    assert not is_sealed_box(box)
    with pytest.raises(OpeningMalformed, match=f"a box of {len(box)} bytes"):
        open_sealed(box, [ViewingKey.generate()], OPENING.commitment, COBALT)


def rotations(count: int) -> tuple[list[ViewingKey], list[Handover]]:
    keys = [ViewingKey.generate() for _ in range(count + 1)]
    made = [Handover(new.public, old.handover_to(new.public)) for old, new in pairwise(keys)]
    return keys, made


@pytest.mark.parametrize("count", range(4))
def test_old_keys_are_found_again(count: int) -> None:
    keys, made = rotations(count)
    assert all(len(handover.box) == 80 for handover in made)
    assert former_keys(keys[-1], made) == keys[-2::-1][: len(made)]


def test_rotations_after_the_key_at_hand_are_left_out() -> None:
    keys, made = rotations(3)
    assert former_keys(keys[1], made) == [keys[0]]


def test_a_broken_handover_is_named() -> None:
    keys, made = rotations(2)
    garbage = Handover(made[1].public, b"\0" * 80)
    with pytest.raises(HandoverBroken):
        former_keys(keys[-1], [made[0], garbage])
    other = Handover(made[1].public, ViewingKey.generate().handover_to(keys[2].public))
    with pytest.raises(HandoverBroken):
        former_keys(keys[-1], [made[0], other])


def test_a_key_of_another_length_is_refused() -> None:
    with pytest.raises(ViewingKeyMalformed):
        ViewingKey(b"\0" * 31)
    with pytest.raises(ViewingKeyMalformed):
        seal(b"", b"\0" * 33)
