"""From a site's EPCIS document to what oracle nodes attest: a measurement per element.

| what the site says | EPCIS | where the analyses are |
|---|---|---|
| birth, outside | ObjectEvent, ADD, commissioning | ilmd |
| processing, recovery, rework | TransformationEvent | outputs in ilmd, inputs in inputAnalysis |
| loss | TransformationEvent, stock_taking | as processing; no output where nothing is left |
| measurement (umpire) | ObjectEvent, OBSERVE, inspecting | analysis; as declared in inputAnalysis |
| end of life (dismantler) | ObjectEvent, OBSERVE, disassembling | analysis |
| certificate (laboratory) | ObjectEvent, OBSERVE, inspecting | analysis |
| shipping, receiving | ObjectEvent, OBSERVE, shipping or receiving | analysis |

Shipping and receiving are evidence between two members, and a certificate is a second opinion;
nothing of them is attested.
"""

from dataclasses import dataclass, field
from typing import Final, Self

from lodetrace.contracts.enums import CustodyModel, EventKind
from lodetrace.contracts.structs import ZERO32, SiteEvent
from lodetrace.documents.analysis import ATOMIC_NUMBERS, Analysis
from lodetrace.documents.carbon_shares import shared
from lodetrace.documents.energy import EnergyUse, read_energy
from lodetrace.documents.epcis import EpcisDocument
from lodetrace.documents.faults import Faults
from lodetrace.documents.named_lots import NamedLot
from lodetrace.documents.signed_document import SignedDocument, site_identifier
from lodetrace.documents.statement_fields import (
    StatedCarbon,
    StatementInvalid,
    kind_of,
    read_attested,
    read_carbon,
    read_inputs,
    read_lots,
    read_model,
    read_not_less,
    read_outputs,
    read_salt,
    read_seals,
    read_start,
)
from lodetrace.text import enum_word
from lodetrace.units import AMOUNT_LIMIT_SAID, PPM, format_metal
from zk_circuits.abi import hash_static
from zk_circuits.balance import (
    AMOUNT_LIMIT,
    BirthMeasurement,
    Credits,
    RunMeasurement,
)
from zk_circuits.commitment import Opening
from zk_circuits.keccak import keccak256
from zk_circuits.salts import SaltKind, SaltSource
from zk_circuits.tags import Tag, TagType

Measurement = BirthMeasurement | RunMeasurement

__all__ = [
    "AttestableEvent",
    "Measurement",
    "SiteStatement",
    "StatementInvalid",
    "attestable_events",
    "batches_hash",
    "batches_salt",
    "event_id",
]

_BATCHES_DOMAIN: Final = b"lodetrace/batches/2"


@dataclass(frozen=True, slots=True)
class SiteStatement:
    """What a site states of one event. Times in seconds, masses in mg, carbon in mg CO2e.

    site: identifier; named: lots that went in; attested: ppm of metal out per credit; model: what
    the site kept apart; seals: put on what came out, as they are written; is_receipt: it weighs
    what another member delivered; is_shipment: what goes to another member; is_certificate: a
    laboratory says what batches are; not_less: a measured lot weighs what it is booked with.
    energy: that the step took, where the site says so.
    """

    site: str
    kind: EventKind
    from_: int
    to: int
    inputs: tuple[Analysis, ...]
    outputs: tuple[Analysis, ...]
    named: tuple[NamedLot, ...]
    stated_carbon: StatedCarbon
    attested: tuple[int, ...]
    model: CustodyModel
    seals: tuple[str, ...]
    is_receipt: bool
    is_shipment: bool
    is_certificate: bool
    not_less: bool
    energy: tuple[EnergyUse, ...]
    salt: bytes = field(repr=False)

    @classmethod
    def of(cls, document: EpcisDocument) -> Self:
        """The statement of a document with one event; raises InputError with all faults."""
        identifier = site_identifier(document)
        event = document.events[0]
        kind, faults = kind_of(event), Faults()
        inputs = faults.read(None, read_inputs, event, kind)
        named = () if inputs is None else faults.read((), read_lots, event, kind, inputs)
        found = cls(
            site=identifier,
            kind=kind,
            from_=faults.read(0, read_start, event),
            to=int(event.time.timestamp()),
            inputs=inputs or (),
            outputs=faults.read((), read_outputs, event, kind),
            named=named,
            stated_carbon=faults.read(StatedCarbon(0, 0, {}), read_carbon, event, kind),
            attested=faults.read((), read_attested, event, kind),
            model=faults.read(CustodyModel.MASS_BALANCE, read_model, event, kind),
            seals=faults.read((), read_seals, event),
            is_receipt=event.biz_step == "receiving",
            is_shipment=event.biz_step == "shipping",
            is_certificate=event.extension("statement") == "certificate",
            not_less=faults.read(False, read_not_less, event, kind),
            energy=faults.read((), read_energy, event),
            salt=faults.read(b"", read_salt, document.raw),
        )
        faults.require_none()
        found._require_whole()
        return found

    @property
    def elements(self) -> tuple[str, ...]:
        """Symbols that the statement is about, in the order of their atomic numbers."""
        symbols = {*self.stated_carbon.shares, *(one.element for one in self.named)}
        return tuple(sorted(symbols, key=ATOMIC_NUMBERS.__getitem__))

    @property
    def carbon(self) -> dict[str, int]:
        """mg CO2e of the step by element: shared by metal out, by metal in where nothing is."""
        return {symbol: carbon for symbol, (carbon, _) in self._shared().items()}

    @property
    def direct(self) -> dict[str, int]:
        """The part of the carbon that the site itself emitted, shared alike."""
        return {symbol: direct for symbol, (_, direct) in self._shared().items()}

    @property
    def unit_material(self) -> int:
        """Material whose units are counted, 0 where nothing comes in units."""
        return next((one.series.material for one in self.outputs if one.series), 0)

    @property
    def units(self) -> int:
        """Units of that material that came out; without one 1 of a birth, 0 of a run."""
        counted = sum(one.series.count for one in self.outputs if one.series)
        return counted or int(self.kind.is_birth)

    @property
    def ended_units(self) -> int:
        """Units that are at the end of their life; 0 for every other kind."""
        return self.units if self.kind is EventKind.END_OF_LIFE else 0

    @property
    def has_no_output(self) -> bool:
        """Whether no lot is made: a loss of everything, or a lot that weighs no less."""
        return self.not_less or (self.kind is EventKind.LOSS and not self.outputs)

    def named_of(self, symbol: str) -> tuple[NamedLot, ...]:
        """Named lots of an element, by their ids."""
        return tuple(one for one in self.named if one.element == symbol)

    def metal_in(self, symbol: str) -> int:
        """mg of the element that went in."""
        return sum(analysis.metal(symbol) for analysis in self.inputs)

    def metal_out(self, symbol: str) -> int:
        """mg of the element that came out, scrap included."""
        return sum(analysis.metal(symbol) for analysis in self.outputs)

    def scrap(self, symbol: str) -> int:
        """mg of the element that came out as scrap."""
        return sum(analysis.metal(symbol) for analysis in self.outputs if analysis.is_scrap)

    def stock(self, symbol: str) -> int:
        """mg of the element that lies in a continuous plant at the end of its period."""
        return sum(analysis.metal(symbol) for analysis in self.outputs if analysis.is_stock)

    def made(self, symbol: str) -> int:
        """mg of the element that came out, but for what lies in the plant: what a site can make."""
        return self.metal_out(symbol) - self.stock(symbol)

    def throughput(self, symbol: str) -> int:
        """mg of the element that the step worked on: made, or fed where all of it lies there."""
        opening = sum(one.metal(symbol) for one in self.inputs if one.is_stock)
        return self.made(symbol) or self.metal_in(symbol) - opening

    def batches(self, symbol: str) -> tuple[str, ...]:
        """Canonical names of the batches with the element that came out, sorted."""
        return tuple(sorted(one.epc_class for one in self.outputs if one.metal(symbol)))

    def measurement(self, symbol: str) -> Measurement:
        """What is hidden in the commitment; raises StatementInvalid when it says nothing."""
        self._require_metal(symbol)
        if self.kind.is_birth:
            return self._birth(symbol)
        if self.kind is EventKind.MEASUREMENT:
            return RunMeasurement.settlement(self.metal_out(symbol), self.units)
        return self._run(symbol)

    def _birth(self, symbol: str) -> BirthMeasurement:
        metal = self.metal_out(symbol)
        return BirthMeasurement(
            metal=metal,
            carbon=self.carbon[symbol],
            units=self.units,
            attested=_four(tuple(metal * share // PPM for share in self.attested)),
            direct=self.direct[symbol],
        )

    def _run(self, symbol: str) -> RunMeasurement:
        weighed = {one.epc_class: one for one in self.inputs}
        scrap = self.scrap(symbol)
        return RunMeasurement(
            product=self.metal_out(symbol) - scrap,
            metal_in=tuple(one.metal(weighed) for one in self.named_of(symbol)),
            carbon=self.carbon[symbol],
            scrap=scrap,
            units=self.units,
            direct=self.direct[symbol],
        )

    def _shared(self) -> dict[str, tuple[int, int]]:
        stated, elements = self.stated_carbon, self.elements
        masses = {symbol: self.metal_out(symbol) for symbol in elements}
        if not any(masses.values()):
            masses = {symbol: self.metal_in(symbol) for symbol in elements}
        return shared(stated.total, stated.direct, masses) if masses else {}

    def _require_whole(self) -> None:
        """Carbon is of the elements whose lots are named, and one material is counted."""
        stated, named = set(self.stated_carbon.shares), {one.element for one in self.named}
        if stated and named and stated != named:
            reason = f"is of {', '.join(sorted(stated))}, the lots of {', '.join(sorted(named))}"
            raise StatementInvalid(where="lodetrace:carbonShare", reason=reason)
        series = {one.series.material for one in self.outputs if one.series}
        ends = self.kind is EventKind.END_OF_LIFE
        if ends and not (series and all(one.retires for one in series)):
            reason = "count no units of cells, modules or packs: lodetrace:units says how many"
            raise StatementInvalid(where="the analyses", reason=reason)
        if len(series) > 1:
            reason = "count units of more than one material: state two events"
            raise StatementInvalid(where="the outputs", reason=reason)
        self._require_stock()

    def _require_stock(self) -> None:
        """Only processing has stock, and one batch of an element at each end."""
        for where, side in (("the inputs", self.inputs), ("the outputs", self.outputs)):
            stock = [one for one in side if one.is_stock]
            if stock and self.kind is not EventKind.PROCESSING:
                reason = "are in process: only a period of a continuous site states stock"
                raise StatementInvalid(where=where, reason=reason)
            for symbol in self.elements:
                if sum(one.metal(symbol) > 0 for one in stock) > 1:
                    reason = f"have two batches in process with {symbol}: state one"
                    raise StatementInvalid(where=where, reason=reason)

    def _require_metal(self, symbol: str) -> None:
        metal_in, metal_out = self.metal_in(symbol), self.metal_out(symbol)
        for name, amount in (("in", metal_in), ("out", metal_out)):
            if amount >= AMOUNT_LIMIT:
                reason = f"is {AMOUNT_LIMIT_SAID} or more"
                raise StatementInvalid(where=f"{symbol} {name}", reason=reason)
        nothing_left = self.kind is EventKind.LOSS and not self.outputs
        wrong_in = (metal_in == 0) != (self.kind.is_birth)
        if wrong_in or (metal_out == 0) != nothing_left:
            came, went = format_metal(metal_in), format_metal(metal_out)
            reason = f"{came} in and {went} out do not make a {enum_word(self.kind)}"
            raise StatementInvalid(where=symbol, reason=reason)


@dataclass(frozen=True, slots=True)
class AttestableEvent:
    """One element of a statement: what goes on chain, and what opens it."""

    event: SiteEvent
    opening: Opening = field(repr=False)


def attestable_events(signed: SignedDocument, statement: SiteStatement) -> list[AttestableEvent]:
    """One event per element, ready to be attested; none for shipping and receiving.

    The salt of an event is derived from the salt in its document (SPEC section 2), so that
    whoever has the document opens the commitments of all its elements. Whoever may know of one
    element only gets that element's opening, never the document.
    """
    return [_attestable(signed, statement, symbol) for symbol in statement.elements]


def event_id(site: bytes, sequence: int, element: int) -> bytes:
    """The id of a site event on chain."""
    return hash_static(site, sequence, element)


def batches_salt(event_salt: int) -> bytes:
    """Salt of the names of the batches: it tells nothing of the event's amounts."""
    return keccak256(_BATCHES_DOMAIN + event_salt.to_bytes(32, "big"))


def batches_hash(salt: bytes, batches: tuple[str, ...]) -> bytes:
    """What the chain holds of the names of the batches that came out. batches: sorted."""
    return keccak256(salt + "\n".join(batches).encode())


def _attestable(signed: SignedDocument, statement: SiteStatement, symbol: str) -> AttestableEvent:
    element = ATOMIC_NUMBERS[symbol]
    anchor = event_id(signed.site, signed.sequence, element)
    source = SaltSource(SaltKind.EVENT, statement.salt, anchor)
    opening = Opening(
        tag=Tag(element, TagType.BIRTH if statement.kind.is_birth else TagType.RUN_EVENT),
        balance=statement.measurement(symbol),
        salt=source.salt(element, signed.revision),
    )
    event = SiteEvent(
        site=signed.site,
        sequence=signed.sequence,
        revision=signed.revision,
        kind=statement.kind,
        element=element,
        from_=statement.from_,
        to=statement.to,
        document=signed.hash,
        commitment=opening.commitment.to_bytes(32, "big"),
        elements=tuple(ATOMIC_NUMBERS[one] for one in statement.elements),
        model=statement.model,
        unit_material=statement.unit_material,
        no_output=statement.has_no_output,
        batches=_batches(statement, symbol, opening.salt),
        inputs=tuple(one.lot for one in statement.named_of(symbol)),
        units=statement.ended_units,
    )
    return AttestableEvent(event, opening)


def _batches(statement: SiteStatement, symbol: str, event_salt: int) -> bytes:
    if statement.kind is EventKind.MEASUREMENT or not statement.outputs:
        return ZERO32
    return batches_hash(batches_salt(event_salt), statement.batches(symbol))


def _four(amounts: tuple[int, ...]) -> Credits:
    return (amounts[0], amounts[1], amounts[2], amounts[3])
