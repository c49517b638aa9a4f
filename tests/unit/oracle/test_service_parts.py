"""Parts of the service that need no chain: settings, health, metrics, the folder's bounds."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from lodetrace.errors import NodeError
from lodetrace.settings import SettingMalformed
from lodetrace.storage import StorageOfAnotherVersion, open_database
from lodetrace.strict_json import MAX_BYTES, DocumentTooLarge
from oracle.service.health import ServiceHealth
from oracle.service.intake import Intake
from oracle.service.metrics import metrics_text
from oracle.service.overview import overview
from oracle.service.states import IntakeState
from oracle.service.store import FILE, Store
from oracle.settings import ORACLE_SETTINGS, DeclarationsMissing, OracleSettings

LINE = re.compile(r'(# (HELP|TYPE) .+|lodetrace_oracle_\w+(\{\w+="\w+"\})? -?\d+)')


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path) as found:
        yield found


def test_settings_have_the_defaults_that_they_name() -> None:
    defaults = {one.name: one.default for one in ORACLE_SETTINGS}
    found = OracleSettings.load({})
    assert str(found.port) == defaults["LODETRACE_ORACLE_PORT"]
    assert str(found.poll_ms) == defaults["LODETRACE_ORACLE_POLL_MS"]
    assert str(found.parent_wait // 3_600) == defaults["LODETRACE_ORACLE_PARENT_HOURS"]
    assert str(found.stuck_after // 3_600) == defaults["LODETRACE_ORACLE_STUCK_HOURS"]
    assert str(found.head_limit) == defaults["LODETRACE_ORACLE_HEAD_SECONDS"]
    assert (found.folder, found.mqtt, found.mqtt_password) == (None, None, None)
    with pytest.raises(DeclarationsMissing):
        found.require_declarations()


@pytest.mark.parametrize("value", ["-1", "x", "1.5", "65536"])
def test_a_port_that_is_none(value: str) -> None:
    with pytest.raises(SettingMalformed, match="LODETRACE_ORACLE_PORT"):
        OracleSettings.load({"LODETRACE_ORACLE_PORT": value})


def test_a_document_is_stored_once(store: Store) -> None:
    intake = Intake(store)
    first, again = intake.accept(b"{}", "http", "a"), intake.accept(b"{}", "folder", "b")
    assert (first.new, again.new) == (True, False)
    assert first.digest == again.digest
    assert intake.state_of(first.digest) == (IntakeState.PENDING, "")
    assert [taken.name for taken in intake.due(1 << 33, 9)] == ["a"]


def test_a_document_may_be_as_long_as_the_limit(store: Store) -> None:
    intake = Intake(store)
    intake.accept(b" " * MAX_BYTES, "http", "full")
    with pytest.raises(DocumentTooLarge):
        intake.accept(b" " * (MAX_BYTES + 1), "http", "fuller")
    assert len(intake.due(1 << 33, 9)) == 1


def test_what_fails_inside_of_a_transaction_is_not_there(store: Store) -> None:
    intake = Intake(store)

    def fail_after_one() -> None:
        with store.write():
            intake.accept(b"{}", "folder", "a")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_after_one()
    assert intake.due(1 << 33, 9) == []


def test_metrics_are_in_the_text_format(store: Store) -> None:
    Intake(store).accept(b"{}", "http", "a")
    service_health = ServiceHealth()
    service_health.took("http")
    service_health.failed(NodeError())
    text = metrics_text(store, service_health)
    assert [line for line in text.splitlines() if not LINE.fullmatch(line)] == []
    assert 'lodetrace_oracle_documents{state="pending"} 1\n' in text
    assert 'lodetrace_oracle_documents{state="refused"} 0\n' in text
    assert 'lodetrace_oracle_taken_total{source="http"} 1\n' in text
    assert 'lodetrace_oracle_faults_total{error="NodeError"} 1\n' in text


def test_readiness_has_reasons() -> None:
    service_health = ServiceHealth()
    assert service_health.unready(60, 60) == "no round has ended yet"
    service_health.saw_head(5, 1_000)
    service_health.went_through()
    assert service_health.unready(60, 60) == ""
    service_health.advanced -= 61
    assert service_health.unready(60, 60) == "the chain's head is block 5 for 61 s"
    assert service_health.unready(0, 60) == "", "0 never minds"
    service_health.saw_head(4, 900)
    assert (service_health.stale_heads, service_health.head, service_health.head_time) == (
        1,
        5,
        1_000,
    )
    assert service_health.round_ended is not None
    service_health.round_ended -= 61
    assert service_health.unready(0, 60) == "no round has ended for 61 s"


def test_a_database_of_another_version_is_not_shown_as_empty(tmp_path: Path) -> None:
    assert overview(tmp_path, 60, 10).counts["pending"] == 0
    open_database(tmp_path / FILE, "CREATE TABLE other (a)", 99).close()
    with pytest.raises(StorageOfAnotherVersion):
        overview(tmp_path, 60, 10)
