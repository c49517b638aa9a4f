"""A story's documents, written and signed for the contracts that its chain has."""

import sys
from pathlib import Path

from demo.programs import run
from lodetrace.contracts.deployment import Deployment, deployment_path
from lodetrace.documents.signed_number import domain_of
from lodetrace.eip712 import Domain
from lodetrace.settings import Settings


def sign_documents(story: Path, domain: Domain, maker: Path, log: Path, *options: str) -> None:
    """Runs make_documents.py (`maker`) in the folder of a story; raises ProgramFailed."""
    folders = ["--documents", str(story / "documents"), "--signed", str(story / "signed")]
    network = ["--chain-id", str(domain.chain_id), "--directory", str(domain.verifying_contract)]
    command = [sys.executable, str(maker), "--folder", str(story), *folders, *network]
    run([*command, *options], maker.parent, log, {})


def deployed_domain(settings: Settings) -> Domain:
    """Where sites sign for, once the consortium is founded; raises DeploymentUnreadable."""
    return domain_of(Deployment.load(deployment_path(settings.deployments, settings.network_id)))
