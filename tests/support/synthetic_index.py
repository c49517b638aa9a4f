"""An index of any size, written without a chain: a tree of lots, and as many rows of all else.

Births are blended two by two until one lot is left, each on an event of its site with two
attestations; every lot was sold, and a claim is made on it. What a test does not look at is zero.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import JSON, Boolean, Engine, String, Table, insert

from api.indexer import tables as t
from api.indexer.tables import HexText
from lodetrace.contracts.enums import (
    FOREVER,
    CertificateStatus,
    CustodyModel,
    EventKind,
    LotState,
    Material,
    Measure,
    RunKind,
    SiteKind,
)

COBALT: Final = 27
START: Final = 1_767_225_600
SITES: Final = 200
"""That the lots of a tree come of; each has two certificates."""

Row = dict[str, Any]
Rows = list[Row]


def ident(kind: str, number: int) -> str:
    """An id that tells its kind and stands where its number does."""
    return f"0x{kind.encode().hex():0>24}{number:040x}"


def holder(number: int) -> str:
    """An account."""
    return f"0x{number:040x}"


@dataclass
class SyntheticIndex:
    """lots: how many there are in the tree, an odd number. others: rows of each other list.

    root: the lot that is left; the first product has it, all others the twig, made of two births.
    """

    lots: int
    others: int
    rows: dict[str, Rows] = field(default_factory=dict)
    root: str = ""
    levels: int = 0

    def __post_init__(self) -> None:
        self._members()
        self._sites()
        self._tree()
        self._products()
        self._prices()
        end = {"id": 1, "chain_id": 1, "next_block": 1_000_000, "last_time": START + 10**7}
        self._add(t.cursor, **end, genesis=ident("genesis", 0), last_hash=ident("block", 0))
        self._add(t.making, id=1, nonce="0" * 32)

    @property
    def twig(self) -> str:
        """The first lot that a run made."""
        return ident("lot", (self.lots + 1) // 2)

    def write(self, engine: Engine) -> None:
        """Into an empty index."""
        with engine.begin() as connection:
            for table in t.metadata.sorted_tables:
                if rows := self.rows.get(table.name):
                    connection.execute(insert(table), [_whole(table, row) for row in rows])

    def told(self, table: Table) -> Rows:
        """The rows of a table."""
        return self.rows[table.name]

    def _add(self, table: Table, **values: Any) -> None:
        named = {name.rstrip("_"): value for name, value in values.items()}
        self.rows.setdefault(table.name, []).append(named)

    def _members(self) -> None:
        for number in range(self.others):
            owner = ident("member", number)
            self._add(t.organisations, organisation=owner, status=1, sequence=1, accredited="0")
            signer = {"account": holder(number), "signer": holder(number), "organisation": owner}
            self._add(t.accounts, **signer)

    def _sites(self) -> None:
        for number in range(max(SITES, self.others)):
            site, place = ident("site", number), ident("place", number)
            owner = {"operator": ident("member", number), "place": place, "active": True}
            self._add(
                t.sites, site=site, kind=SiteKind.REFINERY, **owner, elements=[COBALT], panel=[]
            )
            self._add(t.determinations, place=place, sequence=1)
            for at in range(2):
                paper = ident("paper", 2 * number + at)
                valid = {"valid_from": START, "valid_to": START + 10**8, "since": START}
                named = {"certificate": paper, "scheme": at + 1, "element": COBALT * at}
                self._add(t.certificates, site=site, recorded_at=START, **named, **valid)
                self._add(
                    t.certificate_statuses,
                    certificate=paper,
                    sequence=2,
                    status=CertificateStatus.IN_FORCE,
                    effective_from=START,
                    recorded_at=START + 10,
                )

    def _tree(self) -> None:
        waiting = deque[tuple[str, int]]()
        births = (self.lots + 1) // 2
        for number in range(births):
            waiting.append((self._lot(number, event=self._event(number, EventKind.BIRTH)), 0))
        for number in range(births, self.lots):
            run = ident("run", number)
            pair = [waiting.popleft(), waiting.popleft()]
            for lot, _ in pair:
                self._consume(lot, run)
            self._run(number, run, self._event(number, EventKind.PROCESSING))
            waiting.append((self._lot(number, run=run), 1 + max(level for _, level in pair)))
        self.root, self.levels = waiting[0]

    def _event(self, number: int, kind: EventKind) -> str:
        event_id, time = ident("event", number), START + 100 * number
        about = {"site": ident("site", number % SITES), "element": COBALT, "kind": kind}
        said = {"sequence": number, "document": ident("document", number)}
        self._add(
            t.site_events, event_id=event_id, from_=time, to=time + 50, used=True, **about, **said
        )
        self._add(t.filings, site=about["site"], time=time, **said)
        self._add(t.refusals, site=about["site"], organisation=ident("member", 2), **said)
        for at in range(2):
            by = {"event_id": event_id, "organisation": ident("member", at)}
            self._add(t.attestations, **by, revision=0)
        if number % 100 == 0:
            gone = {"event_id": event_id, "document": ident("document", number), "time": time}
            self._add(t.withdrawals, **gone, used=True)
        return event_id

    def _run(self, number: int, run: str, event: str) -> None:
        kind = {"kind": RunKind.PROCESS, "model": CustodyModel.MASS_BALANCE, "in_band": True}
        place = {"time": START + 100 * number, "block": number, "tx": ident("tx", number)}
        account = holder(number % self.others)
        self._add(t.runs, run=run, account=account, event_id=event, **kind, **place)
        self._add(t.events, name="RunRecorded", contract="Runs", fields={}, log_index=1, **place)

    def _lot(self, number: int, event: str | None = None, run: str | None = None) -> str:
        lot, account = ident("lot", number), holder(number % self.others)
        time = START + 100 * number
        state = LotState.HELD if number % 50 == 0 else LotState.ACTIVE
        is_ = {"state": state, "until": FOREVER if state is LotState.HELD else 0, "count": 1}
        material = Material.ORE if run is None else Material.SULPHATE
        what = {"element": COBALT, "material": material, "born_at": time, "time": time}
        made = {"event_id": event, "made_by": run, "consumed_by": None, "root": number}
        self._add(t.lots, lot=lot, account=account, sequence=3, **is_, **what, **made)
        for at, act in enumerate(("offered", "accepted"), start=1):
            step = {"block": number, "log_index": 1 + at}
            self._add(t.custody, lot=lot, act=act, from_=account, to=account, **step)
        if number % 10 == 0:
            step = {"block": number, "log_index": 9, "until": time}
            self._add(t.custody, lot=lot, act="disputed", from_=account, to=account, **step)
        if state is LotState.HELD:
            self._add(t.holds, lot=lot, act="held", by=account, block=number, log_index=4)
            hold = {"key": ident("hold", number), "sequence": 1, "root": number}
            self._add(t.hold_acts, **hold, act="held", by=account)
        if number % 100 == 0:
            self._add(t.withdrawn_origins, lot=lot, event_id=ident("event", number))
        self._claim(number, lot)
        if event is not None:
            place: Row = {"block": number, "log_index": 0, "time": time, "tx": ident("tx", number)}
            told: Row = {"name": "LotBorn", "contract": "Origins", "fields": {"lot": lot}}
            self._add(t.events, **place, **told, lot=lot)
        return lot

    def _consume(self, lot: str, run: str) -> None:
        row = self.rows["lots"][int(lot[26:], 16)]
        row.update(consumed_by=run, state=LotState.CONSUMED)

    def _claim(self, number: int, subject: str) -> None:
        said = {"measure": Measure.CREDIT_SHARE, "credit_mask": 1, "threshold": "640000"}
        by = {"account": holder(number % self.others), "block": number}
        proof = {"public_signals": ["1"] * 4, "proof": ["2"] * 8}
        self._add(t.claims, claim=ident("claim", number), subject=subject, **said, **by, **proof)

    def _products(self) -> None:
        for number in range(self.others):
            product, account = ident("car", number), holder(number)
            self._add(t.products, product=product, account=account, sealed=True)
            lot = self.twig if number else self.root
            self._add(t.parts, product=product, element=COBALT, part=1, lot=lot, units=1)
            self._add(t.retirements, run=ident("end", number), product=product, lot=lot, units=1)
            total = {"total": ident("total", number), "product": product, "account": account}
            self._add(t.totals, **total, element=COBALT, first_part=1, parts=1, complete=True)

    def _prices(self) -> None:
        for number in range(self.others):
            record = {"record": ident("price", number), "commodity": ident("commodity", 0)}
            about = {"day": 20_777 + number % 1_000, "status": 1, "sequence": number}
            self._add(t.prices, **record, **about, block=number)


def _whole(table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
    """With a zero of its kind in every column that has to say something."""
    return {
        column.name: row.get(column.name, None if column.nullable else _zero(column.type))
        for column in table.columns
    }


def _zero(kind: Any) -> Any:
    if isinstance(kind, HexText):
        return "0x" + "0" * 64
    if isinstance(kind, Boolean):
        return False
    if isinstance(kind, JSON):
        return []
    return "" if isinstance(kind, String) else 0
