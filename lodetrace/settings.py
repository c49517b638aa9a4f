"""Settings: networks.yaml and the environment, read in one place.

`SETTINGS` lists every variable with its meaning; the documentation is checked against it.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple, Self
from urllib.parse import urlsplit

from lodetrace.environment import Environment, SettingMalformed
from lodetrace.errors import SettingsError
from lodetrace.secrets import secret

NETWORKS_FILE: Final = "networks.yaml"
DAY: Final = 86_400
"""Seconds; no answer takes longer."""

FREE, PRICED = "free", "priced"
"""What `gas` says in networks.yaml where transactions cost nothing, and where they do not."""

WINDOW: Final = 16
"""Transactions of one key on their way at once, where networks.yaml says nothing."""

TEXT_LOG, JSON_LOG = "text", "json"
"""What LODETRACE_LOG_FORMAT may be."""


@dataclass(frozen=True, slots=True)
class NodeKind:
    """What differs between Ganache, anvil and Besu, as networks.yaml describes it.

    free_gas: transactions cost nothing and nobody holds coins. window: transactions of one key on
    their way at once, below what the nodes' pools keep of a sender.

    Headers of QBFT are read by web3's ExtraDataToPOAMiddleware (node/client.py). Blocks are final
    at once, so `latest` is what is final: QBFT answers "Unknown block" to `finalized` and `safe`.
    Counts of an address always name their block. Words of refusals are in node/errors.py.
    """

    free_gas: bool = False
    window: int = WINDOW


USUAL: Final = NodeKind()
"""Where nothing is said."""


class Setting(NamedTuple):
    """One environment variable. A secret may also be given as NAME_FILE."""

    name: str
    default: str
    description: str
    secret: bool = False


SETTINGS: Final[tuple[Setting, ...]] = (
    Setting("LODETRACE_NETWORK", "embedded", "Which entry of networks.yaml is used."),
    Setting(
        "LODETRACE_RPC_URL",
        "that of networks.yaml",
        "JSON-RPC address of the node; of several nodes, separated by commas, your own first.",
    ),
    Setting("LODETRACE_RPC_TIMEOUT", "30", "Whole seconds that one answer of the node may take."),
    Setting(
        "LODETRACE_RPC_TOKEN",
        "none",
        "Token (JWT) for nodes that ask for one; a file is read again when it changes.",
        secret=True,
    ),
    Setting(
        "LODETRACE_RPC_CA",
        "those of the system",
        "PEM file of the authority that signed the certificates of the nodes.",
    ),
    Setting("LODETRACE_HOME", "~/.lodetrace", "Folder of keystores, vaults and outboxes."),
    Setting("LODETRACE_MEMBER", "member", "Name of the keystore below LODETRACE_HOME/keys."),
    Setting(
        "LODETRACE_PASSPHRASE", "asked on the terminal", "Passphrase of the keystore.", secret=True
    ),
    Setting(
        "LODETRACE_NETWORKS",
        "networks.yaml here, above, or beside the package",
        "The file that describes the networks.",
    ),
    Setting("LODETRACE_BUILD", "build beside networks.yaml", "Folder of compiled contracts."),
    Setting(
        "LODETRACE_DEPLOYMENTS",
        "deployments in LODETRACE_BUILD",
        "Folder of deployment records, one file a network.",
    ),
    Setting(
        "LODETRACE_CONTEXTS",
        "contexts in LODETRACE_HOME",
        "Folder of copies of GS1's JSON-LD contexts, beside those of the package.",
    ),
    Setting(
        "LODETRACE_RECEIPT_TIMEOUT", "120", "Whole seconds that a command waits for a receipt."
    ),
    Setting(
        "LODETRACE_LOG_FORMAT",
        "text on a terminal, json elsewhere",
        "How the gateway and the oracle service write their log: text or json.",
    ),
)
"""Every setting of the library."""


class NetworksUnreadable(SettingsError):
    """networks.yaml is missing or not what it should be."""

    template = "{path}: {reason}"
    advice = "Name the file in LODETRACE_NETWORKS; the repository's networks.yaml is an example."


class NetworkUnknown(SettingsError):
    """LODETRACE_NETWORK names an entry that networks.yaml has not."""

    template = "network {network!r} is not in {path}; known: {known}"
    advice = "Set LODETRACE_NETWORK to one of the known networks, or add an entry."


class RpcAddressMissing(SettingsError):
    """A network without an address."""

    template = "network {network!r} has no JSON-RPC address"
    advice = "Set LODETRACE_RPC_URL, for example http://127.0.0.1:8545."


@dataclass(frozen=True, slots=True)
class Network:
    """One chain, as networks.yaml describes it.

    rpc_url: of one node, or of several, separated by commas. development: its keys are known to
    everybody and worth nothing.
    """

    id: str
    name: str
    rpc_url: str | None
    chain_id: int
    development: bool
    kind: NodeKind = USUAL


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings, with paths made absolute.

    rpc_timeout, receipt_timeout: seconds. rpc_ca: the authority of the nodes' certificates, where
    it is not one of the system's.
    """

    networks: Mapping[str, Network]
    networks_file: Path
    network_id: str
    rpc_url_override: str | None
    rpc_timeout: int
    receipt_timeout: int
    home: Path
    member: str
    build: Path
    deployments: Path
    contexts: Path
    rpc_ca: Path | None
    environment: Mapping[str, str] = field(repr=False)

    @classmethod
    def load(cls, environment: Mapping[str, str] | None = None) -> Self:
        """Settings of the process, or of a given environment. Raises SettingsError."""
        env = Environment.of(environment)
        path = _networks_file(env)
        build = env.path("LODETRACE_BUILD") or (path.parent / "build").absolute()
        home = env.path("LODETRACE_HOME") or Path("~/.lodetrace").expanduser().absolute()
        return cls(
            networks=read_networks(path),
            networks_file=path,
            network_id=env.text("LODETRACE_NETWORK") or "embedded",
            rpc_url_override=env.text("LODETRACE_RPC_URL"),
            rpc_timeout=env.whole("LODETRACE_RPC_TIMEOUT", 30, least=1, most=DAY),
            receipt_timeout=env.whole("LODETRACE_RECEIPT_TIMEOUT", 120, least=1, most=DAY),
            home=home,
            member=env.file_name("LODETRACE_MEMBER", "member"),
            build=build,
            deployments=env.path("LODETRACE_DEPLOYMENTS") or build / "deployments",
            contexts=env.path("LODETRACE_CONTEXTS") or home / "contexts",
            rpc_ca=env.path("LODETRACE_RPC_CA"),
            environment=env.variables,
        )

    @property
    def network(self) -> Network:
        """The chosen network; raises NetworkUnknown."""
        found = self.networks.get(self.network_id)
        if found is None:
            known = ", ".join(sorted(self.networks))
            raise NetworkUnknown(network=self.network_id, path=self.networks_file, known=known)
        return found

    @property
    def rpc_url(self) -> str:
        """Address of the node, or of several; raises RpcAddressMissing or SettingMalformed."""
        address = self.rpc_url_override or self.network.rpc_url
        if address is None:
            raise RpcAddressMissing(network=self.network_id)
        for one in address.split(","):
            _require_address("LODETRACE_RPC_URL", one.strip())
        return address

    @property
    def log_format(self) -> str | None:
        """How services write their log, None where nothing is said; raises SettingMalformed."""
        given = self.environment.get("LODETRACE_LOG_FORMAT") or None
        if given not in (None, TEXT_LOG, JSON_LOG):
            reason = f"{TEXT_LOG} or {JSON_LOG}"
            raise SettingMalformed(name="LODETRACE_LOG_FORMAT", value=given, reason=reason)
        return given

    @property
    def keystore(self) -> Path:
        """The member's keystore file."""
        return self.home / "keys" / f"{self.member}.keystore.json"

    @property
    def artifacts(self) -> Path:
        """Folder of compiled contracts."""
        return self.build / "contracts"

    def passphrase(self) -> str | None:
        """The passphrase, if the environment has one."""
        return secret("LODETRACE_PASSPHRASE", self.environment)


def _require_address(name: str, address: str) -> None:
    """A node answers at http:// or https:// and a host; a password in it is not repeated."""
    shown = "…" + address[address.rindex("@") :] if "@" in address else address
    try:
        parts = urlsplit(address)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError as error:
        raise SettingMalformed(name=name, value=shown, reason=str(error)) from error
    if not usable:
        reason = "is no address such as http://127.0.0.1:8545"
        raise SettingMalformed(name=name, value=shown, reason=reason)


@contextmanager
def reading_networks(path: Path) -> Iterator[dict[str, Any]]:
    """The document; whatever its reader does not find as it expects raises NetworksUnreadable."""
    import yaml

    try:
        yield yaml.safe_load(path.read_text("utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise NetworksUnreadable(path=path, reason=error) from error
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise NetworksUnreadable(path=path, reason=f"malformed near {error}") from error


def read_networks(path: Path) -> dict[str, Network]:
    """Networks by id; raises NetworksUnreadable.

    A chain id listed under `development` marks a development chain, also where a `live` entry
    names it, and so does `development: true` below `lodetrace`: there everybody has the keys.
    """
    with reading_networks(path) as document:
        launched = document.get("development") or []
        live = [entry for group in document.get("live") or [] for entry in group["networks"]]
        ours = document.get("lodetrace") or {}
        known_keys = {entry["cmd_settings"]["chain_id"] for entry in launched}
        known_keys |= {
            entry["chainid"] for entry in live if ours.get(entry["id"], {}).get("development")
        }
        networks = [
            *(_launched_network(entry) for entry in launched),
            *(_live_network(entry, ours.get(entry["id"]) or {}, known_keys) for entry in live),
        ]
    return {network.id: network for network in networks}


def _launched_network(entry: dict[str, Any]) -> Network:
    settings = entry["cmd_settings"]
    return Network(
        id=entry["id"],
        name=entry["name"],
        rpc_url=f"{entry['host']}:{settings['port']}",
        chain_id=int(settings["chain_id"]),
        development=True,
    )


def _live_network(entry: dict[str, Any], ours: Mapping[str, Any], known_keys: set[int]) -> Network:
    """ours: what only our services read of it. nodes: all of them, where `host` is one."""
    chain_id = int(entry["chainid"])
    host = str(entry["host"])
    nodes = ",".join(map(str, ours.get("nodes") or [host]))
    return Network(
        id=entry["id"],
        name=entry["name"],
        rpc_url=None if host.startswith("$") else nodes,
        chain_id=chain_id,
        development=chain_id in known_keys,
        kind=_kind(ours),
    )


def _kind(ours: Mapping[str, Any]) -> NodeKind:
    gas, window = ours.get("gas", PRICED), int(ours.get("window", WINDOW))
    if gas not in (FREE, PRICED) or window < 1:
        raise ValueError(f"gas: {gas}, window: {window}")
    return NodeKind(free_gas=gas == FREE, window=window)


def _networks_file(env: Environment) -> Path:
    given = env.path("LODETRACE_NETWORKS")
    if given:
        return given.resolve()
    here = Path.cwd()
    package = Path(__file__).resolve().parents[1]
    for folder in (here, *here.parents, package):
        if (folder / NETWORKS_FILE).is_file():
            return folder / NETWORKS_FILE
    raise NetworksUnreadable(path=here / NETWORKS_FILE, reason="not found here or above")
