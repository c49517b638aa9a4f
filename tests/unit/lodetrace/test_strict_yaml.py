"""YAML has one meaning here or none, and an error says where and what else was expected."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from lodetrace.errors import InputError
from lodetrace.strict_yaml import MAX_BYTES, MAX_DEPTH, MAX_VALUES, YamlValue, parse_yaml, read_yaml
from lodetrace.units import parse_metal


class Unusable(InputError):
    """A file of these tests."""

    template = "{path}: {reason}"


def value(text: str | bytes) -> YamlValue:
    content = text if isinstance(text, bytes) else text.encode()
    return parse_yaml(content, Path("file.yaml"), Unusable)


def one(text: str) -> YamlValue:
    """The value under a key, so that it has a place."""
    return value(f"top:\n  - one: {text}\n").section(("top",))["top"].elements()[0].section(
        ("one",)
    )["one"]  # fmt: skip


ADDRESS = "0x9eF6c02FB2ECc446146E05F1fF687a788a8BF76d"
READ: list[tuple[str, Callable[[YamlValue], object], object]] = [
    ("900 t", YamlValue.text, "900 t"),
    ("'yes'", YamlValue.text, "yes"),
    ("'0x12'", YamlValue.text, "0x12"),
    ("25.12.0", YamlValue.text, "25.12.0"),
    ("17", YamlValue.whole, 17),
    ("0", YamlValue.whole, 0),
    ("true", YamlValue.flag, True),
    ("2026-03-02", YamlValue.day, date(2026, 3, 2)),
    ("'2026-03-02'", YamlValue.day, date(2026, 3, 2)),
    ("2026-01-02T09:00:00Z", YamlValue.time, datetime(2026, 1, 2, 9, tzinfo=UTC)),
    ("2026-01-02 11:00:00+02:00", YamlValue.time, datetime(2026, 1, 2, 9, tzinfo=UTC)),
    (f"'{ADDRESS}'", YamlValue.address, ADDRESS),
    (f"'{ADDRESS.lower()}'", YamlValue.address, ADDRESS),
    ("'0xab12'", lambda found: found.hex(2), b"\xab\x12"),
    ("900 t", lambda found: found.parsed(parse_metal), 900 * 10**9),
    ("beta", lambda found: found.one_of({"alpha": 1, "beta": 2}), 2),
    ("[a, {b: 1, c: null}, true]", YamlValue.plain, ["a", {"b": 1, "c": None}, True]),
]


@pytest.mark.parametrize(("text", "read", "expected"), READ)
def test_what_is_read(text: str, read: Callable[[YamlValue], object], expected: object) -> None:
    assert read(one(text)) == expected


def hex_of_two(found: YamlValue) -> object:
    return found.hex(2)


def greek(found: YamlValue) -> object:
    return found.one_of({"alpha": 1, "beta": 2})


def metal(found: YamlValue) -> object:
    return found.parsed(parse_metal)


def ports(found: YamlValue) -> object:
    return found.whole(1, 65_535)


@pytest.mark.parametrize(
    ("text", "read", "said"),
    [
        ("yes", YamlValue.text, "expected a text (in quotes), found true or false 'yes'"),
        ("''", YamlValue.text, "expected a text, found a text that is blank"),
        ("2026-03-02", YamlValue.text, "found a date '2026-03-02'"),
        ("", YamlValue.text, "found nothing"),
        ("1.5", metal, "found a number with a point '1.5'"),
        ("900", metal, "expected a text (in quotes), found a number '900'"),
        ("900 lb", metal, "900 lb"),
        ("yes", YamlValue.flag, "expected true or false, found true or false 'yes'"),
        ("'true'", YamlValue.flag, "expected true or false, found a text 'true'"),
        ("017", YamlValue.whole, "found a number '017'"),
        ("1_000", YamlValue.whole, "found a number '1_000'"),
        ("12:30", YamlValue.whole, "found a number '12:30'"),
        ("0x11", YamlValue.whole, "found a number '0x11'"),
        ("-1", YamlValue.whole, "expected a whole number from 0 to"),
        ("1.0", YamlValue.whole, "found a number with a point"),
        ("70000", ports, "expected a whole number from 1 to 65535, found a number '70000'"),
        ("2026-06-31", YamlValue.day, "expected a day as 2026-03-02, found a date '2026-06-31'"),
        ("2026-3-2", YamlValue.day, "expected a day"),
        ("'20260302'", YamlValue.day, "expected a day"),
        ("2026-W10-1", YamlValue.day, "expected a day"),
        ("2026-03-02", YamlValue.time, "expected a time in UTC"),
        ("2026-01-02T09:00:00", YamlValue.time, "expected a time in UTC"),
        ("2026-01-02T09:00:00.5Z", YamlValue.time, "expected a time in UTC"),
        ("2026-01-42T09:00:00Z", YamlValue.time, "expected a time in UTC"),
        (ADDRESS, YamlValue.address, "expected an account in quotes, found a number"),
        ("'0xNOTANADDRESS'", YamlValue.address, "'0xNOTANADDRESS' is no address"),
        (f"'{ADDRESS[:-1]}D'", YamlValue.address, "is no address"),
        ("0xab12", hex_of_two, "in quotes"),
        ("'0xab1'", hex_of_two, "4 hexadecimal digits"),
        ("gamma", greek, "expected one of alpha, beta, found a text 'gamma'"),
        ("[]", YamlValue.text, "found a list"),
        ("a", YamlValue.elements, "expected a list, found a text 'a'"),
        ("[1]", YamlValue.section, "expected keys with values, found a list"),
        ("1.5", YamlValue.plain, "found a number with a point '1.5'"),
        ("[1, 017]", YamlValue.plain, "found a number '017'"),
        ("{a: no}", YamlValue.plain, "found true or false 'no'"),
    ],
)
def test_what_is_refused_is_named(
    text: str, read: Callable[[YamlValue], object], said: str
) -> None:
    with pytest.raises(Unusable, match=re.escape(said)) as refused:
        read(one(text))
    assert str(refused.value).startswith("file.yaml: line 2: top[0].one")


def test_keys_that_are_missing_or_unknown_are_refused_with_what_is_known() -> None:
    with pytest.raises(Unusable, match="line 1: b missing; known: a, b, c"):
        value("a: 1").section(("a", "b"), ("c",))
    with pytest.raises(Unusable, match="line 2: d: unknown key; known: a, c"):
        value("a: 1\nd: 2").section(("a",), ("c",))
    assert set(value("a: 1\nd: 2").section(("a",), None)) == {"a", "d"}


BOMB = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: 1\nb: {c: 1,\n  c: 2}", "line 3: b: the key 'c' stands twice, first in line 2"),
        ("a: 1\n'a': 2", "line 2: the key 'a' stands twice"),
        ("1: a", "a key is a text"),
        ("no: a", "a key is a text"),
        ("? [a]\n: b", "a key is a text"),
        ("? !!str [a]\n: b", "a key is a text"),
        ("a: &x {b: 1}\nc:\n  <<: *x", "line 3"),
        ("<<: {b: 1}", "a key is a text"),
        (BOMB, r"line 2: \*a repeats"),
        ("a: &a [*a]", r"\*a repeats"),
        ("a: !!python/name:os.system x", "unknown tag"),
        ("a: !!binary aGk=", "unknown tag"),
        ("a: !!set {b}", "unknown tag"),
        ("a: !!str {b: c}", "unknown tag"),
        ("a: 1\n---\nb: 2", "line 2"),
        ("a: [", "line 1"),
        ("a: b: c", "line 1"),
        ("a:\n\t- b", "line 2"),
        ("a: \x07", "unacceptable character"),
        ("", "it is empty"),
        ("# only words\n", "it is empty"),
        ("[" * (MAX_DEPTH + 1), f"more than {MAX_DEPTH} levels"),
        ("[" * 200_000, f"more than {MAX_DEPTH} levels"),
        ("[" + "1," * MAX_VALUES + "]", f"or {MAX_VALUES} values"),
        (b"a: 1\nb: \xff\n", "line 2: it is not UTF-8"),
        ("a: 1".encode("utf-16"), "it is UTF-16"),
    ],
)
def test_a_file_with_more_than_one_meaning_or_none_is_refused(text: str | bytes, said: str) -> None:
    with pytest.raises(Unusable, match=said):
        value(text)


def test_a_text_may_be_repeated_and_a_byte_order_mark_is_passed_over() -> None:
    assert value(b"\xef\xbb\xbfa: &x text\nb: *x").plain() == {"a": "text", "b": "text"}


def test_the_size_of_a_file_is_bounded(tmp_path: Path) -> None:
    path = tmp_path / "file.yaml"
    path.write_text("a: 1\n" + "#" * MAX_BYTES)
    with pytest.raises(Unusable, match="more than"):
        read_yaml(path, Unusable)
    with pytest.raises(Unusable, match="No such file"):
        read_yaml(tmp_path / "absent.yaml", Unusable)


ELSEWHERE = {
    "scripts/setup/run_brownie.py",  # hands networks.yaml to Brownie, which takes what it takes
    "scripts/setup/solc_input.py",  # reads the repository's own brownie-config.yaml
    "lodetrace/strict_yaml.py",
}


def test_no_other_module_loads_yaml(root: Path) -> None:
    folders = ("api", "benchmarks", "demo", "examples", "lodetrace", "oracle", "scripts")
    loading = re.compile(r"yaml\.\w*load|from yaml import .*(Loader|load)")
    found = {
        path.relative_to(root).as_posix()
        for folder in folders
        for path in (root / folder).rglob("*.py")
        if loading.search(path.read_text("utf-8"))
    }
    assert found == ELSEWHERE
