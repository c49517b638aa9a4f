"""A small consortium on a real anvil: members, sites, certificates, attested events.

Deployed once for a test session; every test starts from its snapshot.
"""

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lodetrace.contracts.abi import Artifacts
from lodetrace.contracts.abi_codec import encode_call
from lodetrace.contracts.deployment import Deployment
from lodetrace.contracts.enums import (
    CustodyModel,
    EventKind,
    Material,
    Role,
    Scheme,
    SiteKind,
)
from lodetrace.contracts.plan import Founding, Seat
from lodetrace.contracts.scoped_ids import scoped_id
from lodetrace.contracts.structs import ZERO32, Call, Site, SiteEvent
from lodetrace.keys.member_keys import MemberKeys, development_signing_key
from lodetrace.member.session import MemberSession
from lodetrace.node.client import Node
from lodetrace.onchain.contracts import Contracts
from lodetrace.onchain.council_act import CouncilAct
from lodetrace.onchain.reads import Reads
from lodetrace.settings import Network
from lodetrace.text import hex_of
from lodetrace.transactions.outbox import Outbox
from lodetrace.transactions.sender import Sender
from tests.support.deployer import Deployer
from zk_circuits.balance import BirthMeasurement, RunMeasurement
from zk_circuits.commitment import Opening
from zk_circuits.keccak import keccak256
from zk_circuits.salts import SaltKind, SaltSource
from zk_circuits.tags import Tag, TagType

ROOT = Path(__file__).resolve().parents[2]
COBALT, NICKEL = 27, 28
DAY = 86_400
ALL_SCHEMES = 2**64 - 2
SEATS = (0, 1, 2, 34)
"""Account indices of the council, each of a group of its own and of no organisation."""

TRADE = Role.TRADER
OPERATE = Role.TRADER | Role.OPERATOR

PEOPLE: dict[str, tuple[int, Role]] = {
    "mine": (3, OPERATE),
    "other_mine": (4, OPERATE),
    "refinery": (5, OPERATE),
    "pack_maker": (6, OPERATE),
    "car_maker": (7, TRADE | Role.MAKER),
    "recycler": (8, OPERATE),
    "certifier": (9, Role.CERTIFIER),
    "risk": (10, Role.RISK),
    "auditor": (11, Role.AUDITOR),
    "oracle_1": (12, Role.ORACLE),
    "oracle_2": (13, Role.ORACLE),
    "oracle_3": (14, Role.ORACLE),
    "umpire": (15, Role.UMPIRE | Role.LABORATORY),
    "second_risk": (33, Role.RISK),
    "price_reporter": (16, Role.PRICE_ADMINISTRATOR),
    "other_certifier": (35, Role.CERTIFIER),
}
"""Account index of the development mnemonic, and roles."""

ORACLES = ("oracle_1", "oracle_2", "oracle_3")


def word(name: str) -> bytes:
    """A 32-byte id made of a name."""
    return keccak256(name.encode())


def compiled() -> Path:
    """Where the compiled contracts are; without them no test of this folder can run."""
    folder = Path(os.environ.get("LODETRACE_BUILD", ROOT / "build")) / "contracts"
    assert (folder / "LotBook.json").is_file(), f"no compiled contracts in {folder}: make compile"
    return folder


@dataclass(frozen=True)
class Works:
    """A site: who operates it, what it makes."""

    operator: str
    kind: SiteKind
    materials: tuple[Material, ...]
    place: str
    tolerance: int = 5_000
    loss_band: tuple[int, int] = (0, 50_000)
    scrap_to: int = 100_000


WORKS = {
    "mine": Works("mine", SiteKind.INDUSTRIAL_MINE, (Material.HYDROXIDE,), "kolwezi"),
    "other_mine": Works("other_mine", SiteKind.INDUSTRIAL_MINE, (Material.HYDROXIDE,), "likasi"),
    "refinery": Works("refinery", SiteKind.REFINERY, (Material.SULPHATE,), "kokkola"),
    "pack_line": Works("pack_maker", SiteKind.PACK_MAKER, (Material.PACK,), "skelleftea"),
    "recycler": Works("recycler", SiteKind.RECYCLER, (Material.SULPHATE,), "hoboken"),
    "laboratory": Works("umpire", SiteKind.LABORATORY, (Material.HYDROXIDE,), "antwerp"),
    "yard": Works("recycler", SiteKind.DISMANTLER, (), "antwerp"),
}


@dataclass
class Consortium:
    """The deployed system, and people who act in it."""

    node: Node
    network: Network
    deployment: Deployment
    home: Path
    sequences: dict[str, int] = field(default_factory=dict)
    sessions: dict[str, MemberSession] = field(default_factory=dict)

    @property
    def artifacts(self) -> Artifacts:
        return Artifacts(compiled())

    def contracts(self) -> Contracts:
        return Contracts(self.node, self.artifacts, self.deployment)

    def member(self, name: str) -> MemberSession:
        """The session of a member, one for each test."""
        if name not in self.sessions:
            keys = MemberKeys.for_development(PEOPLE[name][0])
            folder = self.home / name
            self.sessions[name] = MemberSession(self.network, self.contracts(), keys, folder)
        return self.sessions[name]

    def account(self, name: str) -> str:
        return MemberKeys.for_development(PEOPLE[name][0]).account

    def certificate(self, scheme: Scheme, site: str) -> bytes:
        """The id of one that the consortium was founded with."""
        return scoped_id(self.account("certifier"), word(f"certificate {scheme} of {site}"))

    def now(self) -> int:
        return self.node.header().time

    def wait(self, seconds: int) -> int:
        """Lets the chain's time pass; returns it."""
        self.node.rpc("evm_increaseTime", [seconds])
        self.node.rpc("evm_mine")
        return self.now()

    def attest(
        self,
        site: str,
        kind: EventKind,
        measured: BirthMeasurement | RunMeasurement,
        element: int = COBALT,
        nodes: tuple[str, ...] = ORACLES,
        document: str | None = None,
        *,
        inputs: Sequence[bytes] = (),
        model: CustodyModel = CustodyModel.SEGREGATED,
        unit_material: int = 0,
        elements: tuple[int, ...] = (),
        no_output: bool = False,
        units: int = 0,
    ) -> tuple[bytes, Opening]:
        """An event that happens now and stands: its id and its opening.

        inputs: lots that went in, in the order of their metals as measured.
        """
        start = self.wait(1)
        end = self.wait(3600)
        sequence = self.sequences.get(site, 0) + (document is None or element == COBALT)
        self.sequences[site] = sequence
        digest = word(document or f"{site}/{sequence}")
        source = SaltSource(SaltKind.EVENT, word(f"salt of {site}"), digest)
        tag_type = TagType.BIRTH if kind.is_birth else TagType.RUN_EVENT
        opening = Opening(Tag(element, tag_type), measured, source.salt(element))
        nothing = no_output or kind is EventKind.MEASUREMENT
        statement = SiteEvent(
            site=word(site),
            sequence=sequence,
            revision=0,
            kind=kind,
            element=element,
            from_=start,
            to=end,
            document=digest,
            commitment=opening.commitment.to_bytes(32, "big"),
            elements=elements or (element,),
            model=model,
            unit_material=unit_material,
            no_output=no_output,
            batches=ZERO32 if nothing else word(f"batches of {site}/{sequence}"),
            inputs=tuple(inputs),
            units=units,
        )
        number = (statement.site, sequence, digest)
        reads = Reads(self.contracts())
        if not reads.filed_at(*number):
            operates = reads.site(statement.site).operator
            operator = next(name for name in PEOPLE if word(name) == operates)
            self.member(operator).send(
                f"file:{site}:{sequence}:{hex_of(digest)}", "Attestations", "file", *number
            )
        for name in nodes:
            purpose = f"attest:{site}:{sequence}:{element}"
            self.member(name).send(purpose, "Attestations", "attest", statement)
        event_id = Reads(self.contracts()).event_id(word(site), sequence, element)
        return event_id, opening

    def council(self, contract: str, function: str, *arguments: object) -> None:
        """An act of the council with one call."""
        contracts = self.contracts()
        outbox = Outbox(self.home / "council.sqlite")
        senders = [
            Sender(self.node, outbox, development_signing_key(index), contracts.refusals)
            for index in SEATS
        ]
        calls = [_call(contracts, contract, function, *arguments)]
        CouncilAct(Reads(contracts), senders, calls, word(f"{contract}.{function}")).carry()
        outbox.close()

    def forget(self, name: str) -> None:
        """The member's disk is lost, its keys are not."""
        session = self.sessions.pop(name, None)
        if session is not None:
            session.store.close()
            shutil.rmtree(session.folder)

    def close(self) -> None:
        for session in self.sessions.values():
            session.store.close()
        self.sessions.clear()


def found(node: Node, network: Network, home: Path) -> Consortium:
    """Deploys everything, registers everybody, certifies the mine, determines the places."""
    keys = [development_signing_key(index) for index in SEATS]
    seats = tuple(
        Seat(MemberKeys.for_development(index).account, word(f"seat {index}")) for index in SEATS
    )
    outbox = Outbox(home / "outbox.sqlite")
    deployment = Deployer(node, Artifacts(compiled()), outbox, keys).deploy(
        network, Founding(seats)
    )
    consortium = Consortium(node, network, deployment, home)
    contracts = consortium.contracts()
    senders = [Sender(node, outbox, key, contracts.refusals) for key in keys]
    CouncilAct(Reads(contracts), senders, list(_registrations(contracts)), word("onboard")).carry()
    _certify(consortium)
    outbox.close()
    consortium.close()
    return consortium


def _registrations(contracts: Contracts) -> list[Call]:
    calls = []
    for name, (index, roles) in PEOPLE.items():
        keys = MemberKeys.for_development(index)
        calls.append(
            _call(
                contracts,
                "Members",
                "register",
                word(name),
                word(f"group of {name}"),
                roles,
                ZERO32,
                keys.account,
                keys.viewing_key.public,
            )
        )
        if roles & Role.CERTIFIER:
            calls.append(_call(contracts, "Members", "accredit", word(name), ALL_SCHEMES))
    for name, works in WORKS.items():
        details = Site(
            operator=word(works.operator),
            place=word(works.place),
            kind=works.kind,
            tolerance=works.tolerance,
            loss_from=works.loss_band[0],
            loss_to=works.loss_band[1],
            scrap_to=works.scrap_to,
            active=False,
            sequence=0,
            capacity=word(f"capacity of {name}"),
            elements=(COBALT, NICKEL),
            materials=works.materials,
        )
        calls.append(_call(contracts, "Sites", "register", word(name), details))
    kept_apart = 1 << Scheme.CHAIN_OF_CUSTODY
    for model in CustodyModel:
        if model is not CustodyModel.MASS_BALANCE:
            calls.append(_call(contracts, "Certificates", "setModelRule", model, kept_apart))
    return calls


def _certify(consortium: Consortium) -> None:
    now = consortium.now()
    certifier = consortium.member("certifier")
    certified = [("mine", Scheme.RMI_RMAP), ("recycler", Scheme.RECYCLED_CONTENT)]
    certified += [(site, Scheme.CHAIN_OF_CUSTODY) for site in WORKS]
    for site, scheme in certified:
        certifier.send(
            f"certify:{site}:{scheme}", "Certificates", "issue",
            word(f"certificate {scheme} of {site}"), word(site), scheme, 0,
            now - DAY, now + 300 * DAY, word("certificate"),
        )  # fmt: skip
    for name, works in WORKS.items():
        conflict = works.place == "likasi"
        for who in ("risk",) if conflict else ("second_risk", "risk"):
            consortium.member(who).send(
                f"determine:{name}", "Places", "determine",
                word(works.place), now - DAY, now + 300 * DAY,
                conflict, False, False, word("determination"),
            )  # fmt: skip


def _call(contracts: Contracts, contract: str, function: str, *arguments: object) -> Call:
    entry = contracts.artifacts[contract].entry("function", function)
    return Call(contracts.address(contract), encode_call(entry, arguments))
