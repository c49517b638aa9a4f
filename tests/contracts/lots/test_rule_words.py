"""Rule words that contract and specification make alike: the frozen vectors of zk_circuits."""

import json
from pathlib import Path

import pytest

from tests.contracts.lots.making import (
    BLENDED,
    HYDROXIDE,
    IDENTITY_PRESERVED,
    MASS_BALANCE,
    PACK,
    REBOOK,
    SEGREGATED,
    SETTLE,
    field_word,
    run_request,
)

VECTORS = Path(__file__).parents[3] / "zk_circuits" / "vectors" / "rules.json"
MODELS = {
    "identity_preserved": IDENTITY_PRESERVED,
    "segregated": SEGREGATED,
    "controlled_blending": BLENDED,
    "mass_balance": MASS_BALANCE,
}


@pytest.fixture(scope="module")
def vectors():
    """Rule vectors by name."""
    return {vector["name"]: vector for vector in json.loads(VECTORS.read_text("utf-8"))}


def word_of(runs, kind, vector, model, material):
    """What the contract says of outputs with the vector's counts."""
    outputs = [
        (field_word(f"output {place}"), count, material)
        for place, count in enumerate(vector["counts"])
    ]
    return runs.ruleOf(run_request(kind, [field_word("input")], outputs, model=model))


@pytest.mark.parametrize("model", MODELS)
def test_rebook(runs, vectors, model):
    vector = vectors[f"rebook, {model}"]
    assert word_of(runs, REBOOK, vector, MODELS[model], HYDROXIDE) == int(vector["word"])


def test_rebook_of_packs(runs, vectors):
    vector = vectors["rebook of packs"]
    assert word_of(runs, REBOOK, vector, SEGREGATED, PACK) == int(vector["word"])


def test_settlement(runs, vectors):
    vector = vectors["settlement"]
    assert word_of(runs, SETTLE, vector, MASS_BALANCE, PACK) == int(vector["word"])
