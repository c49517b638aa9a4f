"""`make demo`: the cobalt story from mine to car, on an embedded Ganache or on a network."""

import argparse
import os
import signal
import sys
import threading
from pathlib import Path

from rich.console import Console
from rich.text import Text

from demo.attempts import attempts_table
from demo.car_tree import read_car_tree
from demo.gateway import Served, serving
from demo.lock import held
from demo.members import StoryMembers
from demo.offline import EvidenceFiles, verify_offline, write_evidence
from demo.oracles import Oracles
from demo.prices import TITLE, plot_month
from demo.progress import DemoProgress
from demo.report import (
    CheckedClaim,
    car_tree,
    check_claims,
    claims_table,
    show,
    show_lots,
)
from demo.setup import EMBEDDED, StoryChain, set_up
from demo.step_log import StepLog
from demo.story import read_story
from demo.telling import bring_to_today, found_consortium, play_steps, renew_lots
from demo.workspace import ROOT, Workspace
from lodetrace.errors import ExitCode, LodetraceError
from lodetrace.text import hex_of, visible


def main() -> int:
    """Plays or resumes the story; returns an exit code of lodetrace.errors.ExitCode."""
    asked = _arguments()
    console = Console(width=None if sys.stdout.isatty() else 160)
    workspace = Workspace(_folder(asked).resolve(), asked.story.resolve())
    try:
        with held(workspace.folder):
            if asked.reset:
                workspace.reset()
            if asked.renew_lots:
                return renew_lots(DemoProgress(console), workspace, asked.network)
            return _play(DemoProgress(console), workspace, asked.network, _without_gateway(asked))
    except LodetraceError as error:
        console.print(Text(visible(str(error)), "red"), Text(visible(error.advice)), sep="\n")
        return int(error.exit_code)


def _without_gateway(asked: argparse.Namespace) -> str:
    """Why the demo ends without a gateway to look around in; empty where it ends with one."""
    if asked.no_serve:
        return "as you asked"
    return "" if sys.stdout.isatty() else "there is no terminal to end it from"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m demo", description=__doc__)
    parser.add_argument("--reset", action="store_true", help="remove the old chain, start over")
    parser.add_argument("--no-serve", action="store_true", help="end after the story is told")
    parser.add_argument("--folder", type=Path, help="build/demo, or build/demo-NETWORK")
    renew = "tell the story to write its lots.yaml anew; then run make_documents.py"
    parser.add_argument("--renew-lots", action="store_true", help=renew)
    network = os.environ.get("LODETRACE_NETWORK") or EMBEDDED[0]
    parser.add_argument("--network", default=network, help="entry of networks.yaml")
    parser.add_argument("--story", type=Path, default=ROOT / "examples" / "cobalt")
    return parser.parse_args()


def _folder(asked: argparse.Namespace) -> Path:
    if asked.folder is not None:
        return Path(asked.folder)
    if asked.renew_lots:
        return ROOT / "build" / "demo-lots"
    return ROOT / "build" / ("demo" if asked.network in EMBEDDED else f"demo-{asked.network}")


def _play(progress: DemoProgress, workspace: Workspace, network: str, without_gateway: str) -> int:
    """Tells the story, verifies it without any chain, then serves it to look around in.

    A chain that the demo started has ended by then; one that others run is not asked.
    """
    progress.stage("starting the chain")
    with set_up(workspace, network) as story_chain:
        evidence, claims_hold = _tell(progress, story_chain)
    code = ExitCode.OK if claims_hold else ExitCode.REFUSED
    if evidence is not None:
        code = code or verify_offline(progress.console, workspace, evidence)
    if without_gateway:
        line = f"\nNo gateway was started, {without_gateway}: `make demo` in a terminal starts it."
        progress.console.print(line, highlight=False, soft_wrap=True)
        return int(code)
    with set_up(workspace, network) as story_chain:
        _look_around(progress.console, story_chain)
    return int(code)


def _tell(progress: DemoProgress, story_chain: StoryChain) -> tuple[EvidenceFiles | None, bool]:
    """The car's evidence, if the story has a car, and whether all claims hold."""
    console = progress.console
    workspace, settings = story_chain.workspace, story_chain.settings
    story = read_story(workspace.story)
    step_log = StepLog(workspace.folder / "journal.jsonl")
    members = StoryMembers.of(story, settings)
    oracles = Oracles(members)
    try:
        found_consortium(progress, story_chain, members, step_log)
        play_steps(progress, story_chain, members, oracles, step_log)
        progress.stage("opening the lots, verifying the claims")
        show_lots(console, members, step_log)
        claims = _show_car(console, members, step_log) if story.car else []
        _show_prices(console, workspace)
    finally:
        oracles.close()
        members.close()
    evidence = None
    progress.stage("indexing the chain")
    with serving(settings, workspace) as served:
        if story.car:
            product = step_log.labels[story.car["product"]]
            progress.stage("collecting the car's evidence")
            _write(console, workspace, served, product)
            evidence = write_evidence(settings, workspace, story, served, product)
            for path in (evidence.bundle, evidence.anchor):
                console.print(f"wrote {path}", highlight=False, soft_wrap=True)
    return evidence, all(claim.holds for claim in claims)


def _look_around(console: Console, story_chain: StoryChain) -> None:
    bring_to_today(story_chain)
    with serving(story_chain.settings, story_chain.workspace) as served:
        console.print(f"\ngateway  {served.url}\nAPI      {served.url}/docs", highlight=False)
        console.print("Ctrl-C ends it; the same command resumes.")
        _wait_until_told()


def _show_car(console: Console, members: StoryMembers, step_log: StepLog) -> list[CheckedClaim]:
    car = members.story.car
    claims = check_claims(members, step_log, car["claims"])
    show(console, car_tree(read_car_tree(members.story, ROOT), car["cathode_parts"]))
    show(console, claims_table(claims), attempts_table(members.story, step_log))
    return claims


def _show_prices(console: Console, workspace: Workspace) -> None:
    picture = workspace.folder / "prices.svg"
    plot = plot_month(picture)
    console.print(f"\n{TITLE}")
    console.print(plot)
    console.print(f"wrote {picture}", highlight=False, soft_wrap=True)


def _write(console: Console, workspace: Workspace, served: Served, product: bytes) -> None:
    """The picture and the passport, as the gateway gives them to anybody."""
    for path, name in (("provenance.svg", "provenance.svg"), ("passport", "passport.json")):
        served.save(f"/products/{hex_of(product)}/{path}", workspace.folder / name)
        console.print(f"wrote {workspace.folder / name}", highlight=False, soft_wrap=True)


def _wait_until_told() -> None:
    told = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: told.set())
    told.wait()


if __name__ == "__main__":
    sys.exit(main())
