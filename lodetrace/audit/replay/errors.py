"""How a story can be wrong: one error for each rule that its events would break.

The chain enforced these rules when it recorded the events. Whoever finds one broken holds a
bundle that leaves events out, mixes chains, or comes from contracts other than it says.
"""

from typing import ClassVar

from lodetrace.audit.errors import BundleRefused


class HistoryRefused(BundleRefused):
    """Proven events that together tell no story that the rules allow."""

    step: ClassVar[int] = 9
    template = "step {step}, {item}: the story does not hold"
    advice = "Do not rely on it: events are missing, or the contracts are not those of the rules."


# Counters


class EventWithheld(HistoryRefused):
    """A number that no shown event of the subject has."""

    template = "step {step}, {item}: event number {expected} is missing, number {actual} follows"


class EventRepeated(HistoryRefused):
    """A number that two shown events of the subject have."""

    template = "step {step}, {item}: two events have number {actual}"


class EventsWithheld(HistoryRefused):
    """The chain counted more events than are shown."""

    template = (
        "step {step}, {item}: {shown} events are shown, "
        "the chain counted {counted} up to block {block}"
    )


class CounterContradicted(HistoryRefused):
    """More events are shown than the chain counted."""

    template = (
        "step {step}, {item}: the chain counted {counted} events up to block {block}, "
        "{shown} are shown"
    )


# Members, sites, places, certificates


class OrganisationUnknown(HistoryRefused):
    """Nothing shown registers the organisation."""

    template = "step {step}, {item}: nothing shown registers organisation {organisation}"


class AccountUnknown(HistoryRefused):
    """Nothing shown adds the account to an organisation."""

    template = "step {step}, {item}: nothing shown says whose account {account} is"


class MemberInactive(HistoryRefused):
    """The organisation was suspended when it acted."""

    template = "step {step}, {item}: organisation {organisation} was suspended at block {block}"


class RoleMissing(HistoryRefused):
    """Somebody did what his roles did not allow."""

    template = "step {step}, {item}: {actor} had not the role {role} at block {block}"


class NotIndependent(HistoryRefused):
    """Somebody vouched for a site of his own ownership group."""

    template = (
        "step {step}, {item}: organisation {organisation} is of the ownership group of "
        "the site's operator"
    )


class SiteUnknown(HistoryRefused):
    """Nothing shown registers the site."""

    template = "step {step}, {item}: nothing shown registers site {site}"


class SiteInactive(HistoryRefused):
    """The site was closed when it was needed."""

    template = "step {step}, {item}: site {site} was closed at block {block}"


class NotOperator(HistoryRefused):
    """Somebody acted for a site that another operates."""

    template = "step {step}, {item}: {account} is not of the operator of site {site}"


class ElementNotAtSite(HistoryRefused):
    """A metal that the site does not handle."""

    template = "step {step}, {item}: site {site} does not handle element {element}"


class MaterialNotAtSite(HistoryRefused):
    """A material that the site does not make."""

    template = "step {step}, {item}: site {site} does not make material {material}"


class CertificateUnknown(HistoryRefused):
    """A status of a certificate that nothing shown issues."""

    template = "step {step}, {item}: nothing shown issues this certificate"


class CertificateRepeated(HistoryRefused):
    """A certificate that is issued twice."""

    template = "step {step}, {item}: it is issued twice"


class StatusInvalid(HistoryRefused):
    """A status that cannot follow the one before, or lies in the future."""

    template = "step {step}, {item}: status {actual} from {effective_from} cannot follow {previous}"


# Attestations


class SiteEventNotStanding(HistoryRefused):
    """A site event was used that no quorum attested."""

    template = "step {step}, {item}: it does not stand at block {block}"


class EventIdMismatch(HistoryRefused):
    """An id that is not that of the site, sequence and element."""

    template = "step {step}, {item}: its site, sequence and element make the id {expected}"


class DigestMismatch(HistoryRefused):
    """A digest that is not that of the statement."""

    template = "step {step}, {item}: the statement's digest is {expected}, the event says {actual}"


class StatementMismatch(HistoryRefused):
    """What stands is not what was attested."""

    template = "step {step}, {item}: {field} stands as {actual}, attested was {expected}"


class AttestedInvalid(HistoryRefused):
    """A statement that the chain would not have taken."""

    template = "step {step}, {item}: its {field} is invalid"


class QuorumUnknown(HistoryRefused):
    """No shown event sets the quorum."""

    template = "step {step}, {item}: nothing shown sets the quorum of oracle organisations"


class AttestationsTooFew(HistoryRefused):
    """Fewer attestations than the quorum in force."""

    template = "step {step}, {item}: {actual} attestations are shown, the quorum is {required}"


class AttestationMissing(HistoryRefused):
    """An attestation that was counted is not shown, or one is shown twice."""

    template = (
        "step {step}, {item}: attestation {expected} of digest {digest} is missing, "
        "{actual} is shown"
    )


class AttestationRepeated(HistoryRefused):
    """Two attestations of one organisation."""

    template = "step {step}, {item}: organisation {organisation} attested it twice"


class EventKindMismatch(HistoryRefused):
    """A site event of another kind than its use needs."""

    template = "step {step}, {item}: it is of kind {actual}, {expected} is needed"


class EventUsedTwice(HistoryRefused):
    """A site event made lots twice."""

    template = "step {step}, {item}: it was used at block {first} already, again at block {block}"


class EventNotUsed(HistoryRefused):
    """A birth or run whose site event is not marked as used in its transaction."""

    template = "step {step}, {item}: site event {event} is not marked as used in the transaction"


class WithdrawnBeforeUse(HistoryRefused):
    """A site event made a lot after its site had withdrawn it."""

    template = (
        "step {step}, {item}: its document {document} had been withdrawn before block {block}"
    )


class StandingContradicted(HistoryRefused):
    """The state of the chain says otherwise than the shown events: one was withheld."""

    template = (
        "step {step}, {item}: the chain holds {what} as {actual}, "
        "the shown events make it {expected}"
    )


# Births and runs


class CodeUnknown(HistoryRefused):
    """A code that the contracts of this version do not have."""

    template = "step {step}, {item}: {field} {actual} is none that these contracts know"


class LotWithoutOrigin(HistoryRefused):
    """A lot in the ancestry that nothing shown bears or makes."""

    template = "step {step}, {item}: nothing shown bears or makes this lot"


class LotUnborn(HistoryRefused):
    """An event about a lot before its birth or making."""

    template = "step {step}, {item}: an event at block {block} comes before its birth"


class LotMadeTwice(HistoryRefused):
    """A lot that is born or made twice."""

    template = "step {step}, {item}: it is born or made twice, at blocks {first} and {second}"


class RunIncomplete(HistoryRefused):
    """A part of a run that is not in its transaction."""

    template = "step {step}, {item}: {what} is missing in the transaction of the run"


class RunRepeated(HistoryRefused):
    """Two records of one run."""

    template = "step {step}, {item}: it is recorded twice"


class RunIdMismatch(HistoryRefused):
    """A run id that is not that of its chain, contract and first output."""

    template = "step {step}, {item}: chain, contract and first output make the id {expected}"


class GatesMismatch(HistoryRefused):
    """Credits or the CAHRA bit of a birth that certificates and places do not bear out."""

    template = (
        "step {step}, {item}: gates {actual:#08b} are recorded, "
        "certificates and places make {expected:#08b}"
    )


class RuleMismatch(HistoryRefused):
    """A run proven under another rule than certificates, places and the site's band make."""

    template = (
        "step {step}, {item}: {what} of its rule is {actual}, as of the run it was {expected}"
    )


class SlotCount(HistoryRefused):
    """More or fewer lots than a run of the kind takes."""

    template = (
        "step {step}, {item}: {inputs} lots in and {outputs} out do not fit a run of the "
        "kind {kind}"
    )


class InputsOutOfOrder(HistoryRefused):
    """Inputs of a run whose ids do not increase."""

    template = "step {step}, {item}: input {actual} follows {previous}"


class ElementMismatch(HistoryRefused):
    """Two metals where there is one."""

    template = "step {step}, {item}: element {actual} where {expected} is expected"


class MaterialMismatch(HistoryRefused):
    """Another material than the kind of run or birth allows."""

    template = "step {step}, {item}: material {actual} {reason}"


class CountInvalid(HistoryRefused):
    """A number of units that the material cannot have."""

    template = "step {step}, {item}: {actual} units of material {material}"


class UnitsMismatch(HistoryRefused):
    """A rebook or settlement that makes or loses units."""

    template = "step {step}, {item}: {units_in} units in, {units_out} out"


class ModelStrengthened(HistoryRefused):
    """A chain-of-custody model stronger than that of the weakest input."""

    template = "step {step}, {item}: model {actual}, the weakest input has {weakest}"


class OriginMismatch(HistoryRefused):
    """Identity preserved for metal of two origins."""

    template = "step {step}, {item}: identity is preserved of {expected} and of {actual}"


class BeforeParent(HistoryRefused):
    """Something made before what it is made of."""

    template = (
        "step {step}, {item}: its event begins at {actual}, its latest input is of {expected}"
    )


class TimeMismatch(HistoryRefused):
    """A lot with another time than its event."""

    template = "step {step}, {item}: its time is {actual}, that of its event {expected}"


class BatchMismatch(HistoryRefused):
    """A lot of another physical batch than its document makes."""

    template = "step {step}, {item}: batch {actual:#x}, expected {expected:#x}"


class ModelMismatch(HistoryRefused):
    """A lot with another model or holder than its run."""

    template = "step {step}, {item}: {what} is {actual}, that of its run {expected}"


class BornFree(HistoryRefused):
    """A lot made outside the loss band that is not held, or one inside that is."""

    template = "step {step}, {item}: held is {actual}, the run was in band: {in_band}"


class PlaceNotDetermined(HistoryRefused):
    """New metal moved while nobody had determined its birthplace."""

    template = "step {step}, {item}: birthplace {place} had no valid determination at block {block}"


# Custody and holds


class NotHolder(HistoryRefused):
    """Somebody disposed of a lot that another holds."""

    template = "step {step}, {item}: {actual} acts, {expected} holds the lot at block {block}"


class LotNotFree(HistoryRefused):
    """A lot that was held, offered, disputed or assigned moved all the same."""

    template = "step {step}, {item}: it is {state} until {until} at block {block}"


class LotEnded(HistoryRefused):
    """An event about a lot that had ended."""

    template = "step {step}, {item}: it had ended ({state}) before block {block}"


class OfferNotOpen(HistoryRefused):
    """An answer to an offer that is not open."""

    template = "step {step}, {item}: no offer is open at block {block}"


class OfferOfAnother(HistoryRefused):
    """An answer by another than the offer's receiver."""

    template = "step {step}, {item}: offered to {expected}, {actual} answers"


class OfferExpired(HistoryRefused):
    """An answer to an offer that had lapsed."""

    template = "step {step}, {item}: the offer ended at {expiry}, the answer is of {time}"


class OfferInvalid(HistoryRefused):
    """An offer to oneself, or one that had ended when it was made."""

    template = "step {step}, {item}: the offer is invalid: {reason}"


class BatchIncomplete(HistoryRefused):
    """Part of a physical batch moved without the rest."""

    template = "step {step}, {item}: lot {mate} of its batch does not move with it"


class DisputeInvalid(HistoryRefused):
    """A dispute where none can be, or with another deadline than 30 days."""

    template = "step {step}, {item}: the dispute is invalid: {reason}"


class SettlementNotApproved(HistoryRefused):
    """A settlement by another measurement than an umpire approved."""

    template = "step {step}, {item}: settled by {actual}, approved is {expected}"


class UmpireNotIndependent(HistoryRefused):
    """An umpire of the ownership group of a party."""

    template = "step {step}, {item}: umpire {umpire} is of the ownership group of a party"


class HoldInvalid(HistoryRefused):
    """A hold, renewal or release that the rules do not allow."""

    template = "step {step}, {item}: {what} is invalid: {reason}"


class SecondRoleMissing(HistoryRefused):
    """A renewal or release by the role or organisation that decided before."""

    template = "step {step}, {item}: {what} by {actor} takes the other role of another organisation"


# Products, claims, prices


class ProductUndeclared(HistoryRefused):
    """Nothing shown declares the product."""

    template = "step {step}, {item}: nothing shown declares it"


class ProductRepeated(HistoryRefused):
    """A product that is declared or sealed twice."""

    template = "step {step}, {item}: it is {what} twice"


class PartMissing(HistoryRefused):
    """A part of a product that is not shown, or shown twice."""

    template = (
        "step {step}, {item}: part {actual} of element {element} is shown, {expected} is expected"
    )


class PartAfterSeal(HistoryRefused):
    """A part that was added to a sealed product."""

    template = "step {step}, {item}: part {part} was added after the seal"


class UnitsExceeded(HistoryRefused):
    """More units assigned than the lot has."""

    template = (
        "step {step}, {item}: {assigned} of {count} units are assigned, {units} more do not fit"
    )


class NotRetirable(HistoryRefused):
    """A lot retired that is not assigned whole."""

    template = "step {step}, {item}: {assigned} of {count} units are assigned, its state is {state}"


class TotalInvalid(HistoryRefused):
    """A total that does not go on where the one before ended, or covers parts that are not."""

    template = "step {step}, {item}: {reason}"


class TotalWeightInvalid(HistoryRefused):
    """Units that the scale does not bring to a whole weight."""

    template = (
        "step {step}, {item}: {units} of {count} units of lot {lot} have no whole weight "
        "at scale {scale}"
    )


class CompletenessMismatch(HistoryRefused):
    """A total that says complete of an open product, or the reverse."""

    template = (
        "step {step}, {item}: complete is {actual}, "
        "it covers {covered} of {parts} parts, sealed: {is_sealed}"
    )


class ClaimIdMismatch(HistoryRefused):
    """A claim id that is not that of its words."""

    template = "step {step}, {item}: its words make the id {expected}"


class ClaimRepeated(HistoryRefused):
    """A claim or check that is recorded twice."""

    template = "step {step}, {item}: it is recorded twice"


class ClaimSubjectInvalid(HistoryRefused):
    """A claim about something that is not there, or not complete."""

    template = "step {step}, {item}: its subject {subject} {reason}"


class MaskInvalid(HistoryRefused):
    """Credits that a claim cannot add up."""

    template = "step {step}, {item}: measure {measure} with credits {mask:#07b}"


class OffGrid(HistoryRefused):
    """A threshold that the grid in force did not have."""

    template = (
        "step {step}, {item}: threshold {threshold} is not on the grid of {grid} up to {limit}"
    )


class PriceCheckInvalid(HistoryRefused):
    """A price check of another offer, or by somebody who is no party of it."""

    template = "step {step}, {item}: {what} is {actual}, expected {expected}"


class PriceFlagMissing(HistoryRefused):
    """A price outside its range without its flag, or a flag without such a check."""

    template = "step {step}, {item}: {reason}"


# Disclosures


class OpeningRefused(HistoryRefused):
    """An opening that does not open its commitment."""

    template = "step {step}, opening of {item}: {reason}"


class OpeningForeign(HistoryRefused):
    """An opening of a commitment that the story does not contain."""

    template = (
        "step {step}, opening of {item}: no lot, event or total of this story has this commitment"
    )


class DocumentForeign(HistoryRefused):
    """A document whose hash no event of the story names."""

    template = "step {step}, document {item}: no event of this story names its hash"
