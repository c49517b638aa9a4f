"""What steps 1 to 6 establish: what the chain itself vouches for, and the way there."""

from collections.abc import Mapping
from dataclasses import dataclass

from lodetrace.audit.anchor import Anchor
from lodetrace.audit.bundle import KEY_WORDS, Bundle, Subject
from lodetrace.audit.closure import Closure, closure, root_of
from lodetrace.audit.errors import EntryUnused, KeyForgeable, refusing
from lodetrace.audit.header_chain import link
from lodetrace.audit.logs import decoded, proven, require_allowed
from lodetrace.audit.seals import finality_of
from lodetrace.audit.state_proofs import WholeRows
from lodetrace.audit.steps import Finality, Observer, Passed, ProvenEvent
from lodetrace.audit.trie_nodes import NodePool
from lodetrace.audit.witnessed import CoSigned, cosigned
from lodetrace.chain.header import Header
from lodetrace.text import enum_word, hex_of
from zk_circuits.abi import key_hash
from zk_circuits.verifying_key import VerifyingKey

__all__ = ["Evidence", "Finality", "Observer", "Passed", "ProvenEvent", "establish"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """The output of steps 1 to 6.

    head: the last header shown. closure: all rows that tell the subject's provenance, as of the
    head. events: of these rows, by place. keys: by hash. notes: what a reader has to know beside
    it. witnessed: words of the anchor's witnesses for the head; sealing: the validators that the
    head lists.
    """

    bundle: Bundle
    anchor: Anchor
    chain_id: int
    subject: Subject
    head: Header
    closure: Closure
    events: tuple[ProvenEvent, ...]
    keys: Mapping[bytes, VerifyingKey]
    finality: Finality
    notes: tuple[str, ...]
    witnessed: tuple[CoSigned, ...] = ()
    sealing: tuple[bytes, ...] = ()


def unobserved(passed: Passed) -> None:
    """Nobody watches."""


def establish(
    file: bytes, anchor: Anchor, *, full_header_chain: bool = False, observe: Observer = unobserved
) -> Evidence:
    """Steps 1 to 6 over the bytes of a bundle; raises a BundleRefused.

    full_header_chain: every header from the anchor to the head is demanded, and all votes are
    replayed.
    """
    bundle = Bundle.decode(file)
    keys = {key_hash(words): _key(words) for words in bundle.keys}
    observe(_format_passed(bundle, file))

    blocks = link(bundle, anchor, full_header_chain)
    observe(
        Passed(
            2,
            "Header chain",
            f"Every block shown belongs to the chain that begins at block {anchor.number} of the "
            "trust anchor, and follows it.",
            {"headers": len(blocks)},
        )
    )
    finality = finality_of(blocks, anchor, full_header_chain)
    witnessed = cosigned(bundle, anchor, blocks[-1])
    observe(_seals_passed(finality, len(witnessed)))

    found, events = _provenance(bundle, anchor)
    for passed in _rows_passed(bundle, found):
        observe(passed)
    return Evidence(
        bundle=bundle,
        anchor=anchor,
        chain_id=bundle.chain_id,
        subject=bundle.subject,
        head=bundle.headers[-1],
        closure=found,
        events=events,
        keys=keys,
        finality=finality,
        notes=_not_counted(bundle, witnessed),
        witnessed=witnessed,
        sealing=() if blocks[-1].extra is None else blocks[-1].extra.validators,
    )


def _provenance(bundle: Bundle, anchor: Anchor) -> tuple[Closure, tuple[ProvenEvent, ...]]:
    """Steps 4 to 6, which go together: which row is asked next, the entries of the last one say.

    Raises a BundleRefused of one of them.
    """
    entries, contracts = decoded(bundle.entries, anchor)
    pool = NodePool(bundle.nodes)
    rows = WholeRows(entries, bundle.headers[-1], pool, contracts.journal())
    found = closure(root_of(bundle.subject), rows.row_of)
    require_allowed(found.entries, contracts)
    unused = len(entries) - len(found.entries)
    if unused:
        raise EntryUnused(item="the entries", count=unused)
    pool.require_used()
    return found, tuple(proven(shown, contracts) for shown in found.entries)


def _rows_passed(bundle: Bundle, found: Closure) -> tuple[Passed, Passed, Passed]:
    entries = len(found.entries)
    return (
        Passed(
            4,
            "Rows",
            "What is shown about each subject is all that the chain noted about it up to this "
            "block, in its order: the chain's state holds the word that it adds up to.",
            {"rows": len(found.rows), "entries": entries, "nodes": len(bundle.nodes)},
        ),
        Passed(
            5,
            "Events",
            "Every entry is an event of one of the consortium's contracts, which was allowed to "
            "write it then.",
            {"events": entries},
        ),
        Passed(
            6,
            "Closure",
            "Every subject that the provenance rests on is shown, whole, and no other one: what "
            "is not here did not happen up to this block.",
            {"subjects": len(found.rows)},
        ),
    )


def _format_passed(bundle: Bundle, file: bytes) -> Passed:
    return Passed(
        1,
        "Format and version",
        f"The file is a whole bundle about {enum_word(bundle.subject.kind)} "
        f"{hex_of(bundle.subject.id)}, in the one form that the format allows.",
        {"bytes": len(file)},
    )


def _seals_passed(finality: Finality, cosignatures: int) -> Passed:
    said = "A development chain has no seals: that its blocks are final is NOT proven."
    counts = {"seals": finality.seals}
    if finality.sealed:
        said = (
            "Each block is signed by two thirds of the validators in force; each change of them "
            "was voted by more than half."
        )
        counts["changes of the validators"] = finality.set_changes
    if cosignatures:
        said += " Co-signatures of the last block are by the witnesses of the trust anchor."
        counts["co-signatures"] = cosignatures
    return Passed(3, "Seals", said, counts)


def _key(words: tuple[int, ...]) -> VerifyingKey:
    """A verifying key from its words, in the order of zk_circuits/SPEC.md, section 4."""
    item = f"verifying key {hex_of(key_hash(words))}"
    alpha, beta, gamma, delta = words[:2], words[2:6], words[6:10], words[10:14]
    ic = tuple((words[at], words[at + 1]) for at in range(KEY_WORDS, len(words), 2))
    with refusing(KeyForgeable, item):
        return VerifyingKey(
            (alpha[0], alpha[1]),
            (beta[0], beta[1], beta[2], beta[3]),
            (gamma[0], gamma[1], gamma[2], gamma[3]),
            (delta[0], delta[1], delta[2], delta[3]),
            ic,
        )


def _not_counted(bundle: Bundle, witnessed: tuple[CoSigned, ...]) -> tuple[str, ...]:
    strangers = len(bundle.cosignatures) - len(witnessed)
    retired = sum(1 for one in witnessed if not one.in_office)
    notes = []
    if strangers:
        notes.append(
            f"{strangers} co-signatures are of witnesses that the trust anchor does not name: "
            "they were not checked, and count for nothing."
        )
    if retired:
        notes.append(
            f"{retired} co-signatures are of witnesses outside the time in which their word "
            "counts: they count for nothing."
        )
    return tuple(notes)
