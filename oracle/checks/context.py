"""What the checks of an oracle node look at beside the document."""

from dataclasses import dataclass

from lodetrace.contracts.enums import Role
from lodetrace.contracts.structs import Site
from lodetrace.plausibility.stated import StatedCase
from oracle.declarations import Declaration
from oracle.history import DocumentHistory
from oracle.lot_reader import LotReader


@dataclass(frozen=True, slots=True)
class Signer:
    """The active member that an account signs for."""

    organisation: bytes
    roles: Role


@dataclass(frozen=True, slots=True)
class CheckContext(StatedCase):
    """A signed document beside everything it is checked against, as of one block.

    identity: CBV event hash, with that of an error declaration.
    signer, site: None where the chain knows none (or none active). lots: what it says of lots.
    """

    signer: Signer | None
    site: Site | None
    declaration: Declaration | None
    history: DocumentHistory
    lots: LotReader
    identity: str = ""
