"""Whom a signer stands for, as of the block that the index has read: asked at each request."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, RowMapping, Select, select

from api.errors import ReaderOut
from api.indexer.tables import accounts, cursor, organisations, standings
from api.rows import chunks
from lodetrace.contracts.enums import MemberStatus

_STANDING: Final = select(
    accounts.c.account,
    accounts.c.signer,
    accounts.c.removed,
    accounts.c.organisation,
    accounts.c.roles,
    organisations.c.status,
).join_from(accounts, organisations, accounts.c.organisation == organisations.c.organisation)


@dataclass(frozen=True, slots=True)
class Reader:
    """An account of an active organisation, with what it may do now. block: as of which."""

    account: str
    organisation: str
    roles: int
    block: int


def reader_of(index: Connection, signer: str) -> Reader:
    """Whoever signs with a key now; raises ReaderOut."""
    return _in_good_standing(index, signer, _STANDING.where(accounts.c.signer == signer))


def same_reader(index: Connection, signer: str, account: str) -> Reader:
    """The account of a session, while the key that opened it is still its own; raises ReaderOut."""
    return _in_good_standing(index, signer, _STANDING.where(accounts.c.account == account))


def readers_out(
    index: Connection, readers: Collection[tuple[str, str]]
) -> dict[tuple[str, str], ReaderOut]:
    """Those of some accounts and their signers who may read no more, and why."""
    rows: dict[str, RowMapping] = {}
    for chunk in chunks({account for account, _ in readers}):
        for row in index.execute(_STANDING.where(accounts.c.account.in_(chunk))).mappings():
            rows[row["account"]] = row
    out: dict[tuple[str, str], ReaderOut] = {}
    for account, signer in readers:
        if account not in rows or _fault(rows[account], signer) is not None:
            try:
                same_reader(index, signer, account)
            except ReaderOut as error:
                out[account, signer] = error
    return out


def _in_good_standing(index: Connection, signer: str, wanted: Select) -> Reader:
    rows = index.execute(wanted.order_by(accounts.c.account)).mappings().all()
    block = (index.execute(select(cursor.c.next_block)).scalar_one_or_none() or 0) - 1
    refusal: ReaderOut | None = None
    for row in rows:
        fault = _fault(row, signer)
        if fault is None:
            return Reader(row["account"], row["organisation"], row["roles"], block)
        subject, reason = fault
        refusal = ReaderOut(signer=signer, reason=reason, block=_since(index, subject, block))
    if refusal is None:
        refusal = ReaderOut(signer=signer, reason="it signs for no account", block=block)
    raise refusal


def _fault(row: RowMapping, signer: str) -> tuple[str, str] | None:
    """Whose standing it is, and what is wrong with it."""
    if row["signer"] != signer:
        return row["account"], f"another key signs for account {row['account']} now"
    if row["removed"]:
        return row["account"], f"account {row['account']} was removed"
    if row["status"] != MemberStatus.ACTIVE:
        return row["organisation"], f"organisation {row['organisation']} is suspended"
    return None


def _since(index: Connection, subject: str, block: int) -> int:
    """The block that says so; the last one read where an index of before does not tell."""
    newest = standings.c.block.desc()
    wanted = select(standings.c.block).where(standings.c.subject == subject)
    return index.execute(wanted.order_by(newest).limit(1)).scalar_one_or_none() or block
