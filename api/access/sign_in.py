"""Sign-In with Ethereum (EIP-4361): who signed a message that is for this gateway, and for now.

Grammar and fields are read by the library `siwe`. Where it is looser than a gateway may be, this is
stricter: one form of each message and each signature, and times on both sides.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from api.access.nonces import NONCE_SECONDS
from api.errors import SignInRefused
from lodetrace.personal_message import PersonalMessage
from lodetrace.secp256k1 import Signature, SignatureInvalid
from lodetrace.text import parse_address

if TYPE_CHECKING:
    from siwe import SiweMessage

LONGEST_MESSAGE: Final = 1_000
"""Characters. The grammar's parser takes a third of a millisecond for each."""

CLOCKS_APART: Final = 60
"""Seconds that a reader's clock may be ahead."""

SESSION: Final = "session"
"""Path of what a message signs in to, below the address of the gateway."""


@dataclass(frozen=True, slots=True)
class SignInPlace:
    """What a message has to name: from settings, never from a request's Host."""

    domain: str
    uri: str
    chain_id: int

    @classmethod
    def at(cls, url: str, chain_id: int) -> "SignInPlace":
        """Of a gateway that readers reach at an address."""
        base = url.rstrip("/")
        return cls(urlsplit(base).netloc, f"{base}/{SESSION}", chain_id)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """signer: whose key signed. end: of the message, where it names one."""

    signer: str
    nonce: str
    end: int | None


def signed_in(place: SignInPlace, message: str, signature: str, now: int) -> SignedIn:
    """Who signed; raises SignInRefused. Whether the nonce is fresh is asked elsewhere."""
    said = _parsed(message)
    _require_times(said, now)
    _require_scheme(place, said)
    _require_signature(place, said, message, signature, now)
    end = said.expiration_time
    return SignedIn(
        signer=said.address,
        nonce=said.nonce,
        end=None if end is None else _seconds(end),
    )


def _parsed(message: str) -> "SiweMessage":
    from siwe import SiweMessage

    if len(message) > LONGEST_MESSAGE:
        raise SignInRefused(reason=f"the message has more than {LONGEST_MESSAGE} characters")
    try:
        said = SiweMessage.from_message(message)
    except (ValueError, RecursionError) as error:
        raise SignInRefused(reason="the message is not as EIP-4361 writes it") from error
    if parse_address(said.address) != said.address:
        raise SignInRefused(reason="its address is not written with its checksum")
    if said.prepare_message() != message:
        raise SignInRefused(reason="the message has another form than its fields are written in")
    return said


def _require_times(said: "SiweMessage", now: int) -> None:
    """Of the message itself; its expiry and beginning are asked with the signature."""
    issued = _seconds(said.issued_at)
    if issued > now + CLOCKS_APART:
        reason = f"it was issued {issued - now} seconds from now: compare your clock"
        raise SignInRefused(reason=reason)
    if issued <= now - NONCE_SECONDS - CLOCKS_APART:
        reason = f"it was issued {now - issued} seconds ago: compare your clock, or sign anew"
        raise SignInRefused(reason=reason)


def _require_scheme(place: SignInPlace, said: "SiweMessage") -> None:
    """It may be left out before the domain; where it is named, it is the one that readers use."""
    scheme = urlsplit(place.uri).scheme
    if said.scheme is not None and said.scheme != scheme:
        raise SignInRefused(reason=f"it is for another scheme than {scheme}")


def _require_signature(
    place: SignInPlace, said: "SiweMessage", message: str, signature: str, now: int
) -> None:
    from siwe import (
        ChainIdMismatch,
        DomainMismatch,
        ExpiredMessage,
        NotYetValidMessage,
        UriMismatch,
        VerificationError,
    )

    expected = {"domain": place.domain, "uri": place.uri, "chain_id": place.chain_id}
    try:
        said.verify(
            signature,
            **expected,
            nonce=said.nonce,
            timestamp=datetime.fromtimestamp(now, UTC),
            strict=True,
        )
        _signature(signature).require_signer(PersonalMessage(message), said.address)
    except DomainMismatch as error:
        raise SignInRefused(reason=f"it is for another domain than {place.domain}") from error
    except UriMismatch as error:
        raise SignInRefused(reason=f"it is for another URI than {place.uri}") from error
    except ChainIdMismatch as error:
        raise SignInRefused(reason=f"it is for another chain than {place.chain_id}") from error
    except ExpiredMessage as error:
        raise SignInRefused(reason="its expiration time has passed") from error
    except NotYetValidMessage as error:
        raise SignInRefused(reason="it is not valid yet") from error
    except SignatureInvalid as error:
        raise SignInRefused(reason=str(error)) from error
    except VerificationError as error:
        raise SignInRefused(reason="the signature is not one of its address") from error


def _signature(text: str) -> Signature:
    """Some wallets end with the recovery bit itself; raises SignatureInvalid for any other form."""
    ends = {"00": "1b", "01": "1c"}
    return Signature.parse(text[:-2] + ends.get(text[-2:], text[-2:]))


def _seconds(time: str) -> int:
    """Of a time that the library has checked; raises SignInRefused beyond the calendar."""
    try:
        return int(datetime.fromisoformat(time.upper()).timestamp())
    except (ValueError, OverflowError) as error:
        raise SignInRefused(reason=f"{time[:40]} is no time") from error
