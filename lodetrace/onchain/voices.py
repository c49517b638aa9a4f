"""Who may speak on a network now, read from its registers."""

from collections import defaultdict

from lodetrace.contracts.enums import MemberStatus, Role, SiteKind
from lodetrace.contracts.events import OrganisationRegistered, SeatGranted, SiteRegistered
from lodetrace.liveness import Panel, Voices
from lodetrace.onchain.contracts import Contracts
from lodetrace.onchain.reads import Reads, is_unset


def voices(contracts: Contracts) -> Voices:
    """Groups with their roles that count now, open sites with their panels, and the council."""
    reads = Reads(contracts)
    groups: dict[bytes, Role] = defaultdict(lambda: Role(0))
    group_of: dict[bytes, bytes] = {}
    certifiers: dict[bytes, int] = defaultdict(int)
    later: dict[bytes, int] = defaultdict(int)
    for registered in contracts.happened(OrganisationRegistered):
        found = reads.organisation(registered.organisation)
        group_of[registered.organisation] = found.group
        if found.status is MemberStatus.ACTIVE:
            waiting, start = reads.season(registered.organisation)
            groups[found.group] |= found.roles & ~waiting
            if waiting:
                later[found.group] = max(start, later[found.group])
            if found.roles & Role.CERTIFIER:
                certifiers[found.group] |= reads.accreditation(registered.organisation)
    sites = {one.site: reads.site(one.site) for one in contracts.happened(SiteRegistered)}
    running = {id_: site for id_, site in sites.items() if site.active}
    laboratories = (site for site in running.values() if site.kind == SiteKind.LABORATORY)
    return Voices(
        groups=dict(groups),
        site_operators=frozenset(group_of[site.operator] for site in running.values()),
        council=_council(contracts),
        quorum=reads.quorum(),
        certifiers=dict(certifiers),
        later=dict(later),
        panels=tuple(
            Panel(id_, group_of[site.operator], reads.panel(id_)) for id_, site in running.items()
        ),
        inspectors=reads.inspectors(),
        laboratories=frozenset(group_of[site.operator] for site in laboratories),
    )


def _council(contracts: Contracts) -> frozenset[bytes]:
    """As the Council counts them: a seat whose organisation went to another group is silent."""
    seats = {one.seat for one in contracts.happened(SeatGranted)}
    found = {bytes(contracts.call("Council", "groupOf", seat)[0]) for seat in seats}
    return frozenset(group for group in found if not is_unset(group))
