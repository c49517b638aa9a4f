"""The end of the demo: the car's evidence in one file, verified with gateway and chain stopped."""

import json
import os
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rich.console import Console

from demo.gateway import Served
from demo.story import Story
from demo.workspace import ROOT, Workspace
from lodetrace.contracts.deployment import Deployment, deployment_path
from lodetrace.errors import ExitCode
from lodetrace.evidence.anchors import first_anchor
from lodetrace.keys.member_keys import MemberKeys
from lodetrace.node.client import Node
from lodetrace.settings import Settings
from lodetrace.text import hex_of, iso_time
from zk_circuits.keccak import keccak256

POLICY: Final = ROOT / "examples" / "audit" / "cobalt.json"
"""What an auditor of the story demands; not part of it, so that it can be changed and tried."""


@dataclass(frozen=True, slots=True)
class EvidenceFiles:
    """What a reader has: the bundle from anybody, the rest from elsewhere.

    now: by the clock of the story, which is not that of the machine.
    """

    bundle: Path
    anchor: Path
    policy: Path
    names: Path
    now: str


def write_evidence(
    settings: Settings, workspace: Workspace, story: Story, served: Served, product: bytes
) -> EvidenceFiles:
    """The bundle from the gateway, the anchor from the member's own node; raises NodeError."""
    deployment = Deployment.load(deployment_path(settings.deployments, settings.network_id))
    with Node.of(settings) as node:
        found = EvidenceFiles(
            bundle=workspace.folder / "car.bundle",
            anchor=workspace.folder / "anchor.json",
            policy=POLICY,
            names=workspace.folder / "names.json",
            now=iso_time(node.header().time),
        )
        first_anchor(node, deployment).save(found.anchor)
    served.save(f"/products/{hex_of(product)}/bundle", found.bundle)
    found.names.write_text(json.dumps(_names(story), indent=2) + "\n", "utf-8")
    return found


def verify_offline(console: Console, workspace: Workspace, evidence: EvidenceFiles) -> ExitCode:
    """Runs `lodetrace audit verify`, which knows of no node, and says what it ended with."""
    page = workspace.folder / "verdict.html"
    shown = [
        "lodetrace", "audit", "verify", str(evidence.bundle), "--trust", str(evidence.anchor),
        "--policy", str(evidence.policy), "--names", str(evidence.names),
        "--now", evidence.now, "--out", str(page),
    ]  # fmt: skip
    console.print("\nGateway and chain are stopped. The car's evidence is one file:")
    console.print(f"$ {shlex.join(shown)}", highlight=False, soft_wrap=True)
    alone = {key: value for key, value in os.environ.items() if not key.startswith("LODETRACE_")}
    ended = subprocess.run(
        [sys.executable, "-m", *shown],
        cwd=ROOT,
        env=alone,
        stdin=subprocess.DEVNULL,
        stderr=subprocess.STDOUT,
        check=False,
    )
    console.print(f"wrote {page}", highlight=False, soft_wrap=True)
    return ExitCode(ended.returncode)


def _names(story: Story) -> dict[str, str]:
    """What the members of the story call one another: organisations, accounts, sites, places."""
    names: dict[str, str] = {}
    for member in story.part("members")["members"]:
        names[_id(member["organisation"])] = member["name"]
        for account in member["accounts"]:
            keys = MemberKeys.for_development(int(account["index"]))
            names[keys.account.lower()] = account["name"]
    for site in story.part("sites")["sites"]:
        names[_id(site["identifier"])] = site["site"]
        names[_id(site["place"])] = site["place"]
    return names


def _id(label: str) -> str:
    return hex_of(keccak256(label.encode()))
