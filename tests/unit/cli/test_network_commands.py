"""`lodetrace network …` where no node runs: what it makes, shows and refuses, with exit codes."""

import json
import re
import shlex
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from lodetrace.cli.network.lifecycle import up_command
from lodetrace.errors import ExitCode
from tests.unit.network.parts import java


@pytest.fixture
def ask(run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs a command of the group on the folder `network`; the JSON that it answers."""
    monkeypatch.setenv("LODETRACE_BUILD", str(tmp_path / "build"))
    for name in ("BESU_HOME", "JAVA_HOME"):
        monkeypatch.delenv(name, raising=False)

    def invoke(*words: str, code: ExitCode = ExitCode.OK, folder: str = "network") -> Any:
        placed = ("--folder", str(tmp_path / folder)) if folder else ()
        done = run("network", *words, *placed, "--json")
        assert done.exit_code == code, done.stderr
        return json.loads(done.stdout if code in (ExitCode.OK, ExitCode.PENDING) else done.stderr)

    return invoke


@pytest.fixture
def founded(ask: Any) -> Any:
    return ask("init", "--base-port", "0", "--organisation", "Mine", "--organisation", "Maker")


def test_init_says_where_everything_is(founded: Any, tmp_path: Path) -> None:
    assert founded["chain_id"] == 27_001
    assert founded["parameters"]["period"] == 1
    assert [one["organisation"] for one in founded["nodes"]] == ["Mine", "Maker"] * 2
    assert len({one["rpc_url"] for one in founded["nodes"]}) == 4
    assert all(one["rpc_url"].startswith("http://127.0.0.1:") for one in founded["nodes"])
    assert (tmp_path / "network" / "genesis.json").is_file()


def test_init_takes_figures_and_refuses_those_out_of_bounds(ask: Any) -> None:
    made = ask("init", "--base-port", "0", "--period", "3", "--request-timeout", "9",
               "--validators", "7", "--storage", "bonsai")  # fmt: skip
    assert made["parameters"] == {
        "period": 3, "empty_period": 0, "request_timeout": 9, "epoch": 30_000,
        "gas_limit": 60_000_000,
    }  # fmt: skip
    assert [one["storage"] for one in made["nodes"]] == ["BONSAI"] * 7
    for wrong in (("--period", "0"), ("--request-timeout", "1"), ("--gas-limit", "1")):
        found = ask("init", *wrong, code=ExitCode.INPUT, folder="other")
        assert found["type"].endswith("ChoiceOutOfRange")


def test_the_default_folder_is_in_the_build_folder(ask: Any, tmp_path: Path) -> None:
    made = ask("init", "--base-port", "0", folder="")
    assert made["folder"] == str(tmp_path / "build" / "networks" / "besu")


def test_a_second_init_is_refused(founded: Any, ask: Any) -> None:
    assert ask("init", code=ExitCode.INPUT)["type"].endswith("NetworkExists")


@pytest.mark.parametrize("name", ["embedded", "nowhere"])
def test_a_network_that_is_not_on_besu_is_refused(ask: Any, name: str) -> None:
    found = ask("init", "--network", name, code=ExitCode.SETTINGS)
    assert found["type"].endswith("ProfileMissing")


def test_up_without_besu_says_what_to_do(founded: Any, ask: Any) -> None:
    found = ask("up", code=ExitCode.SETTINGS)
    assert found["type"].endswith("BesuMissing")
    assert "BESU_HOME" in found["advice"]


def test_what_is_not_there_is_not_found(ask: Any) -> None:
    for words in (("up",), ("down",), ("status",), ("logs",), ("reset", "--yes")):
        code = ExitCode.SETTINGS if words == ("up",) else ExitCode.NOT_FOUND
        assert ask(*words, code=code)["exit_code"] == code


def test_status_of_a_network_that_is_down_ends_with_not_yet(founded: Any, ask: Any) -> None:
    found = ask("status", code=ExitCode.PENDING)
    assert found["advances"] is False
    assert [one["running"] for one in found["nodes"]] == [False] * 4
    assert [one["started"] for one in found["nodes"]] == [False] * 4


def test_status_before_the_first_start_speaks_of_no_ended_process(
    founded: Any, run: Any, ask: Any, tmp_path: Path
) -> None:
    folder = tmp_path / "network"
    look = ("network", "status", "--folder", str(folder))
    said = run(*look).stdout
    assert said.count("it never started") == 4
    assert "ended" not in said
    assert sorted(folder.rglob("chain.log")) == [], "a look makes no file"
    (folder / "nodes" / "validator1" / "data").mkdir()
    found = ask("status", code=ExitCode.PENDING)["nodes"]
    assert [one["started"] for one in found] == [True, False, False, False]
    assert "its process" in run(*look).stdout


def test_down_and_logs_of_a_network_that_never_ran(founded: Any, ask: Any) -> None:
    assert ask("down")["ended"] == []
    assert ask("logs", "--node", "validator3")["lines"] == []
    assert ask("logs", "--node", "seals9", code=ExitCode.NOT_FOUND)["values"]["node"] == "seals9"


def test_reset_asks_and_removes(founded: Any, ask: Any, tmp_path: Path) -> None:
    assert ask("reset", code=ExitCode.USAGE)["type"].endswith("ConfirmationMissing")
    assert (tmp_path / "network").exists()
    ask("reset", "--yes")
    assert not (tmp_path / "network").exists()


def test_another_organisation_joins_from_the_bundle(founded: Any, ask: Any, tmp_path: Path) -> None:
    bundle = str(tmp_path / "bundle")
    made = ask("bundle", "--out", bundle)
    assert (len(made["validators"]), made["contracts"]) == (4, False)
    site = ("--name", "asks1", "--organisation", "Clerk", "--role", "rpc",
            "--p2p-host", "192.0.2.11", "--rpc-http-host", "192.0.2.11")  # fmt: skip
    wrong = ask("join", bundle, *site, "--digest", "00", code=ExitCode.REFUSED, folder="asks")
    assert wrong["type"].endswith("NetworkBundleRefused")
    joined = ask("join", bundle, *site, "--digest", made["sha256"], folder="asks")
    assert joined["rpc_url"] == "https://192.0.2.11:8545"
    assert joined["storage"] == "FOREST"

    allowed = ask("node", "allow", joined["enode"], "--name", "asks1", "--organisation", "Clerk",
                  "--role", "rpc")  # fmt: skip
    assert allowed["after_restart"] == []
    assert [one["name"] for one in ask("node", "list")["nodes"]][-1] == "asks1"
    ask("node", "deny", "asks1")
    assert len(ask("node", "list")["nodes"]) == 4

    token = tmp_path / "gateway.token"
    ask("token", "gateway", "--out", str(token), folder="asks")
    assert token.stat().st_mode & 0o777 == 0o600
    assert token.read_text("ascii").count(".") == 2
    found = ask("token", "x", "--out", str(token), "--right", "admin:*", code=ExitCode.INPUT,
                folder="asks")  # fmt: skip
    assert "admin" in found["detail"]


def test_a_join_without_the_digest_is_warned_of(founded: Any, ask: Any, tmp_path: Path) -> None:
    made = ask("bundle", "--out", str(tmp_path / "bundle"))
    joined = ask("join", str(tmp_path / "bundle"), "--name", "seals5", "--organisation", "New",
                 "--p2p-host", "192.0.2.5", folder="new")  # fmt: skip
    assert made["sha256"] in joined["warnings"][0]


def test_cards_are_assembled(ask: Any, tmp_path: Path) -> None:
    cards = [
        ask("card", "--name", f"seals{n}", "--organisation", f"Org{n}", "--p2p-host",
            f"192.0.2.{n}", folder=f"home{n}")["card"]
        for n in range(1, 5)
    ]  # fmt: skip
    made = ask("assemble", *cards, "--out", str(tmp_path / "bundle"), folder="")
    assert (made["chain_id"], len(made["validators"])) == (27_027, 4)
    assert made["sha256"] == sha256((tmp_path / "bundle").read_bytes()).hexdigest()
    assert "warnings" not in made
    few = ask("assemble", *cards[:2], "--out", str(tmp_path / "few"), folder="")
    assert few["warnings"] == ["2 validators bear no fault; four bear one"]


def test_an_organisation_that_can_halt_all_is_warned_of(ask: Any, tmp_path: Path) -> None:
    cards = [
        ask("card", "--name", f"seals{n}", "--organisation", "Mine" if n < 3 else f"Org{n}",
            "--p2p-host", f"192.0.2.{n}", folder=f"home{n}")["card"]
        for n in range(1, 5)
    ]  # fmt: skip
    made = ask("assemble", *cards, "--out", str(tmp_path / "bundle"), folder="")
    assert made["warnings"] == ["Mine runs 2 of 4 validators: without it no block is made"]


def test_init_says_what_will_not_start(
    ask: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JAVA_HOME", str(java(tmp_path / "old", "17.0.9")))
    made = ask("init", "--base-port", "0", "--validators", "2")
    assert made["warnings"][0] == "2 validators bear no fault; four bear one"
    assert "Besu will not start here" in made["warnings"][1]
    assert "17" in made["warnings"][1]
    monkeypatch.setenv("JAVA_HOME", str(java(tmp_path / "new", "21.0.8")))
    assert "warnings" not in ask("init", "--base-port", "0", folder="other")


def test_a_backup_and_its_restore(founded: Any, ask: Any, tmp_path: Path) -> None:
    archive = str(tmp_path / "validator2.backup")
    made = ask("backup", "--node", "validator2", "--out", archive, "--with-secrets")
    assert (made["node"], made["with_secrets"]) == ("validator2", True)
    assert ask("restore", archive, code=ExitCode.USAGE)["type"].endswith("ConfirmationMissing")
    back = ask("restore", archive, "--yes", folder="elsewhere")
    assert back["folder"] == str(tmp_path / "elsewhere" / "nodes" / "validator2")


def test_votes_of_nodes_that_are_down_are_refused(founded: Any, ask: Any) -> None:
    address = "0x" + "57" * 20
    found = ask("validator", "propose-add", address, code=ExitCode.NODE)
    assert found["type"].endswith("NodeSilent")
    assert ask("validator", "propose-add", "0x57", code=ExitCode.INPUT)["values"]["text"] == "0x57"
    assert ask("validator", "votes", code=ExitCode.NODE)["exit_code"] == ExitCode.NODE


def test_releases_that_nobody_has_are_refused(founded: Any, ask: Any) -> None:
    for wrong in ("31.0.0", "newest"):
        assert ask("fetch-besu", "--release", wrong, code=ExitCode.INPUT, folder="")
    assert ask("upgrade-check", "--to", "newest", code=ExitCode.INPUT)["values"]["text"] == "newest"


def test_the_next_command_can_be_copied(run: Any, tmp_path: Path) -> None:
    """It starts the network that was founded, wherever that is."""
    folder = tmp_path / "a folder; with $signs"
    said = run("network", "init", "--base-port", "0", "--folder", str(folder)).stdout
    (copied,) = re.findall(r"Next: (lodetrace network up.*)", said)
    assert shlex.split(copied) == ["lodetrace", "network", "up", "--folder", str(folder)]
    assert up_command("besu", None) == "lodetrace network up"
    assert up_command("consortium", None) == "lodetrace network up --network consortium"
