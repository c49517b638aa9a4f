"""The council excuses events that come to stand long after they happened.

A rule of the contracts: an event that is filed more than 30 days after its end gets no credit,
unless the council excuses it. Certificates and determinations that were recorded much later than
they begin count from then on only, unless the council excuses each. A story that is played in
minutes files all its events late, and records all that speaks for its sites late.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from demo.members import StoryMembers
from demo.squeeze import GRACE
from lodetrace.contracts.structs import Call
from lodetrace.documents.signed_document import SignedDocument
from lodetrace.documents.statement import SiteStatement, attestable_events, event_id
from lodetrace.onchain.council_act import CouncilAct
from lodetrace.onchain.reads import Reads
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
        self._carry(reads, calls, step)

    def excuse_records(self) -> None:
        """Excuses what speaks for the sites and was recorded late; again, changes nothing."""
        member = self.members.anybody()
        contracts, reads = member.contracts, member.reads
        sites = [
            keccak256(one["identifier"].encode())
            for one in self.members.story.part("sites")["sites"]
        ]
        calls = [
            Call(contracts.address(name), contracts.data(name, "excuseLateRecording", *arguments))
            for name, arguments in (*_certificates(reads, sites), *_determinations(reads, sites))
        ]
        self._carry(reads, calls, "records")

    def lengthen_grace(self) -> None:
        """Lets runs consume what changed hands up to 14 days after them: all do so now."""
        member = self.members.anybody()
        contracts, grace = member.contracts, int(GRACE.total_seconds())
        call = Call(contracts.address("Settings"), contracts.data("Settings", "setGrace", grace))
        self._carry(member.reads, [call], "grace")

    def _carry(self, reads: Reads, calls: Sequence[Call], purpose: str) -> None:
        if calls:
            senders = [self.members[name].sender for name in self._seats()]
            CouncilAct(reads, senders, calls, keccak256(f"late/{purpose}".encode())).carry()

    def _events(self, document: str) -> list[bytes]:
        signed = SignedDocument.read(self.members.story.signed(document))
        found = attestable_events(signed, SiteStatement.of(signed.document))
        return [event_id(signed.site, signed.sequence, one.event.element) for one in found]

    def _seats(self) -> list[str]:
        """Accounts on the council, one of each ownership group."""
        members = self.members.story.part("members")["members"]
        seats = {one["group"]: one["accounts"][0]["name"] for one in members if one["seat"]}
        return list(seats.values())


Excuse = tuple[str, tuple[bytes | int, ...]]
"""A contract, and what its excuseLateRecording is called with."""


def _certificates(reads: Reads, sites: Sequence[bytes]) -> Iterator[Excuse]:
    """Certificates whose only event is that of their issue."""
    for site in sites:
        for certificate in reads.certificates(site):
            found = reads.certificate(certificate)
            if found.since > found.valid_from and found.sequence == 1:
                yield "Certificates", (certificate,)


def _determinations(reads: Reads, sites: Sequence[bytes]) -> Iterator[Excuse]:
    """Determinations for a place that count later than they begin, if none was excused."""
    for place in sorted({reads.site(site).place for site in sites}):
        found = reads.determinations(place)
        clear = [not (one.conflict or one.governance or one.human_rights) for one in found]
        late = [is_ and one.since > one.from_ for is_, one in zip(clear, found, strict=True)]
        for number, is_late in enumerate(late, 1):
            excused = any(found[number - 1].document == one.document for one in found[number:])
            if is_late and not excused:
                yield "Places", (place, number)
