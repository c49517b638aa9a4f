"""What a row of the Journal needs beside it, so that its story can be told: a line each.

Only from what went in to what came out of it is followed back: never what consumed a lot, or is
beside it in somebody else's product.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import Final, TypeAlias

from lodetrace.audit.rows import ShownEntry
from lodetrace.contracts import events as told
from lodetrace.contracts.enums import RowKind, RunKind
from lodetrace.contracts.events.base import Event
from lodetrace.contracts.journal import WHOLE_DOCUMENT, Field
from lodetrace.contracts.structs import NOBODY, Row, SiteEvent, Withdrawal
from zk_circuits.abi import hash_static

Need: TypeAlias = Callable[[Row, Sequence[ShownEntry]], Iterator[Row]]
"""From a row and its entries to rows that it needs."""


@dataclass(frozen=True, slots=True)
class Named:
    """What events of some types name, each in the same place."""

    by: tuple[type[Event], ...]
    field: Field

    def __call__(self, _: Row, entries: Sequence[ShownEntry]) -> Iterator[Row]:
        for shown in entries:
            if isinstance(shown.event, self.by):
                yield from self.field.rows(shown.event)


@dataclass(frozen=True, slots=True)
class OfMaking:
    """What the run names that made a lot; those that only used it up are passed over."""

    field: Field

    def __call__(self, row: Row, entries: Sequence[ShownEntry]) -> Iterator[Row]:
        for shown in entries:
            event = shown.event
            if isinstance(event, told.RunRecorded) and row.subject in _made(event):
                yield from self.field.rows(event)


def products_of_what_ended(row: Row, entries: Sequence[ShownEntry]) -> Iterator[Row]:
    """Of a lot of which units were retired, the products that they were in."""
    events = [shown.event for shown in entries]
    if any(_retires(event, row.subject) for event in events):
        for event in events:
            if isinstance(event, told.UnitsAssigned):
                yield Row(RowKind.PRODUCT, event.product)


def document(_: Row, entries: Sequence[ShownEntry]) -> Iterator[Row]:
    """What is said of all metals of the document that states a site event."""
    for shown in entries:
        stated = _stated(shown.event)
        if stated is not None:
            subject = hash_static(stated.site, stated.sequence, WHOLE_DOCUMENT)
            yield Row(RowKind.EVENT, subject)


def accounts(_: Row, entries: Sequence[ShownEntry]) -> Iterator[Row]:
    """Whose the accounts are that act, or are named."""
    for shown in entries:
        for one in fields(shown.event):  # type: ignore[arg-type]
            value = getattr(shown.event, one.name)
            if isinstance(value, str) and value != NOBODY:
                yield from Field(RowKind.ACCOUNT, one.name).rows(shown.event)


JOINING: Final = (told.OrganisationRegistered, told.GroupSet)
STATING: Final = (told.Attested, told.EventStanding)
OPERATING: Final = (told.SiteRegistered, told.SiteTransferProposed, told.SiteTransferred)
ACTING: Final = (told.Attested, told.WithdrawalAttested, told.DocumentRefused)
FOUNDED: Final = (told.SettlementApproved, told.DisputeEnded, told.LotLost)
"""Acts on a lot that rest on a site event, and make no other lot."""

NEEDS: Final[Mapping[RowKind, tuple[Need, ...]]] = MappingProxyType(
    {
        RowKind.SETTINGS: (),
        RowKind.DIRECTORY: (),
        RowKind.LOT: (
            Named((told.LotBorn,), Field(RowKind.ROOT, "root")),
            Named((told.LotBorn,), Field(RowKind.EVENT, "event_id")),
            OfMaking(Field(RowKind.ROOT, "made.root")),
            OfMaking(Field(RowKind.EVENT, "event_id")),
            OfMaking(Field(RowKind.LOT, "inputs")),
            Named(FOUNDED, Field(RowKind.EVENT, "event_id")),
            Named((told.PriceChecked,), Field(RowKind.PRICE_RECORD, "record")),
            products_of_what_ended,
            accounts,
        ),
        RowKind.ROOT: (accounts,),
        RowKind.EVENT: (
            document,
            Named(STATING, Field(RowKind.SITE, "statement.site")),
            Named((told.Filed,), Field(RowKind.SITE, "site")),
            Named((told.EventStanding,), Field(RowKind.LOT, "statement.inputs")),
            Named(ACTING, Field(RowKind.MEMBER, "organisation")),
            accounts,
        ),
        RowKind.SITE: (
            Named((told.SiteRegistered,), Field(RowKind.PLACE, "details.place")),
            Named((told.CertificateIssued,), Field(RowKind.CERTIFICATE, "certificate")),
            Named(OPERATING, Field(RowKind.MEMBER, "operator")),
            Named((told.PanelNamed,), Field(RowKind.GROUP, "groups")),
            accounts,
        ),
        RowKind.CERTIFICATE: (accounts,),
        RowKind.PLACE: (accounts,),
        RowKind.MEMBER: (Named(JOINING, Field(RowKind.GROUP, "group")),),
        RowKind.GROUP: (Named(JOINING, Field(RowKind.MEMBER, "organisation")),),
        RowKind.ACCOUNT: (Named((told.AccountAdded,), Field(RowKind.MEMBER, "organisation")),),
        RowKind.PRODUCT: (accounts,),
        RowKind.TOTAL: (accounts,),
        RowKind.COMMODITY: (
            Named((told.CommodityRegistered,), Field(RowKind.MEMBER, "administrator")),
        ),
        RowKind.PRICE_RECORD: (
            Named((told.PriceReleased,), Field(RowKind.COMMODITY, "commodity")),
            accounts,
        ),
    }
)
"""By the kind of a row. A new kind has its line here before a bundle may show it."""

OF_SUBJECT: Final[Mapping[RowKind, tuple[Need, ...]]] = MappingProxyType(
    {
        RowKind.PRODUCT: (
            Named((told.UnitsAssigned,), Field(RowKind.LOT, "lot")),
            Named((told.TotalRecorded,), Field(RowKind.TOTAL, "total")),
        ),
    }
)
"""What the subject of a bundle needs beside that: of another product only its own row is asked."""


def needs(row: Row, entries: Sequence[ShownEntry], *, is_root: bool = False) -> list[Row]:
    """Rows that a row needs. entries: all of it, by place; is_root: it is the subject's."""
    lines = NEEDS[row.kind] + (OF_SUBJECT.get(row.kind, ()) if is_root else ())
    return list(dict.fromkeys(found for line in lines for found in line(row, entries)))


def _made(run: told.RunRecorded) -> list[bytes]:
    return [output.id for output in run.outputs]


def _retires(event: Event, lot: bytes) -> bool:
    """Whether the event is the run that took units of the lot out of products."""
    if not isinstance(event, told.RunRecorded) or lot not in event.inputs:
        return False
    return event.kind == RunKind.END_OF_LIFE


def _stated(event: Event) -> SiteEvent | Withdrawal | None:
    if isinstance(event, told.Attested | told.EventStanding):
        return event.statement
    return event.withdrawal if isinstance(event, told.WithdrawalAttested) else None
