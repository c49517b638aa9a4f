"""What dishonest members of the story try, and who stops them.

Each attempt is put to the chain as its actor would send it, at that day of the story. The
contract refuses it, so nothing is sent; a story in which it went through would not go on.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from rich.table import Table

from demo.errors import StepFailed
from demo.members import StoryMembers
from demo.step_log import StepLog
from demo.story import Story, StoryStep, seconds
from lodetrace.contracts.enums import (
    CertificateStatus,
    CustodyModel,
    Material,
    ReasonCode,
    RunKind,
)
from lodetrace.contracts.reasons import coded
from lodetrace.contracts.refusals.decoder import ContractRefused
from lodetrace.contracts.scoped_ids import scoped_id
from lodetrace.contracts.sealed_boxes import CONTENT_BYTES, BoxAlgorithm
from lodetrace.contracts.structs import ZERO32, RunOutput, RunRequest
from lodetrace.member.prover import NO_PROOF
from lodetrace.text import DAY_SECONDS, enum_words
from zk_circuits.keccak import keccak256

UNOPENED: Final = bytes([BoxAlgorithm.X25519]) + bytes(CONTENT_BYTES[BoxAlgorithm.X25519])
"""Of the form of a sealed box: nobody comes as far as opening it."""

UNREFINED: Final = RunOutput(keccak256(b"metal that was not refined"), 1, Material.SULPHATE)
"""A lot that would be made; the refusal comes before anybody looks at it."""

Call = tuple[str, str, tuple[Any, ...]]
"""Contract, function and arguments."""


def attempt(members: StoryMembers, step_log: StepLog, step: StoryStep) -> dict[str, Any]:
    """Puts one attempt to the chain; the facts of its refusal. Raises StepFailed if it passed."""
    member = members[step.actor]
    contract, function, arguments = CALLS[step["try"]](members, step_log, step)
    data = member.contracts.data(contract, function, *arguments)
    try:
        member.sender.rehearse(member.contracts.address(contract), data)
    except ContractRefused as refused:
        if refused.name != step["refused"]:
            raise
        return {step.id: {"contract": contract, "refusal": refused.name, "because": str(refused)}}
    raise StepFailed(step=step.id, what="try", reason="the chain would have taken it.")


def attempts_table(story: Story, step_log: StepLog) -> Table:
    """What was tried, who stopped it, and why."""
    table = Table(title="What was tried, and who stopped it", title_justify="left", pad_edge=False)
    for name in ("what was tried", "stopped by", "because"):
        table.add_column(name)
    for step in story.steps:
        if step.do == "try":
            found = step_log.facts[step.id]
            by = f"{found['contract']}: {found['refusal']}"
            table.add_row(f"{step.actor}: {step['attack']}", by, found["because"])
    return table


def _run(members: StoryMembers, step_log: StepLog, step: StoryStep) -> Call:
    stated = members.stated(step["document"], step["element"])
    request = RunRequest(
        kind=enum_words(RunKind)[step["kind"]],
        event_id=stated.event_id,
        inputs=tuple(sorted(step_log.lots(step["inputs"]))),
        outputs=(UNREFINED,),
        model=CustodyModel[step["model"]],
        in_band=True,
        sealed_to_owner=(UNOPENED,),
        proof=NO_PROOF,
    )
    return "Runs", "run", (request,)


def _offer(members: StoryMembers, step_log: StepLog, step: StoryStep) -> Call:
    lots = step_log.lots(step["lots"])
    receiver, expiry = members.keys(step["to"]).account, members.anybody().now() + DAY_SECONDS
    return "Custody", "offerMany", (lots, receiver, expiry, [UNOPENED] * len(lots))


def _status(members: StoryMembers, step_log: StepLog, step: StoryStep) -> Call:
    label, since = keccak256(step["certificate"].encode()), seconds(step["effective_from"])
    certificate = scoped_id(members.keys(step.actor).account, label)
    reason = coded(ReasonCode.CORRECTED)
    return "Certificates", "setStatus", (certificate, CertificateStatus.IN_FORCE, since, reason)


def _release(members: StoryMembers, step_log: StepLog, step: StoryStep) -> Call:
    return "Holds", "release", tuple(step_log.lots(step["lots"]))


def _retire(members: StoryMembers, step_log: StepLog, step: StoryStep) -> Call:
    """On its maker's word: no end of life is attested."""
    (lot,) = step_log.lots(step["lots"])
    request = RunRequest(
        kind=RunKind.END_OF_LIFE,
        event_id=ZERO32,
        inputs=(lot,),
        outputs=(replace(UNREFINED, material=Material.RETIRED),),
        model=CustodyModel[step["model"]],
        in_band=True,
        sealed_to_owner=(UNOPENED,),
        proof=NO_PROOF,
    )
    return "Products", "retire", (step_log.labels[step["product"]], request)


CALLS: Final[Mapping[str, Callable[[StoryMembers, StepLog, StoryStep], Call]]] = {
    "run": _run,
    "offer": _offer,
    "certificate-status": _status,
    "release": _release,
    "retire": _retire,
}
