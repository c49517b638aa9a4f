"""A keystore goes onto paper and comes back by hand; what is mistyped is named."""

import re
import shutil
from pathlib import Path

import pytest

from lodetrace.errors import ExitCode
from lodetrace.keys.keystore import load_keystore, save_keystore
from lodetrace.keys.member_keys import MemberKeys
from lodetrace.keys.paper import PaperUnreadable, keystore_of, paper_lines
from lodetrace.keys.viewing import ViewingKey
from lodetrace.settings import Settings
from tests.unit.cli.conftest import Run

PASSPHRASE = "a passphrase for tests"
SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@pytest.fixture
def keystore(tmp_path: Path) -> str:
    """With everything that keys can have."""
    path = tmp_path / "made.json"
    made = MemberKeys.for_development(3).with_former((ViewingKey.generate(),)).with_new_epoch()
    save_keystore(path, made, PASSPHRASE)
    return path.read_text()


def test_what_is_typed_is_the_very_keystore(keystore: str) -> None:
    lines = paper_lines(keystore)
    assert keystore_of("\n".join(lines)) == keystore
    assert max(map(len, lines)) <= 60
    assert len(lines) < 60, "they fit on a page"


def test_hands_and_eyes_are_forgiven(keystore: str) -> None:
    typed = [
        line[:4] + line[4:].lower().replace("0", "o").replace("1", "l").replace("  ", " - ")
        for line in reversed(paper_lines(keystore))
    ]
    assert keystore_of("\n\n".join(["Words of the page", *typed])) == keystore


@pytest.mark.parametrize("blank", ["\u00a0", "\u2011", "\u2013"])
def test_what_a_writing_program_makes_of_blanks_is_forgiven(keystore: str, blank: str) -> None:
    typed = [line[:4].lstrip("0") + line[4:].replace(" ", blank) for line in paper_lines(keystore)]
    assert keystore_of("\n".join(["00" + typed[-1], *typed[:-1]])) == keystore


def test_of_a_line_that_was_typed_again_the_right_one_counts(keystore: str) -> None:
    lines = paper_lines(keystore)
    wrong = lines[2][:-1] + ("Y" if lines[2][-1] != "Y" else "Z")
    for typed in ([wrong, *lines], [*lines, wrong]):
        assert keystore_of("\n".join(typed)) == keystore


@pytest.mark.parametrize("at", [0, -2])
def test_each_wrong_swapped_missing_or_further_sign_is_found(keystore: str, at: int) -> None:
    lines = paper_lines(keystore)
    number, line = int(lines[at][:2]), lines[at][4:].replace(" ", "")
    typed = {
        line[:place] + more + line[place + gone :]
        for place in range(len(line))
        for more, gone in [*((sign, 1) for sign in SIGNS), *((sign, 0) for sign in SIGNS), ("", 1)]
    }
    typed |= {
        line[:one] + line[other] + line[one + 1 : other] + line[one] + line[other + 1 :]
        for one in range(len(line))
        for other in range(one + 1, len(line))
    }
    typed.discard(line)
    assert len(typed) > 1500
    for wrong in sorted(typed):
        with pytest.raises(PaperUnreadable) as told:
            keystore_of(f"{number:02} {wrong}")
        if not re.search(rf"(line|to) {number}$", str(told.value)):
            whole = [*lines[: number - 1], f"{number:02} {wrong}", *lines[number:]]
            assert keystore_of("\n".join(whole)) == keystore, "only signs that bear nothing differ"


@pytest.mark.parametrize("at", [0, 7, -2])
def test_a_mistyped_line_is_named(keystore: str, at: int) -> None:
    lines = paper_lines(keystore)
    for place in (5, 12, len(lines[at]) - 1):
        sign = "Z" if lines[at][place] != "Z" else "Y"
        if lines[at][place] == " ":
            continue
        wrong = [*lines]
        wrong[at] = lines[at][:place] + sign + lines[at][place + 1 :]
        with pytest.raises(PaperUnreadable, match=f"line {int(lines[at][:2])}$"):
            keystore_of("\n".join(wrong))


def test_lines_that_are_missing_swapped_or_anothers_are_told(keystore: str) -> None:
    lines = paper_lines(keystore)
    with pytest.raises(PaperUnreadable, match=r"line 2 to 3, 5$"):
        keystore_of("\n".join(line for line in lines if line[:2] not in ("02", "03", "05")))
    with pytest.raises(PaperUnreadable, match="line 00 does not fit"):
        keystore_of("\n".join([*lines[:-2], lines[-1]]))
    swapped = ["01" + lines[1][2:], "02" + lines[0][2:], *lines[2:]]
    with pytest.raises(PaperUnreadable, match=r"line 1 to 2$"):
        keystore_of("\n".join(swapped))
    other = paper_lines(keystore.replace('"development": true', '"development": false'))
    with pytest.raises(PaperUnreadable, match="line 00 does not fit"):
        keystore_of("\n".join([*lines[:-1], other[-1]]))
    told = rf"line 00 does not fit lines 1 to {len(lines) - 1}: it is mistyped or missing itself"
    for last in ([], [lines[-1][:-1] + ("Y" if lines[-1][-1] != "Y" else "Z")]):
        with pytest.raises(PaperUnreadable, match=told):
            keystore_of("\n".join([*lines[:-1], *last]))
    for text in ("", "nothing", "00 ABCDE FGHJK", "01 U"):
        with pytest.raises(PaperUnreadable):
            keystore_of(text)


def test_keys_are_printed_lost_typed_and_recovered(run: Run, home: Path, tmp_path: Path) -> None:
    run("keys", "new", "--dev-index", "3")
    path, paper, back = Settings.load().keystore, tmp_path / "paper.txt", tmp_path / "back.json"
    before = load_keystore(path, PASSPHRASE)
    assert run("keys", "print", "--out", str(paper), "--dry-run").exit_code == ExitCode.OK
    assert not paper.exists()
    assert run("keys", "print", "--out", str(paper)).exit_code == ExitCode.OK
    assert run("keys", "print", "--out", str(paper)).exit_code == ExitCode.STORAGE
    assert isinstance(before.signing_key, bytes)
    assert before.signing_key.hex() not in paper.read_text()
    shutil.rmtree(home)
    words = ("keys", "typed", str(paper), "--out", str(back))
    lines = paper.read_text().splitlines()[4:]
    for encoding in ("utf-8-sig", "utf-16", "utf-8"):
        paper.write_text("\n".join(lines), encoding)
        assert run(*words, "--dry-run").exit_code == ExitCode.OK
    assert not back.exists()
    assert run(*words).exit_code == ExitCode.OK
    assert run("keys", "recover", "--backup", str(back)).exit_code == ExitCode.NODE
    assert load_keystore(path, PASSPHRASE) == before


def test_a_wrong_passphrase_prints_nothing(
    run: Run, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("keys", "new", "--dev-index", "3")
    monkeypatch.setenv("LODETRACE_PASSPHRASE", "another passphrase")
    paper = tmp_path / "paper.txt"
    assert run("keys", "print", "--out", str(paper)).exit_code == ExitCode.KEYS
    assert not paper.exists()
