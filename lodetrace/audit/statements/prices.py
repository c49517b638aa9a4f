"""What the proof of a settlement price has to say (zk_circuits/SPEC.md, section 12)."""

from typing import Final

from lodetrace.audit.evidence import ProvenEvent
from lodetrace.audit.statements.event_index import ShownEvents
from lodetrace.audit.statements.statement import ProofStatement, Signals, word
from lodetrace.contracts.events import CommodityRegistered, PriceChecked, PriceReleased
from lodetrace.contracts.price_structs import CheckRequest, Transfer
from zk_circuits.ctx import ProofContext, price_ctx
from zk_circuits.tags import PriceTag

CIRCUIT: Final = "price_in_range"


def check_statement(shown: ShownEvents, at: ProvenEvent, event: PriceChecked) -> ProofStatement:
    """event: at that place."""

    def ctx(frame: ProofContext) -> int:
        return check_ctx(frame, event.transfer, request_of(event))

    def signals(ctx: int) -> Signals:
        released = shown.last(PriceReleased, "record", event.record, at).publication
        commodity = shown.last(CommodityRegistered, "commodity", released.commodity, at)
        return check_signals(ctx, event, commodity.element, released.commitment)

    return ProofStatement(CIRCUIT, 0, ctx, signals)


def check_ctx(frame: ProofContext, transfer: Transfer, request: CheckRequest) -> int:
    """Raises ZkError."""
    return price_ctx(
        frame,
        record=request.record,
        lot=request.lot,
        offer=transfer.offer,
        seller=transfer.seller,
        buyer=transfer.buyer,
        price=request.price,
        inside=int(request.inside),
        ciphertext=request.sealed_to_counterparty,
    )


def check_signals(ctx: int, event: PriceChecked, element: int, range_: bytes) -> Signals:
    """element: of the commodity; range_: commitment of the day's range. Raises ZkError."""
    return {
        "ctx": ctx,
        "tag": PriceTag(element).word,
        "range": word(range_),
        "price": word(event.price),
        "inside": int(event.inside),
    }


def request_of(event: PriceChecked) -> CheckRequest:
    """What the account asked the contract to record."""
    return CheckRequest(
        event.lot,
        event.record,
        event.price,
        event.inside,
        event.sealed_to_counterparty,
        event.proof,
    )
