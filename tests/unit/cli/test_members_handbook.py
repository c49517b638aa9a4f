"""The handbooks name nothing that does not exist, and leave no command out.

Members read docs/members.md, auditors docs/auditors.md, who runs a network docs/operators.md, who
joins a ceremony docs/governance.md.
"""

import re
from pathlib import Path

import pytest

from lodetrace.errors import ExitCode
from lodetrace.settings import SETTINGS
from tests.unit.cli.command_lines import commands, defect, find, options_of
from tests.unit.cli.command_lines import root as program


@pytest.fixture(scope="module")
def handbook(root: Path) -> str:
    return (root / "docs" / "members.md").read_text("utf-8")


@pytest.fixture(scope="module")
def operators(root: Path) -> str:
    return (root / "docs" / "operators.md").read_text("utf-8")


def command_lines(text: str) -> list[str]:
    """Whole command lines: those of the sh blocks, and after $; continued lines joined."""
    text = text.replace("\\\n", " ")
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    blocks += re.findall(r"^\$ (lodetrace .*)", text, re.MULTILINE)
    lines = [line.removesuffix(" &") for line in "\n".join(blocks).splitlines()]
    lines = [re.sub(r"^LODETRACE_\w+=\S+ ", "", line) for line in lines]
    return [line.split("  #")[0].strip() for line in lines if line.startswith("lodetrace ")]


def mentions(text: str) -> list[str]:
    """Commands and options that the text speaks of."""
    prose = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    return re.findall(r"`((?:lodetrace |--)[^`]+)`", prose)


def unknown(mention: str) -> list[str]:
    """Words of a mention that no command knows."""
    known = options_of(program())
    known |= {option for _, command in commands() for option in options_of(command)}
    if mention.startswith("--"):
        return [mention] if mention.split()[0] not in known else []
    command, left = find(mention.split()[1:])
    if hasattr(command, "commands"):
        return left or ["a group, not a command"]
    options = [word for word in left if word.startswith("--")]
    return [option for option in options if option not in options_of(command)]


def test_every_command_line_could_be_run(handbook: str) -> None:
    lines = command_lines(handbook)
    assert len(lines) > 30
    assert [(line, defect(line)) for line in lines if defect(line)] == []


def test_every_mention_exists(handbook: str) -> None:
    found = mentions(handbook)
    assert len(found) > 10
    assert [(one, unknown(one)) for one in found if unknown(one)] == []


def test_every_command_is_in_a_handbook(handbook: str, operators: str, root: Path) -> None:
    auditors, gateway, governance = (
        (root / "docs" / f"{name}.md").read_text("utf-8")
        for name in ("auditors", "gateway", "governance")
    )
    texts = {
        "network": operators,
        "audit": handbook + auditors,
        "gateway": gateway,
        "ceremony": governance,
    }
    told = {
        group: " ".join([*command_lines(text), *mentions(text)])
        for group, text in {**texts, "": handbook}.items()
    }
    names = [name for name, _ in commands()]
    group_of = {name: name.split()[0] if name.split()[0] in texts else "" for name in names}
    assert [name for name in names if f"lodetrace {name}" not in told[group_of[name]]] == []


def test_the_handbook_of_auditors_says_what_is_so(root: Path) -> None:
    lines = command_lines((root / "docs" / "auditors.md").read_text("utf-8"))
    assert len(lines) > 10
    assert [(line, defect(line)) for line in lines if defect(line)] == []


def test_the_handbook_of_operators_says_what_is_so(operators: str) -> None:
    lines = command_lines(operators)
    assert len(lines) > 5
    assert [(line, defect(line)) for line in lines if defect(line)] == []
    assert [(one, unknown(one)) for one in mentions(operators) if unknown(one)] == []


def test_every_setting_is_in_the_handbook(handbook: str) -> None:
    told = set(re.findall(r"^\| `(LODETRACE_\w+)`", handbook, re.MULTILINE))
    assert told == {setting.name for setting in SETTINGS}


def test_every_exit_code_is_in_the_handbook(handbook: str) -> None:
    told = [int(code) for code in re.findall(r"^\| (\d+) \|", handbook, re.MULTILINE)]
    assert told == [int(code) for code in ExitCode]


@pytest.mark.parametrize(
    "wrong", ["lodetrace lot sell", "lodetrace lot offer --for", "--sometimes", "lodetrace lot"]
)
def test_a_wrong_mention_would_be_seen(wrong: str) -> None:
    assert unknown(wrong)


def test_command_lines_are_found() -> None:
    text = "```sh\nmake setup\nlodetrace lot list \\\n  --ended  # all\n```\n`lodetrace check`"
    assert command_lines(text) == ["lodetrace lot list    --ended"]
    assert mentions(text) == ["lodetrace check"]


def asked_for(paragraph: str) -> set[str]:
    """Commands in a list such as: `event sign`; of lots `create`; of products `seal`."""
    found = set()
    for part in paragraph.split(";"):
        group = re.search(r"of (lot|product)s ", part)
        for name in re.findall(r"`([a-z][a-z -]+)`", part):
            found.add(f"{group[1]} {name}" if group and " " not in name else name)
    return found


def test_what_asks_first_is_listed(handbook: str) -> None:
    paragraph = handbook.split("What others rely on for good asks first:")[1].split(". `--yes`")[0]
    asking = {name for name, command in commands() if "--yes" in options_of(command)}
    assert asked_for(paragraph) == {one for one in asking if not one.startswith("network ")}
