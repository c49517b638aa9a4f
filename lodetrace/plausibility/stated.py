"""What a rule looks at, and what it finds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from lodetrace.documents.signed_document import SignedDocument
from lodetrace.documents.statement import SiteStatement
from lodetrace.plausibility.rulebook import Rulebook


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
class StatedCase:
    """A signed document and the rules of its time. now: in seconds."""

    signed: SignedDocument
    statement: SiteStatement
    rules: Rulebook
    now: int

    def finding(
        self, rule: str, message: str, severity: Severity = Severity.REFUSAL, **values: object
    ) -> RuleFinding:
        """A finding under the rules of this case; `message` is filled with the values."""
        return RuleFinding(rule, self.rules.version, message.format(**values), values, severity)
