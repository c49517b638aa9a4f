"""Whether the lots that a document names can be named: what a site hears before it signs.

The document stays as it is. Where the chain cannot be asked, the site hears that instead.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lodetrace.contracts.enums import EventKind, LotState, element_name
from lodetrace.errors import LodetraceError
from lodetrace.text import enum_word, hex_of, iso_time

if TYPE_CHECKING:
    from lodetrace.cli.context import CommandContext
    from lodetrace.documents.named_lots import NamedLot
    from lodetrace.documents.statement import SiteStatement
    from lodetrace.onchain.reads import Reads


def warn_of_lots(cli: "CommandContext", statement: "SiteStatement") -> None:
    """Says which of the named lots an event could not name now, and why."""
    if not statement.named:
        return
    try:
        from lodetrace.onchain.reads import Reads

        with cli.contracts() as contracts:
            reads = Reads(contracts)
            said = [
                line for one in statement.named for line in _against(reads, cli, statement, one)
            ]
    except LodetraceError as error:
        cli.terminal.warn(f"The named lots were not looked up: {error} {error.advice}")
        return
    for line in said:
        cli.terminal.warn(line)


def _against(
    reads: "Reads", cli: "CommandContext", statement: "SiteStatement", named: "NamedLot"
) -> Iterator[str]:
    view, name = reads.lot(named.lot), hex_of(named.lot)
    if view.state is LotState.NONE:
        yield f"lot {name} is not on this chain: no event can name it"
        return
    if element_name(view.element) != named.element:
        yield f"lot {name} is of {element_name(view.element)}, not of {named.element}"
    time, hold = reads.contracts.node.header().time, reads.hold_on(named.lot)
    state = view.state_at(time)
    measures = statement.kind is EventKind.MEASUREMENT
    ends = statement.kind is EventKind.END_OF_LIFE
    if hold.in_force(time) and not (measures or ends):
        yield f"lot {name} is on hold until {iso_time(hold.until)}: no event can name it before"
    wanted = LotState.ASSIGNED if ends else LotState.DISPUTED if measures else LotState.ACTIVE
    if state is not wanted:
        end = f" until {iso_time(view.until)}" if state.lapses else ""
        yield f"lot {name} is {enum_word(state)}{end}: it has to be {enum_word(wanted)}"
    if ends:
        return  # of whomever it is
    own = reads.account(view.account).organisation == reads.account(cli.account).organisation
    if own == measures:
        whose = "another organisation" if not own else "your own organisation"
        yield f"lot {name} is in the hands of {whose} ({view.account})"
