"""The Solidity verifiers: written from the keys, and right on a chain."""

import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from eth_hash.auto import keccak

from lodetrace.devchain import ANVIL, DevChain, running
from lodetrace.node.plain_rpc import rpc
from tests.circuits.programs import WORKSHOP, calculate, snarkjs, solc
from tests.circuits.signals import R
from tests.circuits.test_honest_witness import base_cases
from zk_circuits.build import CIRCUITS
from zk_circuits.verifier_template import contract_name, render

GENERATED = WORKSHOP.root / "contracts" / "generated"
AT = "0x00000000000000000000000000000000000f9900"
FAILED = "0x" + keccak(b"PrecompileFailed(uint256)")[:4].hex()
Call = Callable[..., tuple[bool | None, str]]


@pytest.mark.parametrize("circuit", CIRCUITS)
def test_committed_verifier_is_what_key_and_template_give(circuit: str) -> None:
    committed = (GENERATED / f"{contract_name(circuit)}.sol").read_text("utf-8")
    assert committed == render(WORKSHOP.keys, circuit)


@pytest.mark.parametrize("circuit", CIRCUITS)
def test_verifier_names_its_key(circuit: str) -> None:
    """SPEC section 4, from the words of the JSON alone."""
    key = json.loads((WORKSHOP.keys / f"{circuit}.vkey.json").read_text("utf-8"))
    words = [int(c) for c in key["vk_alpha_1"][:2]]
    for name in ("vk_beta_2", "vk_gamma_2", "vk_delta_2"):
        words += [int(c) for pair in key[name][:2] for c in reversed(pair)]
    words += [int(c) for point in key["IC"] for c in point[:2]]
    encoded = b"".join(word.to_bytes(32, "big") for word in (32, len(words), *words))
    source = (GENERATED / f"{contract_name(circuit)}.sol").read_text("utf-8")
    assert f"VERIFYING_KEY_HASH = 0x{keccak(encoded).hex()};" in source
    assert "DEVELOPMENT_KEY = true;" in source


@pytest.fixture(scope="module")
def chain() -> Iterator[DevChain]:
    """An anvil of our own."""
    with running(ANVIL) as started:
        yield started


@pytest.fixture(scope="module")
def deployed() -> dict[str, str]:
    """Deployed code of each verifier."""
    sources = {path.name: path.read_text("utf-8") for path in sorted(GENERATED.glob("*.sol"))}
    return {name: code["deployed"] for name, code in solc(sources).items()}


@pytest.fixture(scope="module")
def proofs(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], tuple[bytes, list[int]]]:
    """An honest proof of each circuit and its public inputs."""

    @cache
    def prove(circuit: str) -> tuple[bytes, list[int]]:
        folder = tmp_path_factory.mktemp(circuit)
        case = next(case for case in base_cases() if case.circuit == circuit)
        witness, key = calculate(case, folder), WORKSHOP.proving_key(circuit)
        paths = [folder / name for name in ("proof.json", "public.json")]
        snarkjs("groth16", "prove", key, witness, *paths)
        proof, public = (json.loads(path.read_text("utf-8")) for path in paths)
        return words_of(proof), [int(signal) for signal in public]

    return prove


def words_of(proof: dict[str, list[list[str]]]) -> bytes:
    """SPEC section 9."""
    b_x, b_y = proof["pi_b"][:2]
    numbers = [*proof["pi_a"][:2], *reversed(b_x), *reversed(b_y), *proof["pi_c"][:2]]
    return b"".join(int(str(number)).to_bytes(32, "big") for number in numbers)


@pytest.fixture
def call(chain: DevChain, deployed: dict[str, str]) -> Call:
    """Calls `verify`; (answer, "") or (None, data of the revert)."""

    def verify(
        circuit: str, proof: bytes, public: list[int], gas: int = 10**7
    ) -> tuple[bool | None, str]:
        rpc(chain.url, "anvil_setCode", AT, "0x" + deployed[contract_name(circuit)])
        selector = keccak(f"verify(uint256[8],uint256[{len(public)}])".encode())[:4]
        inputs = b"".join(signal.to_bytes(32, "big") for signal in public)
        data = "0x" + (selector + proof + inputs).hex()
        try:
            answer = rpc(chain.url, "eth_call", {"to": AT, "data": data, "gas": hex(gas)}, "latest")
        except OSError as reverted:
            return None, str(reverted)
        return bool(int(answer, 16)), ""

    return verify


@pytest.mark.chain
@pytest.mark.parametrize("circuit", CIRCUITS)
def test_honest_proof_holds(circuit: str, call: Call, proofs: Callable) -> None:
    assert call(circuit, *proofs(circuit)) == (True, "")


@pytest.mark.chain
@pytest.mark.parametrize("circuit", CIRCUITS)
def test_every_public_input_counts(circuit: str, call: Call, proofs: Callable) -> None:
    proof, public = proofs(circuit)
    for i, signal in enumerate(public):
        other = [*public[:i], (signal + 1) % R, *public[i + 1 :]]
        assert call(circuit, proof, other) == (False, ""), i


@pytest.mark.chain
@pytest.mark.parametrize("circuit", CIRCUITS)
def test_public_input_above_the_field_is_refused(
    circuit: str, call: Call, proofs: Callable
) -> None:
    """The same number modulo r: it would make a second name for every lot."""
    proof, public = proofs(circuit)
    for i, signal in enumerate(public):
        alias = [*public[:i], signal + R, *public[i + 1 :]]
        assert call(circuit, proof, alias) == (False, ""), i


@pytest.mark.chain
@pytest.mark.parametrize("word", range(8))
def test_point_that_is_none_reverts(word: int, call: Call, proofs: Callable) -> None:
    proof, public = proofs("claim")
    changed = bytearray(proof)
    changed[32 * word + 31] ^= 1
    answer, error = call("claim", bytes(changed), public)
    assert answer is None
    assert FAILED in error


@pytest.mark.chain
def test_swapped_points_are_refused(call: Call, proofs: Callable) -> None:
    proof, public = proofs("claim")
    swapped = proof[192:] + proof[64:192] + proof[:64]
    assert call("claim", swapped, public) == (False, "")


@pytest.mark.chain
@pytest.mark.parametrize("circuit", ["claim", "run4"])
def test_lack_of_gas_is_never_an_answer(circuit: str, call: Call, proofs: Callable) -> None:
    """From too little for a transaction to more than enough: true or a revert, nothing else."""
    proof, public = proofs(circuit)
    answers = [call(circuit, proof, public, gas)[0] for gas in range(22_000, 320_000, 7_000)]
    assert False not in answers
    assert answers[0] is None
    assert answers[-1] is True


@pytest.mark.chain
def test_chain_without_the_precompiles_is_refused(
    chain: DevChain, call: Call, proofs: Callable, deployed: dict[str, str]
) -> None:
    """A call to an address without code succeeds and returns nothing: that is no pairing."""
    elsewhere = deployed["ClaimVerifier"]
    pushed = elsewhere.count("6008")
    assert pushed  # PUSH1 8: the address of the pairing precompile among them
    proof, public = proofs("claim")
    rpc(chain.url, "anvil_setCode", AT, "0x" + elsewhere.replace("6008", "60f0"))
    data = "0x" + keccak(b"verify(uint256[8],uint256[4])")[:4].hex() + proof.hex()
    data += b"".join(signal.to_bytes(32, "big") for signal in public).hex()
    with pytest.raises(OSError, match=FAILED):
        rpc(chain.url, "eth_call", {"to": AT, "data": data}, "latest")


def test_template_is_ours() -> None:
    """No line of snarkjs's GPL template."""
    ours = (WORKSHOP.root / "zk_circuits" / "verifier.sol.in").read_text("utf-8")
    templates = WORKSHOP.root / "node_modules" / "snarkjs" / "templates"
    theirs = (Path(templates) / "verifier_groth16.sol.ejs").read_text("utf-8")
    lines = {line.strip() for line in theirs.splitlines() if len(line.strip()) > 20}
    assert lines.isdisjoint(line.strip() for line in ours.splitlines())
