"""Signing in with the key that the register names (EIP-4361), and out."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from api.access.nonces import NONCE_SECONDS
from api.access.sign_in import LONGEST_MESSAGE
from api.access.standing import Reader
from api.admission import SignedInReader, token_of
from api.deps import Current, Snapshot
from api.errors import (
    BodyTooLarge,
    IndexNotReady,
    QueryInvalid,
    ReaderOut,
    SignInRefused,
    TooManyRequests,
)
from api.format import Id, Time, words, words_of
from api.problems import FAILURE, refusals
from lodetrace.contracts.enums import Role
from lodetrace.text import iso_time

NEVER_KEPT: Final = {"Cache-Control": "no-store"}

COMMON: Final[dict[int | str, dict[str, Any]]] = {
    **FAILURE,
    **refusals(SignInRefused, QueryInvalid, TooManyRequests, IndexNotReady),
}
"""Of every route here."""
WITH_BODY: Final = {**COMMON, **refusals(BodyTooLarge)}

router = APIRouter(prefix="/session", tags=["session"], responses=COMMON)


class NonceResource(BaseModel):
    """What a message of EIP-4361 has to name, so that it signs in here."""

    nonce: str = Field(pattern=r"^[0-9a-f]{64}$", description="good once, until expires_at")
    expires_at: Time
    domain: str = Field(examples=["gateway.example"])
    uri: str = Field(examples=["https://gateway.example/session"])
    chain_id: int = Field(examples=[1337])


class SignedMessage(BaseModel):
    """A message of EIP-4361 and the signature of its address (EIP-191)."""

    model_config = ConfigDict(extra="forbid")

    message: str = Field(
        max_length=LONGEST_MESSAGE,
        examples=["gateway.example wants you to sign in with your Ethereum account:\n0x…"],
    )
    signature: str = Field(
        pattern=r"^0x[0-9a-fA-F]{130}$",
        description="65 bytes: r, the lower s, and 27 or 28",
        examples=["0x" + "2f" * 64 + "1b"],
    )


class ReaderResource(BaseModel):
    """Whom the signer stands for, as of a block."""

    account: str
    organisation: Id
    roles: list[Annotated[str, Field(json_schema_extra=words_of(Role))]] = Field(
        description="of the account"
    )
    block: int = Field(description="the last one that the index has read")


class SessionResource(BaseModel):
    """token: in the Authorization header, after `Bearer `."""

    token: str = Field(description="256 random bits; kept by nobody but you")
    expires_at: Time
    reader: ReaderResource


@router.post(
    "/nonce",
    summary="A nonce for one sign-in",
    status_code=201,
)
def make_nonce(current: Current, response: Response) -> NonceResource:
    access, now = current.access, current.access.now()
    response.headers.update(NEVER_KEPT)
    return NonceResource(
        nonce=access.nonces.make(now),
        expires_at=iso_time(now + NONCE_SECONDS),
        domain=access.place.domain,
        uri=access.place.uri,
        chain_id=access.place.chain_id,
    )


@router.post(
    "",
    summary="Sign in",
    status_code=201,
    responses={**WITH_BODY, **refusals(ReaderOut)},
)
def begin_session(
    current: Current, index: Snapshot, signed: SignedMessage, response: Response
) -> SessionResource:
    token, session, reader = current.access.sign_in(index, signed.message, signed.signature)
    response.headers.update(NEVER_KEPT)
    return SessionResource(
        token=token, expires_at=iso_time(session.expires_at), reader=_reader(reader)
    )


@router.get("", summary="Who I am here", responses=refusals(ReaderOut))
def show_session(reader: SignedInReader, response: Response) -> ReaderResource:
    response.headers.update(NEVER_KEPT)
    return _reader(reader)


@router.delete(
    "", summary="Sign out: the token is revoked", status_code=204, responses=refusals(ReaderOut)
)
def end_session(request: Request, current: Current, reader: SignedInReader) -> None:
    token = token_of(request)
    assert token is not None, f"{reader.account} came with one"
    current.access.sessions.revoke(token)


def _reader(found: Reader) -> ReaderResource:
    return ReaderResource(
        account=found.account,
        organisation=found.organisation,
        roles=words(Role, found.roles),
        block=found.block,
    )
