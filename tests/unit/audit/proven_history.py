"""A small story with every kind of recorded proof, as steps 1 to 6 hand it over.

Two births, a blend, a split, a settlement, two recoveries (of scrap and of a retired pack), a
product of 17 parts with a chained total, claims about a lot and a total, a price that was checked.
Public signals are written out here by the words of zk_circuits/SPEC.md, not by the code under test.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from lodetrace.audit.bundle import BundleSubject, Subject
from lodetrace.audit.evidence import Evidence, Finality, ProvenEvent
from lodetrace.contracts.enums import (
    CustodyModel,
    EventKind,
    Material,
    Measure,
    PriceStatus,
    RunKind,
)
from lodetrace.contracts.events import (
    ClaimRecorded,
    CommodityRegistered,
    Event,
    EventStanding,
    LotBorn,
    PriceChecked,
    PriceReleased,
    RunRecorded,
    TotalRecorded,
    UnitsAssigned,
)
from lodetrace.contracts.price_structs import Publication, Transfer
from lodetrace.contracts.structs import ZERO32, Made, ProofWords, SiteEvent
from tests.support.boxes import box
from tests.support.noted_run import noted_lots, run_outputs
from tests.support.trapdoor import TrapdoorKey
from zk_circuits.ctx import ProofContext, claim_ctx, origin_ctx, price_ctx, run_ctx, total_ctx
from zk_circuits.keccak import keccak256

CHAIN_ID = 1337
MINE, MAKER, BUYER = ("0x" + digit * 40 for digit in "123")
SIGNAL_COUNTS = {
    "origin": 5, "rebook2": 7, "run4": 13, "total": 24, "claim": 4, "price_in_range": 5,
}  # fmt: skip
KEYS = {
    name: TrapdoorKey(signals, seed) for seed, (name, signals) in enumerate(SIGNAL_COUNTS.items())
}
ALL_KEYS = (*KEYS.values(),)
LOT_TAG, TOTAL_TAG = (kind + (2 << 8) + (2 << 16) + (27 << 32) for kind in (1, 3))
PRICE_TAG = 4 + (1 << 8) + (1 << 16) + (27 << 32)
CTX_AT = {"run4": 1}
"""Place of ctx among the signals; 0 of all others."""
IN_UNITS = (Material.CATHODE, Material.CELL, Material.MODULE, Material.PACK, Material.RETIRED)


def word(name: str) -> bytes:
    """An id below the order of the field."""
    return bytes(1) + keccak256(name.encode())[1:]


def number(name: str) -> int:
    return int.from_bytes(word(name), "big")


def address(contract: str) -> bytes:
    return keccak256(contract.encode())[:20]


@dataclass
class Teller:
    """Writes events down, each transaction in a block of its own."""

    events: list[ProvenEvent]

    def tell(self, *events: Event, by: str = "") -> None:
        """by: the contract, where several tell such events."""
        block = 10 + len({proven.block for proven in self.events})
        for event in events:
            name, place = by or event.contract, len(self.events) + 1
            time = 1_700_000_000 + block
            self.events.append(ProvenEvent(event, name, 1, address(name), block, time, place))

    def prove(
        self,
        event: Any,
        circuit: str,
        ctx: Callable[[ProofContext], int],
        rest: list[int],
        by: str = "",
    ) -> Any:
        """The event with its signals and a proof of them."""
        at = address(by or event.contract)
        frame = ProofContext(CHAIN_ID, at, KEYS[circuit].hash, event.account)
        signals = list(rest)
        signals.insert(CTX_AT.get(circuit, 0), ctx(frame))
        return replace(
            event, public_signals=tuple(signals), proof=KEYS[circuit].prove(tuple(signals))
        )

    def stand(self, name: str, kind: EventKind) -> None:
        said = SiteEvent(
            word("site"), 1, 0, kind, 27, 100, 200, word(f"document of {name}"),
            word(f"commitment of {name}"), (27,), CustodyModel.MASS_BALANCE, 0, False,
            word(f"batches of {name}"), (),
        )  # fmt: skip
        self.tell(EventStanding(word(name), word("site"), word(f"digest of {name}"), said))

    def born(self, name: str, gates: int) -> None:
        self.stand(f"birth of {name}", EventKind.BIRTH)
        lot, event_id = word(name), word(f"birth of {name}")
        model, sealed = CustodyModel.SEGREGATED, box(name)
        bare = LotBorn(
            lot,
            MINE,
            event_id,
            gates,
            1,
            Material.ORE,
            27,
            model,
            5,
            200,
            (),
            ProofWords(()),
            sealed,
        )

        def ctx(frame: ProofContext) -> int:
            return origin_ctx(
                frame, event_key=event_id, output=lot, count=1, material=1, model=1, box=sealed,
            )  # fmt: skip

        signals = [LOT_TAG, number(f"commitment of birth of {name}"), number(name)]
        signals.append(1 + gates * 2**32)
        self.tell(self.prove(bare, "origin", ctx, signals))

    def run(
        self, name: str, kind: RunKind, model: CustodyModel, rule: int,
        inputs: Sequence[str], outputs: Sequence[tuple[str, Material, int]],
    ) -> None:  # fmt: skip
        """rule: without what its outputs say."""
        on_paper = kind in (RunKind.REBOOK, RunKind.CHARGE)
        event_id = ZERO32 if on_paper else word(f"event of {name}")
        ids = sorted(word(one) for one in inputs)
        lots = [word(output) for output, _, _ in outputs]
        natures = [nature(material, count, model) for _, material, count in outputs]
        boxes = [box(output) for output, _, _ in outputs]

        def ctx(frame: ProofContext) -> int:
            return run_ctx(
                frame, run_kind=kind, event_key=event_id, input_ids=ids,
                outputs=lots, counts=[one.count for one in natures],
                materials=[one.material for one in natures], model=model, boxes=boxes,
            )  # fmt: skip

        narrow = kind.is_narrow and max(len(ids), len(lots)) <= 2
        width = 2 if narrow else 4
        event = 0 if on_paper else number(f"commitment of event of {name}")
        sides = [[int.from_bytes(lot, "big") for lot in side] for side in (ids, lots)]
        slots = [value for side in sides for value in [*side, *[0] * (width - len(side))]]
        rule += said_of(kind, outputs)
        head = [LOT_TAG, rule] if narrow else [1, LOT_TAG, event, rule]
        told = (word(name), MINE, event_id, kind, model, True, (), ProofWords(()))
        named = run_outputs(lots, natures)
        bare = RunRecorded(*told, **noted_lots(MINE, ids, named, natures[0], boxes))
        circuit = "rebook2" if narrow else "run4"
        proven = self.prove(bare, circuit, ctx, [*head, *slots], kind.contract)
        self.tell(proven, by=kind.contract)

    def total(
        self, name: str, previous: str | None, first: int, parts: list[tuple[str, int]]
    ) -> None:
        """parts: lots and their weights at scale 6."""
        before = ZERO32 if previous is None else word(previous)

        def ctx(frame: ProofContext) -> int:
            return total_ctx(
                frame, product_id=word("car"), first_part=first, part_count=len(parts), scale=6,
                previous_total=before, total=word(name),
            )  # fmt: skip

        known = [] if previous is None else [(previous, 1)]
        weights, slots = [0] * 4, [0] * 16
        for at, (lot, weight) in enumerate([*known, *parts]):
            weights[at // 4] += weight * 2 ** (32 * (at % 4))
            slots[at] = number(lot)
        signals = [LOT_TAG, number(name), len(known), *weights, *slots]
        end = first + len(parts)
        bare = TotalRecorded(
            word(name), word("car"), MAKER, 27, first, end, 6, before, True, (), ProofWords(())
        )
        self.tell(self.prove(bare, "total", ctx, signals))

    def claim(
        self, name: str, subject: str, kind: int, tag: int, measure: Measure, mask: int,
        threshold: int,
    ) -> None:  # fmt: skip
        def ctx(frame: ProofContext) -> int:
            return claim_ctx(
                frame, subject=word(subject), subject_kind=kind, measure=measure,
                credit_mask=mask, threshold=threshold,
            )  # fmt: skip

        kinds = {
            Measure.CREDIT_SHARE: 0,
            Measure.CAHRA_SHARE: 2**69,
            Measure.CARBON_INTENSITY: 2**70,
            Measure.DIRECT_INTENSITY: 2**68,
            Measure.METAL_PER_UNIT: 2**71,
        }
        statement = threshold + mask * 2**64 + kinds[measure]
        bare = ClaimRecorded(
            word(name), word(subject), MAKER, measure, mask, threshold, 0, (), ProofWords(())
        )
        self.tell(self.prove(bare, "claim", ctx, [tag, number(subject), statement]))

    def price(self) -> None:
        self.tell(CommodityRegistered(word("cobalt"), 1, word("exchange"), 27, Material.HYDROXIDE))
        publication = Publication(
            word("cobalt"), 19_000, PriceStatus.NORMAL, word("range"), word("record document"),
            word("assessment"), word("method"), ZERO32,
        )  # fmt: skip
        self.tell(PriceReleased(word("record"), word("cobalt"), 19_000, 2, MINE, publication))
        sealed, transfer = box("price"), Transfer(MINE, BUYER, 4)

        def ctx(frame: ProofContext) -> int:
            return price_ctx(
                frame, record=word("record"), lot=word("scrap"), offer=4, seller=MINE, buyer=BUYER,
                price=word("paid"), inside=1, ciphertext=sealed,
            )  # fmt: skip

        bare = PriceChecked(
            word("check"), word("scrap"), BUYER, word("record"), transfer, word("paid"), True, (),
            sealed, ProofWords(()),
        )  # fmt: skip
        signals = [PRICE_TAG, number("range"), number("paid"), 1]
        self.tell(self.prove(bare, "price_in_range", ctx, signals))


def nature(material: Material, count: int, model: CustodyModel) -> Made:
    return Made(count, material, 27, model, 5, 0, False, False, False, 200, 3600, False, False)


def said_of(kind: RunKind, outputs: Sequence[tuple[str, Material, int]]) -> int:
    """What the rule says of its outputs: counts, scrap and units (SPEC, section 6)."""
    sorted_ = kind in (RunKind.PROCESS, RunKind.RECOVER)
    return sum(
        count * 2 ** (32 * at)
        + (sorted_ and material is Material.SCRAP) * 2 ** (139 + at)
        + (material in IN_UNITS) * 2 ** (143 + at)
        for at, (_, material, count) in enumerate(outputs)
    )


PROPORTIONAL, GATES, GRANTS = 2**128, 2**131, 2**135
BAND = 3_000 * 2**147 + 5_000 * 2**167 + 25_000 * 2**187 + 40_000 * 2**207
"""Tolerance 3,000 ppm; losses between 5,000 and 25,000 ppm, scrap up to 40,000 ppm."""
ALL_GATES = 15 * GATES
SETTLE = PROPORTIONAL + ALL_GATES + 2**130 + 10**6 * 2**147
PACKS = tuple(f"pack {at}" for at in range(3))


@cache
def story() -> tuple[ProvenEvent, ...]:
    """In the order of the chain."""
    teller = Teller([])
    teller.born("first", gates=17)
    teller.born("second", gates=1)
    balanced, blended = CustodyModel.MASS_BALANCE, CustodyModel.CONTROLLED_BLENDING
    rebook = RunKind.REBOOK
    teller.stand("event of blend", EventKind.PROCESSING)
    teller.run(
        "blend", RunKind.PROCESS, blended, PROPORTIONAL + 5 * GATES + BAND, ["first", "second"],
        [("metal", Material.METAL, 1), ("scrap", Material.SCRAP, 1)],
    )  # fmt: skip
    teller.run(
        "split", rebook, balanced, PROPORTIONAL + ALL_GATES, ["metal"],
        [(pack, Material.PACK, count) for pack, count in zip(PACKS, (6, 3, 2), strict=True)],
    )  # fmt: skip
    teller.stand("event of settlement", EventKind.MEASUREMENT)
    teller.run(
        "settlement", RunKind.SETTLE, balanced, SETTLE, ["pack 2"],
        [("weighed", Material.PACK, 2)],
    )  # fmt: skip
    teller.stand("event of melting", EventKind.RECOVERY)
    teller.run(
        "melting", RunKind.RECOVER, balanced, 5 * GATES + 4 * GRANTS + BAND, ["scrap"],
        [("melted", Material.METAL, 1)],
    )  # fmt: skip
    for part in range(17):
        pack, units = (("pack 0", 1), ("pack 1", 2))[part % 2]
        teller.tell(UnitsAssigned(word("car"), word(pack), 3 + part, 27, units, part))
    weighed = [(("pack 0", 1), ("pack 1", 4))[part % 2] for part in range(17)]
    teller.total("half", None, 0, weighed[:9])
    teller.total("whole", "half", 9, weighed[9:])
    teller.stand("event of ending", EventKind.END_OF_LIFE)
    teller.run(
        "ending", RunKind.END_OF_LIFE, balanced, PROPORTIONAL + ALL_GATES, ["pack 1"],
        [("retired", Material.RETIRED, 2), ("rest", Material.PACK, 1)],
    )  # fmt: skip
    teller.stand("event of recycling", EventKind.RECOVERY)
    teller.run(
        "recycling", RunKind.RECOVER, balanced, ALL_GATES + 2 * GRANTS + BAND, ["retired"],
        [("recycled", Material.METAL, 1)],
    )  # fmt: skip
    teller.claim("clean", "recycled", 1, LOT_TAG, Measure.CREDIT_SHARE, 6, 250_000)
    teller.claim("origin", "whole", 2, TOTAL_TAG, Measure.CAHRA_SHARE, 0, 10_000)
    teller.run(
        "join", rebook, balanced, PROPORTIONAL + ALL_GATES, ["melted"],
        [("joined", Material.METAL, 1)],
    )  # fmt: skip
    teller.claim("direct", "joined", 1, LOT_TAG, Measure.DIRECT_INTENSITY, 0, 500_000)
    teller.claim("weight", "pack 0", 1, LOT_TAG, Measure.METAL_PER_UNIT, 0, 5_000)
    teller.claim("carbon", "whole", 2, TOTAL_TAG, Measure.CARBON_INTENSITY, 0, 8_000_000)
    teller.price()
    return tuple(teller.events)


def evidence(events: Sequence[ProvenEvent], keys: Sequence[TrapdoorKey] = ALL_KEYS) -> Evidence:
    """What steps 1 to 6 hand over; only events and keys count here."""
    nothing: Any = None
    return Evidence(
        bundle=nothing,
        anchor=nothing,
        chain_id=CHAIN_ID,
        subject=Subject(BundleSubject.PRODUCT, word("car")),
        head=nothing,
        closure=nothing,
        events=tuple(events),
        keys={one.hash: one.key for one in keys},
        finality=Finality(False, 1),
        notes=(),
    )
