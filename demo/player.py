"""Plays the steps of a story: one function an act, each safe to repeat."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from demo.attempts import attempt
from demo.clock import Clock
from demo.errors import StepFailed
from demo.late_filing import LateFiling
from demo.members import ELEMENTS, StoryMembers
from demo.oracles import Oracles
from demo.renewal import Renewal, lots_of
from demo.run_step import RunSeries, play_charge
from demo.step_log import StepLog
from demo.story import StoryStep, seconds
from lodetrace.contracts.enums import (
    CertificateStatus,
    CustodyModel,
    LotState,
    Measure,
    ReasonCode,
)
from lodetrace.contracts.reasons import coded
from lodetrace.contracts.scoped_ids import scoped_id
from lodetrace.errors import LodetraceError
from lodetrace.member import births, claims, holds, inbox, offers, products, totals
from lodetrace.member.lots import view_lot
from lodetrace.member.merge_trees import Progress
from lodetrace.member.reasons import code_reason
from lodetrace.text import hex_of
from lodetrace.units import parse_intensity, parse_share
from zk_circuits.keccak import keccak256
from zk_circuits.schema import SCHEMA, SCHEMAS, Credit

Labels = dict[str, bytes]
Facts = dict[str, Any]


@dataclass(slots=True)
class Player:
    """Plays one story on one chain. progress: told of the parts of a long step.

    renewal: signs the documents as the story goes, where their lots have no ids yet.
    """

    members: StoryMembers
    oracles: Oracles
    step_log: StepLog
    clock: Clock
    progress: Progress
    renewal: Renewal | None = None
    runs: RunSeries = field(init=False)

    def __post_init__(self) -> None:
        self.runs = RunSeries(self.members, self.step_log)

    def play(self, step: StoryStep) -> None:
        """Plays a step at its date, unless it is done; raises StepFailed."""
        if self.step_log.is_done(step.id):
            return
        self.clock.forward_to(step.at)
        try:
            labels, facts = ACTS[step.do](self, step)
        except LodetraceError as error:
            reason = f"{error} {error.advice}"
            raise StepFailed(step=step.id, what=step.do, reason=reason) from error
        self.step_log.write(step.id, labels, facts)

    def lots(self, step: StoryStep) -> list[bytes]:
        return self.step_log.lots(step["lots"])


def _attest(player: Player, step: StoryStep) -> tuple[Labels, Facts]:
    if player.renewal is not None:
        player.renewal.sign(lots_of(player.members.story, player.step_log.labels))
    player.members.file(step["documents"])
    for number, node in enumerate(step["nodes"], 1):
        player.oracles.attest(node, step["documents"])
        player.progress(number, len(step["nodes"]))
    if player.clock.late:
        LateFiling(player.members).excuse(step.id, step["documents"])
    return {}, {}


def _birth(player: Player, step: StoryStep) -> tuple[Labels, Facts]:
    orders = [_birth_order(player, lot) for lot in step["lots"]]
    born = births.file_births(player.members[step.actor], orders)
    labels: Labels = {}
    for number, (lot, made) in enumerate(zip(step["lots"], born, strict=True), 1):
        labels[lot["lot"]] = made.lot
        player.progress(number, len(orders))
    return labels, {}


def _birth_order(player: Player, lot: Mapping[str, Any]) -> births.BirthOrder:
    stated = player.members.stated(lot["document"], lot["element"])
    return births.BirthOrder(
        event_id=stated.event_id,
        event=stated.opening,
        material=player.oracles.material(lot["document"]),
        model=CustodyModel[lot["model"]],
    )


def _offer(player: Player, step: StoryStep) -> tuple[Labels, Facts]:
    receiver = player.members.keys(step["to"]).account
    answered = step.id not in player.members.story.unanswered
    ends = seconds(step["expires"])
    expiry = player.clock.expiry(step.at, ends, answered=answered)
    lasting = player.clock.lasting(step.at, ends, answered=answered)
    offers.offer(player.members[step.actor], player.lots(step), receiver, expiry, lasting)
    return {}, {}


def _lapse(player: Player, step: StoryStep) -> tuple[Labels, Facts]:
    """Nothing is sent: the offers' time has passed, the lots are as good as active."""
    found = {lot: player.members.anybody().reads.lot(lot) for lot in player.lots(step)}
    now = player.clock.now()
    if (until := max(lot.until for lot in found.values())) >= now:
        now = player.clock.forward_to(until + 1)
    for lot, view in found.items():
        if view.state_at(now) is not LotState.ACTIVE:
            raise StepFailed(step=step.id, what="lapse", reason=f"{hex_of(lot)} is still bound")
    return {}, {}


def _accept(player: Player, step: StoryStep) -> tuple[Labels, Facts]:
    """Weighs first, where a receiving document is at hand; then opens, checks and accepts."""
    facts = _received(player, step, within=True)
    inbox.accept(player.members[step.actor], player.lots(step))
    return {}, facts


def _dispute(player: Player, step: StoryStep) -> tuple[Labels, Facts]:
    facts = _received(player, step, within=False)
    received = player.members.document(step["document"]).hash
    member, reason = player.members[step.actor], code_reason(step["reason"])
    inbox.dispute(member, player.lots(step), received, reason)
    return {}, facts


def _received(player: Player, step: StoryStep, *, within: bool) -> Facts:
    """What the receiver's scale says of the lot in its document, against the sealed opening."""
    if "document" not in step.fields:
        return {}
    found = player.oracles.received(step["document"])
    member, lot = player.members[step.actor], player.step_log.labels[found.lot]
    view = view_lot(member, lot)
    if view.lot.account == member.account or view.state is LotState.DISPUTED:
        return {}  # answered before a crash
    item = inbox.required_item(member, lot)
    if item.opening is None:
        raise StepFailed(step=step.id, what=step.do, reason=str(item.problem))
    offered = item.opening.lot.metal
    tolerated = abs(offered - found.metal) * 1_000_000 <= found.tolerance_ppm * offered
    if tolerated is not within:
        reason = f"{found.lot}: {offered} mg offered, {found.metal} mg received"
        raise StepFailed(step=step.id, what=step.do, reason=reason)
    difference = {"lot": found.lot, "offered_mg": offered, "received_mg": found.metal}
    return {step.id: {**difference, "tolerance_ppm": found.tolerance_ppm}}


def _approve(player: Player, step: StoryStep) -> tuple[Labels, Facts]:
    lot = player.step_log.labels[step["lot"]]
    stated = player.members.stated(step["document"], step["element"])
    holds.approve_settlement(player.members[step.actor], lot, stated.event_id)
    return {}, {}


def _hold(player: Player, step: StoryStep) -> tuple[Labels, Facts]:
    for lot in player.lots(step):
        holds.hold(player.members[step.actor], lot, code_reason(step["reason"]))
    return {}, {}


def _release(player: Player, step: StoryStep) -> tuple[Labels, Facts]:
    for lot in player.lots(step):
        holds.release(player.members[step.actor], lot)
    return {}, {}


def _run(player: Player, step: StoryStep) -> tuple[Labels, Facts]:
    return player.runs.play(step), {}


def _charge(player: Player, step: StoryStep) -> tuple[Labels, Facts]:
    return play_charge(player.members, player.step_log, step, player.progress), {}


def _certificate_status(player: Player, step: StoryStep) -> tuple[Labels, Facts]:
    """Sets the status that certificates.yaml describes under its id."""
    member = player.members[step.actor]
    certificate = scoped_id(member.account, keccak256(step["certificate"].encode()))
    status = player.oracles.certificate_status(step["certificate"], step["status"])
    member.send(
        f"certificate-status:{certificate.hex()}:{step['status']}",
        "Certificates",
        "setStatus",
        certificate,
        CertificateStatus[status["status"]],
        seconds(status["effective_from"]),
        coded(ReasonCode[status["reason"]]),
    )
    return {}, {}


def _declare(player: Player, step: StoryStep) -> tuple[Labels, Facts]:
    member = player.members[step.actor]
    return {step["product"]: products.declare(member, step["identifier"])}, {}


def _assign(player: Player, step: StoryStep) -> tuple[Labels, Facts]:
    member, product = player.members[step.actor], player.step_log.labels[step["product"]]
    for part in step["parts"]:
        products.assign(member, product, player.step_log.labels[part["lot"]], part["units"])
    return {}, {}


def _seal(player: Player, step: StoryStep) -> tuple[Labels, Facts]:
    products.seal(player.members[step.actor], player.step_log.labels[step["product"]])
    return {}, {}


def _total(player: Player, step: StoryStep) -> tuple[Labels, Facts]:
    member, product = player.members[step.actor], player.step_log.labels[step["product"]]
    found = totals.total(member, product, ELEMENTS[step["element"]])
    if found.scale != step["scale"]:
        reason = f"its scale is {found.scale}, the story says {step['scale']}"
        raise StepFailed(step=step.id, what="total", reason=reason)
    return {step["total"]: found.total}, {}


def _claim(player: Player, step: StoryStep) -> tuple[Labels, Facts]:
    measure = Measure[step["measure"]]
    carbon = measure is Measure.CARBON_INTENSITY
    order = claims.ClaimOrder(
        subject=player.step_log.labels[step["subject"]],
        measure=measure,
        threshold=(parse_intensity if carbon else parse_share)(step["threshold"]),
        credits=tuple(_credit(name) for name in step.fields.get("credits", ())),
    )
    done = claims.claim(player.members[step.actor], order)
    return {step.id: done.claim_id}, {}


def _retire(player: Player, step: StoryStep) -> tuple[Labels, Facts]:
    """Of each metal the units that the document says, and what is left of their lots."""
    member, product = player.members[step.actor], player.step_log.labels[step["product"]]
    made = {}
    for element, lots in step["lots"].items():
        stated = player.members.stated(step["document"], element)
        done = products.retire(member, product, stated.event_id)
        made[lots["retired"]] = done.lot
        if done.rest is not None:
            made[lots["rest"]] = done.rest
    return made, {}


def _try(player: Player, step: StoryStep) -> tuple[Labels, Facts]:
    return {}, attempt(player.members, player.step_log, step)


def _credit(name: str) -> Credit:
    return next(credit for credit, meaning in SCHEMAS[SCHEMA].items() if meaning.name == name)


Act = Callable[[Player, StoryStep], tuple[Labels, Facts]]

ACTS: Final[Mapping[str, Act]] = {
    "attest": _attest,
    "birth": _birth,
    "offer": _offer,
    "lapse": _lapse,
    "accept": _accept,
    "dispute": _dispute,
    "approve-settlement": _approve,
    "hold": _hold,
    "release": _release,
    "charge": _charge,
    "run": _run,
    "certificate-status": _certificate_status,
    "declare": _declare,
    "assign": _assign,
    "seal": _seal,
    "total": _total,
    "claim": _claim,
    "retire": _retire,
    "try": _try,
}
