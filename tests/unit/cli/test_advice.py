"""What is said fits what was done: advice of another situation sends people the wrong way."""

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli import app as gateway
from api.settings import GatewaySettings
from lodetrace.cli.lot.lots import say_none
from lodetrace.cli.lot.parts import PartsUnfitting, require_parts
from lodetrace.cli.parse import parse_output, parse_part
from lodetrace.contracts.enums import Material
from lodetrace.environment import SettingMalformed
from lodetrace.errors import ExitCode
from lodetrace.settings import Settings
from lodetrace.strict_json import DocumentMalformed, parse
from lodetrace.text import say_ago
from oracle.settings import OracleSettings

LOT = 5_209_000_000
"""mg."""


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        (("50 t", "rest"), "50 t is more than the 5.209 t of the lot"),
        (("50 t",), "50 t is more than the 5.209 t of the lot"),
        (("5 t", "0.1 t"), "the parts add up to 5.1 t, the lot has 5.209 t"),
        (("5.209 t", "rest"), "5.209 t is all of the lot: nothing is left for rest"),
        (("rest", "rest"), "rest stands 2 times"),
    ],
)
def test_parts_that_do_not_make_up_the_lot(parts: tuple[str, ...], said: str) -> None:
    with pytest.raises(PartsUnfitting) as refused:
        require_parts([parse_part(one) for one in parts], LOT, in_units=False)
    assert str(refused.value) == said
    assert "--output" not in refused.value.advice


@pytest.mark.parametrize("parts", [("5 t", "rest"), ("5 t", "0.209 t"), ("rest",)])
def test_parts_that_do(parts: tuple[str, ...]) -> None:
    require_parts([parse_part(one) for one in parts], LOT, in_units=False)


def test_a_setting_is_looked_up_where_it_is_described() -> None:
    for load, name, page in (
        (GatewaySettings.load, "LODETRACE_PORT", "docs/gateway.md"),
        (OracleSettings.load, "LODETRACE_ORACLE_PORT", "docs/oracle.md"),
        (Settings.load, "LODETRACE_RPC_TIMEOUT", "lodetrace check"),
    ):
        with pytest.raises(SettingMalformed) as refused:
            load({name: "99999x"})
        assert page in refused.value.advice


def test_a_list_without_lots_says_where_they_are() -> None:
    assert say_none(30) == "No live lots; --ended lists 30."
    assert "keys recover" in say_none(0)


def test_a_damaged_document_of_ones_own_is_corrected(run, tmp_path: Path) -> None:
    path = tmp_path / "weighing.jsonld"
    path.write_text('{"type": "EPCISDocument", ', "utf-8")
    done = run("event", "sign", str(path), "--sequence", "7", "--dev-index", "3")
    assert done.exit_code == ExitCode.INPUT
    assert f"Correct {path}" in done.stderr
    assert "its site" not in done.stderr


@pytest.mark.parametrize("port", ["99999", "0", "-1", "http"])
def test_a_port_of_a_chain_that_is_none(port: str, tmp_path: Path) -> None:
    words = ["start", str(tmp_path / "chain"), f"--port={port}"]
    done = subprocess.run(
        [sys.executable, "-m", "lodetrace.devchain", *words], capture_output=True, text=True
    )
    assert done.returncode == ExitCode.USAGE
    assert "is no port from 1 to 65535" in done.stderr
    assert not (tmp_path / "chain").exists()


def test_the_gateway_answers_to_h() -> None:
    done = CliRunner().invoke(gateway, ["-h"])
    assert done.exit_code == ExitCode.OK
    assert "Serve what the chain says" in done.output


def test_json_that_ends_early_is_told_once_where() -> None:
    with pytest.raises(DocumentMalformed) as refused:
        parse(b'{"a": "b\nc"}')
    assert str(refused.value) == "malformed JSON: Invalid control character at character 8"


def test_an_output_may_have_blanks_as_the_help_writes_it() -> None:
    typed = parse_output("material=PACK, metal=500 kg, count=3")
    assert (typed.metal, typed.material, typed.count) == (500_000_000, Material.PACK, 3)


def test_a_pdf_that_cannot_be_drawn_is_refused_before_the_first_step(
    run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither anchor nor bundle is there: nothing else was looked at."""
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    words = ("audit", "verify", str(tmp_path / "b"), "--trust", str(tmp_path / "a"))
    done = run(*words, "--out", str(tmp_path / "car.pdf"))
    assert done.exit_code == ExitCode.SETTINGS
    assert "WeasyPrint cannot be used" in done.stderr
    assert run(*words, "--out", str(tmp_path / "car.html")).exit_code == ExitCode.INPUT


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "less than a minute"),
        (60, "1 minute"),
        (7_199, "1 hour"),
        (3 * 86_400 + 5, "3 days"),
    ],
)
def test_how_long_ago(seconds: int, said: str) -> None:
    assert say_ago(seconds) == said
