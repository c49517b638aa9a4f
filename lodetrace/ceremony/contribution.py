"""One member's turn: verify what is there, multiply all keys by secrets, attest, forget.

Secrets come from the operating system, mixed with a file of the member's own where he gives one.
They are in the memory of this process alone, and nothing prints or keeps them.
"""

import hashlib
import secrets
from collections.abc import Callable
from typing import Final

from lodetrace.ceremony.attestation import Attestation, Contribution, StepAttested, binding
from lodetrace.ceremony.errors import NotYourTurn
from lodetrace.ceremony.folder import ATTESTATION, TranscriptFolder
from lodetrace.ceremony.verification import CircuitStanding, Standing
from lodetrace.secp256k1 import Signature, SigningKey
from lodetrace.version import VERSION
from zk_circuits.ceremony.step import contribute, drawn_for, sha256
from zk_circuits.field import R

ENGINE: Final = f"lodetrace {VERSION}"
_RANDOM_BYTES: Final = 64

Say = Callable[[int], None]
"""Told how many points more are done."""


def take_turn(
    folder: TranscriptFolder,
    standing: Standing,
    key: SigningKey,
    address: str,
    own: bytes = b"",
    say: Say = lambda points: None,
) -> None:
    """Writes the turn of the member whose key this is, whole or not at all.

    standing: of the folder, as verified just now. own: the member's own randomness. Raises
    NotYourTurn, KeysError, or OSError.
    """
    member, turn = standing.next, len(standing.members) + 1
    if member is None or member.signer.lower() != address.lower():
        raise NotYourTurn(expected="nobody" if member is None else member.name, actual=address)
    plan, files, attested = standing.plan, dict[str, bytes](), []
    drawn = binding(plan, turn, member, standing.word)
    for name, circuit in standing.circuits.items():
        made = _step(name, circuit, drawn, own, say)
        files[f"{name}.step"] = made
        attested.append(StepAttested(name, circuit.hash, sha256(made)))
    said = Contribution(plan.id, turn, standing.word, ENGINE, tuple(attested))
    attestation = Attestation(said, Signature.make(said.typed_data(plan), key))
    files[ATTESTATION] = attestation.to_bytes()
    folder.add_turn(turn, files)


def points_of(standing: Standing) -> int:
    """How many points a turn multiplies."""
    circuits = standing.circuits.values()
    return sum(len(one.last.l_points) + len(one.last.h_points) for one in circuits)


def _step(name: str, circuit: CircuitStanding, drawn: bytes, own: bytes, say: Say) -> bytes:
    challenge = drawn_for(drawn, name, circuit.hash)
    return contribute(circuit.last, _secret(own), challenge, say).to_bytes()


def _secret(own: bytes) -> int:
    """A factor that nobody knows who does not know both."""
    while True:
        mixed = hashlib.blake2b(own, key=secrets.token_bytes(_RANDOM_BYTES)).digest()
        if factor := int.from_bytes(mixed, "big") % R:
            return factor
