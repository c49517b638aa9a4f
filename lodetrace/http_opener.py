"""How our programs open an address of HTTP: straight to the host that was named, nowhere else.

No redirect is followed, so that a token or a document goes to no address that an answer points to.
No proxy of the environment stands between two programs of one machine: it would read along.
"""

import urllib.request
from typing import Any
from urllib.parse import urlsplit

from lodetrace.loopback import is_loopback


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """An answer leads nowhere else."""

    def redirect_request(self, *_asked: Any) -> None:
        """As urllib calls it; the redirect is then an HTTPError."""


def opener_for(url: str) -> urllib.request.OpenerDirector:
    """Opens that address."""
    handlers: list[urllib.request.BaseHandler] = [NoRedirect()]
    if is_loopback(urlsplit(url).hostname or ""):
        handlers.append(urllib.request.ProxyHandler({}))
    return urllib.request.build_opener(*handlers)


def reason_of(error: Exception) -> object:
    """What went wrong, without the words that urllib puts around it."""
    return getattr(error, "reason", None) or error
