"""What the price desk refuses."""

from lodetrace.errors import InputError, Refused, SettingsError


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


class SubmitterRefused(Refused):
    """An entry that the register of submitters does not take."""

    template = "submitter {submitter}: {reason}"
    advice = "`lodetrace-oracle prices submitters` shows how far the submitter is."


class DeskRefused(Refused):
    """A step of the day that may not be taken, or not by this person."""

    template = "{day}: {reason}"
    advice = "Two analysts prepare an assessment, a manager releases it: three people."
