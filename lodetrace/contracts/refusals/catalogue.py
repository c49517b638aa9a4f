"""What each error of the contracts means in plain words, and what to do about it.

Names in braces are the error's own arguments in snake_case.
"""

from collections.abc import Mapping
from typing import Final

from lodetrace.contracts.refusals.lots import ATTESTATIONS, CUSTODY, LOTS
from lodetrace.contracts.refusals.prices import PRICES
from lodetrace.contracts.refusals.registers import CERTIFICATES, COUNCIL, JOURNAL, MEMBERS
from lodetrace.contracts.refusals.wording import RefusalWording

CLAIMS: Final[Mapping[str, RefusalWording]] = {
    "ProductExists": RefusalWording("product {product} is declared", "Take another label."),
    "ProductUnknown": RefusalWording("product {product} is not declared", "Declare it first."),
    "ProductIsSealed": RefusalWording(
        "product {product} is sealed", "No part can be added any more."
    ),
    "NotProductOwner": RefusalWording(
        "{account} did not declare product {product}", "Use its account."
    ),
    "NotAssignable": RefusalWording(
        "lot {lot} is {material}: it goes to recovery, not into a product", "Name another lot."
    ),
    "UnitsExceeded": RefusalWording(
        "lot {lot} has {count} units, {assigned} are assigned: {units} more do not fit",
        "Each unit is assigned once.",
    ),
    "NotAssigned": RefusalWording(
        "lot {lot} is {state}: none of its units are in products",
        "An end of life is of units that were assigned to a product.",
    ),
    "ProductNotSealed": RefusalWording(
        "product {product} is not sealed",
        "Seal it first; its age counts from then on.",
    ),
    "UnitsNotInProduct": RefusalWording(
        "product {product} has {left} units of the series of lot {lot} left, not {units}",
        "Each unit of a product is retired once: see its parts, and which product it was.",
    ),
    "SubjectUnknown": RefusalWording("{subject} is neither a lot nor a total", "Check the id."),
    "TotalExists": RefusalWording("total {total} is recorded", "Nothing is left to do."),
    "TotalIncomplete": RefusalWording(
        "total {total} does not cover a sealed product", "Seal the product, total all its parts."
    ),
    "PartsMismatch": RefusalWording(
        "parts {first_part} + {part_count} of product {product} are not what is there",
        "Totals cover the parts in their order, without gaps.",
    ),
    "ScaleInvalid": RefusalWording(
        "scale {scale} is no multiple of the {count} units of lot {lot}",
        "Take the least common multiple of all counts.",
    ),
    "OffGrid": RefusalWording(
        "threshold {threshold} is not on the grid of {measure} (steps of {step} up to {limit})",
        "Round the careful way to the next step.",
    ),
    "MaskInvalid": RefusalWording(
        "credits {credit_mask} cannot be claimed together for {measure}",
        "A single credit, or both recycled ones.",
    ),
    "BoundaryUnknown": RefusalWording(
        "what direct emissions of {element} include is not registered for material {material}",
        "Ask the council to register the boundary; claim the carbon intensity until then.",
    ),
    "ClaimExists": RefusalWording("claim {claim_id} is recorded", "Nothing is left to do."),
}


GENERAL: Final[Mapping[str, RefusalWording]] = {
    "ReasonInvalid": RefusalWording(
        "{reason} is neither a code of the list of reasons nor a commitment to words",
        "Give a code, or words that stay with you: text never goes on chain.",
    ),
    "SealedBoxInvalid": RefusalWording(
        "a sealed box of {length} bytes, algorithm {algorithm}, is not taken",
        "Seal with the algorithm of this network; your version of Lodetrace may be another one.",
    ),
    "Error": RefusalWording("the contract refused: {message}", "Check the request."),
    "Panic": RefusalWording(
        "the contract stopped at an internal check (panic {code})", "Report it: it is a defect."
    ),
}


WORDS: Final[Mapping[str, RefusalWording]] = {
    **COUNCIL,
    **JOURNAL,
    **MEMBERS,
    **CERTIFICATES,
    **ATTESTATIONS,
    **LOTS,
    **CUSTODY,
    **CLAIMS,
    **PRICES,
    **GENERAL,
}
"""By the name of the error."""

ENDLESS: Final[Mapping[str, RefusalWording]] = {
    "LotNotFree": RefusalWording(
        "lot {id} is {state}",
        "Name another lot: `lodetrace lot show` says what became of this one.",
    )
}
"""The same where `until` is 0: it does not end."""
