"""`lodetrace unlock` and `lodetrace lock`: one passphrase for a day's commands."""

import time
from typing import Annotated, Final

import typer

from lodetrace.cli.answer import Answer
from lodetrace.cli.command import command
from lodetrace.cli.context import CommandContext
from lodetrace.cli.parse import parse_period
from lodetrace.errors import InputError
from lodetrace.text import DAY_SECONDS, iso_time

app: Final = typer.Typer()

SHORTEST: Final = 60
"""Seconds."""


class UnlockMalformed(InputError):
    """No period, or one that is too short or too long."""

    template = "{text!r} is no time to stay unlocked"
    advice = "Write a period from 1 minute to 24 hours, such as 8h, 30 minutes or 1 day."


@command(app, "unlock", "lodetrace unlock", 'lodetrace unlock --for "30 minutes"', keys=False,
         writes=True)  # fmt: skip
def unlock(
    cli: CommandContext,
    lasting: Annotated[
        str, typer.Option("--for", metavar="PERIOD", help="How long, 24 hours at most.")
    ] = "8h",
) -> Answer:
    """Keep the unlocked keys in memory, so that later commands ask for no passphrase.

    A process of yours holds them. It signs and opens for commands of your user on this machine,
    and gives no key away. It ends with `lock`, when its time is over, when the machine was
    suspended, and when the keystore changes. Whoever works as your user can use the keys
    meanwhile. Again, the time begins anew.
    """
    from lodetrace.keys.agent.client import RunningAgent, start_agent

    seconds = _period(lasting)
    settings = cli.settings
    cli.open_keystore()
    network = settings.network
    cli.keys.require_allowed(network.id, development=network.development)
    cli.about_to("unlock the keys", account=cli.keys.account, seconds=seconds)
    earlier = RunningAgent.find(settings.agent, settings.keystore)
    if earlier is not None:
        earlier.end()
    agent = start_agent(settings.agent, settings.keystore, cli.keys, seconds)
    until = iso_time(int(time.time()) + agent.seconds)
    document = {"account": agent.account, "seconds": agent.seconds, "until": until}
    return Answer(document, [f"The keys of {agent.account} are unlocked until {until}."])


@command(app, "lock", "lodetrace lock", keys=False, writes=True)
def lock(cli: CommandContext) -> Answer:
    """End the agent: every command asks for the passphrase again."""
    from lodetrace.keys.agent.client import RunningAgent

    agent = RunningAgent.find(cli.settings.agent, cli.settings.keystore)
    if agent is not None:
        cli.about_to("lock the keys", account=agent.account)
        agent.end()
    said = "No keys were unlocked." if agent is None else f"Locked the keys of {agent.account}."
    return Answer({"locked": agent is not None}, [said])


def _period(text: str) -> int:
    short = {"h": "hours", "m": "minutes", "d": "days"}
    typed = text.strip()
    if typed[-1:] in short and typed[:-1].strip().isdecimal():
        typed = f"{typed[:-1].strip()} {short[typed[-1]]}"
    seconds = parse_period(typed)
    if seconds is None or not SHORTEST <= seconds <= DAY_SECONDS:
        raise UnlockMalformed(text=text[:40])
    return seconds
