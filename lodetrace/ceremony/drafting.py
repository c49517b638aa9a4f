"""Makes the folder of a new ceremony out of a draft, phase 1 and what the circuits start from.

A draft is a plan without hashes: chainId, directory, members, least. Whoever makes the folder has
no power: all that it says is in the plan, which the seats sign, or is checked against it.
"""

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lodetrace.atomic_file import replace_file
from lodetrace.ceremony.errors import PlanMalformed
from lodetrace.ceremony.folder import (
    CIRCUITS,
    PLAN,
    POWERS,
    TranscriptFolder,
    initial_name,
    r1cs_name,
)
from lodetrace.ceremony.perpetual_powers import PUBLISHED
from lodetrace.ceremony.plan import FORMAT, Origin, Plan
from zk_circuits.ceremony.powers import Powers
from zk_circuits.ceremony.step import sha256


@dataclass(frozen=True, slots=True)
class Beginning:
    """What a circuit starts from: its constraint system, and its key before any contribution."""

    r1cs: Path
    initial: Path


def draft_plan(draft: bytes, ptau: Path, circuits: Mapping[str, Beginning]) -> bytes:
    """The file of a plan; raises PlanMalformed, ZkError or OSError.

    Whether all of it belongs together is what verification tells.
    """
    try:
        given: dict[str, Any] = json.loads(draft)
        if not isinstance(given, dict):
            raise ValueError("it is no object")
    except (ValueError, RecursionError) as error:
        raise PlanMalformed(reason=f"has a draft that cannot be read: {error}") from error
    powers = Powers.load(ptau)
    published = PUBLISHED.get(powers.power) == powers.digest.hex()
    document = {
        "format": FORMAT,
        **given,
        "phase1": {
            "origin": Origin.PERPETUAL if published else Origin.SEATS,
            "power": powers.power,
            "blake2b": powers.digest.hex(),
        },
        "circuits": [
            {
                "name": name,
                "r1cs": sha256(beginning.r1cs.read_bytes()).hex(),
                "initial": sha256(beginning.initial.read_bytes()).hex(),
            }
            for name, beginning in circuits.items()
        ],
    }
    content = (json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode()
    Plan.parse(content)
    return content


def found(
    folder: TranscriptFolder, plan: bytes, ptau: Path, circuits: Mapping[str, Beginning]
) -> None:
    """Writes the folder of a drafted plan, the plan last; raises OSError where it is there."""
    folder.file(CIRCUITS).mkdir(parents=True)
    shutil.copyfile(ptau, folder.file(POWERS))
    for name, beginning in circuits.items():
        shutil.copyfile(beginning.r1cs, folder.file(r1cs_name(name)))
        shutil.copyfile(beginning.initial, folder.file(initial_name(name)))
    replace_file(folder.file(PLAN), plan)
