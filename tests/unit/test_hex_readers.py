"""Every place that reads hexadecimal text from outside takes it in one form.

`bytes.fromhex` passes over blanks, so a signature, an anchor or an id used to have many texts.
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from lodetrace.audit.anchor import Anchor, AnchorUnreadable
from lodetrace.audit.cosign import typed_data, with_signatures
from lodetrace.audit.policy_file import PolicyUnreadable, policy_of
from lodetrace.cli.lot_ids import NameMalformed, full_id
from lodetrace.cli.opening_file import OpeningFileMalformed, read_opening, write_opening
from lodetrace.contracts.abi import ArtifactUnreadable, read_artifact
from lodetrace.contracts.deployment import DeployedContract, Deployment, DeploymentUnreadable
from lodetrace.documents.signed_document import EnvelopeInvalid, SignedDocument
from lodetrace.documents.statement import SiteStatement, StatementInvalid
from lodetrace.errors import LodetraceError
from lodetrace.evidence.headers import read_blocks
from lodetrace.keys.keystore import KeystoreMalformed, create_keystore, load_keystore
from lodetrace.keys.member_keys import MemberKeys
from lodetrace.keys.sealed_opening import encode_opening
from lodetrace.network import sealed_secrets
from lodetrace.network.access import peer_from_enode
from lodetrace.network.errors import (
    BackupRefused,
    EnodeMalformed,
    KeyMalformed,
    NetworkBundleRefused,
    ValidatorMalformed,
)
from lodetrace.network.founding import found
from lodetrace.network.join_bundle import bundle_of, read_bundle, read_cards, write_bundle
from lodetrace.network.joining import address
from lodetrace.network.node_key import make_node_key, public_key
from lodetrace.node.answers import revert_data
from lodetrace.node.errors import NodeAnswerMalformed
from lodetrace.secp256k1 import SignatureInvalid
from lodetrace.strict_json import parse
from lodetrace.trading_day import CommodityMalformed, parse_commodity
from oracle.prices.entries_file import EntriesUnusable, read_entries
from oracle.prices.errors import SubmissionInvalid
from oracle.prices.signed_submission import SignedSubmission
from oracle.prices.staff import Staff, StaffUnusable
from tests.support.synthetic_chain import Chain
from tests.unit.evidence.header_server import serving
from tests.unit.network.parts import CHOICES, KEYS
from tests.unit.oracle.village import Village
from zk_circuits.balance import Balance
from zk_circuits.commitment import Opening
from zk_circuits.tags import Tag, TagType

WORD = "0x" + "2f" * 32
ADDRESS = "0x" + "2f" * 20
PRICE = {
    "commodity": "cobalt-sulphate", "day": "2026-11-20", "kind": "expected", "submitter": "hailan",
    "time": "2026-11-20T10:32:00+08:00", "delivery": {"place": "Ganzhou"}, "independent": True,
    "specification": {"standard": "GB/T 26523-2011", "content": "20.5 %"},
    "price": {"low": "4.85", "high": "4.86", "unit": "10000 CNY/mt incl. VAT"},
    "payment": {"terms": "transfer", "days": 30}, "corrects": WORD,
}  # fmt: skip
OPENING = Opening(Tag(27, TagType.LOT), Balance(6, 5, 4), 1 << 200)
PASSPHRASE = "correct horse battery"

Spoil = Callable[[str], str]
Read = Callable[[Spoil, Path], object]


def split(text: str) -> str:
    """A blank between two bytes."""
    return f"{text[:12]} {text[12:]}"


def shortened(text: str) -> str:
    """Blanks in the place of a byte: as long as it was."""
    return f"{text[:12]}  {text[14:]}"


SPOILS: Mapping[str, Spoil] = {
    "blank between bytes": split,
    "blanks for a byte": shortened,
    "new line inside": lambda text: f"{text[:12]}\n{text[12:]}",
    "underscore": lambda text: f"{text[:12]}_{text[13:]}",
    "digits of another script": lambda text: f"{text[:12]}١١{text[14:]}",
    "odd number of digits": lambda text: text[:-1],
}


def at(document: Any, path: str, spoil: Spoil) -> Any:
    """A copy of a document with the text at a path spoilt; numbers are places in lists."""
    copied = json.loads(json.dumps(document))
    *parents, last = (int(one) if one.isdigit() else one for one in path.split("."))
    place = copied
    for parent in parents:
        place = place[parent]
    place[last] = spoil(place[last])
    return copied


def written(path: Path, document: object) -> Path:
    path.write_text(document if isinstance(document, str) else json.dumps(document), "utf-8")
    return path


def signed_document(path: str) -> Read:
    """A site's signed document of the story."""
    file = Village(Path(__file__).parents[2] / "examples" / "cobalt").signed_path("mwinda-mine-M01")

    def read(spoil: Spoil, folder: Path) -> object:
        changed = at(json.loads(file.read_bytes()), path, spoil)
        document = SignedDocument.of(parse(json.dumps(changed).encode()))
        return SiteStatement.of(document.document)

    return read


def submission(path: str) -> Read:
    def read(spoil: Spoil, folder: Path) -> object:
        keys = MemberKeys.for_development(3)
        raw = parse(json.dumps(PRICE).encode())
        made = json.loads(SignedSubmission.sign(raw, 1337, keys.signing_key).to_json())
        return SignedSubmission.of(parse(json.dumps(at(made, path, spoil)).encode()))

    return read


def anchor(path: str) -> Read:
    """A checkpoint that a member co-signed."""

    def read(spoil: Spoil, folder: Path) -> object:
        from coincurve import PrivateKey

        chain = Chain()
        chain.grow(3)
        bare = chain.anchor(2)
        raw = PrivateKey(b"\1" * 32).sign_recoverable(typed_data(bare).digest(), hasher=None)
        whole = with_signatures(bare, [raw[:64] + bytes([raw[64] + 27])])
        return Anchor.load(written(folder / "anchor.json", at(whole.to_json(), path, spoil)))

    return read


def policy(spoil: Spoil, folder: Path) -> object:
    cosigners = {"at_least": 1, "of": [spoil(ADDRESS)]}
    raw = {"format": "lodetrace-policy/1", "cosigners": cosigners}
    return policy_of(parse(json.dumps(raw).encode()))


def deployment(path: str) -> Read:
    def read(spoil: Spoil, folder: Path) -> object:
        contract = DeployedContract(1, ADDRESS, WORD, 7)
        file = folder / "anvil.json"
        Deployment("anvil", 31337, WORD, {"LotBook": contract}).save(file)
        return Deployment.load(written(file, at(json.loads(file.read_text()), path, spoil)))

    return read


def artifact(spoil: Spoil, folder: Path) -> object:
    return read_artifact(written(folder / "A.json", {"abi": [], "bytecode": spoil(WORD)}))


def keystore(path: str) -> Read:
    def read(spoil: Spoil, folder: Path) -> object:
        file = folder / "k.json"
        create_keystore(file, MemberKeys.for_development(5), PASSPHRASE)
        written(file, at(json.loads(file.read_text()), path, spoil))
        return load_keystore(file, PASSPHRASE)

    return read


def opening(spoil: Spoil, folder: Path) -> object:
    file = folder / "lot.json"
    write_opening(file, bytes(32), OPENING)
    written(file, at(json.loads(file.read_text()), "opening", spoil))
    return read_opening(file, list)


def opening_digits(spoil: Spoil, folder: Path) -> object:
    return read_opening(
        written(folder / "lot.hex", spoil("0x" + encode_opening(OPENING).hex())), list
    )


def node_key(spoil: Spoil, folder: Path) -> object:
    file = folder / "key"
    make_node_key(file)
    written(file, spoil(file.read_text("ascii").strip()))
    return public_key(file)


def join_bundle(path: str) -> Read:
    def read(spoil: Spoil, folder: Path) -> object:
        found(folder / "net", "besu", 27_001, CHOICES, 1)
        file = folder / "bundle.json"
        write_bundle(bundle_of(folder / "net"), file)
        return read_bundle(written(file, at(json.loads(file.read_text()), path, spoil)))

    return read


def card(spoil: Spoil, folder: Path) -> object:
    raw = {"name": "n", "organisation": "o", "role": "rpc", "public_key": spoil(KEYS[0]),
           "host": "192.0.2.1", "port": 1, "format": "lodetrace-node-card/1"}  # fmt: skip
    return read_cards([written(folder / "card.json", raw)])


def node_secrets(path: str) -> Read:
    def read(spoil: Spoil, folder: Path) -> object:
        sealed = sealed_secrets.seal({"key": bytes(40)}, PASSPHRASE)
        changed = json.dumps(at(json.loads(sealed), path, spoil)).encode()
        return sealed_secrets.unseal(changed, PASSPHRASE, folder)

    return read


def staff(spoil: Spoil, folder: Path) -> object:
    raw = {"analysts": [spoil(ADDRESS)], "managers": []}
    return Staff.read(written(folder / "staff.yaml", raw))


def entries(name: str, values: Mapping[str, str], text: str) -> Read:
    def read(spoil: Spoil, folder: Path) -> object:
        one = {"submitter": "amber", "day": "2026-03-02", **values, name: spoil(text)}
        return read_entries(written(folder / "entries.yaml", {"entries": [one]}))

    return read


def block(path: str) -> Read:
    """A header as a node answers it."""

    def read(spoil: Spoil, folder: Path) -> object:
        chain = Chain()
        chain.grow(1)
        with serving(chain, lambda answer: at(answer, path, spoil)) as (node, _):
            return read_blocks(node, [1])

    return read


READERS: Mapping[str, tuple[Read, type[LodetraceError]]] = {
    "signed document: site": (signed_document("site"), EnvelopeInvalid),
    "signed document: signer": (signed_document("signer"), EnvelopeInvalid),
    "signed document: signature": (signed_document("signature"), SignatureInvalid),
    "signed document: salt": (signed_document("document.lodetrace:salt"), StatementInvalid),
    "price submission: signer": (submission("signer"), SubmissionInvalid),
    "price submission: signature": (submission("signature"), SignatureInvalid),
    "price submission: corrects": (submission("submission.corrects"), SubmissionInvalid),
    "anchor: genesis": (anchor("genesis"), AnchorUnreadable),
    "anchor: header": (anchor("header"), AnchorUnreadable),
    "anchor: validator": (anchor("validators.0"), AnchorUnreadable),
    "anchor: co-signature": (anchor("signatures.0"), AnchorUnreadable),
    "anchor: code": (anchor("contracts.LotBook.code_hash"), AnchorUnreadable),
    "policy: co-signer": (policy, PolicyUnreadable),
    "deployment: genesis": (deployment("genesis"), DeploymentUnreadable),
    "deployment: address": (deployment("contracts.LotBook.address"), DeploymentUnreadable),
    "deployment: code": (deployment("contracts.LotBook.code_hash"), DeploymentUnreadable),
    "compiled contract": (artifact, ArtifactUnreadable),
    "keystore: ciphertext": (keystore("ciphertext"), KeystoreMalformed),
    "keystore: salt": (keystore("kdf.salt"), KeystoreMalformed),
    "opening: JSON": (opening, OpeningFileMalformed),
    "opening: digits": (opening_digits, OpeningFileMalformed),
    "node key": (node_key, KeyMalformed),
    "network bundle: public key": (join_bundle("peers.0.public_key"), NetworkBundleRefused),
    "network bundle: validators": (join_bundle("genesis.extraData"), NetworkBundleRefused),
    "node card": (card, NetworkBundleRefused),
    "node's secrets: salt": (node_secrets("salt"), BackupRefused),
    "node's secrets: ciphertext": (node_secrets("ciphertext"), BackupRefused),
    "staff": (staff, StaffUnusable),
    "submitter's account": (
        entries("account", {"entry": "account"}, ADDRESS),
        EntriesUnusable,
    ),
    "submitter's document": (
        entries("hash", {"entry": "document", "kind": "business-licence"}, WORD),
        EntriesUnusable,
    ),
    "header of a node: field": (block("stateRoot"), NodeAnswerMalformed),
    "header of a node: hash": (block("hash"), NodeAnswerMalformed),
    "header of a node: number": (
        lambda spoil, folder: block("timestamp")(
            lambda text: spoil(f"0x{0:062x}{text[2:]}"), folder
        ),
        NodeAnswerMalformed,
    ),
    "typed lot or prefix": (lambda spoil, _: full_id(spoil(WORD)), NameMalformed),
    "typed commodity": (lambda spoil, _: parse_commodity(spoil(WORD)), CommodityMalformed),
    "typed validator": (lambda spoil, _: address(spoil(ADDRESS)), ValidatorMalformed),
    "typed enode": (
        lambda spoil, _: peer_from_enode(
            f"enode://{spoil(KEYS[0])}@192.0.2.1:30303", "n", "o", "rpc"
        ),
        EnodeMalformed,
    ),
}
"""What is read, and the error that names it."""


READ = {
    (name, "odd number of digits") for name in ("typed lot or prefix", "header of a node: number")
}
"""A beginning of an id and a number may have an odd number of digits."""


@pytest.fixture(autouse=True)
def light(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealed_secrets, "OPS", 1)
    monkeypatch.setattr(sealed_secrets, "MEMORY", 8 << 20)


@pytest.mark.parametrize("name", READERS)
def test_the_text_as_it_should_be_is_read(name: str, tmp_path: Path) -> None:
    read, _ = READERS[name]
    read(lambda text: text, tmp_path)


@pytest.mark.parametrize(
    ("name", "how"), [(name, how) for name in READERS for how in SPOILS if (name, how) not in READ]
)
def test_a_text_in_another_form_is_refused(name: str, how: str, tmp_path: Path) -> None:
    read, error = READERS[name]
    with pytest.raises(error):
        read(SPOILS[how], tmp_path)


@pytest.mark.parametrize("how", SPOILS)
def test_revert_data_in_another_form_is_none(how: str) -> None:
    assert revert_data(WORD) == b"\x2f" * 32
    assert revert_data(SPOILS[how](WORD)) == b""
