"""What the files of a consortium say: members.yaml, sites.yaml, places.yaml, certificates.yaml.

Ids are texts in the files and keccak256 of them on chain. Times are UTC, shares have their unit.
Each reader says at its top what its file holds; examples/cobalt/ is a whole consortium.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import partial
from pathlib import Path
from typing import TypeVar

from eth_utils import keccak

from lodetrace.contracts.enums import (
    ELEMENT_SYMBOLS,
    CertificateStatus,
    Material,
    ReasonCode,
    Role,
    Scheme,
    SiteKind,
)
from lodetrace.contracts.reasons import coded
from lodetrace.errors import InputError
from lodetrace.strict_yaml import YamlValue, read_yaml
from lodetrace.units import parse_share

EXAMPLE = "examples/cobalt"

NO_PROFILE = bytes(32)

T = TypeVar("T")
_ELEMENTS = {symbol: element for element, symbol in ELEMENT_SYMBOLS.items()}
_SITE = re.compile(r"https://id\.gs1\.org/414/[0-9]{13}(/254/[^/?#\s]+)?")
_ROLES = {role.name: int(role) for role in Role if role.name}
_SITE_KEYS = (
    "site", "identifier", "operator", "place", "kind", "tolerance", "loss", "scrap_to",
    "elements", "materials", "capacity_hash",
)  # fmt: skip
_CRITERIA = ("conflict", "governance", "human_rights")
_CERTIFICATE_KEYS = (
    "certificate", "site", "scheme", "elements", "valid_from", "valid_to", "certifier", "document",
)  # fmt: skip
_SITE_EXAMPLE = "https://id.gs1.org/414/9521234000013"


class EntryMalformed(InputError):
    """An entry of a file that cannot be read."""

    template = "{path}: {entry}: {reason}"
    advice = "Compare the entry with examples/cobalt/ and with the head of scripts/consortium.py."


@dataclass(frozen=True)
class AccountEntry:
    """index: of the development mnemonic. Otherwise address, whose key Brownie keeps as `name`.

    viewing_key: public, 32 bytes; None: the development account's own. consent: of a further
    account whose key is elsewhere, 65 bytes, as `lodetrace keys consent` prints it.
    """

    name: str
    index: int | None
    address: str | None
    viewing_key: bytes | None
    consent: bytes | None = None


@dataclass(frozen=True)
class MemberEntry:
    """The first account is the organisation's admin; with seat, it sits on the council.

    profile: keccak256 of a document that members exchange off chain; 32 zero bytes for none.
    schemes: for which it is accredited, bit s for scheme s.
    """

    label: str
    group: bytes
    profile: bytes
    roles: int
    accounts: tuple[AccountEntry, ...]
    seat: bool
    schemes: int = 0

    @property
    def id(self) -> bytes:
        return word(self.label)

    @property
    def admin(self) -> AccountEntry:
        return self.accounts[0]


@dataclass(frozen=True)
class SiteEntry:
    """identifier: the GLN as a canonical GS1 Digital Link. tolerance, loss, scrap_to in ppm.

    panel: ownership groups of its inspectors in the contract's order; none: the longest serving.
    """

    label: str
    identifier: str
    operator: bytes
    place: bytes
    kind: int
    tolerance: int
    loss: tuple[int, int]
    scrap_to: int
    elements: tuple[int, ...]
    materials: tuple[int, ...]
    capacity: bytes
    panel: tuple[bytes, ...]

    @property
    def id(self) -> bytes:
        return word(self.identifier)


@dataclass(frozen=True)
class DeterminationEntry:
    """label: ISO 3166-2. criteria: conflict, governance, human rights.

    confirmed_by: what no criterion speaks against, as the account of another ownership group.
    """

    label: str
    actor: str
    confirmed_by: str
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
class TakeoverEntry:
    """certifier: name of the account that takes a certificate over. document: what it found."""

    certifier: str
    document: bytes


@dataclass(frozen=True)
class CertificateEntry:
    """element 0: all metals of the site. certifier: name of the account that issues it."""

    label: str
    site: str
    scheme: Scheme
    element: int
    valid_from: int
    valid_to: int
    certifier: str
    document: bytes
    statuses: tuple[StatusEntry, ...]
    takeovers: tuple[TakeoverEntry, ...] = ()

    @property
    def number(self) -> bytes:
        """The label on chain, which makes the id with the account of its certifier."""
        return word(self.label)


@dataclass(frozen=True)
class CreditRuleEntry:
    """schemes: bit s is scheme s."""

    credit: int
    schemes: int
    pass_gated: bool


def read_members(path: Path) -> list[MemberEntry]:
    """members: [{organisation, group, profile_hash (optional), roles: [..], schemes: [..] (of a
    certifier), seat, accounts: [{name, index | address, viewing_key, consent}]}].

    Raises EntryMalformed.
    """
    return _read(path, ("members",), "organisation", _member)


def read_sites(path: Path) -> list[SiteEntry]:
    """sites: [{site, identifier, operator, place, kind, tolerance, loss: {from, to}, scrap_to,
    elements: [..], materials: [..], capacity_hash, panel: [group, ..]}]; a panel where the council
    names one. Raises EntryMalformed."""
    return _read(path, ("sites",), "site", _site)


def read_determinations(path: Path) -> list[DeterminationEntry]:
    """actor, confirmed_by, determinations: [{place, from, to, criteria, document}].

    actor and confirmed_by are accounts of risk members of two ownership groups; the criteria are
    conflict, governance and human_rights. Raises EntryMalformed.
    """
    keys = ("determinations", "actor", "confirmed_by", "recorded_at")
    names = ("actor", "confirmed_by")
    section = _document(path, keys).section(names, None)
    actor, confirmed_by = (section[name].text() for name in names)
    return _read(path, keys, "place", lambda entry: _determination(entry, actor, confirmed_by))


def read_certificates(path: Path) -> list[CertificateEntry]:
    """certificates: [{certificate, site, scheme, elements: [..], valid_from, valid_to, certifier,
    document, statuses: [{status, effective_from, recorded_at, reason}],
    takeovers: [{certifier, document}] (optional)}].

    A certificate of several metals is recorded once for each, with `/<symbol>` after its number.
    Raises EntryMalformed.
    """
    keys = ("certificates", "credit_rules", "recorded_at")
    by_entry = _read(path, keys, "certificate", _certificates)
    return [certificate for certificates in by_entry for certificate in certificates]


def read_credit_rules(path: Path) -> list[CreditRuleEntry]:
    """credit_rules: [{credit, schemes: [..], pass_gated}]. Raises EntryMalformed."""
    return _read(path, ("credit_rules", "certificates", "recorded_at"), "credit", _credit_rule)


def word(text: str) -> bytes:
    """A text's id on chain."""
    return keccak(text=text)


def _member(value: YamlValue) -> MemberEntry:
    needed = ("organisation", "group", "roles", "accounts")
    entry = value.section(needed, ("name", "profile_hash", "seat", "schemes"))
    accounts = tuple(_account(account) for account in entry["accounts"].elements())
    if not accounts:
        value.refuse("it has no account")
    return MemberEntry(
        label=entry["organisation"].text(),
        group=word(entry["group"].text()),
        profile=entry["profile_hash"].hex(32) if "profile_hash" in entry else NO_PROFILE,
        roles=sum({role.one_of(_ROLES) for role in entry["roles"].elements()}),
        accounts=accounts,
        seat="seat" in entry and entry["seat"].flag(),
        schemes=_mask(value.listed("schemes")),
    )


def _mask(schemes: Iterable[YamlValue]) -> int:
    """Bit s for scheme s."""
    return sum({1 << scheme.one_of(_names(Scheme)) for scheme in schemes})


def _account(value: YamlValue) -> AccountEntry:
    entry = value.section(("name",), ("index", "address", "viewing_key", "consent"))
    if ("index" in entry) == ("address" in entry):
        value.refuse("an account has either index or address")
    if "address" in entry and "viewing_key" not in entry:
        value.refuse("an account with an address has a viewing_key as well")
    return AccountEntry(
        entry["name"].text(),
        entry["index"].whole() if "index" in entry else None,
        entry["address"].address() if "address" in entry else None,
        entry["viewing_key"].hex(32) if "viewing_key" in entry else None,
        entry["consent"].hex(65) if "consent" in entry else None,
    )


def _site(value: YamlValue) -> SiteEntry:
    entry = value.section(_SITE_KEYS, ("capacity", "panel"))
    panel = entry["panel"].elements() if "panel" in entry else ()
    loss = entry["loss"].section(("from", "to"))
    return SiteEntry(
        label=entry["site"].text(),
        identifier=entry["identifier"].parsed(_identifier),
        operator=word(entry["operator"].text()),
        place=word(entry["place"].text()),
        kind=entry["kind"].one_of(_names(SiteKind)),
        tolerance=entry["tolerance"].parsed(parse_share),
        loss=(loss["from"].parsed(parse_share), loss["to"].parsed(parse_share)),
        scrap_to=entry["scrap_to"].parsed(parse_share),
        elements=tuple(symbol.one_of(_ELEMENTS) for symbol in entry["elements"].elements()),
        materials=tuple(one.one_of(_names(Material)) for one in entry["materials"].elements()),
        capacity=entry["capacity_hash"].hex(32),
        panel=tuple(sorted(word(group.text()) for group in panel)),
    )


def _identifier(text: str) -> str:
    """In the canonical form alone, which nodes hash (lodetrace/documents/identity.py)."""
    if not _SITE.fullmatch(text):
        raise ValueError(
            f"{text!r}: write the site's GLN as {_SITE_EXAMPLE}, with 13 digits and"
            " /254/ before an extension"
        )
    return text


def _determination(value: YamlValue, actor: str, confirmed_by: str) -> DeterminationEntry:
    entry = value.section(("place", "from", "to", *_CRITERIA, "document"))
    conflict, governance, human_rights = (entry[name].flag() for name in _CRITERIA)
    return DeterminationEntry(
        label=entry["place"].text(),
        actor=actor,
        confirmed_by=confirmed_by,
        first=_time(entry["from"]),
        last=_time(entry["to"]),
        criteria=(conflict, governance, human_rights),
        document=word(entry["document"].text()),
    )


def _certificates(value: YamlValue) -> list[CertificateEntry]:
    entry = value.section(_CERTIFICATE_KEYS, ("statuses", "takeovers"))
    label = entry["certificate"].text()
    elements = {symbol.text(): symbol.one_of(_ELEMENTS) for symbol in entry["elements"].elements()}
    scopes = {label: next(iter(elements.values()), 0)}
    if len(elements) > 1:
        scopes = {f"{label}/{symbol}": element for symbol, element in elements.items()}
    return [
        CertificateEntry(
            label=name,
            site=entry["site"].text(),
            scheme=Scheme(entry["scheme"].one_of(_names(Scheme))),
            element=element,
            valid_from=_time(entry["valid_from"]),
            valid_to=_time(entry["valid_to"]),
            certifier=entry["certifier"].text(),
            document=word(entry["document"].text()),
            statuses=tuple(_status(status) for status in value.listed("statuses")),
            takeovers=tuple(_takeover(taken) for taken in value.listed("takeovers")),
        )
        for name, element in scopes.items()
    ]


def _status(value: YamlValue) -> StatusEntry:
    entry = value.section(("status", "effective_from", "recorded_at", "reason"), ("id",))
    return StatusEntry(
        status=CertificateStatus(entry["status"].one_of(_names(CertificateStatus))),
        effective_from=_time(entry["effective_from"]),
        recorded_at=_time(entry["recorded_at"]),
        reason=coded(ReasonCode(entry["reason"].one_of(_names(ReasonCode)))),
    )


def _takeover(value: YamlValue) -> TakeoverEntry:
    entry = value.section(("certifier", "document"))
    return TakeoverEntry(entry["certifier"].text(), word(entry["document"].text()))


def _credit_rule(value: YamlValue) -> CreditRuleEntry:
    entry = value.section(("credit", "schemes", "pass_gated"), ("name",))
    schemes = _mask(entry["schemes"].elements())
    return CreditRuleEntry(entry["credit"].whole(), schemes, entry["pass_gated"].flag())


def _names(kind: type[IntEnum]) -> dict[str, int]:
    return {code.name: int(code) for code in kind}


def _time(value: YamlValue) -> int:
    """Seconds since 1970."""
    return int(value.time().timestamp())


def _read(path: Path, keys: Sequence[str], name: str, parse: Callable[[YamlValue], T]) -> list[T]:
    """What the list under the first key says, each entry named by one of its own keys."""
    return [
        parse(entry.refused_as(partial(EntryMalformed, entry=entry.called(name))))
        for entry in _document(path, keys).listed(keys[0])
    ]


def _document(path: Path, keys: Sequence[str]) -> YamlValue:
    document = read_yaml(path, partial(EntryMalformed, entry="file"))
    document.section(optional=("version", *keys))
    return document
