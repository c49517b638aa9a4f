"""What the files of a consortium say: members.yaml, sites.yaml, places.yaml, certificates.yaml.

Ids are texts in the files and keccak256 of them on chain. Times are UTC, shares have their unit.
Each reader says at its top what its file holds; examples/cobalt/ is a whole consortium.
"""

import calendar
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import yaml
from eth_utils import keccak

from lodetrace.contracts.enums import (
    ELEMENT_SYMBOLS,
    CertificateStatus,
    Material,
    Role,
    Scheme,
    SiteKind,
)
from lodetrace.errors import InputError
from lodetrace.text import parse_typed_hex
from lodetrace.units import parse_share

EXAMPLE = "examples/cobalt"

NO_PROFILE = bytes(32)

Entry = Mapping[str, Any]
T = TypeVar("T")
_ELEMENTS = {symbol: element for element, symbol in ELEMENT_SYMBOLS.items()}
_SITE = re.compile(r"https://id\.gs1\.org/414/[0-9]{13}(/254/[^/?#\s]+)?")
_SITE_EXAMPLE = "https://id.gs1.org/414/9521234000013"


class EntryMalformed(InputError):
    """An entry of a file that cannot be read."""

    template = "{path}: {entry}: {reason}"
    advice = "Compare the entry with examples/cobalt/ and with the head of scripts/consortium.py."


@dataclass(frozen=True)
class AccountEntry:
    """index: of the development mnemonic. Otherwise address, whose key Brownie keeps as `name`.

    viewing_key: public, 32 bytes; None: the development account's own.
    """

    name: str
    index: int | None
    address: str | None
    viewing_key: bytes | None


@dataclass(frozen=True)
class MemberEntry:
    """The first account is the organisation's admin; with seat, it sits on the council.

    profile: keccak256 of a document that members exchange off chain; 32 zero bytes for none.
    """

    label: str
    group: bytes
    profile: bytes
    roles: int
    accounts: tuple[AccountEntry, ...]
    seat: bool

    @property
    def id(self) -> bytes:
        return word(self.label)

    @property
    def admin(self) -> AccountEntry:
        return self.accounts[0]


@dataclass(frozen=True)
class SiteEntry:
    """identifier: the GLN as a canonical GS1 Digital Link. tolerance and loss in ppm."""

    label: str
    identifier: str
    operator: bytes
    place: bytes
    kind: int
    tolerance: int
    loss: tuple[int, int]
    elements: tuple[int, ...]
    materials: tuple[int, ...]
    capacity: bytes

    @property
    def id(self) -> bytes:
        return word(self.identifier)


@dataclass(frozen=True)
class DeterminationEntry:
    """label: ISO 3166-2. criteria: conflict, governance, human rights."""

    label: str
    actor: str
    first: int
    last: int
    criteria: tuple[bool, bool, bool]
    document: bytes

    @property
    def place(self) -> bytes:
        return word(self.label)


@dataclass(frozen=True)
class StatusEntry:
    """recorded_at: not before this time of the chain."""

    status: CertificateStatus
    effective_from: int
    recorded_at: int
    reason: bytes


@dataclass(frozen=True)
class CertificateEntry:
    """element 0: all metals of the site. certifier: name of an account."""

    label: str
    site: str
    scheme: Scheme
    element: int
    valid_from: int
    valid_to: int
    certifier: str
    document: bytes
    statuses: tuple[StatusEntry, ...]

    @property
    def id(self) -> bytes:
        return word(self.label)


@dataclass(frozen=True)
class CreditRuleEntry:
    """schemes: bit s is scheme s."""

    credit: int
    schemes: int
    pass_gated: bool


def read_members(path: Path) -> list[MemberEntry]:
    """members: [{organisation, group, profile_hash (optional), roles: [..], seat, accounts:
    [{name, index | address, viewing_key}]}]. Raises EntryMalformed."""
    return _read(path, "members", "organisation", _member)


def read_sites(path: Path) -> list[SiteEntry]:
    """sites: [{site, identifier, operator, place, kind, tolerance, loss: {from, to},
    elements: [..], materials: [..], capacity_hash}]. Raises EntryMalformed."""
    return _read(path, "sites", "site", _site)


def read_determinations(path: Path) -> list[DeterminationEntry]:
    """actor, determinations: [{place, from, to, conflict, governance, human_rights, document}].

    actor is the account of a risk member. Raises EntryMalformed.
    """
    actor = _document(path).get("actor")
    return _read(path, "determinations", "place", lambda entry: _determination(entry, actor))


def read_certificates(path: Path) -> list[CertificateEntry]:
    """certificates: [{certificate, site, scheme, elements: [..], valid_from, valid_to, certifier,
    document, statuses: [{status, effective_from, recorded_at, reason}]}].

    A certificate of several metals is recorded once for each, with `/<symbol>` after its number.
    Raises EntryMalformed.
    """
    by_entry = _read(path, "certificates", "certificate", _certificates)
    return [certificate for certificates in by_entry for certificate in certificates]


def read_credit_rules(path: Path) -> list[CreditRuleEntry]:
    """credit_rules: [{credit, schemes: [..], pass_gated}]. Raises EntryMalformed."""
    return _read(path, "credit_rules", "credit", _credit_rule)


def word(text: str) -> bytes:
    """A text's id on chain."""
    return keccak(text=text)


def _member(entry: Entry) -> MemberEntry:
    accounts = tuple(_account(account) for account in entry["accounts"])
    if not accounts:
        raise ValueError("it has no account")
    return MemberEntry(
        label=entry["organisation"],
        group=word(entry["group"]),
        profile=parse_typed_hex(entry["profile_hash"], 32)
        if "profile_hash" in entry
        else NO_PROFILE,
        roles=sum({int(Role[role]) for role in entry["roles"]}),
        accounts=accounts,
        seat=bool(entry.get("seat")),
    )


def _account(entry: Entry) -> AccountEntry:
    if ("index" in entry) == ("address" in entry):
        raise ValueError("an account has either index or address")
    key = entry.get("viewing_key")
    viewing_key = None if key is None else parse_typed_hex(key, 32)
    if viewing_key is None and "address" in entry:
        raise ValueError("an account with an address has a viewing_key as well")
    return AccountEntry(entry["name"], entry.get("index"), entry.get("address"), viewing_key)


def _site(entry: Entry) -> SiteEntry:
    return SiteEntry(
        label=entry["site"],
        identifier=_identifier(entry["identifier"]),
        operator=word(entry["operator"]),
        place=word(entry["place"]),
        kind=int(SiteKind[entry["kind"]]),
        tolerance=parse_share(entry["tolerance"]),
        loss=(parse_share(entry["loss"]["from"]), parse_share(entry["loss"]["to"])),
        elements=tuple(_ELEMENTS[symbol] for symbol in entry["elements"]),
        materials=tuple(int(Material[material]) for material in entry["materials"]),
        capacity=parse_typed_hex(entry["capacity_hash"], 32),
    )


def _identifier(text: str) -> str:
    """In the canonical form alone, which nodes hash (lodetrace/documents/identity.py)."""
    if not _SITE.fullmatch(text):
        raise ValueError(
            f"identifier {text!r}: write the site's GLN as {_SITE_EXAMPLE}, with 13 digits and"
            " /254/ before an extension"
        )
    return text


def _determination(entry: Entry, actor: Any) -> DeterminationEntry:
    conflict, governance = bool(entry["conflict"]), bool(entry["governance"])
    return DeterminationEntry(
        label=entry["place"],
        actor=str(actor),
        first=_time(entry["from"]),
        last=_time(entry["to"]),
        criteria=(conflict, governance, bool(entry["human_rights"])),
        document=word(entry["document"]),
    )


def _certificates(entry: Entry) -> list[CertificateEntry]:
    label, symbols = entry["certificate"], entry["elements"]
    scopes = {label: 0} if not symbols else {label: _ELEMENTS[symbols[0]]}
    if len(symbols) > 1:
        scopes = {f"{label}/{symbol}": _ELEMENTS[symbol] for symbol in symbols}
    return [
        CertificateEntry(
            label=name,
            site=entry["site"],
            scheme=Scheme[entry["scheme"]],
            element=element,
            valid_from=_time(entry["valid_from"]),
            valid_to=_time(entry["valid_to"]),
            certifier=entry["certifier"],
            document=word(entry["document"]),
            statuses=tuple(_status(status) for status in entry.get("statuses") or ()),
        )
        for name, element in scopes.items()
    ]


def _status(entry: Entry) -> StatusEntry:
    return StatusEntry(
        status=CertificateStatus[entry["status"]],
        effective_from=_time(entry["effective_from"]),
        recorded_at=_time(entry["recorded_at"]),
        reason=word(entry["reason"]),
    )


def _credit_rule(entry: Entry) -> CreditRuleEntry:
    schemes = sum({1 << Scheme[scheme] for scheme in entry["schemes"]})
    return CreditRuleEntry(int(entry["credit"]), schemes, bool(entry["pass_gated"]))


def _time(value: datetime) -> int:
    """Seconds since 1970; YAML reads 2026-01-02T09:00:00Z as a time in UTC."""
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise ValueError(f"{value!r} is no time in UTC, as in 2026-01-02T09:00:00Z")
    return calendar.timegm(value.utctimetuple())


def _read(path: Path, key: str, name: str, parse: Callable[[Entry], T]) -> list[T]:
    read: list[T] = []
    for entry in _document(path).get(key) or ():
        try:
            read.append(parse(entry))
        except (AttributeError, InputError, KeyError, TypeError, ValueError) as error:
            label = entry.get(name) if isinstance(entry, Mapping) else entry
            raise EntryMalformed(path=path, entry=label, reason=error) from error
    return read


def _document(path: Path) -> Mapping[str, Any]:
    try:
        document = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise EntryMalformed(path=path, entry="file", reason=error) from error
    if not isinstance(document, Mapping):
        raise EntryMalformed(path=path, entry="file", reason="it holds no mapping")
    return document
