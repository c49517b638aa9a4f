"""What waits at the desk as of a moment: what the clock knows, and nobody has to look for."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from oracle.prices.calendar_status import CalendarStatus, calendar_statuses
from oracle.prices.desk import PriceDesk
from oracle.prices.methodology import methodology_on
from oracle.prices.record import PriceRecord
from oracle.prices.submitters import Submitter, SubmitterRegister, SubmitterStatus

MOST_BACK: Final = timedelta(days=400)
"""How far back a record is missed; a desk that stood still longer knows it."""


@dataclass(frozen=True, slots=True)
class DeskToday:
    """One commodity's desk on the market's day `day`.

    silent: approved submitters without a submission for the day, where it is traded. missing:
    trading days since the first record, before this one, that have none. outdated: days whose
    range rests on one that was corrected since. rectifying: submitters that were given notice.
    """

    day: date
    is_traded: bool
    record: PriceRecord | None
    prepared_by: tuple[str, ...]
    spoken: tuple[str, ...]
    silent: tuple[str, ...]
    missing: tuple[date, ...]
    outdated: tuple[date, ...]
    rectifying: tuple[Submitter, ...]
    calendars: tuple[CalendarStatus, ...]

    @classmethod
    def of(cls, desk: PriceDesk, at: int) -> "DeskToday":
        """As of seconds since 1970. Raises HolidaysMissing, SignatureInvalid or DeskRefused."""
        by_clock = datetime.fromtimestamp(at, UTC).date()
        day = methodology_on(desk.commodity, by_clock).calendar.day_at(at)
        methodology = methodology_on(desk.commodity, day)
        calendar, records = methodology.calendar, desk.records()
        submitters = SubmitterRegister(methodology, desk.entries()).on(day)
        is_traded = calendar.is_trading_day(day)
        spoken = {one.submitter for one in desk.submissions(day)}
        counted = {name for name, one in submitters.items() if one.counts}
        have = {one.day for one in records}
        first = max(min(have, default=day), day - MOST_BACK)
        return cls(
            day=day,
            is_traded=is_traded,
            record=desk.standing(day),
            prepared_by=tuple(sorted((desk.prepared(day) or (b"", set()))[1])),
            spoken=tuple(sorted(spoken)),
            silent=tuple(sorted(counted - spoken)) if is_traded else (),
            missing=tuple(
                one for one in calendar.between(first, day) if one not in have and one != day
            ),
            outdated=tuple(desk.outdated()),
            rectifying=tuple(
                one
                for _, one in sorted(submitters.items())
                if one.standing is SubmitterStatus.NOTIFIED
            ),
            calendars=tuple(calendar_statuses(day)),
        )

    @property
    def waits(self) -> bool:
        """Whether somebody has to do something that is not the day's usual work."""
        due = any(one.is_due for one in self.calendars)
        return bool(self.missing or self.outdated or self.rectifying or due)

    def to_json(self) -> dict[str, Any]:
        """For programs."""
        return {
            "day": self.day.isoformat(),
            "tradingDay": self.is_traded,
            "status": None if self.record is None else str(self.record.status),
            "preparedBy": list(self.prepared_by),
            "submitted": list(self.spoken),
            "notSubmitted": list(self.silent),
            "withoutRecord": [one.isoformat() for one in self.missing],
            "outdated": [one.isoformat() for one in self.outdated],
            "inRectification": {
                one.name: None if one.due is None else one.due.isoformat()
                for one in self.rectifying
            },
            "calendars": [one.to_json(self.day) for one in self.calendars],
        }
