"""A policy file: JSON, lodetrace-policy/1, read strictly (docs/audit-policy.md)."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from enum import IntEnum
from pathlib import Path
from typing import Any, Final, NoReturn, TypeVar

from lodetrace.audit.anchor import MOST_WITNESSES
from lodetrace.audit.policy import DEFAULT, ClaimDemanded, Policy
from lodetrace.audit.replay.findings import FindingCode
from lodetrace.contracts.enums import CustodyModel, Measure, Scheme
from lodetrace.errors import InputError
from lodetrace.strict_json import parse, read_bytes
from lodetrace.text import (
    ADDRESS_BYTES,
    DAY_SECONDS,
    HOUR_SECONDS,
    AddressMalformed,
    TextMalformed,
    enum_words,
    parse_address,
    parse_hex,
    parse_iso_time,
)
from lodetrace.units import parse_intensity, parse_share, parse_unit_metal
from zk_circuits.schema import RECYCLED, SCHEMA, SCHEMAS, Credit, credit_mask

FORMAT: Final = "lodetrace-policy/1"
KEYS: Final = (
    "format", "development", "full_header_chain", "finality",
    "head_not_before", "attestations", "responsible_schemes", "weakest_model", "claims",
    "cosigners", "witnesses", "max_age", "trusting_period", "refuse",
)  # fmt: skip
_CLAIM_KEYS: Final = ("measure", "credits", "at_least", "at_most", "element")
_MEASURES: Final = {
    "credit_share": Measure.CREDIT_SHARE,
    "cahra_share": Measure.CAHRA_SHARE,
    "carbon_intensity": Measure.CARBON_INTENSITY,
    "direct_intensity": Measure.DIRECT_INTENSITY,
    "metal_per_unit": Measure.METAL_PER_UNIT,
}
_CREDITS: Final = {meaning.name: credit for credit, meaning in SCHEMAS[SCHEMA].items()}
_MODELS: Final = enum_words(CustodyModel, "_")
_SCHEMES: Final = {scheme.name: scheme for scheme in Scheme}

_PERIOD: Final = re.compile(r"([1-9][0-9]{0,4}) (day|hour)s?", re.ASCII)

T = TypeVar("T")
C = TypeVar("C", bound=IntEnum)


class PolicyUnreadable(InputError):
    """A file that is no policy."""

    template = "no policy in {path}: {reason}"
    advice = "Nothing was verified. docs/audit-policy.md shows a policy, with all its keys."


def load_policy(path: Path) -> Policy:
    """From a file; raises PolicyUnreadable, DocumentMissing or DocumentUnreadable."""
    content = read_bytes(path)
    try:
        raw = parse(content)
    except InputError as error:
        raise PolicyUnreadable(path=path, reason=error) from error
    return policy_of(raw, str(path))


def policy_of(raw: Mapping[str, Any], path: str = "the policy") -> Policy:
    """A policy with the keys that are given, the others as in the default one."""
    reader = _Reader(path, raw)
    if reader.value("format") != FORMAT:
        reader.refuse(f"its format is not {FORMAT}")
    needed, known = reader.cosigners()
    witnesses, outside = reader.witnesses()
    return Policy(
        development=reader.flag("development", DEFAULT.development),
        full_header_chain=reader.flag("full_header_chain", DEFAULT.full_header_chain),
        finality=reader.flag("finality", DEFAULT.finality),
        head_not_before=reader.time("head_not_before"),
        attestations=reader.number("attestations", DEFAULT.attestations),
        schemes=reader.schemes(),
        weakest_model=reader.model(DEFAULT.weakest_model),
        claims=reader.claims(),
        cosigners=known,
        cosigners_needed=needed,
        witnesses=witnesses,
        outside_validators=outside,
        max_age=reader.period("max_age"),
        trusting_period=reader.period("trusting_period"),
        refuse=reader.findings(DEFAULT.refuse),
    )


class _Reader:
    """The keys of a policy file; a key that is left over is refused."""

    def __init__(self, path: str, raw: Mapping[str, Any]) -> None:
        self._path: Final = path
        self._raw: Final = raw
        for key in raw:
            if key not in KEYS:
                self.refuse(f"it has a key {key[:40]!r} that is unknown")

    def refuse(self, reason: str) -> NoReturn:
        """Raises PolicyUnreadable."""
        raise PolicyUnreadable(path=self._path, reason=reason)

    def value(self, key: str) -> Any:
        """Of a key, None where it is not given."""
        return self._raw.get(key)

    def flag(self, key: str, default: bool) -> bool:
        """true or false."""
        value = self._raw.get(key, default)
        if not isinstance(value, bool):
            self.refuse(f"{key} is neither true nor false")
        return value

    def number(self, key: str, default: int) -> int:
        """A whole number from 0 to 255."""
        return self._whole(key, self._raw.get(key, Decimal(default)), 255)

    def time(self, key: str) -> int | None:
        """ "2026-11-01T00:00:00Z" in seconds since 1970."""
        value = self._raw.get(key)
        if value is None:
            return None
        try:
            return parse_iso_time(value)
        except TextMalformed:
            self.refuse(f"{key} is no time like 2026-11-01T00:00:00Z")

    def schemes(self) -> frozenset[Scheme] | None:
        """Names of schemes, for example RMI_RMAP."""
        value = self._raw.get("responsible_schemes")
        if value is None:
            return None
        return frozenset(self._list("responsible_schemes", value, self._scheme))

    def model(self, default: CustodyModel) -> CustodyModel:
        """Name of a chain-of-custody model, for example segregated."""
        value = self._raw.get("weakest_model")
        if value is None:
            return default
        return self._named("weakest_model", value, CustodyModel, _MODELS)

    def findings(self, default: frozenset[FindingCode]) -> frozenset[FindingCode]:
        """Codes of findings."""
        value = self._raw.get("refuse")
        if value is None:
            return default
        return frozenset(self._list("refuse", value, self._finding))

    def cosigners(self) -> tuple[int, frozenset[bytes]]:
        """How many of which addresses."""
        value = self._raw.get("cosigners")
        if value is None:
            return 0, frozenset()
        self._object("cosigners", value, {"at_least", "of"}, {"at_least", "of"})
        known = frozenset(self._list("cosigners.of", value["of"], self._address))
        needed = self._whole("cosigners.at_least", value["at_least"], len(known))
        return needed, known

    def witnesses(self) -> tuple[int | None, int | None]:
        """How many groups, and how many of them that seal no block."""
        value = self._raw.get("witnesses")
        if value is None:
            return None, None
        self._object("witnesses", value, {"at_least"}, {"at_least", "outside_validators"})
        needed = self._whole("witnesses.at_least", value["at_least"], MOST_WITNESSES)
        if needed == 0:
            self.refuse("witnesses.at_least is 0: leave witnesses out where none is demanded")
        outside = value.get("outside_validators")
        if outside is None:
            return needed, None
        return needed, self._whole("witnesses.outside_validators", outside, needed)

    def period(self, key: str) -> int | None:
        """ "30 days" or "36 hours" in seconds."""
        value = self._raw.get(key)
        if value is None:
            return None
        found = _PERIOD.fullmatch(value) if isinstance(value, str) else None
        if found is None:
            self.refuse(f"{key} is no text like 30 days or 36 hours")
        return int(found[1]) * (DAY_SECONDS if found[2] == "day" else HOUR_SECONDS)

    def claims(self) -> tuple[ClaimDemanded, ...]:
        """What must be recorded about the subject."""
        return tuple(self._list("claims", self._raw.get("claims", []), self._claim))

    def _claim(self, value: Any) -> ClaimDemanded:
        self._object("a claim", value, {"measure"}, set(_CLAIM_KEYS))
        measure = self._named("measure", value["measure"], Measure, _MEASURES)
        bound = "at_least" if measure.at_least else "at_most"
        shares = measure is Measure.CREDIT_SHARE
        wanted = {"measure", bound} | ({"credits"} if shares else set())
        self._object(f"a claim of {value['measure']}", value, wanted, wanted | {"element"})
        element = value.get("element")
        return ClaimDemanded(
            measure=measure,
            threshold=self._threshold(measure, bound, value[bound]),
            credits=self._credits(value["credits"]) if "credits" in value else 0,
            element=None if element is None else self._whole("element", element, 118),
        )

    def _threshold(self, measure: Measure, bound: str, value: Any) -> int:
        """A quantity with its unit, in text: "90 %", "12.5 kg/kg", "5.2 kg"; never rounded."""
        if not isinstance(value, str):
            self.refuse(f"{bound} is no text like 90 %, 12 kg/kg or 5 kg")
        try:
            if measure in (Measure.CARBON_INTENSITY, Measure.DIRECT_INTENSITY):
                return parse_intensity(value)
            if measure is Measure.METAL_PER_UNIT:
                return parse_unit_metal(value)
            return parse_share(value)
        except InputError as error:
            self.refuse(f"{bound}: {error}")

    def _credits(self, value: Any) -> int:
        selected = self._list("credits", value, self._credit)
        if len(set(selected)) not in (1, 2) or len(selected) != len(set(selected)):
            self.refuse("credits names one credit, or the two recycled ones")
        if len(selected) == 2 and set(selected) != set(RECYCLED):
            self.refuse("two credits are added up only if they are the recycled ones")
        return credit_mask(selected)

    def _credit(self, value: Any) -> Credit:
        return self._named("credits", value, Credit, _CREDITS)

    def _scheme(self, value: Any) -> Scheme:
        return self._named("scheme", value, Scheme, _SCHEMES)

    def _finding(self, value: Any) -> FindingCode:
        if value not in list(FindingCode):
            self.refuse(f"{str(value)[:40]!r} is no finding")
        return FindingCode(value)

    def _address(self, value: Any) -> bytes:
        try:
            return parse_hex(parse_address(value), ADDRESS_BYTES)
        except AddressMalformed:
            self.refuse(f"{str(value)[:50]!r} is no address")

    def _named(self, what: str, value: Any, kind: type[C], names: Mapping[str, C]) -> C:
        found = names.get(value) if isinstance(value, str) else None
        if found is None:
            self.refuse(f"{what} {str(value)[:40]!r} is none of {', '.join(names)}")
        return found

    def _whole(self, what: str, value: Any, most: int) -> int:
        if not isinstance(value, Decimal) or value != value.to_integral_value():
            self.refuse(f"{what} is no whole number")
        if not 0 <= value <= most:
            self.refuse(f"{what} is not between 0 and {most}")
        return int(value)

    def _list(self, what: str, value: Any, read: Callable[[Any], T]) -> list[T]:
        if not isinstance(value, list):
            self.refuse(f"{what} is no list")
        return [read(item) for item in value]

    def _object(self, what: str, value: Any, needed: set[str], allowed: set[str]) -> None:
        if not isinstance(value, dict) or not needed <= value.keys() <= allowed:
            self.refuse(f"{what} is no object with {', '.join(sorted(needed))}")
