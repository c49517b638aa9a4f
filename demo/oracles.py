"""The oracle nodes of the story, and what its signed documents say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from demo.errors import StepFailed, StoryMalformed
from demo.members import StoryMembers
from lodetrace.contracts.enums import Material
from lodetrace.documents.signed_document import SignedDocument
from lodetrace.documents.statement import SiteStatement
from lodetrace.plausibility.rulebook import rulebook_at
from lodetrace.units import parse_share
from oracle.attest_files import see_through
from oracle.declarations import Declaration, read_declarations
from oracle.examination import OracleNode
from oracle.history import FILE as HISTORY
from oracle.history import DocumentHistory
from oracle.service.health import ServiceHealth
from oracle.service.pipeline import OracleService, Parts
from oracle.service.states import IntakeState
from oracle.service.store import Store

DONE: Final = (IntakeState.ATTESTED, IntakeState.STANDING, IntakeState.EVIDENCE)
"""Where a document of the story has to arrive at each node that it is given to."""


@dataclass(frozen=True, slots=True)
class Received:
    """A receiver's own weighing. metal in mg; tolerance of its scale in ppm."""

    lot: str
    metal: int
    tolerance_ppm: int


@dataclass(frozen=True, slots=True)
class NodeAtWork:
    """The service of one oracle node, which shares key and outbox with its member."""

    history: DocumentHistory
    store: Store
    service: OracleService

    def close(self) -> None:
        self.store.close()
        self.history.close()


@dataclass(slots=True)
class Oracles:
    """Oracle nodes by account name, each with a database and a history of its own."""

    members: StoryMembers
    declarations: Mapping[bytes, Declaration] = field(init=False)
    _at_work: dict[str, NodeAtWork] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.declarations = read_declarations(self.members.story.folder / "sites.yaml")

    def attest(self, node: str, documents: Sequence[str]) -> None:
        """A node takes documents in and works until it has done for each what it can.

        Raises StepFailed when one does not arrive where it should.
        """
        paths = [self.members.story.signed(document) for document in documents]
        for outcome in see_through(self._node(node).service, paths):
            if outcome.state not in DONE:
                reason = f"{outcome.state}: {outcome.reason}"
                raise StepFailed(step=outcome.path.stem, what="attest", reason=reason)

    def close(self) -> None:
        for at_work in self._at_work.values():
            at_work.close()
        self._at_work.clear()

    def _node(self, name: str) -> NodeAtWork:
        if name not in self._at_work:
            member = self.members[name]
            history, store = DocumentHistory(member.folder / HISTORY), Store(member.folder)
            node = OracleNode(self.declarations, history)
            sources = ()  # the story hands its documents in itself
            parts = Parts(member.contracts, member.sender, node, store, sources, ServiceHealth(), 0)
            service = OracleService(parts)
            service.begin()
            self._at_work[name] = NodeAtWork(history, store, service)
        return self._at_work[name]

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
        for found in self.members.story.part("certificates")["certificates"]:
            for candidate in found["statuses"]:
                if (found["certificate"], candidate["id"]) == (certificate, status):
                    return candidate
        file = self.members.story.folder / "certificates.yaml"
        raise StoryMalformed(file=file, step=certificate, reason=f"it has no status {status}")

    def _site(self, identifier: str) -> Any:
        sites = self.members.story.part("sites")["sites"]
        return next(site for site in sites if site["identifier"] == identifier)

    def _statement(self, document: str) -> SiteStatement:
        return SiteStatement.of(SignedDocument.read(self.members.story.signed(document)).document)
