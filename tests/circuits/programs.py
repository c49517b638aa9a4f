"""The programs that are not ours: circom's witness program, snarkjs, groth16py, solc."""

import json
import shutil
import subprocess
from pathlib import Path

from tests.circuits.signals import Case
from zk_circuits.build import Workshop

WORKSHOP = Workshop.of_checkout()


def copied(folder: Path) -> Workshop:
    """The sources and the compiler, in a folder of their own."""
    for part in ("zk_circuits/circuits", "zk_circuits/main", "node_modules/circomlib"):
        shutil.copytree(WORKSHOP.root / part, folder / part)
    # circom2 reads nothing outside its folder, so only what it imports may be a link
    shutil.copytree(WORKSHOP.root / "node_modules/circom2", folder / "node_modules/circom2")
    for package in ("@wasmer", "is-typed-array", "path-browserify"):
        (folder / "node_modules" / package).symlink_to(WORKSHOP.root / "node_modules" / package)
    return Workshop(folder)


def calculate(case: Case, folder: Path) -> Path:
    """The witness file that circom's program makes."""
    given, made = folder / "input.json", folder / "witness.wtns"
    given.write_text(json.dumps(texts(case.signals())), "utf-8")
    folder = WORKSHOP.folder(case.circuit)
    program = folder / f"{case.circuit}_js" / f"{case.circuit}.wasm"
    snarkjs("wtns", "calculate", program, given, made)
    return made


def texts(value: object) -> object:
    """Numbers as text, at any depth: JSON readers lose large ones."""
    if isinstance(value, dict):
        return {name: texts(part) for name, part in value.items()}
    if isinstance(value, list):
        return [texts(part) for part in value]
    return str(value)


def run_snarkjs(*arguments: str | Path) -> tuple[int, str]:
    """Its exit code and what it says."""
    cli = WORKSHOP.root / "node_modules" / "snarkjs" / "build" / "cli.cjs"
    command = ["node", str(cli), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    return done.returncode, done.stdout + done.stderr


def snarkjs(*arguments: str | Path) -> str:
    """What snarkjs says; fails when it fails."""
    code, said = run_snarkjs(*arguments)
    assert code == 0, said
    return said


def solc(sources: dict[str, str]) -> dict[str, dict[str, str]]:
    """Contract name to creation and deployed code in hexadecimal, with the house's settings."""
    settings = {
        "evmVersion": "shanghai",
        "optimizer": {"enabled": True, "runs": 200},
        "outputSelection": {"*": {"*": ["evm.bytecode.object", "evm.deployedBytecode.object"]}},
    }
    named = {name: {"content": text} for name, text in sources.items()}
    request = {"language": "Solidity", "sources": named, "settings": settings}
    program = WORKSHOP.root / "build" / "solcx" / "solc-v0.8.30"
    done = subprocess.run(
        [str(program), "--standard-json"],
        input=json.dumps(request),
        capture_output=True,
        text=True,
        check=True,
    )
    answer = json.loads(done.stdout)
    assert not answer.get("errors"), answer["errors"]
    return {
        name: {"creation": made["evm"]["bytecode"]["object"]}
        | {"deployed": made["evm"]["deployedBytecode"]["object"]}
        for contracts in answer["contracts"].values()
        for name, made in contracts.items()
    }
