"""What the proof of a birth has to say (zk_circuits/SPEC.md, section 5)."""

from typing import Final

from lodetrace.audit.evidence import ProvenEvent
from lodetrace.audit.statements.event_index import ShownEvents
from lodetrace.audit.statements.statement import ProofStatement, Signals, word
from lodetrace.contracts.events import EventStanding, LotBorn
from zk_circuits.ctx import ProofContext, origin_ctx
from zk_circuits.rule import ALL_GATES, BirthRule
from zk_circuits.schema import CREDITS
from zk_circuits.tags import Tag

CIRCUIT: Final = "origin"


def birth_statement(shown: ShownEvents, at: ProvenEvent, born: LotBorn) -> ProofStatement:
    """born: the event at that place. Gates are those recorded: step 9 judges them."""

    def ctx(frame: ProofContext) -> int:
        return origin_ctx(
            frame,
            event_key=born.event_id,
            output=born.lot,
            count=born.count,
            material=born.material,
            model=born.model,
            box=born.sealed_to_owner,
        )

    def signals(ctx: int) -> Signals:
        standing = shown.last(EventStanding, "event_id", born.event_id, at)
        return {
            "ctx": ctx,
            "tag": Tag(born.element).word,
            "event": word(standing.statement.commitment),
            "lot": word(born.lot),
            "rule": birth_rule(born).word,
        }

    return ProofStatement(CIRCUIT, 0, ctx, signals)


def birth_rule(born: LotBorn) -> BirthRule:
    """The public rule of a birth: its units, and the gates that were recorded. Raises ZkError."""
    return BirthRule(born.count, born.gates & ALL_GATES, bool(born.gates >> CREDITS))
