"""How the verdicts about a recorded proof are shown."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from lodetrace.cli.answer import Answer, fields
from lodetrace.errors import ExitCode

if TYPE_CHECKING:
    from lodetrace.member.recheck import Verdicts


def verdict_answer(
    document: Mapping[str, object], shown: Mapping[str, str], verdicts: "Verdicts"
) -> Answer:
    """What was recorded, with every verdict; exit code 5 unless all say that it holds."""
    holds = all(verdict.holds for verdict in verdicts.values())
    reasons = {
        name: None if verdict.reason is None else str(verdict.reason)
        for name, verdict in verdicts.items()
    }
    listed = {
        name: {"holds": verdict.holds, "reason": reasons[name]}
        for name, verdict in verdicts.items()
    }
    said = {
        name: "holds" if verdict.holds else str(reasons[name]) for name, verdict in verdicts.items()
    }
    code = ExitCode.OK if holds else ExitCode.REFUSED
    return Answer(
        {**document, "holds": holds, "verdicts": listed}, [fields({**shown, **said})], code
    )
