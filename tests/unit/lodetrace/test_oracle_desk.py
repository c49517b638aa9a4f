"""Where signed documents go: to addresses that keep them, and show no password."""

from pathlib import Path
from unittest.mock import MagicMock

import pytest

from lodetrace.member.oracle_desk import DeskAddressUnsafe, DeskUnreachable, OracleDesk


@pytest.mark.parametrize(
    "url", ["https://inspectors.example/desk/", "http://127.0.0.1:8011", "http://[::1]:8011"]
)
def test_documents_go_by_tls_or_to_this_machine(url: str) -> None:
    assert OracleDesk.at(url).url == url.rstrip("/")


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://inspectors.example", "readable for others"),
        ("http://127.0.0.1.example", "readable for others"),
        ("https://clerk:s3cret@inspectors.example", "password"),
        ("http://clerk:s3cret@127.0.0.1:8011", "password"),
    ],
)
def test_they_go_nowhere_else(url: str, reason: str) -> None:
    with pytest.raises(DeskAddressUnsafe, match=reason) as refused:
        OracleDesk.at(url)
    assert "s3cret" not in f"{refused.value} {refused.value.values}"


@pytest.mark.parametrize(
    "answer", [b"", b"[]", b"{}", b'{"state": null}', b'{"state": [1]}', b"\xff"]
)
def test_another_server_is_called_so(
    answer: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = MagicMock(**{"open.return_value.__enter__.return_value.read.return_value": answer})
    monkeypatch.setattr("lodetrace.member.oracle_desk.opener_for", lambda _url: opened)
    document = tmp_path / "weighing.signed.json"
    document.write_text("{}")
    desk = OracleDesk.at("http://127.0.0.1:8011")
    for ask in (desk.hand_in, desk.state_of):
        with pytest.raises(DeskUnreachable, match=r"127\.0\.0\.1:8011"):
            ask(document)
