"""Brings members, sites and places on chain as the files say; does only what is missing.

    scripts/setup/brownie.sh run scripts/onboard main [folder] --network embedded

folder: with members.yaml, sites.yaml and places.yaml (examples/cobalt), whose forms are described
in scripts/consortium.py, and where prices are published prices.yaml (scripts/commodities.py).
Members, roles, sites, loss bands and priced commodities take an act of the council, roles of who
judges and accreditations of certifiers one act each, further accounts their organisation's admin
and their own signature, determinations the risk members that the file names: one where a criterion
is met, and another one that confirms where none is.
"""

from pathlib import Path
from typing import Any

from brownie import ZERO_ADDRESS

from lodetrace.errors import Refused
from scripts.commodities import FILE as PRICES_FILE
from scripts.commodities import CommodityEntry, commodity_calls, read_commodities
from scripts.consortium import (
    EXAMPLE,
    NO_PROFILE,
    AccountEntry,
    DeterminationEntry,
    MemberEntry,
    SiteEntry,
    read_determinations,
    read_members,
    read_sites,
)
from scripts.council_act import Call, Governance, call
from scripts.deployed import Deployed
from scripts.signers import address_of, consent_of, is_here, seats_here, signer, viewing_key_of


class OnboardedDifferently(Refused):
    """What stands on chain cannot be changed into what the file says."""

    template = "{subject} stands on chain with another {field}"
    advice = "Correct the file, or use another id: this field never changes."


def main(folder: str = EXAMPLE) -> None:
    files = Path(folder)
    members = read_members(files / "members.yaml")
    contracts = Deployed()
    council = Governance(contracts["Council"], seats_here(members))
    onboard_members(contracts, council, members)
    onboard_sites(contracts, council, read_sites(files / "sites.yaml"))
    onboard_places(contracts, members, read_determinations(files / "places.yaml"))
    onboard_prices(contracts, council, read_commodities(files / PRICES_FILE))
    print("all members, sites and places stand")


def onboard_members(contracts: Any, council: Governance, members: list[MemberEntry]) -> None:
    """Organisations by one act, then roles, accreditations and further accounts of each."""
    registry = contracts["Members"]
    calls = [wanted for member in members for wanted in _registration(registry, member)]
    _carry(council, "members", calls)
    for member in members:
        _carry(council, "roles", _role_calls(registry, member))
        _carry(council, "accreditations", _accreditation_calls(registry, member))
    for member in members:
        for account in member.accounts[1:]:
            _add_account(registry, member, account)


def onboard_sites(contracts: Any, council: Governance, sites: list[SiteEntry]) -> None:
    """Sites and their loss bands by one act, the panels of inspectors by a constitutional one."""
    registry = contracts["Sites"]
    _carry(council, "sites", [wanted for site in sites for wanted in _site_calls(registry, site)])
    _carry(council, "panels", [wanted for site in sites for wanted in _panel_calls(registry, site)])


def onboard_places(
    contracts: Any, members: list[MemberEntry], places: list[DeterminationEntry]
) -> None:
    """Each determination by the accounts of the risk members that the file names."""
    registry = contracts["Places"]
    accounts = {account.name: account for member in members for account in member.accounts}
    for place in places:
        wanted = (place.first, place.last, *place.criteria, place.document)
        if _determined(registry, place, wanted):
            continue
        for name in _speakers(registry, place):
            if not is_here(accounts[name]):
                print(f"left to {name}: {place.label}")
                break
            registry.determine(place.place, *wanted, {"from": signer(accounts[name])})
        else:
            print(f"determined {place.label}")


def onboard_prices(contracts: Any, council: Governance, commodities: list[CommodityEntry]) -> None:
    """Commodities and notices of their methodologies by one act."""
    registry = contracts["Prices"]
    calls = [wanted for one in commodities for wanted in commodity_calls(registry, one)]
    _carry(council, "prices", calls)


def _registration(registry: Any, member: MemberEntry) -> list[Call]:
    if registry.sequenceOf(member.id) == 0:
        print(f"registering {member.label}")
        return [
            call(
                registry.register,
                member.id,
                member.group,
                member.roles,
                member.profile,
                address_of(member.admin),
                viewing_key_of(member.admin),
            )
        ]
    known = registry.organisation(member.id).dict()
    _require_same(member.label, "group", known["group"], member.group)
    if member.profile != NO_PROFILE:
        _require_same(member.label, "profile", known["profile"], member.profile)
    _require_same(member.label, "admin", known["admin"], address_of(member.admin))
    return []


def _role_calls(registry: Any, member: MemberEntry) -> list[Call]:
    """Of one member: an act that changes what a judge may do affects his group, and no other."""
    if registry.organisation(member.id).dict()["roles"] == member.roles:
        return []
    print(f"setting roles of {member.label}")
    return [call(registry.setRoles, member.id, member.roles)]


def _accreditation_calls(registry: Any, member: MemberEntry) -> list[Call]:
    """Of one member: whoever loses a scheme is heard."""
    if registry.accreditationOf(member.id) == member.schemes:
        return []
    print(f"accrediting {member.label}")
    return [call(registry.accredit, member.id, member.schemes)]


def _add_account(registry: Any, member: MemberEntry, account: AccountEntry) -> None:
    address = address_of(account)
    owner = bytes(registry.organisationOf(address))
    if owner != bytes(32):
        _require_same(account.name, "organisation", owner, member.id)
        return
    consent = consent_of(account, registry, member)
    missing = account if consent is None else member.admin
    if consent is None or not is_here(member.admin):
        print(f"left to {missing.name}: account {account.name} of {member.label}")
        return
    added = (address, member.roles, viewing_key_of(account), consent)
    registry.addAccount(*added, {"from": signer(member.admin)})
    print(f"added account {account.name} of {member.label}")


def _site_calls(registry: Any, site: SiteEntry) -> list[Call]:
    band = (site.tolerance, *site.loss, site.scrap_to)
    if registry.sequenceOf(site.id) == 0:
        print(f"registering {site.label}")
        details = (
            *(site.operator, site.place, site.kind, *band, False, 0),
            *(site.capacity, site.elements, site.materials),
        )
        return [call(registry.register, site.id, details)]
    known = registry.siteOf(site.id).dict()
    for field in ("operator", "place", "capacity"):
        _require_same(site.label, field, known[field], getattr(site, field))
    if tuple(known[field] for field in ("tolerance", "lossFrom", "lossTo", "scrapTo")) == band:
        return []
    print(f"setting the band of {site.label}")
    return [call(registry.setBand, site.id, *band)]


def _panel_calls(registry: Any, site: SiteEntry) -> list[Call]:
    named = sorted(bytes(group) for group in registry.panelOf(site.id)) if site.panel else []
    if named == list(site.panel):
        return []
    print(f"naming the panel of {site.label}")
    return [call(registry.setPanel, site.id, site.panel)]


def _speakers(registry: Any, place: DeterminationEntry) -> tuple[str, ...]:
    """Who has yet to speak: one account, or one that proposes and one that confirms."""
    if any(place.criteria):
        return (place.actor,)
    proposal = (place.place, place.first, place.last, place.document)
    proposed = registry.proposerOf(*proposal) != ZERO_ADDRESS
    return (place.confirmed_by,) if proposed else (place.actor, place.confirmed_by)


def _determined(registry: Any, place: DeterminationEntry, wanted: tuple[Any, ...]) -> bool:
    for known in registry.determinationsOf(place.place):
        first, last, _, _, _, *criteria, document = known
        if (first, last, *criteria, bytes(document)) == wanted:
            return True
    return False


def _carry(council: Governance, purpose: str, calls: list[Call]) -> None:
    if calls:
        council.carry(f"lodetrace/onboard/{purpose}", calls)


def _require_same(subject: str, field: str, known: Any, wanted: Any) -> None:
    if _plain(known) != _plain(wanted):
        raise OnboardedDifferently(subject=subject, field=field)


def _plain(value: Any) -> str:
    return value.hex() if isinstance(value, bytes) else str(value).lower()
