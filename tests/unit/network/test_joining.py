"""Cards, bundles and joins: what is secret stays where it was made."""

import json
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from lodetrace.network.errors import (
    ChoiceOutOfRange,
    ExposureRefused,
    KeyExposed,
    KeyMalformed,
    NetworkBundleRefused,
    NetworkExists,
)
from lodetrace.network.founding import found
from lodetrace.network.join_bundle import (
    JoinBundle,
    assemble,
    bundle_of,
    read_bundle,
    read_cards,
    write_bundle,
    write_card,
)
from lodetrace.network.joining import JoiningNode, join, make_card
from lodetrace.network.manifest import NetworkManifest
from lodetrace.network.node_key import make_node_key, public_key
from lodetrace.network.tls import CERTIFICATE
from lodetrace.network.tokens import PRIVATE_KEY
from lodetrace.secp256k1 import address_of_public

from .parts import CHOICES, INNER, KEYS, OUTER

SITE = JoiningNode("seals9", "Newcomer", "validator", "192.0.2.9", 30303)
ASKING = JoiningNode("asks9", "Newcomer", "rpc", "192.0.2.11", 30303)


@pytest.fixture
def founded(tmp_path: Path) -> Path:
    folder = tmp_path / "founded"
    found(folder, "besu", 27_001, CHOICES, 4, ["Mine", "Refinery"], base_port=0)
    return folder


@pytest.fixture
def bundle(founded: Path) -> JoinBundle:
    return bundle_of(founded)


def secrets_of(folder: Path) -> list[str]:
    """Every private key below a folder, in hexadecimal digits."""
    return [path.read_text("ascii").strip()[2:] for path in folder.rglob("key")]


def test_keys_are_made_where_they_stay_and_only_their_owner_reads_them(founded: Path) -> None:
    keys = sorted(founded.rglob("key"))
    assert len(keys) == len(set(secrets_of(founded))) == 4
    assert {path.stat().st_mode & 0o777 for path in keys} == {0o600}
    assert {path.parent.stat().st_mode & 0o777 for path in keys} == {0o700}


def test_no_file_but_the_key_holds_a_key(founded: Path) -> None:
    others = [path for path in founded.rglob("*") if path.is_file() and path.name != "key"]
    assert len(others) > 10
    for secret in secrets_of(founded):
        assert [path for path in others if secret in path.read_text("utf-8")] == []


def test_a_bundle_holds_no_secret_and_no_folder(founded: Path, bundle: JoinBundle) -> None:
    text = json.dumps(bundle.document())
    assert [secret for secret in secrets_of(founded) if secret in text] == []
    assert str(founded) not in text
    assert "placements" not in text
    assert bundle.deployment is None


def test_a_bundle_is_read_as_it_was_written(bundle: JoinBundle, tmp_path: Path) -> None:
    written = write_bundle(bundle, tmp_path / "bundle")
    assert read_bundle(tmp_path / "bundle", written.digest.upper()) == written
    assert written.digest == sha256((tmp_path / "bundle").read_bytes()).hexdigest()


def test_a_bundle_with_a_key_twice_is_refused(bundle: JoinBundle, tmp_path: Path) -> None:
    write_bundle(bundle, tmp_path / "bundle")
    text = (tmp_path / "bundle").read_text("utf-8")
    twice = text.replace('"chain_id":', '"chain_id": 5, "chain_id":', 1)
    (tmp_path / "bundle").write_text(twice, "utf-8")
    with pytest.raises(NetworkBundleRefused, match="'chain_id' stands twice"):
        read_bundle(tmp_path / "bundle")


def test_the_contracts_record_comes_along(founded: Path, tmp_path: Path) -> None:
    record = tmp_path / "besu.json"
    record.write_text('{"format": "lodetrace-deployment/1"}', encoding="utf-8")
    made = bundle_of(founded, record)
    node = join(tmp_path / "here", made, SITE, INNER)
    kept = node.folder.parents[1] / "deployments" / "besu.json"
    assert json.loads(kept.read_text("utf-8")) == made.deployment


TAMPERED: dict[str, Callable[[dict[str, Any]], Any]] = {
    "other format": lambda found: found.update(format="lodetrace-network-bundle/1"),
    "no genesis": lambda found: found.pop("genesis"),
    "genesis of another chain": lambda found: found["genesis"]["config"].update(chainId=1),
    "genesis of another period": lambda found: found["genesis"]["config"]["qbft"].update(
        blockperiodseconds=9
    ),
    "genesis without validators": lambda found: found["genesis"].update(
        extraData="0xe5a0" + "00" * 32 + "c0c080c0"
    ),
    "genesis without QBFT": lambda found: found["genesis"]["config"].pop("qbft"),
    "extraData that is none": lambda found: found["genesis"].update(extraData="0x00"),
    "peer with half a key": lambda found: found["peers"][0].update(public_key="ab"),
    "peer named like a path": lambda found: found["peers"][0].update(name="../seals"),
    "peer at no address": lambda found: found["peers"][0].update(host='127.0.0.1"\n'),
    "peer at port 0": lambda found: found["peers"][0].update(port=0),
    "peer of another role": lambda found: found["peers"][0].update(role="owner"),
    "figures out of bounds": lambda found: found["parameters"].update(period=0),
}


@pytest.mark.parametrize("defect", TAMPERED)
def test_a_tampered_bundle_is_refused(bundle: JoinBundle, tmp_path: Path, defect: str) -> None:
    document = json.loads(json.dumps(bundle.document()))
    TAMPERED[defect](document)
    (tmp_path / "bundle").write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(NetworkBundleRefused):
        read_bundle(tmp_path / "bundle")


def test_another_digest_than_the_one_told_is_refused(bundle: JoinBundle, tmp_path: Path) -> None:
    told = write_bundle(bundle, tmp_path / "bundle").digest
    document = json.loads((tmp_path / "bundle").read_text("utf-8"))
    document["peers"][0]["host"] = "203.0.113.66"
    (tmp_path / "bundle").write_text(json.dumps(document), encoding="utf-8")
    assert read_bundle(tmp_path / "bundle").digest != told
    with pytest.raises(NetworkBundleRefused, match="its digest is"):
        read_bundle(tmp_path / "bundle", told)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b"0" * (5 << 20)])
def test_what_is_no_bundle_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "bundle").write_bytes(content)
    with pytest.raises(NetworkBundleRefused):
        read_bundle(tmp_path / "bundle")


def test_a_join_makes_its_key_here_and_names_itself_to_its_peers(
    bundle: JoinBundle, tmp_path: Path
) -> None:
    node = join(tmp_path / "here", bundle, SITE, INNER)
    record = NetworkManifest.read(tmp_path / "here")
    assert [one.name for one in record.own(tmp_path / "here")] == ["seals9"]
    assert len(record.peers) == 5
    assert public_key(node.key_file).hex() == node.peer.public_key
    assert len(json.loads((node.folder / "static-nodes.json").read_text("utf-8"))) == 4
    assert (node.folder / "permissions.toml").read_text("utf-8").count("enode://") == 5
    for name in ("besu.toml", "besu-seals9.service", "compose.yaml"):
        assert (node.folder / name).is_file()
    assert not (node.folder / PRIVATE_KEY).exists(), "nothing here answers to tokens"


def test_what_answers_beyond_loopback_gets_certificate_and_token_keys(
    bundle: JoinBundle, tmp_path: Path
) -> None:
    node = join(tmp_path / "here", bundle, ASKING, OUTER)
    secret = ("key", "tls.p12", "tls.password", PRIVATE_KEY)
    assert {(node.folder / name).stat().st_mode & 0o777 for name in secret} == {0o600}
    assert "BEGIN CERTIFICATE" in (node.folder / CERTIFICATE).read_text("ascii")


EXPOSURES = {
    "a validator's RPC": (SITE, replace(INNER, rpc_host="192.0.2.9")),
    "RPC on every address": (ASKING, replace(OUTER, rpc_host="0.0.0.0")),
    "RPC on every address of version 6": (ASKING, replace(OUTER, rpc_host="::")),
    "metrics on every address": (SITE, replace(INNER, metrics_host="0.0.0.0")),
}


@pytest.mark.parametrize("exposure", EXPOSURES)
def test_an_exposure_is_refused_and_nothing_is_made(
    bundle: JoinBundle, tmp_path: Path, exposure: str
) -> None:
    with pytest.raises(ExposureRefused):
        join(tmp_path / "here", bundle, *EXPOSURES[exposure])
    assert not (tmp_path / "here").exists()


@pytest.mark.parametrize(
    "site",
    [
        replace(SITE, name="../../etc"),
        replace(SITE, name=""),
        replace(SITE, host="seals9.example"),
        replace(SITE, port=70_000),
    ],
)
def test_a_site_that_cannot_be_is_refused(
    bundle: JoinBundle, tmp_path: Path, site: JoiningNode
) -> None:
    with pytest.raises(ChoiceOutOfRange):
        join(tmp_path / "here", bundle, site, INNER)


def test_a_second_join_changes_nothing(bundle: JoinBundle, tmp_path: Path) -> None:
    node = join(tmp_path / "here", bundle, SITE, INNER)
    before = node.key_file.read_bytes()
    with pytest.raises(NetworkExists):
        join(tmp_path / "here", bundle, SITE, INNER)
    assert node.key_file.read_bytes() == before


def test_a_name_that_another_node_has_is_refused(bundle: JoinBundle, tmp_path: Path) -> None:
    with pytest.raises(NetworkBundleRefused, match="validator1"):
        join(tmp_path / "here", bundle, replace(SITE, name="validator1"), INNER)


def test_cards_make_a_network_whose_keys_never_met(tmp_path: Path) -> None:
    sites = [replace(SITE, name=f"seals{n}", host=f"192.0.2.{n}") for n in range(1, 5)]
    homes = [tmp_path / site.name for site in sites]
    paths = []
    for home, site in zip(homes, sites, strict=True):
        paths.append(home / "card.json")
        write_card(make_card(home, site), paths[-1])
        assert secrets_of(home)[0] not in paths[-1].read_text("utf-8")
    made = assemble("consortium", 27_027, CHOICES, read_cards(paths))
    for home, site in zip(homes, sites, strict=True):
        node = join(home, made, site, INNER)
        assert node.peer in made.network.peers, "the key of the card is the key of the node"
    with pytest.raises(NetworkBundleRefused, match="is there already"):
        read_cards([paths[0], paths[0]])


def test_a_key_is_that_of_its_public_half(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_text(f"0x{1:064x}\n", encoding="ascii")
    path.chmod(0o600)
    assert public_key(path).hex() == KEYS[0]
    address = address_of_public(bytes.fromhex(KEYS[0])).hex()
    assert address == "7e5f4552091a69125d5dfcb7b8c2659029395bdf"


def test_an_existing_key_is_never_replaced(tmp_path: Path) -> None:
    first = make_node_key(tmp_path / "key")
    assert make_node_key(tmp_path / "key") == first


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o666])
def test_a_key_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    make_node_key(tmp_path / "key")
    (tmp_path / "key").chmod(mode)
    with pytest.raises(KeyExposed, match=f"{mode:o}"):
        public_key(tmp_path / "key")


@pytest.mark.parametrize("text", ["", "0x12", "zz" * 32, "00" * 32, "ff" * 32, "01" * 33])
def test_what_is_no_key_is_refused_without_being_shown(tmp_path: Path, text: str) -> None:
    (tmp_path / "key").write_text(text, encoding="ascii")
    (tmp_path / "key").chmod(0o600)
    with pytest.raises(KeyMalformed) as caught:
        public_key(tmp_path / "key")
    assert len(text) < 10 or text not in str(caught.value)
