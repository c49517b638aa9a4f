"""Every writer of a member, twice: what was done is found on chain, not on the member's disk.

One story on one chain. After each act its member's home folder is emptied and filled again by
`recover`; the same act then answers the same and sends nothing. A changed one is refused with
what stands, or is plainly a further act.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Final

import pytest

from lodetrace.contracts.enums import CustodyModel, EventKind, Material, Measure, RunKind
from lodetrace.contracts.events import LotRejected
from lodetrace.contracts.refusals.decoder import ContractRefused
from lodetrace.errors import LodetraceError
from lodetrace.keys.member_keys import MemberKeys, address_of
from lodetrace.member.births import BirthOrder, EventUsedOtherwise, file_birth
from lodetrace.member.claims import ClaimOrder, claim
from lodetrace.member.holds import (
    HeldOtherwise,
    approve_settlement,
    end_dispute,
    hold,
    release,
    renew,
)
from lodetrace.member.inbox import accept, dispute, reject
from lodetrace.member.merge_trees import merge, split
from lodetrace.member.offers import OfferStands, cancel, disclose, offer
from lodetrace.member.price_checks import CheckStands, prove_settlement
from lodetrace.member.products import AssignedOtherwise, assign, declare, product_id, retire, seal
from lodetrace.member.reasons import ReasonStands, Words, code_reason, kept_words, read_reason
from lodetrace.member.recover import recover
from lodetrace.member.rotation import rotate_signer, rotate_viewing_key
from lodetrace.member.run_plan import RunOrder, Wanted
from lodetrace.member.runs import LotsUsedOtherwise, record_loss, run, settle
from lodetrace.member.session import MemberSession
from lodetrace.member.totals import total
from oracle.prices.chain_publication import prepare_record, release_record
from tests.stateful.market import LOW, Market
from tests.stateful.paths import DAY, TONNE, born, dismantled, handed_over, offered
from tests.support.consortium import COBALT, Consortium, word
from zk_circuits.balance import BirthMeasurement, RunMeasurement
from zk_circuits.commitment import Opening
from zk_circuits.schema import Credit

pytestmark = pytest.mark.chain

RECEIVED = word("receiving document")
REASON, OTHER = code_reason("weight-differs"), code_reason("seal-broken")
MASS_BALANCE = CustodyModel.MASS_BALANCE
HYDROXIDE, PACK = Material.HYDROXIDE, Material.PACK
SENT: Final = None
"""What becomes of a changed act that is a further one."""

Event = tuple[bytes, Opening]


@dataclass
class Story:
    """The chain, and what the acts so far have made, by label."""

    consortium: Consortium
    market: Market
    made: dict[str, Any] = field(default_factory=dict)

    def account(self, name: str) -> str:
        return self.consortium.account(name)

    def session(self, name: str) -> MemberSession:
        return self.market.manager if name == "price_manager" else self.consortium.member(name)

    def emptied(self, name: str) -> MemberSession:
        """The member with nothing but its keys, after `lodetrace keys recover`."""
        self.consortium.forget(name)
        member = self.session(name)
        recover(member)
        return member

    def bare(self, name: str) -> MemberSession:
        """The member with nothing but its keys."""
        self.consortium.forget(name)
        return self.session(name)

    def sent(self, name: str) -> int:
        return self.consortium.node.transaction_count(self.session(name).sender.signer, "latest")

    def weighed(self, lot: str, metal: int, label: str, *, no_less: bool = False) -> None:
        """A disputed lot, by the laboratory. no_less: than it should."""
        self.made[label] = self.consortium.attest(
            "laboratory",
            EventKind.MEASUREMENT,
            RunMeasurement.settlement(metal, 1),
            inputs=[self.made[lot]],
            no_output=no_less,
        )

    def packed(self, lot: str, label: str) -> None:
        """Eight packs, of a lot of two tonnes."""
        self.made[label] = self.consortium.attest(
            "pack_line",
            EventKind.PROCESSING,
            RunMeasurement(2 * TONNE, (2 * TONNE,), 7, units=8),
            inputs=[self.made[lot]],
            unit_material=PACK,
        )


Do = Callable[[Story, MemberSession], Any]


@dataclass(frozen=True)
class Act:
    """who: does it. before: what others do first. changed: the same with something else in it.

    becomes: how the changed one is refused; SENT where it is a further act.
    """

    name: str
    who: str
    do: Do
    changed: Do | None = None
    becomes: type[LodetraceError] | None = SENT
    before: Callable[[Story], object] = lambda story: None


def _birth(story: Story) -> None:
    measured = BirthMeasurement(6 * TONNE, TONNE, attested=(3 * TONNE, 0, 0, 0))
    event = story.consortium.attest("mine", EventKind.BIRTH, measured)
    story.made["birth"] = BirthOrder(*event, HYDROXIDE, model=MASS_BALANCE)


def _file(**changed: Any) -> Do:
    return lambda story, member: file_birth(member, replace(story.made["birth"], **changed))


def _end(story: Story, days: int) -> int:
    """The same at every repetition: counted from the first time that anybody asks."""
    return int(story.made.setdefault("now", story.consortium.now())) + days * DAY


def _offer(lot: str, to: str, days: int = 9) -> Do:
    return lambda story, member: offer(
        member, [story.made[lot]], story.account(to), _end(story, days)
    )


def _offer_for(days: int) -> Do:
    """As typed, "9 days": counted anew from the chain's time."""
    return lambda story, member: offer(
        member,
        [story.made["lot"]],
        story.account("refinery"),
        story.consortium.now() + days * DAY,
        days * DAY,
    )


def _thirds(*tonnes: int) -> list[Wanted]:
    return [Wanted(one * TONNE, HYDROXIDE) for one in tonnes]


def _split(*tonnes: int) -> Do:
    def do(story: Story, member: MemberSession) -> list[bytes]:
        parts = split(member, story.made["settled"], _thirds(*tonnes))
        story.made |= zip(("a", "b", "c"), parts, strict=True)
        return parts

    return do


def _process(event: str = "process", lots: tuple[str, ...] = ("a",), greedy: bool = True) -> Do:
    """Into two series of packs; under mass balance the first may bear all credits."""

    def do(story: Story, member: MemberSession) -> Any:
        event_id, opening = story.made[event]
        order = RunOrder(
            RunKind.PROCESS,
            inputs=tuple(story.made[lot] for lot in lots),
            outputs=(Wanted(TONNE, PACK, 4), Wanted(TONNE, PACK, 4)),
            model=MASS_BALANCE,
            event_id=event_id,
            event=opening,
            greedy=greedy,
        )
        done = run(member, order)
        story.made["packs"] = done.outputs[0].lot
        return done

    return do


def _packs_delivered(story: Story) -> None:
    handed_over(story.consortium, "pack_maker", "car_maker", [story.made["packs"]])


def _car_dismantled(story: Story) -> None:
    series = story.made["packs"]
    lot = story.session("car_maker").reads.lot(series)
    metal = TONNE // lot.count
    story.made["ended"] = dismantled(story.consortium, series, metal, 1)


def _assign(car: str, units: int) -> Do:
    return lambda story, member: assign(member, product_id(member, car), story.made["packs"], units)


def _both_measured(story: Story) -> None:
    for label in ("weighed", "weighed again"):
        story.weighed("lot", 6 * TONNE, label)


def _both_processed(story: Story) -> None:
    handed_over(story.consortium, "mine", "pack_maker", [story.made["b"]])
    for lot, label in (("a", "process"), ("b", "process again")):
        story.packed(lot, label)


def _lost(story: Story) -> None:
    """Nothing is left of a lot of eight tonnes."""
    story.made["loss"] = story.consortium.attest(
        "mine",
        EventKind.LOSS,
        RunMeasurement(0, (8 * TONNE,)),
        inputs=[story.made["lot"]],
        no_output=True,
    )


def _weighed_no_less(story: Story) -> None:
    """A disputed lot is found to be what it should, and the umpire approves that."""
    lot = story.made["kept"] = _another(story)
    offered(story.consortium, "mine", "refinery", [lot])
    dispute(story.session("refinery"), [lot], RECEIVED, REASON)
    story.weighed("kept", 6 * TONNE, "no less", no_less=True)
    approve_settlement(story.session("umpire"), lot, story.made["no less"][0])


def _another(story: Story) -> bytes:
    """One more lot of the mine."""
    _birth(story)
    return file_birth(story.consortium.member("mine"), story.made["birth"]).lot


def _approve(event: str) -> Do:
    return lambda story, member: approve_settlement(member, story.made["lot"], story.made[event][0])


def _settle(event: str) -> Do:
    return lambda story, member: settle(member, story.made["lot"], *story.made[event])


def _claim(share: int) -> Do:
    return lambda story, member: claim(
        member,
        ClaimOrder(story.made["total"], Measure.CREDIT_SHARE, share, (Credit.RESPONSIBLE,)),
    )


def _keep(label: str, do: Do, pick: Callable[[Any], Any]) -> Do:
    def kept(story: Story, member: MemberSession) -> Any:
        done = do(story, member)
        story.made[label] = pick(done)
        return done

    return kept


def _lot(call: Callable[..., Any], *values: Any) -> Do:
    return lambda story, member: call(member, story.made["lot"], *values)


def _lots(call: Callable[..., Any], *values: Any) -> Do:
    return lambda story, member: call(member, [story.made["lot"]], *values)


def _disclose(to: str) -> Do:
    return lambda story, member: disclose(member, story.made["lot"], story.account(to))


def _prepare(story: Story, member: MemberSession) -> bytes:
    return prepare_record(member, story.made["record"], story.market.manager.account)


def _release(*subscribers: str) -> Do:
    return lambda story, member: release_record(
        member, story.made["record"], [story.account(one) for one in subscribers]
    )


def _prove(price: int) -> Do:
    return lambda story, member: prove_settlement(
        member, story.made["lot"], story.made["price"], price
    )


ACTS: Final = (
    Act(
        "birth",
        "mine",
        _keep("lot", _file(), lambda born: born.lot),
        _file(material=Material.ORE),
        EventUsedOtherwise,
        before=_birth,
    ),
    Act("disclosure", "mine", _disclose("refinery"), _disclose("recycler"), SENT),
    Act("hold", "risk", _lot(hold, REASON), _lot(hold, OTHER), HeldOtherwise),
    Act("hold's renewal", "auditor", _lot(renew), _lot(hold, REASON), HeldOtherwise),
    Act("proposal of a release", "risk", _lot(release)),
    Act("release", "auditor", _lot(release)),
    Act("offer", "mine", _offer("lot", "refinery"), _offer("lot", "refinery", 8), OfferStands),
    Act("cancellation", "mine", _lots(cancel)),
    Act("offer for some days", "mine", _offer_for(9), _offer_for(8), OfferStands),
    Act(
        "price's preparation",
        "price_reporter",
        _prepare,
        before=lambda story: story.made.update(record=story.market.record()),
    ),
    Act(
        "price's release",
        "price_manager",
        _keep("price", _release("mine"), lambda record: record),
        _release("mine", "refinery"),
        SENT,
    ),
    Act("price check", "mine", _prove(LOW), _prove(LOW + 1), CheckStands),
    Act("rejection", "refinery", _lots(reject, REASON), _lots(reject, OTHER), ReasonStands),
    Act("price check of an ended offer", "mine", _prove(LOW), _prove(LOW + 1), LodetraceError),
    Act("offer after a rejection", "mine", _offer("lot", "refinery")),
    Act(
        "dispute",
        "refinery",
        _lots(dispute, RECEIVED, REASON),
        _lots(dispute, RECEIVED, OTHER),
        ReasonStands,
    ),
    Act(
        "approval",
        "umpire",
        _approve("weighed"),
        _approve("weighed again"),
        SENT,
        before=_both_measured,
    ),
    Act("approval of the first one after all", "umpire", _approve("weighed")),
    Act(
        "settlement",
        "mine",
        _keep("settled", _settle("weighed"), lambda done: done.outputs[0].lot),
        _settle("weighed again"),
        LotsUsedOtherwise,
    ),
    Act(
        "approval of an ended dispute",
        "umpire",
        _approve("weighed"),
        _approve("weighed again"),
        ContractRefused,
    ),
    Act("split", "mine", _split(2, 2, 2), _split(1, 3, 2), LotsUsedOtherwise),
    Act("offer of a part", "mine", _offer("a", "pack_maker")),
    Act("acceptance", "pack_maker", lambda story, member: accept(member, [story.made["a"]])),
    Act("offer that was accepted", "mine", _offer("a", "pack_maker")),
    Act(
        "processing",
        "pack_maker",
        _process(),
        _process("process again"),
        LotsUsedOtherwise,
        before=_both_processed,
    ),
    Act(
        "processing with other credits",
        "pack_maker",
        _process(),
        _process(greedy=False),
        LotsUsedOtherwise,
    ),
    Act(
        "processing of more lots",
        "pack_maker",
        _process(),
        _process(lots=("a", "b")),
        LodetraceError,
    ),
    Act(
        "declaration",
        "car_maker",
        lambda story, member: declare(member, "car"),
        lambda story, member: declare(member, "second car"),
        SENT,
        before=_packs_delivered,
    ),
    Act("assignment", "car_maker", _assign("car", 1), _assign("car", 2), AssignedOtherwise),
    Act("assignment to a second car", "car_maker", _assign("second car", 3)),
    Act("seal", "car_maker", lambda story, member: seal(member, product_id(member, "car"))),
    Act(
        "total",
        "car_maker",
        _keep(
            "total",
            lambda story, member: total(member, product_id(member, "car"), COBALT),
            lambda found: found.total,
        ),
    ),
    Act("claim", "car_maker", _claim(500_000), _claim(1_000_000), SENT),
    Act(
        "retirement",
        "car_maker",
        lambda story, member: retire(member, product_id(member, "car"), story.made["ended"]),
        before=_car_dismantled,
    ),
    Act(
        "merger",
        "mine",
        _keep(
            "lot",
            lambda story, member: merge(member, [story.made["settled c"], story.made["c"]]),
            lambda lot: lot,
        ),
        lambda story, member: merge(member, [story.made["c"], story.made["b"]]),
        LodetraceError,
        before=lambda story: story.made.update({"settled c": _another(story)}),
    ),
    Act(
        "end of a dispute",
        "refinery",
        lambda story, member: end_dispute(member, story.made["kept"]),
        before=_weighed_no_less,
    ),
    Act(
        "charge",
        "mine",
        lambda story, member: merge(member, story.made["charged"], kind=RunKind.CHARGE),
        lambda story, member: merge(
            member, [*story.made["charged"], story.made["kept"]], kind=RunKind.CHARGE
        ),
        LodetraceError,
        before=lambda story: story.made.update(charged=[_another(story), _another(story)]),
    ),
    Act(
        "loss",
        "mine",
        lambda story, member: record_loss(member, story.made["loss"][0]),
        before=_lost,
    ),
)


WITHOUT_AMOUNTS = {
    "hold", "hold's renewal", "release", "offer", "cancellation", "rejection", "dispute",
    "assignment", "seal", "claim", "end of a dispute", "loss",
}  # fmt: skip
"""Acts that the chain alone tells of: they are found before `lodetrace keys recover`, too."""


def test_every_act_is_found_on_chain(consortium: Consortium) -> None:
    story = Story(consortium, Market.opened(consortium))
    for act in ACTS:
        act.before(story)
        done = act.do(story, story.session(act.who))
        member, sent = story.emptied(act.who), story.sent(act.who)
        consortium.wait(60)
        assert act.do(story, member) == done, act.name
        if act.name in WITHOUT_AMOUNTS:
            assert act.do(story, story.bare(act.who)) == done, f"{act.name}, not recovered"
            story.emptied(act.who)
        assert story.sent(act.who) == sent, f"{act.name} was sent twice"
        if act.changed is None:
            continue
        member = story.emptied(act.who)
        if act.becomes is SENT:
            act.changed(story, member)
            assert story.sent(act.who) > sent, f"{act.name}, changed, had no effect"
        else:
            with pytest.raises(act.becomes):
                act.changed(story, member)
            assert story.sent(act.who) == sent, f"{act.name}, changed, was sent"


def test_a_rotation_is_finished_with_an_emptied_home(consortium: Consortium) -> None:
    """The keystore alone knows the key that follows."""
    for rotate in (rotate_viewing_key, rotate_signer):
        member = consortium.member("refinery")
        stored: list[MemberKeys] = []

        def save(keys: MemberKeys, stored: list[MemberKeys] = stored) -> None:
            stored.append(keys)
            if keys.next_signing_key is not None:
                signer = address_of(keys.next_signing_key)
                consortium.node.rpc("anvil_setBalance", [signer, hex(10**21)])

        rotated = rotate(member, save)
        count = consortium.node.transaction_count(member.sender.signer, "latest")
        consortium.forget("refinery")
        again = MemberSession(
            consortium.network, consortium.contracts(), stored[0], consortium.home / "refinery"
        )
        consortium.sessions["refinery"] = again
        assert rotate(again, save) == rotated
        assert consortium.node.transaction_count(again.sender.signer, "latest") == count
        consortium.forget("refinery")
        consortium.sessions["refinery"] = MemberSession(
            consortium.network, consortium.contracts(), rotated, consortium.home / "refinery"
        )


def test_the_same_words_again_are_the_same_reason(consortium: Consortium) -> None:
    """A retry commits under a fresh salt; the text tells that it is one."""
    lot = born(consortium).lot
    offered(consortium, "mine", "refinery", [lot])
    refinery = consortium.member("refinery")
    spoken, again, others = (Words.spoken(text) for text in ("too wet", "too wet", "too dry"))
    reject(refinery, [lot], kept_words(refinery, spoken))
    assert reject(refinery, [lot], kept_words(refinery, again)) == [lot]
    with pytest.raises(ReasonStands, match="too wet"):
        reject(refinery, [lot], kept_words(refinery, others))
    [stands] = refinery.contracts.happened(LotRejected, lot=lot)
    assert stands.reason == spoken.word
    assert read_reason(refinery, stands.reason) == "too wet"
    mine = consortium.member("mine")
    assert read_reason(mine, stands.reason) == "0x" + spoken.word.hex()
    risk = consortium.member("risk")
    first = hold(risk, lot, kept_words(risk, spoken))
    assert hold(risk, lot, kept_words(risk, again)) == first
