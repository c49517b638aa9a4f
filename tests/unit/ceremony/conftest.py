"""One honest ceremony for all tests of this folder, which copy it before they change it.

Phase 1 and an initial key are judged once for each of their files: a test about a turn does not
wait for them again.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lodetrace.ceremony import verification
from lodetrace.ceremony.folder import TranscriptFolder
from tests.unit.ceremony.toy import NAMES, contributed, copied, founded
from zk_circuits.ceremony.powers import Powers


@pytest.fixture(scope="session", autouse=True)
def judged_once() -> Iterator[None]:
    """Remembers what was accepted, never what was refused."""
    accepted: set[object] = set()
    consistent, initial = Powers.require_consistent, verification.require_initial

    def powers_once(self: Powers) -> None:
        if self.digest not in accepted:
            consistent(self)
            accepted.add(self.digest)

    def initial_once(circuit: str, key: Any, system: Any, powers: Any) -> None:
        judged = (circuit, key.sha256, system, powers.digest)
        if judged not in accepted:
            initial(circuit, key, system, powers)
            accepted.add(judged)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Powers, "require_consistent", powers_once)
        patch.setattr(verification, "require_initial", initial_once)
        yield


@pytest.fixture(scope="session")
def honest(tmp_path_factory: pytest.TempPathFactory) -> TranscriptFolder:
    """All four contributed."""
    folder = founded(tmp_path_factory.mktemp("ceremony") / "honest")
    contributed(folder, *NAMES)
    return folder


@pytest.fixture
def changed(honest: TranscriptFolder, tmp_path: Path) -> TranscriptFolder:
    """A copy of the honest one, for a test to change."""
    return copied(honest, tmp_path / "changed")


@pytest.fixture
def begun(honest: TranscriptFolder, tmp_path: Path) -> TranscriptFolder:
    """The same with the first two turns alone."""
    folder = copied(honest, tmp_path / "begun")
    for turn in ("03", "04"):
        for file in folder.file(f"turns/{turn}").iterdir():
            file.unlink()
        folder.file(f"turns/{turn}").rmdir()
    return folder
