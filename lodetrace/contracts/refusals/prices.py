"""Errors of Prices, in plain words."""

from collections.abc import Mapping
from typing import Final

from lodetrace.contracts.refusals.wording import ASK_COUNCIL, RefusalWording

PRICES: Final[Mapping[str, RefusalWording]] = {
    "CommodityUnknown": RefusalWording("commodity {commodity} is not registered", ASK_COUNCIL),
    "CommodityExists": RefusalWording("commodity {commodity} is registered", "Take another id."),
    "CommodityInvalid": RefusalWording(
        "commodity {commodity} names no metal or no material", "Give id, element and material."
    ),
    "MethodologyTooEarly": RefusalWording(
        "methodology {methodology} cannot apply from {applies_from}, only from {earliest} on",
        "A change of method takes 28 days' notice and follows the version before.",
    ),
    "MethodologyNotInForce": RefusalWording(
        "methodology {methodology} does not apply on {day}",
        "Assess the day by the version in force; the council gives notice of a new one.",
    ),
    "NotAdministrator": RefusalWording(
        "{account} does not administer commodity {commodity}", "Use the administrator's account."
    ),
    "ReleaserInvalid": RefusalWording(
        "{releaser} cannot release record {record}",
        "Name the administrator's second account: nobody releases what he prepared.",
    ),
    "NotReleaser": RefusalWording(
        "{account} cannot release record {record}, {releaser} can",
        "Have it prepared with this account as its releaser.",
    ),
    "PublicationInvalid": RefusalWording(
        "record {record} is incomplete", "Give status, commitment, document and assessment."
    ),
    "DayInFuture": RefusalWording("the trading day {day} has not begun", "Publish it on its day."),
    "DayPublished": RefusalWording(
        "{day} has a price, record {record}", "Publish a correction that names that record."
    ),
    "CorrectionInvalid": RefusalWording(
        "record {corrects} is not the day's last word, {current} is", "Correct that one."
    ),
    "PriceUnknown": RefusalWording(
        "price record {record} was not released", "See `lodetrace price list`."
    ),
    "PriceSuperseded": RefusalWording(
        "price record {record} was corrected by {corrected_by}", "Prove against the correction."
    ),
    "BoxCount": RefusalWording(
        "{boxes} sealed openings for {subscribers} subscribers", "Give one for each."
    ),
    "SubscriberInactive": RefusalWording(
        "{subscriber} is no account of an active member", "Leave it out of the delivery."
    ),
    "NotPriced": RefusalWording(
        "lot {lot} ({material} of {element}) is not what this price is of",
        "Name the price of the lot's metal and material.",
    ),
    "NotParty": RefusalWording(
        "{account} is no party of the offer of lot {lot}",
        "Seller or buyer record a settlement price, while the offer is open.",
    ),
    "TooManyChecks": RefusalWording(
        "{account} has checked this offer of lot {lot} against 8 records",
        "No more are taken of one account about one offer.",
    ),
    "CheckExists": RefusalWording("check {check_id} is recorded", "Nothing is left to do."),
}
