"""The oracle nodes of the story, and what its signed documents say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from demo.cast import Cast
from demo.errors import StepFailed, StoryMalformed
from demo.workspace import Workspace
from lodetrace.contracts.codes import Material
from lodetrace.documents.envelope import SignedDocument
from lodetrace.documents.statement import Statement
from lodetrace.units import parse_share
from oracle.attest import OracleNode, Outcome
from oracle.declarations import Declaration, read_declarations
from oracle.history import History
from oracle.rulebook import rulebook_at


@dataclass(frozen=True, slots=True)
class Received:
    """A receiver's own weighing. metal in mg; tolerance of its scale in ppm."""

    lot: str
    metal: int
    tolerance_ppm: int


@dataclass(slots=True)
class Oracles:
    """Oracle nodes by account name, each with a history of its own."""

    cast: Cast
    workspace: Workspace
    declarations: Mapping[bytes, Declaration] = field(init=False)
    _histories: dict[str, History] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.declarations = read_declarations(self.cast.story.folder / "sites.yaml")

    def attest(self, node: str, documents: Sequence[str]) -> None:
        """A node examines and attests documents; raises StepFailed when it refuses one."""
        if node not in self._histories:
            self._histories[node] = History(self.workspace.home / f"{node}-history.sqlite")
        member = self.cast[node]
        inspector = OracleNode(self.declarations, self._histories[node])
        paths = [self.cast.story.signed(document) for document in documents]
        for found in inspector.attest(paths, member.contracts, member.sender):
            if found.outcome is Outcome.REFUSED:
                reason = "; ".join(found.report.refusals)
                raise StepFailed(step=found.report.path.stem, what="attest", reason=reason)

    def close(self) -> None:
        for history in self._histories.values():
            history.close()
        self._histories.clear()

    def material(self, document: str) -> Material:
        """What the first output of a document is made of, by the rules in force then."""
        statement = self._statement(document)
        return rulebook_at(statement.to).substances[statement.outputs[0].substance].material

    def received(self, document: str) -> Received:
        """What a receiving document says of the one lot that it is about."""
        statement = self._statement(document)
        analysis = statement.outputs[0]
        (symbol,) = analysis.assay
        return Received(
            lot=analysis.epc_class.rsplit("/", 1)[1],
            metal=analysis.metal(symbol),
            tolerance_ppm=parse_share(self._site(statement.site)["tolerance"]),
        )

    def certificate_status(self, certificate: str, status: str) -> Any:
        """A status that certificates.yaml describes."""
        for found in self.cast.story.part("certificates")["certificates"]:
            for candidate in found["statuses"]:
                if (found["certificate"], candidate["id"]) == (certificate, status):
                    return candidate
        file = self.cast.story.folder / "certificates.yaml"
        raise StoryMalformed(file=file, step=certificate, reason=f"it has no status {status}")

    def _site(self, identifier: str) -> Any:
        sites = self.cast.story.part("sites")["sites"]
        return next(site for site in sites if site["identifier"] == identifier)

    def _statement(self, document: str) -> Statement:
        return Statement.of(SignedDocument.read(self.cast.story.signed(document)).document)
