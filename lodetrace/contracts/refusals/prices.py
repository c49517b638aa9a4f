"""Errors of Prices, in plain words."""

from collections.abc import Mapping
from typing import Final

from lodetrace.contracts.refusals.wording import ASK_COUNCIL, Words

PRICES: Final[Mapping[str, Words]] = {
    "CommodityUnknown": Words("commodity {commodity} is not registered", ASK_COUNCIL),
    "CommodityExists": Words("commodity {commodity} is registered", "Take another id."),
    "CommodityInvalid": Words(
        "commodity {commodity} names no metal or no material", "Give id, element and material."
    ),
    "MethodologyTooEarly": Words(
        "methodology {methodology} cannot apply from {applies_from}, only from {earliest} on",
        "A change of method takes 28 days' notice and follows the version before.",
    ),
    "MethodologyNotInForce": Words(
        "methodology {methodology} does not apply on {day}",
        "Assess the day by the version in force; the council gives notice of a new one.",
    ),
    "NotAdministrator": Words(
        "{account} does not administer commodity {commodity}", "Use the administrator's account."
    ),
    "ReleaserInvalid": Words(
        "{releaser} cannot release record {record}",
        "Name the administrator's second account: nobody releases what he prepared.",
    ),
    "NotReleaser": Words(
        "{account} cannot release record {record}, {releaser} can",
        "Have it prepared with this account as its releaser.",
    ),
    "PublicationInvalid": Words(
        "record {record} is incomplete", "Give status, commitment, document and assessment."
    ),
    "DayInFuture": Words("the trading day {day} has not begun", "Publish it on its day."),
    "DayPublished": Words(
        "{day} has a price, record {record}", "Publish a correction that names that record."
    ),
    "CorrectionInvalid": Words(
        "record {corrects} is not the day's last word, {current} is", "Correct that one."
    ),
    "PriceUnknown": Words("price record {record} was not released", "See `lodetrace price list`."),
    "PriceSuperseded": Words(
        "price record {record} was corrected by {corrected_by}", "Prove against the correction."
    ),
    "BoxCount": Words(
        "{boxes} sealed openings for {subscribers} subscribers", "Give one for each."
    ),
    "SubscriberInactive": Words(
        "{subscriber} is no account of an active member", "Leave it out of the delivery."
    ),
    "NotPriced": Words(
        "lot {lot} ({material} of {element}) is not what this price is of",
        "Name the price of the lot's metal and material.",
    ),
    "NotParty": Words(
        "{account} is no party of the offer of lot {lot}",
        "Seller or buyer record a settlement price, while the offer is open.",
    ),
    "CheckExists": Words("check {check_id} is recorded", "Nothing is left to do."),
}
