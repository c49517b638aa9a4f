"""Organisations and their accounts."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field
from sqlalchemy import Connection, RowMapping, select

from api.deps import Index
from api.format import Id, IdPath, word, words, words_of
from api.indexer.tables import accounts, organisations
from api.loaders.disputes import lapsed_disputes
from api.paging import Next, Page
from api.problems import NOT_FOUND, PROBLEM_RESPONSES
from api.query import AddressQuery
from api.rows import grouped, required_row, rows_of
from lodetrace.contracts.enums import MemberStatus, Role, scheme_names

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
    accredited: list[str] = Field(
        examples=[["rmi rmap", "irma"]],
        description="schemes that it certifies, while it is active and has the role",
    )
    frozen_until: int = Field(description="its group is frozen until then; 0: never")
    sequence: int
    lapsed_disputes: int = Field(
        description="disputes that its accounts raised as buyers and let lapse: no umpire approved"
        " a settlement, and the lot was neither accepted nor returned for 10 days"
    )
    accounts: list[AccountResource]


class MemberPage(BaseModel):
    """Organisations in the order of their ids."""

    members: list[MemberResource]
    next: Next


@router.get("", summary="Organisations, or the one of an account or signer")
def list_members(
    index: Index,
    page: Page,
    account: AddressQuery | None = None,
    signer: Annotated[AddressQuery | None, Query(description="of one of its accounts")] = None,
) -> MemberPage:
    wanted = select(organisations)
    for column, value in ((accounts.c.account, account), (accounts.c.signer, signer)):
        if value is not None:
            owners = select(accounts.c.organisation).where(column == value)
            wanted = wanted.where(organisations.c.organisation.in_(owners))
    rows, after = page.of(index, wanted, organisations.c.organisation)
    return MemberPage(members=_members(index, rows), next=after)


@router.get("/{organisation}", summary="One organisation", responses=NOT_FOUND)
def show_member(index: Index, organisation: IdPath) -> MemberResource:
    column = organisations.c.organisation
    [shown] = _members(index, [required_row(index, column, organisation, "organisation")])
    return shown


def _members(index: Connection, rows: Sequence[RowMapping]) -> list[MemberResource]:
    ids = [row["organisation"] for row in rows]
    owned = grouped(rows_of(index, accounts.c.organisation, ids), "organisation")
    lapsed = lapsed_disputes(index, ids)
    return [
        _member(row, owned.get(row["organisation"], ()), lapsed[row["organisation"]])
        for row in rows
    ]


def _member(row: RowMapping, owned: Sequence[RowMapping], lapsed: int) -> MemberResource:
    return MemberResource(
        organisation=row["organisation"],
        group=row["group"],
        profile=row["profile"],
        roles=words(Role, row["roles"]),
        status=word(MemberStatus, row["status"]),
        accredited=[name.lower() for name in scheme_names(int(row["accredited"]))],
        frozen_until=row["frozen_until"],
        sequence=row["sequence"],
        lapsed_disputes=lapsed,
        accounts=[
            AccountResource(
                account=account["account"],
                signer=account["signer"],
                viewing_key=account["viewing_key"],
                roles=words(Role, account["roles"]),
                removed=account["removed"],
            )
            for account in owned
        ],
    )
