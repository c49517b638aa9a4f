"""Synthetic markets: seeded, deterministic, invented. No published price is among them.

Every signing key is made from its name and worth nothing.
"""

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from lodetrace.text import DAY_SECONDS, hex_of
from oracle.prices.decisions import Choice, DeskDecision, DeskRole
from oracle.prices.methodology import AssessmentMethodology, methodology_on
from oracle.prices.signed_submission import SignedSubmission
from oracle.prices.submitters import BUSINESS_LICENCE, EntryKind, SubmitterEntry
from zk_circuits.keccak import keccak256

COMMODITY: Final = "cobalt-sulphate"
CHAIN_ID: Final = 1337
LEVEL: Final = 4_800_000
"""fen per mt on the first day; invented."""
STEP: Final = 30_000
"""Largest move of a day, fen per mt."""
AROUND: Final = 15_000
"""How far an honest statement lies from the day's level, fen per mt."""
GRAIN: Final = 1_000
"""Prices are stated in steps of 10 CNY."""
RATE: Final = 12_000
"""Bank acceptance rate, ppm a year."""

NAMES: Final = ("amber", "birch", "cedar", "dogwood", "elder", "fir", "ginkgo", "hazel")
FIRST_ENTRY: Final = date(2026, 1, 5)


class Scenario(StrEnum):
    """What a day is like."""

    LIQUID = "liquid"
    THIN = "thin"
    ONE_DEAL = "one deal"
    MANIPULATED = "manipulated"
    LATE_TRADE = "late trade"
    CORRECTION = "correction"


@dataclass(frozen=True, slots=True)
class SyntheticDay:
    """later: submissions that arrive when the day's range is out."""

    day: date
    scenario: Scenario
    level: int
    submissions: tuple[SignedSubmission, ...]
    decisions: tuple[DeskDecision, ...]
    later: tuple[SignedSubmission, ...] = ()


def key_of(name: str) -> bytes:
    """A submitter's private key; of no worth."""
    return keccak256(f"lodetrace/synthetic-market/{name}".encode())


def account_of(name: str) -> str:
    """Address of a submitter or of a person at the desk."""
    from lodetrace.keys.member_keys import address_of

    return address_of(key_of(name))


def entries(names: tuple[str, ...] = NAMES) -> tuple[SubmitterEntry, ...]:
    """The register: every second one a smelter, all approved."""
    return tuple(entry for index, name in enumerate(names) for entry in _entries_of(name, index))


def market(seed: int, first: date, days: int, around: int = AROUND) -> Iterator[SyntheticDay]:
    """So many trading days from `first` on, mostly liquid; holidays are left out."""
    methodology = methodology_on(COMMODITY, first)
    chance = random.Random(seed)
    level = LEVEL
    for number, day in enumerate(methodology.calendar.from_day(first, days)):
        level += chance.randrange(-STEP, STEP + 1, GRAIN)
        yield synthetic_day(_scenario(chance, number), day, level, chance, around)


def synthetic_day(
    scenario: Scenario, day: date, level: int, chance: random.Random, around: int = AROUND
) -> SyntheticDay:
    """One day at a price level in fen per mt; around: how far honest prices lie from it."""
    street = _Street(methodology_on(COMMODITY, day), day, level, chance, around)
    found = _SCENARIOS[scenario](street)
    later = street.corrections if scenario is Scenario.CORRECTION else ()
    return SyntheticDay(day, scenario, level, tuple(found), (rate_decision(day),), tuple(later))


def rate_decision(day: date) -> DeskDecision:
    """The day's bank acceptance rate, as an analyst records it."""
    values = {"rate": RATE, "source": "synthetic"}
    at = (day - date(1970, 1, 1)).days * DAY_SECONDS + 3_600
    return DeskDecision(
        COMMODITY, day, Choice.RATE, account_of("analyst"), DeskRole.ANALYST, at, "daily", values
    )


class _Street:
    """Participants who state prices around a level."""

    def __init__(
        self,
        methodology: AssessmentMethodology,
        day: date,
        level: int,
        chance: random.Random,
        around: int,
    ) -> None:
        self._methodology: Final = methodology
        self._day: Final = day
        self._level: Final = level
        self._chance: Final = chance
        self._off: Final = around
        self._said = 0
        self.corrections: list[SignedSubmission] = []

    def liquid(self) -> list[SignedSubmission]:
        trades = [self._say(name, "trade") for name in NAMES[:6]]
        quotes = [self._say("ginkgo", "bid"), self._say("hazel", "offer")]
        return [*trades, *quotes, self._say("amber", "expected")]

    def thin(self) -> list[SignedSubmission]:
        return [self._say("amber", "bid"), self._say("birch", "expected")]

    def one_deal(self) -> list[SignedSubmission]:
        deal = self._say("amber", "trade", volume="240 t")
        quotes = [self._say("birch", "bid"), self._say("cedar", "offer")]
        return [deal, *quotes, *(self._say(name, "expected") for name in NAMES[3:6])]

    def manipulated(self) -> list[SignedSubmission]:
        honest = [self._say(name, "trade") for name in NAMES[:3]]
        lie = self._level + self._chance.choice([-1, 1]) * self._level * 9 // 100
        return [*honest, *(self._say("hazel", "trade", lie, volume=f"{one} t") for one in (60, 90))]

    def late_trade(self) -> list[SignedSubmission]:
        before = self._methodology.calendar.before(self._day)
        return [*self.liquid(), self._say("hazel", "trade", on=before)]

    def correction(self) -> list[SignedSubmission]:
        wrong = self._say("hazel", "trade", self._level + 400_000)
        right = self._say("hazel", "trade", corrects=hex_of(wrong.submission.hash))
        self.corrections.append(right)
        return [*(self._say(name, "trade") for name in NAMES[:4]), wrong]

    def _say(
        self, name: str, kind: str, price: int | None = None, **given: Any
    ) -> SignedSubmission:
        self._said += 1
        stated = self._around(kind) if price is None else price
        text = self._methodology.unit.text(stated - stated % GRAIN)
        day = given.pop("on", self._day)
        raw: dict[str, Any] = {
            "commodity": COMMODITY,
            "day": self._day.isoformat(),
            "kind": kind,
            "submitter": name,
            "counterparty": f"buyer-{self._said}",
            "time": f"{day.isoformat()}T10:{self._said:02}:00+08:00",
            "specification": {"standard": self._methodology.standard, "content": "20.5 %"},
            "price": {"low": text, "high": text, "unit": self._methodology.unit.name},
            "volume": f"{self._chance.randrange(30, 201, 10)} t",
            "delivery": {"place": "Ganzhou"},
            "payment": self._payment(),
            "independent": True,
            **given,
        }
        return SignedSubmission.sign(raw, CHAIN_ID, key_of(name))

    def _around(self, kind: str) -> int:
        off = self._chance.randrange(0, self._off + 1, GRAIN)
        signs = {"bid": -1, "offer": 1}
        return self._level + off * signs.get(kind, self._chance.choice([-1, 1]))

    def _payment(self) -> dict[str, Any]:
        if self._chance.randrange(4):
            return {"terms": "bank-acceptance", "days": Decimal(180)}
        return {"terms": "transfer", "days": Decimal(self._chance.choice([0, 30]))}


_SCENARIOS: Final[Mapping[Scenario, Callable[[_Street], list[SignedSubmission]]]] = {
    Scenario.LIQUID: _Street.liquid,
    Scenario.THIN: _Street.thin,
    Scenario.ONE_DEAL: _Street.one_deal,
    Scenario.MANIPULATED: _Street.manipulated,
    Scenario.LATE_TRADE: _Street.late_trade,
    Scenario.CORRECTION: _Street.correction,
}


def _scenario(chance: random.Random, number: int) -> Scenario:
    """Every third day is something else than liquid; the first is not."""
    if number % 3 != 2:
        return Scenario.LIQUID
    return chance.choice([one for one in Scenario if one is not Scenario.LIQUID])


def _entries_of(name: str, index: int) -> list[SubmitterEntry]:
    kind = ("smelter", "downstream")[index % 2]
    day = FIRST_ENTRY
    said: list[tuple[EntryKind, dict[str, Any]]] = [
        (
            EntryKind.PROPOSED,
            {"kind": kind, "account": account_of(name), "metal": (700 + index) * 10**9,
             "contact": f"desk of {name}", "affiliates": []},
        ),
        (
            EntryKind.DOCUMENT,
            {"kind": BUSINESS_LICENCE, "hash": hex_of(keccak256(name.encode()))},
        ),
        (EntryKind.VERIFIED, {"by": NAMES[(index + 1) % len(NAMES)]}),
        (EntryKind.AGREED, {}),
        (EntryKind.APPROVED, {}),
    ]  # fmt: skip
    return [SubmitterEntry(name, day, entry, values) for entry, values in said]
