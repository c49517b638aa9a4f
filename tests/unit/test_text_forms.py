"""Each form of text is told once, in lodetrace/text.py, which everything else asks."""

import ast
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("lodetrace", "oracle", "api", "demo", "scripts", "benchmarks")
HOME = ROOT / "lodetrace" / "text.py"

# file and form → why it stands there
EXCEPTIONS: Mapping[tuple[str, str], str] = {
    ("lodetrace/cli/lot_ids.py", "hex"): "the beginning of an id is digits, not whole bytes",
}


def is_constant(node: ast.AST) -> bool:
    """Of literals alone, such as "0x" + "2f" * 32 in an example."""
    return all(
        isinstance(part, ast.Constant | ast.BinOp | ast.operator | ast.FormattedValue)
        for part in ast.walk(node)
    )


def ends_in_0x(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and str(node.value).endswith(("0x", "0X"))


def spells_hex(node: ast.AST) -> bool:
    """ "0x" + digits, f"0x{digits}" or f"{number:x}"."""
    if isinstance(node, ast.BinOp):
        before = node.left.values[-1] if isinstance(node.left, ast.JoinedStr) else node.left
        return isinstance(node.op, ast.Add) and ends_in_0x(before) and not is_constant(node.right)
    if not isinstance(node, ast.JoinedStr):
        return False
    pairs = zip([None, *node.values], node.values, strict=False)
    return any(
        isinstance(part, ast.FormattedValue)
        and not is_constant(part)
        and ((before is not None and ends_in_0x(before)) or in_hexadecimal(part))
        for before, part in pairs
    )


def in_hexadecimal(part: ast.FormattedValue) -> bool:
    spec = part.format_spec
    return isinstance(spec, ast.JoinedStr) and any(
        isinstance(one, ast.Constant) and str(one.value).endswith(("x", "X")) for one in spec.values
    )


def reads_hex(node: ast.AST) -> bool:
    """bytes.fromhex(…), unhexlify or int(…, 16)."""
    if isinstance(node, ast.Attribute | ast.Name):
        return named(node) in ("fromhex", "unhexlify", "a2b_hex")
    bases = [*node.args[1:], *(one.value for one in node.keywords)] if is_int(node) else []
    return any(isinstance(base, ast.Constant) and base.value == 16 for base in bases)


def is_int(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and named(node.func) == "int"


def writes_time(node: ast.AST) -> bool:
    """.strftime, and its way back."""
    return named(node) in ("strftime", "strptime")


def spells_enum(node: ast.AST) -> bool:
    """.name.lower()."""
    return (
        isinstance(node, ast.Attribute) and node.attr == "lower" and named(node.value) == "name"
        and isinstance(node.value, ast.Attribute)
    )  # fmt: skip


def checksums(node: ast.AST) -> bool:
    return named(node) == "to_checksum_address"


def named(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


FORMS: Mapping[str, Callable[[ast.AST], bool]] = {
    "hex": spells_hex,
    "reading hex": reads_hex,
    "time": writes_time,
    "enum word": spells_enum,
    "address": checksums,
}


def told(source: str) -> Iterator[tuple[int, str]]:
    """Line and form of everything that is told in a source."""
    for node in ast.walk(ast.parse(source)):
        for form, tells in FORMS.items():
            if tells(node):
                yield getattr(node, "lineno", 0), form


def told_in(package: str) -> Iterator[tuple[str, int, str]]:
    for path in sorted((ROOT / package).rglob("*.py")):
        if path != HOME:
            place = path.relative_to(ROOT).as_posix()
            yield from ((place, line, form) for line, form in told(path.read_text("utf-8")))


@pytest.mark.parametrize("package", PACKAGES)
def test_forms_of_text_are_told_in_one_module(package: str) -> None:
    found = [
        f"{place}:{line} spells out: {form}"
        for place, line, form in told_in(package)
        if (place, form) not in EXCEPTIONS
    ]
    assert found == [], "see lodetrace/text.py"


def test_every_exception_is_one() -> None:
    found = {(place, form) for package in PACKAGES for place, _, form in told_in(package)}
    assert set(EXCEPTIONS) <= found


@pytest.mark.parametrize(
    ("source", "form"),
    [
        ('"0x" + value.hex()', "hex"),
        ('"lot 0x" + digits', "hex"),
        ('f"lot {name} at 0x" + digits', "hex"),
        ('f"lot 0x{value.hex()}"', "hex"),
        ('f"{number:#066x}"', "hex"),
        ('f"{number:020x}"', "hex"),
        ("bytes.fromhex(text[2:])", "reading hex"),
        ("list(map(bytes.fromhex, texts))", "reading hex"),
        ("bytearray.fromhex(text)", "reading hex"),
        ("binascii.unhexlify(text)", "reading hex"),
        ("int(text, 16)", "reading hex"),
        ("int(text, base=16)", "reading hex"),
        ('moment.strftime("%Y")', "time"),
        ('datetime.strptime(text, "%Y")', "time"),
        ("code.name.lower()", "enum word"),
        ('found.code.name.lower().replace("_", " ")', "enum word"),
        ("to_checksum_address(address)", "address"),
    ],
)
def test_the_reader_sees_a_form(source: str, form: str) -> None:
    """A rule that sees nothing would always hold."""
    assert {seen for _, seen in told(source)} == {form}


@pytest.mark.parametrize(
    "source",
    ['"0x" + "2f" * 32', "f\"lodetrace claim verify 0x{'2f' * 32}\"", "hex_of(value)",
     'text.startswith("0x")', "name.lower()", "int(text)", "hex(number)", 'f"{number:,}"',
     '"0x…" + more'],
)  # fmt: skip
def test_the_reader_passes_over_other_text(source: str) -> None:
    assert [*told(source)] == []
