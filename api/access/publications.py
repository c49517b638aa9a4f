"""How much of a product its maker shows to everybody; without a word of it, that it exists."""

from dataclasses import dataclass
from enum import IntEnum

from sqlalchemy import Engine, delete, insert, select

from api.access.store import writing_access
from api.access.tables import publications
from lodetrace.text import enum_word, enum_words


class Part(IntEnum):
    """Each holds what is before it."""

    CLAIMS = 1
    PASSPORT = 2
    BUNDLE = 3


@dataclass(frozen=True, slots=True)
class Publications:
    """Those of all gateways over one database."""

    engine: Engine

    def of(self, product: str) -> Part | None:
        """How much everybody may see."""
        wanted = select(publications.c.up_to).where(publications.c.product == product)
        with self.engine.connect() as connection:
            found = connection.execute(wanted).scalar_one_or_none()
        return None if found is None else enum_words(Part)[found]

    def set(self, product: str, part: Part | None, account: str, now: int) -> None:
        """None takes it back: what somebody has copied meanwhile, no gateway takes from him."""
        with writing_access(self.engine) as connection:
            connection.execute(delete(publications).where(publications.c.product == product))
            if part is not None:
                row = {"product": product, "up_to": enum_word(part), "account": account}
                connection.execute(insert(publications).values(**row, time=now))
