"""Openings and statements of another shape are refused before anything is computed."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from zk_circuits.balance import Balance, BirthMeasurement, RunMeasurement
from zk_circuits.commitment import Opening
from zk_circuits.errors import (
    ArityRefused,
    BalanceInconsistent,
    CreditCountWrong,
    KindMismatch,
    OpeningMismatch,
    WitnessRefused,
    WordOutOfRange,
)
from zk_circuits.rule import BirthRule, RunRule
from zk_circuits.schema import Credit
from zk_circuits.statement_checks import check
from zk_circuits.statements import ClaimMeasure
from zk_circuits.tags import Tag, TagType
from zk_circuits.vector_statements import statements

TRUE: dict[str, Any] = dict(statements())
PROCESS, REBOOKED = TRUE["process with packs and scrap"], TRUE["rebook of packs"]
BIRTH, CAR, CLAIM = TRUE["birth of responsible ore"], TRUE["total of a car"], TRUE["credit share"]
LOT, EVENT, BORN, TOTAL = PROCESS.inputs[0], PROCESS.event, BIRTH.event, CAR.total
NICKEL = Tag(28)


def refused(error: type[Exception], act: Callable[[], Any]) -> None:
    with pytest.raises(error):
        act()


def test_opening_knows_its_commitment() -> None:
    LOT.check(LOT.commitment)
    refused(OpeningMismatch, lambda: LOT.check(LOT.commitment + 1))


@pytest.mark.parametrize(
    "reading", [lambda: EVENT.lot, lambda: BORN.lot, lambda: LOT.birth, lambda: LOT.run,
                lambda: EVENT.birth, lambda: BORN.run],
)  # fmt: skip
def test_opening_is_read_as_what_it_is(reading: Callable[[], Any]) -> None:
    refused(KindMismatch, reading)


@pytest.mark.parametrize("metals", [(), (1, 1, 1, 1, 1)])
def test_event_of_a_run_has_one_to_four_inputs(metals: tuple[int, ...]) -> None:
    refused(ArityRefused, lambda: RunMeasurement(1, metals))


@pytest.mark.parametrize("credits", [(0, 0, 0), (0, 0, 0, 0, 0)])
def test_there_are_four_credits(credits: Any) -> None:
    refused(CreditCountWrong, lambda: Balance(1, 1, 0, 1, credits))
    refused(CreditCountWrong, lambda: BirthMeasurement(1, 1, 1, credits))


@pytest.mark.parametrize(
    "parts",
    [{"cahra": 11}, {"credits": (11, 0, 0, 0)}, {"credits": (0, 6, 5, 0)}, {"direct": 6}],
    ids=str,
)
def test_part_is_at_most_its_whole(parts: dict[str, Any]) -> None:
    refused(BalanceInconsistent, lambda: Balance(10, 5, **{"cahra": 0, **parts}))


@pytest.mark.parametrize("counts", [(), (1, 1, 1, 1, 1)])
def test_word_counts_one_to_four_outputs(counts: tuple[int, ...]) -> None:
    refused(ArityRefused, lambda: RunRule(counts))


@pytest.mark.parametrize(
    "field",
    [
        {"counts": (2**32,)}, {"gates": 16}, {"grants": 16}, {"tolerance_ppm": 2**20},
        {"loss_from_ppm": 2**20}, {"loss_to_ppm": 2**20}, {"scrap_to_ppm": 2**20},
    ],
    ids=str,
)  # fmt: skip
def test_field_fits_its_place_in_the_word(field: dict[str, Any]) -> None:
    refused(WordOutOfRange, lambda: RunRule(**{"counts": (1,), **field}))


def test_field_fits_its_place_in_the_rule_of_a_birth() -> None:
    refused(WordOutOfRange, lambda: BirthRule(2**32, 0, False))
    refused(WordOutOfRange, lambda: BirthRule(1, 16, False))


@pytest.mark.parametrize(
    "change",
    [
        lambda: replace(BIRTH, event=EVENT),
        lambda: replace(BIRTH, lot=TOTAL),
        lambda: replace(PROCESS, event=BORN),
        lambda: replace(PROCESS, inputs=(TOTAL, PROCESS.inputs[1])),
        lambda: replace(REBOOKED, outputs=(TOTAL, REBOOKED.outputs[1])),
        lambda: replace(CAR, parts=(EVENT, CAR.parts[1])),
        lambda: replace(CAR, total=LOT),
        lambda: replace(CLAIM, subject=EVENT),
    ],
)
def test_statement_is_about_openings_of_its_types(change: Callable[[], Any]) -> None:
    refused(KindMismatch, change)


@pytest.mark.parametrize("statement", [BIRTH, PROCESS, CAR, CLAIM], ids=lambda one: one.circuit)
def test_context_has_248_bits(statement: Any) -> None:
    refused(WordOutOfRange, lambda: replace(statement, ctx=1 << 248))


def test_total_has_a_weight_of_32_bits_for_each_part() -> None:
    refused(ArityRefused, lambda: replace(CAR, weights=(1,)))
    refused(WordOutOfRange, lambda: replace(CAR, weights=(1, 2**32)))
    refused(ArityRefused, lambda: replace(CAR, parts=(), weights=()))


def test_credits_are_named_for_a_credit_share_alone() -> None:
    refused(ArityRefused, lambda: replace(CLAIM, credits=()))
    refused(ArityRefused, lambda: replace(CLAIM, measure=ClaimMeasure.CARBON))
    two = replace(CLAIM, credits=(Credit.RESPONSIBLE, Credit.RESPONSIBLE))
    assert two.statement == CLAIM.statement


@pytest.mark.parametrize(
    "statement",
    [
        replace(BIRTH, event=replace(BORN, tag=NICKEL.of(TagType.BIRTH))),
        replace(PROCESS, event=replace(EVENT, tag=NICKEL.of(TagType.RUN_EVENT))),
        replace(CAR, parts=(replace(CAR.parts[0], tag=NICKEL), CAR.parts[1])),
    ],
    ids=lambda one: one.circuit,
)
def test_metals_do_not_mix(statement: Any) -> None:
    with pytest.raises(WitnessRefused, match="all tags name one element"):
        check(statement)


def test_an_opening_keeps_its_salt_to_itself() -> None:
    assert str(LOT.salt) not in repr(LOT)
    refused(KindMismatch, lambda: Opening(Tag(27), EVENT.balance, 1))
