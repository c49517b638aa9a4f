"""The replay: every proven event of the story, in the order of the chain, against the rules.

The state here is made of the events alone. What the rules of the contracts do not allow is
refused with the error of that rule; what they allow and a reader has to know becomes a finding
(findings.py). Events about other lots in the same receipts are passed over and counted.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from lodetrace.audit.evidence import Evidence
from lodetrace.audit.replay.ancestry import Ancestry, RunIncomplete, ancestry_of
from lodetrace.audit.replay.attestations import Attestations
from lodetrace.audit.replay.births import Births
from lodetrace.audit.replay.certificates import Certificates
from lodetrace.audit.replay.claims import Claims
from lodetrace.audit.replay.counters import Completeness, Subject, require_complete
from lodetrace.audit.replay.custody import Custody
from lodetrace.audit.replay.gates import Gates
from lodetrace.audit.replay.handlers import Handlers
from lodetrace.audit.replay.holds import Holds
from lodetrace.audit.replay.labels import product, run
from lodetrace.audit.replay.losses import Losses
from lodetrace.audit.replay.lots import LotBook
from lodetrace.audit.replay.members import Members
from lodetrace.audit.replay.places import Places
from lodetrace.audit.replay.prices import Prices
from lodetrace.audit.replay.products import Products, ProductUndeclared
from lodetrace.audit.replay.retirements import Retirements
from lodetrace.audit.replay.roots import Roots
from lodetrace.audit.replay.runs import Runs
from lodetrace.audit.replay.settings import Settings
from lodetrace.audit.replay.sites import Sites
from lodetrace.audit.replay.spoken import require_spoken
from lodetrace.audit.replay.standings import require_standings
from lodetrace.contracts.enums import SubjectKind


class Replay:
    """The registers of the chain, as far as the story needs them."""

    def __init__(self, evidence: Evidence) -> None:
        self.evidence: Final = evidence
        self.ancestry: Final[Ancestry] = ancestry_of(evidence.subject, evidence.events)
        story, events = self.ancestry, evidence.events
        self.members: Final = Members(
            {name for kind, name in evidence.counters if kind is SubjectKind.MEMBER}
        )
        self.sites: Final = Sites(self.members)
        self.settings: Final = Settings()
        self.places: Final = Places(self.members, self.settings)
        self.certificates: Final = Certificates(
            self.members, self.sites, self.settings, story.sites
        )
        self.book: Final = LotBook(story.lots)
        self.attestations: Final = Attestations(
            self.members, self.sites, self.settings, self.book, story.site_events, story.sites
        )
        self.gates: Final = Gates(self.sites, self.certificates, self.places)
        roots = Roots()
        self.births: Final = Births(
            self.members, self.sites, self.attestations, self.gates, self.book, roots
        )
        self.retirements: Final = Retirements(self.book)
        self.runs: Final = Runs(
            self.members,
            self.sites,
            self.places,
            self.settings,
            self.attestations,
            self.gates,
            self.book,
            roots,
            story,
            self.retirements,
            evidence.chain_id,
        )
        self.losses: Final = Losses(
            self.members, self.sites, self.settings, self.attestations, self.book
        )
        self.custody: Final = Custody(
            self.members, self.places, self.attestations, self.book, roots, events
        )
        self.holds: Final = Holds(self.members, self.book)
        self.products: Final = Products(self.members, self.book, story, self.retirements)
        self.claims: Final = Claims(self.members, self.book, self.products, story)
        self.prices: Final = Prices(self.members, self.book)

    def play(self) -> None:
        """All events, in their order."""
        handlers = self._handlers()
        for shown in self.evidence.events:
            require_spoken(shown)
            handle = handlers.get(type(shown.event))
            if handle is not None:
                handle(shown.event, shown)
        self.prices.require_flags()
        for run_id in self.ancestry.runs:
            if run_id not in self.runs.runs:
                raise RunIncomplete(item=run(run_id), what="its record")

    def relied(self) -> Iterator[Subject]:
        """Subjects whose events must be complete for the story to hold.

        Whose counter a bundle proves, its events are shown: also where the story asks for none.
        """
        state = self.evidence.bundle.state
        for counted in () if state is None else state.counters:
            yield from ((counted.kind, subject) for subject in counted.subjects)
        for kind, found in (
            (SubjectKind.LOT, self.ancestry.lots),
            (SubjectKind.MEMBER, self.members.relied),
            (SubjectKind.SITE, self.sites.relied),
            (SubjectKind.PLACE, self.places.relied),
            (SubjectKind.CERTIFICATE, self.certificates.relied),
        ):
            yield from ((kind, subject) for subject in found)

    def _handlers(self) -> Handlers:
        parts = (
            self.members,
            self.sites,
            self.settings,
            self.places,
            self.certificates,
            self.attestations,
            self.births,
            self.runs,
            self.losses,
            self.custody,
            self.holds,
            self.products,
            self.retirements,
            self.claims,
            self.prices,
        )
        return {cls: handle for part in parts for cls, handle in part.handlers().items()}


@dataclass(frozen=True, slots=True)
class ReplayedHistory:
    """A story that holds. standings: site events whose standing at the head is proven."""

    replay: Replay
    completeness: Completeness
    standings: frozenset[bytes]

    @property
    def later_events_excluded(self) -> bool:
        """Whether nothing can have happened to the subjects of the story that is not shown."""
        events = self.replay.ancestry.site_events
        return not self.completeness.open and events <= self.standings


def replay(evidence: Evidence) -> ReplayedHistory:
    """Step 9: the story of the subject; raises a HistoryRefused where it breaks a rule."""
    replay = Replay(evidence)
    replay.play()
    subject = evidence.subject.id
    if subject not in replay.ancestry.lots and subject not in replay.products.products:
        raise ProductUndeclared(item=product(subject))
    head = evidence.head.number
    completeness = require_complete(replay.relied(), evidence.events, evidence.counters, head)
    standings = require_standings(replay.attestations, evidence.standings, head)
    return ReplayedHistory(replay, completeness, standings)
