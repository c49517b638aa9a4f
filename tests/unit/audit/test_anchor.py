"""Anchors: files, checkpoints, co-signatures."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from coincurve import PrivateKey

from lodetrace.audit.anchor import (
    Anchor,
    AnchorInconsistent,
    AnchorUnreadable,
    AnchorUnwritable,
    Consensus,
    contracts_of,
)
from lodetrace.audit.cosign import (
    CoSignatureInvalid,
    co_signers,
    typed_data,
    with_signatures,
)
from lodetrace.audit.evidence import establish
from lodetrace.chain.errors import ParentMismatch
from lodetrace.chain.qbft import Vote
from lodetrace.contracts.deployment import DeployedContract, Deployment
from lodetrace.eip712 import TypedData
from lodetrace.secp256k1 import ORDER
from tests.support.synthetic_chain import Chain, Validator

CANDIDATE = Validator("candidate")


@pytest.fixture(scope="module")
def chain() -> Chain:
    """Epochs of 8; the fourth validator is joined by a fifth in block 12."""
    made = Chain(epoch=8)
    made.grow(8)
    for voter in made.set[:3]:  # blocks 9 to 11
        made.seal(vote=Vote(CANDIDATE.address, add=True), proposer=voter)
    made.set = sorted([*made.set, CANDIDATE], key=lambda member: member.address)
    made.grow(2)
    made.seal(vote=Vote(made.set[0].address, add=False), proposer=made.set[1])  # block 14
    made.grow(4)
    return made


@pytest.fixture(scope="module")
def checkpoint(chain: Chain) -> Anchor:
    """At block 14, with a standing vote."""
    return chain.anchor(14)


def for_wallet(typed: TypedData) -> dict[str, Any]:
    """The argument of eth_signTypedData_v4."""
    domain = [("string", "name"), ("string", "version"), ("uint256", "chainId")]
    structs = {"EIP712Domain": domain} | {one.name: one.members for one in typed.types}
    return {
        "types": {
            name: [{"name": member, "type": kind} for kind, member in members]
            for name, members in structs.items()
        },
        "primaryType": "Anchor",
        "domain": {
            "name": "Lodetrace anchor",
            "version": "1",
            "chainId": typed.domain.chain_id,
        },
        "message": typed.message,
    }


def signed(anchor: Anchor, *names: str) -> Anchor:
    keys = [PrivateKey(name.encode().rjust(32, b"\1")) for name in names]
    signatures = [key.sign_recoverable(typed_data(anchor).digest(), hasher=None) for key in keys]
    return with_signatures(anchor, [one[:64] + bytes([one[64] + 27]) for one in signatures])


def test_anchor_comes_back_from_its_file(checkpoint: Anchor, tmp_path: Path) -> None:
    path = tmp_path / "anchor.json"
    whole = signed(checkpoint, "one", "two")
    whole.save(path)
    assert Anchor.load(path) == whole
    assert len(checkpoint.votes) == 1


def test_checkpoint_knows_the_next_set(chain: Chain) -> None:
    assert len(chain.anchor(10).validators) == 4
    assert CANDIDATE.address in chain.anchor(11).validators
    assert chain.anchor(11).votes == ()
    assert len(chain.anchor(10).votes) == 2
    assert chain.anchor(16).votes == (), "an epoch block forgets"


def test_checkpoint_of_a_checkpoint(chain: Chain, checkpoint: Anchor) -> None:
    between = chain.anchor(9)
    later = [block.header for block in chain.blocks[10:15]]
    assert between.advanced(later) == checkpoint


def test_checkpoint_from_an_epoch_block_on(chain: Chain, checkpoint: Anchor) -> None:
    """Nothing before the epoch is needed."""
    later = [block.header for block in chain.blocks[8:15]]
    assert chain.anchor().advanced(later) == checkpoint


def test_checkpoint_over_a_gap(chain: Chain) -> None:
    for numbers in ((2, 3), (1, 3), (9, 10), (8, 10)):
        with pytest.raises(ParentMismatch):
            chain.anchor().advanced([chain.blocks[number].header for number in numbers])


def test_bundle_under_each_later_anchor(chain: Chain) -> None:
    bundle = chain.bundle(headers=[17]).encode()
    for number in (12, 14, 16, 17):
        assert establish(bundle, chain.anchor(number)).finality.headers == 2


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"validators": ()}, "belong to a chain with seals"),
        ({"consensus": Consensus.NONE}, "belong to a chain with seals"),
        ({"epoch": 0}, "0 blocks"),
        ({"validators": (b"\2" * 20, b"\1" * 20)}, "not sorted"),
        ({"validators": (b"\1" * 20, b"\1" * 20)}, "named twice"),
        ({"votes": ((b"\1" * 20, Vote(b"\2" * 20, add=True)),) * 2}, "given twice"),
    ],
)
def test_anchor_that_contradicts_itself(
    checkpoint: Anchor, change: dict[str, Any], reason: str
) -> None:
    with pytest.raises(AnchorInconsistent, match=reason):
        replace(checkpoint, **change)


def test_votes_of_a_chain_without_seals() -> None:
    unsealed = Chain(consensus=Consensus.NONE)
    unsealed.grow(1)
    with pytest.raises(AnchorInconsistent, match="votes belong to a chain with seals"):
        replace(unsealed.anchor(), votes=((b"\1" * 20, Vote(b"\2" * 20, add=True)),))


def test_genesis_of_another_chain(chain: Chain) -> None:
    with pytest.raises(AnchorInconsistent, match="block 0"):
        replace(chain.anchor(), genesis=bytes(32))


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("format", "lodetrace-anchor/2"), ("chain_id", "1"), ("chain_id", True), ("chain_id", -1),
        ("genesis", "0x00"), ("genesis", 5), ("consensus", "pow"), ("epoch", 1.5),
        ("header", "0xc0"), ("header", "zz"), ("validators", {}), ("validators", ["0x01"]),
        ("votes", [["0x01"]]), ("votes", [[1, 2, 3]]), ("votes", [["0x" + "11" * 20] * 3]),
        ("votes", [["0x" + "11" * 20, "0x" + "22" * 20, 1]]), ("contracts", []),
        ("contracts", {"LotBook": {}}), ("contracts", {"LotBook": 5}), ("signatures", ["0x"]),
        ("signatures", None), ("extra", 1),
    ],
)  # fmt: skip
def test_file_with_a_wrong_field(
    checkpoint: Anchor, tmp_path: Path, field: str, wrong: object
) -> None:
    path = tmp_path / "anchor.json"
    path.write_text(json.dumps({**checkpoint.to_json(), field: wrong}))
    with pytest.raises(AnchorUnreadable):
        Anchor.load(path)


@pytest.mark.parametrize("text", ["", "[]", "5", "{", "[" * 100_000, "\x00", "{}"])
def test_file_that_is_no_anchor(tmp_path: Path, text: str) -> None:
    path = tmp_path / "anchor.json"
    path.write_text(text)
    with pytest.raises(AnchorUnreadable):
        Anchor.load(path)
    with pytest.raises(AnchorUnreadable):
        Anchor.load(tmp_path / "absent.json")


def test_file_of_more_than_a_mebibyte(checkpoint: Anchor, tmp_path: Path) -> None:
    path = tmp_path / "anchor.json"
    path.write_text(json.dumps(checkpoint.to_json()) + " " * (1 << 20))
    with pytest.raises(AnchorUnreadable, match="more than 1048576 bytes"):
        Anchor.load(path)


def test_anchor_that_cannot_be_written(checkpoint: Anchor, tmp_path: Path) -> None:
    with pytest.raises(AnchorUnwritable):
        checkpoint.save(tmp_path / "absent" / "anchor.json")


def test_contracts_of_a_deployment_record() -> None:
    address = "0x5FbDB2315678afecb367f032d93F642f64180aa3"
    deployed = DeployedContract(version=2, address=address, code_hash="0x" + "ab" * 32, block=7)
    found = contracts_of(Deployment("besu", 1, "0x" + "00" * 32, {"LotBook": deployed}))
    assert found["LotBook"].version == 2
    assert found["LotBook"].address == bytes.fromhex(address[2:])
    assert found["LotBook"].code_hash == b"\xab" * 32


def test_members_sign_what_their_wallet_shows(checkpoint: Anchor) -> None:
    """eth-account hashes and signs the typed data to the same digest and signer."""
    from eth_account import Account
    from eth_account.messages import encode_typed_data

    signable = encode_typed_data(full_message=for_wallet(typed_data(checkpoint)))
    member = Account.from_key("0x" + "11" * 32)
    made = member.sign_message(signable)
    assert bytes(made.message_hash) == typed_data(checkpoint).digest()
    whole = with_signatures(checkpoint, [bytes(made.signature)])
    assert ["0x" + one.hex() for one in co_signers(whole)] == [member.address.lower()]


def test_signers_are_in_order_and_each_once(checkpoint: Anchor) -> None:
    whole = signed(checkpoint, "one", "two", "three", "two")
    assert len(co_signers(whole)) == 3
    assert list(co_signers(whole)) == sorted(co_signers(whole))
    assert with_signatures(whole, whole.signatures) == whole
    for wrong in (whole.signatures[::-1], whole.signatures[:1] * 2):
        with pytest.raises(CoSignatureInvalid, match="not in order"):
            co_signers(replace(whole, signatures=wrong))


@pytest.mark.parametrize(
    "change",
    [
        {"chain_id": 1}, {"epoch": 9}, {"votes": ()}, {"contracts": {}},
        {"genesis": b"\1" * 32}, {"validators": (b"\1" * 20,)},
    ],
    ids=str,
)  # fmt: skip
def test_signature_covers_everything(checkpoint: Anchor, change: dict[str, Any]) -> None:
    whole = signed(checkpoint, "one")
    assert co_signers(replace(whole, **change)) != co_signers(whole)


def test_signature_covers_the_block(chain: Chain, checkpoint: Anchor) -> None:
    other = replace(checkpoint, header=chain.blocks[15].header)
    assert typed_data(other).digest() != typed_data(checkpoint).digest()


def test_signature_in_another_form(checkpoint: Anchor) -> None:
    (good,) = signed(checkpoint, "one").signatures
    s = (ORDER - int.from_bytes(good[32:64], "big")).to_bytes(32, "big")
    for wrong in (
        good[:32] + s + bytes([55 - good[64]]),
        good[:64] + bytes([good[64] - 27]),
        good[:64] + b"\x1d",
        bytes(64) + b"\x1b",
        b"\xff" * 32 + good[32:],
    ):
        with pytest.raises(CoSignatureInvalid):
            with_signatures(checkpoint, [wrong])
