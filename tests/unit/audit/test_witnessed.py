"""Witnesses of heads, as a reader holds a bundle against them, offline."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from lodetrace.audit.anchor import Anchor, AnchorInconsistent, Consensus
from lodetrace.audit.bundle import MOST_COSIGNATURES, Bundle, CoSignature
from lodetrace.audit.errors import (
    BundleRefused,
    ContentMalformed,
    CoSignatureRefused,
    HeaderRefused,
    OrderBroken,
)
from lodetrace.audit.evidence import Evidence, establish
from lodetrace.audit.heads import AHEAD, set_digest
from lodetrace.audit.moving import AnchorNotMoved, moved
from lodetrace.audit.witnessed import Vouched, needed_groups, vouched
from lodetrace.chain.qbft import Vote
from lodetrace.evidence.cosignatures import HeadNotWitnessed, newest_witnessed, witnessed_at
from lodetrace.secp256k1 import ORDER
from lodetrace.text import DAY_SECONDS
from tests.support.synthetic_chain import GENESIS_TIME, Chain, Validator
from tests.unit.witness.witnesses import (
    address,
    group,
    head_of,
    named,
    signed,
    split,
    with_witnesses,
    words,
)

NAMES = ("one", "two", "three", "four")
AT = GENESIS_TIME + 400
SEEN = {name: AT + place for place, name in enumerate(NAMES)}


@pytest.fixture(scope="module")
def branches() -> tuple[Chain, Chain]:
    """One chain up to block 2; a quorum of the validators sealed both branches."""
    return split(2, GENESIS_TIME + 14)


@pytest.fixture(scope="module")
def chain(branches: tuple[Chain, Chain]) -> Chain:
    return branches[0]


@pytest.fixture(scope="module")
def anchor(chain: Chain) -> Anchor:
    return with_witnesses(chain.anchor(), *NAMES)


def bundle_of(
    chain: Chain, anchor: Anchor, seen: dict[str, int], names: Sequence[str] = NAMES
) -> Bundle:
    said = words(anchor, chain, len(chain.blocks) - 1, seen, names)
    return replace(chain.bundle(), cosignatures=said)


def established(bundle: Bundle, anchor: Anchor) -> Evidence:
    return establish(bundle.encode(), anchor)


def come_to(evidence: Evidence, own: Sequence[str] = (), needed: int | None = None) -> Vouched:
    groups = [group(name) for name in own]
    time = evidence.head.time
    return vouched(evidence.anchor, evidence.witnessed, time, groups, evidence.sealing, needed)


def test_k_of_n() -> None:
    """2k > n + f, so that two branches never both have k."""
    assert [needed_groups(n) for n in (1, 2, 3, 4, 5, 6, 7, 10)] == [1, 2, 2, 3, 4, 4, 5, 7]
    for n in range(1, 65):
        f = (n - 1) // 3
        assert 2 * needed_groups(n) > n + f
        assert needed_groups(n) <= n - f or n < 3


def test_as_of_is_the_kth_latest_time(chain: Chain, anchor: Anchor) -> None:
    evidence = established(bundle_of(chain, anchor, SEEN), anchor)
    found = come_to(evidence)
    assert (found.needed, len(found.groups), found.outside) == (3, 4, 4)
    assert found.as_of == SEEN["two"]
    assert come_to(evidence, needed=4).as_of == SEEN["one"]
    assert come_to(evidence, needed=1) == found, "two branches could both have one"


def test_too_few_say_nothing_about_the_time(chain: Chain, anchor: Anchor) -> None:
    two = {name: SEEN[name] for name in ("one", "four")}
    found = come_to(established(bundle_of(chain, anchor, two), anchor))
    assert (len(found.groups), found.as_of) == (2, None)
    none = come_to(established(chain.bundle(), anchor))
    assert (none.groups, none.as_of, none.needed) == ((), None, 3)


def test_the_holders_own_group_counts_nothing(chain: Chain, anchor: Anchor) -> None:
    three = {name: SEEN[name] for name in NAMES[:3]}
    evidence = established(bundle_of(chain, anchor, three), anchor)
    assert come_to(evidence).as_of == SEEN["one"]
    found = come_to(evidence, own=["two"])
    assert (len(found.groups), found.as_of, found.own) == (2, None, (group("two"),))


def test_a_group_counts_once(chain: Chain, anchor: Anchor) -> None:
    """Attack: one group runs all witnesses."""
    alike = tuple(replace(one, group=group("one")) for one in anchor.witnesses)
    crowded = replace(anchor, witnesses=alike)
    found = come_to(established(bundle_of(chain, crowded, SEEN), crowded), needed=2)
    assert found.groups == ((group("one"), SEEN["four"]),)
    assert found.as_of is None
    assert come_to(established(bundle_of(chain, crowded, SEEN), crowded)).needed == 1


def test_a_head_that_is_dated_back_to_when_there_were_few_witnesses(
    chain: Chain, anchor: Anchor
) -> None:
    """Attack: one witness of today signs a branch whose head is of the time before the others."""
    others = named("two", "three", "four", since=AT - 10)
    staggered = replace(anchor, witnesses=(*named("one"), *others))
    found = come_to(established(bundle_of(chain, staggered, {"one": AT}), staggered))
    assert (found.needed, found.as_of) == (3, None)
    then = come_to(established(bundle_of(chain, staggered, {"one": AT - 11}), staggered))
    assert (then.needed, then.as_of) == (1, AT - 11), "it says no more than it could say then"


@pytest.mark.parametrize(
    ("since", "until", "counts"),
    [(0, AT + 1, True), (AT + 1, None, False), (0, AT, False), (AT, None, True)],
)
def test_only_in_its_time(
    chain: Chain, anchor: Anchor, since: int, until: int | None, counts: bool
) -> None:
    timed = replace(anchor, witnesses=named("one", since=since, until=until))
    evidence = established(bundle_of(chain, timed, {"one": AT}), timed)
    assert bool(come_to(evidence, needed=1).groups) is counts
    assert bool(evidence.notes) is not counts


def test_a_branch_of_a_validator_quorum_has_no_witnesses(
    branches: tuple[Chain, Chain], anchor: Anchor
) -> None:
    """Attack: a holder with a quorum of validators shows one reader a branch of his own.

    Its seals are all right. The witnesses' words are over the other branch, and cannot be moved.
    """
    honest, branch = branches
    assert come_to(established(bundle_of(honest, anchor, SEEN), anchor)).as_of is not None
    shown = branch.bundle()
    assert established(shown, anchor).finality.sealed, "the seals hold"
    assert come_to(established(shown, anchor)).as_of is None
    moved_over = replace(shown, cosignatures=bundle_of(honest, anchor, SEEN).cosignatures)
    with pytest.raises(CoSignatureRefused, match="not over block"):
        established(moved_over, anchor)


def test_less_than_k_witnesses_go_along_with_a_branch(
    branches: tuple[Chain, Chain], anchor: Anchor
) -> None:
    """f of n sign both branches: still only one of them has k."""
    honest, branch = branches
    faulty = {"one": AT}
    rest = {name: AT for name in NAMES if name not in faulty}
    real = come_to(established(bundle_of(honest, anchor, faulty | rest), anchor))
    forged = come_to(established(bundle_of(branch, anchor, faulty), anchor))
    assert real.as_of is not None
    assert forged.as_of is None


def changed(bundle: Bundle, **fields: object) -> Bundle:
    first, *others = bundle.cosignatures
    return replace(bundle, cosignatures=(replace(first, **fields), *others))  # type: ignore[arg-type]


def test_every_field_is_signed(chain: Chain, anchor: Anchor) -> None:
    bundle = bundle_of(chain, anchor, SEEN)
    first, second = bundle.cosignatures[:2]
    for fields in (
        {"seen_at": first.seen_at + 1},
        {"previous_number": 1},
        {"previous_hash": bytes(32)},
        {"signature": second.signature},
        {"signature": bytes(65)},
        {"signature": first.signature[:64] + bytes([55 - first.signature[64]])},
    ):
        with pytest.raises(CoSignatureRefused):
            established(changed(bundle, **fields), anchor)
    swapped = replace(first, index=1), replace(second, index=2)
    with pytest.raises(CoSignatureRefused):
        established(replace(bundle, cosignatures=swapped), anchor)


def test_a_signature_has_one_form(chain: Chain, anchor: Anchor) -> None:
    bundle = bundle_of(chain, anchor, SEEN)
    good = bundle.cosignatures[0].signature
    high = (ORDER - int.from_bytes(good[32:64], "big")).to_bytes(32, "big")
    for wrong in (good[:32] + high + bytes([55 - good[64]]), good[:64] + bytes([good[64] - 27])):
        with pytest.raises(CoSignatureRefused):
            established(changed(bundle, signature=wrong), anchor)


@pytest.mark.parametrize("field", ["previous", "time"])
def test_what_no_honest_witness_says(chain: Chain, anchor: Anchor, field: str) -> None:
    """Signed by the witness all the same: a rule of witnesses is broken in plain sight."""
    said = head_of(anchor, chain, len(chain.blocks) - 1, AT)
    wrong = (
        replace(said, previous_number=said.number + 1)
        if field == "previous"
        else replace(said, seen_at=said.block_time - AHEAD - 1)
    )
    signature = signed(anchor, wrong, "one").signature
    word = CoSignature(0, wrong.seen_at, wrong.previous_number, wrong.previous_hash, signature)
    with pytest.raises(CoSignatureRefused, match=r"follows|seen"):
        established(replace(chain.bundle(), cosignatures=(word,)), anchor)


def test_two_blocks_of_one_height_in_one_head(chain: Chain, anchor: Anchor) -> None:
    said = head_of(anchor, chain, len(chain.blocks) - 1, AT)
    wrong = replace(said, previous_number=said.number, previous_hash=bytes(32))
    signature = signed(anchor, wrong, "one").signature
    word = CoSignature(0, wrong.seen_at, wrong.previous_number, wrong.previous_hash, signature)
    with pytest.raises(CoSignatureRefused, match="two blocks"):
        established(replace(chain.bundle(), cosignatures=(word,)), anchor)


def test_words_for_another_directory_or_chain(chain: Chain, anchor: Anchor) -> None:
    directory = replace(anchor.contracts["Directory"], address=b"\7" * 20)
    elsewhere = replace(anchor, contracts={**anchor.contracts, "Directory": directory})
    bundle = bundle_of(chain, elsewhere, SEEN)
    with pytest.raises(CoSignatureRefused):
        established(bundle, anchor)


def test_witnesses_whom_the_anchor_does_not_name(chain: Chain, anchor: Anchor) -> None:
    """An older anchor of the same list: what it does not know is told, and counts for nothing."""
    bundle = bundle_of(chain, anchor, SEEN)
    older = replace(anchor, witnesses=anchor.witnesses[:2])
    evidence = established(bundle, older)
    assert len(evidence.witnessed) == 2
    (note,) = evidence.notes
    assert note.startswith("2 co-signatures are of witnesses that the trust anchor does not name")
    bare = established(bundle, chain.anchor())
    assert bare.witnessed == ()
    assert bare.notes[0].startswith("4 co-signatures")


def test_a_head_whose_own_vote_changes_the_set() -> None:
    """The witness knows the votes; the reader needs to be shown none of them."""
    made, joining = Chain(), Validator("candidate")
    for voter in made.set[:3]:
        made.seal(vote=Vote(joining.address, add=True), proposer=voter)
    trusted = with_witnesses(made.anchor(), *NAMES)
    evidence = established(bundle_of(made, trusted, SEEN), trusted)
    after = set_digest([*(one.address for one in made.set), joining.address])
    assert {one.validators for one in evidence.witnessed} == {after}
    undecided = Chain()
    undecided.seal(vote=Vote(joining.address, add=True), proposer=undecided.set[0])
    trusted = with_witnesses(undecided.anchor(), *NAMES)
    evidence = established(bundle_of(undecided, trusted, SEEN), trusted)
    before = set_digest([one.address for one in undecided.set])
    assert {one.validators for one in evidence.witnessed} == {before}


def test_a_set_that_cannot_follow(chain: Chain, anchor: Anchor) -> None:
    said = replace(head_of(anchor, chain, len(chain.blocks) - 1, AT), validators=bytes(32))
    word = CoSignature(
        0, AT, said.previous_number, said.previous_hash, signed(anchor, said, "one").signature
    )
    with pytest.raises(CoSignatureRefused):
        established(replace(chain.bundle(), cosignatures=(word,)), anchor)


def test_a_development_chain_has_witnesses_as_well() -> None:
    made = Chain(consensus=Consensus.NONE)
    made.grow(3)
    trusted = replace(made.anchor(), witnesses=named(*NAMES))
    said = words(trusted, made, 3, SEEN, NAMES)
    bundle = replace(made.bundle(headers=[0, 1, 2]), cosignatures=said)
    evidence = established(bundle, trusted)
    found = vouched(trusted, evidence.witnessed, evidence.head.time)
    assert (found.as_of, len(found.groups)) == (SEEN["two"], 4)


def test_outside_the_validators(chain: Chain, anchor: Anchor) -> None:
    evidence = established(bundle_of(chain, anchor, SEEN), anchor)
    sealers = list(anchor.sealers)
    sealers[0] = (sealers[0][0], group("one"))
    one_seals = replace(evidence, anchor=replace(anchor, sealers=tuple(sealers)))
    assert come_to(one_seals).outside == 3
    unknown = replace(evidence, anchor=replace(anchor, sealers=tuple(sealers[1:])))
    assert come_to(unknown).outside == 0, "a sealer whose group nobody names may be anybody's"


# the section of the bundle


def test_the_section_comes_back(chain: Chain, anchor: Anchor) -> None:
    bundle = bundle_of(chain, anchor, SEEN)
    assert Bundle.decode(bundle.encode()) == bundle
    assert len(bundle.encode()) - len(chain.bundle().encode()) <= 4 * 110 + 8


def test_places_increase(chain: Chain, anchor: Anchor) -> None:
    said = bundle_of(chain, anchor, SEEN).cosignatures
    for wrong in (said[::-1], (said[0], said[0])):
        with pytest.raises(OrderBroken):
            established(replace(chain.bundle(), cosignatures=wrong), anchor)


def test_more_than_anybody_needs(chain: Chain, anchor: Anchor) -> None:
    first = bundle_of(chain, anchor, SEEN).cosignatures[0]
    many = tuple(replace(first, index=index) for index in range(MOST_COSIGNATURES + 1))
    with pytest.raises(ContentMalformed, match="65 of them"):
        established(replace(chain.bundle(), cosignatures=many), anchor)


# the anchor


def test_an_anchor_with_witnesses_comes_back(anchor: Anchor) -> None:
    ended = replace(anchor, witnesses=(*anchor.witnesses[:3], *named("five", since=5, until=9)))
    document = ended.to_json()
    assert document["format"] == "lodetrace-anchor/2"
    assert Anchor.from_json(document) == ended
    bare = replace(anchor, witnesses=(), sealers=())
    assert bare.to_json()["format"] == "lodetrace-anchor/1"
    with pytest.raises(ValueError, match="names no witness"):
        Anchor.from_json({**document, "witnesses": [], "sealers": []})
    for key, wrong in (
        ("witnesses", [["0x"]]),
        ("witnesses", {}),
        ("witnesses", [[*document["witnesses"][0][:2], -1, None]]),
        ("witnesses", [[*document["witnesses"][0][:2], 0, True]]),
        ("sealers", [["0x01", "0x02"]]),
        ("sealers", [[]]),
        ("format", "lodetrace-anchor/1"),
        ("format", []),
    ):
        with pytest.raises((ValueError, AnchorInconsistent)):
            Anchor.from_json({**document, key: wrong})


def test_an_anchor_whose_witnesses_contradict(anchor: Anchor) -> None:
    for change, reason in (
        ({"witnesses": named("one", "one")}, "named twice"),
        ({"witnesses": named("one", since=5, until=5)}, "ends before it begins"),
        ({"witnesses": named(*map(str, range(65)))}, "more than 64"),
        ({"contracts": {}}, "none is named"),
        ({"sealers": anchor.sealers[::-1]}, "sealers are not sorted"),
    ):
        with pytest.raises(AnchorInconsistent, match=reason):
            replace(anchor, **change)  # type: ignore[arg-type]
    unsealed = Chain(consensus=Consensus.NONE).anchor()
    with pytest.raises(AnchorInconsistent, match="sealers belong to"):
        replace(unsealed, sealers=anchor.sealers)


def test_witnesses_of_before_keep_their_places(anchor: Anchor) -> None:
    more = (*anchor.witnesses, *named("five"))
    signed_before = replace(anchor, signatures=(bytes(65),))
    assert signed_before.naming(more, anchor.sealers[::-1]) == replace(anchor, witnesses=more)
    first, *others = anchor.witnesses
    ended = (replace(first, until=AT), *others)
    assert anchor.naming(ended, ()).witnesses == ended
    for wrong in (others, more[::-1], (replace(first, group=bytes(32)), *others), ()):
        with pytest.raises(AnchorInconsistent, match="lost its place"):
            anchor.naming(wrong, ())


# which head an export ends on


def heads_of(anchor: Anchor, chain: Chain, number: int, *names: str):  # type: ignore[no-untyped-def]
    return [signed(anchor, head_of(anchor, chain, number, SEEN[name]), name) for name in names]


def test_an_export_ends_on_the_newest_head_with_enough(
    branches: tuple[Chain, Chain], anchor: Anchor
) -> None:
    chain, branch = branches
    hashes = [chain.anchor(number).hash for number in range(len(chain.blocks))]
    heads = [
        *heads_of(anchor, chain, 4, *NAMES),
        *heads_of(anchor, chain, 5, "one", "two", "three"),
        *heads_of(anchor, chain, 6, "one", "four"),
        *heads_of(anchor, branch, 6, *NAMES),
    ]
    found = newest_witnessed(anchor, heads, hashes.__getitem__)
    assert (found.block, [one.index for one in found.cosignatures]) == (5, [0, 1, 2])
    without = newest_witnessed(anchor, heads, hashes.__getitem__, {group("two")})
    assert without.block == 4
    with pytest.raises(HeadNotWitnessed, match="3 groups"):
        newest_witnessed(anchor, heads_of(anchor, chain, 6, "one"), hashes.__getitem__)
    with pytest.raises(HeadNotWitnessed):
        newest_witnessed(anchor, [], hashes.__getitem__)
    few = witnessed_at(anchor, heads, 6, hashes[6])
    assert [one.index for one in few.cosignatures] == [0, 3]
    strangers = heads_of(anchor, chain, 5, *NAMES)
    with pytest.raises(HeadNotWitnessed):
        newest_witnessed(with_witnesses(chain.anchor(), "five"), strangers, hashes.__getitem__)


# an anchor moves on


def test_an_anchor_moves_on_by_its_own_witnesses(chain: Chain, anchor: Anchor) -> None:
    last = len(chain.blocks) - 1
    every = replace(
        chain.bundle(headers=range(1, last)),
        cosignatures=words(anchor, chain, last, SEEN, NAMES),
    )
    found = moved(anchor, every.encode())
    expected = with_witnesses(chain.anchor(last), *NAMES)
    assert found.hash == expected.hash
    assert replace(found, header=expected.header) == expected
    assert established(chain.bundle(), found).finality.sealed


def test_an_anchor_moves_by_no_seals_alone(branches: tuple[Chain, Chain], anchor: Anchor) -> None:
    """Attack: leaked keys of validators make a branch from an old anchor on."""
    for chain in branches:
        last = len(chain.blocks) - 1
        bundle = chain.bundle(headers=range(1, last))
        with pytest.raises(AnchorNotMoved, match="0 groups"):
            moved(anchor, bundle.encode())
        few = words(anchor, chain, last, {"one": AT, "two": AT}, NAMES)
        with pytest.raises(AnchorNotMoved, match="2 groups"):
            moved(anchor, replace(bundle, cosignatures=few).encode())


def test_an_anchor_moves_by_no_fewer_than_k_whatever_a_policy_asks(
    chain: Chain, anchor: Anchor
) -> None:
    """Attack: leaked keys of validators, and one witness, where a policy is content with one."""
    last = len(chain.blocks) - 1
    bundle = chain.bundle(headers=range(1, last))
    two = words(anchor, chain, last, {"one": AT, "two": AT}, NAMES)
    with pytest.raises(AnchorNotMoved, match=r"2 groups .* 3 are needed"):
        moved(anchor, replace(bundle, cosignatures=two).encode(), needed=1)
    three = words(anchor, chain, last, dict.fromkeys(NAMES[:3], AT), NAMES)
    assert moved(anchor, replace(bundle, cosignatures=three).encode(), needed=1).number == last
    with pytest.raises(AnchorNotMoved, match=r"3 groups .* 4 are needed"):
        moved(anchor, replace(bundle, cosignatures=three).encode(), needed=4)


def test_an_anchor_moves_only_in_time(chain: Chain, anchor: Anchor) -> None:
    last, end = len(chain.blocks) - 1, GENESIS_TIME + 180 * DAY_SECONDS
    for seen, moves in ((end, True), (end + 1, False)):
        said = words(anchor, chain, last, dict.fromkeys(NAMES, seen), NAMES)
        bundle = replace(chain.bundle(headers=range(1, last)), cosignatures=said).encode()
        if moves:
            assert moved(anchor, bundle).number == last
        else:
            with pytest.raises(AnchorNotMoved, match="before"):
                moved(anchor, bundle)
            assert moved(anchor, bundle, period=181 * DAY_SECONDS).number == last


def test_an_anchor_needs_the_votes_that_stand(chain: Chain, anchor: Anchor) -> None:
    last = len(chain.blocks) - 1
    said = words(anchor, chain, last, SEEN, NAMES)
    gap = replace(chain.bundle(headers=range(3, last)), cosignatures=said)
    with pytest.raises(AnchorNotMoved, match="every header from block 1"):
        moved(anchor, gap.encode())


def test_an_anchor_does_not_stay_or_go_back(chain: Chain, anchor: Anchor) -> None:
    last = len(chain.blocks) - 1
    there = with_witnesses(chain.anchor(last), *NAMES)
    said = words(anchor, chain, last, SEEN, NAMES)
    with pytest.raises(AnchorNotMoved, match="later blocks"):
        moved(there, replace(chain.bundle(), cosignatures=said).encode())


def test_an_anchor_moves_to_no_other_chain(branches: tuple[Chain, Chain], anchor: Anchor) -> None:
    honest, branch = branches
    there = with_witnesses(honest.anchor(4), *NAMES)
    last = len(branch.blocks) - 1
    said = words(anchor, branch, last, SEEN, NAMES)
    bundle = replace(branch.bundle(headers=range(5, last)), cosignatures=said)
    with pytest.raises((BundleRefused, HeaderRefused)):
        moved(there, bundle.encode())
    assert address("one") == there.witnesses[0].key
