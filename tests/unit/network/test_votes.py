"""Votes and turns, read from the headers of a real network and from made ones."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lodetrace.chain.qbft import ExtraData, Vote
from lodetrace.network.node_rpc import QbftBlock, block_of
from lodetrace.network.proposals import missed_turns, turns
from lodetrace.network.votes import tallies

NAMES = [f"0x{number:02x}" + "00" * 19 for number in range(1, 5)]


def address(name: str) -> bytes:
    return bytes.fromhex(name[2:])


def block(number: int, proposer: int, round_number: int = 0, **given: Any) -> QbftBlock:
    """proposer: 0 to 3, in the order of addresses."""
    sealers = given.get("sealers", NAMES)
    extra = ExtraData(
        bytes(32), tuple(address(one) for one in sealers), given.get("vote"), round_number, ()
    )
    return QbftBlock(number, f"0x{number}", number, NAMES[proposer], extra)


def vote(name: str, add: bool) -> Vote:
    return Vote(address(name), add)


@pytest.fixture
def recorded(shared_dir: Path) -> dict[str, QbftBlock]:
    folder = shared_dir / "vectors" / "besu-qbft"
    return {
        path.stem: block_of(json.loads(path.read_text("utf-8"))["header"])
        for path in folder.glob("header_*.json")
    }


def test_blocks_of_a_real_network_are_read(recorded: dict[str, QbftBlock]) -> None:
    found = recorded["header_32_round1"]
    assert (found.number, found.extra.round) == (32, 1)
    assert len(found.extra.validators) == 4
    assert found.proposer in {"0x" + one.hex() for one in found.extra.validators}


def test_the_proposer_of_a_real_round_1_is_the_second_in_turn(
    recorded: dict[str, QbftBlock],
) -> None:
    """Whoever sealed the block before, the missed turn is that of the one before the proposer."""
    found = recorded["header_32_round1"]
    sealers = sorted("0x" + one.hex() for one in found.extra.validators)
    at = sealers.index(found.proposer)
    parent = replace(found, number=31, proposer=sealers[at - 2])
    assert missed_turns(parent, found) == (sealers[at - 1],)


def test_consecutive_real_blocks_go_round(recorded: dict[str, QbftBlock]) -> None:
    for before, after in (("header_104_vote_add_1", "header_105_vote_add_2"),):
        sealers = sorted("0x" + one.hex() for one in recorded[after].extra.validators)
        expected = sealers[(sealers.index(recorded[before].proposer) + 1) % len(sealers)]
        assert recorded[after].proposer == expected


def test_round_0_misses_nobody() -> None:
    assert missed_turns(block(1, 0), block(2, 1)) == ()


def test_every_further_round_passes_one_more() -> None:
    assert missed_turns(block(1, 0), block(2, 2, 1)) == (NAMES[1],)
    assert missed_turns(block(1, 3), block(2, 2, 2)) == (NAMES[0], NAMES[1])


def test_the_turn_after_one_who_left_is_that_of_the_next_address() -> None:
    left = [NAMES[0], NAMES[2], NAMES[3]]
    assert missed_turns(block(1, 1), block(2, 3, 1, sealers=left)) == (NAMES[2],)


def test_turns_count_what_each_proposed_and_missed() -> None:
    found = turns([block(1, 0), block(2, 2, 1), block(3, 3), block(4, 0), block(5, 2, 1)])
    assert {name: (one.proposed, one.missed, one.last) for name, one in found.items()} == {
        NAMES[0]: (1, 0, 4),
        NAMES[1]: (0, 2, None),
        NAMES[2]: (2, 0, 5),
        NAMES[3]: (1, 0, 3),
    }
    assert turns([]) == {}


def test_votes_of_a_real_network_are_counted(recorded: dict[str, QbftBlock]) -> None:
    names = ("header_104_vote_add_1", "header_105_vote_add_2", "header_106_set_is_4")
    asked = [recorded[name] for name in names]
    (one,) = tallies(asked[:1])
    assert (one.add, len(one.voters), one.needed) == (True, 1, 2)
    (both,) = tallies(asked[:2])
    assert both.voters == tuple(sorted(block.proposer for block in asked[:2]))
    assert tallies(asked) == [], "what is decided is no proposal any more"


def test_a_vote_counts_once_and_the_last_one_stands() -> None:
    wanted = "0x" + "99" * 20
    twice = [block(1, 0, vote=vote(wanted, True)), block(2, 0, vote=vote(wanted, True))]
    (one,) = tallies(twice)
    assert (one.voters, one.needed) == ((NAMES[0],), 3)


def test_a_changed_mind_moves_the_vote() -> None:
    votes = [block(1, 0, vote=vote(NAMES[3], False)), block(2, 0, vote=vote(NAMES[3], True))]
    assert tallies(votes) == []


def test_votes_of_one_who_left_do_not_count() -> None:
    wanted = "0x" + "99" * 20
    blocks = [
        block(1, 3, vote=vote(wanted, True)),
        block(2, 0, vote=vote(wanted, True)),
        block(3, 1, sealers=NAMES[:3]),
    ]
    (one,) = tallies(blocks)
    assert (one.voters, one.needed) == ((NAMES[0],), 2)


def test_a_vote_for_what_is_so_is_no_proposal() -> None:
    assert tallies([block(1, 0, vote=vote(NAMES[1], True))]) == []
