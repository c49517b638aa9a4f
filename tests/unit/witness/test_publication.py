"""What a witness gives away, what others take, and how the service goes on."""

import json
import socket
import threading
import time
import urllib.request
from pathlib import Path
from urllib.error import HTTPError

import pytest

from lodetrace.audit.heads import AHEAD, GRID, HeadUnreadable
from lodetrace.evidence.cosignatures import WitnessUnreachable, all_published, published
from lodetrace.node.client import Node
from lodetrace.witness import service as services
from lodetrace.witness.errors import PortUnusable
from lodetrace.witness.publication import (
    CONNECTIONS,
    HeadsServer,
    Publication,
    PublicationUnwritable,
)
from lodetrace.witness.service import BOOK, WitnessService
from tests.support.synthetic_chain import Chain
from tests.unit.evidence.header_server import serving
from tests.unit.witness.witnesses import (
    START,
    Clock,
    address,
    secret,
    until,
    with_witnesses,
    witnessing,
)


@pytest.fixture(scope="module")
def chain() -> Chain:
    return until(Chain(), START + 20)


@pytest.fixture
def folder(chain: Chain, tmp_path: Path) -> Path:
    with witnessing(chain, tmp_path, Clock()) as service:
        service.once()
    return tmp_path


def test_the_folder_the_file_and_the_port_give_the_same(folder: Path) -> None:
    server = HeadsServer(Publication(folder), 0)
    try:
        base = server.address.removesuffix("/heads")
        sources = [str(folder), str(folder / "heads.json"), server.address, base, base + "/"]
        assert len({published(source)[0].signature for source in sources}) == 1
        with pytest.raises(HTTPError, match="404"):
            urllib.request.urlopen(base + "/witness.sqlite3")
        with pytest.raises(PortUnusable):
            HeadsServer(Publication(folder), int(base.rsplit(":", 1)[1]))
    finally:
        server.close()


def test_who_asks_for_nothing_keeps_nobody_out(folder: Path) -> None:
    """More connections than there is room for, from which no request comes."""
    server = HeadsServer(Publication(folder), 0)
    port = int(server.address.split(":")[2].split("/")[0])
    silent = [socket.create_connection(("127.0.0.1", port)) for _ in range(CONNECTIONS + 8)]
    try:
        deadline = time.monotonic() + 30
        while True:
            try:
                assert published(server.address)
                break
            except WitnessUnreachable:
                assert time.monotonic() < deadline
                time.sleep(0.5)
    finally:
        for one in silent:
            one.close()
        server.close()


def test_sources_that_give_nothing(folder: Path, tmp_path: Path) -> None:
    closed = f"http://127.0.0.1:{free_port()}"
    for source in (closed, str(tmp_path / "absent"), "https://"):
        with pytest.raises(WitnessUnreachable):
            published(source)
    heads, missing = all_published([closed, str(folder)])
    assert (len(heads), len(missing)) == (1, 1)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


@pytest.mark.parametrize(
    "change",
    [
        {"format": "lodetrace-heads/2"},
        {"heads": {}},
        {"heads": [{}]},
        {"heads": [[]]},
        {"heads": None},
        {"more": 1},
    ],
    ids=str,
)
def test_files_that_hold_no_heads(folder: Path, change: dict[str, object]) -> None:
    path = folder / "heads.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **change}))
    with pytest.raises(HeadUnreadable):
        published(str(folder))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("signature", "0x" + "00" * 65),
        ("signature", "0x00"),
        ("directory", "0x00"),
        ("chain_id", True),
        ("seen_at", -1),
        ("number", 1 << 64),
        ("genesis", 5),
        ("format", "lodetrace-head/2"),
        ("more", 1),
    ],
)
def test_heads_that_are_none(folder: Path, name: str, value: object) -> None:
    path = folder / "heads.json"
    document = json.loads(path.read_text())
    document["heads"][0][name] = value
    path.write_text(json.dumps(document))
    with pytest.raises(HeadUnreadable):
        published(str(folder))


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b"[" * 100_000, b" " * ((1 << 20) + 1)])
def test_files_of_others(folder: Path, content: bytes) -> None:
    (folder / "heads.json").write_bytes(content)
    with pytest.raises(HeadUnreadable):
        published(str(folder))


def test_a_file_that_is_too_long_to_be_looked_at(folder: Path) -> None:
    path = folder / "heads.json"
    path.write_bytes(path.read_bytes() + b" " * (1 << 20))
    with pytest.raises(HeadUnreadable, match="more than"):
        published(str(folder))


def test_a_head_that_somebody_else_changed_names_another_signer(folder: Path) -> None:
    path = folder / "heads.json"
    document = json.loads(path.read_text())
    document["heads"][0]["number"] += 1
    path.write_text(json.dumps(document))
    (head,) = published(str(folder))
    assert head.signer != address("one")


def test_a_damaged_file_is_written_anew_from_the_book(folder: Path, chain: Chain) -> None:
    (given,) = published(str(folder))
    (folder / "heads.json").write_text("{")
    with witnessing(chain, folder, Clock(), start=False):
        pass
    assert published(str(folder)) == [given]


def test_a_folder_that_cannot_be_written(chain: Chain, tmp_path: Path) -> None:
    """What was signed is kept, and given away once there is room."""
    blocked = tmp_path / "file"
    blocked.write_text("")
    clock = Clock()
    key = (address("one"), secret("one"))
    with serving(chain) as (node, _):
        start = with_witnesses(chain.anchor(), "one")
        with pytest.raises(PublicationUnwritable):
            WitnessService.open(node, tmp_path, Publication(blocked / "p"), key, clock, start)
        assert not (tmp_path / BOOK).exists(), "refused before it begins"
        public = tmp_path / "public"
        service = WitnessService.open(node, tmp_path, Publication(public), key, clock, start)
        public.write_text("")
        with pytest.raises(PublicationUnwritable):
            service.once()
        service.close()
        again = WitnessService.open(node, tmp_path, Publication(tmp_path), key, clock)
        again.close()
    assert [head.head.seen_at for head in published(str(tmp_path))] == [START]


def test_the_service_signs_each_time_and_outlives_a_node_that_is_away(
    chain: Chain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "RETRY", 0.01)
    monkeypatch.setattr(services, "POLL", 0.01)
    rounds: list[str] = []

    class Ticking(Clock):
        """A time of the grid goes by with each question; the service would wait for it."""

        def __call__(self) -> int:
            rounds.append("asked")
            if len(rounds) > 4:
                service.end()
            return self.now

    clock = Ticking(START + 5)
    key = (address("one"), secret("one"))
    with Node(f"http://127.0.0.1:{free_port()}") as away:
        start = with_witnesses(chain.anchor(), "one")
        service = WitnessService.open(away, tmp_path, Publication(tmp_path), key, clock, start)
        service.run()
        service.close()
    assert len(rounds) > 4, "it tried again"
    assert not (tmp_path / "heads.json").exists()
    present: list[WitnessService] = []

    def serve() -> None:
        with witnessing(chain, tmp_path, Clock(START + GRID + AHEAD), start=False) as found:
            present.append(found)
            found.run()

    running = threading.Thread(target=serve, daemon=True)
    running.start()
    deadline = time.monotonic() + 60
    while not (tmp_path / "heads.json").exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    present[0].end()
    running.join(30)
    assert not running.is_alive()
    (head,) = published(str(tmp_path))
    assert head.head.seen_at == START + GRID + AHEAD
