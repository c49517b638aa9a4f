import pytest
from hypothesis import given
from hypothesis import strategies as st

from zk_circuits.errors import TagInvalid, WordOutOfRange, ZkError
from zk_circuits.tags import PriceTag, Tag, TagType

from .vector_files import vectors


@pytest.mark.parametrize("vector", vectors("tags.json"))
def test_vector(vector):
    word = vector["type"] + 2**8 * 2 + 2**16 * 2 + 2**32 * vector["element"]
    assert int(vector["word"]) == word
    tag = Tag.parse(word)
    assert (tag.element, tag.type) == (vector["element"], vector["type"])
    assert tag.word == word


def test_other_types_are_the_tag_of_the_lot_and_a_little_more():
    cobalt = Tag(27)
    added = {TagType.LOT: 0, TagType.BIRTH: 1, TagType.TOTAL: 2, TagType.RUN_EVENT: 4}
    assert {kind: cobalt.of(kind).word - cobalt.word for kind in TagType} == added


def test_a_price_has_a_tag_of_its_own():
    assert PriceTag(27).word == 4 + 2**8 + 2**16 + 2**32 * 27
    assert PriceTag.parse(PriceTag(27).word) == PriceTag(27)
    with pytest.raises(TagInvalid):
        Tag.parse(PriceTag(27).word)
    with pytest.raises(TagInvalid):
        PriceTag.parse(Tag(27).word)
    with pytest.raises(TagInvalid):
        PriceTag(0)


WORDS = {Tag(element, kind).word for element in range(1, 119) for kind in TagType}


@given(st.one_of(st.sampled_from(sorted(WORDS)), st.integers(0, 2**48 - 1)), st.integers(0, 48))
def test_a_word_is_parsed_as_the_tag_that_has_it_or_refused(word, bit):
    """Of random words next to none is a tag's: near them are those with one bit changed."""
    near = word ^ (1 << bit) % 2**48
    if near in WORDS:
        assert Tag.parse(near).word == near
    else:
        with pytest.raises(TagInvalid):
            Tag.parse(near)


@pytest.mark.parametrize(
    ("word", "wrong"),
    [
        (1 + (1 << 8) + (2 << 16) + (27 << 32), "format"),
        (1 + (2 << 8) + (1 << 16) + (27 << 32), "schema"),
        (4 + (2 << 8) + (2 << 16) + (27 << 32), "type"),
        (1 + (2 << 8) + (2 << 16), "element"),
        (1 + (2 << 8) + (2 << 16) + (119 << 32), "element"),
    ],
)
def test_unknown_field_is_refused_by_name(word, wrong):
    with pytest.raises(TagInvalid) as refused:
        Tag.parse(word)
    assert refused.value.values["field"] == wrong


def test_bits_beyond_the_element_are_refused():
    with pytest.raises(WordOutOfRange):
        Tag.parse(Tag(27).word + 2**48)


@pytest.mark.parametrize("element", [True, 27.0, "27", None])
def test_only_integers_are_elements(element):
    with pytest.raises(ZkError):
        Tag(element)
