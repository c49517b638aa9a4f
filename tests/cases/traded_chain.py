"""A consortium with a history: births with real proofs, custody, a dispute, a suspension."""

from dataclasses import dataclass
from pathlib import Path

from lodetrace.contracts.deployment import deployment_path
from lodetrace.contracts.enums import CertificateStatus, ReasonCode, Scheme
from lodetrace.contracts.events import Event
from lodetrace.contracts.reasons import coded
from lodetrace.member.holds import hold
from lodetrace.member.inbox import dispute
from lodetrace.node.client import Node
from lodetrace.settings import Network
from lodetrace.text import hex_of
from tests.stateful.paths import DAY, born, handed_over, offered
from tests.support.consortium import ROOT, Consortium, compiled, found, word


@dataclass
class TradedChain:
    """Lots by what became of them."""

    consortium: Consortium
    folder: Path
    handed_over: bytes
    disputed: bytes
    held: bytes

    def topic(self, event: type[Event]) -> str:
        """By which a node finds the logs of an event."""
        return hex_of(self.consortium.contracts().decoder.topic(event))

    def environment(self, url: str | None = None) -> dict[str, str]:
        """Settings of somebody without keys; url: of the node, where it is not the chain's own."""
        return {
            "LODETRACE_NETWORKS": str(ROOT / "networks.yaml"),
            "LODETRACE_NETWORK": "anvil",
            "LODETRACE_RPC_URL": url or self.consortium.node.url,
            "LODETRACE_DEPLOYMENTS": str(self.folder / "deployments"),
            "LODETRACE_BUILD": str(compiled().parent),
            "LODETRACE_HOME": str(self.folder / "home"),
        }


def traded(node: Node, network: Network, folder: Path) -> TradedChain:
    """Everything happens once."""
    consortium = found(node, network, folder)
    lots = [born(consortium).lot for _ in range(3)]
    handed_over(consortium, "mine", "refinery", lots[:1])
    offered(consortium, "mine", "refinery", lots[1:2])
    why = coded(ReasonCode.ASSAY_DIFFERS)
    dispute(consortium.member("refinery"), lots[1:2], word("receiving document"), why)
    hold(consortium.member("risk"), lots[2], coded(ReasonCode.RISK_FINDING))
    certificate = consortium.certificate(Scheme.RMI_RMAP, "mine")
    consortium.member("certifier").send(
        "suspend", "Certificates", "setStatus", certificate,
        CertificateStatus.SUSPENDED, consortium.now() - DAY, coded(ReasonCode.AUDIT_FINDING),
    )  # fmt: skip
    deployment = consortium.deployment
    deployment.save(deployment_path(folder / "deployments", "anvil"))
    return TradedChain(consortium, folder, lots[0], lots[1], lots[2])
