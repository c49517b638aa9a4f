"""Split views: what two readers find when they compare."""

from dataclasses import replace

import pytest

from lodetrace.audit.anchor import Anchor
from lodetrace.audit.equivocation import Relation, compare, view_of
from lodetrace.audit.errors import SealsRefused
from lodetrace.chain.header import Header
from lodetrace.chain.qbft import encode_extra_data, extra_data_of
from lodetrace.version import SOFTWARE
from tests.support.audit_events import ACCEPTED, BORN
from tests.support.synthetic_chain import Chain


def split(at: int, then: int = 3) -> tuple[Chain, Chain]:
    """Two chains that are one up to a block, and differ in the next one."""
    one, other = Chain(), Chain()
    for chain, event in ((one, ACCEPTED), (other, BORN)):
        chain.grow(at)
        chain.emit(event)
        chain.grow(then)
    return one, other


def test_same_anchor_and_same_bundle() -> None:
    chain = Chain()
    chain.grow(3)
    view = view_of(chain.anchor(), chain.bundle().encode())
    assert compare(view, view).relation is Relation.SAME
    assert compare(view_of(chain.anchor(2)), view_of(chain.anchor(2))).relation is Relation.SAME


def test_one_is_the_beginning_of_the_other() -> None:
    chain = Chain()
    chain.grow(6)
    early = view_of(chain.anchor(3))
    late = view_of(chain.anchor(), chain.bundle(headers=[3]).encode())
    found = compare(early, late)
    assert (found.relation, found.height) == (Relation.PREFIX, 3)
    assert compare(late, early).relation is Relation.EXTENDS


def test_parent_of_a_header_tells_as_well() -> None:
    chain = Chain()
    chain.grow(6)
    early = view_of(chain.anchor(3))
    late = view_of(chain.anchor(), chain.bundle(headers=[4]).encode())
    assert compare(early, late).relation is Relation.PREFIX


def test_checkpoints_without_a_height_in_common() -> None:
    chain = Chain()
    chain.grow(6)
    found = compare(view_of(chain.anchor(2)), view_of(chain.anchor(5)))
    assert (found.relation, found.height) == (Relation.UNKNOWN, None)


def test_two_bundles_that_part() -> None:
    one, other = split(2)
    views = [view_of(chain.anchor(), chain.bundle(headers=[3]).encode()) for chain in (one, other)]
    found = compare(*views)
    assert (found.relation, found.height) == (Relation.FORK, 3)
    assert [header.number for header in found.evidence] == [3, 3]
    assert len(found.sealed_both) == 3, "the quorum of one set sealed both"
    document = found.to_json()
    assert document["judged_by"] == SOFTWARE
    shown = [Header.decode(bytes.fromhex(raw[2:])) for raw in document["evidence"]]
    assert shown == list(found.evidence)


def test_fork_that_only_a_parent_shows() -> None:
    one, other = split(2)
    found = compare(
        view_of(one.anchor(3)), view_of(other.anchor(), other.bundle(headers=[4]).encode())
    )
    assert (found.relation, found.height) == (Relation.FORK, 3)
    assert [header.number for header in found.evidence] == [3, 4]


def test_two_checkpoints_of_one_height() -> None:
    one, other = split(2)
    found = compare(view_of(one.anchor(4)), view_of(other.anchor(4)))
    assert (found.relation, found.height) == (Relation.FORK, 3), "their parents differ already"


def test_nobody_sealed_both_sides() -> None:
    """Two halves of a set of four that was cut in two would need a quorum each."""
    one, other = split(1, then=0)
    anchors: list[Anchor] = []
    for chain, part in ((one, slice(0, 2)), (other, slice(2, 4))):
        extra = extra_data_of(chain.head)
        bare = replace(extra, seals=extra.seals[part])
        header = Header.of_fields(chain.head.with_extra_data(encode_extra_data(bare)))
        anchors.append(replace(chain.anchor(2), header=header))
    found = compare(*(view_of(anchor) for anchor in anchors))
    assert (found.relation, found.sealed_both) == (Relation.FORK, ())


def test_other_chain() -> None:
    chain = Chain()
    other = replace(chain.anchor(), chain_id=1)
    assert compare(view_of(chain.anchor()), view_of(other)).relation is Relation.OTHER_CHAIN


def test_one_block_and_two_sets() -> None:
    chain = Chain()
    chain.grow(2)
    anchor = chain.anchor(2)
    other = replace(anchor, validators=anchor.validators[:3])
    found = compare(view_of(anchor), view_of(other))
    assert (found.relation, found.height) == (Relation.CONTRADICTION, 2)


def test_bundle_without_seals_is_no_evidence() -> None:
    chain = Chain()
    chain.grow(1)
    extra = replace(extra_data_of(chain.head), seals=())
    bare = Header.of_fields(chain.head.with_extra_data(encode_extra_data(extra)))
    with pytest.raises(SealsRefused):
        view_of(chain.anchor(), replace(chain.bundle(), headers=(bare,)).encode())
