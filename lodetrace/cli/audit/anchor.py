"""`lodetrace audit checkpoint`, `move` and `compare`: trust anchors, and whether two agree."""

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from lodetrace.cli.answer import Answer, fields
from lodetrace.cli.audit.export import Out, audit
from lodetrace.cli.audit.files import read_bundle, read_own, require_writable, write_file
from lodetrace.cli.command import command
from lodetrace.cli.context import CommandContext
from lodetrace.errors import ExitCode, InputError, Refused
from lodetrace.text import hex_of, iso_time

if TYPE_CHECKING:
    from lodetrace.audit.anchor import Anchor

PARTS: Final = frozenset({"witnesses", "sealers"})
EXIT_CODES: Final = {
    "SAME": ExitCode.OK,
    "PREFIX": ExitCode.OK,
    "EXTENDS": ExitCode.OK,
    "FORK": ExitCode.REFUSED,
    "CONTRADICTION": ExitCode.REFUSED,
    "OTHER_CHAIN": ExitCode.REFUSED,
    "UNKNOWN": ExitCode.NOT_FOUND,
}
"""What `compare` ends with, by lodetrace.audit.equivocation.Relation."""


class AnchorsDiffer(InputError):
    """Anchors that do not say the same, so that their signatures are not of one."""

    template = "{one} and {other} are not one anchor"
    advice = "Compare them with `lodetrace audit compare`."


class WitnessesMalformed(InputError):
    """A file that names no witnesses."""

    template = "no witnesses in {path}: {reason}"
    advice = (
        'Write {"witnesses": [["0xKEY", "0xGROUP", FROM, UNTIL], …], "sealers": [["0xVALIDATOR",'
        ' "0xGROUP"], …]}; times are seconds since 1970, UNTIL null for good.'
    )


class AnchorForeign(Refused):
    """An anchor that one's own node does not confirm."""

    template = "{path} is not what this node says of block {block}"
    advice = "Do not sign it. Compare with `lodetrace audit compare`, and ask who made it."


@command(
    audit,
    "checkpoint",
    "lodetrace audit checkpoint --out anchor.json",
    "lodetrace audit checkpoint --block 31200 --out anchor.json --sign",
    "lodetrace audit checkpoint --extend anchor.json --out signed.json --sign",
    "lodetrace audit checkpoint --merge ours.json --merge theirs.json --out anchor.json",
    "lodetrace audit checkpoint --block 31200 --witnesses witnesses.json --out anchor.json --sign",
    writes=True,
)
def checkpoint(
    cli: CommandContext,
    out: Out,
    block: Annotated[
        int | None, typer.Option(min=0, help="Height of the anchor; the first block without it.")
    ] = None,
    extend: Annotated[
        Path | None,
        typer.Option(metavar="ANCHOR", help="Compare this anchor with the node, and add to it."),
    ] = None,
    merge: Annotated[
        list[Path] | None,
        typer.Option(metavar="ANCHOR", help="Take the co-signatures of this file; repeatable."),
    ] = None,
    epoch: Annotated[
        int,
        typer.Option(min=1, help="Blocks after which votes are forgotten, by the genesis file."),
    ] = 30_000,
    sign: Annotated[bool, typer.Option("--sign", help="Co-sign with your key.")] = False,
    witnesses: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Name who signs heads, and whose the validators are."),
    ] = None,
) -> Answer:
    """Write a trust anchor: what a reader believes before he reads any bundle.

    It is made from your own node, never from what others say. Members co-sign it; --extend signs
    another member's anchor only where your node says the same. --merge needs no node. Witnesses
    of an earlier anchor keep their places: add new ones at the end, and give others an end.
    """
    found = _merged(merge) if merge else _from_node(cli, block, extend, epoch)
    if witnesses is not None:
        found = _with_witnesses(found, witnesses)
    if sign:
        found = _co_signed(cli, found)
    if cli.dry_run:
        require_writable(out)
    else:
        found.save(out)
    return _anchor_answer(found, out)


def _merged(paths: list[Path]) -> "Anchor":
    """One anchor with the co-signatures of all; raises AnchorsDiffer."""
    from lodetrace.audit.anchor import Anchor
    from lodetrace.audit.cosign import typed_data, with_signatures

    first, *others = [Anchor.load(path) for path in paths]
    for path, other in zip(paths[1:], others, strict=True):
        if typed_data(other) != typed_data(first):
            raise AnchorsDiffer(one=paths[0], other=path)
        first = with_signatures(first, other.signatures)
    return first


def _from_node(cli: CommandContext, block: int | None, extend: Path | None, epoch: int) -> "Anchor":
    from lodetrace.audit.anchor import Anchor
    from lodetrace.audit.cosign import typed_data, with_signatures
    from lodetrace.evidence.anchors import checkpoint as make
    from lodetrace.evidence.anchors import first_anchor

    given = None if extend is None else Anchor.load(extend)
    with cli.contracts() as contracts, cli.work("reading headers") as work:
        node, deployment = contracts.node, contracts.deployment
        if given is not None:
            made = make(node, deployment, given.number, given.epoch, work)
        elif block is None:
            made = first_anchor(node, deployment, epoch)
        else:
            made = make(node, deployment, block, epoch, work)
    if given is None:
        return made
    made = replace(made, witnesses=given.witnesses, sealers=given.sealers)
    if typed_data(given) != typed_data(made):
        raise AnchorForeign(path=extend, block=given.number)
    return with_signatures(given, ())


def _with_witnesses(found: "Anchor", path: Path) -> "Anchor":
    """Signatures were under another anchor; raises WitnessesMalformed or AnchorInconsistent."""
    from lodetrace.audit.anchor import sealer_of, witness_of
    from lodetrace.strict_json import unique_keys

    try:
        document = json.loads(read_own(path), object_pairs_hook=unique_keys)
        if not isinstance(document, dict) or not {"witnesses"} <= document.keys() <= PARTS:
            raise ValueError("an object with witnesses, and sealers where they are known")
        named = [witness_of(one) for one in document["witnesses"]]
        sealers = [sealer_of(one) for one in document.get("sealers", [])]
    except (ValueError, TypeError, RecursionError) as error:
        raise WitnessesMalformed(path=path, reason=error) from error
    return found.naming(named, sealers)


def _co_signed(cli: CommandContext, found: "Anchor") -> "Anchor":
    from lodetrace.audit.cosign import typed_data, with_signatures
    from lodetrace.secp256k1 import Signature

    signature = Signature.make(typed_data(found), cli.keys.signing_key)
    return with_signatures(found, [signature.raw])


def _anchor_answer(found: "Anchor", out: Path) -> Answer:
    from lodetrace.audit.cosign import co_signers

    signers = [hex_of(one) for one in co_signers(found)]
    validators = [hex_of(one) for one in found.validators]
    told = {
        "file": str(out),
        "chain_id": found.chain_id,
        "genesis": hex_of(found.genesis),
        "consensus": found.consensus.value,
        "block": found.number,
        "hash": hex_of(found.hash),
        "time": iso_time(found.header.time),
        "validators": validators,
        "witnesses": [hex_of(one.key) for one in found.witnesses],
        "co_signers": signers,
    }
    said = {
        **{name: str(value) for name, value in told.items()},
        "validators": ", ".join(validators) or None,
        "witnesses": ", ".join(hex_of(one.key) for one in found.witnesses) or "none",
        "co_signers": ", ".join(signers) or "nobody yet",
    }
    return Answer(told, [fields(said)])


@command(
    audit,
    "move",
    "lodetrace audit move anchor.json --by car.bundle --out newer.json",
    keys=False,
    writes=True,
)
def move(
    cli: CommandContext,
    anchor: Annotated[Path, typer.Argument(metavar="ANCHOR", help="Your trust anchor.")],
    by: Annotated[
        Path, typer.Option("--by", metavar="BUNDLE", help="It ends on a head they signed.")
    ],
    out: Out,
    policy: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="How many witnesses you ask for, and for how long."),
    ] = None,
) -> Answer:
    """Move a trust anchor on to the last block of a bundle, without a node.

    Its own witnesses must have signed that block while the anchor was trusted: within 180 days of
    its block, or the trusting_period of your policy. The bundle has every header since the epoch
    of that block began.
    """
    from lodetrace.audit.anchor import Anchor
    from lodetrace.audit.as_of import TRUSTING_PERIOD
    from lodetrace.audit.moving import moved
    from lodetrace.audit.policy import DEFAULT
    from lodetrace.audit.policy_file import load_policy

    demanded = DEFAULT if policy is None else load_policy(policy)
    period = TRUSTING_PERIOD if demanded.trusting_period is None else demanded.trusting_period
    found = moved(Anchor.load(anchor), read_bundle(by), demanded.witnesses, period)
    if cli.dry_run:
        require_writable(out)
    else:
        found.save(out)
    return _anchor_answer(found, out)


@command(
    audit,
    "compare",
    "lodetrace audit compare ours.json theirs.json",
    "lodetrace audit compare ours.json theirs.json --bundle ours.bundle --out fork.json",
    writes=True,
)
def compare(
    cli: CommandContext,
    one: Annotated[Path, typer.Argument(metavar="ANCHOR", help="Your trust anchor.")],
    other: Annotated[Path, typer.Argument(metavar="ANCHOR", help="The other reader's.")],
    bundle: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A bundle that you verified by yours.")
    ] = None,
    other_bundle: Annotated[
        Path | None, typer.Option(metavar="FILE", help="One that the other verified by his.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the evidence as JSON to this file.")
    ] = None,
) -> Answer:
    """Compare what two readers trust, and what they were shown: one chain, or two?

    Needs no node. Ends with 0 if both know one chain, with 5 for a fork or a contradiction, and
    with 4 if nothing that both have tells.
    """
    from lodetrace.audit.anchor import Anchor
    from lodetrace.audit.equivocation import compare as judge
    from lodetrace.audit.equivocation import view_of

    if out is not None:
        require_writable(out)
    views = [
        view_of(Anchor.load(anchor), None if file is None else read_bundle(file))
        for anchor, file in ((one, bundle), (other, other_bundle))
    ]
    found = judge(*views)
    document = found.to_json()
    if out is not None and not cli.dry_run:
        write_file(out, (json.dumps(document, indent=2) + "\n").encode())
    said = {
        "relation": found.relation.value,
        "height": None if found.height is None else str(found.height),
        "sealed both": ", ".join(document["sealed_both"]) or None,
        "said": found.said,
    }
    return Answer(document, [fields(said)], EXIT_CODES[found.relation.name])
