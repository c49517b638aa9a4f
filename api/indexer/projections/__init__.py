"""What each event of the contracts changes in the index: one function an event type."""

from typing import Final

from api.errors import EventUnexpected
from api.indexer.chain_event import ChainEvent
from api.indexer.projections import (
    certificates,
    claims,
    custody,
    events,
    lots,
    members,
    prices,
    products,
    root_holds,
    sites,
    withdrawals,
)
from api.indexer.projections.projection import Projections
from api.indexer.sequences import require_next
from api.indexer.writes import Rows
from lodetrace.contracts.events import (
    ActApproved,
    ActDecided,
    ActExecuted,
    ActProposed,
    ApprovalRevoked,
    CommodityRegistered,
    ContractRegistered,
    DelaySet,
    DeterminationProposed,
    DirectBoundarySet,
    Event,
    FreezeProposed,
    GraceSet,
    GridSet,
    GroupFrozen,
    HashRegistered,
    JournalWriterSet,
    MembersNamed,
    MethodologyNoticed,
    ModelRuleSet,
    ObjectionRaised,
    OpeningDelivered,
    Paused,
    PauseVoted,
    PriceChecked,
    PricePrepared,
    QuorumSet,
    RecordingWindowSet,
    SeatGranted,
    SeatTaken,
    WithdrawalAttested,
    WriterSet,
)

PROJECTIONS: Final[Projections] = {
    **members.PROJECTIONS,
    **sites.PROJECTIONS,
    **certificates.PROJECTIONS,
    **events.PROJECTIONS,
    **withdrawals.PROJECTIONS,
    **lots.PROJECTIONS,
    **custody.PROJECTIONS,
    **root_holds.PROJECTIONS,
    **products.PROJECTIONS,
    **claims.PROJECTIONS,
    **prices.PROJECTIONS,
}

WITHOUT_ROWS: Final[frozenset[type[Event]]] = frozenset(
    {
        ActApproved,
        ActDecided,
        ActExecuted,
        ActProposed,
        ApprovalRevoked,
        CommodityRegistered,
        ContractRegistered,
        DelaySet,
        DeterminationProposed,
        DirectBoundarySet,
        FreezeProposed,
        GraceSet,
        GridSet,
        GroupFrozen,
        HashRegistered,
        JournalWriterSet,
        MembersNamed,
        MethodologyNoticed,
        ModelRuleSet,
        ObjectionRaised,
        OpeningDelivered,
        Paused,
        PauseVoted,
        PriceChecked,
        PricePrepared,
        QuorumSet,
        RecordingWindowSet,
        SeatGranted,
        SeatTaken,
        WithdrawalAttested,
        WriterSet,
    }
)
"""Events that no route answers from: they are stored as they are, and change no other row."""


def apply(rows: Rows, at: ChainEvent) -> None:
    """Brings the rows up to this event. Events come in the order of the chain, each once.

    Raises EventsMissing where events before it are missing, and EventUnexpected for a type that
    nobody has decided about.
    """
    require_next(rows, at)
    kind = type(at.event)
    project = PROJECTIONS.get(kind)
    if project is not None:
        project(rows, at.event, at)
    elif kind not in WITHOUT_ROWS:
        reason = "this version of the gateway has no projection for it"
        raise EventUnexpected(name=at.name, block=at.block, reason=reason)
