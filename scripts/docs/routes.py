"""Reference of the gateway's routes, from its own description."""

from typing import Any

from api.app import create_app
from scripts.docs.markdown import cell, table

METHODS = ("get", "post", "put", "patch", "delete")


def routes_page() -> str:
    """Every route with its parameters and answers."""
    described = create_app(None, 1).openapi()  # type: ignore[arg-type]
    parts = [
        "# Routes of the gateway",
        "What `/openapi.json` of a running gateway says ([how to use them](../docs/gateway.md)).",
    ]
    for path, methods in sorted(described["paths"].items()):
        for method in (one for one in METHODS if one in methods):
            parts += _section(path, method, methods[method])
    return "\n\n".join(parts) + "\n"


def _section(path: str, method: str, route: dict[str, Any]) -> list[str]:
    found = [f"## `{method.upper()} {path}`"]
    found += [route[part] for part in ("summary", "description") if route.get(part)]
    parameters = route.get("parameters", ())
    if parameters:
        rows = (
            (f"`{one['name']}`", one["in"], cell(one.get("description", ""))) for one in parameters
        )
        found.append(table(("parameter", "in", "meaning"), rows))
    answers = (
        (code, cell(answer.get("description", ""))) for code, answer in route["responses"].items()
    )
    found.append(table(("status", "answer"), answers))
    return found
