"""The story as data: steps in their order, checked for shape before anything is played."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from demo.errors import StoryMalformed
from lodetrace.strict_yaml import read_yaml

REQUIRED: Final[Mapping[str, frozenset[str]]] = {
    "attest": frozenset({"documents", "nodes"}),
    "birth": frozenset({"actor", "lots"}),
    "offer": frozenset({"actor", "lots", "to", "expires"}),
    "lapse": frozenset({"lots"}),
    "accept": frozenset({"actor", "lots"}),
    "dispute": frozenset({"actor", "lots", "document", "reason"}),
    "approve-settlement": frozenset({"actor", "lot", "document", "element"}),
    "hold": frozenset({"actor", "lots", "reason"}),
    "release": frozenset({"actor", "lots"}),
    "charge": frozenset({"actor", "lot", "inputs", "model"}),
    "run": frozenset({"actor", "kind", "element", "inputs", "outputs", "model"}),
    "certificate-status": frozenset({"actor", "certificate", "status"}),
    "declare": frozenset({"actor", "product", "identifier"}),
    "seal": frozenset({"actor", "product"}),
    "assign": frozenset({"actor", "product", "parts"}),
    "total": frozenset({"actor", "product", "element", "total", "scale"}),
    "claim": frozenset({"actor", "subject", "measure", "threshold"}),
    "retire": frozenset({"actor", "product", "document", "lots"}),
    "try": frozenset({"actor", "try", "attack", "refused"}),
}
"""Fields that a step of each kind must have."""


@dataclass(frozen=True, slots=True)
class StoryStep:
    """One step. at: chain time in seconds since 1970."""

    id: str
    at: int
    do: str
    fields: Mapping[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.fields[name]

    @property
    def actor(self) -> str:
        return str(self.fields["actor"])


@dataclass(frozen=True, slots=True)
class Story:
    """A story and the folder with its data. car: what is shown of one car, empty without one."""

    folder: Path
    starts: int
    car: Mapping[str, Any]
    steps: tuple[StoryStep, ...]

    def signed(self, document: str) -> Path:
        """The signed document of a label."""
        return self.folder / "signed" / f"{document}.json"

    def part(self, name: str) -> Any:
        """Another file of the story: members, sites, places, certificates."""
        return read_part(self.folder / f"{name}.yaml")

    @property
    def unanswered(self) -> frozenset[str]:
        """Ids of offers that lapse: the last one of each lot before its `lapse`."""
        offers: dict[str, str] = {}
        found = set()
        for step in self.steps:
            if step.do == "offer":
                offers |= dict.fromkeys(step["lots"], step.id)
            elif step.do == "lapse":
                found |= {offers[lot] for lot in step["lots"] if lot in offers}
        return frozenset(found)

    def attested(self) -> Iterator[str]:
        """Labels of all documents that oracle nodes attest, in their order."""
        for step in self.steps:
            if step.do == "attest":
                yield from step["documents"]


def read_part(file: Path) -> Any:
    """A file of a story as it stands; raises StoryMalformed."""

    def refusal(path: Path, reason: str) -> StoryMalformed:
        return StoryMalformed(file=path, step="?", reason=reason)

    return read_yaml(file, refusal).plain()


def read_story(folder: Path) -> Story:
    """The story in a folder; raises StoryMalformed."""
    file = folder / "story.yaml"
    try:
        found = read_part(file)
        steps = tuple(_step(file, entry) for entry in found["steps"])
        story = Story(folder, seconds(found["starts"]), found["car"], steps)
    except (KeyError, TypeError, ValueError) as error:
        raise StoryMalformed(file=file, step="?", reason=repr(error)) from error
    _require_order(file, story)
    return story


def seconds(written: datetime | str) -> int:
    """A time of the story as seconds since 1970; without an offset it is UTC."""
    time = datetime.fromisoformat(written) if isinstance(written, str) else written
    return int((time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp())


def _step(file: Path, entry: Mapping[str, Any]) -> StoryStep:
    fields = {name: value for name, value in entry.items() if name not in ("id", "at", "do")}
    step = StoryStep(entry["id"], seconds(entry["at"]), entry["do"], fields)
    required = REQUIRED.get(step.do)
    if required is None:
        raise StoryMalformed(file=file, step=step.id, reason=f"unknown act {step.do!r}")
    if missing := sorted(required - fields.keys()):
        raise StoryMalformed(file=file, step=step.id, reason=f"it lacks {', '.join(missing)}")
    return step


def _require_order(file: Path, story: Story) -> None:
    """Chain time only goes forward, and a step is named once."""
    seen: set[str] = set()
    before = story.starts
    for step in story.steps:
        if step.at < before:
            raise StoryMalformed(
                file=file, step=step.id, reason="it is earlier than its forerunner"
            )
        if step.id in seen:
            raise StoryMalformed(file=file, step=step.id, reason="its id is used twice")
        seen.add(step.id)
        before = step.at
