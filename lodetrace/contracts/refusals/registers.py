"""Errors of Council, Directory, Members, Sites, Places and Certificates, in plain words."""

from collections.abc import Mapping
from typing import Final

from lodetrace.contracts.refusals.wording import ASK_COUNCIL, Words

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
    "OnlyCouncil": Words("{caller} is not the council", ASK_COUNCIL),
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
    "OrganisationUnknown": Words("organisation {organisation} is not registered", ASK_COUNCIL),
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
