"""A change as routes and streams show it: an event of the contracts, as it was recorded."""

from typing import Any

from pydantic import BaseModel, Field, JsonValue
from sqlalchemy import RowMapping

from api.format import Id, Time, picked
from lodetrace.text import iso_time


class Change(BaseModel):
    """An event of the contracts, as it was recorded."""

    block: int
    log_index: int = Field(description="within the block")
    time: Time
    tx: Id
    contract: str = Field(examples=["Custody"])
    name: str = Field(examples=["LotOffered"])
    lot: Id | None = Field(description="that it is about, if it is about one")
    fields: dict[str, JsonValue] = Field(
        description="as the contract names them; numbers above 2^53 and bytes are text; null where "
        "the gateway keeps no proofs and sealed openings"
    )


def change_of(row: RowMapping) -> Change:
    """A row of the table of events."""
    told: dict[str, Any] = picked(row, "block", "log_index", "tx", "contract", "name", "lot")
    return Change(**told, fields=row["fields"], time=iso_time(row["time"]))
