"""`lodetrace network`: a consortium's network on Besu, founded and run."""

import shlex
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from lodetrace.cli.answer import Answer
from lodetrace.cli.command import command, group
from lodetrace.cli.context import CommandContext
from lodetrace.errors import ExitCode

if TYPE_CHECKING:
    from lodetrace.network.software import Software
    from lodetrace.network.watch import NetworkState, Watch

network: Final = group("network", "A network on Hyperledger Besu: founded, joined, run, watched.")

Named = Annotated[
    str, typer.Option("--network", metavar="NAME", help="Entry of networks.yaml, one on Besu.")
]
Folder = Annotated[
    Path | None,
    typer.Option("--folder", help="Folder of the network; networks/NAME in LODETRACE_BUILD else."),
]
Node = Annotated[str | None, typer.Option("--node", help="A node of this machine; the first else.")]
Nodes = Annotated[list[str] | None, typer.Option("--node", help="Only this node; may be repeated.")]
Image = Annotated[bool, typer.Option("--image", help="Run the official image by Docker or Podman.")]

BESU: Final = "besu"

LOOK_SECONDS: Final = 1
"""Between two looks of `status --watch`."""


class Storage(StrEnum):
    """How Besu keeps states."""

    FOREST = "forest"
    BONSAI = "bonsai"


def folder_of(cli: CommandContext, named: str, folder: Path | None) -> Path:
    """Where the network lives on this machine."""
    given = folder or cli.settings.build / "networks" / named
    return given.expanduser().absolute()


def up_command(named: str, folder: Path | None) -> str:
    """What starts the network of these options, to be copied into a shell."""
    words = ["lodetrace", "network", "up"]
    words += [] if named == BESU else ["--network", named]
    words += [] if folder is None else ["--folder", str(folder.expanduser().absolute())]
    return shlex.join(words)


def software(cli: CommandContext, image: bool) -> "Software":
    """Besu and Java of this machine; raises what find_software raises."""
    from lodetrace.network.software import find_software

    return find_software(cli.settings.build / BESU, image)


@command(
    network,
    "init",
    "lodetrace network init",
    "lodetrace network init --network besu --validators 7 --period 2 --base-port 9645",
    keys=False,
    writes=True,
    panel="Network",
)
def init(
    cli: CommandContext,
    named: Named = BESU,
    folder: Folder = None,
    validators: Annotated[int | None, typer.Option(help="Validators; 4 bear one fault.")] = None,
    organisation: Annotated[
        list[str] | None, typer.Option(help="Who runs them, in turn; may be repeated.")
    ] = None,
    chain_id: Annotated[int | None, typer.Option(help="That of networks.yaml else.")] = None,
    period: Annotated[int | None, typer.Option(help="Seconds between blocks.")] = None,
    empty_period: Annotated[
        int | None, typer.Option(help="Seconds between empty blocks; 0: as period.")
    ] = None,
    request_timeout: Annotated[
        int | None, typer.Option(help="Seconds that a proposer is waited for.")
    ] = None,
    epoch: Annotated[int | None, typer.Option(help="Blocks between resets of votes.")] = None,
    gas_limit: Annotated[int | None, typer.Option(help="Gas of a block.")] = None,
    storage: Annotated[
        Storage, typer.Option(help="forest proves every state, bonsai the last 512.")
    ] = Storage.FOREST,
    base_port: Annotated[
        int | None,
        typer.Option(help="JSON-RPC of the first node, the others follow; 0: free ports."),
    ] = None,
    heap: Annotated[int, typer.Option(min=256, help="Most MiB of each node's Java heap.")] = 640,
    fund: Annotated[
        list[str] | None, typer.Option(help="Account with a million ether; gas needs none.")
    ] = None,
) -> Answer:
    """Found a network of validators on this machine: genesis, keys, configuration.

    Keys are made where they stay. What is not given comes from networks.yaml, else from the
    defaults that docs/operators.md explains. Nothing is started.
    """
    from lodetrace.cli.network.soundness import warn_of_faults, warn_of_java
    from lodetrace.cli.network.view import network_document, node_table
    from lodetrace.network.founding import found, require_foundable
    from lodetrace.network.joining import address as checked
    from lodetrace.network.profile import read_profile

    profile = read_profile(cli.settings.networks_file, named)
    place = folder_of(cli, named, folder)
    chain = profile.chain_id if chain_id is None else chain_id
    parameters = profile.parameters.changed(
        period=period,
        empty_period=empty_period,
        request_timeout=request_timeout,
        epoch=epoch,
        gas_limit=gas_limit,
    )
    number = profile.validators if validators is None else validators
    first_port = profile.base_port if base_port is None else base_port
    funded = [checked(account) for account in fund or ()]
    require_foundable(place, chain, parameters, number, first_port)
    warn_of_faults(cli, number)
    warn_of_java(cli, cli.settings.build / BESU)
    cli.about_to("found a network", network=named, folder=str(place))
    made = found(
        place,
        named,
        chain,
        parameters,
        number,
        organisation or profile.organisations,
        first_port,
        "FOREST" if storage is Storage.FOREST else "BONSAI",
        heap,
        funded,
    )
    nodes = made.own(place)
    next_ = up_command(named, folder)
    said = f"Founded {named} in {place}. Keys stay below it. Next: {next_}"
    document = {"folder": str(place), **network_document(made, nodes)}
    return Answer(document, [node_table(nodes), said])


@command(network, "up", "lodetrace network up", keys=False, writes=True, panel="Network")
def up(
    cli: CommandContext,
    named: Named = BESU,
    folder: Folder = None,
    node: Nodes = None,
    image: Image = False,
) -> Answer:
    """Start the nodes of this machine, and wait until blocks are made.

    What runs already is left alone; what crashed starts again over its database.
    """
    from lodetrace.cli.network.view import network_document, node_table
    from lodetrace.network.launch import require_startable
    from lodetrace.network.launch import up as start

    place = folder_of(cli, named, folder)
    programs = software(cli, image)
    if cli.dry_run:
        require_startable(place, node or ())
        cli.about_to("start nodes", folder=str(place), nodes=_names(place, node))
    with cli.work(f"starting {named}") as work:
        found = start(place, programs, work.step, node or ())
    document = {
        "folder": str(place),
        "started": list(found.started),
        "head": found.head,
        **network_document(found.network, found.nodes),
    }
    said = f"Blocks are made: {found.head} is the newest. "
    said += f"Started {', '.join(found.started)}." if found.started else "All of it ran already."
    return Answer(document, [node_table(found.nodes), said])


@command(network, "down", "lodetrace network down", keys=False, writes=True, panel="Network")
def down(
    cli: CommandContext, named: Named = BESU, folder: Folder = None, node: Nodes = None
) -> Answer:
    """End the nodes of this machine; what they stored stays."""
    from lodetrace.network.launch import down as end

    place = folder_of(cli, named, folder)
    if cli.dry_run:
        cli.about_to("end nodes", folder=str(place), nodes=_names(place, node))
    with cli.work(f"ending {named}"):
        ended = end(place, node or ())
    said = f"Ended {', '.join(ended)}." if ended else "Nothing ran."
    return Answer({"ended": list(ended)}, [said])


@command(
    network,
    "status",
    "lodetrace network status",
    "lodetrace network status --watch",
    keys=False,
    panel="Network",
)
def status(
    cli: CommandContext,
    named: Named = BESU,
    folder: Folder = None,
    watch: Annotated[bool, typer.Option("--watch", help="Look again until Ctrl-C.")] = False,
) -> Answer:
    """Show height, round, peers, validators, missed turns, pool, disk and clock of each node.

    A network is judged by whether its head advances, not by whether processes live. Ends with
    exit code 10 where it stands still.
    """
    from lodetrace.cli.network.view import state_document, state_view
    from lodetrace.network.manifest import NetworkManifest
    from lodetrace.network.watch import Watch

    place = folder_of(cli, named, folder)
    watched = Watch(NetworkManifest.read(place), place)
    state = _watched(cli, watched) if watch and not cli.terminal.as_json else watched.look()
    code = ExitCode.OK if state.advances else ExitCode.PENDING
    return Answer(state_document(state), [state_view(state)], code)


@command(
    network,
    "logs",
    "lodetrace network logs --node validator2 --lines 50",
    keys=False,
    panel="Network",
)
def logs(
    cli: CommandContext,
    named: Named = BESU,
    folder: Folder = None,
    node: Node = None,
    lines: Annotated[int, typer.Option(min=1, max=100_000, help="How many, from the end.")] = 40,
) -> Answer:
    """Show what a node says since its last start."""
    from lodetrace.network.files import file_errors
    from lodetrace.network.launch import log_file
    from lodetrace.network.manifest import NetworkManifest

    place = folder_of(cli, named, folder)
    path = log_file(NetworkManifest.read(place).node(place, node))
    found: list[str] = []
    if path.is_file():
        with file_errors(path):
            found = path.read_text("utf-8", errors="replace").splitlines()[-lines:]
    return Answer({"log": str(path), "lines": found}, found or ["It never started."])


@command(network, "reset", "lodetrace network reset --yes", keys=False, asks=True, writes=True,
         panel="Network")  # fmt: skip
def reset(cli: CommandContext, named: Named = BESU, folder: Folder = None) -> Answer:
    """End the nodes of this machine and remove the network with its keys.

    The chain of a network that has no other nodes is gone for good.
    """
    from lodetrace.network.launch import down as end
    from lodetrace.network.launch import remove
    from lodetrace.network.manifest import NetworkManifest

    place = folder_of(cli, named, folder)
    NetworkManifest.read(place)
    cli.terminal.confirm(f"Remove {place} with its keys and its chain?")
    cli.about_to("remove the network", folder=str(place))
    ended = end(place)
    remove(place)
    return Answer({"removed": str(place), "ended": list(ended)}, [f"Removed {place}."])


def _names(place: Path, only: list[str] | None) -> list[str]:
    """The nodes of this machine that are meant; raises as NetworkManifest.read, or NodeUnknown."""
    from lodetrace.network.launch import chosen
    from lodetrace.network.manifest import NetworkManifest

    return [one.name for one in chosen(NetworkManifest.read(place), place, only or ())]


def _watched(cli: CommandContext, watched: "Watch") -> "NetworkState":
    """A live table until Ctrl-C; the last state."""
    import time

    from rich.live import Live

    from lodetrace.cli.network.view import state_view

    state = watched.look()
    with Live(state_view(state), console=cli.terminal.out, screen=False) as live:
        try:
            while True:
                time.sleep(LOOK_SECONDS)
                state = watched.look()
                live.update(state_view(state))
        except KeyboardInterrupt:
            return state
