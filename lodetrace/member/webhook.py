"""Notices to a host of one's own: signed, so that it knows whom they are from, and tried again.

The signature is HMAC-SHA256 over the time and the body; the time keeps an old one from being sent
again by somebody else. Each host has a secret that no other one has: with a common one, whoever
receives notices could sign some for the others.
"""

import hashlib
import hmac
import json
import time
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Final
from urllib.error import HTTPError
from urllib.parse import urlsplit

from lodetrace.errors import Pending, SettingsError
from lodetrace.http_opener import NoRedirect, reason_of
from lodetrace.loopback import is_loopback
from lodetrace.member.concerns import Notice

SECRETS: Final = "LODETRACE_WEBHOOK_SECRETS"
SHORTEST_SECRET: Final = 32
"""Characters."""

ANSWER_SECONDS: Final = 10
PAUSES: Final = (1, 2, 4, 8)
"""Seconds between the tries."""


class WebhookUnusable(SettingsError):
    """An address that notices are not sent to."""

    template = "no notice is sent to {url}: {reason}"
    advice = f"Give each host of yours a secret of its own in {SECRETS}: HOST=SECRET, a line each."


class WebhookSecretsUnusable(SettingsError):
    """Secrets that are not one a host. Told by their place: a secret is not repeated."""

    template = f"entry {{number}} of {SECRETS}: {{reason}}"
    advice = (
        f"It has HOST=SECRET, a line each or with blanks, every secret of {SHORTEST_SECRET} "
        "characters or more and without blanks; `openssl rand -hex 32` makes one."
    )


class WebhookAway(Pending):
    """A notice that was not taken."""

    template = "{url} did not take the notice {id} in {tries} tries: {reason}"
    advice = "Mend it and start the watch again: it goes on with this notice."


@dataclass(frozen=True, slots=True)
class Webhook:
    """secret: shared with the host."""

    url: str
    secret: bytes = field(repr=False)
    pause: Callable[[float], None] = time.sleep

    @classmethod
    def of(cls, url: str, secrets: Mapping[str, str]) -> "Webhook":
        """secrets: by host. Raises WebhookUnusable."""
        try:
            found = urlsplit(url)
            host, user = found.hostname, found.username
        except ValueError as error:
            raise WebhookUnusable(url=url, reason=error) from error
        if found.scheme not in ("http", "https") or not host or user is not None:
            raise WebhookUnusable(url=url, reason="https://HOST/PATH is expected")
        if host not in secrets:
            raise WebhookUnusable(url=url, reason=f"{host} is not in {SECRETS}")
        if found.scheme == "http" and not is_loopback(host):
            raise WebhookUnusable(url=url, reason="beyond a loopback address it has to be https")
        return cls(url, secrets[host].encode())

    def send(self, notice: Notice) -> None:
        """Until it is taken (any 2xx); raises WebhookAway."""
        body = json.dumps(notice).encode()
        reason = ""
        for pause in (*PAUSES, None):
            try:
                self._post(body)
            except HTTPError as error:
                reason = f"it answers with {error.code}"
            except (OSError, HTTPException) as error:
                reason = str(reason_of(error))
            else:
                return
            if pause is not None:
                self.pause(pause)
        tries = len(PAUSES) + 1
        raise WebhookAway(url=self.url, id=notice["id"], tries=tries, reason=reason)

    def _post(self, body: bytes) -> None:
        now = str(int(time.time()))
        headers = {
            "Content-Type": "application/json",
            "Lodetrace-Time": now,
            "Lodetrace-Signature": signature(self.secret, now, body),
        }
        request = urllib.request.Request(self.url, body, headers, method="POST")
        opener = urllib.request.build_opener(NoRedirect, urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=ANSWER_SECONDS):
            pass


def secrets_of(setting: str | None) -> dict[str, str]:
    """By host, as the setting has them; raises WebhookSecretsUnusable."""
    found: dict[str, str] = {}
    for number, entry in enumerate((setting or "").split(), 1):
        host, _, secret = entry.partition("=")
        host = host.lower()
        reason = None
        if not host or len(secret) < SHORTEST_SECRET:
            reason = f"HOST= and at least {SHORTEST_SECRET} characters are expected"
        elif host in found:
            reason = f"{host} has a secret already"
        elif secret in found.values():
            reason = f"{host} has the secret of another host, which could sign for it"
        if reason is not None:
            raise WebhookSecretsUnusable(number=number, reason=reason)
        found[host] = secret
    return found


def signature(secret: bytes, time_: str, body: bytes) -> str:
    """What the host compares, after it looked at the time."""
    return hmac.new(secret, time_.encode() + b"." + body, hashlib.sha256).hexdigest()
