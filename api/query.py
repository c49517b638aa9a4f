"""What a reader may ask a route with; what it does not know is refused, with what it does.

Passed over, a misspelt filter would be answered with everything, and one that no subject can
have with nothing.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Final

from fastapi import Request
from fastapi.routing import APIRoute
from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from api.errors import QueryInvalid
from api.format import A_PLACE, ANY_ADDRESS, ANY_ID, MANY_IDS
from api.loaders.changes import LAST_LOG, Place
from lodetrace.contracts.enums import ELEMENT_SYMBOLS, LotState, Material, Scheme
from lodetrace.text import AddressMalformed, enum_words, parse_address

_LARGEST = (1 << 63) - 1


def _address(text: str) -> str:
    try:
        return parse_address(text)
    except AddressMalformed as error:
        reason = "its capitals are not its checksum; copy it again, or write it in lower case"
        raise ValueError(reason) from error


def _digits(value: Any) -> Any:
    if isinstance(value, str) and not (value.isascii() and value.isdigit()):
        raise ValueError("a whole number is expected, in decimal digits alone")
    return value


def _said(value: Any) -> Any:
    if value not in _SAID:
        raise ValueError("known: true, false")
    return _SAID[value]


def ids_of(text: str) -> list[str]:
    """What an IdsQuery names, each once."""
    return list(dict.fromkeys(text.lower().split(",")))


def place_of(text: str) -> Place:
    """Of a PlaceQuery; a block alone is after all its logs."""
    block, _, log = text.partition("-")
    return Place(int(block), int(log) if log else LAST_LOG)


_SAID: Final = {"true": True, "false": False, None: None}

IdQuery = Annotated[str, Field(pattern=ANY_ID), AfterValidator(str.lower)]
AddressQuery = Annotated[str, Field(pattern=ANY_ADDRESS), AfterValidator(_address)]
"""An account however it is spelled; capitals, where it has both, are a checksum."""


def _code(known: Mapping[str, int]) -> BeforeValidator:
    """Reads a word of a code as its number."""

    def number(word: Any) -> Any:
        if word is None:
            return None
        if word not in known:
            raise ValueError(f"known: {', '.join(known)}")
        return int(known[word])

    return BeforeValidator(number)


def _words(known: Mapping[str, int]) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "enum": [*known]})


IdsQuery = Annotated[str, Field(pattern=MANY_IDS)]
PlaceQuery = Annotated[str, Field(pattern=A_PLACE)]

Said = Annotated[
    bool | None,
    BeforeValidator(_said),
    WithJsonSchema({"type": "string", "enum": ["true", "false"]}),
]
"""Yes or no in one spelling."""

_MATERIALS: Final = enum_words(Material)
_STATES: Final = {said: code for said, code in enum_words(LotState).items() if code}
_SCHEMES: Final = enum_words(Scheme)
_ELEMENTS: Final = {symbol: number for number, symbol in ELEMENT_SYMBOLS.items()}

MaterialQuery = Annotated[int | None, _code(_MATERIALS), _words(_MATERIALS)]
StateQuery = Annotated[int | None, _code(_STATES), _words(_STATES)]
"""NONE is of no lot."""
SchemeQuery = Annotated[int | None, _code(_SCHEMES), _words(_SCHEMES)]
ElementQuery = Annotated[int | None, _code(_ELEMENTS), _words(_ELEMENTS)]

Whole = Annotated[int, Field(ge=0, le=_LARGEST), BeforeValidator(_digits)]
Count = Annotated[int, Field(ge=1, le=_LARGEST), BeforeValidator(_digits)]
Limit = Annotated[int, Field(ge=1, le=1_000), BeforeValidator(_digits)]


def require_known_parameters(request: Request) -> None:
    """For all routes. Raises QueryInvalid for a parameter that is unknown, or given twice."""
    route = request.scope.get("route")
    if not isinstance(route, APIRoute):
        return
    known = parameters_of(request.app.openapi(), route.path_format, request.method)
    given = [name for name, _ in request.query_params.multi_items()]
    for name in dict.fromkeys(given):
        value = request.query_params[name][:80]
        if name not in known:
            raise QueryInvalid(name=name[:80], value=value, reason=_unknown(known))
        if given.count(name) > 1:
            raise QueryInvalid(name=name, value=value, reason="it is given more than once")


def parameters_of(document: dict[str, Any], path: str, method: str) -> list[str]:
    """Names of the query parameters that the OpenAPI document tells of a route."""
    told = document["paths"].get(path, {}).get(method.lower(), {}).get("parameters", [])
    return [one["name"] for one in told if one["in"] == "query"]


def _unknown(known: list[str]) -> str:
    if not known:
        return "this route has no parameters"
    return f"this route has no such parameter; known: {', '.join(known)}"
