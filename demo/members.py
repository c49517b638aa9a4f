"""The members of the story, with their development keys, and the documents that they signed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from demo.errors import StoryMalformed
from demo.story import Story
from lodetrace.contracts.enums import ELEMENT_SYMBOLS
from lodetrace.documents.signed_document import SignedDocument
from lodetrace.documents.statement import SiteStatement, attestable_events, event_id
from lodetrace.keys.member_keys import MemberKeys
from lodetrace.member.filings import file_documents
from lodetrace.member.session import MemberSession
from lodetrace.settings import Settings
from zk_circuits.commitment import Opening

ELEMENTS: Mapping[str, int] = {symbol: number for number, symbol in ELEMENT_SYMBOLS.items()}


@dataclass(frozen=True, slots=True)
class StatedElement:
    """One element of a site's document. event_id: 32 bytes; opening: of the event."""

    event_id: bytes
    opening: Opening


@dataclass(slots=True)
class StoryMembers:
    """Sessions by account name, opened when first needed."""

    story: Story
    settings: Settings
    indices: Mapping[str, int]
    _open: dict[str, MemberSession] = field(default_factory=dict)

    @classmethod
    def of(cls, story: Story, settings: Settings) -> "StoryMembers":
        return cls(story, settings, account_indices(story))

    def __getitem__(self, name: str) -> MemberSession:
        """The session of an account; raises StoryMalformed for an unknown name."""
        if name not in self._open:
            self._open[name] = MemberSession.open(self.settings, self.keys(name))
        return self._open[name]

    def keys(self, name: str) -> MemberKeys:
        index = self.indices.get(name)
        if index is None:
            file = self.story.folder / "members.yaml"
            raise StoryMalformed(file=file, step=name, reason="it has no such account")
        return MemberKeys.for_development(index)

    def name_of(self, account: str) -> str:
        """The name of an account's address, or the address."""
        for name in self.indices:
            if self.keys(name).account.lower() == account.lower():
                return name
        return account

    def anybody(self) -> MemberSession:
        """Some session, for reading the chain."""
        return self[next(iter(self.indices))]

    def close(self) -> None:
        for member in self._open.values():
            member.close()
        self._open.clear()

    def file(self, documents: Iterable[str]) -> None:
        """The sites file those of their documents that are to be attested; again, changes nothing.

        Raises StoryMalformed for an account that is not of the story.
        """
        names = {self.keys(name).account: name for name in self.indices}
        by_account: dict[str, list[SignedDocument]] = {}
        for document in documents:
            signed = SignedDocument.read(self.story.signed(document))
            if not attestable_events(signed, SiteStatement.of(signed.document)):
                continue
            if signed.signer not in names:
                reason = f"{signed.signer} signs for no account of it"
                raise StoryMalformed(file=self.story.folder, step=document, reason=reason)
            by_account.setdefault(names[signed.signer], []).append(signed)
        for name, own in by_account.items():
            file_documents(self[name], own)

    def document(self, name: str) -> SignedDocument:
        """A signed document of the story."""
        return SignedDocument.read(self.story.signed(name))

    def stated(self, document: str, element: str) -> StatedElement:
        """What a signed document says of one element, as its site knows it."""
        signed = self.document(document)
        for found in attestable_events(signed, SiteStatement.of(signed.document)):
            if found.event.element == ELEMENTS[element]:
                number = event_id(signed.site, signed.sequence, found.event.element)
                return StatedElement(number, found.opening)
        reason = f"document {document} says nothing of {element}"
        raise StoryMalformed(file=self.story.signed(document), step=document, reason=reason)


def account_indices(story: Story) -> dict[str, int]:
    """Account name to index of the development mnemonic."""
    members: list[Any] = story.part("members")["members"]
    return {
        account["name"]: int(account["index"])
        for member in members
        for account in member["accounts"]
    }
