"""The reference of Poseidon against what its authors published, and against the wheel.

tests/circuits/test_poseidon.py holds it against circom's witnesses.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from light_poseidon_python import poseidon_hash_bytes

from zk_circuits.errors import ArityRefused
from zk_circuits.field import R
from zk_circuits.poseidon import FULL_ROUNDS, MOST_INPUTS, parameters, permute, reference_hash

# poseidonperm_x5_254_3 and poseidonperm_x5_254_5 of the authors' test_vectors.txt
PUBLISHED = {
    3: (
        0x115CC0F5E7D690413DF64C6B9662E9CF2A3617F2743245519E19607A4417189A,
        0x0FCA49B798923AB0239DE1C9E7A4A9A2210312B6A2F616D18B5A87F9B628AE29,
        0x0E7AE82E40091E63CBD4F16A6D16310B3729D4B6E138FCF54110E2867045A30C,
    ),
    5: (
        0x299C867DB6C1FDD79DCEFA40E4510B9837E60EBB1CE0663DBAA525DF65250465,
        0x1148AAEF609AA338B27DAFD89BB98862D8BB2B429ACEAC47D86206154FFE053D,
        0x24FEBB87FED7462E23F6665FF9A0111F4044C38EE1672C1AC6B0637D34F24907,
        0x0EB08F6D809668A981C186BEAF6110060707059576406B248E5D9CF6E78B3D3E,
        0x07748BC6877C9B82C8B98666EE9D0626EC7F5BE4205F79EE8528EF1C4A376FC7,
    ),
}

elements = st.sampled_from([0, 1, 2, R - 2, R - 1]) | st.integers(0, R - 1)


@pytest.mark.parametrize("width", PUBLISHED)
def test_the_permutation_is_the_published_one(width: int) -> None:
    assert tuple(permute(range(width))) == PUBLISHED[width]


@pytest.mark.parametrize("width", PUBLISHED)
def test_the_hash_is_the_first_element_after_a_capacity_of_zero(width: int) -> None:
    assert reference_hash(range(1, width)) == PUBLISHED[width][0]


@given(st.lists(elements, min_size=1, max_size=MOST_INPUTS))
def test_it_agrees_with_the_wheel(inputs: list[int]) -> None:
    words = [element.to_bytes(32, "big") for element in inputs]
    assert reference_hash(inputs) == int(poseidon_hash_bytes(words), 16)


@pytest.mark.parametrize("arity", range(1, MOST_INPUTS + 1))
@pytest.mark.parametrize("element", [0, 1, R - 1])
def test_it_agrees_with_the_wheel_at_the_edges(arity: int, element: int) -> None:
    word = element.to_bytes(32, "big")
    assert reference_hash([element] * arity) == int(poseidon_hash_bytes([word] * arity), 16)


@pytest.mark.parametrize("width", range(2, MOST_INPUTS + 2))
def test_constants_are_distinct_elements_and_the_matrix_is_a_cauchy_matrix(width: int) -> None:
    made = parameters(width)
    constants = [constant for row in made.round_constants for constant in row]
    assert all(0 <= constant < R for constant in constants)
    assert len(set(constants)) == len(constants) > FULL_ROUNDS * width
    inverse = [[pow(entry, -1, R) for entry in row] for row in made.mds]
    # 1 / (x_i + y_j): two rows differ by the same amount everywhere
    assert all(
        len({(one - other) % R for one, other in zip(inverse[0], row, strict=True)}) == 1
        for row in inverse[1:]
    )


@pytest.mark.parametrize("arity", [0, MOST_INPUTS + 1])
def test_other_arities_are_refused(arity: int) -> None:
    with pytest.raises(ArityRefused, match=f"^{arity} inputs of Poseidon, expected 1 to 12$"):
        reference_hash([0] * arity)
