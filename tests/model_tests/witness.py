"""Witness programs of the circuits, asked whether a proposal satisfies every `===`."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).resolve().parents[2]
BUILT = ROOT / "build" / "zk"
SERVER = Path(__file__).with_name("witness_server.cjs")
CIRCUITS = ("origin", "rebook2", "run4", "total", "claim", "price_in_range")


@dataclass(frozen=True)
class Answer:
    """`first` is the first signal after the constant (inBand of a run); None when refused."""

    first: int | None
    refused: str = ""

    @property
    def accepted(self) -> bool:
        return self.first is not None


class WitnessPrograms:
    """One node process that keeps the compiled programs of all circuits.

    built: the folder that holds one of each circuit.
    """

    def __init__(self, built: Path = BUILT) -> None:
        self._built = built

    def __enter__(self) -> Self:
        self._node = subprocess.Popen(
            ["node", str(SERVER), str(self._built)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._node.stdin:
            self._node.stdin.close()
        self._node.wait(timeout=10)

    def ask(self, circuit: str, inputs: dict[str, Any]) -> Answer:
        """Accepted, or refused by an assertion; anything else is a fault of the test."""
        pipe_in, pipe_out = self._node.stdin, self._node.stdout
        assert pipe_in is not None
        assert pipe_out is not None
        pipe_in.write(json.dumps({"circuit": circuit, "inputs": _texts(inputs)}) + "\n")
        pipe_in.flush()
        reply = json.loads(pipe_out.readline())
        if "broken" in reply:
            raise AssertionError(f"{circuit}: {reply['broken']}")
        if "refused" in reply:
            return Answer(None, reply["refused"])
        return Answer(int(reply["first"]))


def missing() -> list[str]:
    """Circuits without a witness program."""
    return [
        name for name in CIRCUITS if not (BUILT / name / f"{name}_js" / f"{name}.wasm").exists()
    ]


def _texts(value: Any) -> Any:
    """Integers as text: JSON numbers of node end at 2^53."""
    if isinstance(value, dict):
        return {name: _texts(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_texts(one) for one in value]
    return str(value)
