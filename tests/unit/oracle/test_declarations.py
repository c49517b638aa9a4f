"""What operators declared, and only where the register has its hashes."""

from dataclasses import replace
from pathlib import Path

import pytest

from oracle.declarations import DeclarationsUnusable, capacity_hash, read_declarations
from tests.support.sites import site_struct
from tests.unit.oracle.village import Village
from zk_circuits.keccak import keccak256

MINE = "https://id.gs1.org/414/9521234000013"


def test_declarations_of_the_story(cobalt: Path, village: Village) -> None:
    found = read_declarations(cobalt / "sites.yaml")
    mine = found[keccak256(MINE.encode())]
    assert (mine.place, mine.capacity) == ("CD-LU", {"Co": 18_000 * 10**9})
    site = site_struct(village.by_label["mwinda-mine"])
    assert mine.confirmed_by(site)
    assert not mine.confirmed_by(replace(site, capacity=b"\x01" * 32))
    assert not replace(mine, place="CD-HK").confirmed_by(site)


def test_the_hash_of_a_capacity_is_frozen() -> None:
    """Registers on chain hold it: a change of its form would unconfirm every site."""
    text = b'{"capacity":{"Co":"1 t","Ni":"2 t"},"period":"year","site":"urn:s"}'
    assert capacity_hash("urn:s", {"Ni": "2 t", "Co": "1 t"}) == keccak256(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "sites: 7",
        "sites: [{identifier: a}]",
        "sites: [{identifier: a, place: b, capacity: {Co: 5}}]",
        "sites: [{identifier: a, place: b, capacity: {Co: 5 lb}}]",
        "{[",
        "members: []",
        "sites: [{identifier: a, place: b, capacity: {co: 5 t}}]",
        "sites: [{identifier: a, place: b, capacity: {Co: 5 t, Co: 50 t}}]",
        "sites: [{identifier: a, place: b, capacity: Co}]",
        "sites: [{identifier: a, place: NO, capacity: {Co: 5 t}}]",
        "sites: [{identifier: a, place: b, capacity: {Co: 5 t}, capacities: {}}]",
    ],
)
def test_unusable(tmp_path: Path, text: str) -> None:
    path = tmp_path / "sites.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(DeclarationsUnusable):
        read_declarations(path)


def test_absent(tmp_path: Path) -> None:
    with pytest.raises(DeclarationsUnusable):
        read_declarations(tmp_path / "absent.yaml")
