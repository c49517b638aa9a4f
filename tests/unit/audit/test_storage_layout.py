"""Step 4: where words of rows lie, by the compiler's own word."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from lodetrace.audit.storage_layout import WORDS
from scripts.setup.solc_input import standard_input


@pytest.fixture(scope="module")
def layout(root: Path) -> Any:
    """storageLayout of the Journal, from the compiler itself."""
    name = WORDS.contract
    document = standard_input(root)
    document["settings"]["outputSelection"] = {f"contracts/{name}.sol": {name: ["storageLayout"]}}
    compiler = root / "build" / "solcx" / "solc-v0.8.30"
    done = subprocess.run(
        [compiler, "--standard-json", "--base-path", root],
        input=json.dumps(document), capture_output=True, text=True, check=True,
    )  # fmt: skip
    answer = json.loads(done.stdout)
    errors = [error for error in answer.get("errors", ()) if error["severity"] == "error"]
    assert errors == []
    return answer["contracts"][f"contracts/{name}.sol"][name]["storageLayout"]["storage"]


def test_words_of_rows_lie_where_the_compiler_puts_them(layout: Any) -> None:
    (words,) = [one for one in layout if one["label"] == "_words"]
    (place,) = [one for one in layout if one["label"] == "place"]
    assert (int(words["slot"]), int(place["slot"])) == (WORDS.mapping, 2)


def test_the_format_page_says_where_they_lie(root: Path) -> None:
    """Another verifier reads the place from there: a whole word, by the key of its row."""
    page = (root / "docs" / "audit-bundle.md").read_text("utf-8")
    assert f"`keccak256(keccak256(abi.encode(kind, subject)) ‖ {WORDS.mapping})`" in page
    assert (WORDS.offset, WORDS.shift, WORDS.bits) == (0, 0, 256)
