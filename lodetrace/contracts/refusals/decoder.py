"""Errors of contracts, decoded and said in plain words."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from enum import IntEnum, IntFlag
from typing import Any, Final

from lodetrace.contracts.abi import AbiEntry, Artifacts
from lodetrace.contracts.abi_codec import (
    SELECTOR_BYTES,
    AnswerMalformed,
    decode_values,
    selector,
    snake,
    typed,
)
from lodetrace.contracts.enums import (
    FOREVER,
    CertificateStatus,
    CustodyModel,
    EventKind,
    LotState,
    Material,
    Measure,
    MemberStatus,
    Role,
    RowKind,
    RunKind,
    element_name,
    scheme_name,
    scheme_names,
)
from lodetrace.contracts.refusals.catalogue import ENDLESS, WORDS
from lodetrace.contracts.refusals.wording import RefusalWording
from lodetrace.errors import Refused
from lodetrace.text import DAY_SECONDS, enum_word, flag_words, hex_of, iso_time, short_id
from lodetrace.units import format_share

_BUILT_IN: Final[tuple[AbiEntry, ...]] = (
    {"type": "error", "name": "Error", "inputs": [{"name": "message", "type": "string"}]},
    {"type": "error", "name": "Panic", "inputs": [{"name": "code", "type": "uint256"}]},
)

_CODES: Final[Mapping[tuple[str, str], type[IntEnum] | type[IntFlag]]] = {
    ("LotEnded", "state"): LotState,
    ("LotNotFree", "state"): LotState,
    ("EventKindMismatch", "required"): EventKind,
    ("EventKindMismatch", "actual"): EventKind,
    ("ModelStrengthened", "weakest"): CustodyModel,
    ("ModelStrengthened", "requested"): CustodyModel,
    ("MaterialMismatch", "expected"): Material,
    ("MaterialMismatch", "actual"): Material,
    ("MaterialNotAtSite", "material"): Material,
    ("NotRecoverable", "material"): Material,
    ("NotProcessable", "material"): Material,
    ("NotAssignable", "material"): Material,
    ("MaterialNotBorn", "material"): Material,
    ("MaterialNotMade", "material"): Material,
    ("StateInvalid", "state"): LotState,
    ("RunKindInvalid", "kind"): RunKind,
    ("RowNotAllowed", "kind"): RowKind,
    ("RowFull", "kind"): RowKind,
    ("NotPriced", "material"): Material,
    ("LotNotNamed", "state"): LotState,
    ("ModelNotAttested", "attested"): CustodyModel,
    ("ModelNotAttested", "requested"): CustodyModel,
    ("NotKeptApart", "model"): CustodyModel,
    ("ModelInvalid", "model"): CustodyModel,
    ("MaterialNotHigher", "material"): Material,
    ("MaterialNotHigher", "made"): Material,
    ("PoolNotAllowed", "material"): Material,
    ("PoolNotAllowed", "model"): CustodyModel,
    ("OffGrid", "measure"): Measure,
    ("MaskInvalid", "measure"): Measure,
    ("RoleMissing", "required"): Role,
    ("RoleMissing", "held"): Role,
    ("RoleUnseasoned", "roles"): Role,
    ("StatusUnchanged", "status"): MemberStatus,
    ("TransitionInvalid", "from_"): CertificateStatus,
    ("TransitionInvalid", "to"): CertificateStatus,
}
"""Arguments that are codes."""

_ELEMENTS: Final = {("ElementNotAtSite", "element"), ("ElementMismatch", "expected")} | {
    ("ElementMismatch", "actual"),
    ("NotPriced", "element"),
    ("BatchIncomplete", "element"),
    ("PeriodGap", "element"),
    ("StockNotNamed", "element"),
    ("BoundaryUnknown", "element"),
}
_SCHEMES: Final = {
    ("NotAccredited", "accredited"),
    ("AccreditationUnchanged", "schemes"),
}
"""Arguments that name schemes, a bit each."""
_DAYS: Final = {"day", "applies_from", "earliest"}
"""Arguments that are trading days, counted from 1970-01-01."""
_TIMES: Final = {
    "executable_at", "valid_from", "valid_to", "effective_from", "time", "until", "expiry",
    "lot_time", "event_from", "held_since", "latest", "filed_at",
}  # fmt: skip
_SHARES: Final = {
    ("BandInvalid", name) for name in ("tolerance", "loss_from", "loss_to", "scrap_to")
}
"""Arguments in ppm."""
_PERIODS: Final = {("DelayTooLong", name) for name in ("delay", "limit")} | {
    ("GraceTooLong", name) for name in ("grace", "limit")
}
"""Arguments in seconds."""
_TIME_ERRORS: Final = {
    (error, name)
    for error in (
        "TimeInvalid",
        "DeterminationInvalid",
        "DeterminationTooEarly",
        "SettlerNotYet",
        "ReleaseTooEarly",
        "PeriodInvalid",
        "PeriodGap",
    )
    for name in ("from_", "to", "end")
} | {("RoleUnseasoned", "from_"), ("EffectiveBeforeTakeOver", "since")}


class ContractRefused(Refused):
    """A contract refused a request: nothing changed.

    name: of the Solidity error. args: its arguments by name, in snake_case, typed.
    """

    template = "{sentence}"

    def __init__(self, name: str, args: Mapping[str, Any], data: bytes = b"") -> None:
        words = WORDS.get(name) or _unknown(name, args)
        if name in ENDLESS and not args.get("until"):
            words = ENDLESS[name]
        said = {key: say(name, key, value) for key, value in args.items()}
        measure = args.get("measure")
        if name == "OffGrid" and isinstance(measure, Measure):
            said |= {key: measure.said(args[key]) for key in ("threshold", "step", "limit")}
        super().__init__(sentence=words.sentence.format(**said), error=name, **args)
        self.name = name
        self.arguments: Mapping[str, Any] = args
        self.data = data
        self.advice = words.advice


class RefusalDecoder:
    """Knows the errors of a set of compiled contracts."""

    def __init__(self, artifacts: Artifacts, names: tuple[str, ...]) -> None:
        self._errors: dict[bytes, AbiEntry] = {selector(entry): entry for entry in _BUILT_IN}
        for name in names:
            for entry in artifacts[name].entries("error"):
                self._errors[selector(entry)] = entry

    def decode(self, data: bytes) -> ContractRefused:
        """The refusal in revert data; one that nobody knows is named Unknown."""
        entry = self._errors.get(data[:SELECTOR_BYTES])
        if entry is None:
            return ContractRefused("Unknown", {"data": data}, data)
        try:
            values = decode_values(entry["inputs"], data[SELECTOR_BYTES:], entry["name"])
        except AnswerMalformed:
            return ContractRefused("Unknown", {"data": data}, data)
        args = {
            snake(parameter["name"]): self._argument(entry["name"], parameter["name"], value)
            for parameter, value in zip(entry["inputs"], values, strict=True)
        }
        return ContractRefused(entry["name"], args, data)

    def _argument(self, error: str, parameter: str, value: Any) -> Any:
        if error == "CallFailed" and parameter == "reason":
            return str(self.decode(value))
        code = _CODES.get((error, snake(parameter)))
        return typed(code or str, value)


def say(error: str, name: str, value: Any) -> str:
    """An argument as a person reads it."""
    if isinstance(value, bytes):
        text = value.rstrip(b"\0")
        if name in ("circuit", "name") and text.isascii() and text.decode().isprintable():
            return text.decode()
        return f"{short_id(value, 16)}…" if len(value) > 8 else hex_of(value)
    if isinstance(value, IntFlag):
        return " and ".join(flag_words(value)) or "none"
    if isinstance(value, IntEnum):
        return enum_word(value)
    if (error, name) in _NAMED:
        return _NAMED[error, name](value)
    if name in _DAYS:
        return say_day(value)
    if (error, name) in _PERIODS:
        return f"{value // DAY_SECONDS} days" if value % DAY_SECONDS == 0 else f"{value:,} s"
    if name in _TIMES or (error, name) in _TIME_ERRORS:
        return say_time(value)
    return f"{value:,}" if isinstance(value, int) else str(value)


def say_time(seconds: int) -> str:
    """A time of the chain in UTC."""
    if seconds >= FOREVER:
        return "it is released"
    return iso_time(seconds)


def say_day(days: int) -> str:
    """A trading day as its date."""
    try:
        return (date(1970, 1, 1) + timedelta(days=days)).isoformat()
    except OverflowError:
        return f"day {days}"


def _say_schemes(schemes: int) -> str:
    return ", ".join(scheme_names(schemes)) or "none"


_NAMED: Final[Mapping[tuple[str, str], Callable[[int], str]]] = {
    **dict.fromkeys(_ELEMENTS, element_name),
    **dict.fromkeys(_SCHEMES, _say_schemes),
    ("NotAccredited", "scheme"): scheme_name,
    **dict.fromkeys(_SHARES, format_share),
}
"""How an argument of an error is said that stands for something with a name."""


def _unknown(name: str, args: Mapping[str, Any]) -> RefusalWording:
    listed = ", ".join(f"{key} {{{key}}}" for key in args)
    sentence = f"the contract refused with {name}({listed})"
    return RefusalWording(
        sentence, "Check the request; compiled contracts and deployment may differ."
    )
