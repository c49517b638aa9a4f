"""What the price desk refuses."""

from lodetrace.errors import InputError, NotFound, Refused, SettingsError


class PriceMalformed(InputError):
    """A price that is no plain decimal of its unit, or out of bounds."""

    template = "{text!r} is not a price in {unit}: {reason}"
    advice = "Write a plain decimal with a point, for example 4.85."


class RecordInvalid(InputError):
    """Values that make no price record."""

    template = "no price record: {name} is {value!r}, expected {expected}"
    advice = "A record holds 1 <= low <= high < 2^64 in fen per mt; only a correction points back."


class SubmissionInvalid(InputError):
    """A file that is no price submission."""

    template = "{name}: {reason}"
    advice = "docs/prices.md describes a submission field by field; correct it and sign it again."


class MethodologyUnusable(SettingsError):
    """Methodology data that cannot be read, or none that is in force."""

    template = "methodology {name}: {reason}"
    advice = "Methodologies are the JSON files in oracle/prices/methodologies."


class HolidaysMissing(SettingsError):
    """A day of a year whose holidays are not listed: nobody knows whether it is traded."""

    template = "calendar {calendar} lists no holidays of {year}"
    advice = (
        "No day of that year is assessed before its list is known: put a file with it into the"
        " folder that LODETRACE_PRICE_CALENDARS names; docs/prices.md has the form."
    )


class CalendarUnusable(SettingsError):
    """A file of LODETRACE_PRICE_CALENDARS that cannot be read, or contradicts another one."""

    template = "{path}: {reason}"
    advice = "docs/prices.md has the form of a calendar; correct the file or take it away."


class SubmitterRefused(Refused):
    """An entry that the register of submitters does not take."""

    template = "submitter {submitter}: {reason}"
    advice = "`lodetrace-oracle prices submitters` shows how far the submitter is."


class DeskRefused(Refused):
    """A step of the day that may not be taken, or not by this person."""

    template = "{day}: {reason}"
    advice = "Two analysts prepare an assessment, a manager releases it: three people."


class DecisionMalformed(InputError):
    """Values that do not fit the choice."""

    template = "{choice}: {reason}"
    advice = "`lodetrace-oracle prices decide --help` shows what each choice needs."


class RecordMissing(NotFound):
    """No range was released for the day."""

    template = "no range of {commodity} was released for {day}"
    advice = "`lodetrace-oracle prices show` lists the days that have one."


class ReplayDiffers(Refused):
    """The stored inputs do not lead to the stored assessment."""

    template = "a replay gives {found}, the book says {stated}"
    advice = "The book or this software was altered; ask for a copy of the book."


class SubmissionUnclear(NotFound):
    """A start of a hash that fits none or several submissions of a day."""

    template = "{count} submissions of {day} begin with {start}"
    advice = "`lodetrace-oracle prices show` lists them; --json has their whole hashes."
