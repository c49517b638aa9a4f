"""Co-signatures of witnesses, under the head of a bundle."""

from dataclasses import replace

from lodetrace.audit.anchor import Anchor
from lodetrace.audit.bundle import Bundle, CoSignature
from lodetrace.chain.qbft import Vote
from lodetrace.chain.strict_rlp import encode
from lodetrace.secp256k1 import ORDER
from tests.support.synthetic_chain import GENESIS_TIME, Chain
from tests.unit.audit.cases.base import Built, accepted, items, packed, refused, story
from tests.unit.audit.cases.valid import JOINING
from tests.unit.witness.witnesses import head_of, signed, split, with_witnesses, words

NAMES = ("one", "two", "three", "four")
SEEN = {name: GENESIS_TIME + 100 + place for place, name in enumerate(NAMES)}


def signed_by(chain: Chain, *names: str) -> tuple[Bundle, Anchor]:
    """The story's bundle, its head signed by some of the anchor's four witnesses."""
    trusted = with_witnesses(chain.anchor(), *NAMES)
    seen = {name: SEEN[name] for name in names}
    said = words(trusted, chain, len(chain.blocks) - 1, seen, NAMES)
    return replace(chain.bundle(), cosignatures=said), trusted


def changed(**fields: object) -> Built:
    """The first word is another one than was signed."""
    bundle, trusted = signed_by(story(), *NAMES)
    first, *others = bundle.cosignatures
    wrong = replace(first, **fields)  # type: ignore[arg-type]
    return replace(bundle, cosignatures=(wrong, *others)).encode(), trusted


@accepted("witnesses")
def three_of_four_witnesses_signed() -> Built:
    bundle, trusted = signed_by(story(), "one", "three", "four")
    return bundle.encode(), trusted


@accepted("witnesses")
def witnesses_whom_the_anchor_does_not_name() -> Built:
    bundle, trusted = signed_by(story(), *NAMES)
    return bundle.encode(), replace(trusted, witnesses=trusted.witnesses[:1])


@accepted("witnesses")
def a_head_whose_vote_changes_the_set_as_the_witness_knows() -> Built:
    chain = Chain()
    for voter in chain.set[:3]:
        chain.seal(vote=Vote(JOINING.address, add=True), proposer=voter)
    bundle, trusted = signed_by(chain, *NAMES)
    return bundle.encode(), trusted


@refused("witnesses", 3, "CoSignatureRefused")
def words_for_the_other_branch() -> Built:
    honest, branch = split(2, GENESIS_TIME + 10)
    bundle, trusted = signed_by(honest, *NAMES)
    return replace(branch.bundle(), cosignatures=bundle.cosignatures).encode(), trusted


@refused("witnesses", 3, "CoSignatureRefused")
def a_word_at_another_time() -> Built:
    return changed(seen_at=SEEN["one"] + 1)


@refused("witnesses", 3, "CoSignatureRefused")
def a_word_after_another_block() -> Built:
    return changed(previous_hash=bytes(32))


@refused("witnesses", 3, "CoSignatureRefused")
def a_word_with_the_higher_s() -> Built:
    bundle, trusted = signed_by(story(), *NAMES)
    first, *others = bundle.cosignatures
    s = ORDER - int.from_bytes(first.signature[32:64], "big")
    odd = first.signature[:32] + s.to_bytes(32, "big") + bytes([55 - first.signature[64]])
    wrong = replace(first, signature=odd)
    return replace(bundle, cosignatures=(wrong, *others)).encode(), trusted


@refused("witnesses", 3, "CoSignatureRefused")
def a_witness_who_saw_a_block_before_it_was_made() -> Built:
    chain = story()
    _, trusted = signed_by(chain)
    head = head_of(trusted, chain, len(chain.blocks) - 1, GENESIS_TIME - 60)
    signature = signed(trusted, head, "one").signature
    word = CoSignature(0, head.seen_at, head.previous_number, head.previous_hash, signature)
    return replace(chain.bundle(), cosignatures=(word,)).encode(), trusted


@refused("witnesses", 3, "CoSignatureRefused")
def a_word_of_another_witness() -> Built:
    bundle, trusted = signed_by(story(), "one")
    return replace(
        bundle, cosignatures=(replace(bundle.cosignatures[0], index=1),)
    ).encode(), trusted


@refused("witnesses", 1, "OrderBroken")
def one_witness_twice() -> Built:
    bundle, trusted = signed_by(story(), "one")
    return replace(bundle, cosignatures=bundle.cosignatures * 2).encode(), trusted


@refused("witnesses", 1, "ContentMalformed")
def a_section_of_witnesses_without_any() -> Built:
    return packed(encode([*items(), []]))


@refused("witnesses", 1, "ContentMalformed")
def a_word_of_another_shape() -> Built:
    return packed(encode([*items(), [[b"", b"\1", b"", bytes(32)]]]))


@refused("witnesses", 1, "ContentMalformed")
def an_eleventh_item() -> Built:
    bundle, _ = signed_by(story(), "one")
    word = bundle.cosignatures[0]
    item = [b"", word.seen_at.to_bytes(4, "big"), b"", word.previous_hash, word.signature]
    return packed(encode([*items(), [item], []]))
