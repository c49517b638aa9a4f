"""The parts of a split: as they are typed, and held against the lot before any run is spoken of."""

from collections.abc import Sequence

from lodetrace.cli.parse import TypedOutput, parse_alike, parse_part
from lodetrace.errors import InputError
from lodetrace.units import format_metal


class PartsUnfitting(InputError):
    """Parts that do not make up the lot."""

    template = "{reason}"
    advice = (
        "Name each part with --part, equal ones with --parts 10x5t; one of them may be rest: all"
        " that the others leave. Units are named by their count."
    )


def typed_parts(alike: Sequence[str], single: Sequence[str]) -> list[TypedOutput]:
    """The parts of --parts, then those of --part; raises InputError."""
    found = [part for text in alike for part in parse_alike(text)]
    found += [parse_part(text) for text in single]
    if not found:
        raise PartsUnfitting(reason="no part was named")
    return found


def require_parts(parts: Sequence[TypedOutput], metal: int, *, in_units: bool) -> None:
    """metal: mg in the lot. in_units: parts then share the rest by their counts.

    Raises PartsUnfitting.
    """
    named = sum(part.metal for part in parts if part.metal is not None)
    rests = sum(part.metal is None for part in parts)
    typed, whole = format_metal(named), format_metal(metal)
    reason = ""
    if rests > 1 and not in_units:
        reason = f"rest stands {rests} times"
    elif named > metal:
        reason = f"{typed} is more than the {whole} of the lot"
    elif rests and named == metal:
        reason = f"{typed} is all of the lot: nothing is left for rest"
    elif not rests and named < metal:
        reason = f"the parts add up to {typed}, the lot has {whole}"
    if reason:
        raise PartsUnfitting(reason=reason)
