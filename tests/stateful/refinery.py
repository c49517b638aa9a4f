"""Four containers of the story's mine at its refinery, on a chain, and what it made of them."""

import json
from dataclasses import dataclass
from pathlib import Path

from lodetrace.contracts.enums import Material
from lodetrace.documents.signed_document import SignedDocument, sign_document
from lodetrace.documents.statement import SiteStatement, attestable_events, event_id
from lodetrace.keys.member_keys import MemberKeys
from lodetrace.member.births import BirthOrder, file_birth
from lodetrace.member.inbox import accept
from lodetrace.member.offers import offer
from lodetrace.member.session import MemberSession
from lodetrace.settings import Network
from lodetrace.strict_json import parse
from lodetrace.text import DAY_SECONDS, hex_of
from tests.stateful.service_node import ServiceNode, put
from tests.support.births import MINE_KEYS
from tests.support.cobalt_chain import COBALT, CobaltChain
from zk_circuits.keccak import keccak256

REFINERY_KEYS, RISK_KEYS = 3, 18
CONTAINERS = ("M25", "M26", "M27", "M28")
BIRTHS = tuple(f"mwinda-mine-{name}" for name in CONTAINERS)
RECEIVING, REFINING = "saimaa-receiving", "saimaa-refining"


@dataclass(frozen=True)
class Delivery:
    """The containers' lots, in their order, and the signed document of their refining."""

    lots: tuple[bytes, ...]
    refining: bytes

    def drop(self, node: ServiceNode) -> None:
        """The document of the refining comes into the folder of a node."""
        put(node.inbox / f"{REFINING}.json", self.refining)


def delivered(inspectors: list[ServiceNode], home: Path) -> Delivery:
    """A quorum attests the births, the mine makes lots of them, the refinery accepts these."""
    for node in inspectors:
        node.drop(*BIRTHS)
        node.work()
    chain = inspectors[0].chain
    mine, refinery, risk = (
        session(chain, index, home / str(index)) for index in (MINE_KEYS, REFINERY_KEYS, RISK_KEYS)
    )
    _determine(risk)
    lots = tuple(file_birth(mine, birth_order(chain, label)).lot for label in BIRTHS)
    offer(mine, lots, refinery.account, mine.now() + DAY_SECONDS)
    accept(refinery, lots)
    for member in (mine, refinery, risk):
        member.vault.close()
        member.outbox.close()
    return Delivery(lots, _refining(chain, lots))


def _determine(risk: MemberSession) -> None:
    """Nothing leaves a place of which nobody said what it is; a warning takes one word."""
    now, place = risk.now(), keccak256(b"CD-LU")
    said = (place, now - DAY_SECONDS, now + DAY_SECONDS, True, False, False, keccak256(b"report"))
    risk.send("determine", "Places", "determine", *said)


def session(chain: CobaltChain, index: int, folder: Path) -> MemberSession:
    """A member of the story by its development key."""
    network = Network("anvil", "anvil", chain.node.url, chain.deployment.chain_id, True)
    return MemberSession(network, chain.contracts(), MemberKeys.for_development(index), folder)


def birth_order(chain: CobaltChain, label: str) -> BirthOrder:
    """Of a birth of the story."""
    signed = SignedDocument.read(chain.documents[label])
    [found] = attestable_events(signed, SiteStatement.of(signed.document))
    key = event_id(signed.site, signed.sequence, found.event.element)
    return BirthOrder(key, found.opening, Material.HYDROXIDE)


def _refining(chain: CobaltChain, lots: tuple[bytes, ...]) -> bytes:
    """The story's document with the lots of this chain, where births came too late for credits."""
    raw = json.loads((COBALT / "documents" / f"{REFINING}.jsonld").read_text("utf-8"))
    named = raw["epcisBody"]["eventList"][0]["lodetrace:lots"]
    for entry, lot in zip(named, lots, strict=True):
        entry["lodetrace:lot"] = hex_of(lot)
    keys = MemberKeys.for_development(REFINERY_KEYS)
    signed = sign_document(
        parse(json.dumps(raw).encode()),
        sequence=SignedDocument.read(chain.documents[REFINING]).sequence,
        revision=0,
        domain=chain.domain,
        private_key=keys.signing_key,
        salt_secret=keys.salt_secret,
    )
    return signed.to_json().encode()
