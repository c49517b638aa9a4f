"""One honest ceremony for all tests of this folder, which copy it before they change it.

What was accepted once is not computed again for the very same input: a test about one turn does
not wait for phase 1 and for all turns before. What was refused is always refused anew.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from lodetrace.ceremony import verification
from lodetrace.ceremony.folder import TranscriptFolder
from tests.unit.ceremony.toy import NAMES, contributed, copied, founded
from zk_circuits.ceremony.powers import Powers


def once(judge: Callable[..., None], what: Callable[..., object]) -> Callable[..., None]:
    """A judge that remembers what it accepted. what: tells inputs apart."""
    accepted: set[object] = set()

    def judging(*given: Any) -> None:
        named = what(*given)
        if named not in accepted:
            judge(*given)
            accepted.add(named)

    return judging


@pytest.fixture(scope="session", autouse=True)
def judged_once() -> Iterator[None]:
    judges: dict[str, Callable[..., object]] = {
        "require_initial": lambda name, key, system, powers: (
            name,
            key.sha256,
            system,
            powers.digest,
        ),
        "require_step": lambda name, before, step, drawn: (before, step.delta, step.proof, drawn),
        "require_points": lambda name, first, last, seed: (first.to_bytes(), last.to_bytes()),
    }
    with pytest.MonkeyPatch.context() as patch:
        consistent = once(Powers.require_consistent, lambda powers: powers.digest)
        patch.setattr(Powers, "require_consistent", consistent)
        for name, what in judges.items():
            patch.setattr(verification, name, once(getattr(verification, name), what))
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
