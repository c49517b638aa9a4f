"""Heads that witnesses published, and the newest one that enough of them signed.

Nothing of what is fetched is believed: signatures are recovered, and the node has the block.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from lodetrace.audit.anchor import Anchor
from lodetrace.audit.bundle import BundleSubject, CoSignature, Subject
from lodetrace.audit.heads import HeadUnreadable, SignedHead, domain_of
from lodetrace.audit.witnessed import needed_groups, needed_of
from lodetrace.contracts.structs import NOBODY
from lodetrace.errors import InputError, NotFound
from lodetrace.evidence.headers import read_blocks
from lodetrace.http_opener import opener_for, reason_of
from lodetrace.onchain.contracts import Contracts
from lodetrace.onchain.reads import Reads
from lodetrace.strict_json import unique_keys

FORMAT: Final = "lodetrace-heads/1"
FILE: Final = "heads.json"
ROUTE: Final = "/heads"
LARGEST: Final = 1 << 20
MOST: Final = 1_000
"""Heads of one file that are looked at."""

SECONDS: Final = 20


class WitnessUnreachable(NotFound):
    """A witness's heads that nobody gives."""

    template = "no heads from {source}: {reason}"
    advice = "Check the address or folder; ask the witness whether it runs."


class HeadNotWitnessed(NotFound):
    """No block that enough witnesses signed."""

    template = (
        "no block of this chain has the signatures of {needed} groups of witnesses: "
        "at most {found}, of {heads} heads from {sources} sources"
    )
    advice = (
        "Name more witnesses with --witness, or wait until they have signed; --block takes what"
        " there is of one block."
    )


class AnchorWithoutWitnesses(InputError):
    """Signatures of witnesses for a reader whose anchor names none."""

    template = "the trust anchor names no witnesses, so that no signature counts"
    advice = (
        "Name an anchor with witnesses: --trust ANCHOR, of a gateway LODETRACE_TRUST"
        " (docs/auditors.md)."
    )


@dataclass(frozen=True, slots=True)
class Witnessed:
    """A block, and the words of witnesses for it, as a bundle has them."""

    block: int
    cosignatures: tuple[CoSignature, ...]


def published(source: str) -> list[SignedHead]:
    """The heads at an address, in a folder or in a file.

    Raises WitnessUnreachable or HeadUnreadable.
    """
    if source.startswith(("http://", "https://")):
        return heads_of(_fetched(source), source)
    path = Path(source)
    path = path / FILE if path.is_dir() else path
    try:
        with path.open("rb") as file:
            return heads_of(file.read(LARGEST + 1), source)
    except OSError as error:
        raise WitnessUnreachable(source=source, reason=error.strerror or error) from error


def heads_of(content: bytes, source: str) -> list[SignedHead]:
    """The heads of a published file; raises HeadUnreadable."""
    if len(content) > LARGEST:
        raise HeadUnreadable(source=source, reason=f"it has more than {LARGEST} bytes")
    try:
        document = json.loads(content, object_pairs_hook=unique_keys)
    except (ValueError, RecursionError) as error:
        raise HeadUnreadable(source=source, reason=f"malformed: {error}") from error
    if not isinstance(document, dict) or document.keys() != {"format", "heads"}:
        raise HeadUnreadable(source=source, reason="it has other fields than format and heads")
    heads = document["heads"]
    if document["format"] != FORMAT or not isinstance(heads, list) or len(heads) > MOST:
        raise HeadUnreadable(source=source, reason=f"it is no {FORMAT} of at most {MOST} heads")
    return [SignedHead.from_json(head, source) for head in heads]


def newest_witnessed(
    anchor: Anchor,
    heads: Collection[SignedHead],
    hash_at: Callable[[int], bytes],
    own: Collection[bytes] = (),
    sources: int = 1,
) -> Witnessed:
    """The newest block that enough groups signed and the node has; raises HeadNotWitnessed.

    hash_at: of a block of the node, by its number. own: groups whose word does not count.
    """
    counted = _counted(anchor, heads)
    most, wanted = 0, 0
    for number, block_hash in sorted(counted, reverse=True):
        signed = counted[number, block_hash]
        groups = {anchor.witnesses[index].group for index in signed} - set(own)
        heads_there = [one.head for one in signed.values()]
        times = {head.block_time for head in heads_there} | {head.seen_at for head in heads_there}
        needed = needed_of(anchor, times)
        if len(groups) >= needed and hash_at(number) == block_hash:
            return Witnessed(number, _cosignatures(signed))
        if len(groups) >= most:
            most, wanted = len(groups), needed
    wanted = wanted or needed_groups(len({one.group for one in anchor.witnesses}))
    raise HeadNotWitnessed(needed=wanted, found=most, heads=len(heads), sources=sources)


def witnessed_at(
    anchor: Anchor, heads: Iterable[SignedHead], block: int, block_hash: bytes
) -> Witnessed:
    """What witnesses signed of one block, however few they are."""
    signed = _counted(anchor, heads).get((block, block_hash), {})
    return Witnessed(block, _cosignatures(signed))


Signed = dict[int, SignedHead]
"""By the place of the witness in the anchor."""


def _counted(anchor: Anchor, heads: Iterable[SignedHead]) -> dict[tuple[int, bytes], Signed]:
    """By block: each witness's latest word in the time in which it counts."""
    if not anchor.witnesses:
        return {}
    domain = domain_of(anchor)
    places = {one.key: index for index, one in enumerate(anchor.witnesses)}
    found: dict[tuple[int, bytes], Signed] = defaultdict(dict)
    for signed in heads:
        head, place = signed.head, places.get(signed.signer)
        if signed.domain != domain or head.genesis != anchor.genesis or place is None:
            continue
        if head.contradiction or not anchor.witnesses[place].counts_at(head.seen_at):
            continue
        there = found[head.number, head.block_hash]
        if place not in there or there[place].head.seen_at < head.seen_at:
            there[place] = signed
    return found


def _cosignatures(signed: Signed) -> tuple[CoSignature, ...]:
    return tuple(
        CoSignature(
            index=index,
            seen_at=signed[index].head.seen_at,
            previous_number=signed[index].head.previous_number,
            previous_hash=signed[index].head.previous_hash,
            signature=signed[index].signature,
        )
        for index in sorted(signed)
    )


@dataclass(frozen=True, slots=True)
class Wanted:
    """Where a bundle may end. block: the one asked for, None for the newest that is witnessed.

    newest: no later block is looked at. sources: how many gave the heads.
    """

    subject: Subject
    block: int | None
    newest: int
    sources: int = 1


def witnessed_end(
    contracts: Contracts, anchor: Anchor, heads: Collection[SignedHead], wanted: Wanted
) -> Witnessed:
    """The last block that a bundle tells of, with the words for it; raises HeadNotWitnessed."""

    def hash_at(number: int) -> bytes:
        return read_blocks(contracts.node, [number])[0].hash if number <= wanted.newest else b""

    if wanted.block is not None:
        return witnessed_at(anchor, heads, wanted.block, hash_at(wanted.block))
    own = own_groups(contracts, wanted.subject)
    return newest_witnessed(anchor, heads, hash_at, own, wanted.sources)


def own_groups(contracts: Contracts, subject: Subject) -> frozenset[bytes]:
    """The ownership group of who has the subject; nobody's where there is no such subject."""
    reads = Reads(contracts)
    if subject.kind is BundleSubject.LOT:
        account = reads.lot(subject.id).account
    else:
        account = reads.product_owner(subject.id)
    if account == NOBODY:
        return frozenset()
    organisation = reads.account(account).organisation
    return frozenset({reads.organisation(organisation).group})


def all_published(sources: Sequence[str]) -> tuple[list[SignedHead], list[WitnessUnreachable]]:
    """What all sources give, and which are out of reach: the others may be enough.

    Raises HeadUnreadable.
    """
    heads: list[SignedHead] = []
    missing: list[WitnessUnreachable] = []
    for source in sources:
        try:
            heads += published(source)
        except WitnessUnreachable as error:
            missing.append(error)
    return heads, missing


def _fetched(source: str) -> bytes:
    parts = urlsplit(source)
    url = source if parts.path.strip("/") else source.rstrip("/") + ROUTE
    try:
        with opener_for(url).open(url, timeout=SECONDS) as answer:
            return bytes(answer.read(LARGEST + 1))
    except (OSError, HTTPException, ValueError) as error:
        raise WitnessUnreachable(source=source, reason=reason_of(error)) from error
