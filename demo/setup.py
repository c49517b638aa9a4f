"""Where a story is played: an embedded Ganache, or a network that somebody runs."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from demo.clock import Clock, RunningClock, SetClock
from demo.errors import StageRefused
from demo.shift_dates import rebase
from demo.story import read_story
from demo.workspace import ROOT, Workspace
from lodetrace.devchain import ChainSettings, attach_or_start
from lodetrace.node.client import Node
from lodetrace.settings import Settings

EMBEDDED = ("embedded", "development")
"""Names of networks that mean the demo's own Ganache."""

MAKER = ROOT / "examples" / "cobalt" / "make_documents.py"


@dataclass(frozen=True, slots=True)
class StoryChain:
    """workspace: with the story as it is played here."""

    workspace: Workspace
    settings: Settings
    clock: Clock


@contextmanager
def set_up(workspace: Workspace, network: str) -> Iterator[StoryChain]:
    """The story's chain for one block of code; a chain that it started ends with the block.

    Raises OtherDemo, StageRefused, and what settings and nodes raise.
    """
    if network in EMBEDDED:
        workspace.claim()
        chain = attach_or_start(
            workspace.chain, ChainSettings(starts=read_story(workspace.story).starts)
        )
        try:
            yield _stage(workspace, "development", SetClock, chain.url)
        finally:
            chain.stop()
    else:
        yield _running(workspace, network)


def _running(workspace: Workspace, network: str) -> StoryChain:
    settings = _settings(workspace, network)
    if not settings.network.development:
        raise StageRefused(network=network)
    with Node.of(settings) as node:
        workspace.claim(node.genesis)
        told = workspace.folder / "story"
        rebase(workspace.story, told)
    return _stage(replace(workspace, story=told), network, RunningClock)


def _stage(
    workspace: Workspace,
    network: str,
    clock: type[SetClock] | type[RunningClock],
    url: str | None = None,
) -> StoryChain:
    settings = _settings(workspace, network, url)
    return StoryChain(workspace, settings, clock(Node.of(settings)))


def _settings(workspace: Workspace, network: str, url: str | None = None) -> Settings:
    given = {
        "LODETRACE_NETWORK": network,
        "LODETRACE_HOME": str(workspace.home),
        "LODETRACE_DEPLOYMENTS": str(workspace.deployments),
    }
    if url is not None:
        given |= {"LODETRACE_RPC_URL": url, "LODETRACE_NETWORKS": str(ROOT / "networks.yaml")}
    return Settings.load({**os.environ, **given})
