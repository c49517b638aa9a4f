"""Founds the story's consortium with Brownie's scripts: deploy, onboard, certify."""

from collections.abc import Callable

from demo.programs import run
from demo.workspace import ROOT, Workspace

SCRIPTS = (("deploy", "members.yaml"), ("onboard", ""), ("certify", ""))
"""Script, and the file of the story's folder that it takes; the folder itself where none."""


def found(workspace: Workspace, rpc_url: str, progress: Callable[[str], None]) -> None:
    """Runs the scripts; each does only what is missing. Raises ProgramFailed."""
    environment = {
        "LODETRACE_RPC_URL": rpc_url,
        "LODETRACE_DEPLOYMENTS": str(workspace.deployments),
    }
    for script, file in SCRIPTS:
        progress(f"brownie run scripts/{script}")
        command = ["scripts/setup/brownie.sh", "run", f"scripts/{script}", "main"]
        log = workspace.logs / f"{script}.log"
        run(
            [*command, str(workspace.story / file), "--network", "development"],
            ROOT,
            log,
            environment,
        )
