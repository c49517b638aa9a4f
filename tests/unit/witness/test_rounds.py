"""What a witness signs, and what it refuses, each by its name."""

import json
import os
import signal
import subprocess
import sys
import textwrap
from dataclasses import replace
from pathlib import Path

import pytest

from lodetrace.audit.anchor import AnchorInconsistent
from lodetrace.audit.heads import AHEAD, GRID, SignedHead, set_digest
from lodetrace.chain.header import Header
from lodetrace.chain.qbft import Vote, extra_data_of
from lodetrace.chain.strict_rlp import integer_bytes
from lodetrace.errors import LodetraceError
from lodetrace.evidence.cosignatures import published
from lodetrace.evidence.errors import NodeContradictsItself
from lodetrace.node.errors import NodeAnswerMalformed
from lodetrace.witness.book import Book
from lodetrace.witness.errors import (
    BlockAhead,
    BlockAwaited,
    BookForeign,
    BookLost,
    BookMissing,
    BookMovedOn,
    BookUnusable,
    BookWentBack,
    ClockWentBack,
    ExtensionRefused,
    HeadContradicts,
    NodeBehind,
    WitnessStopped,
)
from lodetrace.witness.publication import Publication
from lodetrace.witness.service import BOOK, WitnessService
from tests.conftest import ROOT
from tests.support.synthetic_chain import Chain, Validator
from tests.unit.evidence.header_server import serving
from tests.unit.witness.witnesses import (
    START,
    Clock,
    address,
    secret,
    split,
    until,
    with_witnesses,
    witnessing,
)


def signed(found: SignedHead | None) -> SignedHead:
    assert found is not None
    return found


def block_from(chain: Chain, time: int) -> int:
    """The first block of a time or later."""
    return next(block.header.number for block in chain.blocks if block.header.time >= time)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_the_first_block_of_each_five_minutes(tmp_path: Path, clock: Clock) -> None:
    chain = until(Chain(), START + GRID + 20)
    with witnessing(chain, tmp_path, clock) as service:
        clock.now = START + 40
        first = signed(service.once())
        clock.now = START + GRID + 15
        second = signed(service.once())
    assert first.head.number == block_from(chain, START)
    assert second.head.number == block_from(chain, START + GRID)
    assert (first.head.previous_number, first.head.seen_at) == (0, START + 40)
    assert second.head.previous_number == first.head.number
    assert (
        second.head.previous_hash == first.head.block_hash == chain.anchor(first.head.number).hash
    )
    assert second.signer == address("one")
    assert second.head.validators == set_digest(chain.anchor().validators)


def test_whoever_comes_late_signs_the_same_block(tmp_path: Path, clock: Clock) -> None:
    chain = until(Chain(), START + GRID - 2)
    blocks = set()
    for name, at in (("one", START), ("two", START + 200), ("three", START + GRID - 1)):
        clock.now = at
        with witnessing(chain, tmp_path / name, clock, name) as service:
            blocks.add(signed(service.once()).head.number)
    assert blocks == {block_from(chain, START)}


def test_one_head_for_each_time_of_the_grid(tmp_path: Path, clock: Clock) -> None:
    chain = until(Chain(), START + 20)
    with witnessing(chain, tmp_path, clock) as service:
        signed(service.once())
        for later in (0, 1, GRID - 1):
            clock.now = START + later
            assert service.once() is None


def test_a_quiet_chain_has_the_same_head_seen_later(tmp_path: Path, clock: Clock) -> None:
    chain = until(Chain(), START + 20)
    with witnessing(chain, tmp_path, clock) as service:
        signed(service.once())
        clock.now = START + GRID + AHEAD - 1
        with pytest.raises(BlockAwaited):
            service.once()
        clock.now = START + GRID + AHEAD
        second = signed(service.once())
        clock.now = START + 7 * GRID + AHEAD
        third = signed(service.once())
    assert second.head.number == third.head.number == len(chain.blocks) - 1
    assert (third.head.previous_number, third.head.previous_hash) == (
        second.head.number,
        second.head.block_hash,
    )
    assert third.head.seen_at == START + 7 * GRID + AHEAD


def test_a_late_block_changes_nothing_of_the_time_before(tmp_path: Path, clock: Clock) -> None:
    """No block within the minute: the last one before it, whether a later one is there or not."""
    chain = until(Chain(), START + 20)
    quiet = len(chain.blocks) - 1
    gap = until(Chain(), START + 20)
    fields = list(gap.seal().header.fields)
    fields[11] = integer_bytes(START + GRID + AHEAD)
    late = gap.resealed(Header.of_fields(fields))
    gap.blocks[-1] = replace(gap.blocks[-1], header=late)
    found = []
    for name, made in (("one", chain), ("two", gap)):
        clock.now = START + GRID + AHEAD
        with witnessing(made, tmp_path / name, clock, name) as service:
            found.append(signed(service.once()).head.number)
    assert found == [quiet, quiet]


def test_votes_are_replayed_to_the_set_after_the_head(tmp_path: Path, clock: Clock) -> None:
    chain, joining = Chain(), Validator("candidate")
    for voter in chain.set[:3]:
        chain.seal(vote=Vote(joining.address, add=True), proposer=voter)
    chain.set = sorted([*chain.set, joining], key=lambda member: member.address)
    until(chain, START)
    with witnessing(chain, tmp_path, clock) as service:
        found = signed(service.once())
    five = [member.address for member in chain.set]
    assert found.head.validators == set_digest(five) != set_digest(chain.anchor().validators)


def test_a_set_that_no_votes_lead_to(tmp_path: Path, clock: Clock) -> None:
    chain = Chain()
    chain.grow(2)
    chain.set = chain.set[:3]
    until(chain, START)
    with witnessing(chain, tmp_path, clock) as service, pytest.raises(ExtensionRefused):
        service.once()


def test_headers_that_name_another_parent(tmp_path: Path, clock: Clock) -> None:
    one, other = split(5, START)
    one.blocks[9:] = other.blocks[9:]
    with witnessing(one, tmp_path, clock) as service, pytest.raises(ExtensionRefused):
        service.once()


def test_a_block_with_too_few_seals_is_no_block(tmp_path: Path, clock: Clock) -> None:
    chain = Chain()
    chain.grow(3)
    chain.seal(signers=chain.set[:2])
    until(chain, START)
    with (
        witnessing(chain, tmp_path, clock) as service,
        pytest.raises((NodeAnswerMalformed, NodeContradictsItself)),
    ):
        service.once()


def test_a_branch_of_a_validator_quorum_stops_it_for_good(tmp_path: Path, clock: Clock) -> None:
    """Both have all seals; the second one is shown after a head of the first was signed."""
    one, other = split(5, START + GRID)
    with witnessing(one, tmp_path, clock) as service:
        mine = signed(service.once())
    clock.now = START + GRID
    with witnessing(other, tmp_path, clock, start=False) as service:
        with pytest.raises(HeadContradicts, match=f"block {mine.head.number}"):
            service.once()
        with pytest.raises(WitnessStopped, match="Two blocks stand"):
            service.once()
        with pytest.raises(WitnessStopped):
            service.run()
    with witnessing(one, tmp_path, clock, start=False) as service, pytest.raises(WitnessStopped):
        service.once()
    kept = json.loads((tmp_path / "stopped.json").read_text())
    hashes = {chain.anchor(mine.head.number).hash for chain in (one, other)}
    assert len(hashes) == 2
    shown = [Header.decode(bytes.fromhex(raw[2:])) for raw in kept["evidence"]]
    assert [header.number for header in shown] == [mine.head.number] * 2
    assert len(kept["sealed_both"]) >= 2
    assert published(str(tmp_path)) == [mine]


def test_a_node_of_another_branch_than_the_anchor_is_told_and_stops_nothing(
    tmp_path: Path, clock: Clock
) -> None:
    """Nothing was signed yet."""
    one, other = split(5, START)
    with witnessing(one, tmp_path, clock) as service:
        pass
    with pytest.raises(BookForeign):
        Book(tmp_path / BOOK, address("one"), replace(one.anchor(6), genesis=bytes(32)))
    later = tmp_path / "later"
    Book(later / BOOK, address("one"), with_witnesses(one.anchor(8), "one")).close()
    with (
        witnessing(other, later, clock, start=False) as service,
        pytest.raises(ExtensionRefused, match="the anchor says"),
    ):
        service.once()
    with witnessing(one, later, clock, start=False) as service:
        assert signed(service.once()).head.previous_number == 8


def test_a_node_that_is_behind(tmp_path: Path, clock: Clock) -> None:
    chain = until(Chain(), START)
    with witnessing(chain, tmp_path, clock) as service:
        signed(service.once())
        gone = chain.blocks.pop()
        clock.now += GRID
        with pytest.raises(NodeBehind):
            service.once()
        chain.blocks.append(gone)
        clock.now += AHEAD
        assert signed(service.once()).head.previous_number == gone.header.number


def test_a_clock_that_went_back(tmp_path: Path, clock: Clock) -> None:
    chain = until(Chain(), START + 20)
    with witnessing(chain, tmp_path, clock) as service:
        clock.now = START + 10
        first = signed(service.once())
        for back in (1, GRID, 10 * GRID):
            clock.now = first.head.seen_at - back
            with pytest.raises(ClockWentBack):
                service.once()
    assert published(str(tmp_path)) == [first]


def test_a_clock_that_went_ahead_and_came_back_signs_once_its_time_has_come(
    tmp_path: Path, clock: Clock
) -> None:
    chain = until(Chain(), START + 20)
    with witnessing(chain, tmp_path, clock) as service:
        clock.now = START + 50 * GRID + AHEAD
        signed(service.once())
        clock.now = START + GRID
        with pytest.raises(ClockWentBack):
            service.once()
        clock.now = START + 51 * GRID + AHEAD
        assert signed(service.once()).head.seen_at == clock.now


def test_a_block_from_later_than_the_clock(tmp_path: Path, clock: Clock) -> None:
    """A clock that is late."""
    chain = until(Chain(), START + 5 * GRID)
    late = with_witnesses(chain.anchor(len(chain.blocks) - 1), "one")
    Book(tmp_path / BOOK, address("one"), late).close()
    clock.now = late.header.time - AHEAD - 1
    with witnessing(chain, tmp_path, clock, start=False) as service:
        with pytest.raises(BlockAhead):
            service.once()
        clock.now += 1
        assert signed(service.once()).head.number == late.number


def test_who_was_away_walks_all_headers_and_signs_the_newest(tmp_path: Path, clock: Clock) -> None:
    chain = until(Chain(), START)
    with witnessing(chain, tmp_path, clock) as service:
        first = signed(service.once())
    until(chain, START + 4 * GRID)
    clock.now = START + 4 * GRID
    with witnessing(chain, tmp_path, clock, start=False) as service:
        last = signed(service.once())
    assert last.head.number == block_from(chain, START + 4 * GRID)
    assert last.head.previous_number == first.head.number


def test_a_signature_is_the_same_whenever_it_is_made(tmp_path: Path, clock: Clock) -> None:
    chain = until(Chain(), START)
    found = []
    for folder in ("one", "two"):
        with witnessing(chain, tmp_path / folder, clock) as service:
            found.append(signed(service.once()).signature)
    assert found[0] == found[1]


def test_a_beginning_needs_an_anchor(tmp_path: Path, clock: Clock) -> None:
    chain = until(Chain(), START)
    with pytest.raises(BookMissing), witnessing(chain, tmp_path, clock, start=False):
        pass
    assert list(tmp_path.iterdir()) == [], "nothing was made"


def test_a_beginning_that_names_no_directory(tmp_path: Path, clock: Clock) -> None:
    chain = until(Chain(), START)
    bare = replace(chain.anchor(), contracts={})
    key = (address("one"), secret("one"))
    with serving(chain) as (node, _), pytest.raises(AnchorInconsistent, match="Directory"):
        WitnessService.open(node, tmp_path, Publication(tmp_path), key, clock, bare)


def test_a_book_of_another_key(tmp_path: Path, clock: Clock) -> None:
    chain = until(Chain(), START)
    with witnessing(chain, tmp_path, clock):
        pass
    with pytest.raises(BookForeign), witnessing(chain, tmp_path, clock, "two"):
        pass


def test_a_lost_book_is_no_beginning(tmp_path: Path, clock: Clock) -> None:
    chain = until(Chain(), START)
    with witnessing(chain, tmp_path, clock) as service:
        signed(service.once())
    for path in tmp_path.glob(f"{BOOK}*"):
        path.unlink()
    with pytest.raises(BookLost), witnessing(chain, tmp_path, clock):
        pass
    with pytest.raises(BookLost), witnessing(chain, tmp_path, clock):
        pass  # what the first try left is no beginning, either
    with witnessing(chain, tmp_path, clock, "two") as service:
        assert signed(service.once()).signer == address("two")


def test_a_book_from_a_backup_signs_no_second_branch(tmp_path: Path, clock: Clock) -> None:
    """Attack: a quorum makes a branch; the witness is brought back to before it signed."""
    one, other = split(4, START + GRID)
    with witnessing(one, tmp_path, clock) as service:
        signed(service.once())
    copy = (tmp_path / BOOK).read_bytes()
    clock.now = START + GRID
    with witnessing(one, tmp_path, clock, start=False) as service:
        signed(service.once())
    for path in tmp_path.glob(f"{BOOK}*"):
        path.unlink()
    (tmp_path / BOOK).write_bytes(copy)
    with pytest.raises(BookWentBack), witnessing(other, tmp_path, clock, start=False):
        pass


@pytest.mark.parametrize(
    ("content", "error"), [(b"no database at all" * 60, BookUnusable), (b"", BookMissing)]
)
def test_a_damaged_book(
    tmp_path: Path, clock: Clock, content: bytes, error: type[LodetraceError]
) -> None:
    (tmp_path / BOOK).write_bytes(content)
    with (
        pytest.raises(error),
        witnessing(until(Chain(), START), tmp_path, clock, start=False),
    ):
        pass


def test_two_processes_of_one_key_sign_once(tmp_path: Path, clock: Clock) -> None:
    """The second one finds at its commit that the first was there; nothing of it leaves."""
    chain = until(Chain(), START)
    other: list[SignedHead] = []

    def meanwhile(step: str) -> None:
        if step == "signed" and not other:
            clock.now += 1
            with witnessing(chain, tmp_path, clock, start=False) as second:
                other.append(signed(second.once()))

    with (
        witnessing(chain, tmp_path, clock, step=meanwhile) as service,
        pytest.raises(BookMovedOn),
    ):
        service.once()
    assert published(str(tmp_path)) == other


KILLED = """
import os, signal, sys
from pathlib import Path
from tests.support.synthetic_chain import Chain
from tests.unit.witness.witnesses import START, Clock, until, witnessing

def step(name):
    if name == sys.argv[2]:
        os.kill(os.getpid(), signal.SIGKILL)

with witnessing(until(Chain(), START), Path(sys.argv[1]), Clock(START + 7), step=step) as service:
    service.once()
"""


@pytest.mark.parametrize("at", ["signed", "recorded"])
def test_killed_between_the_disk_and_the_answer(tmp_path: Path, clock: Clock, at: str) -> None:
    """Before the disk: nothing was signed. Behind it: just that signature is given away, later."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(KILLED), str(tmp_path), at],
        env=environment,
        cwd=ROOT,
        check=False,
        capture_output=True,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert not (tmp_path / "heads.json").exists()
    clock.now = START + 9
    chain = until(Chain(), START)
    with witnessing(chain, tmp_path, clock, start=False) as service:
        again = service.once()
        (given,) = published(str(tmp_path))
    kept = at == "recorded"
    assert (again is None) is kept
    assert given.head.seen_at == (START + 7 if kept else START + 9)


def test_all_that_is_signed_can_be_recovered(tmp_path: Path, clock: Clock) -> None:
    """A wallet's library finds the same signer in the typed data."""
    from eth_account import Account
    from eth_account.messages import encode_typed_data

    chain = until(Chain(), START)
    with witnessing(chain, tmp_path, clock) as service:
        found = signed(service.once())
    typed = found.head.typed_data(found.domain)
    full = {
        "types": {
            "EIP712Domain": [
                {"name": "name", "type": "string"},
                {"name": "version", "type": "string"},
                {"name": "chainId", "type": "uint256"},
                {"name": "verifyingContract", "type": "address"},
            ],
            "Head": [{"name": name, "type": kind} for kind, name in typed.types[0].members],
        },
        "primaryType": "Head",
        "domain": {
            "name": "Lodetrace head",
            "version": "2",
            "chainId": chain.chain_id,
            "verifyingContract": found.domain.verifying_contract,
        },
        "message": dict(typed.message),
    }
    by = Account.recover_message(encode_typed_data(full_message=full), signature=found.signature)
    assert by.lower() == "0x" + address("one").hex()
    assert Account.from_key(secret("one")).address == by
    assert extra_data_of(chain.head).validators
