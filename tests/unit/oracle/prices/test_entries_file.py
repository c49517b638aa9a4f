"""Entries for the register, as an analyst writes them."""

from datetime import date
from pathlib import Path

import pytest

from oracle.prices.entries_file import EntriesUnusable, read_entries
from oracle.prices.submitters import EntryKind

NOTICE = "{submitter: amber, day: 2026-03-02, entry: notified, reason: sales too low}"
PROPOSAL = (
    "{submitter: amber, day: 2026-03-02, entry: proposed, kind: smelter, account: ACCOUNT,"
    " metal: 900 t, contact: Ms Wei, affiliates: [birch]}"
)
ACCOUNT = "0x" + "12" * 20


def written(folder: Path, line: str) -> Path:
    path = folder / "entries.yaml"
    path.write_text(f"entries:\n  - {line}\n", "utf-8")
    return path


def test_2_3_1_2_entries_are_read_in_their_order(tmp_path: Path) -> None:
    said = PROPOSAL.replace("ACCOUNT", f'"{ACCOUNT}"')
    first, second = read_entries(written(tmp_path, f"{said}\n  - {NOTICE}"))
    assert (first.submitter, first.day, first.entry) == (
        "amber",
        date(2026, 3, 2),
        EntryKind.PROPOSED,
    )
    assert first.values["metal"] == 900 * 10**9
    assert first.values["account"] == ACCOUNT
    assert second.values == {"reason": "sales too low"}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (PROPOSAL.replace("ACCOUNT", ACCOUNT), "in quotes"),
        (
            PROPOSAL.replace("ACCOUNT", f'"{ACCOUNT}"').replace("900 t", "900"),
            r"\[0\]\.metal: expected a text",
        ),
        (PROPOSAL.replace("ACCOUNT", f'"{ACCOUNT}"').replace("900 t", "900 lb"), "900 lb"),
        (NOTICE.replace("notified", "praised"), "praised"),
        (NOTICE.replace("2026-03-02", "soon"), "soon"),
        (NOTICE.replace("reason", "cause"), "unknown key; known: submitter, day, entry"),
        ("{entry: agreed}", "submitter, day missing"),
        (
            NOTICE.replace("reason: sales", "by: sales"),
            "reason missing; known: submitter, day, entry, reason",
        ),
        ("amber", "expected keys with values, found a text 'amber'"),
        ("{", "expected"),
    ],
)
def test_2_3_1_2_entries_that_cannot_be_read(tmp_path: Path, line: str, said: str) -> None:
    with pytest.raises(EntriesUnusable, match=said):
        read_entries(written(tmp_path, line))
