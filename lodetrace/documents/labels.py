"""What people call the goods of a site's document: numbers of seals and of batches.

A container is known by its seal, a bag or batch by its batch number (AI 10 of its GS1 Digital
Link).
"""

from urllib.parse import unquote

from lodetrace.documents.identity import seal_number
from lodetrace.documents.statement import SiteStatement


def labels_of(statement: SiteStatement, symbol: str) -> tuple[str, ...]:
    """Of what came out with an element, the seals first; each once, as they were first written."""
    batches = (unquote(one.rpartition("/10/")[2]) for one in statement.batches(symbol))
    found: dict[str, str] = {}
    for written in (*statement.seals, *batches):
        found.setdefault(seal_number(written), written)
    return tuple(found.values())
