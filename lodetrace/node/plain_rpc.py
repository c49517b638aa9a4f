"""JSON-RPC without web3: one question, one answer."""

import json
import urllib.request
from collections.abc import Sequence
from http.client import HTTPException, HTTPResponse
from typing import Any, cast


def rpc(url: str, method: str, *parameters: object, limit: int = 5) -> Any:
    """Asks a node of this machine, within `limit` seconds.

    OSError where nobody answers or the node refuses.
    """
    body = json.dumps(question(method, parameters)).encode()
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    try:
        with open_directly(request, limit) as answer:
            return result(method, json.load(answer))
    except (ValueError, HTTPException) as error:
        raise OSError(f"{method}: no JSON-RPC result from {url}") from error


def question(method: str, parameters: Sequence[object]) -> dict[str, Any]:
    """The body of a request."""
    return {"jsonrpc": "2.0", "id": 1, "method": method, "params": parameters}


def result(method: str, reply: Any) -> Any:
    """What a reply holds; OSError where the node refuses, ValueError where it is none."""
    if not isinstance(reply, dict) or not {"error", "result"} & set(reply):
        raise ValueError(f"{method}: the answer is no reply of JSON-RPC")
    if reply.get("error") is not None:
        raise OSError(f"{method}: {reply['error']}")
    return reply.get("result")


def open_directly(request: urllib.request.Request | str, limit: int) -> HTTPResponse:
    """Past the proxies of the environment: they are not for what runs on this machine."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    return cast("HTTPResponse", opener.open(request, timeout=limit))
