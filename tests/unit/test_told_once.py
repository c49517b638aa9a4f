"""Rules that have one home: product code tells none of them a second time."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("zk_circuits", "lodetrace", "oracle", "api", "demo")
FOREVER = 2**40 - 1
SECP256K1_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


def product_files() -> list[Path]:
    return [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]


def integer(node: ast.AST) -> int | None:
    """The value of an expression of integer literals, such as (1 << 40) - 1."""
    match node:
        case ast.Constant(value=int() as value):
            return value
        case ast.BinOp(left=left, op=operator, right=right):
            first, second = integer(left), integer(right)
            if first is None or second is None or not 0 <= second <= 256:
                return None
            match operator:
                case ast.LShift():
                    return first << second
                case ast.Pow():
                    return first**second if abs(first) <= 2 else None
                case ast.Sub():
                    return first - second
    return None


def tells_forever(tree: ast.AST) -> Iterator[int]:
    """Lines with the end of what has no end, however it is written."""
    for node in ast.walk(tree):
        if isinstance(node, ast.expr) and integer(node) == FOREVER:
            yield node.lineno


def tells_typed_digest(tree: ast.AST) -> Iterator[int]:
    """Lines with the prefix of what EIP-712 hashes."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and node.value == b"\x19\x01":
            yield node.lineno


def tells_recovery(tree: ast.AST) -> Iterator[int]:
    """Lines that recover a signer, or know the order of secp256k1."""
    for node in ast.walk(tree):
        recovers = isinstance(node, ast.Attribute) and node.attr.startswith("from_signature_and")
        if isinstance(node, ast.expr) and (recovers or integer(node) == SECP256K1_ORDER):
            yield node.lineno


def tells_day(tree: ast.AST) -> Iterator[int]:
    """Lines with the seconds of a day."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and node.value == 86_400:
            yield node.lineno


Tells = Callable[[ast.AST], Iterator[int]]


def homes(tells: Tells) -> set[str]:
    return {
        str(path.relative_to(ROOT))
        for path in product_files()
        if any(tells(ast.parse(path.read_text("utf-8"))))
    }


RECOVERY = {"lodetrace/secp256k1.py", "lodetrace/secp256k1_recovery.py"}
"""The door, and what stands behind it where libsecp256k1 does not."""

RULES = [
    pytest.param(tells_forever, {"lodetrace/contracts/enums.py"}, id="forever"),
    pytest.param(tells_day, {"lodetrace/text.py"}, id="a day in seconds"),
    pytest.param(tells_typed_digest, {"lodetrace/eip712.py"}, id="typed digest"),
    pytest.param(tells_recovery, RECOVERY, id="recovery of a signer"),
]


@pytest.mark.parametrize(("tells", "expected"), RULES)
def test_a_rule_is_told_where_it_lives_alone(tells: Tells, expected: set[str]) -> None:
    """An equal set, so a rule that nobody tells any more fails as well."""
    assert homes(tells) == expected


@pytest.mark.parametrize("text", ["(1 << 40) - 1", "2**40 - 1", "0xFFFFFFFFFF", "1099511627775"])
def test_every_spelling_of_forever_is_seen(text: str) -> None:
    assert [*tells_forever(ast.parse(f"LAST = {text}"))] != []
