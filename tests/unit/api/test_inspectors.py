"""The panel of a site, and what its inspectors answered to the document of an event."""

from fastapi.testclient import TestClient

from api.deps import Gateway
from lodetrace.contracts.events import DocumentRefused, Filed, PanelNamed
from tests.unit.api.scripted_chain import ScriptedChain, account, ident, word

SITE, EVENT, DOCUMENT = 0x51, 0xE1, 9


def test_a_site_shows_its_panel(chain: ScriptedChain, gateway: Gateway, client: TestClient) -> None:
    assert client.get(f"/sites/{ident(SITE)}").json()["panel"] == []
    chain.mine(PanelNamed(word(SITE), 2, (word(1), word(2))))
    gateway.indexer.catch_up()
    shown = client.get(f"/sites/{ident(SITE)}").json()
    assert (shown["panel"], shown["sequence"]) == ([ident(1), ident(2)], 2)


def test_an_event_shows_its_filing_and_who_refused_its_document(
    chain: ScriptedChain, gateway: Gateway, client: TestClient
) -> None:
    before = client.get(f"/events/{ident(EVENT)}").json()
    assert (before["filed_at"], before["refusals"]) == (None, [])
    number = before["sequence"]
    other = DocumentRefused(word(SITE), word(DOCUMENT), word(8), number + 1, word(12))
    chain.mine(
        Filed(word(SITE), word(DOCUMENT), account(5), number),
        DocumentRefused(word(SITE), word(DOCUMENT), word(7), number, word(12)),
        other,
    )
    gateway.indexer.catch_up()
    shown = client.get(f"/events/{ident(EVENT)}").json()
    assert shown["filed_at"] is not None
    assert [(one["organisation"], one["reason"]) for one in shown["refusals"]] == [
        (ident(7), ident(12))
    ]
