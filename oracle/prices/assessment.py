"""The assessment of a day: a pure function of its inputs, to the fen (2.4)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from typing import Any, Final

from lodetrace.canonical_json import document_hash
from lodetrace.text import enum_word, hex_of
from oracle.prices.datum import Datum, DatumOutcome, Rank
from oracle.prices.decisions import Choice
from oracle.prices.hierarchy import Sufficiency, case_of, chosen, pieces_in
from oracle.prices.inputs import Inputs, Previous
from oracle.prices.price_range import Interval, price_range, with_room
from oracle.prices.record import RecordStatus
from oracle.prices.screening import Screening, contradictions
from oracle.prices.submission import Kind

PREVIOUS: Final = "previous-day"
"""Voice of the previous day's range."""


_IN_A_ROW: Final = "carried-day-"
"""Begins the flag that counts days; "carried-day-3" is the third one without a range of its own."""


class Flag(StrEnum):
    """What a reader of the sheet has to know."""

    THIN = "thin: fewer pieces of information than the methodology asks for (2.4.4)"
    ONE_SIDED = "one-sided: no or only one offer or bid (2.4.4)"
    SPREAD = "spread: bids and offers too far apart to assess a tradable price (2.4.4)"
    DISAGREE = "disagreement: too many prices counter to each other (2.4.4)"
    CONSIDERED = "previous day's range considered (2.4.4)"
    CARRIED = "carried: the previous day's range stands (2.4.4)"
    WIDE = "wide: not narrower than usual (2.4.2)"
    ABNORMAL_USED = "abnormal volumes used (2.4.2)"
    JUDGEMENT = "a person's judgement is part of it (2.4.3)"
    CONTRADICTED = "contradicted: the two parties state different prices (2.4.3)"
    NONE = "no range: nothing to carry (2.4.4)"

    @property
    def code(self) -> str:
        """Its name in a record."""
        return enum_word(self, "-")


@dataclass(frozen=True)
class Assessment:
    """The sheet of a day. range: fen per mt, None where there is nothing to publish."""

    inputs: Inputs
    case: Sufficiency
    data: tuple[Datum, ...]
    flags: tuple[Flag, ...]
    contradicted: tuple[str, ...]
    range: Interval | None

    @property
    def status(self) -> RecordStatus:
        """Of a first record of the day."""
        if self.inputs.of_choice(Choice.DELAY):
            return RecordStatus.DELAYED
        return RecordStatus.CARRIED if Flag.CARRIED in self.flags else RecordStatus.NORMAL

    @property
    def codes(self) -> tuple[str, ...]:
        """All that applies to the day, by name: of a carried one its place in the row as well."""
        found = {one.code for one in self.flags}
        if self.inputs.of_choice(Choice.DELAY):
            found.add(str(RecordStatus.DELAYED))
        if Flag.CARRIED in self.flags:
            found.add(f"{_IN_A_ROW}{_carried_before(self.inputs.previous) + 1}")
        return tuple(sorted(found))

    @cached_property
    def hash(self) -> bytes:
        """32 bytes over inputs, every datum with its ground, and the range."""
        return document_hash(self.to_json())

    def to_json(self) -> dict[str, Any]:
        """The whole sheet; it is kept, and never leaves the desk."""
        inputs = self.inputs
        added = {} if inputs.calendar is None else {"calendar": hex_of(inputs.calendar)}
        return {
            **added,
            "commodity": inputs.methodology.commodity,
            "day": inputs.day.isoformat(),
            "methodology": inputs.methodology.id,
            "salt": hex_of(inputs.salt),
            "registerEntries": len(inputs.entries),
            "submissions": [hex_of(one.hash) for one in inputs.submissions],
            "decisions": [hex_of(one.hash) for one in inputs.decisions],
            "previous": None if inputs.previous is None else hex_of(inputs.previous.record.hash),
            "case": str(self.case),
            "data": [one.to_json() for one in self.data],
            "flags": [str(one) for one in self.flags],
            "contradicted": list(self.contradicted),
            "range": None if self.range is None else list(self.range),
        }


def _carried_before(previous: Previous | None) -> int:
    """How many days in a row the range was carried until the day before."""
    if previous is None:
        return 0
    record = previous.record
    counts = [one.removeprefix(_IN_A_ROW) for one in record.flags or () if _IN_A_ROW in one]
    if counts:
        return int(counts[0])
    return int(record.flags is None and record.status is RecordStatus.CARRIED)


def assess(inputs: Inputs) -> Assessment:
    """The assessment of a day. Raises SubmitterRefused for a register that breaks its rules."""
    screening = Screening(inputs)
    screened = list(screening.data())
    market = [one for one in screened if one.outcome is DatumOutcome.USED] + _cross_validated(
        inputs
    )
    case = case_of(market, inputs.methodology.pieces)
    ranked = chosen(market, case, inputs.methodology.pieces)
    used = [one for one in ranked if one.outcome is DatumOutcome.USED]
    flags = _shortages(used, inputs.methodology.pieces)
    if flags and inputs.previous is not None:
        used.append(_previous_datum(inputs.previous))
        flags.append(Flag.CONSIDERED)
    range_, used, stopped = _range_of(inputs, used, market)
    if range_ is None:
        range_, carried = _carried(inputs.previous)
        stopped = [*stopped, carried]
    left = [one for one in ranked if one.outcome is not DatumOutcome.USED]
    excluded = [one for one in screened if one.outcome is DatumOutcome.EXCLUDED]
    data = (*used, *left, *excluded)
    contradicted = tuple(contradictions(screening))
    remarks = _remarks(inputs, data, range_, contradicted)
    return Assessment(inputs, case, data, (*flags, *stopped, *remarks), contradicted, range_)


def _range_of(
    inputs: Inputs, used: list[Datum], market: list[Datum]
) -> tuple[Interval | None, list[Datum], list[Flag]]:
    """The range that the day gives, what became of the data, and what stopped it."""
    methodology = inputs.methodology
    if pieces_in(used) < methodology.pieces:
        return None, _set_aside(used), []
    if _too_far_apart(used, methodology.pieces, methodology.widest_spread):
        return None, _set_aside(used), [Flag.SPREAD]
    found = price_range(used, market, methodology.against_the_market)
    if found.range is None:
        return None, _set_aside(found.data), [Flag.DISAGREE]
    room = methodology.deal_room
    if room is None:
        return found.range, list(found.data), []
    dealt = (one.range for one in found.data if _is_deal(one))
    return with_room(found.range, dealt, room), list(found.data), []


def _is_deal(datum: Datum) -> bool:
    return datum.rank is Rank.TRADE and datum.outcome is DatumOutcome.USED


def _set_aside(data: Iterable[Datum]) -> list[Datum]:
    return [
        replace(one, outcome=DatumOutcome.SET_ASIDE) if one.outcome is DatumOutcome.USED else one
        for one in data
    ]


def _shortages(used: Sequence[Datum], pieces: int) -> list[Flag]:
    """Special circumstances that follow from what there is (2.4.4)."""
    found = []
    if pieces_in(used) < pieces:
        found.append(Flag.THIN)
    if not _deals_suffice(used, pieces):
        sides = [_voices_of(used, kind) for kind in (Kind.BID, Kind.OFFER)]
        if min(sides) < 2:
            found.append(Flag.ONE_SIDED)
    return found


def _deals_suffice(used: Sequence[Datum], pieces: int) -> bool:
    return pieces_in(one for one in used if one.rank is Rank.TRADE) >= pieces


def _voices_of(data: Sequence[Datum], kind: Kind) -> int:
    return pieces_in(one for one in data if one.kind == str(kind))


def _too_far_apart(used: Sequence[Datum], pieces: int, widest: int) -> bool:
    """Between the best bid and the best offer, where deals alone do not show the level."""
    bids = [one.range[1] for one in used if one.kind == str(Kind.BID)]
    offers = [one.range[0] for one in used if one.kind == str(Kind.OFFER)]
    if _deals_suffice(used, pieces) or not bids or not offers:
        return False
    return min(offers) - max(bids) > widest


def _cross_validated(inputs: Inputs) -> list[Datum]:
    return [
        Datum(
            source=hex_of(decision.hash),
            rank=Rank.CROSS_VALIDATED,
            kind=str(decision.choice),
            voice=f"cross-validated: {decision.values['source']}",
            stated=(decision.values["low"], decision.values["high"]),
            low=decision.values["low"],
            high=decision.values["high"],
            note=decision.reason,
        )
        for decision in inputs.of_choice(Choice.CROSS_VALIDATE)
    ]


def _previous_datum(previous: Previous) -> Datum:
    record = previous.record
    stated = (record.low, record.high)
    return Datum(
        source=hex_of(record.hash),
        rank=Rank.PREVIOUS,
        kind=PREVIOUS,
        voice=PREVIOUS,
        stated=stated,
        low=record.low,
        high=record.high,
        note=f"range of {record.day}",
    )


def _carried(previous: Previous | None) -> tuple[Interval | None, Flag]:
    if previous is None:
        return None, Flag.NONE
    return (previous.record.low, previous.record.high), Flag.CARRIED


def _remarks(
    inputs: Inputs, data: Sequence[Datum], range_: Interval | None, contradicted: tuple[str, ...]
) -> list[Flag]:
    ranks = {one.rank for one in data if one.outcome is DatumOutcome.USED}
    judged = [*inputs.of_choice(Choice.EXCLUDE), *inputs.of_choice(Choice.VOLUMES)]
    wide = range_ is not None and range_[1] - range_[0] >= inputs.methodology.usual_width
    said = {
        Flag.WIDE: wide,
        Flag.ABNORMAL_USED: Rank.ABNORMAL in ranks,
        Flag.JUDGEMENT: bool(judged) or Rank.CROSS_VALIDATED in ranks,
        Flag.CONTRADICTED: bool(contradicted),
    }
    return [flag for flag, holds in said.items() if holds]
