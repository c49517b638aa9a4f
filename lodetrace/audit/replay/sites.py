"""Sites: who operates them, what they handle and make, and their declared bands."""

from dataclasses import replace
from typing import Final

from lodetrace.audit.closure import Closure
from lodetrace.audit.evidence import ProvenEvent
from lodetrace.audit.replay import labels
from lodetrace.audit.replay.errors import HistoryRefused
from lodetrace.audit.replay.handlers import Handlers
from lodetrace.audit.replay.members import Members
from lodetrace.contracts.enums import Material, RowKind, SiteKind, operating_role
from lodetrace.contracts.events import (
    BandSet,
    ContinuousSet,
    PanelNamed,
    SiteClosed,
    SiteRegistered,
    SiteReopened,
    SiteTransferProposed,
    SiteTransferred,
)
from lodetrace.contracts.structs import ZERO32, Row, Site
from lodetrace.text import hex_of
from lodetrace.units import format_share

TOLERANCE_MAX: Final = 10_000
"""ppm: 1 %."""


class NotIndependent(HistoryRefused):
    """Somebody vouched for a site of his own ownership group."""

    template = (
        "step {step}, {item}: organisation {organisation} is of the ownership group of "
        "the site's operator"
    )


class SiteUnknown(HistoryRefused):
    """Nothing shown registers the site."""

    template = "step {step}, {item}: nothing shown registers site {site}"


class ToleranceTooWide(HistoryRefused):
    """A scale with a tolerance of more than 1 %."""

    template = "step {step}, {item}: the tolerance of its scale, {tolerance}, exceeds 1 %"


class SiteInactive(HistoryRefused):
    """The site was closed when it was needed."""

    template = "step {step}, {item}: site {site} was closed at block {block}"


class TransferNotProposed(HistoryRefused):
    """A site went to somebody that the council had not named."""

    template = "step {step}, {item}: it was not transferred to organisation {organisation}"


class NotOperator(HistoryRefused):
    """Somebody acted for a site that another operates."""

    template = "step {step}, {item}: {account} is not of the operator of site {site}"


class NotDismantler(HistoryRefused):
    """An end of life that another site states than a dismantler's."""

    template = "step {step}, {item}: site {site} is no dismantler's, it is of kind {kind}"


class ElementNotAtSite(HistoryRefused):
    """A metal that the site does not handle."""

    template = "step {step}, {item}: site {site} does not handle element {element}"


class OperatorRoleMissing(HistoryRefused):
    """A site of an organisation whose roles do not let it operate one of this kind."""

    template = "step {step}, {item}: its operator had the roles {roles}, not {role}"


class MaterialNotAtSite(HistoryRefused):
    """A material that the site does not make."""

    template = "step {step}, {item}: site {site} does not make material {material}"


class Sites:
    """Sites; `relied` are those that the story asks about.

    continuous_since: sequence of the event that made a site continuous, 0 if it is not.
    """

    def __init__(self, closure: Closure, members: Members) -> None:
        self._closure: Final = closure
        self._members: Final = members
        self.sites: Final[dict[bytes, Site]] = {}
        self.relied: Final[set[bytes]] = set()
        self.panels: Final[dict[bytes, tuple[bytes, ...]]] = {}
        self.continuous_since: Final[dict[bytes, int]] = {}
        self._successors: Final[dict[bytes, bytes]] = {}

    def handlers(self) -> Handlers:
        """What takes the events."""
        return {
            SiteRegistered: self._register,
            SiteClosed: self._close,
            SiteReopened: self._reopen,
            BandSet: self._set_band,
            PanelNamed: self._name_panel,
            ContinuousSet: self._set_continuous,
            SiteTransferProposed: self._propose_transfer,
            SiteTransferred: self._transfer,
        }

    def site(self, site: bytes, item: str) -> Site:
        """As it is registered now; raises SiteUnknown."""
        found = self.sites.get(site)
        if found is None:
            self._closure.row(Row(RowKind.SITE, site))
            raise SiteUnknown(item=item, site=hex_of(site))
        self.relied.add(site)
        return found

    def require_working(self, site: bytes, element: int, item: str, at: ProvenEvent) -> Site:
        """That the site is active and handles the metal."""
        found = self.site(site, item)
        if not found.active:
            raise SiteInactive(item=item, site=hex_of(site), block=at.block)
        if element not in found.elements:
            raise ElementNotAtSite(item=item, site=hex_of(site), element=element)
        return found

    def require_operator(
        self, site: bytes, account: str, element: int, item: str, at: ProvenEvent
    ) -> Site:
        """That the account is of the operator of a working site."""
        found = self.require_working(site, element, item, at)
        if self._members.organisation_of(account, item) != found.operator:
            raise NotOperator(item=item, account=account, site=hex_of(site))
        return found

    def require_makes(self, site: bytes, material: Material, item: str) -> None:
        """That the site declared the material."""
        if material not in self.site(site, item).materials:
            raise MaterialNotAtSite(item=item, site=hex_of(site), material=int(material))

    def operators_group(self, site: bytes, item: str) -> bytes:
        """The ownership group of the site's operator."""
        return self._members.group_of(self.site(site, item).operator, item)

    def require_dismantler(self, site: bytes, item: str) -> None:
        """That products are dismantled there."""
        kind = self.site(site, item).kind
        if kind != SiteKind.DISMANTLER:
            raise NotDismantler(item=item, site=hex_of(site), kind=int(kind))

    def require_independent(self, site: bytes, organisation: bytes, item: str) -> None:
        """That the organisation is not of the ownership group of the site's operator."""
        if self._members.group_of(organisation, item) == self.operators_group(site, item):
            raise NotIndependent(item=item, organisation=hex_of(organisation))

    def _register(self, event: SiteRegistered, at: ProvenEvent) -> None:
        _require_tolerance(event.site, event.details.tolerance)
        self._require_operator_role(event, event.details.kind)
        self.sites[event.site] = replace(event.details, operator=event.operator)
        self.continuous_since[event.site] = event.sequence if event.details.continuous else 0

    def _require_operator_role(
        self, event: SiteRegistered | SiteTransferred, kind: SiteKind
    ) -> None:
        item, role = labels.site(event.site), operating_role(kind)
        self._members.group_of(event.operator, item)
        held = self._members.organisations[event.operator].roles
        if not held & role:
            raise OperatorRoleMissing(item=item, roles=held.name or "none", role=role.name)

    def _close(self, event: SiteClosed, at: ProvenEvent) -> None:
        self._change(event.site, active=False)

    def _reopen(self, event: SiteReopened, at: ProvenEvent) -> None:
        self._change(event.site, active=True)

    def _name_panel(self, event: PanelNamed, at: ProvenEvent) -> None:
        self.panels[event.site] = event.groups

    def _propose_transfer(self, event: SiteTransferProposed, at: ProvenEvent) -> None:
        self._successors[event.site] = event.operator

    def _transfer(self, event: SiteTransferred, at: ProvenEvent) -> None:
        if self._successors.pop(event.site, ZERO32) != event.operator:
            raise TransferNotProposed(
                item=labels.site(event.site), organisation=hex_of(event.operator)
            )
        if event.site in self.sites:
            self._require_operator_role(event, self.sites[event.site].kind)
        self._change(event.site, operator=event.operator)

    def _set_band(self, event: BandSet, at: ProvenEvent) -> None:
        _require_tolerance(event.site, event.tolerance)
        band = {
            "tolerance": event.tolerance,
            "loss_from": event.loss_from,
            "loss_to": event.loss_to,
            "scrap_to": event.scrap_to,
        }
        self._change(event.site, **band)

    def _set_continuous(self, event: ContinuousSet, at: ProvenEvent) -> None:
        self.continuous_since[event.site] = event.sequence if event.continuous else 0
        self._change(event.site, continuous=event.continuous)

    def _change(self, site: bytes, **fields: int | bytes) -> None:
        """A site that nothing shown registers is left out: the story does not need it, or fails."""
        if site in self.sites:
            self.sites[site] = replace(self.sites[site], **fields)  # type: ignore[arg-type]


def _require_tolerance(site: bytes, tolerance: int) -> None:
    if tolerance > TOLERANCE_MAX:
        raise ToleranceTooWide(item=labels.site(site), tolerance=format_share(tolerance))
