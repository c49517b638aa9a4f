"""Which releases of Besu there are for us, and how the official archive comes to this machine."""

import hashlib
import tarfile
import urllib.request
from dataclasses import dataclass
from functools import cache
from http.client import HTTPException
from pathlib import Path
from typing import Final, Literal, get_args

from lodetrace.network.errors import DownloadRefused, ReleasesUnreadable
from lodetrace.network.files import file_errors
from lodetrace.strict_yaml import YamlSection, YamlValue, read_yaml
from lodetrace.text import parse_bare_hex

LARGEST_ARCHIVE: Final = 1 << 30
"""Bytes; Besu has some 200 MiB."""

Version = tuple[int, ...]
Verdict = Literal["run", "measured", "known", "avoid"]
"""run: this software ran on it. measured: networks of these figures did. known: by its change log
only. avoid: see its changes."""

VERDICTS: Final[tuple[Verdict, ...]] = get_args(Verdict)
_TABLE: Final = ("least", "recommended", "image", "releases")
_RELEASE: Final = ("version", "java", "rolling", "verdict", "changes")
_ARCHIVE: Final = ("address", "sha256", "attested")


@dataclass(frozen=True, slots=True)
class Archive:
    """The official archive of a release. attested: who says its sha256."""

    address: str
    sha256: str
    attested: str


@dataclass(frozen=True, slots=True)
class Release:
    """One release. rolling: an upgrade to it goes node by node."""

    version: Version
    java: int
    rolling: bool
    verdict: Verdict
    changes: tuple[str, ...]
    archive: Archive | None

    @property
    def name(self) -> str:
        """ "25.12.0"."""
        return version_text(self.version)


@dataclass(frozen=True, slots=True)
class Releases:
    """The table of releases.yaml, oldest first."""

    least: Version
    recommended: Version
    image: str
    releases: tuple[Release, ...]

    def find(self, version: Version) -> Release | None:
        """The entry of a version."""
        return next((one for one in self.releases if one.version == version), None)

    def java_of(self, version: Version) -> int:
        """Java that a version needs: that of the newest entry up to it."""
        older = [one.java for one in self.releases if one.version <= version]
        return older[-1] if older else self.releases[0].java

    def between(self, found: Version, wanted: Version) -> tuple[Release, ...]:
        """Releases after the one found, up to the one wanted."""
        return tuple(one for one in self.releases if found < one.version <= wanted)


@cache
def known_releases() -> Releases:
    """What releases.yaml says."""
    path = Path(__file__).with_name("releases.yaml")
    table = read_yaml(path, ReleasesUnreadable).section(_TABLE)
    return Releases(
        least=table["least"].parsed(parse_version),
        recommended=table["recommended"].parsed(parse_version),
        image=table["image"].text(),
        releases=tuple(_release(entry) for entry in table["releases"].elements()),
    )


def parse_version(text: str) -> Version:
    """The numbers of "25.12.0"; raises ValueError."""
    return tuple(int(part) for part in text.split("."))


def version_text(version: Version) -> str:
    """ "25.12.0"."""
    return ".".join(str(part) for part in version)


def fetch(archive: Archive, folder: Path, carried: Path | None = None) -> Path:
    """Unpacks the archive below the folder, once its sha256 is right; the folder of Besu.

    carried: the file, where it came by hand. Raises DownloadRefused or FileFailed.
    """
    with file_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
    arriving = folder / ".arriving.tar.gz"
    found = carried or _download(archive.address, arriving)
    try:
        _require_digest(found, archive)
        return _unpack(found, folder, archive)
    finally:
        arriving.unlink(missing_ok=True)


def _download(address: str, target: Path) -> Path:
    try:
        with (
            urllib.request.urlopen(address, timeout=30) as answer,
            target.open("wb") as file,
        ):  # an address of releases.yaml
            taken = 0
            while block := answer.read(1 << 20):
                taken += len(block)
                if taken > LARGEST_ARCHIVE:
                    reason = f"more than {LARGEST_ARCHIVE} bytes came"
                    raise DownloadRefused(address=address, reason=reason)
                file.write(block)
    except (OSError, HTTPException, ValueError) as error:
        reason = f"it cannot be reached from here: {getattr(error, 'reason', error)}"
        raise DownloadRefused(address=address, reason=reason) from error
    return target


def _require_digest(found: Path, archive: Archive) -> None:
    with file_errors(found), found.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest != archive.sha256:
        reason = f"the file has sha256 {digest} instead of {archive.sha256}"
        raise DownloadRefused(address=archive.address, reason=reason)


def _unpack(found: Path, folder: Path, archive: Archive) -> Path:
    try:
        with tarfile.open(found, "r:gz") as opened:
            opened.extractall(folder, filter="data")
            top = {name.split("/", 1)[0] for name in opened.getnames()}
    except (tarfile.TarError, EOFError, OSError) as error:
        raise DownloadRefused(address=archive.address, reason=f"no archive: {error}") from error
    unpacked = [folder / name for name in sorted(top) if (folder / name / "bin/besu").is_file()]
    if len(unpacked) != 1:
        raise DownloadRefused(address=archive.address, reason="it has no bin/besu in one folder")
    return unpacked[0]


def _release(value: YamlValue) -> Release:
    entry = value.section(_RELEASE, ("archive",))
    archive = entry.get("archive")
    return Release(
        version=entry["version"].parsed(parse_version),
        java=entry["java"].whole(8, 99),
        rolling=entry["rolling"].flag(),
        verdict=entry["verdict"].one_of({verdict: verdict for verdict in VERDICTS}),
        changes=tuple(change.text() for change in entry["changes"].elements()),
        archive=None if archive is None else _archive(archive.section(_ARCHIVE)),
    )


def _archive(entry: YamlSection) -> Archive:
    sha256 = entry["sha256"].parsed(lambda text: parse_bare_hex(text, 32)).hex()
    return Archive(entry["address"].text(), sha256, entry["attested"].text())
