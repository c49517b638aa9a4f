"""Every error of the library carries values, advice and an exit code."""

import ast
import importlib
import inspect
import pkgutil
import re
import subprocess
import sys

import pytest

import lodetrace
from lodetrace.audit.errors import BundleRefused
from lodetrace.audit.replay.errors import HistoryRefused
from lodetrace.errors import ExitCode, LodetraceError, StatementRefused, zk_refusals
from zk_circuits.errors import AllocationImpossible


def all_errors() -> list[type[LodetraceError]]:
    for module in pkgutil.walk_packages(lodetrace.__path__, "lodetrace."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    found: list[type[LodetraceError]] = []
    waiting = list(LodetraceError.__subclasses__())
    while waiting:
        cls = waiting.pop()
        waiting.extend(cls.__subclasses__())
        if cls.__module__.startswith("lodetrace."):
            found.append(cls)
    return sorted(set(found), key=lambda cls: cls.__name__)


GROUPS = {"InputError", "NotFound", "Refused", "KeysError", "NodeError", "StorageError",
          "SettingsError", "Pending", "WitnessRefuses"}  # fmt: skip
OWN_ADVICE = {"ContractRefused", "GatewayRefuses", "StatementRefused"}
# as the parser's own: no --yes where nobody can be asked, options that exclude each other, a name
# that does not say the kind of file, what stands on a paper that is not asked for, a time that is
# none, one history where two are compared
WRONG_USAGE = {
    "ConfirmationMissing",
    "NowMalformed",
    "OneFileForBoth",
    "OtherMissing",
    "PaperNotAsked",
    "ReportKindUnknown",
    "SubjectMissing",
    "WrongUsage",
}


@pytest.mark.parametrize("cls", all_errors(), ids=lambda cls: cls.__name__)
def test_an_error_says_what_to_do(cls: type[LodetraceError]) -> None:
    assert cls.exit_code is not ExitCode.OK
    assert (cls.exit_code is ExitCode.USAGE) == (cls.__name__ in WRONG_USAGE)
    if cls.__name__ not in GROUPS | OWN_ADVICE | {"DevChainError"}:
        assert cls.advice.endswith("."), "advice is a sentence"
        assert cls.template != LodetraceError.template
        assert not re.search(r"\b(lodetrace|zk_circuits)\.[a-z]", cls.advice), "it names a command"


@pytest.mark.parametrize(
    "cls",
    [cls for cls in all_errors() if issubclass(cls, HistoryRefused) and cls is not HistoryRefused],
    ids=lambda cls: cls.__name__,
)
def test_an_error_of_the_story_stands_beside_its_rule(cls: type[HistoryRefused]) -> None:
    module = sys.modules[cls.__module__]
    assert cls.__module__.startswith("lodetrace.audit.")
    assert cls.step == HistoryRefused.step
    raised = {
        node.func.id
        for node in ast.walk(ast.parse(inspect.getsource(module)))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert cls.__name__ in raised


def test_the_verifier_knows_the_whole_family() -> None:
    """Whoever imports it has every refusal: none stands where only another program looks."""
    program = (
        "import lodetrace.audit.verify\n"
        "from lodetrace.audit.errors import BundleRefused\n"
        "def below(cls): return {cls} | {d for c in cls.__subclasses__() for d in below(c)}\n"
        "print(*sorted(cls.__name__ for cls in below(BundleRefused)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    family = {cls.__name__ for cls in all_errors() if issubclass(cls, BundleRefused)}
    assert family - set(done.stdout.split()) == set()


def test_names_of_errors_are_unique() -> None:
    names = [cls.__name__ for cls in all_errors()]
    doubled = {name for name in names if names.count(name) > 1}
    assert not doubled


def test_a_message_is_made_of_values() -> None:
    class Broken(LodetraceError):
        template = "{name} is {value}"

    error = Broken(name="it", value=3)
    assert str(error) == "it is 3"
    assert error.values == {"name": "it", "value": 3}
    assert error.code == "Broken"
    assert re.fullmatch(r"[A-Za-z]+", error.code)


def test_refusals_of_the_circuits_keep_their_values() -> None:
    with pytest.raises(StatementRefused) as refused, zk_refusals():
        raise AllocationImpossible(rule="metal is not made", name="metal", value=2, limit=1)
    assert refused.value.values["value"] == 2
    assert refused.value.advice == AllocationImpossible.advice
    assert refused.value.exit_code is ExitCode.REFUSED
