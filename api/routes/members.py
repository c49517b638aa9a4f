"""Organisations and their accounts."""

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, Field
from sqlalchemy import Connection, select

from api.deps import Index
from api.errors import SubjectNotFound
from api.format import Id, IdPath, word, words
from api.indexer.tables import accounts, organisations
from api.problems import PROBLEM_RESPONSES
from lodetrace.contracts.enums import MemberStatus, Role

router = APIRouter(prefix="/members", tags=["members"], responses=PROBLEM_RESPONSES)


class AccountResource(BaseModel):
    """A stable account; its signer and viewing key rotate."""

    account: str
    signer: str
    viewing_key: Id = Field(description="X25519 public key: seal openings to it")
    roles: list[str]


class MemberResource(BaseModel):
    """An organisation, by pseudonym: names and documents are exchanged off chain."""

    organisation: Id
    group: Id = Field(description="ownership group")
    profile: Id = Field(description="hash of its profile document")
    roles: list[str] = Field(examples=[["trader", "operator"]])
    status: str = Field(examples=["active"])
    sequence: int
    accounts: list[AccountResource]


@router.get("", summary="All organisations")
def list_members(index: Index) -> list[MemberResource]:
    rows = index.execute(select(organisations).order_by(organisations.c.organisation)).mappings()
    return [_member(index, row) for row in rows.all()]


@router.get("/{organisation}", summary="One organisation")
def show_member(index: Index, organisation: IdPath) -> MemberResource:
    wanted = select(organisations).where(organisations.c.organisation == organisation.lower())
    row = index.execute(wanted).mappings().one_or_none()
    if row is None:
        raise SubjectNotFound(kind="organisation", id=organisation)
    return _member(index, row)


def _member(index: Connection, row: Any) -> MemberResource:
    owned = select(accounts).where(accounts.c.organisation == row["organisation"])
    found = index.execute(owned.order_by(accounts.c.account)).mappings()
    return MemberResource(
        organisation=row["organisation"],
        group=row["group"],
        profile=row["profile"],
        roles=words(Role, row["roles"]),
        status=word(MemberStatus, row["status"]),
        sequence=row["sequence"],
        accounts=[
            AccountResource(
                account=account["account"],
                signer=account["signer"],
                viewing_key=account["viewing_key"],
                roles=words(Role, account["roles"]),
            )
            for account in found
        ],
    )
