"""`lodetrace network validator` and `lodetrace network node`: who seals, and who may be a peer."""

from typing import Annotated, Final

import typer

from lodetrace.cli.answer import Answer, Document, rows
from lodetrace.cli.command import command, group
from lodetrace.cli.context import CommandContext
from lodetrace.cli.network.joining import RoleWord
from lodetrace.cli.network.lifecycle import BESU, Folder, Named, Node, Nodes, folder_of, network

validator: Final = group("validator", "Votes on who seals blocks.")
node: Final = group("node", "Which nodes may be peers.")
network.add_typer(validator)
network.add_typer(node)

Address = Annotated[str, typer.Argument(help="The validator: 0x and 40 digits.")]


@command(
    validator,
    "propose-add",
    "lodetrace network validator propose-add 0x57e37c060a481a9fd18d42fce8ccc3a6c63c2bbf",
    keys=False,
    writes=True,
)
def propose_add(
    cli: CommandContext,
    address: Address,
    named: Named = BESU,
    folder: Folder = None,
    voter: Nodes = None,
) -> Answer:
    """Let the validators of this machine vote to add one.

    It becomes one in the block after more than half of the validators voted so; let its node
    catch up first, or it is missed at once.
    """
    return _proposed(cli, named, folder, voter, address, add=True, sure=True)


@command(
    validator,
    "propose-remove",
    "lodetrace network validator propose-remove 0x57e37c060a481a9fd18d42fce8ccc3a6c63c2bbf",
    keys=False,
    writes=True,
    asks=True,
)
def propose_remove(
    cli: CommandContext,
    address: Address,
    named: Named = BESU,
    folder: Folder = None,
    voter: Nodes = None,
) -> Answer:
    """Let the validators of this machine vote to remove one.

    A set that then bears no fault any more is refused, unless --yes says that you mean it.
    """
    sure = cli.terminal.confirmed
    return _proposed(cli, named, folder, voter, address, add=False, sure=sure)


@command(
    validator,
    "discard",
    "lodetrace network validator discard 0x57e37c060a481a9fd18d42fce8ccc3a6c63c2bbf",
    keys=False,
    writes=True,
)
def discard(
    cli: CommandContext,
    address: Address,
    named: Named = BESU,
    folder: Folder = None,
    voter: Nodes = None,
) -> Answer:
    """Take back a vote of this machine's validators, as far as it is in no block yet.

    What blocks carry counts until the epoch ends.
    """
    from lodetrace.network.joining import address as checked
    from lodetrace.network.launch import chosen
    from lodetrace.network.manifest import NetworkManifest
    from lodetrace.network.votes import discard as take_back
    from lodetrace.network.votes import pending

    place = folder_of(cli, named, folder)
    nodes = chosen(NetworkManifest.read(place), place, voter or ())
    names = [one.name for one in nodes]
    wanted = checked(address)
    pending(nodes)  # a node that does not answer takes nothing back
    cli.about_to("take votes back", address=wanted, nodes=names)
    take_back(nodes, wanted)
    return Answer({"address": address, "nodes": names}, [f"Taken back by {', '.join(names)}."])


@command(validator, "votes", "lodetrace network validator votes", keys=False)
def votes(
    cli: CommandContext, named: Named = BESU, folder: Folder = None, voter: Node = None
) -> Answer:
    """Show the validators, what this machine's validators vote for, and what blocks carry.

    Counted are the newest 2,000 blocks of the epoch.
    """
    from lodetrace.network.manifest import NetworkManifest
    from lodetrace.network.node_rpc import NodeRpc
    from lodetrace.network.votes import pending, read_headers, tallies

    place = folder_of(cli, named, folder)
    record = NetworkManifest.read(place)
    asked = record.node(place, voter)
    names = {peer.address: peer.name for peer in record.peers}
    validators = NodeRpc(asked).validators()
    own = pending([one for one in record.own(place) if not one.placement.exposed])
    counted = tallies(read_headers(asked, record.parameters.epoch))
    document = {
        "validators": list(validators),
        "pending": own,
        "proposals": [
            {
                "address": one.address,
                "add": one.add,
                "votes": list(one.voters),
                "needed": one.needed,
            }
            for one in counted
        ],
    }
    shown = [
        rows(("validator", "name"), [(one, names.get(one, "")) for one in validators]),
        rows(
            ("node here", "votes to", "address"),
            [
                (name, "add" if add else "remove", address)
                for name, cast in own.items()
                for address, add in cast.items()
            ],
            "Votes of this machine, not taken back",
        ),
        rows(
            ("to", "address", "votes>", "needed>"),
            [
                ("add" if one.add else "remove", one.address, str(len(one.voters)), str(one.needed))
                for one in counted
            ],
            "Proposals under way, as blocks carry them",
        ),
    ]
    return Answer(document, shown)


@command(
    node,
    "allow",
    "lodetrace network node allow enode://KEY@192.0.2.10:30303 --name seals1 "
    "--organisation Refinery",
    keys=False,
    writes=True,
)
def allow(
    cli: CommandContext,
    enode: Annotated[
        str, typer.Argument(help="As the joining operator's `lodetrace network join` shows it.")
    ],
    name: Annotated[str, typer.Option("--name", help="The node's name.")],
    organisation: Annotated[str, typer.Option("--organisation", help="Who runs it.")],
    role: Annotated[RoleWord, typer.Option("--role", help="What it is for.")] = RoleWord.VALIDATOR,
    named: Named = BESU,
    folder: Folder = None,
) -> Answer:
    """Let a node be a peer of this machine's nodes, at once and after every start.

    Peers need each other's leave: the other operators do the same. A node of the same name that
    moved is replaced.
    """
    from lodetrace.network.access import allow as let_in
    from lodetrace.network.access import peer_from_enode, require_allowable

    kind = "rpc" if role is RoleWord.RPC else "validator"
    peer = peer_from_enode(enode, name, organisation, "rpc" if kind == "rpc" else "validator")
    place = folder_of(cli, named, folder)
    require_allowable(place, peer)
    cli.about_to("let a node be a peer", name=name, enode=peer.enode)
    waiting = let_in(place, peer)
    document = {"name": name, "address": peer.address, "enode": peer.enode}
    return _taken_up(f"{name} may be a peer.", document, waiting)


@command(node, "deny", "lodetrace network node deny seals1", keys=False, writes=True)
def deny(
    cli: CommandContext,
    known: Annotated[str, typer.Argument(metavar="NODE", help="Its name, or its enode.")],
    named: Named = BESU,
    folder: Folder = None,
) -> Answer:
    """End that a node is a peer of this machine's nodes: no block and no transaction passes.

    A validator is voted out first; this alone leaves its turns to time out.
    """
    from lodetrace.network.access import deny as keep_out
    from lodetrace.network.access import require_deniable
    from lodetrace.network.manifest import NetworkManifest

    place = folder_of(cli, named, folder)
    require_deniable(NetworkManifest.read(place), known)
    cli.about_to("end that a node is a peer", node=known)
    waiting = keep_out(place, known)
    return _taken_up(f"{known} is no peer any more.", {"name": known}, waiting)


@command(node, "list", "lodetrace network node list", keys=False)
def listed(cli: CommandContext, named: Named = BESU, folder: Folder = None) -> Answer:
    """List the nodes that may be peers, those of this machine among them."""
    from lodetrace.network.manifest import NetworkManifest

    record = NetworkManifest.read(folder_of(cli, named, folder))
    document = {
        "nodes": [
            {
                "name": peer.name,
                "organisation": peer.organisation,
                "role": peer.role,
                "address": peer.address,
                "enode": peer.enode,
                "here": peer.name in record.placements,
            }
            for peer in record.peers
        ]
    }
    lines = [
        (peer.name, peer.organisation, peer.role, peer.address, f"{peer.host}:{peer.port}",
         "here" if peer.name in record.placements else "")
        for peer in record.peers
    ]  # fmt: skip
    return Answer(
        document, [rows(("node", "organisation", "role", "address", "peers reach it", ""), lines)]
    )


def _proposed(
    cli: CommandContext,
    named: str,
    folder: "Folder",
    voter: "Nodes",
    address: str,
    *,
    add: bool,
    sure: bool,
) -> Answer:
    from lodetrace.network.joining import address as checked
    from lodetrace.network.launch import chosen
    from lodetrace.network.manifest import NetworkManifest
    from lodetrace.network.votes import propose, require_needed

    place = folder_of(cli, named, folder)
    record = NetworkManifest.read(place)
    nodes = [one for one in chosen(record, place, voter or ()) if one.peer.role == "validator"]
    wanted = checked(address)
    require_needed(nodes, wanted, add, sure)
    names = [one.name for one in nodes]
    cli.about_to(f"vote to {'add' if add else 'remove'} a validator", address=wanted, voters=names)
    propose(nodes, wanted, add, sure)
    document = {"address": wanted, "add": add, "voters": names}
    said = f"{', '.join(names)} vote to {'add' if add else 'remove'} {wanted}."
    return Answer(document, [said, "See how far it is: lodetrace network validator votes"])


def _taken_up(said: str, document: Document, waiting: tuple[str, ...]) -> Answer:
    later = f"{', '.join(waiting)} takes it up when it starts again." if waiting else ""
    return Answer(
        {**document, "after_restart": list(waiting)}, [part for part in (said, later) if part]
    )
