"""Gives a node's history back what its intake still has: after a lost file, or an older version."""

from typing import Final

from lodetrace.errors import InputError
from oracle.examination import OracleNode
from oracle.service.intake import Intake

AT_ONCE: Final = 20
"""Documents in one commit."""


def recall(intake: Intake, node: OracleNode) -> int:
    """How many documents were remembered again; a kill anywhere leaves the rest to the next start.

    Nothing is judged anew. What can no longer be read, for want of a context, is left out.
    """
    lost = [one for one in intake.accepted() if not node.is_booked(one)]
    for start in range(0, len(lost), AT_ONCE):
        with node.together():
            for document in lost[start : start + AT_ONCE]:
                try:
                    node.recall(intake.content(document))
                except InputError:
                    continue
    return len(lost)
