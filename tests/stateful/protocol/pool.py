"""Two transactions in one block, as whoever orders the block likes it.

Both are made and proven before the block, as everything in a pool is; then the model does the two
acts in the same second, in the same order.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.model.protocol_2.rules import ActRefused, ActRule
from tests.stateful.protocol.chain import Sent
from tests.stateful.protocol.played import Differs, Foreseen, Played, foresee
from tests.stateful.protocol.refusals import KEPT_BACK, NAMES, STRICTER


@dataclass(frozen=True)
class Rival:
    """An act of the model; transaction: where it takes several, the last of them."""

    act: str
    given: tuple[Any, ...]
    words: dict[str, Any] = field(default_factory=dict)
    transaction: Sent | None = None


def rival(act: str, *given: Any, transaction: Sent | None = None, **words: Any) -> Rival:
    """An act by room and name, as "trade.accept", and what it is given."""
    return Rival(act, given, words, transaction)


def race(played: Played, first: Rival, second: Rival) -> tuple[str | None, str | None]:
    """Why each was refused, by the contracts' errors; the lots are compared afterwards."""
    played.wait(1)
    now, stage = played.ground.now, played.stage
    transactions = [_transaction(played, one) for one in (first, second)]
    outcomes = stage.chain.mine(transactions, now)
    errors = [None if outcome is None else outcome.name for outcome in outcomes]
    for one, error in zip((first, second), errors, strict=True):
        _require_same(played, one, error)
    played.compare()
    return errors[0], errors[1]


def _transaction(played: Played, one: Rival) -> Sent:
    if one.transaction is not None:
        return one.transaction
    foreseen: Foreseen = foresee(played.network, _of(one), one.given, one.words)
    assert foreseen.broken == (), foreseen.broken
    (transaction,) = getattr(played.stage, one.act.replace(".", "_"))(
        foreseen, *one.given, **one.words
    )
    return transaction  # type: ignore[no-any-return]


def _require_same(played: Played, one: Rival, error: str | None) -> None:
    """The model does what the contracts have done."""
    before = set(played.network.book.lots)
    broken = _done(played, one)
    lots = played.network.book.lots
    played.stage.take_over([lots[name] for name in lots if name not in before])
    if error is None and (broken is None or broken in KEPT_BACK.get(one.act, ())):
        return
    if error is not None and broken is not None and error in NAMES.get(broken, ()):
        return
    if error is not None and broken is not None and error in STRICTER.get(one.act, ()):
        return
    raise Differs(f"{one.act}: the chain says {error}, the model {broken}")


def _done(played: Played, one: Rival) -> ActRule | None:
    try:
        _of(one)(played.network)(*one.given, **one.words)
    except ActRefused as refused:
        return refused.rule
    return None


def _of(one: Rival) -> Callable[[Any], Callable[..., Any]]:
    room, name = one.act.split(".")
    return lambda network: getattr(getattr(network, room), name)
