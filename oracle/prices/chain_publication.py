"""A price record of the desk, onto the chain: prepared by one key, released by another.

The chain gets a commitment and hashes; the range goes, sealed, to the releaser and to subscribers.
Each step may be repeated, also after a crash between its sending and its receipt: the member's
outbox sends once for a purpose, and what stands on chain is found there.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from lodetrace.contracts.enums import PriceStatus
from lodetrace.contracts.events import OpeningDelivered
from lodetrace.errors import zk_refusals
from lodetrace.member.price_publication import (
    AssessedPrice,
    deliver_price,
    prepare_price,
    release_price,
    released_record,
)
from lodetrace.member.prices import opened_range
from lodetrace.member.session import MemberSession
from lodetrace.onchain.reads import is_unset
from lodetrace.trading_day import day_number, name_id
from oracle.prices.record import PriceRecord, RecordStatus
from zk_circuits.price import PriceRange

STATUSES: Final[Mapping[RecordStatus, PriceStatus]] = MappingProxyType(
    {
        RecordStatus.NORMAL: PriceStatus.NORMAL,
        RecordStatus.CARRIED: PriceStatus.CARRIED,
        RecordStatus.DELAYED: PriceStatus.DELAYED,
        RecordStatus.CORRECTED: PriceStatus.CORRECTED,
    }
)
"""A record's status as the chain has it."""


def prepare_record(member: MemberSession, record: PriceRecord, releaser: str) -> bytes:
    """The first key: prepares a record for `releaser`; its id on chain.

    Raises CorrectionOfAnother, ContractRefused and what Sender.send raises.
    """
    return prepare_price(member, assessed_price(record), releaser)


def release_record(member: MemberSession, record: PriceRecord, subscribers: Sequence[str]) -> bytes:
    """The second key: releases what was prepared if it is this record, then delivers it.

    subscribers: their accounts, beside those that got what it corrects; called again, only who has
    not got it gets it. Raises PriceNotPrepared, PreparedDifferently, ContractRefused and what
    Sender.send raises.
    """
    released = release_price(member, assessed_price(record))
    readers = sorted({*subscribers, *_readers_of_corrected(member, released)})
    if readers:
        deliver_price(member, released, opened_range(member, released), readers)
    return released


def next_record(member: MemberSession, records: Sequence[PriceRecord]) -> PriceRecord:
    """The first of a day's records that is not on chain, else the last; oldest first.

    A correction names the record before it, so none can be left out.
    """
    for record in records:
        if released_record(member, assessed_price(record)) is None:
            return record
    return records[-1]


def _readers_of_corrected(member: MemberSession, record: bytes) -> set[str]:
    """Who got a record that this one corrects, at whatever remove, and is still a member."""
    readers: set[str] = set()
    corrected = member.reads.price(record).publication.corrects
    while not is_unset(corrected):
        delivered = member.contracts.happened(OpeningDelivered, record=corrected)
        readers |= {event.subscriber for event in delivered}
        corrected = member.reads.price(corrected).publication.corrects
    return {one for one in readers if member.reads.is_active(one)}


def assessed_price(record: PriceRecord) -> AssessedPrice:
    """A record in the words of the chain: names as their hashes, the day as its number."""
    with zk_refusals():
        assessed = PriceRange(record.low, record.high)
    return AssessedPrice(
        commodity=name_id(record.commodity),
        day=day_number(record.day),
        status=STATUSES[record.status],
        range=assessed,
        document=record.hash,
        assessment=record.assessment_hash,
        methodology=name_id(record.methodology),
        corrects=record.corrects,
    )
