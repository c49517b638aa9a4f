"""`lodetrace claim`: statements about lots and totals, proven without their amounts."""

from typing import TYPE_CHECKING, Annotated, Final

import typer

from lodetrace.cli.answer import Answer, fields, rows
from lodetrace.cli.claim_view import COLUMNS, claim_document, claim_row, say_claim
from lodetrace.cli.command import command, group
from lodetrace.cli.context import CommandContext
from lodetrace.cli.lot_ids import named_subject, required_id
from lodetrace.cli.parse import parse_credit, parse_word
from lodetrace.cli.verdict_view import verdict_answer
from lodetrace.contracts.enums import Measure
from lodetrace.errors import InputError, NotFound
from lodetrace.text import hex_of, short_id
from lodetrace.units import parse_intensity, parse_metal, parse_share

if TYPE_CHECKING:
    from lodetrace.contracts.events import ClaimRecorded
    from lodetrace.onchain.contracts import Contracts

claim: Final = group("claim", "Claims: proven, verified, listed.")


class SubjectMalformed(InputError):
    """Not a full id."""

    template = "{text!r} is no id"
    advice = "Give 0x and all 64 hexadecimal digits: no vault is opened here to complete them."


class ClaimUnknown(NotFound):
    """No claim of that id was recorded."""

    template = "claim {claim} is not recorded"
    advice = "See `lodetrace claim list`; check the network as well."


@command(
    claim,
    "prove",
    'lodetrace claim prove 2f3a91c4 --measure credit-share --credit responsible --threshold "60 %"',
    'lodetrace claim prove 2f3a91c4 --measure cahra-share --threshold "5 %"',
    'lodetrace claim prove 2f3a91c4 --measure carbon-intensity --threshold "9 kg CO2e/kg"',
    'lodetrace claim prove 2f3a91c4 --measure metal-per-unit --threshold "8 kg"',
    asks=True,
    writes=True,
)
def prove(
    cli: CommandContext,
    subject: Annotated[str, typer.Argument(help="A lot or a total: id, or its first digits.")],
    measure: Annotated[str, typer.Option(help="What is claimed: one of those above.")],
    threshold: Annotated[
        str, typer.Option(help="At least for credit-share and metal-per-unit, else at most.")
    ],
    credit: Annotated[
        list[str] | None,
        typer.Option(
            help="responsible, recycledPostConsumer or recycledManufacturing; both recycled ones "
            "may be given together."
        ),
    ] = None,
) -> Answer:
    """Prove and record one statement about a lot or a total; its amounts stay hidden.

    It is of credit-share, cahra-share, carbon-intensity, direct-intensity or metal-per-unit.

    Thresholds lie on the grid that the consortium registered. A statement that is not true has
    no proof. The same command again returns the claim.
    """
    from lodetrace.member.claims import ClaimOrder
    from lodetrace.member.claims import claim as record

    chosen = parse_word(Measure, measure, "measure")
    limit = _threshold(chosen, threshold)
    credits = tuple(parse_credit(text) for text in credit or [])
    with cli.member() as member:
        order = ClaimOrder(named_subject(member, subject), chosen, limit, credits)
        cli.ask(
            f"Record for everybody that {short_id(order.subject)} holds {order.said}?",
            lambda session: record(session, order),
            fields({"subject": hex_of(order.subject), "claim": order.said}),
        )
        with cli.work("proving the claim"):
            proven = record(member, order)
    document = {**claim_document(proven.event), "transaction": proven.transaction}
    said = {"claim": hex_of(proven.claim_id), "says": say_claim(proven.event)}
    return Answer(document, [fields({**said, "transaction": proven.transaction})])


@command(claim, "verify", f"lodetrace claim verify 0x{'2f' * 32}", keys=False)
def verify(
    cli: CommandContext,
    claim: Annotated[str, typer.Argument(metavar="CLAIM", help="Full id of a claim.")],
) -> Answer:
    """Check a recorded claim on chain and, independently, here; needs no keys.

    Ends with exit code 5 unless both verdicts say that it holds.
    """
    from lodetrace.member.claim_checks import check_in_python, check_on_chain
    from lodetrace.member.prover import Prover

    claim_id = required_id(claim, SubjectMalformed)
    with cli.contracts() as contracts:
        event = _recorded(contracts, claim_id)
        prover = Prover(contracts, cli.settings.network)
        with cli.work("verifying"):
            verdicts = {
                "chain": check_on_chain(contracts, event),
                "python": check_in_python(contracts, prover, event),
            }
    shown = {"says": say_claim(event), "subject": hex_of(event.subject)}
    return verdict_answer(claim_document(event), shown, verdicts)


@command(claim, "list", "lodetrace claim list", f"lodetrace claim list --subject 0x{'2f' * 32}")
def list_(
    cli: CommandContext,
    subject: Annotated[
        list[str] | None,
        typer.Option(metavar="ID", help="A lot or a total; repeat. Full ids, no keys needed."),
    ] = None,
) -> Answer:
    """List the claims of this account, or those about some subjects."""
    from lodetrace.contracts.events import ClaimRecorded

    with cli.contracts() as contracts:
        if subject:
            wanted = [required_id(text, SubjectMalformed) for text in subject]
            found = contracts.events(ClaimRecorded, subject=wanted)
        else:
            found = contracts.events(ClaimRecorded, account=cli.account)
    events = [one.event for one in found if isinstance(one.event, ClaimRecorded)]
    document = {"claims": [claim_document(event) for event in events]}
    return Answer(document, [rows(COLUMNS, map(claim_row, events)) if events else "No claims."])


def _threshold(measure: Measure, text: str) -> int:
    """In the unit of the measure."""
    match measure:
        case Measure.CARBON_INTENSITY | Measure.DIRECT_INTENSITY:
            return parse_intensity(text)
        case Measure.METAL_PER_UNIT:
            return parse_metal(text)
    return parse_share(text)


def _recorded(contracts: "Contracts", claim_id: bytes) -> "ClaimRecorded":
    from lodetrace.contracts.events import ClaimRecorded

    for found in contracts.events(ClaimRecorded, claim_id=claim_id):
        if isinstance(found.event, ClaimRecorded):
            return found.event
    raise ClaimUnknown(claim=hex_of(claim_id))
