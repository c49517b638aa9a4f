"""Variables of the environment: bounds are part of the range, refusals name the variable."""

from pathlib import Path

import pytest

from lodetrace.environment import Environment, SettingMalformed

NAME = "LODETRACE_ANYTHING"


def env(value: str) -> Environment:
    return Environment.of({NAME: value})


@pytest.mark.parametrize(("text", "value"), [("5", 5), ("9", 9), ("007", 7), ("", 6)])
def test_whole_numbers_within_their_bounds(text: str, value: int) -> None:
    assert env(text).whole(NAME, 6, least=5, most=9) == value


@pytest.mark.parametrize(
    "text", ["4", "10", "-5", "+5", "5.0", "5 ", "0x5", "٥", "five", "1" * 5_000], ids=repr
)
def test_what_is_no_such_number(text: str) -> None:
    with pytest.raises(SettingMalformed, match=f"{NAME} is .* from 5 to 9") as refused:
        env(text).whole(NAME, 6, least=5, most=9)
    assert len(str(refused.value)) < 200


@pytest.mark.parametrize(("text", "value"), [("0", 0), ("65535", 65_535), ("", 8_000)])
def test_ports(text: str, value: int) -> None:
    assert env(text).port(NAME, 8_000) == value


def test_a_port_that_there_is_not() -> None:
    with pytest.raises(SettingMalformed, match="0 to 65535"):
        env("65536").port(NAME, 8_000)


def test_paths_are_absolute(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert env("~/keys").path(NAME) == tmp_path / "keys"
    assert env("keys").path(NAME) == tmp_path / "keys"
    assert env("").path(NAME) is None


def test_the_home_of_nobody() -> None:
    with pytest.raises(SettingMalformed, match=NAME):
        env("~nobody-of-that-name/keys").path(NAME)


def test_one_of_some_words() -> None:
    assert env("").one_of(NAME, ["on", "off"]) == "on"
    assert env("off").one_of(NAME, ["on", "off"]) == "off"
    with pytest.raises(SettingMalformed, match=f"{NAME} is 'OFF': known: on, off"):
        env("OFF").one_of(NAME, ["on", "off"])


@pytest.mark.parametrize("text", ["../other", ".hidden", "a/b", "a b"])
def test_what_is_no_file_name(text: str) -> None:
    with pytest.raises(SettingMalformed, match=NAME):
        env(text).file_name(NAME, "member")


def test_the_process_has_an_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, "given")
    assert Environment.of().text(NAME) == "given"
    assert Environment.of({}).text(NAME) is None
