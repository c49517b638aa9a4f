"""Real commitments and proofs in the contract tests, made by a worker in the main environment."""

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
PYTHON = ROOT / ".venv" / "bin" / "python"
LOT, BIRTH, TOTAL, RUN_EVENT = 1, 2, 3, 5
NO_CREDITS = (0, 0, 0, 0)


@dataclass(frozen=True)
class Opening:
    """What a commitment opens to; `id` is the commitment as 32 bytes."""

    kind: int
    element: int
    slots: tuple[int, ...]
    salt: int
    id: str = field(compare=False)

    def wire(self) -> list[Any]:
        return [self.kind, self.element, list(self.slots), self.salt]


class Prover:
    """One worker process; closed with the session."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [str(PYTHON), "-m", "tests.contracts.proofs.worker"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._salts = iter(range(1, 10_000_000, 10))

    def close(self) -> None:
        """Ends the worker."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=60)

    def lot(
        self, element: int, metal: int, carbon: int = 0, cahra: int = 0, **more: Any
    ) -> Opening:
        """mg of metal, mg CO2e, mg of metal from a CAHRA; `units`, `credits` in mg, `direct`.

        `salt` where it is not a new one.
        """
        return self._balance(LOT, element, (metal, carbon, cahra), **more)

    def total(
        self, element: int, metal: int, carbon: int = 0, cahra: int = 0, **more: Any
    ) -> Opening:
        """As lot."""
        return self._balance(TOTAL, element, (metal, carbon, cahra), **more)

    def birth(self, element: int, metal: int, carbon: int = 0, **more: Any) -> Opening:
        """What is attested of a birth: `units`, `attested` in mg for each credit, `direct`."""
        attested = more.get("attested", NO_CREDITS)
        units, direct = more.get("units", 1), more.get("direct", 0)
        return self._open(BIRTH, element, (metal, carbon, 0, units, *attested, direct))

    def event(
        self, element: int, product: int, metal_in: Sequence[int], carbon: int = 0, **more: Any
    ) -> Opening:
        """What is attested of a run: mg of product, and of metal in by input; `scrap`, `units`."""
        scrap, units = more.get("scrap", 0), more.get("units", 0)
        fed = (*metal_in, *[0] * (4 - len(metal_in)))
        slots = (product, carbon, scrap, units, *fed, more.get("direct", 0))
        return self._open(RUN_EVENT, element, slots)

    def price_range(self, element: int, low: int, high: int, salt: int) -> str:
        """Commitment of a range, in fen per mt, as 32 bytes."""
        answer = self._ask(op="commit_range", opening=[element, low, high, salt])
        return f"0x{answer['commitment']:064x}"

    def price(self, element: int, paid: int, salt: int) -> str:
        """Commitment of a settlement price, in fen per mt, as 32 bytes."""
        answer = self._ask(op="commit_price", opening=[element, paid, salt])
        return f"0x{answer['commitment']:064x}"

    def prove(self, kind: str, **fields: Any) -> tuple[Any, ...]:
        """A Proof as the contracts take it; fails where the statement is not true."""
        answer = self._ask(op="prove", kind=kind, **fields)
        assert "words" in answer, answer
        return (tuple(answer["words"]),)

    def ctx(self, kind: str, circuit: str, frame: tuple[int, str, str], **body: Any) -> int:
        """frame: chain id, contract and account."""
        chain_id, contract, account = frame
        fields = {"chain": chain_id, "contract": contract, "account": account, "body": body}
        return int(self._ask(op="ctx", kind=kind, circuit=circuit, **fields)["ctx"])

    def _balance(
        self, kind: int, element: int, metals: tuple[int, int, int], **more: Any
    ) -> Opening:
        credits, units = more.get("credits", NO_CREDITS), more.get("units", 1)
        slots = (*metals, units, *credits, more.get("direct", 0))
        return self._open(kind, element, slots, more.get("salt"))

    def _open(
        self, kind: int, element: int, slots: tuple[int, ...], salt: int | None = None
    ) -> Opening:
        salt = next(self._salts) if salt is None else salt
        opened = [kind, element, list(slots), salt]
        commitment = self._ask(op="commit", opening=opened)["commitment"]
        return Opening(kind, element, slots, salt, f"0x{commitment:064x}")

    def _ask(self, **fields: Any) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        request = json.dumps(fields, default=lambda opening: opening.wire())
        self._process.stdin.write(request + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, f"the proof worker ended with code {self._process.wait(timeout=60)}"
        answer: dict[str, Any] = json.loads(line)
        return answer
