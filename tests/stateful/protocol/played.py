"""A network that is played twice at once: by the model, and by the contracts with real proofs.

Every act is foreseen on a copy of the model, then sent, then done by the model; what the model
accepts the contracts accept, and what it refuses they refuse, by an error that says a broken rule.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from lodetrace.contracts.enums import LotState
from lodetrace.contracts.refusals.decoder import ContractRefused
from tests.model.protocol_2.book import BookedLot, State
from tests.model.protocol_2.events import QUORUM, Plant, SiteStatement
from tests.model.protocol_2.members import Role
from tests.model.protocol_2.network import Network
from tests.model.protocol_2.rules import ActRefused, ActRule
from tests.stateful.protocol.chain import address
from tests.stateful.protocol.refusals import KEPT_BACK, NAMES, PROVEN, STRICTER
from tests.stateful.protocol.stage import ProofImpossible, Stage, Unsayable
from tests.strategies.attackers import NothingToAttempt
from tests.unit.audit.retold import STATES, material_of

ROOMS = ("members", "facts", "book", "events", "runs", "trade", "products")
AT_QUORUM = frozenset({ActRule.LOT_ACTIVE, ActRule.HOLDER, ActRule.HOLD_FREE})
"""What the contract asks of a document's lots when its event stands, the model at every word."""


NO_PROOF = frozenset({"ProofRefused", "PrecompileFailed"})


class Differs(AssertionError):
    """Model and contracts do not agree."""


@dataclass
class Foreseen:
    """What an act does where the rules that it breaks are lifted; None where nobody can tell."""

    network: Network
    result: Any
    broken: tuple[ActRule, ...]


@dataclass
class Tally:
    """accepted: by act. refused: by act, rule and error. kept_back: by act and rule, never sent.

    stricter: by act and error, what the model would have let through.
    """

    accepted: Counter[str] = field(default_factory=Counter)
    refused: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    kept_back: Counter[tuple[str, str]] = field(default_factory=Counter)
    stricter: Counter[tuple[str, str]] = field(default_factory=Counter)

    def table(self) -> str:
        """Of each act, how often it was accepted, refused, refused by the contracts alone, and
        kept back by whoever acts."""
        columns = [Counter[str]() for _ in range(4)]
        for column, counted in zip(
            columns, (self.accepted, self.refused, self.stricter, self.kept_back), strict=True
        ):
            for key, number in counted.items():
                column[key if isinstance(key, str) else key[0]] += number
        acts = sorted(set().union(*columns))
        rows = [f"{act:24}" + "".join(f"{one[act]:10}" for one in columns) for act in acts]
        head = f"{'act':24}{'accepted':>10}{'refused':>10}{'stricter':>10}{'kept back':>10}"
        return "\n".join([head, *rows])


class Room:
    """A part of the network: acts go to model and contracts, all else to the model."""

    def __init__(self, played: Played, name: str) -> None:
        self.__dict__.update(_played=played, _name=name)

    def __getattr__(self, name: str) -> Any:
        if hasattr(Stage, f"{self._name}_{name}"):
            return partial(self._played.act, self._name, name)
        return getattr(getattr(self._played.network, self._name), name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(getattr(self._played.network, self._name), name, value)


class Played:
    """As a Network, for whoever acts in it."""

    members: Any
    facts: Any
    book: Any
    events: Any
    runs: Any
    trade: Any
    products: Any

    def __init__(self, stage: Stage, tally: Tally) -> None:
        self.stage, self.tally = stage, tally
        for name in ROOMS:
            setattr(self, name, Room(self, name))

    @property
    def network(self) -> Network:
        return self.stage.network

    @property
    def ground(self) -> Any:
        return self.network.ground

    @property
    def yard(self) -> Any:
        return self.network.yard

    def wait(self, seconds: int) -> None:
        self.network.wait(seconds)

    def add_site(self, plant: Plant, panel: Any = ()) -> None:
        self._begin()
        acts = self.stage.add_site(plant, panel)
        self._require_accepted(self.stage.chain.mine(acts, self.ground.now))
        self.network.add_site(plant, panel)

    def upgrade(self) -> None:
        self.wait(16)
        self.stage.chain.upgrade(self.ground.now - 15)
        self.network.upgrade()
        self.tally.accepted["upgrade"] += 1

    def act(self, room: str, name: str, *given: Any, **words: Any) -> Any:
        """One act, in a block of its own; raises ActRefused or NothingToAttempt."""
        self._begin()
        act = f"{room}.{name}"
        does = getattr(getattr(self.network, room), name)
        foreseen = foresee(
            self.network, lambda one: getattr(getattr(one, room), name), given, words
        )
        if foreseen.broken:
            self._require_refused(act, foreseen, given, words)
            does(*given, **words)
            raise Differs(f"{act} is not refused twice")
        self._require_done(act, foreseen, given, words)
        before = dict(self.network.book.lots)
        result = does(*given, **words)
        self._note(act, result, before)
        return result

    def compare(self) -> None:
        """Every lot, as the contracts have it."""
        self._let_lapse()
        for lot in self.network.book.lots.values():
            self._compare(lot)

    def _begin(self) -> None:
        self.wait(1)
        self._let_lapse()

    def _let_lapse(self) -> None:
        """What the chain derives from its clock is told to the model."""
        network = self.network
        for name in list(network.trade.offers):
            network.trade.lapse(name)
        for key, standing in network.events.standing.items():
            if network.ground.now > standing.until and key not in network.book.used:
                network.book.unlock(standing.statement.inputs)

    def _require_done(self, act: str, foreseen: Foreseen, given: Any, words: Any) -> None:
        error = self._sent(act, foreseen, given, words)
        if error is None:
            self.tally.accepted[act] += 1
        elif error in STRICTER.get(act, ()):
            self.tally.stricter[act, error] += 1
            raise NothingToAttempt
        else:
            raise Differs(f"{act}{given} {words}: the model accepts it, the chain says {error}")

    def _require_refused(self, act: str, foreseen: Foreseen, given: Any, words: Any) -> None:
        broken = [rule for rule in foreseen.broken if rule not in KEPT_BACK.get(act, ())]
        if act == "events.attest" and broken and set(broken) <= AT_QUORUM:
            error = self._at_quorum(*given)
        else:
            error = self._sent(act, foreseen, given, words) if broken else "kept back"
        if error == "kept back":
            self.tally.kept_back[act, str(foreseen.broken[0])] += 1
            return
        if error is None:
            raise Differs(f"{act}{given} {words}: the chain accepts what breaks {broken}")
        said = {name for rule in broken for name in NAMES.get(rule, ())}
        unproven = error == "no proof" and bool(PROVEN & set(broken))
        if not unproven and error not in {"unsayable", *said, *STRICTER.get(act, ())}:
            raise Differs(f"{act}{given} {words}: {error} for {broken}")
        self.tally.refused[act, str(broken[0]), error] += 1

    def _sent(self, act: str, foreseen: Foreseen, given: Any, words: Any) -> str | None:
        """Why the chain does not take it; what was taken of it before is undone."""
        try:
            transactions = getattr(self.stage, act.replace(".", "_"))(foreseen, *given, **words)
        except ProofImpossible as impossible:
            return self._unproven(act, foreseen, impossible)
        except Unsayable:
            return "unsayable"
        return self._mined(transactions)

    def _unproven(self, act: str, foreseen: Foreseen, impossible: ProofImpossible) -> str:
        """What has no proof is refused by the contracts' other rules as well, if it breaks one."""
        if not set(foreseen.broken) - PROVEN:
            return "no proof"
        error = self._mined(impossible.unproven)
        return error if error not in NO_PROOF else "no proof"

    def _mined(self, transactions: Any) -> str | None:
        chain = self.stage.chain
        snapshot = chain.snapshot() if len(transactions) > 1 else ""
        outcomes = chain.mine(transactions, self.ground.now)
        refused = [one for one in outcomes if one is not None]
        if refused and snapshot:
            chain.revert(snapshot)
        return refused[0].name if refused else None

    def _at_quorum(self, by: str, said: SiteStatement) -> str | None:
        """Refused when the event would stand: others attest it, too, and it is all undone."""
        network = self.network
        given = network.events._attested.get(said, [])
        names, groups = [by], {*given, network.members.group(by)}
        for name, one in network.members.organisations.items():
            if len(given) + len(names) == QUORUM:
                break
            other = Role.ORACLE in one.roles and one.group not in groups
            if other and self._may_attest(name, said):
                names.append(name)
                groups.add(one.group)
        if len(given) + len(names) < QUORUM:
            return "kept back"
        snapshot = self.stage.chain.snapshot()
        calls = [self.stage.events_attest(None, name, said)[0] for name in names]
        outcomes = self.stage.chain.mine(calls, self.ground.now)
        self.stage.chain.revert(snapshot)
        early = [one.name for one in outcomes[:-1] if one is not None]
        if early:
            return early[0]
        return outcomes[-1].name if outcomes[-1] is not None else None

    def _may_attest(self, name: str, said: SiteStatement) -> bool:
        foreseen = foresee(self.network, lambda one: one.events.attest, (name, said), {})
        return set(foreseen.broken) <= AT_QUORUM | KEPT_BACK["events.attest"]

    def _note(self, act: str, result: Any, before: dict[str, BookedLot]) -> None:
        changed = [
            lot for name, lot in self.network.book.lots.items() if before.get(name) is not lot
        ]
        ended = act == "products.retire"
        self.stage.take_over(
            [lot for lot in changed if lot.name not in before or (ended and lot.units)]
        )
        if act == "runs.nothing_found":
            self.stage.lost.update(lot.name for lot in changed)
        for lot in changed:
            self._compare(lot)

    def _compare(self, lot: BookedLot) -> None:
        stage, now = self.stage, self.ground.now
        shown = stage.chain.reads.lot(stage.ids[lot.name])
        root = stage.roots.setdefault(lot.root, shown.root)
        holds = self.network.book._holds_of(lot)
        said = {
            "account": (shown.account, address(lot.holder)),
            "state": (shown.state_at(stage.time(now)), self._state_of(lot)),
            "count": (shown.count, lot.units or shown.count),
            "material": (shown.material, material_of(lot)),
            "model": (shown.model, lot.model - 1),
            "held since": (shown.held_since, hours_up(stage.time(lot.held_since))),
            "time": (shown.time, stage.time(lot.time)),
            "root": (shown.root, root),
            "charge": (shown.charge, lot.charge),
            "held": (self._is_held(lot), any(hold.binds(now) for hold in holds)),
        }
        differ = {name: pair for name, pair in said.items() if pair[0] != pair[1]}
        if len(set(stage.roots.values())) != len(stage.roots):
            differ["roots"] = (shown.root, lot.root)
        if differ:
            raise Differs(f"{lot.name}: {differ}")

    def _is_held(self, lot: BookedLot) -> bool:
        """Whether the contracts know of a hold on its root that binds it."""
        hold = self.stage.chain.reads.hold_on(self.stage.ids[lot.name])
        return hold.in_force(self.stage.time(self.ground.now))

    def _state_of(self, lot: BookedLot) -> LotState:
        if lot.name in self.stage.lost:
            return LotState.LOST
        if lot.state is State.ENDED:  # all units of it were retired
            return LotState.CONSUMED
        if lot.state is State.ACTIVE and lot.until >= self.ground.now:
            return LotState.HELD
        return LotState[STATES[lot.state]]

    @staticmethod
    def _require_accepted(outcomes: list[ContractRefused | None]) -> None:
        assert not any(outcomes), outcomes


def foresee(
    network: Network, act: Callable[[Network], Callable[..., Any]], given: Any, words: Any
) -> Foreseen:
    """The act on copies of the network, each with one more of the rules lifted that it breaks."""
    broken: list[ActRule] = []
    while True:
        copy = deepcopy(network)
        copy.ground.lifted = frozenset(broken)
        try:
            return Foreseen(copy, act(copy)(*given, **words), tuple(broken))
        except ActRefused as refused:
            if refused.rule in broken:
                return Foreseen(copy, None, tuple(broken))
            broken.append(refused.rule)
        except (ArithmeticError, AssertionError, AttributeError, LookupError, ValueError):
            if not broken:
                raise
            return Foreseen(copy, None, tuple(broken))


def hours_up(time: int) -> int:
    return -(-time // 3_600) * 3_600
