"""A ceremony of four members over a toy circuit, with keys and seats of the test's own."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lodetrace.ceremony.contribution import take_turn
from lodetrace.ceremony.drafting import Beginning, draft_plan, found
from lodetrace.ceremony.folder import PLAN, TranscriptFolder
from lodetrace.ceremony.plan import Plan
from lodetrace.ceremony.verification import Standing, verified
from lodetrace.secp256k1 import Signature, address_of_public
from lodetrace.text import checksummed, hex_of
from tests.support.toy_setup import ToySetup, r1cs_bytes
from zk_circuits.ceremony.constraints import ConstraintSystem
from zk_circuits.keccak import keccak256

NAMES = ("mine", "refiner", "trader", "maker")
GROUPS = ("north", "south", "south", "east")
CIRCUIT = "toy"


def secret(name: str) -> bytes:
    return keccak256(b"ceremony test " + name.encode())


def address(name: str) -> str:
    from coincurve import PrivateKey

    public = PrivateKey(secret(name)).public_key.format(compressed=False)[1:]
    return checksummed(address_of_public(public))


SEATS = [address(f"seat {at}") for at in range(3)]


def draft() -> dict[str, Any]:
    members = [
        {
            "name": name,
            "account": address(f"account {name}"),
            "signer": address(name),
            "group": hex_of(keccak256(group.encode())),
        }
        for name, group in zip(NAMES, GROUPS, strict=True)
    ]
    return {
        "chainId": 1337,
        "directory": address("directory"),
        "members": members,
        "least": {"contributions": 3, "groups": 2},
    }


def founded(
    path: Path, setup: ToySetup | None = None, initial: bytes | None = None, **changed: Any
) -> TranscriptFolder:
    """A signed plan without a turn. changed: of the draft."""
    known, sources = setup or ToySetup(), path.with_name(path.name + ".sources")
    sources.mkdir()
    (sources / "toy.r1cs").write_bytes(r1cs_bytes())
    system = ConstraintSystem.load(sources / "toy.r1cs")
    (sources / "toy.zkey").write_bytes(initial or known.zkey(system))
    (sources / "toy.ptau").write_bytes(known.ptau())
    folder = TranscriptFolder(path)
    circuits = {CIRCUIT: Beginning(sources / "toy.r1cs", sources / "toy.zkey")}
    content = json.dumps({**draft(), **changed}).encode()
    plan = draft_plan(content, sources / "toy.ptau", circuits)
    found(folder, plan, sources / "toy.ptau", circuits)
    sign(folder, Plan.parse(plan))
    return folder


def sign(folder: TranscriptFolder, plan: Plan, seats: int = 2) -> None:
    for at in range(seats):
        folder.add_signature(Signature.make(plan.typed_data(), secret(f"seat {at}")))


def plan_of(folder: TranscriptFolder) -> Plan:
    return Plan.parse(folder.read(PLAN))


def contributed(
    folder: TranscriptFolder, *names: str, keys: Mapping[str, str] | None = None
) -> Standing:
    """These members take their turns."""
    for name in names:
        standing = verified(folder, SEATS)
        signer = (keys or {}).get(name, name)
        take_turn(folder, standing, secret(signer), address(signer))
    return verified(folder, SEATS)


def copied(folder: TranscriptFolder, to: Path) -> TranscriptFolder:
    shutil.copytree(folder.path, to)
    return TranscriptFolder(to)
