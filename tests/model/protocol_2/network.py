"""A whole network: the rooms of the protocol over one clock."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.model.protocol_2.book import Book
from tests.model.protocol_2.council import Council
from tests.model.protocol_2.events import Events, Plant
from tests.model.protocol_2.facts import FactBook
from tests.model.protocol_2.ground import Ground
from tests.model.protocol_2.members import Members
from tests.model.protocol_2.products import Products
from tests.model.protocol_2.rules import ActRule
from tests.model.protocol_2.runs import Runs
from tests.model.protocol_2.terms import DAY
from tests.model.protocol_2.trade import Trade
from tests.model.protocol_2.yard import Yard


@dataclass
class Network:
    """Everything that stands on the chain of one network, and the metal behind it."""

    ground: Ground = field(default_factory=Ground)

    def __post_init__(self) -> None:
        ground = self.ground
        self.members = Members(ground)
        self.council = Council(ground, self.members, delay=DAY)
        self.facts = FactBook(ground, self.members)
        self.book = Book(ground, self.members)
        self.yard = Yard()
        self.events = Events(ground, self.members, self.facts, self.book, self.yard)
        self.runs = Runs(ground, self.members, self.facts, self.book, self.events)
        self.trade = Trade(ground, self.members, self.book, self.events, self.runs, self.yard)
        self.products = Products(ground, self.members, self.book, self.events, self.yard)

    @classmethod
    def lifting(cls, *rules: ActRule) -> Network:
        """A network that does not enforce some rules, to show what they are for."""
        return cls(Ground(lifted=frozenset(rules)))

    def wait(self, seconds: int) -> None:
        self.ground.now += seconds

    def add_site(self, plant: Plant, panel: Iterable[str] = ()) -> None:
        """By an act of the council, which also names the panel."""
        self.events.sites[plant.name] = plant
        if panel:
            self.events.panels[plant.name] = tuple(panel)

    def upgrade(self) -> None:
        """Every contract but the book is replaced. What is used once is in the book, and stays."""
        if not self.ground.enforces(ActRule.OUTLIVES_UPGRADES):
            self.book.used.clear()
            self.book.assigned.clear()
