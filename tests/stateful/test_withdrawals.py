"""A site withdraws documents: before their use, after it, and what everybody sees of it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.graph import Direction, provenance
from api.indexer.follow import Indexer
from api.indexer.source import DeployedContracts
from api.indexer.store import open_store
from api.loaders.lots import withdrawn_events as flags_of
from lodetrace.cli.event_view import standings, withdrawals
from lodetrace.contracts.enums import CustodyModel, Material
from lodetrace.contracts.events import EventWithdrawn, WithdrawalAttested
from lodetrace.contracts.refusals.decoder import ContractRefused
from lodetrace.documents.signed_document import SignedDocument
from lodetrace.documents.statement import SiteStatement, attestable_events, event_id
from lodetrace.documents.withdrawal import Withdrawn, declare_wrong
from lodetrace.keys.member_keys import MemberKeys
from lodetrace.member.births import BirthOrder, file_birth
from lodetrace.member.run_plan import Wanted
from lodetrace.member.runs import rebook
from lodetrace.member.session import MemberSession
from lodetrace.member.withdrawn import withdrawal_warnings, withdrawn_events
from lodetrace.settings import Network
from lodetrace.strict_json import parse
from tests.stateful.service_node import ServiceNode, put, signed_birth
from tests.support.births import MINE_KEYS
from tests.support.cobalt_chain import CobaltChain

pytestmark = pytest.mark.chain

USED, UNUSED = "mwinda-mine-M01", "mwinda-mine-M02"


@pytest.fixture
def mine(cobalt: CobaltChain, tmp_path: Path) -> Iterator[MemberSession]:
    network = Network("anvil", "anvil", cobalt.node.url, cobalt.deployment.chain_id, True)
    keys = MemberKeys.for_development(MINE_KEYS)
    member = MemberSession(network, cobalt.contracts(), keys, tmp_path / "mine")
    yield member
    member.vault.close()
    member.outbox.close()


def document(cobalt: CobaltChain, label: str) -> SignedDocument:
    return SignedDocument.read(cobalt.documents[label])


def declaration(
    cobalt: CobaltChain, signed: SignedDocument, reason: str = "incorrect_data"
) -> SignedDocument:
    """The mine's withdrawal of a document, a day after the event, filed."""
    declared = int(signed.document.events[0].time.timestamp()) + 86_400
    key = MemberKeys.for_development(MINE_KEYS).signing_key
    found = declare_wrong(signed, reason=reason, declared=declared, private_key=key)
    cobalt.file(found)
    return found


def file_of(signed: SignedDocument, folder: Path) -> Path:
    return put(folder / f"{signed.hash.hex()[:16]}.json", signed.to_json().encode())


def work(nodes: list[ServiceNode], *signed: SignedDocument) -> None:
    """The documents come into the folder of each node, and the nodes do their work."""
    for node in nodes:
        for one in signed:
            file_of(one, node.inbox)
        node.work()


def order(signed: SignedDocument) -> BirthOrder:
    [found] = attestable_events(signed, SiteStatement.of(signed.document))
    key = event_id(signed.site, signed.sequence, found.event.element)
    return BirthOrder(key, found.opening, Material.HYDROXIDE)


def test_from_the_declaration_to_the_flag(
    cobalt: CobaltChain, nodes: list[ServiceNode], mine: MemberSession, tmp_path: Path
) -> None:
    used, unused = document(cobalt, USED), document(cobalt, UNUSED)
    work(nodes[:3], used, unused)
    lot = file_birth(mine, order(used))
    half = lot.opening.lot.metal // 2
    parts = [
        Wanted(half, Material.HYDROXIDE),
        Wanted(lot.opening.lot.metal - half, Material.HYDROXIDE),
    ]
    made = [one.lot for one in rebook(mine, [lot.lot], parts, CustodyModel.SEGREGATED).outputs]
    assert withdrawn_events(mine, made[0]) == []

    work(nodes[:3], declaration(cobalt, used), declaration(cobalt, unused))
    said = {one.document: one for one in cobalt.contracts().happened(EventWithdrawn)}
    assert {key: one.used for key, one in said.items()} == {used.hash: True, unused.hash: False}
    assert set(nodes[2].states().values()) >= {"withdrawn"}

    # before use: no lot any more; after use: nothing is edited, everything is flagged
    with pytest.raises(ContractRefused) as refused:
        file_birth(mine, order(unused))
    assert refused.value.name == "AlreadyWithdrawn"
    assert mine.reads.lot(made[0]).account == mine.account
    origin = order(used).event_id
    for one in (lot.lot, *made):
        assert withdrawn_events(mine, one) == [origin]
    assert [one.code for one in withdrawal_warnings(mine, made[1])] == ["withdrawn-origin"]
    _gateway_agrees(cobalt, tmp_path, lot.lot, made, origin)

    # the corrected document takes the place of the unused one
    corrected = SignedDocument.of(
        parse(signed_birth(cobalt, unused.sequence, _like(unused), revision=1))
    )
    work(nodes[1:4], corrected)
    found = standings(cobalt.contracts(), _event(corrected))
    assert (found["state"], found["attestations"]) == ("standing", 3)
    assert standings(cobalt.contracts(), _event(unused))["state"] == "withdrawn"
    reborn = file_birth(mine, order(corrected))
    assert withdrawn_events(mine, reborn.lot) == []


def _gateway_agrees(
    cobalt: CobaltChain, folder: Path, lot: bytes, made: list[bytes], origin: bytes
) -> None:
    """The gateway's index flags the lot and its descendants."""
    engine = open_store(f"sqlite:///{folder / 'gateway.db'}")
    source = DeployedContracts(cobalt.node, cobalt.artifacts, cobalt.deployment)
    Indexer(engine, source, may_rewind=True).catch_up()
    wanted = {"0x" + one.hex(): ["0x" + origin.hex()] for one in (lot, *made)}
    with engine.connect() as connection:
        graph = provenance(connection, ["0x" + lot.hex()], Direction.DESCENDANTS)
        assert set(graph.lots) == set(wanted)
        assert flags_of(connection, graph.lots) == wanted
    engine.dispose()


def _event(signed: SignedDocument) -> object:
    return attestable_events(signed, SiteStatement.of(signed.document))[0].event


def _like(signed: SignedDocument):
    """An edit that makes the event of another document, with less in it."""

    def edit(event: dict) -> None:
        event.update(json.loads(signed.to_json())["document"]["epcisBody"]["eventList"][0])
        event["quantityList"][0]["quantity"] -= 900

    return edit


def test_two_declarations_block_nobody(cobalt: CobaltChain, nodes: list[ServiceNode]) -> None:
    """Nodes see different declarations of one document; each that sees both attests both."""
    signed = document(cobalt, USED)
    work(nodes, signed)
    first, second = declaration(cobalt, signed), declaration(cobalt, signed, "did_not_occur")
    work(nodes[:2], first)
    work(nodes[2:], second)
    assert cobalt.contracts().happened(EventWithdrawn) == []
    for one in (first, second):
        found = withdrawals(cobalt.contracts(), Withdrawn.of(one).withdrawals[0])
        assert (found["state"], found["attestations"], found["conflicts"]) == ("pending", 2, 2)
    work(nodes[2:3], first)
    [gone] = cobalt.contracts().happened(EventWithdrawn)
    assert (gone.declaration, gone.document) == (first.hash, signed.hash)
    assert len(cobalt.contracts().happened(WithdrawalAttested)) == 5, "all of it stays visible"
    for node in nodes:
        node.work()
        assert set(node.states().values()) <= {"withdrawn", "standing"}, node.reasons()


def test_a_minority_withdraws_nothing(cobalt: CobaltChain, nodes: list[ServiceNode]) -> None:
    signed = document(cobalt, USED)
    work(nodes, signed)
    work(nodes[:2], declaration(cobalt, signed))
    assert standings(cobalt.contracts(), _event(signed))["state"] == "standing"


class Killed(BaseException):
    """Stands for a process that ends between two steps."""


@pytest.mark.parametrize("step", ["simulated", "signed", "persisted", "broadcast", "receipt"])
def test_a_withdrawal_is_attested_once(
    step: str, cobalt: CobaltChain, nodes: list[ServiceNode], tmp_path: Path
) -> None:
    """Killed at a step, the same again, and once more from a lost disk."""
    path = file_of(declaration(cobalt, document(cobalt, USED)), tmp_path)
    victim = nodes[0]

    def kill(reached: str) -> None:
        if reached == step:
            raise Killed(step)

    with pytest.raises(Killed):
        victim.attest(path, checkpoint=kill)
    for _ in range(2):
        assert [one.state for one in victim.attest(path)] == ["attested"]
    for database in victim.folder.glob("*.sqlite*"):
        database.unlink()
    assert [one.state for one in victim.attest(path)] == ["attested"]
    assert len(cobalt.contracts().happened(WithdrawalAttested)) == 1


def test_a_withdrawn_document_is_not_attested(
    cobalt: CobaltChain, nodes: list[ServiceNode], tmp_path: Path
) -> None:
    """By a node that saw the declaration, and by one that only reads the chain."""
    signed = document(cobalt, USED)
    first, second = file_of(signed, tmp_path), file_of(declaration(cobalt, signed), tmp_path)
    for node in nodes[:3]:
        node.attest(second)
    assert len(cobalt.contracts().happened(EventWithdrawn)) == 1
    assert [one.state for one in nodes[0].attest(first)] == ["refused"]
    assert [one.state for one in nodes[3].attest(first, second)] == ["withdrawn"] * 2
