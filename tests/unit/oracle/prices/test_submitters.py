"""The register of submitters: criteria, notice, revocation, affiliation."""

from datetime import date, timedelta
from typing import Any

import pytest

from oracle.prices.errors import SubmitterRefused
from oracle.prices.methodology import methodology_on
from oracle.prices.submitters import Entry, Register, Standing, SubmitterEntry, voices

DAY = date(2026, 3, 2)
COBALT = methodology_on("cobalt-sulphate", DAY)
TON = 10**9


def entry(
    what: Entry, day: date = DAY, /, *, submitter: str = "hailan", **values: Any
) -> SubmitterEntry:
    return SubmitterEntry(submitter, day, what, values)


def proposal(submitter: str = "hailan", account: str = "0x01", **values: Any) -> SubmitterEntry:
    said = {"kind": "smelter", "account": account, "metal": 601 * TON, "contact": "Ms Wei",
            "affiliates": [], **values}  # fmt: skip
    return entry(Entry.PROPOSED, submitter=submitter, **said)


def steps(**values: Any) -> list[SubmitterEntry]:
    return [
        proposal(**values),
        entry(Entry.DOCUMENT, kind="business-licence", hash="0x22"),
        entry(Entry.VERIFIED, by="dongfan"),
        entry(Entry.AGREED),
    ]


def approved(**values: Any) -> list[SubmitterEntry]:
    return [*steps(**values), entry(Entry.APPROVED)]


def standing(entries: list[SubmitterEntry], day: date = DAY) -> Standing:
    return Register(COBALT, entries).on(day)["hailan"].standing


def check(entries: list[SubmitterEntry], following: SubmitterEntry) -> SubmitterEntry:
    return Register(COBALT, entries).checked(following)


def test_2_3_1_1_all_criteria_make_a_submitter() -> None:
    assert standing(steps()) is Standing.CANDIDATE
    assert standing(approved()) is Standing.APPROVED


@pytest.mark.parametrize("missing", [1, 2, 3])
def test_2_3_1_1_document_verification_and_agreement_are_asked_for(missing: int) -> None:
    entries = steps()
    del entries[missing]
    with pytest.raises(SubmitterRefused, match="lacks"):
        check(entries, entry(Entry.APPROVED))


def test_2_3_1_1_a_contact_person_is_asked_for() -> None:
    with pytest.raises(SubmitterRefused, match="contact"):
        check(steps(contact=" "), entry(Entry.APPROVED))


@pytest.mark.parametrize("by", ["hailan", "sister"])
def test_2_3_1_1_another_participant_verifies(by: str) -> None:
    entries = [*steps(affiliates=["sister"])[:2], entry(Entry.VERIFIED, by=by), entry(Entry.AGREED)]
    with pytest.raises(SubmitterRefused, match="another participant"):
        check(entries, entry(Entry.APPROVED))


@pytest.mark.parametrize(("metal", "enough"), [(600 * TON, False), (600 * TON + 1, True)])
def test_2_3_1_1_1_a_smelter_makes_more_than_600_mt(metal: int, enough: bool) -> None:
    register = Register(COBALT, steps(metal=metal))
    assert (register.on(DAY)["hailan"].lacks(COBALT) == []) is enough


@pytest.mark.parametrize(("metal", "enough"), [(500 * TON, False), (500 * TON + 1, True)])
def test_2_3_1_1_2_a_downstream_user_buys_more_than_500_mt(metal: int, enough: bool) -> None:
    register = Register(COBALT, steps(metal=metal, kind="downstream"))
    assert (register.on(DAY)["hailan"].lacks(COBALT) == []) is enough


def test_2_3_1_1_a_trader_is_neither() -> None:
    with pytest.raises(SubmitterRefused, match="none of smelter, downstream"):
        check(steps(kind="trader"), entry(Entry.APPROVED))


def test_2_3_1_2_thirty_days_to_rectify_then_revoked() -> None:
    entries = [*approved(), entry(Entry.NOTIFIED, reason="sales below 600 mt")]
    last = DAY + timedelta(days=30)
    assert standing(entries, last) is Standing.NOTIFIED
    assert Register(COBALT, entries).on(last)["hailan"].counts
    assert standing(entries, last + timedelta(days=1)) is Standing.REVOKED
    rectified = entry(Entry.RECTIFIED, last)
    assert standing([*entries, check(entries, rectified)], last + timedelta(days=9)) is (
        Standing.APPROVED
    )
    with pytest.raises(SubmitterRefused, match="is revoked"):
        check(entries, entry(Entry.RECTIFIED, last + timedelta(days=1)))


def test_2_3_1_2_revocation_has_a_reason_and_the_past_stays() -> None:
    with pytest.raises(SubmitterRefused, match="needs a reason"):
        check(approved(), entry(Entry.REVOKED))
    later = DAY + timedelta(days=5)
    entries = [*approved(), entry(Entry.REVOKED, later, reason="invented a deal")]
    assert standing(entries, later) is Standing.REVOKED
    assert standing(entries, DAY) is Standing.APPROVED
    assert standing([*entries, check(entries, entry(Entry.PROPOSED, later, **proposal().values))],
                    later) is Standing.CANDIDATE  # fmt: skip


def test_the_history_only_grows_at_its_end() -> None:
    entries = [*approved(), entry(Entry.NOTIFIED, DAY + timedelta(days=3), reason="x")]
    with pytest.raises(SubmitterRefused, match="already at"):
        check(entries, entry(Entry.RECTIFIED, DAY + timedelta(days=2)))
    with pytest.raises(SubmitterRefused, match="never proposed"):
        check(entries, entry(Entry.AGREED, DAY + timedelta(days=3), submitter="nobody"))
    with pytest.raises(SubmitterRefused, match="known already"):
        check(approved(), proposal())


def test_2_3_2_one_account_one_submitter() -> None:
    with pytest.raises(SubmitterRefused, match="hailan signs with that account"):
        check(approved(), proposal("other", "0X01"))


def test_2_3_1_3_affiliated_submitters_are_one_voice() -> None:
    entries = [
        proposal("a", "0x0a", affiliates=["b"]),
        proposal("b", "0x0b"),
        proposal("c", "0x0c", affiliates=["holding"]),
        proposal("d", "0x0d", affiliates=["holding"]),
        proposal("e", "0x0e"),
    ]
    found = voices(Register(COBALT, entries).on(DAY))
    later = [*entries, entry(Entry.AFFILIATED, submitter="e", affiliates=["a"])]
    assert len({voices(Register(COBALT, later).on(DAY))[name] for name in "abe"}) == 1
    assert found["a"] == found["b"]
    assert found["c"] == found["d"]
    assert len({found[name] for name in "abcde"}) == 3
