"""The launcher against a Besu and a Java that are missing, wrong or too old."""

from pathlib import Path

import pytest

from lodetrace.errors import LodetraceError
from lodetrace.network.errors import (
    BesuBroken,
    BesuMissing,
    BesuUnsupported,
    ImageUnusable,
    JavaBroken,
    JavaMissing,
    JavaTooOld,
)
from lodetrace.network.releases import known_releases
from lodetrace.network.software import find_software, java_needed

from .parts import besu, java, node, program

NOWHERE = Path("/nonexistent")


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine without Besu and without Java."""
    for name in ("BESU_HOME", "JAVA_HOME"):
        monkeypatch.delenv(name, raising=False)
    place = tmp_path / "bin"
    place.mkdir()
    for name in ("sh", "echo", "env"):
        (place / name).symlink_to(f"/bin/{name}")
    monkeypatch.setenv("PATH", str(place))
    return place


def test_both_are_found_where_they_are_named(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("BESU_HOME", str(besu(tmp_path / "besu", "25.8.0", needs=21)))
    monkeypatch.setenv("JAVA_HOME", str(java(tmp_path / "java", "21.0.8")))
    found = find_software(NOWHERE)
    assert found.version == (25, 8, 0)
    command = found.command(node("seals1", tmp_path), tmp_path)
    assert f"JAVA_HOME={tmp_path}/java" in command
    assert command[-1] == f"--config-file={tmp_path}/nodes/seals1/besu.toml"


def test_no_besu_says_what_to_do() -> None:
    with pytest.raises(BesuMissing, match="BESU_HOME is not set") as caught:
        find_software(NOWHERE)
    for way in ("BESU_HOME", "fetch-besu", "--image"):
        assert way in caught.value.advice


def test_besu_home_without_a_besu_is_said(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("BESU_HOME", str(tmp_path))
    with pytest.raises(BesuMissing, match="no program bin/besu"):
        find_software(NOWHERE)


def test_no_java_says_which_is_needed(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("BESU_HOME", str(besu(tmp_path / "besu", "26.7.0", needs=25)))
    with pytest.raises(JavaMissing, match="java is not on the path") as caught:
        find_software(NOWHERE)
    assert "25 or later" in caught.value.advice


def test_java_home_without_java_is_said(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("BESU_HOME", str(besu(tmp_path / "besu", "25.8.0", needs=21)))
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(JavaMissing, match="no program bin/java"):
        find_software(NOWHERE)


@pytest.mark.parametrize("said", ["17.0.15", "1.8.0_392", "11", "20.0.2"])
def test_too_old_a_java_is_named_with_both_numbers(tmp_path: Path, monkeypatch, said: str) -> None:
    monkeypatch.setenv("BESU_HOME", str(besu(tmp_path / "besu", "25.8.0", needs=21)))
    monkeypatch.setenv("JAVA_HOME", str(java(tmp_path / "java", said)))
    with pytest.raises(JavaTooOld, match=r"Besu 25\.8\.0 needs Java 21") as caught:
        find_software(NOWHERE)
    wanted = {"17.0.15": 17, "1.8.0_392": 8, "11": 11, "20.0.2": 20}
    assert caught.value.values["found"] == wanted[said]


def test_the_class_files_say_which_java_is_needed(tmp_path: Path, monkeypatch) -> None:
    """A release of which the table knows nothing."""
    monkeypatch.setenv("BESU_HOME", str(besu(tmp_path / "besu", "30.1.0", needs=29)))
    monkeypatch.setenv("JAVA_HOME", str(java(tmp_path / "java", "25")))
    with pytest.raises(JavaTooOld, match="needs Java 29"):
        find_software(NOWHERE)


def test_without_class_files_the_table_says_it(tmp_path: Path) -> None:
    assert java_needed(besu(tmp_path / "besu", "25.8.0")) == known_releases().releases[-1].java


def test_java_of_the_path_is_taken_without_java_home(
    tmp_path: Path, monkeypatch, bare: Path
) -> None:
    monkeypatch.setenv("BESU_HOME", str(besu(tmp_path / "besu", "25.8.0", needs=21)))
    (bare / "java").symlink_to(java(tmp_path / "jdk", "25") / "bin" / "java")
    assert find_software(NOWHERE).java == tmp_path / "jdk"


@pytest.mark.parametrize("version", ["25.7.0", "24.8.0", "1.5"])
def test_too_old_a_besu_is_refused(tmp_path: Path, monkeypatch, version: str) -> None:
    monkeypatch.setenv("BESU_HOME", str(besu(tmp_path / "besu", version, needs=21)))
    monkeypatch.setenv("JAVA_HOME", str(java(tmp_path / "java", "21")))
    with pytest.raises(BesuUnsupported, match=version):
        find_software(NOWHERE)


@pytest.mark.parametrize("text", ["echo geth/v1.14.0", "exit 3", "echo"])
def test_another_program_is_no_besu(tmp_path: Path, monkeypatch, text: str) -> None:
    program(tmp_path / "besu" / "bin" / "besu", text)
    monkeypatch.setenv("BESU_HOME", str(tmp_path / "besu"))
    monkeypatch.setenv("JAVA_HOME", str(java(tmp_path / "java", "21")))
    with pytest.raises(BesuBroken):
        find_software(NOWHERE)


def test_another_program_is_no_java(tmp_path: Path, monkeypatch) -> None:
    program(tmp_path / "java" / "bin" / "java", "echo coffee")
    monkeypatch.setenv("BESU_HOME", str(besu(tmp_path / "besu", "25.8.0", needs=21)))
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "java"))
    with pytest.raises(JavaBroken, match="coffee"):
        find_software(NOWHERE)


def test_of_unpacked_releases_the_newest_is_taken(tmp_path: Path, monkeypatch) -> None:
    for version in ("25.9.0", "25.12.0", "25.10.0"):
        besu(tmp_path / f"besu-{version}", version, needs=21)
    (tmp_path / "besu-notes").mkdir()
    monkeypatch.setenv("JAVA_HOME", str(java(tmp_path / "java", "21")))
    assert find_software(tmp_path).version == (25, 12, 0)


def test_without_docker_and_podman_the_image_is_refused() -> None:
    with pytest.raises(ImageUnusable, match="podman is not installed"):
        find_software(NOWHERE, image=True)


def test_an_engine_that_has_no_service_is_said(bare: Path) -> None:
    program(bare / "docker", "echo 'Cannot connect to the daemon' >&2; exit 1")
    with pytest.raises(ImageUnusable, match="Cannot connect"):
        find_software(NOWHERE, image=True)


def test_the_image_runs_as_this_user_with_the_networks_folder(tmp_path: Path, bare: Path) -> None:
    program(bare / "podman", "exit 0")
    found = find_software(NOWHERE, image=True)
    command = found.command(node("seals1", tmp_path), tmp_path)
    assert command[:3] == ["podman", "run", "--rm"]
    assert f"--volume={tmp_path}:{tmp_path}" in command
    assert "--network=host" in command
    assert command[-1] == f"--config-file={tmp_path}/nodes/seals1/besu.toml"


def test_every_refusal_says_what_to_do() -> None:
    refusals: list[LodetraceError] = [
        BesuMissing(tried="x"),
        BesuUnsupported(path="x", found="1", needed="2"),
        BesuBroken(path="x", said="y"),
        JavaMissing(tried="x", needed=21),
        JavaTooOld(path="x", found=1, besu="y", needed=21),
        JavaBroken(path="x", said="y"),
        ImageUnusable(image="x", reason="y"),
    ]
    assert [one.code for one in refusals if len(one.advice) < 30] == []
