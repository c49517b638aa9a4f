"""What an import would sign: each document with its number, its figures and what the rules say."""

import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from lodetrace.canonical_json import document_hash
from lodetrace.contracts.events import Filed
from lodetrace.contracts.refusals.decoder import ContractRefused
from lodetrace.documents.contexts import ContextCopies
from lodetrace.documents.identity import canonical, seal_number
from lodetrace.documents.labels import labels_of
from lodetrace.documents.profile import check_before_signing
from lodetrace.documents.signed_document import SignedDocument, filed_number, sign_document
from lodetrace.documents.statement import SiteStatement
from lodetrace.documents.statement_fields import BATCHING
from lodetrace.errors import InputError, NotFound, Refused
from lodetrace.member.document_register import DocumentRegister, Numbered
from lodetrace.plausibility.before_signing import examine_stated
from lodetrace.plausibility.clock import TEMPORARY
from lodetrace.plausibility.rulebook import EventBeforeRules, rulebook_at
from lodetrace.plausibility.stated import RuleFinding, Severity, StatedCase
from lodetrace.sheets.site_documents import RowFault, RowsDocument, documents_of
from lodetrace.units import brief, brief_metal, format_metal, format_share
from zk_circuits.keccak import keccak256

if TYPE_CHECKING:
    from lodetrace.cli.context import CommandContext
    from lodetrace.member.session import MemberSession
    from lodetrace.sheets.table import Table

_NAME: Final = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class SignedRows:
    """One document, signed in memory.

    is_known: its number is in the register. is_new: nor was it filed under one.
    """

    rows: tuple[int, ...]
    signed: SignedDocument
    statement: SiteStatement
    content: bytes
    names: tuple[bytes, ...]
    findings: tuple[RuleFinding, ...]
    is_known: bool
    is_new: bool

    @property
    def label(self) -> str:
        """What people call it: a batch, else the number."""
        symbols = self.statement.elements or _assayed(self.statement)
        labels = labels_of(self.statement, symbols[0]) if symbols else ()
        return labels[-1] if labels else str(self.signed.sequence)

    @property
    def file_name(self) -> str:
        """Sorted by number, and recognised by its batch."""
        label = _NAME.sub("-", self.label)[:40]
        return f"{self.signed.sequence:06d}-{label}.signed.json"


@dataclass(frozen=True, slots=True)
class Prepared:
    """What would be signed, and which rows make nothing."""

    signed: tuple[SignedRows, ...]
    faults: tuple[RowFault, ...]
    register_folder: Path

    def require_place(self, out: Path) -> None:
        """Whether the files can be written, or are there already; writes nothing.

        Raises SignedFileExists or SignedFileUnwritable.
        """
        from lodetrace.atomic_file import require_folder
        from lodetrace.cli.event import file_errors, require_same

        with file_errors(out):
            require_folder(out)
        if out.exists():
            for one in self.signed:
                require_same(out / one.file_name, one.signed)

    def write(self, out: Path) -> None:
        """Commits the new numbers, then writes the files that are not there.

        Raises NumbersTaken, SignedFileExists, SignedFileUnwritable or StorageError.
        """
        from lodetrace.cli.event import file_errors, write_signed

        with file_errors(out):
            out.mkdir(exist_ok=True)
        register = DocumentRegister(self.register_folder)
        try:
            for one in self.signed:
                if not one.is_known:
                    numbered = Numbered(one.signed.sequence, one.content, one.names)
                    register.commit(one.signed.site, [numbered])
                write_signed(out / one.file_name, one.signed)
        finally:
            register.close()


def prepare(
    cli: "CommandContext",
    member: "MemberSession",
    table: "Table",
    kind: str,
    site: str,
    offset: str | None,
    first: int,
) -> Prepared:
    """Documents of a table, in the order of its rows, numbered and signed in memory.

    Raises SiteNotOperated.
    """
    require_operated(member, site)
    made = sheet_documents(member, table, kind, site, offset)
    return number_documents(cli, member, made, first)


def sheet_documents(
    member: "MemberSession", table: "Table", kind: str, site: str, offset: str | None
) -> Iterator[RowsDocument | RowFault]:
    """Documents of a table before they have numbers; a row that makes none says why."""
    from lodetrace.cli.lot_ids import named_lot

    def lot_named(text: str) -> bytes:
        try:
            return named_lot(member, text)
        except NotFound as error:
            raise LotOfRowUnknown(reason=error) from error

    return documents_of(table.rows, kind, site, offset, lot_named)


def number_documents(
    cli: "CommandContext",
    member: "MemberSession",
    documents: Iterable[RowsDocument | RowFault],
    first: int,
    *,
    unasked: bool = False,
    earlier: Sequence[SignedDocument] = (),
) -> Prepared:
    """Documents numbered and signed in memory; one that fails stops no other.

    unasked: nobody looks at them, so what the rules would flag is left out, too. earlier: signed
    documents whose numbers and names are taken, whatever the register says.
    """
    numbering = _Numbering(cli, member, first, unasked=unasked, earlier=earlier)
    copies = ContextCopies(cli.settings.contexts)
    signed: list[SignedRows] = []
    faults: list[RowFault] = []
    for made in documents:
        if isinstance(made, RowFault):
            faults.append(made)
            continue
        try:
            check_before_signing(made.raw, copies)
            signed.append(numbering.numbered(made))
        except InputError as error:
            faults.append(RowFault(made.rows, str(error)))
    return Prepared(tuple(signed), tuple(faults), member.folder)


def require_operated(member: "MemberSession", site: str) -> None:
    """Raises SiteNotOperated: nobody else's documents can be filed, however they are signed."""
    try:
        operator = member.reads.site(keccak256(canonical(site).encode())).operator
    except ContractRefused as error:
        raise SiteNotOperated(site=site) from error
    if operator != member.reads.account(member.account).organisation:
        raise SiteNotOperated(site=site)


class SiteNotOperated(Refused):
    """A site that is not registered, or is another member's."""

    template = "{site} is no site that your organisation operates"
    advice = "Give the GLN of a site of yours; only its operator files what it signs."


class LotOfRowUnknown(InputError):
    """A lot that a row names and nobody knows."""

    template = "{reason}"
    advice = "Correct the row."


class RowRefused(InputError):
    """A document that nodes would refuse, or whose names are taken."""

    template = "{reason}"
    advice = "Correct the row."


class _Numbering:
    """Gives numbers to documents: those that they have, else the next free ones."""

    def __init__(
        self,
        cli: "CommandContext",
        member: "MemberSession",
        first: int,
        *,
        unasked: bool,
        earlier: Sequence[SignedDocument],
    ) -> None:
        self._unasked: Final = unasked
        self._earlier: Final = earlier
        self._cli: Final = cli
        self._member: Final = member
        self._first: Final = first
        self._register: Final = DocumentRegister(member.folder, rehearsing=True)
        self._known: Mapping[bytes, int] = {}
        self._named: dict[bytes, int] = {}
        self._next: dict[bytes, int] = {}
        self._filed: list[tuple[int, bytes]] = []

    def numbered(self, made: RowsDocument) -> SignedRows:
        """One document more; raises RowRefused, after which its number is free again."""
        content = document_hash(made.raw)
        site = self._site_of(made.raw)
        if site not in self._next:
            self._begin(site)
        before = self._known.get(content) or filed_number(
            made.raw, site, self._filed, self._cli.keys.salt_secret
        )
        sequence = before or self._next[site]
        signed = self._signed(made.raw, sequence)
        statement = SiteStatement.of(signed.document)
        if before is None and (again := self._signed_before(made.raw, site, statement)) is not None:
            before, sequence, signed = again.sequence, again.sequence, again
        findings = tuple(_findings(signed, statement))
        if findings and self._unasked and before is None:
            said = "; ".join(map(str, findings))
            raise RowRefused(reason=f"the rules would flag it, and nobody is asked here: {said}")
        names = self._names(statement, sequence)
        if before is None:
            self._next[site] += 1
        self._named.update(dict.fromkeys(names, sequence))
        is_known = content in self._known
        is_new = before is None
        return SignedRows(made.rows, signed, statement, content, names, findings, is_known, is_new)

    def _signed(self, raw: dict[str, Any], sequence: int) -> SignedDocument:
        return sign_document(
            raw,
            sequence=sequence,
            domain=self._cli.domain,
            private_key=self._cli.keys.signing_key,
            salt_secret=self._cli.keys.salt_secret,
        )

    def _signed_before(
        self, raw: dict[str, Any], site: bytes, statement: SiteStatement
    ) -> SignedDocument | None:
        """The earlier document that is this very one: signing it again makes the same bytes."""
        for one in self._earlier:
            alike = one.site == site and SiteStatement.of(one.document).to == statement.to
            if alike and self._signed(raw, one.sequence).hash == one.hash:
                return one
        return None

    def _site_of(self, raw: dict[str, Any]) -> bytes:
        location = raw["epcisBody"]["eventList"][0]["bizLocation"]["id"]
        return keccak256(canonical(location).encode())

    def _begin(self, site: bytes) -> None:
        self._known = self._register.known(site)
        self._named = self._named_earlier(site) | dict(self._register.named(site))
        filed = [
            (one.sequence, one.document)
            for one in self._member.contracts.happened(Filed, site=site)
        ]
        signed = [one.sequence for one in self._earlier if one.site == site]
        numbers = [number for number, _ in filed]
        taken = [self._first - 1, *self._known.values(), *numbers, *signed]
        self._next[site] = max(taken) + 1
        known = {*self._known.values()}
        self._filed = [one for one in reversed(filed) if one[0] not in known]

    def _named_earlier(self, site: bytes) -> dict[bytes, int]:
        return {
            digest: one.sequence
            for one in self._earlier
            if one.site == site
            for _, digest in _names_in(SiteStatement.of(one.document))
        }

    def _names(self, statement: SiteStatement, sequence: int) -> tuple[bytes, ...]:
        """Hashes of the names that the document gives; raises RowRefused for one that is taken."""
        found = []
        for name, digest in _names_in(statement):
            if self._named.get(digest, sequence) != sequence:
                reason = f"{name} is in document {self._named[digest]} of the site already"
                raise RowRefused(reason=reason)
            found.append(digest)
        return tuple(found)


def _names_in(statement: SiteStatement) -> list[tuple[str, bytes]]:
    """Batches and seals that a document gives their names, each with its hash."""
    if statement.kind not in BATCHING:
        return []
    written = [*(one.epc_class for one in statement.outputs), *statement.seals]
    plain = [name if name.startswith("https://") else seal_number(name) for name in written]
    return [(name, keccak256(text.encode())) for name, text in zip(written, plain, strict=True)]


def preview_row(one: SignedRows) -> tuple[str, ...]:
    """A document under the columns of the preview."""
    statement = one.statement
    shown = statement.outputs or statement.inputs
    symbols = statement.elements or _assayed(statement)
    metal = {symbol: sum(part.metal(symbol) for part in shown) for symbol in symbols}
    carbon = statement.carbon
    assays = {
        f"{symbol} {format_share(share)}" for part in shown for symbol, share in part.assay.items()
    }
    said = "; ".join(str(finding) for finding in one.findings)
    return (
        ", ".join(map(str, one.rows)),
        str(one.signed.sequence),
        one.label,
        ", ".join(statement.seals),
        format_metal(sum(part.wet_mass for part in shown)),
        ", ".join(dict.fromkeys(format_share(part.moisture) for part in shown)),
        ", ".join(sorted(assays)),
        ", ".join(_of(symbol, brief_metal(mass), symbols) for symbol, mass in metal.items()),
        ", ".join(
            _of(symbol, brief(carbon[symbol], metal[symbol]), symbols)
            for symbol in symbols
            if metal[symbol] and symbol in carbon
        ),
        said if one.is_new else "signed before",
    )


def _of(symbol: str, text: str, symbols: tuple[str, ...]) -> str:
    return text if len(symbols) == 1 else f"{symbol} {text}"


def _assayed(statement: SiteStatement) -> tuple[str, ...]:
    """Metals of what is evidence between members: they bear no carbon, so no statement has them."""
    parts = statement.outputs or statement.inputs
    return tuple(dict.fromkeys(symbol for part in parts for symbol in part.assay))


def _findings(signed: SignedDocument, statement: SiteStatement) -> Iterator[RuleFinding]:
    """What nodes would flag; raises RowRefused for what they refuse and time does not heal."""
    try:
        rules = rulebook_at(statement.to)
    except EventBeforeRules as error:
        raise RowRefused(reason=error) from error
    found = examine_stated(StatedCase(signed, statement, rules, int(time.time())))
    refused = [
        str(one) for one in found if one.severity is Severity.REFUSAL and one.rule not in TEMPORARY
    ]
    if refused:
        raise RowRefused(reason=f"the oracle nodes would refuse it: {'; '.join(refused)}")
    yield from found
