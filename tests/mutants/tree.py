"""A temporary copy of the tree, in which everything may be changed."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

LINKED: Final = (".venv", ".venv-brownie", "node_modules", "build/solcx", "build/zk")
"""What nobody changes, and is large."""
COPIED: Final = ("build/contracts", "build/interfaces")


@contextmanager
def copied_tree(root: Path) -> Iterator[Path]:
    """The files that git knows or would add, as they are now; gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="lodetrace-mutants-") as folder:
        tree = Path(folder) / "tree"
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=root, capture_output=True, text=True, check=True,
        )  # fmt: skip
        for name in filter(None, listed.stdout.split("\0")):
            if (root / name).is_file():
                (tree / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(root / name, tree / name)
        for name in COPIED:
            if (root / name).is_dir():
                shutil.copytree(root / name, tree / name)
        for name in LINKED:
            if (root / name).exists():
                (tree / name).parent.mkdir(exist_ok=True)
                (tree / name).symlink_to((root / name).resolve())
        shared = root.parent / "shared"
        if shared.is_dir():
            (tree.parent / "shared").symlink_to(shared.resolve())
        (tree.parent / "temporary").mkdir()
        yield tree


def environment(tree: Path) -> dict[str, str]:
    """In which the packages are those of the copy, in whatever process."""
    return {
        **os.environ,
        "PYTHONPATH": str(tree),
        "TMPDIR": str(tree.parent / "temporary"),
        "PYTHONWARNINGS": "ignore",
    }
