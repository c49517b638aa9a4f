"""The replay: every proven event of the story, in the order of the chain, against the rules.

The state here is made of the events alone. What the rules of the contracts do not allow is
refused with the error of that rule; what they allow and a reader has to know becomes a finding
(findings.py). Only rows of the closure are read. Of a run that used up a lot of the story, other
lots are passed over.
"""

from dataclasses import dataclass
from typing import Final

from lodetrace.audit.evidence import Evidence
from lodetrace.audit.replay.ancestry import Ancestry, ancestry_of
from lodetrace.audit.replay.attestations import Attestations
from lodetrace.audit.replay.births import Births
from lodetrace.audit.replay.certificates import Certificates
from lodetrace.audit.replay.claims import Claims
from lodetrace.audit.replay.custody import Custody
from lodetrace.audit.replay.gates import Gates
from lodetrace.audit.replay.handlers import Handlers
from lodetrace.audit.replay.holds import Holds
from lodetrace.audit.replay.labels import product
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


class Replay:
    """The registers of the chain, as far as the story needs them."""

    def __init__(self, evidence: Evidence) -> None:
        self.evidence: Final = evidence
        closure = evidence.closure
        self.ancestry: Final[Ancestry] = ancestry_of(evidence.subject, closure, evidence.events)
        story = self.ancestry
        self.members: Final = Members(closure)
        self.sites: Final = Sites(closure, self.members)
        self.settings: Final = Settings()
        self.places: Final = Places(closure, self.members, self.settings)
        self.certificates: Final = Certificates(closure, self.members, self.sites, self.settings)
        self.book: Final = LotBook(closure, story.lots, self.members)
        self.attestations: Final = Attestations(
            self.members, self.sites, self.settings, self.book, story.site_events
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
        self.custody: Final = Custody(self.members, self.places, self.attestations, self.book)
        self.holds: Final = Holds(self.members, self.book, story.roots)
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
    """A story that holds."""

    replay: Replay


def replay(evidence: Evidence) -> ReplayedHistory:
    """Step 9: the story of the subject; raises a HistoryRefused where it breaks a rule."""
    replay = Replay(evidence)
    replay.play()
    subject = evidence.subject.id
    if subject not in replay.ancestry.lots and subject not in replay.products.products:
        raise ProductUndeclared(item=product(subject))
    return ReplayedHistory(replay)
