"""A site withdraws documents: before their use, after it, and what everybody sees of it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.graph import Direction, provenance
from api.indexer.follow import Indexer
from api.indexer.source import DeployedContracts
from api.indexer.store import open_store
from api.lot_view import withdrawn_events as flags_of
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
from lodetrace.transactions.outbox import Outbox
from lodetrace.transactions.sender import Sender
from oracle.attest import FileAttestation, FileOutcome, OracleNode
from oracle.declarations import read_declarations
from oracle.history import DocumentHistory
from tests.stateful.service_node import FIRST_ORACLE, ServiceNode, put, signed_birth
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


def declaration(signed: SignedDocument, reason: str = "incorrect_data") -> SignedDocument:
    """The mine's withdrawal of a document, a day after the event."""
    declared = int(signed.document.events[0].time.timestamp()) + 86_400
    key = MemberKeys.for_development(MINE_KEYS).signing_key
    return declare_wrong(signed, reason=reason, declared=declared, private_key=key)


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

    work(nodes[:3], declaration(used), declaration(unused))
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
    first, second = declaration(signed), declaration(signed, "did_not_occur")
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
    work(nodes[:2], declaration(signed))
    assert standings(cobalt.contracts(), _event(signed))["state"] == "standing"


class Killed(BaseException):
    """Stands for a process that ends between two steps."""


class Inspector:
    """The single command of a node, with its own disk."""

    def __init__(self, cobalt: CobaltChain, folder: Path, index: int = FIRST_ORACLE) -> None:
        self.cobalt, self.folder, self.index = cobalt, folder, index
        self.kill_at = ""

    def attest(self, *signed: SignedDocument) -> list[FileAttestation]:
        keys = MemberKeys.for_development(self.index)
        contracts = self.cobalt.contracts()
        outbox = Outbox(self.folder / f"{self.index}-outbox.sqlite")
        declarations = read_declarations(
            Path(__file__).resolve().parents[2] / "examples" / "cobalt" / "sites.yaml"
        )
        try:
            with DocumentHistory(self.folder / f"{self.index}-history.sqlite") as history:
                sender = Sender(
                    self.cobalt.node, outbox, keys.signing_key, contracts.refusals,
                    checkpoint=self._step,
                )  # fmt: skip
                files = [file_of(one, self.folder) for one in signed]
                return OracleNode(declarations, history).attest(files, contracts, sender)
        finally:
            outbox.close()

    def _step(self, step: str) -> None:
        if step == self.kill_at:
            raise Killed(step)


@pytest.mark.parametrize("step", ["simulated", "signed", "persisted", "broadcast", "receipt"])
def test_a_withdrawal_is_attested_once(step: str, cobalt: CobaltChain, tmp_path: Path) -> None:
    """Killed at a step, the same again, and once more from a lost disk."""
    signed = document(cobalt, USED)
    victim = Inspector(cobalt, tmp_path)
    victim.kill_at = step
    with pytest.raises(Killed):
        victim.attest(declaration(signed))
    victim.kill_at = ""
    for _ in range(2):
        [found] = victim.attest(declaration(signed))
        assert found.outcome is FileOutcome.ATTESTED
    for database in tmp_path.glob("*.sqlite*"):
        database.unlink()
    [found] = victim.attest(declaration(signed))
    assert found.outcome is FileOutcome.ATTESTED
    assert len(cobalt.contracts().happened(WithdrawalAttested)) == 1


def test_a_withdrawn_document_is_not_attested(cobalt: CobaltChain, tmp_path: Path) -> None:
    """By a node that saw the declaration, and by one that only reads the chain."""
    signed = document(cobalt, USED)
    for index in range(FIRST_ORACLE, FIRST_ORACLE + 3):
        Inspector(cobalt, tmp_path, index).attest(declaration(signed))
    assert len(cobalt.contracts().happened(EventWithdrawn)) == 1
    [told] = Inspector(cobalt, tmp_path).attest(signed)
    assert told.outcome is FileOutcome.REFUSED
    late = Inspector(cobalt, tmp_path, FIRST_ORACLE + 3)
    assert [one.outcome for one in late.attest(signed, declaration(signed))] == [
        FileOutcome.WITHDRAWN,
        FileOutcome.WITHDRAWN,
    ]
