"""Phase 1, initial keys and steps, judged from their files: each part that lies is named."""

import struct
from pathlib import Path

import pytest
from py_ecc.optimized_bn128 import multiply, normalize

from tests.support.toy_setup import (
    POWER,
    PUBLIC,
    ROWS,
    WIRES,
    ToySetup,
    in_g1,
    in_g2,
    ones,
    r1cs_bytes,
    twos,
)
from zk_circuits.bn254 import g1, g2
from zk_circuits.bn254.twist import lines_of, twist_point
from zk_circuits.ceremony.combinations import (
    coefficients,
    combined_1,
    combined_2,
    pairings_agree,
)
from zk_circuits.ceremony.constraints import ConstraintSystem
from zk_circuits.ceremony.errors import (
    InitialKeyRefused,
    PowersRefused,
    SetupFileMalformed,
)
from zk_circuits.ceremony.initial import require_initial
from zk_circuits.ceremony.interpolation import interpolated, root_of_unity
from zk_circuits.ceremony.knowledge import point_of
from zk_circuits.ceremony.powers import Powers, generator_2
from zk_circuits.ceremony.proving_key import ProvingKey
from zk_circuits.ceremony.sections import file_of
from zk_circuits.field import Q, R
from zk_circuits.key_soundness import GENERATOR_2
from zk_circuits.pairing import point_g2
from zk_circuits.published_keys import ALPHA

from .twist_points import point_of_order, point_outside_the_subgroup

TOY = ToySetup()
SECTIONS = TOY.ptau_sections()
G1_BYTES, G2_BYTES = 64, 128


def powers(folder: Path, sections: dict[int, bytes] | None = None) -> Powers:
    path = folder / "toy.ptau"
    path.write_bytes(file_of(b"ptau", dict(sections or SECTIONS)))
    return Powers.load(path)


def system(folder: Path) -> ConstraintSystem:
    (folder / "toy.r1cs").write_bytes(r1cs_bytes())
    return ConstraintSystem.load(folder / "toy.r1cs")


def judge(folder: Path, sections: dict[int, bytes]) -> None:
    path = folder / "toy.zkey"
    path.write_bytes(file_of(b"zkey", dict(sections)))
    require_initial("toy", ProvingKey.load(path), system(folder), powers(folder))


def put(content: bytes, at: int, part: bytes) -> bytes:
    return content[:at] + part + content[at + len(part) :]


@pytest.mark.parametrize("scalar", [1, 2, 3, 15, 16, 17, 31, 33, R // 2, R // 2 + 1, R - 2, R - 1])
def test_many_points_times_one_scalar(scalar: int) -> None:
    points = [point for point in map(in_g1, (1, 5, R - 5, 1 << 200)) if point is not None]
    assert g1.multiply_all(points, scalar) == g1.affine(
        [g1.multiply(point, scalar) for point in points]
    )


@pytest.mark.parametrize("scalar", [0, 1, 2, 3, 255, 256, R - 1, R, R + 1])
def test_points_of_the_twist_times_a_scalar(scalar: int) -> None:
    expected = multiply(point_g2(GENERATOR_2), scalar)
    found = g2.affine(g2.multiply(generator_2(), scalar))
    if scalar % R == 0:
        assert found is None
        return
    x, y = normalize(expected)
    assert found == tuple(int(part) for part in (*x.coeffs, *y.coeffs))


def test_sums_on_the_twist() -> None:
    points = [in_g2(3), None, in_g2(5), in_g2(R - 3), in_g2(5)]
    assert combined_2(points, [1 << 127, 9, 2, 1 << 127, 255]) == in_g2(5 * 257)
    assert combined_2(points, [1, 1, 0, 1, 0]) is None
    assert combined_1([in_g1(3), None, in_g1(5)], [R - 2, 7, 300]) == in_g1(1494)
    assert combined_1([in_g1(3), None], [0, 9]) is None


@pytest.mark.parametrize("order", [None, 10069])
def test_a_stray_point_is_found_whatever_its_order(order: int | None) -> None:
    """In one sum alone, a point of order 10,069 would hide once in so many times."""
    given = point_outside_the_subgroup() if order is None else point_of_order(order)
    stray = twist_point(given)
    coefficient = 10069 << 64 | 10069
    with pytest.raises(ValueError, match="outside the subgroup"):
        combined_2([in_g2(3), stray], [coefficient, coefficient])


def test_pairings_are_compared() -> None:
    assert pairings_agree((in_g1(6), in_g2(35)), (in_g1(10), in_g2(21)))  # type: ignore[arg-type]
    assert not pairings_agree((in_g1(6), in_g2(35)), (in_g1(10), in_g2(22)))  # type: ignore[arg-type]
    assert pairings_agree((None, generator_2()), (None, generator_2()))
    assert not pairings_agree((None, generator_2()), ((1, 2), generator_2()))
    stray = twist_point(point_outside_the_subgroup())
    assert stray is not None
    assert not pairings_agree(((1, 2), stray), ((1, 2), stray))


def test_polynomials_have_the_values_that_they_were_made_of() -> None:
    values = [pow(7, at, R) for at in range(8)]
    polynomial, root = interpolated(values), root_of_unity(3)
    for at, value in enumerate(values):
        x = pow(root, at, R)
        assert sum(c * pow(x, power, R) for power, c in enumerate(polynomial)) % R == value


def test_drawn_points_lie_in_the_subgroup_and_stay_what_they_are() -> None:
    """The second is the format's: docs/ceremony-format.md."""
    drawn = [point_of(bytes([at]) * 32) for at in range(6)]
    assert None not in lines_of(drawn)
    assert len(set(drawn)) == 6
    first = 0x1D2825F4DB8579F1F6118213E4A8E548E832D565DA0AEA0492FA37FDE8C63462
    assert drawn[0][0] == first


def test_an_honest_phase_1_is_consistent(tmp_path: Path) -> None:
    powers(tmp_path).require_consistent()


@pytest.mark.parametrize(
    ("section", "at", "part", "reason"),
    [
        (2, 0, ones([3]), "generators"),
        (3, 0, twos([3]), "generators"),
        (2, 5 * G1_BYTES, ones([3]), "a power of tau in G1"),
        (2, 14 * G1_BYTES, ones([3]), "a power of tau in G1"),
        (3, G2_BYTES, twos([3]), "a power of tau in G1"),
        (3, 7 * G2_BYTES, twos([3]), "the powers in G2"),
        (4, 7 * G1_BYTES, ones([3]), "times alpha"),
        (5, G1_BYTES, ones([3]), "times beta"),
        (6, 0, twos([3]), "beta in G2"),
        (2, G1_BYTES, bytes(64), "at infinity"),
        (3, 2 * G2_BYTES, bytes(128), "at infinity"),
    ],
)
def test_a_power_that_does_not_follow(
    section: int, at: int, part: bytes, reason: str, tmp_path: Path
) -> None:
    sections = {**SECTIONS, section: put(SECTIONS[section], at, part)}
    with pytest.raises(PowersRefused, match=reason):
        powers(tmp_path, sections).require_consistent()


def test_the_phase_1_of_the_development_keys_is_refused(tmp_path: Path) -> None:
    """Its powers are all right, and everybody knows them: alpha gives it away."""
    y = pow(pow(ALPHA, 3, Q) + 3, (Q + 1) // 4, Q)
    point = b"".join((value * (1 << 256) % Q).to_bytes(32, "little") for value in (ALPHA, y))
    sections = {**SECTIONS, 4: put(SECTIONS[4], 0, point)}
    with pytest.raises(PowersRefused, match="development keys"):
        powers(tmp_path, sections).require_consistent()


@pytest.mark.parametrize("name", ["tau", "alpha", "beta"])
@pytest.mark.parametrize("known", [1, 16, R - 1])
def test_a_phase_1_without_a_secret(name: str, known: int, tmp_path: Path) -> None:
    """As it is before anybody contributed: everything in it is consistent."""
    sections = ToySetup(**{name: known}).ptau_sections()
    with pytest.raises(PowersRefused, match=f"its {name} is known"):
        powers(tmp_path, sections).require_consistent()


@pytest.mark.parametrize("cut", [0, 11, 13, 60, 500, 3000])
def test_phase_1_that_was_cut_off(cut: int, tmp_path: Path) -> None:
    (tmp_path / "cut.ptau").write_bytes(TOY.ptau()[:cut])
    with pytest.raises(SetupFileMalformed):
        Powers.load(tmp_path / "cut.ptau")


def test_other_files_are_no_phase_1(tmp_path: Path) -> None:
    for name, content in {
        "r1cs": r1cs_bytes(),
        "more": TOY.ptau() + b"x",
        "power": file_of(b"ptau", {**SECTIONS, 1: put(SECTIONS[1], 36, struct.pack("<I", 4))}),
        "field": file_of(b"ptau", {**SECTIONS, 1: put(SECTIONS[1], 4, bytes(32))}),
        "curve": file_of(b"ptau", {**SECTIONS, 2: put(SECTIONS[2], 64, b"\1")}),
        "modulus": file_of(b"ptau", {**SECTIONS, 2: put(SECTIONS[2], 64, b"\xff" * 32)}),
        "none": file_of(b"ptau", {1: SECTIONS[1]}),
    }.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(SetupFileMalformed):
            Powers.load(tmp_path / name)


def test_an_honest_initial_key_follows(tmp_path: Path) -> None:
    judge(tmp_path, TOY.zkey_sections(system(tmp_path)))


@pytest.mark.parametrize(
    ("section", "at", "part", "reason"),
    [
        (2, 84, ones([3]), "alpha"),
        (2, 84 + 64, ones([3]), "beta in G1"),
        (2, 84 + 128, twos([3]), "beta"),
        (2, 84 + 256, twos([3]), "gamma"),
        (2, 84 + 384, ones([3]), "delta in G1"),
        (2, 84 + 448, twos([3]), "delta"),
        (3, 2 * G1_BYTES, ones([3]), "its IC and L points"),
        (4, 4 + 12, b"\7", "its coefficients"),
        (5, 5 * G1_BYTES, ones([3]), "its A points"),
        (6, 3 * G1_BYTES, ones([3]), "its B points"),
        (7, 4 * G2_BYTES, twos([3]), "its B points in G2"),
        (8, 0, ones([3]), "its IC and L points"),
        (9, 7 * G1_BYTES, ones([3]), "its H points"),
    ],
)
def test_a_point_that_does_not_follow(
    section: int, at: int, part: bytes, reason: str, tmp_path: Path
) -> None:
    sections = TOY.zkey_sections(system(tmp_path))
    sections[section] = put(sections[section], at, part)
    with pytest.raises(InitialKeyRefused, match=f"refused, {reason}"):
        judge(tmp_path, sections)


def test_points_that_change_places_are_found(tmp_path: Path) -> None:
    """Attack: sums of points stay as they are when two are exchanged."""
    sections = TOY.zkey_sections(system(tmp_path))
    one, two = sections[9][:G1_BYTES], sections[9][G1_BYTES : 2 * G1_BYTES]
    sections[9] = two + one + sections[9][2 * G1_BYTES :]
    with pytest.raises(InitialKeyRefused, match="its H points"):
        judge(tmp_path, sections)


def test_a_key_of_other_constraints(tmp_path: Path) -> None:
    sections = TOY.zkey_sections(system(tmp_path))
    header = put(sections[2], 76, struct.pack("<I", PUBLIC - 1))
    with pytest.raises(InitialKeyRefused, match="it has 1 public signals, the constraints 2"):
        judge(tmp_path, {**sections, 2: header})
    small = ToySetup(power=POWER - 1)
    path = tmp_path / "small.ptau"
    path.write_bytes(small.ptau())
    key = tmp_path / "toy.zkey"
    key.write_bytes(TOY.zkey(system(tmp_path)))
    with pytest.raises(InitialKeyRefused, match=r"phase 1 is for 2\^2 constraints, not 2\^3"):
        require_initial("toy", ProvingKey.load(key), system(tmp_path), Powers.load(path))


def test_constraints_that_were_chosen_after_the_scalars(tmp_path: Path) -> None:
    """Attack: C stands in no section of a key, so with scalars known before one makes it to fit.

    The first constraint is then w3 w4 = k w3 instead of w3 w4 = w5, with points of the latter.
    """
    (tmp_path / "toy.zkey").write_bytes(TOY.zkey(system(tmp_path)))
    key, known = ProvingKey.load(tmp_path / "toy.zkey"), powers(tmp_path)
    drawn = coefficients(b"lodetrace-ceremony/1/initial" + key.sha256 + known.digest, WIRES)
    fitting = {3: drawn[5] * pow(drawn[3], -1, R) % R}
    forged = ConstraintSystem.of("toy", r1cs_bytes(((*ROWS[0][:2], fitting), *ROWS[1:])))
    with pytest.raises(InitialKeyRefused, match="IC and L points"):
        require_initial("toy", key, forged, known)


def test_wires_that_no_file_has_room_for(tmp_path: Path) -> None:
    """Attack: headers of some bytes that ask for 64 GB of scalars."""
    many = struct.pack("<I", (1 << 32) - 1)
    sections = TOY.zkey_sections(system(tmp_path))
    sections[2] = put(sections[2], 72, many)
    (tmp_path / "toy.zkey").write_bytes(file_of(b"zkey", dict(sections)))
    content = r1cs_bytes()
    at = content.index(struct.pack("<II", WIRES, 1))
    asking = ConstraintSystem.of("toy", put(content, at, many))
    with pytest.raises(SetupFileMalformed, match="section 5"):
        require_initial("toy", ProvingKey.load(tmp_path / "toy.zkey"), asking, powers(tmp_path))


@pytest.mark.parametrize(
    ("at", "part"), [(0, bytes(4)), (16, (R + 1).to_bytes(32, "little")), (16, bytes([255] * 32))]
)
def test_coefficients_that_two_readers_take_differently(
    at: int, part: bytes, tmp_path: Path
) -> None:
    """A number of terms that is not theirs, and values that are not below the modulus."""
    sections = TOY.zkey_sections(system(tmp_path))
    sections[4] = put(sections[4], at, part)
    with pytest.raises(SetupFileMalformed, match="coefficients"):
        judge(tmp_path, sections)


def test_a_larger_phase_1_serves_as_well(tmp_path: Path) -> None:
    """Then no power of the H points is left out."""
    large = ToySetup(power=POWER + 1)
    (tmp_path / "large.ptau").write_bytes(large.ptau())
    (tmp_path / "toy.zkey").write_bytes(large.zkey(system(tmp_path)))
    key, known = ProvingKey.load(tmp_path / "toy.zkey"), Powers.load(tmp_path / "large.ptau")
    require_initial("toy", key, system(tmp_path), known)


@pytest.mark.parametrize("cut", [20, 100, 250])
def test_constraints_that_were_cut_off(cut: int, tmp_path: Path) -> None:
    (tmp_path / "cut.r1cs").write_bytes(r1cs_bytes()[:cut])
    with pytest.raises(SetupFileMalformed):
        ConstraintSystem.load(tmp_path / "cut.r1cs")


def test_rows_that_name_what_is_not_there(tmp_path: Path) -> None:
    for terms in ({6: 1}, {3: R}):
        (tmp_path / "bad.r1cs").write_bytes(r1cs_bytes([[terms, {}, {}]]))
        with pytest.raises(SetupFileMalformed, match="out of range"):
            ConstraintSystem.load(tmp_path / "bad.r1cs")
