"""What the checks look at, and what they find."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from lodetrace.contracts.enums import Role
from lodetrace.contracts.structs import Site
from lodetrace.documents.signed_document import SignedDocument
from lodetrace.documents.statement import SiteStatement
from oracle.declarations import Declaration
from oracle.history import DocumentHistory
from oracle.rulebook import Rulebook


class Severity(StrEnum):
    """A refusal stops the attestation; a flag is shown and kept."""

    REFUSAL = "refusal"
    FLAG = "flag"


@dataclass(frozen=True, slots=True)
class RuleFinding:
    """A rule that a document breaks, with the version of the rules and the values."""

    rule: str
    version: str
    message: str
    values: Mapping[str, object] = field(default_factory=dict)
    severity: Severity = Severity.REFUSAL

    def __str__(self) -> str:
        return f"{self.rule} (rules {self.version}): {self.message}"


@dataclass(frozen=True, slots=True)
class Signer:
    """The active member that an account signs for."""

    organisation: bytes
    roles: Role


@dataclass(frozen=True, slots=True)
class CheckContext:
    """A signed document beside everything it is checked against, as of one block.

    identity: CBV event hash, with that of an error declaration.
    signer, site: None where the chain knows none (or none active). now: in seconds.
    """

    signed: SignedDocument
    statement: SiteStatement
    signer: Signer | None
    site: Site | None
    declaration: Declaration | None
    rules: Rulebook
    history: DocumentHistory
    now: int
    identity: str = ""

    def finding(
        self, rule: str, message: str, severity: Severity = Severity.REFUSAL, **values: object
    ) -> RuleFinding:
        """A finding under the rules of this case; `message` is filled with the values."""
        return RuleFinding(rule, self.rules.version, message.format(**values), values, severity)
