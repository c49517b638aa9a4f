"""What is said of a token that a node refuses: read from the token, its signature unchecked."""

import base64
import json

import jwt
import pytest

from lodetrace.node.access import RpcAccess

SECRET = "known to the node alone, not to who reads the token"


def refusal(token: str | None) -> str:
    return RpcAccess({} if token is None else {"LODETRACE_RPC_TOKEN": token}).refusal()


def with_payload(payload: bytes) -> str:
    """A token in form, whatever its payload is."""
    head, _, signature = jwt.encode({}, SECRET).split(".")
    return f"{head}.{base64.urlsafe_b64encode(payload).rstrip(b'=').decode()}.{signature}"


def test_a_missing_token_is_said_to_be_missing() -> None:
    assert refusal(None) == "it asks for a token, and none is set"


@pytest.mark.parametrize("expiry", [1_600_000_000, 1_600_000_000.75, "1600000000"])
def test_the_end_of_a_token_is_named(expiry: object) -> None:
    token = with_payload(json.dumps({"exp": expiry}).encode())
    assert refusal(token) == "the token expired at 2020-09-13T12:26:40Z"


def test_a_token_that_lasts_is_another_nodes() -> None:
    assert refusal(jwt.encode({"exp": 4_000_000_000}, SECRET)) == "it does not accept the token"


@pytest.mark.parametrize(
    "token",
    [
        "no token",
        "a.b.c",
        "é.è.ê",
        with_payload(b"\xff"),
        with_payload(b"[]"),
        with_payload(b"{}"),
        with_payload(b'{"exp": null}'),
        with_payload(b'{"exp": "soon"}'),
        with_payload(b'{"exp": Infinity}'),
        with_payload(b'{"exp": -1e300}'),
        with_payload(b"[" * 100_000),
    ],
    ids=lambda token: token[:30],
)
def test_a_token_that_says_no_end_is_only_refused(token: str) -> None:
    assert refusal(token) == "it does not accept the token"
