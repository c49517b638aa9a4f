"""What the chain says of lots, as tests want it: made by hand, or as the story tells it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from lodetrace.contracts.enums import (
    ELEMENT_SYMBOLS,
    CustodyModel,
    EventKind,
    LotState,
    Material,
    RunKind,
)
from lodetrace.contracts.structs import ZERO32, HoldOnLot, Lot, Period, Standing
from oracle.lot_reader import LotOrigin
from zk_circuits.keccak import keccak256

ELEMENTS = {symbol: number for number, symbol in ELEMENT_SYMBOLS.items()}


@dataclass
class BookedLots:
    """A LotReader without a chain. organisations: by account; documents_of: by event."""

    organisations: dict[str, bytes] = field(default_factory=dict)
    known: dict[bytes, LotOrigin] = field(default_factory=dict)
    views: dict[bytes, Lot] = field(default_factory=dict)
    holds: dict[bytes, HoldOnLot] = field(default_factory=dict)
    handed_over: set[bytes] = field(default_factory=set)
    documents_of: dict[bytes, bytes] = field(default_factory=dict)
    standings: dict[bytes, Standing] = field(default_factory=dict)
    assigned: dict[bytes, int] = field(default_factory=dict)
    periods: dict[tuple[bytes, int], Period] = field(default_factory=dict)
    continuous: dict[bytes, int] = field(default_factory=dict)
    asked: int = 0
    time: int = 1_796_083_200

    def view(self, lot: bytes) -> Lot | None:
        return self.views.get(lot)

    def hold_on(self, lot: bytes) -> HoldOnLot:
        return self.holds.get(lot, HoldOnLot(b"", 0))

    def organisation_of(self, account: str) -> bytes:
        return self.organisations[account]

    def origins(self, lots: Iterable[bytes]) -> Mapping[bytes, LotOrigin]:
        self.asked += 1
        return {lot: self.known[lot] for lot in lots if lot in self.known}

    def accepted(self, lots: Iterable[bytes]) -> frozenset[bytes]:
        return frozenset(set(lots) & self.handed_over)

    def rebooked(self, lots: Iterable[bytes]) -> Mapping[bytes, tuple[bytes, ...]]:
        wanted = set(lots)
        return {
            lot: one.together
            for one in self.known.values()
            if one.keeps_goods
            for lot in one.inputs
            if lot in wanted
        }

    def users(self, lots: Iterable[bytes]) -> Mapping[bytes, bytes]:
        wanted = set(lots)
        return {
            lot: one.event_id
            for one in self.known.values()
            if one.kind is not None and not one.keeps_goods
            for lot in one.inputs
            if lot in wanted
        }

    def assigned_units(self, lot: bytes) -> int:
        return self.assigned.get(lot, 0)

    def documents(self, event_ids: Iterable[bytes]) -> Mapping[bytes, bytes]:
        return {key: self.documents_of[key] for key in event_ids if key in self.documents_of}

    def standing(self, event_id: bytes) -> Standing:
        return self.standings.get(event_id, standing(0))

    def is_used(self, event_id: bytes) -> bool:
        return any(one.event_id == event_id for one in self.known.values())

    def period(self, site: bytes, element: int) -> Period:
        return self.periods.get((site, element), Period(0, 0, ZERO32))

    def continuous_since(self, site: bytes) -> int:
        return self.continuous.get(site, 0)

    def make(
        self,
        kind: RunKind | None,
        outputs: Mapping[bytes, Material],
        inputs: Iterable[bytes] = (),
        *,
        account: str,
        element: int = 27,
        event_id: bytes = ZERO32,
        mixed: bool = False,
    ) -> None:
        """Lots are made of others, which end."""
        taken = tuple(inputs)
        for lot in taken:
            self.set_state(lot, LotState.CONSUMED)
        charge = kind is RunKind.CHARGE
        for lot, material in outputs.items():
            self.known[lot] = LotOrigin(
                lot, element, material, account, kind, event_id, taken, tuple(outputs),
                mixed=mixed or charge, charge=charge,
            )  # fmt: skip
            self.views[lot] = lot_view(account, material, element)

    def hand_over(self, lot: bytes, account: str) -> None:
        """Accepted by an account of another organisation."""
        self.views[lot] = replace(self.views[lot], account=account)
        self.handed_over.add(lot)

    def set_state(self, lot: bytes, state: LotState, until: int = 1 << 39) -> None:
        self.views[lot] = replace(self.views[lot], state=state, until=until)


def lot_view(account: str, material: Material, element: int) -> Lot:
    """A lot in somebody's hands, free."""
    return Lot(
        account=account, state=LotState.ACTIVE, revision=0, sequence=1, until=0, held_since=0,
        model=CustodyModel.MASS_BALANCE, count=1, born_at=0, time=0, element=element, schema=2,
        format=2, material=material, root=1, index=0, mixed=False, charge=False, reworked=False,
        young=False,
        oldest=0,
    )  # fmt: skip


def standing(since: int) -> Standing:
    """An event that stands since then; 0: none does."""
    return Standing(
        site=ZERO32, document=ZERO32, commitment=ZERO32, inputs_hash=ZERO32, elements=0,
        sequence=1, revision=0, kind=EventKind.PROCESSING, element=27, from_=0, to=0,
        standing_since=since, excused=False, withdrawn=False, model=CustodyModel.MASS_BALANCE,
        unit_material=0, no_output=False, units=0,
    )  # fmt: skip


@dataclass
class ToldLots:
    """The lots of a story as they stood before they went into their event.

    ids: by label; accounts, organisations: by name of an account; event_of: document and element
    to event id and document hash; material_of: material of a document's first output.
    """

    steps: list[dict[str, Any]]
    ids: Mapping[str, str]
    accounts: Mapping[str, str]
    organisations: Mapping[str, bytes]
    event_of: Any
    material_of: Any
    lots: BookedLots = field(default_factory=BookedLots)
    parts: dict[str, list[bytes]] = field(default_factory=dict)

    def tell(self) -> BookedLots:
        """All of them."""
        for name, account in self.accounts.items():
            self.lots.organisations[account] = self.organisations[name]
        for step in self.steps:
            act = getattr(self, f"_{step['do']}", None)
            if act is not None:
                act(step)
        for lot, view in self.lots.views.items():
            if view.state is LotState.CONSUMED:
                self.lots.set_state(lot, LotState.ACTIVE)
        for step in self.steps:
            if step["do"] == "dispute":
                self.lots.set_state(self.id(step["lots"][0]), LotState.DISPUTED)
            elif step["do"] == "retire":
                for lot in self.parts[step["product"]]:
                    self.lots.set_state(lot, LotState.ASSIGNED)
        return self.lots

    def id(self, label: str) -> bytes:
        found = self.ids.get(label)
        return keccak256(label.encode()) if found is None else bytes.fromhex(found[2:])

    def _birth(self, step: dict[str, Any]) -> None:
        for one in step["lots"]:
            self._note_event(one["document"], one["element"])
            self.lots.make(
                None,
                {self.id(one["lot"]): self.material_of(one["document"])},
                account=self.accounts[step["actor"]],
                element=ELEMENTS[one["element"]],
                event_id=self.event_of(one["document"], one["element"])[0],
            )

    def _run(self, step: dict[str, Any]) -> None:
        event_id = ZERO32
        if "document" in step:
            self._note_event(step["document"], step["element"])
            event_id = self.event_of(step["document"], step["element"])[0]
        self.lots.make(
            RunKind[step["kind"].upper()],
            {self.id(one["lot"]): Material[one["material"]] for one in step["outputs"]},
            [self.id(label) for label in step["inputs"]],
            account=self.accounts[step["actor"]],
            element=ELEMENTS[step["element"]],
            event_id=event_id,
        )

    def _charge(self, step: dict[str, Any]) -> None:
        inputs = [self.id(label) for label in step["inputs"]]
        first = self.lots.known[inputs[0]]
        self.lots.make(
            RunKind.CHARGE,
            {self.id(step["lot"]): first.material},
            inputs,
            account=self.accounts[step["actor"]],
            element=first.element,
        )

    def _assign(self, step: dict[str, Any]) -> None:
        for part in step["parts"]:
            lot = self.id(part["lot"])
            self.parts.setdefault(step["product"], []).append(lot)
            self.lots.assigned[lot] = self.lots.assigned.get(lot, 0) + part["units"]

    def _retire(self, step: dict[str, Any]) -> None:
        for symbol, made in step["lots"].items():
            self._note_event(step["document"], symbol)
            element = ELEMENTS[symbol]
            parts = self.parts[step["product"]]
            self.lots.make(
                RunKind.END_OF_LIFE,
                {self.id(made["retired"]): Material.RETIRED},
                [lot for lot in parts if self.lots.known[lot].element == element],
                account=self.accounts[step["actor"]],
                element=element,
                event_id=self.event_of(step["document"], symbol)[0],
            )

    def _accept(self, step: dict[str, Any]) -> None:
        for label in step["lots"]:
            self.lots.hand_over(self.id(label), self.accounts[step["actor"]])

    def _note_event(self, document: str, element: str) -> None:
        event_id, digest = self.event_of(document, element)
        self.lots.documents_of[event_id] = digest
