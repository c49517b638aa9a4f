"""Populations to draw samples from: everything of a kind that the story rests on, a row each.

Each is whole: its size is a count of the verdict, which the verifier made on its own way.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Final, TypeAlias

from lodetrace.audit.replay.bitemporal import Fact, Known
from lodetrace.audit.replay.certificates import CertificateRecord
from lodetrace.audit.replay.history import Replay, ReplayedHistory
from lodetrace.audit.report.page import Names
from lodetrace.audit.report.wording import material, metal
from lodetrace.audit.steps import ProvenEvent
from lodetrace.audit.verdict import claims_shown, counts_of
from lodetrace.contracts.enums import (
    CertificateStatus,
    CustodyModel,
    EventKind,
    Measure,
    RunKind,
    scheme_name,
    scheme_names,
)
from lodetrace.contracts.events import (
    CreditRuleSet,
    DirectBoundarySet,
    GridSet,
    LotAccepted,
    LotOffered,
    ModelRuleSet,
    SettingsEvent,
)
from lodetrace.text import enum_word, hex_of, iso_time
from zk_circuits.schema import Credit

Cell: TypeAlias = str | int
Row: TypeAlias = tuple[Cell, ...]

SETTING_EVENTS: Final = (
    SettingsEvent,
    CreditRuleSet,
    ModelRuleSet,
    GridSet,
    DirectBoundarySet,
)
"""What the council sets and the story is judged by."""

ANY_METAL: Final = "any"


@dataclass(frozen=True, slots=True)
class Column:
    """width: of the table's, in parts that belong to what stands in it."""

    title: str
    width: int


ID, TIME, PARTY, WORD, NUMBER, TEXT = 15, 9, 11, 8, 5, 22
"""Widths of columns: of what has 64 digits, of a time, and so on."""


SITE_EVENTS: Final = (
    Column("event", ID),
    Column("kind", WORD),
    Column("site", ID),
    Column("number", NUMBER),
    Column("from", TIME),
    Column("to", TIME),
    Column("document, keccak256", ID),
    Column("attested by", PARTY),
    Column("stands since", TIME),
    Column("now", WORD),
)
LOTS: Final = (
    Column("lot", ID),
    Column("what", WORD),
    Column("model", WORD),
    Column("made by", ID),
    Column("at", TIME),
    Column("place of birth", ID),
    Column("document, keccak256", ID),
    Column("hands", NUMBER),
    Column("holder", PARTY),
    Column("now", WORD),
)
HAND_OVERS: Final = (
    Column("lot", ID),
    Column("from", PARTY),
    Column("to", PARTY),
    Column("offered", TIME),
    Column("accepted", TIME),
    Column("block", NUMBER),
    Column("document of the lot, keccak256", ID),
)
CERTIFICATES: Final = (
    Column("certificate", ID),
    Column("scheme", WORD),
    Column("site", ID),
    Column("metal", NUMBER),
    Column("valid from", TIME),
    Column("valid to", TIME),
    Column("certifier", PARTY),
    Column("document, keccak256", ID),
    Column("history", TEXT),
    Column("at the head", WORD),
)
CLAIMS: Final = (
    Column("claim", ID),
    Column("says", TEXT),
    Column("metal", NUMBER),
    Column("about", ID),
    Column("of the whole subject", NUMBER),
    Column("by", PARTY),
    Column("block", NUMBER),
)
SETTINGS: Final = (
    Column("setting", ID),
    Column("value", TEXT),
    Column("at", TIME),
    Column("block", NUMBER),
    Column("contract", WORD),
)
PARTIES: Final = (
    Column("party", NUMBER),
    Column("organisation", TEXT),
    Column("name", TEXT),
    Column("accounts that acted", ID),
    Column("at the head", WORD),
)


@dataclass(frozen=True, slots=True)
class Population:
    """name: as the verdict counts it, where it does. about: what it is, and why it is whole.

    rows: without their numbers, which are their places, from 1 on.
    """

    name: str
    about: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


def populations(story: ReplayedHistory, names: Names) -> tuple[Population, ...]:
    """All of them, in the order in which a chain of custody is read. names: the reader's own."""
    replay, counts = story.replay, counts_of(story)
    parties, makers = Parties(replay, names), _makers(replay)

    def counted(noun: str) -> str:
        return f"The verifier's own count: {counts[noun]}."

    found = (
        Population(
            "site events",
            "What sites stated and inspectors attested. Agree the document that the site shows "
            f"with its hash. {counted('site events')}",
            SITE_EVENTS,
            tuple(_site_events(replay, parties)),
        ),
        Population(
            "lots",
            "Every lot of the story, the subject's own last, with the document that it was made "
            f"by. {counted('lots')}",
            LOTS,
            tuple(_lots(replay, makers, parties)),
        ),
        Population(
            "hand-overs",
            "Every change of custody: the receiver accepted an open offer of the holder. Agree it "
            f"with delivery note and weighing. {counted('hand-overs')}",
            HAND_OVERS,
            tuple(_hand_overs(replay, makers, parties)),
        ),
        Population(
            "certificates",
            "Every certificate that the story relies on. Confirm it at the scheme's owner. "
            f"{counted('certificates relied on')}",
            CERTIFICATES,
            tuple(_certificates(replay, parties)),
        ),
        Population(
            "claims",
            "Every recorded claim about the lots and totals of the story, each with a proof that "
            f"holds. {counted('claims')}",
            CLAIMS,
            tuple(_claims(story, parties)),
        ),
        Population(
            "settings",
            "What the council set for the registers and rules that the story is judged by, as far "
            "as the bundle shows it.",
            SETTINGS,
            tuple(_settings(replay)),
        ),
    )
    return (*found, parties.population())


class Parties:
    """Organisations of the populations, numbered P1 … in the order in which they appear."""

    def __init__(self, replay: Replay, names: Names) -> None:
        self._members: Final = replay.members
        self._names: Final = names
        self._numbers: Final[dict[bytes, int]] = {}
        self._accounts: Final[dict[bytes, list[str]]] = {}

    def account(self, account: str) -> str:
        """ "P3 Beta Refining", of the organisation of an account."""
        organisation = self._members.accounts[account].organisation
        accounts = self._accounts.setdefault(organisation, [])
        if account not in accounts:
            accounts.append(account)
        return self.organisation(organisation)

    def organisation(self, organisation: bytes) -> str:
        """ "P3 Beta Refining", or "P3" without a name."""
        number = self._numbers.setdefault(organisation, len(self._numbers) + 1)
        return f"P{number} {self._names.get(hex_of(organisation), '')}".strip()

    def population(self) -> Population:
        """All that were named so far."""
        rows = (
            (
                f"P{number}",
                hex_of(one),
                self._names.get(hex_of(one), ""),
                _lines(self._accounts.get(one, ())),
                "active" if self._members.organisations[one].active else "suspended",
            )
            for one, number in self._numbers.items()
        )
        return Population(
            "parties",
            "Every organisation that is named above. Names are the reader's own and no evidence: "
            "agree them with the consortium's register.",
            PARTIES,
            tuple(rows),
        )


def _site_events(replay: Replay, parties: Parties) -> Iterator[Row]:
    for event_id, history in replay.attestations.events.items():
        standing = history.standing
        if standing is None:
            documents = sorted({said.document for said in history.statements.values()})
            shown = _lines(map(hex_of, documents))
            yield (hex_of(event_id), "", "", "", "", "", shown, "", "", "does not stand")
            continue
        said = standing.statement
        state = "used" if standing.used is not None else "not used"
        gone = "" if standing.withdrawn is None else ", withdrawn"
        yield (
            hex_of(event_id),
            enum_word(EventKind(said.kind)),
            hex_of(said.site),
            said.sequence,
            iso_time(said.from_),
            iso_time(said.to),
            hex_of(said.document),
            _lines(map(parties.organisation, standing.attesters)),
            iso_time(standing.since),
            state + gone,
        )


@dataclass(frozen=True, slots=True)
class _Maker:
    """What made a lot. document: that says so; a run on paper has none."""

    words: str
    place: str
    document: str


def _makers(replay: Replay) -> dict[bytes, _Maker]:
    found = {}
    for birth in replay.births.births:
        stated = hex_of(birth.standing.statement.document)
        found[birth.event.lot] = _Maker("birth", hex_of(birth.place), stated)
    for run_id, run in replay.runs.runs.items():
        stated = "" if run.standing is None else hex_of(run.standing.statement.document)
        maker = _Maker(f"{enum_word(RunKind(run.kind))}, run {hex_of(run_id)}", "", stated)
        found.update((made.lot, maker) for made in replay.ancestry.runs[run_id].made)
    return found


def _lots(replay: Replay, makers: Mapping[bytes, _Maker], parties: Parties) -> Iterator[Row]:
    targets, head = set(replay.ancestry.targets), replay.evidence.head.time
    for record in sorted(replay.book.lots.values(), key=lambda one: one.id in targets):
        nature, maker = record.nature, makers[record.id]
        units = f", {nature.count} units" if nature.count > 1 else ""
        yield (
            hex_of(record.id),
            f"{metal(nature.element)} as {material(nature.material)}{units}",
            enum_word(nature.model),
            maker.words,
            iso_time(record.born.time),
            maker.place,
            maker.document,
            len(record.owners),
            parties.account(record.account),
            enum_word(record.state_at(head)),
        )


def _hand_overs(replay: Replay, makers: Mapping[bytes, _Maker], parties: Parties) -> Iterator[Row]:
    offered: dict[bytes, int] = {}
    for shown in replay.evidence.events:
        event = shown.event
        if isinstance(event, LotOffered):
            offered[event.lot] = shown.time
        if isinstance(event, LotAccepted) and event.lot in replay.book.lots:
            yield (
                hex_of(event.lot),
                parties.account(event.from_),
                parties.account(event.to),
                iso_time(offered[event.lot]),
                iso_time(shown.time),
                shown.block,
                makers[event.lot].document,
            )


def _certificates(replay: Replay, parties: Parties) -> Iterator[Row]:
    head = replay.evidence.head.time
    for id_ in sorted(replay.certificates.relied):
        record = replay.certificates.certificates[id_]
        issued = record.issued
        status = record.statuses.status_as_of(head, Known(head))
        yield (
            hex_of(id_),
            scheme_name(issued.scheme),
            hex_of(issued.site),
            metal(issued.element) if issued.element else ANY_METAL,
            iso_time(issued.valid_from),
            iso_time(issued.valid_to),
            parties.account(record.certifier),
            hex_of(issued.document),
            _lines(_history(record, parties)),
            "not valid" if status is CertificateStatus.NONE else enum_word(status),
        )


def _history(record: CertificateRecord, parties: Parties) -> Iterator[str]:
    def said(fact: Fact) -> str:
        status = enum_word(CertificateStatus(fact.detail))
        return f"{status} from {iso_time(fact.from_)}, recorded {iso_time(fact.recorded_at)}"

    yield from map(said, record.statuses.facts)
    for account, since in record.taken_over:
        yield f"taken over by {parties.account(account)} at {iso_time(since)}"


def _claims(story: ReplayedHistory, parties: Parties) -> Iterator[Row]:
    made = story.replay.claims.claims
    for claim in claims_shown(story):
        yield (
            hex_of(claim.id),
            claim.says,
            metal(claim.element),
            hex_of(claim.subject),
            "yes" if claim.whole else "no",
            parties.account(claim.account),
            made[claim.id].block,
        )


def _settings(replay: Replay) -> Iterator[Row]:
    for shown in replay.evidence.events:
        if isinstance(shown.event, SETTING_EVENTS):
            yield (
                _words(type(shown.event).__name__),
                _values(shown),
                iso_time(shown.time),
                shown.block,
                f"{shown.contract} {shown.version}",
            )


def _words(name: str) -> str:
    """ "recording window set" of "RecordingWindowSet"."""
    return "".join(f" {one.lower()}" if one.isupper() else one for one in name).strip()


def _values(shown: ProvenEvent) -> str:
    """Its fields, with their codes in words."""
    values = asdict(shown.event)  # type: ignore[call-overload]  # every event is a dataclass
    said = ((name, _CODES.get(name, str)(value)) for name, value in values.items())
    return _lines(f"{name.rstrip('_').replace('_', ' ')}: {text}" for name, text in said)


_CODES: Final[Mapping[str, Callable[[int], str]]] = {
    "credit": lambda code: enum_word(Credit(code)),
    "known": lambda yes: "yes" if yes else "no",
    "measure": lambda code: enum_word(Measure(code)),
    "model": lambda code: enum_word(CustodyModel(code)),
    "pass_gated": lambda yes: "yes" if yes else "no",
    "schemes": lambda mask: ", ".join(scheme_names(mask)) or "none",
}
"""Fields of settings that are codes."""


def _lines(parts: Iterable[str]) -> str:
    return "\n".join(parts)
