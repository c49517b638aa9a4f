"""What lots are chosen by. Each filter alone has an index that it is found with."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Query
from sqlalchemy import ColumnElement, Select, select, union

from api.errors import QueryInvalid
from api.format import TimeAsked
from api.indexer.tables import accounts, lots, runs, site_events, withdrawn_origins
from api.loaders.holds import held_lots
from api.query import AddressQuery, ElementQuery, IdQuery, MaterialQuery, Said, StateQuery, Whole
from lodetrace.contracts.enums import LotState

_LOT = lots.c


@dataclass(frozen=True, slots=True)
class LotFilters:
    """The filters of a request; None where one is not given. Together they all hold."""

    account: Annotated[AddressQuery | None, Query(description="holder")] = None
    organisation: Annotated[IdQuery | None, Query(description="of the holder")] = None
    element: ElementQuery = None
    material: MaterialQuery = None
    state: Annotated[StateQuery, Query(description="as stored")] = None
    site: Annotated[IdQuery | None, Query(description="whose event or run it came of")] = None
    root: Annotated[
        Whole | None, Query(description="with `index`, the lots of one physical batch")
    ] = None
    index: Annotated[Whole | None, Query(description="only with `root`")] = None
    withdrawn: Annotated[Said, Query(description="a withdrawn event is behind it")] = None
    held: Annotated[Said, Query(description="as of the last block")] = None
    begin: Annotated[TimeAsked, Query(description="its event ended then or later")] = None
    end: Annotated[TimeAsked, Query(description="its event ended then or before")] = None

    @property
    def are_given(self) -> bool:
        """Whether there is any."""
        return any(getattr(self, name) is not None for name in self.__slots__)

    @property
    def are_about_time(self) -> bool:
        """Then lots come in the order of their times."""
        return self.begin is not None or self.end is not None

    def chosen(self, now: int) -> Select[Any]:
        """The rows; raises QueryInvalid. now: time of the last block, seconds."""
        if self.index is not None and self.root is None:
            raise QueryInvalid(name="index", value=self.index, reason="it goes with `root`")
        wanted = select(lots)
        if self.withdrawn:
            flagged = select(withdrawn_origins.c.lot).distinct().subquery("flagged")
            wanted = wanted.join(flagged, flagged.c.lot == _LOT.lot)
        return wanted.where(*self._conditions(now))

    def _conditions(self, now: int) -> list[ColumnElement[bool]]:
        equal = (
            (_LOT.account, self.account),
            (_LOT.element, self.element),
            (_LOT.material, self.material),
            (_LOT.state, self.state),
            (_LOT.root, self.root),
            (_LOT.index, self.index),
        )
        found = [column == value for column, value in equal if value is not None]
        if self.organisation is not None:
            found.append(_LOT.account.in_(accounts_of(self.organisation)))
        if self.site is not None:
            found.append(_LOT.lot.in_(_made_at(self.site)))
        if self.withdrawn is False:
            found.append(~select(withdrawn_origins.c.lot).where(_FLAGGED).exists())
        if self.held is not None:
            found.append(_LOT.lot.in_(_held(now)) if self.held else _LOT.lot.not_in(_held(now)))
        if self.begin is not None:
            found.append(_LOT.time >= self.begin)
        if self.end is not None:
            found.append(_LOT.time <= self.end)
        return found


Chosen = Annotated[LotFilters, Depends()]

_FLAGGED = withdrawn_origins.c.lot == _LOT.lot


def _held(now: int) -> Any:
    """As is_held says it: born held, or on hold; nothing binds what has ended."""
    born_held = select(_LOT.lot).where(_LOT.state == int(LotState.HELD), _LOT.until >= now)
    ended = [int(state) for state in LotState if state.is_final]
    on_hold = held_lots(now).with_only_columns(_LOT.lot).where(_LOT.state.not_in(ended))
    return union(born_held, on_hold)


def accounts_of(organisation: str) -> Select[tuple[str]]:
    """The accounts of an organisation, removed ones too: what they hold stays with them."""
    return select(accounts.c.account).where(accounts.c.organisation == organisation)


def _made_at(site: str) -> Any:
    """Born of an event of the site, or made by a run with one."""
    stated = select(site_events.c.event_id).where(site_events.c.site == site)
    ran = select(runs.c.run).where(runs.c.event_id.in_(stated))
    of_births = select(_LOT.lot).where(_LOT.event_id.in_(stated))
    return union(of_births, select(_LOT.lot).where(_LOT.made_by.in_(ran)))
