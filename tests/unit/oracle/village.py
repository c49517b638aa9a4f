"""The people and sites of examples/cobalt as a register, without a chain."""

import json
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from lodetrace.contracts.enums import Material, Role
from lodetrace.contracts.structs import Site
from lodetrace.documents.analysis import ATOMIC_NUMBERS
from lodetrace.documents.signed_document import SignedDocument, sign_document
from lodetrace.documents.signed_number import site_domain
from lodetrace.documents.statement import SiteStatement, event_id
from lodetrace.eip712 import Domain
from lodetrace.keys.member_keys import MemberKeys
from lodetrace.plausibility.rulebook import Rulebook, rulebook_at, rulebooks
from lodetrace.plausibility.stated import Severity
from lodetrace.strict_json import parse
from oracle.checks import Signer
from oracle.declarations import Declaration
from oracle.examination import FileReport
from tests.support.sites import site_struct
from tests.unit.oracle.booked_lots import BookedLots, ToldLots
from zk_circuits.keccak import keccak256

CHAIN_ID, DIRECTORY = 1337, "0xa513E6E4b8f2a923D98304ec87F64353C4D5C853"
DOMAIN = site_domain(CHAIN_ID, DIRECTORY)
NOW = int(datetime(2026, 12, 1, tzinfo=UTC).timestamp())
Edit = Callable[[dict[str, Any]], None]
_TOLD: dict[Path, BookedLots] = {}
"""Of each story as it was told once."""


@dataclass
class Village:
    """A register made of sites.yaml and members.yaml."""

    folder: Path
    domain: Domain = DOMAIN
    now: int = NOW

    def __post_init__(self) -> None:
        self.entries = self._file("sites.yaml")["sites"]
        self.members = self._file("members.yaml")["members"]
        self.by_label = {entry["site"]: entry for entry in self.entries}
        self.ids = self._file("lots.yaml")["lots"]
        self.accounts = {
            account["name"]: MemberKeys.for_development(account["index"]).account
            for member in self.members
            for account in member["accounts"]
        }

    @cached_property
    def lots(self) -> BookedLots:
        """The lots of the story, each test's own."""
        if self.folder not in _TOLD:
            _TOLD[self.folder] = self._told().tell()
        return deepcopy(_TOLD[self.folder])

    def signer(self, address: str) -> Signer | None:
        for member in self.members:
            for account in member["accounts"]:
                if MemberKeys.for_development(account["index"]).account == address:
                    roles = Role(0)
                    for role in member["roles"]:
                        roles |= Role[role]
                    return Signer(keccak256(member["organisation"].encode()), roles)
        return None

    def site(self, site: bytes) -> Site | None:
        for entry in self.entries:
            if keccak256(entry["identifier"].encode()) == site:
                return site_struct(entry)
        return None

    def keys_of(self, site: str) -> MemberKeys:
        """Development keys of a site's operator."""
        operator = self.by_label[site]["operator"]
        for member in self.members:
            if member["organisation"] == operator:
                return MemberKeys.for_development(member["accounts"][0]["index"])
        raise KeyError(site)

    def unsigned(self, label: str) -> dict[str, Any]:
        """A document of the story before it was signed."""
        text = (self.folder / "documents" / f"{label}.jsonld").read_text("utf-8")
        return json.loads(text)

    def signed_path(self, label: str) -> Path:
        """A signed document of the story."""
        return self.folder / "signed" / f"{label}.json"

    def sign(
        self,
        raw: dict[str, Any],
        into: Path,
        *,
        by: str,
        sequence: int = 900,
        domain: Domain = DOMAIN,
    ) -> Path:
        """Signs an edited document with the keys of the site labelled `by`."""
        keys = self.keys_of(by)
        signed = sign_document(
            parse(json.dumps(raw).encode()),
            sequence=sequence,
            domain=domain,
            private_key=keys.signing_key,
            salt_secret=keys.salt_secret,
        )
        into.write_text(signed.to_json(), "utf-8")
        return into

    def declarations(self) -> dict[bytes, Declaration]:
        """What the operators declared, by site id."""
        found = [Declaration.of(entry) for entry in self.entries]
        return {keccak256(one.identifier.encode()): one for one in found}

    def _told(self) -> ToldLots:
        organisations = {
            account["name"]: keccak256(member["organisation"].encode())
            for member in self.members
            for account in member["accounts"]
        }
        return ToldLots(
            self._file("story.yaml")["steps"],
            self.ids,
            self.accounts,
            organisations,
            self.event_of_document,
            self._material,
        )

    def event_of_document(self, label: str, element: str) -> tuple[bytes, bytes]:
        """Event id and hash of a document of the story."""
        signed = SignedDocument.read(self.signed_path(label))
        key = event_id(signed.site, signed.sequence, ATOMIC_NUMBERS[element])
        return key, signed.hash

    def _material(self, label: str) -> Material:
        statement = SiteStatement.of(SignedDocument.read(self.signed_path(label)).document)
        substances = rulebook_at(statement.to).substances
        return substances[statement.outputs[0].substance].material

    def _file(self, name: str) -> Any:
        return yaml.safe_load((self.folder / name).read_text("utf-8"))


def earlier_rules() -> tuple[Rulebook, ...]:
    """Versions 2026.1 and 2026.2, by which consortia judged until 2026.4 took their place."""
    return rulebooks(Path(__file__).parent / "earlier_rules")


def event_of(raw: dict[str, Any]) -> dict[str, Any]:
    """The one event of a document."""
    found = raw["epcisBody"]["eventList"][0]
    assert isinstance(found, dict)
    return found


def rules(report: FileReport, severity: Severity = Severity.REFUSAL) -> list[str]:
    """Names of the rules that a report breaks."""
    assert report.error is None, report.error
    return [finding.rule for finding in report.findings if finding.severity is severity]
