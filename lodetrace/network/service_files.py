"""How a node is kept running: a unit for systemd, and a file for Compose. Pure."""

import json
import re
from pathlib import Path
from string import Template
from typing import Final

from lodetrace.network.manifest import OwnNode
from lodetrace.network.releases import known_releases, version_text
from lodetrace.network.software import java_options

_UNIT: Final = Template("""\
# Copy to /etc/systemd/system; the user besu has to own $folder.
[Unit]
Description=Besu, node $name of the network $network
Wants=network-online.target
After=network-online.target

[Service]
User=besu
Environment="JAVA_OPTS=$java_options"
# Java $java or later: name its folder here where it is not on the path.
# Environment=JAVA_HOME=/usr/lib/jvm/java-$java
ExecStart=$program $configured
Restart=always
RestartSec=10
TimeoutStopSec=120
LimitNOFILE=65536
UMask=0077
NoNewPrivileges=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectSystem=strict
ProtectKernelTunables=yes
ProtectControlGroups=yes
RestrictSUIDSGID=yes
ReadWritePaths=$writable

[Install]
WantedBy=multi-user.target
""")

_PLAIN: Final = re.compile(r"[A-Za-z0-9/._-]+")
_ONE_WORD: Final = re.compile(r"[A-Za-z0-9/._=%$-]+")

_COMPOSE: Final = Template("""\
# docker compose --file $file up --detach
# The host's network: what binds where is said once, in besu.toml.
services:
  besu-$name:
    image: $image
    command: [$configured]
    network_mode: host
    user: "$${LODETRACE_NODE_USER:?the number of the user who owns the folder, as 1000:1000}"
    environment:
      JAVA_OPTS: "$java_options"
    volumes:
      - $volume
    cap_drop: [ALL]
    security_opt: ["no-new-privileges:true"]
    stop_grace_period: 2m
    restart: unless-stopped
""")


def systemd_unit(node: OwnNode, folder: Path, besu_home: str) -> str:
    """A unit that starts the node after the network and again whenever it ends."""
    releases = known_releases()
    return _UNIT.substitute(
        name=node.name,
        network=_systemd_word(folder.name),
        folder=_shown(str(folder)),
        program=_systemd_word(f"{besu_home}/bin/besu"),
        configured=_systemd_word(f"--config-file={node.folder}/besu.toml", variables=True),
        writable=_systemd_word(str(node.folder)),
        java=releases.java_of(releases.recommended),
        java_options=java_options(node.placement.heap_mb),
    )


def compose_file(node: OwnNode, folder: Path) -> str:
    """The official image of the recommended release."""
    releases = known_releases()
    return _COMPOSE.substitute(
        name=node.name,
        image=f"{releases.image}:{version_text(releases.recommended)}",
        file=_shown(f"{node.folder}/compose.yaml"),
        configured=_compose_text(f"--config-file={node.folder}/besu.toml"),
        volume=_compose_volume(str(folder)),
        java_options=java_options(node.placement.heap_mb),
    )


def _shown(path: str) -> str:
    """For a comment, in one line whatever it is called."""
    return path if path.isprintable() else ascii(path)


def _systemd_word(text: str, variables: bool = False) -> str:
    """A word of a unit as systemd.syntax reads it: % begins a specifier, blanks part words.

    variables: in the arguments of a command $ begins one.
    """
    plain = text.replace("%", "%%")
    plain = plain.replace("$", "$$") if variables else plain
    return plain if _ONE_WORD.fullmatch(plain) else json.dumps(plain, ensure_ascii=False)


def _compose_text(text: str) -> str:
    """A text of YAML in double quotes, where $ begins a variable of Compose."""
    import yaml

    width = 20 * len(text) + 100  # in one line
    dumped: str = yaml.safe_dump(text.replace("$", "$$"), default_style='"', width=width)
    return dumped.strip()


def _compose_volume(folder: str) -> str:
    """The short form parts its two paths by a colon; any name but a plain one takes the long."""
    if _PLAIN.fullmatch(folder):
        return f"{folder}:{folder}"
    said = _compose_text(folder)
    return f"{{type: bind, source: {said}, target: {said}}}"
