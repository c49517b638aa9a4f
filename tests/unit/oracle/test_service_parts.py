"""Parts of the service that need no chain: settings, health, metrics, the folder's bounds."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client import REGISTRY
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.parser import text_string_to_metric_families

from lodetrace.environment import SettingMalformed
from lodetrace.errors import NodeError
from lodetrace.storage import StorageOfAnotherVersion, open_database
from lodetrace.strict_json import MAX_BYTES, DocumentTooLarge
from oracle.service.health import ServiceHealth
from oracle.service.intake import Intake
from oracle.service.metrics import exposition, registry_of
from oracle.service.overview import overview
from oracle.service.states import IntakeState
from oracle.service.store import FILE, Store
from oracle.settings import ORACLE_SETTINGS, DeclarationsMissing, OracleSettings
from tests.unit.docs.pages import Page


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path) as found:
        yield found


def test_settings_have_the_defaults_that_they_name() -> None:
    defaults = {one.name: one.default for one in ORACLE_SETTINGS}
    found = OracleSettings.load({})
    assert str(found.port) == defaults["LODETRACE_ORACLE_PORT"]
    assert str(found.monitor_port) == defaults["LODETRACE_ORACLE_MONITOR_PORT"]
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


@pytest.fixture
def health() -> ServiceHealth:
    found = ServiceHealth()
    found.took("http")
    found.connected["mqtt"] = False
    found.failed(NodeError())
    found.saw_head(1_234_567, 1_800_000_123)
    return found


def test_metrics_are_what_they_were_counted(store: Store, health: ServiceHealth) -> None:
    Intake(store).accept(b"{}", "http", "a")
    text, media_type = exposition(store, health)
    assert media_type == CONTENT_TYPE_PLAIN_0_0_4
    families = {one.name: one for one in text_string_to_metric_families(text.decode())}
    values = {
        (sample.name.removeprefix("lodetrace_oracle_"), *sample.labels.values()): sample.value
        for family in families.values()
        for sample in family.samples
    }
    assert values["documents", "pending"] == 1
    assert values["documents", "refused"] == 0
    assert values["events", "ready"] == 0
    assert values["taken_total", "http"] == 1
    assert values["faults_total", "NodeError"] == 1
    assert values["head_time_seconds",] == 1_800_000_123, "to the second"
    assert values["rounds_total",] == 0
    assert values["source_connected", "mqtt"] == 0
    assert families["lodetrace_oracle_rounds"].type == "counter"
    assert families["lodetrace_oracle_head_block"].type == "gauge"
    assert set(families) == {name for name in families if name.startswith("lodetrace_oracle_")}


def test_metrics_come_in_the_format_that_is_asked_for(store: Store, health: ServiceHealth) -> None:
    """Prometheus asks for OpenMetrics, which ends with a line of its own."""
    asked = "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.2"
    text, media_type = exposition(store, health, asked)
    assert media_type.startswith("application/openmetrics-text; version=1.0.0")
    assert text.endswith(b"# EOF\n")


def test_a_malformed_accept_header_is_answered_in_the_plain_format(
    store: Store, health: ServiceHealth
) -> None:
    _, media_type = exposition(store, health, "application/openmetrics-text; version=abc")
    assert media_type == CONTENT_TYPE_PLAIN_0_0_4


def test_metrics_are_in_a_registry_of_their_own(store: Store, health: ServiceHealth) -> None:
    before = {one.name for one in REGISTRY.collect()}
    found = {one.name for one in registry_of(store, health).collect()}
    assert found
    assert {one.name for one in REGISTRY.collect()} == before
    assert found & before == set()


def test_the_page_lists_every_metric(store: Store, health: ServiceHealth, root: Path) -> None:
    page = Page.read(root / "docs" / "oracle.md")
    rows = [row.cells[0] for row in page.rows if row.heads[0].startswith("metric ")]
    listed = {name.strip() for cell in rows for name in cell.split(",")}
    found = set()
    for one in registry_of(store, health).collect():
        name = one.name.removeprefix("lodetrace_oracle_")
        name += "_total" if one.type == "counter" else ""
        labels = sorted({label for sample in one.samples for label in sample.labels})
        found.add(f"{name}{{{','.join(labels)}}}" if labels else name)
    assert found == listed


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
