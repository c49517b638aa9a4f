"""Besu and Java on this machine: found, held against each other, and the command that starts them.

Besu is taken from BESU_HOME, else from a release that `fetch-besu` unpacked, or from the official
image where that is asked for. Java is taken from JAVA_HOME, else from the path.
"""

import os
import re
import shutil
import subprocess
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from lodetrace.environment import Environment
from lodetrace.network.errors import (
    BesuBroken,
    BesuMissing,
    BesuUnsupported,
    ImageUnusable,
    JavaBroken,
    JavaMissing,
    JavaTooOld,
)
from lodetrace.network.manifest import OwnNode
from lodetrace.network.releases import Version, known_releases, parse_version, version_text

MAIN_CLASS: Final = "org/hyperledger/besu/Besu.class"
FIRST_CLASS_FILE: Final = 44
"""Java n writes class files of version 44 + n."""

ANSWER_SECONDS: Final = 60
"""A Java machine on a busy host takes seconds to say its version."""

_BESU_VERSION: Final = re.compile(r"\bbesu/v?(\d+(?:\.\d+)+)")
_UNPACKED: Final = re.compile(r"besu-(\d+(?:\.\d+)+)")
_JAVA_VERSION: Final = re.compile(r'version "(\d+)(?:\.(\d+))?')


@dataclass(frozen=True, slots=True)
class Software:
    """What a node is started with. java: its folder, None inside an image."""

    version: Version
    besu: str
    java: Path | None

    def command(self, node: OwnNode, network_folder: Path) -> list[str]:
        """Starts the node in the foreground; the command line names its folder."""
        configured = f"--config-file={node.folder}/besu.toml"
        if self.java is None:
            return _image_command(self.besu, node, network_folder, configured)
        return [
            "/usr/bin/env",
            f"JAVA_HOME={self.java}",
            f"JAVA_OPTS={java_options(node.placement.heap_mb)}",
            f"{self.besu}/bin/besu",
            configured,
        ]


def java_options(heap_mb: int) -> str:
    """A bounded heap, and the collector that is smallest for it."""
    return f"-Xms64m -Xmx{heap_mb}m -XX:+UseSerialGC -XX:+ExitOnOutOfMemoryError"


def find_software(fetched: Path, image: bool = False) -> Software:
    """What this machine has.

    fetched: the folder that `fetch-besu` unpacks into. Raises BesuMissing, BesuBroken,
    BesuUnsupported, JavaMissing, JavaBroken, JavaTooOld or ImageUnusable.
    """
    if image:
        return _image()
    home = _besu_home(fetched)
    java = _java_for(java_needed(home), _version_of_jars(home))
    version = _besu_version(home, java)
    if version < known_releases().least:
        least = version_text(known_releases().least)
        raise BesuUnsupported(path=home, found=version_text(version), needed=least)
    return Software(version, str(home), java)


def require_java(fetched: Path) -> None:
    """Java for the Besu that is here, or for the recommended one where none is yet.

    Raises JavaMissing, JavaBroken or JavaTooOld.
    """
    try:
        home = _besu_home(fetched)
    except BesuMissing:
        releases = known_releases()
        wanted = releases.recommended
        _java_for(releases.java_of(wanted), version_text(wanted))
    else:
        _java_for(java_needed(home), _version_of_jars(home))


def _java_for(needed: int, besu: str) -> Path:
    java = _java_home(needed)
    found = java_version(java)
    if found < needed:
        raise JavaTooOld(path=java / "bin" / "java", found=found, besu=besu, needed=needed)
    return java


def java_needed(home: Path) -> int:
    """The Java that Besu's own classes were made for, else what the table says of its version."""
    for jar in sorted((home / "lib").glob("*besu*.jar")):
        try:
            with zipfile.ZipFile(jar) as opened, opened.open(MAIN_CLASS) as main:
                return int.from_bytes(main.read(8)[6:], "big") - FIRST_CLASS_FILE
        except (KeyError, OSError, zipfile.BadZipFile):
            continue
    return known_releases().releases[-1].java


def java_version(home: Path) -> int:
    """The Java of a runtime's folder; raises JavaBroken."""
    program = home / "bin" / "java"
    said = _said([str(program), "-version"], {})
    match = _JAVA_VERSION.search(said)
    if match is None:
        raise JavaBroken(path=program, said=said[:200] or "nothing")
    major = int(match[1])
    return int(match[2] or 0) if major == 1 else major  # before 9 it was 1.8


def _besu_home(fetched: Path) -> Path:
    home = Environment.of().path("BESU_HOME")
    if home:
        if not os.access(home / "bin" / "besu", os.X_OK):
            raise BesuMissing(tried=f"BESU_HOME is {home}, which has no program bin/besu")
        return home
    unpacked = {
        parse_version(match[1]): found
        for found in fetched.glob("besu-*")
        if (match := _UNPACKED.fullmatch(found.name)) and os.access(found / "bin/besu", os.X_OK)
    }
    if not unpacked:
        raise BesuMissing(tried=f"BESU_HOME is not set, and nothing is unpacked in {fetched}")
    return unpacked[max(unpacked)]


def _java_home(needed: int) -> Path:
    home = Environment.of().path("JAVA_HOME")
    if home:
        if not os.access(home / "bin" / "java", os.X_OK):
            tried = f"JAVA_HOME is {home}, which has no program bin/java"
            raise JavaMissing(tried=tried, needed=needed)
        return home
    on_path = shutil.which("java")
    if on_path is None:
        tried = "JAVA_HOME is not set, and java is not on the path"
        raise JavaMissing(tried=tried, needed=needed)
    return Path(on_path).resolve().parents[1]


def _besu_version(home: Path, java: Path) -> Version:
    said = _said([str(home / "bin" / "besu"), "--version"], {"JAVA_HOME": str(java)})
    match = _BESU_VERSION.search(said)
    if match is None:
        raise BesuBroken(path=home / "bin" / "besu", said=said[-200:] or "nothing")
    return parse_version(match[1])


def _version_of_jars(home: Path) -> str:
    """By file names, for a Besu that cannot be asked."""
    for jar in sorted((home / "lib").glob("besu-app-*.jar")):
        return jar.stem.removeprefix("besu-app-")
    return f"in {home}"


def _said(command: Sequence[str], environment: Mapping[str, str]) -> str:
    try:
        done = subprocess.run(
            command,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=ANSWER_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    return (done.stdout + done.stderr).strip()


def _image() -> Software:
    """The official image, by whichever engine answers."""
    releases = known_releases()
    reference = f"{releases.image}:{version_text(releases.recommended)}"
    refusals = []
    for engine in ("docker", "podman"):
        if shutil.which(engine) is None:
            refusals.append(f"{engine} is not installed")
            continue
        done = subprocess.run(
            [engine, "image", "inspect", reference], capture_output=True, text=True, check=False
        )
        if done.returncode == 0:
            return Software(releases.recommended, f"{engine} {reference}", None)
        refusals.append(f"{engine}: {done.stderr.strip()[:200]}")
    raise ImageUnusable(image=reference, reason="; ".join(refusals))


def _image_command(
    engine_and_image: str, node: OwnNode, network_folder: Path, configured: str
) -> list[str]:
    """In the foreground, so that the engine's client passes on the end; as this user."""
    engine, reference = engine_and_image.split(" ")
    return [
        engine, "run", "--rm", "--network=host", f"--user={os.getuid()}:{os.getgid()}",
        f"--name=lodetrace-{node.name}-{node.placement.rpc_port}",
        f"--volume={network_folder}:{network_folder}",
        f"--env=JAVA_OPTS={java_options(node.placement.heap_mb)}",
        reference, configured,
    ]  # fmt: skip
