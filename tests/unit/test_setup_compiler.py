"""The Solidity compiler: its launcher, its installation, its settings."""

import json
import socket
import time
from pathlib import Path
from typing import Any

import pytest

from tests.unit.setup_steps import ROOT, run, step

pytestmark = pytest.mark.slow

LAUNCHER = ROOT / "scripts" / "setup" / "solc-wasm.cjs"
CONTRACT = "// SPDX-License-Identifier: Apache-2.0\npragma solidity 0.8.30;\n"


def launcher(*words: str, source: str = "", folder: Path = ROOT) -> Any:
    return run("node", LAUNCHER, *words, input=source, cwd=folder)


def test_the_launcher_names_the_pinned_release() -> None:
    answer = launcher("--version")
    assert "Version: 0.8.30+commit.73712a01" in answer.stdout


def test_the_launcher_resolves_imports_from_the_disk(tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "Two.sol").write_text(CONTRACT + "uint256 constant TWO = 2;")
    source = CONTRACT + 'import {TWO} from "@two/Two.sol"; contract A { uint256 public a = TWO; }'
    wanted = {
        "language": "Solidity",
        "sources": {"A.sol": {"content": source}},
        "settings": {
            "remappings": ["@two=lib"],
            "outputSelection": {"*": {"*": ["evm.bytecode.object"]}},
        },
    }
    answer = launcher("--standard-json", "--allow-paths", ".", source=json.dumps(wanted),
                      folder=tmp_path)  # fmt: skip
    result = json.loads(answer.stdout)
    assert "errors" not in result
    assert result["contracts"]["A.sol"]["A"]["evm"]["bytecode"]["object"].startswith("6080")


def test_the_launcher_reads_only_allowed_folders(tmp_path: Path) -> None:
    (tmp_path / "secret.sol").write_text(CONTRACT)
    (tmp_path / "project").mkdir()
    source = f'{CONTRACT}import "{tmp_path}/secret.sol";'
    wanted = json.dumps({"language": "Solidity", "sources": {"A.sol": {"content": source}}})
    project = tmp_path / "project"
    refused = launcher("--standard-json", source=wanted, folder=project)
    assert "outside of allowed directories" in refused.stdout
    words = ("--standard-json", "--allow-paths", str(tmp_path))
    assert "errors" not in json.loads(launcher(*words, source=wanted, folder=project).stdout)


def test_py_solc_x_compiles_with_what_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    import solcx

    monkeypatch.setenv("SOLCX_BINARY_PATH", str(ROOT / "build" / "solcx"))
    source = CONTRACT + "contract A { function f() external pure returns (uint256) { return 7; } }"
    wanted = ["abi", "bin", "bin-runtime", "hashes", "srcmap", "ast"]
    compiled = solcx.compile_source(
        source, wanted, solc_version="0.8.30", evm_version="shanghai", optimize=True
    )["<stdin>:A"]
    assert set(wanted) <= set(compiled)
    assert compiled["hashes"] == {"f()": "26121ff0"}
    assert compiled["bin"].startswith("6080")
    with pytest.raises(solcx.exceptions.SolcError, match="Expected identifier"):
        solcx.compile_source("contract {", ["abi"], solc_version="0.8.30")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--asm"], "unrecognised option '--asm'"),
        (["--evm-version"], "the required argument for option '--evm-version' is missing"),
        (["--combined-json", "abi,nonsense", "-"], "Invalid option to --combined-json: nonsense"),
        ([], "answers --version, --standard-json and --combined-json only"),
    ],
)
def test_the_launcher_refuses_in_plain_words(words: list[str], message: str) -> None:
    answer = launcher(*words)
    assert answer.returncode == 1
    assert message in answer.stderr


def test_the_pinned_compiler_stays_and_an_old_launcher_goes(tmp_path: Path) -> None:
    solc = step("solc")
    solc.install_launcher(tmp_path / "solc-v0.8.30")
    # node finds npm's build from where the launcher stands
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules")
    assert solc.install(tmp_path) == "solc 0.8.30 is installed"
    old = LAUNCHER.read_text("utf-8") + "// of an earlier version\n"
    (tmp_path / "solc-v0.8.30").write_text(old, "utf-8")
    assert not solc.is_current(tmp_path / "solc-v0.8.30")


def test_the_compiler_is_loaded_once_to_tell_its_version(tmp_path: Path) -> None:
    """Brownie asks for it about sixty times to compile once."""
    step("solc").install_launcher(tmp_path / "solc-v0.8.30")
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules")
    note = tmp_path / ".noted-version.json"

    def answer() -> str:
        told: str = run(tmp_path / "solc-v0.8.30", "--version", cwd=tmp_path).stdout
        return told.split()[-1]

    told = answer()
    noted = json.loads(note.read_text("utf-8"))
    assert noted["version"] == told
    note.write_text(json.dumps({**noted, "version": "from-the-note"}), "utf-8")
    assert answer() == "from-the-note"
    of_another = json.dumps({"compiler": "0.8.29 1", "version": "from-the-note"})
    for useless in (of_another, '{"compiler": ', "null"):
        note.write_text(useless, "utf-8")
        assert answer() == told
        assert json.loads(note.read_text("utf-8")) == noted


def test_a_download_that_hangs_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    solc = step("solc")
    monkeypatch.setattr(solc, "DOWNLOAD_LIMIT", 2)
    with socket.create_server(("127.0.0.1", 0)) as silent:  # accepts, and never answers
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{silent.getsockname()[1]}")
        monkeypatch.delenv("https_proxy", raising=False)
        started = time.monotonic()
        assert solc.install_native(tmp_path / "solc-v0.8.30") == "no answer within 2 s"
    assert time.monotonic() - started < 10
    assert list(tmp_path.iterdir()) == [], "a download given up leaves nothing"


def test_slither_and_brownie_compile_with_the_same_settings() -> None:
    made = step("solc_input").standard_input(ROOT)
    assert made["settings"]["evmVersion"] == "shanghai"
    assert made["settings"]["optimizer"]["enabled"] is True
    assert made["settings"]["remappings"] == ["@openzeppelin=node_modules/@openzeppelin"]
    assert "contracts/interfaces/ILotBook.sol" in made["sources"]


def test_two_halves_make_the_whole(tmp_path: Path) -> None:
    """What two compilers say of half of the files each is what one says of all."""
    many = {
        f"part/C{number}.sol": {
            "content": f'{CONTRACT}import "../Base.sol"; contract C{number} is Base {{ '
            f"uint256 public a{number} = {number}; }}"
        }
        for number in range(25)
    }
    (tmp_path / "Base.sol").write_text(CONTRACT + 'import "@two/Two.sol"; contract Base is Two {}')
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "Two.sol").write_text("pragma solidity 0.8.30; contract Two {}")
    outputs = ["abi", "evm.bytecode.object", "metadata"]
    told = []
    for selection in (
        {"*": {"*": outputs, "": ["ast"]}},
        {"*": {"*": outputs, "": ["ast"]}, "none": {}},
    ):
        settings = {"remappings": ["@two=lib"], "outputSelection": selection}
        wanted = {"language": "Solidity", "sources": many, "settings": settings}
        answer = launcher("--standard-json", "--allow-paths", ".", source=json.dumps(wanted),
                          folder=tmp_path)  # fmt: skip
        told.append(json.loads(answer.stdout))
    halves, whole = told
    assert halves == whole
    assert len(halves["contracts"]) == 27
