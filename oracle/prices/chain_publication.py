"""A price record of the desk, onto the chain: prepared by one key, released by another.

The chain gets a commitment and hashes; the range goes, sealed, to the releaser and to subscribers.
Each step may be repeated, also after a crash between its sending and its receipt: the member's
outbox sends once for a purpose, and what stands on chain is found there.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from lodetrace.contracts.enums import PriceStatus
from lodetrace.errors import zk_refusals
from lodetrace.member.price_publication import (
    AssessedPrice,
    deliver_price,
    prepare_price,
    release_price,
)
from lodetrace.member.prices import opened_range
from lodetrace.member.session import MemberSession
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

    subscribers: their accounts; called again, only who has not got it gets it. Raises
    PriceNotPrepared, PreparedDifferently, ContractRefused and what Sender.send raises.
    """
    released = release_price(member, assessed_price(record))
    if subscribers:
        deliver_price(member, released, opened_range(member, released), subscribers)
    return released


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
