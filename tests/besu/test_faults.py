"""Validators are killed, halted, restarted and restored: nothing lost, nothing doubled."""

import shutil
import time
from itertools import pairwise

from lodetrace.network.backup import back_up, restore
from lodetrace.network.launch import down, start
from lodetrace.network.proposals import turns
from lodetrace.network.watch import Watch
from tests.besu.figures import FIGURES
from tests.besu.load import Load
from tests.besu.rehearsal import Rehearsal, until

PASSPHRASE = "a passphrase of the rehearsal"
BLOCKS = 16
"""Blocks that are watched while a validator is dead: four turns of each."""


def test_every_block_is_sealed_by_a_quorum_and_named_by_its_hash(healthy: Rehearsal) -> None:
    """Our reading of extraData against the node's own hashes."""
    from lodetrace.chain.qbft import extra_data_of
    from lodetrace.chain.seals import require_sealed
    from lodetrace.evidence.headers import read_blocks
    from lodetrace.node.client import Node

    head = healthy.rpc().head()
    with Node(healthy.node(1).url, 27_001) as node:
        for block in read_blocks(node, range(1, min(head, 30))):
            assert len(block.header.fields) == 16
            validators = extra_data_of(block.header).validators
            assert len(validators) == 4
            assert len(require_sealed(block.header, validators)) >= 3


def test_one_killed_under_load(healthy: Rehearsal) -> None:
    with Load(healthy.urls(), 27_001) as load:
        time.sleep(5)
        before = healthy.rpc(1).head()
        time.sleep(20)
        FIGURES.add("blocks in 20 s, all well", healthy.rpc(1).head() - before)

        healthy.kill(3)
        first = healthy.rpc(1).head()
        waited = until(lambda: healthy.rpc(1).head() >= first + BLOCKS, 300, "blocks of three")
        last = healthy.rpc(1).head()
        made = healthy.blocks(first, last)
        FIGURES.add(f"{last - first} blocks with one of four dead", f"{waited} s")
        FIGURES.add("longest gap, one of four dead", f"{longest_gap(made)} s")

        found = turns(made)
        victim = healthy.node(3).peer.address
        assert found[victim].proposed <= 1
        assert found[victim].missed >= 1
        assert found[victim].missed == max(one.missed for one in found.values())
        until(lambda: Watch(healthy.record, healthy.folder).look().advances, 120, "a verdict")

        started = time.monotonic()
        healthy.up(3)
        until(lambda: (healthy.head(3) or 0) >= healthy.rpc(1).head() - 1, 300, "catching up")
        FIGURES.add("dead validator back at the head", f"{time.monotonic() - started:.0f} s")
        load.settle()
        FIGURES.add(
            "transactions over the kill: lost, doubled", f"{load.verify(healthy.node(3).url)}: 0, 0"
        )
    assert healthy.same_at(last)


def test_two_killed_halt_and_recover(healthy: Rehearsal) -> None:
    with Load(healthy.urls(), 27_001) as load:
        time.sleep(5)
        healthy.kill(2, 4)
        time.sleep(3)  # what was under way
        stood = healthy.rpc(1).head()
        time.sleep(20)
        assert healthy.rpc(1).head() == stood, "two of four must not make blocks"
        state = Watch(healthy.record, healthy.folder).look()
        assert not state.advances
        assert [node.running for node in state.nodes] == [True, False, True, False]

        recover(healthy, stood)
        load.settle()
        FIGURES.add(
            "transactions over the halt: lost, doubled", f"{load.verify(healthy.node(4).url)}: 0, 0"
        )


def test_all_killed_at_once_and_restarted(healthy: Rehearsal) -> None:
    with Load(healthy.urls(), 27_001) as load:
        time.sleep(5)
        height = healthy.rpc(1).head()
        tip = healthy.rpc(1).block(height - 1).hash
        healthy.kill(1, 2, 3, 4)
        with FIGURES.seconds("all four killed: restart until a block"):
            healthy.up(1, 2, 3, 4)
        assert healthy.rpc(1).block(height - 1).hash == tip
        load.settle()
        FIGURES.add(
            "transactions over the restart: lost, doubled",
            f"{load.verify(healthy.node(2).url)}: 0, 0",
        )


def test_a_clean_restart_of_everything(healthy: Rehearsal) -> None:
    height = healthy.rpc(1).head()
    with FIGURES.seconds("all four ended cleanly"):
        assert len(down(healthy.folder)) == 4
    with FIGURES.seconds("all four started again until a block"):
        healthy.up(1, 2, 3, 4)
    assert healthy.rpc(1).head() > height


def test_a_node_whose_disk_was_lost_comes_back_from_its_backup(
    healthy: Rehearsal, tmp_path
) -> None:
    archive = tmp_path / "validator4.backup"
    down(healthy.folder, ["validator4"])
    with FIGURES.seconds("backup of one node"):
        made = back_up(healthy.folder, "validator4", archive, PASSPHRASE)
    FIGURES.add("size of the backup", f"{made.bytes >> 20} MiB in {made.files} files")
    healthy.up(4)
    with Load(healthy.urls(), 27_001) as load:
        time.sleep(15)
        healthy.kill(4)
        node = healthy.node(4)
        shutil.rmtree(node.folder)
        with FIGURES.seconds("restore of one node"):
            restore(healthy.folder, archive, PASSPHRASE)
        assert (node.key_file.stat().st_mode & 0o777) == 0o600
        started = time.monotonic()
        healthy.up(4)
        until(lambda: (healthy.head(4) or 0) >= healthy.rpc(1).head() - 1, 300, "catching up")
        FIGURES.add("restored node at the head", f"{time.monotonic() - started:.0f} s")
        load.settle()
        load.verify(node.url)
    head = healthy.rpc(1).head()
    until(lambda: (healthy.head(4) or 0) >= head, 60, "the head")
    assert healthy.same_at(head)


def recover(network: Rehearsal, stood: int) -> None:
    """Starts one of the two, and the other as well where that takes too long.

    Timers double while a network stands, and one who comes back begins with the first round; if
    the turn is that of the one still away, the next round is twice as long again.
    """
    start(network.node(2), network.record, network.software, network.folder)
    try:
        waited = until(lambda: (network.head(1) or 0) > stood, 240, "a block after one returned")
        FIGURES.add("halt of 23 s: start of one until a block", f"{waited} s")
    except AssertionError:
        start(network.node(4), network.record, network.software, network.folder)
        waited = until(lambda: (network.head(1) or 0) > stood, 600, "a block after both returned")
        FIGURES.add("halt of 263 s: start of the second until a block", f"{waited} s")
    network.up(2, 4)


def longest_gap(blocks) -> int:
    return max(after.time - before.time for before, after in pairwise(blocks))
