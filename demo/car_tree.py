"""The car's own tree: from the vehicle over battery, modules and cells to its cathode material.

Read from a Catena-X test data container (IRS) that the project does not own, or from the small
tree of the story where that file is absent.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from demo.errors import StoryMalformed
from demo.story import Story

LARGEST_DEPTH: Final = 64


@dataclass(frozen=True, slots=True)
class VehiclePart:
    """A part of a vehicle, with the parts that it was built from."""

    id: str
    name: str
    children: tuple["VehiclePart", ...]

    def walk(self) -> Iterator["VehiclePart"]:
        """This part and all below it."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class CarTree:
    """The tree and where it comes from. fallback: the story's own small tree."""

    vehicle: VehiclePart
    source: Path
    fallback: bool


def read_car_tree(story: Story, root: Path) -> CarTree:
    """The tree that the story names; raises StoryMalformed for data that is no tree."""
    wanted = (root / story.car["tree"]).resolve()
    fallback = not wanted.is_file()
    source = story.folder / story.car["fallback"] if fallback else wanted
    document = json.loads(source.read_text("utf-8"))
    if fallback:
        return CarTree(_own(document), source, fallback)
    twins = document[next(iter(document))]
    parts = {twin["catenaXId"]: twin for twin in twins}
    return CarTree(_part(source, story.car["vehicle"], parts, 0), source, fallback)


def _own(entry: Mapping[str, Any]) -> VehiclePart:
    """The story's own tree: id, name, parts."""
    return VehiclePart(entry["id"], entry["name"], tuple(_own(part) for part in entry["parts"]))


def _part(source: Path, key: str, parts: Mapping[str, Any], depth: int) -> VehiclePart:
    if depth > LARGEST_DEPTH:
        reason = f"its parts are nested deeper than {LARGEST_DEPTH}, or in a circle"
        raise StoryMalformed(file=source, step=key, reason=reason)
    twin = parts.get(key, {})
    below = tuple(_part(source, child, parts, depth + 1) for child in _children(twin))
    return VehiclePart(key, _name(twin, key), below)


def _children(twin: Mapping[str, Any]) -> Iterator[str]:
    for relation in _aspect(twin, "AssemblyPartRelationship"):
        for child in relation.get("childParts", ()):
            yield child["childCatenaXId"]


def _name(twin: Mapping[str, Any], key: str) -> str:
    for aspect in ("SerialPartTypization", "Batch"):
        for entry in _aspect(twin, aspect):
            return str(entry["partTypeInformation"]["nameAtManufacturer"]).strip()
    return key


def _aspect(twin: Mapping[str, Any], name: str) -> list[Any]:
    """Entries of an aspect, whatever its version."""
    for key, entries in twin.items():
        if key.endswith(f"#{name}"):
            return list(entries)
    return []
