"""A member at a gateway: signs in with its account's key (EIP-4361), and acts with the token.

What is signed names the address that the member typed, never one that an answer gave: a message
for another gateway cannot be had from it. The key itself goes nowhere.
"""

import json
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any, Final
from urllib.error import HTTPError
from urllib.parse import urlsplit

from lodetrace.errors import InputError, NodeError, Refused
from lodetrace.http_opener import opener_for, reason_of
from lodetrace.keys.member_keys import MemberKeys
from lodetrace.loopback import is_loopback
from lodetrace.member.event_stream import Frame, FrameMalformed, frames
from lodetrace.personal_message import PersonalMessage
from lodetrace.secp256k1 import Signature
from lodetrace.text import hex_of, iso_time

ANSWER_SECONDS: Final = 30
LARGEST_ANSWER: Final = 1 << 24
SILENT_SECONDS: Final = 60
"""Without a word, not even a comment, a stream is cut off: the gateway sends one each 15."""

SIGNED_SECONDS: Final = 900
"""A message is good for so long, and no token lasts longer than the message that brought it."""
STATEMENT: Final = "Read what members of the network read."


class GatewayAddressMalformed(InputError):
    """Nothing that could be a gateway."""

    template = "{url!r} is no address of a gateway: {reason}"
    advice = "Write it as its operator says, like https://gateway.example."


class GatewayUnreachable(NodeError):
    """Nobody answers there, or something else does."""

    template = "{url} does not answer as a gateway: {reason}"
    advice = "Check the address, and whether GET /health answers there."


class GatewayRefuses(Refused):
    """The gateway's own refusal, with its advice."""

    template = "{reason}"

    def __init__(self, *, reason: str, advice: str, name: str) -> None:
        super().__init__(reason=reason, name=name)
        self.advice = advice


@dataclass(frozen=True, slots=True)
class GatewayAt:
    """A gateway by its address, without a slash at its end."""

    url: str

    @classmethod
    def of(cls, url: str) -> "GatewayAt":
        """Raises GatewayAddressMalformed."""
        try:
            found = urlsplit(url)
            host, user = found.hostname, found.username
        except ValueError as error:
            raise GatewayAddressMalformed(url=url, reason=error) from error
        if found.scheme not in ("http", "https") or not host or user is not None:
            raise GatewayAddressMalformed(url=url, reason="http(s)://HOST is expected")
        if found.query or found.fragment or not url.isascii() or any(map(str.isspace, url)):
            raise GatewayAddressMalformed(url=url, reason="it ends with the path")
        if found.scheme == "http" and not is_loopback(host):
            raise GatewayAddressMalformed(url=url, reason="a token would pass in the clear")
        return cls(url.rstrip("/"))

    def sign_out(self, token: str) -> None:
        """The gateway forgets the token."""
        self.ask("DELETE", "/session", token)

    def ask(
        self, method: str, path: str, token: str | None = None, body: dict[str, str] | None = None
    ) -> dict[str, Any]:
        """What it answers; raises GatewayRefuses or GatewayUnreachable."""
        headers = {"Content-Type": "application/json"} if body else {}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        content = json.dumps(body).encode() if body else None
        request = urllib.request.Request(self.url + path, content, headers, method=method)
        try:
            with opener_for(self.url).open(request, timeout=ANSWER_SECONDS) as answer:
                return self._read(answer.read(LARGEST_ANSWER))
        except HTTPError as error:
            raise self._refusal(error) from error
        except (OSError, HTTPException) as error:
            raise GatewayUnreachable(url=self.url, reason=reason_of(error)) from error

    def stream(self, path: str, token: str | None, last_id: str) -> Iterator[Frame]:
        """Server-Sent Events after a place; ends with the stream.

        Raises GatewayRefuses, also where the stream's last event is a refusal, or
        GatewayUnreachable.
        """
        headers = {"Accept": "text/event-stream", "Last-Event-ID": last_id}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        request = urllib.request.Request(self.url + path, headers=headers)
        try:
            with opener_for(self.url).open(request, timeout=SILENT_SECONDS) as answer:
                if answer.headers.get_content_type() != "text/event-stream":
                    raise GatewayUnreachable(url=self.url, reason="its answer is no stream")
                for frame in frames(answer):
                    if frame.event == "end":
                        raise self._refused(frame.document)
                    yield frame
        except HTTPError as error:
            raise self._refusal(error) from error
        except (OSError, HTTPException) as error:
            raise GatewayUnreachable(url=self.url, reason=reason_of(error)) from error
        except FrameMalformed as error:
            raise GatewayUnreachable(url=self.url, reason=error) from error

    def _refused(self, problem: dict[str, Any]) -> GatewayRefuses | GatewayUnreachable:
        try:
            said = (str(problem["detail"]), str(problem["advice"]), str(problem["code"]))
        except KeyError:
            return GatewayUnreachable(url=self.url, reason="its refusal is no problem object")
        return GatewayRefuses(reason=said[0], advice=said[1], name=said[2])

    def _read(self, content: bytes) -> dict[str, Any]:
        try:
            found = json.loads(content) if content else {}
        except ValueError as error:
            raise GatewayUnreachable(url=self.url, reason="its answer is no JSON") from error
        if not isinstance(found, dict):
            raise GatewayUnreachable(url=self.url, reason="its answer is no JSON object")
        return found

    def _refusal(self, error: HTTPError) -> GatewayRefuses | GatewayUnreachable:
        try:
            found = self._refused(self._read(error.read(LARGEST_ANSWER)))
        except GatewayUnreachable:
            found = None
        if isinstance(found, GatewayRefuses):
            return found
        return GatewayUnreachable(url=self.url, reason=f"it answers with {error.code}")


@dataclass(frozen=True, slots=True)
class MemberAtGateway:
    """keys: of the account that signs in."""

    gateway: GatewayAt
    chain_id: int
    keys: MemberKeys

    def message(self, nonce: str, now: int) -> str:
        """What is signed, as EIP-4361 lays it out."""
        domain = urlsplit(self.gateway.url).netloc
        return "\n".join(
            (
                f"{domain} wants you to sign in with your Ethereum account:",
                self.keys.signer,
                "",
                STATEMENT,
                "",
                f"URI: {self.gateway.url}/session",
                "Version: 1",
                f"Chain ID: {self.chain_id}",
                f"Nonce: {nonce}",
                f"Issued At: {iso_time(now)}",
                f"Expiration Time: {iso_time(now + SIGNED_SECONDS)}",
            )
        )

    def sign_in(self) -> dict[str, Any]:
        """The gateway's answer, with `token`; raises GatewayRefuses or GatewayUnreachable."""
        nonce = self.gateway.ask("POST", "/session/nonce").get("nonce")
        if not isinstance(nonce, str) or not nonce.isalnum():
            raise GatewayUnreachable(url=self.gateway.url, reason="its nonce is none")
        message = self.message(nonce, int(time.time()))
        signature = Signature.make(PersonalMessage(message), self.keys.signing_key)
        session = self.gateway.ask(
            "POST", "/session", body={"message": message, "signature": str(signature)}
        )
        if not isinstance(session.get("token"), str):
            raise GatewayUnreachable(url=self.gateway.url, reason="it gives no token")
        return session

    @contextmanager
    def signed_in(self) -> Iterator[str]:
        """The token of a session that ends with the block."""
        token: str = self.sign_in()["token"]
        try:
            yield token
        finally:
            self.gateway.sign_out(token)

    def publish(self, product: bytes, up_to: str | None, token: str) -> dict[str, Any]:
        """What the gateway shows to everybody of a product from now on."""
        path = f"/products/{hex_of(product)}/publication"
        if up_to is None:
            return self.gateway.ask("DELETE", path, token)
        return self.gateway.ask("PUT", path, token, {"up_to": up_to})
