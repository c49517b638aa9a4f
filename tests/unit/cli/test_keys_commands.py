"""`lodetrace keys` on a real disk, without a chain."""

import json
from pathlib import Path

import pytest

from lodetrace.contracts.deployment import DeployedContract, Deployment, deployment_path
from lodetrace.contracts.enums import Role
from lodetrace.errors import ExitCode
from lodetrace.keys.account_consent import sign_consent
from lodetrace.keys.keystore import load_keystore
from lodetrace.keys.member_keys import MemberKeys
from zk_circuits.keccak import keccak256


@pytest.fixture
def keystore(home: Path) -> Path:
    return home / "keys" / "member.keystore.json"


def test_new_keys_are_in_the_keystore_and_shown(run, keystore: Path) -> None:
    made = run("keys", "new", "--json")
    assert made.exit_code == ExitCode.OK, made.stderr
    document = json.loads(made.stdout)
    keys = load_keystore(keystore, "a passphrase for tests")
    assert document == {
        "account": keys.account,
        "signer": keys.signer,
        "viewing_key": "0x" + keys.viewing_key.public.hex(),
        "development": False,
        "keystore": str(keystore),
    }
    assert json.loads(run("keys", "show", "--json").stdout) == document
    again = run("keys", "new", "--json")
    assert again.exit_code == ExitCode.KEYS
    assert json.loads(again.stderr)["type"] == "urn:lodetrace:problem:KeystoreExists"
    assert keys.signing_key.hex() not in made.output


def test_showing_keys_needs_no_passphrase(run, monkeypatch: pytest.MonkeyPatch) -> None:
    run("keys", "new", "--dev-index", "3")
    monkeypatch.delenv("LODETRACE_PASSPHRASE")
    shown = run("keys", "show", "--json")
    assert json.loads(shown.stdout)["account"] == MemberKeys.for_development(3).account
    assert json.loads(shown.stdout)["development"] is True


def test_a_backup_is_restored_by_recover(
    run, keystore: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("keys", "new", "--dev-index", "3")
    copy = tmp_path / "stick" / "copy.json"
    assert run("keys", "backup", str(copy)).exit_code == ExitCode.STORAGE
    copy.parent.mkdir()
    backed_up = run("keys", "backup", str(copy))
    assert backed_up.exit_code == ExitCode.OK
    assert "on one device" in backed_up.stderr
    assert copy.read_bytes() == keystore.read_bytes()
    assert run("keys", "backup", str(copy)).exit_code == ExitCode.STORAGE, "never overwritten"

    restored = run("keys", "recover", "--backup", str(copy))
    assert restored.exit_code == ExitCode.INPUT, "the keystore is there"
    keystore.unlink()
    monkeypatch.setenv("LODETRACE_PASSPHRASE", "another passphrase")
    assert run("keys", "recover", "--backup", str(copy)).exit_code == ExitCode.KEYS
    assert not keystore.exists()
    monkeypatch.setenv("LODETRACE_PASSPHRASE", "a passphrase for tests")
    done = run("keys", "recover", "--backup", str(copy))
    assert done.exit_code == ExitCode.NODE, "the copy opened, there is no node to read from"
    assert keystore.read_bytes() == copy.read_bytes(), "but the keys are back"


def test_a_new_epoch_of_salts_is_in_the_keystore(run, keystore: Path) -> None:
    run("keys", "new")
    before = load_keystore(keystore, "a passphrase for tests")
    assert run("keys", "rotate", "salts", "--dry-run").exit_code == ExitCode.OK
    assert load_keystore(keystore, "a passphrase for tests") == before
    done = run("keys", "rotate", "salts", "--json")
    assert json.loads(done.stdout) == {
        "account": before.account,
        "epoch": 2,
        "keystore": str(keystore),
    }
    after = load_keystore(keystore, "a passphrase for tests")
    assert after.epoch_secrets[:1] == before.epoch_secrets
    assert (after.vault_key, after.viewing_key) == (before.vault_key, before.viewing_key)
    assert not any(secret.hex() in done.output for secret in after.epoch_secrets)


@pytest.mark.parametrize(
    "words", [("lot", "list"), ("keys", "show"), ("keys", "rotate", "viewing")]
)
def test_without_keys_nothing_starts(run, words: tuple[str, ...]) -> None:
    done = run(*words)
    assert done.exit_code == ExitCode.KEYS
    assert "keys new" in done.stderr


def test_without_a_passphrase_nothing_starts(run, monkeypatch: pytest.MonkeyPatch) -> None:
    run("keys", "new", "--dev-index", "3")
    monkeypatch.delenv("LODETRACE_PASSPHRASE")
    done = run("lot", "list")
    assert done.exit_code == ExitCode.KEYS
    assert "LODETRACE_PASSPHRASE_FILE" in done.stderr


def test_a_passphrase_from_a_file(run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("keys", "new", "--dev-index", "3")
    file = tmp_path / "passphrase"
    file.write_text("a passphrase for tests\n", "utf-8")
    monkeypatch.delenv("LODETRACE_PASSPHRASE")
    monkeypatch.setenv("LODETRACE_PASSPHRASE_FILE", str(file))
    done = run("lot", "list")
    assert done.exit_code == ExitCode.NODE, "the keystore opened, no node answers"


def live_network(folder: Path) -> Path:
    """A network that is not for development."""
    path = folder / "networks.yaml"
    path.write_text(
        "live:\n- name: Consortium\n  networks:\n  - id: consortium\n    name: Consortium\n"
        "    host: http://127.0.0.1:1\n    chainid: 424242\n",
        "utf-8",
    )
    return path


@pytest.mark.parametrize("words", [("lot", "list"), ("keys", "new"), ("keys", "show")])
def test_development_keys_stay_on_development_networks(
    run, words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, keystore: Path
) -> None:
    monkeypatch.setenv("LODETRACE_NETWORKS", str(live_network(tmp_path)))
    monkeypatch.setenv("LODETRACE_NETWORK", "consortium")
    done = run(*words, "--dev-index", "3", "--json")
    assert done.exit_code == ExitCode.KEYS
    assert json.loads(done.stderr)["type"] == "urn:lodetrace:problem:DevelopmentKeyRefused"
    assert not keystore.exists()


@pytest.fixture
def record(tmp_path: Path) -> str:
    """The deployment record of the development network; returns where Members is."""
    register = "0x5FbDB2315678afecb367f032d93F642f64180aa3"
    contract = DeployedContract(1, register, "0x" + "11" * 32, 7)
    deployment = Deployment("development", 31_337, "0x" + "22" * 32, {"Members": contract})
    deployment.save(deployment_path(tmp_path / "deployments", "anvil"))
    return register


def test_a_new_account_consents_without_a_node(run, record: str) -> None:
    words = ("keys", "consent", "refinery", "--role", "trader", "--role", "Operator")
    made = run(*words, "--dev-index", "3", "--yes", "--json")
    assert made.exit_code == ExitCode.OK, made.stderr
    keys = MemberKeys.for_development(3)
    organisation, roles = keccak256(b"refinery"), Role.TRADER | Role.OPERATOR
    assert json.loads(made.stdout) == {
        "account": keys.account,
        "organisation": "0x" + organisation.hex(),
        "roles": ["trader", "operator"],
        "viewing_key": "0x" + keys.viewing_key.public.hex(),
        "register": record,
        "chain_id": 31_337,
        "consent": str(sign_consent(keys, organisation, roles, 31_337, record)),
    }
    named = ("keys", "consent", "0x" + organisation.hex(), *words[3:])
    again = run(*named, "--dev-index", "3", "--yes", "--json")
    assert json.loads(again.stdout) == json.loads(made.stdout)


def test_a_consent_is_asked_for(run, record: str) -> None:
    asked = run("keys", "consent", "refinery", "--role", "trader", "--dev-index", "3")
    assert asked.exit_code == ExitCode.USAGE
    assert "0x" not in asked.stdout


def test_a_consent_to_no_role_that_is_known(run, record: str) -> None:
    refused = run("keys", "consent", "refinery", "--role", "king", "--dev-index", "3", "--json")
    assert refused.exit_code == ExitCode.INPUT
    assert "price-administrator" in json.loads(refused.stderr)["detail"]
