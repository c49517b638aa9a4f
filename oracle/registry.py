"""What an oracle node asks the chain, pinned to one block."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol, Self

from lodetrace.contracts.enums import Role
from lodetrace.contracts.refusals.decoder import ContractRefused
from lodetrace.contracts.structs import ZERO32, Site, SiteEvent, Withdrawal
from lodetrace.documents.signed_number import domain_of
from lodetrace.documents.statement import event_id
from lodetrace.eip712 import Domain
from lodetrace.errors import Refused
from lodetrace.node.client import NodeHeader
from lodetrace.onchain.contracts import Contracts
from lodetrace.onchain.reads import Reads
from oracle.checks.context import Signer
from oracle.lot_reader import ChainLots, LotFacts, LotReader


class NotAnOracle(Refused):
    """A key that may not attest."""

    template = "{signer} signs for no active member with the oracle role"
    advice = "The council registers the organisation; see `lodetrace check`."


class Registry(Protocol):
    """The facts about members, sites and events that a document is checked against."""

    @property
    def domain(self) -> Domain:
        """Where signatures have to count."""

    @property
    def now(self) -> int:
        """The present, seconds since 1970."""

    def signer(self, address: str) -> Signer | None:
        """The active member that an address signs for."""

    def site(self, site: bytes) -> Site | None:
        """A registered site."""

    @property
    def lots(self) -> LotReader:
        """What is known of lots."""


@dataclass(frozen=True, slots=True)
class ChainRegistry:
    """The register on chain, as of one block: all answers about a document fit together.

    What was answered once is kept: a site's documents come in numbers, and a block never changes.
    """

    reads: Reads
    domain: Domain
    now: int
    head: NodeHeader
    lots: ChainLots
    _signers: dict[str, Signer | None] = field(default_factory=dict, init=False, repr=False)
    _sites: dict[bytes, Site | None] = field(default_factory=dict, init=False, repr=False)

    @classmethod
    def at_head(cls, contracts: Contracts, facts: LotFacts | None = None) -> Self:
        """The register as of the newest block. facts: about lots, kept from one to the next.

        A chain without traffic may be behind the clock, and a clock may be behind the chain:
        the later one counts, and the contract judges again by its block's time.
        """
        header = contracts.node.header()
        reads = Reads(contracts).at(header.number)
        now = max(header.time, int(time.time()))
        lots = ChainLots(reads, header.time, LotFacts() if facts is None else facts)
        return cls(reads, domain_of(contracts.deployment), now, header, lots)

    def signer(self, address: str) -> Signer | None:
        """The active member that an address signs for; None for everybody else."""
        if address not in self._signers:
            self._signers[address] = self._signer(address)
        return self._signers[address]

    def require_oracle(self, address: str) -> Signer:
        """The member that an address may attest for; raises NotAnOracle."""
        found = self.signer(address)
        if found is None or Role.ORACLE not in found.roles:
            raise NotAnOracle(signer=address)
        return found

    def site(self, site: bytes) -> Site | None:
        """A registered site, None where the operator is nobody."""
        if site not in self._sites:
            self._sites[site] = self._site(site)
        return self._sites[site]

    def withdrawn(self, said: Sequence[SiteEvent | Withdrawal]) -> set[SiteEvent | Withdrawal]:
        """Those whose document a quorum has withdrawn, by whatever declaration."""
        from lodetrace.contracts.events.lots import EventWithdrawn

        ids = sorted({event_id(one.site, one.sequence, one.element) for one in said})
        if not ids:
            return set()
        recorded = self.reads.contracts.events(EventWithdrawn, event_id=ids)
        found = [one.event for one in recorded if isinstance(one.event, EventWithdrawn)]
        gone = {(event.event_id, event.document) for event in found}
        return {
            one
            for one in said
            if (event_id(one.site, one.sequence, one.element), one.document) in gone
        }

    def said_by(
        self, organisation: bytes, said: Sequence[SiteEvent | Withdrawal]
    ) -> set[SiteEvent | Withdrawal]:
        """Those of the statements and withdrawals that the organisation has attested."""
        events = [one for one in said if isinstance(one, SiteEvent)]
        withdrawals = [one for one in said if isinstance(one, Withdrawal)]
        attested = self.attested_by(organisation, events)
        return {*attested, *self.withdrawn_by(organisation, withdrawals)}

    def withdrawn_by(self, organisation: bytes, said: Sequence[Withdrawal]) -> set[Withdrawal]:
        """Those of the withdrawals that the organisation has attested."""
        from lodetrace.contracts.events.lots import WithdrawalAttested

        ids = sorted({event_id(one.site, one.sequence, one.element) for one in said})
        if not ids:
            return set()
        recorded = self.reads.contracts.events(
            WithdrawalAttested, event_id=ids, organisation=organisation
        )
        found = [one.event for one in recorded if isinstance(one.event, WithdrawalAttested)]
        return set(said) & {event.withdrawal for event in found}

    def attested_by(self, organisation: bytes, events: Sequence[SiteEvent]) -> set[SiteEvent]:
        """Those of the events that the organisation has attested, in whatever words."""
        from lodetrace.contracts.events.lots import Attested

        ids = {event_id(one.site, one.sequence, one.element): one for one in events}
        if not ids:
            return set()
        recorded = self.reads.contracts.events(
            Attested, event_id=list(ids), organisation=organisation
        )
        found = [one.event for one in recorded if isinstance(one.event, Attested)]
        said = {(event.event_id, event.revision) for event in found}
        return {event for key, event in ids.items() if (key, event.revision) in said}

    def _signer(self, address: str) -> Signer | None:
        contracts = self.reads.contracts
        try:
            answer = contracts.call("Members", "resolve", address, block=self.reads.block)
        except ContractRefused:
            return None
        account = self.reads.account(str(answer[0]))
        return Signer(account.organisation, account.roles)

    def _site(self, site: bytes) -> Site | None:
        try:
            found = self.reads.site(site)
        except ContractRefused:
            return None
        return None if found.operator == ZERO32 else found
