"""What a network hands to those who join: nothing secret, everything that has to be the same.

A card is a node's public half, made before there is a network; cards make a genesis. A bundle is
genesis, figures, peers and, where contracts are deployed, their record. Its digest, the SHA-256 of
the file as sha256sum says it, is compared by another way than the one the file came.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

from lodetrace.chain.errors import EvidenceInvalid
from lodetrace.chain.qbft import decode_extra_data
from lodetrace.network.errors import NetworkBundleRefused, RecordMalformed
from lodetrace.network.files import file_errors, json_of, read_json, write_json
from lodetrace.network.genesis import genesis_document
from lodetrace.network.manifest import FORMAT as MANIFEST_FORMAT
from lodetrace.network.manifest import GENESIS_FILE, NetworkManifest, Peer, peer_of
from lodetrace.network.parameters import NetworkParameters
from lodetrace.text import ADDRESS_BYTES, parse_hex

FORMAT: Final = "lodetrace-network-bundle/2"
CARD_FORMAT: Final = "lodetrace-node-card/1"
LARGEST: Final = 4 << 20
"""Bytes of a bundle; a genesis has some thousand."""


@dataclass(frozen=True, slots=True)
class JoinBundle:
    """network: without placements. genesis: the document. deployment: the contracts' record.

    digest: of the file that it was written to or read from, empty before.
    """

    network: NetworkManifest
    genesis: dict[str, Any]
    deployment: dict[str, Any] | None
    digest: str = ""

    def document(self) -> dict[str, Any]:
        """As it is written; placements belong to one machine and stay there."""
        record = self.network.document()
        del record["placements"], record["format"]
        return {
            "format": FORMAT,
            **record,
            "genesis": self.genesis,
            "deployment": self.deployment,
        }


def bundle_of(folder: Path, deployment: Path | None = None) -> JoinBundle:
    """What this machine knows of its network, for others."""
    network = NetworkManifest.read(folder)
    bare = NetworkManifest(
        network.id, network.chain_id, network.parameters, network.peers, {}, network.genesis_hash
    )
    record = read_json(deployment) if deployment is not None and deployment.is_file() else None
    return JoinBundle(bare, read_json(folder / GENESIS_FILE), record)


def assemble(
    network: str, chain_id: int, parameters: NetworkParameters, cards: Sequence[Peer]
) -> JoinBundle:
    """A new network of the validators whose cards these are."""
    validators = [
        parse_hex(peer.address, ADDRESS_BYTES) for peer in cards if peer.role == "validator"
    ]
    genesis = genesis_document(chain_id, parameters, validators)
    return JoinBundle(
        NetworkManifest(network, chain_id, parameters, tuple(cards), {}), genesis, None
    )


def write_bundle(bundle: JoinBundle, path: Path) -> JoinBundle:
    """Writes the file, which gives the bundle its digest; raises FileFailed."""
    content = write_json(path, bundle.document())
    return replace(bundle, digest=hashlib.sha256(content).hexdigest())


def read_bundle(path: Path, digest: str | None = None) -> JoinBundle:
    """A bundle whose parts fit; digest: the one that was told. Raises NetworkBundleRefused."""
    content = _content(path)
    document = _document(content, path, FORMAT)
    actual = hashlib.sha256(content).hexdigest()
    try:
        network = NetworkManifest.of(
            {**document, "format": MANIFEST_FORMAT, "placements": {}}, path
        )
        bundle = JoinBundle(network, dict(document["genesis"]), document["deployment"], actual)
    except (RecordMalformed, KeyError, TypeError, ValueError) as error:
        raise NetworkBundleRefused(path=path, reason=f"malformed near {error}") from error
    if digest is not None and actual != digest.strip().lower():
        raise NetworkBundleRefused(path=path, reason=f"its digest is {actual}")
    _require_genesis(bundle, path)
    return bundle


def write_card(peer: Peer, path: Path) -> None:
    """A node's public half for those who make the genesis."""
    write_json(path, {"format": CARD_FORMAT, **asdict(peer)})


def read_cards(paths: Sequence[Path]) -> list[Peer]:
    """Cards of different nodes; raises NetworkBundleRefused."""
    found: list[Peer] = []
    for path in paths:
        document = _document(_content(path), path, CARD_FORMAT)
        document.pop("format")
        try:
            card = peer_of(document)
        except (KeyError, TypeError, ValueError) as error:
            raise NetworkBundleRefused(
                path=path, reason=f"no card: malformed near {error}"
            ) from error
        if any(card.name == one.name or card.public_key == one.public_key for one in found):
            raise NetworkBundleRefused(path=path, reason=f"{card.name} or its key is there already")
        found.append(card)
    return found


def _content(path: Path) -> bytes:
    with file_errors(path), path.open("rb") as file:
        content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise NetworkBundleRefused(path=path, reason=f"it has more than {LARGEST} bytes")
    return content


def _document(content: bytes, path: Path, wanted: str) -> dict[str, Any]:
    try:
        found = json_of(content, path)
    except RecordMalformed as error:
        raise NetworkBundleRefused(path=path, reason=error.values["reason"]) from error
    if found.get("format") != wanted:
        raise NetworkBundleRefused(path=path, reason=f"its format is not {wanted}")
    return found


def _require_genesis(bundle: JoinBundle, path: Path) -> None:
    """The genesis is of this chain id and QBFT, and its first validators can be named."""
    try:
        config = bundle.genesis["config"]
        chain_id = config["chainId"]
        first = decode_extra_data(parse_hex(bundle.genesis["extraData"]), 0)
        period = config["qbft"]["blockperiodseconds"]
    except (KeyError, TypeError, ValueError, EvidenceInvalid) as error:
        raise NetworkBundleRefused(
            path=path, reason=f"its genesis is not of QBFT: {error}"
        ) from error
    if chain_id != bundle.network.chain_id or period != bundle.network.parameters.period:
        raise NetworkBundleRefused(path=path, reason="its genesis has another chain id or period")
    if not first.validators:
        raise NetworkBundleRefused(path=path, reason="its genesis has no validator")
