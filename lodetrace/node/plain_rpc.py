"""JSON-RPC with nothing but the standard library, for the start of a chain."""

import json
import urllib.request
from http.client import HTTPException
from typing import Any


def rpc(url: str, method: str, *parameters: object, limit: int = 5) -> Any:
    """One call, within `limit` seconds; OSError where nobody answers or the node refuses."""
    body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": list(parameters)}
    request = urllib.request.Request(
        url, json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    # the chains are on the loopback interface: no proxy of the environment concerns them
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=limit) as answer:
            reply: dict[str, Any] = json.load(answer)
        if "error" in reply:
            raise OSError(f"{method}: {reply['error']}")
        return reply["result"]
    except (ValueError, KeyError, TypeError, HTTPException) as error:
        raise OSError(f"{method}: no JSON-RPC result from {url}") from error
