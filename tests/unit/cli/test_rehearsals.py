"""What a command refuses, its rehearsal refuses with the same code, and neither changes a file."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from typer.testing import CliRunner, Result

from lodetrace.errors import ExitCode
from oracle.cli import app as oracle_app
from tests.unit.network.parts import java

ADDRESS = "0x" + "57" * 20
ENODE = f"enode://{'ab' * 64}@192.0.2.10:30303"
KEYS = "keys new --dev-index 3"
FOUNDED = "network init --base-port 0 --folder {tmp}/network"
SIGNED = "event sign {tmp}/weighing.jsonld --sequence 7 --dev-index 3 --yes"


class Row(NamedTuple):
    """words: of the refused command. before: what is run first. settings: environment."""

    words: str
    code: ExitCode
    before: tuple[str, ...] = ()
    settings: tuple[tuple[str, str], ...] = ()


SHORT = (("LODETRACE_PASSPHRASE", "short"),)
WRONG = (("LODETRACE_PASSPHRASE", "another passphrase"),)
BACKED_UP = (KEYS, "keys backup {tmp}/copy.json")
NODE_BACKED_UP = (
    FOUNDED,
    (
        "network backup --node validator2 --with-secrets --out {tmp}/node.backup"
        " --folder {tmp}/network"
    ),
)
BUNDLED = (FOUNDED, "network bundle --folder {tmp}/network --out {tmp}/bundle")
JOIN = "network join {tmp}/bundle --organisation Refinery --p2p-host 192.0.2.10"

ROWS = {
    "keys new, short passphrase": Row("keys new", ExitCode.KEYS, settings=SHORT),
    "keys new, keystore there": Row("keys new", ExitCode.KEYS, (KEYS,)),
    "keys new, home is a file": Row(
        "keys new", ExitCode.STORAGE, settings=(("LODETRACE_HOME", "{tmp}/weighing.jsonld"),)
    ),
    "keys backup, folder missing": Row("keys backup {tmp}/stick/copy", ExitCode.STORAGE, (KEYS,)),
    "keys backup, file there": Row("keys backup {tmp}/weighing.jsonld", ExitCode.STORAGE, (KEYS,)),
    "keys backup, wrong passphrase": Row("keys backup {tmp}/copy", ExitCode.KEYS, (KEYS,), WRONG),
    "keys backup, none to verify": Row(
        "keys backup --verify {tmp}/copy", ExitCode.NOT_FOUND, (KEYS,)
    ),
    "keys recover, wrong passphrase": Row(
        "keys recover --backup {tmp}/copy.json",
        ExitCode.KEYS,
        BACKED_UP,
        (*WRONG, ("LODETRACE_MEMBER", "other")),
    ),
    "keys recover, no backup": Row("keys recover --backup {tmp}/copy.json", ExitCode.NOT_FOUND),
    "keys print, file there": Row(
        "keys print --out {tmp}/weighing.jsonld", ExitCode.STORAGE, (KEYS,)
    ),
    "keys print, folder missing": Row("keys print --out {tmp}/no/x", ExitCode.STORAGE, (KEYS,)),
    "keys print, wrong passphrase": Row("keys print --out {tmp}/x", ExitCode.KEYS, (KEYS,), WRONG),
    "keys typed, no keystore": Row(
        "keys typed {tmp}/weighing.jsonld --out {tmp}/x", ExitCode.INPUT
    ),
    "keys typed, file there": Row(
        "keys typed {tmp}/paper --out {tmp}/paper",
        ExitCode.STORAGE,
        (KEYS, "keys print --out {tmp}/paper"),
    ),
    "init, address": Row("init --rpc http://a:b@c --yes", ExitCode.INPUT),
    "event watch, no folder": Row("event watch {tmp}/gone --yes", ExitCode.INPUT, (KEYS,)),
    "event sign, another file there": Row(
        "event sign {tmp}/weighing.jsonld --sequence 8 --dev-index 3", ExitCode.STORAGE, (SIGNED,)
    ),
    "event sign, folder missing": Row(f"{SIGNED} --out {{tmp}}/gone/x.json", ExitCode.STORAGE),
    "event withdraw, another file there": Row(
        "event withdraw {tmp}/weighing.signed.json --reason did-not-occur --dev-index 3",
        ExitCode.STORAGE,
        (
            SIGNED,
            "event withdraw {tmp}/weighing.signed.json --reason incorrect-data --dev-index 3 --yes",
        ),
    ),
    "event withdraw, folder missing": Row(
        "event withdraw {tmp}/weighing.signed.json --reason incorrect-data --dev-index 3"
        " --out {tmp}/gone/x.json",
        ExitCode.STORAGE,
        (SIGNED,),
    ),
    "network init, validators": Row(f"{FOUNDED} --validators 0", ExitCode.INPUT),
    "network init, chain id": Row(f"{FOUNDED} --chain-id 0", ExitCode.INPUT),
    "network init, period": Row(f"{FOUNDED} --period 0", ExitCode.INPUT),
    "network init, fund": Row(f"{FOUNDED} --fund 0x57", ExitCode.INPUT),
    "network init, base port": Row(
        "network init --base-port 1 --folder {tmp}/network", ExitCode.INPUT
    ),
    "network init, there already": Row(FOUNDED, ExitCode.INPUT, (FOUNDED,)),
    "network init, folder is a file": Row(
        "network init --folder {tmp}/weighing.jsonld", ExitCode.STORAGE
    ),
    "network up, no software": Row("network up --folder {tmp}/network", ExitCode.SETTINGS),
    "network down, no network": Row("network down --folder {tmp}/network", ExitCode.NOT_FOUND),
    "network reset, no network": Row(
        "network reset --yes --folder {tmp}/network", ExitCode.NOT_FOUND
    ),
    "network card, host": Row(
        "network card --name a --organisation A --p2p-host nowhere --folder {tmp}/network",
        ExitCode.INPUT,
    ),
    "network card, folder is a file": Row(
        "network card --name a --organisation A --p2p-host 192.0.2.1 --folder {tmp}/sites.yaml",
        ExitCode.STORAGE,
    ),
    "network assemble, no card": Row(
        "network assemble {tmp}/a.card.json --out {tmp}/bundle", ExitCode.STORAGE
    ),
    "network bundle, out is a folder": Row(
        "network bundle --folder {tmp}/network --out {tmp}", ExitCode.STORAGE, (FOUNDED,)
    ),
    "network join, digest": Row(
        f"{JOIN} --name seals9 --folder {{tmp}}/here --digest 00", ExitCode.REFUSED, BUNDLED
    ),
    "network join, name of another key": Row(
        f"{JOIN} --name validator1 --folder {{tmp}}/here", ExitCode.REFUSED, BUNDLED
    ),
    "network join, validator exposed": Row(
        f"{JOIN} --name seals9 --folder {{tmp}}/here --rpc-http-host 192.0.2.10",
        ExitCode.REFUSED,
        BUNDLED,
    ),
    "network token, right": Row(
        "network token x --out {tmp}/token --right admin:* --key {tmp}/key", ExitCode.INPUT
    ),
    "network node allow, own node": Row(
        f"network node allow {ENODE} --name validator1 --organisation A --folder {{tmp}}/network",
        ExitCode.SETTINGS,
        (FOUNDED,),
    ),
    "network node deny, unknown": Row(
        "network node deny seals9 --folder {tmp}/network", ExitCode.NOT_FOUND, (FOUNDED,)
    ),
    "network validator propose-add, down": Row(
        f"network validator propose-add {ADDRESS} --folder {{tmp}}/network",
        ExitCode.NODE,
        (FOUNDED,),
    ),
    "network validator discard, down": Row(
        f"network validator discard {ADDRESS} --folder {{tmp}}/network", ExitCode.NODE, (FOUNDED,)
    ),
    "network backup, file there": Row(
        "network backup --out {tmp}/weighing.jsonld --folder {tmp}/network",
        ExitCode.REFUSED,
        (FOUNDED,),
    ),
    "network backup, folder missing": Row(
        "network backup --out {tmp}/gone/x --folder {tmp}/network", ExitCode.STORAGE, (FOUNDED,)
    ),
    "network backup, short passphrase": Row(
        "network backup --out {tmp}/x --with-secrets --folder {tmp}/network",
        ExitCode.KEYS,
        (FOUNDED,),
        SHORT,
    ),
    "network restore, no archive": Row(
        "network restore {tmp}/gone --yes --folder {tmp}/network", ExitCode.STORAGE
    ),
    "network restore, no backup": Row(
        "network restore {tmp}/weighing.jsonld --yes --folder {tmp}/network", ExitCode.REFUSED
    ),
    "network restore, wrong passphrase": Row(
        "network restore {tmp}/node.backup --yes --folder {tmp}/here",
        ExitCode.KEYS,
        NODE_BACKED_UP,
        WRONG,
    ),
    "network restore, another network": Row(
        "network restore {tmp}/node.backup --yes --folder {tmp}/other",
        ExitCode.REFUSED,
        (*NODE_BACKED_UP, "network init --base-port 0 --folder {tmp}/other"),
    ),
    "network restore, host": Row(
        "network restore {tmp}/node.backup --yes --folder {tmp}/here --p2p-host nowhere",
        ExitCode.INPUT,
        NODE_BACKED_UP,
    ),
    "network fetch-besu, another file": Row(
        "network fetch-besu --file {tmp}/weighing.jsonld", ExitCode.SETTINGS
    ),
    "audit verify, out is a folder": Row(
        "audit verify {tmp}/b --trust {tmp}/a --out {tmp}/gone/report.html", ExitCode.STORAGE
    ),
    "audit verify, one file for both": Row(
        "audit verify {tmp}/b --trust {tmp}/a --out {tmp}/x.html --report {tmp}/./x.html",
        ExitCode.USAGE,
    ),
    "audit compare, folder missing": Row(
        "audit compare {tmp}/a {tmp}/b --out {tmp}/gone/x.json", ExitCode.STORAGE
    ),
    "audit export, folder missing": Row(
        f"audit export --lot 0x{'2f' * 32} --out {{tmp}}/gone/x", ExitCode.STORAGE
    ),
    "audit witness, no beginning": Row("audit witness --once --dev-index 3", ExitCode.INPUT),
    "audit witness, folder missing": Row(
        "audit witness --once --publish {tmp}/gone/x --dev-index 3", ExitCode.STORAGE
    ),
    "gateway login, folder missing": Row(
        "gateway login http://127.0.0.1:1 --out {tmp}/gone/x --dev-index 3", ExitCode.STORAGE
    ),
    "watch, folder missing": Row(
        "watch http://127.0.0.1:1 --once --position {tmp}/gone/x --dev-index 3", ExitCode.STORAGE
    ),
    "watch, no position": Row(
        "watch http://127.0.0.1:1 --once --position {tmp}/weighing.jsonld --dev-index 3",
        ExitCode.STORAGE,
    ),
    "event template, folder missing": Row(
        "event template birth --out {tmp}/gone/x.csv", ExitCode.STORAGE
    ),
    "event template, file there": Row(
        "event template birth --out {tmp}/weighing.jsonld", ExitCode.STORAGE
    ),
    "event template, no sheet": Row("event template birth --out {tmp}/x.ods", ExitCode.INPUT),
    "book add, name of another": Row(
        f"book add odra {ADDRESS}", ExitCode.REFUSED, (f"book add odra 0x{'58' * 20}",)
    ),
    "book remove, unknown": Row("book remove odra", ExitCode.NOT_FOUND),
    "book import, no card": Row("book import {tmp}/weighing.jsonld --yes", ExitCode.INPUT),
    "book card, folder missing": Row(
        "book card odra --out {tmp}/gone/x --dev-index 3", ExitCode.STORAGE
    ),
    "unlock, too long": Row("unlock --for 2d", ExitCode.INPUT, (KEYS,)),
    "try, no demo": Row("try --folder {tmp}/gone", ExitCode.NOT_FOUND),
    "lot accept, one and all": Row("lot accept 2f3a91c4 --all --yes --dev-index 3", ExitCode.INPUT),
    "lot accept, all and of one": Row(
        f"lot accept --all --all-from {ADDRESS} --yes --dev-index 3", ExitCode.INPUT
    ),
    "lot accept, none": Row("lot accept --yes --dev-index 3", ExitCode.INPUT),
    "prices sign, no file": Row(
        "oracle prices sign {tmp}/gone --out {tmp}/x --dev-index 3", ExitCode.NOT_FOUND
    ),
    "prices simulate, folder missing": Row(
        "oracle prices simulate --days 2 --out {tmp}/gone/x.svg", ExitCode.STORAGE
    ),
}
"""A command that begins with `oracle` is one of `lodetrace-oracle`."""


@pytest.fixture
def call(run, tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Runs a line of the table."""
    monkeypatch.setenv("LODETRACE_BUILD", str(tmp_path / "build"))
    for name in ("BESU_HOME", "JAVA_HOME"):
        monkeypatch.delenv(name, raising=False)
    document = root / "examples" / "cobalt" / "documents" / "mwinda-mine-M01.jsonld"
    (tmp_path / "weighing.jsonld").write_bytes(document.read_bytes())
    sites = root / "examples" / "cobalt" / "sites.yaml"
    (tmp_path / "sites.yaml").write_bytes(sites.read_bytes())

    def invoke(line: str, *more: str) -> Result:
        words = [word.format(tmp=tmp_path) for word in line.split()]
        if words[0] == "oracle":
            return CliRunner().invoke(oracle_app, [*words[1:], *more])
        return run(*words, *more)

    return invoke


def files_in(folder: Path) -> dict[Path, bytes]:
    """Everything below a folder, and what it holds."""
    return {path: path.read_bytes() if path.is_file() else b"" for path in folder.rglob("*")}


@pytest.mark.parametrize("name", ROWS)
def test_a_rehearsal_refuses_what_the_command_refuses(
    name: str, call: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = ROWS[name]
    for line in row.before:
        done = call(line)
        assert done.exit_code == ExitCode.OK, done.output
    for setting, value in row.settings:
        monkeypatch.setenv(setting, value.format(tmp=tmp_path))
    found = files_in(tmp_path)
    rehearsed = call(row.words, "--dry-run", "--json")
    assert rehearsed.exit_code == row.code, rehearsed.output
    assert files_in(tmp_path) == found, "a rehearsal changes nothing"
    done = call(row.words, "--json")
    assert done.exit_code == row.code, done.output
    assert json.loads(done.stderr)["type"] == json.loads(rehearsed.stderr)["type"]


def test_a_rehearsal_warns_as_the_command_does(
    call: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JAVA_HOME", str(java(tmp_path / "old", "17.0.9")))
    for line in (f"{FOUNDED} --validators 2", f"{JOIN} --name seals9 --folder {{tmp}}/here"):
        rehearsed = json.loads(call(line, "--dry-run", "--json").stdout)
        assert len(rehearsed["warnings"]) == 2
        assert json.loads(call(line, "--json").stdout)["warnings"] == rehearsed["warnings"]
        assert call(BUNDLED[1]).exit_code == ExitCode.OK


def test_a_rehearsal_of_what_would_be_done_changes_nothing(
    call: Callable[..., Result], tmp_path: Path
) -> None:
    named = f"book add odra {ADDRESS}"
    carded = "book card odra --out {tmp}/odra.card.json --dev-index 3"
    empty = "event template birth --out {tmp}/empty.csv"
    sheets = (named, "book remove odra", carded, empty)
    for line in (*NODE_BACKED_UP, BUNDLED[1], *BACKED_UP, SIGNED, *sheets):
        found = files_in(tmp_path)
        rehearsed = call(line, "--dry-run")
        assert rehearsed.exit_code == ExitCode.OK, rehearsed.output
        assert files_in(tmp_path) == found
        assert call(line).exit_code == ExitCode.OK
    for line in (
        "network restore {tmp}/node.backup --yes --folder {tmp}/here",
        "network restore {tmp}/node.backup --yes --folder {tmp}/network",
        f"{JOIN} --name seals9 --folder {{tmp}}/there",
    ):
        found = files_in(tmp_path)
        assert call(line, "--dry-run").exit_code == ExitCode.OK
        assert files_in(tmp_path) == found
        assert call(line).exit_code == ExitCode.OK


def test_a_recovery_is_rehearsed_up_to_the_chain(
    call: Callable[..., Result], deployed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No deployment is there: the command fails once the keystore is back, the rehearsal, too."""
    deployed.unlink()
    for line in BACKED_UP:
        assert call(line).exit_code == ExitCode.OK
    monkeypatch.setenv("LODETRACE_MEMBER", "other")
    found = files_in(tmp_path)
    line = "keys recover --backup {tmp}/copy.json"
    assert call(line, "--dry-run").exit_code == ExitCode.SETTINGS
    assert files_in(tmp_path) == found
    assert call(line).exit_code == ExitCode.SETTINGS


def test_a_restore_that_is_refused_is_not_asked_about(
    call: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the same code as after a yes; one that would be done is asked about."""
    for line in NODE_BACKED_UP:
        assert call(line).exit_code == ExitCode.OK
    line = "network restore {tmp}/node.backup --folder {tmp}/here"
    assert call(line).exit_code == ExitCode.USAGE
    monkeypatch.setenv(*WRONG[0])
    assert call(line).exit_code == ExitCode.KEYS
    assert call("network restore {tmp}/gone --folder {tmp}/here").exit_code == ExitCode.STORAGE
