"""What each error of the contracts means in plain words, and what to do about it.

Names in braces are the error's own arguments in snake_case.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple


class Words(NamedTuple):
    """sentence: a template over the error's arguments."""

    sentence: str
    advice: str


_ASK_COUNCIL: Final = "Ask the council to decide it in an act."
_CHECK_ID: Final = "Check the id; `lodetrace lot list` shows the lots of your account."
_PROVE_AGAIN: Final = (
    "Make the proof again: it is bound to this chain, contract, account and request, "
    "and the circuit's key may have changed."
)
_WAIT_OR_ANSWER: Final = "Wait until it ends, or have the offer, hold or dispute answered first."

COUNCIL: Final[Mapping[str, Words]] = {
    "NotSeated": Words("{caller} has no seat in the council", "Use the key of a seat."),
    "ActUnknown": Words("act {act_id} was not proposed", "Propose it first, with the same salt."),
    "ActExists": Words("act {act_id} was proposed before", "Approve it, or take another salt."),
    "GroupHasApproved": Words(
        "ownership group {group} has approved act {act_id} before",
        "Affiliates count once: another ownership group has to approve.",
    ),
    "ActUndecided": Words(
        "act {act_id} has {approvals} of {needed} approvals", "Wait for further ownership groups."
    ),
    "ActTooEarly": Words(
        "act {act_id} can be executed from {executable_at} on", "Wait for the delay to pass."
    ),
    "ActAlreadyExecuted": Words("act {act_id} was executed before", "Nothing is left to do."),
    "CallFailed": Words(
        "call {index} of the act, to {target}, was refused: {reason}",
        "All calls succeed or none: propose an act without that call, or correct it.",
    ),
    "OnlyCouncil": Words("{caller} is not the council", _ASK_COUNCIL),
    "TooFewGroups": Words(
        "{groups} ownership groups are left, at least 2 are needed", "Grant another seat first."
    ),
    "AlreadySeated": Words("{seat} has a seat", "Name another account."),
    "SeatInvalid": Words("{seat} of group {group} is no possible seat", "Name account and group."),
    "DelayTooLong": Words("a delay of {delay} s exceeds {limit} s", "Take a shorter delay."),
    "NameUnknown": Words("the Directory has no contract {name}", "Check the name."),
    "NoCode": Words("there is no contract at {at}", "Check the address and the network."),
}

MEMBERS: Final[Mapping[str, Words]] = {
    "NotActive": Words(
        "{signer} signs for no active member",
        "The key was rotated, the organisation suspended, or never registered on this network.",
    ),
    "RoleMissing": Words(
        "{signer} lacks the role {required} (it has: {held})",
        "Use an account with that role, or ask the council for it.",
    ),
    "OrganisationUnknown": Words("organisation {organisation} is not registered", _ASK_COUNCIL),
    "OrganisationExists": Words("organisation {organisation} is registered", "Take another id."),
    "AccountUnknown": Words("{account} is no account of a member", "Check the address."),
    "AddressTaken": Words("{signer} is an account or signer already", "Take a fresh address."),
    "NotProposed": Words(
        "{signer} was not proposed as signer of {account}",
        "The old signer proposes the new one first: keys rotate.",
    ),
    "NotAdmin": Words(
        "{signer} does not administer organisation {organisation}", "Use its first account."
    ),
    "TooManyAccounts": Words("{organisation} has {limit} accounts already", "Reuse one of them."),
    "ViewingKeyMissing": Words("the viewing key is empty", "Give the X25519 public key."),
    "HandoverLength": Words(
        "the handover has {length} bytes, expected {expected}", "Make it with `keys rotate`."
    ),
    "GroupMissing": Words("{organisation} names no ownership group", "Name its group."),
    "StatusUnchanged": Words("{organisation} is {status} already", "Nothing is left to do."),
    "SiteUnknown": Words("site {site} is not registered", "Check the site's id."),
    "SiteExists": Words("site {site} is registered", "Take another id."),
    "SiteInactive": Words("site {site} is closed", "Ask the council to reopen it."),
    "SiteActive": Words("site {site} is open", "Nothing is left to do."),
    "SiteDetailsInvalid": Words("the details of site {site} do not fit", "Check each field."),
    "NotOperator": Words(
        "organisation {organisation} does not operate site {site}", "Use the operator's account."
    ),
    "NotIndependent": Words(
        "organisation {organisation} belongs to the ownership group of site {site}'s operator",
        "Somebody independent has to attest or certify.",
    ),
    "BandInvalid": Words(
        "tolerance {tolerance} ppm and loss band {loss_from} to {loss_to} ppm do not fit",
        "Give ppm of metal in, from not above to.",
    ),
    "ElementNotAtSite": Words(
        "site {site} is not registered for {element}", "Check the metal of the document."
    ),
    "MaterialNotAtSite": Words(
        "site {site} does not make {material}", "Check the material of the output."
    ),
    "DeterminationInvalid": Words(
        "a determination from {from_} to {to} does not fit", "It holds for at most 366 days."
    ),
    "PlaceMissing": Words("the place is empty", "Name the place."),
    "TooManyDeterminations": Words("{place} has {limit} determinations", "No more are taken."),
}

CERTIFICATES: Final[Mapping[str, Words]] = {
    "CertificateUnknown": Words("certificate {certificate} does not exist", "Check its id."),
    "CertificateExists": Words("certificate {certificate} exists", "Take another id."),
    "ValidityInvalid": Words(
        "a certificate cannot be valid from {valid_from} to {valid_to}", "Check both dates."
    ),
    "NotCertifier": Words(
        "{account} did not issue certificate {certificate}", "Only its certifier changes it."
    ),
    "EffectiveInFuture": Words(
        "a status cannot become effective in the future ({effective_from})",
        "Record it when it is effective.",
    ),
    "TransitionInvalid": Words(
        "certificate {certificate} cannot go from {from_} to {to}", "Withdrawn is final."
    ),
    "TooManyCertificates": Words("site {site} has {limit} certificates", "No more are taken."),
    "TooManyStatuses": Words("{certificate} has {limit} statuses", "No more are taken."),
    "CreditInvalid": Words("there is no credit {credit}", "Credits are 1 to 5."),
    "SchemeInvalid": Words("there is no scheme {scheme}", "Check the scheme's number."),
}

ATTESTATIONS: Final[Mapping[str, Words]] = {
    "AlreadyAttested": Words(
        "{organisation} has attested revision {revision} of event {event_id} before",
        "One attestation an organisation: the site files a new revision to correct one.",
    ),
    "AlreadyStanding": Words("event {event_id} stands", "Nothing is left to attest."),
    "NotStanding": Words(
        "event {event_id} does not stand yet", "Wait until a quorum of oracle nodes attests it."
    ),
    "AlreadyUsed": Words(
        "event {event_id} was used before", "An event makes lots once: look for the lot it made."
    ),
    "EventKindMismatch": Words(
        "event {event_id} is of kind {actual}, needed is {required}", "Name the right event."
    ),
    "TimeInvalid": Words(
        "an event from {from_} to {to} does not fit the time {time}",
        "An event has ended before it is filed, and does not end before it begins.",
    ),
    "StatementInvalid": Words(
        "the statement about event {event_id} is incomplete",
        "Sequence, kind, document and commitment have to be given.",
    ),
    "NotUser": Words("{caller} may not use events", _ASK_COUNCIL),
    "QuorumInvalid": Words("a quorum of {quorum} is not possible", "At least 1."),
}

LOTS: Final[Mapping[str, Words]] = {
    "NotWriter": Words("{caller} may not write the LotBook", _ASK_COUNCIL),
    "LotUnknown": Words("lot {id} does not exist", _CHECK_ID),
    "LotExists": Words("lot {id} exists", "It was made before: nothing is left to do."),
    "LotEmptyId": Words("a lot cannot have the id 0", "Name its commitment."),
    "LotEnded": Words("lot {id} has ended ({state})", "A lot is used once: name another lot."),
    "LotNotFree": Words("lot {id} is {state} until {until}", _WAIT_OR_ANSWER),
    "NotHolder": Words("{account} does not hold lot {id}, {holder} does", _CHECK_ID),
    "CountInvalid": Words("a series cannot have {count} units", "At least 1 unit."),
    "ProofRefused": Words("the proof of circuit {circuit} does not hold", _PROVE_AGAIN),
    "SlotCount": Words(
        "a run of {inputs} inputs and {outputs} outputs does not fit",
        "1 to 4 on each side; larger ones are planned as a tree.",
    ),
    "InputsNotIncreasing": Words(
        "input {next} does not come after {previous}", "Name each lot once, in increasing order."
    ),
    "OutputsEqual": Words("two outputs are {id}", "Each output needs a salt of its own."),
    "ModelStrengthened": Words(
        "the inputs are {weakest}, the outputs cannot be {requested}",
        "A chain-of-custody model never improves: choose the weakest of the inputs.",
    ),
    "ElementMismatch": Words(
        "lot {lot} holds {actual}, expected is {expected}", "One run, one metal."
    ),
    "MaterialMismatch": Words(
        "lot {lot} is {actual}, expected is {expected}", "A rebook keeps the material."
    ),
    "BeforeParent": Words(
        "the event began {event_from}, before lot {lot} existed ({lot_time})",
        "No event precedes its parents: check the times of the document.",
    ),
    "NotRecoverable": Words(
        "lot {lot} is {material}, neither scrap nor retired", "Retire the product's lot first."
    ),
    "SettlementNotApproved": Words(
        "no umpire approved event {event_id} for lot {lot}", "Ask the umpire to approve it."
    ),
    "PlaceNotDetermined": Words(
        "nobody has determined within 12 months what place {place} is",
        "A member with the risk role has to determine it first.",
    ),
    "NotProcessable": Words(
        "lot {lot} is {material}: it is recovered, not processed", "Use a recovery run."
    ),
    "OriginMismatch": Words(
        "lot {lot} comes from origin {actual}, the run from {expected}",
        "Identity preserved needs one origin: choose a weaker chain-of-custody model.",
    ),
    "SchemaMismatch": Words(
        "lot {lot} has schema {actual}, expected is {expected}", "One run or total, one schema."
    ),
    "UnitsMismatch": Words(
        "{units_in} units go in and {units_out} come out", "A rebook keeps the number of units."
    ),
    "SealedCount": Words(
        "{sealed_openings} sealed openings for {outputs} outputs", "One for each output."
    ),
    "MaterialNotBorn": Words(
        "{material} is not born from an event", "It comes from lots: recover or retire them."
    ),
    "MaterialNotMade": Words(
        "a run does not make {material}", "Products retire; scrap comes from a run's outputs."
    ),
    "EventNotAllowed": Words(
        "a rebook names no event, {event_id} was given", "Leave the event out, or process."
    ),
    "StateInvalid": Words("lot {id} cannot become {state}", _WAIT_OR_ANSWER),
    "ElementInvalid": Words("there is no element {element}", "Give the atomic number."),
    "PrecompileFailed": Words(
        "the chain's precompile {precompile} refused the proof's points", _PROVE_AGAIN
    ),
    "RunKindInvalid": Words("a run cannot be of kind {kind}", "process, rebook, recover, settle."),
}

CUSTODY: Final[Mapping[str, Words]] = {
    "NotOffered": Words("lot {lot} is not offered", "Ask its holder for an offer."),
    "OfferOfAnother": Words(
        "lot {lot} is offered to {to}, not to {account}", "Only that account answers the offer."
    ),
    "OfferSuperseded": Words(
        "the offer of lot {lot} is number {current}, not {given}",
        "It was offered again since: look at the new offer before accepting it.",
    ),
    "OfferExpired": Words("the offer of lot {lot} ended {expiry}", "Ask for a new offer."),
    "ExpiryInvalid": Words("an offer cannot end {expiry}", "Choose a time within the limits."),
    "OfferToSelf": Words("lot {lot} cannot be offered to its holder", "Name the receiver."),
    "ReceiverInactive": Words(
        "{to} is no active member that may hold lots", "Check the receiver's account."
    ),
    "BatchIncomplete": Words(
        "{given} of {size} lots of batch {batch} were named",
        "The lots of one physical batch move together, next to each other in one call.",
    ),
    "LengthMismatch": Words("two lists have different lengths", "One entry for each."),
    "AlreadyDisputed": Words(
        "lot {lot} is disputed until {until}", "Accept or return it, or have it settled."
    ),
    "NotDisputed": Words("lot {lot} is not disputed", "Only a disputed lot is settled."),
    "UmpireNotIndependent": Words(
        "umpire {umpire} belongs to a party to lot {lot}", "An independent umpire has to approve."
    ),
    "NotHeld": Words("lot {lot} is not held", "Nothing is left to do."),
    "SecondRoleRequired": Words(
        "{organisation} cannot decide about lot {lot} twice",
        "The other role, of another organisation, has to agree.",
    ),
    "NotHoldable": Words("lot {lot} cannot be held now", _WAIT_OR_ANSWER),
}

CLAIMS: Final[Mapping[str, Words]] = {
    "ProductExists": Words("product {product} is declared", "Take another product id."),
    "ProductUnknown": Words("product {product} is not declared", "Declare it first."),
    "ProductIsSealed": Words("product {product} is sealed", "No part can be added any more."),
    "NotProductOwner": Words("{account} did not declare product {product}", "Use its account."),
    "NotAssignable": Words(
        "lot {lot} is {material}: it goes to recovery, not into a product", "Name another lot."
    ),
    "UnitsExceeded": Words(
        "lot {lot} has {count} units, {assigned} are assigned: {units} more do not fit",
        "Each unit is assigned once.",
    ),
    "NotAssigned": Words("lot {lot} is in no product", "Only assigned lots are retired."),
    "SubjectUnknown": Words("{subject} is neither a lot nor a total", "Check the id."),
    "TotalExists": Words("total {total} is recorded", "Nothing is left to do."),
    "TotalIncomplete": Words(
        "total {total} does not cover a sealed product", "Seal the product, total all its parts."
    ),
    "PartsMismatch": Words(
        "parts {first_part} + {part_count} of product {product} are not what is there",
        "Totals cover the parts in their order, without gaps.",
    ),
    "ScaleInvalid": Words(
        "scale {scale} is no multiple of the {count} units of lot {lot}",
        "Take the least common multiple of all counts.",
    ),
    "OffGrid": Words(
        "threshold {threshold} is not on the grid of {measure} (steps of {step} up to {limit})",
        "Round the careful way to the next step.",
    ),
    "MaskInvalid": Words(
        "credits {credit_mask} cannot be claimed together for {measure}",
        "A single credit, or both recycled ones.",
    ),
    "ClaimExists": Words("claim {claim_id} is recorded", "Nothing is left to do."),
}

GENERAL: Final[Mapping[str, Words]] = {
    "Error": Words("the contract refused: {message}", "Check the request."),
    "Panic": Words(
        "the contract stopped at an internal check (panic {code})", "Report it: it is a defect."
    ),
}

WORDS: Final[Mapping[str, Words]] = {
    **COUNCIL,
    **MEMBERS,
    **CERTIFICATES,
    **ATTESTATIONS,
    **LOTS,
    **CUSTODY,
    **CLAIMS,
    **GENERAL,
}
"""By the name of the error."""
