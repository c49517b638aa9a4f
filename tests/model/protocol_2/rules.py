"""The rules by name, one name a rule, and how a refused act speaks."""

from __future__ import annotations

from enum import StrEnum
from typing import Any


class ActRule(StrEnum):
    """The refusal names the rule that it enforces; an experiment lifts a rule by this name."""

    # Members
    ROLE_HELD = "role-held"
    MEMBER_ACTIVE = "member-active"
    GROUP_CLEAN = "group-clean"  # a group that trades or operates does not judge
    GROUP_FROZEN = "group-frozen"
    JUDGE_INDEPENDENT = "judge-independent"  # of the subject's ownership group
    JUDGE_ANOTHER_GROUP = "judge-another-group"  # than those that decided before
    VOICES_OF_NOW = "voices-of-now"  # attested by so many groups of now, without the operator's
    JUDGE_SEASONED = "judge-seasoned"  # a role judges after a week
    FREEZE_ONCE = "freeze-once"  # in 90 days
    NOT_PAUSED = "not-paused"  # births, runs and claims

    # Council
    SEATED = "seated"
    ACT_MAJORITY = "act-majority"  # two thirds of the others, where it is constitutional
    ACT_WAITS = "act-waits"
    ACT_TERM = "act-term"
    DECISION_CURRENT = "decision-current"  # of the council that sits
    ONE_AFFECTED = "one-affected"  # an act acts upon one group
    FOUR_GROUPS = "four-groups"  # always sit
    GROUP_A_MONTH = "group-a-month"  # enters
    PAUSE_ONCE = "pause-once"  # in 30 days

    # Facts
    TERM_LIMITED = "term-limited"
    NOT_AHEAD = "not-ahead"
    NEVER_BACK = "never-back"  # in force reaches back to no earlier time
    RECORDED_BY_THEN = "recorded-by-then"  # good news counts from its recording
    BRIDGES_SILENCE = "bridges-silence"  # not what another certificate says against the site
    ACCREDITED = "accredited"  # for the scheme
    PAPERS_END = "papers-end"  # a while after their certifier certified last
    ORPHANED = "orphaned"  # a certificate is taken over when its certifier is gone
    OWN_TIME = "own-time"  # whoever takes over says nothing about the time before
    TWO_GROUPS = "two-groups"  # a favourable determination takes two

    # Events
    SITE_OPERATOR = "site-operator"
    EVENT_TIMES = "event-times"
    PERIOD_TERM = "period-term"  # takes time, and 31 days at most
    PERIOD_GAPLESS = "period-gapless"  # begins when the last booked one ended
    STOCK_NAMED = "stock-named"  # what lies in a plant goes into what it makes next
    STOCK_STAYS = "stock-stays"  # and into nothing else
    INPUTS_NAMED = "inputs-named"  # one to four lots, in order
    LOT_ACTIVE = "lot-active"
    LOT_LOCKED = "lot-locked"  # a named lot waits for its event
    ON_THE_PANEL = "on-the-panel"  # nobody chooses his inspectors
    OPERATOR_FILED = "operator-filed"  # what stands
    EVENT_OPEN = "event-open"
    OPERATOR_CONSENTS = "operator-consents"  # to a withdrawal, or is silent for two weeks

    # What an honest inspector refuses
    PART_IN_CHARGE = "part-in-charge"
    BATCH_NOT_SEEN = "batch-not-seen"
    WEIGHT_BY_INPUT = "weight-by-input"
    WEIGHT_OUT = "weight-out"
    WITHDRAWS_ERRORS = "withdraws-errors"  # what was true is not taken back
    LOSS_NAMES_PART = "loss-names-part"

    # Births and runs
    EVENT_ONCE = "event-once"
    EVENT_STANDS = "event-stands"
    INPUTS_AS_NAMED = "inputs-as-named"
    HELD_IN_TIME = "held-in-time"
    MADE_BEFORE = "made-before"
    METAL_BY_INPUT = "metal-by-input"
    BOOKS_ALL = "books-all"  # no metal that was attested is left out
    CREDIT_TERM = "credit-term"  # a period passes none that is older than a year
    SCRAP_ATTESTED = "scrap-attested"
    UNITS_ATTESTED = "units-attested"
    UNITS_EQUAL = "units-equal"  # each unit holds the same metal
    MATERIAL_ADVANCES = "material-advances"
    REWORK_ONCE = "rework-once"
    MODEL_ATTESTED = "model-attested"
    MODEL_NEVER_IMPROVES = "model-never-improves"
    NO_PAPER_WRITE_OFF = "no-paper-write-off"

    # Rebooks
    KEEPS_METAL = "keeps-metal"
    ONE_MATERIAL = "one-material"
    ONE_ROOT = "one-root"
    CHARGE_WHOLE = "charge-whole"  # a charge is processed or broken, nothing else
    MIXED_RESTS = "mixed-rests"

    # Custody
    HOLDER = "holder"
    GOODS_ARRIVE = "goods-arrive"  # an honest buyer weighs them
    OFFER_TERM = "offer-term"
    OFFER_OPEN = "offer-open"
    HOLD_FREE = "hold-free"
    DISPUTE_OPEN = "dispute-open"
    MEASURES_THE_LOT = "measures-the-lot"
    SETTLED_AS_MEASURED = "settled-as-measured"
    SETTLER = "settler"

    # Products
    UNITS_ONCE = "units-once"
    END_OF_LIFE = "end-of-life"  # attested at a dismantler's

    # The book
    OUTLIVES_UPGRADES = "outlives-upgrades"  # what is used once stays used in a new contract


class ActRefused(Exception):
    """An act is refused; `rule` and `values` say why, and nothing has changed."""

    def __init__(self, rule: ActRule, values: dict[str, Any]) -> None:
        said = ", ".join(f"{name} {value}" for name, value in values.items())
        super().__init__(f"{rule}: {said}")
        self.rule = rule
        self.values = values
