"""`lodetrace-oracle attest FILES`: documents handed in by name, and what became of each.

They go the way of every document: into the node's database, through the rounds of its service,
until this node has done for them what it can. Where the service runs, its rounds do it.
"""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from lodetrace.errors import InputError
from lodetrace.keys.member_keys import MemberKeys
from lodetrace.strict_json import read_bytes
from oracle.assembly import opened_pipeline
from oracle.history import FILE as HISTORY
from oracle.history import DocumentHistory
from oracle.service.health import ServiceHealth
from oracle.service.intake import BY_HAND, Checkpoint, Intake
from oracle.service.lock import FolderInUse
from oracle.service.overview import DocumentLine, lines_of
from oracle.service.pipeline import OracleService
from oracle.service.states import ENDED, TURNED_DOWN, IntakeState
from oracle.service.store import Store
from oracle.settings import OracleSettings

LOOK_SECONDS: Final = 0.2
"""Between two looks at what a running service has done."""


@dataclass(frozen=True, slots=True)
class HandedIn:
    """A file. digest: of its document in the database; error: why it could not be read."""

    path: Path
    digest: bytes | None
    error: InputError | None = None


@dataclass(frozen=True, slots=True)
class FileOutcome:
    """What became of a file. document: None of one without a readable signature.

    reason: as status has it. flags: what the examination found that refuses nothing.
    """

    path: Path
    document: bytes | None
    state: str
    reason: str
    flags: tuple[str, ...] = ()
    transactions: tuple[str, ...] = ()

    @property
    def refusals(self) -> list[str]:
        """Why it is refused, in words; empty when it is not."""
        return _refusals(self.state, self.reason)


def attest_files(
    settings: OracleSettings,
    keys: MemberKeys,
    paths: Sequence[Path],
    checkpoint: Checkpoint = lambda step: None,
) -> list[FileOutcome]:
    """Hands files in and sees them through; the same call again resumes, and sends nothing twice.

    Raises what the service's rounds raise; what was handed in until then stays, and the next
    call or the service goes on with it.
    """
    patience = settings.library.receipt_timeout
    try:
        with opened_pipeline(
            settings, keys, ServiceHealth(), receipt_seconds=patience, checkpoint=checkpoint
        ) as service:
            return see_through(service, paths)
    except FolderInUse as taken:
        return _left_to_service(taken.folder, paths, patience, checkpoint)


def see_through(service: OracleService, paths: Iterable[Path]) -> list[FileOutcome]:
    """As attest_files, with a service that nobody else runs."""
    handed = _hand_in(service.intake, paths)
    folder = service.intake.store.path.parent
    idle = 0  # a round may have taken a batch apart and nothing else
    while idle < 2 and _open(_lines(folder, handed)):
        idle = 0 if service.round() else idle + 1
    service.round()  # hears what the blocks of the last one brought to stand
    return _outcomes(folder, handed)


def _left_to_service(
    folder: Path, paths: Iterable[Path], patience: int, checkpoint: Checkpoint
) -> list[FileOutcome]:
    """The service in the folder is at work: waits as long as it gets on with the documents.

    patience: seconds without any change after which they are shown as they are.
    """
    with Store(folder) as store:
        handed = _hand_in(Intake(store, checkpoint), paths)
    left, since = None, time.monotonic()
    while found := _open(_lines(folder, handed)):
        if found != left:
            left, since = found, time.monotonic()
        if time.monotonic() - since > patience:
            break
        time.sleep(LOOK_SECONDS)
    return _outcomes(folder, handed)


def _hand_in(intake: Intake, paths: Iterable[Path]) -> list[HandedIn]:
    """All files are read first: where one is missing, nothing is handed in. Raises NotFound."""
    read = [(path, _content(path)) for path in paths]
    return [
        HandedIn(path, None, found)
        if isinstance(found, InputError)
        else HandedIn(path, intake.accept(found, BY_HAND, path.name).digest)
        for path, found in read
    ]


def _content(path: Path) -> bytes | InputError:
    """Of a file that is no document, why; nothing is kept of it."""
    try:
        return read_bytes(path)
    except InputError as error:
        return error


def _lines(folder: Path, handed: Iterable[HandedIn]) -> dict[bytes, DocumentLine]:
    return lines_of(folder, [one.digest for one in handed if one.digest is not None])


def _open(lines: Mapping[bytes, DocumentLine]) -> set[tuple[bytes, IntakeState]]:
    return {(key, line.state) for key, line in lines.items() if line.state not in ENDED}


def _outcomes(folder: Path, handed: Sequence[HandedIn]) -> list[FileOutcome]:
    lines = _lines(folder, handed)
    with DocumentHistory(folder / HISTORY) as history:
        return [_outcome(one, lines, history) for one in handed]


def _outcome(
    handed: HandedIn, lines: Mapping[bytes, DocumentLine], history: DocumentHistory
) -> FileOutcome:
    if handed.error is not None:
        reason = f"{handed.error.code}: {handed.error}"
        return FileOutcome(handed.path, None, IntakeState.REFUSED, reason)
    line = lines[handed.digest or b""]
    found = "" if line.document is None else history.findings_of(line.document)
    refusals = _refusals(line.state, line.reason)
    flags = tuple(one for one in found.splitlines() if one not in refusals)
    return FileOutcome(
        handed.path, line.document, line.shown_state, line.reason, flags, line.transactions
    )


def _refusals(state: str, reason: str) -> list[str]:
    return reason.splitlines() if state in TURNED_DOWN else []
