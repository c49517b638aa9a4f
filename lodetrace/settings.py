"""Settings: networks.yaml and the environment, read in one place.

`SETTINGS` lists every variable with its meaning; the documentation is checked against it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple, Self
from urllib.parse import urlsplit

from lodetrace.environment import Environment, SettingMalformed
from lodetrace.errors import SettingsError
from lodetrace.secrets import secret
from lodetrace.strict_yaml import YamlSection, YamlValue, read_yaml
from lodetrace.text import DAY_SECONDS
from zk_circuits.key_sets import DEVELOPMENT

NETWORKS_FILE: Final = "networks.yaml"
FREE, PRICED = "free", "priced"
"""What `gas` says in networks.yaml where transactions cost nothing, and where they do not."""

WINDOW: Final = 16
"""Transactions of one key on their way at once, where networks.yaml says nothing."""

_PARTS: Final = ("development", "live", "lodetrace")
_LAUNCHED: Final = ("id", "name", "host", "cmd_settings")
_LIVE: Final = ("id", "name", "host", "chainid")
_OURS: Final = ("development", "keys", "gas", "nodes", "window", "besu", "oracles")
"""Keys of networks.yaml."""

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
    Setting(
        "LODETRACE_ORACLES",
        "oracles of networks.yaml",
        "Addresses, with commas, where oracle nodes take documents: see `lodetrace event send`.",
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
        "LODETRACE_AGENT",
        "lodetrace in XDG_RUNTIME_DIR, else agent in LODETRACE_HOME",
        "Folder where the agent of `lodetrace unlock` listens: yours alone.",
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
        "LODETRACE_WEBHOOK_SECRETS",
        "none",
        "Hosts of yours that `lodetrace watch --webhook` may send notices to: HOST=SECRET, a line "
        "each; the secret, of 32 characters or more, is shared with that host alone.",
        secret=True,
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


class KeySetMissing(SettingsError):
    """A network where something is at stake, and nobody said which keys prove on it."""

    template = "network {network!r} names no set of keys"
    advice = "Name the set of your ceremony in networks.yaml: keys, below lodetrace."


@dataclass(frozen=True, slots=True)
class Network:
    """One chain, as networks.yaml describes it.

    rpc_url: of one node, or of several, separated by commas. development: its keys are known to
    everybody and worth nothing. keys: the set of keys that its proofs are made with
    (zk_circuits/keys); None where a network that is no development network names none. oracles:
    addresses where oracle nodes take documents in.
    """

    id: str
    name: str
    rpc_url: str | None
    chain_id: int
    development: bool
    kind: NodeKind = USUAL
    keys: str | None = None
    oracles: tuple[str, ...] = ()

    @property
    def key_set(self) -> str:
        """The set of keys to prove and verify with; raises KeySetMissing."""
        if self.development:
            return self.keys or DEVELOPMENT
        if self.keys is None:
            raise KeySetMissing(network=self.id)
        return self.keys


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
    agent: Path
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
            rpc_timeout=env.whole("LODETRACE_RPC_TIMEOUT", 30, least=1, most=DAY_SECONDS),
            receipt_timeout=env.whole("LODETRACE_RECEIPT_TIMEOUT", 120, least=1, most=DAY_SECONDS),
            home=home,
            agent=agent_folder(env, home),
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
    def oracles(self) -> tuple[str, ...]:
        """Where the network's oracle nodes take documents in; raises SettingMalformed."""
        given = self.environment.get("LODETRACE_ORACLES") or None
        found = self.network.oracles if given is None else tuple(given.split(","))
        for one in found:
            _require_address("LODETRACE_ORACLES", one.strip())
        return tuple(one.strip().rstrip("/") for one in found)

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


@dataclass(frozen=True, slots=True)
class NetworksFile:
    """networks.yaml, its parts in the order of the file. ours: by network, what Brownie has not.

    Fields of an entry that nobody here reads are Brownie's.
    """

    launched: Sequence[YamlSection]
    live: Sequence[YamlSection]
    ours: Mapping[str, YamlSection]

    @classmethod
    def read(cls, path: Path) -> Self:
        """Raises NetworksUnreadable, also where an id stands twice or describes no entry."""
        file = read_yaml(path, NetworksUnreadable)
        parts = file.section(optional=_PARTS)
        launched = [one.section(_LAUNCHED, None) for one in file.listed("development")]
        groups = [group.section(("networks",), None) for group in file.listed("live")]
        entries = [one for group in groups for one in group["networks"].elements()]
        live = [one.section(_LIVE, None) for one in entries]
        ids: set[str] = set()
        for entry in (*launched, *live):
            if entry["id"].text() in ids:
                entry["id"].refuse(f"{entry['id'].text()} stands twice")
            ids.add(entry["id"].text())
        return cls(launched, live, _ours(parts.get("lodetrace"), ids))


def agent_folder(env: Environment, home: Path) -> Path:
    """The folder that is set, else one that ends with the login, else one beside the keystores."""
    runtime = env.path("XDG_RUNTIME_DIR")
    return env.path("LODETRACE_AGENT") or (runtime / "lodetrace" if runtime else home / "agent")


def read_networks(path: Path) -> dict[str, Network]:
    """Networks by id; raises NetworksUnreadable.

    A chain id listed under `development` marks a development chain, also where a `live` entry
    names it, and so does `development: true` below `lodetrace`: there everybody has the keys.
    """
    file = NetworksFile.read(path)
    networks = [_launched_network(entry) for entry in file.launched]
    known_keys = {network.chain_id for network in networks}
    for entry in file.live:
        marked = file.ours.get(entry["id"].text(), {}).get("development")
        if marked is not None and marked.flag():
            known_keys.add(entry["chainid"].whole(1))
    for entry in file.live:
        ours = file.ours.get(entry["id"].text(), {})
        networks.append(_live_network(entry, ours, known_keys))
    return {network.id: network for network in networks}


def _ours(value: YamlValue | None, ids: Collection[str]) -> dict[str, YamlSection]:
    if value is None or value.is_nothing:
        return {}
    entries = value.section(optional=ids)
    return {
        name: one.section(optional=_OURS) for name, one in entries.items() if not one.is_nothing
    }


def _launched_network(entry: YamlSection) -> Network:
    settings = entry["cmd_settings"].section(("port", "chain_id"), None)
    return Network(
        id=entry["id"].text(),
        name=entry["name"].text(),
        rpc_url=f"{entry['host'].text()}:{settings['port'].whole(1, 65_535)}",
        chain_id=settings["chain_id"].whole(1),
        development=True,
    )


def _live_network(entry: YamlSection, ours: YamlSection, known_keys: set[int]) -> Network:
    """ours: what only our services read of it. nodes: all of them, where `host` is one."""
    chain_id = entry["chainid"].whole(1)
    host = entry["host"].text()
    named = ours["nodes"].elements() if "nodes" in ours else ()
    taking_in = ours["oracles"].elements() if "oracles" in ours else ()
    nodes = [node.text() for node in named] or [host]
    return Network(
        id=entry["id"].text(),
        name=entry["name"].text(),
        rpc_url=None if host.startswith("$") else ",".join(nodes),
        chain_id=chain_id,
        development=chain_id in known_keys,
        kind=_kind(ours),
        keys=ours["keys"].text() if "keys" in ours else None,
        oracles=tuple(one.text() for one in taking_in),
    )


def _kind(ours: YamlSection) -> NodeKind:
    free = "gas" in ours and ours["gas"].one_of({FREE: True, PRICED: False})
    return NodeKind(free, ours["window"].whole(1) if "window" in ours else WINDOW)


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
