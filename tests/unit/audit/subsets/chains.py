"""Generated chains that together hold every event the Journal notes, each with its subjects.

One seed, one chain: what happens, to whom and when is drawn; nothing that a contract would refuse.
Beside the provenance that is told there is always somebody else's, so that the whole chain is more
than any bundle of it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Final

from lodetrace.audit.bundle import BundleSubject, Subject
from lodetrace.contracts import events as ev
from lodetrace.contracts.enums import (
    CertificateStatus,
    CustodyModel,
    EventKind,
    Material,
    Measure,
    PriceStatus,
    Role,
    RunKind,
    Scheme,
    SubjectKind,
)
from lodetrace.contracts.price_structs import Publication
from lodetrace.text import checksummed
from tests.support.audit_world import (
    CAHRA,
    DAY,
    HOUR,
    SEALED,
    START,
    WHY,
    ZERO,
    Stated,
    World,
    address,
    scoped,
    word,
)
from tests.support.synthetic_chain import CODE, address_of

SEEDS: Final = 3
SUBJECTS_OF_EACH: Final = 13
MASS: Final = CustodyModel.MASS_BALANCE
REST: Final = 25 * HOUR
"""Until what is mixed may be mixed again."""


@dataclass(frozen=True, slots=True)
class Generated:
    """A chain, and what bundles of it are about."""

    seed: int
    world: World
    subjects: tuple[Subject, ...]


def generated(seed: int) -> Generated:
    """The chain of a seed."""
    return Story(seed).told()


class Story:
    """One chain while it is written."""

    def __init__(self, seed: int) -> None:
        self.seed: Final = seed
        self.random: Final = Random(seed)
        self.world: Final = World.founded()
        self.looked_at = START
        self.island = 0

    def told(self) -> Generated:
        """Everybody's business in the order that the seed draws."""
        self._council()
        mined = [self._mined() for _ in range(self.random.choice((2, 3)))]
        self._strangers()
        refined = self._refined(mined)
        packs = self._packs(refined)
        others = [self._settled, self._lost, self._in_periods, self._released, self._unnamed]
        self.random.shuffle(others)
        lots = [lot for act in others for lot in act()]
        retired = self._products(packs)
        self._later_words()
        self._stands_at_the_end(lots)
        subjects = [Subject(BundleSubject.LOT, lot) for lot in (retired, *lots)]
        self.world.declare("idea", "gamma")
        names = (("beta", "car"), ("gamma", "idea"))
        products = [Subject(BundleSubject.PRODUCT, scoped(*name)) for name in names]
        assert len(products) + len(subjects) == SUBJECTS_OF_EACH
        return Generated(self.seed, self.world, (*products, *subjects))

    # acts of the council, and of members about themselves

    def _council(self) -> None:
        world = self.world
        world.tx(ev.HashRegistered(b"release".ljust(32, b"\0"), 1, word("archive")))
        later = checksummed(address_of("a later Runs"))
        world.tx(ev.ContractRegistered(b"Runs".ljust(32, b"\0"), 2, later, CODE))
        world.tx(ev.WriterSet(later, CODE))
        world.tx(ev.GraceSet(self.random.choice((3, 5)) * DAY))
        world.tx(ev.DirectBoundarySet(27, Material.ORE, True))
        world.set_window(self.random.choice((7, 8)) * DAY)
        names = ("oracle one", "oracle two", "oracle three")
        groups = tuple(sorted(word(f"group {name}") for name in names))
        if self.seed % 2 == 0:
            self._of_site("mine", lambda site, number: ev.PanelNamed(site, number, groups))
        world.member("assessor", Role.CERTIFIER)
        world.member("exchange", Role.RISK)
        world.member("releaser", Role.RISK)
        world.member("delta", Role.TRADER | Role.OPERATOR)
        self._season("assessor", Role.CERTIFIER)
        world.tx(ev.Paused(world.chain.time + DAY))
        self._freeze("gamma")
        world.chain.next(8 * DAY)
        for act in self._drawn(self._accounts, self._sites, self._papers):
            act()

    def _season(self, name: str, roles: Role) -> None:
        number = self._number(SubjectKind.MEMBER, name)
        self.world.chain.next()
        since = self.world.chain.time + 7 * DAY
        self.world.chain.emit(ev.RolesUnseasoned(word(name), number, roles, since))

    def _accounts(self) -> None:
        """Keys and accounts of a member come and go; another one's admin changes."""
        world, org, number = self.world, word("alpha"), self._member("alpha")
        extra, key = address("alpha extra"), word("key")
        world.tx(ev.AccountAdded(extra, org, number(), Role.TRADER | Role.OPERATOR, key))
        world.tx(ev.AccountRemoved(extra, org, number(), address("alpha")))
        world.tx(ev.AccountRestored(extra, org, number()))
        signer = address("alpha signer")
        world.tx(ev.RotationProposed(extra, org, number(), signer))
        world.tx(ev.SignerRotated(extra, org, number(), signer))
        world.tx(ev.SignerReplaced(extra, org, number(), address("alpha third")))
        world.tx(ev.ViewingKeyRotated(extra, org, number(), word("other key"), bytes(80)))
        world.tx(ev.AdminSet(word("bench"), self._member("bench")(), address("bench")))
        world.set_roles("delta", Role.TRADER | Role.OPERATOR | Role.MAKER)

    def _sites(self) -> None:
        """The mine is closed for a while; sites beside it, of which one is measured anew."""
        world = self.world
        world.close("mine")
        self._of_site("mine", ev.SiteReopened)
        world.site("far mine", "delta", "upland", [Material.ORE])
        world.close("far mine")
        world.propose_transfer("yard", "delta")
        world.propose_transfer("refinery", "alpha")
        if self.random.random() < 0.5:
            world.set_band("yard", 5_000, 0, 40_000)
        else:
            world.set_band("refinery", 5_000, 0, 50_000)

    def _papers(self) -> None:
        """Certificates of the mine beside the one that counts, and a place beside its own."""
        world = self.world
        scheme = self.random.choice((Scheme.RMI_RMAP, Scheme.CHAIN_OF_CUSTODY))
        for name in ("second", "third"):
            world.certify(f"mine-{name}", "mine", scheme)
        world.set_status("mine-third", "mine", CertificateStatus.SUSPENDED)
        world.excuse_certificate("mine-second", "mine")
        world.withdraw_certificate("mine-third", "mine", world.chain.time)
        world.excuse_determination("port")
        self.island = self.random.choice((0, CAHRA))
        world.determine("island", conflict=self.island == CAHRA)

    def _strangers(self) -> None:
        """Another house's lots, a hold on them, and a certificate that nobody here relies on."""
        world = self.world
        world.member("stranger", Role.TRADER | Role.OPERATOR | Role.MAKER)
        world.site("quarry", "stranger", "island", [Material.ORE])
        lots = [self._birth("quarry", "stranger", gates=self.island) for _ in range(2)]
        world.hold(lots[0])
        product = world.declare("carriage", "stranger")
        world.assign(product, lots[1], 1)
        world.suspend("stranger")
        self._freeze("stranger")

    def _freeze(self, name: str) -> None:
        world, group = self.world, word(f"group {name}")
        world.chain.next()
        until = world.chain.time + 7 * DAY
        world.chain.emit(ev.GroupFrozen(group, address("risk"), until))
        world.freeze(name)

    # the lots of the story

    def _birth(self, site: str = "mine", account: str = "alpha", **words: object) -> bytes:
        stated = self._stated(site, EventKind.BIRTH)
        return self.world.birth(stated, site=site, account=account, **words)  # type: ignore[arg-type]

    def _stated(self, site: str, kind: EventKind) -> Stated:
        """As it stands; on the way inspectors refused it, were of two minds, or the council
        excused that it came late."""
        world, late = self.world, self.random.random() < 0.2
        ago = 31 * DAY if late else HOUR
        if late:
            world.chain.next(32 * DAY)
        self._determined()
        stated = world.stated(site, kind, ago=ago)
        operator = world.operators[word(site)]
        others = [f"{operator} extra"] if operator == "alpha" else []
        world.file(stated, self.random.choice([operator, *others]))
        said = stated.statement
        for act in self._drawn(*"ro", at_least=0):
            if act == "r":
                world.tx(
                    ev.DocumentRefused(
                        said.site, said.document, word("oracle three"), said.sequence, WHY
                    )
                )
            elif act == "o":
                self._two_minds(stated)
        world.attest(stated, "oracle one", "oracle two")
        if late:
            world.excuse(stated)
        return stated

    def _determined(self) -> None:
        """Places are looked at again before the last word about them runs out."""
        world = self.world
        if world.chain.time > self.looked_at + 90 * DAY:
            self.looked_at = world.chain.time
            for place in ("upland", "port"):
                world.determine(place, world.chain.time, 300)

    def _two_minds(self, stated: Stated) -> None:
        world, said = self.world, stated.statement
        document = word(f"other document {said.sequence}")
        other = world.restated(replace(said, document=document))
        world.file(other, world.operators[said.site])
        world.attest(other, "oracle three", stands=False)
        world.stated_of[stated.id] = stated

    def _mined(self) -> bytes:
        """Born, perhaps held for a while, and sold after some attempts."""
        world = self.world
        lot = self._birth(model=MASS)
        if self.random.random() < 0.7:
            world.hold(lot)
            if self.random.random() < 0.5:
                world.renew(lot)
            world.release(lot)
        for attempt in self._drawn("reject", "cancel", "consent", at_least=0):
            world.offer(lot, "beta")
            if attempt == "reject":
                world.reject(lot)
            elif attempt == "cancel":
                world.cancel(lot)
            else:
                world.suspend("alpha")
                world.consent(lot, "risk", given=False)
                world.reinstate("alpha")
                world.cancel(lot)
        world.offer(lot, "beta")
        if self.random.random() < 0.7:
            record = self._price()
            world.check_price(lot, record, "beta", inside=self.random.random() < 0.5)
            self._corrected(record)
        world.accept(lot)
        return lot

    def _price(self) -> bytes:
        """A commodity with its methodology, prepared and released by two."""
        world, serial = self.world, len(self.world.chain.events)
        commodity, releaser = word(f"commodity {serial}"), address("releaser")
        world.tx(ev.CommodityRegistered(commodity, 1, word("exchange"), 27, Material.ORE))
        world.tx(ev.MethodologyNoticed(commodity, word("method"), 2, START // DAY))
        publication = Publication(
            commodity, START // DAY, PriceStatus.NORMAL, word("range"), word(f"record {serial}"),
            word("assessment"), word("method"), ZERO,
        )  # fmt: skip
        record = word(f"price day {serial}")
        prepared = (record, commodity, releaser, 3, address("second risk"), publication, SEALED)
        world.tx(ev.PricePrepared(*prepared))
        world.tx(ev.PriceReleased(record, commodity, publication.day, 4, releaser, publication))
        return record

    def _corrected(self, record: bytes) -> None:
        """Once somebody relied on it."""
        world = self.world
        released = [one.event for one in world.chain.events]
        first = next(
            one for one in released if isinstance(one, ev.PriceReleased) and one.record == record
        )
        later = word(f"correction {len(released)}")
        said = replace(first.publication, corrects=record, document=word("corrected"))
        world.tx(ev.PriceReleased(later, first.commodity, first.day, 5, first.releaser, said))

    def _refined(self, mined: Sequence[bytes]) -> bytes:
        """Each lot by itself, then joined, and perhaps parted."""
        world, process, rebook = self.world, RunKind.PROCESS, RunKind.REBOOK
        salts = [world.run(process, [lot], [(Material.SULPHATE, 1)])[0] for lot in mined]
        while len(salts) > 1:
            world.chain.next(REST)
            one, two, *salts = salts
            salts += world.run(rebook, [one, two], [(Material.SULPHATE, 1)])
        world.chain.next(REST)
        if self.random.random() < 0.5:
            kept, _ = world.run(rebook, salts, [(Material.SULPHATE, 1)] * 2)
            world.chain.next(REST)
            return kept
        return salts[0]

    def _packs(self, salt: bytes) -> bytes:
        return self.world.run(RunKind.PROCESS, [salt], [(Material.PACK, 6)])[0]

    def _products(self, packs: bytes) -> bytes:
        """Two cars of one lot of packs, claims about both; one car's end: what is retired of it."""
        world = self.world
        for name, units in (("car", 2), ("other car", 3)):
            product = world.declare(name)
            world.assign(product, packs, units)
            world.seal(product)
            total = world.total(product, 1, scale=6, name=f"total of {name}")
            world.claim(total, Measure.CREDIT_SHARE, 500_000)
        world.claim(packs, Measure.METAL_PER_UNIT, 2_000_000, 0)
        if self.random.random() < 0.7:
            world.chain.next(self.random.choice((1, 200)) * DAY)
        _, rest = world.retire(packs, kept=4, product=scoped("beta", "other car"))
        retired, _ = world.retire(rest, 2, kept=2, product=scoped("beta", "other car"))
        return retired

    # other lots of the same houses, each a subject of its own

    def _settled(self) -> list[bytes]:
        """Disputed, and measured by a laboratory: booked anew, or as it was; one is to be measured.

        Meanwhile the certifier of the mine may not certify what it did.
        """
        world, lots = self.world, []
        lapses = self.random.random() < 0.5
        if lapses:
            world.accredit("certifier", Scheme.CHAIN_OF_CUSTODY)
        for anew in (True, False, None):
            lot = self._birth()
            world.hand_over(lot, "beta")
            world.offer(lot, "gamma", days=7)
            world.dispute(lot)
            lots.append(lot)
            if anew is None:
                continue
            measured = world.event(
                "laboratory", EventKind.MEASUREMENT, hours=1, ago=60, inputs=[lot],
                no_output=not anew,
            )  # fmt: skip
            world.approve(lot, measured)
            if anew:
                lots[-1:] = world.run(
                    RunKind.SETTLE, [lot], [(Material.ORE, 1)], stated=measured,
                    model=CustodyModel.SEGREGATED,
                )  # fmt: skip
            else:
                world.end_dispute(lot, measured)
        if lapses:
            world.accredit("certifier", *Scheme)
        return lots

    def _lost(self) -> list[bytes]:
        """One is lost altogether, of another something is left."""
        world, lots = self.world, [self._birth(model=MASS) for _ in range(2)]
        for lot in lots:
            world.hand_over(lot, "beta")
        gone, left = lots
        world.chain.next(2 * HOUR)
        stated = world.event(
            "refinery", EventKind.LOSS, hours=1, ago=30, inputs=[gone], no_output=True
        )
        world.lose(stated)
        kept = world.run(RunKind.LOSS, [left], [(Material.ORE, 1)])
        return [gone, *kept]

    def _in_periods(self) -> list[bytes]:
        """Through a continuous plant, in two periods with stock between them."""
        world, month = self.world, 30 * DAY
        if word("tanks") not in world.operators:
            world.site("tanks", "beta", "port", [Material.SULPHATE])
            world.set_continuous("tanks", True)
        begin = world.chain.time
        taken: list[bytes] = []
        salts: list[bytes] = []
        for number in range(2):
            lot = self._birth(model=MASS)
            world.hand_over(lot, "beta")
            inputs, end = [*taken, lot], begin + (number + 1) * month
            world.chain.next(max(60, end + 60 - world.chain.time))
            said = world.stated("tanks", EventKind.PROCESSING, inputs=inputs)
            timed = replace(said.statement, from_=end - month, to=end)
            stated = world.attest(world.restated(timed))
            outputs = [(Material.SULPHATE, 1), (Material.IN_PROCESS, 1)][: 2 - number]
            made = world.run(
                RunKind.PROCESS, list(stated.statement.inputs), outputs, stated=stated, site="tanks"
            )
            salts.append(made[0])
            taken = made[1:]
        return salts

    def _released(self) -> list[bytes]:
        """Born held, outside the band; two let it go, or an act does after a month."""
        world, lots = self.world, []
        for by_act in (True, False):
            lot = self._birth(model=MASS)
            world.hand_over(lot, "beta")
            (out,) = world.run(RunKind.PROCESS, [lot], [(Material.SULPHATE, 1)], in_band=False)
            if by_act:
                world.chain.next(31 * DAY)
                world.release_by_act(out)
            else:
                world.release_lot(out)
            lots.append(out)
        return lots

    def _unnamed(self) -> list[bytes]:
        """Named by an event that its site declared wrong before anything was made of it."""
        world = self.world
        lot = self._birth()
        world.hand_over(lot, "beta")
        world.chain.next(2 * HOUR)
        stated = world.event("refinery", EventKind.PROCESSING, hours=1, ago=30, inputs=[lot])
        world.withdraw(stated)
        return [lot]

    # what is recorded once everything was made

    def _later_words(self) -> None:
        """Whatever makes a finding of what was right when it happened."""
        world = self.world
        of_the_mine = [
            one for one in world.stated_of.values() if one.statement.site == word("mine")
        ]
        used = [one for one in of_the_mine if one.id in world.used]
        self.random.shuffle(used)
        for stated in used[:2]:
            world.withdraw(stated)
        for stated in used[2:4]:
            world.withdraw(stated, "oracle one", stands=False)
        acts = ("credit", "place", "certifier", "quorum", "members")
        for act in sorted(self._drawn(*acts, at_least=4), key=acts.index):
            self._later(act)

    def _later(self, what: str) -> None:
        world = self.world
        if what == "credit":
            effective = world.chain.time - self.random.choice((10, 400)) * DAY
            world.set_status("mine-irma", "mine", CertificateStatus.SUSPENDED, effective)
        elif what == "place":
            place = self.random.choice(("upland", "port"))
            world.determine(place, START - 20 * DAY, 100, conflict=True)
        elif what == "certifier":
            world.suspend("certifier")
            world.chain.next(20 * DAY)
            world.take_over("mine-second", "mine", "assessor")
        elif what == "quorum":
            world.tx(ev.QuorumSet(3))
        else:
            world.suspend("oracle two")
            if self.random.random() < 0.5:
                world.reinstate("oracle two")
            world.set_group("gamma", "group of others", days_ago=self.random.choice((0, 3)))

    def _stands_at_the_end(self, lots: Sequence[bytes]) -> None:
        """Sites change hands, and one of the lots is held to the end."""
        world = self.world
        world.transfer("yard", "delta")
        if self.random.random() < 0.5:
            world.close("mine")
        shown = [one.event for one in world.chain.events]
        ended = {event.lot for event in shown if isinstance(event, ev.LotLost)}
        held = self.random.choice([lot for lot in lots if lot not in ended])
        world.hold(held)
        if self.random.random() < 0.5:
            world.propose_release(held, "risk")

    # how it is written

    def _drawn(self, *acts: object, at_least: int = 3) -> list:
        """Some of them, in some order."""
        count = self.random.randint(min(at_least, len(acts)), len(acts))
        return self.random.sample(acts, count)

    def _number(self, kind: SubjectKind, name: str) -> int:
        return self.world.chain.count(kind, word(name))

    def _member(self, name: str) -> Callable[[], int]:
        return lambda: self._number(SubjectKind.MEMBER, name)

    def _of_site(self, name: str, event: Callable[[bytes, int], ev.Event]) -> None:
        self.world.tx(event(word(name), self._number(SubjectKind.SITE, name)))
