"""What a reader may ask a route with; what it does not know is refused, with what it does.

Passed over, a misspelt filter would be answered with everything, and one that no subject can
have with nothing.
"""

from typing import Annotated, Any

from fastapi import Request
from fastapi.routing import APIRoute
from pydantic import AfterValidator, BeforeValidator, Field

from api.errors import QueryInvalid
from api.format import ANY_ADDRESS, ANY_ID
from lodetrace.text import AddressMalformed, parse_address

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


IdQuery = Annotated[str, Field(pattern=ANY_ID), AfterValidator(str.lower)]
AddressQuery = Annotated[str, Field(pattern=ANY_ADDRESS), AfterValidator(_address)]
"""An account however it is spelled; capitals, where it has both, are a checksum."""

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
