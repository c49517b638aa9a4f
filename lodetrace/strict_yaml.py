"""YAML that people write: bounded, with one meaning or none, and refused where it stands.

A key that stands twice, a text where a list belongs and a scalar that readers of YAML 1.1 and 1.2
take differently (012, 1_000, 12:30, yes) are refused. What is read knows its file, line and keys;
each reader names what it expects and what it found. No number with a point is ever read: amounts
are texts with their unit.
"""

import codecs
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeVar

from lodetrace.errors import LodetraceError
from lodetrace.text import parse_address, parse_hex

if TYPE_CHECKING:
    from yaml.nodes import Node

T = TypeVar("T")

MAX_BYTES: Final = 1 << 20
MAX_DEPTH: Final = 32
MAX_VALUES: Final = 50_000
_SHOWN: Final = 60

_TAG: Final = "tag:yaml.org,2002:"
_KINDS: Final[Mapping[str, str]] = {
    "map": "keys with values",
    "seq": "a list",
    "str": "a text",
    "int": "a number",
    "float": "a number with a point",
    "bool": "true or false",
    "null": "nothing",
    "timestamp": "a date",
}
"""Everything that a file may hold, as errors name it."""

_WHOLE: Final = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LARGEST: Final = (1 << 53) - 1
_FLAGS: Final = {"true": True, "false": False}

Refusal = Callable[..., LodetraceError]
"""Makes the error of a kind of file, from `path` and `reason`."""


@dataclass(frozen=True, slots=True)
class YamlValue:
    """A value of a file and where it stands. keys: the way to it, as in entries[2].metal."""

    node: "Node"
    path: Path
    keys: str
    refusal: Refusal

    def refuse(self, reason: object) -> NoReturn:
        """Raises the file's error, with line and keys."""
        line = self.node.start_mark.line + 1
        where = f"line {line}: {self.keys}" if self.keys else f"line {line}"
        raise self.refusal(path=self.path, reason=f"{where}: {reason}")

    def expect(self, expected: str) -> NoReturn:
        """Raises the file's error: something else was found."""
        self.refuse(f"expected {expected}, found {self._found()}")

    def refused_as(self, refusal: Refusal) -> "YamlValue":
        """The same value, with another error for it and what is in it."""
        return YamlValue(self.node, self.path, self.keys, refusal)

    def called(self, key: str) -> str:
        """By what an error names it: its value of a key, or what it is itself."""
        from yaml.nodes import MappingNode

        if isinstance(self.node, MappingNode):
            found = self._mapping().get(key)
            return "without " + key if found is None else found.called(key)
        return self._raw[:_SHOWN] if isinstance(self.node.value, str) else "a list"

    @property
    def is_nothing(self) -> bool:
        """Whether there is a key without a value."""
        return self._is("null")

    def section(
        self, needed: Collection[str] = (), optional: Collection[str] | None = ()
    ) -> "YamlSection":
        """Values by key: all that are needed, none that is unknown. optional None: any."""
        found = self._mapping()
        missing = [key for key in needed if key not in found]
        if missing:
            self.refuse(f"{', '.join(missing)} missing; known: {_known(needed, optional)}")
        for key, value in found.items():
            if optional is not None and key not in needed and key not in optional:
                value.refuse(f"unknown key; known: {_known(needed, optional)}")
        return found

    def listed(self, key: str) -> Sequence["YamlValue"]:
        """The values of a list in this section; none where it is left out or empty."""
        value = self._mapping().get(key)
        return [] if value is None or value.is_nothing else value.elements()

    def elements(self) -> Sequence["YamlValue"]:
        """The values of a list."""
        from yaml.nodes import SequenceNode

        if not isinstance(self.node, SequenceNode):
            self.expect(_KINDS["seq"])
        return [
            YamlValue(node, self.path, f"{self.keys}[{at}]", self.refusal)
            for at, node in enumerate(self.node.value)
        ]

    def text(self) -> str:
        """A text that is not blank; what YAML takes for something else stands in quotes."""
        if not self._is("str") or not self._raw.strip():
            self.expect("a text" if self._is("str") else "a text (in quotes)")
        return self._raw

    def whole(self, least: int = 0, most: int = _LARGEST) -> int:
        """A whole number in decimal digits, within bounds."""
        expected = f"a whole number from {least} to {most}"
        if not self._is("int") or not _WHOLE.fullmatch(self._raw):
            self.expect(expected)
        found = int(self._raw)
        if not least <= found <= most:
            self.expect(expected)
        return found

    def flag(self) -> bool:
        """True or false, in these words."""
        if not self._is("bool") or self._raw not in _FLAGS:
            self.expect("true or false")
        return _FLAGS[self._raw]

    def day(self) -> date:
        """A day as 2026-03-02."""
        found = _day(self._raw) if self._is("timestamp") or self._is("str") else None
        if found is None:
            self.expect("a day as 2026-03-02")
        return found

    def time(self) -> datetime:
        """A time with its offset from UTC, as 2026-01-02T09:00:00Z, to the second."""
        found = _time(self.node) if self._is("timestamp") or self._is("str") else None
        if found is None or found.tzinfo is None or found.microsecond:
            self.expect("a time in UTC as 2026-01-02T09:00:00Z")
        return found

    def hex(self, size: int) -> bytes:
        """So many bytes, as 0x and digits in quotes: without them YAML reads a number."""
        if self._is("int"):
            self.expect(f"0x and {2 * size} hexadecimal digits in quotes")
        return self.parsed(lambda text: parse_hex(text, size))

    def address(self) -> str:
        """An account in quotes, checksummed; a wrong checksum is refused."""
        if self._is("int"):
            self.expect("an account in quotes")
        return self.parsed(parse_address)

    def one_of(self, known: Mapping[str, T]) -> T:
        """What a word stands for."""
        if not self._is("str") or self._raw not in known:
            self.expect(f"one of {', '.join(known)}")
        return known[self._raw]

    def parsed(self, parse: Callable[[str], T]) -> T:
        """What a reader of texts makes of it; its InputError or ValueError becomes the file's."""
        text = self.text()
        try:
            return parse(text)
        except (LodetraceError, ValueError) as error:
            self.refuse(error)

    def plain(self) -> Any:
        """Python's own values, for what is data to its reader; times have their offset."""
        from yaml.nodes import MappingNode, SequenceNode

        if isinstance(self.node, MappingNode):
            return {key: value.plain() for key, value in self._mapping().items()}
        if isinstance(self.node, SequenceNode):
            return [value.plain() for value in self.elements()]
        if self._is("timestamp"):
            return self.day() if _DAY.fullmatch(self._raw) else self.time()
        if self._is("str"):
            return self._raw
        if self._is("int"):
            return self.whole(-_LARGEST, _LARGEST)
        if self._is("bool"):
            return self.flag()
        if not self._is("null"):
            self.expect("a whole number or a text (in quotes)")
        return None

    @property
    def _raw(self) -> str:
        return str(self.node.value)

    def _is(self, kind: str) -> bool:
        return bool(self.node.tag == _TAG + kind)

    def _mapping(self) -> dict[str, "YamlValue"]:
        from yaml.nodes import MappingNode

        if not isinstance(self.node, MappingNode):
            self.expect(_KINDS["map"])
        before = f"{self.keys}." if self.keys else ""
        return {
            key.value: YamlValue(value, self.path, before + key.value, self.refusal)
            for key, value in self.node.value
        }

    def _found(self) -> str:
        kind = _KINDS[self.node.tag.removeprefix(_TAG)]
        if isinstance(self.node.value, str) and not self._is("null"):
            shown = self._raw if len(self._raw) <= _SHOWN else self._raw[:_SHOWN] + "…"
            return f"{kind} {shown!r}" if self._raw.strip() else f"{kind} that is blank"
        return kind


YamlSection = Mapping[str, YamlValue]
"""Values by key."""


def read_yaml(path: Path, refusal: Refusal) -> YamlValue:
    """The one document of a file; `refusal` makes the error, whatever is wrong with it."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise refusal(path=path, reason=error.strerror or error) from error
    if len(content) > MAX_BYTES:
        raise refusal(path=path, reason=f"it has more than {MAX_BYTES} bytes")
    return parse_yaml(content, path, refusal)


def parse_yaml(content: bytes, path: Path, refusal: Refusal) -> YamlValue:
    """As read_yaml, of bytes in hand. A byte order mark of UTF-8 is passed over, as YAML wants."""
    from yaml import MarkedYAMLError, YAMLError

    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise refusal(path=path, reason="it is UTF-16; save it as UTF-8")
    try:
        node = _composed(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise refusal(path=path, reason=f"line {line}: it is not UTF-8") from error
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"line {mark.line + 1}: " if mark else ""
        raise refusal(path=path, reason=f"{where}{error.problem or error.context}") from error
    except YAMLError as error:
        raise refusal(path=path, reason=" ".join(str(error).split())[:200]) from error
    if node is None:
        raise refusal(path=path, reason="it is empty")
    value = YamlValue(node, path, "", refusal)
    _require_unambiguous(value)
    return value


def _composed(text: str) -> "Node | None":
    """The tree of nodes; bounds hold while it grows, so that no file makes more than its size."""
    from yaml import SafeLoader
    from yaml.composer import ComposerError
    from yaml.events import AliasEvent
    from yaml.nodes import ScalarNode

    class Bounded(SafeLoader):
        depth = values = 0

        def compose_node(self, parent: Any, index: Any) -> Any:
            event = self.peek_event()  # type: ignore[no-untyped-call]
            self.values += 1
            self.depth += 1
            if self.depth > MAX_DEPTH or self.values > MAX_VALUES:
                problem = f"more than {MAX_DEPTH} levels or {MAX_VALUES} values"
                raise ComposerError(problem=problem, problem_mark=event.start_mark)
            node = super().compose_node(parent, index)
            if isinstance(event, AliasEvent) and not isinstance(node, ScalarNode):
                problem = f"*{event.anchor} repeats more than a text or number; write it out"
                raise ComposerError(problem=problem, problem_mark=event.start_mark)  # type: ignore[arg-type]
            self.depth -= 1
            return node

    loader = Bounded(text)
    try:
        return loader.get_single_node()
    finally:
        loader.dispose()


def _require_unambiguous(value: YamlValue) -> None:
    """Only tags that are known; keys are texts, and stand once."""
    from yaml.nodes import MappingNode, ScalarNode, SequenceNode

    node = value.node
    kind = node.tag.removeprefix(_TAG)
    shape = {"map": MappingNode, "seq": SequenceNode}.get(kind, ScalarNode)
    if kind not in _KINDS or not isinstance(node, shape):
        value.refuse(f"unknown tag {node.tag[:_SHOWN]}; known: {', '.join(_KINDS)}")
    if isinstance(node, SequenceNode):
        for element in value.elements():
            _require_unambiguous(element)
    elif isinstance(node, MappingNode):
        _require_keys(value, node)
        for element in value.section(optional=None).values():
            _require_unambiguous(element)


def _require_keys(value: YamlValue, node: Any) -> None:
    from yaml.nodes import ScalarNode

    seen: dict[str, int] = {}
    for key, _ in node.value:
        at = YamlValue(key, value.path, value.keys, value.refusal)
        if key.tag != f"{_TAG}str" or not isinstance(key, ScalarNode):
            at.refuse("a key is a text; write it in quotes")
        if key.value in seen:
            at.refuse(
                f"the key {key.value[:_SHOWN]!r} stands twice, first in line {seen[key.value]}"
            )
        seen[key.value] = key.start_mark.line + 1


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:  # the 31st of June
        return None


def _time(node: "Node") -> datetime | None:
    """What YAML itself makes of a timestamp; None for a day alone and for none."""
    from yaml.constructor import SafeConstructor

    if not SafeConstructor.timestamp_regexp.match(node.value):
        return None
    try:
        found = SafeConstructor().construct_yaml_timestamp(node)  # type: ignore[arg-type]
    except ValueError:
        return None
    return found if isinstance(found, datetime) else None


def _known(needed: Collection[str], optional: Collection[str] | None) -> str:
    return ", ".join([*needed, *(optional or ())])
