"""Whether an upgrade of Besu may go ahead: versions, Java, forks, disk, what the releases change.

Pure but for the disk: the facts are gathered by the caller, the table is releases.yaml.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from lodetrace.network.releases import Release, Releases, Version, version_text

FREE_SHARE: Final = 2
"""Free space, in sizes of the data: a backup beside it, and the change of a format."""

FORKS_KNOWN: Final = ("berlinBlock", "londonBlock", "shanghaiTime")
FORKS_REFUSED: Final = ("pragueTime", "osakaTime")
"""Besu does not start with these unless the genesis has their system contracts."""

Verdict = Literal["ok", "warning", "failed"]


@dataclass(frozen=True, slots=True)
class Point:
    """One thing looked at."""

    verdict: Verdict
    what: str
    found: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What there is. java: of this machine, None without one; sizes in bytes.

    running: what each node of this machine says it runs.
    """

    installed: Version
    wanted: Version
    java: int | None
    config: Mapping[str, Any]
    data_bytes: int
    free_bytes: int
    running: Mapping[str, str]


def upgrade_points(facts: Facts, table: Releases) -> list[Point]:
    """Every point, the worst of which decides."""
    between = table.between(facts.installed, facts.wanted)
    return [
        _direction(facts, table),
        _java(facts, table),
        *_way(facts, between, table),
        *_forks(facts.config),
        _disk(facts),
        *_running(facts),
    ]


def _direction(facts: Facts, table: Releases) -> Point:
    installed, wanted = version_text(facts.installed), version_text(facts.wanted)
    if facts.wanted == facts.installed:
        return Point("ok", "version", f"{installed} is installed; nothing to do")
    if facts.wanted < facts.installed:
        found = f"{wanted} is older than the installed {installed}, whose data it may not read"
        return Point("failed", "version", found)
    if table.find(facts.wanted) is None:
        found = f"releases.yaml does not know {wanted}: read its change log for QBFT and Shanghai"
        return Point("warning", "version", found)
    return Point("ok", "version", f"{installed} to {wanted}")


def _java(facts: Facts, table: Releases) -> Point:
    needed = table.java_of(facts.wanted)
    if facts.java is None:
        return Point("warning", "java", f"none found; {needed} or later is needed")
    verdict: Verdict = "ok" if facts.java >= needed else "failed"
    return Point(verdict, "java", f"{facts.java} is here, {needed} or later is needed")


def _way(facts: Facts, between: Sequence[Release], table: Releases) -> list[Point]:
    """What lies between, and whether nodes of both versions make blocks together."""
    points = [
        Point("ok", f"changes in {release.name}", change)
        for release in between
        for change in release.changes
    ]
    target = table.find(facts.wanted)
    if target is None:
        return points
    if target.verdict == "avoid":
        points.append(Point("failed", "release", f"{target.name} is to be avoided; see above"))
    if target.verdict == "measured":
        found = f"networks of these figures were measured on {target.name}, before this software"
        points.append(Point("ok", "release", found))
    if target.verdict == "known":
        found = f"this software did not run on {target.name}: rehearse with four local validators"
        points.append(Point("warning", "release", found))
    if not target.rolling and facts.wanted > facts.installed:
        found = "nodes of both versions make no blocks together: all stop, then all start"
        points.append(Point("failed", "way", found))
    else:
        points.append(Point("ok", "way", "node by node, each only while all others seal"))
    return points


def _forks(config: Mapping[str, Any]) -> list[Point]:
    refused = [name for name in FORKS_REFUSED if name in config]
    missing = [name for name in FORKS_KNOWN if name not in config]
    if refused:
        found = f"{', '.join(refused)}: Besu wants system contracts that a QBFT genesis has not"
        return [Point("failed", "forks", found)]
    if missing:
        return [Point("warning", "forks", f"the genesis has no {', '.join(missing)}")]
    return [Point("ok", "forks", "Shanghai from the first block on, nothing later")]


def _disk(facts: Facts) -> Point:
    wanted = FREE_SHARE * facts.data_bytes
    verdict: Verdict = "ok" if facts.free_bytes >= wanted else "failed"
    found = f"{facts.free_bytes >> 20} MiB free, {wanted >> 20} MiB wanted"
    return Point(verdict, "disk", f"{found}: twice the data")


def _running(facts: Facts) -> list[Point]:
    installed = version_text(facts.installed)
    return [
        Point("ok" if installed in said else "warning", name, f"runs {said}")
        for name, said in sorted(facts.running.items())
    ]
