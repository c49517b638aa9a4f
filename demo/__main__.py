"""`make demo`: the cobalt story from mine to car, on an embedded Ganache."""

import argparse
import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from demo.car_tree import read_car_tree
from demo.cast import Cast
from demo.clock import Clock, shown
from demo.founding import found
from demo.gateway import Served, serving
from demo.ledger import Ledger
from demo.offline import Evidence, verify_offline, write_evidence
from demo.oracles import Oracles
from demo.play import Player
from demo.prices import TITLE, plot_month
from demo.report import (
    CheckedClaim,
    car_tree,
    check_claims,
    claims_table,
    lots_table,
    show,
)
from demo.story import Story, read_story
from demo.workspace import ROOT, Workspace
from lodetrace.devchain import DevChain, attach_or_start
from lodetrace.devchain import Settings as ChainSettings
from lodetrace.errors import ExitCode, LodetraceError
from lodetrace.member.lots import hex_id
from lodetrace.node import Node
from lodetrace.settings import Settings

T = TypeVar("T")


def main() -> int:
    """Plays or resumes the story; returns an exit code of lodetrace.errors.ExitCode."""
    asked = _arguments()
    console = Console(width=None if sys.stdout.isatty() else 160)
    workspace = Workspace(asked.folder.resolve(), asked.story.resolve())
    try:
        if asked.reset:
            workspace.reset()
        workspace.claim()
        return _play(console, workspace, serve=sys.stdout.isatty() and not asked.no_serve)
    except LodetraceError as error:
        console.print(f"[red]{error}[/red]\n{error.advice}", highlight=False)
        return int(error.exit_code)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m demo", description=__doc__)
    parser.add_argument("--reset", action="store_true", help="remove the old chain, start over")
    parser.add_argument("--no-serve", action="store_true", help="end after the story is told")
    parser.add_argument("--folder", type=Path, default=ROOT / "build" / "demo")
    parser.add_argument("--story", type=Path, default=ROOT / "examples" / "cobalt")
    return parser.parse_args()


def _play(console: Console, workspace: Workspace, *, serve: bool) -> int:
    """Tells the story, verifies it with everything stopped, then serves it to look around in."""
    story = read_story(workspace.story)
    evidence, claims_hold = _with_chain(
        workspace, story, lambda settings: _tell(console, workspace, story, settings)
    )
    code = ExitCode.OK if claims_hold else ExitCode.REFUSED
    if evidence is not None:
        code = code or verify_offline(console, workspace, evidence)
    if serve:
        _with_chain(workspace, story, lambda settings: _look_around(console, workspace, settings))
    return int(code)


def _with_chain(workspace: Workspace, story: Story, act: Callable[[Settings], T]) -> T:
    chain = attach_or_start(workspace.chain, ChainSettings(starts=story.starts))
    try:
        return act(_settings(workspace, chain))
    finally:
        chain.stop()


def _tell(
    console: Console, workspace: Workspace, story: Story, settings: Settings
) -> tuple[Evidence | None, bool]:
    """The car's evidence, if the story has a car, and whether all claims hold."""
    ledger = Ledger(workspace.folder / "journal.jsonl")
    cast = Cast.of(story, settings)
    oracles = Oracles(cast)
    try:
        _steps(console, workspace, story, cast, oracles, ledger, Clock(Node.of(settings)))
        show(console, lots_table(cast, ledger))
        claims = _show_car(console, cast, ledger) if story.car else []
        _show_prices(console, workspace)
    finally:
        oracles.close()
        cast.close()
    evidence = None
    with serving(settings, workspace) as served:
        if story.car:
            product = ledger.labels[story.car["product"]]
            _write(console, workspace, served, product)
            evidence = write_evidence(settings, workspace, story, served, product)
            for path in (evidence.bundle, evidence.anchor):
                console.print(f"wrote {path}", highlight=False)
    return evidence, all(claim.holds for claim in claims)


def _look_around(console: Console, workspace: Workspace, settings: Settings) -> None:
    with serving(settings, workspace) as served:
        console.print(f"\ngateway  {served.url}\nAPI      {served.url}/docs", highlight=False)
        console.print("Ctrl-C ends it; `make demo` resumes.")
        _wait_until_told()


def _show_car(console: Console, cast: Cast, ledger: Ledger) -> list[CheckedClaim]:
    car = cast.story.car
    claims = check_claims(cast, ledger, car["claims"])
    show(console, car_tree(read_car_tree(cast.story, ROOT), car["cathode_parts"]))
    show(console, claims_table(claims))
    return claims


def _show_prices(console: Console, workspace: Workspace) -> None:
    picture = workspace.folder / "prices.svg"
    plot = plot_month(picture)
    console.print(f"\n{TITLE}")
    console.print(plot)
    console.print(f"wrote {picture}", highlight=False)


def _settings(workspace: Workspace, chain: DevChain) -> Settings:
    given = {
        "LODETRACE_NETWORK": "development",
        "LODETRACE_RPC_URL": chain.url,
        "LODETRACE_HOME": str(workspace.home),
        "LODETRACE_DEPLOYMENTS": str(workspace.deployments),
        "LODETRACE_NETWORKS": str(ROOT / "networks.yaml"),
    }
    return Settings.load({**os.environ, **given})


def _steps(
    console: Console,
    workspace: Workspace,
    story: Story,
    cast: Cast,
    oracles: Oracles,
    ledger: Ledger,
    clock: Clock,
) -> None:
    """Founds the consortium and plays what is not played yet, with two bars."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn(), console=console) as progress:
        whole = progress.add_task("founding", total=len(story.steps) + 1)
        part = progress.add_task("", total=1, visible=False)

        def shown_part(done: int, total: int) -> None:
            progress.update(part, completed=done, total=total, visible=total > 1)

        if not ledger.is_done("founding"):
            clock.forward_to(story.starts)
            url = cast.settings.rpc_url
            found(workspace, url, lambda what: progress.update(whole, description=what))
            ledger.write("founding", {}, {})
        progress.advance(whole)
        player = Player(cast, oracles, ledger, clock, shown_part)
        for step in story.steps:
            progress.update(whole, description=f"{shown(step.at)}  {step.id:28.28}")
            progress.update(part, description=f"            {step.do:28.28}", visible=False)
            player.play(step)
            progress.advance(whole)


def _write(console: Console, workspace: Workspace, served: Served, product: bytes) -> None:
    """The picture and the passport, as the gateway gives them to anybody."""
    for path, name in (("provenance.svg", "provenance.svg"), ("passport", "passport.json")):
        served.save(f"/products/{hex_id(product)}/{path}", workspace.folder / name)
        console.print(f"wrote {workspace.folder / name}", highlight=False)


def _wait_until_told() -> None:
    told = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: told.set())
    told.wait()


if __name__ == "__main__":
    sys.exit(main())
