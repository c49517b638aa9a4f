"""What waits for a member: offers, disputes, documents, certificates, backups. No key is needed.

Each matter says when it ends, where it does, so that the soonest comes first.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from lodetrace.contracts.enums import LotState
from lodetrace.contracts.events import (
    EventStanding,
    EventWithdrawn,
    Filed,
    LotAccepted,
    LotOffered,
    SiteRegistered,
    SiteTransferred,
)
from lodetrace.onchain.contracts import Contracts
from lodetrace.onchain.reads import Reads
from lodetrace.text import DAY_SECONDS, enum_word, hex_of

FILED_DAYS: Final = 180
"""A document stands for so long; what was filed before is no matter of today."""


class Matter(StrEnum):
    """What may wait."""

    OFFER = "offer to you"
    MADE = "offer of yours"
    DISPUTE = "dispute"
    DOCUMENT = "document without a quorum"
    CERTIFICATE = "certificate"
    BACKUP = "backup of the keystore"

    @property
    def is_yours(self) -> bool:
        """Whether it is for this member to act; an offer that was made waits for another."""
        return self is not Matter.MADE


@dataclass(frozen=True, slots=True)
class Waiting:
    """One matter. until: seconds since 1970, None where it has no end. of: id, and of whom."""

    matter: Matter
    of: str
    until: int | None = None
    account: str | None = None


def waiting_for(contracts: Contracts, account: str, soon: int) -> list[Waiting]:
    """All that the chain says, the soonest end first. soon: seconds ahead that certificates are
    looked at. Raises NodeError.
    """
    reads = Reads(contracts)
    now = contracts.node.header().time
    found = [
        *_offers(contracts, reads, account, now),
        *_documents(contracts, account, now),
        *_certificates(contracts, reads, account, now, soon),
    ]
    return sorted(found, key=lambda one: (one.until is None, one.until or 0, one.of))


def _offers(contracts: Contracts, reads: Reads, account: str, now: int) -> Iterator[Waiting]:
    """Offers and disputes that this account is a side of."""
    made = contracts.happened(LotOffered, from_=account)
    latest = {one.lot: one for one in (*made, *contracts.happened(LotOffered, to=account))}
    over = {
        (one.lot, one.sequence)
        for side in ({"from_": account}, {"to": account})
        for one in contracts.happened(LotAccepted, **side)
    }
    for lot, offered in latest.items():
        if (lot, offered.sequence) in over:
            continue
        standing, view = reads.offer(lot), reads.lot(lot)
        state = view.state_at(now)
        if standing.sequence != offered.sequence or standing.expiry < now:
            continue
        mine = offered.from_ == account
        if state is LotState.DISPUTED:
            other = offered.to if mine else offered.from_
            yield Waiting(Matter.DISPUTE, hex_of(lot), standing.expiry, other)
        elif state is LotState.OFFERED:
            matter = Matter.MADE if mine else Matter.OFFER
            other = offered.to if mine else offered.from_
            yield Waiting(matter, hex_of(lot), standing.expiry, other)


def _documents(contracts: Contracts, account: str, now: int) -> Iterator[Waiting]:
    """Filed documents of which nothing stands, and whose number nothing else has taken."""
    filed = contracts.events(Filed, account=account)
    if not filed:
        return
    sites = sorted({one.event.site for one in filed if isinstance(one.event, Filed)})
    stood = contracts.happened(EventStanding, site=sites)
    taken = {(one.site, one.statement.sequence) for one in stood}
    withdrawn = contracts.happened(EventWithdrawn, site=sites)
    declared = {one.declaration for one in withdrawn} | {one.document for one in withdrawn}
    for recorded in filed:
        one = recorded.event
        assert isinstance(one, Filed)
        if (one.site, one.sequence) in taken or one.document in declared:
            continue
        if now - contracts.node.header(recorded.block).time < FILED_DAYS * DAY_SECONDS:
            yield Waiting(Matter.DOCUMENT, f"number {one.sequence}, {hex_of(one.document)}")


def _certificates(
    contracts: Contracts, reads: Reads, account: str, now: int, soon: int
) -> Iterator[Waiting]:
    """Certificates of the organisation's sites that end soon, with none of its kind after them."""
    organisation = reads.account(account).organisation
    sites = {one.site for one in contracts.happened(SiteRegistered, operator=organisation)}
    sites |= {one.site for one in contracts.happened(SiteTransferred, operator=organisation)}
    for site in sorted(sites):
        if reads.site(site).operator != organisation:
            continue  # it went to another one
        known = [reads.certificate(one) for one in reads.certificates(site)]
        for one in known:
            kind = (one.scheme, one.element)
            later = any(
                (other.scheme, other.element) == kind and other.valid_to > one.valid_to
                for other in known
            )
            if now < one.valid_to <= now + soon and not later:
                said = f"{enum_word(one.scheme)}, site {hex_of(site)}"
                yield Waiting(Matter.CERTIFICATE, said, one.valid_to, one.certifier)
