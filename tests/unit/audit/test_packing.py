"""A content has one packing: whatever is accepted is what the packing of its content is."""

import json
import os
import random
import re
import shutil
import subprocess
from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lodetrace.audit.bundle import FRAME_BYTES, open_frame
from lodetrace.audit.errors import PackingMalformed
from lodetrace.audit.packing import pack, unpack
from lodetrace.audit.word_references import with_references, without_references
from lodetrace.audit.zero_runs import with_zeros, without_zeros
from lodetrace.chain.strict_rlp import Item, encode
from tests.support.required import absent
from zk_circuits.keccak import keccak256

MUTANTS = int(os.environ.get("PACKING_MUTANTS", "4000"))
"""200,000 in `make test-long`."""

ROOT = Path(__file__).resolve().parents[3]

WORDS = [keccak256(b"word %d" % number) for number in range(6)] + [bytes(32), bytes(31) + b"\xa0"]
ADDRESSES = [word[:20] for word in WORDS] + [WORDS[0][:18] + b"\xb8\x40"]
SPELLED = "a0 94 b8 b840 b8a0 b9 b901 b90100 b9a0 b99440 b9b840 b9b90120 b820 00"
PREFIXES = [bytes.fromhex(prefix) for prefix in SPELLED.split()]

STRINGS = st.one_of(
    st.sampled_from([*WORDS, *ADDRESSES]),
    st.binary(max_size=40),
    st.lists(st.sampled_from(WORDS), min_size=2, max_size=10).map(b"".join),
    st.integers(0, 800).map(bytes),
)
ITEMS = st.recursive(STRINGS, lambda inner: st.lists(inner, max_size=6), max_leaves=30)
PIECES = st.one_of(
    st.sampled_from(PREFIXES), st.sampled_from([*WORDS, *ADDRESSES]), st.binary(max_size=8)
)


@given(ITEMS)
def test_unpacking_undoes_packing_of_rlp(item: Item) -> None:
    content = encode(item)
    assert unpack(pack(content), len(content)) == content


@given(st.lists(PIECES, max_size=40).map(b"".join))
def test_unpacking_undoes_packing_of_anything(content: bytes) -> None:
    """Also where prefixes stand in one another, in words and at the end."""
    assert unpack(pack(content), len(content)) == content


@pytest.mark.parametrize(
    ("content", "tokens"),
    [
        (b"\xa0" + WORDS[0], b"\xa0\0" + WORDS[0]),
        (b"\xa0" + WORDS[0] + b"\xa0" + WORDS[0], b"\xa0\0" + WORDS[0] + b"\xa0\1"),
        (b"\x94" + ADDRESSES[0] + b"\x94" + ADDRESSES[0], b"\x94\0" + ADDRESSES[0] + b"\x94\1"),
        (b"\xb8\x40" + WORDS[0] * 2, b"\xb8\x40\0" + WORDS[0] + b"\1"),
        (b"\xb9\x01\0" + WORDS[0] * 8, b"\xb9\x01\0\0" + WORDS[0] + b"\1" * 7),
        # a word at once behind another has no prefix of its own
        (b"\xa0" + WORDS[7] + WORDS[0], b"\xa0\0" + WORDS[7] + WORDS[0]),
        (b"\x94" + ADDRESSES[8] + WORDS[0] * 2, b"\x94\0" + ADDRESSES[8] + WORDS[0] * 2),
        # of prefixes that end together the longest counts, of others the one that ends first
        (b"\xb9\xb8\x40" + WORDS[0] * 2, b"\xb9\xb8\x40\0" + WORDS[0] + b"\1"),
        (b"\xb8\xa0" + WORDS[0] * 5, b"\xb8\xa0\0" + WORDS[0] + b"\1" * 4),
        (b"\xb8\xa0" + WORDS[0] + b"\1", b"\xb8\xa0\0" + WORDS[0] + b"\1"),
        (b"\xb9\xa0" + WORDS[0], b"\xb9\xa0\0" + WORDS[0]),
        (b"\xb9\x94" + ADDRESSES[0] * 2, b"\xb9\x94\0" + ADDRESSES[0] * 2),
        # what has no room is no word
        (b"\xa0" + bytes([7]) * 31, b"\xa0" + bytes([7]) * 31),
        (b"\xb8\x40" + WORDS[0] * 2 + b"\xb8\x40" + WORDS[0], None),
    ],
    ids=lambda one: one[:6].hex() if one else "unchanged",
)
def test_where_words_begin(content: bytes, tokens: bytes | None) -> None:
    expected = tokens or b"\xb8\x40\0" + WORDS[0] + b"\1" + content[66:]
    assert with_references(content) == expected
    assert without_references(expected, len(content)) == content


def test_number_of_two_digits() -> None:
    words = [keccak256(b"%d" % number) for number in range(200)]
    content = b"".join(b"\xa0" + word for word in [*words, words[127], words[126]])
    tokens = with_references(content)
    assert tokens.endswith(b"\xa0\x80\x01\xa0\x7f")
    assert without_references(tokens, len(content)) == content


@given(st.lists(st.one_of(st.binary(max_size=40), st.integers(0, 800).map(bytes)), max_size=8))
def test_runs_of_zeros_come_back(parts: list[bytes]) -> None:
    content = b"".join(parts)
    assert with_zeros(without_zeros(content), len(content)) == content


RUNS = st.one_of(st.binary(max_size=5), st.integers(0, 255).map(lambda run: bytes([0, run])))


@given(st.lists(RUNS, max_size=8).map(b"".join))
def test_only_one_form_of_runs_unpacks(packed: bytes) -> None:
    """Literals and runs in any order: two runs in a row, or one of nothing, are no packing."""
    read = iter(packed)
    content = b"".join(bytes([byte]) if byte else bytes(next(read, 0)) for byte in read)
    if without_zeros(content) == packed:
        assert with_zeros(packed, len(content)) == content
    else:
        with pytest.raises(PackingMalformed):
            with_zeros(packed, len(content))


def test_runs_at_the_edge_of_a_chunk() -> None:
    for shift in range(-4, 4):
        for zeros in (1, 2, 254, 255, 256, 511, 1000):
            content = b"\1" * (65_536 + shift) + bytes(zeros) + b"\2" * 65_536 + bytes(zeros)
            assert with_zeros(without_zeros(content), len(content)) == content


@pytest.mark.parametrize(
    ("packed", "size"),
    [
        (b"\0", 1), (b"a\0", 2), (b"\0\0", 0), (b"\0\1\0\1", 2), (b"\0\xfe\0\1", 255),
        (b"\0\xff\0\0", 255), (b"ab", 1), (b"ab", 3), (b"", 1), (b"\0\5", 4),
    ],
    ids=[
        "run without a length", "run at the end without a length", "run of no zeros",
        "two runs of one", "run not full before the next", "full run and an empty one",
        "more than it says", "less than it says", "nothing", "run longer than the content",
    ],
)  # fmt: skip
def test_other_packings(packed: bytes, size: int) -> None:
    with pytest.raises(PackingMalformed):
        unpack(packed, size)


def test_packing_bomb_stops_at_its_stated_size() -> None:
    with pytest.raises(PackingMalformed, match="unpacks to more"):
        unpack(b"\0\xff" * 1_000_000, 1_000)


def test_every_accepted_mutant_is_its_own_repacking() -> None:
    """Mutants and random streams; of many the size is made right, so that they come further."""
    found = Counter[str]()
    for packed, size in mutants(MUTANTS, "one packing"):
        content = unpacked(packed, size)
        found["refused" if content is None else "accepted"] += 1
        if content is not None:
            assert pack(content) == packed
    print(f"\n{MUTANTS} packings: {found['accepted']} accepted, each its own repacking")
    assert found["accepted"] > MUTANTS / 100
    assert found["refused"] > MUTANTS / 4


@pytest.mark.slow
def test_the_other_implementation_unpacks_alike() -> None:
    """tests/independent, which looks for words byte by byte."""
    if shutil.which("node") is None:
        absent("node is not installed")
    asked = list(mutants(max(1_000, MUTANTS // 20), "another implementation"))
    lines = [json.dumps({"packed": b64encode(one).decode(), "size": size}) for one, size in asked]
    done = subprocess.run(
        ["node", str(ROOT / "tests" / "independent" / "unpack.mjs")],
        input="\n".join(lines) + "\n", capture_output=True, text=True, check=True, cwd=ROOT,
    )  # fmt: skip
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers) == len(asked)
    for (packed, size), answer in zip(asked, answers, strict=True):
        content = unpacked(packed, size)
        if content is None:
            assert "refused" in answer, (packed.hex(), size)
        else:
            assert b64decode(answer["content"]) == content


def test_packing_of_a_real_bundle() -> None:
    """0.47 of its content; runs of zeros alone left 0.61."""
    file = (ROOT / "tests" / "vectors" / "story" / "sulphate.bundle").read_bytes()
    content = open_frame(file)
    assert pack(content) == file[FRAME_BYTES:]
    assert len(file) < 0.48 * len(content)


def unpacked(packed: bytes, size: int) -> bytes | None:
    try:
        return unpack(packed, size)
    except PackingMalformed:
        return None


def mutants(count: int, seed: str) -> Iterator[tuple[bytes, int]]:
    """Packings and sizes: streams of tokens, packings of contents, and changes of both."""
    seeded = random.Random(seed)
    for _ in range(count):
        content = b"".join(_piece(seeded) for _ in range(seeded.randrange(1, 14)))
        tokens = with_references(content)
        for _ in range(seeded.choice((0, 1, 1, 1, 2))):
            tokens = _changed(tokens, seeded)
        packed = without_zeros(tokens)
        if seeded.random() < 0.2:
            packed = _changed(packed, seeded)
        size = len(content) + seeded.choice((0, 0, 0, 0, 0, -1, 1, 32))
        yield packed, _fitting(packed, max(size, 0)) if seeded.random() < 0.8 else max(size, 0)


def _piece(seeded: random.Random) -> bytes:
    word = seeded.choice([*WORDS, *ADDRESSES])
    return seeded.choice(
        (
            encode(word),
            encode(b"".join(seeded.choices(WORDS, k=seeded.randrange(2, 9)))),
            seeded.choice(PREFIXES),
            word[: seeded.randrange(len(word))],
            seeded.randbytes(seeded.randrange(6)),
            bytes(seeded.choice((1, 2, 40, 300))),
        )
    )


def _changed(raw: bytes, seeded: random.Random) -> bytes:
    at, length = seeded.randrange(len(raw) + 1), seeded.choice((0, 0, 1, 1, 2, 20, 32))
    parts: Sequence[bytes] = (
        bytes([seeded.randrange(256)]),
        bytes([seeded.choice((0, 1, 2, 3, 0x7F, 0x80, 0x81, 0x94, 0xA0, 0xB8, 0xB9))]),
        b"",
        raw[at : at + length] * 2,
        seeded.choice(WORDS),
        b"\0" + seeded.choice(WORDS),
    )
    return raw[:at] + seeded.choice(parts) + raw[at + length :]


def _fitting(packed: bytes, size: int) -> int:
    """The size that the refusal of another one names; at most a few tries."""
    for _ in range(3):
        try:
            unpack(packed, size)
        except PackingMalformed as refusal:
            named = re.search(r"it unpacks to (\d+) bytes", str(refusal))
            if named is None:
                break
            size = int(named[1])
        else:
            break
    return size
