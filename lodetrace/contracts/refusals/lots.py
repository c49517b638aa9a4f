"""Errors of Attestations, LotBook, Origins, Runs, Custody and Holds, in plain words."""

from collections.abc import Mapping
from typing import Final

from lodetrace.contracts.refusals.wording import ASK_COUNCIL, Words

_CHECK_ID: Final = "Check the id; `lodetrace lot list` shows the lots of your account."
_PROVE_AGAIN: Final = (
    "Make the proof again: it is bound to this chain, contract, account and request, "
    "and the circuit's key may have changed."
)
_WAIT_OR_ANSWER: Final = (
    "Wait until it ends, or have the offer, hold or dispute answered first; "
    "`lodetrace lot cancel` takes an offer of yours back."
)

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
    "AlreadyWithdrawn": Words(
        "document {document} about event {event_id} was withdrawn by its site",
        "Use the later revision, if the site made one; see `lodetrace event status`.",
    ),
    "WithdrawalAlreadyAttested": Words(
        "{organisation} has attested withdrawal {digest} of event {event_id} before",
        "One attestation an organisation: wait for the other oracle nodes.",
    ),
    "WithdrawalInvalid": Words(
        "the withdrawal of event {event_id} is incomplete",
        "It names sequence, the wrong document, and another one that declares it wrong.",
    ),
    "RevisionNotLater": Words(
        "revision {revision} of event {event_id} is not later than the withdrawn {withdrawn}",
        "The site signs the corrected document with the next --revision.",
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
    "NotUser": Words("{caller} may not use events", ASK_COUNCIL),
    "QuorumInvalid": Words("a quorum of {quorum} is not possible", "At least 1."),
}

LOTS: Final[Mapping[str, Words]] = {
    "NotWriter": Words("{caller} may not write the LotBook", ASK_COUNCIL),
    "LotUnknown": Words("lot {id} does not exist", _CHECK_ID),
    "LotExists": Words("lot {id} exists", "It was made before: nothing is left to do."),
    "LotEmptyId": Words("a lot cannot have the id 0", "Name its commitment."),
    "LotEnded": Words("lot {id} has ended ({state})", "A lot is used once: name another lot."),
    "LotNotFree": Words("lot {id} is {state} until {until}", _WAIT_OR_ANSWER),
    "NotHolder": Words("{account} does not hold lot {id}, {holder} does", _CHECK_ID),
    "CountInvalid": Words(
        "a lot of this material cannot have {count} units",
        "Cells, modules and packs have at least 1 unit, everything else exactly 1.",
    ),
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
    "SequenceExhausted": Words(
        "so many events about one lot do not fit into the book", "Rebook it into a new lot."
    ),
    "RevisionsExhausted": Words(
        "the lot was restated as often as the book can count", "Rebook it into a new lot."
    ),
    "LimitReached": Words(
        "the book is at its limit of {limit}", "Close the open offer, or ask the council."
    ),
    "StateInvalid": Words("lot {id} cannot become {state}", _WAIT_OR_ANSWER),
    "ElementInvalid": Words("there is no element {element}", "Give the atomic number."),
    "PrecompileFailed": Words(
        "the chain's precompile {precompile} refused the proof's points", _PROVE_AGAIN
    ),
    "RunKindInvalid": Words("a run cannot be of kind {kind}", "process, rebook, recover, settle."),
}

CUSTODY: Final[Mapping[str, Words]] = {
    "NotOffered": Words(
        "lot {lot} is not offered",
        "Nothing is to be answered or taken back: see `lodetrace lot show`.",
    ),
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
