"""What the demo shows at its end: the lots from mine to car, and the claims of one car.

The demo holds the keys of all members, so it can show amounts. Nobody else can.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from demo.car_tree import CarTree, VehiclePart
from demo.members import StoryMembers
from demo.step_log import StepLog
from lodetrace.contracts.enums import LotState, Measure, element_name
from lodetrace.contracts.structs import Lot
from lodetrace.member.claim_checks import check_in_python, check_on_chain
from lodetrace.member.claims import recorded_claim
from lodetrace.member.recheck import Recheck
from lodetrace.text import enum_word, short_id
from lodetrace.units import format_intensity, format_metal, format_share
from zk_circuits.balance import Balance
from zk_circuits.commitment import Opening
from zk_circuits.schema import SCHEMA, SCHEMAS, Credit

PPM = 1_000_000

LOT_WORDS: Final = ("lot", "id", "material", "model", "state", "holder")
LOT_FIGURES: Final = ("metal", "responsible", "recycled", "CAHRA", "kg CO2e\nper kg")
WIDE: Final = 150
"""Columns of a terminal on which words and figures of a lot fit on one line."""


@dataclass(frozen=True, slots=True)
class CheckedClaim:
    """A claim with its two verdicts."""

    text: str
    block: int
    on_chain: Recheck
    in_python: Recheck

    @property
    def holds(self) -> bool:
        return self.on_chain.holds and self.in_python.holds


def show_lots(console: Console, members: StoryMembers, step_log: StepLog) -> None:
    """Every lot of the story, in the order in which they were made; no figure is ever broken."""
    rows = list(_lot_rows(members, step_log))
    if console.width >= WIDE:
        show(console, _lots_table(LOT_WORDS, LOT_FIGURES, rows))
        return
    words, label, first = len(LOT_WORDS), LOT_WORDS[:1], slice(0, 1)
    show(
        console,
        _lots_table(LOT_WORDS, (), [row[:words] for row in rows]),
        _lots_table(label, LOT_FIGURES, [(*row[first], *row[words:]) for row in rows]),
    )


def _lot_rows(members: StoryMembers, step_log: StepLog) -> Iterator[tuple[str, ...]]:
    reads = members.anybody().reads
    now = members.anybody().now()
    for label, lot in step_log.labels.items():
        found = reads.lot(lot)
        if found.state is LotState.NONE:
            continue  # a product, a total or a claim
        units = f" ×{found.count}" if found.count > 1 else ""
        holder = members.name_of(found.account)
        yield (
            label,
            short_id(lot, 8),
            f"{element_name(found.element)} {enum_word(found.material)}{units}",
            enum_word(found.model),
            enum_word(found.state_at(now)),
            holder,
            *amounts(opening_of(members, holder, lot, found)),
        )


def _lots_table(
    words: Sequence[str], figures: Sequence[str], rows: Sequence[Sequence[str]]
) -> Table:
    table = Table(title="Lots from mine to car", title_justify="left", pad_edge=False)
    for name in words:
        table.add_column(name, no_wrap=name in ("lot", "id"))
    for name in figures:
        table.add_column(name, justify="right", no_wrap=True)
    for row in rows:
        table.add_row(*row)
    return table


def opening_of(members: StoryMembers, holder: str, lot: bytes, found: Lot) -> Opening | None:
    """What the holder knows of a lot."""
    member = members[holder]
    return member.vault.opening(lot if found.revision == 0 else member.reads.commitment(lot))


def amounts(opening: Opening | None) -> tuple[str, str, str, str, str]:
    """Metal, shares and carbon intensity as people read them; shares cut to 0.01 %."""
    if opening is None:
        return ("?",) * 5
    balance: Balance = opening.lot
    recycled = balance.credits[1] + balance.credits[2]
    shares = (balance.credits[0], recycled, balance.cahra)
    shown = [format_share(part * PPM // balance.metal // 100 * 100) for part in shares]
    intensity = format_intensity(-(-balance.carbon * PPM // balance.metal) // 10_000 * 10_000)
    return (format_metal(balance.metal), *shown, intensity.removesuffix(" kg/kg"))  # type: ignore[return-value]


def check_claims(members: StoryMembers, step_log: StepLog, labels: list[str]) -> list[CheckedClaim]:
    """The car's claims, verified on chain and, without the chain's word, in Python."""
    member = members.anybody()
    checked = []
    for label in labels:
        found = recorded_claim(member, step_log.labels[label])
        event = found.event
        checked.append(
            CheckedClaim(
                text=sentence(event.measure, event.credit_mask, event.threshold),
                block=member.contracts.node.receipt(found.transaction).block,  # type: ignore[union-attr]
                on_chain=check_on_chain(member.contracts, event),
                in_python=check_in_python(member.contracts, member.prover, event),
            )
        )
    return checked


def claims_table(claims: list[CheckedClaim]) -> Table:
    """One row a claim."""
    table = Table(title="Proven claims of the car", title_justify="left", pad_edge=False)
    for name in ("claim", "recorded in block", "checked on chain", "checked in Python"):
        table.add_column(name)
    for claim in claims:
        row = (_verdict(claim.on_chain), _verdict(claim.in_python))
        table.add_row(claim.text, str(claim.block), *row)
    return table


def sentence(measure: Measure, mask: int, threshold: int) -> str:
    """ "at least 64 % of the cobalt is responsible"."""
    if measure is Measure.CARBON_INTENSITY:
        return f"carbon: at most {format_intensity(threshold)} of metal"
    if measure is Measure.CAHRA_SHARE:
        return f"conflict-affected or high-risk origin: at most {format_share(threshold)}"
    names = {
        Credit.RESPONSIBLE: "responsible",
        Credit.RECYCLED_POST_CONSUMER: "recycled from products",
        Credit.RECYCLED_MANUFACTURING: "from manufacturing waste",
    }
    chosen = [names[credit] for credit in SCHEMAS[SCHEMA] if mask >> (credit - 1) & 1]
    return f"{' or '.join(chosen)}: at least {format_share(threshold)}"


def car_tree(tree: CarTree, linked: dict[str, str]) -> Tree:
    """The car's parts, equal ones counted; cathode parts name the batch of lots they come from."""
    note = "the story's own tree, ../shared is absent" if tree.fallback else tree.source.name
    root = Tree(f"{tree.vehicle.name} [dim]({note})[/dim]")
    _branch(root, tree.vehicle, linked)
    return root


def _branch(node: Tree, part: VehiclePart, linked: dict[str, str]) -> None:
    groups: dict[str, list[VehiclePart]] = {}
    for child in part.children:
        groups.setdefault(f"{child.name}{_link(child, linked)}", []).append(child)
    for name, members in groups.items():
        if any(below.id in linked for member in members for below in member.walk()):
            count = f"{len(members)} × " if len(members) > 1 else ""
            _branch(node.add(f"{count}{name}"), members[0], linked)
    others = sum(1 for child in part.children if not _reaches(child, linked))
    if others:
        node.add(f"[dim]{others} other parts[/dim]")


def _link(part: VehiclePart, linked: dict[str, str]) -> str:
    return f" [green]← lots of batch {linked[part.id]}[/green]" if part.id in linked else ""


def _reaches(part: VehiclePart, linked: dict[str, str]) -> bool:
    return any(below.id in linked for below in part.walk())


def _verdict(verdict: Recheck) -> Text:
    if verdict.holds:
        return Text("holds", style="green")
    return Text(f"fails: {verdict.reason}", style="red")


def show(console: Console, *parts: Table | Tree) -> None:
    for part in parts:
        console.print()
        console.print(part)
