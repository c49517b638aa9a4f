"""`lodetrace network`: nodes of other organisations come in."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from lodetrace.cli.answer import Answer, Document, fields
from lodetrace.cli.command import command
from lodetrace.cli.context import CommandContext
from lodetrace.cli.network.lifecycle import (
    BESU,
    Folder,
    Named,
    Node,
    folder_of,
    network,
    up_command,
)
from lodetrace.cli.network.soundness import warn_of_faults, warn_of_java, warn_of_owners

if TYPE_CHECKING:
    from lodetrace.network.join_bundle import JoinBundle
    from lodetrace.network.manifest import OwnNode
    from lodetrace.network.manifest import Role as NodeRole

JOINING: Final = "Joining"


class RoleWord(StrEnum):
    """What a node is for."""

    VALIDATOR = "validator"
    RPC = "rpc"


class JwtWord(StrEnum):
    """How tokens are signed."""

    ES256 = "ES256"
    RS256 = "RS256"


Name = Annotated[str, typer.Option("--name", help="The node's name, for people and folders.")]
Organisation = Annotated[str, typer.Option("--organisation", help="Who runs it.")]
Role = Annotated[
    RoleWord, typer.Option("--role", help="validator seals blocks, rpc answers clients.")
]
P2pHost = Annotated[
    str, typer.Option("--p2p-host", help="IP address where other nodes reach this one.")
]
P2pPort = Annotated[int, typer.Option("--p2p-port", min=1, max=65535, help="Port for peers.")]
BundleFile = Annotated[Path, typer.Argument(help="The network's bundle.")]


@command(
    network,
    "card",
    "lodetrace network card --name seals1 --organisation Refinery --p2p-host 192.0.2.10",
    keys=False,
    writes=True,
    panel=JOINING,
)
def card(
    cli: CommandContext,
    name: Name,
    organisation: Organisation,
    p2p_host: P2pHost,
    p2p_port: P2pPort = 30303,
    role: Role = RoleWord.VALIDATOR,
    named: Named = "consortium",
    folder: Folder = None,
) -> Answer:
    """Make a node's key on its host, and a card of its public half for the founders.

    The key stays below the folder; the card may be sent openly.
    """
    from lodetrace.network.files import require_writable
    from lodetrace.network.join_bundle import write_card
    from lodetrace.network.joining import JoiningNode, make_card, require_card

    place = folder_of(cli, named, folder)
    path = place / f"{name}.card.json"
    site = JoiningNode(name, organisation, _role(role), p2p_host, p2p_port)
    require_card(place, site)
    require_writable(path)
    cli.about_to("make a node's key and card", card=str(path))
    peer = make_card(place, site)
    write_card(peer, path)
    document = {"card": str(path), "address": peer.address, "enode": peer.enode}
    return Answer(document, [fields({name: str(value) for name, value in document.items()})])


@command(
    network,
    "assemble",
    "lodetrace network assemble a.card.json b.card.json c.card.json d.card.json --out new.bundle",
    keys=False,
    writes=True,
    panel=JOINING,
)
def assemble(
    cli: CommandContext,
    cards: Annotated[list[Path], typer.Argument(help="One card of each node.")],
    out: Annotated[Path, typer.Option("--out", help="The bundle to write.")],
    named: Named = "consortium",
    chain_id: Annotated[int | None, typer.Option(help="That of networks.yaml else.")] = None,
) -> Answer:
    """Found a network of the organisations whose cards these are; every one then joins.

    Figures come from networks.yaml. Four validators of four organisations bear one fault.
    """
    from lodetrace.network.files import require_writable
    from lodetrace.network.join_bundle import assemble as put_together
    from lodetrace.network.join_bundle import read_cards, write_bundle
    from lodetrace.network.profile import read_profile

    profile = read_profile(cli.settings.networks_file, named)
    chain = profile.chain_id if chain_id is None else chain_id
    made = put_together(named, chain, profile.parameters, read_cards(cards))
    require_writable(out)
    if not cli.dry_run:
        made = write_bundle(made, out)
    validators = [peer for peer in made.network.peers if peer.role == "validator"]
    warn_of_faults(cli, len(validators))
    warn_of_owners(cli, validators)
    return _bundled(made, out)


@command(
    network,
    "bundle",
    "lodetrace network bundle --network consortium --out consortium.bundle",
    keys=False,
    writes=True,
    panel=JOINING,
)
def bundle(
    cli: CommandContext,
    out: Annotated[Path, typer.Option("--out", help="The file to write.")],
    named: Named = BESU,
    folder: Folder = None,
) -> Answer:
    """Write what another organisation needs to join; nothing in it is secret.

    Genesis, figures, peers and, where there is one, the record of the contracts.
    """
    from lodetrace.network.files import require_writable
    from lodetrace.network.join_bundle import bundle_of, write_bundle

    record = cli.settings.deployments / f"{named}.json"
    made = bundle_of(folder_of(cli, named, folder), record)
    require_writable(out)
    if not cli.dry_run:
        made = write_bundle(made, out)
    return _bundled(made, out)


@command(
    network,
    "join",
    "lodetrace network join consortium.bundle --name seals1 --organisation Refinery "
    "--p2p-host 192.0.2.10",
    "lodetrace network join consortium.bundle --name asks1 --organisation Refinery --role rpc "
    "--p2p-host 192.0.2.11 --rpc-http-host 192.0.2.11",
    keys=False,
    writes=True,
    panel=JOINING,
)
def join(
    cli: CommandContext,
    file: BundleFile,
    name: Name,
    organisation: Organisation,
    p2p_host: P2pHost,
    p2p_port: P2pPort = 30303,
    role: Role = RoleWord.VALIDATOR,
    named: Named = "consortium",
    folder: Folder = None,
    digest: Annotated[
        str | None, typer.Option(help="SHA-256 of the bundle, as you were told it.")
    ] = None,
    p2p_interface: Annotated[
        str | None, typer.Option(help="Address to listen on for peers; that of --p2p-host else.")
    ] = None,
    rpc_http_host: Annotated[
        str, typer.Option(help="Address for clients; beyond 127.0.0.1 by TLS and tokens.")
    ] = "127.0.0.1",
    rpc_http_port: Annotated[int, typer.Option(min=1, max=65535, help="JSON-RPC.")] = 8545,
    metrics_host: Annotated[str, typer.Option(help="Address for Prometheus.")] = "127.0.0.1",
    metrics_port: Annotated[int, typer.Option(min=1, max=65535, help="Metrics.")] = 9545,
    heap: Annotated[int, typer.Option(min=256, help="Most MiB of Java's heap.")] = 2048,
    jwt: Annotated[JwtWord, typer.Option(help="How tokens are signed.")] = JwtWord.ES256,
    besu_home: Annotated[str, typer.Option(help="For the unit of systemd.")] = "/opt/besu",
) -> Answer:
    """Make this host's node of a network from its bundle: key, configuration, service files.

    The key is made here and stays here. Nothing is started. The other operators let the node in
    with the enode that is shown.
    """
    from lodetrace.network.join_bundle import read_bundle
    from lodetrace.network.joining import JoiningNode, require_joinable
    from lodetrace.network.joining import join as join_network
    from lodetrace.network.manifest import Placement

    place = folder_of(cli, named, folder)
    found = read_bundle(file, digest)
    placement = Placement(
        p2p_interface=p2p_interface or p2p_host,
        rpc_host=rpc_http_host,
        rpc_port=rpc_http_port,
        metrics_host=metrics_host,
        metrics_port=metrics_port,
        storage="FOREST" if role is RoleWord.RPC else "BONSAI",
        heap_mb=heap,
        jwt="ES256" if jwt is JwtWord.ES256 else "RS256",
    )
    site = JoiningNode(name, organisation, _role(role), p2p_host, p2p_port)
    require_joinable(place, found, site, placement)
    if digest is None:
        cli.terminal.warn(f"compare with whoever sent the bundle: its SHA-256 is {found.digest}")
    warn_of_java(cli, cli.settings.build / BESU)
    cli.about_to("join the network", node=name, folder=str(place), sha256=found.digest)
    node = join_network(place, found, site, placement, besu_home)
    return _joined(node, up_command(named, folder))


@command(
    network,
    "token",
    "lodetrace network token gateway --days 90 --out gateway.token",
    keys=False,
    writes=True,
    panel=JOINING,
)
def token(
    cli: CommandContext,
    client: Annotated[str, typer.Argument(help="Who gets it; written into the token.")],
    out: Annotated[Path, typer.Option("--out", help="The file to write, for its owner only.")],
    days: Annotated[int, typer.Option(help="How long it opens the node.")] = 90,
    right: Annotated[
        list[str] | None, typer.Option(help="Methods, as eth:*; may be repeated.")
    ] = None,
    key: Annotated[
        Path | None, typer.Option(help="The private key, where it is kept elsewhere.")
    ] = None,
    named: Named = "consortium",
    folder: Folder = None,
    node: Node = None,
) -> Answer:
    """Make a token with which a gateway, oracle or member asks this RPC node.

    What operates a node (ADMIN, DEBUG, PERM, QBFT) no token opens.
    """
    from lodetrace.atomic_file import PRIVATE
    from lodetrace.network.files import require_writable, write_file
    from lodetrace.network.manifest import NetworkManifest
    from lodetrace.network.tokens import CLIENT_RIGHTS, PRIVATE_KEY, make_token

    place = folder_of(cli, named, folder)
    key_file = key or NetworkManifest.read(place).node(place, node).folder / PRIVATE_KEY
    rights = tuple(right or CLIENT_RIGHTS)
    made = make_token(key_file, client, days, rights)
    document = {"token": str(out), "client": client, "days": days, "rights": list(rights)}
    require_writable(out)
    cli.about_to("write a token", **document)
    write_file(out, made + "\n", PRIVATE)
    said = f"{out} opens {', '.join(rights)} to {client} for {days} days."
    return Answer(document, [said])


def _role(word: RoleWord) -> "NodeRole":
    return "rpc" if word is RoleWord.RPC else "validator"


def _bundled(made: "JoinBundle", path: Path) -> Answer:
    validators = [peer for peer in made.network.peers if peer.role == "validator"]
    document = {
        "bundle": str(path),
        "sha256": made.digest,
        "chain_id": made.network.chain_id,
        "validators": [peer.address for peer in validators],
        "contracts": made.deployment is not None,
    }
    shown = {
        "bundle": str(path),
        "sha256": made.digest,
        "chain": str(made.network.chain_id),
        "validators": str(len(validators)),
        "contracts": "their record is in it" if made.deployment else "none yet",
    }
    return Answer(document, [fields(shown)])


def _joined(node: "OwnNode", started: str) -> Answer:
    """started: the command that starts it."""
    from lodetrace.network.tls import CERTIFICATE

    document: Document = {
        "node": node.name,
        "folder": str(node.folder),
        "address": node.peer.address,
        "enode": node.peer.enode,
        "rpc_url": node.url,
        "storage": node.placement.storage,
        "certificate": str(node.folder / CERTIFICATE) if node.placement.exposed else None,
        "unit": str(node.folder / f"besu-{node.name}.service"),
        "compose": str(node.folder / "compose.yaml"),
    }
    shown = {name.replace("_", " "): value for name, value in document.items() if name != "enode"}
    said = f"Give this to the other operators, then: {started}"
    return Answer(document, [fields(shown), said, node.peer.enode])
