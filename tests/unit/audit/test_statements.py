"""Steps 7 and 8: every recorded proof says what the events say, and nothing else passes."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import fields, is_dataclass, replace
from enum import IntEnum

import pytest

from lodetrace.audit.errors import (
    BundleRefused,
    KeyNotOfTheChain,
    KeyUnused,
    ProofRefused,
    SignalMismatch,
    StatementMalformed,
    ValueMissing,
)
from lodetrace.audit.statements.event_index import ShownEvents
from lodetrace.audit.statements.judging import require_proofs, require_signals
from lodetrace.audit.statements.recorded import recorded_proofs, statement_of
from lodetrace.contracts.enums import RunKind
from lodetrace.contracts.events import (
    ClaimRecorded,
    CommodityRegistered,
    EventStanding,
    LotBorn,
    PriceChecked,
    PriceReleased,
    RunRecorded,
    TotalRecorded,
    UnitsAssigned,
)
from lodetrace.contracts.structs import Made, ProofWords
from tests.support.trapdoor import TrapdoorKey
from tests.unit.audit.proven_history import ALL_KEYS, CTX_AT, KEYS, evidence, story, word
from zk_circuits.errors import ProofMalformed, ProofOfBatchRefused
from zk_circuits.fast_verify import fast_batch_verify
from zk_circuits.field import R

PROVEN = (LotBorn, RunRecorded, TotalRecorded, ClaimRecorded, PriceChecked)
SIGNALS = {
    "origin": ["ctx", "tag", "event", "lot", "rule"],
    "rebook2": ["ctx", "tag", "rule", "in[0]", "in[1]", "out[0]", "out[1]"],
    "total": [
        "ctx", "tag", "total", "totals", *(f"weights[{at}]" for at in range(4)),
        *(f"part[{at}]" for at in range(16)),
    ],
    "claim": ["ctx", "tag", "subject", "statement"],
    "price_in_range": ["ctx", "tag", "range", "price", "inside"],
}  # fmt: skip
SIGNALS["run4"] = [
    "inBand",
    "ctx",
    "tag",
    "event",
    "rule",
    *(f"{side}[{at}]" for side in ("in", "out") for at in range(4)),
]


def judge(events, keys=ALL_KEYS):
    """Steps 7 and 8."""
    proofs = recorded_proofs(evidence(events, keys))
    require_proofs(proofs)
    require_signals(proofs)


def judged(events, keys=ALL_KEYS):
    """Steps 7 and 8 but for the pairings, which know nothing of events."""
    require_signals(recorded_proofs(evidence(events, keys)))


def places(*types):
    """Where events of these types are."""
    return [at for at, proven in enumerate(story()) if isinstance(proven.event, types)]


def with_event(at, event):
    events = list(story())
    events[at] = replace(events[at], event=event)
    return events


def without(at):
    return [*story()[:at], *story()[at + 1 :]]


def circuit(event):
    for at, proof in zip(places(*PROVEN), recorded_proofs(evidence(story())), strict=True):
        if story()[at].event is event:
            return proof.circuit
    raise AssertionError("no event with a proof")


def test_every_recorded_proof_of_the_story_holds():
    judge(story())


def test_the_fast_verifier_judges_the_same():
    proofs = recorded_proofs(evidence(story()))
    require_proofs(proofs, fast_batch_verify)
    assert len(proofs) == len(places(*PROVEN)) == 17


def test_signals_are_named_in_the_order_of_the_circuits():
    for proof in recorded_proofs(evidence(story())):
        expected = proof.expected()
        assert list(expected) == SIGNALS[proof.circuit]
        assert tuple(expected.values()) == proof.proof.public


SIGNAL_CASES = [
    pytest.param(at, index, id=f"{type(story()[at].event).__name__} {at} signal {index}")
    for at in places(*PROVEN)
    for index in range(len(story()[at].event.public_signals))
]


@pytest.mark.parametrize(("at", "index"), SIGNAL_CASES)
def test_an_altered_signal_is_named_even_where_its_proof_holds(at, index):
    """Proven again with the trapdoor of the key: only the events contradict."""
    event = story()[at].event
    name = circuit(event)
    signals = list(event.public_signals)
    signals[index] ^= 1
    proof = KEYS[name].prove(tuple(signals))
    events = with_event(at, replace(event, public_signals=tuple(signals), proof=proof))
    if index == CTX_AT.get(name, 0):
        with pytest.raises(KeyNotOfTheChain) as caught:
            judged(events)
        assert caught.value.values["ctx"] == signals[index]
    else:
        proofs = recorded_proofs(evidence(events))
        with pytest.raises(SignalMismatch) as refused:
            require_signals(proofs)
        assert refused.value.values["signal"] == SIGNALS[name][index]
        assert refused.value.values["actual"] == signals[index]
        assert refused.value.values["expected"] == event.public_signals[index]
        require_proofs([proof for proof in proofs if proof.at.place == story()[at].place])


@pytest.mark.parametrize("at", places(*PROVEN))
def test_an_altered_signal_is_no_longer_what_was_proven(at):
    event = story()[at].event
    signals = (*event.public_signals[:-1], event.public_signals[-1] ^ 1)
    proofs = recorded_proofs(evidence(with_event(at, replace(event, public_signals=signals))))
    with pytest.raises(ProofRefused, match=f"{type(event).__name__} in block"):
        require_proofs([proof for proof in proofs if proof.at.place == story()[at].place])


(RETIRED,) = [at for at in places(RunRecorded) if story()[at].event.run_id == word("ending")]
"""Where the lot is made that an end of life retired, and a recovery consumes."""

UNBOUND = None
"""Not in the proof: step 9 looks at it."""

FIELDS = {
    LotBorn: {
        "lot": KeyNotOfTheChain,
        "account": KeyNotOfTheChain,
        "event_id": KeyNotOfTheChain,
        "gates": SignalMismatch,
        "count": KeyNotOfTheChain,
        "material": KeyNotOfTheChain,
        "element": SignalMismatch,
        "model": KeyNotOfTheChain,
        "root": UNBOUND,
        "time": UNBOUND,
        "sealed_to_owner": KeyNotOfTheChain,
    },
    RunRecorded: {
        "run_id": UNBOUND,
        "account": KeyNotOfTheChain,
        "event_id": KeyNotOfTheChain,
        "kind": KeyNotOfTheChain,
        "model": KeyNotOfTheChain,
        "in_band": (SignalMismatch, StatementMalformed),
        "holder": UNBOUND,
        "inputs": KeyNotOfTheChain,
        "outputs": KeyNotOfTheChain,
        "boxes": KeyNotOfTheChain,
    }
    | {f"made.{one.name}": UNBOUND for one in fields(Made)}
    | {"made.element": SignalMismatch},
    TotalRecorded: {
        "total": KeyNotOfTheChain,
        "product": KeyNotOfTheChain,
        "account": KeyNotOfTheChain,
        "element": BundleRefused,
        "first_part": KeyNotOfTheChain,
        "parts": KeyNotOfTheChain,
        "scale": KeyNotOfTheChain,
        "previous": KeyNotOfTheChain,
        "complete": UNBOUND,
    },
    ClaimRecorded: {
        "claim_id": UNBOUND,
        "subject": ValueMissing,
        "account": KeyNotOfTheChain,
        "measure": KeyNotOfTheChain,
        "credit_mask": KeyNotOfTheChain,
        "threshold": KeyNotOfTheChain,
        "revision": UNBOUND,
    },
    PriceChecked: {
        "check_id": UNBOUND,
        "lot": KeyNotOfTheChain,
        "account": KeyNotOfTheChain,
        "record": KeyNotOfTheChain,
        "transfer.seller": KeyNotOfTheChain,
        "transfer.buyer": KeyNotOfTheChain,
        "transfer.offer": KeyNotOfTheChain,
        "price": KeyNotOfTheChain,
        "inside": KeyNotOfTheChain,
        "sealed_to_counterparty": KeyNotOfTheChain,
    },
}


def altered(value):
    """Another value of the same type."""
    if isinstance(value, tuple):
        return (*value[:-1], altered(value[-1]))
    if is_dataclass(value):
        return with_altered(value, fields(value)[0].name)
    if isinstance(value, bool):
        return not value
    if isinstance(value, IntEnum):
        return next(member for member in type(value) if member not in (value, 0))
    if isinstance(value, bytes):
        return value[:-1] + bytes([value[-1] ^ 1])
    if isinstance(value, str):
        return value[:-1] + ("0" if value[-1] != "0" else "1")
    return value + 1


def paths(event) -> Iterator[str]:
    for field in fields(event):
        value = getattr(event, field.name)
        if is_dataclass(value) and not isinstance(value, ProofWords):
            yield from (f"{field.name}.{inner.name}" for inner in fields(value))
        elif field.name not in ("proof", "public_signals"):
            yield field.name


def with_altered(event, path):
    name, _, inner = path.partition(".")
    value = getattr(event, name)
    return replace(event, **{name: with_altered(value, inner) if inner else altered(value)})


FIELD_CASES = [
    pytest.param(at, path, id=f"{type(story()[at].event).__name__} {at} {path}")
    for at in places(*FIELDS)
    for path in paths(story()[at].event)
]


@pytest.mark.parametrize(("at", "path"), FIELD_CASES)
def test_an_altered_field_of_an_act_is_refused_by_name(at, path):
    event = story()[at].event
    expected = FIELDS[type(event)][path]
    events = with_event(at, with_altered(event, path))
    if at == RETIRED and path == "made.young":
        expected = SignalMismatch  # what a recovery of it may be credited with
    if expected is UNBOUND:
        judged(events)
        return
    with pytest.raises(expected) as caught:
        judged(events)
    assert caught.value.step in (7, 8)
    assert "in block" in caught.value.item


def test_only_what_step_9_judges_is_not_bound_by_a_proof():
    """A field that a later version adds has to be thought about."""
    for at in places(*FIELDS):
        assert {*paths(story()[at].event)} == {*FIELDS[type(story()[at].event)]}


OTHERS = [
    (EventStanding, "statement.commitment", "event"),
    (PriceReleased, "publication.commitment", "range"),
    (CommodityRegistered, "element", "tag"),
    (UnitsAssigned, "units", "weights[0]"),
]


@pytest.mark.parametrize(("cls", "path", "signal"), OTHERS)
def test_an_altered_value_that_a_proof_speaks_of_is_named(cls, path, signal):
    at = places(cls)[0]
    with pytest.raises(SignalMismatch) as caught:
        judged(with_event(at, with_altered(story()[at].event, path)))
    assert caught.value.values["signal"] == signal


def test_units_of_another_lot_are_named():
    at = places(UnitsAssigned)[3]
    other = replace(story()[at].event, lot=word("recycled"), units=1)
    with pytest.raises(ValueMissing, match="the making of lot"):
        judged(with_event(at, other))
    with pytest.raises(SignalMismatch, match=r"weights\[0\]"):
        judged(with_event(at, replace(other, lot=word("pack 0"))))
    with pytest.raises(SignalMismatch, match=r"part\[3\]"):
        judged(with_event(at, replace(other, lot=word("pack 0"), units=4)))


@pytest.mark.parametrize(
    "cls", [EventStanding, PriceReleased, CommodityRegistered, UnitsAssigned, LotBorn]
)
def test_a_withheld_event_that_a_proof_speaks_of_is_missed(cls):
    """A lot that a proof speaks of by weight or subject; births only stand in for their lots."""
    at = places(cls)[0]
    if cls is LotBorn:
        judged(without(at))  # nothing here speaks of a birth's count or material
        return
    with pytest.raises(ValueMissing, match=cls.__name__ if cls is not UnitsAssigned else "part 0"):
        judged(without(at))


def test_a_recovery_among_lots_of_others_is_judged_by_all_that_is_shown():
    """It ended a lot of the story; what its other lots were made of is not of the story."""
    recoveries = [at for at in places(RunRecorded) if story()[at].event.kind is RunKind.RECOVER]
    assert recoveries
    for at in recoveries:
        consumed = set(story()[at].event.inputs)
        others = [
            one
            for one in story()
            if not isinstance(one.event, RunRecorded)
            or consumed.isdisjoint(output.id for output in one.event.outputs)
        ]
        assert len(others) == len(story()) - 1
        (proof,) = [one for one in recorded_proofs(evidence(story())) if one.at == story()[at]]
        known = statement_of(ShownEvents(story()), story()[at])
        unknown = statement_of(ShownEvents(others), story()[at])
        ctx = proof.proof.public[1]
        assert unknown.signals(ctx) == known.signals(ctx)


def test_a_claim_about_a_lot_that_is_not_shown_is_missed():
    events = [
        proven for proven in story() if getattr(proven.event, "run_id", None) != word("recycling")
    ]
    assert len(events) == len(story()) - 1
    with pytest.raises(ValueMissing, match="TotalRecorded of total"):
        judged(events)


def test_an_event_that_is_recorded_later_does_not_count():
    """The site event stands only after the birth that names it."""
    standing, birth = places(EventStanding)[0], places(LotBorn)[0]
    events = list(story())
    events[standing], events[birth] = (
        replace(events[standing], event=events[birth].event, contract="Origins",
                address=events[birth].address),
        replace(events[birth], event=events[standing].event),
    )  # fmt: skip
    with pytest.raises(ValueMissing, match="EventStanding"):
        judged(events)


def test_a_later_revision_of_a_site_event_is_the_one_that_is_used():
    """The first was withdrawn unused; the one before the birth counts, not the one after it."""
    at = places(EventStanding)[0]
    said = replace(story()[at].event.statement, commitment=word("wrong"))
    earlier = replace(story()[at].event, statement=said)
    later = replace(story()[at].event, statement=replace(said, revision=1))
    first = replace(story()[at], event=earlier, place=0)
    last = replace(story()[at], event=later, place=10_000)
    judged([first, *story(), last])


def test_a_proof_of_another_chain_is_refused():
    events = evidence(story())
    with pytest.raises(KeyNotOfTheChain):
        recorded_proofs(replace(events, chain_id=events.chain_id + 1))


@pytest.mark.parametrize("at", places(*PROVEN))
def test_a_proof_at_another_contract_is_refused(at):
    events = list(story())
    events[at] = replace(events[at], address=bytes(20))
    with pytest.raises(KeyNotOfTheChain):
        recorded_proofs(evidence(events))


@pytest.mark.parametrize("name", KEYS)
def test_a_missing_key_is_missed(name):
    keys = [key for other, key in KEYS.items() if other != name]
    with pytest.raises(KeyNotOfTheChain, match="none of 5 keys"):
        recorded_proofs(evidence(story(), keys))


def test_a_key_of_nobody_is_refused():
    stranger = TrapdoorKey(5, 99)
    with pytest.raises(KeyUnused, match=f"0x{stranger.hash.hex()}"):
        recorded_proofs(evidence(story(), [*ALL_KEYS, stranger]))


def under(key, at):
    """The claim there as the chain would have it under another key."""
    from zk_circuits.ctx import ProofContext, claim_ctx

    proven = story()[at]
    event = proven.event
    ctx = claim_ctx(
        ProofContext(1337, proven.address, key.hash, event.account),
        subject=event.subject, subject_kind=1, measure=event.measure,
        credit_mask=event.credit_mask, threshold=event.threshold,
    )  # fmt: skip
    signals = (ctx, *event.public_signals[1:])
    return replace(event, public_signals=signals, proof=key.prove(signals))


def test_proofs_of_before_and_after_a_new_ceremony_hold_under_their_own_keys():
    at = places(ClaimRecorded)[0]
    newer = TrapdoorKey(4, 100)
    judge(with_event(at, under(newer, at)), [*ALL_KEYS, newer])


def test_a_proof_under_the_key_of_a_retired_ceremony_is_refused():
    """Its ctx names the newer key; the proof was made with the older one's secrets."""
    at = places(ClaimRecorded)[0]
    newer = TrapdoorKey(4, 100)
    event = under(newer, at)
    forged = replace(event, proof=KEYS["claim"].prove(event.public_signals))
    with pytest.raises(ProofRefused, match="ClaimRecorded"):
        judge(with_event(at, forged), [*ALL_KEYS, newer])


def test_a_proof_of_another_lot_is_refused():
    """Swapped with the proof of the other birth: each holds only for its own signals."""
    first, second = places(LotBorn)
    event = replace(story()[first].event, proof=story()[second].event.proof)
    with pytest.raises(ProofRefused, match="LotBorn"):
        judge(with_event(first, event))
    whole = replace(event, public_signals=story()[second].event.public_signals)
    with pytest.raises(KeyNotOfTheChain, match="LotBorn"):
        judge(with_event(first, whole))


RULES = [
    ("blend", 1, "a blend that shares credits freely"),
    ("blend", 2, "a blend that has to be whole"),
    ("blend", 4 << 7, "credit granted where nothing is recovered"),
    ("split", 1, "a rebook that shares credits freely"),
    ("split", 1 << 2, "a rebook with a closed gate"),
    ("split", 5 << 12, "a rebook with a tolerance"),
    ("split", 5 << 52, "a rebook with a loss"),
    ("split", 1 << 72, "a word that is too long"),
    ("settlement", 1, "a settlement that shares credits freely"),
    ("settlement", 2, "a mass-balance settlement that has to be whole"),
    ("settlement", 1 << 12, "a settlement with another tolerance"),
    ("melting", 1, "a mass-balance recovery that shares by metal"),
    ("melting", 2 << 7, "the credit of retired products for scrap"),
    ("melting", 1 << 7, "responsible credit for recovered metal"),
    ("recycling", 4 << 7, "the credit of manufacturing waste for retired products"),
]


@pytest.mark.parametrize(("run", "bits", "defect"), RULES, ids=[rule[2] for rule in RULES])
def test_a_rule_that_the_contract_does_not_make_is_named(run, bits, defect):
    (at,) = [at for at in places(RunRecorded) if story()[at].event.run_id == word(run)]
    event = story()[at].event
    signals = list(event.public_signals)
    signals[4] ^= bits
    with pytest.raises(SignalMismatch) as caught:
        judged(with_event(at, replace(event, public_signals=tuple(signals))))
    assert caught.value.values["signal"] == "rule", defect


def test_what_was_not_in_use_is_no_source_of_post_consumer_credit():
    event = story()[RETIRED].event
    with pytest.raises(SignalMismatch, match="signal rule"):
        judged(with_event(RETIRED, replace(event, made=replace(event.made, young=True))))


def test_units_that_do_not_fit_the_scale_are_refused():
    at = places(UnitsAssigned)[1]
    with pytest.raises(StatementMalformed, match="4 of 3 units do not fit a scale of 6"):
        judged(with_event(at, replace(story()[at].event, units=4)))


def test_a_run_with_more_lots_than_a_circuit_has_is_refused():
    at = places(RunRecorded)[0]
    event = story()[at].event
    more = (*event.outputs, *event.outputs[:1] * 3)
    with pytest.raises(StatementMalformed, match="2 lots were consumed and 5 made"):
        judged(with_event(at, replace(event, outputs=more)))


@pytest.mark.parametrize("kind", [RunKind.NONE, len(RunKind), 255])
def test_a_run_of_an_unknown_kind_is_refused(kind):
    at = places(RunRecorded)[0]
    with pytest.raises(StatementMalformed, match=f"unknown kind {kind:d}"):
        judged(with_event(at, replace(story()[at].event, kind=kind)))


@pytest.mark.parametrize(
    ("kind", "event_id", "reason"),
    [
        (RunKind.REBOOK, b"\1" * 32, "names event 0x0101"),
        (RunKind.PROCESS, bytes(32), "names no event"),
    ],
)
def test_a_rebook_alone_names_no_event(kind, event_id, reason):
    (at, *_) = [at for at in places(RunRecorded) if story()[at].event.kind is kind]
    events = with_event(at, replace(story()[at].event, event_id=event_id))
    with pytest.raises(StatementMalformed, match=reason):
        statement_of(ShownEvents(events), events[at]).signals(ctx=1)


@pytest.mark.parametrize(("first", "parts"), [(0, 0), (1, 0), (0, 17)])
def test_a_total_of_no_parts_or_too_many_is_refused(first, parts):
    at = places(TotalRecorded)[0]
    edited = replace(story()[at].event, first_part=first, parts=parts)
    with pytest.raises(StatementMalformed, match=f"it adds {parts - first} parts"):
        judged(with_event(at, edited))


@pytest.mark.parametrize("signals", [(), (5,), (1, 2, 3)])
@pytest.mark.parametrize("at", [places(cls)[0] for cls in PROVEN])
def test_too_few_signals_are_refused(at, signals):
    event = replace(story()[at].event, public_signals=signals)
    with pytest.raises((ProofRefused, KeyNotOfTheChain)):
        judge(with_event(at, event))


def test_signals_cut_short_behind_ctx_are_refused():
    """ctx still names the key; the proof then has another number of signals than it."""
    for at in (places(cls)[0] for cls in PROVEN):
        event = story()[at].event
        cut = replace(event, public_signals=event.public_signals[:2])
        proofs = recorded_proofs(evidence(with_event(at, cut)))
        with pytest.raises(ProofRefused, match="public signals are 2"):
            require_proofs(proofs)
        with pytest.raises(SignalMismatch, match="signal count is 2"):
            require_signals(proofs)


def test_a_signal_plus_r_is_refused():
    at = places(ClaimRecorded)[0]
    event = story()[at].event
    signals = (*event.public_signals[:-1], event.public_signals[-1] + R)
    with pytest.raises(ProofRefused, match="not below the modulus"):
        recorded_proofs(evidence(with_event(at, replace(event, public_signals=signals))))


def test_a_word_of_a_proof_above_the_modulus_is_refused():
    at = places(ClaimRecorded)[0]
    event = replace(story()[at].event, proof=ProofWords((2**256 - 1,) * 8))
    with pytest.raises(ProofRefused, match="ClaimRecorded in block"):
        recorded_proofs(evidence(with_event(at, event)))


def test_evidence_without_proofs_and_keys_is_nothing_to_refuse():
    events = [proven for proven in story() if not isinstance(proven.event, PROVEN)]
    judge(events, [])


def test_whatever_a_verifier_says_of_a_proof_names_the_event():
    def verifier(proofs):
        raise ProofOfBatchRefused(
            index=1, count=len(proofs), reason=ProofMalformed(name="B", reason="is odd")
        )

    proofs = recorded_proofs(evidence(story()))
    with pytest.raises(ProofRefused, match="B is odd") as caught:
        require_proofs(proofs, verifier)
    assert caught.value.item == proofs[1].what
    assert caught.value.values["circuit"] == "origin"


def edges(value):
    """Values that a log may hold in the place of this one, codes without a name among them."""
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, bytes):
        return [bytes(len(value)), b"\xff" * len(value)]
    if isinstance(value, str):
        return ["0x" + "0" * 40, "0x" + "f" * 40]
    if isinstance(value, int):
        return [0, 1, 200, 255]
    return []


def with_edge(event, path, value):
    name, _, inner = path.partition(".")
    replaced = with_edge(getattr(event, name), inner, value) if inner else value
    return replace(event, **{name: replaced})


def edge_cases():
    seen = set()
    for at, proven in enumerate(story()):
        event = proven.event
        if type(event) in seen and not isinstance(event, RunRecorded):
            continue
        seen.add(type(event))
        for path in paths(event):
            value = event
            for name in path.split("."):
                value = getattr(value, name)
            for edge in edges(value):
                yield pytest.param(at, path, edge, id=f"{type(event).__name__} {at} {path} {edge}")


@pytest.mark.parametrize(("at", "path", "edge"), list(edge_cases()))
def test_whatever_an_event_holds_only_a_refusal_leaves(at, path, edge):
    with suppress(BundleRefused):
        judged(with_event(at, with_edge(story()[at].event, path, edge)))
