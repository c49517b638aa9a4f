"""Policies: each demand refuses what falls short of it, and nothing else."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lodetrace.audit import policy as rules
from lodetrace.audit.anchor import Consensus
from lodetrace.audit.evidence import Evidence, Finality
from lodetrace.audit.policy import DEFAULT, ClaimDemanded, Policy
from lodetrace.audit.policy_file import FORMAT, PolicyUnreadable, load_policy, policy_of
from lodetrace.audit.replay.findings import FindingCode, findings_of
from lodetrace.audit.replay.history import replay
from lodetrace.contracts import events as ev
from lodetrace.contracts.enums import (
    CertificateStatus,
    CustodyModel,
    EventKind,
    Material,
    Measure,
    RunKind,
    Scheme,
)
from lodetrace.errors import LodetraceError
from lodetrace.strict_json import parse
from tests.support.audit_world import DAY, START, World
from tests.support.synthetic_chain import Chain
from tests.support.trapdoor import TrapdoorKey
from zk_circuits.build import Workshop
from zk_circuits.ctx import verifying_key_hash
from zk_circuits.verifying_key import VerifyingKey

DOCS = Path(__file__).resolve().parents[3] / "docs"
SHARE, CAHRA, CARBON = Measure.CREDIT_SHARE, Measure.CAHRA_SHARE, Measure.CARBON_INTENSITY


@pytest.fixture
def world() -> World:
    return World.founded()


def judged(evidence: Evidence, policy: Policy) -> type[rules.PolicyRefused] | None:
    """The type of the refusal, None for a policy that is met."""
    story = replay(evidence)
    try:
        policy.require(story, findings_of(story))
    except rules.PolicyRefused as refused:
        refusal = refused
    else:
        return None
    assert refusal.step == 10
    assert str(refusal) in refusal.unmet
    return type(refusal)


def test_the_default_policy_accepts_a_quiet_story(world: World) -> None:
    assert judged(world.evidence(world.birth()), DEFAULT) is None


def test_a_published_key(world: World) -> None:
    """Attack: a network where something is at stake takes proofs that everybody forges."""
    folder = Workshop.of_checkout().keys
    key = VerifyingKey.load(folder / "claim.vkey.json")
    evidence = replace(world.evidence(world.birth()), keys={verifying_key_hash(key): key})
    assert judged(evidence, DEFAULT) is None, "the anchor marks a chain without validators"
    sealed = replace(evidence, anchor=Chain(epoch=8).anchor())
    assert sealed.anchor.consensus is Consensus.QBFT
    assert judged(sealed, DEFAULT) is rules.DevelopmentKeyUsed
    assert judged(sealed, Policy(development=True)) is None
    remade = replace(TrapdoorKey(4, 3).key, alpha=key.alpha)
    assert judged(replace(sealed, keys={bytes(32): remade}), DEFAULT) is rules.DevelopmentKeyUsed
    own = TrapdoorKey(4, 3)
    assert judged(replace(sealed, keys={own.hash: own.key}), DEFAULT) is None


def test_finality(world: World) -> None:
    evidence = world.evidence(world.birth())
    assert judged(evidence, Policy(finality=True)) is rules.FinalityMissing
    sealed = replace(evidence, finality=Finality(sealed=True, headers=3, seals=9))
    assert judged(sealed, Policy(finality=True)) is None


def test_a_head_that_is_too_old(world: World) -> None:
    evidence = world.evidence(world.birth())
    time = evidence.head.time
    assert judged(evidence, Policy(head_not_before=time)) is None
    assert judged(evidence, Policy(head_not_before=time + 1)) is rules.HeadTooOld


def test_fewer_attestations_than_demanded(world: World) -> None:
    evidence = world.evidence(world.birth())
    assert judged(evidence, Policy(attestations=2)) is None
    assert judged(evidence, Policy(attestations=3)) is rules.AttestationsBelowPolicy


def test_schemes_that_the_reader_does_not_recognise(world: World) -> None:
    evidence = world.evidence(world.birth())
    assert judged(evidence, Policy(schemes=frozenset({Scheme.IRMA}))) is None
    for schemes in (set(), {Scheme.RMI_RMAP}, {Scheme.ICMM}):
        refused = judged(evidence, Policy(schemes=frozenset(schemes)))
        assert refused is rules.SchemeNotRecognised


def test_one_of_two_schemes_is_enough(world: World) -> None:
    world.certify("mine-rmap", "mine", Scheme.RMI_RMAP)
    world.chain.next(3 * DAY)
    evidence = world.evidence(world.birth())
    assert judged(evidence, Policy(schemes=frozenset({Scheme.RMI_RMAP}))) is None


def test_a_scheme_that_the_consortium_does_not_recognise_counts_for_no_reader(
    world: World,
) -> None:
    """The reader's list narrows the consortium's, and never widens it."""
    world.certify("mine-icmm", "mine", Scheme.ICMM)
    world.chain.next(3 * DAY)
    evidence = world.evidence(world.birth())
    refused = judged(evidence, Policy(schemes=frozenset({Scheme.ICMM})))
    assert refused is rules.SchemeNotRecognised


def test_a_scheme_that_the_consortium_dropped_later_counts_for_earlier_births(
    world: World,
) -> None:
    lot = world.birth()
    world.tx(ev.CreditRuleSet(1, 1 << Scheme.RMI_RMAP, False))
    assert judged(world.evidence(lot), Policy(schemes=frozenset({Scheme.IRMA}))) is None


def test_a_custody_model_that_is_too_weak(world: World) -> None:
    evidence = world.evidence(world.birth(model=CustodyModel.CONTROLLED_BLENDING))
    for model in CustodyModel:
        refused = judged(evidence, Policy(weakest_model=model))
        too_weak = model < CustodyModel.CONTROLLED_BLENDING
        assert refused is (rules.ModelTooWeak if too_weak else None)


@pytest.mark.parametrize(
    ("claimed", "demanded", "met"),
    [
        ((SHARE, 900_000, 1), ClaimDemanded(SHARE, 900_000, 1), True),
        ((SHARE, 850_000, 1), ClaimDemanded(SHARE, 900_000, 1), False),
        ((SHARE, 900_000, 2), ClaimDemanded(SHARE, 900_000, 1), False),
        ((SHARE, 900_000, 2), ClaimDemanded(SHARE, 900_000, 6), True),
        ((SHARE, 900_000, 6), ClaimDemanded(SHARE, 900_000, 2), False),
        ((CAHRA, 50_000, 0), ClaimDemanded(CAHRA, 100_000), True),
        ((CAHRA, 150_000, 0), ClaimDemanded(CAHRA, 100_000), False),
        ((CARBON, 12_000_000, 0), ClaimDemanded(CARBON, 12_000_000), True),
        ((CARBON, 12_500_000, 0), ClaimDemanded(CARBON, 12_000_000), False),
        ((CARBON, 0, 0), ClaimDemanded(CAHRA, 100_000), False),
        ((SHARE, 900_000, 1), ClaimDemanded(SHARE, 900_000, 1, element=27), True),
        ((SHARE, 900_000, 1), ClaimDemanded(SHARE, 900_000, 1, element=28), False),
    ],
)
def test_claims(
    world: World, claimed: tuple[Measure, int, int], demanded: ClaimDemanded, met: bool
) -> None:
    lot = world.birth()
    measure, threshold, mask = claimed
    world.claim(lot, measure, threshold, mask, owner="alpha")
    refused = judged(world.evidence(lot), Policy(claims=(demanded,)))
    assert refused is (None if met else rules.ClaimMissing)


def test_a_claim_about_an_ancestor_is_none_about_the_subject(world: World) -> None:
    lot = world.birth()
    world.claim(lot, owner="alpha")
    world.hand_over(lot, "beta")
    (salt,) = world.run(RunKind.PROCESS, [lot], [(Material.SULPHATE, 1)])
    demanding = Policy(claims=(ClaimDemanded(SHARE, 500_000, 1),))
    assert judged(world.evidence(lot), demanding) is None
    assert judged(world.evidence(salt), demanding) is rules.ClaimMissing


def test_findings_that_refuse(world: World) -> None:
    stated = world.event("mine", EventKind.BIRTH)
    lot = world.birth(stated)
    world.withdraw(stated)
    evidence = world.evidence(lot)
    assert judged(evidence, DEFAULT) is rules.FindingRefused
    assert judged(evidence, Policy(refuse=frozenset())) is None


@pytest.mark.parametrize("code", sorted(DEFAULT.refuse))
def test_the_default_policy_refuses_withdrawn_documents_and_open_questions(
    world: World, code: FindingCode
) -> None:
    stated = world.event("mine", EventKind.BIRTH)
    lot = world.birth(stated)
    acts = {
        FindingCode.EVENT_WITHDRAWN: lambda: world.withdraw(stated),
        FindingCode.LOT_HELD: lambda: world.hold(lot),
        FindingCode.LOT_DISPUTED: lambda: (world.offer(lot, "beta"), world.dispute(lot)),
    }
    acts[code]()
    assert judged(world.evidence(lot), DEFAULT) is rules.FindingRefused


def test_a_claim_whose_credit_was_revoked_since_counts_for_no_policy(world: World) -> None:
    lot = world.birth()
    world.claim(lot, owner="alpha")
    world.claim(lot, SHARE, 50_000, 2, owner="alpha")
    world.set_status("mine-irma", "mine", CertificateStatus.WITHDRAWN, START - 20 * DAY)
    evidence = world.evidence(lot)
    assert judged(evidence, DEFAULT) is None
    responsible = Policy(claims=(ClaimDemanded(SHARE, 900_000, 1),))
    assert judged(evidence, responsible) is rules.ClaimUndermined
    recycled = Policy(claims=(ClaimDemanded(SHARE, 50_000, 2),))
    assert judged(evidence, recycled) is None
    refusing = Policy(refuse=frozenset({FindingCode.CREDIT_REVOKED}))
    assert judged(evidence, refusing) is rules.FindingRefused


def test_a_cahra_claim_about_a_place_found_one_since_counts_for_no_policy(world: World) -> None:
    lot = world.birth()
    world.claim(lot, CAHRA, 0, 0, owner="alpha")
    demanding = Policy(claims=(ClaimDemanded(CAHRA, 0),))
    assert judged(world.evidence(lot), demanding) is None
    world.determine("upland", conflict=True)
    assert judged(world.evidence(lot), demanding) is rules.ClaimUndermined


def test_a_refusal_names_every_demand_that_is_not_met(world: World) -> None:
    story = replay(world.evidence(world.birth()))
    demanding = Policy(finality=True, attestations=9, weakest_model=CustodyModel(0))
    with pytest.raises(rules.FinalityMissing) as caught:
        demanding.require(story, findings_of(story))
    assert len(caught.value.unmet) == 3


def test_co_signers_who_did_not_sign(world: World) -> None:
    evidence = world.evidence(world.birth())
    known = Policy(cosigners=frozenset({bytes(20)}), cosigners_needed=1)
    assert judged(evidence, known) is rules.CosignersTooFew


# The file

WHOLE: dict[str, Any] = {
    "format": FORMAT,
    "full_header_chain": True,
    "finality": True,
    "head_not_before": "2026-11-01T00:00:00Z",
    "attestations": 3,
    "responsible_schemes": ["RMI_RMAP", "IRMA"],
    "weakest_model": "segregated",
    "claims": [
        {"measure": "credit_share", "credits": ["responsible"], "at_least": "90 %"},
        {
            "measure": "credit_share",
            "credits": ["recycledPostConsumer", "recycledManufacturing"],
            "at_least": "16 %",
            "element": 27,
        },
        {"measure": "cahra_share", "at_most": "0 %"},
        {"measure": "carbon_intensity", "at_most": "12.5 kg/kg"},
    ],
    "cosigners": {"at_least": 1, "of": ["0x" + "11" * 20, "0x" + "22" * 20]},
    "witnesses": {"at_least": 3, "outside_validators": 1},
    "max_age": "36 hours",
    "trusting_period": "90 days",
    "refuse": ["event_withdrawn", "price_outside"],
}


def read(raw: dict[str, Any], tmp_path: Path) -> Policy:
    path = tmp_path / "policy.json"
    path.write_text(json.dumps(raw), "utf-8")
    return load_policy(path)


def test_every_key_of_a_policy_file(tmp_path: Path) -> None:
    assert read(WHOLE, tmp_path) == Policy(
        full_header_chain=True,
        finality=True,
        head_not_before=1_793_491_200,
        attestations=3,
        schemes=frozenset({Scheme.RMI_RMAP, Scheme.IRMA}),
        weakest_model=CustodyModel.SEGREGATED,
        claims=(
            ClaimDemanded(SHARE, 900_000, 1),
            ClaimDemanded(SHARE, 160_000, 6, 27),
            ClaimDemanded(CAHRA, 0),
            ClaimDemanded(CARBON, 12_500_000),
        ),
        cosigners=frozenset({b"\x11" * 20, b"\x22" * 20}),
        cosigners_needed=1,
        witnesses=3,
        outside_validators=1,
        max_age=36 * 3600,
        trusting_period=90 * DAY,
        refuse=frozenset({FindingCode.EVENT_WITHDRAWN, FindingCode.PRICE_OUTSIDE}),
    )


def test_a_policy_file_with_nothing_in_it_is_the_default(tmp_path: Path) -> None:
    assert read({"format": FORMAT}, tmp_path) == DEFAULT


def test_the_example_of_the_handbook_is_read() -> None:
    text = (DOCS / "audit-policy.md").read_text("utf-8")
    example = text.split("```json")[1].split("```")[0]
    assert policy_of_text(example).claims


def policy_of_text(text: str) -> Policy:
    return policy_of(parse(text.encode()))


def test_the_handbook_names_every_finding_and_every_key() -> None:
    text = (DOCS / "audit-policy.md").read_text("utf-8")
    missing = [code.value for code in FindingCode if f"`{code.value}`" not in text]
    missing += [key for key in WHOLE if f"`{key}`" not in text]
    assert missing == []


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("format", "lodetrace-policy/2"),
        ("format", None),
        ("headers", True),
        ("finality", "yes"),
        ("finality", 1),
        ("head_not_before", "yesterday"),
        ("head_not_before", 1_700_000_000),
        ("head_not_before", "2026-11-01"),
        ("attestations", 2.5),
        ("attestations", -1),
        ("attestations", 256),
        ("attestations", "2"),
        ("attestations", True),
        ("responsible_schemes", "IRMA"),
        ("responsible_schemes", ["FSC"]),
        ("weakest_model", "book_and_claim"),
        ("weakest_model", 3),
        ("claims", {}),
        ("claims", ["90 %"]),
        ("claims", [{"measure": "weight", "at_least": "1 %"}]),
        ("claims", [{"measure": "credit_share", "at_least": "90 %"}]),
        ("claims", [{"measure": "credit_share", "credits": [], "at_least": "90 %"}]),
        ("claims", [{"measure": "credit_share", "credits": ["gold"], "at_least": "90 %"}]),
        ("claims", [{"measure": "credit_share", "credits": ["responsible"], "at_most": "9 %"}]),
        ("claims", [{"measure": "credit_share", "credits": ["responsible"], "at_least": 0.9}]),
        ("claims", [{"measure": "credit_share", "credits": ["responsible"], "at_least": "90"}]),
        ("claims", [{"measure": "credit_share", "credits": ["responsible"], "at_least": True}]),
        ("claims", [{"measure": "credit_share", "credits": ["responsible"], "at_least": "101 %"}]),
        (
            "claims",
            [
                {
                    "measure": "credit_share",
                    "credits": ["responsible", "recycledPostConsumer"],
                    "at_least": "9 %",
                }
            ],
        ),
        ("claims", [{"measure": "cahra_share", "at_least": "9 %"}]),
        ("claims", [{"measure": "cahra_share", "at_most": "0.00001 %"}]),
        ("claims", [{"measure": "cahra_share", "at_most": "9 %", "credits": ["responsible"]}]),
        ("claims", [{"measure": "cahra_share", "at_most": "9 %", "element": 119}]),
        ("claims", [{"measure": "carbon_intensity", "at_most": "9 %"}]),
        ("cosigners", ["0x" + "11" * 20]),
        ("cosigners", {"at_least": 1}),
        ("cosigners", {"at_least": 2, "of": ["0x" + "11" * 20]}),
        ("cosigners", {"at_least": 1, "of": ["0x11"]}),
        ("cosigners", {"at_least": 1, "of": [7]}),
        ("witnesses", 3),
        ("witnesses", {}),
        ("witnesses", {"at_least": 0}),
        ("witnesses", {"at_least": 65}),
        ("witnesses", {"at_least": 3, "outside_validators": 4}),
        ("witnesses", {"at_least": 3, "of": []}),
        ("witnesses", {"outside_validators": 1}),
        ("max_age", 30),
        ("max_age", "30"),
        ("max_age", "0 days"),
        ("max_age", "1.5 days"),
        ("max_age", "30 weeks"),
        ("trusting_period", "half a year"),
        ("trusting_period", ["180 days"]),
        ("refuse", "event_withdrawn"),
        ("refuse", ["everything"]),
        ("refuse", [["lot_held"]]),
    ],
)
def test_a_policy_file_that_says_what_no_policy_can(
    tmp_path: Path, key: str, value: object
) -> None:
    with pytest.raises(PolicyUnreadable):
        read({**WHOLE, key: value}, tmp_path)


@pytest.mark.parametrize("value", [0.9, 90, None, ["90 %"]])
def test_a_bound_without_its_unit_is_refused_in_these_words(tmp_path: Path, value: object) -> None:
    claim = {"measure": "credit_share", "credits": ["responsible"], "at_least": value}
    with pytest.raises(PolicyUnreadable, match="at_least is no text like 90 %, 12 kg/kg or 5 kg"):
        read({**WHOLE, "claims": [claim]}, tmp_path)


@pytest.mark.parametrize("text", ["", "[]", "{", '{"format": 1, "format": 2}', "\xff"])
def test_a_policy_file_that_is_no_json_object(tmp_path: Path, text: str) -> None:
    path = tmp_path / "policy.json"
    path.write_text(text, "latin-1")
    with pytest.raises(PolicyUnreadable) as refused:
        load_policy(path)
    assert str(path) in str(refused.value)
    assert "site" not in refused.value.advice


def test_a_policy_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(LodetraceError):
        load_policy(tmp_path / "none.json")
