"""Guards of a Python module, and the module with a switch at each of them.

A guard is an `if` that raises, a call that can only refuse (`require…`, `check…`, `assert_…` and
the like, its result unused) and, among the rules of a room, an `if` that yields a finding.

The switched module behaves as the original does. The environment says which guard is dropped, and
where the name of every test is written in which a guard refuses: a guard that refuses in no test
can be dropped unseen, any other one only has to be tried with the tests in which it refuses.
"""

import ast
import re
from collections import Counter
from dataclasses import dataclass
from typing import Final

DROPPED: Final = "LODETRACE_GUARD_DROPPED"
REFUSALS: Final = "LODETRACE_GUARD_REFUSALS"

CALLS: Final = re.compile(r"_*(require|assert|check|refuse|ensure|same)(_|$)")
NEVER: Final = "assert_never"
"""Typing's: it is there for the type checker, no value reaches it."""

SWITCH: Final = f'''
def guard_dropped(guard):
    import os
    return os.environ.get("{DROPPED}") == guard
def guard_refuses(guard):
    import os
    if guard_dropped(guard):
        return False
    if refusals := os.environ.get("{REFUSALS}"):
        test, _, phase = os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" (")
        with open(refusals, "a", encoding="utf-8") as file:
            file.write("\\t".join([guard, test, phase.rstrip(")")]) + "\\n")
    return True
'''


@dataclass(frozen=True, slots=True)
class Guard:
    """file: below the root. scope: the names of the classes and functions around it.

    repeated: how many guards of the same words come before it in its scope.
    """

    file: str
    scope: str
    text: str
    repeated: int
    line: int

    @property
    def name(self) -> str:
        """It stays while lines move."""
        again = f" #{self.repeated + 1}" if self.repeated else ""
        return f"{self.file} {self.scope}: {self.text}{again}"


def guards_of(source: str, file: str, *, findings: bool = False) -> list[Guard]:
    """In the order of the file. findings: an `if` that yields is a guard as well."""
    return _Switches(file, findings).switched(source)[0]


def switched(source: str, file: str, *, findings: bool = False) -> str:
    """The module with a switch at each guard, by its name."""
    return _Switches(file, findings).switched(source)[1]


class _Switches(ast.NodeTransformer):
    def __init__(self, file: str, findings: bool) -> None:
        self._file: Final = file
        self._findings: Final = findings
        self._scope: Final[list[str]] = []
        self._guards: Final[list[Guard]] = []
        self._seen: Final[Counter[tuple[str, str]]] = Counter()

    def switched(self, source: str) -> tuple[list[Guard], str]:
        tree = self.visit(ast.parse(source))
        at = _preamble(tree)
        tree.body[at:at] = ast.parse(SWITCH).body
        return self._guards, ast.unparse(ast.fix_missing_locations(tree))

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return self._inside(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        return self._inside(node)

    def visit_If(self, node: ast.If) -> ast.AST:
        words, then, otherwise = ast.unparse(node.test), None, None
        if self._refuses(node.body):
            then = self._asked("guard_refuses", f"if {words}", node)
        if self._refuses(node.orelse):
            otherwise = self._asked("guard_refuses", f"if {words}, else", node)
        self.generic_visit(node)
        if then is not None:
            node.test = ast.BoolOp(ast.And(), [node.test, then])
        if otherwise is not None:
            node.orelse = [ast.If(otherwise, node.orelse, [])]
        return node

    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        if not (isinstance(node.value, ast.Call) and _is_guard(node.value)):
            return node
        words = ast.unparse(node.value)
        dropped = self._asked("guard_dropped", words, node)
        refuses = ast.Call(ast.Name("guard_refuses"), dropped.args, [])
        noted = ast.ExceptHandler(ast.Name("Exception"), None, [ast.Expr(refuses), ast.Raise()])
        return ast.If(ast.UnaryOp(ast.Not(), dropped), [ast.Try([node], [noted], [], [])], [])

    def _inside(self, node: ast.FunctionDef | ast.ClassDef) -> ast.AST:
        self._scope.append(node.name)
        self.generic_visit(node)
        self._scope.pop()
        return node

    def _refuses(self, body: list[ast.stmt]) -> bool:
        return any(
            isinstance(one, ast.Raise)
            or (
                self._findings
                and isinstance(one, ast.Expr)
                and isinstance(one.value, ast.Yield | ast.YieldFrom)
            )
            for one in body
        )

    def _asked(self, function: str, words: str, node: ast.stmt) -> ast.Call:
        scope = ".".join(self._scope)
        repeated = self._seen[scope, words]
        self._seen[scope, words] += 1
        guard = Guard(self._file, scope, words, repeated, node.lineno)
        self._guards.append(guard)
        return ast.Call(ast.Name(function), [ast.Constant(guard.name)], [])


def _is_guard(call: ast.Call) -> bool:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return CALLS.match(name) is not None and name != NEVER
    return False


def _preamble(tree: ast.Module) -> int:
    """How many statements come first by the language's rules: docstring and `__future__`."""
    count = 0
    for node in tree.body:
        docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        future = isinstance(node, ast.ImportFrom) and node.module == "__future__"
        if not docstring and not future:
            break
        count += 1
    return count
