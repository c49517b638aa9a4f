"""Does the site exist, may it do this, and is it the site that signed?"""

from collections.abc import Iterator

from lodetrace.contracts.enums import EventKind, Material, SiteKind, operating_role
from lodetrace.documents.analysis import ATOMIC_NUMBERS
from lodetrace.documents.identity import is_within
from lodetrace.plausibility.stated import RuleFinding, Severity
from lodetrace.text import flag_words, hex_of
from oracle.checks.context import CheckContext
from zk_circuits.keccak import keccak256
from zk_circuits.schema import RECYCLED, SCHEMA, SCHEMAS

_ANYWHERE = {EventKind.LOSS, EventKind.OUTSIDE}
_PROCESSES = {EventKind.PROCESSING, EventKind.REWORK, *_ANYWHERE}
_KINDS = {
    SiteKind.INDUSTRIAL_MINE: {EventKind.BIRTH, *_ANYWHERE},
    SiteKind.ARTISANAL_COOPERATIVE: {EventKind.BIRTH, *_ANYWHERE},
    SiteKind.RECYCLER: {EventKind.BIRTH, EventKind.RECOVERY, *_PROCESSES},
    SiteKind.LABORATORY: {EventKind.MEASUREMENT},
    SiteKind.DISMANTLER: {EventKind.END_OF_LIFE},
}
"""Events of a kind of site; all other kinds process."""


def check_identity(case: CheckContext) -> Iterator[RuleFinding]:
    """The site that the document names is the signed one, and registered."""
    named = keccak256(case.statement.site.encode())
    if named != case.signed.site:
        yield case.finding(
            "site-mismatch",
            "the document speaks of {identifier}, the signature of site {site}",
            identifier=case.statement.site,
            site=hex_of(case.signed.site),
        )
    if case.site is None:
        yield case.finding(
            "site-unknown", "{identifier} is not registered", identifier=case.statement.site
        )


def check_site(case: CheckContext) -> Iterator[RuleFinding]:
    """The site is open and declared."""
    if case.site is None:
        return
    if not case.site.active:
        yield case.finding("site-closed", "{identifier} is closed", identifier=case.statement.site)
    elif case.declaration is None or not case.declaration.confirmed_by(case.site):
        yield case.finding(
            "site-undeclared",
            "no declaration of {identifier} has the hashes of the register",
            identifier=case.statement.site,
        )


def check_read_point(case: CheckContext) -> Iterator[RuleFinding]:
    """It was seen at the site, or at a part of it; a gate may have a number of its own."""
    point, site = case.signed.document.events[0].read_point, case.statement.site
    if case.site is not None and point is not None and not is_within(point, site):
        yield case.finding(
            "read-point-elsewhere",
            "it was read at {point}, which is not at {identifier}",
            Severity.FLAG,
            point=point,
            identifier=site,
        )


def check_signer(case: CheckContext) -> Iterator[RuleFinding]:
    """The signer is an active account of the site's operator, with its role."""
    signer, site = case.signer, case.site
    if signer is None:
        yield case.finding(
            "signer-unknown", "{signer} is no active member", signer=case.signed.signer
        )
    elif site is not None and signer.organisation != site.operator:
        yield case.finding(
            "signer-not-operator",
            "{signer} signs for organisation {organisation}, the site's operator is {operator}",
            signer=case.signed.signer,
            organisation=hex_of(signer.organisation),
            operator=hex_of(site.operator),
        )
    elif site is not None and operating_role(site.kind) not in signer.roles:
        yield case.finding(
            "signer-not-operator",
            "{signer} has not the role {role}",
            signer=case.signed.signer,
            role=flag_words(operating_role(site.kind))[0],
        )


def check_scope(case: CheckContext) -> Iterator[RuleFinding]:
    """The site does such things, with these elements, and makes these materials."""
    site, statement = case.site, case.statement
    if site is None or statement.kind is EventKind.NONE:
        return
    allowed = _KINDS.get(site.kind, _PROCESSES)
    if statement.kind not in allowed:
        yield case.finding(
            "kind-not-at-site",
            "a {site_kind} states a {kind}",
            site_kind=site.kind.name,
            kind=statement.kind.name,
        )
    for symbol in statement.elements:
        if ATOMIC_NUMBERS[symbol] not in site.elements:
            yield case.finding(
                "element-not-at-site", "the site is not registered for {element}", element=symbol
            )
    if statement.kind in {EventKind.END_OF_LIFE, *_ANYWHERE}:
        return  # what it found, took out, or bought of nobody, it did not make
    for analysis in statement.outputs:
        substance = case.rules.substances.get(analysis.substance)
        if substance is None or substance.material is Material.IN_PROCESS:
            continue  # stock is made by no site: check_period looks at it
        if substance.material not in site.materials:
            yield case.finding(
                "material-not-at-site",
                "the site is not registered to make {material}",
                material=substance.material.name,
            )


def check_credits(case: CheckContext) -> Iterator[RuleFinding]:
    """Recycled metal comes of a recycler: what is dug is none. Who states no births is told so."""
    kinds, site = case.rules.recycled_at, case.site
    if kinds is None or site is None or site.kind in kinds:
        return
    if case.statement.kind not in _KINDS.get(site.kind, _PROCESSES):
        return
    for credit in RECYCLED:
        if case.statement.attested and case.statement.attested[credit - 1]:
            yield case.finding(
                "credit-not-of-site",
                "a {site_kind} attests {credit}",
                site_kind=site.kind.name,
                credit=SCHEMAS[SCHEMA][credit].name,
            )


def check_number(case: CheckContext) -> Iterator[RuleFinding]:
    """One number, one document; one event, one number: a correction is a new revision."""
    other = case.history.other_document(case.signed)
    if other is not None:
        yield case.finding(
            "number-reused",
            "sequence {sequence} revision {revision} is that of document {other}",
            sequence=case.signed.sequence,
            revision=case.signed.revision,
            other=hex_of(other),
        )
    repeated = case.history.same_event(case.signed, case.identity)
    if repeated is not None:
        yield case.finding(
            "event-repeated",
            "event {identity} is that of document {other}, which has another number",
            identity=case.identity,
            other=hex_of(repeated),
        )
    declaration = case.history.withdrawal_of(case.signed.hash)
    if declaration is not None:
        yield case.finding(
            "document-withdrawn",
            "its site withdrew it with document {declaration}",
            declaration=hex_of(declaration),
        )
