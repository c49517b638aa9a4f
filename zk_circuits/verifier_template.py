"""Writes the Solidity verifiers: `python -m zk_circuits.verifier_template`.

contracts/generated/<Set><Circuit>Verifier.sol comes from keys/<set>/<circuit>.vkey.json and
verifier.sol.in alone, without <Set> for the development keys, so that a test can write it again
and compare.
"""

from collections.abc import Iterator
from pathlib import Path
from string import Template
from typing import Final

from zk_circuits.build import CIRCUITS, Workshop
from zk_circuits.ctx import verifying_key_hash
from zk_circuits.field import Q, R
from zk_circuits.keccak import keccak256
from zk_circuits.key_policy import circuit_key
from zk_circuits.key_sets import DEVELOPMENT, contract_prefix, key_sets
from zk_circuits.published_keys import published_as
from zk_circuits.snarkjs_json import G2
from zk_circuits.verifying_key import VerifyingKey

FOLD: Final = Template(
    """\
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, $at)),
                    $x,
                    $y
                )
            )
"""
)
SIGNALS: Final = {
    "origin": "ctx, tag, event, lot, rule",
    "rebook2": "ctx, tag, rule, in (2), out (2)",
    "run4": "inBand, ctx, tag, event, rule, in (4), out (4)",
    "total": "ctx, tag, total, totals, weights (4), part (16)",
    "claim": "ctx, tag, subject, statement",
    "price_in_range": "ctx, tag, range, price, inside",
}
ALPHA_AT: Final = 0xC0
GAMMA_AT: Final = 0x1C0
DELTA_AT: Final = 0x280


def main() -> None:
    """Writes all verifiers and says which file changed."""
    workshop = Workshop.of_checkout()
    folder = workshop.root / "contracts" / "generated"
    folder.mkdir(parents=True, exist_ok=True)
    for name in key_sets(workshop.sets):
        for circuit in CIRCUITS:
            path = folder / f"{contract_name(circuit, name)}.sol"
            source = render(workshop.sets / name, circuit)
            changed = not path.is_file() or path.read_text("utf-8") != source
            if changed:
                path.write_text(source, "utf-8")
            print(f"{path.relative_to(workshop.root)}: {'written' if changed else 'as before'}")


def contract_name(circuit: str, key_set: str = DEVELOPMENT) -> str:
    """The contract that verifies a circuit's proofs under the keys of a set."""
    words = "".join(word.capitalize() for word in circuit.split("_"))
    return f"{contract_prefix(key_set)}{words}Verifier"


def render(keys: Path, circuit: str) -> str:
    """Source of a circuit's verifier from the folder of a set; raises KeyUnusable."""
    key = circuit_key(keys / f"{circuit}.vkey.json", circuit)
    development = keys.name == DEVELOPMENT or published_as(key) is not None
    ic0_x, ic0_y = key.ic[0]
    template = Path(__file__).with_name("verifier.sol.in").read_text("utf-8")
    return Template(template).substitute(
        circuit=circuit,
        contract=contract_name(circuit, keys.name),
        key_set=keys.name,
        key_hash="0x" + verifying_key_hash(key).hex(),
        development=str(development).lower(),
        inputs=SIGNALS[circuit],
        count=key.public_count,
        selector="0x" + keccak256(b"PrecompileFailed(uint256)")[:4].hex(),
        r=_word(R),
        ic0_x=_word(ic0_x),
        ic0_y=_word(ic0_y),
        folds="".join(_folds(key)),
        constants="".join(_constants(key)).rstrip("\n"),
    )


def _folds(key: VerifyingKey) -> Iterator[str]:
    """One statement for each public input."""
    for index, (x, y) in enumerate(key.ic[1:]):
        yield FOLD.substitute(at=f"{index * 32:#05x}", x=_word(x), y=_word(y))


def _constants(key: VerifyingKey) -> Iterator[str]:
    """The key's points where the pairing precompile reads them."""
    words = (
        (ALPHA_AT, key.alpha + negated(key.beta)),
        (GAMMA_AT, negated(key.gamma)),
        (DELTA_AT, negated(key.delta)),
    )
    for start, point in words:
        for index, word in enumerate(point):
            at = f"add(pairs, {start + 32 * index:#05x})"
            yield f"            mstore({at}, {_word(word)})\n"


def negated(point: G2) -> G2:
    """The point with the opposite sign."""
    x_c1, x_c0, y_c1, y_c0 = point
    return x_c1, x_c0, -y_c1 % Q, -y_c0 % Q


def _word(value: int) -> str:
    """A word with all its digits: constants of one width are easier to compare."""
    return f"0x{value:064x}"


if __name__ == "__main__":
    main()
