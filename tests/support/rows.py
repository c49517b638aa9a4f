"""All rows of the Journal, folded from the logs of a chain and compared with its words."""

from collections.abc import Callable, Iterator
from typing import Any

from lodetrace.audit.rows import Told, fold, gather, key_of
from lodetrace.audit.storage_layout import WORDS
from lodetrace.contracts.abi import Artifacts
from lodetrace.contracts.events import Event
from lodetrace.contracts.events.decode import EventShape, shapes

Rpc = Callable[[str, list[Any]], Any]
NameOf = Callable[[str], str | None]
PLACE_SLOT = "0x" + (2).to_bytes(32, "big").hex()


def require_rows(rpc: Rpc, name_of: NameOf, artifacts: Artifacts, journal: str) -> set[type[Event]]:
    """Each word is that of its row, and no other word was ever written.

    Returns the types of events that were noted.
    """
    history = list(_history(rpc, name_of, artifacts))
    rows = gather(history)
    slots = ["0x" + WORDS.slot(key_of(row)).hex() for row in rows]
    words = rpc("eth_getProof", [journal, [*slots, PLACE_SLOT], "latest"])["storageProof"]
    found = [int(proof["value"], 16) for proof in words]
    for word, (row, entries) in zip(found, rows.items(), strict=False):
        told = [shown.entry for shown in entries]
        assert word == fold(told), f"{row}: {[entry.topics[0].hex() for entry in told]}"
    noted = {one.entry.place: one.entry for entries in rows.values() for one in entries}
    assert found[-1] == len(noted), "something else was noted"
    topics = {entry.topics[0] for entry in noted.values()}
    return {type(told.event) for told in history if told.topics[0] in topics}


def _history(rpc: Rpc, name_of: NameOf, artifacts: Artifacts) -> Iterator[Told]:
    times: dict[str, int] = {}
    known: dict[str, dict[bytes, EventShape]] = {}
    for log in rpc("eth_getLogs", [{"fromBlock": "0x0", "toBlock": "latest"}]):
        address, block = log["address"], log["blockNumber"]
        if address not in known:
            name = name_of(address)
            entries = artifacts[name].entries("event") if name else []
            known[address] = {one.topic: one for one in shapes(name or "", entries)}
        topics = tuple(bytes.fromhex(topic[2:]) for topic in log["topics"])
        shape = known[address].get(topics[0])
        if shape is None:
            continue
        if block not in times:
            times[block] = int(rpc("eth_getBlockByNumber", [block, False])["timestamp"], 16)
        data = bytes.fromhex(log["data"][2:])
        yield Told(
            shape.decode(topics, data), bytes.fromhex(address[2:]), int(block, 16), times[block],
            topics, data,
        )  # fmt: skip
