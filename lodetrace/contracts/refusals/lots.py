"""Errors of Attestations, LotBook, Origins, Runs, Custody and Holds, in plain words."""

from collections.abc import Mapping
from typing import Final

from lodetrace.contracts.refusals.wording import ASK_COUNCIL, RefusalWording

_CHECK_ID: Final = "Check the id; `lodetrace lot list` shows the lots of your account."
_PROVE_AGAIN: Final = (
    "Make the proof again: it is bound to this chain, contract, account and request, "
    "and the circuit's key may have changed."
)
_WAIT_OR_ANSWER: Final = (
    "Wait until it ends, or have the offer, hold or dispute answered first; "
    "`lodetrace lot cancel` takes an offer of yours back."
)

ATTESTATIONS: Final[Mapping[str, RefusalWording]] = {
    "AlreadyAttested": RefusalWording(
        "the ownership group of {organisation} has attested revision {revision} of event "
        "{event_id} before",
        "One attestation a group: the site files a new revision to correct one.",
    ),
    "AlreadyStanding": RefusalWording("event {event_id} stands", "Nothing is left to attest."),
    "NotStanding": RefusalWording(
        "event {event_id} does not stand yet", "Wait until a quorum of oracle nodes attests it."
    ),
    "AlreadyWithdrawn": RefusalWording(
        "document {document} about event {event_id} was withdrawn by its site",
        "Use the later revision, if the site made one; see `lodetrace event status`.",
    ),
    "WithdrawalAlreadyAttested": RefusalWording(
        "the ownership group of {organisation} has attested withdrawal {digest} of event "
        "{event_id} before",
        "One attestation a group: wait for the other oracle nodes.",
    ),
    "TooManyWithdrawals": RefusalWording(
        "ownership group {group} has attested 16 withdrawals of event {event_id}",
        "No more are taken from one group: attest the declaration that the site filed, once.",
    ),
    "WithdrawalInvalid": RefusalWording(
        "the withdrawal of event {event_id} is incomplete, or names other lots than the event",
        "It names sequence, the wrong document with the lots that went in, and another document "
        "that declares it wrong.",
    ),
    "RevisionNotLater": RefusalWording(
        "revision {revision} of event {event_id} is not later than the withdrawn {withdrawn}",
        "The site signs the corrected document with the next --revision.",
    ),
    "EventKindMismatch": RefusalWording(
        "event {event_id} is of kind {actual}, needed is {required}", "Name the right event."
    ),
    "TimeInvalid": RefusalWording(
        "an event from {from_} to {to} does not fit the time {time}",
        "An event has ended before it is filed, and does not end before it begins.",
    ),
    "StatementInvalid": RefusalWording(
        "the statement about event {event_id} is incomplete",
        "It gives sequence, kind, document, commitment, all metals of the document and the batches "
        "that came out; only a loss or a measurement is without an output. An end of life counts "
        "units of cells, modules or packs, nothing else does.",
    ),
    "InputsInvalid": RefusalWording(
        "event {event_id} names too few or too many lots, or not in increasing order",
        "A birth names none, a measurement one, every other event one to four: merge more of them "
        "into a charge first.",
    ),
    "InputNotAtSite": RefusalWording(
        "lot {lot} is with organisation {organisation}, the site's operator is {operator}",
        "An event names lots of its own operator: have the lot accepted first.",
    ),
    "InputsOfAccounts": RefusalWording(
        "lot {lot} is with account {account}, another lot of the event with {first}",
        "One account runs an event: move all its lots to one account before it is attested.",
    ),
    "NotDismantler": RefusalWording(
        "site {site} is of kind {kind}, no dismantler's",
        "The council registers dismantlers' sites: only they state an end of life.",
    ),
    "PeriodInvalid": RefusalWording(
        "a period from {from_} to {to} does not fit", "It takes time, and at most 31 days."
    ),
    "StockNotNamed": RefusalWording(
        "stock {stock} of {element} lies in site {site}, and the event does not name it",
        "What lies in the plant goes into whatever it makes next: name it among the inputs.",
    ),
    "StockNotAtSite": RefusalWording(
        "lot {lot} is stock in process, and not what site {site} processes next",
        "Only the next processing event of its own site names it.",
    ),
    "NotMeasurable": RefusalWording(
        "lot {lot} is not disputed, or of the laboratory's own ownership group",
        "A measurement looks at a disputed lot of others, while the dispute is open.",
    ),
    "EventLapsed": RefusalWording(
        "event {event_id} could be used until {until}",
        "The site withdraws the document and states it again under the next --revision.",
    ),
    "AlreadyFiled": RefusalWording(
        "document {document} of site {site}, number {sequence}, was filed {filed_at}",
        "The first filing counts: nothing is left to do.",
    ),
    "NotFiled": RefusalWording(
        "document {document} of site {site}, number {sequence}, was not filed by its operator",
        "The site files it with `lodetrace event file`: nothing about it counts before.",
    ),
    "AlreadyRefused": RefusalWording(
        "ownership group {group} refused document {document} of site {site} before",
        "Once is enough: attest it, if it is in order after all.",
    ),
    "NotOnPanel": RefusalWording(
        "ownership group {group} is not on the panel of site {site}",
        "Its panel answers; another group is drawn 10 days after the filing, for each that is "
        "silent.",
    ),
    "PanelAnswered": RefusalWording(
        "all seats of the panel of site {site} have answered, ownership group {group} comes late",
        "Another group was drawn and answered: nothing is left to do.",
    ),
    "WithdrawalUndecided": RefusalWording(
        "withdrawal {digest} of event {event_id} waits for no word of its site",
        "A quorum of oracle nodes attests it first; one whose declaration was filed takes effect "
        "at once.",
    ),
    "ConsentAwaited": RefusalWording(
        "withdrawal {digest} of event {event_id} waits for its site until {until}",
        "The site files the declaration, or the council decides after that.",
    ),
}

LOTS: Final[Mapping[str, RefusalWording]] = {
    "AlreadyUsed": RefusalWording(
        "event {event_id} was used before", "An event makes lots once: look for the lot it made."
    ),
    "NotWriter": RefusalWording("{caller} may not write the LotBook", ASK_COUNCIL),
    "LotUnknown": RefusalWording("lot {id} does not exist", _CHECK_ID),
    "LotExists": RefusalWording("lot {id} exists", "It was made before: nothing is left to do."),
    "LotEmptyId": RefusalWording("a lot cannot have the id 0", "Name its commitment."),
    "LotEnded": RefusalWording(
        "lot {id} has ended ({state})", "A lot is used once: name another lot."
    ),
    "LotNotFree": RefusalWording("lot {id} is {state} until {until}", _WAIT_OR_ANSWER),
    "LotOnHold": RefusalWording(
        "lot {id} is on hold until {until}, with all lots of root {root} that group {group} has",
        "Answer the question behind the hold: two judges of two ownership groups release it.",
    ),
    "RootUnknown": RefusalWording(
        "no lot is of root {root}", "`lodetrace lot show` tells the root of a lot."
    ),
    "NotHolder": RefusalWording("{account} does not hold lot {id}, {holder} does", _CHECK_ID),
    "CountInvalid": RefusalWording(
        "a lot of this material cannot have {count} units",
        "Cathodes, cells, modules and packs have at least 1 unit, everything else exactly 1.",
    ),
    "LotResting": RefusalWording(
        "lot {id} is of several roots and rests until {until}",
        "It stays for 24 hours where it was made; it can be processed or rebooked before.",
    ),
    "ChargeBound": RefusalWording(
        "lot {id} is a charge: it is processed, and nothing else",
        "Name it in an event, or break it up by a rebook under mass balance.",
    ),
    "StockBound": RefusalWording(
        "lot {id} is stock in process: it stays in its plant",
        "Name it in the site's next period; what is made of it is sold.",
    ),
    "PeriodGap": RefusalWording(
        "the last booked period of {element} at site {site} ended {end}, this one begins {from_}",
        "State the period that begins when that one ended. If one is stated, make its run first.",
    ),
    "LotNotNamed": RefusalWording(
        "lot {id} is {state}: no event that still counts names it",
        "Its event was withdrawn, used, or lapsed after 180 days: see `lodetrace event status`.",
    ),
    "TimeExhausted": RefusalWording(
        "the book does not count time until {time}", "Report it: a next version of the book is due."
    ),
    "InputsNotNamed": RefusalWording(
        "the lots given are not those that event {event_id} names",
        "A run consumes exactly the lots that went in: see `lodetrace event status`.",
    ),
    "HeldTooLate": RefusalWording(
        "lot {lot} came into custody {held_since}, the event allows until {latest}",
        "Metal that came later did not go in: the site names the right lots in a new revision.",
    ),
    "SettlerNotYet": RefusalWording(
        "{account} cannot settle lot {lot} before {from_}",
        "Until then its holder does; then also the buyer and the umpire may.",
    ),
    "ModelNotAttested": RefusalWording(
        "the site kept apart as for {attested}, the outputs cannot be {requested}",
        "Choose the model that was attested, or a weaker one.",
    ),
    "NotKeptApart": RefusalWording(
        "no chain-of-custody certificate for the time of the event says that site {site} works "
        "{model}",
        "Choose mass balance, or have the certificate recorded.",
    ),
    "MaterialNotHigher": RefusalWording(
        "{made} is not a step on from {material} of lot {lot}",
        "A process makes a higher material; the same one once more is a rework.",
    ),
    "ReworkedBefore": RefusalWording(
        "lot {lot} was reworked before", "Material is reworked once: recover it as scrap."
    ),
    "RootMismatch": RefusalWording(
        "lot {lot} is of root {actual}, the others are of {expected}",
        "A loss names the lots of one root: state one loss for each.",
    ),
    "IndexMismatch": RefusalWording(
        "lot {lot} is of output {actual} of its document, the others are of output {expected}",
        "Units of two batches are not made alike on paper: rebook each batch by itself.",
    ),
    "PoolNotAllowed": RefusalWording(
        "{material} of several roots does not become one lot under {model}",
        "Several roots are pooled under mass balance, and nothing that comes in units: rebook each "
        "root by itself, or make a charge.",
    ),
    "UnitMaterialMismatch": RefusalWording(
        "units of {attested} are attested, units of {made} are made",
        "The outputs in units are of the material whose units the document counts.",
    ),
    "EventWithoutOutput": RefusalWording(
        "event {event_id} says that nothing came out",
        "Record the loss of its lots, or end the dispute: there is nothing to prove.",
    ),
    "EventWithOutput": RefusalWording(
        "event {event_id} says that something was found", "Book what remains by a run."
    ),
    "ProofRefused": RefusalWording("the proof of circuit {circuit} does not hold", _PROVE_AGAIN),
    "SlotCount": RefusalWording(
        "a run of {inputs} inputs and {outputs} outputs does not fit",
        "1 to 4 on each side; larger ones are planned as a tree.",
    ),
    "InputsNotIncreasing": RefusalWording(
        "input {next} does not come after {previous}", "Name each lot once, in increasing order."
    ),
    "OutputsEqual": RefusalWording("two outputs are {id}", "Each output needs a salt of its own."),
    "ModelStrengthened": RefusalWording(
        "the inputs are {weakest}, the outputs cannot be {requested}",
        "A chain-of-custody model never improves: choose the weakest of the inputs.",
    ),
    "ElementMismatch": RefusalWording(
        "lot {lot} holds {actual}, expected is {expected}", "One run, one metal."
    ),
    "MaterialMismatch": RefusalWording(
        "lot {lot} is {actual}, expected is {expected}", "A rebook keeps the material."
    ),
    "BeforeParent": RefusalWording(
        "the event began {event_from}, before lot {lot} existed ({lot_time})",
        "No event precedes its parents: check the times of the document.",
    ),
    "NotRecoverable": RefusalWording(
        "lot {lot} is {material}, neither scrap nor retired", "Retire the product's lot first."
    ),
    "SettlementNotApproved": RefusalWording(
        "no umpire approved event {event_id} for lot {lot}", "Ask the umpire to approve it."
    ),
    "PlaceNotDetermined": RefusalWording(
        "nobody has determined within 12 months what place {place} is",
        "A member with the risk role has to determine it first.",
    ),
    "NotProcessable": RefusalWording(
        "lot {lot} is {material}: it is recovered, not processed", "Use a recovery run."
    ),
    "OriginMismatch": RefusalWording(
        "lot {lot} comes from origin {actual}, the run from {expected}",
        "Identity preserved needs one origin: choose a weaker chain-of-custody model.",
    ),
    "SchemaMismatch": RefusalWording(
        "lot {lot} has schema {actual}, expected is {expected}", "One run or total, one schema."
    ),
    "FormatMismatch": RefusalWording(
        "lot {lot} is of format {actual}, these contracts prove format {expected}",
        "Restate it in this format first.",
    ),
    "UnitsNotAssigned": RefusalWording(
        "{assigned} units of lot {lot} are in products, not {units}",
        "Only units that are in products leave them.",
    ),
    "UnitsMismatch": RefusalWording(
        "{units_in} units go in and {units_out} come out",
        "A rebook, charge or settlement keeps the number of units; a loss adds none; an end of "
        "life retires as many as its event says.",
    ),
    "SealedCount": RefusalWording(
        "{sealed_openings} sealed openings for {outputs} outputs", "One for each output."
    ),
    "MaterialNotBorn": RefusalWording(
        "{material} is not born from an event", "It comes from lots: recover or retire them."
    ),
    "MaterialNotMade": RefusalWording(
        "a run does not make {material}", "Products retire; scrap comes from a run's outputs."
    ),
    "EventNotAllowed": RefusalWording(
        "a rebook or charge names no event, {event_id} was given",
        "Leave the event out, or process.",
    ),
    "SequenceExhausted": RefusalWording(
        "so many events about one lot do not fit into the book", "Rebook it into a new lot."
    ),
    "RevisionsExhausted": RefusalWording(
        "the lot was restated as often as the book can count", "Rebook it into a new lot."
    ),
    "LimitReached": RefusalWording(
        "the book is at its limit of {limit}", "Ask the council for a next version."
    ),
    "StateInvalid": RefusalWording("lot {id} cannot become {state}", _WAIT_OR_ANSWER),
    "ElementInvalid": RefusalWording("there is no element {element}", "Give the atomic number."),
    "PrecompileFailed": RefusalWording(
        "the chain's precompile {precompile} refused the proof's points", _PROVE_AGAIN
    ),
    "RunKindInvalid": RefusalWording(
        "a run cannot be of kind {kind}",
        "process, rebook, charge, recover, rework, loss, settle; `lodetrace product retire`.",
    ),
}

CUSTODY: Final[Mapping[str, RefusalWording]] = {
    "NotOffered": RefusalWording(
        "lot {lot} is not offered",
        "Nothing is to be answered or taken back: see `lodetrace lot show`.",
    ),
    "OfferOfAnother": RefusalWording(
        "lot {lot} is offered to {to}, not to {account}", "Only that account answers the offer."
    ),
    "OfferSuperseded": RefusalWording(
        "the offer of lot {lot} is number {current}, not {given}",
        "It was offered again since: look at the new offer before accepting it.",
    ),
    "OfferExpired": RefusalWording("the offer of lot {lot} ended {expiry}", "Ask for a new offer."),
    "ExpiryInvalid": RefusalWording(
        "an offer cannot end {expiry}, as the chain's time is {time}",
        "It ends later than that, and lasts at most 90 days.",
    ),
    "OfferToSelf": RefusalWording(
        "lot {lot} cannot be offered to its holder", "Name the receiver."
    ),
    "SenderInactive": RefusalWording(
        "{from_}, who offered lot {lot}, was suspended or frozen since",
        "Wait for its reinstatement, or ask two judges of other ownership groups to consent.",
    ),
    "ConsentNotNeeded": RefusalWording(
        "{from_}, who offered lot {lot}, is active", "The receiver accepts without a consent."
    ),
    "ConsentExists": RefusalWording(
        "ownership group {group} has consented to the arrival of lot {lot} before",
        "Another ownership group has to consent.",
    ),
    "ConsentNotIndependent": RefusalWording(
        "ownership group {group} is a party of the offer of lot {lot}",
        "A judge of another ownership group consents.",
    ),
    "ReceiverInactive": RefusalWording(
        "{to} is no active member that may hold lots", "Check the receiver's account."
    ),
    "BatchIncomplete": RefusalWording(
        "batch {index} of root {root} moves as one: fewer units of {element} are named than of "
        "another metal",
        "Name lots of every metal of the batch with as many units, next to each other in one call; "
        "split them by a rebook first where they are larger.",
    ),
    "ReceivingDocumentMissing": RefusalWording(
        "the dispute names no receiving document",
        "Weigh what arrived, sign the document, and give its file.",
    ),
    "LengthMismatch": RefusalWording("two lists have different lengths", "One entry for each."),
    "AlreadyDisputed": RefusalWording(
        "lot {lot} was disputed before; its offer ends {until}",
        "Once an offer: accept or return it, or have it settled.",
    ),
    "NotSettled": RefusalWording(
        "no approved measurement says that lot {lot} is no less than booked",
        "Ask the umpire to approve one, or carry the settlement out.",
    ),
    "AlreadyApproved": RefusalWording(
        "event {event_id} was approved for the dispute about lot {lot}",
        "It is approved once: the holder carries it out. Only another measurement replaces it.",
    ),
    "NotDisputed": RefusalWording("lot {lot} is not disputed", "Only a disputed lot is settled."),
    "UmpireNotIndependent": RefusalWording(
        "umpire {umpire} belongs to a party to lot {lot}", "An independent umpire has to approve."
    ),
    "HoldNotInForce": RefusalWording(
        "root {root} is not held in the hands of group {group}", "Nothing is left to do."
    ),
    "HoldInForce": RefusalWording(
        "root {root} is held in the hands of group {group} until {until}",
        "One hold is in force at a time: another group, in the other role, renews or releases it.",
    ),
    "LotNotBornHeld": RefusalWording(
        "lot {lot} was not born held, or has been released", "Nothing is left to do."
    ),
    "SecondRoleRequired": RefusalWording(
        "organisation {organisation} cannot decide about this now: its role, or its ownership "
        "group, decided before",
        "The other role, of another ownership group, has to agree.",
    ),
    "ReleaseTooEarly": RefusalWording(
        "lot {lot} is released by an act from {from_} on (the chain's time is {time})",
        "Two judges of two ownership groups release it at any time.",
    ),
    "DeciderNotIndependent": RefusalWording(
        "organisation {organisation} belongs to group {group}, which has the metal",
        "Another ownership group has to hold, renew or release it.",
    ),
}
