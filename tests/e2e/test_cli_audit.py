"""Audit bundles and anchors by the program, on a real anvil."""

import json
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from api.bundles import exporter
from lodetrace.audit.anchor import Anchor
from lodetrace.audit.bundle import Bundle, BundleSubject, Subject
from lodetrace.audit.cosign import co_signers
from lodetrace.audit.evidence import Evidence, establish
from lodetrace.audit.replay.history import replay
from lodetrace.contracts.events import (
    AccountAdded,
    Event,
    JournalWriterSet,
    LotBorn,
    PlaceDetermined,
    QuorumSet,
)
from lodetrace.errors import ExitCode
from lodetrace.evidence.cosignatures import Witnessed
from lodetrace.evidence.errors import EventsLeftOut
from lodetrace.evidence.journal_copy import JournalCopy
from lodetrace.onchain.contracts import Contracts
from lodetrace.text import hex_of
from lodetrace.version import SOFTWARE
from tests.e2e.shells import Shell, Village
from tests.e2e.steps import BATCH, born_lot, development
from tests.support.log_proxy import log_proxy

NOBODYS = "0x" + "2f" * 32

pytestmark = [pytest.mark.chain, pytest.mark.slow]


@dataclass
class Mined:
    """A lot of the mine, and the machine of somebody without keys."""

    village: Village
    mine: Shell
    lot: str
    auditor: Shell

    @property
    def anchor(self) -> Path:
        return self.auditor.folder / "anchor.json"

    def evidence(self, file: str, anchor: str = "anchor.json") -> Evidence:
        trusted = Anchor.load(self.auditor.folder / anchor)
        return establish((self.auditor.folder / file).read_bytes(), trusted)


@pytest.fixture(scope="module")
def mined(village: Village) -> Mined:
    mine = development(village, "mine")
    lot = born_lot(village, mine, "B01")
    auditor = village.shell("auditor")
    made = auditor.json("audit", "checkpoint", "--out", "anchor.json")
    assert (made["consensus"], made["co_signers"]) == ("none", [])
    return Mined(village, mine, lot, auditor)


def test_a_bundle_of_a_lot_proves_itself(mined: Mined) -> None:
    told = mined.auditor.json("audit", "export", "--lot", mined.lot, "--out", "lot.bundle")
    assert told["bytes"] == (mined.auditor.folder / "lot.bundle").stat().st_size
    evidence = mined.evidence("lot.bundle")
    born = [one.event for one in evidence.events if isinstance(one.event, LotBorn)]
    assert [one.lot.hex() for one in born] == [mined.lot[2:]]
    replay(evidence)
    found = mined.auditor.json("audit", "verify", "lot.bundle", "--trust", "anchor.json")
    assert found["accepted"]
    assert found["judged_by"] == told["written_by"] == SOFTWARE
    assert [step["counts"].get("proofs") for step in found["steps"]][6] == 1


def test_two_exports_of_one_head_are_equal(mined: Mined) -> None:
    head = str(mined.village.consortium.node.head())
    for name in ("one.bundle", "two.bundle"):
        mined.auditor.run("audit", "export", "--lot", mined.lot, "--out", name, "--block", head)
    one, two = ((mined.auditor.folder / name).read_bytes() for name in ("one.bundle", "two.bundle"))
    assert one == two


def test_a_gateway_gives_the_bytes_that_the_command_writes(mined: Mined) -> None:
    """Whatever it read before: a later block, or another branch of a development chain."""
    consortium = mined.village.consortium
    node, made = consortium.node, exporter(consortium.contracts())
    subject = Subject(BundleSubject.LOT, bytes.fromhex(mined.lot[2:]))
    before = node.head()

    def written(block: int) -> bytes:
        order = ("audit", "export", "--lot", mined.lot, "--out", "again.bundle")
        mined.auditor.run(*order, "--block", str(block))
        return (mined.auditor.folder / "again.bundle").read_bytes()

    snapshot = node.rpc("evm_snapshot")
    born_lot(mined.village, mined.mine, "B03")
    for block in (node.head(), before):
        assert made(subject, Witnessed(block, ())) == written(block)
    node.rpc("evm_revert", [snapshot])
    consortium.wait(90)
    assert made(subject, Witnessed(node.head(), ())) == written(node.head())


def test_a_node_that_answers_for_few_blocks_at_once(mined: Mined) -> None:
    auditor, order = mined.auditor, ("audit", "export", "--lot", mined.lot, "--out")
    with log_proxy(mined.village.consortium.node.url) as proxy:
        proxy.limit = 7
        slow = Shell(auditor.folder, {**auditor.environment, "LODETRACE_RPC_URL": proxy.url})
        slow.run(*order, "few.bundle")
    assert min(proxy.ranges) <= 7
    auditor.run(*order, "many.bundle")
    few, many = (auditor.folder / f"{name}.bundle" for name in ("few", "many"))
    assert few.read_bytes() == many.read_bytes()


def test_an_earlier_block_can_be_the_head(mined: Mined) -> None:
    born = mined.evidence("lot.bundle").head.number
    mined.village.consortium.wait(60)
    order = ("audit", "export", "--lot", mined.lot, "--out", "then.bundle")
    mined.auditor.run(*order, "--block", str(born))
    assert (mined.auditor.folder / "then.bundle").read_bytes() == (
        mined.auditor.folder / "lot.bundle"
    ).read_bytes()
    mined.auditor.run(*order, "--block", "2", code=ExitCode.NOT_FOUND)
    refused = mined.auditor.run(*order, "--block", "999999", code=ExitCode.NOT_FOUND)
    assert "the chain ends at" in refused.err


def test_what_the_holder_shows_is_in_the_bundle(mined: Mined) -> None:
    order = ("audit", "export", "--lot", mined.lot, "--out", str(mined.auditor.folder / "open"))
    signed = next(mined.mine.folder.glob("B01*.json"))
    told = mined.mine.json(*order, "--open", mined.lot[:10], "--document", str(signed))
    assert (told["openings"], told["documents"]) == (1, 1)
    bundle = Bundle.decode((mined.auditor.folder / "open").read_bytes())
    assert bundle.openings[0].commitment.hex() == mined.lot[2:]
    assert bundle.openings[0].values[0] == BATCH * 10**6 * 3 // 10
    assert b"EPCISDocument" in bundle.documents[0]
    verdict = mined.auditor.json("audit", "verify", "open", "--trust", "anchor.json")["verdict"]
    assert (len(verdict["openings"]), len(verdict["documents"])) == (1, 1)
    assert str(BATCH * 10**6 * 3 // 10) in json.dumps(verdict["openings"])


def test_what_is_not_of_this_provenance_is_not_shown(mined: Mined) -> None:
    other = born_lot(mined.village, mined.mine, "B02")
    order = ("audit", "export", "--lot", mined.lot, "--out", "no.bundle")
    paper = mined.village.write(mined.mine, "other.txt", {"a": "letter"})
    for shown, name in (
        (("--open", other[:10]), "OpeningNotNamed"),
        (("--document", str(paper)), "DocumentNotNamed"),
    ):
        refused = mined.mine.run(*order, *shown, "--json", code=ExitCode.INPUT)
        assert refused.problem["type"].endswith(name)
    assert not (mined.mine.folder / "no.bundle").exists()


@pytest.mark.parametrize(
    ("fault", "event", "name", "contract"),
    [
        ("dropped", PlaceDetermined, "LogsLeftOut", "Places"),
        ("dropped", LotBorn, "LogsLeftOut", "Origins"),
        ("dropped", QuorumSet, "LogsLeftOut", "Settings"),
        ("dropped", JournalWriterSet, "LogsLeftOut", "Journal"),
        ("altered", LotBorn, "LogsAltered", "Origins"),
        ("altered", AccountAdded, "LogsAltered", "Members"),
    ],
)
def test_what_the_node_keeps_back_or_changes_leaves_no_file(
    mined: Mined, fault: str, event: type[Event], name: str, contract: str
) -> None:
    """Also of events that have no number, and where as many are given as the chain counts."""
    consortium, auditor = mined.village.consortium, mined.auditor
    kept = auditor.folder / "kept.bundle"
    kept.write_bytes(b"from before")
    with log_proxy(consortium.node.url) as proxy:
        setattr(proxy, fault, frozenset({hex_of(consortium.contracts().decoder.topic(event))}))
        poor = Shell(auditor.folder, {**auditor.environment, "LODETRACE_RPC_URL": proxy.url})
        before = sorted(auditor.folder.iterdir())
        order = ("audit", "export", "--lot", mined.lot, "--out", kept.name, "--json")
        problem = poor.run(*order, code=ExitCode.NODE).problem
    assert problem["code"] == name
    assert f" of {contract}" in problem["detail"]
    assert sorted(auditor.folder.iterdir()) == before
    assert kept.read_bytes() == b"from before"


def test_a_contract_that_the_record_does_not_name_is_missed(mined: Mined) -> None:
    """A record from before a contract was replaced: no receipt says what is lacking."""
    known = mined.village.consortium.contracts()
    places = replace(known.deployment.contracts["Places"], address="0x" + "66" * 20)
    record = replace(known.deployment, contracts={**known.deployment.contracts, "Places": places})
    journal = JournalCopy(Contracts(known.node, known.artifacts, record))
    with pytest.raises(EventsLeftOut, match=r"contracts that the deployment record names") as error:
        journal.read_to(known.node.head(), lambda done, total: None)
    assert "Journal has" in str(error.value)


@pytest.mark.parametrize(
    ("words", "code", "name"),
    [
        ((), ExitCode.USAGE, "SubjectMissing"),
        (("--lot", NOBODYS, "--product", NOBODYS), ExitCode.USAGE, "SubjectMissing"),
        (("--lot", "2f3a91c4"), ExitCode.INPUT, "SubjectIdMalformed"),
        (("--lot", NOBODYS), ExitCode.NOT_FOUND, "SubjectNotRecorded"),
        (("--product", NOBODYS), ExitCode.NOT_FOUND, "SubjectNotRecorded"),
        (("--lot", NOBODYS, "--trust", "gone.json"), ExitCode.INPUT, "AnchorUnreadable"),
        (("--lot", NOBODYS, "--document", "gone"), ExitCode.STORAGE, "AuditFileUnreadable"),
    ],
)  # fmt: skip
def test_an_order_that_cannot_be_met(
    mined: Mined, words: tuple[str, ...], code: ExitCode, name: str
) -> None:
    order = ("audit", "export", "--out", "no.bundle", "--json")
    assert mined.auditor.run(*order, *words, code=code).problem["type"].endswith(name)
    assert not (mined.auditor.folder / "no.bundle").exists()


def test_a_checkpoint_serves_bundles_that_end_at_it_or_later(mined: Mined) -> None:
    head = str(mined.village.consortium.node.head())
    mined.auditor.run("audit", "checkpoint", "--block", head, "--out", "young.json")
    order = ("audit", "export", "--lot", mined.lot, "--trust", "young.json", "--out")
    assert mined.auditor.json(*order, "young.bundle")["headers"] == 1
    verify = ("audit", "verify", "young.bundle", "--trust", "young.json")
    assert mined.auditor.json(*verify)["accepted"]
    refused = mined.auditor.run(
        *order, "no.bundle", "--block", str(int(head) - 1), code=ExitCode.REFUSED
    )
    assert f"the anchor is block {head}" in refused.err


def test_members_sign_an_anchor_that_their_own_node_confirms(mined: Mined) -> None:
    mine, maker = mined.mine, development(mined.village, "car_maker")
    shared = str(mined.anchor)
    ours = mine.json("audit", "checkpoint", "--out", "ours.json", "--sign")
    assert ours["co_signers"] == [mined.village.consortium.account("mine").lower()]
    maker.run("audit", "checkpoint", "--extend", shared, "--out", "theirs.json", "--sign")
    parts = (
        "--merge",
        str(mine.folder / "ours.json"),
        "--merge",
        str(maker.folder / "theirs.json"),
    )
    both = mined.auditor.json("audit", "checkpoint", *parts, "--out", "signed.json")
    assert len(both["co_signers"]) == 2
    found = Anchor.load(mined.auditor.folder / "signed.json")
    assert ["0x" + one.hex() for one in co_signers(found)] == both["co_signers"]


def test_an_anchor_that_the_node_does_not_confirm_is_not_signed(mined: Mined) -> None:
    forged = json.loads(mined.anchor.read_text("utf-8"))
    forged["contracts"]["LotBook"]["address"] = "0x" + "66" * 20
    (mined.mine.folder / "forged.json").write_text(json.dumps(forged))
    order = ("audit", "checkpoint", "--extend", "forged.json", "--out", "no.json", "--sign")
    assert "is not what this node says" in mined.mine.run(*order, code=ExitCode.REFUSED).err
    assert not (mined.mine.folder / "no.json").exists()
    (mined.auditor.folder / "forged.json").write_text(json.dumps(forged))
    parts = ("--merge", "anchor.json", "--merge", "forged.json")
    mined.auditor.run("audit", "checkpoint", *parts, "--out", "no.json", code=ExitCode.INPUT)


def test_two_readers_of_one_chain_agree(mined: Mined) -> None:
    mined.auditor.run("audit", "checkpoint", "--block", "5", "--out", "later.json")
    compared = ("audit", "compare", "anchor.json", "later.json")
    mined.auditor.run(*compared, code=ExitCode.NOT_FOUND)
    told = mined.auditor.json(*compared, "--bundle", "lot.bundle")
    assert told["relation"] == "extends"


def test_a_fork_is_told_with_its_evidence(mined: Mined) -> None:
    node = mined.village.consortium.node
    snapshot = node.rpc("evm_snapshot")
    block = node.head() + 1
    for name in ("here.json", "there.json"):
        mined.village.consortium.wait(60 if name == "here.json" else 90)
        mined.auditor.run("audit", "checkpoint", "--block", str(block), "--out", name)
        node.rpc("evm_revert", [snapshot])
        snapshot = node.rpc("evm_snapshot")
    order = ("audit", "compare", "here.json", "there.json", "--out", "fork.json")
    told = mined.auditor.json(*order, code=ExitCode.REFUSED)
    assert (told["relation"], told["height"], len(told["evidence"])) == ("fork", block, 2)
    assert json.loads((mined.auditor.folder / "fork.json").read_text()) == told
