"""Salts with a nonce: a killed member, and one who came back from a backup, make one lot."""

import shutil
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from lodetrace.contracts.events import LotConsumed
from lodetrace.keys.member_keys import MemberKeys
from lodetrace.member.merge_trees import merge
from lodetrace.member.rotation import rotate_salts
from lodetrace.member.session import MemberSession
from tests.stateful.paths import TONNE, born, handed_over
from tests.stateful.test_member_runs import victim
from tests.support.consortium import Consortium

pytestmark = pytest.mark.chain

STEPS = ("planned", "simulated", "signed", "persisted", "broadcast", "receipt", "recorded")
"""What a member has finished when it is killed."""


def two_lots(consortium: Consortium) -> list[bytes]:
    lots = [born(consortium, (at + 1) * TONNE).lot for at in range(2)]
    handed_over(consortium, "mine", "refinery", lots)
    return lots


def kept(path: Path) -> list[tuple[str, int, bytes]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT purpose, epoch, sealed FROM nonce").fetchall()


def store_of(consortium: Consortium) -> Path:
    [path] = (consortium.home / "refinery").rglob("member.sqlite")
    return path


@pytest.mark.parametrize("step", STEPS)
def test_a_killed_member_makes_the_same_lot(consortium: Consortium, step: str) -> None:
    lots = two_lots(consortium)
    known = set(consortium.member("refinery").vault.subjects())
    sent = consortium.node.transaction_count(consortium.account("refinery"), "latest")
    consortium.close()
    killed = victim(consortium, lots, STEPS.index(step) + 1)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    before = kept(store_of(consortium))
    assert len(before) == 1
    proven = set(consortium.member("refinery").vault.subjects()) - known
    consortium.close()
    done = victim(consortium, lots, 0)
    merged = bytes.fromhex(done.stdout.strip())
    assert kept(store_of(consortium)) == before
    assert proven == (set() if step == "planned" else {merged})
    count = consortium.node.transaction_count(consortium.account("refinery"), "latest")
    assert count - sent == 1


@pytest.mark.parametrize("step", [None, "persisted", "broadcast"])
def test_a_backup_from_before_the_nonce_makes_one_lot(
    consortium: Consortium, tmp_path: Path, step: str | None
) -> None:
    """What landed is found by its inputs; what was lost with the disk is made anew."""
    lots = two_lots(consortium)
    consortium.close()
    path = store_of(consortium)
    shutil.copy(path, tmp_path / "backup")
    first = victim(consortium, lots, 0 if step is None else STEPS.index(step) + 1)
    for beside in path.parent.glob("member.sqlite*"):
        beside.unlink()
    shutil.copy(tmp_path / "backup", path)
    assert kept(path) == []
    again = victim(consortium, lots, 0)
    merged = bytes.fromhex(again.stdout.strip())
    if step is None:
        assert merged == bytes.fromhex(first.stdout.strip())
    refinery = consortium.member("refinery")
    assert merge(refinery, lots) == merged
    runs = {one.run_id for one in refinery.contracts.happened(LotConsumed, lot=lots)}
    assert len(runs) == 1


def test_a_new_epoch_is_that_of_new_lots(consortium: Consortium) -> None:
    first, second = two_lots(consortium), two_lots(consortium)
    member = consortium.member("refinery")
    merge(member, first)
    saved: list[MemberKeys] = []
    keys = rotate_salts(member.keys, saved.append)
    assert saved == [keys]
    consortium.close()
    with MemberSession(
        consortium.network, consortium.contracts(), keys, consortium.home / "refinery"
    ) as rotated:
        merge(rotated, second)
    assert [epoch for _, epoch, _ in kept(store_of(consortium))] == [1, 2]
