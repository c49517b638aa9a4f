"""A priced commodity: its administrator with two keys, and records of the price desk."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from lodetrace.contracts.enums import Material, Role
from lodetrace.keys.account_consent import sign_consent
from lodetrace.keys.member_keys import MemberKeys
from lodetrace.member.session import MemberSession
from lodetrace.trading_day import name_id
from lodetrace.transactions.sender import Checkpoint
from oracle.prices.chain_publication import prepare_record, release_record
from oracle.prices.record import PriceRecord, RecordStatus
from tests.support.consortium import COBALT, Consortium, word

COMMODITY, METHODOLOGY = "cobalt-hydroxide", "cobalt-hydroxide-2023-08-31"
LOW, HIGH = 7_850_000, 8_350_000
MANAGER = 17
"""Development account that releases."""


@dataclass
class Market:
    """The consortium with a price; `reporter` prepares, `manager` releases."""

    consortium: Consortium

    @classmethod
    def opened(cls, consortium: Consortium) -> "Market":
        market = cls(consortium)
        owner = word("price_reporter")
        consortium.council(
            "Prices", "registerCommodity", name_id(COMMODITY), owner, COBALT, Material.HYDROXIDE
        )
        consortium.council(
            "Prices", "noticeMethodology", name_id(COMMODITY), name_id(METHODOLOGY), 0
        )
        market.add("manager", MemberKeys.for_development(MANAGER))
        return market

    def add(self, name: str, keys: MemberKeys) -> None:
        """A further account of the administrator, which agreed."""
        role, key = Role.PRICE_ADMINISTRATOR, keys.viewing_key.public
        contracts = self.consortium.contracts()
        chain, register = contracts.deployment.chain_id, contracts.address("Members")
        consent = sign_consent(keys, word("price_reporter"), role, chain, register)
        added = (keys.account, role, key, consent.raw)
        self.reporter.send(name, "Members", "addAccount", *added)

    @property
    def reporter(self) -> MemberSession:
        return self.consortium.member("price_reporter")

    @property
    def manager(self) -> MemberSession:
        return self.session("price_manager", MANAGER)

    def session(
        self, name: str, index: int, checkpoint: Checkpoint = lambda step: None
    ) -> MemberSession:
        """A session of a development account, closed with the consortium."""
        sessions, home = self.consortium.sessions, self.consortium.home
        if name not in sessions:
            keys = MemberKeys.for_development(index)
            network, contracts = self.consortium.network, self.consortium.contracts()
            sessions[name] = MemberSession(network, contracts, keys, home / name, 120, checkpoint)
        return sessions[name]

    def close_manager(self) -> None:
        """The manager's process ends; its disk and the node stay."""
        session = self.consortium.sessions.pop("price_manager")
        session.vault.close()
        session.outbox.close()

    @property
    def today(self) -> date:
        """The trading day of the latest block (UTC)."""
        return date(1970, 1, 1) + timedelta(days=self.consortium.now() // 86_400)

    def record(
        self,
        ends: tuple[int, int] = (LOW, HIGH),
        day: date | None = None,
        corrects: bytes | None = None,
    ) -> PriceRecord:
        """What the desk would release, today unless told otherwise."""
        on = day or self.today
        return PriceRecord(
            commodity=COMMODITY,
            day=on,
            methodology=METHODOLOGY,
            status=RecordStatus.NORMAL if corrects is None else RecordStatus.CORRECTED,
            low=ends[0],
            high=ends[1],
            assessment_hash=word(f"assessment of {on} {ends}"),
            corrects=corrects,
            released_at=1_700_000_000,
        )

    def publish(self, record: PriceRecord, subscribers: Sequence[str] = ()) -> bytes:
        """Prepared by one key, released and delivered by the other."""
        prepare_record(self.reporter, record, self.manager.account)
        accounts = [self.consortium.account(name) for name in subscribers]
        return release_record(self.manager, record, accounts)
