"""Where the story plays: sites, certificates and places of examples/cobalt, evaluated plainly."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from lodetrace.contracts.enums import Scheme
from lodetrace.documents.signed_document import SignedDocument
from lodetrace.documents.statement import SiteStatement
from zk_circuits.balance import NO_CREDITS


@dataclass
class Setting:
    """The files of the story's folder, and what they say about an event."""

    folder: Path

    def __post_init__(self) -> None:
        self.sites = {entry["site"]: entry for entry in self._file("sites.yaml")["sites"]}
        self.by_identifier = {entry["identifier"]: entry for entry in self.sites.values()}
        self.certificates = self._file("certificates.yaml")
        self.places = self._file("places.yaml")["determinations"]
        self.story = self._file("story.yaml")
        self.members = self._file("members.yaml")["members"]
        self.ids = self._file("lots.yaml")["lots"]
        self.groups = {
            account["name"]: member["group"]
            for member in self.members
            for account in member["accounts"]
        }
        self.organisations = {
            account["name"]: member["organisation"]
            for member in self.members
            for account in member["accounts"]
        }

    def document(self, label: str) -> tuple[SignedDocument, SiteStatement]:
        """A signed document of the story and its statement."""
        signed = SignedDocument.read(self.folder / "signed" / f"{label}.json")
        return signed, SiteStatement.of(signed.document)

    def label(self, lot: str) -> str:
        """What the story calls a lot."""
        return next(label for label, known in self.ids.items() if known == lot)

    def gates(
        self, site: dict[str, Any], statement: SiteStatement, recorded_before: int
    ) -> tuple[bool, ...]:
        rules = {rule["credit"]: rule["schemes"] for rule in self.certificates["credit_rules"]}
        return tuple(
            any(
                self._covers(certificate, site["site"], statement, recorded_before)
                and certificate["scheme"] in rules.get(credit, ())
                for certificate in self.certificates["certificates"]
            )
            for credit in range(1, len(NO_CREDITS) + 1)
        )

    def _covers(
        self, certificate: dict[str, Any], site: str, statement: SiteStatement, known: int
    ) -> bool:
        assert Scheme[certificate["scheme"]]
        elements = certificate["elements"]
        suspended = [
            status
            for status in certificate["statuses"]
            if seconds_of(status["recorded_at"]) <= known
            and seconds_of(status["effective_from"]) <= statement.to
        ]
        return (
            certificate["site"] == site
            and not suspended
            and (not elements or set(statement.elements) <= set(elements))
            and seconds_of(certificate["valid_from"]) <= statement.from_
            and statement.to <= seconds_of(certificate["valid_to"])
        )

    def is_cahra(self, place: str, statement: SiteStatement) -> bool:
        for one in self.places:
            if one["place"] == place:
                assert seconds_of(one["from"]) <= statement.from_ <= seconds_of(one["to"])
                return bool(one["conflict"] or one["governance"] or one["human_rights"])
        return True

    def _file(self, name: str) -> Any:
        return yaml.safe_load((self.folder / name).read_text("utf-8"))


def seconds_of(moment: datetime) -> int:
    """Seconds since 1970."""
    return int(moment.timestamp())
