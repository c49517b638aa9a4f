"""Every numbered section of the methodology that asks for something has a test of its name."""

import ast
import re
from pathlib import Path

import pytest

SECTIONS = (
    "1", "2.1", "2.2", "2.3.1", "2.3.1.1", "2.3.1.1.1", "2.3.1.1.2", "2.3.1.2", "2.3.1.3", "2.3.2",
    "2.4.1", "2.4.2", "2.4.3", "2.4.4", "2.4.5", "2.4.6", "2.5.1", "2.5.2", "2.5.3", "2.5.4",
    "2.5.5", "2.5.6", "2.5.7", "2.6", "2.7",
)  # fmt: skip


def names() -> list[str]:
    paths = Path(__file__).parent.glob("test_*.py")
    trees = [ast.parse(path.read_text("utf-8")) for path in paths]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    return [node.name for node in nodes if isinstance(node, ast.FunctionDef)]


@pytest.mark.parametrize("section", SECTIONS)
def test_the_section_has_a_test(section: str) -> None:
    word = re.compile(rf"(?:^test|_and)_{section.replace('.', '_')}_(?![0-9])")
    assert any(word.search(name) for name in names()), f"no test is called {word.pattern}"
