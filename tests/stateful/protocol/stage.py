"""Acts of the model as transactions: real commitments, real proofs.

What the model knows by name the chain knows by an id: of a lot it is the commitment of its opening.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from lodetrace.contracts.enums import (
    CertificateStatus,
    CustodyModel,
    EventKind,
    Material,
    ReasonCode,
    Role,
    RunKind,
    Scheme,
    SiteKind,
)
from lodetrace.contracts.reasons import coded
from lodetrace.contracts.scoped_ids import scoped_id
from lodetrace.contracts.structs import (
    NOBODY,
    ZERO32,
    Birth,
    ProofWords,
    RunOutput,
    RunRequest,
    Site,
    SiteEvent,
    Withdrawal,
)
from tests.model.protocol_2 import book, events, members
from tests.model.protocol_2.network import Network
from tests.model.protocol_2.runs import Wanted
from tests.model.protocol_2.terms import RENEWED_HOLD
from tests.model.runs import Model
from tests.stateful.protocol.chain import COUNCIL, ProtocolChain, Sent, address, sent, word
from tests.support.boxes import box
from tests.unit.audit.retold import ANYTHING, KINDS, ROLES, RUNS
from zk_circuits.artifacts import ZkArtifacts
from zk_circuits.balance import Balance, BirthMeasurement, RunMeasurement
from zk_circuits.commitment import Opening
from zk_circuits.ctx import ProofContext, origin_ctx, run_ctx, verifying_key_hash
from zk_circuits.errors import ZkError
from zk_circuits.prove import prove
from zk_circuits.rule import BirthRule, RuleModel, RunRule
from zk_circuits.statements import OriginStatement, RunStatement, Statement
from zk_circuits.tags import Tag, TagType

COBALT = 27
REASON = coded(ReasonCode.CORRECTED)
PPM = 10**6


class ProofImpossible(Exception):
    """The prover finds that the statement is not true. unproven: what is sent all the same."""

    def __init__(self, reason: ZkError, unproven: Sequence[Sent] = ()) -> None:
        super().__init__(str(reason))
        self.unproven = unproven


class Unsayable(Exception):
    """The contracts have no words for it."""


@dataclass
class Stage:
    """ids, openings: of the lots, by the network's names. roots: chain's number by the model's."""

    chain: ProtocolChain
    network: Network
    ids: dict[str, bytes] = field(default_factory=dict)
    openings: dict[str, Opening] = field(default_factory=dict)
    roots: dict[int, int] = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)
    proofs: int = 0
    _salt: int = 0
    _statements: dict[events.SiteStatement, tuple[SiteEvent, Opening | None]] = field(
        default_factory=dict
    )
    _made: dict[str, Opening] = field(default_factory=dict)

    def copied(self, network: Network) -> Stage:
        """The same, beside another network."""
        kept = {
            name: dict(getattr(self, name))
            for name in ("ids", "openings", "roots", "_statements", "_made")
        }
        known = {"addresses": dict(self.chain.addresses), "names": dict(self.chain.names)}
        chain = replace(self.chain, **known, _rich=set())
        return replace(self, chain=chain, network=network, lost=set(self.lost), **kept)

    @property
    def now(self) -> int:
        return self.network.ground.now

    def time(self, second: int) -> int:
        return self.chain.start + second

    def take_over(self, lots: Sequence[book.BookedLot]) -> None:
        """The lots that an act has made, as they were committed to for it."""
        for lot in lots:
            self.openings[lot.name] = self._made[lot.name]
            self.ids[lot.name] = _id(self._made[lot.name])

    # members, sites, facts

    def members_join(self, _: Any, name: str, group: str, roles: Any) -> list[Sent]:
        register = (word(name), word(group), _roles(roles), ZERO32, address(name), word("key"))
        registered = sent(COUNCIL, "Members", "register", *register)
        return [registered, *self._accredited(name, roles, members.EVERY_CREDIT)]

    def members_move(self, _: Any, name: str, group: str) -> list[Sent]:
        moved = (word(name), word(group), self.time(self.now))
        return [sent(COUNCIL, "Members", "setGroup", *moved)]

    def members_set_roles(self, _: Any, name: str, roles: Any) -> list[Sent]:
        given = sent(COUNCIL, "Members", "setRoles", word(name), _roles(roles))
        return [given, *self._accredited(name, roles, self.network.members._accredited[name])]

    def members_accredit(self, _: Any, name: str, credits: Any) -> list[Sent]:
        return [sent(COUNCIL, "Members", "accredit", word(name), _schemes(credits))]

    def members_set_active(self, _: Any, name: str, active: bool) -> list[Sent]:
        if active:
            return [sent(COUNCIL, "Members", "reinstate", word(name))]
        return [sent(COUNCIL, "Members", "suspend", word(name), REASON)]

    def members_freeze(self, _: Any, group: str, first: str, second: str) -> list[Sent]:
        return [sent(by, "Members", "freeze", word(group)) for by in (first, second)]

    def members_pause(self, _: Any) -> list[Sent]:
        return [sent(COUNCIL, "Members", "pause")]

    def _accredited(self, name: str, roles: Any, credits: Any) -> list[Sent]:
        """Whoever gets the role certifies what he is accredited for; that is an act of its own."""
        one = self.network.members.organisations.get(name)
        able = members.Role.CERTIFIER in roles and (one is None or one.active)
        if not able or (one is not None and self._accreditation(name) == _schemes(credits)):
            return []
        return self.members_accredit(None, name, credits)

    def _accreditation(self, name: str) -> int:
        return int(self.chain.contracts.call("Members", "accreditationOf", word(name))[0])

    def add_site(self, plant: events.Plant, panel: Iterable[str]) -> list[Sent]:
        kind = SiteKind.DISMANTLER if plant.dismantles else SiteKind.REFINERY
        if plant.laboratory:
            kind = SiteKind.LABORATORY
        details = Site(
            operator=word(plant.operator), place=word(plant.place), kind=kind,
            tolerance=plant.tolerance, loss_from=0, loss_to=plant.loss_to,
            scrap_to=plant.scrap_to, active=False, sequence=0, capacity=word("capacity"),
            elements=(COBALT,), materials=tuple(ANYTHING), continuous=bool(plant.continuous),
        )  # fmt: skip
        registered = sent(COUNCIL, "Sites", "register", word(plant.name), details)
        groups = sorted(map(word, panel))
        return [registered, sent(COUNCIL, "Sites", "setPanel", word(plant.name), groups)]

    def facts_certify(
        self, _: Any, name: str, by: str, site: str, operator: str, credit: int, start: int,
        end: int,
    ) -> list[Sent]:  # fmt: skip
        terms = (self.time(start), self.time(end), word("certificate"))
        issued = (word(name), word(site), _scheme(credit), 0, *terms)
        return [sent(by, "Certificates", "issue", *issued)]

    def facts_suspend(self, _: Any, name: str, by: str, effective: int) -> list[Sent]:
        return [self._status(name, by, CertificateStatus.SUSPENDED, effective)]

    def facts_reinstate(self, _: Any, name: str, by: str, effective: int) -> list[Sent]:
        return [self._status(name, by, CertificateStatus.IN_FORCE, effective)]

    def facts_take_over(self, _: Any, name: str, by: str, operator: str) -> list[Sent]:
        return [sent(by, "Certificates", "takeOver", self._paper(name), word("findings"))]

    def facts_determine(
        self, _: Any, place: str, by: str, subjects: Any, start: int, end: int, favourable: bool
    ) -> list[Sent]:
        found = (self.time(start), self.time(end), not favourable, False, False, word("method"))
        return [sent(by, "Places", "determine", word(place), *found)]

    def _status(self, name: str, by: str, status: CertificateStatus, effective: int) -> Sent:
        set_ = (self._paper(name), status, self.time(effective), REASON)
        return sent(by, "Certificates", "setStatus", *set_)

    def _paper(self, name: str) -> bytes:
        """Id of a certificate."""
        return scoped_id(address(self.network.facts.certificates[name].issuer), word(name))

    # holds

    def book_hold(self, _: Any, by: str, root: int, group: str) -> list[Sent]:
        """A hold, or its renewal while it is in force."""
        if self._barred_long_ago(by, root, group):
            raise Unsayable
        on = (self.roots[root], word(group))
        before = self.network.book.holds.get((root, group), book.NO_HOLD)
        if before.binds(self.now):
            return [sent(by, "Holds", "renew", *on)]
        return [sent(by, "Holds", "hold", *on, REASON)]

    def book_release(self, _: Any, root: int, group: str, first: str, second: str) -> list[Sent]:
        """One proposes it and another agrees, whoever of them decided the hold."""
        hold, of = self.network.book.holds[root, group], self.network.members.group
        if of(first) != of(second) and {of(first), of(second)} & set(map(of, hold.by)):
            raise Unsayable
        on = (self.roots[root], word(group))
        return [sent(by, "Holds", "release", *on) for by in (first, second)]

    def _barred_long_ago(self, by: str, root: int, group: str) -> bool:
        """Whether his group decided so long ago that the contract may let it decide anew."""
        log, since = self.network.book.log, self.now - RENEWED_HOLD
        terms = [one for one in log if isinstance(one, book.HoldTerm) and one.until >= 0]
        times = [one.time for one in terms if (one.root, one.group) == (root, group)]
        deciders = self.network.book.holds.get((root, group), book.NO_HOLD).by
        of = self.network.members.group
        decided = [time for time, one in zip(times, deciders, strict=True) if of(one) == of(by)]
        return bool(decided) and decided[-1] < since

    # events

    def events_transfer(self, _: Any, site: str, to: str) -> list[Sent]:
        proposed = sent(COUNCIL, "Sites", "proposeTransfer", word(site), word(to))
        return [proposed, sent(to, "Sites", "acceptTransfer", word(site))]

    def events_set_continuous(self, _: Any, site: str, on: bool) -> list[Sent]:
        """Given again it is taken first: the periods begin anew."""
        was = bool(self.network.events.sites[site].continuous)
        marks = (False, True) if was and on else (on,)
        return [sent(COUNCIL, "Sites", "setContinuous", word(site), mark) for mark in marks]

    def events_file(self, _: Any, by: str, said: events.SiteStatement) -> list[Sent]:
        statement = self.statement(said)
        filed = (statement.site, statement.sequence, statement.document)
        return [sent(by, "Attestations", "file", *filed)]

    def events_attest(self, _: Any, by: str, said: events.SiteStatement) -> list[Sent]:
        return [sent(by, "Attestations", "attest", self.statement(said))]

    def events_refuse(self, _: Any, by: str, said: events.SiteStatement) -> list[Sent]:
        statement = self.statement(said)
        refused = (statement.site, statement.sequence, statement.document, REASON)
        return [sent(by, "Attestations", "refuse", *refused)]

    def events_withdraw(
        self, _: Any, key: str, by: str, groups: list[str], silent: int = 0
    ) -> list[Sent]:
        """The operator files his declaration, and inspectors attest it."""
        said = self.statement(self.network.events.standing[key].statement)
        declaration = word(f"error in {key}")
        declared = Withdrawal(
            said.site, said.sequence, COBALT, said.document, declaration, REASON, said.inputs
        )
        filed = sent(by, "Attestations", "file", said.site, said.sequence, declaration)
        return [filed] + [sent(name, "Attestations", "withdraw", declared) for name in groups]

    def statement(self, said: events.SiteStatement) -> SiteEvent:
        return self._said(said)[0]

    def _said(self, said: events.SiteStatement) -> tuple[SiteEvent, Opening | None]:
        if said not in self._statements:
            self._statements[said] = self._state(said)
        return self._statements[said]

    def _state(self, said: events.SiteStatement) -> tuple[SiteEvent, Opening | None]:
        document = word(repr(said))
        opening = self._measured(said)
        measures = said.kind is events.EventKind.MEASUREMENT
        ends = said.kind is events.EventKind.END_OF_LIFE
        counts = said.counts
        if ends:
            counts = self.network.book.lots[said.inputs[0]].material
        return SiteEvent(
            site=word(said.site), sequence=said.number, revision=0, kind=_kind(said),
            element=COBALT, from_=self.time(said.start), to=self.time(said.end),
            document=document, commitment=_id(opening), elements=(COBALT,),
            model=_model(said.model), unit_material=_material(counts) if counts else 0,
            no_output=said.kind is events.EventKind.LOSS and said.product + said.scrap == 0,
            batches=ZERO32 if measures else document,
            inputs=tuple(sorted(self.ids[name] for name in said.inputs)),
            units=said.units if ends else 0,
        ), opening  # fmt: skip

    def _measured(self, said: events.SiteStatement) -> Opening:
        """What the document measured, inputs in the order of their ids."""
        if said.kind is events.EventKind.BIRTH:
            born = BirthMeasurement(
                said.product, said.carbon, said.units or 1, said.attested, said.direct
            )
            return self._opened(TagType.BIRTH, born)
        if said.kind is events.EventKind.END_OF_LIFE:
            return self._opened(TagType.RUN_EVENT, RunMeasurement(0, (0,)))
        fed = sorted(zip(map(self.ids.__getitem__, said.inputs), said.metal_in, strict=True))
        units = said.units
        if said.kind is events.EventKind.MEASUREMENT:
            units = self.network.book.lots[said.inputs[0]].units
        measured = RunMeasurement(
            said.product, tuple(metal for _, metal in fed), said.carbon, said.scrap, units,
            said.direct,
        )  # fmt: skip
        return self._opened(TagType.RUN_EVENT, measured)

    # runs

    def runs_birth(
        self, foreseen: Any, by: str, key: str, name: str, material: book.Material
    ) -> list[Sent]:
        said = self.network.events.standing[key].statement
        statement, event = self._said(said)
        lot = foreseen.result
        balance = Balance(1, 0, 0) if lot is None else _balance(lot)
        made = self._made[name] = self._opened(TagType.LOT, balance)
        sealed, count = box(name), balance.units
        body = {
            "event_key": self.event_id(statement), "output": _id(made), "count": count,
            "material": _material(material), "model": CustodyModel.IDENTITY_PRESERVED,
        }  # fmt: skip
        ctx = origin_ctx(self._frame("origin", "Origins", by), box=sealed, **body)
        proof = ProofWords((0,) * 8)
        if lot is not None:
            gates = self._gates(foreseen.network, key)
            rule = BirthRule(count, gates, in_cahra=balance.cahra > 0)
            proof = self._proven(lambda: OriginStatement(ctx, rule, event, made), ())
        request = Birth(
            body["event_key"], _id(made), count, body["material"], body["model"], sealed, proof
        )
        return [sent(by, "Origins", "birth", request)]

    def runs_process(
        self, foreseen: Any, by: str, key: str, inputs: Sequence[str], wanted: Sequence[Wanted],
        model: Model,
    ) -> list[Sent]:  # fmt: skip
        standing = self.network.events.standing[key]
        said, kind = standing.statement, RUNS.get(standing.statement.kind, RunKind.PROCESS)
        rule = self._site_rule(foreseen.network, standing, kind, inputs, wanted, model)
        return self._run(foreseen, kind, by, inputs, wanted, model, rule, said)

    def runs_rebook(
        self, foreseen: Any, by: str, inputs: Sequence[str], wanted: Sequence[Wanted],
        model: Model, *, charge: bool = False,
    ) -> list[Sent]:  # fmt: skip
        kind = RunKind.CHARGE if charge else RunKind.REBOOK
        in_units = sum(one.material.in_units << at for at, one in enumerate(wanted))
        counts = [one.units for one in wanted]
        rule = RunRule.rebook(RuleModel(_model(model)), counts, in_units)
        return self._run(foreseen, kind, by, inputs, wanted, model, rule, None)

    def runs_nothing_found(self, _: Any, by: str, key: str) -> list[Sent]:
        said = self.statement(self.network.events.standing[key].statement)
        return [sent(by, "Runs", "recordLoss", self.event_id(said), said.inputs)]

    def runs_write_off(self, _: Any, by: str, name: str) -> list[Sent]:
        raise Unsayable

    def event_id(self, said: SiteEvent) -> bytes:
        return self.chain.reads.event_id(said.site, said.sequence, COBALT)

    def _site_rule(
        self, network: Network, standing: events.Standing, kind: RunKind, inputs: Sequence[str],
        wanted: Sequence[Wanted], model: Model,
    ) -> RunRule:  # fmt: skip
        """The word that the contract ought to make of what is public."""
        said = standing.statement
        plant, known = network.events.sites[said.site], network.facts.is_certified
        times = (said.start, said.end, self.now)
        gates = sum(known(said.site, credit, *times) << credit for credit in range(book.CREDITS))
        if network.runs.is_old(standing, [network.book.lots[name] for name in inputs]):
            gates = 0
        stock = any(one.material is book.Material.IN_PROCESS for one in wanted)
        grants, lost = 0, kind is RunKind.LOSS
        if kind is RunKind.RECOVER and not standing.late:
            old = all(network.book.lots[name].post_consumer for name in inputs)
            grants = gates & (2 if old else 4)
        sorts = kind in (RunKind.PROCESS, RunKind.RECOVER)
        ours = RuleModel(_model(model))
        return RunRule(
            counts=tuple(one.units for one in wanted),
            proportional=ours.proportional or not sorts or stock,
            whole=ours.whole,
            gates=gates,
            grants=grants,
            scrap=_bits(sorts and one.material is book.Material.SCRAP for one in wanted),
            in_units=_bits(one.material is said.counts for one in wanted),
            tolerance_ppm=plant.tolerance,
            loss_to_ppm=PPM if lost else plant.loss_to,
            scrap_to_ppm=PPM if lost else plant.scrap_to,
        )

    def _run(
        self, foreseen: Any, kind: RunKind, by: str, inputs: Sequence[str],
        wanted: Sequence[Wanted], model: Model, rule: RunRule, said: events.SiteStatement | None,
        salt: int | None = None, ending: tuple[bytes, bytes] | None = None,
    ) -> list[Sent]:  # fmt: skip
        """ending: a product, and the event by which units of it end."""
        consumed = sorted((self.openings[name] for name in inputs), key=_id)
        made = self._outputs(foreseen.result, wanted, salt)
        event, event_id = None, ZERO32
        if said is not None:
            statement, event = self._said(said)
            event_id = self.event_id(statement)
        if ending is not None:
            event_id = ending[1]
        outputs = tuple(
            RunOutput(_id(opening), one.units, _material(one.material))
            for opening, one in zip(made, wanted, strict=True)
        )
        request = RunRequest(
            kind=kind, event_id=event_id, inputs=tuple(map(_id, consumed)), outputs=outputs,
            model=_model(model), in_band=True, sealed_to_owner=tuple(box(o.name) for o in wanted),
            proof=ProofWords((0,) * 8),
        )  # fmt: skip

        def sending(request: RunRequest) -> list[Sent]:
            if ending is None:
                return [sent(by, "Runs", "run", request)]
            return [sent(by, "Products", "retire", ending[0], request)]

        if foreseen.result is None:
            return sending(request)
        circuit = "rebook2" if event is None and max(len(consumed), len(made)) <= 2 else "run4"
        frame = self._frame(circuit, "Products" if ending else "Runs", by)
        ctx = run_ctx(
            frame, run_kind=kind, event_key=event_id,
            input_ids=request.inputs, outputs=[one.id for one in outputs],
            counts=[one.count for one in outputs], materials=[one.material for one in outputs],
            model=request.model, boxes=request.sealed_to_owner,
        )  # fmt: skip
        metal_in = sum(opening.lot.metal for opening in consumed)
        scrap = sum(opening.lot.metal for at, opening in enumerate(made) if rule.is_scrap(at))
        metal_out = sum(opening.lot.metal for opening in made)
        in_band = circuit == "rebook2" or rule.in_band(metal_in, metal_out, scrap)
        request = replace(request, in_band=in_band)
        proof = self._proven(
            lambda: RunStatement(ctx, rule, tuple(consumed), made, event), sending(request)
        )
        return sending(replace(request, proof=proof))

    def _outputs(
        self, result: Any, wanted: Sequence[Wanted], salt: int | None
    ) -> tuple[Opening, ...]:
        """What the model has made, or, where nobody can say what that would be, of one mg."""
        lots = result if isinstance(result, tuple) else (result,) if result else ()
        balances = [_balance(lot) for lot in lots] or [Balance(1, 0, 0) for _ in wanted]
        for one, balance in zip(wanted, balances, strict=True):
            self._made[one.name] = self._opened(TagType.LOT, balance, salt)
        return tuple(self._made[one.name] for one in wanted)

    # custody

    def trade_offer(self, _: Any, by: str, name: str, to: str, expiry: int) -> list[Sent]:
        offered = (self.ids[name], address(to), self.time(expiry), box(name))
        return [sent(by, "Custody", "offer", *offered)]

    def trade_accept(self, _: Any, by: str, name: str) -> list[Sent]:
        lot = self.ids[name]
        return [sent(by, "Custody", "accept", lot, self.chain.reads.offer(lot).sequence)]

    def trade_cancel(self, _: Any, by: str, name: str) -> list[Sent]:
        return [sent(by, "Custody", "cancel", [self.ids[name]])]

    def trade_dispute(self, _: Any, by: str, name: str) -> list[Sent]:
        disputed = ([self.ids[name]], word(f"what arrived of {name}"), REASON)
        return [sent(by, "Custody", "dispute", *disputed)]

    def trade_approve(self, _: Any, umpire: str, name: str, key: str) -> list[Sent]:
        said = self.statement(self.network.events.standing[key].statement)
        approved = (self.ids[name], self.event_id(said))
        return [sent(umpire, "Custody", "approveSettlement", *approved)]

    def trade_settle(self, foreseen: Any, by: str, name: str, made: str, metal: int) -> list[Sent]:
        offer, lot = self.network.trade.offers.get(name), self.network.book.lots[name]
        standing = self.network.events.standing.get(offer.event if offer else "")
        if standing is None:
            raise Unsayable
        rule = RunRule.settlement(RuleModel(_model(lot.model)), lot.units, lot.material.in_units)
        wanted = [Wanted(made, metal, lot.material, lot.units)]
        salt = self.openings[name].salt + 1
        said = standing.statement
        return self._run(foreseen, RunKind.SETTLE, by, [name], wanted, lot.model, rule, said, salt)

    # products

    def products_assign(self, _: Any, by: str, product: str, name: str, units: int) -> list[Sent]:
        known = self._product(product, by)
        assigned = sent(by, "Products", "assign", known, self.ids[name], units)
        if self.chain.reads.product_owner(known) != NOBODY:
            return [assigned]
        return [sent(by, "Products", "declare", word(product)), assigned]

    def products_seal(self, _: Any, by: str, product: str) -> list[Sent]:
        return [sent(by, "Products", "seal", self._product(product, by))]

    def products_retire(
        self, foreseen: Any, by: str, product: str, name: str, made: str, key: str
    ) -> list[Sent]:
        """The units that ended, and what is left of their lot: it goes on under its name."""
        lot, rest = self.network.book.lots[name], foreseen.network.book.lots[name]
        wanted = [Wanted(made, 1, book.Material.RETIRED, 1)]
        if foreseen.result is not None:
            ended, result = foreseen.result, (foreseen.result, rest)
            wanted = [Wanted(made, ended.balance.metal, book.Material.RETIRED, ended.units)]
            if rest.units:
                wanted.append(Wanted(name, rest.balance.metal, lot.material, rest.units))
            foreseen = replace(foreseen, result=result[: len(wanted)])
        counts = [one.units for one in wanted]
        rule = RunRule.rebook(RuleModel(_model(lot.model)), counts, _bits([True for _ in wanted]))
        event_id = self.event_id(self.statement(self.network.events.standing[key].statement))
        ending = (self._product(product, by), event_id)
        kind = RunKind.END_OF_LIFE
        return self._run(foreseen, kind, by, [name], wanted, lot.model, rule, None, ending=ending)

    def _product(self, product: str, by: str) -> bytes:
        """Its id, in the name of whoever declared it first."""
        known = self.network.products.products.get(product)
        return scoped_id(address(known.owner if known else by), word(product))

    # proofs

    def _gates(self, network: Network, key: str) -> int:
        return _bits(network.runs._gates(network.events.standing[key]))

    def _opened(self, kind: TagType, hidden: Any, salt: int | None = None) -> Opening:
        self._salt += 10
        return Opening(Tag(COBALT, kind), hidden, self._salt if salt is None else salt)

    def _frame(self, circuit: str, contract: str, by: str) -> ProofContext:
        key = ZkArtifacts.of_checkout().verifying_key(circuit)
        chain_id = self.chain.contracts.deployment.chain_id
        at = self.chain.address(contract)
        return ProofContext(chain_id, at, verifying_key_hash(key), address(by))

    def _proven(self, statement: Any, unproven: Sequence[Sent]) -> ProofWords:
        try:
            stated: Statement = statement()
            proof = prove(stated)
        except ZkError as refused:
            raise ProofImpossible(refused, unproven) from refused
        self.proofs += 1
        return ProofWords(proof.words)


def _id(opening: Opening) -> bytes:
    return opening.commitment.to_bytes(32, "big")


def _balance(lot: book.BookedLot) -> Balance:
    ours = lot.balance
    return Balance(ours.metal, ours.carbon, ours.cahra, lot.units, ours.credits, ours.direct)


def _roles(roles: Any) -> Role:
    found = Role(0)
    for one in roles:
        found |= ROLES[one]
    return found


def _kind(said: events.SiteStatement) -> EventKind:
    ends = said.kind is events.EventKind.END_OF_LIFE
    return EventKind.END_OF_LIFE if ends else KINDS[said.kind]


def _material(material: book.Material) -> Material:
    return Material[material.name]


def _model(model: Model) -> CustodyModel:
    if model is Model.BOOK_AND_CLAIM:
        raise Unsayable
    return CustodyModel(model - 1)


def _scheme(credit: int) -> Scheme:
    return Scheme.CHAIN_OF_CUSTODY if credit == events.SEPARATION else Scheme(credit + 1)


def _schemes(credits: Any) -> int:
    return sum(1 << _scheme(credit) for credit in credits)


def _bits(flags: Any) -> int:
    return sum(bool(flag) << at for at, flag in enumerate(flags))
