"""Who may submit (2.3.1): a history of entries that only grows, and what it means as of a day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any, Final

from oracle.prices.errors import SubmitterRefused
from oracle.prices.methodology import AssessmentMethodology

BUSINESS_LICENCE: Final = "business-licence"


class EntryKind(StrEnum):
    """What is entered about a submitter."""

    PROPOSED = "proposed"
    DOCUMENT = "document"
    VERIFIED = "verified"
    AFFILIATED = "affiliated"
    ACCOUNT = "account"
    """Another account signs from then on."""
    AGREED = "agreed"
    APPROVED = "approved"
    NOTIFIED = "notified"
    """A rectification notice was issued."""
    RECTIFIED = "rectified"
    REVOKED = "revoked"


class SubmitterStatus(StrEnum):
    """Where a submitter stands as of a day. Submissions count while it is approved or notified."""

    CANDIDATE = "candidate"
    APPROVED = "approved"
    NOTIFIED = "notified"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class SubmitterEntry:
    """One line of the history. values: of a proposal `kind`, `account`, `metal`, `contact` and
    `affiliates`; of a document `kind` and `hash`; of a verification `by`; of what changes later
    `account` or `affiliates`; else `reason`.
    """

    submitter: str
    day: date
    entry: EntryKind
    values: Mapping[str, Any]

    def to_json(self) -> dict[str, Any]:
        """As it is kept."""
        return {
            "submitter": self.submitter,
            "day": self.day.isoformat(),
            "entry": str(self.entry),
            "values": dict(self.values),
        }


@dataclass(frozen=True, slots=True)
class Submitter:
    """A submitter as of a day. metal: mg a year; due: the last day to rectify."""

    name: str
    kind: str
    account: str
    metal: int
    contact: str
    affiliates: frozenset[str]
    standing: SubmitterStatus = SubmitterStatus.CANDIDATE
    documents: frozenset[str] = frozenset()
    verified_by: frozenset[str] = frozenset()
    agreed: bool = False
    due: date | None = None
    reason: str = field(default="", compare=False)

    @property
    def counts(self) -> bool:
        """Whether its submissions count; within the time to rectify they do."""
        return self.standing in (SubmitterStatus.APPROVED, SubmitterStatus.NOTIFIED)

    def lacks(self, methodology: AssessmentMethodology) -> list[str]:
        """What the criteria of 2.3.1.1 still ask for."""
        least = methodology.submitters.get(self.kind)
        if least is None:
            return [f"{self.kind!r} is none of {', '.join(methodology.submitters)}"]
        wanted = {
            f"more than {least // 10**9} mt of metal a year": self.metal > least,
            "a business licence": BUSINESS_LICENCE in self.documents,
            "a contact person": bool(self.contact.strip()),
            "a verification by another participant": bool(
                self.verified_by - self.affiliates - {self.name}
            ),
            "a signed agreement": self.agreed,
        }
        return [name for name, holds in wanted.items() if not holds]


class SubmitterRegister:
    """All submitters as of a day, from the entries up to it."""

    def __init__(
        self, methodology: AssessmentMethodology, entries: Iterable[SubmitterEntry]
    ) -> None:
        self._methodology: Final = methodology
        self._entries: Final = tuple(entries)

    def on(self, day: date) -> dict[str, Submitter]:
        """Submitters by name; raises SubmitterRefused for a history that breaks a rule."""
        found: dict[str, Submitter] = {}
        for entry in self._entries:
            if entry.day <= day:
                found[entry.submitter] = self._after(found.get(entry.submitter), entry)
        return {name: _lapsed(one, day) for name, one in found.items()}

    def checked(self, entry: SubmitterEntry, today: date) -> SubmitterEntry:
        """The entry, if it may come next in the history of its submitter; today: of the market.

        A day that has not come is a mistyped one: it would close the history until then. Raises
        SubmitterRefused.
        """
        if entry.day > today:
            reason = f"{entry.day} has not come yet, today is {today}"
            raise SubmitterRefused(submitter=entry.submitter, reason=reason)
        own = (one.day for one in self._entries if one.submitter == entry.submitter)
        last = max(own, default=entry.day)
        if entry.day < last:
            raise SubmitterRefused(
                submitter=entry.submitter, reason=f"its history is already at {last}"
            )
        known = self.on(entry.day)
        if "account" in entry.values:
            _require_own_account(entry, known)
        self._after(known.get(entry.submitter), entry)
        return entry

    def _after(self, before: Submitter | None, entry: SubmitterEntry) -> Submitter:
        current = None if before is None else _lapsed(before, entry.day)
        if entry.entry is EntryKind.PROPOSED:
            if current is not None and current.standing is not SubmitterStatus.REVOKED:
                raise SubmitterRefused(submitter=entry.submitter, reason="is known already")
            return _proposed(entry)
        if current is None:
            raise SubmitterRefused(submitter=entry.submitter, reason="was never proposed")
        if current.standing is SubmitterStatus.REVOKED:
            raise SubmitterRefused(submitter=entry.submitter, reason="is revoked")
        return self._changed(current, entry)

    def _changed(self, before: Submitter, entry: SubmitterEntry) -> Submitter:
        values = entry.values
        match entry.entry:
            case EntryKind.DOCUMENT:
                return replace(before, documents=before.documents | {values["kind"]})
            case EntryKind.VERIFIED:
                return replace(before, verified_by=before.verified_by | {values["by"]})
            case EntryKind.AFFILIATED:
                return replace(before, affiliates=before.affiliates | {*values["affiliates"]})
            case EntryKind.ACCOUNT:
                return replace(before, account=values["account"])
            case EntryKind.AGREED:
                return replace(before, agreed=True)
            case EntryKind.APPROVED:
                return self._approved(before)
            case EntryKind.NOTIFIED:
                _require_standing(before, SubmitterStatus.APPROVED)
                due = entry.day + self._methodology.rectification
                said = _reason(entry)
                return replace(before, standing=SubmitterStatus.NOTIFIED, due=due, reason=said)
            case EntryKind.RECTIFIED:
                _require_standing(before, SubmitterStatus.NOTIFIED)
                return replace(before, standing=SubmitterStatus.APPROVED, due=None, reason="")
            case _:
                return replace(before, standing=SubmitterStatus.REVOKED, reason=_reason(entry))

    def _approved(self, before: Submitter) -> Submitter:
        _require_standing(before, SubmitterStatus.CANDIDATE)
        missing = before.lacks(self._methodology)
        if missing:
            raise SubmitterRefused(submitter=before.name, reason=f"lacks {'; '.join(missing)}")
        return replace(before, standing=SubmitterStatus.APPROVED)


def contributors(submitters: Mapping[str, Submitter]) -> dict[str, str]:
    """The independent voice behind each submitter: affiliated ones share one (2.3.1.3).

    One declaration is enough, whoever of the two made it, and it reaches through a third.
    """
    found = {name: name for name in submitters}
    for name, submitter in sorted(submitters.items()):
        for affiliate in sorted(submitter.affiliates):
            if affiliate not in found:
                found[affiliate] = affiliate
            one, other = sorted((found[name], found[affiliate]))
            found = {key: one if voice == other else voice for key, voice in found.items()}
    return found


def _proposed(entry: SubmitterEntry) -> Submitter:
    values = entry.values
    return Submitter(
        name=entry.submitter,
        kind=values["kind"],
        account=values["account"],
        metal=values["metal"],
        contact=values["contact"],
        affiliates=frozenset(values["affiliates"]),
    )


def _lapsed(submitter: Submitter, day: date) -> Submitter:
    """2.3.1.2: not rectified within the time of the notice means revoked."""
    due = submitter.due
    if submitter.standing is not SubmitterStatus.NOTIFIED or due is None or day <= due:
        return submitter
    reason = f"not rectified by {due}: {submitter.reason}"
    return replace(submitter, standing=SubmitterStatus.REVOKED, reason=reason)


def _require_standing(submitter: Submitter, wanted: SubmitterStatus) -> None:
    if submitter.standing is not wanted:
        reason = f"is {submitter.standing}, not {wanted}"
        raise SubmitterRefused(submitter=submitter.name, reason=reason)


def _require_own_account(entry: SubmitterEntry, known: Mapping[str, Submitter]) -> None:
    for other in known.values():
        same = other.account.lower() == str(entry.values["account"]).lower()
        if same and other.name != entry.submitter:
            reason = f"{other.name} signs with that account"
            raise SubmitterRefused(submitter=entry.submitter, reason=reason)


def _reason(entry: SubmitterEntry) -> str:
    reason = str(entry.values.get("reason", "")).strip()
    if not reason:
        raise SubmitterRefused(submitter=entry.submitter, reason=f"{entry.entry} needs a reason")
    return reason
