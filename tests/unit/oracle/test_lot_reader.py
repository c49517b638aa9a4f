"""What the chain's events say of lots: asked for many at once, and kept."""

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from lodetrace.contracts.enums import CustodyModel, Material, RunKind
from lodetrace.contracts.events.custody import LotAccepted
from lodetrace.contracts.events.lots import LotBorn, LotConsumed, LotMade, RunRecorded
from lodetrace.contracts.structs import ZERO32, Made, ProofWords
from oracle.ancestry import Ancestry
from oracle.lot_reader import AT_ONCE, ChainLots, LotFacts
from tests.support.noted_run import noted_lots

SELLER, OWN = "0x" + "11" * 20, "0x" + "22" * 20
HEAD = 7
PROOF = ProofWords((0,) * 8)


def word(number: int) -> bytes:
    return number.to_bytes(32, "big")


@dataclass
class Chain:
    """Events in their order, found by an indexed field. questions: how many were asked."""

    said: list[Any] = field(default_factory=list)
    questions: list[tuple[str, int]] = field(default_factory=list)

    def events_between(
        self, classes: tuple[type, ...], first: int | None, last: int | None, **of: list[bytes]
    ) -> list[Any]:
        [(name, wanted)] = of.items()
        assert len(wanted) <= AT_ONCE
        assert (first, last) == (None, HEAD), "answers are as of one block"
        self.questions.append((classes[0].__name__, len(wanted)))
        found = [one for one in self.said if isinstance(one, classes)]
        return [SimpleNamespace(event=one) for one in found if getattr(one, name) in wanted]

    def born(self, lot: int, account: str = SELLER) -> None:
        self.said.append(
            LotBorn(
                lot=word(lot), account=account, event_id=word(1_000_000 + lot), gates=0, count=1,
                material=Material.HYDROXIDE, element=27, model=CustodyModel.SEGREGATED, root=1,
                time=1, public_signals=(), proof=PROOF, sealed_to_owner=b"",
            )
        )  # fmt: skip

    def run(
        self, number: int, kind: RunKind, inputs: list[int], outputs: list[int], account: str = OWN
    ) -> None:
        self.said += [LotConsumed(word(lot), word(number), 2) for lot in inputs]
        charge = kind is RunKind.CHARGE
        made = Made(
            count=1, material=Material.HYDROXIDE, element=27, model=CustodyModel.MASS_BALANCE,
            root=2, index=0, mixed=charge, charge=charge, reworked=False, time=1, held_since=0,
            held=False, young=False,
        )  # fmt: skip
        self.said += [LotMade(word(lot), word(number), account, made, b"") for lot in outputs]
        self.said.append(
            RunRecorded(
                run_id=word(number), account=account, event_id=ZERO32, kind=kind,
                model=CustodyModel.MASS_BALANCE, in_band=True, public_signals=(), proof=PROOF,
                **noted_lots(account),
            )
        )  # fmt: skip

    def accept(self, lot: int, sender: str = SELLER, receiver: str = OWN) -> None:
        self.said.append(LotAccepted(word(lot), sender, receiver, 3))

    def reader(self, facts: LotFacts | None = None) -> ChainLots:
        reads = SimpleNamespace(
            block=HEAD,
            contracts=SimpleNamespace(events=self.events_between),
            account=lambda account: SimpleNamespace(organisation=account.encode()),
        )
        return ChainLots(reads, 0, LotFacts() if facts is None else facts)  # type: ignore[arg-type]


def story() -> Chain:
    """Eight lots are delivered; seven and the half of one go into a charge."""
    chain = Chain()
    for lot in range(1, 9):
        chain.born(lot)
        chain.accept(lot)
    chain.run(1, RunKind.REBOOK, [8], [80, 81])
    chain.run(2, RunKind.CHARGE, [1, 2, 3, 4], [90])
    chain.run(3, RunKind.CHARGE, [5, 6, 7, 80], [91])
    chain.run(4, RunKind.CHARGE, [90, 91], [99])
    return chain


def test_the_way_back_is_asked_by_generations() -> None:
    chain = story()
    ancestry = Ancestry.of([word(99)], chain.reader())
    makers = {one.lot for one in ancestry.makers(word(99))}
    assert makers == {word(lot) for lot in range(1, 9)}
    assert {one.lot for one in ancestry.leaves(word(99))} == makers
    assert [one.lot for one in ancestry.split(word(99))] == [word(80)]
    generations = [name for name, _ in chain.questions if name == "LotBorn"]
    assert len(generations) == 4, "the charge, two charges, their lots, the one that was split"
    assert len(chain.questions) <= 14


def test_what_was_read_once_is_not_asked_again() -> None:
    chain, facts = story(), LotFacts()
    Ancestry.of([word(99)], chain.reader(facts))
    chain.questions.clear()
    Ancestry.of([word(99)], chain.reader(facts))
    assert [name for name, _ in chain.questions] == ["LotAccepted"], "a lot may still be accepted"


def test_many_lots_are_asked_for_in_parts() -> None:
    chain = Chain()
    for lot in range(1, 2 * AT_ONCE + 2):
        chain.born(lot)
    found = chain.reader().origins(word(lot) for lot in range(1, 2 * AT_ONCE + 2))
    assert len(found) == 2 * AT_ONCE + 1
    assert [size for name, size in chain.questions if name == "LotBorn"] == [AT_ONCE, AT_ONCE, 1]


def test_a_hand_over_within_an_organisation_is_no_delivery() -> None:
    chain = Chain()
    chain.born(1, OWN)
    chain.accept(1, OWN, OWN)
    assert chain.reader().accepted([word(1)]) == frozenset()
    chain.born(2)
    chain.accept(2)
    chain.accept(2, OWN, OWN)
    assert chain.reader().accepted([word(2)]) == {word(2)}, "it was delivered before"


def test_what_rebooks_made_of_lots() -> None:
    """Not what a process made: that is other goods."""
    chain = story()
    chain.run(5, RunKind.PROCESS, [81], [82])
    found = chain.reader().rebooked([word(8), word(81), word(3)])
    assert found == {word(8): (word(80), word(81)), word(3): (word(90),)}


def test_a_lot_that_nobody_made() -> None:
    assert story().reader().origins([word(7777)]) == {}
