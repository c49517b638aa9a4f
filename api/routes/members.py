"""Organisations and their accounts."""

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, Field
from sqlalchemy import Connection

from api.deps import Index
from api.format import Id, IdPath, word, words, words_of
from api.indexer.tables import accounts, organisations
from api.problems import NOT_FOUND, PROBLEM_RESPONSES
from api.rows import all_rows, required_row
from lodetrace.contracts.enums import MemberStatus, Role

router = APIRouter(prefix="/members", tags=["members"], responses=PROBLEM_RESPONSES)


class AccountResource(BaseModel):
    """A stable account; its signer and viewing key rotate."""

    account: str
    signer: str
    viewing_key: Id = Field(description="X25519 public key: seal openings to it")
    roles: list[Annotated[str, Field(json_schema_extra=words_of(Role))]]
    removed: bool = Field(description="it signs no more; what it holds stays with it")


class MemberResource(BaseModel):
    """An organisation, by pseudonym: names and documents are exchanged off chain."""

    organisation: Id
    group: Id = Field(description="ownership group")
    profile: Id = Field(description="hash of its profile document")
    roles: list[Annotated[str, Field(json_schema_extra=words_of(Role))]] = Field(
        examples=[["trader", "operator"]]
    )
    status: str = Field(examples=["active"], json_schema_extra=words_of(MemberStatus))
    frozen_until: int = Field(description="its group is frozen until then; 0: never")
    sequence: int
    accounts: list[AccountResource]


@router.get("", summary="All organisations")
def list_members(index: Index) -> list[MemberResource]:
    return [_member(index, row) for row in all_rows(index, organisations)]


@router.get("/{organisation}", summary="One organisation", responses=NOT_FOUND)
def show_member(index: Index, organisation: IdPath) -> MemberResource:
    column = organisations.c.organisation
    return _member(index, required_row(index, column, organisation, "organisation"))


def _member(index: Connection, row: Any) -> MemberResource:
    owned = accounts.c.organisation == row["organisation"]
    return MemberResource(
        organisation=row["organisation"],
        group=row["group"],
        profile=row["profile"],
        roles=words(Role, row["roles"]),
        status=word(MemberStatus, row["status"]),
        frozen_until=row["frozen_until"],
        sequence=row["sequence"],
        accounts=[
            AccountResource(
                account=account["account"],
                signer=account["signer"],
                viewing_key=account["viewing_key"],
                roles=words(Role, account["roles"]),
                removed=account["removed"],
            )
            for account in all_rows(index, accounts, owned)
        ],
    )
