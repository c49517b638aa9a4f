"""`lodetrace check` where something is wrong, and the signing of documents without a chain."""

import json
import os
import stat
from errno import ENOSPC
from pathlib import Path
from types import SimpleNamespace

import pytest

from lodetrace.documents.signed_document import EnvelopeInvalid, SignedDocument, sign_document
from lodetrace.errors import ExitCode
from lodetrace.keys.member_keys import MemberKeys
from lodetrace.settings import SETTINGS
from lodetrace.strict_json import parse
from tests.unit.cli.conftest import DOMAIN
from tests.unit.oracle.test_contexts import version_2_0_1


def checks(run, code: ExitCode) -> dict[str, str]:
    done = run("check", "--dev-index", "3", "--json")
    assert done.exit_code == code, done.stderr
    document = json.loads(done.stdout)
    assert document["ok"] is False
    return {one["check"]: one["verdict"] for one in document["checks"]}


def test_check_lists_every_setting_and_no_secret(run) -> None:
    done = run("check", "--json")
    settings = json.loads(done.stdout)["settings"]
    assert [one["name"] for one in settings] == [setting.name for setting in SETTINGS]
    assert "a passphrase for tests" not in done.output
    assert "a passphrase for tests" not in run("check").output


def test_check_with_a_node_that_is_down(run) -> None:
    found = checks(run, ExitCode.NODE)
    assert (found["settings"], found["keystore"], found["node"]) == ("ok", "ok", "failed")
    assert (found["deployment"], found["account"]) == ("skipped", "skipped")


def test_check_with_a_network_that_nobody_knows(run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LODETRACE_NETWORK", "moon")
    assert checks(run, ExitCode.SETTINGS)["settings"] == "failed"


def test_check_without_keys(run) -> None:
    found = json.loads(run("check", "--json").stdout)["checks"]
    assert {one["check"]: one["verdict"] for one in found}["keystore"] == "failed"


@pytest.fixture
def document(tmp_path: Path, root: Path) -> Path:
    source = root / "examples" / "cobalt" / "documents" / "mwinda-mine-M01.jsonld"
    path = tmp_path / "weighing.jsonld"
    path.write_bytes(source.read_bytes())
    return path


def test_a_signed_document_verifies(run, document: Path) -> None:
    words = (
        "event",
        "sign",
        str(document),
        "--sequence",
        "7",
        "--dev-index",
        "3",
        "--yes",
        "--json",
    )
    answer = json.loads(run(*words).stdout)
    signed = SignedDocument.read(Path(answer["file"]))
    assert signed.verify(DOMAIN) == MemberKeys.for_development(3).account == answer["signer"]
    assert (signed.sequence, answer["kind"]) == (7, "birth")
    assert answer["elements"]["Co"]["metal_out"] == {"value": "5311779375", "unit": "mg"}
    assert json.loads(run(*words).stdout) == answer, "the same file again"


def test_another_document_never_replaces_a_signed_one(run, document: Path) -> None:
    words = ("event", "sign", str(document), "--dev-index", "3", "--yes", "--sequence")
    assert run(*words, "7").exit_code == ExitCode.OK
    before = document.with_suffix(".signed.json").read_bytes()
    done = run(*words, "8")
    assert done.exit_code == ExitCode.STORAGE
    assert "--out" in done.stderr
    assert document.with_suffix(".signed.json").read_bytes() == before


def test_a_withdrawal_is_the_document_with_a_declaration(run, document: Path) -> None:
    assert signing(run, document, "--yes").exit_code == 0
    signed = document.with_suffix(".signed.json")
    words = ("event", "withdraw", str(signed), "--dev-index", "3", "--json", "--reason")
    assert run(*words, "incorrect-data").exit_code == ExitCode.USAGE, "nobody was asked"
    assert "5.311779375 t" in run(*words[:-2], "--dry-run", "--reason", "did-not-occur").stderr
    answer = json.loads(run(*words, "incorrect-data", "--yes").stdout)
    withdrawal = SignedDocument.read(Path(answer["file"]))
    assert withdrawal.verify(DOMAIN) == answer["signer"]
    assert answer["withdraws"] == "0x" + SignedDocument.read(signed).hash.hex()
    assert json.loads(run(*words, "incorrect-data").stdout) == answer, "the same file again"
    assert run(*words, "did-not-occur").exit_code == ExitCode.STORAGE
    assert run(*words, "remorse").exit_code == ExitCode.INPUT
    again = run("event", "withdraw", answer["file"], "--dev-index", "3", "--reason", "x")
    assert again.exit_code == ExitCode.INPUT, "a withdrawal is not withdrawn"


@pytest.mark.parametrize("numbers", [(1 << 32, 0), (0, 0), (7, 1 << 16), (7, -1)])
def test_numbers_that_the_chain_cannot_hold_are_not_signed(
    run, document: Path, numbers: tuple[int, int]
) -> None:
    sequence, revision = numbers
    words = ("--sequence", str(sequence), "--revision", str(revision), "--dev-index", "3")
    assert run("event", "sign", str(document), *words).exit_code == ExitCode.USAGE
    with pytest.raises(EnvelopeInvalid, match="is no integer from"):
        sign_document(
            parse(document.read_bytes()),
            sequence=sequence,
            revision=revision,
            domain=DOMAIN,
            private_key=MemberKeys.for_development(3).signing_key,
            salt_secret=bytes(32),
        )


def test_a_malformed_document_is_not_signed(run, document: Path) -> None:
    document.write_text(document.read_text("utf-8")[:-40], "utf-8")
    done = run(
        "event", "sign", str(document), "--sequence", "7", "--dev-index", "3", "--yes", "--json"
    )
    assert done.exit_code == ExitCode.INPUT
    assert json.loads(done.stderr)["type"] == "urn:lodetrace:problem:DocumentMalformed"
    assert not document.with_suffix(".signed.json").exists()


def test_amounts_without_a_unit_change_nothing(run) -> None:
    words = ("claim", "prove", "2f3a91c4", "--measure", "credit-share", "--credit", "responsible")
    done = run(*words, "--threshold", "60", "--dev-index", "3", "--json")
    assert done.exit_code == ExitCode.INPUT
    assert "unit" in json.loads(done.stderr)["detail"]


def test_check_says_which_contexts_are_missing(run, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("LODETRACE_CONTEXTS", str(tmp_path))
    found = {one["check"]: one for one in json.loads(run("check", "--json").stdout)["checks"]}
    assert found["contexts"]["verdict"] == "warning"
    assert found["contexts"]["detail"].splitlines() == [
        "no copy of", "epcis/epcis-context.jsonld", "epcis/2.0.1/epcis-context.jsonld"
    ]  # fmt: skip
    assert str(tmp_path) in found["contexts"]["advice"]
    (tmp_path / "any.jsonld").write_bytes(version_2_0_1())
    found = {one["check"]: one for one in json.loads(run("check", "--json").stdout)["checks"]}
    assert found["contexts"]["verdict"] == "ok"


def test_signing_says_all_that_the_nodes_would(run, document: Path) -> None:
    text = document.read_text("utf-8").replace("lodetrace:startTime", "lodetrace:starttime")
    document.write_text(text.replace('"active"', '"destroyed"'), "utf-8")
    done = signing(run, document, "--yes")
    assert done.exit_code == ExitCode.INPUT
    assert "did you mean startTime?" in done.stderr
    assert "'destroyed'" in done.stderr
    assert not document.with_suffix(".signed.json").exists()


def test_signing_needs_a_hash_that_the_nodes_can_make(run, document: Path) -> None:
    text = document.read_text("utf-8")
    bound = '"lodetrace": "https://ns.lodetrace.example/epcis/1/"'
    document.write_text(text.replace(bound, bound + ', "gs1": "https://ref.gs1.org/voc/"'), "utf-8")
    done = signing(run, document, "--yes")
    assert done.exit_code == ExitCode.INPUT
    assert "gs1 is a word of GS1's context" in " ".join(done.stderr.split())


@pytest.mark.parametrize("version", ["", "2.0.1/"])
def test_the_context_without_a_copy_is_signed(run, document: Path, version: str) -> None:
    text = document.read_text("utf-8").replace("epcis/2.0.0/", f"epcis/{version}")
    document.write_text(text, "utf-8")
    done = signing(run, document, "--yes")
    assert done.exit_code == ExitCode.OK, done.stderr


@pytest.mark.parametrize(
    ("identifier", "warned"), [("wvwzzz1jzxwOOO777", True), ("WVWZZZ1JZXW000777", False)]
)
def test_a_vehicle_number_that_cannot_be_one(run, identifier: str, warned: bool) -> None:
    done = run("product", "declare", identifier, "--dev-index", "7")
    assert done.exit_code != ExitCode.OK, "no chain is there"
    assert ("ISO 3779" in done.stderr) == warned


def changed(document: Path, old: str, new: str) -> None:
    text = document.read_text("utf-8")
    assert old in text
    document.write_text(text.replace(old, new), "utf-8")


def signing(run, document: Path, *words: str):
    return run("event", "sign", str(document), "--sequence", "7", "--dev-index", "3", *words)


def test_what_the_nodes_would_refuse_is_not_signed(run, document: Path) -> None:
    """Pure cobalt hydroxide holds less cobalt than that."""
    changed(document, '"lodetrace:Co": "30.30 %"', '"lodetrace:Co": "90.2 %"')
    done = signing(run, document)
    assert done.exit_code == ExitCode.REFUSED, done.output
    assert "assay-above-theory" in done.stderr
    assert not document.with_suffix(".signed.json").exists()


def test_what_the_nodes_would_flag_is_a_warning(run, document: Path) -> None:
    raw = json.loads(document.read_text("utf-8"))
    document.write_text(json.dumps({**raw, "creationDate": "2026-01-01T00:00:00Z"}), "utf-8")
    done = signing(run, document, "--yes")
    assert done.exit_code == ExitCode.OK, done.output
    assert "created-before-event" in done.stderr


def test_nobody_signs_what_nobody_was_asked_about(run, document: Path) -> None:
    for more in ((), ("--json",)):
        done = signing(run, document, *more)
        assert done.exit_code == ExitCode.USAGE, done.output
        assert "--yes" in done.stderr
        assert not document.with_suffix(".signed.json").exists()


@pytest.mark.parametrize("more", ["--yes", "--dry-run"])
def test_the_figures_are_shown_without_a_terminal(run, document: Path, more: str) -> None:
    done = signing(run, document, more)
    assert done.exit_code == ExitCode.OK, done.output
    for figure in ("5.311779375 t", "kg CO2e per kg", "moisture"):
        assert figure in done.stderr


def test_what_was_signed_before_is_not_asked_again(run, document: Path) -> None:
    assert signing(run, document, "--yes").exit_code == ExitCode.OK
    again = signing(run, document)
    assert again.exit_code == ExitCode.OK, again.output


def test_a_disk_that_gets_full_leaves_no_half_of_a_signed_document(
    run, document: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(ENOSPC, os.strerror(ENOSPC))

    signed = document.with_suffix(".signed.json")
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        assert signing(run, document, "--yes").exit_code == ExitCode.STORAGE
    assert sorted(path.name for path in document.parent.glob("*weighing*")) == [document.name]
    assert signing(run, document, "--yes").exit_code == ExitCode.OK
    assert stat.S_IMODE(signed.stat().st_mode) == 0o600, "it holds what the site keeps secret"


def test_a_rehearsal_signs_nothing(run, document: Path) -> None:
    done = signing(run, document, "--dry-run", "--json")
    assert done.exit_code == ExitCode.OK, done.output
    told = json.loads(done.stdout)
    assert (told["would"], told["dry_run"]) == ("sign the document", True)
    assert told["elements"]["Co"]["metal_out"] == {"value": "5311779375", "unit": "mg"}
    assert not document.with_suffix(".signed.json").exists()


def test_the_figures_are_shown_before_they_are_signed(document: Path) -> None:
    from rich.console import Console

    from lodetrace.cli.sign_view import sign_rows
    from lodetrace.documents.statement import SiteStatement

    signed = sign_document(
        parse(document.read_bytes()), sequence=7, revision=0, domain=DOMAIN,
        private_key=MemberKeys.for_development(3).signing_key, salt_secret=bytes(32),
    )  # fmt: skip
    console = Console(width=80, record=True)
    for part in sign_rows(SiteStatement.of(signed.document)):
        console.print(part, crop=False)
    shown = console.export_text()
    for figure in ("5.311779375 t", "kg CO2e per kg", "moisture"):
        assert figure in shown


@pytest.mark.parametrize("field", ["lodetrace:moisture", "lodetrace:assay", "lodetrace:carbon"])
def test_a_missing_field_is_named_by_its_path(run, document: Path, field: str) -> None:
    raw = json.loads(document.read_text("utf-8"))
    event = raw["epcisBody"]["eventList"][0]
    holder = event if field in event else event["ilmd"]["lodetrace:analysis"][0]
    del holder[field]
    document.write_text(json.dumps(raw), "utf-8")
    done = signing(run, document)
    assert done.exit_code == ExitCode.INPUT
    assert f"{field}: is missing" in done.stderr
    assert "None" not in done.stderr


@pytest.mark.parametrize(
    ("free", "verdict"), [(0, "failed"), (1 << 20, "warning"), (1 << 30, "ok")]
)
def test_check_tells_a_full_disk(
    free: int, verdict: str, run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda folder: SimpleNamespace(free=free))
    done = json.loads(run("check", "--json").stdout)
    [disk] = [one for one in done["checks"] if one["check"] == "disk"]
    assert disk["verdict"] == verdict
