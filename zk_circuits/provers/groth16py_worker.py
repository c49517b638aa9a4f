"""The program that proves and verifies with groth16py: one JSON request a line, one answer.

Run as `python -m zk_circuits.provers.groth16py_worker`. It keeps keys in memory and ends
with its standard input. groth16py (GPL-3.0) panics on some inputs; a panic is an answer of
kind "panic", and the worker goes on. Requests:

prove_witness: zkey, witness (.wtns file, base64) -> proof (hex)
prove_inputs: zkey, source, libraries, cache, inputs (decimal strings) -> proof (hex)
verify: vkey (snarkjs JSON text), proof (hex), public (decimal strings) -> valid
"""

import base64
import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, TextIO

KEYS_KEPT: Final = 8
Request = dict[str, Any]


def main() -> None:
    """Answers until standard input ends."""
    answers = _own_stdout()
    for line in sys.stdin:
        print(json.dumps(_answer(json.loads(line))), file=answers, flush=True)


def _own_stdout() -> TextIO:
    """Standard output for answers only: what native code prints goes to standard error."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return answers


def _answer(request: Request) -> Request:
    try:
        return OPERATIONS[request["op"]](request)
    except (KeyboardInterrupt, SystemExit):
        raise
    except Exception as error:  # noqa: BLE001 -- whatever it is, the caller is told
        return {"error": type(error).__name__, "message": str(error)}
    except BaseException as panic:  # noqa: BLE001 -- pyo3's PanicException is no Exception
        return {"error": "panic", "message": str(panic)}


def _prove_witness(request: Request) -> Request:
    import groth16py

    key = _bare_key(request["zkey"])
    with _file_of(base64.b64decode(request["witness"])) as path:
        blob: bytes = groth16py.prove_wtns(key, path)
    return {"proof": blob.hex()}


@contextmanager
def _file_of(secret: bytes) -> Iterator[str]:
    """A path to the bytes: in memory where the system can, else a file of this user's."""
    if hasattr(os, "memfd_create"):
        descriptor = os.memfd_create("witness")
        with os.fdopen(descriptor, "wb") as memory:
            memory.write(secret)
            memory.flush()
            yield f"/proc/self/fd/{descriptor}"
        return
    with tempfile.NamedTemporaryFile() as file:
        file.write(secret)
        file.flush()
        yield file.name


def _prove_inputs(request: Request) -> Request:
    import groth16py

    libraries = tuple(request["libraries"])
    key = _whole_key(request["zkey"], request["source"], libraries, request["cache"])
    blob: bytes = groth16py.prove(key, _integers(request["inputs"]))
    return {"proof": blob.hex()}


def _verify(request: Request) -> Request:
    import groth16py

    verifier = _verifier(request["vkey"])
    public = [int(signal) for signal in request["public"]]
    try:
        return {"valid": bool(verifier.verify(bytes.fromhex(request["proof"]), public))}
    except (groth16py.VerificationError, groth16py.EncodingError) as refused:
        return {"valid": False, "message": str(refused)}


OPERATIONS: Final[dict[str, Callable[[Request], Request]]] = {
    "prove_witness": _prove_witness,
    "prove_inputs": _prove_inputs,
    "verify": _verify,
}


@lru_cache(maxsize=KEYS_KEPT)
def _verifier(vkey: str) -> Any:
    import groth16py

    return groth16py.Verifier(groth16py.VerifyingKey.from_snarkjs(vkey))


@lru_cache(maxsize=KEYS_KEPT)
def _bare_key(zkey: str) -> Any:
    """The key without a witness program: read in milliseconds."""
    import groth16py

    key, _ = groth16py.import_zkey(zkey)
    return key


@lru_cache(maxsize=KEYS_KEPT)
def _whole_key(zkey: str, source: str, libraries: tuple[str, ...], cache: str) -> Any:
    """The key with its witness program: compiled once, then read from the cache file."""
    import groth16py

    saved = Path(f"{cache}.{_digest(zkey, source)}.groth16py")
    if saved.is_file():
        return groth16py.ProvingKey.load(str(saved))
    key, _ = groth16py.import_zkey(zkey, source, list(libraries))
    saved.parent.mkdir(parents=True, exist_ok=True)
    unfinished = saved.with_suffix(f".{os.getpid()}.part")
    key.save(str(unfinished))
    unfinished.replace(saved)
    return key


def _digest(zkey: str, source: str) -> str:
    """Names a key and all circuit files beside its source, so that neither is used stale."""
    digest = hashlib.sha256(Path(zkey).read_bytes())
    for path in _circuit_files(Path(source)):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _circuit_files(source: Path) -> Iterator[Path]:
    yield source
    yield from sorted((source.parent.parent / "circuits").glob("*.circom"))


def _integers(value: Any) -> Any:
    """Decimal strings, at any depth, as integers."""
    if isinstance(value, dict):
        return {name: _integers(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_integers(part) for part in value]
    return int(value)


if __name__ == "__main__":
    main()
