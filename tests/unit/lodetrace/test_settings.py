"""Settings come from networks.yaml and the environment, and say what is wrong with them."""

import tracemalloc
from pathlib import Path

import pytest

from lodetrace.environment import SettingMalformed
from lodetrace.errors import ExitCode
from lodetrace.secrets import SecretAmbiguous, SecretUnreadable, secret
from lodetrace.settings import (
    SETTINGS,
    NetworksUnreadable,
    NetworkUnknown,
    NodeKind,
    RpcAddressMissing,
    Settings,
    read_networks,
)

NETWORKS = """
development:
  - {id: local, name: Local, host: "http://127.0.0.1", cmd_settings: {port: 1, chain_id: 7}}
live:
  - name: Lodetrace
    networks:
      - {id: shared, name: Shared, host: $LODETRACE_RPC_URL, chainid: 7}
      - {id: consortium, name: Consortium, host: "https://node.example", chainid: 9}
lodetrace:
  consortium: {gas: free, window: 4, nodes: ["https://node.example", "https://other.example"]}
"""


def load(folder: Path, **environment: str) -> Settings:
    path = folder / "networks.yaml"
    path.write_text(NETWORKS)
    return Settings.load({"LODETRACE_NETWORKS": str(path), **environment})


def test_the_repository_has_the_default_network(root: Path) -> None:
    networks = read_networks(root / "networks.yaml")
    default = next(setting for setting in SETTINGS if setting.name == "LODETRACE_NETWORK").default
    assert networks[default].development


def test_a_chain_with_known_keys_is_a_development_chain(tmp_path: Path) -> None:
    settings = load(tmp_path)
    assert {name: net.development for name, net in settings.networks.items()} == {
        "local": True,
        "shared": True,
        "consortium": False,
    }


def test_addresses(tmp_path: Path) -> None:
    assert load(tmp_path, LODETRACE_NETWORK="local").rpc_url == "http://127.0.0.1:1"
    both = "https://node.example,https://other.example"
    assert load(tmp_path, LODETRACE_NETWORK="consortium").rpc_url == both
    given = load(tmp_path, LODETRACE_NETWORK="shared", LODETRACE_RPC_URL="http://here:2")
    assert given.rpc_url == "http://here:2"
    with pytest.raises(RpcAddressMissing):
        _ = load(tmp_path, LODETRACE_NETWORK="shared").rpc_url


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1:8545", "localhost", "ftp://node:1", "http://", "http://:8545", "http://node:port",
        "http://node:99999", "http://[::1", "http://good:1,bad", "http://good:1,",
    ],
)  # fmt: skip
def test_an_address_that_no_node_can_have(tmp_path: Path, address: str) -> None:
    settings = load(tmp_path, LODETRACE_RPC_URL=address)
    with pytest.raises(SettingMalformed, match="LODETRACE_RPC_URL") as refused:
        _ = settings.rpc_url
    assert refused.value.exit_code is ExitCode.SETTINGS


def test_a_password_in_a_malformed_address_is_not_repeated(tmp_path: Path) -> None:
    settings = load(tmp_path, LODETRACE_RPC_URL="htp://me:secret@node:1")
    with pytest.raises(SettingMalformed) as refused:
        _ = settings.rpc_url
    assert "secret" not in str(refused.value)
    assert "@node:1" in str(refused.value)


def test_the_kind_of_nodes_is_described_and_not_guessed(tmp_path: Path) -> None:
    networks = load(tmp_path).networks
    assert networks["consortium"].kind == NodeKind(free_gas=True, window=4)
    assert networks["shared"].kind == networks["local"].kind == NodeKind()


def test_paths(tmp_path: Path) -> None:
    settings = load(tmp_path, LODETRACE_HOME=str(tmp_path / "home"), LODETRACE_MEMBER="katanga")
    assert settings.keystore == tmp_path / "home" / "keys" / "katanga.keystore.json"
    assert settings.artifacts == tmp_path / "build" / "contracts"
    assert settings.deployments == tmp_path / "build" / "deployments"


def test_an_unknown_network_names_those_that_are_known(tmp_path: Path) -> None:
    with pytest.raises(NetworkUnknown, match="consortium, local, shared"):
        _ = load(tmp_path, LODETRACE_NETWORK="mainnet").network


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LODETRACE_RPC_TIMEOUT", "soon"),
        ("LODETRACE_RPC_TIMEOUT", "0"),
        ("LODETRACE_RECEIPT_TIMEOUT", "-1"),
        ("LODETRACE_MEMBER", "../other"),
        ("LODETRACE_MEMBER", ".hidden"),
    ],
)
def test_malformed_settings_are_named(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingMalformed, match=name):
        load(tmp_path, **{name: value})


GAS = NETWORKS.replace("gas: free", "gas: cheap")
CLOSED = NETWORKS.replace("window: 4", "window: 0")
ONE_TEXT = NETWORKS.replace(
    '["https://node.example", "https://other.example"]', "https://a.example"
)
TWICE = NETWORKS.replace("{gas: free,", "{gas: priced, gas: free,")
MISSPELT = NETWORKS.replace("window: 4", "windows: 4")
NOBODY = NETWORKS.replace("  consortium: {", "  consortum: {")
SAME_ID = NETWORKS.replace("id: shared", "id: local")
WORD = NETWORKS.replace("consortium: {gas: free,", "consortium: {development: yes,")
POINT = NETWORKS.replace("chainid: 9", "chainid: 9.0")
OCTAL = NETWORKS.replace("chainid: 9", "chainid: 011")


@pytest.mark.parametrize(
    "text",
    [
        "- 1", "development: [{id: x}]", "{", "live: [{}]", GAS, CLOSED, ONE_TEXT, TWICE, MISSPELT,
        NOBODY, SAME_ID, WORD, POINT, OCTAL,
    ],
)  # fmt: skip
def test_unusable_network_files_are_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "networks.yaml"
    path.write_text(text)
    with pytest.raises(NetworksUnreadable):
        read_networks(path)
    with pytest.raises(NetworksUnreadable):
        read_networks(tmp_path / "absent.yaml")


def test_settings_never_show_the_environment(tmp_path: Path) -> None:
    settings = load(tmp_path, LODETRACE_PASSPHRASE="correct horse")
    assert "correct horse" not in repr(settings)
    assert settings.passphrase() == "correct horse"


def test_a_secret_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    for content in (b"correct horse\n", b"correct horse\r\n", b"\xef\xbb\xbfcorrect horse"):
        path.write_bytes(content)
        assert secret("X", {"X_FILE": str(path)}) == "correct horse"
    assert secret("X", {"X": "typed"}) == secret("X", {"X": "\ufefftyped"}) == "typed"
    assert secret("X", {}) is None
    with pytest.raises(SecretAmbiguous):
        secret("X", {"X": "typed", "X_FILE": str(path)})


@pytest.mark.parametrize("content", [b"", b"\n", b"\xef\xbb\xbf", b"x" * 5000, b"\xff\xfe"])
def test_unusable_secret_files_are_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "secret"
    path.write_bytes(content)
    with pytest.raises(SecretUnreadable):
        secret("X", {"X_FILE": str(path)})


def test_a_missing_secret_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SecretUnreadable):
        secret("X", {"X_FILE": str(tmp_path / "absent")})


def test_every_setting_is_described_once() -> None:
    names = [setting.name for setting in SETTINGS]
    assert len(set(names)) == len(names)
    assert all(name.startswith("LODETRACE_") for name in names)
    assert all(setting.description.endswith(".") and setting.default for setting in SETTINGS)


def test_every_variable_that_settings_read_is_listed(root: Path) -> None:
    import re

    text = (root / "lodetrace" / "settings.py").read_text()
    read = set(re.findall(r'"(LODETRACE_[A-Z_]+)"', text))
    assert read == {setting.name for setting in SETTINGS}


def test_a_secret_file_is_read_no_further_than_a_secret_goes(tmp_path: Path) -> None:
    """A device that never ends would be read for ever."""
    path = tmp_path / "sparse"
    with path.open("wb") as file:
        file.truncate(64 << 20)
    tracemalloc.start()
    try:
        with pytest.raises(SecretUnreadable, match="more than"):
            secret("X", {"X_FILE": str(path)})
        assert tracemalloc.get_traced_memory()[1] < 1 << 20
    finally:
        tracemalloc.stop()
