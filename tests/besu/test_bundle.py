"""A lot's story on real validators: exported, the network stopped, and verified from one file.

The set of validators changes twice in between: an address that nobody runs joins and leaves.
"""

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from lodetrace.audit.anchor import Anchor, Consensus
from lodetrace.audit.bundle import Bundle, BundleSubject, Subject
from lodetrace.audit.errors import (
    BundleRefused,
    HeaderMissing,
    SealsRefused,
    ValidatorsUnproven,
)
from lodetrace.audit.policy import DEFAULT
from lodetrace.audit.verify import verify
from lodetrace.chain.qbft import encode_extra_data, extra_data_of
from lodetrace.contracts.enums import CustodyModel, EventKind, Material
from lodetrace.evidence.anchors import checkpoint, first_anchor
from lodetrace.evidence.export import Order, export
from lodetrace.evidence.keys import Keys, installed_keys
from lodetrace.member.births import BirthOrder, file_birth
from lodetrace.member.offers import cancel, offer
from lodetrace.network.founding import found
from lodetrace.network.launch import down, up
from lodetrace.network.parameters import NetworkParameters
from lodetrace.network.software import Software
from lodetrace.network.votes import propose
from lodetrace.node.client import Node
from lodetrace.settings import Network, NodeKind
from tests.besu.figures import FIGURES
from tests.besu.rehearsal import Rehearsal, until
from tests.support.consortium import Consortium
from tests.support.consortium import found as found_consortium
from zk_circuits.balance import Measurement

CHAIN_ID = 27_002
TONNE = 10**9
PHANTOM = "0x" + "1d" * 20
"""A validator that nobody runs: four of five seal on."""


class OnBesu(Consortium):
    """The consortium of the other tests, where time passes by itself."""

    def wait(self, seconds: int) -> int:
        seen = self.node.head()
        until(lambda: self.node.head() > seen, 180, "a block")
        return self.now()


class Told:
    """What was exported before the network was stopped."""

    def __init__(
        self, anchor: Anchor, bundle: Bundle, grown: Bundle, every_header: Bundle, later: Anchor
    ) -> None:
        """grown: of a block while the set had one more."""
        self.anchor, self.bundle, self.every_header = anchor, bundle, every_header
        self.grown, self.later = grown, later


@pytest.fixture(scope="module")
def network(software: Software, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsal]:
    """Of its own: it is stopped for good.

    Where Besu has no native altbn128, a proof takes longer than the part of a block's time that it
    has, and its transaction would wait for ever: here it gets more.
    """
    folder = tmp_path_factory.mktemp("audited") / "network"
    found(folder, "audited", CHAIN_ID, NetworkParameters(period=2, request_timeout=20), 4)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("BESU_POA_BLOCK_TXS_SELECTION_MAX_TIME", "600")  # per cent
        try:
            up(folder, software)
            yield Rehearsal(folder, software)
        finally:
            down(folder)


@pytest.fixture(scope="module")
def told(network: Rehearsal, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    home = tmp_path_factory.mktemp("bundle")
    url, chain_id = network.node(1).url, network.record.chain_id
    settings = Network("besu", "besu", url, chain_id, True, NodeKind(free_gas=True, window=1))
    with Node(url, chain_id, kind=settings.kind) as node:
        founded = found_consortium(node, settings, home)
        consortium = OnBesu(node, settings, founded.deployment, home)
        lot = born(consortium)
        vote(network, add=True)
        mine = consortium.member("mine")
        offer(mine, [lot], consortium.account("refinery"), consortium.now() + 86_400)
        grown = node.head()
        vote(network, add=False)
        cancel(mine, [lot])
        yield exported(consortium, network, lot, grown)
        consortium.close()


def born(consortium: OnBesu) -> bytes:
    measured = Measurement(
        metal_in=0, metal_out=9 * TONNE, carbon=TONNE, attested=(9 * TONNE, 0, 0, 0, 0)
    )
    event, opening = consortium.attest("mine", EventKind.BIRTH, measured)
    order = BirthOrder(event, opening, Material.HYDROXIDE, 1, CustodyModel.SEGREGATED)
    return file_birth(consortium.member("mine"), order).lot


def vote(network: Rehearsal, *, add: bool) -> None:
    started = time.monotonic()
    propose(network.nodes, PHANTOM, add)
    until(lambda: (PHANTOM in network.rpc().validators()) is add, 400, "the vote")
    FIGURES.add(f"votes until the set changed (add {add})", f"{time.monotonic() - started:.0f} s")


def exported(consortium: OnBesu, network: Rehearsal, lot: bytes, grown: int) -> Told:
    node, contracts = consortium.node, consortium.contracts()
    epoch, keys = network.record.parameters.epoch, Keys(installed_keys())
    anchor = first_anchor(node, consortium.deployment, epoch)
    order = Order(Subject(BundleSubject.LOT, lot), anchor, node.head())
    with FIGURES.seconds("export of a bundle"):
        bundle = export(contracts, order, keys)
    assert export(contracts, order, keys).encode() == bundle.encode(), (
        "the same head, the same bytes"
    )
    earlier = export(contracts, replace(order, block=grown), keys)
    every = export(contracts, replace(order, every_header=True), keys)
    later = checkpoint(node, consortium.deployment, order.block, epoch, lambda done, total: None)
    with FIGURES.seconds("stopping the network"):
        down(network.folder)
    return Told(anchor, bundle, earlier, every, later)


def test_the_file_verifies_with_the_network_stopped(told: Told, network: Rehearsal) -> None:
    assert network.head() is None
    with FIGURES.seconds("verification"):
        verdict = verify(told.bundle.encode(), told.anchor)
    assert told.anchor.consensus is Consensus.QBFT
    assert verdict.finality.sealed
    assert verdict.finality.set_changes == 0, "the set is again that of the anchor"
    shown, head = len(told.bundle.headers), told.bundle.headers[-1].number
    FIGURES.add("headers shown of all", f"{shown} of {head + 1}")
    FIGURES.add("size of the bundle", f"{len(told.bundle.encode())} bytes")
    assert shown == 2 < head


def test_a_change_of_the_set_is_shown_with_its_votes(told: Told) -> None:
    verdict = verify(told.grown.encode(), told.anchor)
    assert verdict.finality.set_changes == 1
    assert len(told.grown.headers) < told.grown.headers[-1].number


def test_every_header_can_be_demanded(told: Told) -> None:
    policy = replace(DEFAULT, full_header_chain=True)
    verdict = verify(told.every_header.encode(), told.anchor, policy)
    assert verdict.finality.set_changes == 2
    assert len(told.every_header.headers) == told.every_header.headers[-1].number + 1
    with pytest.raises(HeaderMissing):
        verify(told.bundle.encode(), told.anchor, policy)


def test_a_checkpoint_of_the_head_knows_the_set_that_is_left(told: Told) -> None:
    assert told.later.validators == told.anchor.validators
    assert len(told.later.validators) == 4


def without_votes(bundle: Bundle) -> Bundle:
    kept = [one for one in bundle.headers if extra_data_of(one).vote is None]
    return replace(bundle, headers=tuple(kept))


def with_one_seal_less(bundle: Bundle) -> Bundle:
    head = bundle.headers[-1]
    extra = extra_data_of(head)
    data = encode_extra_data(replace(extra, seals=extra.seals[:-1]))
    cut = type(head).of_fields(head.with_extra_data(data))
    return replace(bundle, headers=(*bundle.headers[:-1], cut))


@pytest.mark.parametrize(
    ("forge", "error"),
    [(without_votes, ValidatorsUnproven), (with_one_seal_less, SealsRefused)],
)
def test_what_a_forger_would_leave_out_is_missed(
    told: Told, forge: object, error: type[BundleRefused]
) -> None:
    with pytest.raises(error):
        verify(forge(told.grown).encode(), told.anchor)  # type: ignore[operator]
