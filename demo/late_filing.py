"""The council excuses events that come to stand long after they happened.

A rule of the contracts: an event that is filed more than 30 days after its end gets no credit,
and neither does one whose certificate was recorded after it, unless the council excuses it. A
story that is played in minutes files all its events late.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from demo.members import StoryMembers
from lodetrace.contracts.structs import Call
from lodetrace.documents.signed_document import SignedDocument
from lodetrace.documents.statement import SiteStatement, attestable_events, event_id
from lodetrace.onchain.council_act import CouncilAct
from zk_circuits.keccak import keccak256


@dataclass(frozen=True, slots=True)
class LateFiling:
    """Acts of the council of a story."""

    members: StoryMembers

    def excuse(self, step: str, documents: Sequence[str]) -> None:
        """Excuses the events of documents that were attested; again, changes nothing."""
        member = self.members.anybody()
        contracts, reads = member.contracts, member.reads
        calls = [
            Call(
                contracts.address("Attestations"),
                contracts.data("Attestations", "excuseLateFiling", event),
            )
            for document in documents
            for event in self._events(document)
        ]
        if calls:
            senders = [self.members[name].sender for name in self._seats()]
            CouncilAct(reads, senders, calls, keccak256(f"late/{step}".encode())).carry()

    def _events(self, document: str) -> list[bytes]:
        signed = SignedDocument.read(self.members.story.signed(document))
        found = attestable_events(signed, SiteStatement.of(signed.document))
        return [event_id(signed.site, signed.sequence, one.event.element) for one in found]

    def _seats(self) -> list[str]:
        """Accounts on the council, one of each ownership group."""
        members = self.members.story.part("members")["members"]
        seats = {one["group"]: one["accounts"][0]["name"] for one in members if one["seat"]}
        return list(seats.values())
