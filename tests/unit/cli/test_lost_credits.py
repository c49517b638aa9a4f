"""A run that costs a credit says so before it is recorded."""

from lodetrace.cli.lot.lost_credits import say_lost_credits
from zk_circuits.allocation import plan_run
from zk_circuits.balance import Balance, RunMeasurement
from zk_circuits.rule import ALL_GATES, RuleModel, RunRule

TONNE = 10**9
SITE = "urn:epc:id:sgln:952010000.002.0"
RESPONSIBLE = (2 * TONNE, 0, 0, 0)
NONE = (0, 0, 0, 0)


def lot(credits: tuple[int, ...], metal: int = 2 * TONNE) -> Balance:
    return Balance(metal=metal, carbon=7, cahra=0, credits=credits)


def lost(inputs: list[Balance], wanted: list[int], rule: RunRule, place: str | None) -> list[str]:
    fed = tuple(one.metal for one in inputs)
    event = None if place is None else RunMeasurement(sum(wanted), fed)
    outputs = plan_run(inputs, wanted, rule, event)
    return list(say_lost_credits(inputs, outputs, rule, place))


def at_site(model: RuleModel, gates: int = ALL_GATES, outputs: int = 1) -> RunRule:
    counts = (1,) * outputs
    return RunRule(counts, proportional=model.proportional, whole=model.whole, gates=gates)


def test_a_closed_gate_is_named_with_its_site() -> None:
    rule = at_site(RuleModel.SEGREGATED, ALL_GATES & ~1)
    assert lost([lot(RESPONSIBLE)], [TONNE], rule, SITE) == [
        f"responsible is lost: no certificate lets it through at {SITE}"
    ]
    assert lost([lot(RESPONSIBLE)], [TONNE], at_site(RuleModel.SEGREGATED), SITE) == []


def test_where_no_gate_is_open_old_metal_may_be_the_reason() -> None:
    rule = at_site(RuleModel.MASS_BALANCE, 0)
    (said,) = lost([lot(RESPONSIBLE)], [TONNE], rule, SITE)
    assert "metal of more than 365 days before its end" in said


def test_what_a_whole_model_drops_is_named_with_its_reason() -> None:
    both = [lot(RESPONSIBLE), lot(NONE)]
    rule = RunRule.rebook(RuleModel.SEGREGATED, (1,))
    (said,) = lost(both, [4 * TONNE], rule, None)
    assert (
        said == "responsible is lost: under this model all metal of a lot bears a credit, or none"
    )
    blended = RunRule.rebook(RuleModel.MASS_BALANCE, (1,))
    assert lost(both, [4 * TONNE], blended, None) == []


def test_what_goes_with_the_metal_or_by_rounding_is_no_loss_of_credits() -> None:
    rule = at_site(RuleModel.MASS_BALANCE, outputs=2)
    assert lost([lot(RESPONSIBLE), lot(NONE)], [TONNE // 3, TONNE // 7], rule, SITE) == []
