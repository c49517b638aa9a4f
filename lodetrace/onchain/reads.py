"""Typed views of the contracts, on the latest state or on that of one block."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from lodetrace.contracts.abi_codec import struct, typed
from lodetrace.contracts.enums import Measure, Role
from lodetrace.contracts.price_structs import (
    Check,
    CheckRequest,
    Commodity,
    Methodology,
    Publication,
    PublishedPrice,
    Transfer,
)
from lodetrace.contracts.structs import (
    ZERO32,
    Account,
    ActState,
    Certificate,
    ClaimRequest,
    Determination,
    HoldOnLot,
    Lot,
    Offer,
    Organisation,
    Part,
    Period,
    RunRequest,
    Settlement,
    Site,
    Standing,
    Total,
    TotalRequest,
)
from lodetrace.node.client import BlockIdentifier
from lodetrace.onchain.contracts import Contracts


@dataclass(frozen=True, slots=True)
class Reads:
    """What the contracts say. Refusals are ContractRefused, ids are 32 bytes."""

    contracts: Contracts
    block: BlockIdentifier = "latest"

    def at(self, block: BlockIdentifier) -> Self:
        """The same views on the state after a block."""
        return replace(self, block=block)

    # lots and custody

    def lot(self, lot: bytes) -> Lot:
        """The lot; one that does not exist has the state NONE."""
        return struct(Lot, self._one("LotBook", "lotOf", lot))

    def held(self, lot: bytes) -> tuple[Lot, HoldOnLot]:
        """The lot, and as hold_on the hold that binds it; in one request."""
        views = [("LotBook", "lotOf", lot), ("LotBook", "holdOn", lot)]
        found, hold = self.contracts.call_all(views, self.block)
        return struct(Lot, found[0]), struct(HoldOnLot, hold)

    def period(self, site: bytes, element: int) -> Period:
        """The last booked period of a site for an element; all zeros without one."""
        return struct(Period, self._one("LotBook", "periodOf", site, element))

    def commitment(self, lot: bytes) -> bytes:
        """The lot's commitment now: its id, until it was restated."""
        return bytes(self._one("LotBook", "commitmentOf", lot))

    def birthplace(self, lot: bytes) -> bytes:
        """Where the metal was born, while it has not changed hands; else 32 zero bytes."""
        return bytes(self._one("LotBook", "birthplaceOf", lot))

    def origin(self, lot: bytes) -> bytes:
        """Of an identity-preserved lot: the lot that its metal was born as."""
        return bytes(self._one("LotBook", "originOf", lot))

    def offer(self, lot: bytes) -> Offer:
        """The offer that stands or stood last."""
        return struct(Offer, self._one("Custody", "offerOf", lot))

    def offered(self, lots: Sequence[bytes]) -> list[tuple[Lot, Offer]]:
        """Each lot, and its offer that stands or stood last; in one request."""
        views = [("LotBook", "lotOf", lot) for lot in lots]
        views += [("Custody", "offerOf", lot) for lot in lots]
        found = [one for (one,) in self.contracts.call_all(views, self.block)]
        books, offers = found[: len(lots)], found[len(lots) :]
        return [
            (struct(Lot, lot), struct(Offer, one)) for lot, one in zip(books, offers, strict=True)
        ]

    def settlement(self, lot: bytes) -> Settlement:
        """How the open dispute about a lot is settled; all zeros without an approval."""
        return struct(Settlement, self._one("Custody", "settlementOf", lot))

    def hold_on(self, lot: bytes) -> HoldOnLot:
        """The hold that binds a lot, or the last one on its holder's group."""
        return struct(HoldOnLot, self.contracts.call("LotBook", "holdOn", lot, block=self.block))

    def hold_sequence(self, key: bytes) -> int:
        """Decisions about a hold so far."""
        return int(self._one("Holds", "sequenceOf", key))

    def elements_of(self, root: int) -> int:
        """Metals of the units of a root as bits; 0 where nothing of it moves as a batch."""
        return int(self._one("LotBook", "elementsOf", root))

    # events of sites

    def event_id(self, site: bytes, sequence: int, element: int) -> bytes:
        """Id of a site's event."""
        return bytes(self._one("Attestations", "eventIdOf", site, sequence, element))

    def standing(self, event_id: bytes) -> Standing:
        """The event; one that does not stand has standing_since 0."""
        return struct(Standing, self._one("Attestations", "standingOf", event_id))

    def is_used(self, event_id: bytes) -> bool:
        """Whether lots were made of the event, or ended by it."""
        return bool(self._one("LotBook", "isUsed", event_id))

    def filed_at(self, site: bytes, sequence: int, document: bytes) -> int:
        """When the site's operator filed the document, 0 if it did not."""
        return int(self._one("Attestations", "filedAt", site, sequence, document))

    def is_withdrawn(self, event_id: bytes, document: bytes) -> bool:
        """Whether a withdrawal of this document about the event took effect."""
        return bool(self._one("Attestations", "isWithdrawn", event_id, document))

    def quorum(self) -> int:
        """Organisations that make an event stand."""
        return int(self._one("Settings", "quorum"))

    def assigned_units(self, lot: bytes) -> int:
        """Units of a lot that are in products."""
        return int(self._one("LotBook", "assignedUnits", lot))

    def gates_at_birth(self, standing: Standing) -> int:
        """Bits 0 to 3: credits 1 to 4; bit 4: the place counts as a CAHRA."""
        return int(self._one("Gates", "atBirth", standing))

    def gates_at_processing(self, standing: Standing, oldest: int) -> int:
        """Bits 0 to 3: credits that the site lets through. oldest: time of the oldest metal in."""
        return int(self._one("Gates", "atProcessing", standing, oldest))

    # proofs: what a request is bound to

    def run_ctx(self, account: str, request: RunRequest) -> int:
        """ctx of a run."""
        return int(self._one(request.kind.contract, "ctxOf", account, request))

    def run_rule(self, request: RunRequest) -> int:
        """The rule word that a run would be verified with now."""
        return int(self._one(request.kind.contract, "ruleOf", request))

    def total_ctx(self, account: str, request: TotalRequest) -> int:
        """ctx of a total."""
        return int(self._one("Claims", "totalCtxOf", account, request))

    def claim_ctx(self, account: str, request: ClaimRequest) -> int:
        """ctx of a claim."""
        return int(self._one("Claims", "claimCtxOf", account, request))

    def verify_claim(self, account: str, request: ClaimRequest) -> None:
        """Returns when the claim holds on chain; raises ContractRefused."""
        self.contracts.call("Claims", "verify", account, request, block=self.block)

    def verifying_key_hash(self, verifier: str) -> bytes:
        """Hash of the key that a verifier contract checks with."""
        return bytes(self._one(verifier, "VERIFYING_KEY_HASH"))

    # claims and products

    def claimed_at(self, claim_id: bytes) -> int:
        """When a claim was recorded, 0 if it was not."""
        return int(self._one("Claims", "claimedAt", claim_id))

    def total(self, total: bytes) -> Total:
        """A recorded total; an unknown one has product 0."""
        return struct(Total, self._one("Claims", "totalOf", total))

    def product_owner(self, product: bytes) -> str:
        """Account that declared the product, the zero address if nobody did."""
        return str(typed(str, self._one("Products", "ownerOf", product)))

    def is_sealed(self, product: bytes) -> bool:
        """Whether no part can be added any more."""
        return bool(self._one("Products", "isSealed", product))

    def parts(self, product: bytes, element: int) -> tuple[Part, ...]:
        """Parts of a product that hold a metal, in their order."""
        found = self._one("Products", "partsOf", product, element)
        return tuple(struct(Part, part) for part in found)

    # prices

    def commodity(self, commodity: bytes) -> Commodity:
        """A priced commodity; raises ContractRefused (CommodityUnknown)."""
        return struct(Commodity, self._one("Prices", "commodityOf", commodity))

    def methodologies(self, commodity: bytes) -> tuple[Methodology, ...]:
        """Versions of a commodity's methodology, in the order of their days."""
        found = self._one("Prices", "methodologiesOf", commodity)
        return tuple(struct(Methodology, one) for one in found)

    def price(self, record: bytes) -> PublishedPrice:
        """A released price record; raises ContractRefused (PriceUnknown)."""
        return struct(PublishedPrice, self._one("Prices", "priceOf", record))

    def current_price(self, commodity: bytes, day: int) -> bytes:
        """Record that is the day's last word, 32 zero bytes while there is none."""
        return bytes(self._one("Prices", "currentOf", commodity, day))

    def price_releaser(self, record: bytes) -> str:
        """Account that may release a prepared record, the zero address if nobody prepared it."""
        return str(typed(str, self._one("Prices", "releaserOf", record)))

    def price_record_id(self, publication: Publication) -> bytes:
        """Id of a record."""
        return bytes(self._one("Prices", "recordIdOf", publication))

    def price_check(self, check_id: bytes) -> Check:
        """A recorded check; an unknown one has checked_at 0."""
        return struct(Check, self._one("Prices", "checkOf", check_id))

    def check_ctx(self, account: str, transfer: Transfer, request: CheckRequest) -> int:
        """ctx of a price check."""
        return int(self._one("Prices", "checkCtxOf", account, transfer, request))

    def verify_check(self, account: str, transfer: Transfer, request: CheckRequest) -> None:
        """Returns when the check's proof holds on chain; raises ContractRefused."""
        self.contracts.call("Prices", "verify", account, transfer, request, block=self.block)

    # registers

    def account_of(self, signer: str) -> str:
        """Stable account of an active signer; raises ContractRefused (NotActive)."""
        return str(typed(str, self.contracts.call("Members", "resolve", signer)[0]))

    def is_active(self, account: str) -> bool:
        """Whether the account belongs to an active organisation."""
        return bool(self._one("Members", "isActive", account))

    def account(self, account: str) -> Account:
        """An account; raises ContractRefused (AccountUnknown)."""
        return struct(Account, self._one("Members", "account", account))

    def organisation(self, organisation: bytes) -> Organisation:
        """An organisation; raises ContractRefused (OrganisationUnknown)."""
        return struct(Organisation, self._one("Members", "organisation", organisation))

    def accreditation(self, organisation: bytes) -> int:
        """The schemes that the council accredited it for, bit s for scheme s."""
        return int(self._one("Members", "accreditationOf", organisation))

    def season(self, organisation: bytes) -> tuple[Role, int]:
        """Its judging roles that do not count yet, and from when on they do."""
        roles, start = self.contracts.call("Members", "seasonOf", organisation, block=self.block)
        return Role(roles), int(start)

    def site(self, site: bytes) -> Site:
        """A site; raises ContractRefused (SiteUnknown)."""
        return struct(Site, self._one("Sites", "siteOf", site))

    def panel(self, site: bytes) -> tuple[bytes, ...]:
        """Ownership groups whose word counts at a site."""
        return tuple(self._one("Sites", "panelOf", site))

    def inspectors(self) -> tuple[bytes, ...]:
        """Ownership groups that may attest now, in the order in which they became inspectors."""
        known = self._one("Members", "inspectors")
        return tuple(group for group in known if self._one("Members", "inspects", group))

    def continuous_since(self, site: bytes) -> int:
        """Sequence of the event that made a site continuous; 0 of one that is not."""
        return int(self._one("Sites", "continuousSince", site))

    def certificate(self, certificate: bytes) -> Certificate:
        """A certificate; raises ContractRefused (CertificateUnknown)."""
        return struct(Certificate, self._one("Certificates", "certificateOf", certificate))

    def certificates(self, site: bytes) -> tuple[bytes, ...]:
        """Certificates of a site."""
        return tuple(bytes(one) for one in self._one("Certificates", "certificatesOf", site))

    def determinations(self, place: bytes) -> tuple[Determination, ...]:
        """Determinations of a place, in the order of recording."""
        found = self._one("Places", "determinationsOf", place)
        return tuple(struct(Determination, one) for one in found)

    def act(self, act_id: bytes) -> ActState:
        """How far a council act is."""
        return struct(ActState, self._one("Council", "actOf", act_id))

    def _one(self, contract: str, function: str, *arguments: object) -> Any:
        return self.contracts.call(contract, function, *arguments, block=self.block)[0]


def claim_id_of(
    subject: bytes, revision: int, measure: Measure, credit_mask: int, threshold: int
) -> bytes:
    """Id of a claim; revision is that of the lot, 0 for a total."""
    from zk_circuits.abi import encode, uint, word32
    from zk_circuits.keccak import keccak256

    return keccak256(
        encode(
            [
                word32("subject", subject),
                uint("revision", revision, 8),
                uint("measure", measure, 8),
                uint("credit mask", credit_mask, 8),
                uint("threshold", threshold, 64),
            ]
        )
    )


def is_unset(word: bytes) -> bool:
    """Whether a bytes32 of the chain says "none"."""
    return word == ZERO32
