"""Founds the story's consortium with Brownie's scripts: deploy, onboard, certify."""

from demo.programs import run
from demo.workspace import ROOT, Workspace
from lodetrace.settings import Settings
from lodetrace.text import iso_time


def found(workspace: Workspace, settings: Settings, starts: int) -> None:
    """Runs the scripts; each does only what is missing. Raises ProgramFailed.

    starts: when the story starts; what certifiers record later is left to its steps.
    """
    command = ["scripts/setup/brownie.sh", "run", "scripts/found", "main", str(workspace.story)]
    environment = {
        "LODETRACE_RPC_URL": settings.rpc_url,
        "LODETRACE_DEPLOYMENTS": str(workspace.deployments),
    }
    log = workspace.logs / "found.log"
    run([*command, iso_time(starts), "--network", settings.network_id], ROOT, log, environment)
