"""A value of a request that cannot be read, in the words of the gateway's other refusals."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from api.errors import QueryInvalid
from api.format import A_PLACE, ANY_ADDRESS, ANY_ID, ID_BEGINNING, MANY_IDS, MOST_IDS

LONGEST: Final = 80
"""Characters of a value that are repeated."""

_PATTERNS: Final = {
    ANY_ID: "0x and 64 hexadecimal digits are expected",
    A_PLACE: "the number of a block is expected, or `next` of a page",
    MANY_IDS: f"at most {MOST_IDS} ids with commas between them are expected",
    ANY_ADDRESS: "0x and 40 hexadecimal digits are expected",
    ID_BEGINNING: "0x and 4 to 64 hexadecimal digits are expected",
}


def unread(found: Sequence[Any]) -> QueryInvalid:
    """The first of what pydantic found, as QueryInvalid says everything."""
    first = found[0]
    name, given = str(first["loc"][-1]), str(first.get("input"))
    return QueryInvalid(name=name, value=given[:LONGEST], reason=_reason(first))


def _reason(error: Mapping[str, Any]) -> str:
    context = error.get("ctx", {})
    match error["type"]:
        case "value_error":
            return str(context["error"])
        case "string_pattern_mismatch":
            return _PATTERNS[context["pattern"]]
        case "greater_than_equal":
            return f"at least {context['ge']} is expected"
        case "less_than_equal":
            return f"at most {context['le']} is expected"
        case "enum" | "literal_error":
            return f"known: {context['expected']}"
        case "missing":
            return "it is not given"
        case _:
            return "it cannot be read"
