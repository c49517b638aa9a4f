"""What the rules allow and a reader has to know: in plain words, and how far it reaches.

A finding is no error. Each has a code that a policy can refuse (docs/audit-policy.md).
"""

from collections.abc import Callable, Iterable, Iterator, Set
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from lodetrace.audit.replay import labels
from lodetrace.audit.replay.attestations import SiteEventHistory, StandingRecord
from lodetrace.audit.replay.births import BirthRecord
from lodetrace.audit.replay.bitemporal import Known
from lodetrace.audit.replay.gates import Passage, is_filed_late
from lodetrace.audit.replay.history import ReplayedHistory
from lodetrace.audit.replay.lots import LotRecord
from lodetrace.audit.replay.members import OrganisationRecord
from lodetrace.contracts.enums import (
    PERIOD_BALANCE,
    CustodyModel,
    EventKind,
    LotState,
    RunKind,
    Scheme,
)
from lodetrace.text import counted, enum_word, hex_of, iso_time
from zk_circuits.schema import Credit


class FindingCode(StrEnum):
    """Of what kind a finding is; stable."""

    EVENT_WITHDRAWN = "event_withdrawn"
    WITHDRAWAL_PENDING = "withdrawal_pending"
    STATEMENTS_CONFLICT = "statements_conflict"
    CREDIT_REVOKED = "credit_revoked"
    CERTIFIER_LAPSED = "certifier_lapsed"
    CAHRA_FOUND_LATER = "cahra_found_later"
    LOT_HELD = "lot_held"
    LOT_DISPUTED = "lot_disputed"
    HELD_BEFORE = "held_before"
    DISPUTED_BEFORE = "disputed_before"
    SETTLED = "settled"
    PRICE_OUTSIDE = "price_outside"
    FILED_LATE = "filed_late"
    DOCUMENT_REFUSED = "document_refused"
    DETERMINATION_EXPIRED = "determination_expired"
    ORIGIN_IN_CAHRA = "origin_in_cahra"
    ORIGIN_OUTSIDE = "origin_outside"
    LOSS_IN_PAST = "loss_in_past"
    MASS_BALANCE = "mass_balance"
    MASS_BALANCE_PERIOD = "mass_balance_period"
    ONE_SCHEME_ONLY = "one_scheme_only"
    MEMBER_SUSPENDED = "member_suspended"
    GROUP_TOLD_LATE = "group_told_late"
    SITE_CLOSED = "site_closed"
    QUORUM_RAISED = "quorum_raised"
    PRODUCT_OPEN = "product_open"
    SUBJECT_ENDED = "subject_ended"
    FINALITY_NOT_PROVEN = "finality_not_proven"
    CHAIN_NOTE = "chain_note"


@dataclass(frozen=True, slots=True)
class Finding:
    """code: of its kind. about: how the story names it. reaches: lots of the story concerned.

    credit: the one that a finding about credits speaks of.
    """

    code: FindingCode
    about: str
    text: str
    reaches: Set[bytes] = frozenset()
    credit: Credit | None = None


def findings_of(story: ReplayedHistory) -> tuple[Finding, ...]:
    """All findings, by the order of their codes."""
    found = [finding for find in _FINDERS for finding in find(story)]
    order = list(FindingCode)
    return tuple(sorted(found, key=lambda finding: order.index(finding.code)))


def _withdrawn(story: ReplayedHistory) -> Iterator[Finding]:
    for event_id, history in story.replay.attestations.events.items():
        made, standing = _made_of(story, event_id), history.standing
        item = labels.site_event(event_id)
        if standing is not None and standing.withdrawn is not None and made:
            yield Finding(
                FindingCode.EVENT_WITHDRAWN,
                item,
                f"Its site declared document {hex_of(standing.statement.document)} wrong after "
                f"lots were made of it; {_reach(story, made)}.",
                story.replay.ancestry.descendants(made),
            )
        yield from _pending(story, history, item, made)
        yield from _conflicting(story, history, item, made)


def _pending(
    story: ReplayedHistory, history: SiteEventHistory, item: str, made: tuple[bytes, ...]
) -> Iterator[Finding]:
    """Withdrawals that some attested, and no quorum."""
    done = {gone.digest for gone in history.withdrawn_documents}
    pending = sorted({given.digest for given in history.withdrawals} - done)
    for digest in pending:
        count = len(history.withdrew(digest))
        yield Finding(
            FindingCode.WITHDRAWAL_PENDING,
            item,
            f"{count} oracle organisation(s) attested that its site withdrew it: no effect yet.",
            story.replay.ancestry.descendants(made),
        )


def _conflicting(
    story: ReplayedHistory, history: SiteEventHistory, item: str, made: tuple[bytes, ...]
) -> Iterator[Finding]:
    """Other statements about the same event and revision."""
    standing = history.standing
    if standing is None:
        return
    revision = standing.statement.revision
    for digest, statement in sorted(history.statements.items()):
        if digest != standing.digest and statement.revision == revision:
            count = len(history.of(digest))
            yield Finding(
                FindingCode.STATEMENTS_CONFLICT,
                item,
                f"{count} oracle organisation(s) attested another statement about it.",
                story.replay.ancestry.descendants(made),
            )


def _revoked(story: ReplayedHistory) -> Iterator[Finding]:
    """Credits that the certificates known at the head no longer bear out."""
    found: dict[tuple[bytes, Credit, str, str], list[bytes]] = {}
    for birth in story.replay.births.births:
        for credit, names in _uncovered(story, birth.standing, birth.passage):
            key = (birth.passage.site, credit, names, "let in")
            found.setdefault(key, []).append(birth.event.lot)
    for run_id, run in story.replay.runs.runs.items():
        made = [made.lot for made in story.replay.ancestry.runs[run_id].made]
        for passage in run.passages:
            assert run.standing is not None
            for credit, names in _uncovered(story, run.standing, passage):
                found.setdefault((passage.site, credit, names, "let through"), []).extend(made)
    for (site, credit, names, how), lots in sorted(found.items()):
        yield Finding(
            FindingCode.CREDIT_REVOKED,
            labels.site(site),
            f"The credit {enum_word(credit)} was {how} as known then; by what was recorded "
            f"since, {names} did not cover the event; {_reach(story, lots)}.",
            story.replay.ancestry.descendants(lots),
            credit,
        )


def _lapsed(story: ReplayedHistory) -> Iterator[Finding]:
    """Credits that rest on a certificate in the time of grace after its certifier's word."""
    found: dict[bytes, list[bytes]] = {}
    for standing, passage, lots in _passages(story):
        said = standing.statement
        for piece in {piece.id: piece for by in passage.coverage.values() for piece in by}.values():
            if piece.statuses.lapse_during(said.from_, said.to, passage.known) is not None:
                found.setdefault(piece.id, []).extend(lots)
    for certificate, lots in sorted(found.items()):
        yield Finding(
            FindingCode.CERTIFIER_LAPSED,
            labels.certificate(certificate),
            "Its certifier had ceased to certify the scheme by the time of an event that it "
            "covers: it counted for 90 days more, in which another certifier could take it over; "
            f"{_reach(story, lots)}.",
            story.replay.ancestry.descendants(lots),
        )


def _passages(story: ReplayedHistory) -> Iterator[tuple[StandingRecord, Passage, list[bytes]]]:
    """What let credits in or through, and the lots that were made then."""
    for birth in story.replay.births.births:
        yield birth.standing, birth.passage, [birth.event.lot]
    for run_id, run in story.replay.runs.runs.items():
        made = [made.lot for made in story.replay.ancestry.runs[run_id].made]
        for passage in run.passages:
            assert run.standing is not None
            yield run.standing, passage, made


def _uncovered(
    story: ReplayedHistory, standing: StandingRecord, passage: Passage
) -> Iterator[tuple[Credit, str]]:
    """Credits whose schemes no longer cover the event, by all that was recorded since."""
    now = Known(story.replay.evidence.head.time)
    for credit, pieces in passage.coverage.items():
        schemes = sum({1 << piece.issued.scheme for piece in pieces})
        if story.replay.gates.covering(standing, schemes, now) is None:
            names = sorted({labels.certificate(piece.id) for piece in pieces})
            yield credit, ", ".join(names)


def _places(story: ReplayedHistory) -> Iterator[Finding]:
    head = story.replay.evidence.head
    for birth in story.replay.births.births:
        item = labels.lot(birth.event.lot)
        was = bool(birth.event.gates >> len(Credit) & 1)
        is_ = story.replay.gates.is_cahra(birth.standing, Known(head.time), item)
        if is_ and not was:
            yield Finding(
                FindingCode.CAHRA_FOUND_LATER,
                labels.place(birth.place),
                "Determinations recorded since make it a conflict-affected or high-risk area at "
                f"the time of the birth; {_reach(story, (birth.event.lot,))}.",
                story.replay.ancestry.descendants((birth.event.lot,)),
            )
    for place, lots in sorted(_born_in_cahra(story).items()):
        yield Finding(
            FindingCode.ORIGIN_IN_CAHRA,
            labels.place(place),
            f"{len(lots)} lot(s) were born where a conflict-affected or high-risk area was "
            "determined, or nothing was; the share of this metal is in the proofs.",
            story.replay.ancestry.descendants(lots),
        )
    for place in sorted({birth.place for birth in story.replay.births.births}):
        if not story.replay.places.is_determined(place, head.time):
            yield Finding(
                FindingCode.DETERMINATION_EXPIRED,
                labels.place(place),
                "No determination of this place is valid at the head: who buys there today has "
                "to have it determined anew.",
            )


def _outside(story: ReplayedHistory) -> Iterator[Finding]:
    """Metal that came from outside the consortium, whose past nothing shows."""
    lots = [
        birth.event.lot
        for birth in story.replay.births.births
        if birth.standing.statement.kind == EventKind.OUTSIDE
    ]
    if lots:
        yield Finding(
            FindingCode.ORIGIN_OUTSIDE,
            counted(len(lots), "births"),
            "They are of metal from outside the consortium: it bears no credit and counts as from "
            f"a conflict-affected or high-risk area; {_reach(story, lots)}.",
            story.replay.ancestry.descendants(lots),
        )


def _losses(story: ReplayedHistory) -> Iterator[Finding]:
    """What inspectors checked of a loss, and evidence of one subject cannot show."""
    for run_id, run in story.replay.runs.runs.items():
        if run.kind is RunKind.LOSS:
            made = [made.lot for made in story.replay.ancestry.runs[run_id].made]
            yield Finding(
                FindingCode.LOSS_IN_PAST,
                labels.run(run_id),
                "Part of its metal was lost. That its holder named all that he had of the batch, "
                "so that no lot is spared the carbon of the loss, rests on the inspectors; "
                f"{_reach(story, made)}.",
                story.replay.ancestry.descendants(made),
            )


def _born_in_cahra(story: ReplayedHistory) -> dict[bytes, list[bytes]]:
    found: dict[bytes, list[bytes]] = {}
    for birth in story.replay.births.births:
        if birth.event.gates >> len(Credit) & 1:
            found.setdefault(birth.place, []).append(birth.event.lot)
    return found


def _lots(story: ReplayedHistory) -> Iterator[Finding]:
    time = story.replay.evidence.head.time
    for record in story.replay.book.lots.values():
        state = record.state_at(time)
        held = state is LotState.HELD or _is_on_hold(story, record)
        if held:
            yield _of_lot(story, record, FindingCode.LOT_HELD, "It is held: a question is open.")
        if state is LotState.DISPUTED:
            yield _of_lot(story, record, FindingCode.LOT_DISPUTED, "Its receiver disputes it.")
        if LotState.HELD in record.past and not held:
            said = "It was held, and released by two roles or when the hold had lapsed."
            yield _of_lot(story, record, FindingCode.HELD_BEFORE, said)
        if LotState.DISPUTED in record.past and state is not LotState.DISPUTED:
            said = "It was disputed between its holder and a receiver; the dispute has ended."
            yield _of_lot(story, record, FindingCode.DISPUTED_BEFORE, said)
        if record.is_settled:
            said = f"It was booked anew by measurement {hex_of(record.settlement)} of an umpire."
            yield _of_lot(story, record, FindingCode.SETTLED, said)


def _is_on_hold(story: ReplayedHistory, record: LotRecord) -> bool:
    """Whether a hold on its root binds it at the head; nothing binds what has ended."""
    replay = story.replay
    found = replay.book.hold_on(record, replay.evidence.head.time)
    return found is not None and not record.state.is_final


def _of_lot(story: ReplayedHistory, record: LotRecord, code: FindingCode, text: str) -> Finding:
    return Finding(code, record.item, text, story.replay.ancestry.descendants((record.id,)))


def _prices(story: ReplayedHistory) -> Iterator[Finding]:
    for check in story.replay.prices.checks.values():
        if not check.event.inside:
            yield Finding(
                FindingCode.PRICE_OUTSIDE,
                labels.lot(check.event.lot),
                f"{check.event.account} proved that the settlement price of offer "
                f"{check.event.transfer.offer} lies outside the published range.",
                story.replay.ancestry.descendants((check.event.lot,)),
            )


def _filings(story: ReplayedHistory) -> Iterator[Finding]:
    for birth in story.replay.births.births:
        standing = birth.standing
        if is_filed_late(standing):
            said = "the council excused it" if standing.excused else "its credits were closed"
            yield Finding(
                FindingCode.FILED_LATE,
                labels.site_event(birth.event.event_id),
                f"It was filed more than 30 days after it had ended: {said}.",
                story.replay.ancestry.descendants((birth.event.lot,)),
            )


def _refusals(story: ReplayedHistory) -> Iterator[Finding]:
    """What stands although an inspector of the panel refused its document."""
    attestations = story.replay.attestations
    for event_id, history in attestations.events.items():
        standing, made = history.standing, _made_of(story, event_id)
        said = None if standing is None else standing.statement
        if said is None or not made:
            continue
        refusers = attestations.refused.get((said.site, said.sequence, said.document), [])
        if refusers:
            yield Finding(
                FindingCode.DOCUMENT_REFUSED,
                labels.site_event(event_id),
                f"{counted(len(refusers), 'inspectors')} of the site's panel refused its document; "
                f"{_reach(story, made)}.",
                story.replay.ancestry.descendants(made),
            )


def _credits(story: ReplayedHistory) -> Iterator[Finding]:
    """Births whose credit rests on one scheme alone."""
    by_scheme: dict[tuple[Credit, Scheme], list[BirthRecord]] = {}
    for birth in story.replay.births.births:
        for credit, pieces in birth.passage.coverage.items():
            schemes = {piece.issued.scheme for piece in pieces}
            if len(schemes) == 1 and not _other_cover(story, birth, credit, schemes):
                by_scheme.setdefault((credit, schemes.pop()), []).append(birth)
    for (credit, scheme), births in sorted(by_scheme.items()):
        lots = [birth.event.lot for birth in births]
        yield Finding(
            FindingCode.ONE_SCHEME_ONLY,
            f"credit {enum_word(credit)}",
            f"{len(lots)} birth(s) rest on the scheme {scheme_name(scheme)} alone.",
            story.replay.ancestry.descendants(lots),
            credit,
        )


def _other_cover(
    story: ReplayedHistory, birth: BirthRecord, credit: Credit, schemes: set[Scheme]
) -> bool:
    """Whether other recognised schemes cover the birth as well."""
    others = birth.passage.schemes[credit] & ~sum(1 << scheme for scheme in schemes)
    return story.replay.gates.covering(birth.standing, others, birth.passage.known) is not None


def _models(story: ReplayedHistory) -> Iterator[Finding]:
    loose = [
        lot
        for lot in story.replay.ancestry.targets
        if story.replay.book.lots[lot].nature.model is CustodyModel.MASS_BALANCE
    ]
    if loose:
        yield Finding(
            FindingCode.MASS_BALANCE,
            labels.lot(loose[0]) if len(loose) == 1 else counted(len(loose), "lots"),
            "Its model is mass balance: credits are booked, and it is not claimed that metal "
            "that bears them is physically in it.",
            frozenset(loose),
        )


def periods_behind(story: ReplayedHistory) -> Set[bytes]:
    """Lots that a period of a continuous site is behind."""
    made = [
        made.lot
        for run_id, run in story.replay.runs.runs.items()
        if run.standing is not None and run.standing.continuous_since
        for made in story.replay.ancestry.runs[run_id].made
    ]
    return story.replay.ancestry.descendants(made)


def _periods(story: ReplayedHistory) -> Iterator[Finding]:
    """Runs that balance an account, where nobody saw which metal went in when."""
    sites: dict[bytes, int] = {}
    for run in story.replay.runs.runs.values():
        if run.standing is not None and run.standing.continuous_since:
            site = run.standing.statement.site
            sites[site] = sites.get(site, 0) + 1
    reached = periods_behind(story)
    for site, count in sorted(sites.items()):
        yield Finding(
            FindingCode.MASS_BALANCE_PERIOD,
            labels.site(site),
            f"It is continuous: {counted(count, 'runs')} of it: {PERIOD_BALANCE}. What went in and "
            "came out is balanced over the whole of each; which metal is in which product, nobody "
            "saw.",
            reached,
        )


def _members(story: ReplayedHistory) -> Iterator[Finding]:
    members = story.replay.members
    for organisation in sorted(members.relied):
        if not members.organisations[organisation].active:
            yield Finding(
                FindingCode.MEMBER_SUSPENDED,
                labels.organisation(organisation),
                "It took part in this story and is suspended at the head.",
            )
        yield from _sold(organisation, members.organisations[organisation])
    for site in sorted(story.replay.ancestry.sites):
        if not story.replay.sites.sites[site].active:
            yield Finding(FindingCode.SITE_CLOSED, labels.site(site), "It is closed at the head.")


def _sold(organisation: bytes, record: OrganisationRecord) -> Iterator[Finding]:
    """Sales that were recorded after they had taken effect."""
    for move, recorded in record.moves:
        if move.effective_from < recorded:
            yield Finding(
                FindingCode.GROUP_TOLD_LATE,
                labels.organisation(organisation),
                f"It belongs to another ownership group since {iso_time(move.effective_from)}, "
                f"which was recorded at {iso_time(recorded)}: meanwhile its independence was "
                "judged by its former group.",
            )


def _quorum(story: ReplayedHistory) -> Iterator[Finding]:
    quorum = story.replay.settings.quorum
    fewer = [
        event_id
        for event_id, history in story.replay.attestations.events.items()
        if history.standing is not None and history.standing.voices < quorum
    ]
    if fewer:
        yield Finding(
            FindingCode.QUORUM_RAISED,
            f"{len(fewer)} site events",
            f"They were attested by fewer organisations than the quorum of {quorum} since.",
        )


def _product(story: ReplayedHistory) -> Iterator[Finding]:
    product = story.replay.products.products.get(story.replay.ancestry.subject.id)
    if product is not None and not product.is_sealed:
        yield Finding(
            FindingCode.PRODUCT_OPEN,
            product.item,
            "It is not sealed: further parts may follow, and no total of it is complete.",
        )
    record = story.replay.book.lots.get(story.replay.ancestry.subject.id)
    if record is not None and record.state.is_final:
        word = "consumed by a run" if record.state is LotState.CONSUMED else "lost"
        yield Finding(FindingCode.SUBJECT_ENDED, record.item, f"It has been {word}.")


def _limits(story: ReplayedHistory) -> Iterator[Finding]:
    """What this evidence cannot exclude or prove."""
    evidence = story.replay.evidence
    if not evidence.finality.sealed:
        yield Finding(
            FindingCode.FINALITY_NOT_PROVEN,
            f"block {evidence.head.number}",
            "Nothing seals the blocks of this development chain: finality is not proven.",
        )
    for note in evidence.notes:
        yield Finding(FindingCode.CHAIN_NOTE, "the chain", note)


_FINDERS: Final[tuple[Callable[[ReplayedHistory], Iterator[Finding]], ...]] = (
    _withdrawn,
    _revoked,
    _lapsed,
    _places,
    _outside,
    _losses,
    _lots,
    _prices,
    _filings,
    _refusals,
    _credits,
    _models,
    _periods,
    _members,
    _quorum,
    _product,
    _limits,
)


def scheme_name(scheme: int) -> str:
    """ "RMI RMAP"; the number of one without a name here."""
    if scheme not in list(Scheme):
        return f"scheme {scheme}"
    return Scheme(scheme).name.replace("_", " ")


def _made_of(story: ReplayedHistory, event_id: bytes) -> tuple[bytes, ...]:
    """Lots of the story that a site event made."""
    made = story.replay.ancestry.made_of.get(event_id, ())
    return (*story.replay.births.of_event.get(event_id, ()), *made)


def _reach(story: ReplayedHistory, lots: Iterable[bytes]) -> str:
    """ "it reaches 7 lots, the subject's among them"."""
    reached = story.replay.ancestry.descendants(lots)
    own = any(lot in reached for lot in story.replay.ancestry.targets)
    number = counted(len(reached), "lots")
    return f"it reaches {number}, the subject's among them" if own else f"it reaches {number}"
