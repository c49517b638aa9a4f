"""Errors of Council, Directory, Members, Sites, Places and Certificates, in plain words."""

from collections.abc import Mapping
from typing import Final

from lodetrace.contracts.refusals.wording import ASK_COUNCIL, RefusalWording

JOURNAL: Final[Mapping[str, RefusalWording]] = {
    "RowNotAllowed": RefusalWording(
        "{writer} may not note events about a {kind}",
        f"The contract is no writer of the Journal, or no longer. {ASK_COUNCIL}",
    ),
    "RowFull": RefusalWording(
        "{count} events are noted about {kind} {subject}: what is left of its row is for words "
        "that it cannot refuse",
        "Nothing more is said about it by its own side. A lot is processed, or rebooked, all the "
        "same: what is made of it has a row of its own.",
    ),
}

COUNCIL: Final[Mapping[str, RefusalWording]] = {
    "NotSeated": RefusalWording("{caller} has no seat in the council", "Use the key of a seat."),
    "ActUnknown": RefusalWording(
        "act {act_id} was not proposed", "Propose it first, with the same salt."
    ),
    "ActExists": RefusalWording(
        "act {act_id} was proposed before", "Approve it, or take another salt."
    ),
    "SeatSilent": RefusalWording(
        "the organisation of {seat} is no longer of ownership group {group}, which the seat was "
        "granted for",
        "Have the seat granted anew, in an act.",
    ),
    "ActExpired": RefusalWording(
        "act {act_id} expired at {expires_at}, the chain's time is {time}",
        "Propose it anew, with another salt.",
    ),
    "ActAffectsTwoGroups": RefusalWording(
        "the act affects ownership group {group} and {another}",
        "Propose an act for each: whoever is affected is heard and does not vote.",
    ),
    "NotApproved": RefusalWording(
        "ownership group {group} has no approval of act {act_id} to revoke",
        "Nothing is left to do.",
    ),
    "ActIsDecided": RefusalWording(
        "act {act_id} is decided and can be executed from {executable_at} on",
        "Execute it then.",
    ),
    "DecisionOutdated": RefusalWording(
        "act {act_id} was decided by a council that sat otherwise, or by nobody yet",
        "Have it decided (Council.decide); its delay begins anew.",
    ),
    "ActBindsOtherwise": RefusalWording(
        "act {act_id} has come to need other groups than when it was proposed: a seat, a judging "
        "role or an ownership group changed",
        "Propose it anew, with another salt.",
    ),
    "NotAffected": RefusalWording(
        "{caller} does not speak for the ownership group that act {act_id} affects ({affected})",
        "Use a seat or account of that group.",
    ),
    "ObjectionExists": RefusalWording(
        "the affected group has objected to act {act_id} before", "It is heard once an act."
    ),
    "TooManySeats": RefusalWording("the council has {limit} seats", "Take a seat first."),
    "GroupTooSoon": RefusalWording(
        "ownership group {group} cannot enter the council before {next}, the chain's time is "
        "{time}",
        "One new group enters in 30 days: wait.",
    ),
    "MembersUnknown": RefusalWording(
        "the council reads no register of members at {members}",
        "Name the register first (Council.nameMembers, an act).",
    ),
    "GroupHasApproved": RefusalWording(
        "ownership group {group} has approved act {act_id} before",
        "Affiliates count once: another ownership group has to approve.",
    ),
    "ActUndecided": RefusalWording(
        "act {act_id} has {approvals} of {needed} approvals", "Wait for further ownership groups."
    ),
    "ActTooEarly": RefusalWording(
        "act {act_id} can be executed from {executable_at} on", "Wait for the delay to pass."
    ),
    "ActAlreadyExecuted": RefusalWording(
        "act {act_id} was executed before", "Nothing is left to do."
    ),
    "CallFailed": RefusalWording(
        "call {index} of the act, to {target}, was refused: {reason}",
        "All calls succeed or none: propose an act without that call, or correct it.",
    ),
    "OnlyCouncil": RefusalWording("{caller} is not the council", ASK_COUNCIL),
    "TooFewGroups": RefusalWording(
        "{groups} ownership groups would sit, at least {least} have to",
        "Grant another seat first.",
    ),
    "AlreadySeated": RefusalWording("{seat} has a seat", "Name another account."),
    "SeatInvalid": RefusalWording(
        "{seat} of group {group} is no possible seat", "Name account and group."
    ),
    "DelayTooLong": RefusalWording("a delay of {delay} exceeds {limit}", "Take a shorter delay."),
    "NameUnknown": RefusalWording("the Directory has no entry {name}", "Check the name."),
    "HashMissing": RefusalWording(
        "the entry {name} would name no file", "Give the keccak-256 hash of its bytes."
    ),
    "QuorumInvalid": RefusalWording("a quorum of {quorum} is not possible", "At least 1."),
    "GraceTooLong": RefusalWording("a grace of {grace} exceeds {limit}", "Take a shorter grace."),
    "WindowTooLong": RefusalWording(
        "a window of {window} exceeds {limit}", "Take a shorter window."
    ),
    "NoCode": RefusalWording("there is no contract at {at}", "Check the address and the network."),
    "CodeDiffers": RefusalWording(
        "the code at {at} has the hash {actual}, the act names {expected}",
        "Check the address, compile the same sources, and propose the act anew.",
    ),
}

MEMBERS: Final[Mapping[str, RefusalWording]] = {
    "NotActive": RefusalWording(
        "{signer} signs for no active member",
        "The key was rotated, the organisation suspended, or never registered on this network.",
    ),
    "RoleMissing": RefusalWording(
        "{signer} lacks the role {required} (it has: {held})",
        "Use an account with that role, or ask the council for it.",
    ),
    "RoleUnseasoned": RefusalWording(
        "the role {roles} of {signer} counts from {from_} on",
        "Wait: whoever is given a judging role, or takes it into another ownership group, judges "
        "7 days later.",
    ),
    "ConsentMissing": RefusalWording(
        "{account} has not signed that it becomes an account of organisation {organisation}",
        "Its holder signs, with these roles and this viewing key: lodetrace keys consent.",
    ),
    "OrganisationUnknown": RefusalWording(
        "organisation {organisation} is not registered", ASK_COUNCIL
    ),
    "OrganisationExists": RefusalWording(
        "organisation {organisation} is registered", "Take another id."
    ),
    "AccountUnknown": RefusalWording("{account} is no account of a member", "Check the address."),
    "AddressTaken": RefusalWording(
        "{signer} is an account or signer already", "Take a fresh address."
    ),
    "SignerFrozen": RefusalWording(
        "the ownership group of {signer} is frozen until {until}",
        "Wait: a freeze ends by itself within 7 days.",
    ),
    "TooManyOrganisations": RefusalWording(
        "ownership group {group} has {limit} organisations already", "No more are taken."
    ),
    "AccountIsRemoved": RefusalWording(
        "{account} was removed from its organisation", "The council restores it, in an act."
    ),
    "AccountNotRemoved": RefusalWording("{account} was not removed", "Nothing is left to do."),
    "AdminNotRemovable": RefusalWording(
        "{account} administers organisation {organisation}",
        "The council names another admin first (Members.setAdmin, an act).",
    ),
    "AccountOfAnother": RefusalWording(
        "{account} is an account of organisation {organisation}", "Name an account of its own."
    ),
    "AccreditationUnchanged": RefusalWording(
        "organisation {organisation} is accredited for these schemes already ({schemes})",
        "Nothing is left to do.",
    ),
    "SchemesInvalid": RefusalWording(
        "{schemes} is no set of schemes: bit 0 stands for none", "Schemes are 1 to 63, a bit each."
    ),
    "GroupUnchanged": RefusalWording(
        "organisation {organisation} is of ownership group {group} already",
        "Nothing is left to do.",
    ),
    "VoiceNotSuspended": RefusalWording(
        "{account} attests, certifies or judges (roles {voices}) while its signer would be "
        "replaced",
        "Suspend the organisation first, then replace the signer, then reinstate it.",
    ),
    "PauseInForce": RefusalWording(
        "the council's groups paused births, runs and claims until {until}",
        "Wait: a pause ends by itself within 72 hours. Lots change hands meanwhile.",
    ),
    "PauseTooSoon": RefusalWording(
        "the network cannot be paused again before {next}, the chain's time is {time}",
        "A pause is once in 30 days: suspend whoever does harm, in an act.",
    ),
    "GroupIsFrozen": RefusalWording(
        "ownership group {group} is frozen until {until}", "Wait until then."
    ),
    "FreezeTooSoon": RefusalWording(
        "ownership group {group} cannot be frozen again before {next}, the chain's time is {time}",
        "A freeze is once in 90 days: what is meant to last is an act of the council.",
    ),
    "FreezeNotIndependent": RefusalWording(
        "organisation {judge} is of the ownership group that would be frozen",
        "Another group has to judge.",
    ),
    "SecondGroupRequired": RefusalWording(
        "the ownership group of organisation {judge} proposed to freeze {group} before",
        "Another ownership group joins within 3 days.",
    ),
    "GroupUnknown": RefusalWording(
        "no organisation is of ownership group {group}", "Check the group."
    ),
    "OperatorUnchanged": RefusalWording(
        "organisation {operator} operates site {site} already", "Nothing is left to do."
    ),
    "TransferNotProposed": RefusalWording(
        "site {site} was not transferred to organisation {organisation}",
        "The council proposes the transfer first, in an act.",
    ),
    "NotProposed": RefusalWording(
        "{signer} was not proposed as signer of {account}",
        "The old signer proposes the new one first: keys rotate.",
    ),
    "NotAdmin": RefusalWording(
        "{signer} does not administer organisation {organisation}", "Use its first account."
    ),
    "TooManyAccounts": RefusalWording(
        "{organisation} has {limit} accounts already", "Reuse one of them."
    ),
    "ViewingKeyMissing": RefusalWording("the viewing key is empty", "Give the X25519 public key."),
    "HandoverLength": RefusalWording(
        "the handover has {length} bytes, expected {expected}", "Make it with `keys rotate`."
    ),
    "GroupNotClean": RefusalWording(
        "ownership group {group} of {organisation} would both trade or make metal and judge it",
        "Who is a trader, operator or maker, or belongs to their group, is no oracle, certifier, "
        "risk member, auditor, umpire or laboratory.",
    ),
    "GroupMissing": RefusalWording("{organisation} names no ownership group", "Name its group."),
    "StatusUnchanged": RefusalWording(
        "{organisation} is {status} already", "Nothing is left to do."
    ),
    "SiteUnknown": RefusalWording("site {site} is not registered", "Check the site's id."),
    "SiteExists": RefusalWording("site {site} is registered", "Take another id."),
    "SiteInactive": RefusalWording("site {site} is closed", "Ask the council to reopen it."),
    "SiteActive": RefusalWording("site {site} is open", "Nothing is left to do."),
    "SiteDetailsInvalid": RefusalWording(
        "the details of site {site} do not fit", "Check each field."
    ),
    "OperatorRoleMissing": RefusalWording(
        "organisation {organisation} lacks the role {required} that an operator of site {site} "
        "needs",
        "Laboratories belong to organisations with the laboratory role, other sites to operators.",
    ),
    "NotOperator": RefusalWording(
        "organisation {organisation} does not operate site {site}", "Use the operator's account."
    ),
    "NotIndependent": RefusalWording(
        "organisation {organisation} belongs to the ownership group of site {site}'s operator",
        "Somebody independent has to attest or certify.",
    ),
    "PanelSizeInvalid": RefusalWording(
        "a panel of {groups} groups for site {site}, needed are {required}",
        "Name one group more than the quorum, or all inspectors where there are fewer; the site's "
        "own group does not count.",
    ),
    "PanelGroupInvalid": RefusalWording(
        "ownership group {group} has no place on the panel of site {site}",
        "Name groups with the oracle role but the operator's, each once, in increasing order.",
    ),
    "PanelMemberStays": RefusalWording(
        "ownership group {group} is on the panel of site {site} until {until}",
        "A panel changes once in 365 days: before, only who was suspended or gave up the oracle "
        "role is replaced.",
    ),
    "ContinuousUnchanged": RefusalWording(
        "whether site {site} is continuous would stay {continuous}", "Nothing is left to do."
    ),
    "BandInvalid": RefusalWording(
        "tolerance {tolerance}, loss {loss_from} to {loss_to} and scrap {scrap_to} do not fit",
        "Give shares of the metal in: the tolerance at most 1 %, the first of the band not above "
        "the second.",
    ),
    "ElementNotAtSite": RefusalWording(
        "site {site} is not registered for {element}", "Check the metal of the document."
    ),
    "MaterialNotAtSite": RefusalWording(
        "site {site} does not make {material}", "Check the material of the output."
    ),
    "DeterminationInvalid": RefusalWording(
        "a determination from {from_} to {to} does not fit", "It holds for at most 366 days."
    ),
    "DeterminationTooEarly": RefusalWording(
        "a determination cannot begin {from_}, as the chain's time is {time}",
        "It begins at most 30 days ahead: record it later.",
    ),
    "DeterminationUnknown": RefusalWording(
        "{place} has no determination {number}", "Count them from 1, in their order."
    ),
    "DeterminationNotFavourable": RefusalWording(
        "determination {number} speaks against {place}",
        "Only one that finds no criterion met is excused: what speaks against a place counts "
        "whenever it was recorded.",
    ),
    "ConfirmingGroupRequired": RefusalWording(
        "{by} belongs to the ownership group that proposed this determination of {place}",
        "Another ownership group with the risk role confirms what speaks for a place.",
    ),
    "PlaceMissing": RefusalWording("the place is empty", "Name the place."),
    "TooManyDeterminations": RefusalWording(
        "{place} has {limit} determinations, or as many warnings of your group",
        "No more are taken.",
    ),
}

CERTIFICATES: Final[Mapping[str, RefusalWording]] = {
    "CertificateUnknown": RefusalWording(
        "certificate {certificate} does not exist", "Check its id."
    ),
    "CertificateExists": RefusalWording(
        "certificate {certificate} exists", "Take another number for it."
    ),
    "NotAccredited": RefusalWording(
        "organisation {organisation} is not accredited for {scheme} (it may certify: {accredited})",
        "Ask the council for the accreditation (Members.accredit, an act).",
    ),
    "CertifierStands": RefusalWording(
        "{certifier} still vouches for certificate {certificate}",
        "Only what its certifier may no longer certify is taken over.",
    ),
    "GraceOver": RefusalWording(
        "certificate {certificate} lost its certifier {certifier} 90 days ago or earlier",
        "It is taken over no more: issue a certificate of your own.",
    ),
    "CertifiersAreSisters": RefusalWording(
        "{successor} is of the ownership group of {certifier}, who lost certificate {certificate}",
        "A certifier of another group takes it over.",
    ),
    "EffectiveBeforeTakeOver": RefusalWording(
        "certificate {certificate} was taken over at {since}, the status would count from "
        "{effective_from} on",
        "Say from when on since the takeover; for the time before, the council withdraws for "
        "cause.",
    ),
    "ValidityInvalid": RefusalWording(
        "a certificate cannot be valid from {valid_from} to {valid_to}", "Check both dates."
    ),
    "TermTooLong": RefusalWording(
        "a term from {valid_from} to {valid_to} is longer than 3 years (1,098 days)",
        "Issue a certificate of at most 3 years, then the next one.",
    ),
    "NotCertifier": RefusalWording(
        "{account} does not vouch for certificate {certificate}", "Only its certifier changes it."
    ),
    "EffectiveInFuture": RefusalWording(
        "nothing is recorded that becomes effective in the future ({effective_from})",
        "Record it when it is effective.",
    ),
    "EffectiveInPast": RefusalWording(
        "a certificate cannot be in force again from {effective_from}, as the chain's time is "
        "{time}",
        "What speaks for a site never reaches back: name a time to come.",
    ),
    "TransitionInvalid": RefusalWording(
        "certificate {certificate} cannot go from {from_} to {to}", "Withdrawn is final."
    ),
    "TooManyCertificates": RefusalWording(
        "site {site} has {limit} certificates, or as many of your group", "No more are taken."
    ),
    "TooManyStatuses": RefusalWording("{certificate} has {limit} statuses", "No more are taken."),
    "CreditInvalid": RefusalWording("there is no credit {credit}", "Credits are 1 to 5."),
    "ModelInvalid": RefusalWording(
        "no scheme proves {model}: nothing is kept apart under it", "Name a stronger model."
    ),
    "SchemeInvalid": RefusalWording("there is no scheme {scheme}", "Check the scheme's number."),
    "NotExcusable": RefusalWording(
        "certificate {certificate} has more than its first status",
        "It is excused once, before its certifier records a further status.",
    ),
}
