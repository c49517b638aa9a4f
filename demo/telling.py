"""Tells a story: founds its consortium, plays its steps, or writes the ids of its lots anew."""

from dataclasses import replace

from demo.clock import shown
from demo.determinations import renew_determinations
from demo.founding import found
from demo.late_filing import LateFiling
from demo.members import StoryMembers
from demo.oracles import Oracles
from demo.player import Player
from demo.progress import DemoProgress
from demo.renewal import FILE, Renewal, lots_of, write_lots
from demo.setup import MAKER, StoryChain, set_up
from demo.signing import deployed_domain, sign_documents
from demo.step_log import StepLog
from demo.story import read_story
from demo.workspace import Workspace
from lodetrace.errors import ExitCode


def found_consortium(
    progress: DemoProgress, story_chain: StoryChain, members: StoryMembers, step_log: StepLog
) -> None:
    """Founds the consortium, unless it is done."""
    if step_log.is_done("founding"):
        return
    progress.stage("founding the consortium: contracts, members, sites, certificates (Brownie)")
    starts = members.story.starts
    story_chain.clock.forward_to(starts)
    found(story_chain.workspace, story_chain.settings, starts)
    if story_chain.clock.late:
        workspace = story_chain.workspace
        domain, log = deployed_domain(story_chain.settings), workspace.logs / "documents.log"
        sign_documents(workspace.story, domain, MAKER, log)
        LateFiling(members).excuse_records()
        LateFiling(members).lengthen_grace()
    step_log.write("founding", {}, {})


def play_steps(
    progress: DemoProgress,
    story_chain: StoryChain,
    members: StoryMembers,
    oracles: Oracles,
    step_log: StepLog,
    renewal: Renewal | None = None,
) -> None:
    """Plays what is not played yet."""
    story = members.story
    left = [step for step in story.steps if not step_log.is_done(step.id)]
    if len(left) < len(story.steps):
        progress.stage(
            f"resuming: {len(story.steps) - len(left)} of {len(story.steps)} steps are done"
        )
    with progress.steps(len(left)) as steps:
        player = Player(members, oracles, step_log, story_chain.clock, steps.part, renewal)
        for step in left:
            steps.begin(f"{shown(step.at)}  {step.id}", step.do)
            player.play(step)
            steps.end()


def bring_to_today(story_chain: StoryChain) -> None:
    """Once the story is told: the chain goes on with everybody's time, its members act again."""
    story_chain.clock.catch_up()
    story = read_story(story_chain.workspace.story)
    members = StoryMembers.of(story, story_chain.settings)
    try:
        renew_determinations(members, story_chain.clock.now())
    finally:
        members.close()


def renew_lots(progress: DemoProgress, workspace: Workspace, network: str) -> int:
    """Tells the story up to its end, and writes the ids of its lots beside it."""
    progress.stage("starting the chain")
    with set_up(workspace, network) as story_chain:
        settings, log = story_chain.settings, workspace.logs / "documents.log"
        told = workspace.folder / "story"
        renewal = Renewal.begin(workspace.story, told, MAKER, settings, log)
        copy = replace(story_chain, workspace=replace(workspace, story=told))
        story = read_story(told)
        step_log = StepLog(workspace.folder / "journal.jsonl")
        members = StoryMembers.of(story, copy.settings)
        oracles = Oracles(members)
        try:
            found_consortium(progress, copy, members, step_log)
            play_steps(progress, copy, members, oracles, step_log, renewal)
        finally:
            oracles.close()
            members.close()
    write_lots(workspace.story / FILE, lots_of(story, step_log.labels))
    progress.console.print(f"wrote {workspace.story / FILE}", highlight=False, soft_wrap=True)
    return ExitCode.OK
