"""Openings travel at a fixed length, and only the right one is taken."""

from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lodetrace.contracts.structs import SealedOpening
from lodetrace.keys.sealed_opening import (
    BOX_BYTES,
    PLAIN_BYTES,
    OpeningMalformed,
    OpeningOfAnother,
    decode_opening,
    encode_opening,
    from_words,
    open_sealed,
    seal_opening,
    to_words,
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
from zk_circuits.balance import Balance, Measurement
from zk_circuits.commitment import Opening
from zk_circuits.tags import Tag, TagType

COBALT, NICKEL = 27, 28
AMOUNT = st.integers(0, (1 << 64) - 1)


@st.composite
def openings(draw: st.DrawFn) -> Opening:
    metal = draw(AMOUNT)
    second = draw(st.integers(0, metal))
    credits_ = (
        draw(st.integers(0, metal)), second, draw(st.integers(0, metal - second)), 0, 0,
    )  # fmt: skip
    balance = Balance(metal, draw(AMOUNT), draw(st.integers(0, metal)), credits=credits_)
    kind = draw(st.sampled_from([TagType.LOT, TagType.TOTAL]))
    tag = Tag(draw(st.integers(1, 118)), kind)
    return Opening(tag, balance, draw(st.integers(0, (1 << 248) - 1)))


OPENING = Opening(Tag(COBALT), Balance(10**9, 5, 3, credits=(1, 0, 0, 0, 0)), 1 << 247)


@given(openings())
def test_what_is_written_is_read_again(opening: Opening) -> None:
    plain = encode_opening(opening)
    assert len(plain) == PLAIN_BYTES
    assert decode_opening(plain) == opening


def test_the_layout_is_frozen() -> None:
    plain = encode_opening(OPENING)
    assert plain[:7].hex() == "01" + "001b00010101"
    assert plain[7:15] == (10**9).to_bytes(8, "big")
    assert plain[79] == 0x80, "the salt's highest byte"
    assert plain[110:] == b"\0\0"


@given(st.integers(0, PLAIN_BYTES - 1), st.integers(1, 255))
def test_an_altered_byte_never_opens_the_same(position: int, change: int) -> None:
    plain = bytearray(encode_opening(OPENING))
    plain[position] ^= change
    with suppress(OpeningMalformed):
        assert decode_opening(bytes(plain)).commitment != OPENING.commitment


@pytest.mark.parametrize("length", [0, 1, 111, 113, 1000])
def test_another_length_is_refused(length: int) -> None:
    with pytest.raises(OpeningMalformed, match=f"{length} bytes"):
        decode_opening(encode_opening(OPENING)[:length].ljust(length, b"\0"))


@given(st.binary(min_size=PLAIN_BYTES, max_size=PLAIN_BYTES))
def test_garbage_is_refused_or_opens_something_else(garbage: bytes) -> None:
    with suppress(OpeningMalformed):
        assert decode_opening(garbage).commitment != OPENING.commitment


def test_openings_of_events_are_not_taken_from_others() -> None:
    event = Opening(Tag(COBALT, TagType.EVENT), Measurement(5, 1), 1)
    with pytest.raises(OpeningMalformed, match="event"):
        decode_opening(encode_opening(event))
    assert decode_opening(encode_opening(event), [TagType.EVENT]) == event


@given(openings())
def test_sealed_and_opened(opening: Opening) -> None:
    key = ViewingKey.generate()
    sealed = seal_opening(opening, key.public)
    assert len(from_words(sealed)) == BOX_BYTES
    keys = [ViewingKey.generate(), key]
    assert open_sealed(sealed, keys, opening.commitment, opening.tag.element) == opening


def test_a_box_for_somebody_else_stays_closed() -> None:
    sealed = seal_opening(OPENING, ViewingKey.generate().public)
    with pytest.raises(BoxUnreadable, match="none of 2 viewing keys"):
        open_sealed(sealed, [ViewingKey.generate()] * 2, OPENING.commitment, COBALT)


def test_garbage_on_chain_stays_closed() -> None:
    garbage = SealedOpening((b"\x5a" * 32,) * 5)
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
    sealed = to_words(seal(b"\x07" * PLAIN_BYTES, key.public))
    with pytest.raises(OpeningMalformed, match="version"):
        open_sealed(sealed, [key], OPENING.commitment, COBALT)


@pytest.mark.parametrize("words", [(), (b"\0" * 32,) * 4, (b"\0" * 31,) * 5])
def test_words_of_another_number_are_refused(words: tuple[bytes, ...]) -> None:
    with pytest.raises(OpeningMalformed):
        from_words(SealedOpening(words))
    with pytest.raises(OpeningMalformed):
        to_words(b"".join(words))


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
