import pytest
from hypothesis import given
from hypothesis import strategies as st

from zk_circuits.errors import TagInvalid, WordOutOfRange, ZkError
from zk_circuits.tags import Tag, TagType

from .vector_files import vectors


@pytest.mark.parametrize("vector", vectors("tags.json"))
def test_vector(vector):
    word = (
        vector["type"]
        + 2**8 * vector["format"]
        + 2**16 * vector["schema"]
        + 2**32 * vector["element"]
    )
    assert int(vector["word"]) == word
    tag = Tag.parse(word)
    assert (tag.element, tag.type) == (vector["element"], vector["type"])
    assert (tag.schema, tag.format) == (vector["schema"], vector["format"])
    assert tag.word == word


def test_an_event_has_the_tag_of_its_lot_plus_one():
    cobalt = Tag(27)
    assert cobalt.of(TagType.EVENT).word == cobalt.word + 1
    assert cobalt.of(TagType.TOTAL).word == cobalt.word + 2


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
    ("fields", "wrong"),
    [
        ({"element": 0}, "element"),
        ({"element": 119}, "element"),
        ({"element": 27, "type": 5}, "type"),
        ({"element": 27, "type": 0}, "type"),
        ({"element": 27, "schema": 2}, "schema"),
        ({"element": 27, "format": 2}, "format"),
    ],
)
def test_unknown_field_is_refused_by_name(fields, wrong):
    with pytest.raises(TagInvalid) as refused:
        Tag(**fields)
    assert refused.value.values["field"] == wrong


def test_bits_beyond_the_element_are_refused():
    with pytest.raises(WordOutOfRange):
        Tag.parse(Tag(27).word + 2**48)


@pytest.mark.parametrize("element", [True, 27.0, "27", None])
def test_only_integers_are_elements(element):
    with pytest.raises(ZkError):
        Tag(element)
