"""Which error of the contracts says which rule of the model, and what only one of them asks."""

from __future__ import annotations

from tests.model.protocol_2.rules import ActRule as R

NAMES: dict[R, frozenset[str]] = {
    rule: frozenset(names.split())
    for rule, names in {
        R.ROLE_HELD: "RoleMissing NotCertifier",
        R.MEMBER_ACTIVE: "NotActive ReceiverInactive SenderInactive OfferToSelf",
        R.GROUP_CLEAN: "GroupNotClean",
        R.GROUP_FROZEN: "SignerFrozen SenderInactive",
        R.JUDGE_INDEPENDENT: (
            "NotIndependent FreezeNotIndependent UmpireNotIndependent CertifiersAreSisters"
            " DeciderNotIndependent"
        ),
        R.JUDGE_ANOTHER_GROUP: (
            "AlreadyAttested AlreadyRefused WithdrawalAlreadyAttested SecondGroupRequired"
            " ConfirmingGroupRequired SecondRoleRequired"
        ),
        R.JUDGE_SEASONED: "RoleUnseasoned",
        R.FREEZE_ONCE: "FreezeTooSoon GroupIsFrozen",
        R.NOT_PAUSED: "PauseInForce",
        R.PAUSE_ONCE: "PauseTooSoon",
        R.TERM_LIMITED: "TermTooLong ValidityInvalid DeterminationInvalid",
        R.NOT_AHEAD: "EffectiveInFuture DeterminationTooEarly",
        R.NEVER_BACK: "EffectiveInPast",
        R.ACCREDITED: "NotAccredited",
        R.ORPHANED: "CertifierStands GraceOver",
        R.OWN_TIME: "EffectiveBeforeTakeOver",
        R.SITE_OPERATOR: "NotOperator OperatorUnchanged",
        R.ON_THE_PANEL: "NotOnPanel PanelAnswered",
        R.OPERATOR_FILED: "NotFiled",
        R.OPERATOR_CONSENTS: "NotOperator",
        R.EVENT_TIMES: "TimeInvalid",
        R.PERIOD_TERM: "PeriodInvalid",
        R.PERIOD_GAPLESS: "PeriodGap",
        R.STOCK_NAMED: "StockNotNamed",
        R.STOCK_STAYS: "StockNotAtSite StockBound",
        R.EVENT_OPEN: "AlreadyStanding AlreadyWithdrawn RevisionNotLater",
        R.EVENT_ONCE: "AlreadyUsed",
        R.EVENT_STANDS: "NotStanding AlreadyWithdrawn EventLapsed EventKindMismatch",
        R.LOT_ACTIVE: "LotNotFree LotNotNamed LotEnded StateInvalid",
        R.LOT_LOCKED: "LotNotNamed LotNotFree",
        R.INPUTS_AS_NAMED: "InputsNotNamed",
        R.HELD_IN_TIME: "HeldTooLate",
        R.MADE_BEFORE: "BeforeParent",
        R.MATERIAL_ADVANCES: (
            "MaterialNotHigher MaterialMismatch NotProcessable NotRecoverable MaterialNotMade"
        ),
        R.REWORK_ONCE: "ReworkedBefore",
        R.MODEL_ATTESTED: "ModelNotAttested NotKeptApart",
        R.MODEL_NEVER_IMPROVES: "ModelStrengthened",
        R.UNITS_ATTESTED: "UnitsMismatch UnitMaterialMismatch",
        R.ONE_ROOT: "PoolNotAllowed OriginMismatch",
        R.ONE_MATERIAL: "MaterialMismatch NotProcessable NotRecoverable",
        R.CHARGE_WHOLE: "ChargeBound PoolNotAllowed",
        R.MIXED_RESTS: "LotResting",
        R.KEEPS_METAL: "EventWithoutOutput",
        R.WEIGHT_OUT: "EventWithOutput",
        R.HOLDER: (
            "NotHolder InputNotAtSite AlreadyDisputed NotProductOwner ProductIsSealed NotOffered"
        ),
        R.OFFER_TERM: "ExpiryInvalid",
        R.OFFER_OPEN: "NotOffered OfferOfAnother OfferExpired OfferSuperseded",
        R.HOLD_FREE: "LotNotFree LotNotNamed LotOnHold",
        R.DISPUTE_OPEN: "AlreadyDisputed NotDisputed SettlementNotApproved",
        R.MEASURES_THE_LOT: "InputsNotNamed",
        R.SETTLER: "SettlerNotYet NotHolder NotActive",
        R.UNITS_ONCE: "UnitsExceeded CountInvalid UnitsNotInProduct UnitsNotAssigned UnitsMismatch",
        R.END_OF_LIFE: (
            "NotDismantler NotAssigned ProductNotSealed InputsNotNamed EventKindMismatch"
            " UnitMaterialMismatch"
        ),
    }.items()
}
"""Of each rule that a contract enforces, the errors that say so."""

PROVEN = frozenset(
    {
        R.METAL_BY_INPUT, R.KEEPS_METAL, R.BOOKS_ALL, R.SCRAP_ATTESTED, R.UNITS_EQUAL,
        R.UNITS_ATTESTED, R.SETTLED_AS_MEASURED,
    }
)  # fmt: skip
"""Rules that no contract can look into: there is no proof of what breaks them."""

KEPT_BACK: dict[str, frozenset[R]] = {
    "events.attest": frozenset(
        {
            R.PART_IN_CHARGE, R.BATCH_NOT_SEEN, R.WEIGHT_BY_INPUT, R.WEIGHT_OUT, R.LOSS_NAMES_PART,
            R.MODEL_ATTESTED,
        }
    ),
    "events.file": frozenset({R.ROLE_HELD}),
    "events.withdraw": frozenset(
        {R.WITHDRAWS_ERRORS, R.EVENT_ONCE, R.EVENT_STANDS}
    ),
    "trade.accept": frozenset({R.GOODS_ARRIVE, R.ROLE_HELD}),
    "facts.determine": frozenset({R.JUDGE_INDEPENDENT, R.JUDGE_ANOTHER_GROUP}),
}  # fmt: skip
"""Rules that whoever acts keeps himself, or that the contract asks at another act: nothing is sent.

An honest inspector attests nothing that he did not see, and an honest buyer weighs the goods.
"""

STRICTER: dict[str, frozenset[str]] = {
    act: frozenset(errors.split())
    for act, errors in {
        "members.join": "GroupIsFrozen",
        "members.move": "GroupUnchanged GroupIsFrozen",
        "members.accredit": "AccreditationUnchanged RoleMissing",
        "members.set_active": "StatusUnchanged",
        "facts.suspend": "TransitionInvalid",
        "facts.reinstate": "TransitionInvalid",
        "book.hold": "SecondRoleRequired",
        "book.release": "HoldNotInForce",
        "events.attest": "AlreadyAttested NotMeasurable LotNotFree",
        "runs.process": (
            "HeldTooLate NotKeptApart UnitMaterialMismatch UnitsMismatch RootMismatch SlotCount"
            " PlaceNotDetermined"
        ),
        "runs.rebook": "PlaceNotDetermined",
        "trade.offer": "PlaceNotDetermined LotResting ChargeBound ReceiverInactive",
        "trade.accept": "PlaceNotDetermined",
        "products.assign": "NotAssignable LotResting ChargeBound",
    }.items()
}
"""Errors by which an act is refused that the model has no rule against."""
