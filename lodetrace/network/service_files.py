"""How a node is kept running: a unit for systemd, and a file for Compose. Pure."""

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
ExecStart=$besu_home/bin/besu --config-file=$node_folder/besu.toml
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
ReadWritePaths=$node_folder

[Install]
WantedBy=multi-user.target
""")

_COMPOSE: Final = Template("""\
# docker compose --file $node_folder/compose.yaml up --detach
# The host's network: what binds where is said once, in besu.toml.
services:
  besu-$name:
    image: $image
    command: ["--config-file=$node_folder/besu.toml"]
    network_mode: host
    user: "$${LODETRACE_NODE_USER:?the number of the user who owns the folder, as 1000:1000}"
    environment:
      JAVA_OPTS: "$java_options"
    volumes:
      - $folder:$folder
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
        network=folder.name,
        folder=folder,
        node_folder=node.folder,
        java=releases.java_of(releases.recommended),
        java_options=java_options(node.placement.heap_mb),
        besu_home=besu_home,
    )


def compose_file(node: OwnNode, folder: Path) -> str:
    """The official image of the recommended release."""
    releases = known_releases()
    return _COMPOSE.substitute(
        name=node.name,
        image=f"{releases.image}:{version_text(releases.recommended)}",
        folder=folder,
        node_folder=node.folder,
        java_options=java_options(node.placement.heap_mb),
    )
