import json
import random
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.required import absent
from zk_circuits.balance import Balance, BirthMeasurement, RunMeasurement
from zk_circuits.commitment import Opening, commit, poseidon
from zk_circuits.errors import (
    FieldElementOutOfRange,
    KindMismatch,
    NotAnInteger,
    OpeningMismatch,
    SaltOutOfRange,
)
from zk_circuits.field import R
from zk_circuits.tags import Tag, TagType

from .vector_files import named, vectors

LOT = Tag(27)
BALANCE = Balance(10, 5, 2, 4, credits=(1, 2, 3, 0), direct=5)


@pytest.mark.parametrize("vector", named("commitments.json"))
def test_vector(vector):
    slots = tuple(int(slot) for slot in vector["slots"])
    assert commit(int(vector["tag"]), slots, int(vector["salt"])) == int(vector["commitment"])


def test_poseidon_is_that_of_circomlibjs(root: Path):
    if shutil.which("node") is None or not (root / "node_modules/circomlibjs").is_dir():
        absent("node or circomlibjs is not installed (make setup)")
    chance = random.Random(2)
    lists = [[v["tag"], *v["slots"], v["salt"]] for v in vectors("commitments.json")]
    lists += [[str(chance.randrange(R)) for _ in range(size)] for size in range(1, 13)]
    lists += [["0"] * 11, [str(R - 1)] * 11]
    answered = subprocess.run(
        ["node", str(Path(__file__).with_name("poseidon_vectors.mjs"))],
        input=json.dumps(lists),
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    theirs = [int(digest) for digest in json.loads(answered.stdout)]
    assert theirs == [poseidon([int(value) for value in values]) for values in lists]


def test_opening_commits_to_tag_amounts_and_salt():
    opening = Opening(LOT, BALANCE, 7)
    assert opening.commitment == poseidon([LOT.word, 10, 5, 2, 4, 1, 2, 3, 0, 5, 7])
    others = [
        Opening(Tag(28), BALANCE, 7),
        Opening(LOT.of(TagType.TOTAL), BALANCE, 7),
        Opening(LOT, BALANCE, 8),
        Opening(LOT, Balance(10, 6, 2, 4, credits=(1, 2, 3, 0), direct=5), 7),
    ]
    assert opening.commitment not in {other.commitment for other in others}


def test_opening_of_another_commitment_is_refused():
    opening = Opening(LOT, BALANCE, 7)
    opening.check(opening.commitment)
    with pytest.raises(OpeningMismatch) as refused:
        opening.check(opening.commitment + 1)
    assert refused.value.values["actual"] == opening.commitment


def test_salt_is_not_shown():
    assert "987654321" not in repr(Opening(LOT, BALANCE, 987654321))


@pytest.mark.parametrize(
    ("tag", "balance"),
    [
        (LOT.of(TagType.BIRTH), BALANCE),
        (LOT.of(TagType.RUN_EVENT), BALANCE),
        (LOT, BirthMeasurement(10, 5)),
        (LOT.of(TagType.TOTAL), RunMeasurement(10, (5,))),
        (LOT.of(TagType.BIRTH), RunMeasurement(10, (5,))),
        (LOT.of(TagType.RUN_EVENT), BirthMeasurement(10, 5)),
    ],
)
def test_type_and_amounts_must_agree(tag, balance):
    with pytest.raises(KindMismatch):
        Opening(tag, balance, 7)


@pytest.mark.parametrize("salt", [-1, 2**248])
def test_salt_has_248_bits(salt):
    with pytest.raises(SaltOutOfRange):
        Opening(LOT, BALANCE, salt)


@pytest.mark.parametrize("value", [-1, R, R + 1, 2**256])
def test_poseidon_refuses_what_is_no_field_element(value):
    with pytest.raises(FieldElementOutOfRange):
        poseidon([1, value])


def test_poseidon_refuses_what_is_no_integer():
    with pytest.raises(NotAnInteger):
        poseidon([1, b"2"])  # type: ignore[list-item]
