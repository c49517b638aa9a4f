"""Founds the story's consortium with Brownie's scripts: deploy, onboard, certify."""

from collections.abc import Callable
from datetime import UTC, datetime

from demo.programs import run
from demo.workspace import ROOT, Workspace
from lodetrace.settings import Settings


def found(
    workspace: Workspace, settings: Settings, starts: int, progress: Callable[[str], None]
) -> None:
    """Runs the scripts; each does only what is missing. Raises ProgramFailed.

    starts: when the story starts; what certifiers record later is left to its steps.
    """
    story, as_of = workspace.story, datetime.fromtimestamp(starts, UTC).isoformat()
    scripts = {
        "deploy": [str(story / "members.yaml")],
        "onboard": [str(story)],
        "certify": [str(story), as_of],
    }
    environment = {
        "LODETRACE_RPC_URL": settings.rpc_url,
        "LODETRACE_DEPLOYMENTS": str(workspace.deployments),
    }
    for script, arguments in scripts.items():
        progress(f"brownie run scripts/{script}")
        command = ["scripts/setup/brownie.sh", "run", f"scripts/{script}", "main", *arguments]
        log = workspace.logs / f"{script}.log"
        run([*command, "--network", settings.network_id], ROOT, log, environment)
