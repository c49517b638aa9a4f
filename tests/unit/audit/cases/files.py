"""Step 1: files and contents that are not the one encoding of a bundle."""

from dataclasses import replace

from lodetrace.audit.bundle import FRAME_BYTES, frame
from lodetrace.audit.packing import pack
from lodetrace.audit.zero_runs import without_zeros
from lodetrace.chain.strict_rlp import Item, encode, integer_bytes
from tests.support.audit_events import name
from tests.unit.audit.cases.base import Built, items, packed, refused, shown, story, with_item
from zk_circuits.abi import key_hash
from zk_circuits.keccak import keccak256

ONE, TWO = sorted([name("one"), name("two")])
OPENING: list[Item] = [b"\1", ONE, [b""] * 9, b"\2"]


def file() -> bytes:
    return shown(story()).encode()


def content() -> bytes:
    return encode(items())


def other(raw: bytes) -> Built:
    return raw, story().anchor()


def part(place: int) -> list[Item]:
    """An item of the story's content that is a list."""
    found = items()[place]
    assert isinstance(found, list)
    return found


@refused("format", 1, "FileMalformed")
def nothing_at_all() -> Built:
    return other(b"")


@refused("format", 1, "FileMalformed")
def a_zip_file() -> Built:
    return other(b"PK\3\4" + bytes(100))


@refused("format", 1, "FileMalformed")
def cut_short_inside_the_frame() -> Built:
    return other(file()[: FRAME_BYTES - 1])


@refused("format", 1, "FileMalformed")
def a_byte_before_the_file() -> Built:
    return other(b"L" + file())


@refused("format", 1, "VersionOutdated")
def version_one() -> Built:
    raw = file()
    return other(raw[:16] + b"\0\1" + raw[18:])


@refused("format", 1, "VersionOutdated")
def version_two() -> Built:
    raw = file()
    return other(raw[:16] + b"\0\2" + raw[18:])


@refused("format", 1, "VersionUnknown")
def version_four() -> Built:
    raw = file()
    return other(raw[:16] + b"\0\4" + raw[18:])


@refused("format", 1, "VersionUnknown")
def version_zero() -> Built:
    raw = file()
    return other(raw[:16] + b"\0\0" + raw[18:])


@refused("format", 1, "BundleTooLarge")
def a_content_of_more_than_four_times_its_file() -> Built:
    raw = file()
    return other(raw[:18] + (4 * len(raw) + 65_537).to_bytes(8, "big") + raw[26:])


@refused("format", 1, "PackingMalformed")
def a_size_one_too_small() -> Built:
    raw = file()
    return other(raw[:18] + (len(content()) - 1).to_bytes(8, "big") + raw[26:])


@refused("format", 1, "PackingMalformed")
def a_size_one_too_large() -> Built:
    raw = file()
    return other(raw[:18] + (len(content()) + 1).to_bytes(8, "big") + raw[26:])


@refused("format", 1, "ChecksumMismatch")
def another_checksum() -> Built:
    raw = file()
    return other(raw[:26] + bytes(32) + raw[FRAME_BYTES:])


@refused("format", 1, "ChecksumMismatch")
def a_damaged_byte() -> Built:
    raw = file()
    return other(raw[:-5] + bytes([raw[-5] ^ 0x40]) + raw[-4:])


@refused("format", 1, "PackingMalformed")
def cut_short_by_a_byte() -> Built:
    return other(file()[:-1])


@refused("format", 1, "PackingMalformed")
def a_byte_behind_the_end() -> Built:
    return other(file() + b"\1")


@refused("format", 1, "PackingMalformed")
def zeros_behind_the_end() -> Built:
    return other(file() + b"\0\5")


@refused("format", 1, "PackingMalformed")
def a_run_in_two_parts() -> Built:
    raw = file()
    at = raw.index(b"\0", FRAME_BYTES)
    while raw[at + 1] < 2:
        at = raw.index(b"\0", at + 2)
    return other(raw[:at] + b"\0\1\0" + bytes([raw[at + 1] - 1]) + raw[at + 2 :])


@refused("format", 1, "PackingMalformed")
def a_run_of_no_zeros() -> Built:
    raw = file()
    return other(raw[:FRAME_BYTES] + b"\0\0" + raw[FRAME_BYTES:])


@refused("format", 1, "PackingMalformed")
def a_run_without_a_length() -> Built:
    return other(file() + b"\0")


@refused("format", 1, "PackingMalformed")
def a_packing_bomb() -> Built:
    return other(frame(b"\1" * 1_000, b"\0\xff" * 10_000))


WORD, ACCOUNT = name("a word"), name("an account")[12:]


def tokens(*parts: bytes, size: int = 66) -> Built:
    """A list of two words: the first is new, and its token is right; others follow it."""
    found = b"\xf8\x42\xa0\0" + WORD + b"".join(parts)
    return other(frame(b"\1" * (size + 2), without_zeros(found)))


@refused("format", 1, "PackingMalformed")
def a_known_word_written_out() -> Built:
    return tokens(b"\xa0\0", WORD)


@refused("format", 1, "PackingMalformed")
def a_word_that_did_not_come_before() -> Built:
    return tokens(b"\xa0\2")


@refused("format", 1, "PackingMalformed")
def a_number_of_a_word_with_needless_digits() -> Built:
    return tokens(b"\xa0\x81\0")


@refused("format", 1, "PackingMalformed")
def a_number_of_a_word_with_five_digits() -> Built:
    return tokens(b"\xa0\x80\x80\x80\x80\1")


@refused("format", 1, "PackingMalformed")
def a_number_of_a_word_that_does_not_end() -> Built:
    return tokens(b"\xa0\x81")


@refused("format", 1, "PackingMalformed")
def a_word_of_32_bytes_where_one_of_20_is_expected() -> Built:
    return tokens(b"\x94\1", size=54)


@refused("format", 1, "PackingMalformed")
def a_word_that_is_cut_short() -> Built:
    return tokens(b"\xa0\0", ACCOUNT)


@refused("format", 1, "PackingMalformed")
def a_word_that_was_not_packed() -> Built:
    return other(frame(content(), without_zeros(content())))


@refused("format", 1, "ChecksumMismatch")
def words_of_another_content() -> Built:
    return tokens(b"\xa0\1")


@refused("format", 1, "ContentMalformed")
def a_content_of_nothing() -> Built:
    return packed(b"")


@refused("format", 1, "ContentMalformed")
def a_content_that_is_a_string() -> Built:
    return packed(encode(b"a text of some length"))


@refused("format", 1, "ContentMalformed")
def two_contents() -> Built:
    return packed(content() * 2)


@refused("format", 1, "ContentMalformed")
def a_list_that_ends_too_early() -> Built:
    return packed(content()[:-1])


@refused("format", 1, "ContentMalformed")
def a_long_length_where_a_short_one_does() -> Built:
    return packed(b"\xf8\x01\x80")


@refused("format", 1, "ContentMalformed")
def a_length_with_a_leading_zero() -> Built:
    return packed(b"\xf9\x00\x40" + b"\1" * 64)


@refused("format", 1, "ContentMalformed")
def a_byte_with_a_needless_length() -> Built:
    raw = encode(items()[1:])
    return packed(b"\xf9" + (len(raw) - 1).to_bytes(2, "big") + b"\x81\x05" + raw[3:])


@refused("format", 1, "ContentMalformed")
def lists_nested_forty_deep() -> Built:
    nested: Item = []
    for _ in range(40):
        nested = [nested]
    return packed(encode(nested))


@refused("format", 1, "ContentMalformed")
def lists_nested_nine_deep() -> Built:
    nested: Item = []
    for _ in range(8):
        nested = [nested]
    return packed(encode(nested))


@refused("format", 1, "ContentMalformed")
def more_items_than_its_bytes_allow() -> Built:
    return packed(encode([b"\1"] * 4_400))


@refused("format", 1, "TooMany")
def nine_keys() -> Built:
    keys = [[bytes([number])] * 18 for number in range(1, 10)]
    return with_item(6, sorted(keys, key=lambda key: key_hash([key[0][0]] * 18)))


@refused("format", 1, "TooMany")
def a_key_of_82_words() -> Built:
    return with_item(6, [[b"\1"] * 82])


@refused("format", 1, "ContentMalformed")
def eight_items() -> Built:
    return packed(encode(items()[:8]))


@refused("format", 1, "ContentMalformed")
def ten_items_of_which_the_last_is_empty() -> Built:
    return packed(encode([*items(), []]))


@refused("format", 1, "ContentMalformed")
def a_chain_id_with_a_leading_zero() -> Built:
    return with_item(0, b"\0\1")


@refused("format", 1, "ContentMalformed")
def a_chain_id_of_nine_bytes() -> Built:
    return with_item(0, b"\1" * 9)


@refused("format", 1, "ContentMalformed")
def a_genesis_of_31_bytes() -> Built:
    return with_item(1, bytes(31))


@refused("format", 1, "ContentMalformed")
def a_subject_of_an_unknown_kind() -> Built:
    return with_item(2, [b"\3", ONE])


@refused("format", 1, "ContentMalformed")
def a_subject_of_33_bytes() -> Built:
    return with_item(2, [b"\1", ONE + b"\1"])


@refused("format", 1, "ContentMalformed")
def a_subject_that_is_a_string() -> Built:
    return with_item(2, ONE)


@refused("format", 1, "ContentMalformed")
def no_headers() -> Built:
    return with_item(3, [])


@refused("format", 1, "OrderBroken")
def headers_reversed() -> Built:
    return with_item(3, part(3)[::-1])


@refused("format", 1, "OrderBroken")
def a_header_twice() -> Built:
    return with_item(3, [*part(3), part(3)[-1]])


def entry(at: int = 0) -> list[Item]:
    found = part(4)[at]
    assert isinstance(found, list)
    return found


def odd_entry(place: int, item: Item) -> Built:
    """The first entry with another part."""
    first = entry()
    return with_item(4, [[*first[:place], item, *first[place + 1 :]], *part(4)[1:]])


@refused("format", 1, "OrderBroken")
def entries_reversed() -> Built:
    return with_item(4, part(4)[::-1])


@refused("format", 1, "OrderBroken")
def an_entry_twice() -> Built:
    return with_item(4, [entry(), *part(4)])


@refused("format", 1, "OrderBroken")
def an_entry_of_an_earlier_block_than_the_one_before() -> Built:
    *before, last = part(4)
    assert isinstance(last, list)
    return with_item(4, [*before, [last[0], b"\1", *last[2:]]])


@refused("format", 1, "OrderBroken")
def an_entry_of_an_earlier_time_than_the_one_before() -> Built:
    *before, last = part(4)
    assert isinstance(last, list)
    return with_item(4, [*before, [*last[:2], b"\1", *last[3:]]])


@refused("format", 1, "ContentMalformed")
def an_entry_of_five_parts() -> Built:
    return with_item(4, [entry()[:5], *part(4)[1:]])


@refused("format", 1, "ContentMalformed")
def an_entry_that_is_a_string() -> Built:
    return with_item(4, [b"an entry", *part(4)[1:]])


@refused("format", 1, "ContentMalformed")
def a_writer_of_19_bytes() -> Built:
    return odd_entry(0, bytes(19))


@refused("format", 1, "ContentMalformed")
def a_block_number_of_nine_bytes() -> Built:
    return odd_entry(1, integer_bytes(1 << 64))


@refused("format", 1, "ContentMalformed")
def a_time_with_a_leading_zero() -> Built:
    return odd_entry(2, b"\0\1")


@refused("format", 1, "ContentMalformed")
def a_place_that_is_a_list() -> Built:
    return odd_entry(3, [b"\1"])


@refused("format", 1, "ContentMalformed")
def an_entry_without_topics() -> Built:
    return odd_entry(4, [])


@refused("format", 1, "ContentMalformed")
def an_entry_of_five_topics() -> Built:
    return odd_entry(4, [ONE] * 5)


@refused("format", 1, "ContentMalformed")
def a_topic_of_31_bytes() -> Built:
    return odd_entry(4, [ONE[1:]])


@refused("format", 1, "ContentMalformed")
def data_that_is_a_list() -> Built:
    return odd_entry(5, [])


@refused("format", 1, "BundleTooLarge")
def an_entry_of_more_than_eight_kibibytes() -> Built:
    return odd_entry(5, bytes(8_192))


@refused("format", 1, "BundleTooLarge")
def a_node_of_more_than_a_kibibyte() -> Built:
    return with_item(5, [bytes(1_025)])


@refused("format", 1, "OrderBroken")
def nodes_reversed() -> Built:
    return with_item(5, part(5)[::-1])


@refused("format", 1, "OrderBroken")
def a_node_twice() -> Built:
    return with_item(5, [part(5)[0], *part(5)])


@refused("format", 1, "ContentMalformed")
def a_node_that_is_a_list() -> Built:
    return with_item(5, [[b"\1"]])


@refused("format", 1, "ContentMalformed")
def a_key_of_an_odd_number_of_words() -> Built:
    return with_item(6, [[b"\1"] * 19])


@refused("format", 1, "ContentMalformed")
def a_key_without_signals() -> Built:
    return with_item(6, [[b"\1"] * 16])


@refused("format", 1, "ContentMalformed")
def a_key_with_a_word_of_33_bytes() -> Built:
    return with_item(6, [[b"\1" * 33, *[b"\1"] * 17]])


@refused("format", 1, "OrderBroken")
def a_key_twice() -> Built:
    return with_item(6, [[b"\1"] * 18] * 2)


@refused("format", 1, "ContentMalformed")
def an_opening_of_eight_amounts() -> Built:
    return with_item(7, [[b"\1", ONE, [b""] * 8, b"\2"]])


@refused("format", 1, "ContentMalformed")
def an_opening_with_an_amount_of_nine_bytes() -> Built:
    return with_item(7, [[b"\1", ONE, [b"\1" * 9, *[b""] * 8], b"\2"]])


@refused("format", 1, "OrderBroken")
def openings_reversed() -> Built:
    return with_item(7, [[b"\1", TWO, [b""] * 9, b"\2"], OPENING])


@refused("format", 1, "OrderBroken")
def an_opening_twice() -> Built:
    return with_item(7, [OPENING, OPENING])


@refused("format", 1, "OrderBroken")
def documents_reversed() -> Built:
    first, second = sorted([b"a note", b"an assay"], key=keccak256)
    return with_item(8, [second, first])


@refused("format", 2, "HeaderRefused")
def a_header_of_14_fields() -> Built:
    first = part(3)[0]
    assert isinstance(first, list)
    return with_item(3, [first[:14], *part(3)[1:]])


@refused("format", 2, "HeaderRefused")
def a_header_of_18_fields() -> Built:
    first = part(3)[0]
    assert isinstance(first, list)
    return with_item(3, [[*first, bytes(32), b"\1"], *part(3)[1:]])


@refused("format", 2, "HeaderRefused")
def a_header_with_a_number_with_a_leading_zero() -> Built:
    first = part(3)[0]
    assert isinstance(first, list)
    return with_item(3, [[*first[:8], b"\0\1", *first[9:]], *part(3)[1:]])


@refused("format", 1, "ContentMalformed")
def a_header_that_is_a_string() -> Built:
    first = part(3)[0]
    assert isinstance(first, list)
    return with_item(3, [encode(first), *part(3)[1:]])


@refused("format", 1, "PackingMalformed")
def a_content_that_was_not_packed() -> Built:
    return other(frame(content(), content()))


@refused("format", 1, "ChecksumMismatch")
def the_checksum_of_the_packed_bytes() -> Built:
    raw = pack(content())
    head = frame(content(), b"")
    return other(head[:26] + keccak256(raw) + raw)


@refused("format", 2, "ChainMismatch")
def a_bundle_of_another_chain_id() -> Built:
    chain = story()
    return replace(shown(chain), chain_id=1).encode(), chain.anchor()


@refused("format", 2, "ChainMismatch")
def a_bundle_of_another_genesis_block() -> Built:
    chain = story()
    return replace(shown(chain), genesis=ONE).encode(), chain.anchor()
